/* The text of triangles.c's search around one node, for one kind of vectors; as brandes_lanes.h.
 * MARKED_OF is the function that looks for marks. */

/* With w in the middle: marked ones among the first of each less busy row. */
LANES_FOR static enum status LANES_NAME(find_less_busy)(const struct search *s, struct finder *f,
                                                        uint32_t w) {
    const struct rows_of_ties *rows = &s->g->out;
    enum status status = ST_OK;
    uint64_t found = 0, end = rows->start[w + 1];
    uint32_t heard = 0;
    for (uint64_t i = s->end[w]; i < end && status == ST_OK; i++) {
        uint32_t v = rows->node[i], rank = s->rank[i];
        if (rank > 0) {
            uint32_t n = MARKED_OF(f->mark, rows->node + rows->start[v], rank, f->marked + heard);
            f->found[v] += n;
            found += n;
            heard = count_heard(f, heard + n);
        }
        status = stint_due(&f->stint, 2 + rank);
    }
    f->found[w] += found;
    count_all(f, heard);
    return status;
}
