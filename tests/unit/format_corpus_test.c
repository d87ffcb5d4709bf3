/* The formatter on every script of the project, on the code in its documents,
 * and on all of these broken in small ways.
 *
 * Nothing is expected of a particular layout: what is proved is that laying
 * out is idempotent, keeps tokens, comments and tree, and that nothing in the
 * project is lost by it. Texts that do not parse are passed over, and those
 * that do are counted, so that the test cannot come to prove nothing. */
#include "format_fixture.h"
#include "suites.h"

#include <dirent.h>

struct tally {
    unsigned texts, broken_texts;
};

static struct str read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    struct str text = {NULL, 0};
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
    text.p = p ? p : calloc(1, 1);
    text.n = n;
    return text;
}

/* ---- breaking ---- */

enum damage {
    TOKEN_MISSING,
    TOKEN_TWICE,
    LINE_BEFORE,
    COMMENT_BEFORE,
    COMMENT_LINE_BEFORE,
    BLANK_LINES_BEFORE,
    JOINED_WITH_NEXT,
    DAMAGES
};

static void put_damaged(struct buf *out, struct str text, const struct token *t, struct span next,
                        enum damage damage) {
    static const char *const before[DAMAGES] = {
        [LINE_BEFORE] = "\n",
        [COMMENT_BEFORE] = "  # said\n",
        [COMMENT_LINE_BEFORE] = "\n# said\n\n\n",
        [BLANK_LINES_BEFORE] = "\n\n\n\n",
    };
    struct str token = {text.p + t->span.start, t->span.stop - t->span.start};
    buf_clear(out);
    buf_put(out, text.p, t->span.start);
    if (before[damage])
        buf_text(out, before[damage]);
    if (damage != TOKEN_MISSING)
        buf_str(out, token);
    if (damage == TOKEN_TWICE) {
        buf_char(out, ' ');
        buf_str(out, token);
    }
    size_t behind = t->span.stop;
    if (damage == JOINED_WITH_NEXT) {
        behind = next.start;
        buf_char(out, ' ');
    }
    buf_put(out, text.p + behind, text.n - behind);
}

/* Every `step`th token; long texts are slow to try all of. */
static void break_text(struct str text, struct tally *tally) {
    struct reading r;
    reading_start(&r, text);
    struct tokens t = lex(&r.arena, &r.diags, &r.sources, r.source);
    uint32_t step = 1 + t.n / 60;
    for (uint32_t i = 0; i + 1 < t.n; i += step) {
        if (t.at[i].kind == TOK_NEWLINE || t.at[i].kind == TOK_DOC)
            continue;
        for (int damage = 0; damage < DAMAGES; damage++) {
            put_damaged(&r.out, text, &t.at[i], t.at[i + 1].span, (enum damage)damage);
            tally->broken_texts += proved(buf_view(&r.out));
        }
    }
    reading_stop(&r);
}

static void try_text(struct str text, struct tally *tally) {
    if (!proved(text))
        return;
    tally->texts++;
    break_text(text, tally);
}

/* ---- where the texts are ---- */

static bool ends_in(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* The fenced blocks of a document. */
static void try_document(const char *path, struct tally *tally) {
    struct str all = read_file(path);
    const char *inside = NULL;
    for (size_t i = 0; i < all.n;) {
        const char *line = all.p + i;
        size_t n = 0;
        while (i + n < all.n && line[n] != '\n')
            n++;
        i += n + 1;
        if (n < 3 || strncmp(line, "```", 3) != 0)
            continue;
        if (inside)
            try_text((struct str){inside, (size_t)(line - inside)}, tally);
        inside = inside || n == 3 ? NULL : all.p + i;
    }
    free((char *)all.p);
}

static void try_folder(const char *folder, const char *end, struct tally *tally) {
    DIR *all = opendir(folder);
    ck_assert_msg(all != NULL, "cannot read %s", folder);
    for (struct dirent *entry; (entry = readdir(all));) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!ends_in(entry->d_name, end))
            continue;
        if (strcmp(end, ".md") == 0) {
            try_document(path, tally);
        } else {
            struct str text = read_file(path);
            try_text(text, tally);
            free((char *)text.p);
        }
    }
    closedir(all);
}

START_TEST(test_examples) {
    struct tally tally = {0};
    try_folder("examples/attendance", ".spoke", &tally);
    try_folder("examples/nyc", ".spoke", &tally);
    try_folder("examples/embed", ".spoke", &tally);
    try_folder("tests/bench", ".spoke", &tally);
    ck_assert_uint_ge(tally.texts, 6);
    ck_assert_uint_ge(tally.broken_texts, 600);
}
END_TEST

START_TEST(test_language) {
    struct tally tally = {0};
    try_folder("tests/language", ".spoke", &tally);
    ck_assert_uint_ge(tally.texts, 40);
    ck_assert_uint_ge(tally.broken_texts, 5000);
}
END_TEST

START_TEST(test_golden) {
    struct tally tally = {0};
    try_folder("tests/golden/errors", ".spoke", &tally);
    ck_assert_uint_ge(tally.texts, 30);
}
END_TEST

START_TEST(test_documents) {
    struct tally tally = {0};
    try_document("README.md", &tally);
    try_folder("docs", ".md", &tally);
    try_folder("docs/errors", ".md", &tally);
    ck_assert_uint_ge(tally.texts, 20);
}
END_TEST

Suite *format_corpus_suite(void) {
    Suite *suite = suite_create("format_corpus");
    TCase *tests = tcase_create("corpus");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, test_examples);
    tcase_add_test(tests, test_language);
    tcase_add_test(tests, test_golden);
    tcase_add_test(tests, test_documents);
    suite_add_tcase(suite, tests);
    return suite;
}
