/* Calls to functions of the C and mathematics libraries, whose answers the C standard gives, and
 * everything that is refused: libraries, functions, capabilities, arguments, memory. */
#include "suites.h"

#include "foreign/foreign.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>

enum { MOST = 3 };

static struct alloc alloc;
static struct arena arena;
static jmp_buf no_memory; /* never jumped to */
static struct sources sources;
static struct diags diags;
static struct foreign_loader loader;
static struct control control;
static struct span here;

static void open_all(void) {
    alloc_init(&alloc, NULL, NULL, 0);
    arena_init(&arena, &alloc);
    arena.escape = &no_memory;
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    foreign_loader_init(&loader, &alloc);
    control_init(&control);
    control.capabilities = CAN_LOAD_CODE;
    here = (struct span){1, 0, 1};
}

static void close_all(void) {
    foreign_loader_free(&loader);
    arena_free(&arena);
    ck_assert_uint_eq(alloc.used, 0);
}

#define LIBC "libc.so.6"
#define LIBM "libm.so.6"

/* One declared function, by its types: the result, then the parameters up to VOID. */
struct declared {
    const char *library, *name;
    enum foreign_type types[1 + MOST];
    uint32_t n;
};

static struct foreign *declare(const struct declared *d) {
    struct foreign *f = ARENA_NEW(&arena, struct foreign);
    f->library = str_of(d->library);
    f->name = str_of(d->name);
    f->result = d->types[0];
    f->n = d->n;
    f->parameters = ARENA_ARRAY(&arena, enum foreign_type, d->n + 1);
    memcpy(f->parameters, d->types + 1, d->n * sizeof *f->parameters);
    f->span = here;
    return f;
}

static struct foreign *prepared(const struct declared *d) {
    struct foreign *f = declare(d);
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_OK);
    ck_assert_ptr_nonnull(f->prepared);
    return f;
}

static union word call(const struct declared *d, const union word *arguments) {
    union word result = {.i = 12345};
    ck_assert_int_eq(foreign_call(prepared(d), arguments, &result, &diags, here), ST_OK);
    ck_assert_uint_eq(diags.all.n, 0);
    return result;
}

static const struct diag *only_diag(enum code code) {
    ck_assert_uint_eq(diags.all.n, 1);
    ck_assert_str_eq(code_id(diags.all.at[0]->code), code_id(code));
    return diags.all.at[0];
}

static bool holds(struct str text, const char *part) {
    return strstr(text.p, part) != NULL; /* diagnostics end their texts with a zero byte */
}

