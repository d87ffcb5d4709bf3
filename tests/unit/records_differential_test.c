/* The same rule, the same answer: rules judged over a store that files were imported into, and over
 * the same rows handed in as JSON records, give the same findings and the same verdicts.
 *
 * Rows are random. A record holds what its row refers to as objects, however far that leads, and
 * what refers to it as lists; files and records are written by the two writers below, which share
 * the rows and no more. */
#include "hearing.h"
#include <stdio.h>
#include <string.h>

enum { DISTRICTS = 4, SCHOOLS = 12, STUDENTS = 90, VISITS = 160, SEEDS = 4 };

/* ---- rows ---- */

/* A value as files write it; empty is missing. Numbers and booleans stand bare in records. */
struct value {
    char text[40];
    bool bare;
};
enum { DISTRICT_STATE, DISTRICT_WEIGHT, DISTRICT_VALUES };
enum { SCHOOL_NAME, SCHOOL_SEATS, SCHOOL_ROOMS, SCHOOL_OPENED, SCHOOL_VALUES };
enum {
    PUPIL_NAME,
    PUPIL_GRADE,
    PUPIL_ENTERED,
    PUPIL_GPA,
    PUPIL_FRL,
    PUPIL_DAYS,
    PUPIL_MISSED,
    PUPIL_LOAD,
    PUPIL_STAY,
    PUPIL_SEEN,
    PUPIL_TERM,
    PUPIL_LEVEL,
    PUPIL_BIG,
    PUPIL_VALUES
};
enum { VISIT_HOURS, VISIT_KIND, VISIT_SCORE, VISIT_VALUES };

static const char *const district_names[] = {"state", "weight"};
static const char *const school_names[] = {"name", "seats", "rooms", "opened"};
static const char *const student_names[] = {"name", "grade",  "entered", "gpa",  "frl",
                                            "days", "missed", "load",    "stay", "seen",
                                            "term", "level",  "big"};
static const char *const visit_names[] = {"hours", "kind", "score"};

struct world {
    struct value district[DISTRICTS][DISTRICT_VALUES], school[SCHOOLS][SCHOOL_VALUES],
        student[STUDENTS][PUPIL_VALUES], visit[VISITS][VISIT_VALUES];
    int district_of[SCHOOLS], school_of[STUDENTS], mentor_of[STUDENTS]; /* -1: missing */
    int student_of[VISITS], host_of[VISITS], day_of[VISITS];
};

static const char tables[] =
    "table district { key district;  district text;  state text null;  weight float null }\n"
    "table school { key school;  school text;  name text null;  seats int null unit \"seat\"\n"
    "  rooms int null unit \"room\";  opened date null;  district -> district null }\n"
    "table student { key student;  student text;  name text null;  grade int null in 0..12\n"
    "  entered date null;  gpa float null;  frl bool;  days int null unit \"day\"\n"
    "  missed share null;  load ratio null;  stay duration null;  seen datetime null\n"
    "  term period null;  level text null one of \"E\", \"M\", \"H\";  big int null\n"
    "  school -> school;  mentor -> student null }\n"
    "table visit { key student, day;  student -> student;  day date;  hours float null\n"
    "  kind text null;  score int null;  host -> school null }\n"
    "param least: int = 7\n"
    "let usual = 2 .. 9\n"
    "let known = [\"meeting\", \"call\", \"\"]\n"
    "fn is_young(grade) = grade < 6\n";

/* ---- chance ---- */

/* One of the texts, missing one time in six. */
static void choose(uint64_t *state, struct value *v, bool bare, const char *const *texts, int n) {
    v->bare = bare;
    v->text[0] = '\0';
    if (below(state, 6))
        snprintf(v->text, sizeof v->text, "%s", texts[below(state, n)]);
}
#define CHOOSE(state, v, bare, ...)                                                                \
    do {                                                                                           \
        static const char *const texts[] = {__VA_ARGS__};                                          \
        choose(state, v, bare, texts, (int)COUNT_OF(texts));                                       \
    } while (0)

