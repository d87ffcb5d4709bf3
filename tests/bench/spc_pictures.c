/* Small multiples, timed: from judged series to one SVG.
 *
 *   spc-pictures PANELS RUNS
 *
 * Prints the least processor seconds of a run: series of 24 months judged by limits of individuals,
 * put in order, laid out and written. */
#include "stdlib/chart/chart.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MONTHS = 24 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool judge(struct arena *a, struct chart *c, const int64_t *at) {
    for (uint32_t k = 0; k < c->nseries; k++) {
        double *x = ARENA_ARRAY(a, double, MONTHS);
        for (uint32_t i = 0; x && i < MONTHS; i++) {
            x[i] = 80 + k % 17 + 2 * sin(i * 1.7 + k) - (k % 9 == 0 && i > 11 ? 6 : 0);
        }
        struct spc_input in = {.points = {.n = MONTHS, .value = x, .base_stop = MONTHS},
                               .kind = SPC_XMR,
                               .profile = rule_profile_named(STR("anhoej"), false),
                               .options = {.centre = NAN, .sigma = NAN},
                               .low_bound = -(double)INFINITY,
                               .high_bound = (double)INFINITY};
        struct spc_result *r = x ? spc_analyse(a, &in) : NULL;
        struct str name = arena_printf(a, "School %u", k + 1);
        if (!r || !name.p) {
            return false;
        }
        c->series[k] = (struct chart_series){name, MONTHS, at, r->lines.value, r, NULL};
    }
    return true;
}

/* Seconds; negative: no memory. */
static double draw(struct alloc *memory, uint32_t panels, size_t *written) {
    struct arena a;
    struct buf out;
    struct figure f;
    int64_t at[MONTHS];
    double from = now();
    arena_init(&a, memory);
    buf_init(&out, memory);
    for (uint32_t i = 0; i < MONTHS; i++) {
        at[i] = period_pack(GRAIN_MONTH, 2024 * 12 + i);
    }
    struct chart c = {.title = STR("Attendance by school"),
                      .unit = STR("%"),
                      .better = BETTER_UP,
                      .grain = GRAIN_MONTH,
                      .calendar = CALENDAR_DEFAULT,
                      .series = ARENA_ARRAY(&a, struct chart_series, panels),
                      .nseries = panels};
    bool ok = c.series && judge(&a, &c, at) && chart_arrange(&a, &c, ORDER_WORST) &&
              chart_finish(&a, &c) && chart_figure(&a, &c, &f);
    if (ok) {
        figure_svg(&out, &a, &f);
    }
    ok = ok && !out.failed;
    *written = out.n;
    buf_free(&out);
    arena_free(&a);
    return ok ? now() - from : -1;
}

int main(int argc, char **argv) {
    struct alloc memory;
    double least = INFINITY;
    size_t written = 0;
    alloc_init(&memory, NULL, NULL, 0);
    int panels = argc > 1 ? atoi(argv[1]) : 200, runs = argc > 2 ? atoi(argv[2]) : 5;
    for (int i = 0; i < runs && panels > 0 && panels <= CHART_PANELS; i++) {
        least = fmin(least, draw(&memory, (uint32_t)panels, &written));
    }
    if (!(least > 0) || isinf(least) || written < 1000) {
        fprintf(stderr, "spc-pictures: nothing was drawn\n");
        return 1;
    }
    printf("%.6f\n", least);
    return 0;
}
