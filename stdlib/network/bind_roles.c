/* roles(): which part each member plays, by stated rules. */
#include "stdlib/network/bind_roles.h"
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/blocks.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/components.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- finding ---- */

/* Without directions; graphs of ties that are simple already. */
static enum status build(struct asking *a, const struct ties *t, struct graph *out) {
    struct tie_list list = {.nodes = t->nodes, .n = t->n, .from = t->from, .to = t->to};
    return graph_build(&a->m.host, &list, out);
}

static enum status measure(struct asking *a, const struct graph *g, uint32_t *core, double *through,
                           uint8_t *cut) {
    enum status s = core_numbers(&a->m.host, g, core);
    if (s == ST_OK) {
        s = betweenness(&a->m.host, g, LENGTHS_ONE, through, NULL);
    }
    return s == ST_OK ? cutpoints(&a->m.host, g, cut) : s;
}

/* The largest z of each member's brokerage roles; NaN where it takes no part. */
static void find_largest_z(const struct groups *by, const uint8_t *silent,
                           const struct brokerage *b, uint32_t n, double *z) {
    for (uint32_t v = 0; v < n; v++) {
        z[v] = (double)NAN;
        for (int r = 0; takes_part(by, v) && r < ROLE_ANY; r++) {
            double of_role =
                brokerage_z(b->of_member[v][r], &brokerage_chance(b, by, silent, v)[r]);
            z[v] = isnan(of_role) || of_role < z[v] ? z[v] : of_role;
        }
    }
}

static uint32_t count_groups(const uint32_t *group, uint32_t n) {
    uint32_t groups = 0;
    for (uint32_t v = 0; v < n; v++) {
        groups = group[v] != UNKNOWN_GROUP && group[v] >= groups ? group[v] + 1 : groups;
    }
    return groups;
}

/* Brokerage between the groups, along directions. */
static enum status find_brokers(struct asking *a, const struct layer *l, double *z) {
    const struct ties *t = &l->ties;
    struct arena *arena = native_arena(a->m.call);
    struct tie_list list = {
        .nodes = t->nodes, .directed = t->directed, .n = t->n, .from = t->from, .to = t->to};
    struct groups by = {.n = count_groups(a->nodes.group, t->nodes), .of = a->nodes.group};
    struct brokerage b = {.of_member =
                              arena_take(arena, ((size_t)t->nodes + 1) * sizeof *b.of_member),
                          .of_group = arena_take(arena, ((size_t)by.n + 1) * sizeof *b.of_group)};
    struct graph g;
    enum status s =
        z && b.of_member && b.of_group ? graph_build(&a->m.host, &list, &g) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = brokerage_find(&a->m.host, &g, &by, l->silent, &b);
    if (s == ST_OK) {
        find_largest_z(&by, l->silent, &b, t->nodes, z);
    }
    graph_free(&g);
    return s;
}

/* Those who joined within the days that are asked. */
static const uint8_t *find_new(struct asking *a) {
    const struct network_view *v = a->m.net;
    uint8_t *is_new = MEMBER_ARRAY(&a->m, uint8_t);
    for (uint32_t i = 0; is_new && i < v->n; i++) {
        is_new[i] = v->joined[i] != NO_DAY && v->joined[i] >= v->first && v->joined[i] <= v->last;
    }
    return is_new;
}

const uint8_t *find_hubs(struct asking *a) {
    uint8_t *is_hub = MEMBER_ARRAY(&a->m, uint8_t);
    for (uint32_t i = 0; is_hub && i < a->m.net->n; i++) {
        is_hub[i] = a->m.net->hub[i];
    }
    return is_hub;
}

enum status find_roles(struct asking *a, const struct layer *l, struct role_finding *out) {
    const struct ties *t = &l->ties;
    const struct network_view *v = a->m.net;
    uint32_t *core = MEMBER_ARRAY(&a->m, uint32_t);
    double *through = MEMBER_ARRAY(&a->m, double);
    uint8_t *cut = MEMBER_ARRAY(&a->m, uint8_t);
    struct graph g;
    *out = (struct role_finding){.role = MEMBER_ARRAY(&a->m, struct member_role)};
    out->facts = (struct role_facts){.ties = t,
                                     .group = a->nodes.group,
                                     .core = core,
                                     .betweenness = through,
                                     .cutpoint = cut,
                                     .is_hub = v->hub ? find_hubs(a) : NULL,
                                     .is_new = v->joined && v->timed ? find_new(a) : NULL};
    if (!core || !through || !cut || !out->role || (v->hub && !out->facts.is_hub) ||
        (v->joined && v->timed && !out->facts.is_new)) {
        return ST_NO_MEMORY;
    }
    enum status s = build(a, t, &g);
    if (s != ST_OK) {
        return s;
    }
    s = measure(a, &g, core, through, cut);
    graph_free(&g);
    if (s == ST_OK && a->nodes.group) {
        double *z = MEMBER_ARRAY(&a->m, double);
        s = find_brokers(a, l, z);
        out->facts.broker_z = z;
    }
    return s == ST_OK
               ? had_memory(roles_find(native_arena(a->m.call), &out->facts, &out->cuts, out->role))
               : s;
}

