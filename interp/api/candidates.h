/* Candidates: names that may stand at a place, collected with what is known of
 * them. All texts live in the scratch arena, in the library or in the session. */
#ifndef SPOKE_CANDIDATES_H
#define SPOKE_CANDIDATES_H

#include "api/interp.h"
#include "api/place.h"

struct candidate {
    struct str name, kind, type, doc;
};

struct candidates {
    struct spoke *sp;
    struct str prefix; /* what they begin with */
    ARENA_VEC(struct candidate) all;
};

/* Unless it does not fit or is there already. */
void offer(struct candidates *c, struct str name, const char *kind, struct str type,
           struct str doc);
void offer_symbol(struct candidates *c, const struct symbol *s);
/* What is declared at the top; `wanted` NULL: everything. */
void offer_symbols(struct candidates *c, bool (*wanted)(const struct symbol *s));
/* Columns or fields; `table` NULL: no declaration tells more about them. */
void offer_fields(struct candidates *c, const struct type *row, const struct table *table);
/* Functions of the language and the library; modules. */
void offer_functions(struct candidates *c);
void offer_modules(struct candidates *c);
/* What module `name` has; a used file's or the library's. */
void offer_module_parts(struct candidates *c, struct str name);
/* The parameters of a function as named arguments, from number `first` on. */
void offer_arguments(struct candidates *c, struct str function, const struct symbol *symbol,
                     uint32_t first);
enum word_place { WORD_STATEMENT = 1, WORD_VALUE = 2, WORD_JOINS = 4, WORD_INNER = 8 };
void offer_words(struct candidates *c, unsigned places);
void offer_word(struct candidates *c, struct str word);
/* ---- files.c ---- */
/* Files of the folder that `prefix` lies in, seen from folder `base` (empty: the present one):
 * folders, and those with one of the endings. */
void offer_files(struct candidates *c, struct str base, const char *const *endings, size_t n);

/* What a symbol is: "table", "measure", ... */
const char *symbol_kind_word(const struct symbol *s);
/* Its signature or type. */
struct str symbol_type_text(struct spoke *sp, const struct symbol *s);
struct str symbol_doc(const struct symbol *s);
/* A column as declared, with its values. */
struct str column_doc(struct spoke *sp, const struct table_column *column);
/* "fn f(x: int) -> int" of a declaration, without its body. */
struct str function_header(const struct source *source, const struct node *fn);

#endif
