/* A ring of pieces under one lock. The calling thread finishes what is done before it begins
 * anything new, so pieces come free as soon as they can. */
#include "base/relay.h"
#include <assert.h>
#include <pthread.h>
#include <signal.h>

enum { MOST_PIECES = RELAY_EACH };

struct race { /* one run of a relay */
    const struct relay *relay;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t begun, finished; /* pieces so far; those between are in the ring */
    bool done[MOST_PIECES];
    bool ended;   /* nothing is left to begin */
    bool stopped; /* whatever is left, nobody wants it */
};

struct runner {
    struct race *race;
    uint32_t number;
    pthread_t thread;
    bool started;
};

static void *piece_at(const struct race *r, uint64_t number) {
    return (char *)r->relay->pieces + number % r->relay->npieces * r->relay->size;
}

static bool may_begin(const struct race *r) {
    return !r->ended && r->begun - r->finished < r->relay->npieces;
}

/* Inside the lock, which it leaves for the work itself. */
static void do_next(struct race *r, uint32_t worker) {
    uint64_t number = r->begun;
    void *piece = piece_at(r, number);
    if (!r->relay->begin(r->relay->user, piece)) {
        r->ended = true;
    } else {
        r->done[number % r->relay->npieces] = false;
        r->begun++;
        pthread_mutex_unlock(&r->lock);
        r->relay->work(r->relay->user, piece, worker);
        pthread_mutex_lock(&r->lock);
        r->done[number % r->relay->npieces] = true;
    }
    pthread_cond_broadcast(&r->changed);
}

static void *help(void *user) {
    struct runner *me = user;
    struct race *r = me->race;
    pthread_mutex_lock(&r->lock);
    while (!r->stopped && !r->ended) {
        if (may_begin(r))
            do_next(r, me->number);
        else
            pthread_cond_wait(&r->changed, &r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static enum status finish_next(struct race *r) {
    void *piece = piece_at(r, r->finished);
    pthread_mutex_unlock(&r->lock);
    enum status status = r->relay->finish(r->relay->user, piece);
    pthread_mutex_lock(&r->lock);
    r->finished++;
    r->stopped = status != ST_OK;
    pthread_cond_broadcast(&r->changed);
    return status;
}

static enum status lead(struct race *r) {
    enum status status = ST_OK;
    pthread_mutex_lock(&r->lock);
    while (status == ST_OK && !(r->ended && r->finished == r->begun)) {
        if (r->finished < r->begun && r->done[r->finished % r->relay->npieces])
            status = finish_next(r);
        else if (may_begin(r))
            do_next(r, 0);
        else
            pthread_cond_wait(&r->changed, &r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return status;
}

/* Signals are for the calling thread. */
static void start_helpers(struct runner *helpers, uint32_t n) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (uint32_t i = 0; i < n; i++)
        helpers[i].started = pthread_create(&helpers[i].thread, NULL, help, &helpers[i]) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum status relay_run(const struct relay *relay) {
    struct race r = {.relay = relay};
    struct runner helpers[RELAY_WORKERS - 1] = {{.race = NULL}};
    uint32_t n = relay->nworkers < RELAY_WORKERS ? relay->nworkers : RELAY_WORKERS;
    assert(relay->npieces > 0 && relay->npieces <= MOST_PIECES);
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    for (uint32_t i = 0; i + 1 < n; i++)
        helpers[i] = (struct runner){.race = &r, .number = i + 1};
    start_helpers(helpers, n > 0 ? n - 1 : 0);
    enum status status = lead(&r);
    for (uint32_t i = 0; i + 1 < n; i++)
        if (helpers[i].started)
            pthread_join(helpers[i].thread, NULL);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    return status;
}

/* ---- numbers ---- */

struct each {
    void (*work)(void *user, uint32_t number);
    void *user;
    uint32_t n, begun;
};

static bool begin_number(void *user, void *piece) {
    struct each *e = user;
    if (e->begun == e->n)
        return false;
    *(uint32_t *)piece = e->begun++;
    return true;
}

static void work_on_number(void *user, void *piece, uint32_t worker) {
    const struct each *e = user;
    UNUSED(worker);
    e->work(e->user, *(uint32_t *)piece);
}

static enum status finish_number(void *user, void *piece) {
    UNUSED(user);
    UNUSED(piece);
    return ST_OK;
}

void relay_each(void (*work)(void *user, uint32_t number), void *user, uint32_t n,
                uint32_t nworkers) {
    struct each e = {work, user, n, 0};
    uint32_t numbers[RELAY_EACH];
    const struct relay relay = {.user = &e,
                                .begin = begin_number,
                                .work = work_on_number,
                                .finish = finish_number,
                                .pieces = numbers,
                                .size = sizeof *numbers,
                                .npieces = RELAY_EACH,
                                .nworkers = nworkers};
    relay_run(&relay);
}
