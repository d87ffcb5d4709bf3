/* Rules: what must hold for every row of something, and what to say if not.
 *
 * The clauses are read from copies, so a rule that is in error can be read
 * again, and tells its errors again (see api/rules.c). */
#include "check/rule_parts.h"

enum { MOST_READS = 16 };

static void rule_incomplete(struct checker *c, const struct node *n, const char *what,
                            const char *help) {
    if (has_error_inside(c, n->span))
        return; /* the clause may be there, misspelt */
    struct diag *d =
        error_at(c, E0315, n->name_span, "the rule `%.*s` has no %s", STR_ARG(n->text), what);
    diag_help(c->s->diags, d, "%s", help);
}

static struct row_let *collect_lets(struct checker *c, const struct node *n) {
    struct row_let *lets = NULL;
    for (uint32_t i = 0; i < n->list.n; i++)
        for (uint32_t k = 0; n->list.at[i]->kind == N_R_LET && k < n->list.at[i]->list.n; k++) {
            struct row_let *let = ARENA_NEW(c->arena, struct row_let);
            let->name = n->list.at[i]->list.at[k]->text;
            let->value = n->list.at[i]->list.at[k]->a;
            let->next = lets;
            lets = let;
        }
    return lets;
}

/* What nobody has named so far may be wrong all the same. */
static void check_unused_lets(struct checker *c) {
    for (const struct row_let *let = c->row->lets; let; let = let->next)
        if (!let->used)
            check_value(c, node_copy(c->arena, let->value));
}

/* ---- what the rule says of itself ---- */

static void read_severity(struct checker *c, struct rule_info *rule, const struct node *clause) {
    static const char *const words[] = {"error", "warn", "info"};
    struct str names[3];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        names[i] = str_of(words[i]);
        if (str_eq(names[i], clause->text)) {
            rule->severity = names[i];
            return;
        }
    }
    struct diag *d =
        error_at(c, E0311, clause->span, "`%.*s` is no severity", STR_ARG(clause->text));
    help_words(c, d, clause->text, names, 3);
}

static void read_allow(struct checker *c, struct rule_info *rule, const struct node *clause) {
    const struct node *most = clause->a;
    if (!most)
        return; /* told */
    rule->has_allow = true;
    rule->allow_share = most->kind == N_SHARE;
    rule->allow_n = most->value.i;
    rule->allow_d = rule->allow_share ? most->value2 : 1;
    if (rule->allow_share && rule->allow_n >= rule->allow_d) {
        struct diag *d = error_at(c, E0904, most->span, "this allows every row to break the rule");
        diag_help(c->s->diags, d, "allow a part of them, as `allow 2%%`, or so many, as `allow 3`");
    }
}

/* Programs that read reports tell rules by it, so it has neither blanks nor signs of theirs. */
static bool is_plain_id(struct str s, const char *also) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char b = (unsigned char)s.p[i];
        bool letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
        if (!letter && b < 0x80 && !strchr(also, b))
            return false;
    }
    return s.n > 0;
}

/* Another rule of the program that has it and was read before, or NULL. */
static const struct symbol *same_id(struct checker *c, const struct rule_info *rule) {
    const struct scope *scope = c->s->globals;
    for (uint32_t i = 0; i < scope->order.n; i++) {
        const struct symbol *s = scope->order.at[i];
        const struct rule_info *other = s->kind == SYM_RULE ? s->detail : NULL;
        if (other && other != rule && str_eq(other->id, rule->id) &&
            scope_find(scope, s->name) == s && !s->saved)
            return s;
    }
    return NULL;
}

static void read_id(struct checker *c, struct rule_info *rule, const struct node *clause) {
    rule->id = clause->text;
    if (!clause->text.p)
        return; /* told */
    if (!is_plain_id(clause->text, "-_./:")) {
        struct diag *d = error_at(c, E0906, clause->name_span,
                                  "an id is letters, digits and `-_./:`, no blanks");
        diag_help(c->s->diags, d, "write something like `id \"ENR-12\"`");
        return;
    }
    const struct symbol *other = same_id(c, rule);
    if (!other)
        return;
    struct diag *d =
        error_at(c, E0906, clause->name_span, "`%.*s` has the same id", STR_ARG(other->name));
    diag_label_add(c->s->diags, d, other->span, "the other rule");
}