static void make_student(uint64_t *s, struct value *v) {
    CHOOSE(s, &v[PUPIL_NAME], false, "Ana", "bo", "O'Neil", "a,b", "\xc3\x85sa", "x y ", "100%_",
           "\xf0\x9f\x98\x80", "missing", "ANA", "{name}", "%n");
    CHOOSE(s, &v[PUPIL_GRADE], true, "0", "1", "5", "6", "7", "8", "9", "11", "12");
    CHOOSE(s, &v[PUPIL_ENTERED], false, "2024-02-29", "2024-10-04", "2024-10-03", "2024-08-31",
           "1969-12-31", "1970-01-01", "0001-01-01", "9999-12-31", "2023-09-01", "2024-01-31");
    CHOOSE(s, &v[PUPIL_GPA], true, "0", "-0.0", "4", "2.5", "2.4999999999999996", "0.1", "1e308",
           "5e-324", "-1e-9", "3.0000001");
    CHOOSE(s, &v[PUPIL_DAYS], true, "0", "1", "10", "179", "180", "-3");
    CHOOSE(s, &v[PUPIL_MISSED], false, "0%", "10%", "9.999%", "1/10", "100%", "1/3", "33.3333%");
    CHOOSE(s, &v[PUPIL_LOAD], false, "3/4", "0.75", "2", "1/3", "0.333333", "-1/2", "6/8");
    CHOOSE(s, &v[PUPIL_STAY], false, "30 days", "1 month", "1 month 2 days", "1 hour 30 minutes",
           "90 minutes", "1 day", "24 hours");
    CHOOSE(s, &v[PUPIL_SEEN], false, "2024-10-04T08:30", "2024-10-04 23:59:59", "2024-10-05T00:00",
           "1969-12-31T23:59:59", "2024-09-30T12:00");
    CHOOSE(s, &v[PUPIL_TERM], false, "2024-09", "2024-10", "2024Q3", "2024", "SY2024-25",
           "2024-W40", "2024-10-04");
    CHOOSE(s, &v[PUPIL_LEVEL], false, "E", "M", "H");
    CHOOSE(s, &v[PUPIL_BIG], true, "9223372036854775807", "-9223372036854775808",
           "9007199254740993", "9007199254740992", "0", "-1");
    v[PUPIL_FRL].bare = true;
    snprintf(v[PUPIL_FRL].text, sizeof v[PUPIL_FRL].text, "%s", below(s, 2) ? "true" : "false");
}

static void make_world(uint64_t seed, struct world *w) {
    uint64_t s = seed;
    bool taken[STUDENTS][32] = {{false}};
    memset(w, 0, sizeof *w);
    for (int i = 0; i < DISTRICTS; i++) {
        CHOOSE(&s, &w->district[i][DISTRICT_STATE], false, "OH", "IN", "oh");
        CHOOSE(&s, &w->district[i][DISTRICT_WEIGHT], true, "0.5", "1", "1e3");
    }
    for (int i = 0; i < SCHOOLS; i++) {
        CHOOSE(&s, &w->school[i][SCHOOL_NAME], false, "Alder", "Birch",
               "\xc3\x89"
               "cole",
               "Elm \"X\"");
        CHOOSE(&s, &w->school[i][SCHOOL_SEATS], true, "0", "5", "20", "400");
        CHOOSE(&s, &w->school[i][SCHOOL_ROOMS], true, "0", "1", "2", "20");
        CHOOSE(&s, &w->school[i][SCHOOL_OPENED], false, "1990-09-01", "2024-08-31", "2024-10-04");
        w->district_of[i] = below(&s, DISTRICTS + 1) - 1;
    }
    for (int i = 0; i < STUDENTS; i++) {
        make_student(&s, w->student[i]);
        w->school_of[i] = below(&s, SCHOOLS);
        w->mentor_of[i] = i && below(&s, 2) ? below(&s, i) : -1;
    }
    for (int i = 0; i < VISITS; i++) {
        CHOOSE(&s, &w->visit[i][VISIT_HOURS], true, "0.5", "1", "2.25", "0", "8", "1e-3");
        CHOOSE(&s, &w->visit[i][VISIT_KIND], false, "meeting", "call", "Call", "mail");
        CHOOSE(&s, &w->visit[i][VISIT_SCORE], true, "1", "2", "3", "10", "-7");
        do {
            w->student_of[i] = below(&s, STUDENTS * 2 / 3);
            w->day_of[i] = 1 + below(&s, 28);
        } while (taken[w->student_of[i]][w->day_of[i]]);
        taken[w->student_of[i]][w->day_of[i]] = true;
        w->host_of[i] = below(&s, SCHOOLS + 1) - 1;
    }
}

