/* Scans of tables stored by columns: segments straight into batches.
 *
 * Runs are passed by when their lowest and highest values leave no row that
 * could pass the scan's tests. Of the others each column is loaded once and
 * unpacked a batch at a time; columns of few values are given with their codes
 * too. Texts of a dictionary are pinned once a run.
 *
 * The ranges of the source are RANGE_RUNS runs each. A reader of them shares the list of runs with
 * the source it was made from, which nobody changes. The first reader has the store's connection;
 * others open one of their own, so that copying out of SQLite is shared, too. It may see another
 * state of the file: then the checksums, which are those of the store's own snapshot, do not fit,
 * and the rows are read again without readers. */
#include "store/columns_scan.h"
#include "base/ratio.h"
#include "exec/coded.h"

enum {
    FEW_VALUES = 2048, /* more are not worth to be worked out each */
    RANGE_RUNS = 4     /* in which sums of floats are cut: results must not depend on who reads */
};

struct scanned { /* a column of the scan */
    uint32_t column, slot;
    struct segments_loaded loaded;
    struct column values; /* by code; the last is missing if the column may be */
    struct coding coding;
    bool coded;
};

/* Rows that a range of whole values leaves to the one before it, and takes from those behind. */
struct range_edges {
    bool skips, adds;
    int64_t skipped, added; /* words of the ascending column */
    uint32_t own_last;      /* runs from here on belong to other ranges */
};

struct columns_scan {
    struct row_source base; /* must stay first */
    struct store *store;
    const struct plan *plan;
    struct exec_env env;
    const struct relation *self;
    struct segments segments; /* of a reader: borrowed, but for the connection */
    uint32_t nreaders;        /* made from this */
    bool reads, opens;        /* it is a reader; it has a connection of its own */
    sqlite3 *db;              /* this, once it is open */
    struct scanned *columns;
    struct column condition;
    struct memo *memos; /* by test */
    struct scan_bound *bounds;
    uint32_t nbounds;
    struct text_pool pool;
    uint32_t run, row, stop; /* of the run being given; `stop` is 0 before the first */
    uint32_t last;           /* the run at which to end */
    struct range_edges edges;
    struct source_facts *facts; /* NULL: nobody asks */
};

/* ---- a run ---- */

static bool run_may_pass(const struct columns_scan *s) {
    for (uint32_t i = 0; i < s->nbounds; i++) {
        const struct scan_bound *b = &s->bounds[i];
        int column = segments_column_named(&s->segments, s->plan->table->columns[b->column].name);
        if (column >= 0 &&
            !segments_may_hold(&s->segments.runs[s->run], (uint32_t)column, b->low, b->high))
            return false;
    }
    return true;
}

static bool put_text(struct columns_scan *s, struct str text, const struct text **out,
                     bool *changed) {
    const struct text *own = text_pool_get(&s->pool, text);
    *changed |= own != *out;
    *out = own;
    return own != NULL;
}

static void put_word(int64_t word, int64_t *out, bool *changed) {
    *changed |= word != *out;
    *out = word;
}

/* By its bits. */
static void put_float(double number, double *out, bool *changed) {
    *changed |= memcmp(&number, out, sizeof number) != 0;
    *out = number;
}

/* The dictionary, or the words of a small frame, with one place more for missing. Most runs of a
 * column have the same few values: what is known of them stays good. */
static bool unpack_values(struct columns_scan *s, struct scanned *c, uint32_t n) {
    const struct segment_reader *r = &c->loaded.reader;
    struct column *v = &c->values;
    bool changed = c->coding.n != n + 1;
    if (!column_prepare(s->env.alloc, v, s->plan->slot_types[c->slot], n + 1))
        return false;
    for (uint32_t code = 0; code < n; code++) {
        if (r->head.kind == SEGMENT_FLOATS)
            put_float(segment_code_float(r, code), &v->f[code], &changed);
        else if (r->head.kind == SEGMENT_WORDS)
            put_word(segment_code_word(r, code), &v->i[code], &changed);
        else if (!put_text(s, segment_code_text(r, code), &v->t[code], &changed))
            return false;
    }
    if (v->state)
        memset(v->state, PRESENT, n);
    c->coding.n = n + 1;
    c->coding.number += changed;
    return column_set_missing(s->env.alloc, v, n);
}

/* Ratios and shares lie as texts. */
static bool is_pair(const struct columns_scan *s, const struct scanned *c) {
    return type_storage(s->plan->slot_types[c->slot]) == STORE_PAIR;
}

