/* Statements and blocks. */
#include "check/checker.h"

/* ---- texts known before the run ---- */

bool constant_text(struct checker *c, const struct node *n, struct str *out) {
    if (n->kind == N_TEXT) {
        *out = n->text;
        return true;
    }
    if (n->kind == N_NAME) {
        struct symbol *s = scope_find(c->scope, n->text);
        return s && s->is_constant && s->constant->kind == N_TEXT &&
               constant_text(c, s->constant, out);
    }
    if (n->kind != N_TEMPLATE)
        return false;
    struct str all = STR("");
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *part = n->list.at[i];
        struct str piece;
        if (!constant_text(c, part->kind == N_HOLE ? part->a : part, &piece))
            return false;
        all = arena_printf(c->arena, "%.*s%.*s", STR_ARG(all), STR_ARG(piece));
    }
    *out = all;
    return true;
}

/* ---- let, var, assignment ---- */

static void check_let(struct checker *c, struct node *n) {
    bool assignable = n->kind == N_VAR;
    const struct type *declared = n->a ? type_of_node(c, n->a) : NULL;
    if (!declared && !assignable && n->b->kind == N_FN) { /* may call itself by this name */
        if (!n->symbol)
            n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
        check_function_value(c, n->b, n->symbol);
    }
    n->b = declared ? check_as(c, n->b, declared, "the value") : check_value(c, n->b);
    const struct type *t = declared && declared->kind == TY_ERROR ? declared : n->b->type;
    if (t->kind == TY_VOID || t->kind == TY_NEVER || (t->kind == TY_RANGE && assignable) ||
        t->kind == TY_NETWORK) {
        fail_at(c, E0207, n->b, "a `%.*s` cannot be kept in a variable",
                STR_ARG(name_of_type(c, t)));
        t = TYPE(c, ERROR);
    }
    if (t->kind == TY_MAP && t->key->kind == TY_MISSING) {
        struct diag *d =
            error_at(c, E0213, n->b->span, "the type of `%.*s` is not known", STR_ARG(n->text));
        diag_help(c->s->diags, d, "write it: `%s %.*s: map<text, int> = map {}`",
                  assignable ? "var" : "let", STR_ARG(n->text));
        t = TYPE(c, ERROR);
    }
    if (t->kind == TY_MISSING) {
        struct diag *d =
            error_at(c, E0213, n->b->span, "the type of `%.*s` is not known", STR_ARG(n->text));
        diag_help(c->s->diags, d, "write it: `%s %.*s: int? = missing`", assignable ? "var" : "let",
                  STR_ARG(n->text));
        t = TYPE(c, ERROR);
    }
    if (t->kind == TY_RELATION)
        t = type_plain(c->types, t);
    struct symbol *s = n->symbol;
    if (!s) /* top-level names are declared before anything is checked */
        s = n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    s->assignable = assignable;
    s->type = t;
    bool is_empty = n->b->kind == N_LIST && n->b->list.n == 0;
    s->empty = assignable && !declared && is_empty ? n->b : NULL;
    if (c->s->interactive && c->scope == c->s->globals)
        s->global = true;
    struct node *k = assignable            ? NULL
                     : t->kind == TY_RANGE ? constant_parts_of(c, n->b, n->b->span)
                                           : constant_of(n->b);
    if (k && k->kind != N_MISSING) {
        s->is_constant = true;
        s->constant = k;
    }
}

struct symbol *assigned_variable(struct checker *c, const struct node *n) {
    struct symbol *s = scope_find(c->scope, n->text);
    if (s && s->kind == SYM_VARIABLE && s->assignable)
        return s;
    struct diag *d = error_at(c, E0210, n->span, "`%.*s` cannot be assigned", STR_ARG(n->text));
    if (s && s->span.source)
        diag_label_add(c->s->diags, d, s->span, "declared here");
    if (s && s->node && s->node->kind == N_LET)
        diag_help(c->s->diags, d, "declare it with `var` instead of `let`");
    else
        diag_help(c->s->diags, d, "copy it into a variable: `var copy = %.*s`", STR_ARG(n->text));
    return NULL;
}

