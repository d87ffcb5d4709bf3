/* Ties that nobody knows of, by hand, and networks of many kinds while memory runs out. */
#include "recorder.h"
#include "stdlib/network/unknown.h"
#include "suites.h"

/* 0 and 1 in one group, 2 and 3 in another; 1 and 3 have not answered. */
static const uint32_t GROUP[] = {0, 0, 1, 1}, RANK[] = {0, 0, 0, 0};
static const bool ANSWERED[] = {true, false, true, false};
static const struct nodes FOUR = {.n = 4, .group = GROUP, .rank = RANK};

static void count_all(bool directed, uint64_t pairs[TIE_CLASSES]) {
    memset(pairs, 0, TIE_CLASSES * sizeof *pairs);
    for (uint32_t i = 0; i < FOUR.n; i++)
        unknown_pairs_of(&FOUR, ANSWERED, directed, i, pairs);
}

START_TEST(unknown_pairs) {
    uint64_t pairs[TIE_CLASSES];
    count_all(true, pairs); /* 1 and 3 to all others */
    ck_assert_uint_eq(pairs[TIE_INTERNAL], 2);
    ck_assert_uint_eq(pairs[TIE_HORIZONTAL], 4);
    count_all(false, pairs); /* 1 with 3 */
    ck_assert_uint_eq(pairs[TIE_INTERNAL], 0);
    ck_assert_uint_eq(pairs[TIE_HORIZONTAL], 1);
}
END_TEST

START_TEST(unknown_ties) {
    uint32_t from[] = {0, 1, 1, 2}, to[] = {1, 2, 3, 3};
    struct ties t = {.directed = true, .nodes = 4, .n = 4, .from = from, .to = to};
    bool tied[4] = {false};
    ck_assert_uint_eq(ties_drop_unknown(ANSWERED, &t), 2);
    ck_assert_uint_eq(t.n, 2);
    ck_assert(t.from[0] == 0 && t.to[0] == 1 && t.from[1] == 2 && t.to[1] == 3);
    t = (struct ties){.nodes = 4, .n = 1, .from = (uint32_t[]){1}, .to = (uint32_t[]){2}};
    ck_assert_uint_eq(ties_drop_unknown(ANSWERED, &t), 0);
    ties_mark_tied(&t, tied);
    ck_assert(!tied[0] && tied[1] && tied[2] && !tied[3]);
}
END_TEST

static const char program[] =
    "table sin { key sin;  sin text }\n"
    "table person { key person;  person text }\n"
    "table seat { key sin, person;  sin -> sin;  person -> person;  role text;  since date }\n"
    "table helps { key asker, adviser;  asker -> person;  adviser -> person;  year int }\n"
    "table roster { key person;  person -> person;  year int;  answered bool }\n"
    "from [{sin: \"V\"}, {sin: \"W\"}] | into sin\n"
    "from [{person: \"a\"}, {person: \"b\"}, {person: \"c\"}] | into person\n"
    "from [{sin: \"V\", person: \"a\", role: \"x\", since: 2016-01-01},\n"
    "      {sin: \"V\", person: \"b\", role: \"y\", since: 2016-01-01}] | into seat\n"
    "from [{asker: \"a\", adviser: \"b\", year: 2016}, {asker: \"a\", adviser: \"c\", year: 2017}] "
    "| into helps\n"
    "from [{person: \"a\", year: 2016, answered: true}, {person: \"b\", year: 2016, answered: "
    "false}] | into roster\n"
    "network sins {\n"
    "  per sin;  members seat.person;  level role order \"x\", \"y\";  joined since;  hub \"a\"\n"
    "  ties helps from asker to adviser at year asked roster.person at year answered "
    "roster.answered\n"
    "  ties roster of person through year at year\n"
    "}\n"
    "show from sins[\"V\"].ties | where from.level == \"x\"\n"
    "show structure(sins) over year in 2016 .. 2017\n"
    "show isolates(sins[\"V\"] in 2016)\n";

START_TEST(families_without_memory) {
    recorder_refuse_each(program);
}
END_TEST

Suite *families_suite(void) {
    Suite *s = suite_create("families");
    TCase *t = tcase_create("families");
    tcase_set_timeout(t, 240);
    tcase_add_test(t, unknown_pairs);
    tcase_add_test(t, unknown_ties);
    tcase_add_test(t, families_without_memory);
    suite_add_tcase(s, t);
    return s;
}
