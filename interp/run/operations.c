/* What the main loop leaves to functions: lists, records, relations, actions.
 *
 * Every value that must live through an allocation lies in a register. */
#include "run/machine.h"
#include "base/num.h"
#include <math.h>

static bool no_memory(struct vm *vm) {
    vm_no_memory(vm);
    return false;
}

/* ---- registers by place ---- */

struct value value_at(const union word *s, struct object *const *r, struct home at) {
    struct value v = {.type = at.type};
    enum shape shape = shape_of(at.type);
    if (shape == SHAPE_REF)
        v.w[0].ref = r[at.reg];
    for (uint16_t w = 0; w < shape_width(shape); w++)
        v.w[w] = s[at.reg + w];
    return v;
}

void set_value(union word *s, struct object **r, struct home at, const struct value *v) {
    enum shape shape = shape_of(at.type);
    if (shape == SHAPE_REF)
        r[at.reg] = v->w[0].ref;
    for (uint16_t w = 0; w < shape_width(shape); w++)
        s[at.reg + w] = v->w[w];
}

static const struct site *site_of(const struct vm *vm, uint16_t number) {
    return vm->frame->proto->sites[number];
}

/* ---- lists ---- */

static bool put_list(struct vm *vm, struct object **to, uint32_t n, uint16_t layout) {
    struct list *l = heap_list(&vm->heap, n, layout == LAYOUT_REFS, layout == LAYOUT_WIDE);
    if (!l)
        return no_memory(vm);
    *to = &l->head;
    return true;
}

OPERATION(list_new) {
    UNUSED(s);
    return put_list(vm, &r[i->a], i->b, i->c);
}

OPERATION(list_make) {
    int64_t n = s[i->b].i;
    if (n < 0) {
        vm_fail(vm, ST_FAILED, E0402, "a list cannot have %lld elements", (long long)n);
        return false;
    }
    return n > INT32_MAX ? no_memory(vm) : put_list(vm, &r[i->a], (uint32_t)n, i->c);
}

OPERATION(list_fill) {
    UNUSED(vm);
    struct list *l = (struct list *)r[i->a];
    for (uint32_t k = 0; k < l->n; k++)
        l->at[k] = s[i->b];
    return true;
}

OPERATION(list_fill_pair) {
    UNUSED(vm);
    struct list *l = (struct list *)r[i->a];
    for (size_t k = 0; k < l->n; k++) {
        l->at[2 * k] = s[i->b];
        l->at[2 * k + 1] = s[i->b + 1];
    }
    return true;
}

OPERATION(list_fill_nullable) {
    struct list *l = (struct list *)r[i->a];
    if (s[i->b + 1].i != PRESENT && l->n) {
        if (!heap_list_states(&vm->heap, l))
            return no_memory(vm);
        memset(l->states, (int)s[i->b + 1].i, l->n);
    }
    return list_fill(vm, i, s, r);
}

OPERATION(list_fill_ref) {
    UNUSED(vm);
    UNUSED(s);
    struct list *l = (struct list *)r[i->a];
    for (uint32_t k = 0; k < l->n; k++)
        l->at[k].ref = r[i->b];
    return true;
}

static bool put_nullable(struct vm *vm, struct list *l, uint32_t at, const union word *value) {
    if (value[1].i != PRESENT && !heap_list_states(&vm->heap, l))
        return no_memory(vm);
    if (l->states)
        l->states[at] = (uint8_t)value[1].i;
    l->at[at] = value[0];
    return true;
}

OPERATION(list_put_nullable) {
    return put_nullable(vm, (struct list *)r[i->a], i->c, &s[i->b]);
}

struct list *list_to_write(struct vm *vm, struct object **place) {
    struct list *l = (struct list *)*place;
    if (l->head.flags & OBJ_SHARED) {
        union word own = {.ref = *place};
        l = (struct list *)object_to_write(vm, &own);
        if (l)
            *place = &l->head;
    }
    return l;
}

void bad_index(struct vm *vm, const struct object *l, int64_t at) {
    uint32_t n = l ? ((const struct list *)l)->n : 0;
    if (n == 0)
        vm_fail(vm, ST_FAILED, E0402, "there is no element %lld: the list is empty", (long long)at);
    else
        vm_fail(vm, ST_FAILED, E0402, "there is no element %lld: the list has elements 1 to %u",
                (long long)at, n);
}

OPERATION(list_set_nullable) {
    int64_t at = s[i->b].i;
    struct list *l = (struct list *)r[i->a];
    if (!l || (uint64_t)at - 1 >= l->n) {
        bad_index(vm, r[i->a], at);
        return false;
    }
    l = list_to_write(vm, &r[i->a]);
    return l && put_nullable(vm, l, (uint32_t)(at - 1), &s[i->c]);
}

