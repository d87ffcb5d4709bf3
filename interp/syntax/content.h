/* Definitions by content: the normal form of a declaration's text, and a hash
 * over it that includes the hashes of what it uses.
 *
 * The normal form knows no comments, blanks, line ends or back-quotes; the
 * declared name stands as `@self`, and each name of another definition as the
 * hash of that. Definitions that use each other in a circle are hashed
 * together. All memory is the arena's, whose escape is set. */
#ifndef SPOKE_CONTENT_H
#define SPOKE_CONTENT_H

#include "syntax/tree.h"

struct definition;
struct symbol;

/* A place in a definition's text that means another one. */
struct definition_use {
    uint32_t start, stop;
    struct str name; /* as it is written there, without back-quotes: `gap`, `common.gap` */
    struct definition *to;
};

struct definition {
    struct str name, kind; /* "measure", "cohort", "network", "rule", "fn", "let", "preset" */
    struct str text;       /* of the declaration, as a person wrote it */
    ARENA_VEC(struct definition_use) uses; /* in the order of the text */
    struct str hash;                       /* HASH_DIGITS lower-case hexadecimal digits */
    struct symbol *symbol;                 /* what a session knows it as, or NULL */
    /* of those in a catalogue; number 0: not saved */
    uint32_t number;
    int64_t saved; /* day */
    struct str because;
    const char *problem;      /* why it cannot be read; NULL: it can */
    struct str declared_hash; /* what the catalogue says its hash is */
    bool checked;             /* the hashes were compared */
    uint32_t index, low;      /* of the search for circles */
    bool open;
};

#define HASH_DIGITS 32
#define HASH_SHOWN 8 /* digits that people are shown; as many as it takes may be written */

/* The tokens of a text on its own; spans are places in it. */
struct tokens content_tokens(struct arena *arena, struct str text);
/* Where the declared name stands among the tokens. */
uint32_t content_own_name(const struct tokens *tokens);
/* The normal form of a part of a text, without names put in place: clauses are compared by it. */
struct str content_plain(struct arena *arena, struct str text);
/* Sets `hash` of the definition and of all that it uses; false: they are nested too deep. */
bool content_hash(struct arena *arena, struct definition *d);

#endif
