/* spoke_check: what a host is told of rules and findings, and that rules do not hide each other. */
#include "recorder.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 4000 };

static struct recorder r;
static char seen[MOST]; /* a line for each rule and finding */

static void start(void) {
    recorder_init(&r, 0);
    seen[0] = '\0';
}

static void stop(void) {
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

static void add(const char *format, ...) {
    va_list args;
    size_t n = strlen(seen);
    va_start(args, format);
    vsnprintf(seen + n, sizeof seen - n, format, args);
    va_end(args);
}

#define TEXT(t) (int)(t).n, (t).p

static int see_rule(void *user, const spoke_rule_result *x) {
    static const char *const status[] = {"pass", "fail", "warn", "empty", "skip", "error"};
    UNUSED(user);
    add("%s %.*s %llu/%llu", status[x->status], TEXT(x->rule), (unsigned long long)x->findings,
        (unsigned long long)x->rows);
    if (x->has_allow)
        add(" allow %llu", (unsigned long long)x->allowed);
    if (x->excepted || x->expired || x->unused)
        add(" excepted %llu expired %llu unused %llu", (unsigned long long)x->excepted,
            (unsigned long long)x->expired, (unsigned long long)x->unused);
    if (x->id.n)
        add(" [%.*s|%.*s|%.*s|%.*s|%.*s]", TEXT(x->id), TEXT(x->tags), TEXT(x->owner),
            TEXT(x->help), TEXT(x->field));
    if (x->reason.n)
        add(" because %.*s", TEXT(x->reason));
    add("\n");
    return 0;
}

static void add_named(const char *what, const spoke_named *named, size_t n) {
    for (size_t i = 0; i < n; i++)
        add("%s%.*s=%.*s%s%s", i ? "," : what, TEXT(named[i].name), TEXT(named[i].value),
            named[i].missing ? "?" : "", named[i].suppressed ? "!" : "");
}

static int see_finding(void *user, const spoke_finding *x) {
    UNUSED(user);
    add("  %.*s: %.*s", TEXT(x->key), TEXT(x->message));
    add_named(" <", x->keys, x->nkeys);
    add(">");
    add_named(" ", x->values, x->nvalues);
    if (x->undecided)
        add(" undecided");
    if (x->excepted)
        add(" until %d because %.*s", x->until, TEXT(x->reason));
    add("\n");
    return 0;
}

static void load(const char *text, int apart) {
    static const spoke_sink sink = {
        .size = sizeof sink, .on_rule = see_rule, .on_finding = see_finding};
    r.config.has_today = 1;
    r.config.today = 20000; /* 2024-10-04 */
    r.config.rules_apart = apart;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    spoke_set_sink(r.sp, &sink, NULL);
    spoke_status s = spoke_run(r.sp, "test.spoke", text, strlen(text));
    ck_assert_int_eq(s, SPOKE_OK);
}

static void expect_seen(const char *text) {
    ck_assert_msg(strcmp(seen, text) == 0, "saw\n%s", seen);
}

#define DATA                                                                                       \
    "table t { key k; k text; n int null; part text }\n"                                           \
    "from [{k: \"a\", n: 1, part: \"x\"}, {k: \"b\", n: 20, part: \"x\"}, {k: \"c\", n: missing, " \
    "part: \"y\"}, {k: \"d\", n: 30, part: \"y\"}] | into t\n"

START_TEST(a_host_is_told_all_about_a_finding) {
    spoke_check_summary sum;
    load(DATA "rule small \"n is small\" { for t; expect n * 2 < 30, \"{k}: {n}\"; id \"T-1\";\n"
              "  tags \"a b\", c; owner \"hub\"; help \"https://e.org\"; field n; allow 20%\n"
              "  except k == \"d\" until 2024-10-04 because \"known\"\n"
              "  except k == \"b\" until 2024-10-03 because \"was known\"\n"
              "  except k == \"a\" until 2025-01-01 because \"fine anyway\" }\n"
              "rule parts { for t by part; expect count() > 2; severity info }\n",
         0);
    ck_assert_int_eq(spoke_check(r.sp, NULL, &sum), SPOKE_FINDINGS);
    expect_seen("  k=b: b: 20 <k=b> n=20\n"
                "  k=c: c: missing <k=c> n=? undecided\n"
                "  k=d: d: 30 <k=d> n=30 until 20000 because known\n"
                "fail small 2/4 allow 0 excepted 1 expired 1 unused 1 "
                "[T-1|a b,c|hub|https://e.org|n]\n"
                "  part=x: expected count() > 2 <part=x> count()=2\n"
                "  part=y: expected count() > 2 <part=y> count()=2\n"
                "warn parts 2/2\n");
    ck_assert_uint_eq(sum.excepted, 1);
    ck_assert_uint_eq(sum.expired, 1);
    ck_assert_uint_eq(sum.unused, 1);
    ck_assert_uint_eq(sum.findings, 4);
}
END_TEST

/* `n * BIG` overflows in the row b; the plain name that is not there is told when it is judged. */
START_TEST(one_rule_never_hides_another) {
    spoke_check_summary sum;
    load(DATA "rule first { for t; expect n < 30 missing passes }\n"
              "rule overflows { for t; expect n * 9223372036854775807 > 0 }\n"
              "rule unknown { for t; expect m > 0 }\n"
              "rule nowhere { for u; expect m > 0 }\n"
              "rule says { for t; expect n < 30 missing passes; message \"{n * "
              "9223372036854775807}\" }\n"
              "rule last { for t; expect k != \"a\" }\n",
         1);
    ck_assert_int_eq(spoke_check(r.sp, NULL, &sum), SPOKE_FAILED);
    expect_seen("  k=d: expected n < 30 <k=d> n=30\n"
                "fail first 1/4\n"
                "error overflows 0/0 because the result does not fit in 64 bits\n"
                "error unknown 0/0 because `t` has no column `m`\n"
                "error nowhere 0/0 because nothing is called `u`\n"
                "error says 0/0 because the result does not fit in 64 bits\n"
                "  k=a: expected k != \"a\" <k=a>\n"
                "fail last 1/4\n");
    ck_assert_uint_eq(sum.error, 4);
    ck_assert_uint_eq(spoke_diag_count(r.sp), 4);
    seen[0] = '\0'; /* and again: errors are told each time */
    ck_assert_int_eq(spoke_check(r.sp, NULL, &sum), SPOKE_FAILED);
    ck_assert_uint_eq(spoke_diag_count(r.sp), 4);
}
END_TEST

START_TEST(rules_are_chosen_by_name_id_and_tag) {
    static const char *const rules[] = {"b*", "ID-3"}, *const tags[] = {"red", "wa*"};
    spoke_check_options o = {.size = sizeof o, .rules = rules, .nrules = 2};
    load(DATA "rule a { for t; expect true; tags red }\n"
              "rule b1 { for t; expect true; tags green, warm }\n"
              "rule b2 { for t; expect true; tags green }\n"
              "rule c { for t; expect true; id \"ID-3\"; tags red }\n",
         0);
    ck_assert_int_eq(spoke_check(r.sp, &o, NULL), SPOKE_OK);
    expect_seen("pass b1 0/4\npass b2 0/4\npass c 0/4 [ID-3|red|||]\n");
    seen[0] = '\0';
    o.tags = tags;
    o.ntags = 2;
    ck_assert_int_eq(spoke_check(r.sp, &o, NULL), SPOKE_OK);
    expect_seen("pass b1 0/4\npass c 0/4 [ID-3|red|||]\n");
}
END_TEST

/* Rules that share a scan say what they say alone. */
START_TEST(shared_scans_change_nothing) {
    static const char *const texts[] = {
        "rule a { for t; expect n < 10 }\n",
        "rule b { for t; expect n < 10 missing passes }\n",
        "rule c { for t; expect n < 10 missing skips; where part == \"y\" }\n",
        "rule d { for t where part == \"x\"; expect n > 5, \"{k}{n}\"; expect k != \"b\" }\n",
        "rule e { for t; key part, k; expect part == \"x\"; allow 50% }\n",
        "rule f { for t; where part == \"z\"; expect n > 5 }\n"};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    char text[2000] = DATA, alone[MOST] = "";
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        strcat(text, texts[i]);
    load(text, 0);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        spoke_check_options o = {.size = sizeof o, .rules = &names[i], .nrules = 1};
        spoke_check(r.sp, &o, NULL);
    }
    strcpy(alone, seen);
    seen[0] = '\0';
    spoke_check(r.sp, NULL, NULL);
    expect_seen(alone);
    expect_seen("  k=b: expected n < 10 <k=b> n=20\n"
                "  k=c: a value is missing for n < 10 <k=c> n=? undecided\n"
                "  k=d: expected n < 10 <k=d> n=30\n"
                "fail a 3/4\n"
                "  k=b: expected n < 10 <k=b> n=20\n"
                "  k=d: expected n < 10 <k=d> n=30\n"
                "fail b 2/4\n"
                "  k=d: expected n < 10 <k=d> n=30\n"
                "fail c 1/1\n"
                "  k=a: a1 <k=a> n=1\n"
                "  k=b: expected k != \"b\" <k=b> n=20\n"
                "fail d 2/2\n"
                "  part=y, k=c: expected part == \"x\" <part=y,k=c>\n"
                "  part=y, k=d: expected part == \"x\" <part=y,k=d>\n"
                "pass e 2/4 allow 2\n"
                "empty f 0/0\n");
}
END_TEST