/* Nothing but reading is asked of it. */
static bool open_connection(struct columns_scan *s) {
    const char *path = sqlite3_db_filename(s->store->db, "main");
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK ||
        sqlite3_exec(s->db, "PRAGMA mmap_size = 33554432", NULL, NULL, NULL) != SQLITE_OK)
        return false;
    s->segments.db = s->db;
    return true;
}

/* A reader's errors are told by the source, which comes to the same place later. */
static enum status load_column(struct columns_scan *s, struct scanned *c) {
    struct segments_loaded *l = &c->loaded;
    const char *why;
    if (!s->reads)
        return columns_status(s->store, s->plan->span, &s->segments,
                              segments_load(&s->segments, s->run, c->column, l));
    if (s->opens && !s->db && !open_connection(s))
        return ST_FAILED;
    if (!s->opens)
        exec_enter(&s->env);
    int code = segments_fetch(&s->segments, s->run, c->column, l);
    if (!s->opens)
        exec_leave(&s->env);
    if (code == SQLITE_NOMEM)
        return ST_NO_MEMORY;
    bool fine = code == SQLITE_OK && segments_check(&s->segments, s->run, c->column, l, &why);
    return fine ? ST_OK : ST_FAILED;
}

static enum status open_column(struct columns_scan *s, struct scanned *c) {
    const struct segments_loaded *l = &c->loaded;
    enum status status = load_column(s, c);
    if (status != ST_OK)
        return status;
    c->coded = !l->absent && !is_pair(s, c) && segment_has_codes(&l->reader);
    uint32_t n = c->coded ? segment_codes_stop(&l->reader) : 0;
    bool texts = !l->absent && l->reader.head.kind == SEGMENT_TEXTS;
    bool few = n < FEW_VALUES;
    if (c->coded && (few || texts) && !unpack_values(s, c, n))
        return ST_NO_MEMORY;
    c->coded = c->coded && few;
    c->coding.values = &c->values;
    return ST_OK;
}

static const struct segment_head *ascending_head(const struct columns_scan *s, uint32_t run) {
    return &s->segments.runs[run].heads[s->columns[s->base.ascending].column];
}

/* The first row behind those up to a word. */
static uint32_t rows_through(const struct columns_scan *s, int64_t word) {
    const struct segment_reader *r = &s->columns[s->base.ascending].loaded.reader;
    return word == INT64_MAX ? r->head.rows : segment_find_word(r, 0, word + 1);
}

static void trim_edges(struct columns_scan *s) {
    const struct range_edges *e = &s->edges;
    if (e->skips && ascending_head(s, s->run)->low == e->skipped)
        s->row = rows_through(s, e->skipped);
    if (e->adds && s->run >= e->own_last)
        s->stop = rows_through(s, e->added);
}

static enum status open_run(struct columns_scan *s) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->plan->nscan && status == ST_OK; i++)
        status = open_column(s, &s->columns[i]);
    if (s->facts && s->run < s->edges.own_last)
        s->facts->met++;
    s->row = 0;
    s->stop = s->segments.runs[s->run].rows;
    if (status == ST_OK)
        trim_edges(s);
    return status;
}

/* ---- a batch ---- */

static void give_words(const struct scanned *c, uint32_t from, uint32_t n, int64_t *out) {
    const struct segment_reader *r = &c->loaded.reader;
    if (!c->coded || r->head.form == SEGMENT_FRAME) {
        segment_words(r, from, n, out);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        out[i] = c->values.i[c->coding.codes[i]];
}

static void give_texts(const struct scanned *c, uint32_t from, uint32_t n,
                       const struct text **out) {
    const struct segment_reader *r = &c->loaded.reader;
    uint16_t codes[BATCH_ROWS];
    bool none = r->head.missing == r->head.rows;
    if (none)
        memset(out, 0, n * sizeof *out);
    if (none)
        return;
    segment_codes(r, from, n, codes);
    for (uint32_t i = 0; i < n; i++)
        out[i] = c->values.t[codes[i]];
    for (uint32_t i = 0; r->bitmap && i < n; i++)
        if (segment_missing(r, from + i))
            out[i] = NULL;
}

static void give_pairs(const struct scanned *c, uint32_t from, uint32_t n, struct column *out) {
    const struct segment_reader *r = &c->loaded.reader;
    for (uint32_t i = 0; i < n; i++)
        if (segment_missing(r, from + i) ||
            !ratio_parse(segment_text(r, from + i), &out->i[i], &out->d[i]))
            out->i[i] = out->d[i] = 0; /* missing */
}

/* The words of missing rows are 0, as everywhere. */
static bool give_states(struct columns_scan *s, const struct scanned *c, uint32_t from, uint32_t n,
                        struct column *out) {
    const struct segment_reader *r = &c->loaded.reader;
    if (r->head.missing == 0)
        return true;
    if (!column_states(s->env.alloc, out))
        return false;
    segment_states(r, from, n, out->state);
    for (uint32_t i = 0; i < n; i++)
        if (out->state[i] != PRESENT)
            out->i[i] = 0;
    return true;
}

/* Rows that are missing get a code of their own. */
static void give_codes(struct scanned *c, uint32_t from, uint32_t n) {
    const struct segment_reader *r = &c->loaded.reader;
    uint16_t none = (uint16_t)(c->coding.n - 1);
    segment_codes(r, from, n, c->coding.codes);
    for (uint32_t i = 0; r->head.missing && i < n; i++)
        if (segment_missing(r, from + i))
            c->coding.codes[i] = none;
}

static bool give_absent(struct columns_scan *s, struct column *out, uint32_t n) {
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++)
        ok = column_set_missing(s->env.alloc, out, i);
    return ok;
}

