/* spoke dump: what a script becomes, one stage at a time. */
#include "cli/app.h"
#include <string.h>

static int dump_text(struct app *app, const char *stage, const char *name, const char *text,
                     size_t n) {
    spoke_status status = spoke_dump(app->sp, stage, name, text, n, sink_file_write, stdout);
    if (status != SPOKE_OK || spoke_diag_count(app->sp) > 0) {
        app_report(app, status);
    }
    return app_exit_status(status);
}

static int dump_file(struct app *app, const char *stage, const char *path) {
    struct bytes text = {0};
    const char *name;
    int status = app_read(path, &text, &name);
    if (status == EXIT_GOOD) {
        status = dump_text(app, stage, name, text.p, text.n);
    }
    bytes_free(&text);
    return status;
}

static int check_stage(const char *stage) {
    static const char *const stages[] = {"tokens", "tree", "types", "bytecode", "plan", "sql"};
    size_t n = sizeof stages / sizeof stages[0];
    for (size_t i = 0; i < n; i++) {
        if (strcmp(stage, stages[i]) == 0) {
            return EXIT_GOOD;
        }
    }
    const char *near = nearest_name(stage, stages, n);
    return app_complain("there is no stage `%s`; %s%s%s", stage, near ? "did you mean `" : "",
                        near ? near : "tokens tree types bytecode plan sql are the stages",
                        near ? "`?" : "");
}

int command_dump(const struct options *o) {
    if (o->files.n + (o->code != NULL) < 2) {
        return app_complain("dump needs a stage and a file: spoke dump plan FILE");
    }
    const char *stage = o->files.at[0];
    int status = check_stage(stage);
    if (status != EXIT_GOOD) {
        return status;
    }
    struct app app = {0};
    status = app_open(&app, o, SPOKE_CAN_READ_FILES | SPOKE_CAN_LOAD_CODE, SPOKE_STORE_READ);
    if (status == EXIT_GOOD && o->code) {
        status = dump_text(&app, stage, "-c", o->code, strlen(o->code));
    }
    for (size_t i = 1; i < o->files.n && status == EXIT_GOOD; i++) {
        status = dump_file(&app, stage, o->files.at[i]);
    }
    return app_close(&app, status);
}
