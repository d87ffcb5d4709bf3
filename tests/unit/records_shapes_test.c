/* The same rule, the same answer, for rows of other shapes than single columns and references by
 * one: references by several columns, lists in columns and their items, rows that hold for a time.
 *
 * As records_differential_test.c, with a smaller world: the same random rows as files for a store
 * and as records, of four tables. */
#include "hearing.h"
#include <stdio.h>
#include <string.h>

enum { SCHOOLS = 4, YEARS = 3, STUDENTS = 40, VISITS = 70, JOBS = 50, THEMES = 5, SEEDS = 4 };
enum { STAYS = 3, MOST_ITEMS = 4 };

/* ---- rows ---- */

struct list {
    int n, items[MOST_ITEMS];
};
struct stay { /* days since 2024-09-01; until < 0: still */
    int since, until, grade, house;
};
struct world {
    int kind_of[THEMES];
    bool enrols[SCHOOLS][YEARS];
    int pupils[SCHOOLS][YEARS];
    struct list focus[SCHOOLS][YEARS];
    int school_of[STUDENTS], year_of[STUDENTS], mentor_of[STUDENTS]; /* -1: missing */
    struct list likes[STUDENTS], marks[STUDENTS], tags[STUDENTS];
    int nstays[STUDENTS];
    struct stay stays[STUDENTS][STAYS];
    int student_of[VISITS], day_of[VISITS], hours_of[VISITS];
    struct list topics[VISITS];
    int worker_of[JOBS], pay_of[JOBS];
    struct stay jobs[JOBS];
};

static const char *const theme_names[THEMES] = {"att", "fam", "a,b", "\xc3\xa9t\xc3\xa9", "x y"};
static const char *const tag_names[] = {"new", "moved", "%n", "\"q\"", "late"};

static const char tables[] =
    "table school { key school;  school text }\n"
    "table theme { key theme;  theme text;  kind int null }\n"
    "table enrolment { key school, year;  school -> school;  year int;  pupils int null\n"
    "  focus list of theme split \"|\" }\n"
    "table student { key student;  student text;  school -> school;  year int null\n"
    "  (school, year) -> enrolment;  mentor -> student null\n"
    "  likes list of theme split \"|\";  marks list of int split \"|\"\n"
    "  tags list of text split \"|\" }\n"
    "table visit { key student, day;  student -> student;  day date;  hours int null\n"
    "  topics list of theme split \"|\" }\n"
    "table stay { key student;  student -> student;  since date;  until date null\n"
    "  grade int null;  house -> school null;  spans since .. until included\n"
    "  history of student }\n"
    "table job { key job;  job text;  worker -> student null;  pay int null;  since date\n"
    "  until date null;  spans since .. until }\n";

static const char imports[] = "import school from \"school.csv\" strict\n"
                              "import theme from \"theme.csv\" strict\n"
                              "import enrolment from \"enrolment.csv\" strict\n"
                              "import student from \"student.csv\" strict\n"
                              "import visit from \"visit.csv\" strict\n"
                              "import stay from \"stay.csv\" strict\n"
                              "import job from \"job.csv\" strict\n";

static struct list make_list(uint64_t *s, int kinds) {
    struct list l = {below(s, MOST_ITEMS), {0}};
    for (int i = 0; i < l.n; i++)
        l.items[i] = below(s, kinds);
    return l;
}

static int perhaps(uint64_t *s, int n) {
    return below(s, 5) ? below(s, n) : -1;
}

static void make_stays(uint64_t *s, struct world *w, int student) {
    int day = below(s, 20);
    w->nstays[student] = below(s, STAYS + 1);
    for (int i = 0; i < w->nstays[student]; i++) {
        int end = day + below(s, 15);
        bool last = i == w->nstays[student] - 1;
        w->stays[student][i] =
            (struct stay){day, last && below(s, 2) ? -1 : end, perhaps(s, 9), perhaps(s, SCHOOLS)};
        day = end + 1 + below(s, 6);
    }
}

