/* `diff`: what changed between two definitions, clause by clause, and what that
 * does to the figures.
 *
 * Clauses are compared in normal form and shown as they were written. Figures
 * are the answers of both measures to the same questions, joined by dims and
 * period; the row without a period is the answer over all of the time. */
#include "api/catalogue.h"
#include "base/pair.h"
#include "exec/rows.h"

/* ---- clauses ---- */

struct clause {
    struct str text, normal;
    uint32_t kind;
    bool same; /* the other definition has it too */
};

typedef ARENA_VEC(struct clause) clauses;

static struct str slice(struct str text, struct span s) {
    return (struct str){text.p + s.start, s.stop - s.start};
}

static void add_clause(struct spoke *sp, clauses *out, struct str text, uint32_t kind) {
    ARENA_PUSH(&sp->scratch, out) =
        (struct clause){text, content_plain(&sp->scratch, text), kind, false};
}

/* Title, then each clause; of what has no clauses, all that stands behind the name. */
static void read_clauses(struct spoke *sp, const struct definition *d, clauses *out) {
    struct sources sources;
    struct diags quiet;
    sources_init(&sources, &sp->scratch);
    diags_init(&quiet, &sp->scratch);
    uint32_t source = source_add(&sources, STR("<definition>"), d->text);
    const struct node *file = parse(&sp->scratch, &quiet, &sources, source).file;
    const struct node *n = file->list.n ? file->list.at[0] : NULL;
    if (!n || quiet.errors)
        return;
    if (n->title.n)
        add_clause(sp, out, arena_printf(&sp->scratch, "\"%.*s\"", STR_ARG(n->title)), 0);
    if (n->kind == N_MEASURE && n->a)
        add_clause(sp, out, slice(d->text, n->a->span), N_KIND_COUNT);
    for (uint32_t i = 0; n->kind != N_FN && i < n->list.n; i++)
        add_clause(sp, out, slice(d->text, n->list.at[i]->span), n->list.at[i]->kind);
    if (n->kind == N_FN || n->list.n == 0) {
        struct span behind = {0, n->name_span.stop, n->span.stop};
        add_clause(sp, out, slice(d->text, behind), N_KIND_COUNT);
    }
}

static void match(clauses *a, clauses *b) {
    for (uint32_t i = 0; i < a->n; i++)
        for (uint32_t k = 0; k < b->n && !a->at[i].same; k++)
            if (!b->at[k].same && a->at[i].kind == b->at[k].kind &&
                str_eq(a->at[i].normal, b->at[k].normal))
                a->at[i].same = b->at[k].same = true;
}

/* One line, with blanks for its line ends. */
static void put_line(struct buf *out, unsigned indent, const char *sign, struct str text) {
    bool blank = false;
    buf_repeat(out, "  ", indent);
    buf_text(out, sign);
    for (size_t i = 0; i < text.n; i++) {
        bool is_blank =
            text.p[i] == ' ' || text.p[i] == '\n' || text.p[i] == '\t' || text.p[i] == '\r';
        if (!is_blank && blank)
            buf_char(out, ' ');
        blank = is_blank;
        if (!is_blank)
            buf_char(out, text.p[i]);
    }
    buf_char(out, '\n');
}

/* What went stands right above what came in its place. */
static bool put_changes(struct buf *out, clauses *a, clauses *b, unsigned indent) {
    bool any = false;
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->at[i].same)
            continue;
        put_line(out, indent, "- ", a->at[i].text);
        any = true;
        for (uint32_t k = 0; k < b->n; k++)
            if (!b->at[k].same && b->at[k].kind == a->at[i].kind) {
                put_line(out, indent, "+ ", b->at[k].text);
                b->at[k].same = true;
                break;
            }
    }
    for (uint32_t k = 0; k < b->n; k++)
        if (!b->at[k].same) {
            put_line(out, indent, "+ ", b->at[k].text);
            any = true;
        }
    return any;
}

struct telling {
    struct spoke *sp;
    struct buf *out;
    ARENA_VEC(const struct definition *) told; /* what a definition and its uses share, once */
};

static void put_difference(struct telling *t, struct definition *a, struct definition *b,
                           unsigned indent);

static bool said_before(const struct definition *d, uint32_t use) {
    for (uint32_t i = 0; i < use; i++)
        if (str_eq(d->uses.at[i].name, d->uses.at[use].name))
            return true;
    return false;
}

