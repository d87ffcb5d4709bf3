/* The tree's names, deep copies and dumps, all driven by node.def. Nothing
 * here owns memory: nodes live in the arena they were made in. */
#include "syntax/tree.h"

#include "base/datetime.h"
#include "base/num.h"

/* Of each kind its name and the words for a, b, c, d (a trailing `?` means may be NULL) and its
 * list, one behind the other: a pointer to each would take more room than the words. */
static const char *const kinds[] = {
#define NODE(name, a, b, c, d, list, what) #name "\0" a "\0" b "\0" c "\0" d "\0" list,
#include "syntax/node.def"
#undef NODE
};

static const struct {
    const char *name, *text;
} token_kinds[] = {
#define TOKEN(name, text) {#name, text},
#include "syntax/token.def"
#undef TOKEN
};

const char *node_kind_name(enum node_kind k) {
    return (size_t)k < COUNT_OF(kinds) ? kinds[k] : "?";
}

const char *token_name(enum token_kind k) {
    return (size_t)k < COUNT_OF(token_kinds) ? token_kinds[k].text : "?";
}

/* ---- copying ---- */

static struct node_list copy_list(struct arena *arena, const struct node_list *list) {
    struct node_list out = {NULL, list->n, list->n};
    if (list->n)
        out.at = ARENA_ARRAY(arena, struct node *, list->n);
    for (uint32_t i = 0; i < list->n; i++)
        out.at[i] = node_copy(arena, list->at[i]);
    return out;
}

struct node *node_copy(struct arena *arena, const struct node *n) {
    if (!n)
        return NULL;
    struct node *out = ARENA_NEW(arena, struct node);
    *out = *n;
    out->a = node_copy(arena, n->a);
    out->b = node_copy(arena, n->b);
    out->c = node_copy(arena, n->c);
    out->d = node_copy(arena, n->d);
    out->list = copy_list(arena, &n->list);
    out->more = copy_list(arena, &n->more);
    out->type = NULL;
    out->symbol = NULL;
    out->note = NULL;
    return out;
}

/* ---- dumps ---- */

static const char *op_name(unsigned op) {
    static const char *const words[] = {"div", "mod", "like", "update", "append", "replace"};
    if (op >= OP_DIV && op <= OP_REPLACE)
        return words[op - OP_DIV];
    return token_name((enum token_kind)op);
}

static void put_place(struct buf *out, const struct sources *s, struct span span) {
    const struct source *source = source_at(s, span.source);
    if (!source)
        return;
    struct place start = source_place(source, span.start), stop = source_place(source, span.stop);
    buf_printf(out, " @%u:%u-%u:%u", (unsigned)start.line, (unsigned)start.column,
               (unsigned)stop.line, (unsigned)stop.column);
}

static void put_flags(struct buf *out, unsigned flags) {
    static const char *const names[] = {
        "negated",    "distinct",       "descending",    "strict",    "nullable",
        "undirected", "missing_passes", "missing_skips", "bracketed", "quoted"};
    for (unsigned i = 0; i < COUNT_OF(names); i++)
        if (flags & (1u << i))
            buf_printf(out, " +%s", names[i]);
}

static void put_value(struct buf *out, const struct node *n) {
    char text[96];
    struct calendar calendar = CALENDAR_DEFAULT;
    switch (n->kind) {
    case N_INT:
        num_print_int(text, n->value.i);
        break;
    case N_FLOAT:
        num_print_float(text, n->value.f);
        break;
    case N_SHARE:
        buf_printf(out, " %lld/%lld", (long long)n->value.i, (long long)n->value2);
        return;
    case N_BOOL:
        buf_text(out, n->value.i ? " true" : " false");
        return;
    case N_DATE:
        day_print(text, n->value.i);
        break;
    case N_DATETIME:
        datetime_print(text, n->value.i);
        break;
    case N_PERIOD:
        period_print(&calendar, text, n->value.i);
        break;
    case N_DURATION:
        duration_print(text, n->value.i);
        break;
    default:
        return;
    }
    buf_char(out, ' ');
    buf_text(out, text);
}

static bool has_op(const struct node *n) {
    return n->kind == N_UNARY || n->kind == N_BINARY || n->kind == N_IMPORT ||
           n->kind == N_V_INTO || n->kind == N_INTO || n->kind == N_M_TARGET;
}

