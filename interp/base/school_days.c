/* Terms and instructional days: searches in sorted arrays. See school_days.h. */
#include "base/school_days.h"

const struct term *terms_of(const struct calendar *c, enum grain g, uint32_t *n) {
    const struct school_days *s = c->school;
    *n = !s ? 0 : g == GRAIN_SEMESTER ? s->nsemesters : s->nterms;
    return !s ? NULL : g == GRAIN_SEMESTER ? s->semesters : s->terms;
}

uint32_t term_behind(const struct term *terms, uint32_t n, int64_t day) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (terms[middle].stop > day)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const struct term *term_with_day(const struct calendar *c, enum grain g, int64_t day) {
    uint32_t n;
    const struct term *terms = terms_of(c, g, &n);
    uint32_t i = term_behind(terms, n, day);
    return i < n && terms[i].start <= day ? &terms[i] : NULL;
}

const struct term *term_of_period(const struct calendar *c, int64_t period) {
    uint32_t n;
    const struct term *terms = terms_of(c, period_grain(period), &n);
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (terms[middle].period == period)
            return &terms[middle];
        if (terms[middle].period > period)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

int64_t school_days_before(const struct calendar *c, int64_t day) {
    const struct school_days *s = c->school;
    uint32_t low = 0, high = s ? s->ndays : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->days[middle] >= day)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool has_school_days(const struct calendar *c) {
    return c->school && c->school->ndays > 0;
}

bool is_school_day(const struct calendar *c, int64_t day) {
    int64_t before = school_days_before(c, day);
    return has_school_days(c) && before < c->school->ndays && c->school->days[before] == day;
}
