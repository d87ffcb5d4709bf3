/* Definitions that outlive a run: those that the store keeps, those that the
 * session declares, and what is asked about both. */
#ifndef SPOKE_CATALOGUE_H
#define SPOKE_CATALOGUE_H

#include "api/interp.h"
#include "store/definitions.h"
#include "syntax/content.h"

/* ---- catalogue.c: what the store keeps ---- */
/* Reads what was saved since the last time. */
enum status catalogue_read(struct spoke *sp);
/* The same, and makes known what a unit may use: the latest version of each name that the session
 * does not declare itself, and older ones that `file` names with `@`. */
enum status catalogue_known(struct spoke *sp, const struct node *file);
/* Another store is about to be opened. */
void catalogue_forget(struct spoke *sp);
/* NULL: none of that name (or, with a number, no such version). */
struct definition *catalogue_latest(struct spoke *sp, struct str name);
struct definition *catalogue_version(struct spoke *sp, struct str name, uint32_t number);
/* The saved one behind a symbol that came from the catalogue. */
struct definition *catalogue_of_symbol(struct spoke *sp, const struct symbol *symbol);
/* Why it cannot be read; empty: it can. */
struct str catalogue_damage(struct spoke *sp, struct definition *d);
/* Why it cannot be used: it cannot be read, or does not fit the tables. Empty: it can. */
struct str catalogue_problem(struct spoke *sp, struct definition *d);
/* After a unit with errors inside saved definitions: they are read anew when next used. */
void catalogue_forget_broken(struct spoke *sp);

/* ---- gather.c: what the session declares ---- */
struct gathering {
    struct spoke *sp;
    ARENA_VEC(struct definition *) all;
    struct symbol *unsaveable; /* a param without a literal, or foreign function, that one uses, */
    struct definition *user;   /* and which; the first that was met */
};
/* With all that it uses; the hashes are there. Memory: the arena for scratch. NULL: it is no
 * declaration that can be saved. */
struct definition *gather(struct gathering *g, struct symbol *symbol);
/* `let name = value` of a literal, in scratch memory; empty: no literal is written so. */
struct str literal_let(struct spoke *sp, struct str name, const struct node *constant);
/* A constant as a field of JSON, a text that imports read as that value; false: it is none. */
bool literal_field(struct spoke *sp, struct buf *out, const struct node *value);
/* One that is not among them yet. */
void gather_more(struct gathering *g, struct definition *d);
/* Measures, cohorts, networks and rules that the session declares itself, and what they use. */
void gather_session(struct gathering *g);
/* The version of the catalogue that says the same; NULL: it is not saved. */
struct definition *saved_as(struct spoke *sp, const struct definition *d);
/* "absence@2 3fa9c1d2", "absence 3fa9c1d2, not saved" */
struct str definition_label(struct spoke *sp, struct definition *d);

/* ---- built_in.c ---- */
struct str built_in_declarations(void);
/* The rows of a built-in table that the interpreter makes; nothing to do for those of the store. */
enum status fill_built_in(struct spoke *sp, const struct table *t);

/* ---- lineage.c ---- */
/* What a figure is made of. The relation, where there is one, is run to see which rows it reads. */
enum status show_lineage(struct spoke *sp, const struct node *statement, const struct value *value);
/* While a run is watched: puts a source that counts its rows around that of a scan. */
struct reading;
enum status count_rows(struct reading *r, const struct plan *scan, struct row_source **source);

/* ---- save.c, diff.c, freeze.c ---- */
#define NO_DAY INT64_MIN /* saved by a host without a clock */
static inline int64_t day_of_saving(const struct spoke *sp) {
    return sp->session.has_today ? sp->session.today : NO_DAY;
}
enum status save_definitions(struct spoke *sp, const struct node *statement, struct str because);
enum status show_difference(struct spoke *sp, const struct node *statement,
                            const struct value *values, uint32_t n);
enum status freeze_report(struct spoke *sp, const struct node *statement, struct str name,
                          struct str because);

#endif
