/* What an answer says about itself: titles and target for charts, and one
 * paragraph in English put together from the texts of the clauses. */
#include "plan/definition.h"

struct words {
    struct arena *arena;
    const struct session *session;
    struct str text;
};

static void say(struct words *w, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(struct words *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str more = arena_vprintf(w->arena, format, args);
    va_end(args);
    w->text = arena_printf(w->arena, "%.*s%.*s", STR_ARG(w->text), STR_ARG(more));
}

static void say_clause(struct words *w, const char *before, const struct node *clause) {
    if (clause) {
        say(w, "%s%.*s", before, STR_ARG(tree_text(w->arena, w->session, clause)));
    }
}

static void say_units(struct words *w, const struct measure_info *m) {
    for (uint32_t i = 0; i < m->nper; i++) {
        say(w, "%s%.*s", i ? ", " : " For each ",
            STR_ARG(tree_text(w->arena, w->session, m->per[i])));
    }
    for (uint32_t i = 0; i < m->nlets; i++) {
        say(w, "%s%.*s = ", i ? ", " : ": ", STR_ARG(m->lets[i].name));
        say_clause(w, "", m->let_values[i]);
    }
    say(w, m->nper ? "." : "");
}

static void say_proportion(struct words *w, const struct measure_info *m) {
    const char *those = m->nper ? " those" : " rows";
    say(w, " d counts%s", m->among || m->exclude ? those : m->nper ? " them all" : " these rows");
    say_clause(w, " with ", m->among);
    say_clause(w, m->among ? ", but not those with " : " but those with ", m->exclude);
    say_clause(w, "; n counts those of d with ", m->count);
    if (m->except) {
        say_clause(w, "; those with ", m->except);
        say(w, " are left out of both if they %s counted",
            m->against_if_counted ? "are" : "are not");
    }
    say(w, m->sample ? "; the value is their share by weight" : "; the value is n / d");
    if (m->rate) {
        say(w, " per %lld", (long long)m->rate);
    }
    say(w, ".");
}

static void say_value(struct words *w, const struct measure_info *m) {
    const struct node *value = m->value;
    if (m->rate && !m->top && !m->sample) {
        value = value->a;
    }
    say_clause(w, " The value is ", value);
    if (m->rate) {
        say(w, " per %lld", (long long)m->rate);
    }
    say(w, m->nper ? " over them" : " over these rows");
    say_clause(w, ", without those with ", m->exclude);
    say(w, m->top ? "; n and d are its two parts." : "; n counts the values used.");
}

static void say_list(struct words *w, const char *before, struct node *const *all, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        say(w, "%s", i ? " and " : before);
        say_clause(w, "", all[i]);
    }
}

/* How the units were drawn: that is what the figures and their errors rest on. */
static void say_sample(struct words *w, const struct measure_info *m) {
    const struct sample_info *s = m->sample;
    say(w, "%s%.*s is estimated from a sample", w->text.n ? "; " : "", STR_ARG(m->symbol->name));
    say_clause(w, ", weighted by ", s->weight);
    say_list(w, ", drawn by ", s->cluster, s->ncluster);
    say_list(w, s->ncluster ? " within " : ", drawn within ", s->strata, s->nstrata);
    say_clause(w, ", out of ", s->population);
    say(w, "; n counts units of the sample");
}

static void say_measure(struct words *w, const struct measure_info *m) {
    say(w, "%s%.*s: ", w->text.n ? " " : "", STR_ARG(m->symbol->name));
    if (!m->facts) {
        say_clause(w, "", m->formula);
        say(w, ", each worked out for the same cells.");
        return;
    }
    say(w, "rows of %.*s", STR_ARG(m->facts->name));
    say_clause(w, " where ", m->where);
    say(w, ".");
    say_units(w, m);
    if (m->value) {
        say_value(w, m);
    } else {
        say_proportion(w, m);
    }
    if (m->sample) {
        say(w, " ");
        struct words own = {w->arena, w->session, STR("")};
        say_sample(&own, m);
        say(w, "%.*s.", STR_ARG(own.text));
    }
    if (m->stock) {
        say(w, " Each period has the last value on or before its end.");
    }
    if (m->has_baseline) {
        char first[16], last[16];
        day_print(first, m->baseline_first);
        day_print(last, m->baseline_stop - 1);
        say(w, " The baseline is %.10g, of %s .. %s.", m->baseline, first, last);
    }
}