/* ---- as files ---- */

static void csv_value(FILE *f, const struct value *v) {
    fputc(',', f);
    if (!v->text[0])
        return;
    fputc('"', f);
    for (const char *p = v->text; *p; p++)
        fputs(*p == '"' ? "\"\"" : (char[]){*p, '\0'}, f);
    fputc('"', f);
}

static FILE *csv_open(const char *name, const char *keys, const char *const *names, int n,
                      const char *references) {
    FILE *f = fopen(name, "w");
    ck_assert_ptr_nonnull(f);
    fputs(keys, f);
    for (int i = 0; i < n; i++)
        fprintf(f, ",%s", names[i]);
    fprintf(f, "%s\n", references);
    return f;
}

static void csv_reference(FILE *f, char letter, int to) {
    if (to < 0)
        fputc(',', f);
    else
        fprintf(f, ",%c%03d", letter, to);
}

/* All rows, but for that of student `but`; -1: for none. */
static void write_files(const struct world *w, int but) {
    FILE *f = csv_open("district.csv", "district", district_names, DISTRICT_VALUES, "");
    for (int i = 0; i < DISTRICTS; i++) {
        fprintf(f, "D%03d", i);
        for (int k = 0; k < DISTRICT_VALUES; k++)
            csv_value(f, &w->district[i][k]);
        fputc('\n', f);
    }
    fclose(f);
    f = csv_open("school.csv", "school", school_names, SCHOOL_VALUES, ",district");
    for (int i = 0; i < SCHOOLS; i++) {
        fprintf(f, "S%03d", i);
        for (int k = 0; k < SCHOOL_VALUES; k++)
            csv_value(f, &w->school[i][k]);
        csv_reference(f, 'D', w->district_of[i]);
        fputc('\n', f);
    }
    fclose(f);
    f = csv_open("student.csv", "student", student_names, PUPIL_VALUES, ",school,mentor");
    for (int i = 0; i < STUDENTS; i++) {
        if (i == but)
            continue;
        fprintf(f, "N%03d", i);
        for (int k = 0; k < PUPIL_VALUES; k++)
            csv_value(f, &w->student[i][k]);
        csv_reference(f, 'S', w->school_of[i]);
        csv_reference(f, 'N', w->mentor_of[i]);
        fputc('\n', f);
    }
    fclose(f);
    f = csv_open("visit.csv", "student,day", visit_names, VISIT_VALUES, ",host");
    for (int i = 0; i < VISITS; i++) {
        fprintf(f, "N%03d,2024-09-%02d", w->student_of[i], w->day_of[i]);
        for (int k = 0; k < VISIT_VALUES; k++)
            csv_value(f, &w->visit[i][k]);
        csv_reference(f, 'S', w->host_of[i]);
        fputc('\n', f);
    }
    fclose(f);
}

/* ---- as records ---- */

/* Every character but plain letters and digits by its escape, now and then. */
static void json_text(struct buf *out, const char *text) {
    buf_char(out, '"');
    for (const char *p = text; *p; p++)
        if (*p == '"' || *p == '%')
            buf_printf(out, "\\u%04x", (unsigned)*p);
        else
            buf_char(out, *p);
    buf_char(out, '"');
}

/* What records leave out; keys they tell always. */
static struct omission left_out;

static void json_values(struct buf *out, const char *const *names, const struct value *v, int n) {
    for (int i = 0; i < n; i++) {
        if (omits(&left_out))
            continue;
        buf_printf(out, ",\"%s\":", names[i]);
        if (!v[i].text[0])
            buf_text(out, "null");
        else if (v[i].bare)
            buf_text(out, v[i].text);
        else
            json_text(out, v[i].text);
    }
}

