/* Tables whose rows the host has: they are put into the store before they are asked for.
 *
 * A table is filled anew as a whole when its rows are not those that the host has now. Rows that
 * refer to it are then taken out first and filled behind it, so that no reference is ever left
 * without what it means. What is bound lives in the interpreter's arena; a table that is bound
 * again is the same one with another source. */
#include "api/grow.h"
#include "api/interp.h"
#include "base/datetime.h"
#include "base/num.h"
#include "base/utf8.h"
#include "store/handed.h"
#include <stdio.h>

struct bound {
    struct bound *next;
    struct str name;
    spoke_table_source source; /* its columns are `headers`; without `next` nothing is bound */
    void *user;
    struct csv_field *headers;
    uint32_t n;
    const struct table *filled; /* the table as it was declared then; NULL: not yet */
    uint64_t revision;
};

/* ---- one row after the other ---- */

struct number_text {
    char p[48];
};

struct filling {
    struct handed_rows rows; /* first: its address is that of the whole */
    struct spoke *sp;
    const struct bound *bound;
    spoke_datum *cells;
    struct number_text *numbers; /* by column */
    bool none;                   /* the table is to be emptied */
};

static struct csv_field field_of(struct filling *f, uint32_t i) {
    const spoke_datum *cell = &f->cells[i];
    char *text = f->numbers[i].p;
    struct csv_field out = {.p = text};
    switch (cell->kind) {
    case SPOKE_DATUM_INT:
        out.n = (uint32_t)num_print_int(text, cell->i);
        break;
    case SPOKE_DATUM_FLOAT:
        out.n = (uint32_t)num_print_float(text, cell->f);
        break;
    case SPOKE_DATUM_BOOL:
        out.p = cell->i ? "true" : "false";
        out.n = (uint32_t)strlen(out.p);
        break;
    case SPOKE_DATUM_DATE:
        out.n = (uint32_t)day_print(text, cell->i);
        break;
    case SPOKE_DATUM_TEXT:
        if (cell->text.n > CSV_FIELD_LIMIT || (cell->text.n && !cell->text.p)) {
            f->rows.flaw = "a text is longer than 1 MiB";
            break;
        }
        if (utf8_check((struct str){cell->text.p, cell->text.n}) != cell->text.n)
            f->rows.flaw = "a text is not valid UTF-8";
        out.p = cell->text.n ? cell->text.p : "";
        out.n = (uint32_t)cell->text.n;
        out.quoted = true;
        break;
    case SPOKE_DATUM_MISSING:
        break;
    default:
        f->rows.flaw = "a value is of no known kind";
    }
    return out;
}

static enum csv_result fail_rows(struct filling *f) {
    const struct span nowhere = {0, 0, 0};
    struct spoke *sp = f->sp;
    const struct bound *b = f->bound;
    const char *why = b->source.why ? b->source.why(b->user) : NULL;
    diag_error(&sp->diags, E0971, nowhere, "the host could not give row %llu of `%.*s`%s%s",
               (unsigned long long)f->rows.row, STR_ARG(b->name), why ? ": " : "", why ? why : "");
    f->rows.stopped = ST_FAILED;
    return CSV_STOPPED;
}

static enum csv_result next_row(struct handed_rows *rows) {
    struct filling *f = (struct filling *)(void *)rows;
    const struct bound *b = f->bound;
    if (f->none)
        return CSV_END;
    memset(f->cells, 0, (size_t)b->n * sizeof *f->cells);
    rows->flaw = NULL;
    int got = b->source.next(b->user, rows->row++, f->cells);
    if (got == SPOKE_ROWS_END)
        return CSV_END;
    if (got == SPOKE_ROWS_STOP || atomic_load(&f->sp->control.interrupted)) {
        rows->stopped = ST_INTERRUPTED;
        return CSV_STOPPED;
    }
    if (got != SPOKE_ROWS_NEXT)
        return fail_rows(f);
    for (uint32_t i = 0; i < b->n; i++)
        rows->fields[i] = field_of(f, i);
    return CSV_ROW;
}

static void note_rejects(struct spoke *sp, const struct bound *b, const struct import_result *r) {
    if (r->rejected)
        note(sp, "%.*s: %llu row%s of the host rejected, the first at %.*s", STR_ARG(b->name),
             (unsigned long long)r->rejected, r->rejected == 1 ? "" : "s",
             STR_ARG(r->first_reject));
}

/* Without rows: empties the table. */
static enum status put_rows(struct spoke *sp, const struct bound *b, const struct table *t,
                            bool none) {
    struct arena *arena = &sp->scratch;
    struct filling f = {.rows = {.headers = b->headers, .nfields = b->n, .next = next_row},
                        .sp = sp,
                        .bound = b,
                        .none = none};
    struct import_result r;
    f.rows.fields = ARENA_ARRAY(arena, struct csv_field, b->n + 1);
    f.cells = ARENA_ARRAY(arena, spoke_datum, b->n + 1);
    f.numbers = ARENA_ARRAY(arena, struct number_text, b->n + 1);
    struct import_order order = {
        .path = STR("the host"), .handed = &f.rows, .mode = IMPORT_REPLACE, .threads = sp->threads};
    enum status s = store_import(sp->store, arena, t, &order, &r);
    if (s == ST_OK)
        note_rejects(sp, b, &r);
    return s;
}

