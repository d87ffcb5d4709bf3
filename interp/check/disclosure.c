/* Disclosure: what `suppress` of a script, a table or a network protects.
 *
 * A table's results are protected if its rows are, or lead along references to rows
 * that are: whoever counts days of attendance counts students. A network protects the
 * tables that refer to its members, not the members and their ties. Of several
 * protections the strictest holds. All is found out anew for each unit. */
#include "check/checker.h"

struct protection protection_read(struct checker *c, const struct node *suppress) {
    if (suppress->value.i < 2)
        error_at(c, E0360, suppress->span, "`suppress under` takes a number from 2 up");
    return (struct protection){suppress->value.i, suppress->flags & FLAG_STRICT};
}

/* true: `to` has become stricter. */
static bool add_protection(struct protection *to, struct protection more) {
    bool stricter = more.under > to->under || (more.complementary && !to->complementary);
    to->under = more.under > to->under ? more.under : to->under;
    to->complementary |= more.complementary;
    return stricter;
}

static bool ties_of(const struct network_info *net, const struct table *t) {
    for (uint32_t i = 0; i < net->nties; i++)
        if (net->ties[i].table == t)
            return true;
    return false;
}

static void protect_network(struct checker *c, struct symbol *symbol) {
    const struct node *n = symbol->node, *suppress = NULL;
    for (uint32_t i = 0; n && i < n->list.n; i++)
        suppress = n->list.at[i]->kind == N_SUPPRESS ? n->list.at[i] : suppress;
    if (!suppress)
        return;
    struct protection p = protection_read(c, suppress);
    const struct network_info *net = network_of(c, symbol);
    for (uint32_t i = 0; net->entity && i < c->s->tables.n; i++) {
        struct table *t = c->s->tables.at[i];
        for (uint32_t k = 0; k < t->n; k++)
            if (t->columns[k].to == net->entity && t != net->entity && !ties_of(net, t)) {
                add_protection(&t->shown, p);
                t->counts_people |= table_is_entity(t);
            }
    }
}

/* true: the table that refers to the other is more protected than it was. */
static bool learn_from(struct table *t, const struct table *to) {
    bool reaches = to->reaches_people && !t->reaches_people;
    t->reaches_people |= to->reaches_people;
    return add_protection(&t->shown, to->shown) || reaches;
}

/* From each table to those that refer to it, until nothing changes. */
static void spread_protection(struct session *s) {
    for (uint32_t i = 0; i < s->tables.n; i++)
        s->tables.at[i]->reaches_people = s->tables.at[i]->counts_people;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < s->tables.n; i++) {
            struct table *t = s->tables.at[i];
            for (uint32_t k = 0; k < t->n; k++)
                if (t->columns[k].to)
                    changed |= learn_from(t, t->columns[k].to);
            for (uint32_t k = 0; k < t->n; k++)
                if (t->columns[k].item && t->columns[k].item->to)
                    changed |= learn_from(t, t->columns[k].item->to);
            for (uint32_t k = 0; k < t->nties; k++)
                changed |= learn_from(t, t->ties[k].to);
        }
    }
}

/* Items of lists are as their rows are. */
static void protect_items(struct session *s) {
    for (uint32_t i = 0; i < s->tables.n; i++) {
        const struct table *t = s->tables.at[i];
        for (uint32_t k = 0; k < t->n; k++)
            if (t->columns[k].items) {
                t->columns[k].items->table->shown = t->shown;
                t->columns[k].items->table->reaches_people = t->reaches_people;
            }
    }
}

/* What was rejected holds cells of rows. */
static void protect_rejects(struct session *s) {
    struct protection all = {0, false};
    for (uint32_t i = 0; i < s->tables.n; i++)
        add_protection(&all, s->tables.at[i]->shown);
    for (uint32_t i = 0; i < s->tables.n; i++)
        if (s->tables.at[i]->built_in)
            add_protection(&s->tables.at[i]->shown, all);
    s->protects = all.under > 0;
}

