/* spoke explain and spoke doc: help on errors and on names. */
#include "cli/app.h"
#include "cli/pages.h"
#include <string.h>
#include <strings.h>

const char *error_page_text(const char *code) {
    for (size_t i = 0; i < nerror_pages; i++) {
        if (strcasecmp(code, error_pages[i].code) == 0) {
            return error_pages[i].text;
        }
    }
    return NULL;
}

/* The first line of each page, without its mark of a heading. */
static int list_pages(void) {
    for (size_t i = 0; i < nerror_pages; i++) {
        const char *title = error_pages[i].text + strspn(error_pages[i].text, "# ");
        printf("%.*s\n", (int)strcspn(title, "\n"), title);
    }
    return EXIT_GOOD;
}

int command_explain(const struct options *o) {
    if (o->files.n == 0) {
        return list_pages();
    }
    for (size_t i = 0; i < o->files.n; i++) {
        const char *page = error_page_text(o->files.at[i]);
        if (!page) {
            return app_complain("there is no error `%s`; `spoke explain` lists all",
                                o->files.at[i]);
        }
        fputs(page, stdout);
    }
    return EXIT_GOOD;
}

static int help_on_names(struct app *app) {
    const struct options *o = app->options;
    /* Makes what the store declares known. */
    spoke_status status = o->store ? spoke_compile(app->sp, "doc", "", 0) : SPOKE_OK;
    if (status == SPOKE_OK && o->files.n == 0) {
        status = app_list_names(app);
    }
    for (size_t i = 0; i < o->files.n && status == SPOKE_OK; i++) {
        const char *page = error_page_text(o->files.at[i]);
        if (page) {
            fputs(page, stdout);
            continue;
        }
        struct bytes help = {0};
        status = spoke_help(app->sp, o->files.at[i], o->source, bytes_write, &help);
        /* Without help the text says which names are near. */
        if (status == SPOKE_OK) {
            terminal_prose(&app->terminal, help.p ? help.p : "");
        } else if (help.n > 0) {
            fprintf(stderr, "%s%s", help.p, bytes_end_with(&help, '\n') ? "" : "\n");
        }
        bytes_free(&help);
    }
    if (status != SPOKE_OK && spoke_diag_count(app->sp) > 0) {
        app_report(app, status);
    }
    return status == SPOKE_OK ? EXIT_GOOD : EXIT_BAD;
}

int command_doc(const struct options *o) {
    struct app app = {0};
    int status = app_open(&app, o, SPOKE_CAN_READ_FILES, SPOKE_STORE_READ);
    if (status == EXIT_GOOD) {
        status = help_on_names(&app);
    }
    return app_close(&app, status);
}
