/* --list and --explain. */
#include "cli/rule_list.h"
#include <stdio.h>

int rule_list_complain(const struct options *o) {
    return app_complain("no rule is selected: %s",
                        o->files.n == 0 && !o->code ? "name a script that declares some"
                        : o->tags.n > 0             ? "none has such a name and such a tag"
                        : o->rules.n > 0            ? "none has a name that fits `--rule`"
                                                    : "the scripts declare none");
}

int rule_list_print(struct app *app) {
    const struct report *r = app->report;
    for (size_t i = 0; i < r->nrules; i++) {
        puts(r->rules[i].name.p);
    }
    return EXIT_GOOD;
}

int rule_list_explain(struct app *app) {
    struct bytes text = {0};
    spoke_status status = spoke_help(app->sp, app->options->explain, 0, bytes_write, &text);
    if (status == SPOKE_OK) {
        terminal_prose(&app->terminal, text.p ? text.p : "");
    } else {
        fputs(text.p ? text.p : "", stderr);
    }
    bytes_free(&text);
    return status == SPOKE_OK ? EXIT_GOOD : EXIT_UNJUDGED;
}
