/* What the VM asks for while a unit runs: relations, showing, imports. */
#include "api/catalogue.h"
#include "column/cell.h"
#include "exec/watch.h"
#include "given/given_overlay.h"
#include <stdio.h>

/* ---- notes ---- */

void note_lines(struct spoke *sp, struct str lines) {
    while (lines.n && sp->sink.on_note && sp->noted == ST_OK) {
        const char *end = memchr(lines.p, '\n', lines.n);
        size_t n = end ? (size_t)(end - lines.p) : lines.n;
        if (sp->sink.on_note(sp->sink_user, (spoke_text){lines.p, n})) {
            sp->noted = ST_INTERRUPTED;
            spoke_interrupt(sp);
        }
        lines.p += end ? n + 1 : n;
        lines.n -= end ? n + 1 : n;
    }
}

void note_format(struct spoke *sp, const char *format, va_list args) {
    struct buf line;
    buf_init(&line, &sp->alloc);
    buf_vprintf(&line, format, args);
    if (line.failed)
        sp->noted = ST_NO_MEMORY;
    else
        note_lines(sp, buf_view(&line));
    buf_free(&line);
}

void note(struct spoke *sp, const char *format, ...) {
    va_list args;
    va_start(args, format);
    note_format(sp, format, args);
    va_end(args);
}

void frame_notes(struct spoke *sp, const struct frame *f) {
    if (f->undecided)
        note(sp, "%llu row%s undecided: a condition was missing, which counts as not true",
             (unsigned long long)f->undecided, f->undecided == 1 ? "" : "s");
    note_lines(sp, f->notes);
}

/* Where nobody has marked them: periods that go on behind the facts. */
static void note_partial(struct spoke *sp, const struct frame *f) {
    int at = type_field(f->type, STR("period"));
    char last[16];
    for (uint32_t row = 0; at >= 0 && row < f->n; row++)
        if (cell_goes_on(f, (uint32_t)at, row, &sp->session.calendar)) {
            buf_clear(&sp->cell);
            cell_text(&sp->cell, &f->columns[at], row, &sp->session.calendar);
            day_print(last, f->about.last_day);
            note(sp, "partial: from %.*s on periods reach behind %s, the last day of the facts",
                 STR_ARG(buf_view(&sp->cell)), last);
            return;
        }
}

/* ---- relations ---- */

static enum status scan(void *user, const struct plan *plan, const struct relation *self,
                        struct row_source **out);
static enum status find_dimension(void *user, const struct table *t, int column,
                                  struct dimension *out) {
    struct spoke *sp = user;
    if (sp->given && !sp->given->beside_store && given_table_of(sp->given, t)) {
        *out = given_dimension(sp->given, t, column);
        return ST_OK;
    }
    enum status s = store_dimension(sp->store, t, column, out);
    return s == ST_OK && sp->given ? given_overlay_dimension(sp->given, t, column, out) : s;
}

static enum status find_last_day(void *user, const struct table *t, uint32_t column, bool *any,
                                 int64_t *day) {
    struct spoke *sp = user;
    return store_last_day(sp->store, t, column, any, day);
}

static enum status count_all(void *user, const struct table *t, uint64_t *rows) {
    struct spoke *sp = user;
    return store_count(sp->store, t, rows);
}

static enum status evaluate(void *user, const struct expr *e, const struct relation *self,
                            const struct batch *b, struct text_pool *pool, struct column *out) {
    struct spoke *sp = user;
    return vm_eval(&sp->vm, e, self, b, pool, out);
}

static union word captured(void *user, const struct relation *self, const struct symbol *s) {
    struct spoke *sp = user;
    return vm_captured(&sp->vm, self, s);
}

struct fault {
    enum code code;
    struct span span;
    const char *message;
};

static enum status add_fault(struct spoke *sp, void *data) {
    const struct fault *f = data;
    diag_error(&sp->diags, f->code, f->span, "%s", f->message);
    return ST_FAILED;
}

/* Who reports holds batches and frames, which a jump would leak. */
static enum status report(void *user, enum code code, struct span span, const char *message) {
    struct fault fault = {code, span, message};
    return guarded(user, add_fault, &fault);
}

