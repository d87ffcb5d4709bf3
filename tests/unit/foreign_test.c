/* Functions of C, called from scripts through spoke.h: the library of tests/foreign has every type
 * in every place, structures of all sizes, callbacks that are used well and badly, handles that are
 * counted. What is expected is what C itself says, by its own arithmetic. */
#include "metered.h"
#include "suites.h"

#include "api/spoke.h"
#include "stdlib/modules.h"
#include "tests/foreign/library.h"
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a host that counts its memory ---- */

struct host {
    struct meter meter;
    spoke *sp;
    char text[1 << 16];
    size_t n;
    char printed[4096];
};

static struct host h;

static int on_print(void *user, spoke_text line) {
    size_t n = strlen(h.printed);
    (void)user;
    snprintf(h.printed + n, sizeof h.printed - n, "%.*s\n", (int)line.n, line.p);
    return 0;
}

static const spoke_sink sink = {.size = sizeof sink, .on_print = on_print};

static void open_with(const char *const *allowed, size_t n, uint32_t capabilities,
                      uint64_t fail_from) {
    spoke_config config;
    memset(&h, 0, sizeof h);
    spoke_config_init(&config);
    config.allocate = metered;
    config.allocate_user = &h.meter;
    config.capabilities = capabilities;
    config.sink = &sink;
    config.modules = standard_modules;
    config.foreign = allowed;
    config.nforeign = n;
    config.threads = 1;
    h.meter.fail_from = fail_from;
    spoke_open(&config, &h.sp);
}

static const char *const everything[] = {FOREIGN_LIBRARY};

static void open_host(void) {
    open_with(everything, 1, SPOKE_CAN_LOAD_CODE, 0);
    ck_assert_ptr_nonnull(h.sp);
}

static void close_host(void) {
    spoke_close(h.sp);
    ck_assert_uint_eq(h.meter.used, 0);
}

/* Declarations stand once in an interpreter. */
static void again(void) {
    close_host();
    open_host();
}

/* A script piece by piece. */
static void add(const char *format, ...) {
    va_list args;
    va_start(args, format);
    h.n += (size_t)vsnprintf(h.text + h.n, sizeof h.text - h.n, format, args);
    va_end(args);
    ck_assert_uint_lt(h.n, sizeof h.text);
}

static spoke_status run_text(void) {
    h.printed[0] = '\0';
    spoke_status s = spoke_run(h.sp, "test.spoke", h.text, h.n);
    h.n = 0;
    return s;
}

static int say(void *user, const char *bytes, size_t n) {
    (void)user;
    return fwrite(bytes, 1, n, stderr) != n;
}

static void run_well(void) {
    spoke_status s = run_text();
    if (s != SPOKE_OK)
        spoke_diag_text(h.sp, 0, say, NULL);
    ck_assert_int_eq(s, SPOKE_OK);
}

static void expect_printed(const char *expected) {
    run_well();
    ck_assert_str_eq(h.printed, expected);
}

/* The script fails with this code, and the message has these words. */
static void expect_error(const char *code, const char *words) {
    spoke_diag d;
    ck_assert_int_ne(run_text(), SPOKE_OK);
    ck_assert_uint_ge(spoke_diag_count(h.sp), 1);
    ck_assert_int_eq(spoke_diag_at(h.sp, 0, &d), SPOKE_OK);
    char message[512];
    snprintf(message, sizeof message, "%.*s %.*s", (int)d.code.n, d.code.p, (int)d.message.n,
             d.message.p);
    ck_assert_msg(strncmp(message, code, strlen(code)) == 0 && strstr(message, words),
                  "%s ... %s: %s", code, words, message);
}

static void library(const char *declarations) {
    add("foreign \"%s\" {\n%s\n}\n", FOREIGN_LIBRARY, declarations);
}

/* ---- every type in every place ---- */

static void declare_place(const char *name, int place) {
    add("  fn %s_at_%d(", name, place);
    for (int i = 1; i <= 12; i++)
        add("%sa%d: %s", i > 1 ? ", " : "", i, i == place ? name : i % 2 ? "i64" : "f64");
    add(") -> %s\n", name);
}

