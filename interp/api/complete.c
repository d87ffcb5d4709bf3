/* Completion: what may stand at a place of a text.
 *
 * The word at the place is replaced by a name that means nothing, the probe.
 * The tokens round it tell what kind of thing is wanted; the checker, which
 * meets the probe on its way through the text, tells what is known there: the
 * columns of this very row, the names of this block. So completion knows what
 * checking knows, and nothing twice. What the text declares is forgotten
 * afterwards. */
#include "api/ask.h"
#include "api/candidates.h"

static const char probe_name[] = "spoke_is_asked_here";

struct completion {
    struct spoke *sp;
    const char *name;
    struct str text; /* the unit, with the entry before that it goes on from */
    size_t at;       /* in it */
    size_t start;    /* of what a candidate replaces */
    struct candidates found;
    struct asked_name asked; /* of the text with the probe in it */
    struct place_found place;
};

static bool is_word_byte(char b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' ||
           (b & 0x80);
}

/* The text with `middle` in place of the bytes from `start` to `stop`. */
static struct str replaced(struct completion *c, size_t start, const char *middle, size_t stop) {
    return arena_printf(&c->sp->scratch, "%.*s%s%.*s", (int)start, c->text.p, middle,
                        (int)(c->text.n - stop), c->text.p + stop);
}

static bool is_measure(void *user, struct str name) {
    struct spoke *sp = user;
    const struct symbol *s = session_find(&sp->session, name);
    return s && s->kind == SYM_MEASURE;
}

/* ---- kinds of symbols ---- */

static bool is_table(const struct symbol *s) {
    return s->kind == SYM_TABLE;
}
static bool is_cohort(const struct symbol *s) {
    return s->kind == SYM_COHORT;
}
static bool is_relation(const struct symbol *s) {
    return s->kind == SYM_TABLE || s->kind == SYM_COHORT || s->kind == SYM_MEASURE ||
           s->kind == SYM_NETWORK || s->kind == SYM_FUNCTION ||
           (s->kind == SYM_VARIABLE && s->type && s->type->kind == TY_RELATION);
}
static bool takes_relation(const struct symbol *s) {
    return s->kind == SYM_FUNCTION && s->node && s->node->list.n > 0;
}
/* Names that mean a value or lead to one. */
static bool is_value(const struct symbol *s) {
    return s->kind != SYM_RULE && s->kind != SYM_CALENDAR && s->kind != SYM_C_TYPE;
}

/* ---- names of functions that were not checked ---- */

static void offer_name_of(struct completion *c, const struct node *n) {
    offer(&c->found, n->text, "variable", STR_NONE, STR_NONE);
}

/* Parameters and variables of the functions and blocks round the place. */
static void offer_tree_names(struct completion *c, const struct node *n) {
    if (!n || n->span.start > c->asked.probe.span.start || n->span.stop < c->asked.probe.span.start)
        return;
    if (n->kind == N_FN)
        for (uint32_t i = 0; i < n->list.n; i++)
            offer_name_of(c, n->list.at[i]);
    if (n->kind == N_FOR)
        offer_name_of(c, n);
    for (uint32_t i = 0; n->kind == N_BLOCK && n != c->asked.file && i < n->list.n; i++) {
        const struct node *s = n->list.at[i];
        if (s->span.stop <= c->asked.probe.span.start && (s->kind == N_LET || s->kind == N_VAR))
            offer_name_of(c, s);
    }
    offer_tree_names(c, n->a);
    offer_tree_names(c, n->b);
    offer_tree_names(c, n->c);
    for (uint32_t i = 0; i < n->list.n; i++)
        offer_tree_names(c, n->list.at[i]);
}

/* ---- what stands at each kind of place ---- */

static void offer_inside(struct completion *c, bool (*wanted)(const struct symbol *s)) {
    for (uint32_t i = 0; i < c->asked.probe.inside.n; i++)
        if (wanted(c->asked.probe.inside.at[i]))
            offer_symbol(&c->found, c->asked.probe.inside.at[i]);
}

static void offer_values(struct completion *c) {
    struct candidates *found = &c->found;
    for (uint32_t i = 0; i < c->asked.probe.lets.n; i++)
        offer(found, c->asked.probe.lets.at[i], "let", STR_NONE, STR_NONE);
    offer_fields(found, c->asked.probe.row, c->asked.probe.row_table);
    offer_inside(c, is_value);
    if (!c->asked.probe.found)
        offer_tree_names(c, c->asked.file);
    offer_symbols(found, is_value);
    offer_functions(found);
    offer_modules(found);
    offer_words(found, WORD_VALUE);
}