struct remark {
    const char *what;
    struct str text;
};

static enum status add_remark(struct spoke *sp, void *data) {
    const struct remark *r = data;
    for (uint32_t i = sp->diags.all.n; i-- > 0;) {
        struct diag *g = sp->diags.all.at[i];
        if (g->severity == SEV_ERROR) {
            diag_note(&sp->diags, g, "%s %.*s", r->what, STR_ARG(r->text));
            break;
        }
    }
    return ST_OK;
}

static void note_on_error(void *user, const char *what, struct str text) {
    struct remark remark = {what, text};
    guarded(user, add_remark, &remark);
}

static uint32_t failed_row(void *user) {
    return ((struct spoke *)user)->vm.failed_row;
}

static struct exec_env environment(struct spoke *sp) {
    return (struct exec_env){.alloc = &sp->alloc,
                             .control = &sp->control,
                             .calendar = &sp->session.calendar,
                             .types = &sp->session.types,
                             .user = sp,
                             .open = scan,
                             .dimension = find_dimension,
                             .last_day = find_last_day,
                             .count_all = count_all,
                             .eval = evaluate,
                             .captured = captured,
                             .calendar_ready = calendar_ready,
                             .failed_row = failed_row,
                             .note = note_on_error,
                             .fail = report,
                             .threads = sp->threads,
                             .watch = sp->watch};
}

static enum status scan(void *user, const struct plan *plan, const struct relation *self,
                        struct row_source **out) {
    struct spoke *sp = user;
    struct exec_env env = environment(sp);
    if (sp->given && given_has(sp->given, plan))
        return given_scan(sp->given, plan, &env, self, out);
    enum status s =
        plan->base == BASE_SCAN && plan->table->built_in ? fill_built_in(sp, plan->table) : ST_OK;
    if (s != ST_OK)
        return s;
    s = plan->base == BASE_SQL ? store_query(sp->store, plan, &env, out)
                               : store_scan(sp->store, plan, &env, self, out);
    if (s == ST_OK && sp->given && given_overlays(sp->given, plan))
        return given_overlay_scan(sp->given, plan, &env, self, *out, out);
    return s == ST_OK && sp->reading ? count_rows(sp->reading, plan, out) : s;
}

static enum status open_default_store(struct spoke *sp, void *data) {
    struct prepared none = {0};
    UNUSED(data);
    return open_store(sp, &none);
}

/* While records are judged: relations that a row expression runs by itself. */
static enum status refuse_beyond_record(struct spoke *sp, const struct relation *r) {
    return report(sp, E0933, r->plan->span,
                  "this is read as a whole, and a record does not hold it; a store would");
}

enum status run_relation(struct spoke *sp, const struct relation *r, struct frame **out) {
    struct exec_env env = environment(sp);
    if (sp->given && !sp->given->beside_store)
        return refuse_beyond_record(sp, r);
    enum status s = guarded(sp, open_default_store, NULL);
    if (s != ST_OK)
        return s;
    s = store_begin(sp->store);
    if (s != ST_OK)
        return s;
    s = school_read(sp);
    rollups_at(&sp->rollups, store_revision(sp->store));
    env.rollups = &sp->rollups;
    if (s == ST_OK)
        s = exec_run(&env, r, out);
    store_end(sp->store);
    return s;
}

enum status run_given(struct spoke *sp, const struct plan *plan, struct frame **out) {
    struct exec_env env = environment(sp);
    struct relation r = {.head = {.kind = OBJ_RELATION, .flags = OBJ_PINNED}, .plan = plan};
    env.threads = 1;
    sp->given->population = given_population(plan);
    if (!sp->given->beside_store)
        return exec_run(&env, &r, out);
    enum status s = store_begin(sp->store);
    if (s != ST_OK)
        return s;
    s = school_read(sp);
    if (s == ST_OK)
        s = exec_run(&env, &r, out);
    store_end(sp->store);
    return s;
}

