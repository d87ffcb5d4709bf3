/* Random expressions of the scalar types over the columns of one table, for tests that give one
 * expression to several evaluators; and smaller ones that still show what went wrong. */
#ifndef SPOKE_TESTS_TYPED_EXPRESSIONS_H
#define SPOKE_TESTS_TYPED_EXPRESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Columns of the table that expressions read; a `?` in the type: may be missing. */
struct edge_column {
    const char *name, *type;
    const char *const *values; /* as CSV cells; "" is missing */
    size_t n;
};
extern const struct edge_column edge_columns[];
extern const size_t edge_ncolumns;

uint32_t pick(uint64_t *state, uint32_t n);

enum sort { SORT_BOOL, SORT_INT, SORT_FLOAT, SORT_TEXT, SORT_DATE, SORT_RATIO, SORT_PERIOD };
enum { SORTS = SORT_PERIOD + 1, MOST_PARTS = 4 };

struct expression;
/* Expressions live until the next call. */
struct expression *expression_random(uint64_t *state, enum sort sort, int depth);
/* Writes it with `prefix` before the names of columns; what does not fit is cut off. */
size_t expression_print(char *to, size_t room, const struct expression *e, const char *prefix);
/* Makes it as small as it can be so that `fails` is still true of it. */
void expression_shrink(struct expression *e, bool (*fails)(void *user, struct expression *e),
                       void *user);
bool expression_has(const struct expression *e, const char *words);
enum sort expression_sort(const struct expression *e);

#endif
