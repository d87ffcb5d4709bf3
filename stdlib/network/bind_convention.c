/* See bind_convention.h. */
#include "stdlib/network/bind_convention.h"

static const char *const NAMES[] = {[CONVENTION_IGRAPH] = "igraph",
                                    [CONVENTION_SNA] = "sna",
                                    [CONVENTION_NETWORKX] = "networkx",
                                    [CONVENTION_UCINET] = "ucinet"};

static void refuse(struct native_call *c, struct str name, const struct convention_choice *of,
                   int n) {
    struct buf help;
    buf_init(&help, native_alloc(c));
    buf_text(&help, n == 1 ? "the only one is " : "conventions are ");
    for (int k = 0; k < n; k++) {
        const char *before = k == 0 ? "" : k + 1 < n ? ", " : " and ";
        buf_printf(&help, "%s\"%s\"", before, NAMES[of[k].convention]);
    }
    buf_char(&help, 0);
    native_fail_help(c, help.failed ? "see `spoke doc`" : help.p, "there is no convention \"%.*s\"",
                     STR_ARG(name));
    buf_free(&help);
}

const struct convention_choice *choose_convention(struct native_call *c, int argument,
                                                  const struct convention_choice *of, int n) {
    struct str name = native_text(c, argument);
    for (int k = 0; k < n; k++) {
        if (str_is(name, NAMES[of[k].convention])) {
            return &of[k];
        }
    }
    refuse(c, name, of, n);
    return NULL;
}