enum status run_plan(struct spoke *sp, const struct plan *plan, struct frame **out) {
    enum status s = compile_plan(&sp->session, &sp->vm.layout, plan);
    if (s != ST_OK)
        return s;
    /* Nobody's value, so it need not be on the heap. */
    struct relation r = {.head = {.kind = OBJ_RELATION, .flags = OBJ_PINNED}, .plan = plan};
    return run_relation(sp, &r, out);
}

static enum status host_run_relation(void *user, struct relation *r, struct frame **out) {
    struct spoke *sp = user;
    char message[96];
    enum status s = run_relation(sp, r, out);
    if (s != ST_OK || !sp->max_rows || (*out)->n <= sp->max_rows)
        return s;
    snprintf(message, sizeof message, "the result has %u rows, and this host allows %llu",
             (*out)->n, (unsigned long long)sp->max_rows);
    frame_drop(*out);
    *out = NULL;
    s = report(sp, E0408, r->plan->span, message);
    return s == ST_FAILED ? ST_LIMIT : s;
}

/* ---- showing ---- */

static enum status hand_over(struct spoke *sp, const struct spoke_value *v) {
    if (sp->sink.on_show && sp->sink.on_show(sp->sink_user, v))
        return ST_INTERRUPTED;
    return ST_OK;
}

enum status show_frame(struct spoke *sp, struct frame *f) {
    struct spoke_value v = {.kind = SPOKE_RELATION, .sp = sp, .frame = f};
    sp->marked = false;
    enum status s = hand_over(sp, &v);
    frame_notes(sp, f);
    if (!sp->marked)
        note_partial(sp, f);
    return s;
}

enum status show_text(struct spoke *sp, struct str text) {
    struct spoke_value v = {.kind = SPOKE_REPORT, .sp = sp, .text = text};
    return hand_over(sp, &v);
}

static enum status show_relation(struct spoke *sp, struct object *o) {
    struct frame *f = NULL;
    enum status s = vm_relation_frame(&sp->vm, o, &f);
    if (s != ST_OK)
        return s;
    s = show_frame(sp, f);
    frame_drop(f);
    return s;
}

static enum status show_scalar(struct spoke *sp, const struct value *value) {
    struct buf text;
    buf_init(&text, &sp->alloc);
    value_print(&text, &sp->session.calendar, value);
    struct spoke_value v = {.kind = SPOKE_SCALAR, .sp = sp, .text = buf_view(&text)};
    enum status s = text.failed ? ST_NO_MEMORY : hand_over(sp, &v);
    buf_free(&text);
    return s;
}

static enum status host_show(void *user, const struct node *statement, const struct value *value) {
    struct spoke *sp = user;
    struct object *o = value->w[0].ref;
    if (sp->calling && is_answer(sp, statement))
        return take_answer(sp, value);
    if (value->type->kind == TY_RELATION && o)
        return sp->taken ? vm_relation_frame(&sp->vm, o, sp->taken) : show_relation(sp, o);
    if (value->type->kind == TY_PICTURE && o) {
        struct spoke_value v = {
            .kind = SPOKE_PICTURE, .sp = sp, .picture = (const struct picture *)o};
        return hand_over(sp, &v);
    }
    return show_scalar(sp, value);
}

static enum status host_print(void *user, struct str line) {
    struct spoke *sp = user;
    if (sp->sink.on_print && sp->sink.on_print(sp->sink_user, (spoke_text){line.p, line.n}))
        return ST_INTERRUPTED;
    return ST_OK;
}

struct explanation {
    const struct node *statement;
    const struct value *value; /* NULL: of a declaration */
    struct watch watch;
    struct buf text;
};

/* The relation that is to be explained, if it is one that would have to be run. */
static const struct relation *relation_of(const struct value *value) {
    const struct object *o = value && value->type->kind == TY_RELATION ? value->w[0].ref : NULL;
    return o && o->kind == OBJ_RELATION ? (const struct relation *)o : NULL;
}