/* ---- a few words ---- */

static void say_counted(struct words *w, const struct measure_info *m) {
    say(w, m->nper ? "per " : "per row of %.*s", STR_ARG(m->facts->name));
    for (uint32_t i = 0; i < m->nper; i++) {
        say(w, "%s%.*s", i ? ", " : "", STR_ARG(tree_text(w->arena, w->session, m->per[i])));
    }
    say_clause(w, ": ", m->count);
    say_clause(w, ", among ", m->among);
}

/* What a measure counts or works out, in the words of its clauses. */
static struct str few_words(struct lowering *low, const struct measure_info *m) {
    struct words words = {low->arena, low->session, STR("")}, *w = &words;
    if (!m->facts) {
        say_clause(w, "", m->formula);
        return w->text;
    }
    if (m->count) {
        say_counted(w, m);
    } else {
        const struct node *value = m->value;
        say_clause(w, "", m->rate && !m->top ? value->a : value);
        say(w, m->nper ? " of each " : " of %.*s", STR_ARG(m->facts->name));
        for (uint32_t i = 0; i < m->nper; i++) {
            say(w, "%s%.*s", i ? ", " : "", STR_ARG(tree_text(w->arena, w->session, m->per[i])));
        }
    }
    if (m->rate) {
        say(w, ", per %lld", (long long)m->rate);
    }
    say_clause(w, ", where ", m->where);
    say_clause(w, ", without ", m->exclude);
    say_clause(w, ", except ", m->except);
    for (uint32_t i = 0; i < m->nlets; i++) {
        say(w, "%s%.*s = ", i ? ", " : "; ", STR_ARG(m->lets[i].name));
        say_clause(w, "", m->let_values[i]);
    }
    return w->text;
}

static void measures_about(struct lowering *low, const struct question *q, struct about *about) {
    struct about_measure *all = ARENA_ARRAY(low->arena, struct about_measure, q->nmeasures + 1);
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        const struct measure_info *m = q->measures[i];
        all[i] = (struct about_measure){m->symbol, few_words(low, m), m->facts, m->at};
    }
    about->measures = all;
    about->nmeasures = q->nmeasures;
}

static bool counts_school_years(const struct question *q) {
    for (uint32_t i = 0; i < q->nasked; i++) {
        if (q->asked[i].look == LOOK_TO_DATE && q->asked[i].since == GRAIN_SCHOOL_YEAR) {
            return true;
        }
    }
    return q->grain == GRAIN_SCHOOL_YEAR;
}

