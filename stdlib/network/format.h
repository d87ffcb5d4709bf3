/* Networks as files for other programs: GraphML, GEXF, Pajek, DL, DOT, node-link JSON, CSV.
 *
 * What is missing is left out, never written as a number that is none. Ties between the same two
 * members are one, with their spells, since programs that read these files merge or double what is
 * parallel: strengths are added up, of distances the shortest counts, `ties` says how many there
 * were. Everything is borrowed; what is
 * made lies in the arena of the call. Long writing asks the host whether to go on. */
#ifndef SPOKE_NETWORK_FORMAT_H
#define SPOKE_NETWORK_FORMAT_H

#include "base/buf.h"
#include "stdlib/network/effort.h"

enum format_kind { FORMAT_TEXT, FORMAT_INT, FORMAT_FLOAT, FORMAT_BOOL };

/* No day is said. */
#define FORMAT_NO_DAY INT64_MIN

struct format_column { /* of the members */
    struct str name;
    enum format_kind kind;
    const struct str *cell; /* by member; p NULL: missing */
};

struct format_spell { /* the first and last day of being there, or FORMAT_NO_DAY */
    int64_t start, end;
};

struct format_tie { /* all ties between two members */
    uint32_t from, to;
    double weight;  /* NaN: none */
    uint32_t times; /* ties */
    uint32_t first_spell, nspells;
};

struct format_relation {
    struct str name;
    bool directed;
    uint32_t n; /* as they come: */
    const uint32_t *from, *to;
    const double *weight;             /* NULL: none declared; NaN: missing */
    bool distance;                    /* weights are distances: the shortest counts */
    const struct format_spell *spell; /* NULL: none declared */
    /* What format_merge makes of them. */
    uint32_t nmerged;
    struct format_tie *merged; /* by from and to */
    struct format_spell *spells;
    bool repeats; /* some pair has several */
};

struct format_network {
    const struct network_host *host;
    struct str name, title;
    uint32_t n;
    const struct str *id;
    bool numbers;                     /* ids are whole numbers */
    const struct str *label;          /* NULL: ids */
    const struct format_spell *spell; /* of members; NULL: none declared */
    const struct format_column *columns;
    uint32_t ncolumns;
    struct format_relation *relations;
    uint32_t nrelations;
};

/* Ties of all relations: sorted, those between the same two joined. ST_NO_MEMORY, or the host's
 * word. */
enum status format_merge(struct arena *arena, struct format_network *net);

/* Whether ties have directions: some of them; whether they differ in that. */
bool format_is_directed(const struct format_network *net);
bool format_is_mixed(const struct format_network *net);
bool format_has_weights(const struct format_network *net, bool distance);
bool format_repeats(const struct format_network *net);
bool format_has_days(const struct format_network *net);
/* Asks the host after every few thousand of a loop's turns. */
enum status format_poll(const struct format_network *net, uint64_t turn);
/* A weight as a number. */
void format_put_weight(struct buf *out, double weight);
/* A weight of 1 where none is declared, and what counts as no tie where it is missing. */
static inline double format_value(const struct format_relation *r, const struct format_tie *t) {
    return r->weight ? t->weight : 1;
}
/* What a weight is called. */
static inline const char *format_weight_name(const struct format_relation *r) {
    return r->distance ? "distance" : "weight";
}

/* ---- the formats: memory trouble stays in the buffer, the status is the host's ---- */
typedef enum status format_write(struct buf *out, const struct format_network *net);
format_write format_graphml, format_gexf, format_pajek, format_dl, format_dot, format_node_link,
    format_edges;
/* One relation; 0 where there is no tie. */
enum status format_matrix(struct buf *out, const struct format_network *net, uint32_t relation);

#endif
