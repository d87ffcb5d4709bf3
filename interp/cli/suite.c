/* Scripts and folders, in order. */
#include "cli/suite.h"
#include "cli/escape.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char ending[] = ".spoke";

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int load_file(struct app *app, const char *path, suite_load_fn *load) {
    struct bytes text = {0};
    const char *name;
    int status = app_read(path, &text, &name);
    if (status == EXIT_GOOD) {
        status = load(app, name, &text);
    }
    bytes_free(&text);
    return status;
}

/* ---- folders ---- */

struct paths {
    char **at;
    size_t n, cap;
};

static bool is_script(const char *name) {
    size_t n = strlen(name);
    return n > strlen(ending) && name[0] != '.' && strcmp(name + n - strlen(ending), ending) == 0;
}

static bool add_path(struct paths *paths, const char *folder, const char *name) {
    struct bytes path = {0};
    void *at = paths->at;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    bytes_printf(&path, "%s%s%s", folder, slash, name);
    if (path.failed || !array_room(&at, paths->n, &paths->cap, sizeof *paths->at)) {
        bytes_free(&path);
        return false;
    }
    paths->at = at;
    paths->at[paths->n++] = path.p;
    return true;
}

static int compare_paths(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_folder(const char *folder, struct paths *paths) {
    DIR *stream = opendir(folder);
    if (!stream) {
        return app_complain("cannot read the folder `%s`: %s", folder, strerror(errno));
    }
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(stream));) {
        good = !is_script(entry->d_name) || add_path(paths, folder, entry->d_name);
    }
    closedir(stream);
    if (!good) {
        return app_complain("out of memory");
    }
    if (paths->n == 0) {
        return app_complain("there is no script (*.spoke) in the folder `%s`", folder);
    }
    qsort(paths->at, paths->n, sizeof *paths->at, compare_paths);
    return EXIT_GOOD;
}

static int load_folder(struct app *app, const char *folder, suite_load_fn *load) {
    struct paths paths = {0};
    int status = list_folder(folder, &paths);
    for (size_t i = 0; i < paths.n; i++) {
        if (status == EXIT_GOOD) {
            status = load_file(app, paths.at[i], load);
        }
        free(paths.at[i]);
    }
    free(paths.at);
    return status;
}

int suite_check_stdin(const struct options *o) {
    size_t uses = o->records && strcmp(o->records, "-") == 0;
    for (size_t i = 0; i < o->files.n; i++) {
        uses += strcmp(o->files.at[i], "-") == 0;
    }
    return uses > 1 ? app_complain("only one thing can be read from stdin; `-` stands twice")
                    : EXIT_GOOD;
}

int suite_load(struct app *app, suite_load_fn *load) {
    const struct options *o = app->options;
    int status = EXIT_GOOD;
    for (size_t i = 0; i < o->files.n && status == EXIT_GOOD; i++) {
        const char *path = o->files.at[i];
        status = is_folder(path) ? load_folder(app, path, load) : load_file(app, path, load);
    }
    if (o->code && status == EXIT_GOOD) {
        struct bytes text = {.p = (char *)o->code, .n = strlen(o->code)};
        status = load(app, "-c", &text);
    }
    return status;
}

void suite_name(const struct options *o, struct bytes *out) {
    const char *path = o->files.n ? o->files.at[0] : o->code || !o->store ? "-c" : o->store;
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') {
        n--;
    }
    size_t start = n;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    if (n - start > strlen(ending) &&
        memcmp(path + n - strlen(ending), ending, strlen(ending)) == 0) {
        n -= strlen(ending);
    }
    escape_line(out, (spoke_text){path + start, n - start});
}