/* What records tell of a school beside its columns. */
enum telling { TELLS_COLUMNS, TELLS_STUDENTS, TELLS_GUESTS };

static void json_students_of(struct buf *out, const struct world *w, int school) {
    const char *between = "";
    if (omits(&left_out))
        return;
    buf_text(out, ",\"student\":[");
    for (int i = 0; i < STUDENTS; i++)
        if (w->school_of[i] == school) {
            buf_printf(out, "%s{\"student\":\"N%03d\"", between, i);
            json_values(out, student_names, w->student[i], PUPIL_VALUES);
            buf_char(out, '}');
            between = ",";
        }
    buf_char(out, ']');
}

static void json_guests_of(struct buf *out, const struct world *w, int school) {
    const char *between = "";
    if (omits(&left_out))
        return;
    buf_text(out, ",\"visit\":[");
    for (int i = 0; i < VISITS; i++)
        if (w->host_of[i] == school) {
            buf_printf(out, "%s{\"student\":\"N%03d\",\"day\":\"2024-09-%02d\"", between,
                       w->student_of[i], w->day_of[i]);
            json_values(out, visit_names, w->visit[i], VISIT_VALUES);
            buf_char(out, '}');
            between = ",";
        }
    buf_char(out, ']');
}

static void json_school(struct buf *out, const struct world *w, int school, enum telling telling) {
    int d = w->district_of[school];
    buf_printf(out, "{\"school\":\"S%03d\"", school);
    json_values(out, school_names, w->school[school], SCHOOL_VALUES);
    if (omits(&left_out)) {
        /* nobody says which district it is in */
    } else if (d < 0) {
        buf_text(out, ",\"district\":null");
    } else {
        buf_printf(out, ",\"district\":{\"district\":\"D%03d\"", d);
        json_values(out, district_names, w->district[d], DISTRICT_VALUES);
        buf_char(out, '}');
    }
    if (telling == TELLS_STUDENTS)
        json_students_of(out, w, school);
    else if (telling == TELLS_GUESTS)
        json_guests_of(out, w, school);
    buf_char(out, '}');
}

static void json_visits(struct buf *out, const struct world *w, int student, enum telling telling) {
    const char *between = "";
    if (omits(&left_out))
        return;
    buf_text(out, ",\"visit\":[");
    for (int i = 0; i < VISITS; i++)
        if (w->student_of[i] == student) {
            buf_printf(out, "%s{\"day\":\"2024-09-%02d\"", between, w->day_of[i]);
            json_values(out, visit_names, w->visit[i], VISIT_VALUES);
            buf_text(out, ",\"host\":");
            if (w->host_of[i] < 0)
                buf_text(out, "null");
            else
                json_school(out, w, w->host_of[i], telling);
            buf_char(out, '}');
            between = ",";
        }
    buf_char(out, ']');
}

static void json_student(struct buf *out, const struct world *w, int student,
                         enum telling telling) {
    int mentor = w->mentor_of[student];
    buf_printf(out, "{\"student\":\"N%03d\"", student);
    json_values(out, student_names, w->student[student], PUPIL_VALUES);
    buf_text(out, ",\"school\":");
    if (omits(&left_out))
        buf_printf(out, "\"S%03d\"", w->school_of[student]);
    else
        json_school(out, w, w->school_of[student], telling);
    json_visits(out, w, student, telling);
    if (omits(&left_out)) {
        /* nor who the mentor is */
    } else if (mentor < 0) {
        buf_text(out, ",\"mentor\":null");
    } else {
        buf_text(out, ",\"mentor\":");
        json_student(out, w, mentor, telling);
    }
    buf_char(out, '}');
}

/* ---- rules ---- */

