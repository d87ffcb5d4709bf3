/* What the tree tells the formatter: the kinds of braces, where statements
 * begin, signs, types, and the cells of rows that are aligned.
 *
 * Nodes are walked in about the order of the source, so items are found by a
 * finger that moves a few steps. Whatever is not found where it should be is
 * left unmarked, which only makes the layout plainer. */
#include "syntax/format_layout.h"

/* ---- finding items ---- */

/* The first item at or behind that byte. */
static uint32_t item_behind(struct layout *l, uint32_t start) {
    uint32_t i = l->finger;
    while (i > 0 && l->at[i].start >= start)
        i--;
    while (i + 1 < l->n && l->at[i].start < start)
        i++;
    return l->finger = i;
}

/* The item that begins at that byte, or END. */
static uint32_t item_at(struct layout *l, uint32_t start) {
    uint32_t i = item_behind(l, start);
    return l->at[i].start == start ? i : l->n - 1;
}

/* The next `{` at or behind that byte, or END. */
static uint32_t brace_behind(struct layout *l, uint32_t start) {
    uint32_t i = item_behind(l, start);
    while (i + 1 < l->n && l->at[i].kind != TOK_LBRACE)
        i++;
    return i;
}

/* ---- blocks ---- */

static void mark_statements(struct layout *l, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        l->at[item_at(l, list->at[i]->span.start)].flags |= ITEM_STATEMENT;
}

static void mark_brace(struct layout *l, uint32_t brace, enum role role) {
    l->at[brace].role = (uint8_t)role;
    l->at[l->at[brace].match].role = (uint8_t)role;
}

static void mark_match(struct layout *l, const struct node *n) {
    uint32_t brace = item_behind(l, n->a->span.stop);
    if (l->at[brace].kind == TOK_LBRACE)
        mark_brace(l, brace, ROLE_ARMS);
    mark_statements(l, &n->list);
}

/* ---- declarations ---- */

static void mark_cell(struct layout *l, uint32_t i, unsigned cell) {
    l->at[i].cell = (uint8_t)cell;
}

/* A label and `from "header"` at the end of a column stand apart. */
static void mark_column_end(struct layout *l, const struct node *n) {
    uint32_t inner = n->a->span.stop;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind != N_A_FROM && n->list.at[i]->span.stop > inner)
            inner = n->list.at[i]->span.stop;
    uint32_t i = item_behind(l, n->span.stop), end = i;
    while (i > 0 && l->at[i - 1].start >= inner &&
           (l->at[i - 1].kind == TOK_TEXT || l->at[i - 1].kind == TOK_FROM))
        i--;
    if (i < end) {
        mark_cell(l, i, 2);
        l->at[i].flags |= ITEM_WIDE;
    }
}

/* The longest clause word, and a blank: what stands behind the words does not
 * move when a clause is added. Names of columns have no longest one. */
static uint8_t word_width(unsigned kind) {
    return kind == N_CALENDAR                  ? sizeof "instructional"
           : kind == N_RULE || kind == N_TABLE ? sizeof "severity"
                                               : sizeof "exclude";
}

static void mark_declaration(struct layout *l, const struct node *n) {
    if (n->kind == N_COHORT && n->a)
        return;
    uint32_t brace = brace_behind(l, n->name_span.stop);
    if (l->at[brace].kind != TOK_LBRACE)
        return;
    mark_brace(l, brace,
               n->kind == N_FOREIGN ? ROLE_STATEMENTS
               : n->kind == N_TABLE ? ROLE_COLUMNS
                                    : ROLE_CLAUSES);
    mark_statements(l, &n->list);
    if (n->kind == N_FOREIGN)
        return;
    l->at[brace].word_width = word_width(n->kind);
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *clause = n->list.at[i];
        uint32_t first = item_at(l, clause->span.start);
        if (first + 1 < l->n)
            mark_cell(l, first + 1, 1);
        if (clause->kind == N_COLUMN_DECLARATION && clause->a)
            mark_column_end(l, clause);
    }
}

/* As the arms of a match: fields with commas or on lines of their own. */
static void mark_struct(struct layout *l, const struct node *n) {
    uint32_t brace = brace_behind(l, n->a ? n->a->span.stop : n->name_span.stop);
    if (l->at[brace].kind == TOK_LBRACE)
        mark_brace(l, brace, ROLE_ARMS);
    mark_statements(l, &n->list);
}

