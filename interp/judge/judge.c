/* Judging a rule's rows.
 *
 * One pass decides every row and collects the numbers of those that break the
 * rule; they are put in key order if they did not come so, and handed over.
 * Owns the list of row numbers, values and text buffers during the call. */
#include "judge/judge.h"
#include "column/cell.h"

__extension__ typedef unsigned __int128 wide;

enum decision { NOT_LOOKED_AT, GOOD, BROKEN, UNDECIDED };

struct judge {
    struct alloc *alloc;
    const struct frame *frame;
    const struct rule_columns *columns;
    const struct rule_info *rule;
    const struct judge_options *options;
    uint32_t *rows; /* with findings, or excepted */
    uint32_t n, cap;
    struct buf key, message, values;
    struct judge_value *value; /* keys, then what was read */
    size_t *starts;            /* of their texts in `values` */
};

static bool is_true(const struct column *c, uint32_t row) {
    return column_state(c, row) == PRESENT && c->i[row];
}

static enum decision decide(const struct judge *j, uint32_t row) {
    int where = j->columns->where;
    if (where >= 0 && !is_true(&j->frame->columns[where], row)) {
        return NOT_LOOKED_AT;
    }
    const struct column *verdict = &j->frame->columns[j->columns->verdict];
    if (column_state(verdict, row) != PRESENT) {
        return UNDECIDED;
    }
    return verdict->i[row] ? GOOD : BROKEN;
}

static bool holds_still(const struct rule_exception *x, int64_t today) {
    return x->until >= today;
}

