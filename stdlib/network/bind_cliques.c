/* Cliques as rows: they are counted first and found again, so that they take no more room than they
 * need, and too many are told before. */
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/cliques.h"
#include "stdlib/rows.h"
#include <stdlib.h>

/* Columns. */
enum { RELATION, CLIQUE, SIZE, MEMBER };

struct clique {
    uint32_t n;
    uint32_t *member; /* rising */
};

struct clique_list {
    uint32_t least, most; /* nodes of each; cliques */
    uint32_t n;
    uint64_t members;
    struct clique *clique; /* NULL while they are counted */
    uint32_t *room;
};

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Larger ones first, then by their members. */
static int by_size(const void *a, const void *b) {
    const struct clique *x = a, *y = b;
    if (x->n != y->n) {
        return x->n < y->n ? 1 : -1;
    }
    for (uint32_t i = 0; i < x->n; i++) {
        if (x->member[i] != y->member[i]) {
            return x->member[i] < y->member[i] ? -1 : 1;
        }
    }
    return 0;
}

static enum status count_clique(void *user, const uint32_t *member, uint32_t n) {
    struct clique_list *list = user;
    UNUSED(member);
    list->n++;
    list->members += n;
    return list->n > list->most ? ST_LIMIT : ST_OK;
}

static enum status keep_clique(void *user, const uint32_t *member, uint32_t n) {
    struct clique_list *list = user;
    struct clique *clique = &list->clique[list->n++];
    *clique = (struct clique){n, list->room};
    list->room += n;
    memcpy(clique->member, member, n * sizeof *member);
    qsort(clique->member, n, sizeof *member, by_number);
    return ST_OK;
}

static enum status refuse_so_many(struct measuring *m, const struct clique_list *list) {
    m->status =
        native_fail_help(m->call, "ask for larger ones (`least`), or allow more of them (`most`)",
                         "`%.*s` has more than %u cliques of at least %u", STR_ARG(m->ties->name),
                         list->most, list->least);
    return ST_FAILED;
}

static enum status find_cliques(struct measuring *m, const struct graph *g,
                                struct clique_list *list) {
    enum status s = cliques_each(&m->host, g, list->least, list, count_clique);
    if (s == ST_LIMIT) {
        return refuse_so_many(m, list);
    }
    if (s != ST_OK) {
        return s;
    }
    list->clique = ARENA_ARRAY(native_arena(m->call), struct clique, (size_t)list->n + 1);
    list->room = ARENA_ARRAY(native_arena(m->call), uint32_t, list->members + 1);
    list->n = 0;
    s = list->clique && list->room ? cliques_each(&m->host, g, list->least, list, keep_clique)
                                   : ST_NO_MEMORY;
    if (s == ST_OK) {
        qsort(list->clique, list->n, sizeof *list->clique, by_size);
    }
    return s;
}

static bool put_clique(struct measuring *m, uint32_t number, const struct clique *clique) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < clique->n; i++) {
        uint32_t row = relation_row(m);
        ok = row != UINT32_MAX && put_int(m->frame, CLIQUE, row, number) &&
             put_int(m->frame, SIZE, row, clique->n) &&
             put_text(m->frame, MEMBER, row, m->key[clique->member[i]]);
    }
    return ok;
}

static enum status measure_cliques(struct measuring *m, const void *user) {
    struct clique_list list = *(const struct clique_list *)user;
    struct graph g;
    enum status s = graph_without_direction(&m->host, &m->graph, MERGE_MOST, &g);
    if (s != ST_OK) {
        return s;
    }
    s = find_cliques(m, &g, &list);
    graph_free(&g);
    for (uint32_t i = 0; s == ST_OK && i < list.n; i++) {
        s = had_memory(put_clique(m, i + 1, &list.clique[i]));
    }
    return s;
}

int network_cliques(struct native_call *c) {
    int64_t least = native_int(c, 1), most = native_int(c, 2);
    if (least < 1 || least > UINT32_MAX) {
        return native_fail_help(c, "3 is usual", "a clique has at least 1 member");
    }
    if (most < 1 || most >= UINT32_MAX) {
        return native_fail_help(c, "100000 is usual", "`most` cliques are 1 or more");
    }
    return measure_network(
        c, &(struct measure){
               .values = TIES_ALIKE,
               .definition = "clique: members who are all tied to each other, and to "
                             "all of whom nobody else is tied (Luce and Perry 1949; "
                             "found as by Eppstein, Loeffler and Strash 2010); "
                             "direction does not matter",
               .fn = measure_cliques,
               .user = &(struct clique_list){.least = (uint32_t)least, .most = (uint32_t)most}});
}