static void make_world(uint64_t seed, struct world *w) {
    uint64_t s = seed;
    bool taken[STUDENTS][29] = {{false}};
    memset(w, 0, sizeof *w);
    for (int i = 0; i < THEMES; i++)
        w->kind_of[i] = perhaps(&s, 4);
    for (int i = 0; i < SCHOOLS; i++)
        for (int k = 0; k < YEARS; k++) {
            w->enrols[i][k] = k == 0 || below(&s, 4);
            w->pupils[i][k] = perhaps(&s, 30);
            w->focus[i][k] = make_list(&s, THEMES);
        }
    for (int i = 0; i < STUDENTS; i++) {
        w->school_of[i] = below(&s, SCHOOLS);
        do
            w->year_of[i] = perhaps(&s, YEARS);
        while (w->year_of[i] >= 0 && !w->enrols[w->school_of[i]][w->year_of[i]]);
        w->mentor_of[i] = i && below(&s, 2) ? below(&s, i) : -1;
        w->likes[i] = make_list(&s, THEMES);
        w->marks[i] = make_list(&s, 9);
        w->tags[i] = make_list(&s, (int)COUNT_OF(tag_names));
        make_stays(&s, w, i);
    }
    for (int i = 0; i < VISITS; i++) {
        do {
            w->student_of[i] = below(&s, STUDENTS);
            w->day_of[i] = 1 + below(&s, 28);
        } while (taken[w->student_of[i]][w->day_of[i]]);
        taken[w->student_of[i]][w->day_of[i]] = true;
        w->hours_of[i] = perhaps(&s, 9);
        w->topics[i] = make_list(&s, THEMES);
    }
    for (int i = 0; i < JOBS; i++) {
        int since = below(&s, 40);
        w->worker_of[i] = perhaps(&s, STUDENTS);
        w->pay_of[i] = perhaps(&s, 20);
        w->jobs[i] =
            (struct stay){.since = since, .until = below(&s, 2) ? -1 : since + below(&s, 30)};
    }
}

/* ---- as files ---- */

static void put_day(struct buf *out, int day) {
    if (day < 0)
        return;
    buf_printf(out, "2024-%02d-%02d",
               day < 30   ? 9
               : day < 61 ? 10
                          : 11,
               (day < 30   ? day
                : day < 61 ? day - 30
                           : day - 61) +
                   1);
}

/* Numbers, or texts, with a bar between them. */
static void csv_list(struct buf *out, const struct list *l, const char *const *names) {
    buf_text(out, ",\"");
    for (int i = 0; i < l->n; i++) {
        buf_text(out, i ? "|" : "");
        for (const char *p = names ? names[l->items[i]] : ""; *p; p++)
            buf_text(out, *p == '"' ? "\"\"" : (char[]){*p, '\0'});
        if (!names)
            buf_printf(out, "%d", l->items[i]);
    }
    buf_char(out, '"');
}

static void csv_int(struct buf *out, int value) {
    buf_char(out, ',');
    if (value >= 0)
        buf_printf(out, "%d", value);
}

static void csv_key(struct buf *out, char letter, int number) {
    buf_char(out, ',');
    if (number >= 0)
        buf_printf(out, "%c%02d", letter, number);
}

static void csv_span(struct buf *out, const struct stay *s) {
    buf_char(out, ',');
    put_day(out, s->since);
    buf_char(out, ',');
    put_day(out, s->until);
}