/* What stands between `for student` and the message; `NAME` is its number. */
static const char *const rules[] = {
    /* columns and what is missing */
    "expect grade < 9",
    "expect grade < 9 missing passes",
    "expect grade < 9 missing skips",
    "expect grade is not missing and name is not missing",
    "expect not (grade > 5) or gpa > 2.5",
    "expect frl, \"{student} {frl} {grade} {gpa}\"",
    "expect coalesce(grade, 0) > 4",
    "expect big > 9007199254740992",
    "expect big == 9007199254740993 or big < 0",
    "expect gpa >= 2.5, \"{gpa} {gpa:.3}\"",
    "expect gpa != 0",
    "expect round(gpa, 1) < 3 and floor(coalesce(load, 1)) >= 0",
    "where gpa < 1e300;  expect gpa * 2 - 0.2 > 0.1, \"{gpa * 2 - 0.2}\"",
    "expect grade / 4 < 2, \"{grade / 4}\"",
    "expect days / grade > 1 missing skips",
    "where grade > 0;  expect days div grade != 0 and days mod grade != 1",
    /* several expectations, let, where, allow, exceptions, severities */
    "expect grade > 2, \"low {grade}\";  expect gpa > 1, \"gpa {gpa}\";  expect frl",
    "expect grade > 2 missing passes;  expect gpa > 1 missing skips;  expect level == \"E\"",
    "where frl;  where grade > 3;  expect gpa > 1",
    "where gpa > 1 or grade is missing;  expect frl;  severity warn",
    "let both = coalesce(grade, 0) + days;  let more = both * 2;  expect more > 30, \"{both} "
    "{more}\"",
    "allow 3;  expect grade < 11 missing passes",
    "allow 40%;  expect grade < 8 missing passes",
    "expect grade < 8;  except student == \"N003\" until 2024-10-04 because \"known\"\n"
    "  except grade == 12 until 2024-10-03 because \"was\"\n"
    "  except school.name == \"Alder\" until 2025-01-01 because \"so\"",
    "where grade > 99;  expect frl",
    /* what overflows outside of what is looked at, or behind what decides */
    "where big in -1 .. 0;  expect big * 3 >= 0, \"{big * 3}\"",
    "where grade > 3;  where big in [0, -1];  where big * 5 < 0;  expect big * 7 < -10 or frl",
    "where gpa > 1;  where big < 1 and big > -2;  expect big + big == 0;  expect big * 9 > -9;\n"
    "  except big * 4 < 0 and grade > 8 until 2025-01-01 because \"so\"",
    "expect big > 0 or big < -1 or big is missing or big * 2 == 0, \"{big * 2}\"",
    "where big in -1 .. 0;  expect grade < 9;  except big * 4 < 0 until 2025-01-01 because \"so\"",
    /* ranges, lists, texts */
    "expect grade in 1..8",
    "expect grade in usual",
    "expect grade not in [0, 1, 12]",
    "expect level in [\"E\", \"M\"]",
    "expect name in [\"Ana\", \"bo\", \"missing\"], \"<{name}>\"",
    "expect name like \"%a%\"",
    "expect name not like \"100%\" and len(name) < 4, \"{name} has {len(name)}\"",
    "expect upper(name) != \"ANA\" and contains(name, \"a\")",
    "expect name < \"a\", \"{name} comes late\"",
    "expect regex.matches(name, \"^[A-Z]\") , \"{name}\"",
    "expect name + level != \"AnaE\" and trim(name) == name",
    "expect (match grade { 0..5 => \"low\", usual => \"usual\", else => \"high\" }) == \"low\"",
    "expect grade > least",
    "expect is_young(grade)",
    /* days, datetimes, periods, durations, shares, ratios, units */
    "expect entered <= today, \"{entered}\"",
    "where entered in 1970-01-01 .. 2030-01-01;  expect today - entered < 60 days, \"{today - "
    "entered}\"",
    "let next = if entered in 1000-01-01 .. 9000-01-01 { entered + 1 month } else { entered }\n"
    "  expect next > 2024-09-30, \"{next}\"",
    "expect entered in SY2024-25 or month(entered) == 2024-08",
    "expect seen in 2024-10-04, \"{seen:%H:%M}\"",
    "expect seen > 2024-10-04T12:00 or hour(seen) == 12",
    "expect term in 2024, \"{term}\"",
    "expect stay >= 1 day, \"{stay}\"",
    "expect stay == 90 minutes or stay == 1 day",
    "expect missed < 10%, \"{missed}\"",
    "expect missed - 10% <= 5 points, \"{missed - 10%}\"",
    "expect load >= 0.75 and load in 0.5 .. 2, \"{load}\"",
    "expect days >= 180 missing passes, \"{days}\"",
    "expect school.seats / school.rooms > 4, \"{school.seats / school.rooms}\"",
    /* references and chains */
    "expect school.name == \"Alder\", \"{school} {school.name}\"",
    "expect school == \"S003\" or school != \"S004\" and school > \"S001\"",
    "expect school.district.state == \"OH\", \"{school.district} {school.district.state}\"",
    "expect school.district is not missing",
    "expect school.district.weight >= 1 missing skips",
    "expect school.opened <= entered",
    "expect mentor is not missing",
    "expect mentor.grade > grade, \"{mentor} {mentor.grade}\"",
    "expect mentor.mentor.gpa > gpa missing passes",
    "expect mentor.school == school",
    "expect mentor.school.district != school.district",
    "expect mentor.school.name != school.name missing passes;  key school, student",
    "where mentor.mentor.mentor is missing;  expect mentor.mentor is missing",
    /* rows that refer to it */
    "expect count(visit) > 1, \"{count(visit)} visits\"",
    "expect count(visit where kind == \"call\") < 2",
    "expect count(visit where kind in known) >= count(visit where hours > 1)",
    "expect any(visit where score > 2)",
    "expect not any(visit where kind == \"mail\" and hours is missing)",
    "expect sum(visit.hours) < 4, \"{sum(visit.hours)}\"",
    "expect mean(visit.hours) >= 1, \"{mean(visit.hours)}\"",
    "expect min(visit.score) > 0 missing passes;  expect max(visit.score) < 10",
    "expect max(visit.day) >= 2024-09-15, \"{max(visit.day)}\"",
    "expect min(visit.kind) != \"call\" missing skips",
    "expect median(visit.score) in 1..3",
    "expect sd(visit.score) < 3 missing passes",
    "expect count(distinct visit.kind) <= 1",
    "expect count(distinct visit.host) == count(visit) or count(visit) > 3",
    "expect count(visit where host.district.state == \"OH\") < 1",
    "expect count(visit where host.seats > 10 and score > 1) == 0",
    "expect count(mentor.visit) <= count(visit)",
    "expect max(mentor.visit.score) > 1 missing passes",
    "expect all(visit.score > 0)",
    "expect first(visit.kind) != last(visit.kind)",
};

