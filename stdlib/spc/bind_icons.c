/* spc.icons: variation and assurance of each series, in words and in signs. */
#include "stdlib/spc/bind_icons.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_methods.h"
#include <math.h>

/* ---- what is asked ---- */

/* A target that is equality is kept by nothing that varies, so it has no icon. */
static int ask_target(struct native_call *c, int first, const struct frame *data,
                      struct icon_table *out) {
    const struct about *about = &data->about;
    bool given =
        !native_is_missing(c, first + ASK_TARGET) || !native_is_missing(c, first + ASK_TARGETS);
    out->has_target = given || (about->has_target && about->target_op != TOK_EQ);
    if (!out->has_target) {
        return SPOKE_OK;
    }
    if (given && !out->better) {
        return native_fail_help(c, "say `better: \"up\"` or `better: \"down\"`",
                                "a target is kept on one side, and which is not known");
    }
    int op = about->target_op;
    out->side = given ? (struct icon_target){.at_most = out->better < 0}
                      : (struct icon_target){.at_most = op == TOK_LE || op == TOK_LT,
                                             .strictly = op == TOK_LT || op == TOK_GT};
    return spc_ask_target(c, first, data, &out->t);
}

/* ---- series ---- */

static bool find_row(struct native_call *c, struct icon_table *icons, const struct spc_wish *wish,
                     uint32_t k) {
    struct arena scratch;
    char signal[64];
    const struct spc_series *s = &icons->t.series[k];
    struct icon_row *row = &icons->rows[k];
    arena_init(&scratch, native_alloc(c));
    const struct spc_result *r = spc_judge(&scratch, native_calendar(c), &icons->t, s, wish);
    if (r) {
        size_t last;
        struct icon_target target = icons->side;
        last = icons_last(r);
        row->target = icons->has_target && last < r->n ? s->target[last] : (double)NAN;
        target.value = row->target;
        row->name = s->name;
        row->icons = icons_of(r, icons->better, &target);
        bool any = last < r->n;
        row->at = any ? s->at[last] : 0;
        row->value = any ? r->lines.value[last] : (double)NAN;
        row->centre = any ? r->lines.centre[last] : (double)NAN;
        row->lower = any ? r->lower[last] : (double)NAN;
        row->upper = any ? r->upper[last] : (double)NAN;
        size_t n = any ? signal_print(signal, r->profile, &r->signals[last]) : 0;
        row->signal = n ? arena_str(native_arena(c), (struct str){signal, n}) : STR_NONE;
    }
    arena_free(&scratch);
    return r != NULL;
}

int spc_ask_icons(struct native_call *c, int first, const struct frame *data,
                  struct icon_table *out) {
    struct spc_wish wish;
    *out = (struct icon_table){.has_target = false};
    int status = spc_ask_series(c, first, data, &out->t, &wish);
    if (status == SPOKE_OK) {
        status = spc_ask_better(c, first + ASK_TARGETS + 1, data->about.better, &out->better);
    }
    if (status == SPOKE_OK) {
        status = ask_target(c, first, data, out);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    if (native_is_missing(c, first + ASK_RULES)) { /* whose icons these are */
        wish.profile = rule_profile_named(STR("mdc"), wish.kind == SPC_RUN);
    }
    out->n = out->t.nseries;
    out->rows = ARENA_ARRAY(native_arena(c), struct icon_row, out->n + 1);
    for (uint32_t k = 0; k < out->n; k++) {
        status = native_poll(c, out->t.series[k].n);
        if (status != SPOKE_OK) {
            return status;
        }
        if (!out->rows || !find_row(c, out, &wish, k)) {
            return SPOKE_NO_MEMORY;
        }
    }
    return SPOKE_OK;
}

static uint32_t count_variation(const struct icon_table *icons, enum variation variation) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < icons->n; k++) {
        n += icons->rows[k].icons.variation == variation;
    }
    return n;
}

static uint32_t count_assurance(const struct icon_table *icons, enum assurance assurance) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < icons->n; k++) {
        n += icons->rows[k].icons.assurance == assurance;
    }
    return n;
}

struct str spc_icons_told(struct arena *a, const struct icon_table *icons) {
    uint32_t common = count_variation(icons, VARIATION_COMMON);
    struct str told =
        icons->better ? arena_printf(a, "%u of %u series concern, %u improve, %u vary by chance",
                                     count_variation(icons, VARIATION_CONCERNING), icons->n,
                                     count_variation(icons, VARIATION_IMPROVING), common)
                      : arena_printf(a, "%u of %u series vary by chance", common, icons->n);
    if (!icons->has_target || !told.p) {
        return told;
    }
    return arena_printf(a, "%.*s; %u hit their target, %u miss it, %u hit or miss by chance",
                        STR_ARG(told), count_assurance(icons, ASSURANCE_HITS),
                        count_assurance(icons, ASSURANCE_MISSES),
                        count_assurance(icons, ASSURANCE_CHANCE));
}

/* ---- rows ---- */

enum {
    SERIES,
    VARIATION,
    SIGN,
    ASSURANCE,
    ASSURANCE_SIGN,
    PERIOD,
    VALUE,
    CENTRE,
    LOWER,
    UPPER,
    TARGET,
    SIGNAL
};

static struct str sign_text(const char *sign) {
    return (struct str){sign, *sign ? 1 : 0};
}

static bool put_icons(struct frame *f, const struct icon_table *icons, const struct icon_row *r) {
    if (!frame_push(f)) {
        return false;
    }
    uint32_t row = f->n - 1;
    const struct icons *i = &r->icons;
    char variation = variation_sign(i->variation), assurance = assurance_sign(i->assurance);
    bool timed = icons->t.grain != GRAIN_NONE && !isnan(r->value);
    return put_text(f, SERIES, row, r->name) &&
           put_text(f, VARIATION, row, str_of(variation_words(i->variation, i->high))) &&
           put_text(f, SIGN, row, sign_text(&variation)) &&
           put_text(f, ASSURANCE, row, str_of(assurance_words(i->assurance))) &&
           put_text(f, ASSURANCE_SIGN, row, sign_text(&assurance)) &&
           (timed ? put_int(f, PERIOD, row, r->at) : put_missing(f, PERIOD, row)) &&
           put_float(f, VALUE, row, r->value) && put_float(f, CENTRE, row, r->centre) &&
           put_float(f, LOWER, row, r->lower) && put_float(f, UPPER, row, r->upper) &&
           put_float(f, TARGET, row, r->target) && put_text(f, SIGNAL, row, r->signal);
}

int spc_icons(struct native_call *c) {
    const struct frame *data = native_relation(c, 0);
    struct icon_table icons;
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_icons(c, 1, data, &icons);
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    bool ok = f != NULL;
    for (uint32_t k = 0; ok && k < icons.n; k++) {
        ok = put_icons(f, &icons, &icons.rows[k]);
    }
    struct str told = spc_icons_told(native_arena(c), &icons);
    if (!ok || !told.p) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    native_note(c, "%.*s", STR_ARG(told));
    return native_give_frame(c, f);
}
