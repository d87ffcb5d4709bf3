/* spoke run: scripts from files, a pipe or the command line. */
#include "cli/app.h"
#include <string.h>

/* The lines of a script that declare its params, as they stand there. */
static void put_params(struct bytes *out, const struct bytes *script) {
    const char *line = script->p;
    bool any = false;
    while (line && *line) {
        size_t n = strcspn(line, "\n");
        const char *word = line + strspn(line, " \t");
        if (strncmp(word, "param ", 6) == 0) {
            bytes_text(out, any ? "" : "Params, given by --param NAME=VALUE:\n");
            bytes_printf(out, "  %.*s\n", (int)(n - (size_t)(word - line) - 6), word + 6);
            any = true;
        }
        line += n + (line[n] == '\n');
    }
    if (!any) {
        bytes_text(out, "The script has no params.\n");
    }
}

static int help_on_scripts(const char *const *files, size_t n) {
    struct bytes help = {0};
    int status = EXIT_GOOD;
    for (size_t i = 0; i < n && status == EXIT_GOOD; i++) {
        struct bytes text = {0};
        const char *name;
        status = app_read(files[i], &text, &name);
        if (status == EXIT_GOOD) {
            bytes_printf(&help, "%s\n", name);
            put_params(&help, &text);
        }
        bytes_free(&text);
    }
    if (help.p) {
        fputs(help.p, stdout);
    }
    bytes_free(&help);
    return status;
}

static int run_text(struct app *app, const char *name, const char *text, size_t n) {
    spoke_status status = spoke_run(app->sp, name, text, n);
    if (status == SPOKE_INTERRUPTED && app->write_failed) {
        return EXIT_UNJUDGED; /* nobody has stopped it; app_close tells why */
    }
    if (status != SPOKE_OK || spoke_diag_count(app->sp) > 0) {
        app_report(app, status);
    }
    return app_exit_status(status);
}

static int run_file(struct app *app, const char *path) {
    struct bytes text = {0};
    const char *name;
    int status = app_read(path, &text, &name);
    if (status == EXIT_GOOD) {
        status = run_text(app, name, text.p, text.n);
    }
    bytes_free(&text);
    return status;
}

/* As if `save because "..."` stood behind the scripts. */
static int save(struct app *app, const char *because) {
    struct bytes text = {0};
    bytes_text(&text, because ? "save because \"" : "save");
    for (const char *at = because; at && *at; at++) {
        if (*at == '"' || *at == '\\' || *at == '{' || *at == '}') {
            bytes_put(&text, "\\", 1);
        }
        bytes_put(&text, *at == '\n' ? " " : at, 1);
    }
    bytes_text(&text, because ? "\"" : "");
    int status = text.failed ? EXIT_UNJUDGED : run_text(app, "--save", text.p, text.n);
    bytes_free(&text);
    return status;
}

int run_files(const struct options *o, const char *const *files, size_t n) {
    if (o->help) {
        return help_on_scripts(files, n);
    }
    if (!app_check_format(o->format)) {
        return EXIT_UNJUDGED;
    }
    struct app app = {0};
    int status = app_open(&app, o, SPOKE_CAN_ALL, SPOKE_STORE_WRITE);
    if (status != EXIT_GOOD && app.sp) {
        status = EXIT_BAD; /* as when the script itself names such a store */
    }
    for (size_t i = 0; i < n && status == EXIT_GOOD; i++) {
        status = run_file(&app, files[i]);
    }
    if (status == EXIT_GOOD && o->code) {
        status = run_text(&app, "-c", o->code, strlen(o->code));
    }
    if (status == EXIT_GOOD && o->save) {
        status = save(&app, o->because);
    }
    return app_close(&app, status);
}

int command_run(const struct options *o) {
    static const char *const from_stdin[] = {"-"};
    if (o->files.n > 0 || o->code) {
        return run_files(o, o->files.at, o->files.n);
    }
    if (terminal_find(o->colour).in) {
        return app_complain("which script? Try: spoke run FILE");
    }
    return run_files(o, from_stdin, 1);
}