/* Those that read who else is in the school, which only some records tell. */
static const char *const class_rules[] = {
    "expect count(school.student) > 5, \"{count(school.student)}\"",
    "expect count(school.student where grade > 8) <= 2",
    "expect max(school.student.gpa) < 1e300",
    "expect sum(school.student.days) > 400",
    "let most = max(school.student.grade);  expect grade < most missing passes, \"{most}\"",
    "where count(school.student) > 2;  expect mean(school.student.gpa) > gpa",
    "expect count(visit where student.grade > 5) > 0, \"{count(visit where student.grade > 5)}\"",
};

/* Those that read who visited the school. A visit of the student's own is told twice. */
static const char *const guest_rules[] = {
    "expect count(visit where host == outer.school) < 12",
    "expect sum(visit.hours where host == outer.school) < 9",
    "expect count(school.visit where kind == \"call\") < 3",
    "expect count(school.visit) > count(visit) * 4",
};

/* Those whose source leaves rows out or adds columns, and in which students stand under students.
 */
static const char *const source_rules[] = {
    "student where grade > 5;  expect gpa > 1 and mentor.grade > 2 missing passes",
    "student where (big in -1 .. 0);  where big * 3 < 1;  expect big * 9 == 0, \"{big * 9}\"",
    "(from student | where frl | where grade < 9);  where gpa < 3;  expect level == \"E\"",
    "(from student | derive more = grade + 1);  expect more < 9, \"{more}\"",
    ("(from student | derive more = grade * 2 | where more > 9 | where mentor is not missing);\n"
     "  where frl;  expect more < 20 and mentor.frl, \"{more}\";  expect big != 0 missing passes"),
    "(from student | where big in -1 .. 0 | derive less = big * 3);  expect less == 0;  allow 40%",
    "(from student | where grade > 90);  expect frl",
    "(from student | where count(visit) > 1 | derive most = max(visit.score));  expect most < 3",
};