/* One more element, zeroed, in a list that nobody else holds; NULL: no memory. */
static struct list *grown(struct vm *vm, struct object **place) {
    struct list *l = list_to_write(vm, place);
    if (l && !heap_list_push(&vm->heap, l)) {
        vm_no_memory(vm);
        return NULL;
    }
    return l;
}

OPERATION(list_append) {
    struct list *l = grown(vm, &r[i->a]);
    if (l)
        l->at[l->n - 1] = s[i->b];
    return l;
}

OPERATION(list_append_pair) {
    struct list *l = grown(vm, &r[i->a]);
    if (l)
        memcpy(&l->at[2 * (size_t)(l->n - 1)], &s[i->b], 2 * sizeof(union word));
    return l;
}

OPERATION(list_append_nullable) {
    struct list *l = grown(vm, &r[i->a]);
    return l && put_nullable(vm, l, l->n - 1, &s[i->b]);
}

OPERATION(list_append_ref) {
    UNUSED(s);
    struct list *l = grown(vm, &r[i->a]);
    if (l)
        l->at[l->n - 1].ref = r[i->b];
    return l;
}

/* ---- membership ---- */

static bool is_present(const struct list *l, uint32_t i) {
    return !l->states || l->states[i] == PRESENT;
}

OPERATION(list_has_int) {
    UNUSED(vm);
    const struct list *l = (const struct list *)r[i->c];
    int64_t x = s[i->b].i, found = 0;
    for (uint32_t k = 0; l && !found && k < l->n; k++)
        found = l->at[k].i == x && is_present(l, k);
    s[i->a].i = found;
    return true;
}

OPERATION(list_has_float) {
    UNUSED(vm);
    const struct list *l = (const struct list *)r[i->c];
    double x = s[i->b].f;
    int64_t found = 0;
    for (uint32_t k = 0; l && !found && k < l->n; k++)
        found = l->at[k].f == x && is_present(l, k);
    s[i->a].i = found;
    return true;
}

OPERATION(list_has_pair) {
    UNUSED(vm);
    const struct list *l = (const struct list *)r[i->c];
    const union word *x = &s[i->b];
    int64_t found = 0;
    for (size_t k = 0; l && !found && x[1].i > 0 && k < l->n; k++) {
        const union word *e = &l->at[2 * k];
        found = e[1].i > 0 && num_compare_ratio(x[0].i, x[1].i, e[0].i, e[1].i) == 0;
    }
    s[i->a].i = found;
    return true;
}

OPERATION(list_has_text) {
    UNUSED(vm);
    const struct list *l = (const struct list *)r[i->c];
    const struct text *x = (const struct text *)r[i->b];
    int64_t found = 0;
    for (uint32_t k = 0; l && x && !found && k < l->n; k++)
        found = text_equal(x, (const struct text *)l->at[k].ref);
    s[i->a].i = found;
    return true;
}

/* ---- records and relations ---- */

OPERATION(record_new) {
    UNUSED(s);
    struct record *made = heap_record(&vm->heap, i->b, i->c);
    if (!made)
        return no_memory(vm);
    r[i->a] = &made->head;
    return true;
}

OPERATION(make_function) {
    UNUSED(s);
    struct record *made = heap_record(&vm->heap, 1, 1);
    if (!made)
        return no_memory(vm);
    made->at[0].ref = r[i->b];
    made->at[1].i = (int64_t)(intptr_t)vm->frame->proto->callees[i->c];
    r[i->a] = &made->head;
    return true;
}

OPERATION(make_relation) {
    const struct site *site = site_of(vm, i->b);
    struct relation *made = heap_relation(&vm->heap, site->plan, site->nrefs, site->nwords);
    if (!made)
        return no_memory(vm);
    for (uint32_t k = 0; k < site->n; k++) {
        struct value v = value_at(s, r, site->values[k]);
        uint16_t slot = captured_slot(site->plan, k);
        enum shape shape = shape_of(v.type);
        if (shape == SHAPE_REF)
            made->captured[slot].ref = v.w[0].ref;
        for (uint16_t w = 0; w < shape_width(shape); w++)
            made->captured[slot + w] = v.w[w];
    }
    r[i->a] = &made->head;
    return true;
}

enum status vm_relation_frame(struct vm *vm, struct object *relation, struct frame **out) {
    *out = NULL;
    if (!relation)
        return vm_fail(vm, ST_FAILED, E0403, "this relation was not set yet");
    if (relation->kind == OBJ_FRAME) {
        *out = frame_hold(((struct frame_object *)relation)->frame);
        return ST_OK;
    }
    enum status status = vm->host.run_relation(vm->host.user, (struct relation *)relation, out);
    if (status != ST_OK)
        vm->status = status;
    return status;
}

