/* See corpus.h. */
#include "corpus.h"
#include "suites.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 500, LONGEST_NAME = 128 };

/* The caller frees it. */
static struct str read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    char *p = NULL, piece[4096];
    size_t n = 0, got;
    ck_assert_msg(f != NULL, "cannot read %s", path);
    while ((got = fread(piece, 1, sizeof piece, f)) > 0) {
        char *more = realloc(p, n + got + 1);
        ck_assert_ptr_nonnull(more);
        p = more;
        memcpy(p + n, piece, got);
        n += got;
    }
    fclose(f);
    p = p ? p : calloc(1, 1);
    ck_assert_ptr_nonnull(p);
    return (struct str){p, n};
}

static void visit_script(const char *path, corpus_visit *visit, void *user) {
    struct str text = read_file(path);
    visit(user, path, text);
    free((char *)text.p);
}

void corpus_document(const char *path, corpus_visit *visit, void *user) {
    struct str all = read_file(path);
    const char *inside = NULL;
    unsigned line_number = 0, begin = 0;
    for (size_t i = 0; i < all.n;) {
        const char *line = all.p + i;
        size_t n = 0;
        while (i + n < all.n && line[n] != '\n')
            n++;
        i += n + 1;
        line_number++;
        if (n < 3 || strncmp(line, "```", 3) != 0)
            continue;
        if (inside) {
            char name[256];
            snprintf(name, sizeof name, "%.200s:%u", path, begin);
            visit(user, name, (struct str){inside, (size_t)(line - inside)});
        }
        bool begins = !inside && n >= 8 && strncmp(line, "```spoke", 8) == 0;
        inside = begins ? all.p + i : NULL;
        begin = line_number + 1;
    }
    free((char *)all.p);
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static void each_file(const char *folder, const char *end,
                      void (*with)(const char *path, corpus_visit *visit, void *user),
                      corpus_visit *visit, void *user) {
    char(*found)[LONGEST_NAME] = calloc(MOST_FILES, sizeof *found);
    size_t n = 0, length = strlen(end);
    DIR *all = opendir(folder);
    ck_assert_msg(all != NULL && found != NULL, "cannot read %s", folder);
    for (struct dirent *e; (e = readdir(all));) {
        size_t name = strlen(e->d_name);
        if (name <= length || strcmp(e->d_name + name - length, end) != 0)
            continue;
        ck_assert_uint_lt(n, MOST_FILES);
        snprintf(found[n++], sizeof *found, "%.*s", LONGEST_NAME - 1, e->d_name);
    }
    closedir(all);
    qsort(found, n, sizeof *found, by_name);
    for (size_t i = 0; i < n; i++) {
        char path[256];
        snprintf(path, sizeof path, "%.100s/%.127s", folder, found[i]);
        with(path, visit, user);
    }
    free(found);
}

void corpus_folder(const char *folder, corpus_visit *visit, void *user) {
    each_file(folder, ".spoke", visit_script, visit, user);
}

void corpus_documents(const char *folder, corpus_visit *visit, void *user) {
    each_file(folder, ".md", corpus_document, visit, user);
}

/* ---- kept ---- */

static void keep_script(void *user, const char *name, struct str text) {
    struct corpus *c = user;
    ck_assert_uint_lt(c->n, CORPUS_MOST);
    buf_init(&c->scripts[c->n], &c->memory);
    buf_str(&c->scripts[c->n], text);
    ck_assert(!c->scripts[c->n].failed);
    c->names[c->n] = strdup(name);
    ck_assert_ptr_nonnull(c->names[c->n++]);
}

void corpus_read(struct corpus *c) {
    c->n = 0;
    alloc_init(&c->memory, NULL, NULL, 0);
    corpus_folder("tests/language", keep_script, c);
    corpus_folder("examples/attendance", keep_script, c);
    corpus_folder("examples/nyc", keep_script, c);
}

void corpus_free(struct corpus *c) {
    for (size_t i = 0; i < c->n; i++) {
        buf_free(&c->scripts[i]);
        free(c->names[i]);
    }
    ck_assert_uint_eq(c->memory.used, 0);
}