static void call_place(const char *name, int place, const char *value) {
    add("assert %s_at_%d(", name, place);
    for (int i = 1; i <= 12; i++) {
        if (i == place)
            add("%s%s", i > 1 ? ", " : "", value);
        else
            add("%s%d%s", i > 1 ? ", " : "", i, i % 2 ? "" : ".5");
    }
    add(") == %s, \"%s at %d: %s\"\n", value, name, place, value);
}

static void all_places(const char *name, const char *low, const char *high) {
    open_host();
    add("foreign \"%s\" {\n", FOREIGN_LIBRARY);
    for (int place = 1; place <= 12; place++)
        declare_place(name, place);
    add("}\n");
    for (int place = 1; place <= 12; place++) {
        call_place(name, place, low);
        call_place(name, place, high);
    }
    run_well();
    close_host();
}

START_TEST(every_place) {
#define PLACES(name, type, low, high) all_places(#name, #low, #high);
    EACH_TYPE(PLACES)
    open_host();
    library("fn text_at_7(a1: i64, a2: f64, a3: i64, a4: f64, a5: i64, a6: f64, x: text, a8: f64, "
            "a9: i64, a10: f64, a11: i64, a12: f64) -> bool");
    add("print text_at_7(1, 2.5, 3, 4.5, 5, 6.5, \"seven\", 8.5, 9, 10.5, 11, 12.5)\n");
    expect_printed("true\n");
    close_host();
}
END_TEST

static void all_pointers(const char *name, const char *low, const char *high) {
    open_host();
    add("foreign \"%s\" {\n", FOREIGN_LIBRARY);
    add("fn %s_swap(x: inout %s, y: inout %s)\n", name, name, name);
    add("fn %s_behind(x: ref %s?) -> %s\n", name, name, name);
    add("fn %s_last(x: buf<%s>, n: usize = len(x)) -> ref %s?\n", name, name, name);
    add("fn %s_reverse(x: buf<%s>, n: i32 = len(x), back: out buf<%s, n>)\n", name, name, name);
    add("fn %s_through(f: fn(i64, %s, f64) -> %s, x: %s) -> %s\n}\n", name, name, name, name, name);
    add("let s = %s_swap(%s, %s)\nassert s.x == %s and s.y == %s\n", name, low, high, high, low);
    add("assert %s_behind(%s) == %s\n", name, high, high);
    add("print %s_behind(missing)\n", name);
    add("assert %s_last([%s, %s]) == %s\nassert %s_last([]) is missing\n", name, high, low, low,
        name);
    add("assert %s_reverse([%s, %s, %s]) == [%s, %s, %s]\n", name, low, high, high, high, high,
        low);
    add("assert %s_reverse([]) == []\n", name);
    for (int i = 0; i < 2; i++)
        add("assert %s_through(fn(n, x, y) { assert n == 1 and y == 2.5\nreturn x }, %s) == %s\n",
            name, i ? high : low, i ? high : low);
    expect_printed(strcmp(name, "bool") ? "0\n" : "false\n");
    close_host();
}

START_TEST(every_pointer) {
#define POINTERS(name, type, low, high) all_pointers(#name, #low, #high);
    EACH_TYPE(POINTERS)
}
END_TEST

