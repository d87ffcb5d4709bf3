/* What tables and drawings of icons are both made from. */
#ifndef SPOKE_SPC_BIND_ICONS_H
#define SPOKE_SPC_BIND_ICONS_H

#include "stdlib/spc/bind_options.h"
#include "stdlib/spc/icons.h"

struct icon_row {
    struct str name;
    struct icons icons;
    int64_t at; /* of the last point, as series have it */
    double value, centre, lower, upper;
    double target;     /* at the last point; NaN: none */
    struct str signal; /* of the last point; empty: none */
};
struct icon_table {
    struct spc_table t;
    struct icon_row *rows;
    uint32_t n;
    struct icon_target side; /* on which targets are kept; its value says nothing */
    bool has_target;
    int better;
};
/* The arguments from ASK_KIND to ASK_TARGETS, and behind them `better`; else the measure's own.
 * Gives enum spoke_status. */
int spc_ask_icons(struct native_call *c, int first, const struct frame *data,
                  struct icon_table *out);
/* How many are concerning, and the like, as a sentence. Empty: no memory. */
struct str spc_icons_told(struct arena *a, const struct icon_table *icons);

#endif
