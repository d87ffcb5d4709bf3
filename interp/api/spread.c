/* Calls that are made once for each of several networks: of a family, of periods, or both. The rows
 * of all of them become one relation, each behind the key of its network and its period.
 *
 * What is said of every answer is told once; what is said of some, with which ones they are. */
#include "api/interp.h"
#include "base/num.h"
#include "base/position.h"
#include "column/cell.h"
#include "compile/proto.h"
#include "run/native_call.h"

/* ---- notes ---- */

struct noted {
    struct noted *next;
    struct str line;
    struct str where; /* "2016, 2018" */
    uint32_t n, last; /* calls that said it; the latest, so that each counts once */
};
struct native_notes {
    struct arena *arena;
    struct alloc *alloc;
    struct noted *first, **end;
    struct str label; /* of the call at hand */
    uint32_t call;    /* its number, from 1 */
    bool failed;
};

static struct noted *find_note(const struct native_notes *notes, struct str line) {
    struct noted *x = notes->first;
    while (x && !str_eq(x->line, line))
        x = x->next;
    return x;
}

static struct noted *add_note(struct native_notes *notes, struct str line) {
    struct noted *x = ARENA_NEW(notes->arena, struct noted);
    struct str copy = arena_str(notes->arena, line);
    if (!x || !copy.p)
        return NULL;
    *x = (struct noted){.line = copy, .where = STR("")};
    *notes->end = x;
    notes->end = &x->next;
    return x;
}

enum { NAMED = 3 }; /* calls of which it is told that they said it */

void spread_note(struct native_notes *notes, const char *format, va_list args) {
    struct buf line;
    buf_init(&line, notes->alloc);
    buf_vprintf(&line, format, args);
    struct noted *x = line.failed ? NULL : find_note(notes, buf_view(&line));
    if (!line.failed && !x)
        x = add_note(notes, buf_view(&line));
    buf_free(&line);
    notes->failed = notes->failed || !x;
    if (!x || x->last == notes->call)
        return;
    if (x->n < NAMED)
        x->where = arena_printf(notes->arena, "%.*s%s%.*s", STR_ARG(x->where), x->n ? ", " : "",
                                STR_ARG(notes->label));
    x->n++;
    x->last = notes->call;
    notes->failed = notes->failed || !x->where.p;
}

static void tell_notes(struct spoke *sp, const struct native_notes *notes) {
    for (const struct noted *x = notes->first; x; x = x->next) {
        if (x->n == notes->call)
            note(sp, "%.*s", STR_ARG(x->line));
        else if (x->n > NAMED)
            note(sp, "%.*s and %u more: %.*s", STR_ARG(x->where), (unsigned)(x->n - NAMED),
                 STR_ARG(x->line));
        else
            note(sp, "%.*s: %.*s", STR_ARG(x->where), STR_ARG(x->line));
    }
}

/* ---- the calls ---- */

/* One call after the other, and the rows so far. */
struct spreading {
    struct spoke *sp;
    struct native_call *call;
    const struct spread *how;
    struct frame *rows;
    struct native_notes notes;
    struct value *arguments; /* of the function */
    uint32_t n;
    /* Of the call at hand. */
    struct str key; /* of the network in the family; none: there is no family */
    int64_t period; /* with how->grain */
};

/* Takes what was borrowed from another frame into this one. */
static bool put_cell(struct frame *to, uint32_t column, uint32_t row, const struct column *from,
                     uint32_t from_row) {
    struct column *c = &to->columns[column];
    if (type_storage(c->type) != STORE_TEXT)
        return column_copy(to->alloc, c, row, from, from_row);
    if (!from->t[from_row]) {
        c->t[row] = NULL;
        return !from->state || from->state[from_row] == PRESENT ||
               column_copy(to->alloc, c, row, from, from_row);
    }
    c->t[row] = frame_text(to, text_str(from->t[from_row]));
    return c->t[row] != NULL;
}

