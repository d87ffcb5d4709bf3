/* A small school information system: `enrol STORE RULES LEDGER <enrolments.csv`.
 *
 * Reads enrolments, one a line: student, school, grade, frl. The rules are planned once; each
 * enrolment is judged beside the store before it is saved. What breaks a rule of severity error is
 * refused with the rule's message and the field that a form would highlight; a warning is told, and
 * the enrolment saved, which is a line at the end of LEDGER.
 *
 * Ends with 0 when all are saved, with 1 when some are refused, with 2 when it cannot go on.
 * Build it with `cc enrol.c $(pkg-config --cflags --libs spoke)`. */
#include "spoke.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LONGEST_LINE = 1000, FIELDS = 4 };

static const char *const fields[FIELDS] = {"student", "school", "grade", "frl"};
static char rules[1 << 20];

struct desk {
    spoke *sp;
    spoke_records *records;
    FILE *ledger;
    unsigned long line;
    int refused; /* the enrolment at hand */
    unsigned long total_refused;
};

/* ---- what the rules say ---- */

static void say(const struct desk *desk, const char *what, spoke_text field, spoke_text why) {
    printf("line %lu: %s: ", desk->line, what);
    if (field.n)
        printf("%.*s: ", (int)field.n, field.p);
    printf("%.*s\n", (int)why.n, why.p);
}

static int on_finding(void *user, const spoke_finding *f) {
    struct desk *desk = user;
    int is_error = f->severity.n == 5 && !memcmp(f->severity.p, "error", 5);
    if (f->excepted)
        return 0;
    desk->refused |= is_error;
    say(desk, is_error ? "refused" : "warning", f->field, f->message);
    return 0;
}

/* No row of the table at all: a school that is not there, a grade that is no number. */
static int on_refused(void *user, uint64_t line, spoke_text reason) {
    struct desk *desk = user;
    (void)line; /* of what was handed over; ours is known */
    desk->refused = 1;
    say(desk, "refused", (spoke_text){NULL, 0}, reason);
    return 0;
}

/* A rule that could not be judged let enrolments through. */
static int on_rule(void *user, const spoke_rule_result *r) {
    (void)user;
    if (r->status == SPOKE_RULE_ERROR)
        fprintf(stderr, "enrol: %.*s: %.*s\n", (int)r->rule.n, r->rule.p, (int)r->reason.n,
                r->reason.p);
    return 0;
}

static int print_error(void *user, const char *bytes, size_t n) {
    (void)user;
    return fwrite(bytes, 1, n, stderr) != n;
}

/* ---- one enrolment ---- */

/* The text in quotes, with what JSON does not allow in them written out. */
static char *put_text(char *to, const char *text, size_t n) {
    *to++ = '"';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == '"' || c == '\\')
            to += sprintf(to, "\\u%04x", (unsigned)c);
        else
            *to++ = text[i];
    }
    *to++ = '"';
    return to;
}

/* The line as a record, a field that is empty as null. 0: the line has other fields. */
static size_t record_of(const char *line, char *json) {
    char *to = json;
    for (int i = 0; i < FIELDS; i++) {
        size_t n = strcspn(line, ",");
        to += sprintf(to, "%c\"%s\":", i ? ',' : '{', fields[i]);
        to = n ? put_text(to, line, n) : strcpy(to, "null") + 4;
        if ((line[n] == ',') != (i + 1 < FIELDS))
            return 0;
        line += n + 1;
    }
    *to++ = '}';
    return (size_t)(to - json);
}

/* Judges the enrolment, and saves it if nothing is against it; -1: it cannot be judged or saved. */
static int enrol(struct desk *desk, const char *line) {
    static char json[6 * LONGEST_LINE + 100];
    size_t n = record_of(line, json);
    desk->refused = 0;
    if (!n)
        return on_refused(desk, 0, (spoke_text){"not student,school,grade,frl", 28});
    spoke_status status = spoke_records_feed(desk->records, json, n);
    if (status == SPOKE_OK)
        status = spoke_records_judge(desk->records);
    if (status != SPOKE_OK && status != SPOKE_FINDINGS)
        return -1;
    if (desk->refused)
        return 0;
    printf("line %lu: saved\n", desk->line);
    return fprintf(desk->ledger, "%s\n", line) < 0 || fflush(desk->ledger) ? -1 : 0;
}

static int enrol_all(struct desk *desk, FILE *from) {
    char line[LONGEST_LINE + 2];
    while (fgets(line, sizeof line, from)) {
        size_t n = strcspn(line, "\r\n");
        desk->line++;
        if (!line[n] && !feof(from)) {
            fprintf(stderr, "enrol: line %lu is too long\n", desk->line);
            return -1;
        }
        line[n] = '\0';
        if (enrol(desk, line)) {
            fprintf(stderr, "enrol: line %lu could not be judged or saved\n", desk->line);
            return -1;
        }
        desk->total_refused += (unsigned long)desk->refused;
    }
    return ferror(from) ? -1 : 0;
}

/* ---- the day's work ---- */

/* Enrolments that were refused, and rules that erred, were told one by one. */
static int is_told(const spoke *sp) {
    spoke_diag d;
    return spoke_diag_at(sp, 0, &d) == SPOKE_OK && d.code.n == 5 && !memcmp(d.code.p, "E0934", 5);
}

static int work(struct desk *desk, const char *store, const char *file, size_t size) {
    spoke_records_options beside = {.size = sizeof beside, .table = "student", .beside_store = 1};
    spoke_check_summary sum;
    int result = -1;
    spoke_status status = spoke_use_store(desk->sp, store, SPOKE_STORE_READ);
    if (status == SPOKE_OK)
        status = spoke_compile(desk->sp, file, rules, size);
    if (status == SPOKE_OK)
        status = spoke_records_open(desk->sp, &beside, &desk->records);
    if (status == SPOKE_OK) {
        result = enrol_all(desk, stdin);
        if (result)
            spoke_diag_text(desk->sp, 0, print_error, NULL);
        status = spoke_records_close(desk->records, &sum);
        if (status == SPOKE_FAILED && is_told(desk->sp))
            status = SPOKE_OK;
    }
    if (status != SPOKE_OK && status != SPOKE_FINDINGS) {
        spoke_diag_text(desk->sp, 0, print_error, NULL);
        return 2;
    }
    return result || sum.error ? 2 : desk->total_refused > 0;
}

int main(int argc, char **argv) {
    FILE *f = argc == 4 ? fopen(argv[2], "rb") : NULL;
    struct desk desk = {.ledger = f ? fopen(argv[3], "a") : NULL};
    if (!desk.ledger) {
        fprintf(stderr, argc == 4 ? "enrol: cannot open the rules or the ledger\n"
                                  : "usage: enrol STORE RULES LEDGER <enrolments.csv\n");
        return 2;
    }
    size_t size = fread(rules, 1, sizeof rules, f);
    fclose(f);
    spoke_sink sink = {.size = sizeof sink,
                       .on_rule = on_rule,
                       .on_finding = on_finding,
                       .on_refused = on_refused};
    spoke_config config;
    spoke_config_init(&config);
    config.modules = spoke_standard_modules();
    config.capabilities = SPOKE_CAN_READ_FILES;   /* and nothing else */
    config.today = (int32_t)(time(NULL) / 86400); /* in UTC */
    config.has_today = 1;
    config.sink = &sink;
    config.sink_user = &desk;
    int result = 2;
    if (spoke_open(&config, &desk.sp) == SPOKE_OK) {
        result = work(&desk, argv[1], argv[2], size);
        spoke_close(desk.sp);
    }
    return fclose(desk.ledger) ? 2 : result;
}