static bool was_told(struct telling *t, const struct definition *d) {
    for (uint32_t i = 0; i < t->told.n; i++)
        if (t->told.at[i] == d)
            return true;
    ARENA_PUSH(&t->sp->scratch, &t->told) = d;
    return false;
}

/* What both use under one name, but which became another. */
static bool put_used(struct telling *t, const struct definition *a, const struct definition *b,
                     unsigned indent) {
    bool any = false;
    for (uint32_t i = 0; i < a->uses.n; i++)
        for (uint32_t k = 0; k < b->uses.n; k++) {
            struct definition *from = a->uses.at[i].to, *to = b->uses.at[k].to;
            if (!str_eq(a->uses.at[i].name, b->uses.at[k].name) || from == a || to == b ||
                said_before(a, i) || said_before(b, k) || str_eq(from->hash, to->hash))
                continue;
            any = true;
            if (!was_told(t, from))
                put_difference(t, from, to, indent);
        }
    return any;
}

static void put_difference(struct telling *t, struct definition *a, struct definition *b,
                           unsigned indent) {
    clauses before = {0}, after = {0};
    struct str from = definition_label(t->sp, a), to = definition_label(t->sp, b);
    buf_repeat(t->out, "  ", indent);
    buf_printf(t->out, "%.*s -> %.*s\n", STR_ARG(from), STR_ARG(to));
    read_clauses(t->sp, a, &before);
    read_clauses(t->sp, b, &after);
    match(&before, &after);
    bool any = put_changes(t->out, &before, &after, indent + 1);
    any = put_used(t, a, b, indent + 1) || any;
    if (!any) {
        buf_repeat(t->out, "  ", indent + 1);
        buf_text(t->out, str_eq(a->hash, b->hash) ? "no clause changed\n"
                                                  : "the order of its clauses changed\n");
    }
}

/* ---- figures ---- */

struct answer {
    const struct frame *f;
    int period, value;
};

struct figures {
    struct spoke *sp;
    struct frame *out;
    uint32_t ndims;
};

static int column_named(const struct frame *f, const char *name) {
    return type_field(f->type, str_of(name));
}

static bool is_same_row(const struct answer *a, uint32_t i, const struct answer *b, uint32_t k,
                        uint32_t ndims) {
    for (uint32_t d = 0; d < ndims; d++)
        if (column_compare(&a->f->columns[d], i, &b->f->columns[d], k) != 0)
            return false;
    return a->period < 0 ||
           column_compare(&a->f->columns[a->period], i, &b->f->columns[b->period], k) == 0;
}

/* Texts move to the pool of the result. */
static bool copy_cell(struct frame *out, uint32_t column, const struct column *from, uint32_t row) {
    struct column *to = &out->columns[column];
    uint32_t last = out->n - 1;
    bool is_text = type_storage(from->type) == STORE_TEXT;
    if (!is_text || !from->t[row])
        return column_copy(out->alloc, to, last, from, row);
    to->t[last] = frame_text(out, text_str(from->t[row]));
    return to->t[last] != NULL;
}

static double number_at(const struct column *c, uint32_t row) {
    if (c->d)
        return (double)c->i[row] / (double)c->d[row];
    return type_storage(c->type) == STORE_FLOAT ? c->f[row] : (double)c->i[row];
}

static bool set_missing(struct frame *out, uint32_t column) {
    struct column *c = &out->columns[column];
    if (c->d || type_storage(c->type) == STORE_TEXT)
        return true; /* zero is missing */
    if (!column_states(out->alloc, c))
        return false;
    c->state[out->n - 1] = MISSING;
    return true;
}

/* second - first where both are there. */
static bool set_difference(struct frame *out, uint32_t at) {
    const struct column *a = &out->columns[at - 2], *b = &out->columns[at - 1];
    struct column *c = &out->columns[at];
    uint32_t row = out->n - 1;
    if (column_state(a, row) != PRESENT || column_state(b, row) != PRESENT)
        return set_missing(out, at);
    if (c->d) {
        struct pair difference;
        if (!pair_subtract((struct pair){b->i[row], b->d[row]}, (struct pair){a->i[row], a->d[row]},
                           &difference))
            return true;
        c->i[row] = difference.n;
        c->d[row] = difference.d;
        return true;
    }
    c->f[row] = number_at(b, row) - number_at(a, row);
    return true;
}

