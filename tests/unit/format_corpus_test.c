/* The formatter on every script of the project, on the code in its documents,
 * and on all of these broken in small ways.
 *
 * Nothing is expected of a particular layout: what is proved is that laying
 * out is idempotent, keeps tokens, comments and tree, and that nothing in the
 * project is lost by it. Texts that do not parse are passed over, and those
 * that do are counted, so that the test cannot come to prove nothing. */
#include "corpus.h"
#include "format_fixture.h"
#include "suites.h"

struct tally {
    unsigned texts, broken_texts;
};

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

static void try_text(void *user, const char *name, struct str text) {
    struct tally *tally = user;
    UNUSED(name);
    if (!proved(text))
        return;
    tally->texts++;
    break_text(text, tally);
}

START_TEST(test_examples) {
    struct tally tally = {0};
    corpus_folder("examples/attendance", try_text, &tally);
    corpus_folder("examples/nyc", try_text, &tally);
    corpus_folder("examples/embed", try_text, &tally);
    corpus_folder("tests/bench", try_text, &tally);
    ck_assert_uint_ge(tally.texts, 6);
    ck_assert_uint_ge(tally.broken_texts, 600);
}
END_TEST

START_TEST(test_language) {
    struct tally tally = {0};
    corpus_folder("tests/language", try_text, &tally);
    ck_assert_uint_ge(tally.texts, 40);
    ck_assert_uint_ge(tally.broken_texts, 5000);
}
END_TEST

START_TEST(test_golden) {
    struct tally tally = {0};
    corpus_folder("tests/golden/errors", try_text, &tally);
    ck_assert_uint_ge(tally.texts, 30);
}
END_TEST

START_TEST(test_documents) {
    struct tally tally = {0};
    corpus_document("README.md", try_text, &tally);
    corpus_documents("docs", try_text, &tally);
    corpus_documents("docs/errors", try_text, &tally);
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
