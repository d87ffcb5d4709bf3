/* Threads live as long as one call: there is no pool that could outlive its interpreter, and
 * starting one costs some tens of microseconds. */
#include "base/pieces.h"
#include <signal.h>
#include <time.h>

enum { WAIT_NANOSECONDS = 10 * 1000 * 1000, SECOND = 1000 * 1000 * 1000 };

struct worker {
    struct pieces *pieces;
    const struct piece_work *work;
    enum status status;
    uint32_t number;
    bool started;
    pthread_t thread;
};

/* What stopped a worker by itself goes before being told to stop. */
static enum status worse(enum status a, enum status b) {
    static const enum status ORDER[] = {ST_FAILED, ST_NO_MEMORY, ST_LIMIT, ST_INTERRUPTED};
    for (uint32_t i = 0; i < COUNT_OF(ORDER); i++) {
        if (a == ORDER[i] || b == ORDER[i]) {
            return ORDER[i];
        }
    }
    return a == ST_OK ? b : a;
}

static void take_pieces(struct worker *w) {
    while (w->status == ST_OK && !pieces_stopped(w->pieces)) {
        uint32_t piece = atomic_fetch_add(&w->pieces->next, 1);
        if (piece >= w->work->n) {
            return;
        }
        w->status = w->work->work(w->work->user, w->number, piece);
    }
    atomic_store(&w->pieces->stopped, true);
}

static void *be_other(void *user) {
    struct worker *w = user;
    take_pieces(w);
    pthread_mutex_lock(&w->pieces->lock);
    w->pieces->working--;
    pthread_cond_signal(&w->pieces->left);
    pthread_mutex_unlock(&w->pieces->lock);
    return NULL;
}

/* Signals are for the calling thread. */
static void start_others(struct worker *workers, uint32_t n) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (uint32_t i = 1; i < n; i++) {
        struct worker *w = &workers[i];
        pthread_mutex_lock(&w->pieces->lock);
        w->started = pthread_create(&w->thread, NULL, be_other, w) == 0;
        w->pieces->working += w->started;
        pthread_mutex_unlock(&w->pieces->lock);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static struct timespec soon(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += WAIT_NANOSECONDS;
    if (t.tv_nsec >= SECOND) {
        t.tv_nsec -= SECOND;
        t.tv_sec++;
    }
    return t;
}

/* Until all others are done; the caller may still stop them. */
static enum status wait_for_others(struct pieces *p, const struct piece_work *work) {
    enum status status = ST_OK;
    pthread_mutex_lock(&p->lock);
    while (p->working > 0) {
        struct timespec until = soon();
        pthread_cond_timedwait(&p->left, &p->lock, &until);
        pthread_mutex_unlock(&p->lock);
        if (!pieces_stopped(p) && (status = work->wait(work->user)) != ST_OK) {
            atomic_store(&p->stopped, true);
        }
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return status;
}

static enum status run_all(struct pieces *p, uint32_t threads, const struct piece_work *work) {
    struct worker workers[MOST_WORKERS];
    for (uint32_t i = 0; i < threads; i++) {
        workers[i] = (struct worker){.pieces = p, .work = work, .number = i};
    }
    start_others(workers, threads);
    take_pieces(&workers[0]);
    enum status status = worse(workers[0].status, wait_for_others(p, work));
    for (uint32_t i = 1; i < threads; i++) {
        if (workers[i].started) {
            pthread_join(workers[i].thread, NULL);
        }
        status = worse(status, workers[i].status);
    }
    return status == ST_OK ? work->wait(work->user) : status;
}

enum status pieces_run(struct pieces *p, uint32_t threads, const struct piece_work *work) {
    threads = threads > work->n ? work->n : threads;
    threads = threads < 1 ? 1 : threads > MOST_WORKERS ? MOST_WORKERS : threads;
    atomic_init(&p->next, 0);
    atomic_init(&p->stopped, false);
    p->working = 0;
    if (pthread_mutex_init(&p->lock, NULL) != 0) {
        return ST_NO_MEMORY;
    }
    if (pthread_cond_init(&p->left, NULL) != 0) {
        pthread_mutex_destroy(&p->lock);
        return ST_NO_MEMORY;
    }
    enum status status = run_all(p, threads, work);
    pthread_cond_destroy(&p->left);
    pthread_mutex_destroy(&p->lock);
    return status;
}
