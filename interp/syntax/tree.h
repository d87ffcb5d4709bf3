/* The tree that the parser builds and the checker annotates.
 *
 * One struct for every kind of node keeps walking, copying (functions are
 * checked once per combination of argument types) and dumping in one place;
 * node.def says what the fields of each kind hold. All nodes and lists live
 * in the unit's arena; texts are slices of the source or arena copies. */
#ifndef SPOKE_TREE_H
#define SPOKE_TREE_H

#include "diagnose/diag.h"

enum token_kind {
#define TOKEN(name, text) TOK_##name,
#include "syntax/token.def"
#undef TOKEN
    TOK_COUNT,
    /* operators spelled as words, and import modes: values of node.op */
    OP_DIV,
    OP_MOD,
    OP_LIKE,
    OP_UPDATE,
    OP_APPEND,
    OP_REPLACE
};

enum node_kind {
#define NODE(name, a, b, c, d, list, what) N_##name,
#include "syntax/node.def"
#undef NODE
    N_KIND_COUNT
};

enum node_flag {
    FLAG_NEGATED = 1,
    FLAG_DISTINCT = 2,
    FLAG_DESCENDING = 4,
    FLAG_STRICT = 8,
    FLAG_NULLABLE = 16,
    FLAG_UNDIRECTED = 32,
    FLAG_MISSING_PASSES = 64,
    FLAG_MISSING_SKIPS = 128,
    FLAG_BRACKETED = 256, /* the expression stood in parentheses */
    FLAG_QUOTED = 512,    /* a name in back-quotes */
    FLAG_WORD = 1024,     /* the clause has a word more: */
    FLAG_FULL = FLAG_WORD,
    FLAG_PREVIOUS = FLAG_WORD,
    FLAG_EACH = FLAG_WORD,
    FLAG_ONLY = FLAG_WORD,
    FLAG_THROUGH = FLAG_WORD, /* ties: those who are present at the same thing */
    FLAG_CALENDAR = FLAG_WORD,
    FLAG_MANY = FLAG_WORD,
    FLAG_TOLD = FLAG_WORD,             /* INVOKE: it is explained, and writes no file */
    FLAG_EVERY = FLAG_WORD,            /* a NAME: all rows of that table, whenever they hold */
    FLAG_INCLUDED = FLAG_WORD,         /* SPANS: the last day is one */
    FLAG_OVERLAPPING = FLAG_FULL << 1, /* SPANS: rows of one key may hold at the same time */
    FLAG_AT_END = FLAG_WORD,           /* FIELD of `by`: its value at the end of each cell */
    FLAG_AT_START = 2048,              /* the same at the start */
    FLAG_COMBINED = FLAG_WORD          /* BINARY: of two clauses, so its text is not in one place */
};

struct node;
struct node_list {
    struct node **at;
    uint32_t n, cap;
};

struct type;
struct symbol;

struct node {
    uint8_t kind; /* enum node_kind */
    uint8_t op;   /* enum token_kind */
    uint16_t flags;
    struct span span;
    struct span name_span; /* of `text`, where a declaration or clause names something */
    uint32_t height; /* levels of nodes below; limited by the parser, so walkers may recurse */
    struct node *a, *b, *c, *d;
    struct node_list list, more;
    struct str text, title, doc;
    union {
        int64_t i;
        double f;
    } value;
    int64_t value2;
    /* set by the checker */
    const struct type *type;
    struct symbol *symbol;
    void *note; /* what the checker found out, by kind of node; see check/ */
};

const char *node_kind_name(enum node_kind k);
/* Declarations stand at the top of a file and take a `##` text. */
static inline bool node_declares(const struct node *n) {
    return n->kind >= N_TABLE &&
           (n->kind == N_TABLE || n->kind == N_COHORT || n->kind == N_MEASURE ||
            n->kind == N_NETWORK || n->kind == N_RULE || n->kind == N_CALENDAR || n->kind == N_FN ||
            n->kind == N_FOREIGN);
}
/* A literal; a TEXT without holes counts, a list does not. */
bool node_is_literal(const struct node *n);
/* As it is written: "+", "mod", "like". */
const char *operator_text(int op);
/* Deep copy into `arena`, without what the checker set. */
struct node *node_copy(struct arena *arena, const struct node *n);
/* One line a node, children indented, the fields named as in node.def. */
void node_dump(struct buf *out, const struct sources *s, const struct node *n);

/* ---- tokens ---- */
/* 32 bytes: a program has about one token in three bytes, and touching memory costs more than
 * reading text. */
struct token {
    uint8_t kind;     /* enum token_kind */
    bool after_blank; /* white space or start before it: tells `f (x)` from `f(x)` */
    bool line_start;  /* first on its line */
    bool attached;    /* DOC: right above what it documents */
    struct span span;
    union {
        struct str text; /* of names and texts: unescaped */
        struct {
            int64_t i, i2; /* INT, DATE, DATETIME, PERIOD; SHARE is i / i2 */
        };
        double f;
    };
};
/* `# ...` to the end of its line, without it; `##` lines are here as well. */
struct comment {
    uint32_t start, stop; /* bytes */
};
struct tokens {
    struct token *at;
    uint32_t n;
    /* Set when the text ends inside a bracket, text or block: a prompt reads
     * on. Points at the opener. */
    bool incomplete;
    struct span opener;
    struct comment *comments; /* in order; for those who write the text anew */
    uint32_t ncomments;
};
const char *token_name(enum token_kind k);
/* Never fails: what cannot be read is diagnosed and becomes ERROR tokens.
 * Newlines that do not end a statement (inside ( or [, after an operator or
 * comma, before a `|` line) are left out. Always ends in END. */
struct tokens lex(struct arena *arena, struct diags *d, const struct sources *s, uint32_t source);
void tokens_dump(struct buf *out, const struct sources *s, const struct tokens *t);

struct parsed {
    struct node *file;     /* BLOCK */
    bool incomplete;       /* the text ends inside a construct */
    bool starts_with_pipe; /* prompt: goes on from the previous entry; file then holds one
                              PIPELINE whose source is NULL */
    struct tokens tokens;  /* what the tree was read from */
};
/* Parses a whole text with recovery. Always returns a tree; errors are in d. */
struct parsed parse(struct arena *arena, struct diags *d, const struct sources *s, uint32_t source);
/* The words that begin a verb, a clause of such a declaration ("measure"), an attribute of a
 * column. How many were put there. */
uint32_t list_verb_words(struct str *out, uint32_t most);
uint32_t list_clause_words(struct str declaration, struct str *out, uint32_t most);
uint32_t list_attribute_words(struct str *out, uint32_t most);
/* "fn name(x: int, y: text = missing) -> float?" as found in module.def; returns an FN node
 * without body, or NULL with a diagnostic. */
struct node *parse_signature(struct arena *arena, struct diags *d, const struct sources *s,
                             uint32_t source);

#endif
