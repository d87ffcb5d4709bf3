/* Nanoseconds of the processor that one record takes through the library: fed and judged by itself
 * by one rule of five terms, which was planned before; the least of several rounds, since other
 * work on the machine only adds to it.
 *
 *     record TIMES */
#include "spoke.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 5 };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    static const char rules[] =
        "table student { key student;  student text;  grade int null;  age int;  gpa float\n"
        "  days int;  absent int }\n"
        "rule r { for student;  expect grade in 0..12 and age - grade < 8 and gpa <= 4\n"
        "  and absent <= days and days > 0 }\n";
    static const char good[] =
        "{\"student\":\"N1\",\"grade\":9,\"age\":14,\"gpa\":3.5,\"days\":180,"
        "\"absent\":7}\n";
    static const char bad[] = "{\"student\":\"N2\",\"grade\":9,\"age\":14,\"gpa\":4.5,\"days\":180,"
                              "\"absent\":7}\n";
    long times = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
    spoke_config config;
    spoke *sp;
    spoke_records *r;
    spoke_config_init(&config);
    config.threads = 1;
    if (spoke_open(&config, &sp) != SPOKE_OK ||
        spoke_run(sp, "rules", rules, strlen(rules)) != SPOKE_OK ||
        spoke_records_open(sp, NULL, &r) != SPOKE_OK)
        return 1;
    if (spoke_records_feed(r, bad, strlen(bad)) != SPOKE_OK ||
        spoke_records_judge(r) != SPOKE_FINDINGS)
        return 1;
    double least = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = seconds();
        for (long i = 0; i < times; i++)
            if (spoke_records_feed(r, good, sizeof good - 1) != SPOKE_OK ||
                spoke_records_judge(r) != SPOKE_OK)
                return 1;
        double took = seconds() - start;
        least = round == 0 || took < least ? took : least;
    }
    printf("%.0f\n", least / (double)times * 1e9);
    spoke_records_close(r, NULL);
    spoke_close(sp);
    return 0;
}