/* What a function told of how it made this; empty: nothing. */
static struct str made_of(const struct value *value) {
    const struct object *o = NULL;
    if (value && (value->type->kind == TY_RELATION || value->type->kind == TY_PICTURE))
        o = value->w[0].ref;
    if (o && o->kind == OBJ_PICTURE && ((const struct picture *)o)->made)
        return (struct str){((const struct picture *)o)->made, ((const struct picture *)o)->nmade};
    return o && o->kind == OBJ_FRAME ? ((const struct frame_object *)o)->frame->about.made
                                     : STR_NONE;
}

static enum status put_explanation(struct spoke *sp, void *data) {
    struct explanation *e = data;
    const struct node *statement = e->statement;
    const struct relation *r = relation_of(e->value);
    if (statement->symbol && !statement->text.n)
        explain_declaration(sp, &e->text, statement->symbol);
    if (r && str_is(statement->text, "plan")) {
        explain_run(sp, &e->text, r, &e->watch);
    } else if (r) {
        if (e->text.n)
            buf_char(&e->text, '\n');
        explain_relation(sp, &e->text, r->plan, statement->text);
    } else if (made_of(e->value).n) {
        buf_str(&e->text, made_of(e->value));
    } else if (!e->text.n && e->value) {
        buf_text(&e->text, "a value: ");
        value_print(&e->text, &sp->session.calendar, e->value);
        buf_char(&e->text, '\n');
    }
    return e->text.failed ? ST_NO_MEMORY : ST_OK;
}

static enum status host_explain(void *user, const struct node *statement,
                                const struct value *value) {
    struct spoke *sp = user;
    if (str_is(statement->text, "lineage"))
        return show_lineage(sp, statement, value);
    struct explanation e = {.statement = statement, .value = value, .watch = {&sp->alloc, NULL}};
    buf_init(&e.text, &sp->alloc);
    enum status s = str_is(statement->text, "sql") ? calendar_ready(sp) : ST_OK;
    if (relation_of(value) && str_is(statement->text, "plan"))
        s = run_watched(sp, relation_of(value), &e.watch);
    if (s == ST_OK)
        s = guarded(sp, put_explanation, &e);
    if (s == ST_OK)
        s = show_text(sp, buf_view(&e.text));
    buf_free(&e.text);
    watch_free(&e.watch);
    return s;
}

/* ---- definitions ---- */

static enum status deny(struct spoke *sp, const struct node *statement, const char *message) {
    enum status s = report(sp, E0410, statement->span, message);
    return s == ST_FAILED ? ST_DENIED : s;
}

struct definition_work {
    const struct node *statement;
    struct str name, because;
};

static enum status define(struct spoke *sp, void *data) {
    const struct definition_work *w = data;
    if (w->statement->kind == N_SAVE)
        return save_definitions(sp, w->statement, w->because);
    return freeze_report(sp, w->statement, w->name, w->because);
}

static struct str text_at(const struct value *values, uint32_t n, uint32_t at) {
    const struct object *o = at < n ? values[at].w[0].ref : NULL;
    return o ? text_str((const struct text *)o) : STR("");
}

static enum status host_definitions(void *user, const struct node *statement,
                                    const struct value *values, uint32_t n) {
    struct spoke *sp = user;
    if (statement->kind == N_DIFF)
        return show_difference(sp, statement, values, n);
    uint32_t named = statement->kind == N_FREEZE;
    struct definition_work w = {statement, text_at(values, n, 0), text_at(values, n, named)};
    if (!(sp->control.capabilities & CAN_WRITE_STORE) && !sp->store_is_temporary)
        return deny(sp, statement, "this host does not allow the store to be written");
    return guarded(sp, define, &w);
}

/* ---- imports and foreign functions ---- */

static enum import_mode mode_of(const struct node *statement) {
    return statement->op == OP_APPEND    ? IMPORT_APPEND
           : statement->op == OP_REPLACE ? IMPORT_REPLACE
                                         : IMPORT_UPDATE;
}

struct digits {
    char text[48];
};

static struct digits thousands(uint64_t n) {
    struct digits out = {0};
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out.text[at++] = ',';
        out.text[at++] = digits[i];
    }
    return out;
}