/* Key and period; the number of the column behind them, or UINT32_MAX without memory. */
static uint32_t begin_row(struct spreading *s) {
    struct frame *f = s->rows;
    uint32_t column = 0;
    if (!frame_push(f))
        return UINT32_MAX;
    if (s->how->family) {
        struct column *c = &f->columns[column++];
        if (type_storage(c->type) == STORE_TEXT) {
            c->t[f->n - 1] = frame_text(f, s->key);
            if (!c->t[f->n - 1])
                return UINT32_MAX;
        } else if (!num_parse_int(s->key, &c->i[f->n - 1])) {
            return UINT32_MAX;
        }
    }
    if (s->how->grain != GRAIN_NONE)
        f->columns[column++].i[f->n - 1] = s->period;
    return column;
}

static bool add_rows(struct spreading *s, const struct frame *one) {
    for (uint32_t row = 0; row < one->n; row++) {
        uint32_t first = begin_row(s);
        for (uint32_t i = 0; first != UINT32_MAX && i < one->ncolumns; i++)
            if (!put_cell(s->rows, first + i, s->rows->n - 1, &one->columns[i], row))
                return false;
        if (first == UINT32_MAX)
            return false;
    }
    return true;
}

static bool add_value(struct spreading *s, const struct value *v) {
    uint32_t at = begin_row(s);
    if (at == UINT32_MAX)
        return false;
    struct column *c = &s->rows->columns[at];
    uint32_t row = s->rows->n - 1;
    if (type_storage(c->type) == STORE_TEXT) {
        const struct text *t = (const struct text *)(const void *)v->w[0].ref;
        c->t[row] = t ? frame_text(s->rows, text_str(t)) : NULL;
        return !t || c->t[row];
    }
    c->i[row] = v->w[0].i;
    if (c->d) {
        c->d[row] = v->w[1].i;
        return true;
    }
    if (value_state(v) == PRESENT)
        return true;
    if (!column_states(s->rows->alloc, c))
        return false;
    c->state[row] = (uint8_t)value_state(v);
    return true;
}

/* A record that the collector passes by. */
static struct record *pinned_network(struct arena *a, const struct network_value *v) {
    struct record *r = arena_take(a, sizeof(struct record) + NETWORK_SLOTS * sizeof(union word));
    if (!r)
        return NULL;
    *r = (struct record){.head = {.kind = OBJ_RECORD, .flags = OBJ_PINNED},
                         .nrefs = NETWORK_REFS,
                         .nwords = NETWORK_WORDS};
    network_value_put(r, v);
    return r;
}

/* The networks among the arguments, at the time and of the key at hand. */
static bool set_networks(struct spreading *s, const struct calendar *calendar) {
    struct arena *a = native_arena(s->call);
    for (uint32_t i = 0; i < s->n; i++) {
        struct network_value v;
        s->arguments[i] = s->call->arguments[i];
        if (s->arguments[i].type->kind != TY_NETWORK || !native_call_network(s->call, i, &v))
            continue;
        if (s->arguments[i].type->table && s->how->family)
            v.key = text_pinned(a, s->key);
        if (s->how->grain != GRAIN_NONE)
            network_value_between(&v, period_start(calendar, s->period),
                                  period_stop(calendar, s->period) - 1);
        struct record *r = pinned_network(a, &v);
        if (!r || (s->how->family && !v.key && s->arguments[i].type->table))
            return false;
        s->arguments[i].w[0].ref = &r->head;
    }
    return true;
}

static bool label_call(struct spreading *s, const struct calendar *calendar) {
    char period[24] = "";
    if (s->how->grain != GRAIN_NONE)
        period_print(calendar, period, s->period);
    s->notes.label = arena_printf(native_arena(s->call), "%.*s%s%s", STR_ARG(s->key),
                                  s->key.n && period[0] ? " " : "", period);
    s->notes.call++;
    return s->notes.label.p != NULL;
}

static int call_once(struct spreading *s, const struct calendar *calendar) {
    struct frame *one = NULL;
    struct value value;
    int status = native_poll(s->call, 1);
    if (status != SPOKE_OK)
        return status;
    if (!set_networks(s, calendar) || !label_call(s, calendar))
        return SPOKE_NO_MEMORY;
    status = native_call_part(s->call, s->arguments, s->n, &s->notes, &one, &value);
    bool fine = status != SPOKE_OK || (one ? add_rows(s, one) : add_value(s, &value));
    frame_drop(one);
    return fine ? status : SPOKE_NO_MEMORY;
}

/* ---- over time ---- */

