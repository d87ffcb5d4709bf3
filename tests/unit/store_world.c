/* Tables are built by hand; queries read the views by plain SQL. */
#include "store_world.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct alloc memory;
struct arena arena;
jmp_buf escape;
struct types types;
struct sources sources;
struct diags diags;
struct control control;
struct store_host host;
struct store *store;
struct span nowhere;
char folder[64];
char got[8192]; /* what `query` read */
struct import_result result;

/* ---- tables ---- */

struct table_column district_columns[3], school_columns[6], attendance_columns[5];
struct table district, school, attendance;
struct code_value boroughs[3], not_sent[2];

struct table_column column(const char *name, const struct type *type) {
    return (struct table_column){.name = str_of(name), .header = str_of(name), .type = type};
}

struct table_column reference(const char *name, const struct table *to, bool nullable) {
    struct table_column c = column(name, type_ref(&types, to, nullable));
    c.to = to;
    return c;
}

const struct type *plain(enum type_kind kind, bool nullable) {
    return type_scalar(&types, kind, nullable);
}

void make_table(struct table *t, const char *name, struct table_column *columns, uint32_t n,
                uint32_t nkeys) {
    *t = (struct table){.name = str_of(name), .columns = columns, .n = n, .nkeys = nkeys};
    for (uint32_t i = 0; i < nkeys; i++) {
        t->keys[i] = i;
        columns[i].is_key = true;
    }
    t->declaration = arena_printf(&arena, "table %s { ... }", name);
}

static void make_tables(void) {
    district_columns[0] = column("code", plain(TY_INT, false));
    district_columns[1] = column("title", plain(TY_TEXT, false));
    make_table(&district, "district", district_columns, 2, 1);

    school_columns[0] = column("dbn", plain(TY_TEXT, false));
    school_columns[1] = column("borough", plain(TY_TEXT, true));
    school_columns[2] = reference("district", &district, true);
    school_columns[3] = column("opened", plain(TY_DATE, true));
    school_columns[4] = column("public", plain(TY_BOOL, true));
    school_columns[4].header = STR("Is public");
    boroughs[0] = (struct code_value){.is_text = true, .text = STR("M")};
    boroughs[1] = (struct code_value){.is_text = true, .text = STR("X")};
    school_columns[1].one_of = boroughs;
    school_columns[1].none_of = 2;
    make_table(&school, "school", school_columns, 5, 1);

    attendance_columns[0] = reference("school", &school, false);
    attendance_columns[1] = column("day", plain(TY_DATE, false));
    attendance_columns[2] = column("pct", plain(TY_FLOAT, true));
    attendance_columns[3] = column("enrolled", plain(TY_INT, true));
    attendance_columns[4] = column("note", plain(TY_TEXT, true));
    not_sent[0] = (struct code_value){.is_text = true, .text = STR("NS")};
    not_sent[1] = (struct code_value){.text = STR("-9"), .number = -9};
    attendance_columns[2].missing = attendance_columns[3].missing = not_sent;
    attendance_columns[2].nmissing = attendance_columns[3].nmissing = 2;
    attendance_columns[2].has_range = true;
    attendance_columns[2].high = 100;
    make_table(&attendance, "attendance", attendance_columns, 5, 2);
}

/* ---- fixture ---- */

struct str in_folder(const char *name) {
    return arena_printf(&arena, "%s/%s", folder, name);
}

enum status open_world(enum store_mode mode) {
    return store_open(&host, in_folder("s.db"), mode, nowhere, &store);
}

static void start_memory(void) {
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&arena, &memory);
    arena.escape = &escape;
    ck_assert(setjmp(escape) == 0);
    types_init(&types, &arena);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    control_init(&control);
    control.capabilities = CAN_ALL;
    host = (struct store_host){.alloc = &memory, .control = &control, .diags = &diags};
}

void start(void) {
    start_memory();
    strcpy(folder, "/tmp/spoke-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_tables();
    ck_assert_int_eq(open_world(STORE_WRITE), ST_OK);
}

static void stop(void) {
    char command[128];
    store_close(store);
    store = NULL;
    types_free(&types);
    arena_free(&arena);
    ck_assert_uint_eq(memory.used, 0);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

struct str write_file(const char *name, const char *text) {
    struct str path = in_folder(name);
    FILE *f = fopen(path.p, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    return path;
}

enum status import_file(const struct table *t, struct str path, enum import_mode mode, bool strict,
                        struct import_result *out) {
    struct import_order order = {.path = path, .mode = mode, .strict = strict, .span = nowhere};
    return store_import(store, &arena, t, &order, out);
}

enum status infer_file(struct str path, struct str *declaration) {
    struct import_order order = {.path = path, .span = nowhere};
    return store_infer(store, &arena, STR("t"), &order, declaration);
}

enum status import(const struct table *t, const char *text, enum import_mode mode, bool strict) {
    return import_file(t, write_file("a.csv", text), mode, strict, &result);
}

void import_all(const struct table *t, const char *text) {
    enum status status = import(t, text, IMPORT_UPDATE, false);
    if (status != ST_OK && diags.all.n)
        ck_abort_msg("%.*s", STR_ARG(diags.all.at[diags.all.n - 1]->message));
    ck_assert_int_eq(status, ST_OK);
}

/* Rows as lines, values joined by `|`, NULL as a dot. */
void query_on(sqlite3 *db, const char *sql) {
    sqlite3_stmt *st = NULL;
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(db));
    size_t at = 0;
    got[0] = '\0';
    while (sqlite3_step(st) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(st) && at < sizeof got; i++) {
            const char *text = (const char *)sqlite3_column_text(st, i);
            at += (size_t)snprintf(got + at, sizeof got - at, "%s%s", i ? "|" : "",
                                   text ? text : ".");
        }
        at += (size_t)snprintf(got + at, sizeof got - at, "\n");
    }
    sqlite3_finalize(st);
}

void expect_query(const char *sql, const char *rows) {
    query_on(store->db, sql);
    ck_assert_str_eq(got, rows);
}

/* The last error is `code`, and its message, notes and helps hold `parts`. */
void expect_error(enum status status, enum code code, const char *part) {
    ck_assert_int_eq(status, ST_FAILED);
    ck_assert_uint_gt(diags.all.n, 0);
    const struct diag *g = diags.all.at[diags.all.n - 1];
    ck_assert_msg(g->code == code, "%s: %.*s", code_id(g->code), STR_ARG(g->message));
    struct buf all;
    buf_init(&all, &memory);
    diag_text(&all, &sources, g, false);
    bool has = strstr(all.p, part) != NULL;
    ck_assert_msg(has, "no '%s' in: %s", part, all.p);
    ck_assert_msg(g->helps.n > 0 || code == E0510, "no help: %s", all.p);
    buf_free(&all);
}

void start_schools(void) {
    start();
    import_all(&district, "code,title\n1,Downtown\n12,Bronx\n");
    import_all(&school, "dbn,borough,district,opened,Is public\n"
                        "12X001,X,12,1999-09-01,yes\n"
                        "01M015,M,1,,\n");
}

/* ---- suites ---- */

TCase *group(Suite *suite, const char *name, void (*begin)(void)) {
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, begin, stop);
    suite_add_tcase(suite, tests);
    return tests;
}
