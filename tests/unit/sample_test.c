/* Samples: Student's t against published quantiles; a question with errors while memory is refused
 * at every request. Estimates are tested against tests/oracle/samples.py. */
#include "base/distribution.h"
#include "recorder.h"
#include "suites.h"

#include <math.h>

/* Two-sided points as printed in tables of t (Student 1925; Fisher and Yates). */
START_TEST(quantiles_are_those_of_tables) {
    static const struct {
        double level, freedom, t;
    } points[] = {
        {0.95, 1, 12.706}, {0.99, 1, 63.657},  {0.90, 1, 6.314},   {0.95, 2, 4.303},
        {0.95, 3, 3.182},  {0.99, 5, 4.032},   {0.95, 10, 2.228},  {0.99, 10, 3.169},
        {0.90, 14, 1.761}, {0.95, 14, 2.145},  {0.95, 30, 2.042},  {0.99, 30, 2.750},
        {0.95, 60, 2.000}, {0.95, 120, 1.980}, {0.95, 1e9, 1.960}, {0.999, 4, 8.610},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        ck_assert_double_eq_tol(student_quantile(points[i].level, points[i].freedom), points[i].t,
                                0.00051);
}
END_TEST

/* With one degree of freedom t is Cauchy's, with two it has a formula. */
START_TEST(quantiles_are_exact_where_they_have_a_formula) {
    for (int i = 50; i < 10000; i += 7) {
        double level = i / 10000.0, half = 3.14159265358979323846 / 2;
        double one = tan(half * level), two = level * sqrt(2 / (1 - level * level));
        ck_assert_double_eq_tol(student_quantile(level, 1) / one, 1, 1e-11);
        ck_assert_double_eq_tol(student_quantile(level, 2) / two, 1, 1e-11);
    }
}
END_TEST

static const char program[] =
    "table school { key school;  school text;  partner text;  of int }\n"
    "table pupil  { key pupil;   pupil text;   school -> school;  grade int;  frl bool null;\n"
    "               w float null }\n"
    "table answer { key answer;  answer int;   pupil -> pupil;  day date;  minutes int null;\n"
    "               planned int;  likes bool null }\n"
    "import school from \"tests/language/data/oracle/sample_school.csv\"\n"
    "import pupil  from \"tests/language/data/oracle/sample_pupil.csv\"\n"
    "import answer from \"tests/language/data/oracle/sample_answer.csv\"\n"
    "measure liking { from answer;  count likes;  weight pupil.w;  cluster pupil.school\n"
    "  strata pupil.school.partner;  population pupil.school.of }\n"
    "show liking where pupil.frl by pupil.grade over month with se, interval 95%, deff, total\n"
    "show compare((liking by pupil.grade), grade, 9, 10)\n";

START_TEST(memory_runs_out) {
    recorder_refuse_each(program);
}
END_TEST

Suite *sample_suite(void) {
    Suite *s = suite_create("sample");
    TCase *quantiles = tcase_create("quantiles");
    TCase *memory = tcase_create("memory");
    tcase_add_test(quantiles, quantiles_are_those_of_tables);
    tcase_add_test(quantiles, quantiles_are_exact_where_they_have_a_formula);
    tcase_set_timeout(memory, 240);
    tcase_add_test(memory, memory_runs_out);
    suite_add_tcase(s, quantiles);
    suite_add_tcase(s, memory);
    return s;
}
