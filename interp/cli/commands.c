/* What the prompt understands besides Spoke: `:word ...`, `?name`, `??name`. */
#include "cli/pages.h"
#include "cli/prompt.h"
#include <string.h>

typedef void (*command_fn)(struct prompt *p, const char *argument);

/* ---- help ---- */

static void show_help_on(struct prompt *p, const char *name, int source) {
    const char *page = source ? NULL : error_page_text(name);
    if (page) {
        fputs(page, stdout);
        return;
    }
    struct bytes help = {0};
    spoke_status status = spoke_help(p->app.sp, name, source, bytes_write, &help);
    if (help.n > 0) {
        terminal_prose(&p->app.terminal, help.p);
    } else if (status != SPOKE_OK) {
        app_report(&p->app, status);
    }
    bytes_free(&help);
}

static void command_describe(struct prompt *p, const char *argument) {
    if (*argument) {
        show_help_on(p, argument, 0);
    } else {
        app_list_names(&p->app);
    }
}

/* ---- stages ---- */

static void show_stage(struct prompt *p, const char *stage, const char *text) {
    if (!*text) {
        app_complain(":%s needs an expression or statement", stage);
        return;
    }
    spoke_status status =
        spoke_dump(p->app.sp, stage, "prompt", text, strlen(text), sink_file_write, stdout);
    if (status != SPOKE_OK || spoke_diag_count(p->app.sp) > 0) {
        app_report(&p->app, status);
    }
}

static void command_types(struct prompt *p, const char *argument) {
    show_stage(p, "types", argument);
}
static void command_plan(struct prompt *p, const char *argument) {
    show_stage(p, "plan", argument);
}
static void command_sql(struct prompt *p, const char *argument) {
    show_stage(p, "sql", argument);
}

/* ---- output ---- */

static void command_time(struct prompt *p, const char *argument) {
    (void)argument;
    p->timing = !p->timing;
    fprintf(stderr, "timing is %s\n", p->timing ? "on" : "off");
}

static void command_format(struct prompt *p, const char *argument) {
    static const char *const formats[] = {"box",   "table",    "csv",  "tsv",   "json",
                                          "jsonl", "markdown", "html", "latex", "line"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(argument, formats[i]) == 0) {
            p->app.format = formats[i];
            return;
        }
    }
    if (*argument) {
        app_check_format(argument);
    } else {
        printf("%s\n", p->app.format);
    }
}

static void command_save(struct prompt *p, const char *argument) {
    FILE *file = *argument ? fopen(argument, "wb") : NULL;
    if (!file) {
        app_complain("%s%s", *argument ? argument : "which file? :save FILE",
                     *argument ? ": it cannot be written" : "");
        return;
    }
    bool good = fwrite(p->worked.p ? p->worked.p : "", 1, p->worked.n, file) == p->worked.n;
    if (fclose(file) != 0 || !good || p->worked.failed) {
        app_complain("`%s` could not be written whole", argument);
    }
}

/* A file's ending names its format; anything else is written as a box. */
static const char *format_of(const char *path) {
    static const char *const endings[][2] = {
        {".csv", "csv"},     {".tsv", "tsv"},   {".json", "json"}, {".jsonl", "jsonl"},
        {".md", "markdown"}, {".html", "html"}, {".tex", "latex"}};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(dot, endings[i][0]) == 0) {
            return endings[i][1];
        }
    }
    return "box";
}

static void command_once(struct prompt *p, const char *argument) {
    struct app *app = &p->app;
    if (app->once) {
        fclose(app->once);
    }
    app->once = *argument ? fopen(argument, "wb") : NULL;
    bytes_clear(&app->once_format);
    bytes_text(&app->once_format, format_of(argument));
    if (!app->once) {
        app_complain("%s%s", *argument ? argument : "which file? :once FILE",
                     *argument ? ": it cannot be written" : "");
    }
}

static void command_edit(struct prompt *p, const char *argument) {
    (void)argument;
    prompt_edit(p);
}

static void command_quit(struct prompt *p, const char *argument) {
    (void)argument;
    p->leave = true;
}

/* ---- the table ---- */

static void command_list(struct prompt *p, const char *argument);

static const struct {
    const char *name, *argument, *help;
    command_fn run;
} commands[] = {
    {"describe", "NAME", "what a name is; alone: all names", command_describe},
    {"types", "EXPR", "the type of an expression, without running it", command_types},
    {"plan", "EXPR", "how it would be computed", command_plan},
    {"sql", "EXPR", "an equivalent SQL query", command_sql},
    {"time", "", "time every entry, or stop doing so", command_time},
    {"format", "FORMAT", "of results: box, csv, json, ...", command_format},
    {"once", "FILE", "the next result goes to a file, by its ending .csv, .json, ...",
     command_once},
    {"save", "FILE", "write the entries that worked", command_save},
    {"edit", "", "the last entry in your editor ($VISUAL, $EDITOR), then run", command_edit},
    {"watch", "N EXPR", "run it every N seconds until Ctrl-C", prompt_watch},
    {"help", "", "this list", command_list},
    {"quit", "", "leave (also Ctrl-D)", command_quit},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void command_list(struct prompt *p, const char *argument) {
    (void)p;
    (void)argument;
    for (size_t i = 0; i < COMMANDS; i++) {
        int width = 16 - (int)strlen(commands[i].name);
        printf("  :%s %-*s %s\n", commands[i].name, width, commands[i].argument, commands[i].help);
    }
    puts("  ?NAME              help on a name or an error code\n"
         "  ??NAME             how it is declared\n"
         "  _                  the last result; an entry that begins with `|` goes on\n"
         "                     from it");
}

const char *const *command_names(void) {
    static const char *const names[] = {"describe", "types", "plan", "sql",  "time",
                                        "format",   "once",  "save", "edit", "watch",
                                        "help",     "quit",  NULL};
    _Static_assert(sizeof names / sizeof names[0] == COMMANDS + 1, "names of all commands");
    return names;
}

static void run_command(struct prompt *p, const char *text) {
    size_t n = strcspn(text, " \t");
    const char *argument = text + n + strspn(text + n, " \t");
    for (size_t i = 0; i < COMMANDS; i++) {
        /* Any beginning will do: `:q`. */
        if (n > 0 && strncmp(text, commands[i].name, n) == 0) {
            commands[i].run(p, argument);
            return;
        }
    }
    app_complain("there is no command `:%.*s`; `:help` lists them", (int)n, text);
}

bool command_entry(struct prompt *p, const char *entry) {
    entry += strspn(entry, " \t");
    if (*entry != ':' && *entry != '?') {
        return false;
    }
    struct bytes text = {0};
    bytes_text(&text, entry + 1);
    while (!text.failed && text.n > 0 && strchr(" \t\n", text.p[text.n - 1])) {
        text.p[--text.n] = '\0';
    }
    if (text.failed) {
        app_complain("out of memory");
    } else if (*entry == ':') {
        run_command(p, text.p);
    } else {
        int source = text.p[0] == '?';
        const char *name = text.p + source;
        if (name[strspn(name, " ")]) {
            show_help_on(p, name + strspn(name, " "), source);
        } else {
            command_list(p, "");
        }
    }
    bytes_free(&text);
    fflush(stdout);
    return true;
}
