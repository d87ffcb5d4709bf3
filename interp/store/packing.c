/* Each thread has arrays and scratch memory of its own; segments go round as pieces of a relay. */
#include "store/packing.h"
#include "base/relay.h"

enum { PIECES_A_THREAD = 2, MOST_THREADS = 8 };

struct packing_thread {
    struct alloc alloc;
    struct columns_packer packer;
};

struct progress { /* of one run: which segment comes next */
    struct packing *packing;
    const struct packing_job *job;
    uint32_t column, from;
};

static struct str name_of(const struct import *m, uint32_t column) {
    return column < table_width(m->t) ? m->t->columns[column].name : STR("line");
}

static bool begin(void *user, void *piece) {
    struct progress *r = user;
    struct packed *p = piece;
    const struct packing_job *job = r->job;
    if (r->from == job->total)
        return false;
    p->column = r->column;
    p->from = r->from;
    p->n = job->total - r->from < job->rows ? job->total - r->from : job->rows;
    if (++r->column == job->ncolumns) {
        r->column = 0;
        r->from += p->n;
    }
    return true;
}

static void work(void *user, void *piece, uint32_t worker) {
    struct progress *r = user;
    struct packed *p = piece;
    const struct import *m = r->packing->m;
    struct columns_packer *packer = &r->packing->threads[worker].packer;
    enum segment_kind kind =
        p->column < table_width(m->t) ? columns_kind(&m->t->columns[p->column]) : SEGMENT_WORDS;
    r->job->gather(r->job->user, packer, p->column, p->from, p->n);
    p->status = columns_packer_pack(packer, name_of(m, p->column), kind, p->n, p->head, &p->data);
}

static enum status finish(void *user, void *piece) {
    struct progress *r = user;
    struct packed *p = piece;
    struct import *m = r->packing->m;
    enum status status = p->status;
    guard_enter(&r->packing->guard);
    if (status == ST_LIMIT)
        status = columns_fail_long(m->s, m->span, m->t->name, name_of(m, p->column));
    if (status == ST_OK)
        status = r->job->put(r->job->user, p);
    guard_leave(&r->packing->guard);
    return status;
}

enum status packing_run(struct packing *p, const struct packing_job *job) {
    struct progress r = {.packing = p, .job = job};
    const struct relay relay = {.user = &r,
                                .begin = begin,
                                .work = work,
                                .finish = finish,
                                .pieces = p->pieces,
                                .size = sizeof *p->pieces,
                                .npieces = p->npieces,
                                .nworkers = p->nthreads};
    return relay_run(&relay);
}

enum status packing_open(struct packing *p, struct import *m) {
    struct alloc *alloc = m->s->host.alloc;
    *p = (struct packing){.m = m};
    if (!guard_open(&p->guard, alloc))
        return ST_NO_MEMORY;
    p->nthreads = m->threads < MOST_THREADS ? m->threads : MOST_THREADS;
    p->npieces = p->nthreads > 1 ? PIECES_A_THREAD * p->nthreads : 1;
    p->pieces = mem_zero(alloc, p->npieces * sizeof *p->pieces);
    p->threads = mem_zero(alloc, p->nthreads * sizeof *p->threads);
    bool ok = p->pieces && p->threads;
    for (uint32_t i = 0; p->pieces && i < p->npieces; i++) {
        guard_alloc(&p->guard, &p->pieces[i].alloc);
        buf_init(&p->pieces[i].data, &p->pieces[i].alloc);
    }
    for (uint32_t i = 0; p->threads && i < p->nthreads; i++) {
        guard_alloc(&p->guard, &p->threads[i].alloc);
        ok = columns_packer_open(&p->threads[i].packer, &p->threads[i].alloc) && ok;
    }
    return ok ? ST_OK : ST_NO_MEMORY;
}

void packing_close(struct packing *p) {
    if (p->npieces == 0)
        return;
    struct alloc *alloc = p->m->s->host.alloc;
    for (uint32_t i = 0; p->pieces && i < p->npieces; i++)
        buf_free(&p->pieces[i].data);
    for (uint32_t i = 0; p->threads && i < p->nthreads; i++)
        columns_packer_close(&p->threads[i].packer);
    mem_give(alloc, p->pieces, p->npieces * sizeof *p->pieces);
    mem_give(alloc, p->threads, p->nthreads * sizeof *p->threads);
    guard_close(&p->guard);
    p->npieces = 0;
}