/* `n * BIG` fails on all rows but a, where n is 1. What is expected, excepted and said is worked
 * out on rows that are looked at only, whether a rule has a scan of its own, shares one with rules
 * that find something on other rows, or has rows that are no scan. */
START_TEST(rows_outside_never_fail) {
#define BIG "n * 9223372036854775807"
    static const char *const texts[] = {
        "rule a { for t; where n < 10; expect " BIG " > 0 }\n",
        "rule b { for t; where n < 10; expect " BIG " < 0, \"{" BIG "}\" }\n",
        "rule c { for t; where n is not missing; where n < 10; where " BIG " > 0; expect n > 0 }\n",
        "rule d { for t where n < 10; expect " BIG " > 0 missing skips }\n",
        ("rule e { for t; where n < 10; expect n > 10;\n"
         "  except " BIG " > 0 until 2030-01-01 because \"so\" }\n"),
        ("rule f { for (from t | derive m = n); where m < 10; expect " BIG " < 0, \"{" BIG "}\";\n"
         "  except " BIG " < 9 until 2030-01-01 because \"so\" }\n"),
        ("rule g { for t by k; let s = sum(n); where s < 10; where count() > 0;\n"
         "  expect s * 9223372036854775807 >= 0 }\n"),
        "rule h { for t; expect n > 1 }\n"};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    static const char told[] = "pass a 0/1\n"
                               "  k=a: 9223372036854775807 <k=a> n=1\n"
                               "fail b 1/1\n"
                               "pass c 0/1\n"
                               "pass d 0/1\n"
                               "  k=a: expected n > 10 <k=a> n=1 until 21915 because so\n"
                               "pass e 0/1 excepted 1 expired 0 unused 0\n"
                               "  k=a: 9223372036854775807 <k=a> n=1\n"
                               "fail f 1/1 excepted 0 expired 0 unused 1\n"
                               "pass g 0/1\n"
                               "  k=a: expected n > 1 <k=a> n=1\n"
                               "  k=c: a value is missing for n > 1 <k=c> n=? undecided\n"
                               "fail h 2/4\n";
    char text[4000] = DATA;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        strcat(text, texts[i]);
    load(text, 1);
    ck_assert_int_eq(spoke_check(r.sp, NULL, NULL), SPOKE_FINDINGS);
    expect_seen(told);
    seen[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        spoke_check_options o = {.size = sizeof o, .rules = &names[i], .nrules = 1};
        spoke_check(r.sp, &o, NULL);
    }
    expect_seen(told);
#undef BIG
}
END_TEST

