/* Writes the SYNTHETIC data of this example: six schools, their students, a school year of daily
 * attendance, the members of a network around them and the visits between members.
 *
 *     generate [FOLDER]
 *
 * The same program writes the same bytes everywhere: a seeded generator (splitmix64), integers
 * only. Two faults are planted for the rules to find: a student in a grade that the school does
 * not serve, and a visit hosted by a member that had left. One school, S3, improves in February. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCHOOLS = 6, STUDENTS_PER_SCHOOL = 40, VISITS = 120, SEED = 20240903 };

static const char label[] = "# SYNTHETIC: made by generate.c; nobody and nothing in it is real\n";

struct day {
    int year, month, dom;
    int weekday; /* 0 is Sunday */
};
static const struct day first_day = {2024, 9, 3, 2};
static const struct day last_day = {2025, 6, 20, 5};
/* S3 starts to visit families of absent students. */
static const struct day change_day = {2025, 2, 3, 1};

/* Days without school, as first and last month and day. */
static const struct {
    int from, to; /* month * 100 + day */
} holidays[] = {{1014, 1014}, {1111, 1111}, {1128, 1129}, {1223, 1231}, {101, 103},
                {120, 120},   {217, 221},   {414, 418},   {526, 526},   {619, 619}};

/* Absences expected in a thousand student days. */
static const struct {
    const char *name, *district;
    int lowest, highest, absences;
} schools[SCHOOLS] = {
    {"Alder Street School", "D1", 6, 8, 70},       {"Birch Hill School", "D1", 6, 8, 95},
    {"Cedar Grove High School", "D1", 9, 12, 150}, {"Dogwood School", "D2", 6, 8, 60},
    {"Elm Park High School", "D2", 9, 12, 110},    {"Fir Lane High School", "D2", 9, 12, 130}};

static const struct {
    const char *member, *name, *tier, *sector, *district, *joined, *left;
} members[] = {{"HUB", "Valley Improvement Hub", "hub", "school system", "", "2023-08-01", ""},
               {"D1", "North District", "district", "school system", "D1", "2023-08-01", ""},
               {"D2", "South District", "district", "school system", "D2", "2023-08-01", ""},
               {"S1", "Alder Street School", "school", "school system", "D1", "2023-08-15", ""},
               {"S2", "Birch Hill School", "school", "school system", "D1", "2023-08-15", ""},
               {"S3", "Cedar Grove High School", "school", "school system", "D1", "2023-08-15", ""},
               {"S4", "Dogwood School", "school", "school system", "D2", "2023-08-15", ""},
               {"S5", "Elm Park High School", "school", "school system", "D2", "2024-01-08", ""},
               {"S6", "Fir Lane High School", "school", "school system", "D2", "2024-08-20", ""},
               {"CLINIC", "Riverside Clinic", "partner", "health", "", "2023-10-01", ""},
               {"FAMILIES", "Parents of the Valley", "partner", "families", "", "2023-09-10", ""},
               {"BAKERY", "Main Street Bakery", "partner", "employers", "", "2024-03-01", ""},
               {"DEPOT", "Valley Bus Depot", "partner", "employers", "", "2024-03-01", ""},
               {"LIBRARY", "Town Library", "partner", "community", "", "2023-10-01", "2025-01-31"}};
enum { MEMBERS = sizeof members / sizeof members[0], LIBRARY = MEMBERS - 1 };

static uint64_t random_state = SEED;

static uint64_t random_bits(void) {
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 .. below - 1; the bias of the remainder is far under what anyone could see here. */
static int random_below(int below) {
    return (int)(random_bits() % (uint64_t)below);
}

static int compare_days(struct day a, struct day b) {
    int x = (a.year * 100 + a.month) * 100 + a.dom;
    int y = (b.year * 100 + b.month) * 100 + b.dom;
    return (x > y) - (x < y);
}

static struct day next_day(struct day d) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    d.weekday = (d.weekday + 1) % 7;
    if (++d.dom > lengths[d.month - 1]) { /* no February 29 in this school year */
        d.dom = 1;
        if (++d.month > 12) {
            d.month = 1;
            d.year++;
        }
    }
    return d;
}

static int is_school_day(struct day d) {
    if (d.weekday == 0 || d.weekday == 6)
        return 0;
    int at = d.month * 100 + d.dom;
    for (size_t i = 0; i < sizeof holidays / sizeof holidays[0]; i++)
        if (at >= holidays[i].from && at <= holidays[i].to)
            return 0;
    return 1;
}

static FILE *open_csv(const char *folder, const char *name, const char *header) {
    char path[1024];
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
    if (!f) {
        fprintf(stderr, "generate: cannot write %s/%s\n", folder, name);
        exit(EXIT_FAILURE);
    }
    fprintf(f, "%s%s\n", label, header);
    return f;
}

