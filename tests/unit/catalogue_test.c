/* Hashes of definitions: SHA-256 against the standard's examples, what is and what is not part of a
 * definition's meaning, circles; and saving without leave, or while memory runs out. */
#include "base/sha256.h"
#include "recorder.h"
#include "suites.h"
#include "syntax/content.h"

#include <stdio.h>
#include <string.h>

/* ---- SHA-256: examples of FIPS 180-4 and of NIST's test vectors ---- */

static void expect_digest(const char *unit, size_t times, const char *expected) {
    struct sha256 h;
    unsigned char out[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    sha256_init(&h);
    for (size_t i = 0; i < times; i++)
        sha256_put(&h, unit, strlen(unit));
    sha256_end(&h, out);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", out[i]);
    ck_assert_str_eq(hex, expected);
}

START_TEST(digests) {
    expect_digest("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_digest("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect_digest("a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

/* ---- what a definition means ---- */

static struct alloc alloc;
static struct arena arena;
static jmp_buf escape; /* for the arena; memory does not run out in these */

static void start_arena(void) {
    alloc_init(&alloc, NULL, NULL, 0);
    arena_init(&arena, &alloc);
    arena.escape = &escape;
}

static void stop_arena(void) {
    arena_free(&arena);
    ck_assert_uint_eq(alloc.used, 0);
}

static struct definition *define(const char *name, const char *text) {
    struct definition *d = ARENA_NEW(&arena, struct definition);
    d->name = str_of(name);
    d->kind = STR("measure");
    d->text = str_of(text);
    return d;
}

/* Every place at which the name stands in the text. */
static void use(struct definition *d, const char *name, struct definition *to) {
    size_t n = strlen(name);
    for (uint32_t at = 1; at + n <= d->text.n; at++)
        if (memcmp(d->text.p + at, name, n) == 0 && d->text.p[at - 1] == ' ')
            ARENA_PUSH(&arena, &d->uses) =
                (struct definition_use){at, at + (uint32_t)n, str_of(name), to};
}

static const char *hash_of(struct definition *d) {
    ck_assert(content_hash(&arena, d));
    ck_assert_uint_eq(d->hash.n, HASH_DIGITS);
    return d->hash.p;
}

static void expect_same(const char *a, const char *b, bool same) {
    ck_assert_msg((strcmp(hash_of(define("x", a)), hash_of(define("x", b))) == 0) == same, "%s\n%s",
                  a, b);
}

START_TEST(layout_says_nothing) {
    static const char plain[] = "measure m { from t; value count(a == 1) }";
    expect_same(plain, "measure m {\n  from t  # facts\n\n  value count(a == 1)\n}", true);
    expect_same(plain, "## Why\nmeasure `m` { ; from `t`;; value count(a==1); }", true);
    expect_same(plain, "measure other { from t; value count(a == 1) }", true); /* its own name */
    expect_same(plain, "measure m { from t; value count(a == 2) }", false);
    expect_same(plain, "measure m { from t; value count(a == 1); better up }", false);
    expect_same(plain, "measure m \"Title\" { from t; value count(a == 1) }", false);
    expect_same("measure m { count `and` }", "measure m { count and }", false);
    expect_same("measure m { count a == \"x  y\" }", "measure m { count a == \"x y\" }", false);
}
END_TEST

START_TEST(names_stand_for_what_they_mean) {
    struct definition *old = define("gap", "fn gap(a) = a > 1"),
                      *new = define("gap", "fn gap(a) = a > 2");
    struct definition *renamed = define("hole", "fn hole(a) = a > 1");
    struct definition *one = define("m", "measure m { count gap(x) }");
    struct definition *two = define("m", "measure m { count gap(x) }");
    struct definition *three = define("m", "measure m { count hole(x) }");
    use(one, "gap", old);
    use(two, "gap", new);
    use(three, "hole", renamed);
    ck_assert_str_ne(hash_of(one), hash_of(two));
    ck_assert_str_eq(hash_of(one), hash_of(three));
}
END_TEST

static struct definition *even_of(const char *even_text, struct definition **odd_out) {
    struct definition *even = define("even", even_text);
    struct definition *odd = define("odd", "fn odd(n) = n != 0 and even(n - 1)");
    use(even, "odd", odd);
    use(odd, "even", even);
    *odd_out = odd;
    return even;
}

START_TEST(circles_are_hashed_together) {
    struct definition *odd, *odd_first, *odd_other, *even, *even_last, *even_other;
    even = even_of("fn even(n) = n == 0 or odd(n - 1)", &odd);
    even_last = even_of("fn even(n) = n == 0 or odd(n - 1)", &odd_first);
    even_other = even_of("fn even(n) = n == 2 or odd(n - 1)", &odd_other);
    /* whichever is asked first */
    ck_assert_str_eq(hash_of(even), (hash_of(odd_first), hash_of(even_last)));
    ck_assert_str_eq(hash_of(odd), hash_of(odd_first));
    ck_assert_str_ne(hash_of(odd), hash_of(even));
    /* a change of one is a change of both */
    ck_assert_str_ne(hash_of(even), hash_of(even_other));
    ck_assert_str_ne(hash_of(odd), hash_of(odd_other));
}
END_TEST

START_TEST(a_long_chain_ends) {
    struct definition *last = define("d", "let d = 1");
    for (int i = 0; i < 100000; i++) {
        struct definition *d = define("d", "let d = e");
        use(d, "e", last);
        last = d;
    }
    ck_assert(!content_hash(&arena, last));
}
END_TEST

/* ---- saving ---- */

static struct recorder r;

static const char declares[] = "table t { key a;  a int;  day date }\n"
                               "import t from \"catalogue_rows.csv\"\n"
                               "let least = 1\n"
                               "fn many(n) = n > least\n"
                               "## How many\n"
                               "measure m \"Many\" { from t; among true; count many(a) }\n"
                               "cohort c { of t; require a > 0 }\n"
                               "rule r { for t; expect a > 0; message \"{a}\" }\n"
                               "save because \"so\"\n"
                               "freeze \"x\"\n";
static const char uses[] = "show m@1 for c\n"
                           "diff m@1 m over month\n"
                           "show measures\n"
                           "show versions\n"
                           "show frozen\n"
                           "show tables\n"
                           "lineage m@1\n"
                           "explain m\n";

static void start(void) {
    recorder_init(&r, SPOKE_CAN_ALL);
    FILE *f = fopen("catalogue_rows.csv", "w");
    ck_assert_ptr_nonnull(f);
    fputs("a,day\n1,2025-09-01\n2,2025-10-01\n", f);
    ck_assert_int_eq(fclose(f), 0);
}

static void stop(void) {
    remove("catalogue_rows.csv");
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

static spoke_status run(const char *text) {
    return spoke_run(r.sp, "test.spoke", text, strlen(text));
}

START_TEST(a_host_may_forbid_saving) {
    static const char *const statements[] = {"save", "freeze \"x\""};
    for (size_t i = 0; i < 2; i++) {
        remove("catalogue_test.db");
        ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
        ck_assert_int_eq(spoke_use_store(r.sp, "catalogue_test.db", SPOKE_STORE_WRITE), SPOKE_OK);
        spoke_drop(r.sp, SPOKE_CAN_WRITE_STORE);
        ck_assert_int_eq(run(statements[i]), SPOKE_DENIED);
        spoke_close(r.sp);
    }
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(r.sp, "catalogue_test.db", SPOKE_STORE_READ), SPOKE_OK);
    ck_assert_int_eq(run("save"), SPOKE_FAILED); /* E0507 */
    ck_assert_int_eq(run("show versions"), SPOKE_OK);
    remove("catalogue_test.db");
}
END_TEST

START_TEST(memory_runs_out) {
    stop();
    spoke_status status = SPOKE_NO_MEMORY;
    for (uint64_t request = 1; status != SPOKE_OK; request += 1 + request / 60) {
        start();
        r.meter.fail_from = request;
        r.meter.fail_count = 1;
        status = spoke_open(&r.config, &r.sp);
        if (status == SPOKE_OK)
            status = run(declares);
        if (status == SPOKE_OK)
            status = run(uses);
        bool reached = r.meter.calls >= request;
        r.meter.fail_from = 0;
        ck_assert_msg(status == SPOKE_OK || status == SPOKE_NO_MEMORY || r.lost, "%d at %llu: %s",
                      (int)status, (unsigned long long)request, r.text.p);
        if (reached && status == SPOKE_OK)
            status = SPOKE_NO_MEMORY; /* it could do without */
        if (status != SPOKE_OK)
            stop();
    }
}
END_TEST

Suite *catalogue_suite(void) {
    Suite *suite = suite_create("catalogue");
    TCase *hashes = tcase_create("hashes"), *saving = tcase_create("saving");
    tcase_add_checked_fixture(hashes, start_arena, stop_arena);
    tcase_add_test(hashes, digests);
    tcase_add_test(hashes, layout_says_nothing);
    tcase_add_test(hashes, names_stand_for_what_they_mean);
    tcase_add_test(hashes, circles_are_hashed_together);
    tcase_add_test(hashes, a_long_chain_ends);
    tcase_set_timeout(saving, 120);
    tcase_add_checked_fixture(saving, start, stop);
    tcase_add_test(saving, a_host_may_forbid_saving);
    tcase_add_test(saving, memory_runs_out);
    suite_add_tcase(suite, hashes);
    suite_add_tcase(suite, saving);
    return suite;
}
