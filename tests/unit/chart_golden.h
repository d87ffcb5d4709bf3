/* Pictures against the files in tests/golden/charts, which a person has looked at.
 * SPOKE_GOLDEN=write writes them anew. */
#ifndef TESTS_CHART_GOLDEN_H
#define TESTS_CHART_GOLDEN_H

#include "base/utf8.h"
#include "stdlib/chart/figure.h"

struct golden {
    struct alloc memory;
    struct arena arena;
    struct buf out;
};
void golden_start(struct golden *g);
/* And nothing may be left. */
void golden_stop(struct golden *g);
void golden_svg(struct golden *g, const char *name, const struct figure *f);
void golden_terminal(struct golden *g, const char *name, const struct figure *f, int width,
                     int glyphs);

#endif
