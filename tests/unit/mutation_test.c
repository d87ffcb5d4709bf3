/* Scripts with one token left out, doubled, or as the last: the interpreter never crashes on one,
 * says why it refuses it, and points into its text.
 *
 * The scripts are those of tests/language and examples; which tokens are taken is fixed, so a
 * failure comes back. Every mutant has an interpreter of its own without any capability. */
#include "api/spoke.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "stdlib/modules.h"
#include "suites.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_FILES = 300, MUTANTS = 9000 };
enum change { LEFT_OUT, DOUBLED, CUT_OFF, CHANGES };

static struct alloc memory;
static struct buf scripts[MOST_FILES];
static char *names[MOST_FILES];
static size_t nscripts;

/* ---- scripts ---- */

static bool is_script(const char *name) {
    size_t n = strlen(name);
    return n > 6 && strcmp(name + n - 6, ".spoke") == 0;
}

static void read_script(const char *path) {
    char block[4096];
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "cannot read %s", path);
    ck_assert_uint_lt(nscripts, MOST_FILES);
    struct buf *text = &scripts[nscripts];
    buf_init(text, &memory);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_put(text, block, n);
    fclose(f);
    ck_assert(!text->failed);
    names[nscripts] = malloc(strlen(path) + 1);
    ck_assert_ptr_nonnull(names[nscripts]);
    strcpy(names[nscripts++], path);
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

/* In the order of their names, whatever the file system says. */
static void read_folder(const char *folder) {
    static char found[MOST_FILES][128];
    size_t n = 0;
    DIR *d = opendir(folder);
    ck_assert_msg(d != NULL, "cannot read %s", folder);
    for (struct dirent *e; (e = readdir(d)) && n < MOST_FILES;)
        if (is_script(e->d_name))
            snprintf(found[n++], sizeof found[0], "%.*s", (int)sizeof found[0] - 1, e->d_name);
    closedir(d);
    qsort(found, n, sizeof found[0], by_name);
    for (size_t i = 0; i < n; i++) {
        char path[256];
        snprintf(path, sizeof path, "%.100s/%.127s", folder, found[i]);
        read_script(path);
    }
}

static void start(void) {
    alloc_init(&memory, NULL, NULL, 0);
    nscripts = 0;
    read_folder("tests/language");
    read_folder("examples/attendance");
    read_folder("examples/nyc");
}

static void stop(void) {
    for (size_t i = 0; i < nscripts; i++) {
        buf_free(&scripts[i]);
        free(names[i]);
    }
    ck_assert_uint_eq(memory.used, 0);
}

/* ---- tokens: runs of letters and digits, single marks; comments are none ---- */

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t skip_between(struct str s, size_t at) {
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\n' || s.p[at] == '#')) {
        if (s.p[at] == '#')
            while (at < s.n && s.p[at] != '\n')
                at++;
        else
            at++;
    }
    return at;
}

/* End of the token at `at`. */
static size_t token_end(struct str s, size_t at) {
    if (!is_word(s.p[at]))
        return at + 1;
    while (at < s.n && is_word(s.p[at]))
        at++;
    return at;
}

static size_t count_tokens(struct str s) {
    size_t n = 0;
    for (size_t at = skip_between(s, 0); at < s.n; at = skip_between(s, token_end(s, at)))
        n++;
    return n;
}

/* ---- mutants ---- */

static void mutate(struct buf *out, struct str s, size_t at, size_t end, enum change change) {
    buf_clear(out);
    buf_put(out, s.p, change == LEFT_OUT ? at : end);
    if (change == DOUBLED) {
        buf_char(out, ' ');
        buf_put(out, s.p + at, end - at);
    }
    if (change != CUT_OFF)
        buf_put(out, s.p + end, s.n - end);
    ck_assert(!out->failed);
}

static int swallow(void *user, const char *bytes, size_t n) {
    size_t *written = user;
    *written += n;
    return bytes == NULL;
}

static void judge_diagnostics(spoke *sp, spoke_status status, const char *name, size_t at,
                              size_t n) {
    size_t count = spoke_diag_count(sp), written = 0;
    bool refused = status == SPOKE_FAILED || status == SPOKE_DENIED;
    ck_assert_msg(status == SPOKE_OK || refused || status == SPOKE_INCOMPLETE,
                  "%s, byte %zu: status %d", name, at, (int)status);
    ck_assert_msg(!refused || count > 0, "%s, byte %zu: refused without a word", name, at);
    for (size_t i = 0; i < count; i++) {
        spoke_diag d;
        ck_assert_int_eq(spoke_diag_at(sp, i, &d), SPOKE_OK);
        bool here = d.file.n == strlen(name) && memcmp(d.file.p, name, d.file.n) == 0;
        ck_assert_msg(here && d.start <= d.stop && d.stop <= n && d.line >= 1 && d.column >= 1,
                      "%s, byte %zu: %.*s `%.*s` at %u..%u of %zu in `%.*s`", name, at,
                      (int)d.code.n, d.code.p, (int)d.message.n, d.message.p, d.start, d.stop, n,
                      (int)d.file.n, d.file.p);
    }
    ck_assert_int_eq(spoke_diag_text(sp, 0, swallow, &written), SPOKE_OK);
    ck_assert_int_eq(spoke_diag_json(sp, swallow, &written), SPOKE_OK);
}

static void compile_mutant(const char *name, size_t at, struct str text) {
    spoke_config config;
    spoke *sp = NULL;
    spoke_config_init(&config);
    config.modules = standard_modules;
    config.has_today = 1;
    ck_assert_int_eq(spoke_open(&config, &sp), SPOKE_OK);
    spoke_status status = spoke_compile(sp, name, text.p, text.n);
    judge_diagnostics(sp, status, name, at, text.n);
    spoke_close(sp);
}

START_TEST(mutants_are_told_what_is_wrong) {
    struct buf mutant;
    size_t tokens = 0, turn = 0;
    buf_init(&mutant, &memory);
    for (size_t i = 0; i < nscripts; i++)
        tokens += count_tokens(buf_view(&scripts[i]));
    ck_assert_uint_gt(tokens, 1000);
    /* Odd, and no multiple of 3: in the long run each token meets each change. */
    size_t step = (tokens * CHANGES / MUTANTS) | 1;
    step += step % 3 == 0 ? 2 : 0;
    for (size_t i = 0; i < nscripts; i++) {
        struct str s = buf_view(&scripts[i]);
        for (size_t at = skip_between(s, 0), end; at < s.n; at = skip_between(s, end)) {
            end = token_end(s, at);
            for (enum change change = LEFT_OUT; change < CHANGES; change++) {
                if (turn++ % step != 0)
                    continue;
                mutate(&mutant, s, at, end, change);
                compile_mutant(names[i], at, buf_view(&mutant));
            }
        }
    }
    buf_free(&mutant);
}
END_TEST

START_TEST(scripts_are_told_what_is_wrong) {
    for (size_t i = 0; i < nscripts; i++)
        compile_mutant(names[i], 0, buf_view(&scripts[i]));
}
END_TEST

Suite *mutation_suite(void) {
    Suite *s = suite_create("mutation");
    TCase *mutants = tcase_create("mutants");
    tcase_add_checked_fixture(mutants, start, stop);
    tcase_set_timeout(mutants, 120);
    tcase_add_test(mutants, scripts_are_told_what_is_wrong);
    tcase_add_test(mutants, mutants_are_told_what_is_wrong);
    suite_add_tcase(s, mutants);
    return s;
}
