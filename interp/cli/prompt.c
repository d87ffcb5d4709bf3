/* The prompt: reads an entry, runs it, until the person leaves. */
#include "cli/prompt.h"
#include "cli/signals.h"
#include <string.h>
#include <time.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void remember(struct prompt *p, const char *text, size_t n) {
    bytes_put(&p->worked, text, n);
    bytes_text(&p->worked, "\n");
}

spoke_status prompt_run(struct prompt *p, const char *text, size_t n) {
    struct app *app = &p->app;
    double start = seconds();
    sink_fit(app);
    signals_working(true);
    spoke_status status = spoke_run(app->sp, "prompt", text, n);
    signals_working(false);
    sink_clear_progress(app);
    fflush(stdout);
    if (status == SPOKE_INTERRUPTED) {
        fputs("\n", stderr); /* the terminal has put ^C at the end of the line */
    }
    if (status == SPOKE_OK) {
        remember(p, text, n);
    }
    if (status != SPOKE_OK || spoke_diag_count(app->sp) > 0) {
        app_report(app, status);
    }
    if (p->timing) {
        fprintf(stderr, "%.3f s\n", seconds() - start);
    }
    return status;
}

static void run_entry(struct prompt *p, const struct bytes *entry) {
    if (entry->p[strspn(entry->p, " \t\n")] != '\0') {
        bytes_clear(&p->last);
        bytes_put(&p->last, entry->p, entry->n);
        prompt_run(p, entry->p, entry->n);
    }
}

static void read_and_run(struct prompt *p) {
    struct bytes entry = {0};
    while (!p->leave) {
        bytes_clear(&entry);
        enum line_result result = line_read(&p->editor, &entry);
        if (result == LINE_END) {
            fputs("\n", stdout);
            break;
        }
        if (result == LINE_ENTRY && entry.n > 0 && !command_entry(p, entry.p)) {
            run_entry(p, &entry);
        }
    }
    bytes_free(&entry);
}

/* An empty entry opens the store, so that help and completion know its tables at once. */
static void know_store(struct prompt *p) {
    spoke_status status = spoke_run(p->app.sp, "prompt", "", 0);
    if (status != SPOKE_OK) {
        app_report(&p->app, status);
    }
}

int command_prompt(const struct options *o) {
    if (!app_check_format(o->format)) {
        return EXIT_UNJUDGED;
    }
    struct prompt p = {.app = {.prompt = true}};
    int status = app_open(&p.app, o, SPOKE_CAN_ALL, SPOKE_STORE_WRITE);
    if (status == EXIT_GOOD) {
        signals_working(false);
        printf("Spoke %s. `:help` lists commands, `?name` explains, Ctrl-D leaves.\n",
               spoke_version());
        if (o->store) {
            know_store(&p);
        }
        line_open(&p.editor, p.app.sp, p.app.terminal.colour_out);
        read_and_run(&p);
        line_close(&p.editor);
    }
    bytes_free(&p.worked);
    bytes_free(&p.last);
    return app_close(&p.app, status);
}
