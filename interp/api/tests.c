/* `test` blocks: each runs as an entry of its own behind the file it stands in,
 * and what it did to the store is taken back. */
#include "api/grow.h"
#include "api/interp.h"

void keep_tests(struct spoke *sp, const struct node *file) {
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind == N_TEST)
            ARENA_PUSH(&sp->arena, &sp->tests) = file->list.at[i];
}

size_t spoke_test_count(const spoke *sp) {
    return sp ? sp->tests.n : 0;
}

spoke_status spoke_test_at_sized(const spoke *sp, size_t i, spoke_test *out, size_t size) {
    if (!sp || !out || i >= sp->tests.n)
        return SPOKE_MISUSE;
    const struct node *n = sp->tests.at[i];
    const struct source *source = source_at(&sp->sources, n->span.source);
    struct place place = source ? source_place(source, n->span.start) : (struct place){0, 0};
    struct str file = source ? source->name : STR_NONE;
    const spoke_test known = {{n->text.p ? n->text.p : "", n->text.n},
                              {file.p ? file.p : "", file.n},
                              place.line,
                              place.column};
    hand_out(out, size, &known, sizeof known);
    return SPOKE_OK;
}

static enum status compile_test(struct spoke *sp, const struct node *test, struct proto **out) {
    struct node *file = ARENA_NEW(&sp->arena, struct node);
    file->kind = N_BLOCK;
    file->span = test->span;
    ARENA_PUSH(&sp->arena, &file->list) = test->a;
    return compile_unit(&sp->session, &sp->vm.layout, file, out);
}

struct test_run {
    struct proto *code;
    const struct node *test;
};

static enum status prepare(struct spoke *sp, void *data) {
    struct test_run *run = data;
    struct prepared none = {0};
    enum status s = open_store(sp, &none);
    if (s == ST_OK)
        s = ensure_tables(sp);
    if (s == ST_OK)
        s = fill_bound(sp);
    return s == ST_OK ? compile_test(sp, run->test, &run->code) : s;
}

static enum status run_code(struct spoke *sp, void *data) {
    return vm_run(&sp->vm, data);
}

spoke_status spoke_test_run(spoke *sp, size_t i) {
    if (!sp || i >= sp->tests.n || !begin_call(sp))
        return SPOKE_MISUSE;
    struct test_run run = {.test = sp->tests.at[i]};
    enum status s = guarded(sp, prepare, &run);
    if (s == ST_OK)
        s = store_savepoint(sp->store);
    if (s == ST_OK) {
        s = guarded(sp, run_code, run.code);
        store_rollback(sp->store);
        school_changed(sp);
    }
    if (s != ST_OK)
        vm_abandon(&sp->vm);
    return end_call(sp, s);
}