static void read_tags(struct checker *c, struct rule_info *rule, const struct node *clause) {
    for (uint32_t i = 0; i < clause->list.n; i++) {
        const struct node *tag = clause->list.at[i];
        if (!is_plain_id(tag->text, "-_./: "))
            error_at(c, E0906, tag->span, "a tag is letters, digits, blanks and `-_./:`");
        rule->tags = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(rule->tags),
                                  rule->tags.n ? "," : "", STR_ARG(tag->text));
    }
}

static void read_field(struct checker *c, struct rule_info *rule, const struct node *clause,
                       const struct rule_rows *rows) {
    rule->field = clause->text;
    if (!clause->text.n || type_field(rows->row->type, clause->text) >= 0)
        return;
    struct diag *d = error_at(c, E0907, clause->name_span, "what is judged has no `%.*s`",
                              STR_ARG(clause->text));
    help_fields(c, d, clause->text, rows->row->type);
}

/* ---- conditions ---- */

static struct node *both(struct checker *c, struct node *a, struct node *b, struct span span) {
    if (!a || is_poison(b))
        return b;
    if (is_poison(a))
        return a;
    struct node *n = node_make(
        c, N_BINARY, span, type_scalar(c->types, TY_BOOL, a->type->nullable || b->type->nullable));
    n->op = TOK_AND;
    n->flags = FLAG_COMBINED;
    n->a = a;
    n->b = b;
    return n;
}

/* Of groups, what has no aggregate is about the rows before they are grouped. */
static void read_where(struct checker *c, struct rule_info *rule, struct rule_rows *rows,
                       const struct node *clause) {
    struct node *more = condition(c, node_copy(c->arena, clause->a), "the `where`");
    if (rows->group && !has_aggregate(more))
        rows->rows_where = both(c, rows->rows_where, more, clause->span);
    else
        rule->where = both(c, rule->where, over_groups(c, rows, more), clause->span);
}

static struct node *read_message(struct checker *c, struct rule_rows *rows, const struct node *n) {
    if (!n)
        return NULL;
    struct node *text = check_value(c, node_copy(c->arena, n));
    return over_groups(c, rows, convert(c, text, TYPE(c, TEXT), "the message"));
}

static void add_read(struct checker *c, struct rule_info *rule, struct node *n) {
    struct str words = words_of(c, n->span);
    words = words.n ? words : n->text;
    for (uint32_t i = 0; i < rule->nreads; i++)
        if (str_eq(rule->reads[i].words, words))
            return;
    if (rule->nreads == MOST_READS || !type_is_cell(n->type))
        return;
    if (!rule->reads)
        rule->reads = ARENA_ARRAY(c->arena, struct rule_read, MOST_READS);
    bool is_list = n->type->kind == TY_ITEMS; /* a frame holds it as its column does */
    rule->reads[rule->nreads++] = (struct rule_read){words, is_list ? n : as_value(c, n)};
}

static void collect_reads(struct checker *c, struct rule_info *rule, struct node *n) {
    if (!n)
        return;
    if (n->kind == N_COLUMN || n->kind == N_FOLLOW || n->kind == N_LEG) {
        add_read(c, rule, n);
        return;
    }
    collect_reads(c, rule, n->a);
    collect_reads(c, rule, n->b);
    collect_reads(c, rule, n->c);
    for (uint32_t i = 0; i < n->list.n; i++)
        collect_reads(c, rule, n->list.at[i]);
}

static void read_expect(struct checker *c, struct rule_info *rule, struct rule_rows *rows,
                        const struct node *clause, struct rule_expectation *out) {
    struct node *is = condition(c, node_copy(c->arena, clause->a), "what is expected");
    out->is = over_groups(c, rows, is);
    out->message = read_message(c, rows, clause->b);
    out->missing_passes = clause->flags & FLAG_MISSING_PASSES;
    out->missing_skips = clause->flags & FLAG_MISSING_SKIPS;
    out->words = words_of(c, clause->a->span);
    collect_reads(c, rule, out->is);
}