/* Of two answers a row each; -1: that one has no such row. */
static bool put_row(struct figures *g, const struct answer *a, int64_t i, const struct answer *b,
                    int64_t k) {
    const struct answer *some = i >= 0 ? a : b;
    uint32_t row = (uint32_t)(i >= 0 ? i : k), at = 0;
    if (!frame_push(g->out))
        return false;
    for (; at < g->ndims; at++)
        if (!copy_cell(g->out, at, &some->f->columns[at], row))
            return false;
    bool fine = some->period < 0 ? set_missing(g->out, at)
                                 : copy_cell(g->out, at, &some->f->columns[some->period], row);
    fine = fine && (i < 0 ? set_missing(g->out, at + 1)
                          : copy_cell(g->out, at + 1, &a->f->columns[a->value], (uint32_t)i));
    fine = fine && (k < 0 ? set_missing(g->out, at + 2)
                          : copy_cell(g->out, at + 2, &b->f->columns[b->value], (uint32_t)k));
    return fine && set_difference(g->out, at + 3);
}

/* Rows of the first in their order, then those that only the second has. */
static bool put_rows(struct figures *g, const struct answer *a, const struct answer *b) {
    for (uint32_t i = 0; i < a->f->n; i++) {
        int64_t found = -1;
        for (uint32_t k = 0; k < b->f->n && found < 0; k++)
            if (is_same_row(a, i, b, k, g->ndims))
                found = k;
        if (!put_row(g, a, i, b, found))
            return false;
    }
    for (uint32_t k = 0; k < b->f->n; k++) {
        bool found = false;
        for (uint32_t i = 0; i < a->f->n && !found; i++)
            found = is_same_row(a, i, b, k, g->ndims);
        if (!found && !put_row(g, a, -1, b, k))
            return false;
    }
    return true;
}

static const struct type *maybe(struct spoke *sp, const struct type *t) {
    return type_nullable(&sp->session.types, t, true);
}

static enum status make_frame(struct spoke *sp, void *data) {
    struct answer *answers = ((void **)data)[0];
    struct figures *g = ((void **)data)[1];
    uint32_t n = *(const uint32_t *)((void **)data)[2];
    const struct type *a = answers[0].f->columns[answers[0].value].type;
    const struct type *b = answers[1].f->columns[answers[1].value].type;
    struct field *fields = ARENA_ARRAY(&sp->scratch, struct field, g->ndims + 5);
    uint32_t count = 0;
    for (; count < g->ndims; count++)
        fields[count] = answers[0].f->type->fields[count];
    const struct type *period = n > 2 ? answers[2].f->columns[answers[2].period].type
                                      : type_scalar(&sp->session.types, TY_PERIOD, true);
    bool pairs = type_storage(a) == STORE_PAIR && type_storage(b) == STORE_PAIR;
    fields[count++] = (struct field){STR("period"), maybe(sp, period)};
    fields[count++] = (struct field){STR("first"), maybe(sp, a)};
    fields[count++] = (struct field){STR("second"), maybe(sp, b)};
    fields[count++] = (struct field){
        STR("difference"), type_scalar(&sp->session.types, pairs ? TY_POINTS : TY_FLOAT, true)};
    const struct type *t = type_relation(&sp->session.types, fields, count, NULL, 0);
    g->out = frame_new(&sp->alloc, t);
    return g->out ? ST_OK : ST_NO_MEMORY;
}

/* The dims of two answers to one question; what is no such pair has no figures to compare. */
static bool fits(const struct answer *answers, uint32_t n, uint32_t *ndims) {
    for (uint32_t i = 0; i < n; i++) {
        const struct frame *f = answers[i].f;
        int counts = column_named(f, "n");
        if (answers[i].value < 0 || counts < 0)
            return false;
        uint32_t dims = (uint32_t)counts - (answers[i].period >= 0);
        if (i && dims != *ndims)
            return false;
        *ndims = dims;
        for (uint32_t d = 0; d < dims; d++)
            if (f->columns[d].type->kind != answers[0].f->columns[d].type->kind)
                return false;
    }
    return n >= 2;
}

/* ---- people told by a difference ---- */

static int64_t count_of(const struct answer *a, const char *name, uint32_t row) {
    int at = column_named(a->f, name);
    const struct column *c = at < 0 ? NULL : &a->f->columns[at];
    return c && type_storage(c->type) == STORE_WORD && column_state(c, row) == PRESENT ? c->i[row]
                                                                                       : 0;
}

