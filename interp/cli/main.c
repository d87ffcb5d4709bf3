/* The program: finds out what is wanted and hands over to a command. */
#include "cli/app.h"
#include <string.h>
#include <sys/stat.h>

static int print(struct bytes *text, int status) {
    if (text->failed) {
        app_complain("out of memory");
        status = EXIT_UNJUDGED;
    } else if (text->p) {
        fputs(text->p, stdout);
    }
    bytes_free(text);
    return status;
}

static int print_help(enum command command) {
    struct bytes text = {0};
    options_help(&text, command);
    return print(&text, EXIT_GOOD);
}

static int command_help(const struct options *o) {
    if (o->files.n == 0) {
        return print_help(COMMAND_OPEN);
    }
    struct options about;
    struct bytes error = {0};
    char *words[] = {"", (char *)o->files.at[0], NULL};
    bool good = options_parse(&about, 2, words, &error) && about.command != COMMAND_OPEN;
    int status =
        good ? print_help(about.command) : app_complain("there is no command `%s`", o->files.at[0]);
    options_free(&about);
    bytes_free(&error);
    return status;
}

static int command_completions(const struct options *o) {
    struct bytes text = {0};
    if (o->files.n != 1 || !options_completions(&text, o->files.at[0])) {
        return app_complain("for which shell? bash, zsh or fish");
    }
    return print(&text, EXIT_GOOD);
}

static int command_manual(void) {
    struct bytes text = {0};
    options_manual(&text);
    return print(&text, EXIT_GOOD);
}

/* ---- spoke X ---- */

static bool ends_in_db(const char *path) {
    size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".db") == 0;
}

enum kind { KIND_STORE, KIND_SCRIPT, KIND_NOTHING };

static enum kind kind_of(const char *path) {
    static const char mark[16] = "SQLite format 3";
    char first[sizeof mark];
    FILE *file = fopen(path, "rb");
    struct stat about;
    if (!file) {
        return strcmp(path, "-") == 0 ? KIND_SCRIPT : ends_in_db(path) ? KIND_STORE : KIND_NOTHING;
    }
    size_t n = fread(first, 1, sizeof first, file);
    fclose(file);
    bool is_folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    if (is_folder) {
        return KIND_NOTHING;
    }
    bool is_store =
        n == sizeof mark ? memcmp(first, mark, sizeof mark) == 0 : n == 0 && ends_in_db(path);
    return is_store ? KIND_STORE : KIND_SCRIPT;
}

static int complain_about_word(const char *word) {
    struct stat about;
    if (stat(word, &about) == 0 && S_ISDIR(about.st_mode)) {
        return app_complain("`%s` is a folder", word);
    }
    const char *near = options_nearest_command(word);
    if (near && !strchr(word, '/') && !strchr(word, '.')) {
        return app_complain("there is no command and no file `%s`; did you mean `spoke %s`?", word,
                            near);
    }
    return app_complain("there is no file `%s` (a new store's name ends in .db)", word);
}

/* The prompt when a person is there, else what comes from the pipe. */
static int open_store(const struct options *o) {
    struct terminal t = terminal_find(o->colour);
    if (!o->code && t.in && t.out) {
        return command_prompt(o);
    }
    return command_run(o);
}

static int command_open(struct options *o) {
    if (o->version) {
        printf("spoke %s\n", spoke_version());
        return EXIT_GOOD;
    }
    if (o->files.n == 0) {
        return o->help ? print_help(COMMAND_OPEN) : open_store(o);
    }
    switch (kind_of(o->files.at[0])) {
    case KIND_NOTHING:
        return complain_about_word(o->files.at[0]);
    case KIND_SCRIPT:
        return run_files(o, o->files.at, o->files.n);
    case KIND_STORE:
        break;
    }
    const char *other = o->store;
    for (size_t i = 1; i < o->files.n && !other; i++) {
        other = kind_of(o->files.at[i]) == KIND_STORE ? o->files.at[i] : NULL;
    }
    if (other) {
        return app_complain("one store at a time: `%s` and `%s`", o->files.at[0], other);
    }
    o->store = o->files.at[0];
    if (o->files.n > 1) {
        return run_files(o, o->files.at + 1, o->files.n - 1);
    }
    o->files.n = 0;
    return open_store(o);
}

static int dispatch(struct options *o) {
    if (o->help && !(o->files.n > 0 && o->command == COMMAND_RUN) && o->command != COMMAND_OPEN) {
        return print_help(o->command);
    }
    switch (o->command) {
    case COMMAND_OPEN:
        return command_open(o);
    case COMMAND_RUN:
        return command_run(o);
    case COMMAND_CHECK:
        return command_check(o);
    case COMMAND_TEST:
        return command_test(o);
    case COMMAND_FMT:
        return command_fmt(o);
    case COMMAND_DUMP:
        return command_dump(o);
    case COMMAND_DOC:
        return command_doc(o);
    case COMMAND_EXPORT:
        return command_export(o);
    case COMMAND_EXPLAIN:
        return command_explain(o);
    case COMMAND_COMPLETE:
        return command_complete(o);
    case COMMAND_LSP:
        return command_lsp(o);
    case COMMAND_COMPLETIONS:
        return command_completions(o);
    case COMMAND_MANUAL:
        return command_manual();
    case COMMAND_HELP:
        return command_help(o);
    case COMMAND_VERSION:
        printf("spoke %s\n", spoke_version());
        return EXIT_GOOD;
    case COMMAND_COUNT:
        break;
    }
    return EXIT_UNJUDGED;
}

int main(int argc, char **argv) {
    struct options o;
    struct bytes error = {0};
    int status;
    if (options_parse(&o, argc, argv, &error)) {
        status = dispatch(&o);
    } else {
        status = app_complain("%s\nspoke --help lists commands and options",
                              error.failed || !error.p ? "out of memory" : error.p);
    }
    bytes_free(&error);
    options_free(&o);
    if (fflush(stdout) != 0 && status == EXIT_GOOD) {
        status = app_complain("the output cannot be written");
    }
    return status;
}
