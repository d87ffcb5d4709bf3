/* Notes on a chart: what happened when, and with it the definitions that changed, in one list by
 * time, whose numbers stand above the points. */
#include "stdlib/chart/chart.h"
#include <math.h>
#include <stdlib.h>

/* Where a note begins and ends; of less than a step only its middle. False: not on this chart. */
static bool span_of(const struct chart *c, const struct spc_note *note, double *from, double *to) {
    double half = c->grain == GRAIN_DAY ? 0 : 0.5;
    *from = chart_place(c, note->first);
    *to = chart_place(c, note->stop - 1);
    if (!(*from <= c->time.high + half && *to >= c->time.low - half)) {
        return false;
    }
    *from = fmax(*from, c->time.low - half);
    *to = fmin(*to, c->time.high + half);
    if (*to - *from < 1) {
        *from = *to = (*from + *to) / 2;
    }
    return true;
}

uint32_t chart_notes_outside(const struct chart *c) {
    uint32_t n = 0;
    double from, to;
    for (uint32_t i = 0; i < c->nnotes; i++) {
        n += !span_of(c, &c->notes[i], &from, &to);
    }
    return n;
}

/* ---- words ---- */

/* "March 2025", "March 2025 to May 2025", "16 March 2025", "16 March 2025 to 2 April 2025" */
static struct str when(struct arena *a, const struct chart *c, const struct spc_note *note) {
    char from[PERIOD_TEXT], to[PERIOD_TEXT];
    int64_t first = period_of(&c->calendar, c->grain, note->first);
    int64_t last = period_of(&c->calendar, c->grain, note->stop - 1);
    bool whole = period_start(&c->calendar, first) == note->first &&
                 period_stop(&c->calendar, last) == note->stop;
    if (!whole) {
        first = period_pack(GRAIN_DAY, note->first);
        last = period_pack(GRAIN_DAY, note->stop - 1);
    }
    from[scale_words(&c->calendar, from, first)] = 0;
    to[scale_words(&c->calendar, to, last)] = 0;
    return first == last ? arena_printf(a, "%s", from) : arena_printf(a, "%s to %s", from, to);
}

static struct str note_words(struct arena *a, const struct chart *c, const struct spc_note *note) {
    struct str time = when(a, c, note);
    return time.p ? arena_printf(a, "%.*s: %.*s", STR_ARG(time), STR_ARG(note->words)) : time;
}

/* ---- the list ---- */

static int by_place(const void *a, const void *b) {
    const struct figure_note *x = a, *y = b;
    int order = (x->from > y->from) - (x->from < y->from);
    return order ? order : str_compare(x->words, y->words);
}

bool chart_lay_notes(struct arena *a, const struct chart *c, struct figure *out) {
    struct figure_note *all = ARENA_ARRAY(a, struct figure_note, c->nnotes + c->nchanges + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; all && i < c->nnotes; i++) {
        struct figure_note *note = &all[n];
        if (span_of(c, &c->notes[i], &note->from, &note->to)) {
            note->words = note_words(a, c, &c->notes[i]);
            n++;
            if (!note->words.p) {
                return false;
            }
        }
    }
    for (uint32_t i = 0; all && c->nnotes && i < c->nchanges; i++) {
        struct figure_note *note = &all[n];
        if (chart_change_at(c, i, &note->from)) {
            note->to = note->from;
            note->words = chart_change_words(a, c, i);
            n++;
            if (!note->words.p) {
                return false;
            }
        }
    }
    if (all) {
        qsort(all, n, sizeof *all, by_place);
    }
    out->notes = all;
    out->nnotes = n;
    return all != NULL;
}