static bool give_column(struct columns_scan *s, struct scanned *c, uint32_t n, struct batch *b) {
    struct column *out = &b->columns[c->slot];
    if (b->codings)
        b->codings[c->slot] = c->coded ? &c->coding : NULL;
    if (c->loaded.absent)
        return give_absent(s, out, n);
    if (c->coded)
        give_codes(c, s->row, n);
    c->coding.spread = !(c->coded && b->codings && b->lazy);
    if (!c->coding.spread)
        return true;
    switch (c->loaded.reader.head.kind) {
    case SEGMENT_TEXTS:
        if (is_pair(s, c))
            give_pairs(c, s->row, n, out);
        else
            give_texts(c, s->row, n, out->t);
        return true;
    case SEGMENT_FLOATS:
        segment_floats(&c->loaded.reader, s->row, n, out->f);
        break;
    default:
        give_words(c, s->row, n, out->i);
    }
    return give_states(s, c, s->row, n, out);
}

/* ---- tests ---- */

static enum status judge(struct columns_scan *s, uint32_t test, struct batch *b,
                         const struct column **condition) {
    const struct expr *e = s->plan->tests[test].expr;
    if (e->is_slot) {
        *condition = &b->columns[e->inputs[0]->slot];
        return batch_spread(s->env.alloc, b, e->inputs[0]->slot) ? ST_OK : ST_NO_MEMORY;
    }
    if (!column_prepare(s->env.alloc, &s->condition, e->type, BATCH_ROWS))
        return ST_NO_MEMORY;
    if (s->condition.state)
        memset(s->condition.state, PRESENT, BATCH_ROWS);
    *condition = &s->condition;
    const struct coded_work work = {.env = &s->env, .self = s->self, .texts = &s->pool, .expr = e};
    struct memo *memo = &s->memos[test];
    if (coded_fits(&work, b, memo)) {
        uint32_t row;
        enum status status = coded_evaluate(&work, b, e->type, memo, &row);
        if (status != ST_OK)
            return status;
        return coding_spread(s->env.alloc, &memo->coding, b->n, &s->condition) ? ST_OK
                                                                               : ST_NO_MEMORY;
    }
    if (!batch_spread_inputs(s->env.alloc, b, e))
        return ST_NO_MEMORY;
    return s->env.eval(s->env.user, e, s->self, b, &s->pool, &s->condition);
}

static enum status keep_rows(struct columns_scan *s, struct batch *b, const uint32_t *rows,
                             uint32_t n) {
    for (uint32_t i = 0; i < s->plan->nscan && n > 0; i++) {
        struct scanned *c = &s->columns[i];
        struct column *out = &b->columns[c->slot];
        bool filled = !c->coded || c->coding.spread;
        if (filled && !column_gather(s->env.alloc, out, 0, out, rows, n))
            return ST_NO_MEMORY;
        for (uint32_t k = 0; c->coded && k < n; k++)
            c->coding.codes[k] = c->coding.codes[rows[k]];
    }
    b->n = n;
    return ST_OK;
}

