/* --list and --explain. */
#include "cli/rule_list.h"
#include <fnmatch.h>
#include <string.h>

static bool is_selected(const struct options *o, const char *rule) {
    for (size_t i = 0; i < o->rules.n; i++) {
        if (fnmatch(o->rules.at[i], rule, 0) == 0) {
            return true;
        }
    }
    return o->rules.n == 0;
}

int rule_list_complain(const struct options *o) {
    return app_complain("no rule is selected: %s",
                        o->files.n == 0 && !o->code ? "name a script that declares some"
                        : o->rules.n > 0            ? "none has a name that fits `--rule`"
                                                    : "the scripts declare none");
}

int rule_list_print(struct app *app) {
    struct bytes names = {0};
    if (spoke_names(app->sp, bytes_write_line, &names) != SPOKE_OK || names.failed) {
        bytes_free(&names);
        return app_complain("the rules cannot be listed");
    }
    size_t listed = 0;
    for (char *line = names.p; line && *line;) {
        size_t n = strcspn(line, "\n");
        char *next = line + n + (line[n] == '\n');
        line[n] = '\0';
        if (strncmp(line, "rule ", 5) == 0 && is_selected(app->options, line + 5)) {
            puts(line + 5);
            listed++;
        }
        line = next;
    }
    bytes_free(&names);
    return listed > 0 ? EXIT_GOOD : rule_list_complain(app->options);
}

int rule_list_explain(struct app *app) {
    struct bytes text = {0};
    spoke_status status = spoke_help(app->sp, app->options->explain, 0, bytes_write, &text);
    fputs(text.p ? text.p : "", status == SPOKE_OK ? stdout : stderr);
    bytes_free(&text);
    return status == SPOKE_OK ? EXIT_GOOD : EXIT_UNJUDGED;
}
