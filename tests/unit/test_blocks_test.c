/* What `spoke check` and `spoke test` are made of, as any host may use it: test blocks, messages
 * without values, rules that are listed, fingerprints; with memory refused at every request. */
#include "recorder.h"
#include "suites.h"

#include <string.h>

static struct recorder r;
static spoke_status status;

static void start(void) {
    recorder_init(&r, SPOKE_CAN_ALL);
}

static void stop(void) {
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

static void load(const char *text) {
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_run(r.sp, "test.spoke", text, strlen(text)), SPOKE_OK);
}

#define DATA                                                                                       \
    "table t { key k; k text; n int }\nlet base = 2\n"                                             \
    "from [{k: \"a\", n: 4711}] | into t\n"                                                        \
    "rule small \"n is small\" { for t; expect n < 10; message \"{k}: {n}\"; id \"T-1\" }\n"       \
    "rule big { for t; expect n > 10 }\n"                                                          \
    "test \"one\" { assert base == 2 }\n"                                                          \
    "test \"two\" {\n  from [{k: \"b\", n: 1}] | into t\n  assert count(t) == 1, \"rows "          \
    "came\"\n}\n"                                                                                  \
    "test \"three\" { assert count(t) == 1 }\n"                                                    \
    "test \"four\" { while base == 2 { let x = 1 } }\n"

static bool is(spoke_text t, const char *text) {
    return t.n == strlen(text) && memcmp(t.p, text, t.n) == 0;
}

START_TEST(blocks_run_one_by_one) {
    spoke_test about;
    spoke_diag d;
    r.config.budget = 100000;
    load(DATA);
    ck_assert_uint_eq(spoke_test_count(r.sp), 4);
    ck_assert_int_eq(spoke_test_at(r.sp, 1, &about), SPOKE_OK);
    ck_assert(is(about.name, "two") && is(about.file, "test.spoke"));
    ck_assert_uint_eq(about.line, 7);
    ck_assert_int_eq(spoke_test_run(r.sp, 0), SPOKE_OK);
    ck_assert_int_eq(spoke_test_run(r.sp, 1), SPOKE_FAILED);
    ck_assert_int_eq(spoke_diag_at(r.sp, 0, &d), SPOKE_OK);
    ck_assert(is(d.code, "E0404") && is(d.message, "rows came"));
    ck_assert_uint_eq(d.line, 9);
    ck_assert_int_eq(spoke_test_run(r.sp, 2), SPOKE_OK); /* the row of the other is gone */
    ck_assert_int_eq(spoke_test_run(r.sp, 3), SPOKE_LIMIT);
    ck_assert_int_eq(spoke_test_run(r.sp, 0), SPOKE_OK);
    ck_assert_int_eq(spoke_test_run(r.sp, 4), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_test_at(r.sp, 4, &about), SPOKE_MISUSE);
    ck_assert_uint_eq(spoke_test_count(NULL), 0);
}
END_TEST

static char message[64], fingerprint[SPOKE_FINGERPRINT_SIZE];
static unsigned rules, skipped;

static int see_finding(void *user, const spoke_finding *f) {
    unsigned char secret[SPOKE_SECRET_SIZE];
    UNUSED(user);
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (unsigned char)i;
    size_t n = f->message.n < sizeof message ? f->message.n : sizeof message - 1;
    memcpy(message, f->message.p, n);
    message[n] = '\0';
    spoke_fingerprint(f, secret, fingerprint);
    return 0;
}

static int see_rule(void *user, const spoke_rule_result *x) {
    UNUSED(user);
    rules++;
    skipped += x->status == SPOKE_RULE_SKIP;
    return 0;
}

static void check(const spoke_check_options *o) {
    static const spoke_sink sink = {
        .size = sizeof sink, .on_finding = see_finding, .on_rule = see_rule};
    message[0] = '\0';
    rules = skipped = 0;
    spoke_set_sink(r.sp, &sink, NULL);
    status = spoke_check(r.sp, o, NULL);
}

START_TEST(messages_show_keys_or_all) {
    spoke_check_options o = {.size = sizeof o, .mask_values = 1};
    load(DATA);
    check(&o);
    ck_assert_int_eq(status, SPOKE_FINDINGS);
    ck_assert_str_eq(message, "a: ‹n›");
    check(NULL);
    ck_assert_str_eq(message, "a: 4711");
}
END_TEST

START_TEST(rules_are_listed) {
    spoke_check_options o = {.size = sizeof o, .list = 1};
    load(DATA);
    check(&o);
    ck_assert_int_eq(status, SPOKE_OK);
    ck_assert_uint_eq(rules, 2);
    ck_assert_uint_eq(skipped, 2);
    ck_assert_str_eq(message, "");
}
END_TEST

/* Python: hmac.new(bytes(range(32)), packed(...), "sha256"), where packed puts the length of each
 * text before it, in 8 bytes. */
START_TEST(fingerprints_are_hmac) {
    const spoke_named keys[] = {{.name = {"school", 6}, .value = {"S1", 2}},
                                {.name = {"day", 3}, .value = {"2025-09-02", 10}}};
    spoke_finding f = {
        .rule = {"small", 5}, .id = {"R-1", 3}, .keys = keys, .nkeys = 2, .message = {"x", 1}};
    see_finding(NULL, &f);
    ck_assert_str_eq(fingerprint, "7bb12cbb9def18bd818e5721e42feb10");
    f = (spoke_finding){.rule = {"small", 5}, .id = {"", 0}, .message = {"y", 1}};
    see_finding(NULL, &f);
    ck_assert_str_eq(fingerprint, "b16e0d00a3491e044ae4186cecfa0cd4");
}
END_TEST

START_TEST(memory_is_refused) {
    static const char data[] = DATA;
    spoke_check_options o = {.size = sizeof o, .mask_values = 1};
    bool reached = true;
    stop();
    for (uint64_t request = 1; reached; request += 1 + request / 50) {
        start();
        ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
        ck_assert_int_eq(spoke_run(r.sp, "test.spoke", data, sizeof data - 1), SPOKE_OK);
        r.meter.fail_from = r.meter.calls + request;
        r.meter.fail_count = 1;
        for (size_t i = 0; i < 3; i++) {
            status = spoke_test_run(r.sp, i);
            ck_assert(status == SPOKE_OK || status == SPOKE_NO_MEMORY || i == 1);
        }
        check(&o);
        ck_assert(status == SPOKE_FINDINGS || status == SPOKE_NO_MEMORY);
        reached = r.meter.calls >= r.meter.fail_from;
        r.meter.fail_from = 0;
        ck_assert_int_eq(spoke_test_run(r.sp, 2), SPOKE_OK); /* nothing was left behind */
        stop();
    }
    start();
}
END_TEST

Suite *test_blocks_suite(void) {
    Suite *suite = suite_create("test_blocks");
    TCase *tcase = tcase_create("host");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, blocks_run_one_by_one);
    tcase_add_test(tcase, messages_show_keys_or_all);
    tcase_add_test(tcase, rules_are_listed);
    tcase_add_test(tcase, fingerprints_are_hmac);
    tcase_add_test(tcase, memory_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
