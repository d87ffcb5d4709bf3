/* From the file to the staging: CSV in blocks that several threads read, all else row by row.
 *
 * Cutting a file into blocks needs one thread, and so does settling them; between these, blocks are
 * read by whoever has time (base/relay.h). Blocks are cut at the same places and settled in the
 * same order for any number of threads, so rows, refused rows and errors are the same, too. While
 * threads are at work, all memory comes through a guard, which the importing thread holds as long
 * as it does anything else. */
#include "base/guard.h"
#include "base/relay.h"
#include "store/intake.h"

enum { ROWS_BETWEEN_POLLS = 16384, BLOCKS_A_THREAD = 2, MOST_THREADS = 8 };

/* ---- what a thread remembers of each column ---- */

static bool recalls_open(const struct import *m, struct alloc *alloc, struct recall **out) {
    struct recall *recalls = mem_zero(alloc, (table_width(m->t) + 1) * sizeof *recalls);
    *out = recalls;
    for (uint32_t i = 0; recalls && i < table_width(m->t); i++) {
        const struct table_column *c = &m->t->columns[i];
        bool refers = c->type->kind == TY_REF && c->to != m->t && m->staging.columns[i].field >= 0;
        recall_init(&recalls[i], alloc,
                    refers ? import_keys_of(m, c->to)->map.n + 1 : RECALL_USUAL);
    }
    return recalls != NULL;
}

static void recalls_close(const struct import *m, struct alloc *alloc, struct recall *recalls) {
    for (uint32_t i = 0; recalls && i < table_width(m->t); i++)
        recall_free(&recalls[i]);
    mem_give(alloc, recalls, (table_width(m->t) + 1) * sizeof *recalls);
}

/* When so many bytes of the file were read, and so many rows more than the last time. */
static enum status tell_progress(struct import *m, uint64_t taken, uint64_t rows) {
    const struct store_host *host = &m->s->host;
    if (host->progress)
        host->progress(host->user, m->what.p, m->rows,
                       records_estimate(&m->records, taken, m->rows));
    return store_poll(m->s, rows);
}

/* ---- row by row ---- */

static enum status settle(struct import *m, const struct import_order *order, struct intake *in,
                          struct recall *recalls) {
    enum status status = intake_settle(in, m, order, 0);
    if (status == ST_OK)
        status = tell_progress(m, records_taken(&m->records), in->rows);
    intake_begin(in, recalls);
    return status;
}

static enum status read_by_rows(struct import *m, const struct import_order *order,
                                struct intake *in, struct recall *recalls) {
    const struct records *r = &m->records;
    enum status status = ST_OK;
    intake_begin(in, recalls);
    while (records_next(&m->records, &status)) {
        const struct file_row row = {r->fields, r->nfields, r->line, r->flaw};
        status = intake_row(in, recalls, &row);
        if (status == ST_OK && in->rows == ROWS_BETWEEN_POLLS)
            status = settle(m, order, in, recalls);
        if (status != ST_OK)
            return status;
    }
    return status == ST_OK ? settle(m, order, in, recalls) : status;
}

static enum status read_in_one_thread(struct import *m, const struct import_order *order) {
    struct alloc *alloc = m->s->host.alloc;
    struct intake in;
    struct recall *recalls = NULL;
    bool ok = intake_open(&in, m, alloc) && recalls_open(m, alloc, &recalls);
    enum status status = ok ? read_by_rows(m, order, &in, recalls) : ST_NO_MEMORY;
    recalls_close(m, alloc, recalls);
    intake_close(&in);
    return status;
}

/* ---- in blocks ---- */

struct block_read { /* a piece of the relay */
    struct alloc alloc;
    struct csv csv;
    struct intake in;
    uint64_t taken; /* bytes of the file so far */
    enum csv_result got;
    enum status status;
};

struct reading {
    struct import *m;
    const struct import_order *order;
    struct guard guard;
    struct block_read *blocks;
    uint32_t nblocks, nthreads;
    struct alloc allocs[MOST_THREADS]; /* by thread, for what it remembers */
    struct recall *recalls[MOST_THREADS];
    bool ended;          /* there are no more blocks */
    uint64_t line;       /* of the block to be settled next */
    enum csv_result got; /* what is wrong with the file, */
    uint64_t bad_line;   /* ... and where */
};

static bool begin_block(void *user, void *piece) {
    struct reading *r = user;
    struct block_read *b = piece;
    struct records *file = &r->m->records;
    if (r->ended)
        return false;
    guard_enter(&r->guard);
    b->got = csv_cut(&file->csv, &b->csv);
    b->taken = records_taken(file);
    guard_leave(&r->guard);
    r->ended = b->got != CSV_ROW;
    return b->got != CSV_END;
}