/* The function called, and how many of its parameters are filled by position. */
static void offer_call(struct completion *c) {
    const struct place_found *place = &c->place;
    if (!place->callee)
        return;
    const struct token *last = &c->asked.tokens.at[place->callee], *first = last;
    while (first - c->asked.tokens.at >= 2 && first[-1].kind == TOK_DOT)
        first -= 2;
    struct str text = source_at(&c->sp->sources, last->span.source)->text;
    struct str name = {text.p + first->span.start, last->span.stop - first->span.start};
    const struct symbol *s = NULL;
    for (uint32_t i = 0; i < c->asked.probe.inside.n && !s; i++)
        if (str_eq(c->asked.probe.inside.at[i]->name, name))
            s = c->asked.probe.inside.at[i];
    if (!s)
        s = session_find(&c->sp->session, name);
    offer_arguments(&c->found, name, s && s->kind != SYM_NATIVE ? s : NULL, place->piped);
}

/* The values that a column may have, when the token is compared with one. */
static bool find_domain(struct completion *c, uint32_t token, struct str text,
                        const struct table_column **out) {
    uint32_t left = place_compared(&c->asked.tokens, token);
    if (!left)
        return false;
    struct span span = c->asked.tokens.at[left].span;
    ask(c->sp, c->name, text, span.start, span.stop, &c->asked);
    if (!c->asked.probe.found) { /* what follows may be too broken: then without it */
        const char *end = memchr(text.p + span.stop, '\n', text.n - span.stop);
        size_t rest = end ? (size_t)(end - text.p) : text.n;
        text = arena_printf(&c->sp->scratch, "%.*s%.*s", (int)span.stop, text.p,
                            (int)(text.n - rest), text.p + rest);
        ask(c->sp, c->name, text, span.start, span.stop, &c->asked);
    }
    if (!c->asked.probe.table || c->asked.probe.column < 0)
        return false;
    *out = &c->asked.probe.table->columns[c->asked.probe.column];
    return (*out)->none_of > 0;
}

static void offer_domain(struct completion *c, const struct table_column *column, bool quoted) {
    for (uint32_t i = 0; i < column->none_of; i++) {
        const struct code_value *v = &column->one_of[i];
        const char *form = quoted && v->is_text ? "\"%.*s\"" : "%.*s";
        if (quoted || v->is_text)
            offer(&c->found, arena_printf(&c->sp->scratch, form, STR_ARG(v->text)), "value",
                  type_text(&c->sp->scratch, column->type), v->label);
    }
}

static void offer_domain_here(struct completion *c, struct str text) {
    const struct table_column *column;
    struct completion other = *c; /* asks about another name of the same text */
    if (find_domain(&other, c->place.token, text, &column))
        offer_domain(c, column, true);
}

static void offer_expression(struct completion *c, struct str text) {
    if (c->place.may_follow && !c->asked.probe.found) {
        offer_words(&c->found, WORD_JOINS);
        return;
    }
    offer_domain_here(c, text);
    offer_call(c);
    offer_values(c);
}

static void offer_network(struct completion *c, const struct symbol *s) {
    const struct network_info *net = s->detail;
    offer(&c->found, STR("members"), "relation", STR_NONE, STR("the members of the network"));
    offer(&c->found, STR("ties"), "relation", STR_NONE, STR("the ties of all relations"));
    for (uint32_t i = 0; net && i < net->nties; i++)
        offer(&c->found, net->ties[i].name, "relation", STR_NONE, STR("ties"));
}

static void offer_parts(struct completion *c) {
    const struct type *left = c->asked.probe.left;
    const struct token *before = &c->asked.tokens.at[c->place.token - 2];
    if (c->asked.probe.owner)
        offer_network(c, c->asked.probe.owner);
    else if (left && left->kind == TY_REF)
        offer_fields(&c->found, left->table->row, left->table);
    else if (left && (left->kind == TY_RECORD || left->kind == TY_RELATION))
        offer_fields(&c->found, left, NULL);
    else if (c->place.token >= 2 && before->kind == TOK_NAME)
        offer_module_parts(&c->found, before->text);
}

static void offer_verbs(struct completion *c) {
    struct str words[32];
    uint32_t n = list_verb_words(words, COUNT_OF(words));
    for (uint32_t i = 0; i < n; i++)
        offer_word(&c->found, words[i]);
    offer_inside(c, takes_relation);
    offer_symbols(&c->found, takes_relation);
    struct candidates all = {.sp = c->sp, .prefix = c->found.prefix};
    offer_functions(&all);
    for (uint32_t i = 0; i < all.all.n; i++) {
        const struct candidate *f = &all.all.at[i];
        const char *first = f->type.n ? memchr(f->type.p, '(', f->type.n) : NULL;
        const char *colon =
            first ? memchr(first, ':', f->type.n - (size_t)(first - f->type.p)) : NULL;
        if (colon && strncmp(colon, ": relation", 10) == 0)
            offer(&c->found, f->name, "function", f->type, f->doc);
    }
    offer_modules(&c->found);
}

