/* The text of brandes.c's functions over lanes, for one kind of vectors: LANES_FOR is the attribute
 * of each function and LANES_NAME makes its name. No include guard: it is included for each. */

/* ---- towards all ---- */

/* Lets all visits of level d show themselves to the next spots. */
LANES_FOR static enum status LANES_NAME(show)(struct brandes *s, uint32_t d) {
    const struct rows_of_ties *rows = &s->plan->out;
    for (uint32_t i = s->level[d]; i < s->level[d + 1]; i++) {
        uint64_t at = rows->start[s->spot[i]], end = rows->start[s->spot[i] + 1];
        uint8_t who = s->who[i];
        enum status status = stint_due(&s->stint, end - at);
        if (status != ST_OK) {
            return status;
        }
        for (; at < end; at++) {
            s->fresh[rows->node[at]] |= who;
        }
    }
    return ST_OK;
}

/* Numbers of paths of the visits of level d + 1. */
LANES_FOR static enum status LANES_NAME(count)(struct brandes *s, uint32_t d) {
    const struct rows_of_ties *rows = &s->plan->in;
    lane_bits large = {0};
    for (uint32_t i = s->level[d + 1]; i < s->level[d + 2]; i++) {
        uint32_t v = s->spot[i];
        uint64_t at = rows->start[v], end = rows->start[v + 1];
        lane_bits mask = LANE_MASK(s->who[i]);
        lanes even = {0}, odd = {0};
        enum status status = stint_due(&s->stint, end - at);
        if (status != ST_OK) {
            return status;
        }
        for (; at + 1 < end; at += 2) {
            even += s->flow[rows->node[at]];
            odd += s->flow[rows->node[at + 1]];
        }
        if (at < end) {
            even += s->flow[rows->node[at]];
        }
        even += odd;
        s->paths[v] = LANES_CHOOSE(even, s->paths[v], mask);
        large |= (even > LARGE_NUMBER) & mask;
    }
    union {
        lane_bits all;
        int64_t each[LANES];
    } found = {.all = large};
    s->smaller[d + 1] = 0;
    for (int i = 0; i < LANES; i++) {
        s->smaller[d + 1] = (uint8_t)(s->smaller[d + 1] | (found.each[i] ? 1u << i : 0));
    }
    return ST_OK;
}

/* Level d has been read by all: level d + 1 goes into `flow` in its place. */
LANES_FOR static void LANES_NAME(advance)(struct brandes *s, uint32_t d) {
    const lanes one = (lanes){0} + 1;
    lanes factor = LANES_CHOOSE(one * MUCH_SMALLER, one, LANE_MASK(s->smaller[d + 1]));
    for (uint32_t i = s->level[d]; i < s->level[d + 1]; i++) {
        s->flow[s->spot[i]] = (lanes){0};
    }
    for (uint32_t i = s->level[d + 1]; i < s->level[d + 2]; i++) {
        uint32_t v = s->spot[i];
        s->flow[v] = LANES_KEEP(s->paths[v] * factor, LANE_MASK(s->who[i]));
    }
}

/* ---- and back ---- */

/* What level d gets from level d + 1, for each path; kept aside, because `flow` is still read. */
LANES_FOR static enum status LANES_NAME(gather)(struct brandes *s, uint32_t d) {
    const struct rows_of_ties *rows = &s->plan->out;
    const lanes one = (lanes){0} + 1;
    lanes factor = LANES_CHOOSE(one * MUCH_SMALLER, one, LANE_MASK(s->smaller[d]));
    lanes times = *s->times;
    for (uint32_t i = s->level[d]; i < s->level[d + 1]; i++) {
        uint32_t v = s->spot[i];
        uint64_t at = rows->start[v], end = rows->start[v + 1];
        lane_bits mask = LANE_MASK(s->who[i]);
        lanes even = {0}, odd = {0};
        enum status status = stint_due(&s->stint, end - at);
        if (status != ST_OK) {
            return status;
        }
        for (; at + 1 < end; at += 2) {
            even += s->flow[rows->node[at]];
            odd += s->flow[rows->node[at + 1]];
        }
        if (at < end) {
            even += s->flow[rows->node[at]];
        }
        even = (even + odd) * factor;
        s->held[i - s->level[d]] = even;
        union lane_values found = {.all = LANES_KEEP(even * s->paths[v] * times, mask)};
        s->nodes[v] += lanes_sum(&found);
    }
    return ST_OK;
}

