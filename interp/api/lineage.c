/* `lineage`: the tables and columns behind a figure, the definitions that made
 * it, and the rows it was made from.
 *
 * Tables and columns come from the plan that runs, with those of the relations
 * that it captured; definitions from the texts. Rows are counted while the plan
 * runs: those that the store gives, after it has left out what it can judge. */
#include "api/catalogue.h"

/* ---- counting rows ---- */

struct read_table {
    struct str name;
    uint64_t rows;
    bool is_quiet; /* how many of its rows meet a condition is a result, and not suppressed here */
};
struct reading {
    struct arena *arena;
    ARENA_VEC(struct read_table) tables;
};
struct counting {
    struct row_source head;
    struct row_source *inner;
    struct alloc *alloc;
    struct reading *reading;
    uint32_t table;
};

static enum status next_counted(struct row_source *s, struct batch *b) {
    struct counting *c = (struct counting *)s;
    enum status status = c->inner->next(c->inner, b);
    if (status == ST_OK)
        c->reading->tables.at[c->table].rows += b->n;
    return status;
}

static void close_counted(struct row_source *s) {
    struct counting *c = (struct counting *)s;
    c->inner->close(c->inner);
    mem_give(c->alloc, c, sizeof *c);
}

static uint32_t table_number(const struct reading *r, struct str name) {
    uint32_t i = 0;
    while (i < r->tables.n && !str_eq(r->tables.at[i].name, name))
        i++;
    return i;
}

static struct str table_of(const struct plan *scan) {
    return scan->base == BASE_SQL ? STR("sql") : scan->table->name;
}

enum status count_rows(struct reading *r, const struct plan *scan, struct row_source **source) {
    uint32_t table = table_number(r, table_of(scan));
    if (table == r->tables.n)
        return ST_OK;
    struct counting *c = mem_zero(r->arena->alloc, sizeof *c);
    if (!c) {
        (*source)->close(*source);
        *source = NULL;
        return ST_NO_MEMORY;
    }
    *c = (struct counting){.head = {.next = next_counted, .close = close_counted},
                           .inner = *source,
                           .alloc = r->arena->alloc,
                           .reading = r,
                           .table = table};
    *source = &c->head;
    return ST_OK;
}

/* ---- what a plan reads ---- */

struct lineage {
    struct spoke *sp;
    struct reading reading;
    ARENA_VEC(struct str) columns;      /* "student.grade", sorted */
    ARENA_VEC(const struct plan *) met; /* plans that were walked */
    struct gathering definitions;
    ARENA_VEC(const struct symbol *) lets; /* whose texts were read */
};

static void add_table(struct lineage *l, struct str name, bool is_quiet) {
    bool told = !is_quiet || (l->sp->control.capabilities & CAN_READ_RAW);
    if (table_number(&l->reading, name) == l->reading.tables.n)
        ARENA_PUSH(l->reading.arena, &l->reading.tables) = (struct read_table){name, 0, !told};
}

static void add_column(struct lineage *l, const struct table *t, uint32_t column) {
    struct arena *arena = l->reading.arena;
    if (column >= t->n)
        return; /* the row's own number */
    struct str name =
        arena_printf(arena, "%.*s.%.*s", STR_ARG(t->name), STR_ARG(t->columns[column].name));
    uint32_t at = 0;
    while (at < l->columns.n && str_compare(l->columns.at[at], name) < 0)
        at++;
    if (at < l->columns.n && str_eq(l->columns.at[at], name))
        return;
    ARENA_PUSH(arena, &l->columns) = name;
    memmove(&l->columns.at[at + 1], &l->columns.at[at],
            (l->columns.n - 1 - at) * sizeof(struct str));
    l->columns.at[at] = name;
}

static void walk(struct lineage *l, const struct plan *p, const struct relation *made);

static void walk_steps(struct lineage *l, const struct plan *p) {
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = p->steps[i];
        if (s->kind == STEP_LOOKUP && s->column >= 0) {
            add_table(l, s->table->name, s->table->shown.under > 0);
            add_column(l, s->table, (uint32_t)s->column);
        }
        walk(l, s->leg, NULL);
    }
}

static void walk_captured(struct lineage *l, const struct plan *p, const struct relation *made) {
    for (uint32_t i = 0; made && i < p->ncaptured; i++) {
        const struct type *t = p->captured[i]->type;
        if (!t || t->kind != TY_RELATION)
            continue;
        const struct object *o = vm_captured(&l->sp->vm, made, p->captured[i]).ref;
        if (o && o->kind == OBJ_RELATION)
            walk(l, ((const struct relation *)o)->plan, (const struct relation *)o);
    }
}

