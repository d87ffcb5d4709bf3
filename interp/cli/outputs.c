/* Opening and writing outputs. */
#include "cli/outputs.h"
#include "cli/app.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_format(spoke_text format, const char *const *formats, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text_is(format, formats[i])) {
            return true;
        }
    }
    return false;
}

static int complain_of_format(spoke_text format, const char *const *formats, size_t n) {
    struct bytes list = {0}, word = {0};
    for (size_t i = 0; i < n; i++) {
        bytes_printf(&list, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " and ", formats[i]);
    }
    bytes_spoke(&word, format);
    const char *near = word.p ? nearest_name(word.p, formats, n) : NULL;
    int status = near ? app_complain("there is no report `%s`; did you mean `%s`?", word.p, near)
                      : app_complain("there is no report `%s`; there are %s", word.p ? word.p : "",
                                     list.p ? list.p : "");
    bytes_free(&list);
    bytes_free(&word);
    return status;
}

static bool is_stdout(const struct output *output) {
    return strcmp(output->path, "-") == 0;
}

/* ---- a report must not take the place of something else ---- */

static bool stat_folder(const char *path, struct stat *about) {
    const char *slash = strrchr(path, '/');
    struct bytes folder = {0};
    bytes_put(&folder, path, slash ? (size_t)(slash - path) + 1 : 0);
    bytes_text(&folder, ".");
    bool good = !folder.failed && stat(folder.p, about) == 0;
    bytes_free(&folder);
    return good;
}

static const char *last_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Whether two paths mean one file that is renamed over, be it there or not. */
static bool is_same(const char *a, const char *b) {
    struct stat one, two;
    bool there = stat(a, &one) == 0;
    if (there != (stat(b, &two) == 0) || (there && !S_ISREG(one.st_mode))) {
        return false;
    }
    if (!there && (strcmp(last_name(a), last_name(b)) != 0 || !stat_folder(a, &one) ||
                   !stat_folder(b, &two))) {
        return false;
    }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static bool is_input(const struct options *o, const char *path) {
    const char *const single[] = {o->store, o->baseline, o->records};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        if (single[i] && is_same(single[i], path)) {
            return true;
        }
    }
    for (size_t i = 0; i < o->files.n; i++) {
        if (is_same(o->files.at[i], path)) {
            return true;
        }
    }
    return false;
}

static int check_place(const struct outputs *outputs, const struct options *o) {
    const char *path = outputs->at[outputs->n - 1].path;
    if (is_input(o, path)) {
        return app_complain("a report to `%s` would overwrite what is judged; name another file",
                            path);
    }
    for (size_t i = 1; i + 1 < outputs->n; i++) {
        if (is_same(outputs->at[i].path, path)) {
            return app_complain("two reports go to `%s`; name a file for each", path);
        }
    }
    return EXIT_GOOD;
}

static int open_output(struct output *output) {
    output->open = replace_begin(&output->file, output->path, false);
    return output->open
               ? EXIT_GOOD
               : app_complain("cannot write the report to `%s`: %s", output->path, strerror(errno));
}

struct known_formats {
    const char *const *names;
    size_t n;
};

static int check_format(const struct output *output, const struct known_formats *formats) {
    return is_format(output->format, formats->names, formats->n)
               ? EXIT_GOOD
               : complain_of_format(output->format, formats->names, formats->n);
}

/* `taken`: something was chosen for stdout; else what is given for it stands in place of the usual. */
static int add_output(struct outputs *outputs, const struct options *o, const char *given,
                      bool *taken) {
    struct output output = {.format = {given, strcspn(given, "=")}};
    output.path = given + output.format.n + 1;
    if (!is_stdout(&output)) {
        outputs->at[outputs->n++] = output;
        return check_place(outputs, o);
    }
    if (*taken) {
        return app_complain("two reports go to stdout; name a file for one of them");
    }
    *taken = true;
    outputs->at[0] = output;
    return EXIT_GOOD;
}

int outputs_open(struct outputs *outputs, const struct options *o, const char *usual,
                 const char *const *formats, size_t n) {
    const struct known_formats known = {formats, n};
    const char *first = o->format ? o->format : usual;
    bool taken = o->format != NULL;
    int status = EXIT_GOOD;
    outputs->n = 0;
    outputs->at = calloc(o->outs.n + 1, sizeof *outputs->at);
    if (!outputs->at) {
        return app_complain("out of memory");
    }
    outputs->at[outputs->n++] = (struct output){.format = {first, strlen(first)}, .path = "-"};
    for (size_t i = 0; i < o->outs.n && status == EXIT_GOOD; i++) {
        status = add_output(outputs, o, o->outs.at[i], &taken);
    }
    for (size_t i = 0; i < outputs->n && status == EXIT_GOOD; i++) {
        status = check_format(&outputs->at[i], &known);
    }
    for (size_t i = 1; i < outputs->n && status == EXIT_GOOD; i++) {
        status = open_output(&outputs->at[i]);
    }
    return status;
}

bool outputs_write(struct output *output, const struct bytes *text) {
    bool good = !text->failed;
    errno = ENOMEM;
    if (good && output->open) {
        good = replace_end(&output->file, text);
        output->open = false;
    } else if (good) {
        good = fwrite(text->p ? text->p : "", 1, text->n, stdout) == text->n && fflush(stdout) == 0;
    }
    if (!good) {
        app_complain("cannot write the report to `%s`: %s", output->path, strerror(errno));
    }
    return good;
}

void outputs_close(struct outputs *outputs) {
    for (size_t i = 0; i < outputs->n; i++) {
        if (outputs->at[i].open) {
            replace_end(&outputs->at[i].file, NULL);
        }
    }
    free(outputs->at);
    outputs->at = NULL;
    outputs->n = 0;
}
