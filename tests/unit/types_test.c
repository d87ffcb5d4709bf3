/* Types: one pointer for one structure, printing, and memory running out at
 * every single request. */
#include "suites.h"
#include "types_world.h"

#include "check/types.h"
#include <stdio.h>

/* Stands in for check/symbols.h: the name comes first. */
struct table {
    struct str name;
    int other;
};

static void expect_text(struct world *w, const struct type *t, const char *expected) {
    struct str text = type_text(&w->arena, t);
    ck_assert_ptr_nonnull(text.p);
    ck_assert_str_eq(text.p, expected);
    ck_assert_uint_eq(text.n, strlen(expected));
}

START_TEST(scalars_are_one_each) {
    struct world w;
    world_open(&w);
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    ck_assert_ptr_eq(i, type_scalar(&w.types, TY_INT, false));
    ck_assert_ptr_ne(i, type_scalar(&w.types, TY_INT, true));
    ck_assert_ptr_ne(i, type_scalar(&w.types, TY_FLOAT, false));
    ck_assert_ptr_eq(type_nullable(&w.types, i, true), type_scalar(&w.types, TY_INT, true));
    ck_assert(type_scalar(&w.types, TY_INT, true)->nullable);
    ck_assert(!i->nullable);
    ck_assert_int_eq(i->kind, TY_INT);
    world_close(&w);
}
END_TEST

START_TEST(poison_nothing_and_missing_are_one_each) {
    struct world w;
    world_open(&w);
    static const enum type_kind fixed[] = {TY_ERROR, TY_VOID, TY_MISSING};
    for (size_t k = 0; k < COUNT_OF(fixed); k++) {
        const struct type *t = type_scalar(&w.types, fixed[k], false);
        ck_assert_ptr_eq(t, type_scalar(&w.types, fixed[k], true));
        ck_assert_ptr_eq(t, type_nullable(&w.types, t, true));
        ck_assert_ptr_eq(t, type_nullable(&w.types, t, false));
        ck_assert_int_eq(t->nullable, fixed[k] == TY_MISSING);
    }
    world_close(&w);
}
END_TEST

START_TEST(lists_and_ranges_by_element) {
    struct world w;
    world_open(&w);
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    const struct type *maybe = type_scalar(&w.types, TY_INT, true);
    const struct type *list = type_list(&w.types, i);
    ck_assert_ptr_eq(list, type_list(&w.types, i));
    ck_assert_ptr_ne(list, type_list(&w.types, maybe));
    ck_assert_ptr_ne(list, type_range(&w.types, i));
    ck_assert_ptr_eq(type_list(&w.types, list), type_list(&w.types, type_list(&w.types, i)));
    const struct type *maybe_list = type_nullable(&w.types, list, true);
    ck_assert_ptr_ne(maybe_list, list);
    ck_assert_ptr_eq(maybe_list->element, i);
    ck_assert_ptr_eq(type_nullable(&w.types, maybe_list, false), list);
    world_close(&w);
}
END_TEST

START_TEST(records_by_names_order_and_types) {
    struct world w;
    world_open(&w);
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    const struct type *t = type_scalar(&w.types, TY_TEXT, false);
    struct field name_n[] = {{STR("name"), t}, {STR("n"), i}};
    struct field n_name[] = {{STR("n"), i}, {STR("name"), t}};
    struct field ab_c[] = {{STR("ab"), i}, {STR("c"), i}};
    struct field a_bc[] = {{STR("a"), i}, {STR("bc"), i}};
    const struct type *record = type_record(&w.types, name_n, 2);
    ck_assert_ptr_eq(record, type_record(&w.types, name_n, 2));
    ck_assert_ptr_ne(record, type_record(&w.types, n_name, 2));
    ck_assert_ptr_ne(record, type_record(&w.types, name_n, 1));
    ck_assert_ptr_ne(type_record(&w.types, ab_c, 2), type_record(&w.types, a_bc, 2));
    ck_assert_ptr_eq(type_record(&w.types, NULL, 0), type_record(&w.types, name_n, 0));
    ck_assert_int_eq(type_field(record, STR("name")), 0);
    ck_assert_int_eq(type_field(record, STR("n")), 1);
    ck_assert_int_eq(type_field(record, STR("na")), -1);
    ck_assert_int_eq(type_field(i, STR("n")), -1);
    world_close(&w);
}
END_TEST

START_TEST(types_borrow_nothing_from_the_caller) {
    struct world w;
    world_open(&w);
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    char name[] = "first";
    uint32_t keys[] = {0};
    struct field fields[] = {{str_of(name), i}};
    const struct type *made = type_relation(&w.types, fields, 1, keys, 1);
    memcpy(name, "other", 5);
    keys[0] = 7;
    fields[0].type = NULL;
    expect_text(&w, made, "table{first int}");
    ck_assert_uint_eq(made->keys[0], 0);
    world_close(&w);
}
END_TEST

