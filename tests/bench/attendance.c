/* Writes the data of the suite measures: schools.csv, students.csv and attendance.csv, a row for
 * each student and school day, in the order of days.
 *
 *     attendance FOLDER [STUDENTS]
 *
 * 30,000 students, unless said otherwise, at 120 schools, and 180 days; one in twenty changes the
 * school once. The same bytes everywhere: a seeded generator, integers only. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCHOOLS = 120, DAYS = 180, SEED = 20240817 };

struct student {
    int school, later, moves, absences; /* schools, the day of the move, absences in 10,000 days */
};

static uint64_t state = SEED;

static unsigned below(unsigned n) {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((z ^ z >> 31) % n);
}

static FILE *create(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void finish(FILE *f) {
    if (ferror(f) | fclose(f)) {
        perror("attendance");
        exit(1);
    }
}

static void write_schools(const char *folder) {
    static const char *const levels[] = {"Elementary", "Middle", "High"};
    FILE *f = create(folder, "schools.csv");
    fprintf(f, "school_id,name,level\n");
    for (int i = 0; i < SCHOOLS; i++)
        fprintf(f, "%d,%s School %03d,%s\n", i + 1, levels[i % 3], i + 1, levels[i % 3]);
    finish(f);
}

static void write_students(const char *folder, struct student *all, int n) {
    static const char *const races[] = {"Hispanic", "White",       "Black",           "Asian",
                                        "White",    "Two or more", "American Indian", "Hispanic"};
    FILE *f = create(folder, "students.csv");
    fprintf(f, "student_id,school_id,grade,race\n");
    for (int i = 0; i < n; i++) {
        struct student *s = &all[i];
        s->school = i % SCHOOLS + 1;
        s->later = (i + 12) % SCHOOLS + 1;
        s->moves = below(20) == 0 ? 5 + (int)below(DAYS - 10) : DAYS;
        s->absences = (int)(below(1500) * below(1500) / 1500 + 100);
        fprintf(f, "%d,%d,%u,%s\n", 100001 + i, s->school, below(13), races[below(8)]);
    }
    finish(f);
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && year % 4 == 0);
}

static void write_day(FILE *f, const char *date, int day, const struct student *all, int n) {
    static const char *const reasons[] = {"", "", "illness", "family", "transport", "truancy"};
    for (int i = 0; i < n; i++) {
        const struct student *s = &all[i];
        unsigned chance = below(10000);
        char status = 'P';
        if (chance < (unsigned)s->absences)
            status = chance % 2 ? 'A' : 'E';
        else if (chance > 9650)
            status = 'T';
        fprintf(f, "%d,%d,%s,%c,%s\n", 100001 + i, day < s->moves ? s->school : s->later, date,
                status, status == 'P' ? "" : reasons[below(6)]);
    }
}

/* Five days of each week from the 21st of August 2023, a Monday. */
static void write_attendance(const char *folder, const struct student *all, int n) {
    FILE *f = create(folder, "attendance.csv");
    int year = 2023, month = 8, dom = 21;
    fprintf(f, "student_id,school_id,date,status,reason\n");
    for (int day = 0, weekday = 0; day < DAYS; weekday = (weekday + 1) % 7) {
        char date[48];
        snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, dom);
        if (weekday < 5)
            write_day(f, date, day++, all, n);
        if (++dom > days_in(year, month)) {
            dom = 1;
            month = month % 12 + 1;
            year += month == 1;
        }
    }
    finish(f);
}

int main(int argc, char **argv) {
    int n = argc > 2 ? atoi(argv[2]) : 30000;
    if (argc < 2 || n < 1) {
        fprintf(stderr, "usage: attendance FOLDER [STUDENTS]\n");
        return 2;
    }
    struct student *all = calloc((size_t)n, sizeof *all);
    if (!all)
        return 1;
    write_schools(argv[1]);
    write_students(argv[1], all, n);
    write_attendance(argv[1], all, n);
    free(all);
    return 0;
}
