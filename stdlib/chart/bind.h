/* What the kinds of pictures that chart() draws share: their arguments, and what becomes of a
 * figure. */
#ifndef SPOKE_CHART_BIND_H
#define SPOKE_CHART_BIND_H

#include "api/native.h"
#include "stdlib/chart/chart.h"
#include "stdlib/spc/bind_options.h"

/* From CHART_KIND on as spc.limits has them; then those of series, and of single kinds. */
enum {
    CHART_TO = 1,
    CHART_KIND,
    CHART_NOTES = CHART_KIND + ASK_TARGETS + 1,
    CHART_PAIR,
    CHART_ORDER,
    CHART_LOWER,
    CHART_UPPER,
    CHART_SLACK,
    CHART_LIMIT,
    CHART_HEAD,
    CHART_ALARM,
    CHART_SPREAD,
    CHART_ARGUMENTS
};

/* A kind beside series over time. */
struct chart_kind {
    const char *name;
    int (*draw)(struct native_call *c, const struct frame *data);
    const int *takes; /* arguments beside `data`, `to` and `kind`; ends with 0 */
};
/* The one that is named, or a funnel of counts without time where none is; NULL: a series. */
const struct chart_kind *chart_kind_asked(struct native_call *c, const struct frame *data);
/* Reports a kind that there is not. */
int check_chart_kind(struct native_call *c);
/* Reports an argument that this kind (NULL: a series) has no use for. */
int chart_check_arguments(struct native_call *c, const struct chart_kind *kind);

/* Title, unit, direction and target. */
void chart_describe(struct chart *out, const struct native_call *c, const struct about *about);
/* For both kinds of output, and into the file that was asked for. */
/* `made`: how, for `explain`. */
int chart_draw(struct native_call *c, const struct figure *figure, struct str made);

#endif