/* What passes each tie from level d to level d + 1. */
LANES_FOR static enum status LANES_NAME(gather_ties)(struct brandes *s, uint32_t d) {
    const struct rows_of_ties *rows = &s->plan->out;
    const lanes one = (lanes){0} + 1;
    lanes factor = LANES_CHOOSE(one * MUCH_SMALLER, one, LANE_MASK(s->smaller[d]));
    lanes times = *s->times;
    for (uint32_t i = s->level[d]; i < s->level[d + 1]; i++) {
        uint32_t v = s->spot[i];
        lanes mine = LANES_KEEP(s->paths[v] * factor * times, LANE_MASK(s->who[i]));
        enum status status = stint_due(&s->stint, row_length(rows, v));
        if (status != ST_OK) {
            return status;
        }
        for (uint64_t at = rows->start[v]; at < rows->start[v + 1]; at++) {
            union lane_values found = {.all = mine * s->flow[rows->node[at]]};
            s->ties[at] += lanes_sum(&found);
        }
    }
    return ST_OK;
}

/* Level d + 1 leaves `flow` and level d, whose gains are kept aside, comes. */
LANES_FOR static void LANES_NAME(retreat)(struct brandes *s, uint32_t d, bool first) {
    for (uint32_t i = s->level[d + 1]; i < s->level[d + 2]; i++) {
        s->flow[s->spot[i]] = (lanes){0};
    }
    for (uint32_t i = s->level[d]; i < s->level[d + 1]; i++) {
        uint32_t v = s->spot[i];
        lanes gain = s->plan->weight[v] / s->paths[v];
        if (!first) {
            gain += s->held[i - s->level[d]];
        }
        s->flow[v] = LANES_KEEP(gain, LANE_MASK(s->who[i]));
    }
}

LANES_FOR static enum status LANES_NAME(go_out)(struct brandes *s, const struct batch *b) {
    enum status status = ST_OK;
    uint32_t d = 0;
    for (; status == ST_OK && s->level[d + 1] > s->level[d]; d++) {
        status = LANES_NAME(show)(s, d);
        if (status == ST_OK) {
            list_visits(s, b, d + 1);
            status = LANES_NAME(count)(s, d);
        }
        if (status == ST_OK) {
            LANES_NAME(advance)(s, d);
        }
    }
    s->levels = d; /* the last is not empty */
    return status;
}

LANES_FOR static enum status LANES_NAME(come_back)(struct brandes *s) {
    enum status status = ST_OK;
    uint32_t d = s->levels - 1;
    s->level[s->levels + 1] = s->level[s->levels];
    LANES_NAME(retreat)(s, d, true);
    while (status == ST_OK && d-- > 0) {
        if (s->ties) {
            status = LANES_NAME(gather_ties)(s, d);
        }
        if (d > 0 && status == ST_OK) {
            status = LANES_NAME(gather)(s, d);
        }
        if (d > 0 && status == ST_OK) {
            LANES_NAME(retreat)(s, d, false);
        }
    }
    for (uint32_t i = s->level[1]; status == ST_OK && s->levels > 1 && i < s->level[2]; i++) {
        s->flow[s->spot[i]] = (lanes){0};
    }
    return status;
}

LANES_FOR static enum status LANES_NAME(batch)(struct brandes *s, const struct batch *b) {
    begin_batch(s, b);
    enum status status = LANES_NAME(go_out)(s, b);
    return status == ST_OK ? LANES_NAME(come_back)(s) : status;
}
