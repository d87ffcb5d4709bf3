/* Units of measurement: one pointer for one unit however it is written, products and quotients, the
 * types that carry them, and memory running out at every single request. */
#include "suites.h"
#include "types_world.h"
#include <setjmp.h>
#include <stdio.h>

/* Units are made where the arena has an escape, which these tests never take. */
static void open_with_escape(struct world *w, jmp_buf *escape) {
    world_open(w);
    w->arena.escape = escape;
}

static void expect_unit(struct world *w, const char *written, const char *text) {
    const struct unit_of_measure *u = unit_read(&w->types, str_of(written));
    if (!text) {
        ck_assert_ptr_null(u);
        return;
    }
    ck_assert_ptr_nonnull(u);
    ck_assert_msg(str_is(u->text, text), "%s: %.*s", written, STR_ARG(u->text));
    ck_assert_ptr_eq(unit_read(&w->types, str_of(text)), u);
}

START_TEST(units_are_read_and_written) {
    struct world w;
    jmp_buf escape;
    if (setjmp(escape))
        ck_abort_msg("out of memory");
    open_with_escape(&w, &escape);
    expect_unit(&w, "min", "min");
    expect_unit(&w, "  school days ", "school days");
    expect_unit(&w, "min per day", "min per day");
    expect_unit(&w, "min/day", "min per day");
    expect_unit(&w, "min / day", "min per day");
    expect_unit(&w, "day*min", "day*min");
    expect_unit(&w, "min * day", "day*min");
    expect_unit(&w, "m*m", "m^2");
    expect_unit(&w, "m^2 per m", "m");
    expect_unit(&w, "m per m^3", "per m^2");
    expect_unit(&w, "per 1000 students", "per 1000 students");
    expect_unit(&w, "visits per school per day", "visits per day*school");
    expect_unit(&w, "a per b*c", "a per b*c");
    expect_unit(&w, "%", "%");
    expect_unit(&w, "x^", "x^");
    expect_unit(&w, "^2", "^2");
    expect_unit(&w, "per", "per");
    expect_unit(&w, "min per min", NULL);
    expect_unit(&w, "", NULL);
    expect_unit(&w, " ", NULL);
    expect_unit(&w, "a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q", NULL); /* 17 parts */
    ck_assert_ptr_ne(unit_read(&w.types, STR("day")), unit_read(&w.types, STR("days")));
    world_close(&w);
}
END_TEST

START_TEST(units_multiply_and_divide) {
    struct world w;
    jmp_buf escape;
    if (setjmp(escape))
        ck_abort_msg("out of memory");
    open_with_escape(&w, &escape);
    struct types *t = &w.types;
    const struct unit_of_measure *minutes = unit_read(t, STR("min")),
                                 *day = unit_read(t, STR("day"));
    const struct unit_of_measure *pace = unit_quotient(t, minutes, day);
    ck_assert(unit_is(pace, "min per day"));
    ck_assert_ptr_eq(unit_product(t, pace, day), minutes);
    ck_assert_ptr_eq(unit_product(t, day, pace), minutes);
    ck_assert_ptr_eq(unit_product(t, minutes, day), unit_read(t, STR("min*day")));
    ck_assert_ptr_null(unit_quotient(t, minutes, minutes));
    ck_assert_ptr_eq(unit_quotient(t, minutes, NULL), minutes);
    ck_assert(unit_is(unit_quotient(t, NULL, minutes), "per min"));
    ck_assert_ptr_null(unit_product(t, NULL, NULL));
    const struct unit_of_measure *power = minutes;
    for (int i = 2; i <= 99; i++)
        power = unit_product(t, power, minutes);
    ck_assert(unit_is(power, "min^99"));
    ck_assert_ptr_null(unit_product(t, power, minutes));
    world_close(&w);
}
END_TEST