static enum status apply_tests(struct columns_scan *s, struct batch *b) {
    enum status status = ST_OK;
    uint32_t rows[BATCH_ROWS];
    for (uint32_t test = 0; test < s->plan->ntests && b->n > 0 && status == ST_OK; test++) {
        const struct column *c;
        uint32_t n = 0;
        status = judge(s, test, b, &c);
        for (uint32_t i = 0; i < b->n && status == ST_OK; i++) {
            rows[n] = i;
            n += c->i[i] != 0 && (!c->state || c->state[i] == PRESENT);
        }
        if (status == ST_OK && n < b->n)
            status = keep_rows(s, b, rows, n);
    }
    return status;
}

/* ---- the source ---- */

static enum status fill(struct columns_scan *s, struct batch *b) {
    uint32_t n = s->stop - s->row < BATCH_ROWS ? s->stop - s->row : BATCH_ROWS;
    for (uint32_t i = 0; i < s->plan->nscan; i++)
        if (!give_column(s, &s->columns[i], n, b))
            return ST_NO_MEMORY;
    s->row += n;
    b->n = n;
    return apply_tests(s, b);
}

static void clear_states(const struct columns_scan *s, struct batch *b) {
    for (uint32_t i = 0; i < s->plan->nscan; i++) {
        struct column *c = &b->columns[s->columns[i].slot];
        if (c->state)
            memset(c->state, PRESENT, BATCH_ROWS);
    }
}