START_TEST(integers) {
    static const struct {
        struct declared f;
        int64_t given, wanted;
    } cases[] = {
        {{LIBC, "abs", {FOREIGN_I32, FOREIGN_I32}, 1}, -7, 7},
        {{LIBC, "abs", {FOREIGN_I32, FOREIGN_I32}, 1}, -INT32_MAX, INT32_MAX},
        {{LIBC, "llabs", {FOREIGN_I64, FOREIGN_I64}, 1}, -INT64_MAX, INT64_MAX},
        {{LIBC, "toupper", {FOREIGN_I32, FOREIGN_I32}, 1}, 'q', 'Q'},
        {{LIBC, "toupper", {FOREIGN_I8, FOREIGN_I8}, 1}, 'a', 'A'},
        {{LIBC, "toupper", {FOREIGN_I32, FOREIGN_U8}, 1}, 'z', 'Z'},
        {{LIBC, "abs", {FOREIGN_I32, FOREIGN_I16}, 1}, INT16_MIN, 32768},
        /* Narrow results: 200 and 40000 in one and two bytes. */
        {{LIBC, "abs", {FOREIGN_U8, FOREIGN_I32}, 1}, -200, 200},
        {{LIBC, "abs", {FOREIGN_I8, FOREIGN_I32}, 1}, -200, 200 - 256},
        {{LIBC, "abs", {FOREIGN_U16, FOREIGN_I32}, 1}, -40000, 40000},
        {{LIBC, "abs", {FOREIGN_I16, FOREIGN_I32}, 1}, -40000, 40000 - 65536},
        {{LIBC, "llabs", {FOREIGN_U64, FOREIGN_U64}, 1}, INT64_MAX, INT64_MAX},
        {{LIBC, "abs", {FOREIGN_BOOL, FOREIGN_I32}, 1}, -7, 1},
        {{LIBC, "abs", {FOREIGN_BOOL, FOREIGN_I32}, 1}, 0, 0},
        {{LIBC, "abs", {FOREIGN_I32, FOREIGN_BOOL}, 1}, 1, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        ck_assert_int_eq(call(&cases[i].f, &(union word){.i = cases[i].given}).i, cases[i].wanted);
}
END_TEST

/* There and back: a u32 above INT32_MAX and a u16 above INT16_MAX keep their value. */
START_TEST(byte_order_round_trip) {
    struct declared out = {LIBC, "htonl", {FOREIGN_U32, FOREIGN_U32}, 1};
    struct declared back = {LIBC, "ntohl", {FOREIGN_U32, FOREIGN_U32}, 1};
    union word there = call(&out, &(union word){.i = 0xFEDCBA98});
    uint32_t bytes = (uint32_t)there.i;
    ck_assert_uint_eq(*(unsigned char *)&bytes, 0xFE);
    ck_assert_int_eq(call(&back, &there).i, 0xFEDCBA98);
    struct declared out16 = {LIBC, "htons", {FOREIGN_U16, FOREIGN_U16}, 1};
    struct declared back16 = {LIBC, "ntohs", {FOREIGN_U16, FOREIGN_U16}, 1};
    ck_assert_int_eq(
        call(&back16, &(union word){.i = call(&out16, &(union word){.i = 0xFEDC}).i}).i, 0xFEDC);
}
END_TEST

START_TEST(floats) {
    struct declared root = {LIBM, "cbrt", {FOREIGN_F64, FOREIGN_F64}, 1};
    ck_assert_double_eq_tol(call(&root, &(union word){.f = 27.0}).f, 3.0, 1e-15);
    struct declared side = {LIBM, "hypot", {FOREIGN_F64, FOREIGN_F64, FOREIGN_F64}, 2};
    ck_assert_double_eq(call(&side, (union word[]){{.f = 3.0}, {.f = 4.0}}).f, 5.0);
    struct declared scale = {LIBM, "ldexp", {FOREIGN_F64, FOREIGN_F64, FOREIGN_I32}, 2};
    ck_assert_double_eq(call(&scale, (union word[]){{.f = 0.75}, {.i = 4}}).f, 12.0);
    struct declared fused = {LIBM, "fma", {FOREIGN_F64, FOREIGN_F64, FOREIGN_F64, FOREIGN_F64}, 3};
    ck_assert_double_eq(call(&fused, (union word[]){{.f = 2.0}, {.f = 3.0}, {.f = 4.0}}).f, 10.0);
    struct declared exponent = {LIBM, "ilogb", {FOREIGN_I32, FOREIGN_F64}, 1};
    ck_assert_int_eq(call(&exponent, &(union word){.f = 0.125}).i, -3);
    struct declared nearest = {LIBM, "llrint", {FOREIGN_I64, FOREIGN_F64}, 1};
    ck_assert_int_eq(call(&nearest, &(union word){.f = -2.0}).i, -2);
}
END_TEST

START_TEST(single_floats) {
    struct declared size = {LIBM, "fabsf", {FOREIGN_F32, FOREIGN_F32}, 1};
    ck_assert_double_eq(call(&size, &(union word){.f = -1.5}).f, 1.5);
    ck_assert_double_eq(call(&size, &(union word){.f = -0.1}).f, (double)0.1f);
    ck_assert_double_eq(call(&size, &(union word){.f = -(double)FLT_MAX}).f, (double)FLT_MAX);
    ck_assert_double_infinite(call(&size, &(union word){.f = -HUGE_VAL}).f);
    struct declared side = {LIBM, "hypotf", {FOREIGN_F32, FOREIGN_F32, FOREIGN_F32}, 2};
    ck_assert_double_eq(call(&side, (union word[]){{.f = 6.0}, {.f = 8.0}}).f, 10.0);
}
END_TEST

START_TEST(nothing_given) {
    struct declared seed = {LIBC, "srand", {FOREIGN_VOID, FOREIGN_U32}, 1};
    struct declared next = {LIBC, "rand", {FOREIGN_I32}, 0};
    ck_assert_int_eq(call(&seed, &(union word){.i = 42}).i, 12345);
    int64_t first = call(&next, NULL).i;
    call(&seed, &(union word){.i = 42});
    ck_assert_int_eq(call(&next, NULL).i, first);
}
END_TEST

START_TEST(arguments_are_never_cut) {
    static const struct {
        enum foreign_type type;
        int64_t low, high;
        const char *name, *range;
    } cases[] = {
        {FOREIGN_I8, -128, 127, "`i8`", "-128 to 127"},
        {FOREIGN_I16, -32768, 32767, "`i16`", "-32768 to 32767"},
        {FOREIGN_I32, -2147483648LL, 2147483647, "`i32`", "-2147483648 to 2147483647"},
        {FOREIGN_U8, 0, 255, "`u8`", "0 to 255"},
        {FOREIGN_U16, 0, 65535, "`u16`", "0 to 65535"},
        {FOREIGN_U32, 0, 4294967295LL, "`u32`", "0 to 4294967295"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct declared d = {LIBM, "ldexp", {FOREIGN_F64, FOREIGN_F64, cases[i].type}, 2};
        struct foreign *f = prepared(&d);
        union word result = {.i = 0}, given[2] = {{.f = 0.0}, {.i = cases[i].low}};
        ck_assert_int_eq(foreign_call(f, given, &result, &diags, here), ST_OK);
        given[1].i = cases[i].high;
        ck_assert_int_eq(foreign_call(f, given, &result, &diags, here), ST_OK);
        given[1].i = cases[i].high + 1;
        ck_assert_int_eq(foreign_call(f, given, &result, &diags, here), ST_FAILED);
        const struct diag *g = only_diag(E0409);
        ck_assert(holds(g->message, "argument 2 of `ldexp`"));
        ck_assert(holds(g->message, cases[i].name));
        ck_assert(holds(g->message, cases[i].range));
        diags_init(&diags, &arena);
        given[1].i = cases[i].low - 1;
        ck_assert_int_eq(foreign_call(f, given, &result, &diags, here), ST_FAILED);
        only_diag(E0409);
        diags_init(&diags, &arena);
    }
}
END_TEST

START_TEST(negative_for_u64) {
    struct declared d = {LIBC, "llabs", {FOREIGN_I64, FOREIGN_U64}, 1};
    union word result;
    ck_assert_int_eq(foreign_call(prepared(&d), &(union word){.i = -1}, &result, &diags, here),
                     ST_FAILED);
    only_diag(E0409);
}
END_TEST

START_TEST(too_large_for_f32) {
    struct declared d = {LIBM, "fabsf", {FOREIGN_F32, FOREIGN_F32}, 1};
    union word result;
    ck_assert_int_eq(foreign_call(prepared(&d), &(union word){.f = 1e39}, &result, &diags, here),
                     ST_FAILED);
    ck_assert(holds(only_diag(E0409)->message, "`f32`"));
}
END_TEST

START_TEST(result_above_the_largest_int) {
    struct declared d = {LIBM, "llrint", {FOREIGN_U64, FOREIGN_F64}, 1};
    union word result;
    ck_assert_int_eq(foreign_call(prepared(&d), &(union word){.f = -1.0}, &result, &diags, here),
                     ST_FAILED);
    ck_assert(holds(only_diag(E0401)->message, "18446744073709551615"));
}
END_TEST

START_TEST(missing_library) {
    struct declared d = {"libno_such_library.so.9", "cbrt", {FOREIGN_F64, FOREIGN_F64}, 1};
    struct foreign *f = declare(&d);
    f->span = (struct span){1, 8, 33};
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_FAILED);
    const struct diag *g = only_diag(E0604);
    ck_assert(holds(g->message, "`libno_such_library.so.9`"));
    ck_assert_uint_eq(g->notes.n, 1);
    ck_assert(holds(g->notes.at[0], "libno_such_library.so.9"));
    ck_assert_uint_eq(g->span.start, 8);
    ck_assert_ptr_null(f->prepared);
    ck_assert_ptr_null(loader.libraries);
}
END_TEST

START_TEST(missing_function) {
    struct declared d = {LIBM, "no_such_function", {FOREIGN_F64, FOREIGN_F64}, 1};
    struct foreign *f = declare(&d);
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_FAILED);
    const struct diag *g = only_diag(E0604);
    ck_assert(holds(g->message, "`no_such_function`"));
    ck_assert_uint_eq(g->notes.n, 1);
    ck_assert_uint_eq(g->helps.n, 0);
    ck_assert_ptr_null(f->prepared);
}
END_TEST

/* The system would take these for the program itself, and for libm. */
START_TEST(names_that_are_no_library) {
    struct declared d = {"", "abs", {FOREIGN_I32, FOREIGN_I32}, 1};
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, declare(&d)), ST_FAILED);
    only_diag(E0604);
    diags_init(&diags, &arena);
    struct foreign *f = declare(&d);
    f->library = STR(LIBM "\0x");
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_FAILED);
    only_diag(E0604);
}
END_TEST