START_TEST(out_of_range) {
    static const struct {
        const char *name, *below, *above, *range;
    } cases[] = {
        {"i8", "-129", "128", "takes -128 to 127"},
        {"i16", "-32769", "32768", "takes -32768 to 32767"},
        {"i32", "-2147483649", "2147483648", "takes -2147483648 to 2147483647"},
        {"u8", "-1", "256", "takes 0 to 255"},
        {"u16", "-1", "65536", "takes 0 to 65535"},
        {"u32", "-1", "4294967296", "takes 0 to 4294967295"},
        {"u64", "-1", "-9", "takes 0 to 9223372036854775807"},
        {"f32", "-1e39", "3.5e38", "outside the range of `f32`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int above = 0; above < 2; above++) {
            const char *name = cases[i].name, *value = above ? cases[i].above : cases[i].below;
            open_host();
            add("foreign \"%s\" { fn %s_behind(x: ref %s) -> %s }\nprint %s_behind(%s)",
                FOREIGN_LIBRARY, name, name, name, name, value);
            expect_error("E0409", cases[i].range);
            again();
            add("foreign \"%s\" { fn %s_last(x: buf<%s>, n: usize = len(x)) -> ref %s }\n"
                "print %s_last([1, %s])",
                FOREIGN_LIBRARY, name, name, name, name, value);
            expect_error("E0409", "element 2 of the argument `x`");
            again();
            add("foreign \"%s\" { fn %s_through(f: fn(i64, %s, f64) -> %s, x: %s) -> %s }\n"
                "print %s_through(fn(n, x, y) = %s, 1)",
                FOREIGN_LIBRARY, name, name, name, name, name, name, value);
            expect_error("E0409", "what the function given to");
            close_host();
        }
    open_host();
    library("fn too_large() -> u64");
    add("print too_large()");
    expect_error("E0401", "18446744073709551615, more than the largest int");
    close_host();
}
END_TEST

/* ---- structures ---- */

static void all_of_size(int n) {
    open_host();
    add("foreign \"%s\" {\n  struct s size %d { b: array<u8, %d> at 0 }\n", FOREIGN_LIBRARY, n, n);
    add("  fn turn_%d(before: f64, s: s, after: i16) -> s\n", n);
    add("  fn turn_behind_%d(s: inout s)\n}\n", n);
    add("let b = [");
    for (int i = 0; i < n; i++)
        add("%s%d", i ? ", " : "", 255 - i);
    add("]\nlet back = [");
    for (int i = n; i-- > 0;)
        add("%s%d", i < n - 1 ? ", " : "", 255 - i);
    add("]\nassert turn_%d(1.5, {b: b}, -3).b == back\n", n);
    add("assert turn_behind_%d({b: b}).b == back\n", n);
    run_well();
    close_host();
}

START_TEST(every_size) {
#define SIZES(n) all_of_size(n);
    EACH_SIZE(SIZES)
}
END_TEST

/* "(i8, f64)" as fields a and b; how many. */
static int add_fields(const char *types) {
    char copy[64];
    int n = 0;
    snprintf(copy, sizeof copy, "%s", types);
    for (char *word = strtok(copy, "(), "); word; word = strtok(NULL, "(), "), n++)
        add("%s%c: %s", n ? ", " : "", 'a' + n, word);
    return n;
}

static void all_of_shape(const char *name, const char *types) {
    open_host();
    add("foreign \"%s\" {\n  struct s { ", FOREIGN_LIBRARY);
    int n = add_fields(types);
    add(" }\n  fn grow_%s(before: f32, s: s, after: u8) -> s\n", name);
    add("  fn call_%s(f: fn(s, f64) -> s, s: s) -> s\n", name);
    add("  fn size_%s() -> u64\n}\nlet grown = grow_%s(0.25, {", name, name);
    for (int i = 0; i < n; i++)
        add("%s%c: %d", i ? ", " : "", 'a' + i, i + 3);
    add("}, 200)\n");
    for (int i = 0; i < n; i++)
        add("assert grown.%c == %d\n", 'a' + i, (i + 1) * (i + 3));
    add("let t = call_%s(fn(s, x) { assert x == 0.5\nreturn s }, {", name);
    for (int i = 0; i < n; i++)
        add("%s%c: %d", i ? ", " : "", 'a' + i, i + 5);
    add("})\n");
    for (int i = 0; i < n; i++)
        add("assert t.%c == %d\n", 'a' + i, (i + 1) * (i + 5));
    run_well();
    close_host();
}

START_TEST(every_shape) {
#define SHAPES(name, types) all_of_shape(#name, #types);
    EACH_SHAPE(SHAPES)
}
END_TEST

/* What the checker works out is what the compiler does: a wrong size is told with the right one. */
static void size_of_shape(const char *name, const char *types, size_t size) {
    open_host();
    add("foreign \"%s\" {\n  struct s size %zu { ", FOREIGN_LIBRARY, size);
    add_fields(types);
    add(" }\n  fn size_%s() -> u64\n}\nassert size_%s() == %zu\n", name, name, size);
    run_well();
    close_host();
}

typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint8_t u8;
typedef float f32;
typedef double f64;
#define SHAPE_1(A) A a;
#define SHAPE_2(A, B)                                                                              \
    A a;                                                                                           \
    B b;
#define SHAPE_3(A, B, C)                                                                           \
    A a;                                                                                           \
    B b;                                                                                           \
    C c;
#define SHAPE_4(A, B, C, D)                                                                        \
    A a;                                                                                           \
    B b;                                                                                           \
    C c;                                                                                           \
    D d;
#define SHAPE_5(A, B, C, D, E)                                                                     \
    A a;                                                                                           \
    B b;                                                                                           \
    C c;                                                                                           \
    D d;                                                                                           \
    E e;
#define SHAPE_N(a, b, c, d, e, n, ...) SHAPE_##n
#define SHAPE_OF(...) SHAPE_N(__VA_ARGS__, 5, 4, 3, 2, 1, 0)(__VA_ARGS__)

START_TEST(layouts){
#define LAYOUTS(name, types)                                                                       \
    {                                                                                              \
        struct shape {                                                                             \
            SHAPE_OF types                                                                         \
        };                                                                                         \
        size_of_shape(#name, #types, sizeof(struct shape));                                        \
    }
    EACH_SHAPE(LAYOUTS)} END_TEST

#define BOXES                                                                                      \
    "struct point { x: f32, y: f32 }\n"                                                            \
    "struct box size 56 { from: point; to: point at 8; label: text, weights: array<f64, 3> at "    \
    "24\n"                                                                                         \
    "  kind: i8 at 48 }\n"                                                                         \
    "fn flip(b: box) -> box\n"                                                                     \
    "fn area(b: ref box?) -> f64\n"                                                                \
    "fn corners(b: ref box, out_of: out buf<point, 4>, far: out f64)\n"                            \
    "fn middle(points: buf<point>, n: u32 = len(points)) -> point"

    START_TEST(nested) {
    open_host();
    library(BOXES);
    add("let b = {from: {x: 0.0, y: 1.0}, to: {x: 4.0, y: 3.5}, label: \"as given\", "
        "weights: [1.0, 2.0, 3.0], kind: 7}\n"
        "let f = flip(b)\n"
        "print f.from.x, f.to.y, f.label, f.weights, f.kind\n"
        "print area(b), area(missing)\n"
        "let c = corners(b)\n"
        "print len(c.out_of), c.out_of[3].x, c.out_of[4].y, c.far\n"
        "print middle(c.out_of)\n");
    expect_printed("4 1 flipped [3, 2, 1] -7\n10 -1\n4 4 1 4\n{x: 2, y: 2.25}\n");
    again();
    library(BOXES);
    add("print flip({from: {x: 0, y: 1}, to: {x: 4, y: 3.5}, label: \"a\", weights: [1, 2], kind: "
        "7})");
    expect_error("E0959", "has 2 elements, and the array has 3");
    close_host();
}
END_TEST

/* ---- texts ---- */

#define TEXTS                                                                                      \
    "fn times_freed() -> i32\n"                                                                    \
    "fn text_made(s: text, times: i32) -> give text? free text_freed\n"                            \
    "fn text_same(s: text?) -> text?\n"                                                            \
    "fn strict(s: text?) -> text named \"text_same\"\n"                                            \
    "fn text_broken() -> text\n"                                                                   \
    "fn text_kept(s: take text) -> usize\n"                                                        \
    "fn count_bytes(s: text, n: usize = bytes(s), byte: c_char) -> i32\n"                          \
    "fn longest(texts: buf<text>, n: usize = len(texts)) -> usize\n"                               \
    "fn write_name(to: out text<n>, n: i32) -> i32 fails unless 0\n"                               \
    "fn fill_all(to: out text<n>, n: usize)\n"                                                     \
    "fn message_out(number: i32, message: out borrow text?)\n"

START_TEST(texts) {
    open_host();
    library(TEXTS);
    add("print text_made(\"héé\", 2), text_made(\"\", 5) == \"\", text_made(\"x\", -1) is missing\n"
        "print times_freed()\n"
        "print text_same(\"same\"), text_same(missing) is missing\n"
        "print text_kept(\"héé\")\n"
        "print count_bytes(\"abcb\", byte: 98), count_bytes(\"abcabc\", byte: 97, n: 3)\n"
        "print longest([\"a\", \"abc\", \"ab\"])\n"
        "print write_name(20), fill_all(3), fill_all(0) == \"\"\n"
        "print message_out(1), message_out(0) is missing\n");
    expect_printed("hééhéé true true\n2\nsame true\n5\n2 1\n1\nHoover zzz true\ntold true\n");
    again();
    library(TEXTS);
    add("print strict(missing)");
    expect_error("E0954", "what `strict` gives is a pointer to nothing");
    again();
    library(TEXTS);
    add("print text_broken()");
    expect_error("E0955", "its byte 3 is not UTF-8");
    again();
    again();
    library(TEXTS);
    add("print write_name(5)");
    expect_error("E0956", "`write_name` failed with -1: errno is ERANGE");
    again();
    library(TEXTS);
    add("print fill_all(-1)");
    expect_error("E0409", "the argument `n` of `fill_all` is -1");
    again();
    library(TEXTS);
    add("print count_bytes(\"abc\", byte: 97, n: 4)");
    expect_error("E0959", "is 4, and `s` has 3");
    close_host();
}
END_TEST

/* ---- buffers ---- */

#define BUFFERS                                                                                    \
    "fn sum(x: buf<f64>, n: usize = len(x)) -> f64\n"                                              \
    "fn is_null(x: buf<f64>?) -> bool\n"

START_TEST(buffers) {
    open_host();
    library(BUFFERS);
    add("print sum([1, 2, 3.5]), sum([]), sum([1, 2, 3], 2)\n"
        "let rows = [{a: 1, b: 0.5}, {a: 2, b: 0.25}, {a: 4, b: 8.0}]\n"
        "print sum(from rows | select a), sum(from rows | where a > 1 | select b)\n"
        "print is_null([]), is_null(missing)\n");
    expect_printed("6.5 0 3\n7 8.25\nfalse true\n");
    again();
    library(BUFFERS);
    add("let rows = [{a: 1, b: 0.5}, {a: missing, b: 0.25}]\n"
        "print sum(from rows | select a)\n");
    expect_error("E0960", "element 2 of the argument `x` of `sum` is missing");
    again();
    library(BUFFERS);
    add("print sum([1.0], 2)");
    expect_error("E0959", "the argument `n` of `sum` is 2, and `x` has 1");
    close_host();
}
END_TEST

/* ---- failures ---- */

START_TEST(failures) {
    static const struct {
        const char *rule;
        int number, result;
        const char *words; /* NULL: it does not fail */
    } cases[] = {
        {"below 0", ENOENT, -1, "failed with -1: errno is ENOENT, no such file"},
        {"below 0", ENOENT, 0, NULL},
        {"below 0", 0, -7, "failed with -7"},
        {"above 0", EDOM, 1, "EDOM"},
        {"above 0", 0, 0, NULL},
        {"at -1", EACCES, -1, "EACCES"},
        {"at -1", EACCES, -2, NULL},
        {"unless 0", EINVAL, 3, "failed with 3: errno is EINVAL"},
        {"unless 0", 0, 0, NULL},
        {"on errno", 12345, 0, "failed: errno is 12345"},
        {"on errno", 0, -1, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_host();
        add("foreign \"%s\" { fn fails_with(number: i32, result: i32) -> i32 fails %s }\n"
            "fails_with(%d, %d)",
            FOREIGN_LIBRARY, cases[i].rule, cases[i].number, cases[i].result);
        if (cases[i].words)
            expect_error("E0956", cases[i].words);
        else
            run_well();
        close_host();
    }
    open_host();
    library("fn fails_as_double(number: i32, result: f64) -> f64 fails below 0.5\n"
            "fn nothing() -> ref i64");
    add("print fails_as_double(0, 0.5)\n"
        "try { print fails_as_double(33, 0.25) } catch e { print e.code }\n"
        "try { print nothing() } catch e { print e.code }\n");
    expect_printed("0.5\nE0956\nE0954\n");
    close_host();
}
END_TEST

/* ---- handles ---- */

#define COUNTERS                                                                                   \
    "handle counter free counter_free\n"                                                           \
    "handle other\n"                                                                               \
    "fn counter_new(n: i64) -> counter\n"                                                          \
    "fn maybe_new(n: i64) -> counter? named \"counter_new\"\n"                                     \
    "fn other_new(n: i64) -> other named \"counter_new\"\n"                                        \
    "fn counter_free(c: take counter)\n"                                                           \
    "fn counter_add(c: counter, n: i64) -> i64\n"                                                  \
    "fn add_maybe(c: counter?, n: i64) -> i64 named \"counter_add\"\n"                             \
    "fn counter_child(c: counter) -> counter\n"                                                    \
    "fn counter_self(c: counter) -> borrow counter\n"                                              \
    "fn counter_open(n: i64, c: out counter, answer: i32) -> i32 fails unless 0\n"                 \
    "fn counters(which: i32) -> i64\n"                                                             \
    "fn counters_reset()\n"

/* How many were made, released, and released wrongly, asked after the interpreter is gone. */
static void expect_counters(const char *expected) {
    open_host();
    library(COUNTERS);
    add("print counters(0), counters(1), counters(2)\ncounters_reset()\n");
    expect_printed(expected);
    close_host();
}

START_TEST(handles) {
    open_host();
    library(COUNTERS);
    add("counters_reset()\n"
        "let c = counter_new(5)\n"
        "fn more(c: counter) -> int = counter_add(c, 2)\n"
        "print more(c), more(c), add_maybe(missing, 1)\n"
        "print maybe_new(-1) is missing\n"
        "let d = counter_open(40, 0)\n"
        "print counter_add(d, 2)\n"
        "let child = counter_child(c)\n"
        "print counter_add(counter_self(c), 0)\n"
        "print counters(0), counters(1)\n");
    expect_printed("7 9 -1\ntrue\n42\n10\n3 0\n");
    close_host();
    expect_counters("3 3 0\n");
}
END_TEST

START_TEST(handles_are_collected) {
    open_host();
    library(COUNTERS);
    add("counters_reset()\n"
        "for i in 1 .. 5000 { counter_add(counter_child(counter_new(0)), 1) }\n"
        "print counters(0), counters(0) - counters(1) < 1200, counters(2)\n");
    expect_printed("10000 true 0\n");
    close_host();
    expect_counters("10000 10000 0\n");
}
END_TEST

START_TEST(handles_that_are_gone) {
    open_host();
    library(COUNTERS);
    add("counters_reset()\nlet c = counter_new(1)\nlet me = counter_self(c)\ncounter_free(c)\n"
        "try { counter_add(c, 1) } catch e { print e.code, e.message }\n"
        "try { counter_free(c) } catch e { print e.code }\n"
        "try { counter_add(me, 1) } catch e { print e.message }\n"
        "let p = counter_new(1)\nlet k = counter_child(p)\n"
        "try { counter_free(p) } catch e { print e.message }\n"
        "counter_free(k)\ncounter_free(p)\n"
        "try { counter_open(1, 7) } catch e { print e.message }\n");
    expect_printed(
        "E0957 the argument `c` of `counter_add`, a `counter`, was released already\n"
        "E0957\n"
        "the argument `c` of `counter_add`, a `counter`, was released already, with what it was "
        "made from\n"
        "the argument `c` of `counter_free`, a `counter`, cannot go: 1 other handle was made with "
        "it\n"
        "`counter_open` failed with 7\n");
    again();
    library(COUNTERS);
    add("print counter_add(other_new(1), 1)");
    expect_error("E0207", "is a `other`, and a `counter` is needed");
    again();
    library(COUNTERS);
    add("print counter_add(counter_new(-1), 1)");
    expect_error("E0954", "what `counter_new` gives is a pointer to nothing");
    close_host();
    expect_counters("4 4 0\n");
}
END_TEST

/* ---- callbacks ---- */

#define CALLBACKS                                                                                  \
    "fn integral(f: fn(x: f64, data: ptr) -> f64, data: ptr, a: f64, b: f64, n: i32) -> f64\n"     \
    "struct integrand { function: fn(f64, ptr) -> f64, data: ptr, scale: f64 }\n"                  \
    "fn integral_of(f: ref integrand, to: f64) -> f64\n"                                           \
    "fn each_text(texts: buf<text>, n: usize = len(texts), f: fn(text, i32) -> bool) -> i32\n"     \
    "fn norm(f: fn(buf<f64, 3>) -> f64, x: buf<f64>) -> f64\n"                                     \
    "fn keep(f: fn(f64) -> f64) -> f64\n"                                                          \
    "fn call_kept(x: f64) -> f64\n"                                                                \
    "fn in_thread(f: fn(f64) -> f64) -> f64\n"

START_TEST(callbacks) {
    open_host();
    library(CALLBACKS);
    add("print round(integral(fn(x) = x * x, 0, 3, 1000), 3)\n"
        "let k = 2\nprint round(integral_of({function: fn(x) = k * x, scale: 10}, 1), 6)\n"
        "var seen = \"\"\n"
        "let note = fn(t, i) { seen = seen + t + text(i)\nreturn t == \"b\" }\n"
        "print each_text([\"a\", \"b\", \"c\"], f: note), seen\n"
        "print norm(fn(x) = x[1] + x[2] * x[3], [2, 3, 6])\n"
        "print round(integral(fn(x) = integral(fn(y) = x * y, 0, 2, 10), 0, 3, 10), 6)\n");
    expect_printed("9\n10\n1 a0b1c2\n20\n9\n");
    close_host();
}
END_TEST

START_TEST(errors_in_callbacks) {
    open_host();
    library(CALLBACKS);
    add("var calls = 0\n"
        "let bad = fn(x) { calls = calls + 1\nif calls == 3 { fail \"third\" }\nreturn x }\n"
        "try { print integral(bad, 0, 1, 1000) } catch e { print e.message, calls }\n"
        "fn deep(x: float) -> float { return integral(fn(y) = [1.0][9], 0, x, 5) }\n"
        "try { print integral(deep, 0, 1, 5) } catch e { print e.code }\n"
        "print round(integral(fn(x) = x, 0, 2, 10), 6)\n");
    expect_printed("third 3\nE0402\n2\n");
    again();
    library(CALLBACKS);
    add("fn round_and_round(x: float) -> float { return integral(round_and_round, 0, x, 1) }\n"
        "print round_and_round(1)");
    expect_error("E0408", "deep");
    close_host();
}
END_TEST

START_TEST(stray_callbacks) {
    open_host();
    library(CALLBACKS);
    add("print keep(fn(x) = x + 1)\n"
        "try { print call_kept(5) } catch e { print e.code, e.message }\n"
        "try { print in_thread(fn(x) = x + 1) } catch e { print e.code, e.message }\n"
        "print keep(fn(x) = x + 2)\n");
    expect_printed("2\nE0958 C called a function of Spoke after its call had ended\n"
                   "E0958 C called a function of Spoke from another thread\n3\n");
    close_host();
}
END_TEST

/* ---- what is allowed ---- */

static spoke_status run_allowed(const char *rule, uint32_t capabilities, const char *text) {
    open_with(&rule, rule ? 1 : 0, capabilities, 0);
    ck_assert_ptr_nonnull(h.sp);
    add("%s", text);
    return run_text();
}

START_TEST(permission) {
    static const char script[] = "foreign \"" FOREIGN_LIBRARY "\" { fn sum(x: buf<f64>, n: usize = "
                                 "len(x)) -> f64 }\nprint sum([1.0])";
    static const struct {
        const char *rule;
        spoke_status status;
    } cases[] = {{NULL, SPOKE_DENIED},
                 {FOREIGN_LIBRARY, SPOKE_OK},
                 {FOREIGN_LIBRARY ":sum", SPOKE_OK},
                 {FOREIGN_LIBRARY ":s*", SPOKE_OK},
                 {FOREIGN_LIBRARY ":*um", SPOKE_OK},
                 {"*:sum", SPOKE_OK},
                 {"*", SPOKE_OK},
                 {FOREIGN_LIBRARY ":su", SPOKE_DENIED},
                 {FOREIGN_LIBRARY ":sums", SPOKE_DENIED},
                 {FOREIGN_LIBRARY ":", SPOKE_DENIED},
                 {"foreign-test.so", SPOKE_DENIED},
                 {"", SPOKE_DENIED},
                 {"libm.so.6", SPOKE_DENIED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        spoke_status got = run_allowed(cases[i].rule, SPOKE_CAN_LOAD_CODE, script);
        ck_assert_msg(got == cases[i].status, "%s", cases[i].rule);
        close_host();
    }
    ck_assert_int_eq(run_allowed(FOREIGN_LIBRARY, 0, script), SPOKE_DENIED);
    close_host();
    /* What is freed with is asked for too, before there is anything to free. */
    static const char freeing[] = "foreign \"" FOREIGN_LIBRARY
                                  "\" { fn text_made(s: text, n: i32) -> give text free text_freed "
                                  "}\nprint text_made(\"a\", 1)";
    ck_assert_int_eq(run_allowed(FOREIGN_LIBRARY ":text_made", SPOKE_CAN_LOAD_CODE, freeing),
                     SPOKE_DENIED);
    close_host();
}
END_TEST

START_TEST(dropped) {
    open_host();
    library(BUFFERS);
    add("fn go() = sum([1.0])\nprint go()");
    run_well();
    spoke_drop(h.sp, SPOKE_CAN_LOAD_CODE);
    add("print sum([1.0])");
    expect_error("E0410", "may not be loaded here");
    close_host();
}
END_TEST

START_TEST(not_there) {
    static const char *const scripts[] = {"foreign \"libno_such_library.so.9\" { fn sum() }\nsum()",
                                          "foreign \"" FOREIGN_LIBRARY
                                          "\" { fn no_such_function() }\nno_such_function()",
                                          "foreign \"\" { fn sum() }\nsum()"};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        ck_assert_int_eq(run_allowed("*", SPOKE_CAN_LOAD_CODE, scripts[i]), SPOKE_FAILED);
        spoke_diag d;
        ck_assert_int_eq(spoke_diag_at(h.sp, 0, &d), SPOKE_OK);
        ck_assert_int_eq(strncmp(d.code.p, "E0604", 5), 0);
        close_host();
    }
}
END_TEST

/* ---- no memory ---- */

/* Fails every allocation from the nth on, for growing n, in a script that does all there is. */
START_TEST(no_memory) {
    static const char script[] =
        "let b = {from: {x: 0.0, y: 1.0}, to: {x: 4.0, y: 3.5}, label: \"as given\", "
        "weights: [1.0, 2.0, 3.0], kind: 7}\n"
        "print flip(b).label\n"
        "print text_made(\"ab\", 2), text_kept(\"abc\")\n"
        "let c = counter_child(counter_new(1))\n"
        "print counter_open(1, 0) is missing\n"
        "print integral(fn(x) = x, 0, 1, 4)\n"
        "print len(corners(b).out_of)\n";
    bool done = false;
    for (uint64_t n = 1; !done; n += n < 400 ? 7 : 13) {
        open_with(everything, 1, SPOKE_CAN_LOAD_CODE, n);
        if (!h.sp)
            continue;
        library(BOXES "\n" TEXTS COUNTERS CALLBACKS);
        add("%s", script);
        spoke_status s = run_text();
        ck_assert(s == SPOKE_OK || s == SPOKE_NO_MEMORY);
        done = s == SPOKE_OK;
        close_host();
    }
    ck_assert_str_eq(h.printed, "flipped\nabab 3\nfalse\n0.5\n4\n");
    open_host();
    library(COUNTERS);
    add("print counters(0) == counters(1), counters(2)\ncounters_reset()");
    expect_printed("true 0\n");
    close_host();
}
END_TEST

static void *kept;

/* So that its counters outlive an interpreter. */
static void keep_library(void) {
    kept = dlopen(FOREIGN_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    ck_assert_ptr_nonnull(kept);
}

static void let_library_go(void) {
    dlclose(kept);
}

Suite *foreign_suite(void) {
    Suite *s = suite_create("foreign");
    TCase *t = tcase_create("foreign");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, keep_library, let_library_go);
    tcase_add_test(t, every_place);
    tcase_add_test(t, every_pointer);
    tcase_add_test(t, out_of_range);
    tcase_add_test(t, every_size);
    tcase_add_test(t, every_shape);
    tcase_add_test(t, layouts);
    tcase_add_test(t, nested);
    tcase_add_test(t, texts);
    tcase_add_test(t, buffers);
    tcase_add_test(t, failures);
    tcase_add_test(t, handles);
    tcase_add_test(t, handles_are_collected);
    tcase_add_test(t, handles_that_are_gone);
    tcase_add_test(t, callbacks);
    tcase_add_test(t, errors_in_callbacks);
    tcase_add_test(t, stray_callbacks);
    tcase_add_test(t, permission);
    tcase_add_test(t, dropped);
    tcase_add_test(t, not_there);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return s;
}