static enum status columns_next(struct row_source *source, struct batch *b) {
    struct columns_scan *s = (struct columns_scan *)source;
    b->n = 0;
    while (b->n == 0) {
        enum status status = ST_OK;
        if (s->row == s->stop) {
            if (s->stop > 0)
                s->run++;
            s->row = s->stop = 0;
            while (s->run < s->last && !run_may_pass(s))
                s->run++;
            if (s->run == s->last)
                return ST_OK;
            status = open_run(s);
        }
        if (status == ST_OK && !s->reads)
            status = store_poll(s->store, 0);
        if (status == ST_OK) {
            clear_states(s, b);
            status = fill(s, b);
        }
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static void columns_tell(struct row_source *source, struct source_facts *facts) {
    struct columns_scan *s = (struct columns_scan *)source;
    s->facts = facts;
    facts->form = READ_BY_COLUMNS;
    facts->runs += s->segments.nruns;
}

static void columns_close(struct row_source *source) {
    struct columns_scan *s = (struct columns_scan *)source;
    struct alloc *a = s->env.alloc;
    for (uint32_t i = 0; s->columns && i < s->plan->nscan; i++) {
        segments_unload(&s->columns[i].loaded);
        if (s->columns[i].values.type)
            column_free(a, &s->columns[i].values);
    }
    for (uint32_t i = 0; s->memos && i < s->plan->ntests; i++)
        memo_free(a, &s->memos[i]);
    if (s->condition.type)
        column_free(a, &s->condition);
    mem_give(a, s->columns, (s->plan->nscan + 1) * sizeof *s->columns);
    mem_give(a, s->memos, (s->plan->ntests + 1) * sizeof *s->memos);
    mem_give(a, s->bounds, (2 * s->plan->ntests + 1) * sizeof *s->bounds);
    text_pool_free(&s->pool);
    if (s->reads)
        sqlite3_close(s->db);
    else
        segments_close(&s->segments);
    mem_give(a, s, sizeof *s);
}

static enum status find_columns(struct columns_scan *s) {
    const struct plan *plan = s->plan;
    for (uint32_t i = 0; i < plan->nscan; i++) {
        const struct table_column *c = &plan->table->columns[plan->scan_columns[i]];
        int at = segments_column_named(&s->segments, c->name);
        if (at < 0)
            return store_fail(s->store, E0510, plan->span, "`%.*s` is not stored in `%.*s`",
                              STR_ARG(c->name), STR_ARG(plan->table->name));
        s->columns[i].column = (uint32_t)at;
        s->columns[i].slot = plan->scan_slots[i];
    }
    return ST_OK;
}

/* Room for what belongs to the scan itself; columns_close is due unless NULL comes back. */
static struct columns_scan *make(struct store *store, const struct plan *plan,
                                 const struct exec_env *env, const struct relation *self,
                                 enum status *status) {
    struct columns_scan *s = mem_zero(env->alloc, sizeof *s);
    *status = ST_NO_MEMORY;
    if (!s)
        return NULL;
    s->base =
        (struct row_source){.next = columns_next, .close = columns_close, .tell = columns_tell};
    s->store = store;
    s->plan = plan;
    s->env = *env;
    s->self = self;
    text_pool_init(&s->pool, env->alloc);
    s->columns = mem_zero(env->alloc, (plan->nscan + 1) * sizeof *s->columns);
    s->memos = mem_zero(env->alloc, (plan->ntests + 1) * sizeof *s->memos);
    s->bounds = mem_zero(env->alloc, (2 * plan->ntests + 1) * sizeof *s->bounds);
    if (s->columns && s->memos && s->bounds)
        *status = ST_OK;
    return s;
}

/* Rows lie in the order of the key; so do runs, which a store that was tampered with may not. */
static int find_ascending(const struct columns_scan *s) {
    const struct segments *g = &s->segments;
    int found = -1;
    for (uint32_t i = 0; i < s->plan->nscan; i++)
        if (s->plan->scan_columns[i] == s->plan->table->keys[0])
            found = (int)i;
    uint32_t column = found < 0 ? 0 : s->columns[found].column;
    bool words = found >= 0 && g->columns[column].kind == SEGMENT_WORDS;
    for (uint32_t run = 0; words && run < g->nruns; run++) {
        const struct segment_head *h = &g->runs[run].heads[column];
        words = h->rows > 0 && h->missing == 0;
        words = words && (run == 0 || h->low >= g->runs[run - 1].heads[column].high);
    }
    return words ? found : -1;
}

static enum status finish(struct columns_scan *s, enum status status, struct row_source **out) {
    if (status == ST_OK)
        status = find_columns(s);
    if (status != ST_OK) {
        columns_close(&s->base);
        return status;
    }
    s->base.ascending = find_ascending(s);
    s->nbounds = plan_scan_bounds(s->plan, s->env.captured, s->env.user, s->self, s->bounds,
                                  2 * s->plan->ntests + 1);
    *out = &s->base;
    return ST_OK;
}

/* What is not committed, and stores without a name, only the store's connection sees. */
static bool has_stable_file(const struct store *s) {
    const char *path = sqlite3_db_filename(s->db, "main");
    return path && *path && sqlite3_txn_state(s->db, "main") != SQLITE_TXN_WRITE;
}

static enum status columns_reader(struct row_source *source, const struct exec_env *env,
                                  struct row_source **out) {
    struct columns_scan *from = (struct columns_scan *)source;
    enum status status;
    struct columns_scan *s = make(from->store, from->plan, env, from->self, &status);
    if (!s)
        return status;
    s->reads = true;
    s->segments = from->segments;
    s->segments.alloc = env->alloc;
    s->opens = from->nreaders++ > 0 && has_stable_file(s->store);
    return finish(s, status, out);
}

/* By the heads alone: where a value goes on behind the last run of a range, the next one begins
 * with it. */
static void find_edges(struct columns_scan *s, uint32_t first, uint32_t last) {
    struct range_edges *e = &s->edges;
    int64_t high = ascending_head(s, last - 1)->high;
    e->skipped = first > 0 ? ascending_head(s, first - 1)->high : 0;
    e->skips = first > 0 && ascending_head(s, first)->low == e->skipped;
    e->added = high;
    bool nothing = e->skips && high == e->skipped; /* of its own */
    while (!nothing && s->last < s->segments.nruns && ascending_head(s, s->last)->low == high)
        s->last++;
    e->adds = s->last > last;
    if (!nothing)
        return;
    for (; s->facts && s->run < last; s->run++) /* read for the range before */
        s->facts->met += run_may_pass(s);
    s->run = s->last;
}

static void columns_choose(struct row_source *reader, uint32_t range, bool whole) {
    struct columns_scan *s = (struct columns_scan *)reader;
    uint32_t nruns = s->segments.nruns, first = range * RANGE_RUNS;
    s->run = first;
    s->last = nruns - first < RANGE_RUNS ? nruns : first + RANGE_RUNS;
    s->row = s->stop = 0;
    s->edges = (struct range_edges){.own_last = s->last};
    if (whole)
        find_edges(s, first, s->last);
}

enum status columns_scan(struct store *store, const struct plan *plan, const struct exec_env *env,
                         const struct relation *self, struct row_source **out) {
    enum status status;
    struct columns_scan *s = make(store, plan, env, self, &status);
    if (!s)
        return status;
    enum status opened = columns_open(store, plan->span, plan->table->name, &s->segments);
    s->last = s->edges.own_last = s->segments.nruns;
    s->base.nranges = s->last / RANGE_RUNS + (s->last % RANGE_RUNS > 0);
    s->base.reader = columns_reader;
    s->base.choose = columns_choose;
    return finish(s, status == ST_OK ? opened : status, out);
}