/* `param name type = default "help"` */
static void mark_param(struct layout *l, const struct node *n) {
    uint32_t first = item_at(l, n->span.start);
    l->at[first].role = ROLE_PARAM;
    uint32_t type = item_behind(l, n->a->span.start);
    mark_cell(l, type, 1);
    uint32_t behind = item_behind(l, n->a->span.stop);
    if (n->b) {
        mark_cell(l, behind, 2);
        behind = item_behind(l, n->b->span.stop);
    }
    if (n->doc.n && l->at[behind].start < n->span.stop && l->at[behind].kind == TOK_TEXT) {
        mark_cell(l, behind, 3);
        l->at[behind].flags |= ITEM_WIDE;
    }
}

static void mark_import(struct layout *l, const struct node *n) {
    l->at[item_at(l, n->span.start)].role = ROLE_IMPORT;
    mark_cell(l, item_behind(l, n->name_span.stop), 1);
}

/* ---- expressions ---- */

static void mark_type(struct layout *l, const struct node *n) {
    for (uint32_t i = item_at(l, n->span.start); l->at[i].start < n->span.stop; i++)
        l->at[i].flags |= ITEM_TYPE;
}

static void mark_index(struct layout *l, const struct node *n) {
    uint32_t i = item_behind(l, n->a->span.stop);
    if (l->at[i].kind == TOK_LBRACKET)
        l->at[i].flags |= ITEM_INDEX;
}

/* The aggregates of `group` stand in lines rather than fill them. */
static void mark_group(struct layout *l, const struct node *n) {
    if (n->more.n == 0)
        return;
    uint32_t i = item_at(l, n->more.at[0]->span.start);
    if (i > 0 && l->at[i - 1].kind == TOK_LPAREN)
        l->at[i - 1].flags |= ITEM_PARTS;
}

/* A node begins at a `-` only where that is a sign; this finds those behind a word, as in
 * `where -x > 3`. Others are known by the mark before them. */
static void mark_sign(struct layout *l, const struct node *n) {
    if (n->span.start >= l->text.n || l->text.p[n->span.start] != '-')
        return;
    uint32_t i = item_at(l, n->span.start);
    if (l->at[i].kind == TOK_MINUS)
        l->at[i].flags |= ITEM_PREFIX;
}

/* The `-` of `year starts 08-01` is no subtraction. */
static void mark_year(struct layout *l, const struct node *n) {
    for (uint32_t i = item_at(l, n->span.start); i < l->n && l->at[i].start < n->span.stop; i++)
        if (l->at[i].kind == TOK_MINUS)
            l->at[i].flags |= ITEM_TIGHT;
}

static void mark_node(struct layout *l, const struct node *n) {
    switch (n->kind) {
    case N_BLOCK:
        mark_brace(l, item_at(l, n->span.start), ROLE_STATEMENTS);
        mark_statements(l, &n->list);
        break;
    case N_MATCH:
        mark_match(l, n);
        break;
    case N_TABLE:
    case N_COHORT:
    case N_MEASURE:
    case N_NETWORK:
    case N_RULE:
    case N_CALENDAR:
    case N_FOREIGN:
        mark_declaration(l, n);
        break;
    case N_C_STRUCT:
        mark_struct(l, n);
        break;
    case N_K_YEAR:
        mark_year(l, n);
        break;
    case N_PARAM:
        mark_param(l, n);
        break;
    case N_IMPORT:
        mark_import(l, n);
        break;
    case N_TYPE:
        mark_type(l, n);
        break;
    case N_V_GROUP:
    case N_V_WINDOW:
    case N_V_PIVOT:
        mark_group(l, n);
        break;
    case N_INDEX:
        mark_index(l, n);
        break;
    default:
        mark_sign(l, n);
        break;
    }
}

/* Trees are not higher than the parser's limit. */
static void walk(struct layout *l, const struct node *n) {
    if (!n)
        return;
    mark_node(l, n);
    walk(l, n->a);
    walk(l, n->b);
    walk(l, n->c);
    walk(l, n->d);
    for (uint32_t i = 0; i < n->list.n; i++)
        walk(l, n->list.at[i]);
    for (uint32_t i = 0; i < n->more.n; i++)
        walk(l, n->more.at[i]);
}

void mark_tree(struct layout *l, const struct node *file) {
    mark_statements(l, &file->list);
    for (uint32_t i = 0; i < file->list.n; i++)
        walk(l, file->list.at[i]);
}