static void offer_clauses(struct completion *c) {
    struct str words[32];
    const struct token *before = &c->asked.tokens.at[c->place.token - 1];
    bool attribute = str_is(c->place.declaration, "table") && c->place.token > c->place.block + 1 &&
                     before->kind != TOK_NEWLINE && before->kind != TOK_DOC;
    uint32_t n = attribute ? list_attribute_words(words, COUNT_OF(words))
                           : list_clause_words(c->place.declaration, words, COUNT_OF(words));
    for (uint32_t i = 0; i < n; i++)
        offer_word(&c->found, words[i]);
}

static void offer_types(struct completion *c) {
    static const char *const stored[] = {"int", "float", "bool", "text", "date"};
    static const char *const others[] = {"period", "duration", "share", "ratio", "list",
                                         "map",    "record",   "table", "fn"};
    for (size_t i = 0; i < COUNT_OF(stored); i++)
        offer(&c->found, str_of(stored[i]), "type", STR_NONE, STR_NONE);
    for (size_t i = 0; !c->place.declaration.n && i < COUNT_OF(others); i++)
        offer(&c->found, str_of(others[i]), "type", STR_NONE, STR_NONE);
}

static void offer_own_columns(struct completion *c) {
    for (uint32_t i = 0; i < c->asked.file->list.n; i++) {
        const struct node *n = c->asked.file->list.at[i];
        bool round = n->kind == N_TABLE && n->span.start <= c->asked.probe.span.start &&
                     c->asked.probe.span.start < n->span.stop;
        for (uint32_t k = 0; round && k < n->list.n; k++)
            if (n->list.at[k]->kind == N_COLUMN_DECLARATION)
                offer(&c->found, n->list.at[k]->text, "column", STR_NONE, n->list.at[k]->title);
    }
}

static void offer_grains(struct completion *c) {
    for (int g = GRAIN_NONE + 1; g < GRAIN_COUNT; g++)
        offer(&c->found, str_of(grain_name((enum grain)g)), "grain", STR_NONE, STR_NONE);
}

static void offer_relations(struct completion *c) {
    offer_inside(c, is_relation);
    if (!c->asked.probe.found)
        offer_tree_names(c, c->asked.file);
    offer_symbols(&c->found, is_relation);
}

static void offer_at_place(struct completion *c, struct str text) {
    for (uint32_t i = 0; i < c->place.nwords; i++)
        if (!c->asked.probe.found || c->place.kind == PLACE_WORDS ||
            c->place.kind == PLACE_RELATION)
            offer_word(&c->found, str_of(c->place.words[i]));
    switch (c->place.kind) {
    case PLACE_STATEMENT:
        offer_words(&c->found, WORD_STATEMENT);
        offer_values(c);
        break;
    case PLACE_EXPRESSION:
        offer_expression(c, text);
        break;
    case PLACE_VERB:
        offer_verbs(c);
        break;
    case PLACE_CLAUSE:
        offer_clauses(c);
        break;
    case PLACE_PART:
        offer_parts(c);
        break;
    case PLACE_TYPE:
        offer_types(c);
        break;
    case PLACE_GRAIN:
        offer_grains(c);
        break;
    case PLACE_COHORT:
        offer_symbols(&c->found, is_cohort);
        offer_word(&c->found, STR("not"));
        break;
    case PLACE_RELATION:
        offer_relations(c);
        break;
    case PLACE_TABLE:
        offer_symbols(&c->found, is_table);
        break;
    case PLACE_COLUMN:
        offer_fields(&c->found, c->asked.probe.row, c->asked.probe.row_table);
        break;
    case PLACE_OWN_COLUMN:
        offer_own_columns(c);
        break;
    case PLACE_MODULE:
        offer_modules(&c->found);
        break;
    case PLACE_WORDS:
    case PLACE_NOTHING:
        break;
    }
}

static void complete_word(struct completion *c) {
    size_t stop = c->at;
    while (stop < c->text.n && is_word_byte(c->text.p[stop]))
        stop++;
    struct str text = replaced(c, c->start, probe_name, stop);
    ask(c->sp, c->name, text, c->start, c->start + sizeof probe_name - 1, &c->asked);
    c->place = place_find(&c->asked.tokens, (uint32_t)c->start, is_measure, c->sp);
    offer_at_place(c, text);
}

/* ---- texts ---- */

static struct str folder_of(struct str path) {
    while (path.n && path.p[path.n - 1] != '/')
        path.n--;
    return path;
}