/* ---- exceptions ---- */

static bool read_until(struct checker *c, const struct node *clause, int64_t *out) {
    if (!clause->b) {
        struct diag *d = error_at(c, E0903, clause->span, "an exception needs a last day");
        diag_help(c->s->diags, d,
                  "write `until 2026-06-30`; after that day the rows are found "
                  "again");
        return false;
    }
    struct node *day = check_value(c, node_copy(c->arena, clause->b));
    struct node *known = is_poison(day) ? NULL : constant_of(day);
    if (known && known->kind == N_DATE) {
        *out = known->value.i;
        return true;
    }
    if (!is_poison(day))
        error_at(c, E0903, clause->b->span,
                 "the last day of an exception is a date that is known before the run");
    return false;
}

static void read_exception(struct checker *c, struct rule_info *rule, struct rule_rows *rows,
                           const struct node *clause) {
    struct rule_exception *x = &rule->exceptions[rule->nexceptions];
    x->span = clause->span;
    x->is = over_groups(c, rows, condition(c, node_copy(c->arena, clause->a), "what is excepted"));
    if (has_error_inside(c, clause->span))
        return;
    if (!clause->c || !constant_text(c, node_copy(c->arena, clause->c), &x->because) ||
        !x->because.n) {
        struct diag *d = error_at(c, E0903, clause->c ? clause->c->span : clause->span,
                                  clause->c ? "the reason of an exception must be known before the "
                                              "run"
                                            : "an exception needs a reason");
        diag_help(c->s->diags, d, "write `because \"...\"`, for those who read it later");
        return;
    }
    if (read_until(c, clause, &x->until))
        rule->nexceptions++;
}

/* ---- all clauses ---- */

static void read_clause(struct checker *c, struct rule_info *rule, struct rule_rows *rows,
                        const struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_R_WHERE:
        read_where(c, rule, rows, clause);
        break;
    case N_R_EXPECT:
        read_expect(c, rule, rows, clause, &rule->expectations[rule->nexpectations++]);
        break;
    case N_R_EXCEPT:
        read_exception(c, rule, rows, clause);
        break;
    case N_R_MESSAGE:
        rule->message = read_message(c, rows, clause->a);
        break;
    case N_R_SEVERITY:
        read_severity(c, rule, clause);
        break;
    case N_R_ALLOW:
        read_allow(c, rule, clause);
        break;
    case N_R_FIELD:
        read_field(c, rule, clause, rows);
        break;
    case N_R_ID:
        read_id(c, rule, clause);
        break;
    case N_R_TAGS:
        read_tags(c, rule, clause);
        break;
    case N_R_OWNER:
        rule->owner = clause->text;
        break;
    case N_R_HELP:
        rule->help = clause->text;
        break;
    case N_R_EXAMPLE:
        check_rule_example(c, rule, clause);
        break;
    default:
        break;
    }
}

static uint32_t count_clauses(const struct node *n, unsigned kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->list.n; i++)
        count += n->list.at[i]->kind == kind;
    return count;
}

static const struct node *clause_of(const struct node *n, unsigned kind) {
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == kind)
            return n->list.at[i];
    return NULL;
}

/* ---- keys ---- */

static bool is_amount(const struct type *t) {
    return t->kind == TY_FLOAT || t->kind == TY_INT || t->kind == TY_RATIO || t->kind == TY_SHARE ||
           t->kind == TY_POINTS || t->kind == TY_ITEMS;
}