static void save(const char *name, struct buf *text) {
    FILE *f = fopen(name, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert(!text->failed);
    ck_assert_uint_eq(fwrite(text->p, 1, text->n, f), text->n);
    fclose(f);
    buf_clear(text);
}

static void write_students(const struct world *w, struct buf *out) {
    buf_text(out, "student,school,year,mentor,likes,marks,tags\n");
    for (int i = 0; i < STUDENTS; i++) {
        buf_printf(out, "N%02d,S%02d", i, w->school_of[i]);
        csv_int(out, w->year_of[i]);
        csv_key(out, 'N', w->mentor_of[i]);
        csv_list(out, &w->likes[i], theme_names);
        csv_list(out, &w->marks[i], NULL);
        csv_list(out, &w->tags[i], tag_names);
        buf_char(out, '\n');
    }
    save("student.csv", out);
    buf_text(out, "student,grade,house,since,until\n");
    for (int i = 0; i < STUDENTS; i++)
        for (int k = 0; k < w->nstays[i]; k++) {
            buf_printf(out, "N%02d", i);
            csv_int(out, w->stays[i][k].grade);
            csv_key(out, 'S', w->stays[i][k].house);
            csv_span(out, &w->stays[i][k]);
            buf_char(out, '\n');
        }
    save("stay.csv", out);
}

static void write_files(const struct world *w) {
    struct alloc alloc;
    struct buf out;
    alloc_init(&alloc, NULL, NULL, 0);
    buf_init(&out, &alloc);
    buf_text(&out, "school\n");
    for (int i = 0; i < SCHOOLS; i++)
        buf_printf(&out, "S%02d\n", i);
    save("school.csv", &out);
    buf_text(&out, "theme,kind\n");
    for (int i = 0; i < THEMES; i++) {
        buf_printf(&out, "\"%s\"", theme_names[i]);
        csv_int(&out, w->kind_of[i]);
        buf_char(&out, '\n');
    }
    save("theme.csv", &out);
    buf_text(&out, "school,year,pupils,focus\n");
    for (int i = 0; i < SCHOOLS * YEARS; i++) {
        int school = i / YEARS, year = i % YEARS;
        if (!w->enrols[school][year])
            continue;
        buf_printf(&out, "S%02d,%d", school, year);
        csv_int(&out, w->pupils[school][year]);
        csv_list(&out, &w->focus[school][year], theme_names);
        buf_char(&out, '\n');
    }
    save("enrolment.csv", &out);
    write_students(w, &out);
    buf_text(&out, "student,day,hours,topics\n");
    for (int i = 0; i < VISITS; i++) {
        buf_printf(&out, "N%02d,2024-09-%02d", w->student_of[i], w->day_of[i]);
        csv_int(&out, w->hours_of[i]);
        csv_list(&out, &w->topics[i], theme_names);
        buf_char(&out, '\n');
    }
    save("visit.csv", &out);
    buf_text(&out, "job,worker,pay,since,until\n");
    for (int i = 0; i < JOBS; i++) {
        buf_printf(&out, "J%02d", i);
        csv_key(&out, 'N', w->worker_of[i]);
        csv_int(&out, w->pay_of[i]);
        csv_span(&out, &w->jobs[i]);
        buf_char(&out, '\n');
    }
    save("job.csv", &out);
    buf_free(&out);
}

/* ---- as records ---- */

static struct omission left_out;
/* Then only the record's own columns are read of it. */
static bool beside_store;

static void json_text(struct buf *out, const char *text) {
    buf_json(out, str_of(text));
}

static void json_int(struct buf *out, const char *name, int value) {
    if (omits(&left_out))
        return;
    buf_printf(out, ",\"%s\":", name);
    if (value < 0)
        buf_text(out, "null");
    else
        buf_printf(out, "%d", value);
}

/* A theme as its key, or as an object that says more. */
static void json_theme(struct buf *out, const struct world *w, int theme) {
    buf_text(out, "{\"theme\":");
    json_text(out, theme_names[theme]);
    json_int(out, "kind", w->kind_of[theme]);
    buf_char(out, '}');
}

static void json_themes(struct buf *out, const struct world *w, const char *name,
                        const struct list *l) {
    if (omits(&left_out))
        return;
    buf_printf(out, ",\"%s\":[", name);
    for (int i = 0; i < l->n; i++) {
        buf_text(out, i ? "," : "");
        json_theme(out, w, l->items[i]);
    }
    buf_char(out, ']');
}

static void json_span(struct buf *out, const struct stay *s) {
    buf_text(out, ",\"since\":\"");
    put_day(out, s->since);
    buf_text(out, s->until < 0 ? "\",\"until\":null" : "\",\"until\":\"");
    put_day(out, s->until);
    buf_text(out, s->until < 0 ? "" : "\"");
}

static void json_lists(struct buf *out, const struct world *w, int student) {
    const struct list *marks = &w->marks[student], *tags = &w->tags[student];
    json_themes(out, w, "likes", &w->likes[student]);
    if (omits(&left_out))
        return;
    buf_text(out, ",\"marks\":\""); /* as files have it */
    for (int i = 0; i < marks->n; i++)
        buf_printf(out, "%s%d", i ? "|" : "", marks->items[i]);
    buf_text(out, "\",\"tags\":[");
    for (int i = 0; i < tags->n; i++) {
        buf_text(out, i ? "," : "");
        json_text(out, tag_names[tags->items[i]]);
    }
    buf_char(out, ']');
}

static void json_visits(struct buf *out, const struct world *w, int student) {
    const char *between = "";
    if (omits(&left_out))
        return;
    buf_text(out, ",\"visit\":[");
    for (int i = 0; i < VISITS; i++)
        if (w->student_of[i] == student) {
            buf_printf(out, "%s{\"day\":\"2024-09-%02d\"", between, w->day_of[i]);
            json_int(out, "hours", w->hours_of[i]);
            json_themes(out, w, "topics", &w->topics[i]);
            buf_char(out, '}');
            between = ",";
        }
    buf_char(out, ']');
}

static void json_stay(struct buf *out, const struct stay *s) {
    json_int(out, "grade", s->grade);
    if (s->house < 0)
        buf_text(out, ",\"house\":null");
    else
        buf_printf(out, ",\"house\":\"S%02d\"", s->house);
    json_span(out, s);
}

static void json_times(struct buf *out, const struct world *w, int student) {
    const char *between = "";
    if (!omits(&left_out)) {
        buf_text(out, ",\"stay\":[");
        for (int i = 0; i < w->nstays[student]; i++) {
            buf_printf(out, "%s{\"student\":\"N%02d\"", i ? "," : "", student);
            json_stay(out, &w->stays[student][i]);
            buf_char(out, '}');
        }
        buf_char(out, ']');
    }
    if (omits(&left_out))
        return;
    buf_text(out, ",\"job\":[");
    for (int i = 0; i < JOBS; i++)
        if (w->worker_of[i] == student) {
            buf_printf(out, "%s{\"job\":\"J%02d\"", between, i);
            json_int(out, "pay", w->pay_of[i]);
            json_span(out, &w->jobs[i]);
            buf_char(out, '}');
            between = ",";
        }
    buf_char(out, ']');
}

static void json_student(struct buf *out, const struct world *w, int student, bool in_list);

/* `tells`: the columns that make up its key, too. */
static void json_enrolment(struct buf *out, const struct world *w, int school, int year,
                           bool tells) {
    const char *between = "";
    buf_char(out, '{');
    if (tells)
        buf_printf(out, "\"school\":\"S%02d\",\"year\":%d,", school, year);
    buf_text(out, "\"student\":[");
    for (int i = 0; i < STUDENTS; i++)
        if (w->school_of[i] == school && w->year_of[i] == year) {
            buf_text(out, between);
            json_student(out, w, i, true);
            between = ",";
        }
    buf_char(out, ']');
    json_int(out, "pupils", w->pupils[school][year]);
    json_themes(out, w, "focus", &w->focus[school][year]);
    buf_char(out, '}');
}

/* In the list of an enrolment the columns that lead there need not be told. */
static void json_student(struct buf *out, const struct world *w, int student, bool in_list) {
    int mentor = w->mentor_of[student], school = w->school_of[student], year = w->year_of[student];
    bool behind = !beside_store && year >= 0 && student % 3 == 0; /* the enrolment tells them */
    buf_printf(out, "{\"student\":\"N%02d\"", student);
    if (!behind && !in_list) {
        buf_printf(out, ",\"school\":\"S%02d\"", school);
        json_int(out, "year", year);
    }
    json_lists(out, w, student);
    json_visits(out, w, student);
    if (in_list) {
        buf_char(out, '}');
        return;
    }
    if (year < 0) {
        buf_text(out, ",\"enrolment\":null");
    } else if (!omits(&left_out)) {
        buf_text(out, ",\"enrolment\":");
        json_enrolment(out, w, school, year, behind);
    }
    json_times(out, w, student);
    if (mentor < 0) {
        buf_text(out, ",\"mentor\":null");
    } else if (!omits(&left_out)) {
        buf_text(out, ",\"mentor\":");
        json_student(out, w, mentor, false);
    }
    buf_char(out, '}');
}

static int record_of_student(struct buf *out, const struct world *w, int i) {
    json_student(out, w, i, false);
    return STUDENTS;
}

static int record_of_visit(struct buf *out, const struct world *w, int i) {
    buf_printf(out, "{\"day\":\"2024-09-%02d\"", w->day_of[i]);
    json_int(out, "hours", w->hours_of[i]);
    json_themes(out, w, "topics", &w->topics[i]);
    buf_text(out, ",\"student\":");
    json_student(out, w, w->student_of[i], false);
    buf_char(out, '}');
    return VISITS;
}

static int record_of_enrolment(struct buf *out, const struct world *w, int i) {
    if (w->enrols[i / YEARS][i % YEARS])
        json_enrolment(out, w, i / YEARS, i % YEARS, true);
    return SCHOOLS * YEARS;
}

static int record_of_stay(struct buf *out, const struct world *w, int i) {
    if (i % STAYS < w->nstays[i / STAYS]) {
        buf_text(out, "{\"student\":");
        json_student(out, w, i / STAYS, false);
        json_stay(out, &w->stays[i / STAYS][i % STAYS]);
        buf_char(out, '}');
    }
    return STUDENTS * STAYS;
}

/* ---- rules ---- */

static const char *const student_rules[] = {
    /* references by several columns */
    "for student;  expect enrolment.pupils > 9, \"{enrolment.pupils}\"",
    "for student;  expect enrolment.pupils > 9 missing skips",
    "for student;  expect enrolment.pupils > 9 missing passes;  expect year > 0",
    "for student;  expect enrolment.school == school",
    "for student;  expect enrolment.school is not missing, \"{enrolment.year}\"",
    "for student;  expect mentor.enrolment.pupils > enrolment.pupils missing passes",
    "for student;  expect count(enrolment.student) > 2, \"{count(enrolment.student)}\"",
    "for student;  expect count(enrolment.student where len(likes) > 1) < 2",
    "for student;  expect count(mentor.enrolment.student) > 1",
    "for student;  expect count(visit where student.enrolment.pupils > 9) > 0",
    "for student;  where enrolment.pupils > 4;  expect mentor is not missing",
    "for (from student | where year > 0);  expect enrolment.pupils > 9",
    /* lists and their items */
    "for student;  expect \"att\" in likes, \"{likes}\"",
    "for student;  expect len(likes) > 1 and len(marks) < 3, \"{likes} {marks} {tags}\"",
    "for student;  expect 3 in marks or len(tags) == 0",
    "for student;  expect \"late\" in mentor.tags missing passes",
    "for student;  expect count(likes) < 2, \"{count(likes)}\"",
    "for student;  expect count(likes where item.kind > 1) > 0",
    "for student;  expect sum(marks.item) > 9, \"{sum(marks.item)}\"",
    "for student;  expect max(marks.place) > 1 missing passes",
    "for student;  expect min(tags.item) == \"late\" missing skips",
    "for student;  expect count(mentor.likes) > count(likes)",
    "for student;  expect count(visit.topics) > 2, \"{count(visit.topics)}\"",
    "for student;  expect count(visit.topics where item.kind == 1) < 2",
    "for student;  expect count(visit where len(topics) > 1) > 0",
    "for student;  expect count(enrolment.focus where item.kind > 0) > 0",
    "for student;  expect \"att\" in enrolment.focus missing passes",
    /* rows that hold for a time */
    "for student;  expect grade > 3, \"{grade} {house}\"",
    "for student;  expect house == school missing passes",
    "for student;  expect mentor.grade >= grade missing passes",
    "for student;  expect count(stay) > 0",
    "for student;  expect count(every stay) < 3",
    "for student;  expect max(every stay.since) > 2024-09-10 missing passes",
    "for student;  expect count(job) < 2, \"{count(job)}\"",
    "for student;  expect sum(every job.pay) > 5 missing skips",
    "for student;  expect sum(job.pay where since > 2024-09-10) < 20",
    "for (from student | where grade > 2);  expect house is not missing",
};
static const char *const visit_rules[] = {
    "for visit;  expect student.enrolment.pupils > 5",
    "for visit;  expect count(topics) > 0",
    "for visit;  expect count(topics where item.kind == 2) < 1, \"{topics}\"",
    "for visit;  expect \"fam\" in student.likes",
    "for visit;  expect count(student.likes) > 1 and count(student.mentor.likes) < 3",
    "for visit;  expect student.grade > 2 missing passes",
    "for visit;  expect count(student.visit) < 3, \"{count(student.visit)}\"",
    "for visit;  expect hours < student.enrolment.pupils missing passes",
    "for visit;  expect count(student.job) > 0",
    "for (from visit | where hours > 3);  expect len(topics) > 0",
};
static const char *const enrolment_rules[] = {
    "for enrolment;  expect count(student) > 1, \"{count(student)}\"",
    "for enrolment;  expect pupils >= count(student)",
    "for enrolment;  expect count(student where len(marks) > 1) > 0",
    "for enrolment;  expect count(student where \"att\" in likes) > 0",
    "for enrolment;  expect count(focus) > 1",
    "for enrolment;  expect count(focus where item.kind > 1) < 1, \"{focus}\"",
    "for (from enrolment | where year > 0);  expect count(student) > 2",
};
static const char *const stay_rules[] = {
    "for stay;  expect grade > 4, \"{grade}\"",
    "for every stay;  expect grade > 4",
    "for every stay;  expect student.enrolment.pupils > 4",
    "for stay;  expect house == student.school missing passes",
    "for stay;  where grade > 1;  expect student.mentor is not missing",
    "for stay;  allow 2;  expect until is missing",
    "for stay;  expect count(student.stay) == 1",
    "for every stay;  expect count(every student.stay) < 3",
    "for stay;  expect len(student.tags) > 1, \"{student.tags}\"",
};

/* These read stays in their order, where one that is not stored has no place. */
static const char *const ordered_rules[] = {
    "for every stay;  expect student.grade == grade missing passes",
    "for stay;  expect first(every student.stay.grade) == grade missing passes",
};

static const struct group {
    const char *table;
    const char *const *rules;
    size_t n;
    int (*record)(struct buf *out, const struct world *w, int i); /* gives how many there are */
} groups[] = {{"student", student_rules, COUNT_OF(student_rules), record_of_student},
              {"visit", visit_rules, COUNT_OF(visit_rules), record_of_visit},
              {"enrolment", enrolment_rules, COUNT_OF(enrolment_rules), record_of_enrolment},
              {"stay", stay_rules, COUNT_OF(stay_rules), record_of_stay},
              {"stay", ordered_rules, COUNT_OF(ordered_rules), record_of_stay}};

static void open_group(struct hearing *h, const struct group *g, const char *tail) {
    struct alloc alloc;
    struct buf script;
    alloc_init(&alloc, NULL, NULL, 0);
    buf_init(&script, &alloc);
    buf_text(&script, tables);
    for (size_t i = 0; i < g->n; i++)
        buf_printf(&script, "rule r%02zu \"%zu\" { %s }\n", i, i, g->rules[i]);
    buf_text(&script, tail);
    open_hearing(h, &script);
    buf_free(&script);
}

/* Judges a record as soon as it is there, or all at once. */
static void judge_records(struct hearing *h, const struct world *w, const struct group *g,
                          bool one_by_one, bool beside) {
    spoke_records_options options = {
        .size = sizeof options, .table = g->table, .beside_store = beside};
    spoke_records *r;
    struct buf record;
    buf_init(&record, &h->alloc);
    ck_assert_int_eq(spoke_records_open(h->sp, &options, &r), SPOKE_OK);
    beside_store = beside;
    for (int i = 0, n = 1; i < n; i++) {
        buf_clear(&record);
        n = g->record(&record, w, i);
        buf_char(&record, '\n');
        ck_assert(!record.failed);
        ck_assert_int_eq(spoke_records_feed(r, record.p, record.n), SPOKE_OK);
        if (one_by_one)
            (void)spoke_records_judge(r);
    }
    (void)spoke_records_close(r, NULL);
    buf_free(&record);
}

START_TEST(a_store_and_records_give_the_same) {
    static struct world w;
    static char *wanted[MOST_LINES];
    const struct group *g = &groups[_i % (int)COUNT_OF(groups)];
    struct hearing store, records;
    enter_folder();
    make_world((uint64_t)_i / COUNT_OF(groups) * 1013 + 7, &w);
    write_files(&w);
    open_group(&store, g, imports);
    spoke_status status = spoke_check(store.sp, NULL, NULL);
    ck_assert_msg(status == SPOKE_FINDINGS, "%.200s", strstr(store.told.p, " = 5: "));
    size_t n = sorted_lines(&store, wanted);
    ck_assert_uint_gt(n, g->n * 3);
    for (int one_by_one = 0; one_by_one < 2; one_by_one++) {
        open_group(&records, g, "");
        judge_records(&records, &w, g, one_by_one, false);
        expect_same(wanted, n, &records);
        close_hearing(&records);
        if (g->rules == ordered_rules)
            continue;
        open_group(&records, g, imports);
        judge_records(&records, &w, g, one_by_one, true);
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
    make_world((uint64_t)_i / COUNT_OF(groups) * 1013 + 7, &w);
    write_files(&w);
    open_group(&store, g, imports);
    ck_assert_int_eq(spoke_check(store.sp, NULL, NULL), SPOKE_FINDINGS);
    open_group(&records, g, "");
    left_out = (struct omission){(uint64_t)_i + 1, 12};
    judge_records(&records, &w, g, false, false);
    left_out.one_in = 0;
    expect_withheld(&store, &records, g->n);
    close_hearing(&records);
    close_hearing(&store);
    leave_folder();
}
END_TEST

Suite *records_shapes_suite(void) {
    Suite *s = suite_create("records_shapes");
    TCase *c = tcase_create("same");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_store_and_records_give_the_same, 0, SEEDS * (int)COUNT_OF(groups));
    tcase_add_loop_test(c, what_is_left_out_withholds_answers, 0, SEEDS * (int)COUNT_OF(groups));
    suite_add_tcase(s, c);
    return s;
}
