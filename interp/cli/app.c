/* Setting up an interpreter, and telling what went wrong. */
#include "cli/app.h"
#include "cli/days.h"
#include "cli/signals.h"
#include "stdlib/modules.h"
#include <errno.h>
#include <stdarg.h>
#include <string.h>

int app_complain(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("spoke: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return EXIT_UNJUDGED;
}

bool app_check_format(const char *format) {
    static const char *const formats[] = {"box",   "table",    "csv",  "tsv",   "json",
                                          "jsonl", "markdown", "html", "latex", "line"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (!format || strcmp(format, formats[i]) == 0) {
            return true;
        }
    }
    const char *near = nearest_name(format, formats, sizeof formats / sizeof formats[0]);
    app_complain("there is no format `%s`; %s%s%s", format, near ? "did you mean `" : "",
                 near ? near : "box table csv tsv json jsonl markdown html latex line",
                 near ? "`?" : " are the formats");
    return false;
}

double app_clock(void *user) {
    (void)user;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int32_t app_today(const struct options *o) {
    return o->has_as_of ? o->as_of : day_here();
}

static spoke_status give_params(struct app *app) {
    const struct option_list *params = &app->options->params;
    spoke_status status = SPOKE_OK;
    for (size_t i = 0; i < params->n && status == SPOKE_OK; i++) {
        const char *equals = strchr(params->at[i], '=');
        struct bytes name = {0};
        bytes_put(&name, params->at[i], (size_t)(equals - params->at[i]));
        status = name.failed ? SPOKE_NO_MEMORY : spoke_param(app->sp, name.p, equals + 1);
        bytes_free(&name);
    }
    return status;
}

static spoke_status give_store(struct app *app, int mode) {
    const char *store = app->options->store;
    return store ? spoke_use_store(app->sp, store, mode) : SPOKE_OK;
}

int app_open(struct app *app, const struct options *o, uint32_t capabilities, int mode) {
    bool prompt = app->prompt, silent = app->silent;
    *app = (struct app){.options = o, .prompt = prompt, .silent = silent};
    app->terminal = terminal_find(o->colour);
    app->format = o->format ? o->format : "box";
    spoke_config config;
    spoke_config_init(&config);
    config.capabilities = capabilities | (o->raw ? SPOKE_CAN_READ_RAW : 0u);
    config.clock = app_clock;
    config.today = app_today(o);
    config.has_today = 1;
    config.sink = sink_table();
    config.sink_user = app;
    config.interactive = prompt;
    config.modules = standard_modules;
    config.threads = (uint32_t)o->threads;
    config.foreign = o->foreign.at;
    config.nforeign = o->foreign.n;
    config.rules_apart = o->command == COMMAND_CHECK;
    config.imports_done = o->command == COMMAND_TEST && o->store;
    spoke_status status = spoke_open(&config, &app->sp);
    if (status != SPOKE_OK) {
        app_complain("the interpreter does not start: %s",
                     status == SPOKE_NO_MEMORY ? "out of memory" : "it was built differently");
        app->sp = NULL;
        return EXIT_UNJUDGED;
    }
    sink_fit(app);
    signals_catch(app->sp);
    status = give_params(app);
    if (status == SPOKE_OK) {
        status = give_store(app, mode);
    }
    if (status != SPOKE_OK) {
        app_report(app, status);
        return EXIT_UNJUDGED;
    }
    return EXIT_GOOD;
}

int app_close(struct app *app, int status) {
    sink_clear_progress(app);
    signals_release();
    if (app->once) {
        fclose(app->once);
    }
    bytes_free(&app->once_format);
    if (app->sp) {
        spoke_close(app->sp);
    }
    if (fflush(stdout) != 0 || ferror(stdout) || app->write_failed) {
        app_complain("the output cannot be written");
        return status == EXIT_INTERRUPTED ? status : EXIT_UNJUDGED;
    }
    return status;
}

static const char *status_words(spoke_status status) {
    switch (status) {
    case SPOKE_NO_MEMORY:
        return "out of memory";
    case SPOKE_INTERRUPTED:
        return "stopped";
    case SPOKE_LIMIT:
        return "a limit was reached";
    case SPOKE_DENIED:
        return "that is not allowed here";
    case SPOKE_INCOMPLETE:
        return "the text ends too early";
    case SPOKE_MISUSE:
        return "that cannot be done now";
    case SPOKE_OK:
    case SPOKE_FAILED:
    case SPOKE_FINDINGS:
        break;
    }
    return "it failed";
}

void app_report(struct app *app, spoke_status status) {
    sink_clear_progress(app);
    fflush(stdout);
    if (spoke_diag_count(app->sp) > 0) {
        spoke_diag_text(app->sp, app->terminal.colour_err, sink_file_write, stderr);
    } else if (status != SPOKE_OK) {
        fprintf(stderr, "%s%s\n", app->prompt ? "" : "spoke: ", status_words(status));
    }
}

int app_exit_status(spoke_status status) {
    if (status == SPOKE_OK) {
        return EXIT_GOOD;
    }
    return status == SPOKE_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_BAD;
}

spoke_status app_list_names(struct app *app) {
    struct bytes names = {0};
    spoke_status status = spoke_names(app->sp, bytes_write_line, &names);
    fputs(names.p ? names.p : "", stdout);
    bytes_free(&names);
    return status;
}

int app_read(const char *path, struct bytes *text, const char **name) {
    bool is_stdin = strcmp(path, "-") == 0;
    *name = is_stdin ? "stdin" : path;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file) {
        return app_complain("cannot read `%s`: %s", path, strerror(errno));
    }
    bool good = bytes_read(text, file);
    int why = errno;
    if (!is_stdin) {
        fclose(file);
    }
    if (!good) {
        return app_complain("cannot read `%s`: %s", *name,
                            text->failed ? "out of memory" : strerror(why));
    }
    return EXIT_GOOD;
}
