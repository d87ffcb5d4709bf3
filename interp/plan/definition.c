/* What an answer says about itself: titles and target for charts, and one
 * paragraph in English put together from the texts of the clauses. */
#include "plan/definition.h"

struct words {
    struct arena *arena;
    const struct sources *sources;
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
        say(w, "%s%.*s", before, STR_ARG(tree_text(w->arena, w->sources, clause)));
    }
}

static void say_units(struct words *w, const struct measure_info *m) {
    for (uint32_t i = 0; i < m->nper; i++) {
        say(w, "%s%.*s", i ? ", " : " For each ",
            STR_ARG(tree_text(w->arena, w->sources, m->per[i])));
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
    say(w, "; the value is n / d.");
}

static void say_value(struct words *w, const struct measure_info *m) {
    say_clause(w, " The value is ", m->value);
    say(w, m->nper ? " over them" : " over these rows");
    say_clause(w, ", without those with ", m->exclude);
    say(w, "; n counts the values used.");
}

static void say_measure(struct words *w, const struct measure_info *m) {
    say(w, "%s%.*s: rows of %.*s", w->text.n ? " " : "", STR_ARG(m->symbol->name),
        STR_ARG(m->facts->name));
    say_clause(w, " where ", m->where);
    say(w, ".");
    say_units(w, m);
    if (m->value) {
        say_value(w, m);
    } else {
        say_proportion(w, m);
    }
}

static void say_range(struct words *w, const struct question *q) {
    char first[16], last[16];
    day_print(first, q->first_day);
    day_print(last, q->stop_day - 1);
    say(w, " in %s .. %s", first, last);
}

static void say_question(struct words *w, const struct question *q) {
    if (!q->where && !q->cohort && !q->ndims && q->grain == GRAIN_NONE && !q->has_range) {
        return;
    }
    say(w, " Asked");
    say_clause(w, " where ", q->where);
    say_clause(w, " for ", q->cohort);
    for (uint32_t i = 0; i < q->ndims; i++) {
        say(w, "%s%.*s", i ? ", " : " by ", STR_ARG(tree_text(w->arena, w->sources, q->dims[i])));
    }
    if (q->grain != GRAIN_NONE) {
        say(w, " over %s", grain_name(q->grain));
    }
    if (q->has_range) {
        say_range(w, q);
    }
    say(w, ".");
}

static void target_about(const struct measure_info *m, struct about *about) {
    about->better = m->better;
    about->kind = m->kind;
    about->shape = m->shape;
    about->unit = m->unit;
    about->has_target = m->has_target;
    about->target = m->target;
    about->target_op = m->target_op;
    about->target_by = m->target_by;
}

/* Several measures have a title and a definition together, and no target. */
void question_about(struct lowering *low, const struct question *q, struct about *about) {
    struct words w = {low->arena, low->session->sources, STR("")};
    struct str title = STR(""), name = STR("");
    *about = (struct about){{NULL, 0}, .has_target = false};
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        const struct measure_info *m = q->measures[i];
        struct str own = m->title.n ? m->title : m->symbol->name;
        title = arena_printf(low->arena, "%.*s%s%.*s", STR_ARG(title), i ? "; " : "", STR_ARG(own));
        name = arena_printf(low->arena, "%.*s%s%.*s", STR_ARG(name), i ? ", " : "",
                            STR_ARG(m->symbol->name));
        say_measure(&w, m);
    }
    say_question(&w, q);
    if (q->nmeasures == 1) {
        target_about(q->measures[0], about);
    }
    about->title = title;
    about->name = name;
    about->definition = w.text;
}