/* The first that names the row; NULL: none. */
static const struct rule_exception *exception_of(const struct judge *j, uint32_t row) {
    for (uint32_t i = 0; i < j->rule->nexceptions; i++) {
        const struct rule_exception *x = &j->rule->exceptions[i];
        if (holds_still(x, j->options->today) &&
            is_true(&j->frame->columns[j->columns->excepts + i], row)) {
            return x;
        }
    }
    return NULL;
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

static void count_found(const struct judge *j, uint32_t row, bool undecided, bool *used,
                        struct judge_result *out) {
    const struct rule_exception *x = exception_of(j, row);
    if (x) {
        out->excepted++;
        used[x - j->rule->exceptions] = true;
        return;
    }
    out->findings++;
    out->undecided += undecided;
}

static void count_exceptions(const struct rule_info *rule, const bool *used, int64_t today,
                             struct judge_result *out) {
    out->expired = out->unused = 0;
    for (uint32_t i = 0; i < rule->nexceptions; i++) {
        bool holds = holds_still(&rule->exceptions[i], today);
        out->expired += !holds;
        out->unused += holds && !(used && used[i]);
    }
}

static bool decide_all(struct judge *j, struct judge_result *out) {
    size_t size = (j->rule->nexceptions + 1) * sizeof(bool);
    bool *used = j->options->used ? j->options->used : mem_zero(j->alloc, size);
    for (uint32_t row = 0; used && row < j->frame->n; row++) {
        enum decision d = decide(j, row);
        out->rows += d != NOT_LOOKED_AT;
        if (d != BROKEN && d != UNDECIDED) {
            continue;
        }
        count_found(j, row, d == UNDECIDED, used, out);
        if (!remember(j, row)) {
            break;
        }
    }
    bool fine = used && j->n == out->findings + out->excepted;
    if (fine) {
        count_exceptions(j->rule, used, j->options->today, out);
    }
    if (!j->options->used) {
        mem_give(j->alloc, used, size);
    }
    return fine;
}

/* Of shares in whole numbers, so that 2% of 100 rows are 2. */
static uint64_t allowed_of(const struct rule_info *rule, uint64_t rows) {
    if (!rule->allow_share) {
        return (uint64_t)rule->allow_n;
    }
    return (uint64_t)((wide)rows * (uint64_t)rule->allow_n / (uint64_t)rule->allow_d);
}

static void settle(struct judge_result *r, const struct rule_info *rule) {
    bool mild = str_is(rule->severity, "warn") || str_is(rule->severity, "info");
    r->allowed = rule->has_allow ? allowed_of(rule, r->rows) : 0;
    r->verdict = r->rows == 0                ? JUDGE_EMPTY
                 : r->findings <= r->allowed ? JUDGE_PASS
                 : mild                      ? JUDGE_WARN
                                             : JUDGE_FAIL;
}

void judge_add(struct judge_result *sum, const struct judge_result *part) {
    sum->rows += part->rows;
    sum->findings += part->findings;
    sum->undecided += part->undecided;
    sum->excepted += part->excepted;
}

void judge_settle(const struct rule_info *rule, const bool *used, int64_t today,
                  struct judge_result *sum) {
    count_exceptions(rule, used, today, sum);
    settle(sum, rule);
}

void judge_clean(const struct rule_info *rule, uint64_t rows, int64_t today,
                 struct judge_result *out) {
    *out = (struct judge_result){.rows = rows};
    judge_settle(rule, NULL, today, out);
}

/* ---- order ---- */

static int compare_keys(const struct judge *j, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < j->rule->nkeys; i++) {
        const struct column *key = &j->frame->columns[j->columns->first + i];
        int c = column_compare(key, a, key, b);
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

/* The texts of all values stand in one buffer, which may move while it grows. */
static void read_value(struct judge *j, uint32_t at, uint32_t column, struct str name,
                       uint32_t row) {
    const struct column *c = &j->frame->columns[column];
    struct judge_value *v = &j->value[at];
    *v = (struct judge_value){.name = name,
                              .missing = column_state(c, row) == MISSING,
                              .suppressed = column_state(c, row) == SUPPRESSED};
    j->starts[at] = j->values.n;
    if (!v->missing && !v->suppressed) {
        cell_text(&j->values, c, row, j->options->calendar);
    }
    v->text.n = j->values.n - j->starts[at];
}

static void read_values(struct judge *j, uint32_t row) {
    uint32_t nkeys = j->rule->nkeys, n = nkeys + j->rule->nreads;
    buf_clear(&j->values);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t column = j->columns->first + i;
        read_value(
            j, i, column,
            i < nkeys ? j->frame->type->fields[column].name : j->rule->reads[i - nkeys].words, row);
    }
    for (uint32_t i = 0; i < n && !j->values.failed; i++) {
        j->value[i].text.p = j->values.p ? j->values.p + j->starts[i] : "";
    }
}

static void write_key(struct judge *j) {
    buf_clear(&j->key);
    for (uint32_t i = 0; i < j->rule->nkeys && !j->values.failed; i++) {
        const struct judge_value *v = &j->value[i];
        if (v->missing && j->rule->key_guessed) {
            continue;
        }
        buf_text(&j->key, j->key.n ? ", " : "");
        buf_str(&j->key, v->name);
        buf_char(&j->key, '=');
        if (v->suppressed) {
            suppressed_mark(&j->key, j->frame->under, false);
        } else {
            buf_str(&j->key, v->missing ? STR("(missing)") : v->text);
        }
    }
}

/* A message that is missing still says something. */
static void write_message(struct judge *j, uint32_t row, bool undecided) {
    const struct column *c = &j->frame->columns[j->columns->message];
    buf_clear(&j->message);
    if (column_state(c, row) == PRESENT) {
        cell_text(&j->message, c, row, j->options->calendar);
    }
    if (j->message.n == 0) {
        buf_text(&j->message,
                 undecided ? "a value that the rule needs is missing" : "is not as expected");
    }
}

static enum status hand_over(struct judge *j, uint32_t row, const struct rule_exception *x) {
    bool undecided = decide(j, row) == UNDECIDED;
    read_values(j, row);
    write_key(j);
    write_message(j, row, undecided);
    if (j->key.failed || j->message.failed || j->values.failed) {
        return ST_NO_MEMORY;
    }
    const struct judge_finding f = {.key = buf_view(&j->key),
                                    .message = buf_view(&j->message),
                                    .undecided = undecided,
                                    .exception = x,
                                    .keys = j->value,
                                    .nkeys = j->rule->nkeys,
                                    .reads = j->value + j->rule->nkeys,
                                    .nreads = j->rule->nreads,
                                    .row = row};
    return j->options->finding(j->options->user, &f) ? ST_INTERRUPTED : ST_OK;
}

static enum status hand_over_all(struct judge *j, bool excepted) {
    uint64_t most = j->options->max_findings, told = 0;
    enum status s = ST_OK;
    for (uint32_t i = 0; i < j->n && s == ST_OK && (most == 0 || told < most); i++) {
        const struct rule_exception *x = exception_of(j, j->rows[i]);
        if ((x != NULL) == excepted) {
            s = hand_over(j, j->rows[i], x);
            told++;
        }
    }
    return s;
}

static enum status tell(struct judge *j) {
    size_t n = (size_t)j->rule->nkeys + j->rule->nreads + 1;
    j->value = mem_zero(j->alloc, n * sizeof *j->value);
    j->starts = mem_zero(j->alloc, n * sizeof *j->starts);
    enum status s = j->value && j->starts ? ST_OK : ST_NO_MEMORY;
    if (s == ST_OK && !j->options->as_they_come && !is_sorted(j)) {
        sort_rows(j);
    }
    for (int excepted = 0; excepted < 2 && s == ST_OK; excepted++) {
        s = hand_over_all(j, excepted);
    }
    mem_give(j->alloc, j->value, n * sizeof *j->value);
    mem_give(j->alloc, j->starts, n * sizeof *j->starts);
    return s;
}

enum status judge_frame(struct alloc *alloc, const struct frame *f,
                        const struct rule_columns *columns, const struct rule_info *rule,
                        const uint64_t *rows, const struct judge_options *options,
                        struct judge_result *out) {
    struct judge j = {
        .alloc = alloc, .frame = f, .columns = columns, .rule = rule, .options = options};
    buf_init(&j.key, alloc);
    buf_init(&j.message, alloc);
    buf_init(&j.values, alloc);
    *out = (struct judge_result){0};
    enum status status = decide_all(&j, out) ? ST_OK : ST_NO_MEMORY;
    if (rows) {
        out->rows = *rows;
    }
    settle(out, rule);
    if (status == ST_OK && options->finding) {
        status = tell(&j);
    }
    mem_give(alloc, j.rows, j.cap * sizeof *j.rows);
    buf_free(&j.key);
    buf_free(&j.message);
    buf_free(&j.values);
    return status;
}
