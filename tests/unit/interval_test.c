/* Interval sets against a bit for each day: random sets, every operation, both ways. */
#include "exec/interval.h"
#include "base/hash.h"
#include "suites.h"

/* Day 0 stands for all before, day DAYS - 1 for all behind. */
#define DAYS 48
#define MOST (DAYS / 2 + 2)

struct world {
    uint64_t seed;
};

static uint64_t next(struct world *w, uint64_t below) {
    w->seed = hash_word(w->seed + 0x9e3779b97f4a7c15u);
    return w->seed % below;
}

static uint64_t bits_of(const struct intervals *set) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < set->n; i++)
        for (int64_t day = 0; day < DAYS; day++) {
            bool begun = set->at[i].start == BEFORE_ALL || set->at[i].start <= day;
            bool over = set->at[i].stop != AFTER_ALL && set->at[i].stop <= day;
            if (begun && !over)
                bits |= UINT64_C(1) << day;
        }
    return bits;
}

/* In order, apart from each other, none empty: the one form of a set. */
static void is_proper(const struct intervals *set) {
    for (uint32_t i = 0; i < set->n; i++) {
        ck_assert(set->at[i].start < set->at[i].stop);
        ck_assert(i == 0 || set->at[i - 1].stop < set->at[i].start);
    }
}

/* The set whose bits these are, made from runs of bits. */
static void set_of(struct intervals *out, uint64_t bits) {
    out->n = 0;
    for (int64_t day = 0; day < DAYS; day++) {
        if (!(bits >> day & 1) || (day > 0 && bits >> (day - 1) & 1))
            continue;
        int64_t stop = day;
        while (stop < DAYS && bits >> stop & 1)
            stop++;
        out->at[out->n++] =
            (struct interval){day == 0 ? BEFORE_ALL : day, stop == DAYS ? AFTER_ALL : stop};
    }
}

static uint64_t random_bits(struct world *w) {
    uint64_t bits = 0;
    bool on = next(w, 2);
    for (int day = 0; day < DAYS; day++) {
        if (next(w, 4) == 0)
            on = !on;
        bits |= (uint64_t)on << day;
    }
    return bits;
}

START_TEST(operations_are_those_of_bits) {
    const uint64_t all = (UINT64_C(1) << DAYS) - 1;
    struct interval a_room[MOST], b_room[MOST], out_room[2 * MOST];
    struct intervals a = {a_room, 0}, b = {b_room, 0}, out = {out_room, 0};
    struct world w = {20260101};
    for (int i = 0; i < 20000; i++) {
        uint64_t x = random_bits(&w), y = random_bits(&w);
        set_of(&a, x);
        set_of(&b, y);
        intervals_and(&out, &a, &b);
        is_proper(&out);
        ck_assert(bits_of(&out) == (x & y));
        intervals_or(&out, &a, &b);
        is_proper(&out);
        ck_assert(bits_of(&out) == (x | y));
        intervals_not(&out, &a);
        is_proper(&out);
        ck_assert(bits_of(&out) == (all & ~x));
    }
}
END_TEST

START_TEST(difference_is_and_not) {
    struct interval a_room[MOST], b_room[MOST], not_room[MOST], out_room[2 * MOST];
    struct intervals a = {a_room, 0}, b = {b_room, 0}, rest = {not_room, 0}, out = {out_room, 0};
    struct world w = {7};
    for (int i = 0; i < 5000; i++) {
        uint64_t x = random_bits(&w), y = random_bits(&w);
        set_of(&a, x);
        set_of(&b, y);
        intervals_not(&rest, &b);
        intervals_and(&out, &a, &rest);
        ck_assert(bits_of(&out) == (x & ~y));
    }
}
END_TEST

START_TEST(edges) {
    struct interval a_room[4], b_room[4], out_room[8];
    struct intervals a = {a_room, 0}, b = {b_room, 0}, out = {out_room, 0};
    intervals_one(&a, 5, 5);
    ck_assert_uint_eq(a.n, 0);
    intervals_one(&a, 6, 5);
    ck_assert_uint_eq(a.n, 0);
    intervals_not(&out, &a);
    ck_assert_uint_eq(out.n, 1);
    ck_assert(out.at[0].start == BEFORE_ALL && out.at[0].stop == AFTER_ALL);
    intervals_not(&b, &out);
    ck_assert_uint_eq(b.n, 0);
    /* what touches becomes one, what has a day between stays two */
    intervals_one(&a, 1, 3);
    intervals_one(&b, 3, 5);
    intervals_or(&out, &a, &b);
    ck_assert_uint_eq(out.n, 1);
    ck_assert(out.at[0].start == 1 && out.at[0].stop == 5);
    intervals_and(&out, &a, &b);
    ck_assert_uint_eq(out.n, 0);
    intervals_one(&b, 4, 5);
    intervals_or(&out, &b, &a);
    ck_assert_uint_eq(out.n, 2);
    ck_assert(out.at[0].stop == 3 && out.at[1].start == 4);
}
END_TEST

Suite *interval_suite(void) {
    Suite *s = suite_create("interval");
    TCase *t = tcase_create("interval");
    tcase_add_test(t, operations_are_those_of_bits);
    tcase_add_test(t, difference_is_and_not);
    tcase_add_test(t, edges);
    suite_add_tcase(s, t);
    return s;
}
