/* A store in a folder of its own, made and removed for each test, and the tables of a small city:
 * districts, schools that refer to them, and attendance that refers to schools.
 *
 * All memory comes from `memory`, which must be back at nothing when a test ends. */
#ifndef SPOKE_TEST_STORE_WORLD_H
#define SPOKE_TEST_STORE_WORLD_H

#include "store/internal.h"
#include "suites.h"

extern struct alloc memory;
extern struct arena arena;
extern jmp_buf escape;
extern struct types types;
extern struct sources sources;
extern struct diags diags;
extern struct control control;
extern struct store_host host;
extern struct store *store;
extern struct span nowhere;
extern char folder[64];
extern char got[8192]; /* what `query` read */
extern struct import_result result;
extern struct table_column district_columns[3], school_columns[6], attendance_columns[5];
extern struct table district, school, attendance;
extern struct code_value boroughs[3], not_sent[2];

/* ---- making tables ---- */
struct table_column column(const char *name, const struct type *type);
struct table_column reference(const char *name, const struct table *to, bool nullable);
const struct type *plain(enum type_kind kind, bool nullable);
void make_table(struct table *t, const char *name, struct table_column *columns, uint32_t n,
                uint32_t nkeys);

/* ---- the folder and the store in it ---- */
struct str in_folder(const char *name);
struct str write_file(const char *name, const char *text);
enum status open_world(enum store_mode mode);
enum status import_file(const struct table *t, struct str path, enum import_mode mode, bool strict,
                        struct import_result *out);
enum status infer_file(struct str path, struct str *declaration);
enum status import(const struct table *t, const char *text, enum import_mode mode, bool strict);
void import_all(const struct table *t, const char *text);

/* ---- looking ---- */
/* Rows as lines in `got`, values joined by `|`, NULL as a dot. */
void query_on(sqlite3 *db, const char *sql);
void expect_query(const char *sql, const char *rows);
/* The last error is `code`, and its message, notes and helps hold `part`. */
void expect_error(enum status status, enum code code, const char *part);

/* ---- suites ---- */
void start(void);         /* an empty store */
void start_schools(void); /* with districts and schools */
/* Tests that begin with one of these; all end with the store closed and the folder gone. */
TCase *group(Suite *suite, const char *name, void (*begin)(void));

#endif