static const struct group {
    const char *of; /* what is behind `for` in each */
    const char *const *rules;
    size_t n;
    enum telling telling;
} groups[] = {{"student;  ", rules, COUNT_OF(rules), TELLS_COLUMNS},
              {"student;  ", class_rules, COUNT_OF(class_rules), TELLS_STUDENTS},
              {"student;  ", guest_rules, COUNT_OF(guest_rules), TELLS_GUESTS},
              {"", source_rules, COUNT_OF(source_rules), TELLS_COLUMNS}};

static void write_rules(struct buf *out, const struct group *g, const char *tail) {
    buf_text(out, tables);
    for (size_t i = 0; i < g->n; i++)
        buf_printf(out, "rule r%02zu \"%zu\" { for %s%s }\n", i, i, g->of, g->rules[i]);
    buf_text(out, tail);
}

/* ---- the ways of judging ---- */

static const char imports[] = "import district from \"district.csv\" strict\n"
                              "import school from \"school.csv\" strict\n"
                              "import student from \"student.csv\" strict\n"
                              "import visit from \"visit.csv\" strict\n";

static void open_group(struct hearing *h, const struct group *g, const char *tail) {
    struct alloc alloc;
    struct buf script;
    alloc_init(&alloc, NULL, NULL, 0);
    buf_init(&script, &alloc);
    write_rules(&script, g, tail);
    open_hearing(h, &script);
    buf_free(&script);
}

static void feed_student(spoke_records *r, struct buf *record, const struct world *w,
                         const struct group *g, int student) {
    buf_clear(record);
    json_student(record, w, student, g->telling);
    buf_char(record, '\n');
    ck_assert(!record->failed);
    ck_assert_int_eq(spoke_records_feed(r, record->p, record->n), SPOKE_OK);
}

/* Judges a record as soon as it is there, or all at once. */
static void judge_records(struct hearing *h, const struct world *w, const struct group *g,
                          bool one_by_one, int beside_store) {
    spoke_records_options options = {
        .size = sizeof options, .table = "student", .beside_store = beside_store};
    spoke_records *r;
    struct buf record;
    buf_init(&record, &h->alloc);
    ck_assert_int_eq(spoke_records_open(h->sp, &options, &r), SPOKE_OK);
    for (int i = 0; i < STUDENTS; i++) {
        feed_student(r, &record, w, g, i);
        spoke_status s = one_by_one ? spoke_records_judge(r) : SPOKE_OK;
        ck_assert(s == SPOKE_OK || s == SPOKE_FINDINGS);
    }
    ck_assert_int_eq(spoke_records_close(r, NULL), SPOKE_FINDINGS);
    buf_free(&record);
}

/* Judges one record beside the store. */
static void judge_student(struct hearing *h, const struct world *w, const struct group *g,
                          int student) {
    spoke_records_options options = {.size = sizeof options, .table = "student", .beside_store = 1};
    spoke_records *r;
    struct buf record;
    buf_init(&record, &h->alloc);
    ck_assert_int_eq(spoke_records_open(h->sp, &options, &r), SPOKE_OK);
    feed_student(r, &record, w, g, student);
    spoke_status s = spoke_records_close(r, NULL);
    ck_assert(s == SPOKE_OK || s == SPOKE_FINDINGS);
    buf_free(&record);
}

