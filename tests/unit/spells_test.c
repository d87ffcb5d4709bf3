/* Cohorts with several entries and with a look back, while memory is refused at every request. What
 * they are is tested against tests/oracle/cohorts.py. */
#include "recorder.h"
#include "suites.h"

static const char program[] =
    "table student { key student;  student text;  teacher text;  age int null;\n"
    "  homebound bool null;  left_on date null }\n"
    "table enrolment { key id;  id int;  student -> student;  since date;  until date null;\n"
    "  grade int null }\n"
    "table attendance { key student, day;  student -> student;  day date;  status text }\n"
    "import student from \"tests/language/data/cohorts/student.csv\"\n"
    "import enrolment from \"tests/language/data/cohorts/enrolment.csv\"\n"
    "import attendance from \"tests/language/data/cohorts/attendance.csv\"\n"
    "cohort enrolled { of student;  enter each(enrolment.since);  require enrolment.grade >= 9\n"
    "  exclude enrolment.since within 1 week before entry;  exit enrolment.until + 1 day\n"
    "  exit end of school_year(entry);  join gaps under 5 days }\n"
    "cohort rest = not enrolled\n"
    "measure absent { from attendance;  count status == \"A\" }\n"
    "show from enrolled\n"
    "show absent for rest\n"
    "show attrition(enrolled)\n"
    "show attrition(rest and never enrolled)\n";

START_TEST(memory_runs_out) {
    recorder_refuse_each(program);
}
END_TEST

Suite *spells_suite(void) {
    Suite *s = suite_create("spells");
    TCase *memory = tcase_create("memory");
    tcase_set_timeout(memory, 240);
    tcase_add_test(memory, memory_runs_out);
    suite_add_tcase(s, memory);
    return s;
}