static void expect_type(struct world *w, const struct type *t, const char *text) {
    struct str printed = type_text(&w->arena, t);
    ck_assert_msg(str_is(printed, text), "%.*s", STR_ARG(printed));
}

START_TEST(types_carry_units) {
    struct world w;
    jmp_buf escape;
    if (setjmp(escape))
        ck_abort_msg("out of memory");
    open_with_escape(&w, &escape);
    struct types *t = &w.types;
    const struct unit_of_measure *minutes = unit_read(t, STR("min")),
                                 *hours = unit_read(t, STR("h"));
    const struct type *whole = type_scalar(t, TY_INT, false);
    const struct type *x = type_in_unit(t, whole, minutes);
    expect_type(&w, x, "int \"min\"");
    ck_assert_ptr_eq(type_in_unit(t, whole, minutes), x);
    ck_assert_ptr_ne(type_in_unit(t, whole, hours), x);
    ck_assert_ptr_eq(type_in_unit(t, x, NULL), whole);
    ck_assert_ptr_eq(type_unitless(t, x), whole);
    const struct type *maybe = type_nullable(t, x, true);
    expect_type(&w, maybe, "int \"min\"?");
    ck_assert_ptr_eq(type_nullable(t, maybe, false), x);
    ck_assert_ptr_eq(type_in_unit(t, maybe, hours),
                     type_in_unit(t, type_nullable(t, whole, true), hours));
    ck_assert_int_eq(type_storage(x), STORE_WORD);
    /* Lists, maps, ranges, records and signatures hold plain numbers, columns do not. */
    ck_assert_ptr_eq(type_list(t, x), type_list(t, whole));
    ck_assert_ptr_eq(type_map(t, x, x), type_map(t, whole, whole));
    ck_assert_ptr_eq(type_range(t, x), type_range(t, whole));
    struct field with[] = {{STR("n"), whole}, {STR("m"), x}};
    struct field without[] = {{STR("n"), whole}, {STR("m"), whole}};
    ck_assert_ptr_eq(type_record(t, with, 2), type_record(t, without, 2));
    ck_assert_ptr_eq(type_signature(t, with, 2, x), type_signature(t, without, 2, whole));
    ck_assert_ptr_ne(type_relation(t, with, 2, NULL, 0), type_relation(t, without, 2, NULL, 0));
    ck_assert_ptr_eq(with[1].type, x);
    world_close(&w);
}
END_TEST

static const struct type *some_types(struct types *t) {
    const struct unit_of_measure *pace = unit_read(t, STR("min per day"));
    pace = unit_product(t, pace, unit_read(t, STR("school^2")));
    const struct type *x = type_in_unit(t, type_scalar(t, TY_FLOAT, true), pace);
    struct field field = {STR("x"), x};
    type_record(t, &field, 1);
    return type_relation(t, &field, 1, NULL, 0);
}

START_TEST(memory_runs_out) {
    volatile bool done = false;
    volatile uint64_t refused = 0;
    for (volatile uint64_t fail_at = 1; !done; fail_at++) {
        struct world w;
        jmp_buf escape;
        open_with_escape(&w, &escape);
        w.alloc.fail_at = fail_at;
        if (setjmp(escape) == 0) {
            const struct type *made = some_types(&w.types);
            ck_assert(str_is(made->fields[0].type->unit->text, "min*school^2 per day"));
            done = w.alloc.calls < fail_at;
        } else {
            refused++;
        }
        w.alloc.fail_at = 0;
        world_close(&w);
        ck_assert_uint_lt(fail_at, 1000);
    }
    ck_assert_uint_gt(refused, 0);
}
END_TEST

Suite *measuring_suite(void) {
    Suite *suite = suite_create("measuring");
    TCase *t = tcase_create("units");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, units_are_read_and_written);
    tcase_add_test(t, units_multiply_and_divide);
    tcase_add_test(t, types_carry_units);
    tcase_add_test(t, memory_runs_out);
    suite_add_tcase(suite, t);
    return suite;
}