static void check_assign(struct checker *c, struct node *n) {
    struct node *name = assigned_root(n->a);
    if (name->kind != N_NAME) {
        fail_at(c, E0210, n->a, "only a variable or its elements can be assigned");
        return;
    }
    struct symbol *s = scope_find(c->scope, name->text);
    struct node *empty = s && n->a->kind == N_NAME ? s->empty : NULL;
    n->a = check_target(c, n->a);
    if (is_poison(n->a))
        return;
    if (!assigned_variable(c, name))
        return;
    if (empty) {
        n->b = check_value(c, n->b);
        type_empty(c, s, empty, n->b->type);
        n->a->type = s->type;
    }
    n->b = check_as(c, n->b, n->a->type, "the value");
    note_growth(n);
}

/* ---- branches and loops ---- */

static void prove_branch(struct checker *c, const struct node *n, bool truth) {
    if (n->kind == N_BINARY && n->op == (truth ? TOK_AND : TOK_OR)) {
        prove_branch(c, n->a, truth);
        prove_branch(c, n->b, truth);
    } else if (n->kind == N_UNARY && n->op == TOK_NOT)
        prove_branch(c, n->a, !truth);
    else if (n->kind == N_IS_MISSING && !!(n->flags & FLAG_NEGATED) == truth &&
             n->a->kind == N_NAME && n->a->symbol && !n->a->symbol->assignable) {
        struct proof *p = ARENA_NEW(c->arena, struct proof);
        p->present = n->a->symbol;
        p->next = c->proofs;
        c->proofs = p;
    }
}

static bool leaves(const struct node *block) {
    if (!block || block->kind != N_BLOCK || !block->list.n)
        return false;
    const struct node *last = block->list.at[block->list.n - 1];
    enum node_kind k = (enum node_kind)last->kind;
    if (k == N_EXPRESSION)
        return last->a->type && last->a->type->kind == TY_NEVER;
    return k == N_RETURN || k == N_FAIL || k == N_BREAK || k == N_CONTINUE;
}

static void check_if(struct checker *c, struct node *n) {
    struct proof *before = c->proofs;
    n->a = condition(c, n->a, "the condition");
    if (!is_poison(n->a))
        prove_branch(c, n->a, true);
    check_block(c, n->b);
    c->proofs = before;
    if (n->c && !is_poison(n->a))
        prove_branch(c, n->a, false);
    if (n->c && n->c->kind == N_IF)
        check_if(c, n->c);
    else if (n->c)
        check_block(c, n->c);
    c->proofs = before;
    if (!n->c && leaves(n->b) && !is_poison(n->a))
        prove_branch(c, n->a, false); /* holds for the rest of the block */
}

static const struct type *loop_type(struct checker *c, struct node *n) {
    n->a = n->a->kind == N_RANGE ? check_range(c, n->a) : check_value(c, n->a);
    const struct type *t = n->a->type;
    if (is_poison(n->a))
        return t; /* the variable is poison too, and its uses say nothing more */
    if (t->kind == TY_RELATION)
        return row_record(c, t);
    if (t->kind == TY_RANGE && (t->element->kind == TY_INT || t->element->kind == TY_DATE))
        return t->element;
    if (t->kind == TY_LIST || t->kind == TY_MAP) {
        if (!t->nullable)
            return t->kind == TY_MAP ? t->key : t->element;
        may_be_missing(c, n, n->a);
        return NULL;
    }
    if (t->kind == TY_PERIOD) {
        n->a = convert(c, n->a, type_range(c->types, TYPE(c, DATE)), "the days");
        return TYPE(c, DATE);
    }
    fail_at(c, E0207, n->a,
            "`for` goes through whole numbers, days, a list, a map's keys or a relation's rows");
    return TYPE(c, ERROR);
}

static void check_try(struct checker *c, struct node *n) {
    check_block(c, n->a);
    struct field parts[] = {{STR("code"), TYPE(c, TEXT)}, {STR("message"), TYPE(c, TEXT)}};
    scope_open(c);
    n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    n->symbol->type = type_record(c->types, parts, COUNT_OF(parts));
    check_block(c, n->b);
    scope_close(c);
}

static void check_for(struct checker *c, struct node *n) {
    const struct type *t = loop_type(c, n);
    scope_open(c);
    n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    n->symbol->type = t;
    c->loops++;
    check_block(c, n->b);
    c->loops--;
    scope_close(c);
}

/* ---- show and its relatives ---- */