START_TEST(relations_by_keys_too) {
    struct world w;
    world_open(&w);
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    struct field fields[] = {{STR("a"), i}, {STR("b"), i}};
    uint32_t a[] = {0}, b[] = {1}, both[] = {0, 1};
    const struct type *by_a = type_relation(&w.types, fields, 2, a, 1);
    const struct type *none = type_relation(&w.types, fields, 2, NULL, 0);
    ck_assert_ptr_eq(by_a, type_relation(&w.types, fields, 2, a, 1));
    ck_assert_ptr_ne(by_a, none);
    ck_assert_ptr_ne(by_a, type_relation(&w.types, fields, 2, b, 1));
    ck_assert_ptr_ne(by_a, type_relation(&w.types, fields, 2, both, 2));
    ck_assert_ptr_ne(none, type_record(&w.types, fields, 2));
    ck_assert_uint_eq(by_a->nkeys, 1);
    ck_assert_ptr_null(none->keys);
    world_close(&w);
}
END_TEST

START_TEST(references_by_table) {
    struct world w;
    world_open(&w);
    struct table school = {STR("school"), 0}, same_name = {STR("school"), 0};
    const struct type *ref = type_ref(&w.types, &school, false);
    ck_assert_ptr_eq(ref, type_ref(&w.types, &school, false));
    ck_assert_ptr_ne(ref, type_ref(&w.types, &same_name, false));
    ck_assert_ptr_eq(type_nullable(&w.types, ref, true), type_ref(&w.types, &school, true));
    ck_assert_ptr_eq(ref->table, &school);
    world_close(&w);
}
END_TEST

START_TEST(printing) {
    struct world w;
    world_open(&w);
    struct types *t = &w.types;
    const struct type *i = type_scalar(t, TY_INT, false);
    const struct type *text = type_scalar(t, TY_TEXT, false);
    struct table school = {STR("school"), 0};
    struct field parts[] = {{STR("name"), text}, {STR("n"), i}};
    struct field row[] = {{STR("school"), text}, {STR("n"), type_scalar(t, TY_INT, true)}};
    struct field at[] = {{STR("at"), type_ref(t, &school, true)}};
    expect_text(&w, i, "int");
    expect_text(&w, type_scalar(t, TY_INT, true), "int?");
    expect_text(&w, type_scalar(t, TY_MISSING, false), "missing");
    expect_text(&w, type_scalar(t, TY_SHARE, false), "share");
    expect_text(&w, type_scalar(t, TY_DURATION, true), "duration?");
    expect_text(&w, type_list(t, text), "list<text>");
    expect_text(&w, type_nullable(t, type_list(t, row[1].type), true), "list<int?>?");
    expect_text(&w, type_range(t, type_scalar(t, TY_DATE, false)), "range<date>");
    expect_text(&w, type_record(t, parts, 2), "record{name text, n int}");
    expect_text(&w, type_record(t, NULL, 0), "record{}");
    expect_text(&w, type_relation(t, row, 2, NULL, 0), "table{school text, n int?}");
    expect_text(&w, type_ref(t, &school, false), "-> school");
    expect_text(&w, type_relation(t, at, 1, NULL, 0), "table{at -> school?}");
    world_close(&w);
}
END_TEST

START_TEST(storage_and_classes) {
    struct world w;
    world_open(&w);
    static const struct {
        enum type_kind kind;
        enum storage storage;
        bool number, ratio;
    } expected[] = {
        {TY_BOOL, STORE_WORD, false, false},      {TY_INT, STORE_WORD, true, false},
        {TY_FLOAT, STORE_FLOAT, true, false},     {TY_RATIO, STORE_PAIR, true, true},
        {TY_SHARE, STORE_PAIR, true, true},       {TY_DATE, STORE_WORD, false, false},
        {TY_PERIOD, STORE_WORD, false, false},    {TY_DURATION, STORE_WORD, false, false},
        {TY_POINTS, STORE_PAIR, false, false},    {TY_TEXT, STORE_TEXT, false, false},
        {TY_NETWORK, STORE_OBJECT, false, false}, {TY_PICTURE, STORE_OBJECT, false, false},
        {TY_VOID, STORE_NONE, false, false},
    };
    for (size_t k = 0; k < COUNT_OF(expected); k++) {
        const struct type *t = type_scalar(&w.types, expected[k].kind, true);
        ck_assert_int_eq(type_storage(t), expected[k].storage);
        ck_assert_int_eq(type_is_number(t), expected[k].number);
        ck_assert_int_eq(type_is_ratio(t), expected[k].ratio);
    }
    struct table school = {STR("school"), 0};
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    ck_assert_int_eq(type_storage(type_ref(&w.types, &school, false)), STORE_WORD);
    ck_assert_int_eq(type_storage(type_range(&w.types, i)), STORE_RANGE);
    ck_assert_int_eq(type_storage(type_list(&w.types, i)), STORE_OBJECT);
    ck_assert_int_eq(type_storage(type_record(&w.types, NULL, 0)), STORE_OBJECT);
    world_close(&w);
}
END_TEST

