/* What a program pays for an interpreter inside it, through spoke.h alone:
 *
 *   embed-bench open       microseconds to open one with the standard library, and its KiB
 *   embed-bench record     microseconds for one record, handed in and judged by itself
 *   embed-bench records    the same in batches
 *   embed-bench call       microseconds for a call of a function of a script
 *
 * Each is the least of several rounds, by the processor's clock of the process. */
#define _POSIX_C_SOURCE 200809L
#include "spoke.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 15, RECORDS = 20000, OPENINGS = 20, CALLS = 20000 };

static const char rules[] =
    "table student { key student;  student int;  school text;  grade int;  age int;  days int;"
    "  absent int }\n"
    "rule fits { for student;  expect grade >= 1 and grade <= 12 and age >= 5 and age <= 21"
    " and absent <= days }\n"
    "fn rate(absent: int, days: int) -> float? { absent / days }\n";
static const char record[] = "{\"student\":1,\"school\":\"Oak\",\"grade\":9,\"age\":15,"
                             "\"days\":180,\"absent\":4}\n";

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static spoke *opened(void) {
    spoke_config config;
    spoke *sp = NULL;
    spoke_config_init(&config);
    config.modules = spoke_standard_modules();
    return spoke_open(&config, &sp) == SPOKE_OK ? sp : NULL;
}

static size_t peak;

static int open_some(spoke *unused, spoke_records *none) {
    (void)unused;
    (void)none;
    for (int i = 0; i < OPENINGS; i++) {
        spoke *sp = opened();
        if (!sp)
            return 0;
        peak = spoke_memory_peak(sp);
        spoke_close(sp);
    }
    return OPENINGS;
}

static int judge_each(spoke *sp, spoke_records *r) {
    (void)sp;
    for (int i = 0; i < RECORDS; i++)
        if (spoke_records_feed(r, record, sizeof record - 1) != SPOKE_OK ||
            spoke_records_judge(r) != SPOKE_OK)
            return 0;
    return RECORDS;
}

static int judge_all(spoke *sp, spoke_records *r) {
    (void)sp;
    for (int i = 0; i < RECORDS; i++)
        if (spoke_records_feed(r, record, sizeof record - 1) != SPOKE_OK)
            return 0;
    return spoke_records_judge(r) == SPOKE_OK ? RECORDS : 0;
}

static int call_each(spoke *sp, spoke_records *r) {
    const spoke_datum arguments[2] = {{.kind = SPOKE_DATUM_INT, .i = 9},
                                      {.kind = SPOKE_DATUM_INT, .i = 180}};
    const spoke_value *value;
    (void)r;
    for (int i = 0; i < CALLS; i++)
        if (spoke_call(sp, "rate", arguments, 2, &value) != SPOKE_OK ||
            spoke_scalar_float(value) != 0.05)
            return 0;
    return CALLS;
}

static int measure(int (*work)(spoke *sp, spoke_records *r)) {
    spoke *sp = opened();
    spoke_records *r = NULL;
    double least = 1e9;
    int fine = sp && spoke_run(sp, "rules", rules, sizeof rules - 1) == SPOKE_OK &&
               spoke_records_open(sp, NULL, &r) == SPOKE_OK;
    for (int i = 0; fine && i < ROUNDS; i++) {
        double begin = now();
        int n = work(sp, r);
        double each = n ? (now() - begin) / n : 0;
        fine = n > 0;
        least = each < least ? each : least;
    }
    if (r)
        spoke_records_close(r, NULL);
    spoke_close(sp);
    if (fine)
        printf("%.3f", least * 1e6);
    return fine ? 0 : 1;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    int status = strcmp(what, "open") == 0      ? measure(open_some)
                 : strcmp(what, "record") == 0  ? measure(judge_each)
                 : strcmp(what, "records") == 0 ? measure(judge_all)
                 : strcmp(what, "call") == 0    ? measure(call_each)
                                                : 2;
    if (status == 0 && strcmp(what, "open") == 0)
        printf(" %.1f", (double)peak / 1024);
    printf("\n");
    return status;
}
