/* The shared count of steps is touched once a stint, so that threads do not wait for its cache
 * line. */
#include "stdlib/network/effort.h"

static enum vectors processor_vectors(void) {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        return VECTORS_512;
    }
    if (__builtin_cpu_supports("avx2")) {
        return VECTORS_256;
    }
#endif
    return VECTORS_PLAIN;
}

enum vectors vectors_to_use(const struct network_host *host) {
    enum vectors have = processor_vectors();
    return host->vectors != VECTORS_BEST && host->vectors < have ? host->vectors : have;
}

static enum status poll_aside(void *user, double done) {
    const struct side_work *s = user;
    UNUSED(done);
    return s->outer->poll(s->outer->user, s->done);
}

void side_work_init(struct side_work *s, const struct network_host *outer, double done) {
    *s = (struct side_work){.host = *outer, .outer = outer, .done = done};
    s->host.poll = outer->poll ? poll_aside : NULL;
    s->host.user = s;
}

void effort_init(struct effort *e, const struct network_host *host, double expected) {
    e->host = host;
    e->expected = expected;
    atomic_init(&e->pieces.stopped, false);
    atomic_init(&e->done, 0);
}

enum status effort_ask(struct effort *e) {
    if (!e->host->poll) {
        return ST_OK;
    }
    double share = (double)atomic_load(&e->done) / (e->expected > 1 ? e->expected : 1);
    return e->host->poll(e->host->user, share < 1 ? share : 1);
}

struct shared_work {
    struct effort *effort;
    void *user;
    enum status (*work)(void *user, uint32_t worker, uint32_t piece);
};

static enum status do_piece(void *user, uint32_t worker, uint32_t piece) {
    struct shared_work *all = user;
    return all->work(all->user, worker, piece);
}

static enum status ask_while_waiting(void *user) {
    return effort_ask(((struct shared_work *)user)->effort);
}

enum status effort_share(struct effort *e, uint32_t n, void *user,
                         enum status (*work)(void *user, uint32_t worker, uint32_t piece)) {
    struct shared_work all = {e, user, work};
    struct piece_work pieces = {.user = &all, .n = n, .work = do_piece, .wait = ask_while_waiting};
    return pieces_run(&e->pieces, effort_workers(e->host, n), &pieces);
}

uint32_t effort_workers(const struct network_host *host, uint32_t pieces) {
    uint32_t most = host->threads < MOST_WORKERS ? host->threads : (uint32_t)MOST_WORKERS;
    most = most < pieces ? most : pieces;
    return most ? most : 1;
}

enum status stint_check(struct stint *s) {
    struct effort *e = s->effort;
    atomic_fetch_add_explicit(&e->done, s->pending, memory_order_relaxed);
    s->pending = 0;
    if (s->worker != 0) {
        return pieces_stopped(&e->pieces) ? ST_INTERRUPTED : ST_OK;
    }
    return effort_ask(e);
}

void *aligned_take(struct arena *a, size_t n, size_t size) {
    if (size && n > (SIZE_MAX - CACHE_LINE) / size) {
        return NULL;
    }
    char *at = arena_take(a, n * size + CACHE_LINE);
    return at ? at + (CACHE_LINE - (uintptr_t)at % CACHE_LINE) % CACHE_LINE : NULL;
}