/* By which days school years and weeks begin, where that makes a difference. */
static struct str calendar_words(struct lowering *low, const struct question *q) {
    static const char *const DAYS[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    const struct calendar_info *declared = calendar_in_use(low->session);
    const struct calendar *c = &low->session->calendar;
    if (declared && (q->has_range || q->grain != GRAIN_NONE)) {
        return arena_printf(low->arena, "calendar %.*s", STR_ARG(declared->symbol->name));
    }
    if (q->grain == GRAIN_WEEK && !declared) {
        return arena_printf(low->arena, "weeks from %s", DAYS[c->week_start]);
    }
    return counts_school_years(q) ? arena_printf(low->arena, "school years from %02d-%02d",
                                                 c->school_year_month, c->school_year_day)
                                  : STR("");
}

/* ---- the question ---- */

static void say_range(struct words *w, const struct question *q) {
    char room[48];
    say(w, " in %.*s", STR_ARG(range_words(room, q->late, q->first_day, q->stop_day)));
}

static void say_looks(struct words *w, const struct question *q) {
    if (q->rolling) {
        say(w, ", %lld %ss at a time", (long long)q->rolling, grain_name(q->grain));
        say(w, q->full ? ", without a value where not all of them are there" : "");
    }
    for (uint32_t i = 0; i < q->nasked; i++) {
        const struct asked *a = &q->asked[i];
        if (a->look == LOOK_TO_DATE) {
            say(w, ", %.*s from the start of the %s", STR_ARG(a->measure->symbol->name),
                grain_name(a->since));
        }
    }
    if (q->change) {
        say(w, ", compared with %s %s", q->change_by == GRAIN_NONE ? "the previous" : "the same",
            grain_name(q->grain));
        say(w, q->change_by == GRAIN_NONE ? "" : " of the year before");
    }
    if (q->total) {
        say(w, ", with totals from the same facts");
    }
}

static void say_question(struct words *w, const struct question *q) {
    const struct asked *a = &q->asked[0];
    if (!a->where && !a->cohort && !q->ndims && q->grain == GRAIN_NONE && !q->has_range) {
        return;
    }
    say(w, " Asked");
    say_clause(w, " where ", a->where);
    say_clause(w, " for ", a->cohort);
    for (uint32_t i = 0; i < q->ndims; i++) {
        if (a->dim_at[i] == DIM_SINCE) {
            continue;
        }
        say(w, "%s%.*s", i ? ", " : " by ", STR_ARG(tree_text(w->arena, w->session, a->dims[i])));
        say(w, "%s",
            a->dim_at[i] == DIM_LAST    ? " at the end"
            : a->dim_at[i] == DIM_FIRST ? " at the start"
                                        : "");
    }
    if (q->grain != GRAIN_NONE) {
        say(w, " over %s", grain_name(q->grain));
    }
    if (q->since_grain != GRAIN_NONE) {
        say(w, " over each %s", grain_name(q->since_grain));
    }
    say(w, q->since ? " from the entry on" : "");
    if (q->has_range) {
        say_range(w, q);
    }
    say_looks(w, q);
    say(w, ".");
}

static struct str note_of(struct lowering *low, const struct question *q) {
    struct words w = {low->arena, low->session, STR("")};
    for (uint32_t i = 0; i < q->nasked; i++) {
        if (q->asked[i].measure->sample) {
            say_sample(&w, q->asked[i].measure);
        }
    }
    return w.text;
}

/* Points count as points, and are fractions in the checked tree. */
static void steps_about(struct lowering *low, const struct measure_info *m, struct about *about) {
    struct target_step *steps = ARENA_ARRAY(low->arena, struct target_step, m->ntarget_steps);
    for (uint32_t i = 0; i < m->ntarget_steps; i++) {
        steps[i] = m->target_steps[i];
        steps[i].target *= m->value_type->kind == TY_POINTS ? 100 : 1;
    }
    about->target_steps = steps;
    about->ntarget_steps = m->ntarget_steps;
}

static void target_about(struct lowering *low, const struct measure_info *m, struct about *about) {
    about->better = m->better;
    about->kind = m->kind;
    about->shape = m->shape;
    about->unit = m->unit;
    about->has_target = m->has_target;
    about->target = m->value_type->kind == TY_POINTS ? m->target * 100 : m->target;
    about->target_op = m->target_op;
    about->target_by = m->target_by;
    steps_about(low, m, about);
    about->has_baseline = m->has_baseline;
    about->baseline = m->value_type->kind == TY_POINTS ? m->baseline * 100 : m->baseline;
    about->baseline_first = m->baseline_first;
    about->baseline_stop = m->baseline_stop;
}

/* Several measures have a title and a definition together, and no target. */
void question_about(struct lowering *low, const struct question *q, struct about *about) {
    struct words w = {low->arena, low->session, STR("")};
    *about = (struct about){{NULL, 0}, .has_target = false};
    if (q->only && !q->only->facts) {
        say_measure(&w, q->only);
    }
    for (uint32_t i = 0; i < q->nasked; i++) {
        say_measure(&w, q->asked[i].measure);
        about->is_preset = about->is_preset || q->asked[i].measure->is_preset;
    }
    say_question(&w, q);
    if (q->only) {
        target_about(low, q->only, about);
    }
    about->title = q->title;
    about->name = q->name;
    about->definition = w.text;
    about->note = note_of(low, q);
    about->calendar = calendar_words(low, q);
    about->stop_day = q->grain == GRAIN_NONE && q->has_range && !q->late ? q->stop_day : 0;
    measures_about(low, q, about);
}
