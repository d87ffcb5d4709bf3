/* Whether like is tied to like: by degree, by a text or by a number of the members. */
#include "stdlib/network/assortativity.h"
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/rows.h"

/* What members are alike by; neither: degree. */
struct likeness {
    struct str by;
    struct member_groups groups;
    const double *value;
};

/* Text is a kind and a number a number, unless `as` says otherwise. */
static enum status read_likeness(struct measuring *m, struct str as, struct likeness *out) {
    const struct column *column = column_of_members(m, out->by);
    if (!column) {
        return ST_FAILED;
    }
    bool numeric =
        as.p ? str_is(as, "numeric") : column_has_numbers(column) && column->type->kind != TY_BOOL;
    return numeric ? read_numbers(m, out->by, &out->value)
                   : groups_of_column(m, column, out->by, &out->groups);
}

/* ---- the call ---- */

/* What members are alike by, as it was asked; no `by`: degree. */
struct asked {
    struct str by, as;
};

/* Columns behind `relation`. */
enum { BY = 1, LIKENESS, ASSORTATIVITY, TIES, UNKNOWN };

static enum status find_assortativity(struct measuring *m, const struct likeness *l,
                                      struct assortativity *out) {
    if (l->groups.by.of) {
        return assortativity_of_groups(&m->host, &m->graph, &l->groups.by, out);
    }
    if (l->value) {
        *out = assortativity_of_values(&m->graph, l->value, l->value);
        return ST_OK;
    }
    return assortativity_of_degree(&m->host, &m->graph, out);
}

static enum status measure_assortativity(struct measuring *m, const void *user) {
    const struct asked *asked = user;
    struct likeness l = {.by = asked->by.p ? asked->by : STR("degree")};
    struct assortativity a;
    enum status s = asked->by.p ? read_likeness(m, asked->as, &l) : ST_OK;
    if (s == ST_OK) {
        s = find_assortativity(m, &l, &a);
    }
    if (s != ST_OK) {
        return s;
    }
    const char *likeness = l.groups.by.of ? "nominal" : l.value ? "numeric" : "degree";
    uint32_t row = relation_row(m);
    return had_memory(row != UINT32_MAX && put_text(m->frame, BY, row, l.by) &&
                      put_text(m->frame, LIKENESS, row, str_of(likeness)) &&
                      put_float(m->frame, ASSORTATIVITY, row, a.value) &&
                      put_int(m->frame, TIES, row, (int64_t)a.ties) &&
                      put_int(m->frame, UNKNOWN, row, (int64_t)a.unknown));
}

static const char DEFINITION[] =
    "assortativity: whether like is tied to like, -1 to 1 (Newman 2003), without strengths; "
    "nominal: "
    "the share of ties within kinds by what chance would give; numeric: correlation over ties of "
    "both ends' numbers; degree: of degrees, with directions of out-degree where a tie begins with "
    "in-degree where it ends; unknown: ties left out because nothing is known of an end";

int network_assortativity(struct native_call *c) {
    struct asked asked = {STR_NONE, STR_NONE};
    if (!native_is_missing(c, 1) && !str_is(native_text(c, 1), "degree")) {
        asked.by = native_text(c, 1);
    }
    if (!native_is_missing(c, 2)) {
        asked.as = native_text(c, 2);
    }
    if (asked.as.p && !str_is(asked.as, "nominal") && !str_is(asked.as, "numeric")) {
        return native_fail_help(c, "`as` is \"nominal\" or \"numeric\"",
                                "members are not alike as \"%.*s\"", STR_ARG(asked.as));
    }
    return measure_network(c, &(struct measure){.values = TIES_ALIKE,
                                                .definition = DEFINITION,
                                                .fn = measure_assortativity,
                                                .user = &asked});
}