START_TEST(thousands_of_types_stay_apart) {
    enum { MANY = 3000 };
    struct world w;
    world_open(&w);
    const struct type *i = type_scalar(&w.types, TY_INT, false);
    static const struct type *made[MANY];
    int wrong = 0;
    for (int round = 0; round < 2; round++) {
        for (int k = 0; k < MANY; k++) {
            char name[16];
            snprintf(name, sizeof name, "f%d", k);
            struct field field = {str_of(name), i};
            const struct type *t = type_record(&w.types, &field, 1);
            if (round == 0) {
                made[k] = t;
            }
            wrong += t != made[k] || !str_is(t->fields[0].name, name);
        }
    }
    ck_assert_int_eq(wrong, 0);
    const struct type *list = type_list(&w.types, i);
    size_t used = w.alloc.used;
    for (int k = 0; k < 10000; k++) {
        wrong += type_list(&w.types, i) != list;
    }
    ck_assert_int_eq(wrong, 0);
    /* Asking again may open one block for the key, and takes nothing else. */
    ck_assert_uint_le(w.alloc.used - used, 256 * 1024);
    world_close(&w);
}
END_TEST

/* Makes several types of all sorts; the last one, or NULL as soon as one fails. */
static const struct type *make_some(struct types *t, const struct table *school) {
    struct field fields[3] = {{STR("school"), type_ref(t, school, true)},
                              {STR("n"), type_scalar(t, TY_INT, false)},
                              {STR("names"), NULL}};
    uint32_t keys[] = {0, 1};
    char name[16];
    if (!fields[0].type || !(fields[2].type = type_list(t, fields[1].type))) {
        return NULL;
    }
    for (int k = 0; k < 100; k++) {
        snprintf(name, sizeof name, "n%d", k);
        fields[1].name = str_of(name);
        if (!type_relation(t, fields, 3, keys, 2)) {
            return NULL;
        }
    }
    const struct type *last = type_record(t, fields, 3);
    return last && type_text(t->arena, last).p ? last : NULL;
}

START_TEST(memory_fails_at_every_request) {
    struct table school = {STR("school"), 0};
    bool done = false;
    for (uint64_t fail_at = 1; !done; fail_at++) {
        struct world w;
        world_open(&w);
        w.alloc.fail_at = fail_at;
        const struct type *made = make_some(&w.types, &school);
        done = made && w.alloc.calls < fail_at;
        w.alloc.fail_at = 0;
        /* What was made before a failure is found again after it. */
        const struct type *again = make_some(&w.types, &school);
        ck_assert_ptr_nonnull(again);
        ck_assert(!made || made == again);
        expect_text(&w, again, "record{school -> school?, n99 int, names list<int>}");
        world_close(&w);
        ck_assert_uint_lt(fail_at, 1000);
    }
}
END_TEST

START_TEST(memory_failure_takes_the_escape) {
    struct table school = {STR("school"), 0};
    volatile bool done = false;
    for (volatile uint64_t fail_at = 1; !done; fail_at++) {
        static struct world w;
        world_open(&w);
        jmp_buf escape;
        w.arena.escape = &escape;
        w.alloc.fail_at = fail_at;
        if (setjmp(escape) == 0) {
            ck_assert_ptr_nonnull(make_some(&w.types, &school));
            done = w.alloc.calls < fail_at;
        }
        ck_assert_ptr_eq(w.arena.escape, &escape);
        world_close(&w);
        ck_assert_uint_lt(fail_at, 1000);
    }
    ck_assert(done);
}
END_TEST

/* There is room for the buffer, but none for a block of the arena. */
START_TEST(an_escape_while_printing_leaks_nothing) {
    static struct world w;
    world_open(&w);
    const struct type *list = type_list(&w.types, type_scalar(&w.types, TY_INT, false));
    jmp_buf escape;
    w.arena.escape = &escape;
    w.alloc.limit = w.alloc.used + 1024;
    if (setjmp(escape) == 0) {
        for (int k = 0; k < 1000; k++) {
            type_text(&w.arena, list);
        }
        ck_abort_msg("the arena never ended");
    }
    ck_assert_ptr_eq(w.arena.escape, &escape);
    world_close(&w);
}
END_TEST

Suite *types_suite(void) {
    Suite *suite = suite_create("types");
    TCase *made = tcase_create("made once");
    tcase_add_test(made, scalars_are_one_each);
    tcase_add_test(made, poison_nothing_and_missing_are_one_each);
    tcase_add_test(made, lists_and_ranges_by_element);
    tcase_add_test(made, records_by_names_order_and_types);
    tcase_add_test(made, types_borrow_nothing_from_the_caller);
    tcase_add_test(made, relations_by_keys_too);
    tcase_add_test(made, references_by_table);
    tcase_add_test(made, thousands_of_types_stay_apart);
    suite_add_tcase(suite, made);
    TCase *asked = tcase_create("asked");
    tcase_add_test(asked, printing);
    tcase_add_test(asked, storage_and_classes);
    suite_add_tcase(suite, asked);
    TCase *memory = tcase_create("memory");
    tcase_add_test(memory, memory_fails_at_every_request);
    tcase_add_test(memory, memory_failure_takes_the_escape);
    tcase_add_test(memory, an_escape_while_printing_leaks_nothing);
    suite_add_tcase(suite, memory);
    return suite;
}
