/* Scripts with one token left out, doubled, changed for its neighbour or as the last, and scripts
 * cut off at any byte: the interpreter never crashes on one, says why it refuses it, and points
 * into its text.
 *
 * The scripts are all there are in the project, those in its documents included; which tokens are
 * taken is fixed, so a failure comes back. SPOKE_TEST_ALL=1 takes every one. Every mutant has an
 * interpreter of its own without any capability; some are run, on a small budget. */
#include "api/spoke.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "corpus.h"
#include "stdlib/modules.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>

enum { MOST_SCRIPTS = 4000, MUTANTS = 8000, CUTS = 2000, RUN_ONE_IN = 4, BUDGET = 20000 };
enum change { LEFT_OUT, DOUBLED, CUT_OFF, SWAPPED, CHANGES };

static struct alloc memory;
static struct buf scripts[MOST_SCRIPTS];
static char *names[MOST_SCRIPTS];
static size_t nscripts, tokens, nbytes;

/* ---- scripts ---- */

static size_t count_tokens(struct str s);

static void keep_script(void *user, const char *name, struct str text) {
    UNUSED(user);
    ck_assert_uint_lt(nscripts, MOST_SCRIPTS);
    struct buf *kept = &scripts[nscripts];
    buf_init(kept, &memory);
    buf_str(kept, text);
    ck_assert(!kept->failed);
    names[nscripts] = malloc(strlen(name) + 1);
    ck_assert_ptr_nonnull(names[nscripts]);
    strcpy(names[nscripts++], name);
    tokens += count_tokens(text);
    nbytes += text.n;
}

static void start(void) {
    static const char *const folders[] = {
        "tests/language",      "tests/golden/errors", "tests/golden/questions", "tests/bench",
        "examples/attendance", "examples/nyc",        "examples/embed"};
    alloc_init(&memory, NULL, NULL, 0);
    nscripts = tokens = nbytes = 0;
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        corpus_folder(folders[i], keep_script, NULL);
    corpus_document("README.md", keep_script, NULL);
    corpus_documents("docs", keep_script, NULL);
    corpus_documents("docs/errors", keep_script, NULL);
    ck_assert_uint_gt(nscripts, 300);
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

/* The token at `at` and what stands up to the next one, which ends at `after`. */
static void swap(struct buf *out, struct str s, size_t at, size_t end) {
    size_t next = skip_between(s, end);
    size_t after = next < s.n ? token_end(s, next) : next;
    buf_put(out, s.p, at);
    buf_put(out, s.p + next, after - next);
    buf_put(out, s.p + end, next - end);
    buf_put(out, s.p + at, end - at);
    buf_put(out, s.p + after, s.n - after);
}

static void mutate(struct buf *out, struct str s, size_t at, size_t end, enum change change) {
    buf_clear(out);
    if (change == SWAPPED) {
        swap(out, s, at, end);
    } else {
        buf_put(out, s.p, change == LEFT_OUT ? at : end);
        if (change == DOUBLED) {
            buf_char(out, ' ');
            buf_put(out, s.p + at, end - at);
        }
        if (change != CUT_OFF)
            buf_put(out, s.p + end, s.n - end);
    }
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
        if (!here && d.file.n > 0 && d.file.p[0] == '<') /* stopped inside the library's Spoke */
            continue;
        ck_assert_msg(here && d.start <= d.stop && d.stop <= n && d.line >= 1 && d.column >= 1,
                      "%s, byte %zu: %.*s `%.*s` at %u..%u of %zu in `%.*s`", name, at,
                      (int)d.code.n, d.code.p, (int)d.message.n, d.message.p, d.start, d.stop, n,
                      (int)d.file.n, d.file.p);
    }
    ck_assert_int_eq(spoke_diag_text(sp, 0, swallow, &written), SPOKE_OK);
    ck_assert_int_eq(spoke_diag_json(sp, swallow, &written), SPOKE_OK);
}

static void try_mutant(const char *name, size_t at, struct str text, bool runs) {
    spoke_config config;
    spoke *sp = NULL;
    spoke_config_init(&config);
    config.modules = standard_modules;
    config.has_today = 1;
    config.budget = BUDGET;
    config.memory_limit = 64u << 20;
    ck_assert_int_eq(spoke_open(&config, &sp), SPOKE_OK);
    spoke_status status =
        runs ? spoke_run(sp, name, text.p, text.n) : spoke_compile(sp, name, text.p, text.n);
    bool stopped = runs && (status == SPOKE_LIMIT || status == SPOKE_NO_MEMORY);
    judge_diagnostics(sp, stopped ? SPOKE_FAILED : status, name, at, text.n);
    spoke_close(sp);
}

/* Odd, and no multiple of 3 or 5: in the long run each token meets each change. */
static size_t step_for(size_t all, size_t wanted) {
    size_t step = getenv("SPOKE_TEST_ALL") ? 1 : (all / wanted) | 1;
    while (step > 1 && (step % 3 == 0 || step % 5 == 0))
        step += 2;
    return step;
}

START_TEST(mutants_are_told_what_is_wrong) {
    struct buf mutant;
    size_t turn = 0, step = step_for(tokens * CHANGES, MUTANTS);
    buf_init(&mutant, &memory);
    ck_assert_uint_gt(tokens, 10000);
    for (size_t i = 0; i < nscripts; i++) {
        struct str s = buf_view(&scripts[i]);
        for (size_t at = skip_between(s, 0), end; at < s.n; at = skip_between(s, end)) {
            end = token_end(s, at);
            for (enum change change = LEFT_OUT; change < CHANGES; change++) {
                if (turn++ % step != 0)
                    continue;
                mutate(&mutant, s, at, end, change);
                try_mutant(names[i], at, buf_view(&mutant), turn / step % RUN_ONE_IN == 0);
            }
        }
    }
    buf_free(&mutant);
}
END_TEST

START_TEST(scripts_may_end_at_any_byte) {
    size_t turn = 0, step = step_for(nbytes, CUTS);
    for (size_t i = 0; i < nscripts; i++)
        for (size_t n = 0; n < scripts[i].n; n++)
            if (turn++ % step == 0)
                try_mutant(names[i], n, (struct str){scripts[i].p, n}, false);
}
END_TEST

START_TEST(scripts_are_told_what_is_wrong) {
    for (size_t i = 0; i < nscripts; i++)
        try_mutant(names[i], 0, buf_view(&scripts[i]), true);
}
END_TEST

Suite *mutation_suite(void) {
    Suite *s = suite_create("mutation");
    TCase *mutants = tcase_create("mutants");
    tcase_add_checked_fixture(mutants, start, stop);
    tcase_set_timeout(mutants, 120);
    tcase_add_test(mutants, scripts_are_told_what_is_wrong);
    tcase_add_test(mutants, mutants_are_told_what_is_wrong);
    tcase_add_test(mutants, scripts_may_end_at_any_byte);
    suite_add_tcase(s, mutants);
    return s;
}
