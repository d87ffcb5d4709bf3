/* What a chart says of phases: what the level was before, and where a new phase might begin. */
#include "stdlib/chart/chart.h"
#include <math.h>

static void put_period(struct buf *b, const struct chart *c, const struct chart_series *s,
                       size_t i) {
    char text[PERIOD_TEXT];
    buf_put(b, text, scale_words(&c->calendar, text, s->at[i]));
}

static void put_value(struct buf *b, const struct chart *c, double x) {
    char text[48];
    buf_put(b, text, chart_value(c, text, x));
}

void chart_tell_phase_before(struct buf *b, const struct chart *c, const struct chart_series *s) {
    const struct spc_result *r = s->spc;
    if (r->nphases < 2) {
        return;
    }
    const struct spc_phase *before = &r->phases[r->nphases - 2];
    double centre = chart_last_limit(r->lines.centre + before->first, before->stop - before->first);
    buf_text(b, ", since ");
    put_period(b, c, s, spc_last_phase(r)->first);
    if (!isnan(centre)) {
        buf_text(b, " (before, it was ");
        put_value(b, c, centre);
        buf_char(b, ')');
    }
}

/* ---- proposals ---- */

/* Notes and changes of definitions, in one list. */
static struct spc_note *all_causes(struct arena *a, const struct chart *c, uint32_t *n) {
    struct spc_note *all = ARENA_ARRAY(a, struct spc_note, c->nnotes + c->nchanges + 1);
    *n = 0;
    for (uint32_t i = 0; all && i < c->nnotes; i++) {
        all[(*n)++] = c->notes[i];
    }
    for (uint32_t i = 0; all && i < c->nchanges; i++) {
        const struct chart_change *change = &c->changes[i];
        all[(*n)++] = (struct spc_note){change->day, change->day + 1, change->name};
    }
    return all;
}

/* How `phases:` names the point. */
static void put_place(struct buf *b, const struct chart *c, const struct chart_series *s,
                      size_t at) {
    char text[64];
    if (c->grain == GRAIN_NONE) {
        buf_printf(b, "%zu", at + 1);
        return;
    }
    buf_put(b, text, period_print(&c->calendar, text, s->at[at]));
}

static void put_cause(struct buf *b, const struct chart *c, const struct spc_note *cause) {
    char text[PERIOD_TEXT];
    if (!cause) {
        buf_text(b, "Nothing is noted there that may be why: find it before you begin a new phase");
        return;
    }
    buf_printf(b, "\"%.*s\", ", STR_ARG(cause->words));
    buf_put(b, text, scale_words(&c->calendar, text, period_pack(GRAIN_DAY, cause->first)));
    buf_text(b, ", may be why: begin a new phase there if it is");
}

void chart_tell_proposal(struct buf *b, struct arena *a, const struct chart *c,
                         const struct chart_series *s) {
    struct rebase found;
    uint32_t n = 0;
    struct spc_note *all = all_causes(a, c, &n);
    if (!all || !spc_propose(a, s->spc, &found)) {
        return;
    }
    int64_t cause = c->grain == GRAIN_NONE ? -1 : spc_cause(&c->calendar, s->at, found.at, all, n);
    buf_text(b, " The level seems to be another one since ");
    if (c->grain == GRAIN_NONE) {
        buf_text(b, "point ");
        put_place(b, c, s, found.at);
    } else {
        put_period(b, c, s, found.at);
    }
    buf_text(b, ": ");
    put_value(b, c, found.after);
    buf_text(b, " after ");
    put_value(b, c, found.before);
    buf_text(b, ". ");
    put_cause(b, c, cause < 0 ? NULL : &all[cause]);
    buf_text(b, " (`phases: ");
    put_place(b, c, s, found.at);
    buf_text(b, "`)");
    if (found.points < SPC_TRIAL) {
        buf_printf(b, ", and see %zu %s more", SPC_TRIAL - found.points,
                   scale_noun(c->grain, SPC_TRIAL - found.points));
    }
    buf_char(b, '.');
}
