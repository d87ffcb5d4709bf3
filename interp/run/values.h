/* A value together with its type, and its text.
 *
 * Texts are what a person expects to read: `3` for 3.0, `12.5%` for a share,
 * ISO dates, `missing`. Data formats with all digits are the renderers' work. */
#ifndef SPOKE_VALUES_H
#define SPOKE_VALUES_H

#include "base/day.h"
#include "column/map.h"

struct value {
    const struct type *type;
    /* As in registers: w[0] the value, n, low or reference; w[1] state, d or high. */
    union word w[2];
};

enum state value_state(const struct value *v);
static inline bool value_is_missing(const struct value *v) {
    return value_state(v) != PRESENT;
}
/* Of an int, bool, date, period or duration. */
int64_t value_int(const struct value *v);
/* Of any number; ints and ratios are converted, a missing one is 0. */
double value_float(const struct value *v);
struct str value_str(const struct value *v); /* of a text */
/* Element `i`, from 0. */
struct value list_value(const struct list *l, const struct type *element, uint32_t i);
/* Field `i` of a record of this type. */
struct value record_field(const struct record *r, const struct type *type, uint32_t i);
/* Entry `i` of a map of this type. */
void map_entry(const struct map *m, const struct type *type, uint32_t i, struct value *key,
               struct value *value);
/* Part by part where there are parts; two missing values are equal. */
bool value_equal(const struct value *a, const struct value *b);
/* Row `row` of a column; texts stay where they are. */
struct value column_value(const struct column *c, uint32_t row);

/* Order of two scalars of one type (numbers: of any), missing last: below 0, 0, above 0. */
int value_compare(const struct value *a, const struct value *b);
/* Equal for scalars of one type that compare as equal. */
uint64_t value_hash(const struct value *v);

void value_print(struct buf *out, const struct calendar *calendar, const struct value *v);
/* By the format of a template's hole: `.1%`, `.2f`, `.0`, `,`, `,.1f`, `%d %b %Y`. False: that
 * format does not exist for this type; nothing was written. */
bool value_format(struct buf *out, const struct calendar *calendar, const struct value *v,
                  struct str format);

#endif
