/* Tests beside definitions: `test` blocks and examples of rules.
 *
 * A block runs as an entry of its own behind the file it stands in, and what it
 * did to the store is taken back. An example is judged by its rule. */
#include "api/examples.h"
#include "api/grow.h"

static void keep_examples(struct spoke *sp, const struct node *declaration) {
    struct symbol *rule = session_find(&sp->session, declaration->text);
    const struct rule_info *info = rule && rule->kind == SYM_RULE ? rule->detail : NULL;
    for (uint32_t i = 0; info && i < info->nexamples; i++)
        ARENA_PUSH(&sp->arena, &sp->tests) = (struct script_test){NULL, rule, i};
}

void keep_tests(struct spoke *sp, const struct node *file) {
    for (uint32_t i = 0; i < file->list.n; i++) {
        const struct node *n = file->list.at[i];
        if (n->kind == N_TEST)
            ARENA_PUSH(&sp->arena, &sp->tests) = (struct script_test){n, NULL, 0};
        else if (n->kind == N_RULE)
            keep_examples(sp, n);
    }
}

size_t spoke_test_count(const spoke *sp) {
    return sp ? sp->tests.n : 0;
}

static const struct rule_example *example_of(const struct script_test *t) {
    return &((const struct rule_info *)t->rule->detail)->examples[t->example];
}

spoke_status spoke_test_at_sized(const spoke *sp, size_t i, spoke_test *out, size_t size) {
    if (!sp || !out || i >= sp->tests.n)
        return SPOKE_MISUSE;
    const struct script_test *t = &sp->tests.at[i];
    struct span span = t->block ? t->block->span : example_of(t)->span;
    struct str name = t->block ? t->block->text : example_of(t)->title;
    const struct source *source = source_at(&sp->sources, span.source);
    struct place place = source ? source_place(source, span.start) : (struct place){0, 0};
    const spoke_test known = {.name = text_view(name),
                              .file = text_view(source ? source->name : STR_NONE),
                              .line = place.line,
                              .column = place.column,
                              .rule = text_view(t->rule ? t->rule->name : STR_NONE),
                              .passes = t->rule && example_of(t)->passes};
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
    const struct script_test *t = &sp->tests.at[i];
    if (t->rule)
        return end_call(sp, example_judge(sp, t->rule, example_of(t)));
    struct test_run run = {.test = t->block};
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