/* ---- rows ---- */

enum { ROLE = 2, ALSO, BECAUSE };

static void say_backbone(struct buf *out, const struct role_finding *f, uint32_t v) {
    buf_printf(out, "core %u of %u, betweenness %.4g (cut %.4g), ties to %u other groups (cut %d)",
               f->facts.core[v], f->cuts.core, f->facts.betweenness[v], f->cuts.betweenness,
               f->role[v].groups, (int)BACKBONE_GROUPS);
}

static void say_bridge(struct buf *out, const struct role_finding *f, uint32_t v) {
    buf_text(out, f->facts.cutpoint[v] ? "without it the network falls apart"
                                       : "its group is tied to others through it alone");
}

static void say_why(struct buf *out, const struct role_finding *f, uint32_t v,
                    enum standing standing) {
    switch (standing) {
    case STANDING_HUB:
        buf_text(out, "declared");
        break;
    case STANDING_ISOLATE:
        buf_text(out, "no ties");
        break;
    case STANDING_BACKBONE:
        say_backbone(out, f, v);
        break;
    case STANDING_BRIDGE:
        say_bridge(out, f, v);
        break;
    case STANDING_BROKER:
        buf_printf(out, "brokerage z %.2f (cut %.2f)", f->facts.broker_z[v], BROKER_Z);
        break;
    case STANDING_ANCHOR:
        buf_printf(out, "named by %u of its group, the most there", f->role[v].internal);
        break;
    case STANDING_PERIPHERAL:
        buf_printf(out, "core %u (cut %d)", f->facts.core[v], (int)PERIPHERAL_CORE);
        break;
    case STANDING_NEWCOMER:
        buf_text(out, "joined in the period");
        break;
    default:
        buf_printf(out, "core %u, betweenness %.4g", f->facts.core[v], f->facts.betweenness[v]);
    }
}

static void list_others(struct buf *out, const struct member_role *m, enum standing standing) {
    for (int r = (int)standing + 1; r < STANDING_MEMBER; r++) {
        if (has_standing(m, (enum standing)r)) {
            buf_printf(out, "%s%s", out->n ? ", " : "", standing_name((enum standing)r));
        }
    }
}

static bool put_role(struct asking *a, const struct layer *l, const struct role_finding *f,
                     uint32_t v, struct buf *text) {
    enum standing standing = main_standing(&f->role[v]);
    uint32_t row = layer_member_row(a, l, v);
    bool ok = row != UINT32_MAX && put_text(a->m.frame, ROLE, row, str_of(standing_name(standing)));
    buf_clear(text);
    list_others(text, &f->role[v], standing);
    ok = ok && !text->failed && put_text(a->m.frame, ALSO, row, buf_view(text));
    buf_clear(text);
    say_why(text, f, v, standing);
    return ok && !text->failed && put_text(a->m.frame, BECAUSE, row, buf_view(text));
}

static enum status list_roles(struct asking *a, const void *user) {
    struct buf text;
    enum status s = ST_OK;
    UNUSED(user);
    buf_init(&text, native_alloc(a->m.call));
    for (uint32_t k = 0; s == ST_OK && k < a->layers.n; k++) {
        struct role_finding f;
        s = find_roles(a, &a->layers.at[k], &f);
        for (uint32_t v = 0; s == ST_OK && v < a->m.net->n; v++) {
            s = had_memory(put_role(a, &a->layers.at[k], &f, v, &text));
        }
    }
    buf_free(&text);
    return s;
}

int network_roles(struct native_call *c) {
    return ask_network(
        c, &(struct figure){
               .definition =
                   "roles: hub, declared; isolate, no ties; backbone, in the innermost core, "
                   "betweenness in the upper tenth and ties to three other groups or more; bridge, "
                   "a cutpoint or the only member through whom a group is tied to others; broker, "
                   "a brokerage role between groups with z above 1.96 (directed ties alone); "
                   "anchor, named most within its group; "
                   "peripheral, core number 1 or 0; newcomer, joined in the period asked. The "
                   "first that holds is `role`, the others are `also`",
               .fn = list_roles});
}
