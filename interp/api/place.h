/* What may stand at a place of a text, as far as the tokens before it tell.
 *
 * The tokens are those of a text in which a name stands at the place. */
#ifndef SPOKE_PLACE_H
#define SPOKE_PLACE_H

#include "check/check.h"

enum place_kind {
    PLACE_NOTHING,    /* a number, a new name: nothing to offer */
    PLACE_STATEMENT,  /* a statement begins */
    PLACE_EXPRESSION, /* an operand, or an operator if the parser did not take it for one */
    PLACE_VERB,       /* behind | */
    PLACE_CLAUSE,     /* a clause of a declaration begins */
    PLACE_PART,       /* behind a point */
    PLACE_TYPE,
    PLACE_GRAIN,      /* behind `over` */
    PLACE_COHORT,     /* behind `for` */
    PLACE_RELATION,   /* behind `from` or `join` */
    PLACE_TABLE,      /* the name of a table */
    PLACE_COLUMN,     /* a column and nothing else */
    PLACE_OWN_COLUMN, /* of the table that is being declared */
    PLACE_MODULE,     /* behind `use` */
    PLACE_WORDS       /* only `words` */
};

#define PLACE_WORDS_MOST 12

struct place_found {
    enum place_kind kind;
    uint32_t token; /* number of the name */
    /* Further words that may stand there. */
    const char *words[PLACE_WORDS_MOST];
    uint32_t nwords;
    struct str declaration; /* "measure", ...: whose block it stands in, or empty */
    uint32_t block;         /* number of the block's `{` */
    uint32_t callee;        /* number of the last token of the function called, 0 none */
    uint32_t opener;        /* with callee: its `(` */
    bool piped;             /* the call's first argument comes through the pipe */
    bool may_follow;        /* an operand may end right before: operators */
};

/* `is_measure` tells whether a name is one. */
struct place_found place_find(const struct tokens *t, uint32_t start,
                              bool (*is_measure)(void *user, struct str name), void *user);
/* Of the text that token `at` is: what it is compared with ends in the token that comes back; 0:
 * nothing. */
uint32_t place_compared(const struct tokens *t, uint32_t at);

#endif