/* Whoever is told: what a message cannot say is an error of the rule, with values and without. */
START_TEST(masked_messages_fail_alike) {
    spoke_check_options o = {.size = sizeof o, .mask_values = 1};
    load(DATA
         "rule a { for t; expect n > 9, \"{k} has {n} {if n > 0 { \"some\" } else { \"no\" }}\" }\n"
         "rule b { for t; expect n > 9, \"{n * 9223372036854775807}\" }\n"
         "rule c { for t; expect n < 30 missing passes, \"{n * 9223372036854775807}\" }\n",
         1);
    ck_assert_int_eq(spoke_check(r.sp, &o, NULL), SPOKE_FAILED);
    expect_seen("  k=a: a has ‹n› ‹if n > 0 { \"some\" } else { \"no\" }› <k=a> n=1\n"
                "  k=c: c has ‹n› ‹if n > 0 { \"some\" } else { \"no\" }› <k=c> n=? undecided\n"
                "fail a 2/4\n"
                "  k=a: ‹n * 9223372036854775807› <k=a> n=1\n"
                "  k=c: ‹n * 9223372036854775807› <k=c> n=? undecided\n"
                "fail b 2/4\n"
                "error c 0/0 because the result does not fit in 64 bits\n");
    seen[0] = '\0';
    o.mask_values = 0;
    ck_assert_int_eq(spoke_check(r.sp, &o, NULL), SPOKE_FAILED);
    expect_seen("  k=a: a has 1 some <k=a> n=1\n"
                "  k=c: c has missing no <k=c> n=? undecided\n"
                "fail a 2/4\n"
                "  k=a: 9223372036854775807 <k=a> n=1\n"
                "  k=c: missing <k=c> n=? undecided\n"
                "fail b 2/4\n"
                "error c 0/0 because the result does not fit in 64 bits\n");
}
END_TEST

