/* Modules: the example of every library function runs, and prints what stands behind `#` in it. */
#include "api/spoke.h"
#include "stdlib/modules.h"
#include "suites.h"
#include <stdio.h>

enum { ROOM = 4096 };

struct printed {
    char text[ROOM];
    size_t n;
    int shown;
};

static int keep_line(void *user, spoke_text line) {
    struct printed *p = user;
    p->n += (size_t)snprintf(p->text + p->n, ROOM - p->n, "%.*s\n", (int)line.n, line.p);
    return 0;
}

static int count_shown(void *user, const spoke_value *v) {
    (void)v;
    ((struct printed *)user)->shown++;
    return 0;
}

static const spoke_sink sink = {
    .size = sizeof(spoke_sink), .on_show = count_shown, .on_print = keep_line};

/* What stands behind `# ` in each line, the last of them if there are several. */
static size_t expected_lines(const char *example, char out[ROOM]) {
    size_t n = 0;
    out[0] = '\0';
    while (*example) {
        size_t length = strcspn(example, "\n"), hash = length;
        for (size_t i = 0; i + 1 < length; i++)
            if (example[i] == '#' && example[i + 1] == ' ' && (i == 0 || example[i - 1] == ' '))
                hash = i + 2;
        if (hash < length)
            n +=
                (size_t)snprintf(out + n, ROOM - n, "%.*s\n", (int)(length - hash), example + hash);
        example += length + (example[length] == '\n');
    }
    return n;
}

static int to_stderr(void *user, const char *bytes, size_t n) {
    (void)user;
    return fwrite(bytes, 1, n, stderr) != n;
}

static spoke *open_interpreter(struct printed *p) {
    spoke_config config;
    spoke *sp = NULL;
    spoke_config_init(&config);
    config.modules = standard_modules;
    config.capabilities = SPOKE_CAN_ALL;
    config.sink = &sink;
    config.sink_user = p;
    ck_assert_int_eq(spoke_open(&config, &sp), SPOKE_OK);
    return sp;
}

static void run_example(const struct native_module *m, const struct native_entry *e,
                        struct str example) {
    struct printed p = {.n = 0};
    char expected[ROOM], name[100];
    spoke *sp = open_interpreter(&p);
    snprintf(name, sizeof name, "%s.%s", m->name, e->name);
    spoke_status status = spoke_run(sp, name, example.p, example.n);
    if (status != SPOKE_OK)
        spoke_diag_text(sp, 0, to_stderr, NULL);
    ck_assert_msg(status == SPOKE_OK, "the example of %s fails", name);
    ck_assert_msg(p.n > 0 || p.shown > 0, "the example of %s shows nothing", name);
    if (expected_lines(example.p, expected) > 0)
        ck_assert_msg(strcmp(expected, p.text) == 0, "the example of %s prints\n%s\nnot\n%s", name,
                      p.text, expected);
    spoke_close(sp);
}

START_TEST(examples_run) {
    const struct native_module *m = standard_modules[_i];
    struct alloc memory;
    struct arena arena;
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&arena, &memory);
    for (size_t i = 0; i < m->n; i++)
        run_example(m, &m->entries[i], packed_text(&arena, m->examples, i));
    arena_free(&arena);
}
END_TEST

/* The first of many texts, with every amount of memory that is too little, until one is enough. */
START_TEST(examples_want_memory) {
    struct alloc memory;
    struct arena arena;
    jmp_buf escape;
    volatile size_t limit = 0;
    do {
        limit += 1000;
        alloc_init(&memory, NULL, NULL, limit);
        arena_init(&arena, &memory);
        arena.escape = &escape;
        if (setjmp(escape) == 0) {
            ck_assert_uint_gt(packed_text(&arena, core_module.examples, 0).n, 0);
            ck_assert_uint_eq(packed_text(&arena, core_module.examples, core_module.n).n, 0);
            limit += SIZE_MAX / 2;
        }
        arena_free(&arena);
        ck_assert_uint_eq(memory.used, 0);
    } while (limit < SIZE_MAX / 2);
    ck_assert_uint_gt(limit - SIZE_MAX / 2, 1000);
}
END_TEST

static bool is_called(const struct native_entry *e) {
    size_t n = strlen(e->name);
    return strncmp(e->signature, "fn ", 3) == 0 && strncmp(e->signature + 3, e->name, n) == 0 &&
           e->signature[3 + n] == '(';
}

/* Help and completion show these as they are. */
START_TEST(entries_are_whole) {
    const struct native_module *m = standard_modules[_i];
    ck_assert_uint_gt(strlen(m->doc), 0);
    for (size_t i = 0; i < m->n; i++) {
        const struct native_entry *e = &m->entries[i];
        ck_assert_msg(is_called(e), "%s: `%s`", e->name, e->signature);
        ck_assert_msg(e->doc[0] && e->doc[strlen(e->doc) - 1] != '.', "%s: its line", e->name);
        ck_assert_msg(strchr(e->doc, '\n') == NULL, "%s: more than a line", e->name);
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(m->entries[k].name, e->name) != 0, "%s stands twice", e->name);
    }
}
END_TEST

Suite *modules_suite(void) {
    Suite *s = suite_create("modules");
    TCase *t = tcase_create("examples");
    int n = 0;
    while (standard_modules[n])
        n++;
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, examples_run, 0, n);
    tcase_add_loop_test(t, entries_are_whole, 0, n);
    tcase_add_test(t, examples_want_memory);
    suite_add_tcase(s, t);
    return s;
}
