/* The verifier: compiled code may be run without any further check.
 *
 * It runs in debug builds over every proto. What it does not prove: that a
 * register holds a value of the type an instruction takes; the compiler's
 * types see to that. */
#include "compile/proto.h"

struct verifier {
    const struct proto *p;
    uint32_t at;
    const char *why;
};

static bool wrong(struct verifier *v, const char *why) {
    v->why = why;
    return false;
}

static bool check_jump(struct verifier *v, int64_t offset) {
    int64_t to = (int64_t)v->at + offset;
    return (to >= 0 && to < v->p->n) || wrong(v, "a jump leaves the code");
}

static bool fits(struct verifier *v, uint32_t last, uint32_t n, const char *why) {
    return last < n || wrong(v, why);
}

static bool check_operand(struct verifier *v, char kind, uint16_t x) {
    const struct proto *p = v->p;
    switch (kind) {
    case 'r':
        return fits(v, x, p->nscalars, "no such scalar register");
    case 'w':
        return fits(v, x + 1u, p->nscalars, "no such pair of scalar registers");
    case 'R':
        return fits(v, x, p->nrefs, "no such reference register");
    case 'k':
        return fits(v, x, p->nconstants, "no such constant");
    case 'm':
        return fits(v, x + 1u, p->nconstants, "no such pair of constants");
    case 'K':
        return fits(v, x, p->nobjects, "no such object");
    case 'p':
        return fits(v, x, p->ncallees, "no such callee");
    case 's':
        return fits(v, x, p->nsites, "no such site");
    case 'x':
        return fits(v, x, p->nscalars + 1u, "a window outside the scalars");
    case 'X':
        return fits(v, x, p->nrefs + 1u, "a window outside the references");
    case 'j':
        return check_jump(v, (int16_t)x);
    case 'J':
        return check_jump(v, long_jump(&p->code[v->at]));
    default:
        return true;
    }
}

/* A callee's parameters and result lie in the caller's window, or the collector would miss them. */
static bool check_call(struct verifier *v, const struct instruction *i) {
    const struct proto *callee = v->p->callees[i->c];
    enum shape s = callee->result.type ? shape_of(callee->result.type) : SHAPE_NONE;
    if (!fits(v, (uint32_t)i->a + shape_width(s), v->p->nscalars + 1u,
              "a result outside the scalars") ||
        !fits(v, (uint32_t)i->b + (s == SHAPE_REF), v->p->nrefs + 1u,
              "a result outside the references"))
        return false;
    return fits(v, (uint32_t)i->a + callee->parameter_scalars, v->p->nscalars + 1u,
                "arguments outside the scalars") &&
           fits(v, (uint32_t)i->b + callee->parameter_refs, v->p->nrefs + 1u,
                "arguments outside the references");
}

static bool check_place(struct verifier *v, const struct home *place) {
    enum shape s = place->type ? shape_of(place->type) : SHAPE_NONE;
    if (s == SHAPE_REF)
        return fits(v, place->reg, v->p->nrefs, "a site's reference outside the window");
    return fits(v, (uint32_t)place->reg + shape_width(s), v->p->nscalars + 1u,
                "a site's scalar outside the window");
}

static bool check_site(struct verifier *v, const struct site *site) {
    for (uint32_t i = 0; i < site->n; i++)
        if (!check_place(v, &site->values[i]))
            return false;
    return check_place(v, &site->result);
}

static bool check_instruction(struct verifier *v) {
    const struct instruction *i = &v->p->code[v->at];
    if (i->op >= OP_COUNT)
        return wrong(v, "no such instruction");
    const char *kinds = op_table[i->op].operands;
    bool ok = check_operand(v, kinds[0], i->a) && check_operand(v, kinds[1], i->b) &&
              check_operand(v, kinds[2], i->c);
    if (!ok)
        return false;
    if (op_table[i->op].flow == FLOW_SKIP && v->at + 2 >= v->p->n)
        return wrong(v, "a guard skips over the end");
    if (op_table[i->op].flow != FLOW_END && v->at + 1 == v->p->n)
        return wrong(v, "the code runs over its end");
    if (i->op == OP_CALL_WORDS && !proto_is_small(v->p->callees[i->c]))
        return wrong(v, "a callee with more than a few scalars");
    if (i->op == OP_CALL || i->op == OP_CALL_WORDS)
        return check_call(v, i);
    const char *site = strchr(kinds, 's');
    return !site || check_site(v, v->p->sites[site == kinds ? i->a : i->b]);
}

static bool check_handler(struct verifier *v, const struct handler *h) {
    return ((h->start <= h->stop && h->target < v->p->n) ||
            wrong(v, "a handler leaves the code")) &&
           fits(v, h->reg, v->p->nrefs, "no register for the error");
}

bool verify_proto(const struct proto *p, uint32_t *at, const char **why) {
    struct verifier v = {p, 0, NULL};
    bool ok = p->n > 0 || wrong(&v, "there is no code");
    ok = ok && (p->parameter_scalars <= p->nscalars || wrong(&v, "parameters outside the scalars"));
    ok = ok && (p->parameter_refs <= p->nrefs || wrong(&v, "parameters outside the references"));
    for (uint32_t i = 0; ok && i < p->nhandlers; i++)
        ok = check_handler(&v, &p->handlers[i]);
    for (; ok && v.at < p->n; v.at++)
        if (!check_instruction(&v)) {
            ok = false;
            break;
        }
    *at = v.at;
    *why = v.why;
    return ok;
}