static const struct stored_protection *stored_for(const struct session *s, struct str table);

/* Leaving the clause out would open what the store keeps closed. */
static void keep_stored(struct checker *c, const struct table *t) {
    const struct stored_protection *stored = stored_for(c->s, t->name);
    struct protection own = t->own;
    if (!stored || c->s->reads_raw || !add_protection(&own, stored->own))
        return;
    struct diag *d = error_at(c, E0360, t->span, "`%.*s` is stored with more protection than this",
                              STR_ARG(t->name));
    diag_help(c->s->diags, d,
              "write `suppress under %lld%s` here as well; whoever may read its rows "
              "takes it away with `--raw`",
              (long long)stored->own.under, stored->own.complementary ? " complementary" : "");
}

/* What was checked before took its counts for numbers that are always shown. */
static void refuse_late(struct checker *c, const struct node *file, uint32_t first) {
    struct session *s = c->s;
    for (uint32_t i = 0; i < first; i++) {
        const struct symbol *symbol = s->globals->order.at[i];
        bool asks =
            symbol->kind == SYM_MEASURE || symbol->kind == SYM_FUNCTION ||
            symbol->kind == SYM_RULE || symbol->kind == SYM_COHORT ||
            (symbol->kind == SYM_VARIABLE && symbol->type && symbol->type->kind == TY_RELATION);
        if (!asks || !symbol->node)
            continue;
        struct diag *d =
            error_at(c, E0360, file->span, "`suppress` comes too late: `%.*s` is there already",
                     STR_ARG(symbol->name));
        diag_help(s->diags, d, "begin a session with `suppress`, or with the tables that have it");
        s->protection = (struct protection){0, false};
        s->protects = false;
        return;
    }
}

void check_disclosure(struct checker *c, const struct node *file, uint32_t first) {
    struct session *s = c->s;
    bool before = s->protects;
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind == N_SUPPRESS)
            add_protection(&s->protection, protection_read(c, file->list.at[i]));
    for (uint32_t i = 0; i < s->globals->order.n; i++)
        if (s->globals->order.at[i]->kind == SYM_TABLE)
            complete_table(c, s->globals->order.at[i]);
    for (uint32_t i = 0; i < s->tables.n; i++) {
        struct table *t = s->tables.at[i];
        t->shown = t->own;
        t->counts_people = t->own.under > 0;
        add_protection(&t->shown, s->protection);
    }
    for (uint32_t i = 0; i < file->list.n; i++) {
        struct symbol *symbol = scope_find(s->globals, file->list.at[i]->text);
        if (file->list.at[i]->kind == N_TABLE && symbol && symbol->kind == SYM_TABLE)
            keep_stored(c, symbol->table);
    }
    for (uint32_t i = 0; i < s->globals->order.n; i++)
        if (s->globals->order.at[i]->kind == SYM_NETWORK)
            protect_network(c, s->globals->order.at[i]);
    spread_protection(s);
    protect_items(s);
    protect_rejects(s);
    if (s->protects && !before)
        refuse_late(c, file, first);
}

/* ---- what the store says ---- */

static const struct stored_protection *stored_for(const struct session *s, struct str table) {
    for (uint32_t i = 0; i < s->stored_protections.n; i++)
        if (str_eq(s->stored_protections.at[i].table, table))
            return &s->stored_protections.at[i];
    return NULL;
}

void check_stored_protection(struct session *s, const struct node *file) {
    struct checker c = checker_for(s);
    for (uint32_t i = 0; i < file->list.n; i++) {
        const struct node *t = file->list.at[i];
        for (uint32_t k = 0; t->kind == N_TABLE && k < t->list.n; k++)
            if (t->list.at[k]->kind == N_SUPPRESS && !stored_for(s, t->text))
                ARENA_PUSH(s->arena, &s->stored_protections) =
                    (struct stored_protection){t->text, protection_read(&c, t->list.at[k])};
    }
}
