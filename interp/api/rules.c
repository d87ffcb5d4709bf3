/* Judging rules: each on its own, so one that errs never hides another. */
#include "api/grow.h"
#include "api/judging.h"
#include "api/rule_rows.h"

/* `*` any run, `?` any one byte. */
static bool glob(const char *pattern, struct str s) {
    size_t at = 0;
    for (; *pattern; pattern++, at++) {
        if (*pattern == '*') {
            for (size_t rest = at; rest <= s.n; rest++)
                if (glob(pattern + 1, (struct str){s.p + rest, s.n - rest}))
                    return true;
            return false;
        }
        if (at >= s.n || (*pattern != '?' && *pattern != s.p[at]))
            return false;
    }
    return at == s.n;
}

static bool has_tag(struct str tags, const char *pattern) {
    while (tags.n) {
        const char *comma = memchr(tags.p, ',', tags.n);
        struct str one = {tags.p, comma ? (size_t)(comma - tags.p) : tags.n};
        if (glob(pattern, one))
            return true;
        tags.p += one.n + (comma != NULL);
        tags.n -= one.n + (comma != NULL);
    }
    return false;
}

static bool rule_selected(const struct symbol *symbol, const spoke_check_options *options) {
    const struct rule_info *rule = symbol->detail;
    bool named = !options || options->nrules == 0, tagged = !options || options->ntags == 0;
    for (size_t i = 0; !named && i < options->nrules; i++)
        named = glob(options->rules[i], symbol->name) ||
                (rule && rule->id.n && glob(options->rules[i], rule->id));
    for (size_t i = 0; !tagged && rule && i < options->ntags; i++)
        tagged = has_tag(rule->tags, options->tags[i]);
    return named && tagged;
}

static const spoke_named *named_values(spoke_named *out, const struct judge_value *values,
                                       uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        out[i] = (spoke_named){text_view(values[i].name), text_view(values[i].text),
                               values[i].missing, values[i].suppressed};
    return out;
}

int judging_hand_over(void *user, const struct judge_finding *f) {
    struct judging *j = user;
    spoke_finding out = {0};
    if (!j->sp->sink.on_finding)
        return 0;
    out.rule = j->result.rule;
    out.title = j->result.title;
    out.severity = j->result.severity;
    out.key = text_view(f->key);
    out.message = text_view(f->message);
    out.file = j->result.file;
    out.line = j->result.line;
    out.column = j->result.column;
    out.undecided = f->undecided;
    out.id = j->result.id;
    out.tags = j->result.tags;
    out.owner = j->result.owner;
    out.help = j->result.help;
    out.field = j->result.field;
    out.keys = named_values(j->values, f->keys, f->nkeys);
    out.nkeys = f->nkeys;
    out.values = named_values(j->values + f->nkeys, f->reads, f->nreads);
    out.nvalues = f->nreads;
    out.excepted = f->exception != NULL;
    out.reason = text_view(f->exception ? f->exception->because : STR_NONE);
    out.until = f->exception ? (int32_t)f->exception->until : 0;
    out.record = j->lines ? j->lines[f->row] : 0;
    j->stopped = j->sp->sink.on_finding(j->sp->sink_user, &out) != 0;
    return j->stopped;
}

void judging_describe(struct spoke *sp, const struct symbol *symbol, struct judging *j) {
    const struct source *source = source_at(&sp->sources, symbol->span.source);
    struct place place = source ? source_place(source, symbol->span.start) : (struct place){0, 0};
    j->result.rule = text_view(symbol->name);
    j->result.title = text_view(symbol->node->title);
    j->result.severity = text_view(j->rule->severity);
    j->result.file = text_view(source ? source->name : STR_NONE);
    j->result.line = place.line;
    j->result.column = place.column;
    j->result.id = text_view(j->rule->id);
    j->result.tags = text_view(j->rule->tags);
    j->result.owner = text_view(j->rule->owner);
    j->result.help = text_view(j->rule->help);
    j->result.field = text_view(j->rule->field);
    j->result.reason = text_view(STR_NONE);
    j->result.has_allow = j->rule->has_allow;
}

void judging_take(struct judging *j, const struct judge_result *r) {
    static const spoke_rule_status verdicts[] = {SPOKE_RULE_PASS, SPOKE_RULE_FAIL, SPOKE_RULE_WARN,
                                                 SPOKE_RULE_EMPTY};
    j->result.status = verdicts[r->verdict];
    j->result.rows = r->rows;
    j->result.findings = r->findings;
    j->result.undecided = r->undecided;
    j->result.excepted = r->excepted;
    j->result.allowed = r->allowed;
    j->result.expired = r->expired;
    j->result.unused = r->unused;
}

static enum status judge_rows(struct spoke *sp, struct judging *j, struct rule_scan *scans,
                              const spoke_check_options *options) {
    struct judge_result out;
    if (!j->rule->source) {
        rule_tell(&sp->session, j->rule->symbol);
        return ST_FAILED;
    }
    j->values = ARENA_ARRAY(&sp->scratch, spoke_named, j->rule->nkeys + j->rule->nreads + 1);
    struct judge_options how = {.max_findings = options ? options->max_findings : 0,
                                .calendar = &sp->session.calendar,
                                .today = sp->session.has_today ? sp->session.today : INT64_MIN,
                                .finding = judging_hand_over,
                                .user = j};
    enum status s = rule_judge(sp, scans, j->rule, &how, &out);
    if (s == ST_OK)
        judging_take(j, &out);
    return s;
}