static void close_csv(FILE *f) {
    int bad = ferror(f);
    if (fclose(f) != 0 || bad) {
        fprintf(stderr, "generate: a file could not be written whole\n");
        exit(EXIT_FAILURE);
    }
}

static void write_schools(const char *folder) {
    FILE *f = open_csv(folder, "schools.csv", "school,name,district,lowest,highest");
    for (int i = 0; i < SCHOOLS; i++)
        fprintf(f, "S%d,%s,%s,%d,%d\n", i + 1, schools[i].name, schools[i].district,
                schools[i].lowest, schools[i].highest);
    close_csv(f);
}

struct student {
    int school, grade, frl;
    int tendency; /* percent of the school's usual absences */
    struct day enrolled;
};

static struct student make_student(int school) {
    struct student s = {.school = school, .enrolled = first_day};
    s.grade =
        schools[school].lowest + random_below(schools[school].highest - schools[school].lowest + 1);
    s.frl = random_below(100) < 55;
    /* Absence is uneven: a sixth of the students miss about half of all missed days. */
    s.tendency = random_below(6) == 0 ? 200 + random_below(150) : 30 + random_below(70);
    if (s.frl)
        s.tendency += 15;
    for (int late = random_below(20) == 0 ? 20 + random_below(60) : 0; late > 0; late--)
        s.enrolled = next_day(s.enrolled);
    return s;
}

static void write_student(FILE *f, int number, const struct student *s) {
    /* Planted: an eleventh-grader in a school for grades 6 to 8. */
    int grade = number == 57 ? 11 : s->grade;
    fprintf(f, "N%03d,S%d,%d,%s\n", number, s->school + 1, grade, s->frl ? "true" : "false");
}

static char draw_status(const struct student *s, struct day d) {
    int absences = schools[s->school].absences * s->tendency / 100;
    if (d.month == 12 || d.month <= 2)
        absences = absences * 115 / 100;
    if (d.weekday == 1 || d.weekday == 5)
        absences = absences * 110 / 100;
    if (s->school == 2 && compare_days(d, change_day) >= 0)
        absences = absences * 45 / 100;
    int draw = random_below(1000);
    if (draw < absences)
        return draw * 4 < absences ? 'E' : 'A';
    return random_below(100) < 4 ? 'T' : 'P';
}

static void write_students_and_attendance(const char *folder) {
    FILE *f = open_csv(folder, "students.csv", "student,school,grade,frl");
    FILE *g = open_csv(folder, "attendance.csv", "student,day,status");
    for (int i = 0; i < SCHOOLS * STUDENTS_PER_SCHOOL; i++) {
        struct student s = make_student(i / STUDENTS_PER_SCHOOL);
        write_student(f, i + 1, &s);
        for (struct day d = s.enrolled; compare_days(d, last_day) <= 0; d = next_day(d))
            if (is_school_day(d))
                fprintf(g, "N%03d,%04d-%02d-%02d,%c\n", i + 1, d.year, d.month, d.dom,
                        draw_status(&s, d));
    }
    close_csv(f);
    close_csv(g);
}

static void write_members(const char *folder) {
    FILE *f =
        open_csv(folder, "partners.csv", "member,name,tier,sector,district,joined_on,left_on");
    for (int i = 0; i < MEMBERS; i++)
        fprintf(f, "%s,%s,%s,%s,%s,%s,%s\n", members[i].member, members[i].name, members[i].tier,
                members[i].sector, members[i].district, members[i].joined, members[i].left);
    close_csv(f);
}

/* Who hosts: the hub and the districts most; later in the year the schools do it themselves. */
static int draw_host(int visit) {
    return random_below(VISITS) > visit ? random_below(3) : 3 + random_below(LIBRARY - 3);
}

static void write_visits(const char *folder) {
    FILE *f = open_csv(folder, "ties.csv", "visit,host,guest,day,hours");
    struct day d = first_day;
    for (int i = 0; i < VISITS; i++) {
        int host = draw_host(i), guest;
        do
            guest = random_below(LIBRARY);
        while (guest == host);
        if (i == 20) /* while it was still a member */
            host = LIBRARY;
        if (i == 104) /* Planted: three months after it left. */
            host = LIBRARY;
        fprintf(f, "%d,%s,%s,%04d-%02d-%02d,%d\n", i + 1, members[host].member,
                members[guest].member, d.year, d.month, d.dom, 1 + random_below(6));
        for (int step = 1 + random_below(2); step > 0 || !is_school_day(d); step--)
            d = next_day(d);
    }
    close_csv(f);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    write_schools(folder);
    write_students_and_attendance(folder);
    write_members(folder);
    write_visits(folder);
    return EXIT_SUCCESS;
}