static enum status host_import(void *user, const struct node *statement, struct str path,
                               const struct relation *where) {
    struct spoke *sp = user;
    struct import_result r = {0};
    if (!(sp->control.capabilities & CAN_READ_FILES))
        return deny(sp, statement, "this host does not allow files to be read");
    if (!(sp->control.capabilities & CAN_WRITE_STORE) && !sp->store_is_temporary)
        return deny(sp, statement, "this host does not allow the store to be written");
    struct exec_env env = environment(sp);
    struct import_order order = {.path = path,
                                 .table = statement->doc,
                                 .mode = mode_of(statement),
                                 .strict = statement->flags & FLAG_STRICT,
                                 .span = statement->span,
                                 .threads = sp->threads,
                                 .where = where,
                                 .env = &env};
    enum status s = store_import(sp->store, &sp->arena, statement->symbol->table, &order, &r);
    school_changed(sp);
    if (s != ST_OK)
        return s;
    note(sp, "%.*s: %s row%s stored%s", STR_ARG(statement->symbol->name), thousands(r.stored).text,
         r.stored == 1 ? "" : "s",
         r.rejected ? ""
         : r.rows   ? ", none rejected"
                    : "; the file has a header and no rows");
    if (r.rejected)
        note(sp, "%.*s: %s row%s rejected, the first at %.*s", STR_ARG(statement->symbol->name),
             thousands(r.rejected).text, r.rejected == 1 ? "" : "s", STR_ARG(r.first_reject));
    if (r.undecided)
        note(sp, "%.*s: %s row%s undecided: `where` was missing, which counts as not true",
             STR_ARG(statement->symbol->name), thousands(r.undecided).text,
             r.undecided == 1 ? "" : "s");
    return ST_OK;
}

static enum status host_into(void *user, const struct node *statement, struct object *relation) {
    struct spoke *sp = user;
    const struct table *t = statement->symbol->table;
    if (!(sp->control.capabilities & CAN_WRITE_STORE) && !sp->store_is_temporary)
        return deny(sp, statement, "this host does not allow the store to be written");
    struct frame *f = NULL;
    uint64_t stored = 0;
    enum status s = guarded(sp, open_default_store, NULL);
    if (s == ST_OK)
        s = vm_relation_frame(&sp->vm, relation, &f);
    if (s != ST_OK)
        return s;
    frame_notes(sp, f);
    s = store_into(sp->store, t, f, mode_of(statement), statement->span, &stored);
    frame_drop(f);
    if (s == ST_OK)
        note(sp, "%.*s: %s row%s stored", STR_ARG(t->name), thousands(stored).text,
             stored == 1 ? "" : "s");
    return s;
}

struct foreign_work {
    struct foreign_call call;
    struct foreign *function;
    const struct value *arguments;
    struct value *result;
};

static enum status do_foreign(struct spoke *sp, void *data) {
    struct foreign_work *w = data;
    enum status s = foreign_prepare(&sp->foreign, &sp->control, &sp->diags, w->function);
    return s == ST_OK ? foreign_run(&w->call, w->arguments, w->result) : s;
}

static enum status host_foreign(void *user, struct foreign *f, const struct value *arguments,
                                struct value *result) {
    struct spoke *sp = user;
    struct foreign_work work = {.function = f, .arguments = arguments, .result = result};
    foreign_begin(&work.call, &sp->foreign, &sp->vm, f);
    enum status s = guarded(sp, do_foreign, &work);
    foreign_finish(&work.call);
    return s;
}

struct guarded_work {
    enum status (*work)(void *data);
    void *data;
};

static enum status do_guarded(struct spoke *sp, void *data) {
    struct guarded_work *w = data;
    UNUSED(sp);
    return w->work(w->data);
}

enum status guard_callback(void *user, enum status (*work)(void *data), void *data) {
    struct guarded_work w = {work, data};
    return guarded(user, do_guarded, &w);
}

const struct vm_host host_calls = {.run_relation = host_run_relation,
                                   .show = host_show,
                                   .print = host_print,
                                   .explain = host_explain,
                                   .definitions = host_definitions,
                                   .import = host_import,
                                   .calendar_ready = calendar_ready,
                                   .into = host_into,
                                   .call_foreign = host_foreign,
                                   .call_spread = call_spread};
