/* A Pareto chart: categories from the most frequent down as bars, and what they make up together.
 */
#include "stdlib/chart/pictures.h"
#include <math.h>

enum { MOST_ROWS = 20, NAMED = 4 };
static const double MOST_PART = 0.8; /* what the vital few make up */

/* How many categories make up four fifths. */
static uint32_t count_few(const struct spc_categories *all) {
    double sum = 0;
    uint32_t n = 0;
    while (n < all->n && all->total > 0 && sum < MOST_PART * all->total * (1 - 1e-12)) {
        sum += all->at[n++].count;
    }
    return n;
}

static struct str count_words(struct arena *a, double count) {
    const struct writing plain = {.share = false};
    char text[48];
    size_t n = writing_print(&plain, text, count, count == floor(count) ? 0 : 1);
    return arena_str(a, (struct str){text, n});
}

static bool fill_row(struct arena *a, struct bar_row *row, const struct writing *w, double count,
                     double sum, double total) {
    char text[48];
    row->words = count_words(a, count);
    row->bar = total > 0 ? count / total : 0;
    row->mark = total > 0 ? sum / total : (double)NAN;
    size_t n = isnan(row->mark) ? 0 : writing_print(w, text, row->mark, 0);
    row->beside = arena_str(a, (struct str){text, n});
    return row->words.p && row->beside.p;
}

/* The last row is of all that have none of their own. */
static bool lay_rows(struct arena *a, const struct spc_categories *all, uint32_t few,
                     struct figure *out) {
    uint32_t n = all->n > MOST_ROWS ? MOST_ROWS - 1 : all->n;
    struct bar_row *rows = ARENA_ARRAY(a, struct bar_row, MOST_ROWS + 1);
    double sum = 0;
    for (uint32_t k = 0; rows && k < n; k++) {
        sum += all->at[k].count;
        rows[k].name = all->at[k].name;
        rows[k].strong = k < few;
        if (!fill_row(a, &rows[k], &out->bars.writing, all->at[k].count, sum, all->total)) {
            return false;
        }
    }
    if (rows && n < all->n) {
        rows[n].name = arena_printf(a, "%u others", all->n - n);
        if (!rows[n].name.p ||
            !fill_row(a, &rows[n], &out->bars.writing, all->total - sum, all->total, all->total)) {
            return false;
        }
        n++;
    }
    out->rows = rows;
    out->nrows = n;
    return rows != NULL;
}

static void tell(struct buf *b, const struct spc_categories *all, uint32_t few, struct str *names) {
    double sum = 0;
    char text[48];
    const struct writing percent = {.share = true};
    if (all->n == 0 || all->total <= 0) {
        buf_text(b, all->n ? "All counts are 0." : "There are no counts.");
        return;
    }
    for (uint32_t k = 0; k < few; k++) {
        sum += all->at[k].count;
        names[k] = all->at[k].name;
    }
    buf_printf(b, "%u of %u %s make%s up ", few, all->n, all->n == 1 ? "category" : "categories",
               few == 1 ? "s" : "");
    buf_put(b, text, writing_print(&percent, text, sum / all->total, 0));
    buf_text(b, " of all: ");
    figure_list(b, names, few, NAMED);
    buf_char(b, '.');
    if (few * 2 > all->n && all->n > 2) {
        buf_text(b, " No few stand out.");
    }
}

bool pareto_figure(struct arena *a, const struct chart *about, const struct spc_categories *all,
                   struct figure *out) {
    struct buf b;
    uint32_t few = count_few(all);
    struct str *names = ARENA_ARRAY(a, struct str, few + 1);
    *out = (struct figure){.title = about->title,
                           .caution = STR(""),
                           .bar_rule = MOST_PART,
                           .bar_key = {"share of all", "together with those above"}};
    out->bars = (struct axis){.writing = {.share = true}, .low = 0, .high = 1};
    axis_tick(&out->bars, 6);
    buf_init(&b, a->alloc);
    if (names) {
        tell(&b, all, few, names);
    }
    out->verdict = b.failed || !names ? STR_NONE : arena_str(a, buf_view(&b));
    buf_free(&b);
    out->summary = arena_printf(a, "%u categories from the most frequent down.", all->n);
    struct str total = count_words(a, all->total);
    out->method = arena_printf(a, "Pareto chart of %.*s in all.", STR_ARG(total));
    return out->verdict.p && out->summary.p && out->method.p && lay_rows(a, all, few, out);
}