static void check_show(struct checker *c, struct node *n) {
    n->a = check_value(c, n->a);
    if (!is_poison(n->a) && n->a->type->kind == TY_NETWORK)
        n->a = invoke_native(c, n->a->span, "card", n->a);
    if (!is_poison(n->a) && (n->a->type->kind == TY_VOID || n->a->type->kind == TY_NEVER))
        fail_at(c, E0207, n->a, "this gives nothing to show");
    else if (!is_poison(n->a) && type_has_function(n->a->type))
        fail_at(c, E0207, n->a, "a function cannot be shown; call it");
}

/* In words, or what it finds as a relation; where it comes from is that of all that it judges. */
static void explain_rule(struct checker *c, struct node *n, struct symbol *s) {
    const struct rule_info *rule = rule_of(c, s);
    struct rule_columns columns;
    if (n->text.n == 0 || !rule->source)
        n->a->type = TYPE(c, VOID);
    else if (str_is(n->text, "lineage"))
        n->a = rules_relation(c->s, &rule, 1, false, &columns);
    else
        n->a = findings_of_rule(c, s, n->a->span);
}

static void check_explain(struct checker *c, struct node *n) {
    if (n->a->kind == N_NAME) {
        struct symbol *s = scope_find(c->scope, n->a->text);
        if (s && s->kind != SYM_VARIABLE)
            n->symbol = s;
        if (s && s->kind == SYM_RULE) {
            explain_rule(c, n, s);
            return;
        }
        if (s && (s->kind == SYM_FUNCTION || s->kind == SYM_FOREIGN || s->kind == SYM_CALENDAR)) {
            n->a->type = TYPE(c, VOID);
            return;
        }
    }
    n->a = check_value(c, n->a);
}

static void check_print(struct checker *c, struct node *n) {
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *v = n->list.at[i] = check_value(c, n->list.at[i]);
        if (is_poison(v))
            continue;
        if (type_has_function(v->type)) {
            fail_at(c, E0207, v, "a function cannot be printed; call it");
        } else if (v->type->kind >= TY_RELATION || v->type->kind == TY_VOID) {
            struct diag *d = error_at(c, E0207, v->span, "a `%.*s` cannot be printed as a line",
                                      STR_ARG(name_of_type(c, v->type)));
            diag_help(c->s->diags, d, "use `show`");
        }
    }
}

static void check_return(struct checker *c, struct node *n) {
    if (!c->instance) {
        fail_at(c, E0216, n, "`return` stands outside a function");
        return;
    }
    if (n->a)
        n->a = check_value(c, n->a);
    if (n->a && is_poison(n->a)) {
        c->unknown_returns = true;
        return;
    }
    ARENA_PUSH(c->arena, &c->returns) = n;
}

/* `from TABLE | select wanted = CONDITION`: a bool for each row of the file. */
static struct node *wanted_rows(struct checker *c, struct symbol *table, struct node *condition) {
    struct node *name = node_make(c, N_NAME, condition->span, NULL);
    struct node *pipeline = node_make(c, N_PIPELINE, condition->span, NULL);
    struct node *select = node_make(c, N_V_SELECT, condition->span, NULL);
    struct node *field = node_make(c, N_FIELD, condition->span, NULL);
    name->text = table->name;
    field->text = STR("wanted");
    field->name_span = condition->span;
    field->a = condition;
    list_push(c, &select->list, field);
    pipeline->a = name;
    list_push(c, &pipeline->list, select);
    pipeline = check_relation(c, pipeline);
    if (is_poison(pipeline) || pipeline->type->fields[0].type->kind == TY_BOOL)
        return pipeline;
    struct diag *d =
        error_at(c, E0214, condition->span, "the condition is a `%.*s`, not true or false",
                 STR_ARG(name_of_type(c, pipeline->type->fields[0].type)));
    diag_help(c->s->diags, d, "compare it: the rows on which it is true are imported");
    return node_poison(c, pipeline);
}

static void check_import(struct checker *c, struct node *n) {
    struct symbol *s = find_table(c, n->text, n->name_span);
    n->symbol = s;
    n->a = convert(c, check_value(c, n->a), TYPE(c, TEXT), "the path");
    if (s && n->b)
        n->b = wanted_rows(c, s, n->b);
    if (s && s->table->built_in)
        fail_at(c, E0216, n, "`%.*s` is kept by the store itself", STR_ARG(n->text));
}

