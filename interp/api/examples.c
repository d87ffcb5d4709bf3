/* Examples of rules: records that a rule is said to let pass, or not, judged as records of other
 * programs are.
 *
 * An example is written as such a record, so that it is read, and what it does not say is found
 * out, in the one way that there is. */
#include "api/examples.h"
#include "api/catalogue.h"
#include "api/records.h"

static bool put_record(struct spoke *sp, struct buf *out, const struct node *record);

static bool put_list(struct spoke *sp, struct buf *out, const struct node *list) {
    bool ok = true;
    buf_char(out, '[');
    for (uint32_t i = 0; ok && i < list->list.n; i++) {
        const struct node *item = list->list.at[i];
        buf_text(out, i ? "," : "");
        ok = item->kind == N_RECORD ? put_record(sp, out, item) : literal_field(sp, out, item);
    }
    buf_char(out, ']');
    return ok;
}

static bool put_value(struct spoke *sp, struct buf *out, const struct node *value) {
    if (value->kind == N_MISSING) {
        buf_text(out, "null");
        return true;
    }
    if (value->kind == N_RECORD)
        return put_record(sp, out, value);
    if (value->kind == N_LIST)
        return put_list(sp, out, value);
    return literal_field(sp, out, value);
}

static bool put_record(struct spoke *sp, struct buf *out, const struct node *record) {
    bool ok = true;
    buf_char(out, '{');
    for (uint32_t i = 0; ok && i < record->list.n; i++) {
        const struct node *f = record->list.at[i];
        buf_text(out, i ? "," : "");
        buf_json(out, f->text);
        buf_char(out, ':');
        ok = put_value(sp, out, f->a);
    }
    buf_char(out, '}');
    return ok;
}

/* ---- judging ---- */

struct example_work {
    struct symbol *symbol;
    const struct rule_example *example;
    struct spoke_records *records;
    struct buf text;
};

static enum status fail(struct spoke *sp, const struct example_work *w, const char *format, ...)
    PRINTF_LIKE(3, 4);
static enum status fail(struct spoke *sp, const struct example_work *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str why = arena_vprintf(&sp->arena, format, args);
    va_end(args);
    diag_error(&sp->diags, E0932, w->example->span, "%.*s", STR_ARG(why));
    return ST_FAILED;
}

/* What became of the record, against what the example says of it. */
static enum status compare(struct spoke *sp, struct example_work *w) {
    const struct record_rule *rule = &w->records->rules.at[0];
    struct str name = w->symbol->name;
    spoke_text reason = rule->judging.result.reason;
    if (rule->errs)
        return fail(sp, w, "`%.*s` cannot judge the example: %.*s", STR_ARG(name), (int)reason.n,
                    reason.p);
    if (rule->skipped)
        return fail(sp, w, "`%.*s` reads %.*s, which the example does not give", STR_ARG(name),
                    STR_ARG(rule->needs));
    if (rule->sum.rows == 0)
        return fail(sp, w, "`%.*s` does not look at the example", STR_ARG(name));
    bool passes = rule->sum.findings == 0;
    if (passes == w->example->passes)
        return ST_OK;
    return passes
               ? fail(sp, w, "`%.*s` lets the example pass, which is said to be bad", STR_ARG(name))
               : fail(sp, w, "`%.*s` does not let the example pass%s", STR_ARG(name),
                      rule->sum.undecided ? ": a value that it needs is missing" : "");
}

static enum status plan(struct spoke *sp, void *data) {
    struct example_work *w = data;
    struct rule_list unused;
    enum status s = judging_begin(sp, NULL, &unused);
    if (s != ST_OK)
        return s;
    const struct rule_info *rule = w->symbol->detail;
    w->records->table = rule->table;
    w->records->quiet = true;
    records_add_rule(w->records, w->symbol);
    records_plan(w->records);
    return ST_OK;
}

static enum status judge(struct spoke *sp, void *data) {
    struct example_work *w = data;
    struct spoke_records *r = w->records;
    if (!put_record(sp, &w->text, w->example->record))
        return fail(sp, w, "a value of the example cannot be written as a field");
    if (w->text.failed)
        return ST_NO_MEMORY;
    struct fed_record record = {.p = w->text.p, .n = w->text.n, .line = 1};
    enum status s = records_take(r, &record);
    if (s == ST_OK && r->refused)
        return fail(sp, w, "the example is no such record: %.*s",
                    STR_ARG(buf_view(&r->json.reason)));
    if (s == ST_OK)
        s = records_judge(r);
    return s == ST_OK ? compare(sp, w) : s;
}

enum status example_judge(struct spoke *sp, struct symbol *symbol,
                          const struct rule_example *example) {
    struct example_work w = {symbol, example, records_new(sp), {0}};
    if (!w.records)
        return ST_NO_MEMORY;
    buf_init(&w.text, &sp->alloc);
    enum status s = guarded(sp, plan, &w);
    if (s == ST_OK)
        s = guarded(sp, judge, &w);
    buf_free(&w.text);
    records_free(w.records);
    return s;
}
