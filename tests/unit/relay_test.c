/* Relays: pieces are begun and finished in one order by any number of threads, all of them once;
 * and allocators that several threads share. */
#include "base/guard.h"
#include "base/relay.h"
#include "suites.h"
#include <stdatomic.h>

enum { PIECES = 5, WORK = 500 };

struct piece {
    uint32_t number;
    uint64_t result;
};

struct job {
    uint32_t begun, finished, stop_at;
    uint64_t sum;
    atomic_uint worked, now, most; /* pieces at work at one time */
    atomic_bool busy[RELAY_WORKERS];
};

static bool begin(void *user, void *piece) {
    struct job *job = user;
    if (job->begun == WORK)
        return false;
    ((struct piece *)piece)->number = job->begun++;
    return true;
}

static void work(void *user, void *at, uint32_t worker) {
    struct job *job = user;
    struct piece *piece = at;
    ck_assert(!atomic_exchange(&job->busy[worker], true));
    unsigned now = atomic_fetch_add(&job->now, 1) + 1;
    if (now > atomic_load(&job->most))
        atomic_store(&job->most, now);
    piece->result = 0;
    for (uint32_t i = 0; i <= piece->number % 97 * 100; i++)
        piece->result += i ^ piece->number;
    atomic_fetch_add(&job->worked, 1);
    atomic_fetch_sub(&job->now, 1);
    atomic_store(&job->busy[worker], false);
}

static enum status finish(void *user, void *at) {
    struct job *job = user;
    const struct piece *piece = at;
    ck_assert_uint_eq(piece->number, job->finished);
    job->sum = job->sum * 31 + piece->result;
    return ++job->finished == job->stop_at ? ST_LIMIT : ST_OK;
}

static enum status run(struct job *job, uint32_t nworkers) {
    struct piece pieces[PIECES];
    const struct relay relay = {.user = job,
                                .begin = begin,
                                .work = work,
                                .finish = finish,
                                .pieces = pieces,
                                .size = sizeof *pieces,
                                .npieces = PIECES,
                                .nworkers = nworkers};
    return relay_run(&relay);
}

START_TEST(pieces_are_finished_in_order) {
    static const uint32_t workers[] = {0, 1, 2, 4, 40};
    uint64_t sum = 0;
    for (size_t i = 0; i < COUNT_OF(workers); i++) {
        struct job job = {.begun = 0};
        ck_assert_int_eq(run(&job, workers[i]), ST_OK);
        ck_assert_uint_eq(job.finished, WORK);
        ck_assert_uint_eq(atomic_load(&job.worked), WORK);
        ck_assert_uint_le(atomic_load(&job.most), workers[i] > 1 ? PIECES : 1);
        ck_assert(i == 0 || job.sum == sum);
        sum = job.sum;
    }
}
END_TEST

START_TEST(what_finishes_may_stop_it) {
    for (uint32_t at = 1; at < WORK; at += 61) {
        struct job job = {.stop_at = at};
        ck_assert_int_eq(run(&job, 3), ST_LIMIT);
        ck_assert_uint_eq(job.finished, at);
        ck_assert_uint_le(job.begun, at + PIECES);
    }
}
END_TEST

static void count(void *user, uint32_t number) {
    atomic_fetch_add(&((atomic_uint *)user)[number], 1);
}

START_TEST(each_number_is_worked_on_once) {
    atomic_uint counts[RELAY_EACH + 1];
    for (uint32_t n = 0; n <= RELAY_EACH; n += 16) {
        for (uint32_t i = 0; i <= RELAY_EACH; i++)
            atomic_init(&counts[i], 0);
        relay_each(count, counts, n, 3);
        for (uint32_t i = 0; i <= RELAY_EACH; i++)
            ck_assert_uint_eq(atomic_load(&counts[i]), i < n);
    }
}
END_TEST

struct sharing {
    struct guard guard;
    struct alloc allocs[4];
    atomic_bool wrong;
};

static void take_and_give(void *user, uint32_t number) {
    struct sharing *s = user;
    struct alloc *a = &s->allocs[number];
    for (size_t n = 1; n < 2000; n++) {
        unsigned char *block = mem_take(a, n);
        unsigned char *more = block ? mem_resize(a, block, n, 2 * n) : NULL;
        if (!more || a->used != 2 * n)
            atomic_store(&s->wrong, true);
        mem_give(a, more, 2 * n);
    }
}

START_TEST(threads_share_an_allocator) {
    struct alloc memory;
    struct sharing s;
    alloc_init(&memory, NULL, NULL, 1 << 20);
    ck_assert(guard_open(&s.guard, &memory));
    atomic_init(&s.wrong, false);
    for (uint32_t i = 0; i < COUNT_OF(s.allocs); i++)
        guard_alloc(&s.guard, &s.allocs[i]);
    relay_each(take_and_give, &s, COUNT_OF(s.allocs), COUNT_OF(s.allocs));
    ck_assert(!atomic_load(&s.wrong));
    ck_assert_uint_eq(memory.used, 0);
    ck_assert_ptr_null(mem_take(&s.allocs[0], 2 << 20)); /* the owner's limit */
    guard_enter(&s.guard); /* it may be entered again by who is inside */
    mem_give(&s.allocs[1], mem_take(&s.allocs[1], 10), 10);
    guard_leave(&s.guard);
    guard_close(&s.guard);
}
END_TEST

Suite *relay_suite(void) {
    Suite *suite = suite_create("relay");
    TCase *tests = tcase_create("relay");
    tcase_add_test(tests, pieces_are_finished_in_order);
    tcase_add_test(tests, what_finishes_may_stop_it);
    tcase_add_test(tests, each_number_is_worked_on_once);
    tcase_add_test(tests, threads_share_an_allocator);
    suite_add_tcase(suite, tests);
    return suite;
}