/* ---- dispatch ---- */

static bool top_level(const struct checker *c) {
    return c->scope == c->s->globals;
}

static void check_expression(struct checker *c, struct node *n) {
    n->a = check_value(c, n->a);
    if (!is_poison(n->a) && c->s->interactive && top_level(c) && type_has_function(n->a->type))
        fail_at(c, E0207, n->a, "a function cannot be shown; call it"); /* a prompt would */
    if (!is_poison(n->a) && n->a->kind == N_BINARY && n->a->op == TOK_EQ && !c->s->interactive) {
        struct diag *d =
            diag_add(c->s->diags, SEV_WARNING, E0111, n->a->span, "this comparison has no effect");
        diag_help(c->s->diags, d, "`=` assigns, `==` compares");
    }
}

/* One that names nothing and did not parse: whatever else is said of it may only follow. */
static bool is_spoilt(const struct checker *c, const struct node *n) {
    enum node_kind k = (enum node_kind)n->kind;
    bool names_nothing = k == N_SHOW || k == N_PRINT || k == N_EXPRESSION || k == N_EXPLAIN ||
                         k == N_ASSERT || k == N_FAIL;
    return names_nothing && !c->instance && has_error_inside(c, n->span);
}

void check_statement(struct checker *c, struct node **slot) {
    struct node *n = *slot;
    if (is_spoilt(c, n))
        return;
    switch ((enum node_kind)n->kind) {
    case N_LET:
    case N_VAR:
        check_let(c, n);
        break;
    case N_ASSIGN:
        check_assign(c, n);
        break;
    case N_EXPRESSION:
        if (is_into(n))
            check_into(c, n);
        else
            check_expression(c, n);
        break;
    case N_BLOCK:
        check_block(c, n);
        break;
    case N_IF:
        check_if(c, n);
        break;
    case N_FOR:
        check_for(c, n);
        break;
    case N_TRY:
        check_try(c, n);
        break;
    case N_FN: /* in a block: check_block */
        break;
    case N_WHILE:
        n->a = condition(c, n->a, "the condition");
        c->loops++;
        check_block(c, n->b);
        c->loops--;
        break;
    case N_BREAK:
    case N_CONTINUE:
        if (!c->loops)
            fail_at(c, E0216, n, "this stands outside a loop");
        break;
    case N_RETURN:
        check_return(c, n);
        break;
    case N_SHOW:
        check_show(c, n);
        break;
    case N_PRINT:
        check_print(c, n);
        break;
    case N_EXPLAIN:
        check_explain(c, n);
        break;
    case N_SAVE:
    case N_DIFF:
    case N_FREEZE:
        if (!top_level(c))
            fail_at(c, E0216, n, "definitions are saved and compared at the top of a script only");
        else
            check_definitions(c, n);
        break;
    case N_TEST:
        if (!top_level(c))
            fail_at(c, E0216, n, "a test stands at the top of a script only");
        else
            check_block(c, n->a);
        break;
    case N_ASSERT:
        n->a = condition(c, n->a, "what is asserted");
        if (n->b)
            n->b = convert(c, check_value(c, n->b), TYPE(c, TEXT), "the message");
        break;
    case N_FAIL:
        n->a = convert(c, check_value(c, n->a), TYPE(c, TEXT), "the message");
        break;
    case N_IMPORT:
        if (!top_level(c))
            fail_at(c, E0216, n, "`import` stands at the top of a script only");
        else
            check_import(c, n);
        break;
    case N_STORE:
    case N_SUPPRESS:
    case N_USE:
    case N_PARAM:
        if (!top_level(c))
            fail_at(c, E0216, n, "this stands at the top of a script only");
        break;
    default:
        if (node_declares(n) && !top_level(c))
            fail_at(c, E0216, n, "a declaration stands at the top of a script only");
        break; /* N_BAD was told of */
    }
}

void check_block(struct checker *c, struct node *block) {
    if (!block || block->kind != N_BLOCK)
        return;
    struct proof *before = c->proofs;
    scope_open(c);
    for (uint32_t i = 0; i < block->list.n;)
        if (block->list.at[i]->kind == N_FN)
            i = check_local_functions(c, &block->list, i);
        else
            check_statement(c, &block->list.at[i++]);
    scope_close(c);
    c->proofs = before;
}