static int no(void *user, const spoke_finding *x) {
    UNUSED(user);
    UNUSED(x);
    return 1;
}

START_TEST(a_sink_may_stop_it) {
    static const spoke_sink sink = {.size = sizeof sink, .on_finding = no};
    spoke_check_summary sum;
    load(DATA "rule a { for t; expect n < 10 }\nrule b { for t; expect n < 10 }\n", 0);
    spoke_set_sink(r.sp, &sink, NULL);
    ck_assert_int_eq(spoke_check(r.sp, NULL, &sum), SPOKE_INTERRUPTED);
    ck_assert_uint_eq(sum.rules, 0);
}
END_TEST

#define ALL_KINDS                                                                                  \
    DATA                                                                                           \
        "table tie { key n; n int; f -> t; g -> t }\n"                                             \
        "from [{n: 1, f: \"a\", g: \"b\"}] | into tie\n"                                           \
        "network net { members t; ties tie from f to g }\n"                                        \
        "measure m { from t; value mean(n) }\n"                                                    \
        "rule a { for t; expect n < 10, \"{k}\"; expect k != \"d\"; tags x, y }\n"                 \
        "rule b { for t; expect k == \"a\"; except k == \"b\" until 2030-01-01 because \"so\" }\n" \
        "rule c { for t by part; expect count() > 2, \"{part} {count()}\" }\n"                     \
        "rule d { for each t; expect m > 100 }\n"                                                  \
        "rule e { for net.tie; expect n > 4 }\n"                                                   \
        "rule f { for structure(net); where measure == \"ties\"; expect value > 4 }\n"             \
        "rule g { for t; expect m == 1; example bad { k: \"a\" } }\n"

static spoke_status run_all_kinds(struct recorder *host) {
    static const char text[] = ALL_KINDS;
    host->config.has_today = 1;
    host->config.today = 20000;
    host->config.rules_apart = 1;
    spoke_status s = spoke_open(&host->config, &host->sp);
    if (s == SPOKE_OK)
        s = spoke_run(host->sp, "test.spoke", text, strlen(text));
    return s == SPOKE_OK ? spoke_check(host->sp, NULL, NULL) : s;
}

/* With one request refused, or all from one on: a status, and everything is given back. */
START_TEST(memory_may_run_out) {
    static const uint64_t counts[] = {1, UINT64_MAX};
    uint64_t all;
    spoke_status expected;
    expected = run_all_kinds(&r);
    ck_assert(expected == SPOKE_FAILED || expected == SPOKE_FINDINGS);
    all = r.meter.calls;
    spoke_close(r.sp);
    recorder_free(&r);
    for (uint64_t at = 1; at <= all; at += 1 + all / 150) {
        recorder_init(&r, 0);
        r.meter.fail_from = at;
        r.meter.fail_count = counts[_i];
        spoke_status s = run_all_kinds(&r);
        ck_assert_msg(s == SPOKE_NO_MEMORY || s == expected, "request %llu: %d",
                      (unsigned long long)at, (int)s);
        spoke_close(r.sp);
        r.sp = NULL;
        ck_assert_uint_eq(r.meter.used, 0);
        recorder_free(&r);
    }
    recorder_init(&r, 0);
}
END_TEST

Suite *rules_suite(void) {
    Suite *suite = suite_create("rules");
    TCase *check = tcase_create("check");
    tcase_add_checked_fixture(check, start, stop);
    tcase_add_test(check, a_host_is_told_all_about_a_finding);
    tcase_add_test(check, one_rule_never_hides_another);
    tcase_add_test(check, rules_are_chosen_by_name_id_and_tag);
    tcase_add_test(check, shared_scans_change_nothing);
    tcase_add_test(check, rows_outside_never_fail);
    tcase_add_test(check, masked_messages_fail_alike);
    tcase_add_test(check, a_sink_may_stop_it);
    tcase_add_loop_test(check, memory_may_run_out, 0, 2);
    tcase_set_timeout(check, 120);
    suite_add_tcase(suite, check);
    return suite;
}