START_TEST(a_store_and_records_give_the_same) {
    static struct world w;
    static char *wanted[MOST_LINES];
    const struct group *g = &groups[_i % (int)COUNT_OF(groups)];
    struct hearing store, records;
    enter_folder();
    make_world((uint64_t)_i / COUNT_OF(groups) * 977 + 1, &w);
    write_files(&w, -1);
    open_group(&store, g, imports);
    spoke_status status = spoke_check(store.sp, NULL, NULL);
    ck_assert_msg(status == SPOKE_FINDINGS, "%.200s", strstr(store.told.p, " = 5: "));
    size_t n = sorted_lines(&store, wanted);
    ck_assert_uint_gt(n, g->n * 10);
    for (int one_by_one = 0; one_by_one < 2; one_by_one++) {
        open_group(&records, g, "");
        judge_records(&records, &w, g, one_by_one, 0);
        expect_same(wanted, n, &records);
        close_hearing(&records);
        open_group(&records, g, imports);
        judge_records(&records, &w, g, one_by_one, 1);
        expect_same(wanted, n, &records);
        close_hearing(&records);
    }
    close_hearing(&store);
    leave_folder();
}
END_TEST

START_TEST(what_is_left_out_withholds_answers) {
    static struct world w;
    const struct group *g = &groups[_i % (int)COUNT_OF(groups)];
    struct hearing store, records;
    enter_folder();
    make_world((uint64_t)_i / COUNT_OF(groups) * 977 + 1, &w);
    write_files(&w, -1);
    open_group(&store, g, imports);
    ck_assert_int_eq(spoke_check(store.sp, NULL, NULL), SPOKE_FINDINGS);
    open_group(&records, g, "");
    left_out = (struct omission){(uint64_t)_i + 1, 40};
    judge_records(&records, &w, g, false, 0);
    left_out.one_in = 0;
    expect_withheld(&store, &records, g->n);
    close_hearing(&records);
    close_hearing(&store);
    leave_folder();
}
END_TEST

/* Nobody refers to the student. */
static bool is_alone(const struct world *w, int student) {
    bool alone = true;
    for (int i = 0; alone && i < STUDENTS; i++)
        alone = w->mentor_of[i] != student;
    for (int i = 0; alone && i < VISITS; i++)
        alone = w->student_of[i] != student;
    return alone;
}

/* Beside a store in which a student is another one, or not there yet, the record is found as it is
 * in a store that has it. */
START_TEST(a_record_counts_as_stored) {
    static struct world w, before;
    static char *wanted[MOST_LINES];
    const struct group *g = &groups[_i % (int)COUNT_OF(groups)];
    struct hearing store, records;
    int missing = 0, changed = 0;
    enter_folder();
    make_world((uint64_t)_i / COUNT_OF(groups) * 977 + 1, &w);
    write_files(&w, -1);
    open_group(&store, g, imports);
    ck_assert_int_eq(spoke_check(store.sp, NULL, NULL), SPOKE_FINDINGS);
    size_t n = sorted_lines(&store, wanted);
    for (int i = STUDENTS - 1; i > 0 && (missing < 4 || changed < 4); i -= 7) {
        bool removes = missing < 4 && is_alone(&w, i);
        missing += removes;
        changed += !removes;
        before = w;
        memcpy(before.student[i], w.student[i / 2], sizeof before.student[i]);
        before.school_of[i] = (w.school_of[i] + 1) % SCHOOLS;
        before.mentor_of[i] = i > 1 ? 1 : -1;
        write_files(&before, removes ? i : -1);
        open_group(&records, g, imports);
        judge_student(&records, &w, g, i);
        expect_findings(wanted, n, i, &records);
        close_hearing(&records);
    }
    ck_assert_int_gt(missing, 1);
    ck_assert_int_gt(changed, 1);
    close_hearing(&store);
    leave_folder();
}
END_TEST

Suite *records_differential_suite(void) {
    Suite *s = suite_create("records_differential");
    TCase *c = tcase_create("same");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_store_and_records_give_the_same, 0, SEEDS * (int)COUNT_OF(groups));
    tcase_add_loop_test(c, what_is_left_out_withholds_answers, 0, SEEDS * (int)COUNT_OF(groups));
    tcase_add_loop_test(c, a_record_counts_as_stored, 0, SEEDS * (int)COUNT_OF(groups));
    suite_add_tcase(s, c);
    return s;
}
