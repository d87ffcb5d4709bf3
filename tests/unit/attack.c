/* See attack.h. */
#include "attack.h"
#include <math.h>
#include <string.h>

void attack_init(struct attack *a) {
    memset(a, 0, sizeof *a);
}

int attack_unknown(struct attack *a) {
    a->low[a->nunknowns] = 0;
    a->high[a->nunknowns] = INFINITY;
    return a->nunknowns++;
}

int attack_sum(struct attack *a, double sum) {
    a->sum[a->nsums] = sum;
    return a->nsums++;
}

static void swap_sums(struct attack *a, int i, int k) {
    double row[ATTACK_UNKNOWNS], sum = a->sum[i];
    memcpy(row, a->factor[i], sizeof row);
    memcpy(a->factor[i], a->factor[k], sizeof row);
    memcpy(a->factor[k], row, sizeof row);
    a->sum[i] = a->sum[k];
    a->sum[k] = sum;
}

/* Every unknown that the sums decide is then alone in one of them. */
static void eliminate(struct attack *a) {
    int done = 0;
    for (int x = 0; x < a->nunknowns && done < a->nsums; x++) {
        int best = done;
        for (int i = done; i < a->nsums; i++)
            best = fabs(a->factor[i][x]) > fabs(a->factor[best][x]) ? i : best;
        if (fabs(a->factor[best][x]) < 1e-9)
            continue;
        swap_sums(a, done, best);
        double pivot = a->factor[done][x];
        for (int k = 0; k < a->nunknowns; k++)
            a->factor[done][k] /= pivot;
        a->sum[done] /= pivot;
        for (int i = 0; i < a->nsums; i++) {
            double by = a->factor[i][x];
            if (i == done || by == 0)
                continue;
            for (int k = 0; k < a->nunknowns; k++)
                a->factor[i][k] -= by * a->factor[done][k];
            a->sum[i] -= by * a->sum[done];
        }
        done++;
    }
}

/* The least and the greatest that the others leave for one unknown of one sum. */
static bool narrow(struct attack *a, int i, int x) {
    double by = a->factor[i][x], low = a->sum[i], high = a->sum[i];
    if (fabs(by) < 1e-9)
        return false;
    for (int k = 0; k < a->nunknowns; k++) {
        double f = a->factor[i][k];
        if (k == x || fabs(f) < 1e-9)
            continue;
        high -= f > 0 ? f * a->low[k] : f * a->high[k];
        low -= f > 0 ? f * a->high[k] : f * a->low[k];
    }
    double least = ceil((by > 0 ? low : high) / by - 1e-6);
    double most = floor((by > 0 ? high : low) / by + 1e-6);
    bool found = least > a->low[x] || most < a->high[x];
    a->low[x] = least > a->low[x] ? least : a->low[x];
    a->high[x] = most < a->high[x] ? most : a->high[x];
    return found;
}

static void narrow_all(struct attack *a) {
    bool more = true;
    for (int turn = 0; more && turn < 200; turn++) {
        more = false;
        for (int i = 0; i < a->nsums; i++)
            for (int x = 0; x < a->nunknowns; x++)
                more |= narrow(a, i, x);
    }
}

void attack_run(struct attack *a) {
    narrow_all(a);
    eliminate(a);
    narrow_all(a);
}