static void read_block(void *user, void *piece, uint32_t worker) {
    struct reading *r = user;
    struct block_read *b = piece;
    struct csv *csv = &b->csv;
    struct recall *recalls = r->recalls[worker];
    b->status = ST_OK;
    intake_begin(&b->in, recalls);
    while (b->got == CSV_ROW && b->status == ST_OK && (b->got = csv_next(csv)) == CSV_ROW) {
        const struct file_row row = {csv->fields, csv->nfields, csv->row_line, csv->flaw};
        b->status = intake_row(&b->in, recalls, &row);
    }
}

static enum status finish_block(void *user, void *piece) {
    struct reading *r = user;
    struct block_read *b = piece;
    guard_enter(&r->guard);
    enum status status = b->status;
    if (status == ST_OK)
        status = intake_settle(&b->in, r->m, r->order, r->line);
    if (status == ST_OK)
        status = tell_progress(r->m, b->taken, b->in.rows);
    guard_leave(&r->guard);
    if (status == ST_OK && b->got != CSV_END) {
        r->got = b->got;
        r->bad_line = r->line + b->csv.bad_line;
        return ST_FAILED;
    }
    r->line += b->csv.line;
    return status;
}

static bool reading_open(struct reading *r) {
    struct alloc *alloc = r->m->s->host.alloc;
    r->nblocks = r->nthreads > 1 ? BLOCKS_A_THREAD * r->nthreads : 1;
    r->blocks = mem_zero(alloc, r->nblocks * sizeof *r->blocks);
    bool ok = r->blocks != NULL;
    for (uint32_t i = 0; r->blocks && i < r->nblocks; i++) {
        struct block_read *b = &r->blocks[i];
        guard_alloc(&r->guard, &b->alloc);
        csv_block_init(&b->csv, &b->alloc);
        ok = ok && intake_open(&b->in, r->m, &b->alloc);
    }
    for (uint32_t i = 0; i < r->nthreads; i++) {
        guard_alloc(&r->guard, &r->allocs[i]);
        ok = ok && recalls_open(r->m, &r->allocs[i], &r->recalls[i]);
    }
    return ok;
}

static void reading_close(struct reading *r) {
    for (uint32_t i = 0; r->blocks && i < r->nblocks; i++) {
        intake_close(&r->blocks[i].in);
        csv_close(&r->blocks[i].csv);
    }
    for (uint32_t i = 0; i < r->nthreads; i++)
        recalls_close(r->m, &r->allocs[i], r->recalls[i]);
    mem_give(r->m->s->host.alloc, r->blocks, r->nblocks * sizeof *r->blocks);
    guard_close(&r->guard);
}

static enum status read_in_blocks(struct import *m, const struct import_order *order,
                                  uint32_t nthreads) {
    struct reading r = {.m = m, .order = order, .nthreads = nthreads, .line = m->records.csv.line};
    if (!guard_open(&r.guard, m->s->host.alloc))
        return ST_NO_MEMORY;
    enum status status = ST_NO_MEMORY;
    if (reading_open(&r)) {
        const struct relay relay = {.user = &r,
                                    .begin = begin_block,
                                    .work = read_block,
                                    .finish = finish_block,
                                    .pieces = r.blocks,
                                    .size = sizeof *r.blocks,
                                    .npieces = r.nblocks,
                                    .nworkers = nthreads};
        status = relay_run(&relay);
    }
    if (r.got != CSV_ROW)
        status = records_fail(&m->records, r.got, r.bad_line);
    reading_close(&r);
    return status;
}

/* ---- the whole ---- */

/* A small file is read before another thread has begun. */
static uint32_t threads_worth(const struct import *m) {
    const struct input *file = &m->records.csv.w.in;
    bool small = file->size > 0 && file->size < CSV_BLOCK && !file->unpacker;
    return small ? 1 : m->threads < MOST_THREADS ? m->threads : MOST_THREADS;
}

enum status import_read(struct import *m, const struct import_order *order) {
    bool blocks = m->records.format == RECORDS_CSV;
    enum status status =
        blocks ? read_in_blocks(m, order, threads_worth(m)) : read_in_one_thread(m, order);
    if (status == ST_OK && m->rows == 0 && m->mode == IMPORT_REPLACE &&
        m->records.format != RECORDS_HANDED) {
        status =
            store_fail(m->s, E0502, m->span, "`%.*s` has a header and no rows", STR_ARG(m->file));
        store_help(m->s, "`replace` would take all rows away: look whether the right file was "
                         "exported");
    }
    return status;
}
