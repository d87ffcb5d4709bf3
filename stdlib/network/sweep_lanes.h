/* The text of sweep.c's functions over bits, for one kind of vectors; as brandes_lanes.h. */

/* Eight vectors into digits 0 to 2, and what is carried into digit 3 and on. */
LANES_FOR static void LANES_NAME(add_block)(struct bit_count *c) {
    bits ones = c->digit[0], twos = c->digit[1], fours = c->digit[2], carry[2], pair[2], two;
    for (uint32_t half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < 2; i++) {
            bits a = c->held[4 * half + 2 * i], b = c->held[4 * half + 2 * i + 1], u = ones ^ a;
            pair[i] = (ones & a) | (u & b);
            ones = u ^ b;
        }
        two = twos ^ pair[0];
        carry[half] = (twos & pair[0]) | (two & pair[1]);
        twos = two ^ pair[1];
    }
    two = fours ^ carry[0];
    bits eights = (fours & carry[0]) | (two & carry[1]);
    c->digit[0] = ones;
    c->digit[1] = twos;
    c->digit[2] = two ^ carry[1];
    c->nheld = 0;
    for (uint32_t d = 3; d < COUNT_DIGITS && ANY_BIT(eights); d++) {
        bits old = c->digit[d];
        c->digit[d] = old ^ eights;
        eights &= old;
        c->digits = d >= c->digits ? d + 1 : c->digits;
    }
}

/* Those at v that were not there before; they count, and are the next to go on. */
LANES_FOR static void LANES_NAME(arrive)(struct sweep *s, uint32_t v, const bits *fresh) {
    s->seen[v] |= *fresh;
    s->active[s->nactive++] = v;
    s->entries += row_length(s->out, v);
    s->count->held[s->count->nheld++] = s->group ? *fresh & ~s->same[s->group[v]] : *fresh;
    if (s->count->nheld == COUNT_BLOCK) {
        LANES_NAME(add_block)(s->count);
    }
}

/* Those that were reached last tell their neighbours. */
LANES_FOR static enum status LANES_NAME(tell)(struct sweep *s) {
    const struct rows_of_ties *rows = s->out;
    uint32_t touched = 0;
    for (uint32_t i = 0; i < s->nactive; i++) {
        uint32_t v = s->active[i];
        bits mine = s->now[v];
        enum status status = stint_due(&s->stint, 1 + row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint64_t k = rows->start[v]; k < rows->start[v + 1]; k++) {
            uint32_t w = rows->node[k];
            bits fresh = mine & ~s->seen[w], before = s->next[w];
            if (ANY_BIT(fresh)) {
                s->touched[touched] = w;
                touched += !ANY_BIT(before);
                s->next[w] = before | fresh;
            }
        }
        s->now[v] = (bits){0};
    }
    s->nactive = 0;
    s->entries = 0;
    for (uint32_t i = 0; i < touched; i++) {
        uint32_t v = s->touched[i];
        bits fresh = s->next[v];
        s->now[v] = fresh;
        s->next[v] = (bits){0};
        LANES_NAME(arrive)(s, v, &fresh);
    }
    return ST_OK;
}

/* Those that miss something look at their neighbours. */
LANES_FOR static enum status LANES_NAME(look)(struct sweep *s) {
    const struct rows_of_ties *rows = s->in;
    bits all = s->all;
    uint32_t n = s->n;
    s->nactive = 0;
    s->entries = 0;
    for (uint32_t v = 0; v < n; v++) {
        bits missing = all & ~s->seen[v], found = {0};
        uint64_t k = rows->start[v], end = rows->start[v + 1], first = k;
        s->next[v] = found;
        if (k == end || !ANY_BIT(missing)) {
            continue;
        }
        for (; k + 4 <= end; k += 4) {
            found |= s->now[rows->node[k]] | s->now[rows->node[k + 1]] | s->now[rows->node[k + 2]] |
                     s->now[rows->node[k + 3]];
            if (!ANY_BIT(missing & ~found)) {
                end = k;
            }
        }
        for (; k < end; k++) {
            found |= s->now[rows->node[k]];
        }
        enum status status = stint_due(&s->stint, k - first);
        if (status != ST_OK) {
            return status;
        }
        found &= missing;
        if (ANY_BIT(found)) {
            s->next[v] = found;
            LANES_NAME(arrive)(s, v, &found);
        }
    }
    bits *before = s->now;
    s->now = s->next;
    s->next = before;
    s->dirty = true;
    return ST_OK;
}

LANES_FOR static enum status LANES_NAME(sweep)(struct sweep *s, const uint32_t *source, uint32_t n,
                                               void *user, sweep_found *found) {
    uint64_t busy = s->out->start[s->n] / 16;
    enum status status = stint_due(&s->stint, s->n);
    begin_sweep(s, source, n);
    for (uint32_t step = 1; status == ST_OK && s->nactive > 0; step++) {
        if (s->entries > busy) {
            status = LANES_NAME(look)(s);
        } else {
            clean_next(s);
            status = LANES_NAME(tell)(s);
        }
        while (s->count->nheld % COUNT_BLOCK) {
            s->count->held[s->count->nheld++] = (bits){0};
        }
        if (s->count->nheld) {
            LANES_NAME(add_block)(s->count);
        }
        if (status == ST_OK && s->nactive > 0) {
            read_count(s->count, n, user, step, found);
        }
    }
    return status;
}