static void walk(struct lineage *l, const struct plan *p, const struct relation *made) {
    if (!p)
        return;
    for (uint32_t i = 0; i < l->met.n; i++)
        if (l->met.at[i] == p)
            return;
    ARENA_PUSH(l->reading.arena, &l->met) = p;
    if (p->base == BASE_SCAN || p->base == BASE_SQL)
        add_table(l, table_of(p), p->base == BASE_SCAN && p->table->shown.under > 0);
    for (uint32_t i = 0; p->base == BASE_SCAN && i < p->nscan; i++)
        add_column(l, p->table, p->scan_columns[i]);
    walk_steps(l, p);
    walk_captured(l, p, made);
    walk(l, p->input, made);
    walk(l, p->right, made);
}

/* ---- what its text uses ---- */

static void add_definitions(struct lineage *l, struct definition *d) {
    uint32_t before = l->definitions.all.n;
    gather_more(&l->definitions, d);
    for (uint32_t i = 0; d && l->definitions.all.n > before && i < d->uses.n; i++)
        add_definitions(l, d->uses.at[i].to);
}

static void read_text(struct lineage *l, struct span span);

static void read_name(struct lineage *l, struct symbol *s) {
    struct gathering own = {.sp = l->sp};
    struct definition *d = gather(&own, s);
    if (d) {
        add_definitions(l, d);
        return;
    }
    if (s->kind != SYM_VARIABLE || !s->node || s->is_param)
        return;
    for (uint32_t i = 0; i < l->lets.n; i++)
        if (l->lets.at[i] == s)
            return;
    ARENA_PUSH(l->reading.arena, &l->lets) = s;
    read_text(l, s->node->span);
}

static void read_text(struct lineage *l, struct span span) {
    const struct source *source = source_at(&l->sp->sources, span.source);
    if (!source || span.stop > source->text.n || span.stop < span.start)
        return;
    struct str text = {source->text.p + span.start, span.stop - span.start};
    struct tokens t = content_tokens(l->reading.arena, text);
    for (uint32_t i = 0; i < t.n; i++) {
        struct symbol *s = t.at[i].kind == TOK_NAME && (i == 0 || t.at[i - 1].kind != TOK_DOT)
                               ? session_find(&l->sp->session, t.at[i].text)
                               : NULL;
        if (s)
            read_name(l, s);
    }
}

/* ---- saying it ---- */

static void put_tables(struct lineage *l, struct buf *out) {
    for (uint32_t i = 0; i < l->reading.tables.n; i++) {
        const struct read_table *t = &l->reading.tables.at[i];
        buf_printf(out, "%s%.*s", i ? ", " : "tables       ", STR_ARG(t->name));
        if (t->rows && !t->is_quiet)
            buf_printf(out, " (%llu rows read)", (unsigned long long)t->rows);
    }
    buf_text(out, l->reading.tables.n ? "\n" : "tables       none\n");
    for (uint32_t i = 0; i < l->columns.n; i++)
        buf_printf(out, "%s%.*s", i ? ", " : "columns      ", STR_ARG(l->columns.at[i]));
    buf_text(out, l->columns.n ? "\n" : "");
}

static void put_definitions(struct lineage *l, struct buf *out) {
    for (uint32_t i = 0; i < l->definitions.all.n; i++) {
        struct str label = definition_label(l->sp, l->definitions.all.at[i]);
        buf_printf(out, "%s%.*s\n", i ? "             " : "definitions  ", STR_ARG(label));
    }
}

struct work {
    const struct node *statement;
    struct object *made;
    struct frame *f;
    struct lineage l;
    struct buf out;
};

static enum status look(struct spoke *sp, void *data) {
    struct work *w = data;
    const struct relation *made =
        w->made && w->made->kind == OBJ_RELATION ? (const struct relation *)w->made : NULL;
    w->l.sp = w->l.definitions.sp = sp;
    w->l.reading.arena = &sp->scratch;
    enum status s = catalogue_read(sp);
    read_text(&w->l, w->statement->a->span);
    walk(&w->l, made ? made->plan : NULL, made);
    return s;
}

static enum status say(struct spoke *sp, void *data) {
    struct work *w = data;
    UNUSED(sp);
    put_tables(&w->l, &w->out);
    put_definitions(&w->l, &w->out);
    if (w->f)
        buf_printf(&w->out, "undecided    %llu row%s\nanswer       %u row%s\n",
                   (unsigned long long)w->f->undecided, w->f->undecided == 1 ? "" : "s",
                   (unsigned)w->f->n, w->f->n == 1 ? "" : "s");
    return w->out.failed ? ST_NO_MEMORY : ST_OK;
}

enum status show_lineage(struct spoke *sp, const struct node *statement,
                         const struct value *value) {
    struct work w = {.statement = statement};
    w.made = value && value->type->kind == TY_RELATION ? value->w[0].ref : NULL;
    buf_init(&w.out, &sp->alloc);
    enum status s = guarded(sp, look, &w);
    sp->reading = &w.l.reading;
    if (s == ST_OK && w.made)
        s = vm_relation_frame(&sp->vm, w.made, &w.f);
    sp->reading = NULL;
    if (s == ST_OK)
        s = guarded(sp, say, &w);
    if (s == ST_OK)
        s = show_text(sp, buf_view(&w.out));
    frame_drop(w.f);
    buf_free(&w.out);
    return s;
}