START_TEST(capability) {
    struct declared d = {LIBM, "cbrt", {FOREIGN_F64, FOREIGN_F64}, 1};
    struct foreign *f = declare(&d);
    control.capabilities = CAN_ALL & ~(unsigned)CAN_LOAD_CODE;
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_DENIED);
    only_diag(E0410);
    ck_assert_ptr_null(loader.libraries);
    ck_assert_int_eq(foreign_call(f, &(union word){.f = 1.0}, &(union word){0}, &diags, here),
                     ST_MISUSE);
    /* Dropped after the function was prepared. */
    diags_init(&diags, &arena);
    control.capabilities = CAN_LOAD_CODE;
    f = prepared(&d);
    control.capabilities = 0;
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_DENIED);
    only_diag(E0410);
}
END_TEST

START_TEST(opened_and_prepared_once) {
    struct declared d = {LIBM, "cbrt", {FOREIGN_F64, FOREIGN_F64}, 1};
    struct declared e = {LIBM, "exp2", {FOREIGN_F64, FOREIGN_F64}, 1};
    struct foreign *f = prepared(&d);
    const void *before = f->prepared, *library = loader.libraries;
    ck_assert_int_eq(foreign_prepare(&loader, &control, &diags, f), ST_OK);
    ck_assert_ptr_eq(f->prepared, before);
    ck_assert_double_eq(call(&e, &(union word){.f = 5.0}).f, 32.0);
    ck_assert_ptr_eq(loader.libraries, library);
}
END_TEST