/* The days of all ties of the networks; false: none of them says when it was. */
static bool extent_of(struct spreading *s, const struct network_view *v, int64_t *first,
                      int64_t *last) {
    bool any = false;
    UNUSED(s);
    for (uint32_t k = 0; k < v->nties; k++) {
        const struct network_ties *t = &v->ties[k];
        for (uint32_t i = 0; t->first && i < t->n; i++) {
            int64_t from = t->first[i] != NO_DAY ? t->first[i] : t->last[i];
            int64_t to = t->last[i] != NO_DAY ? t->last[i] : from;
            if (from == NO_DAY)
                continue;
            *first = any && *first < from ? *first : from;
            *last = any && *last > to ? *last : to;
            any = true;
        }
    }
    return any;
}

static int asked_days(struct spreading *s, int64_t *first, int64_t *last) {
    if (s->how->has_range) {
        *first = value_int(&s->call->arguments[s->n]);
        *last = value_int(&s->call->arguments[s->n + 1]);
        return SPOKE_OK;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        struct network_value v;
        if (s->call->arguments[i].type->kind != TY_NETWORK || !native_call_network(s->call, i, &v))
            continue;
        const struct network_view *view = build_network(s->sp, s->call, &v);
        if (!view)
            return SPOKE_FAILED;
        if (extent_of(s, view, first, last))
            return SPOKE_OK;
    }
    return native_fail_help(s->call,
                            "`ties ... at day` says when ties were; or give a range: "
                            "`over year in 2014 .. 2018`",
                            "no ties of the network say when they were");
}

static int call_over_time(struct spreading *s, const struct calendar *calendar, int64_t first_day,
                          int64_t last_day) {
    int64_t first, last;
    if (s->how->grain == GRAIN_NONE)
        return call_once(s, calendar);
    if (!periods_between(calendar, s->how->grain, first_day, last_day + 1, &first, &last))
        return SPOKE_OK;
    for (s->period = first; s->period <= last; s->period = period_next(calendar, s->period)) {
        int status = call_once(s, calendar);
        if (status != SPOKE_OK)
            return status;
    }
    return SPOKE_OK;
}

/* ---- over a family ---- */

static int call_family(struct spreading *s, const struct calendar *calendar, int64_t first_day,
                       int64_t last_day) {
    const struct frame *keys;
    if (!s->how->family)
        return call_over_time(s, calendar, first_day, last_day);
    if (!read_family(s->sp, s->call, s->how->family, &keys))
        return SPOKE_FAILED;
    struct buf key;
    int status = SPOKE_OK;
    buf_init(&key, &s->sp->alloc);
    for (uint32_t i = 0; i < keys->n && status == SPOKE_OK; i++) {
        buf_clear(&key);
        cell_text(&key, &keys->columns[0], i, calendar);
        s->key = arena_str(native_arena(s->call), buf_view(&key));
        status = key.failed || !s->key.p ? SPOKE_NO_MEMORY
                                         : call_over_time(s, calendar, first_day, last_day);
    }
    buf_free(&key);
    return status;
}

int call_spread(void *user, struct native_call *c) {
    const struct spread *how = ((const struct invoke *)c->node->note)->spread;
    struct spreading s = {.sp = user, .call = c, .how = how, .key = STR("")};
    const struct calendar *calendar = native_read_calendar(c);
    int64_t first = 0, last = 0;
    if (!calendar)
        return SPOKE_FAILED;
    s.n = c->n - (how->has_range ? 2 : 0);
    s.arguments = ARENA_ARRAY(&c->scratch, struct value, s.n + 1);
    s.notes = (struct native_notes){.arena = &c->scratch, .alloc = &s.sp->alloc};
    s.notes.end = &s.notes.first;
    int status = how->grain == GRAIN_NONE ? SPOKE_OK : asked_days(&s, &first, &last);
    if (status != SPOKE_OK)
        return status;
    s.rows = s.arguments ? native_frame(c) : NULL;
    if (!s.rows)
        return SPOKE_NO_MEMORY;
    status = call_family(&s, calendar, first, last);
    if (status == SPOKE_OK && s.notes.failed)
        status = SPOKE_NO_MEMORY;
    if (status != SPOKE_OK) {
        frame_drop(s.rows);
        return status;
    }
    tell_notes(s.sp, &s.notes);
    return native_give_frame(c, s.rows);
}