static void complete_text(struct completion *c, uint32_t token) {
    static const char *const scripts[] = {".spoke"};
    static const char *const data[] = {".csv", ".tsv", ".txt", ".csv.gz"};
    static const char *const stores[] = {".db"};
    const struct token *t = &c->asked.tokens.at[token];
    const struct token *before = token ? t - 1 : NULL, *third = token >= 3 ? t - 3 : NULL;
    c->start = t->span.start + 1;
    c->found.prefix = (struct str){c->text.p + c->start, c->at - c->start};
    if (before && before->kind == TOK_NAME && str_is(before->text, "use") && before->line_start) {
        offer_files(&c->found, folder_of(str_of(c->name)), scripts, COUNT_OF(scripts));
    } else if (before && before->kind == TOK_NAME && str_is(before->text, "store")) {
        offer_files(&c->found, STR_NONE, stores, COUNT_OF(stores));
    } else if (before && before->kind == TOK_FROM && third && third->kind == TOK_NAME &&
               str_is(third->text, "import")) {
        offer_files(&c->found, STR_NONE, data, COUNT_OF(data));
    } else {
        const struct table_column *column;
        struct str text = replaced(c, t->span.start, "\"\"", t->span.stop);
        if (find_domain(c, token, text, &column))
            offer_domain(c, column, false);
    }
}

/* The text that the place stands in, or that was begun before it on the line; 0: none. */
static bool find_text(const struct completion *c, uint32_t *out) {
    for (uint32_t i = 0; i < c->asked.tokens.n; i++) {
        const struct token *t = &c->asked.tokens.at[i];
        size_t start = t->span.start, stop = t->span.stop;
        if (t->kind != TOK_TEXT && t->kind != TOK_ERROR)
            continue;
        if (c->text.p[start < c->text.n ? start : 0] != '"' || start >= c->at || c->at > stop)
            continue;
        bool closed = stop > start + 1 && c->text.p[stop - 1] == '"';
        *out = i;
        return c->at < stop || !closed;
    }
    return false;
}

/* In a comment, or in a text with holes outside of them. */
static bool is_silent(const struct completion *c) {
    for (uint32_t i = 0; i < c->asked.tokens.ncomments; i++)
        if (c->asked.tokens.comments[i].start < c->at && c->at <= c->asked.tokens.comments[i].stop)
            return true;
    for (uint32_t i = 0; i < c->asked.tokens.n; i++) {
        const struct token *t = &c->asked.tokens.at[i];
        bool piece = t->kind == TOK_TEXT_START || t->kind == TOK_TEXT_MIDDLE ||
                     t->kind == TOK_TEXT_END || t->kind == TOK_FORMAT;
        if (piece && t->span.start < c->at && c->at < t->span.stop)
            return true;
    }
    return c->start < c->text.n && c->start < c->at && c->text.p[c->start] >= '0' &&
           c->text.p[c->start] <= '9';
}

static enum status complete(struct spoke *sp, void *data) {
    struct completion *c = data;
    struct str entry = c->text;
    c->text = whole_entry(sp, entry);
    size_t before = c->text.n - entry.n;
    c->at += before;
    c->start = c->at;
    while (c->start > before && is_word_byte(c->text.p[c->start - 1]))
        c->start--;
    uint32_t source = source_add(&sp->sources, str_of(c->name), c->text), token;
    c->asked.tokens = lex(&sp->scratch, &sp->diags, &sp->sources, source);
    c->found = (struct candidates){.sp = sp, .prefix = {c->text.p + c->start, c->at - c->start}};
    if (find_text(c, &token))
        complete_text(c, token);
    else if (!is_silent(c))
        complete_word(c);
    c->start -= before;
    return ST_OK;
}

static spoke_text public_text(struct str s) {
    return (spoke_text){s.p ? s.p : "", s.n};
}

spoke_status spoke_complete(spoke *sp, const char *name, const char *text, size_t n, size_t at,
                            size_t *start, spoke_candidate_fn each, void *user) {
    if (!sp || !name || (!text && n) || at > n || !start || !each || !begin_call(sp))
        return SPOKE_MISUSE;
    struct completion c = {.sp = sp, .name = name, .text = {text, n}, .at = at};
    enum status s = asking(sp, complete, &c);
    *start = c.start;
    for (uint32_t i = 0; s == ST_OK && i < c.found.all.n; i++) {
        const struct candidate *f = &c.found.all.at[i];
        spoke_candidate given = {public_text(f->name), public_text(f->kind), public_text(f->type),
                                 public_text(f->doc)};
        if (each(user, &given) != 0)
            s = ST_INTERRUPTED;
    }
    return end_call(sp, s);
}