/* Each request of the loader refused in turn: nothing half done, and the next try works. */
START_TEST(without_memory) {
    struct declared d = {LIBM, "hypot", {FOREIGN_F64, FOREIGN_F64, FOREIGN_F64}, 2};
    for (uint64_t k = 1; k <= 3; k++) {
        struct alloc own;
        alloc_init(&own, NULL, NULL, 0);
        struct foreign_loader tight;
        foreign_loader_init(&tight, &own);
        own.fail_at = k;
        struct foreign *f = declare(&d);
        ck_assert_int_eq(foreign_prepare(&tight, &control, &diags, f), ST_NO_MEMORY);
        ck_assert_ptr_null(f->prepared);
        ck_assert_int_eq(foreign_prepare(&tight, &control, &diags, f), ST_OK);
        foreign_loader_free(&tight);
        ck_assert_uint_eq(own.used, 0);
    }
}
END_TEST

Suite *foreign_suite(void) {
    Suite *s = suite_create("foreign");
    TCase *c = tcase_create("foreign");
    tcase_add_checked_fixture(c, open_all, close_all);
    tcase_add_test(c, integers);
    tcase_add_test(c, byte_order_round_trip);
    tcase_add_test(c, floats);
    tcase_add_test(c, single_floats);
    tcase_add_test(c, nothing_given);
    tcase_add_test(c, arguments_are_never_cut);
    tcase_add_test(c, negative_for_u64);
    tcase_add_test(c, too_large_for_f32);
    tcase_add_test(c, result_above_the_largest_int);
    tcase_add_test(c, missing_library);
    tcase_add_test(c, missing_function);
    tcase_add_test(c, names_that_are_no_library);
    tcase_add_test(c, capability);
    tcase_add_test(c, opened_and_prepared_once);
    tcase_add_test(c, without_memory);
    suite_add_tcase(s, c);
    return s;
}