/* `key a, b`; else the key that the rows have; else the columns before the first amount. */
static void read_key(struct checker *c, struct rule_info *rule, const struct node *clause) {
    const struct type *t = rule->row;
    rule->keys = ARENA_ARRAY(c->arena, uint32_t, t->n + (clause ? clause->list.n : 0) + 1);
    for (uint32_t i = 0; clause && i < clause->list.n; i++) {
        const struct node *name = clause->list.at[i];
        int at = type_field(t, name->text);
        if (at >= 0) {
            rule->keys[rule->nkeys++] = (uint32_t)at;
            continue;
        }
        struct diag *d = error_at(c, E0902, name->span, "what is judged has no column `%.*s`",
                                  STR_ARG(name->text));
        help_fields(c, d, name->text, t);
    }
    for (uint32_t i = 0; !clause && i < t->nkeys; i++)
        rule->keys[rule->nkeys++] = t->keys[i];
    rule->key_guessed = !clause && !t->nkeys;
    for (uint32_t i = 0; rule->key_guessed && i < t->n && !is_amount(t->fields[i].type); i++)
        rule->keys[rule->nkeys++] = i;
}

/* Findings tell their key anyway. */
static void drop_key_reads(struct rule_info *rule) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < rule->nreads; i++) {
        const struct node *value = rule->reads[i].value;
        bool is_key = false;
        for (uint32_t k = 0; k < rule->nkeys && value->kind == N_COLUMN; k++)
            is_key = is_key || value->value.i == rule->keys[k];
        if (!is_key)
            rule->reads[n++] = rule->reads[i];
    }
    rule->nreads = n;
}

static void start(struct checker *c, struct rule_info *rule, const struct node *n) {
    rule->severity = STR("error");
    rule->expectations =
        ARENA_ARRAY(c->arena, struct rule_expectation, count_clauses(n, N_R_EXPECT) + 1);
    rule->exceptions =
        ARENA_ARRAY(c->arena, struct rule_exception, count_clauses(n, N_R_EXCEPT) + 1);
    rule->examples = ARENA_ARRAY(c->arena, struct rule_example, count_clauses(n, N_R_EXAMPLE) + 1);
}

static struct rule_info *read_rule(struct session *s, struct symbol *symbol) {
    struct checker c = checker_declaring(s, symbol);
    struct rule_info *rule = ARENA_NEW(c.arena, struct rule_info);
    struct node *n = symbol->node;
    struct rule_rows rows = {0};
    uint32_t errors = c.s->diags->errors;
    const struct node *of = clause_of(n, N_R_FOR);
    rule->symbol = symbol;
    symbol->detail = rule;
    start(&c, rule, n);
    if (!of) {
        rule_incomplete(&c, n, "`for`", "say what it judges: `for school`");
        return rule;
    }
    if (symbol->checking || (!of->a && !of->list.n))
        return rule;
    symbol->checking = true;
    struct row_let *lets = collect_lets(&c, n);
    if (rule_source(&c, rule, of, &rows) && add_measures(&c, rule, n, lets, &rows)) {
        rows.row->lets = target_lets(&c, &rows, lets);
        c.row = rows.row;
        c.aggregates = c.windows = rows.group != NULL;
        for (uint32_t i = 0; i < n->list.n; i++)
            read_clause(&c, rule, &rows, n->list.at[i]);
        check_unused_lets(&c);
        finish_source(&c, rule, &rows);
        read_key(&c, rule, clause_of(n, N_R_KEY));
        drop_key_reads(rule);
        if (!rule->nexpectations && c.s->diags->errors == errors)
            rule_incomplete(&c, n, "`expect`", "say what must hold: `expect grade in 9..12`");
    }
    symbol->checking = false;
    if (!rule->nexpectations || c.s->diags->errors != errors)
        rule->source = NULL;
    return rule;
}

struct rule_info *rule_of(struct checker *caller, struct symbol *symbol) {
    struct session *s = caller->s;
    if (symbol->detail || !s->rules_apart)
        return symbol->detail ? symbol->detail : read_rule(s, symbol);
    struct diags quiet, *loud = s->diags;
    diags_init(&quiet, s->arena);
    s->diags = &quiet;
    struct rule_info *rule = read_rule(s, symbol);
    s->diags = loud;
    return rule;
}

void rule_tell(struct session *s, struct symbol *symbol) {
    symbol->detail = NULL;
    read_rule(s, symbol);
}
