/* Completion and descriptions: what is offered where, that nothing of the text is kept, and that
 * neither half a text nor want of memory does harm. `~` marks the place. */
#include "corpus.h"
#include "recorder.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static struct recorder r;
static struct corpus corpus;

static const char declarations[] =
    "table school \"Schools\" { key id; id int; name text \"What it is called\" }\n"
    "table student { key id; id int; school -> school; grade int one of 1, 2 }\n"
    "table attendance { key student, day; student -> student; day date\n"
    "  status text one of \"P\" \"present\", \"A\" \"absent\" }\n"
    "measure chronic \"Chronic absence\" { from attendance; per student\n"
    "  let absent = count(status == \"A\"); count absent > 9; at day }\n"
    "cohort seniors { of student; require grade == 2 }\n"
    "table visit { key id; id int; a -> school; b -> school }\n"
    "network hub { members school; ties visit from a to b }\n"
    "## Twice.\n"
    "fn double(x: int, times: int = 2) -> int = x * times\n"
    "let total = double(2)\n"
    "let pair = {left: 1, right: \"r\"}\n";

static void start(void) {
    recorder_init(&r, 0);
    r.config.modules = spoke_standard_modules();
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
}

static void stop(void) {
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

/* ---- completion ---- */

struct names {
    struct buf text; /* " a b c " */
    size_t n;
    const char *prefix;
    size_t length;
};

static int collect(void *user, const spoke_candidate *c) {
    struct names *names = user;
    ck_assert_uint_ge(c->name.n, names->length);
    ck_assert_int_eq(memcmp(c->name.p, names->prefix, names->length), 0);
    ck_assert_uint_gt(c->kind.n, 0);
    buf_put(&names->text, c->name.p, c->name.n);
    buf_char(&names->text, ' ');
    names->n++;
    return 0;
}

static spoke_status complete(struct names *names, const char *text, size_t n, size_t at,
                             size_t word) {
    size_t start = 0;
    buf_clear(&names->text);
    buf_char(&names->text, ' ');
    names->n = 0;
    names->prefix = text + word;
    names->length = at - word;
    spoke_status s = spoke_complete(r.sp, "test.spoke", text, n, at, &start, collect, names);
    if (names->n > 0)
        ck_assert_uint_eq(start, word);
    return s;
}

static bool has(const struct names *names, const char *name) {
    char wanted[80];
    snprintf(wanted, sizeof wanted, " %s ", name);
    return strstr(names->text.p, wanted) != NULL;
}

/* What must be offered first, in this order, and what must not be offered. */
static const struct {
    const char *text, *first, *absent;
} places[] = {
    {"from attendance | where st~", " student status ", "student.school"},
    {"from attendance | where status == ~", " \"P\" \"A\" ", NULL},
    {"from attendance | where status != \"~\"", " P A ", "status"},
    {"from attendance | where status in [\"P\", \"~", " P A ", "status"},
    {"from attendance | where student.grade == ~", " 1 2 ", NULL},
    {"from attendance | where student.~", " id school grade ", "name"},
    {"from attendance | where student.school.~", " id name ", "school"},
    {"from attendance | group by student.school (n = count()) | where ~", " school n ", "status"},
    {"from attendance | derive late = 1 | sort l~", " late ", "school"},
    {"from attendance | select day | drop ~", " day ", "status"},
    {"from attendance | rename when = d~", " day ", "double"},
    {"from attendance | rename d~", " ", "day"},
    {"from attendance | where nothing == 1 | where st~", " student status ", NULL},
    {"from attendance | ~", " where derive select ", "status"},
    {"from attendance | group ~", " by ", "status"},
    {"from attendance | join ~", " inner left semi anti school ", "total"},
    {"from attendance | join left sch~", " school ", NULL},
    {"from att~", " attendance ", NULL},
    {"show chronic ~", " where by over for in ", "total"},
    {"show chronic by student.school ~", " where over for in ", "by"},
    {"show chronic by stu~", " student ", "school"},
    {"show chronic by student.~", " id school grade ", NULL},
    {"show chronic over ~", " day week month quarter year school_year ", "total"},
    {"show chronic for ~", " seniors not ", "chronic"},
    {"show chronic for seniors ~", " where by over in ", "for"},
    {"cohort other = ~", " seniors ", "student"},
    {"measure m { from ~ }", " school student attendance ", "total"},
    {"measure m { from attendance\n  ~\n}", " from per where let among exclude count value ",
     "day"},
    {"measure m { from attendance; where st~", " student status ", NULL},
    {"measure m { from attendance; value count(); at d~ }", " day ", "double"},
    {"measure m { from attendance; per student; let a = count(st~", " student status ", NULL},
    {"measure m { better ~", " up down ", "total"},
    {"rule q { for attendance; expect st~", " student status ", NULL},
    {"rule q { for attendance; severity ~", " error warn info ", NULL},
    {"table t { key a\n  a int ~", " null one in unit missing from ", "a"},
    {"table t { key ~; a int; b text }", " a b ", "total"},
    {"table t { key a; a -> s~", " school student ", "seniors"},
    {"let x: i~", " int ", "if"},
    {"fn f(a: t~", " text table ", "total"},
    {"fn f(a, b) { let inner = 1\n  print ~ }", " inner b a ", NULL},
    {"fn f(a) {\n  from attendance | where stat~\n}", " status ", NULL},
    {"if true { let local = 1\n  print lo~", " local ", NULL},
    {"for i in 1..3 { print i~", " i ", NULL},
    {"print double(~", " x: times: ", NULL},
    {"print 3 | round(di~", " ", "distinct"},
    {"print pair.~", " left right ", "total"},
    {"show from hub.~", " members ties visit ", "total"},
    {"print total ~", " and or in not is ", "total"},
    {"print tot~", " total ", NULL},
    {"use s~", " spc ", "sort"},
    {"param p t~", " text ", "total"},
    {"let na~", " ", "name"},
    {"print \"in a text tot~\"", " ", "total"},
    {"print \"in a hole {tot~}\"", " total ", NULL},
    {"print 1 # in a comment tot~", " ", "total"},
    {"print 12~", " ", "total"},
    {"if total > 1 { print 1 } ~", " else ", "total"},
    {"prin~", " print ", NULL},
    {"coho~", " cohort ", NULL},
    {"filt~", " filter ", NULL},
};

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t word_start(const char *text, size_t at) {
    while (at > 0 && is_word(text[at - 1]))
        at--;
    return at;
}

/* The text with the declarations and without the mark; where the mark was. */
static size_t put_place(struct buf *out, const char *text) {
    const char *mark = strchr(text, '~');
    ck_assert_ptr_nonnull(mark);
    buf_text(out, declarations);
    size_t at = out->n + (size_t)(mark - text);
    buf_put(out, text, (size_t)(mark - text));
    buf_text(out, mark + 1);
    buf_char(out, '\n');
    return at;
}

START_TEST(what_may_stand_there) {
    struct names names = {0};
    struct buf text;
    buf_init(&names.text, &r.alloc);
    buf_init(&text, &r.alloc);
    size_t at = put_place(&text, places[_i].text);
    ck_assert_int_eq(complete(&names, text.p, text.n, at, word_start(text.p, at)), SPOKE_OK);
    ck_assert_uint_eq(spoke_diag_count(r.sp), 0);
    size_t n = strlen(places[_i].first);
    ck_assert_msg(strncmp(names.text.p, places[_i].first, n) == 0, "%s gives%.300s",
                  places[_i].text, names.text.p);
    if (places[_i].absent)
        ck_assert_msg(!has(&names, places[_i].absent), "%s gives%.300s", places[_i].text,
                      names.text.p);
    buf_free(&text);
    buf_free(&names.text);
}
END_TEST

/* What the text declares is not known afterwards, and can be declared. */
START_TEST(nothing_is_kept) {
    struct names names = {0};
    buf_init(&names.text, &r.alloc);
    const char *text = "print to";
    ck_assert_int_eq(complete(&names, declarations, strlen(declarations), 0, 0), SPOKE_OK);
    ck_assert_int_eq(complete(&names, text, strlen(text), strlen(text), 6), SPOKE_OK);
    ck_assert(!has(&names, "total"));
    ck_assert_int_eq(spoke_compile(r.sp, "test.spoke", "let total = 1", 13), SPOKE_OK);
    ck_assert_int_eq(complete(&names, text, strlen(text), strlen(text), 6), SPOKE_OK);
    ck_assert(has(&names, "total"));
    buf_free(&names.text);
}
END_TEST

/* ---- descriptions ---- */

static const struct {
    const char *text, *kind, *type, *declared; /* the text at its declaration */
} meanings[] = {
    {"print dou~ble(1)", "function", "fn double(x: int, times: int = 2) -> int", "double"},
    {"print total~", "variable", "int", "total"},
    {"from ~school", "table", "table{id int, name text}", "school"},
    {"from attendance | where student.school.na~me == \"x\"", "column", "text", "name text"},
    {"from attendance | derive n = 1 | where ~n > 1", "column", "int", NULL},
    {"show chro~nic by student.school", "measure", "", "chronic"},
    {"show chronic for sen~iors", "cohort", "", "seniors"},
    {"measure m { from atten~dance; value count() }", "table", NULL, "attendance"},
    {"print sp~c.limits", "module", "", NULL},
    {"print le~n(\"x\")", "function", "len(x: text, list or map) -> int", NULL},
    {"from school | whe~re id > 1", "word", "", NULL},
    {"print pair.lef~t", "value", "int", NULL},
};

START_TEST(what_it_means) {
    struct buf text;
    spoke_about about;
    buf_init(&text, &r.alloc);
    size_t at = put_place(&text, meanings[_i].text);
    ck_assert_int_eq(spoke_describe(r.sp, "test.spoke", text.p, text.n, at, &about), SPOKE_OK);
    ck_assert_msg(about.found, "%s is not found", meanings[_i].text);
    ck_assert_msg(about.kind.n == strlen(meanings[_i].kind) &&
                      memcmp(about.kind.p, meanings[_i].kind, about.kind.n) == 0,
                  "%s is a %.*s", meanings[_i].text, (int)about.kind.n, about.kind.p);
    if (meanings[_i].type)
        ck_assert_msg(about.type.n == strlen(meanings[_i].type) &&
                          memcmp(about.type.p, meanings[_i].type, about.type.n) == 0,
                      "%s is of %.*s", meanings[_i].text, (int)about.type.n, about.type.p);
    const char *declared = meanings[_i].declared;
    ck_assert_int_eq(about.has_definition, declared != NULL);
    if (declared)
        ck_assert_msg(strncmp(text.p + about.start, declared, strlen(declared)) == 0,
                      "%s is declared at %.20s", meanings[_i].text, text.p + about.start);
    buf_free(&text);
}
END_TEST

/* ---- real scripts, and want of memory ---- */

/* At many places of every script, cut off there or whole. */
START_TEST(real_scripts) {
    struct names names = {0};
    corpus_read(&corpus);
    buf_init(&names.text, &r.alloc);
    for (size_t i = 0; i < corpus.n; i++) {
        struct str text = buf_view(&corpus.scripts[i]);
        size_t step = text.n / 12 + 1;
        for (size_t at = i % step; at <= text.n; at += step) {
            spoke_about about;
            size_t start;
            names.length = 0;
            names.prefix = text.p;
            size_t n = (at / step) % 2 ? text.n : at;
            ck_assert_int_eq(
                spoke_complete(r.sp, "x.spoke", text.p, n, at, &start, collect, &names), SPOKE_OK);
            ck_assert_uint_le(start, at);
            ck_assert_int_eq(spoke_describe(r.sp, "x.spoke", text.p, n, at, &about), SPOKE_OK);
        }
    }
    ck_assert_int_eq(spoke_run(r.sp, "x.spoke", "print 1", 7), SPOKE_OK);
    buf_free(&names.text);
    corpus_free(&corpus);
}
END_TEST

START_TEST(no_memory_does_no_harm) {
    struct names names = {0};
    struct buf text;
    spoke_status s = SPOKE_NO_MEMORY;
    buf_init(&names.text, &r.alloc);
    buf_init(&text, &r.alloc);
    size_t at = put_place(&text, "from attendance | where st~");
    for (uint64_t request = 1; s != SPOKE_OK && request < 1000; request++) {
        r.meter.fail_from = r.meter.calls + request;
        r.meter.fail_count = 1;
        s = complete(&names, text.p, text.n, at, at - 2);
        r.meter.fail_from = 0;
        ck_assert(s == SPOKE_OK || s == SPOKE_NO_MEMORY);
    }
    ck_assert_int_eq(s, SPOKE_OK);
    ck_assert_int_eq(complete(&names, text.p, text.n, at, at - 2), SPOKE_OK);
    ck_assert(has(&names, "status"));
    buf_free(&text);
    buf_free(&names.text);
}
END_TEST

Suite *editor_suite(void) {
    Suite *suite = suite_create("editor");
    TCase *tests = tcase_create("editor");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_loop_test(tests, what_may_stand_there, 0, (int)COUNT_OF(places));
    tcase_add_loop_test(tests, what_it_means, 0, (int)COUNT_OF(meanings));
    tcase_add_test(tests, nothing_is_kept);
    tcase_add_test(tests, real_scripts);
    tcase_add_test(tests, no_memory_does_no_harm);
    suite_add_tcase(suite, tests);
    return suite;
}