static void put_head(struct buf *out, const struct sources *s, const struct node *n) {
    buf_text(out, node_kind_name((enum node_kind)n->kind));
    if (has_op(n))
        buf_printf(out, " %s", op_name(n->op));
    put_value(out, n);
    if (n->text.p) {
        buf_char(out, ' ');
        buf_json(out, n->text);
    }
    if (n->title.p) {
        buf_text(out, " title ");
        buf_json(out, n->title);
    }
    if (n->doc.p) {
        buf_text(out, " doc ");
        buf_json(out, n->doc);
    }
    put_flags(out, n->flags);
    put_place(out, s, n->span);
    buf_char(out, '\n');
}

static const char *next_word(const char *word) {
    return word + strlen(word) + 1;
}

static void dump_node(struct buf *out, const struct sources *s, const struct node *n,
                      const char *field, unsigned indent);

static void dump_list(struct buf *out, const struct sources *s, const struct node_list *list,
                      const char *field, unsigned indent) {
    for (uint32_t i = 0; i < list->n; i++)
        dump_node(out, s, list->at[i], field, indent);
}

static void dump_node(struct buf *out, const struct sources *s, const struct node *n,
                      const char *field, unsigned indent) {
    if (!n)
        return;
    buf_repeat(out, "  ", indent);
    size_t length = strcspn(field, "?");
    if (length)
        buf_printf(out, "%.*s: ", (int)length, field);
    put_head(out, s, n);
    const struct node *children[] = {n->a, n->b, n->c, n->d};
    const char *word = next_word(kinds[n->kind]);
    for (size_t i = 0; i < COUNT_OF(children); i++, word = next_word(word))
        dump_node(out, s, children[i], word, indent + 1);
    dump_list(out, s, &n->list, word, indent + 1);
    dump_list(out, s, &n->more, n->kind == N_V_GROUP ? "aggregates" : "clauses", indent + 1);
}

void node_dump(struct buf *out, const struct sources *s, const struct node *n) {
    dump_node(out, s, n, "", 0);
}

void tokens_dump(struct buf *out, const struct sources *s, const struct tokens *t) {
    struct calendar calendar = CALENDAR_DEFAULT;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct token *token = &t->at[i];
        char text[96] = "";
        buf_text(out, token_kinds[token->kind].name);
        if (token->kind == TOK_INT)
            num_print_int(text, token->i);
        else if (token->kind == TOK_FLOAT)
            num_print_float(text, token->f);
        else if (token->kind == TOK_DATE)
            day_print(text, token->i);
        else if (token->kind == TOK_DATETIME)
            datetime_print(text, token->i);
        else if (token->kind == TOK_PERIOD)
            period_print(&calendar, text, token->i);
        if (text[0])
            buf_printf(out, " %s", text);
        if (token->kind == TOK_SHARE)
            buf_printf(out, " %lld/%lld", (long long)token->i, (long long)token->i2);
        bool worded = token->kind == TOK_NAME || token->kind == TOK_FORMAT ||
                      token->kind == TOK_DOC || token->kind == TOK_RAW ||
                      (token->kind >= TOK_TEXT && token->kind <= TOK_TEXT_END);
        if (worded) {
            buf_char(out, ' ');
            buf_json(out, token->text);
        }
        put_place(out, s, token->span);
        buf_char(out, '\n');
    }
}

bool node_is_literal(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_INT:
    case N_FLOAT:
    case N_SHARE:
    case N_POINTS:
    case N_BOOL:
    case N_DATE:
    case N_DATETIME:
    case N_PERIOD:
    case N_DURATION:
    case N_TEXT:
    case N_MISSING:
        return true;
    default:
        return false;
    }
}

const char *operator_text(int op) {
    switch (op) {
    case TOK_AND:
        return "and";
    case TOK_OR:
        return "or";
    case TOK_PLUS:
        return "+";
    case TOK_MINUS:
        return "-";
    case TOK_STAR:
        return "*";
    case TOK_SLASH:
        return "/";
    case TOK_CARET:
        return "^";
    case TOK_EQ:
        return "==";
    case TOK_NE:
        return "!=";
    case TOK_LT:
        return "<";
    case TOK_LE:
        return "<=";
    case TOK_GT:
        return ">";
    case TOK_GE:
        return ">=";
    case OP_DIV:
        return "div";
    case OP_MOD:
        return "mod";
    default:
        return "like";
    }
}