/* A text of the frame lives only as long as the frame does. */
static bool set_cell(struct vm *vm, struct home to, const struct frame *f) {
    struct value v = {.type = to.type, .w = {{.i = 0}, {.i = MISSING}}};
    if (shape_of(to.type) == SHAPE_PAIR)
        v.w[1].i = 0;
    if (f->n && f->ncolumns)
        v = column_value(&f->columns[0], 0);
    if (type_storage(to.type) == STORE_TEXT && v.w[0].ref) {
        struct text *copy = heap_text(&vm->heap, value_str(&v));
        if (!copy)
            return no_memory(vm);
        v.w[0].ref = &copy->head;
    }
    set_value(vm->frame->s, vm->frame->r, to, &v);
    return true;
}

OPERATION(first_cell) {
    const struct site *site = site_of(vm, i->a);
    struct value relation = value_at(s, r, site->values[0]);
    struct frame *f;
    if (vm_relation_frame(vm, relation.w[0].ref, &f) != ST_OK)
        return false;
    bool ok = set_cell(vm, site->result, f);
    frame_drop(f);
    return ok;
}

/* ---- numbers ---- */

static bool whole(struct vm *vm, double x, int64_t *out) {
    if (!(x >= -9223372036854775808.0 && x < 9223372036854775808.0)) {
        vm_fail(vm, ST_FAILED, E0403, "%g does not fit in a whole number", x);
        return false;
    }
    *out = (int64_t)x;
    return true;
}

OPERATION(float_floor) {
    UNUSED(r);
    return whole(vm, floor(s[i->b].f), &s[i->a].i);
}

OPERATION(float_ceil) {
    UNUSED(r);
    return whole(vm, ceil(s[i->b].f), &s[i->a].i);
}

/* Decimals by way of the exact digits; tens and hundreds by scaling. */
OPERATION(round_float) {
    UNUSED(vm);
    UNUSED(r);
    double x = s[i->b].f;
    int64_t digits = s[i->c].i;
    char printed[352];
    if (digits == 0 || !isfinite(x)) {
        s[i->a].f = round(x);
    } else if (digits < 0) {
        double unit = pow(10, (double)(digits < -308 ? -308 : -digits));
        s[i->a].f = digits < -308 ? 0 : round(x / unit) * unit;
    } else if (digits > 28 || fabs(x) >= 1e15) {
        s[i->a].f = x;
    } else {
        size_t n = num_print_fixed(printed, x, (int)digits);
        num_parse_float((struct str){printed, n}, &s[i->a].f);
    }
    return true;
}

/* ---- stopping ---- */

OPERATION(script_failed) {
    UNUSED(s);
    struct str message = text_str((const struct text *)r[i->a]);
    vm_fail(vm, ST_FAILED, E0405, "%.*s", STR_ARG(message));
    return false;
}

/* ---- actions ---- */

static enum status print_values(struct vm *vm, const struct site *site, const union word *s,
                                struct object *const *r) {
    struct buf line;
    buf_init(&line, vm->alloc);
    for (uint32_t k = 0; k < site->n; k++) {
        struct value v = value_at(s, r, site->values[k]);
        buf_text(&line, k ? " " : "");
        value_print(&line, &vm->session->calendar, &v);
    }
    enum status status =
        line.failed ? vm_no_memory(vm) : vm->host.print(vm->host.user, buf_view(&line));
    buf_free(&line);
    return status;
}

/* The path and, behind it, a relation over the table that says which rows are wanted. */
static enum status import(struct vm *vm, const struct site *site, const struct value *path,
                          const union word *s, struct object *const *r) {
    const struct relation *where = NULL;
    if (site->n > 1) {
        struct value v = value_at(s, r, site->values[1]);
        where = (const struct relation *)v.w[0].ref;
    }
    return vm->host.import(vm->host.user, site->node, value_str(path), where);
}

static enum status define_values(struct vm *vm, const struct site *site, const union word *s,
                                 struct object *const *r) {
    struct value values[4]; /* the answers of a `diff` are the most */
    assert(site->n <= COUNT_OF(values));
    for (uint32_t k = 0; k < site->n; k++)
        values[k] = value_at(s, r, site->values[k]);
    return vm->host.definitions(vm->host.user, site->node, values, site->n);
}

OPERATION(run_action) {
    const struct site *site = site_of(vm, i->a);
    const struct vm_host *host = &vm->host;
    struct value v = {0};
    if (site->n && site->kind != SITE_PRINT)
        v = value_at(s, r, site->values[0]);
    enum status status;
    switch (site->kind) {
    case SITE_SHOW:
        status = host->show(host->user, site->node, &v);
        break;
    case SITE_PRINT:
        status = print_values(vm, site, s, r);
        break;
    case SITE_EXPLAIN:
        status = host->explain(host->user, site->node, site->n ? &v : NULL);
        break;
    case SITE_DEFINITIONS:
        status = define_values(vm, site, s, r);
        break;
    case SITE_INTO:
        status = host->into(host->user, site->node, v.w[0].ref);
        break;
    default:
        status = import(vm, site, &v, s, r);
        break;
    }
    if (status != ST_OK)
        vm->status = status;
    return status == ST_OK;
}