static bool is_few(int64_t a, int64_t b, int64_t under) {
    int64_t apart = a < b ? b - a : a - b;
    return apart > 0 && apart < under;
}

/* Two cells of the same people, but for few whom only one definition counts. */
static bool differ_by_few(const struct answer *a, uint32_t i, const struct answer *b, uint32_t k,
                          int64_t under) {
    int64_t n = count_of(a, "n", i), d = count_of(a, "d", i);
    int64_t other_n = count_of(b, "n", k), other_d = count_of(b, "d", k);
    return is_few(n, other_n, under) || is_few(d, other_d, under) ||
           is_few(d - n, other_d - other_n, under);
}

static bool any_few(const struct answer *a, const struct answer *b, uint32_t ndims) {
    int64_t under = a->f->under > b->f->under ? a->f->under : b->f->under;
    for (uint32_t i = 0; under > 0 && i < a->f->n; i++)
        for (uint32_t k = 0; k < b->f->n; k++)
            if (is_same_row(a, i, b, k, ndims) && differ_by_few(a, i, b, k, under))
                return true;
    return false;
}

/* One difference of few would tell of the others through their sums, so all of them go. */
static bool hide_second(struct figures *g) {
    uint32_t second = g->ndims + 2;
    for (uint32_t row = 0; row < g->out->n; row++)
        if (!column_suppress(g->out->alloc, &g->out->columns[second], row) ||
            !column_suppress(g->out->alloc, &g->out->columns[second + 1], row))
            return false;
    return frame_note(g->out,
                      "the two differ by fewer than %lld in a group: the figures of the "
                      "second are suppressed",
                      (long long)g->out->under);
}

static bool protect_people(struct figures *g, const struct answer *answers, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (answers[i].f->under > g->out->under)
            g->out->under = answers[i].f->under;
    bool few = any_few(&answers[0], &answers[1], g->ndims) ||
               (n > 3 && any_few(&answers[2], &answers[3], g->ndims));
    return !few || hide_second(g);
}

static enum status show_figures(struct spoke *sp, struct answer *answers, uint32_t n) {
    struct figures g = {.sp = sp};
    void *work[] = {answers, &g, &n};
    if (!fits(answers, n, &g.ndims))
        return ST_OK;
    enum status s = guarded(sp, make_frame, work);
    if (s == ST_OK &&
        (!put_rows(&g, &answers[0], &answers[1]) ||
         (n > 3 && !put_rows(&g, &answers[2], &answers[3])) || !protect_people(&g, answers, n)))
        s = ST_NO_MEMORY;
    if (s == ST_OK)
        s = show_frame(sp, g.out);
    frame_drop(g.out);
    return s;
}

/* ---- the statement ---- */

static enum status put_texts(struct spoke *sp, void *data) {
    const struct node *statement = ((void **)data)[0];
    struct buf *out = ((void **)data)[1];
    struct gathering g = {.sp = sp};
    enum status s = catalogue_read(sp);
    struct definition *a = gather(&g, statement->a->symbol);
    struct definition *b = gather(&g, statement->b->symbol);
    if (s != ST_OK || !a || !b)
        return s;
    if (!content_hash(&sp->scratch, a) || !content_hash(&sp->scratch, b))
        return ST_OK;
    struct telling t = {.sp = sp, .out = out};
    was_told(&t, a);
    put_difference(&t, a, b, 0);
    return out->failed ? ST_NO_MEMORY : ST_OK;
}

enum status show_difference(struct spoke *sp, const struct node *statement,
                            const struct value *values, uint32_t n) {
    struct answer answers[4];
    struct frame *frames[4] = {NULL};
    struct buf text;
    buf_init(&text, &sp->alloc);
    void *work[] = {(void *)(uintptr_t)statement, &text};
    enum status s = guarded(sp, put_texts, work);
    if (s == ST_OK)
        s = show_text(sp, buf_view(&text));
    buf_free(&text);
    for (uint32_t i = 0; i < n && s == ST_OK; i++) {
        s = vm_relation_frame(&sp->vm, values[i].w[0].ref, &frames[i]);
        if (s == ST_OK)
            answers[i] = (struct answer){frames[i], column_named(frames[i], "period"),
                                         column_named(frames[i], "value")};
    }
    if (s == ST_OK && n)
        s = show_figures(sp, answers, n);
    for (uint32_t i = 0; i < n; i++)
        frame_drop(frames[i]);
    return s;
}