/* ---- which, and in what order ---- */

static const struct table *table_of(struct spoke *sp, const struct bound *b) {
    const struct symbol *s = b->source.next ? session_find(&sp->session, b->name) : NULL;
    return s && s->kind == SYM_TABLE ? s->table : NULL;
}

struct due { /* a table that is to be filled */
    struct bound *bound;
    const struct table *table;
    uint64_t revision;
    bool stale;
};
struct due_list {
    struct due *at;
    uint32_t n, cap;
};

/* Declared ones, parents before tables that refer to them. */
static void find_bound(struct spoke *sp, struct due_list *out) {
    for (struct bound *b = sp->bound; b; b = b->next) {
        const struct table *t = table_of(sp, b);
        if (!t)
            continue;
        uint64_t revision = b->source.revision ? b->source.revision(b->user) : 0;
        bool stale = b->filled != t || b->revision != revision;
        struct due d = {b, t, revision, stale};
        uint32_t at = 0;
        while (at < out->n && !leads_to(out->at[at].table, t))
            at++;
        ARENA_PUSH(&sp->scratch, out) = d;
        memmove(&out->at[at + 1], &out->at[at], (out->n - 1 - at) * sizeof d);
        out->at[at] = d;
    }
}

static void spread_stale(struct due_list *due) {
    for (uint32_t i = 0; i < due->n; i++)
        for (uint32_t k = i + 1; k < due->n && due->at[i].stale; k++)
            if (leads_to(due->at[k].table, due->at[i].table))
                due->at[k].stale = true;
}

static enum status may_fill(struct spoke *sp, const struct bound *b) {
    if (sp->store_is_temporary || (sp->control.capabilities & CAN_WRITE_STORE))
        return ST_OK;
    diag_error(&sp->diags, E0410, (struct span){0, 0, 0},
               "this host does not allow the store to be written, and has rows of `%.*s` to put "
               "there",
               STR_ARG(b->name));
    return ST_DENIED;
}

enum status fill_bound(struct spoke *sp) {
    struct due_list due = {.at = NULL};
    enum status s = ST_OK;
    if (!sp->bound || !sp->store)
        return ST_OK;
    find_bound(sp, &due);
    spread_stale(&due);
    for (uint32_t i = due.n; i-- > 0 && s == ST_OK;) {
        if (!due.at[i].stale)
            continue;
        s = may_fill(sp, due.at[i].bound);
        due.at[i].bound->filled = NULL; /* until all of it went well */
        if (s == ST_OK)
            s = put_rows(sp, due.at[i].bound, due.at[i].table, true);
    }
    for (uint32_t i = 0; i < due.n && s == ST_OK; i++) {
        struct bound *b = due.at[i].bound;
        if (!due.at[i].stale)
            continue;
        s = put_rows(sp, b, due.at[i].table, false);
        b->filled = s == ST_OK ? due.at[i].table : NULL;
        b->revision = due.at[i].revision;
    }
    school_changed(sp);
    return s;
}

void forget_bound_rows(struct spoke *sp) {
    for (struct bound *b = sp->bound; b; b = b->next)
        b->filled = NULL;
}

/* ---- binding ---- */

struct binding {
    struct str name;
    spoke_table_source source;
    void *user;
};

static struct bound *bound_named(struct spoke *sp, struct str name) {
    for (struct bound *b = sp->bound; b; b = b->next)
        if (str_eq(b->name, name))
            return b;
    struct bound *b = ARENA_NEW(&sp->arena, struct bound);
    b->name = arena_str(&sp->arena, name);
    b->next = sp->bound;
    sp->bound = b;
    return b;
}

static enum status bind_source(struct spoke *sp, void *data) {
    const struct binding *from = data;
    uint32_t n = (uint32_t)from->source.ncolumns;
    struct csv_field *headers = ARENA_ARRAY(&sp->arena, struct csv_field, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct str text = arena_str(&sp->arena, str_of(from->source.columns[i]));
        headers[i] = (struct csv_field){.p = text.p, .n = (uint32_t)text.n};
    }
    struct bound *b = bound_named(sp, from->name);
    b->source = from->source;
    b->user = from->user;
    b->headers = headers;
    b->n = n;
    b->filled = NULL;
    return ST_OK;
}

enum { MOST_COLUMNS = 4096 };

static bool is_whole(const spoke_table_source *source) {
    bool whole =
        source->next && source->columns && source->ncolumns && source->ncolumns <= MOST_COLUMNS;
    for (size_t i = 0; whole && i < source->ncolumns; i++)
        whole = source->columns[i] != NULL;
    return whole;
}

spoke_status spoke_bind_table(spoke *sp, const char *table, const spoke_table_source *source,
                              void *user) {
    struct binding b = {.user = user};
    if (!sp || !table)
        return SPOKE_MISUSE;
    b.name = str_of(table);
    if (source && (!take_in(&b.source, sizeof b.source, source) || !is_whole(&b.source)))
        return SPOKE_MISUSE;
    if (!begin_call(sp))
        return SPOKE_MISUSE;
    return end_call(sp, guarded(sp, bind_source, &b));
}