void judging_count(spoke_check_summary *sum, const spoke_rule_result *r) {
    uint64_t *const counters[] = {&sum->pass,  &sum->fail, &sum->warn,
                                  &sum->empty, &sum->skip, &sum->error};
    sum->rules++;
    (*counters[r->status])++;
    sum->rows += r->rows;
    sum->findings += r->findings;
    sum->excepted += r->excepted;
    sum->expired += r->expired;
    sum->unused += r->unused;
}

/* What the first error since then says. */
struct str judging_error(const struct spoke *sp, uint32_t since) {
    for (uint32_t i = since; i < sp->diags.all.n; i++)
        if (sp->diags.all.at[i]->severity == SEV_ERROR)
            return sp->diags.all.at[i]->message;
    return STR_NONE;
}

/* ST_INTERRUPTED and ST_NO_MEMORY end the run; any other fault is this rule's own. */
static enum status judge_rule(struct spoke *sp, struct symbol *symbol, struct rule_scan *scans,
                              const spoke_check_options *options, spoke_check_summary *sum) {
    uint32_t since = sp->diags.all.n;
    struct judging j = {.sp = sp, .rule = symbol->detail};
    judging_describe(sp, symbol, &j);
    j.result.status = SPOKE_RULE_SKIP;
    enum status s = options && options->list ? ST_OK : judge_rows(sp, &j, scans, options);
    if (s == ST_INTERRUPTED || s == ST_NO_MEMORY || j.stopped)
        return s == ST_OK ? ST_INTERRUPTED : s;
    if (s != ST_OK) {
        j.result.status = SPOKE_RULE_ERROR;
        j.result.reason = text_view(judging_error(sp, since));
    }
    judging_count(sum, &j.result);
    if (sp->sink.on_rule && sp->sink.on_rule(sp->sink_user, &j.result))
        return ST_INTERRUPTED;
    return ST_OK;
}

struct check {
    const spoke_check_options *options;
    spoke_check_summary sum;
    ARENA_VEC(struct symbol *) rules;
    struct rule_scan *scans;
};

static bool is_rule(struct spoke *sp, const struct symbol *s) {
    return s->kind == SYM_RULE && session_find(&sp->session, s->name) == s;
}

/* A program's own rules are judged, else those of the store's catalogue. */
static bool declares_rules(struct spoke *sp) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++)
        if (is_rule(sp, symbols[i]) && !symbols[i]->saved)
            return true;
    return false;
}

/* A check without any script: the tables and definitions of the store are all there is. */
static enum status know_store(struct spoke *sp) {
    struct node *nothing = ARENA_NEW(&sp->arena, struct node);
    nothing->kind = N_BLOCK;
    enum status s = known_tables(sp, nothing);
    return s == ST_OK && !check_unit(&sp->session, nothing) ? ST_FAILED : s;
}

enum status judging_begin(struct spoke *sp, const spoke_check_options *options,
                          struct rule_list *out) {
    struct prepared none = {0};
    struct symbol **symbols;
    sp->session.mask_values = options && options->mask_values;
    enum status s = open_store(sp, &none);
    if (s == ST_OK && !declares_rules(sp))
        s = know_store(sp);
    if (s == ST_OK)
        s = ensure_tables(sp);
    if (s == ST_OK)
        s = fill_bound(sp);
    uint32_t n = session_symbols(&sp->session, &symbols);
    bool own = declares_rules(sp);
    *out = (struct rule_list){.at = NULL};
    for (uint32_t i = 0; i < n && s == ST_OK; i++) {
        if (!is_rule(sp, symbols[i]) || symbols[i]->saved == own)
            continue;
        if (symbols[i]->saved && !symbols[i]->detail)
            saved_check(&sp->session, symbols[i]);
        if (rule_selected(symbols[i], options))
            ARENA_PUSH(&sp->scratch, out) = symbols[i];
    }
    return s;
}

static enum status judge_all(struct spoke *sp, void *data) {
    struct check *check = data;
    struct rule_list rules;
    struct symbol **symbols;
    enum status s = judging_begin(sp, check->options, &rules);
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n && s == ST_OK; i++)
        if (symbols[i]->kind == SYM_TABLE &&
            session_find(&sp->session, symbols[i]->name) == symbols[i])
            s = store_check_spans(sp->store, symbols[i]->table);
    for (uint32_t i = 0; i < rules.n && s == ST_OK; i++)
        scans_add(sp, &check->scans, rules.at[i]->detail);
    for (uint32_t i = 0; i < rules.n && s == ST_OK; i++)
        s = judge_rule(sp, rules.at[i], check->scans, check->options, &check->sum);
    return s;
}

spoke_status spoke_check_sized(spoke *sp, const spoke_check_options *options,
                               spoke_check_summary *summary, size_t size) {
    spoke_check_options known = {.size = sizeof known};
    struct check check = {.options = &known};
    if (!sp || (options && !take_in(&known, sizeof known, options)) || !begin_call(sp))
        return SPOKE_MISUSE;
    enum status s = guarded(sp, judge_all, &check);
    scans_free(check.scans);
    spoke_status status = end_call(sp, s);
    if (summary)
        hand_out(summary, size, &check.sum, sizeof check.sum);
    if (status == SPOKE_OK && check.sum.error)
        return SPOKE_FAILED;
    return status == SPOKE_OK && check.sum.fail + check.sum.warn ? SPOKE_FINDINGS : status;
}
