/* Judging a rule's rows.
 *
 * One pass decides every row and collects the numbers of those that break the
 * rule; they are put in key order if they did not come so, and handed over.
 * Owns the list of row numbers and two text buffers during the call. */
#include "judge/judge.h"
#include "column/cell.h"

enum decision { NOT_LOOKED_AT, GOOD, BROKEN, UNDECIDED };

struct judge {
    struct alloc *alloc;
    const struct frame *frame;
    const struct rule_plan *plan;
    const struct rule_info *rule;
    const struct judge_options *options;
    uint32_t *rows; /* with findings */
    uint32_t n, cap;
    struct buf key, message;
};

static enum decision decide(const struct judge *j, uint32_t row) {
    if (j->plan->where >= 0) {
        const struct column *where = &j->frame->columns[j->plan->where];
        if (column_state(where, row) != PRESENT || !where->i[row]) {
            return NOT_LOOKED_AT;
        }
    }
    const struct column *expect = &j->frame->columns[j->plan->expect];
    if (column_state(expect, row) == PRESENT) {
        return expect->i[row] ? GOOD : BROKEN;
    }
    if (j->rule->missing_skips) {
        return NOT_LOOKED_AT;
    }
    return j->rule->missing_passes ? GOOD : UNDECIDED;
}

static bool remember(struct judge *j, uint32_t row) {
    if (j->n == j->cap) {
        uint32_t cap = j->cap ? j->cap * 2 : 64;
        uint32_t *rows = mem_resize(j->alloc, j->rows, j->cap * sizeof *rows, cap * sizeof *rows);
        if (!rows) {
            return false;
        }
        j->rows = rows;
        j->cap = cap;
    }
    j->rows[j->n++] = row;
    return true;
}

static bool decide_all(struct judge *j, struct judge_result *out) {
    for (uint32_t row = 0; row < j->frame->n; row++) {
        enum decision d = decide(j, row);
        out->rows += d != NOT_LOOKED_AT;
        out->undecided += d == UNDECIDED;
        if ((d == BROKEN || d == UNDECIDED) && !remember(j, row)) {
            return false;
        }
    }
    out->findings = j->n;
    return true;
}

static enum judge_verdict verdict_of(const struct judge_result *r, const struct rule_info *rule) {
    if (r->rows == 0) {
        return JUDGE_EMPTY;
    }
    if (r->findings == 0) {
        return JUDGE_PASS;
    }
    bool mild = str_is(rule->severity, "warn") || str_is(rule->severity, "info");
    return mild ? JUDGE_WARN : JUDGE_FAIL;
}

/* ---- order ---- */

static int compare_keys(const struct judge *j, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < j->plan->nkeys; i++) {
        int c = column_compare(&j->frame->columns[i], a, &j->frame->columns[i], b);
        if (c) {
            return c;
        }
    }
    return (a > b) - (a < b);
}

static bool is_sorted(const struct judge *j) {
    for (uint32_t i = 1; i < j->n; i++) {
        if (compare_keys(j, j->rows[i - 1], j->rows[i]) > 0) {
            return false;
        }
    }
    return true;
}

static void sift_down(struct judge *j, uint32_t root, uint32_t n) {
    for (;;) {
        uint32_t child = 2 * root + 1;
        if (child >= n) {
            return;
        }
        if (child + 1 < n && compare_keys(j, j->rows[child], j->rows[child + 1]) < 0) {
            child++;
        }
        if (compare_keys(j, j->rows[root], j->rows[child]) >= 0) {
            return;
        }
        uint32_t row = j->rows[root];
        j->rows[root] = j->rows[child];
        j->rows[child] = row;
        root = child;
    }
}

/* Heap sort: in place, and keys of findings are rarely out of order at all. */
static void sort_rows(struct judge *j) {
    for (uint32_t i = j->n / 2; i > 0; i--) {
        sift_down(j, i - 1, j->n);
    }
    for (uint32_t n = j->n; n > 1; n--) {
        uint32_t row = j->rows[0];
        j->rows[0] = j->rows[n - 1];
        j->rows[n - 1] = row;
        sift_down(j, 0, n - 1);
    }
}

/* ---- findings ---- */

static void write_key(struct judge *j, uint32_t row) {
    buf_clear(&j->key);
    for (uint32_t i = 0; i < j->plan->nkeys; i++) {
        const struct column *c = &j->frame->columns[i];
        if (i > 0) {
            buf_text(&j->key, ", ");
        }
        buf_str(&j->key, j->frame->type->fields[i].name);
        buf_char(&j->key, '=');
        if (column_state(c, row) == SUPPRESSED) {
            suppressed_mark(&j->key, j->frame->under, false);
        } else {
            cell_text(&j->key, c, row, j->options->calendar);
        }
    }
}

/* A rule without a message, or one whose message is missing, still says something. */
static void write_message(struct judge *j, uint32_t row, bool undecided) {
    buf_clear(&j->message);
    if (j->plan->message >= 0) {
        cell_text(&j->message, &j->frame->columns[j->plan->message], row, j->options->calendar);
    }
    if (j->message.n == 0) {
        buf_text(&j->message,
                 undecided ? "a value that the rule needs is missing" : "is not as expected");
    }
}

static enum status hand_over(struct judge *j) {
    uint64_t most = j->options->max_findings;
    for (uint32_t i = 0; i < j->n && (most == 0 || i < most); i++) {
        uint32_t row = j->rows[i];
        bool undecided = decide(j, row) == UNDECIDED;
        write_key(j, row);
        write_message(j, row, undecided);
        if (j->key.failed || j->message.failed) {
            return ST_NO_MEMORY;
        }
        struct judge_finding f = {buf_view(&j->key), buf_view(&j->message), undecided};
        if (j->options->finding(j->options->user, &f)) {
            return ST_INTERRUPTED;
        }
    }
    return ST_OK;
}

enum status judge_frame(struct alloc *alloc, const struct frame *f, const struct rule_plan *plan,
                        const struct rule_info *rule, const struct judge_options *options,
                        struct judge_result *out) {
    struct judge j = {.alloc = alloc, .frame = f, .plan = plan, .rule = rule, .options = options};
    buf_init(&j.key, alloc);
    buf_init(&j.message, alloc);
    *out = (struct judge_result){0};
    enum status status = decide_all(&j, out) ? ST_OK : ST_NO_MEMORY;
    out->verdict = verdict_of(out, rule);
    if (status == ST_OK && options->finding) {
        if (!is_sorted(&j)) {
            sort_rows(&j);
        }
        status = hand_over(&j);
    }
    mem_give(alloc, j.rows, j.cap * sizeof *j.rows);
    buf_free(&j.key);
    buf_free(&j.message);
    return status;
}
