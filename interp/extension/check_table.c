/* The loadable extension spoke_check: in any program that uses SQLite
 *
 *     SELECT * FROM spoke_check('rules.spoke');            -- over the database that is open
 *     SELECT * FROM spoke_check('rules.spoke', 'hub.db');  -- over another one
 *
 * has a row for each finding of the rules, and one without a key for each rule that has none. The
 * database is opened a second time, to read only, so that what counts is what is committed. The
 * table is for direct use: no view, trigger or schema can name it, as it reads files.
 *
 * It includes libspoke and sees spoke.h only. A program with an SQLite of its own is refused: two
 * copies in one process lose each other's locks (SQLite, "How To Corrupt", 2.2). So there is one
 * SQLite, and its functions are called as everywhere.
 *
 * A cursor owns what was found; a row's texts lie in the cursor's one text, by their places. */
#define SQLITE_CORE 1 /* sqlite3ext.h shall not send calls through a variable */
#include "api/spoke.h"
#include <pthread.h>
#include <sqlite3ext.h>
#include <stdio.h>
#include <string.h>

enum { RULE, STATUS, SEVERITY, KEY, MESSAGE, UNDECIDED, SHOWN, RULES = SHOWN, DATABASE };
enum { LONGEST_SCRIPT = 16 << 20 };

static const char declaration[] = "CREATE TABLE x(rule TEXT, status TEXT, severity TEXT, key TEXT, "
                                  "message TEXT, undecided INTEGER, rules HIDDEN, database HIDDEN)";

struct table {
    sqlite3_vtab base; /* must stay first */
    sqlite3 *db;
};

struct row {
    struct place {
        size_t start, n;
    } text[UNDECIDED];
    int has_key, undecided, excepted;
};

struct cursor {
    sqlite3_vtab_cursor base; /* must stay first */
    char *text;
    size_t ntext, room_text;
    struct row *rows;
    size_t nrows, room_rows, at;
    size_t judged; /* rows whose rule's verdict is known */
    int told, failed;
};

/* ---- what is found ---- */

/* Room for `n` more of `size` bytes each; 0: there is no memory. */
static int grow(void **block, size_t *room, size_t used, size_t n, size_t size) {
    if (n <= *room - used)
        return 1;
    size_t wanted = (used + n) * 2 + 64;
    void *moved = wanted < used ? NULL : sqlite3_realloc64(*block, wanted * size);
    if (!moved)
        return 0;
    *block = moved;
    *room = wanted;
    return 1;
}

static struct place keep(struct cursor *c, spoke_text text) {
    struct place place = {c->ntext, text.n};
    void *block = c->text;
    if (text.n && !grow(&block, &c->room_text, c->ntext, text.n, 1))
        c->failed = 1;
    c->text = block;
    if (!c->failed && text.n)
        memcpy(c->text + c->ntext, text.p, text.n);
    c->ntext += c->failed ? 0 : text.n;
    return place;
}

static struct row *add_row(struct cursor *c) {
    void *block = c->rows;
    if (!grow(&block, &c->room_rows, c->nrows, 1, sizeof *c->rows))
        c->failed = 1;
    c->rows = block;
    if (c->failed)
        return NULL;
    struct row *row = &c->rows[c->nrows++];
    memset(row, 0, sizeof *row);
    return row;
}

static int on_finding(void *user, const spoke_finding *f) {
    struct cursor *c = user;
    struct row *row = add_row(c);
    if (!row)
        return 1;
    row->text[RULE] = keep(c, f->rule);
    row->text[SEVERITY] = keep(c, f->severity);
    row->text[KEY] = keep(c, f->key);
    row->text[MESSAGE] = keep(c, f->message);
    row->has_key = 1;
    row->undecided = f->undecided;
    row->excepted = f->excepted;
    return c->failed;
}

static spoke_text named(const char *name) {
    return (spoke_text){name, strlen(name)};
}

/* Comes behind the findings of the rule. */
static int on_rule(void *user, const spoke_rule_result *r) {
    static const char *const names[] = {"pass", "fail", "warn", "empty", "skip", "error"};
    struct cursor *c = user;
    struct place status = keep(c, named(names[r->status])), excepted = keep(c, named("excepted"));
    c->told = 1;
    if (c->judged == c->nrows || r->status == SPOKE_RULE_ERROR) {
        struct row *row = add_row(c);
        if (!row)
            return 1;
        row->text[RULE] = keep(c, r->rule);
        row->text[SEVERITY] = keep(c, r->severity);
        row->text[MESSAGE] = keep(c, r->reason.n ? r->reason : r->title);
    }
    for (; c->judged < c->nrows; c->judged++) {
        struct row *row = &c->rows[c->judged];
        row->text[STATUS] = row->excepted ? excepted : status;
    }
    return c->failed;
}

/* ---- sqlite3_interrupt ---- */

/* Asks whether the program has called sqlite3_interrupt: only newer versions of SQLite tell it
 * (sqlite3_is_interrupted), but all stop a statement that begins while another is running. It is
 * tried where the interpreter looks at the clock, by the thread that holds the database. */
struct watch {
    spoke *sp;
    sqlite3_stmt *attempt;
    pthread_t owner;
    int stopped;
};
static const double never = 1; /* the deadline of a clock that stands still */

static double look(void *user) {
    struct watch *w = user;
    if (w->stopped || !w->attempt || !pthread_equal(w->owner, pthread_self()))
        return 0;
    sqlite3_step(w->attempt);
    w->stopped = (sqlite3_reset(w->attempt) & 0xff) == SQLITE_INTERRUPT;
    if (w->stopped && w->sp)
        spoke_interrupt(w->sp);
    return 0;
}

/* ---- judging ---- */

/* Takes the place of the table's message; `why` is of sqlite3_mprintf. */
static int refuse(struct cursor *c, char *why) {
    sqlite3_free(c->base.pVtab->zErrMsg);
    c->base.pVtab->zErrMsg = why;
    return why ? SQLITE_ERROR : SQLITE_NOMEM;
}

/* The whole file, to be freed; NULL: the cursor's table says why, or there is no memory. */
static char *read_script(struct cursor *c, const char *path, size_t *n) {
    FILE *file = fopen(path, "rb");
    char *text = file ? sqlite3_malloc64(LONGEST_SCRIPT + 1) : NULL;
    *n = text ? fread(text, 1, LONGEST_SCRIPT + 1, file) : 0;
    int bad = !file || !text || ferror(file) || *n > LONGEST_SCRIPT;
    if (file)
        fclose(file);
    if (!bad)
        return text;
    sqlite3_free(text);
    refuse(c, sqlite3_mprintf("spoke_check: cannot read the rules `%s`", path));
    return NULL;
}

/* The first error is the table's message. */
static int tell(struct cursor *c, spoke *sp) {
    for (size_t i = 0; i < spoke_diag_count(sp); i++) {
        spoke_diag d;
        if (spoke_diag_at(sp, i, &d) != SPOKE_OK || d.severity.n != 5 ||
            memcmp(d.severity.p, "error", 5))
            continue;
        char *place =
            d.file.n ? sqlite3_mprintf("%.*s:%u: ", (int)d.file.n, d.file.p, d.line) : NULL;
        char *why = sqlite3_mprintf("%s%.*s: %.*s", place ? place : "", (int)d.code.n, d.code.p,
                                    (int)d.message.n, d.message.p);
        sqlite3_free(place);
        return refuse(c, why);
    }
    return refuse(c, sqlite3_mprintf("spoke_check: the rules could not be judged"));
}

/* `today` of rules, as the program's SQLite sees it. */
static void set_today(sqlite3 *db, spoke_config *config) {
    static const char day[] = "SELECT julianday('now','localtime','start of day') - 2440587.5";
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, day, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        config->today = sqlite3_column_int(statement, 0);
        config->has_today = 1;
    }
    sqlite3_finalize(statement);
}

/* Over a store the script is only read for what it declares. */
static int judge(struct cursor *c, spoke *sp, const char *rules, int is_store) {
    size_t n;
    char *script = read_script(c, rules, &n);
    if (!script)
        return c->base.pVtab->zErrMsg ? SQLITE_ERROR : SQLITE_NOMEM;
    spoke_status status =
        is_store ? spoke_compile(sp, rules, script, n) : spoke_run(sp, rules, script, n);
    sqlite3_free(script);
    if (status == SPOKE_OK)
        status = spoke_check(sp, NULL, NULL);
    if (c->failed || status == SPOKE_NO_MEMORY)
        return SQLITE_NOMEM;
    if (status == SPOKE_INTERRUPTED)
        return SQLITE_INTERRUPT;
    /* Rules that err are rows; what keeps all of them from being judged is an error. */
    int is_judged = status == SPOKE_OK || status == SPOKE_FINDINGS;
    return is_judged || (status == SPOKE_FAILED && c->told) ? SQLITE_OK : tell(c, sp);
}

static int is_foreign(spoke *sp) {
    spoke_diag d;
    return spoke_diag_at(sp, 0, &d) == SPOKE_OK && d.code.n == 5 && !memcmp(d.code.p, "E0505", 5);
}

/* An SQLite database of another program is what the script imports, into a temporary store of the
 * interpreter: it says `param database`. */
static int judge_over(struct cursor *c, const spoke_config *config, const char *rules,
                      const char *database) {
    struct watch *watch = config->clock_user;
    spoke *sp;
    if (spoke_open(config, &sp) != SPOKE_OK)
        return SQLITE_NOMEM;
    watch->sp = sp;
    spoke_status status = spoke_use_store(sp, database, SPOKE_STORE_READ);
    int is_store = status != SPOKE_FAILED || !is_foreign(sp);
    if (!is_store) {
        watch->sp = NULL;
        spoke_close(sp);
        if (spoke_open(config, &sp) != SPOKE_OK)
            return SQLITE_NOMEM;
        watch->sp = sp;
        status = spoke_param(sp, "database", database);
    }
    int code = status == SPOKE_OK ? judge(c, sp, rules, is_store) : tell(c, sp);
    watch->sp = NULL;
    spoke_close(sp);
    return code;
}

static int judge_all(struct cursor *c, sqlite3 *db, const char *rules, const char *database) {
    struct watch watch = {.owner = pthread_self()};
    spoke_sink sink = {.size = sizeof sink, .on_rule = on_rule, .on_finding = on_finding};
    spoke_config config;
    spoke_config_init(&config);
    config.modules = spoke_standard_modules();
    config.capabilities = SPOKE_CAN_READ_FILES;
    config.rules_apart = 1;
    config.threads = sqlite3_threadsafe() ? 0 : 1;
    config.sink = &sink;
    config.sink_user = c;
    config.clock = look;
    config.clock_user = &watch;
    config.deadline = never;
    set_today(db, &config);
    if (sqlite3_prepare_v2(db, "SELECT 1", -1, &watch.attempt, NULL) != SQLITE_OK)
        return SQLITE_NOMEM;
    int code = judge_over(c, &config, rules, database);
    sqlite3_finalize(watch.attempt);
    return watch.stopped ? SQLITE_INTERRUPT : code;
}

/* ---- the table, as SQLite asks for it ---- */

static int connect_table(sqlite3 *db, void *user, int n, const char *const *words,
                         sqlite3_vtab **out, char **error) {
    (void)user, (void)n, (void)words, (void)error;
    int code = sqlite3_declare_vtab(db, declaration);
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    struct table *t = code == SQLITE_OK ? sqlite3_malloc(sizeof *t) : NULL;
    if (!t)
        return code == SQLITE_OK ? SQLITE_NOMEM : code;
    memset(t, 0, sizeof *t);
    t->db = db;
    *out = &t->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *base) {
    sqlite3_free(base);
    return SQLITE_OK;
}

/* The plan's number: 1 the rules are given, 2 the database is. */
static int best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
    int at[2] = {-1, -1}, n = 0;
    (void)base;
    for (int i = 0; i < info->nConstraint; i++) {
        int which = info->aConstraint[i].iColumn - RULES;
        if (which < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        at[which] = i;
    }
    for (int which = 0; which < 2; which++) {
        if (at[which] < 0)
            continue;
        info->aConstraintUsage[at[which]].argvIndex = ++n;
        info->aConstraintUsage[at[which]].omit = 1;
        info->idxNum |= 1 << which;
    }
    info->estimatedCost = 1e6;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
    struct cursor *c = sqlite3_malloc(sizeof *c);
    (void)base;
    if (!c)
        return SQLITE_NOMEM;
    memset(c, 0, sizeof *c);
    *out = &c->base;
    return SQLITE_OK;
}

static void forget(struct cursor *c) {
    sqlite3_free(c->text);
    sqlite3_free(c->rows);
    memset((char *)c + sizeof c->base, 0, sizeof *c - sizeof c->base);
}

static int close_cursor(sqlite3_vtab_cursor *base) {
    forget((struct cursor *)base);
    sqlite3_free(base);
    return SQLITE_OK;
}

/* A text that names a file; NULL: it does not. */
static const char *path_of(sqlite3_value *value) {
    const char *path =
        sqlite3_value_type(value) == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
    return path && *path && strlen(path) == (size_t)sqlite3_value_bytes(value) ? path : NULL;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int n,
                  sqlite3_value **values) {
    struct cursor *c = (struct cursor *)base;
    sqlite3 *db = ((struct table *)base->pVtab)->db;
    const char *rules = plan & 1 && n > 0 ? path_of(values[0]) : NULL;
    const char *database = plan & 2 ? path_of(values[n - 1]) : sqlite3_db_filename(db, "main");
    (void)text;
    forget(c);
    if (!rules)
        return refuse(c,
                      sqlite3_mprintf("spoke_check: name the rules, spoke_check('rules.spoke')"));
    if (!database || !*database)
        return refuse(c, sqlite3_mprintf("spoke_check: the database is no file; name one, "
                                         "spoke_check('rules.spoke', 'hub.db')"));
    return judge_all(c, db, rules, database);
}

static int next(sqlite3_vtab_cursor *base) {
    ((struct cursor *)base)->at++;
    return SQLITE_OK;
}

static int is_over(sqlite3_vtab_cursor *base) {
    const struct cursor *c = (const struct cursor *)base;
    return c->at >= c->nrows;
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    const struct cursor *c = (const struct cursor *)base;
    const struct row *row = &c->rows[c->at];
    if (column == UNDECIDED)
        sqlite3_result_int(context, row->undecided);
    else if (column < SHOWN && (column != KEY || row->has_key))
        sqlite3_result_text64(context, c->text + row->text[column].start, row->text[column].n,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
    return SQLITE_OK;
}

static int give_number(sqlite3_vtab_cursor *base, sqlite3_int64 *number) {
    *number = (sqlite3_int64)((const struct cursor *)base)->at + 1;
    return SQLITE_OK;
}

static const sqlite3_module check_module = {.xConnect = connect_table,
                                            .xBestIndex = best_index,
                                            .xDisconnect = disconnect,
                                            .xOpen = open_cursor,
                                            .xClose = close_cursor,
                                            .xFilter = filter,
                                            .xNext = next,
                                            .xEof = is_over,
                                            .xColumn = give_column,
                                            .xRowid = give_number};

SPOKE_API int sqlite3_spokecheck_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_spokecheck_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
    if (api->libversion() != sqlite3_libversion()) { /* one text in each copy */
        *error =
            api->mprintf("this program has an SQLite of its own; spoke_check shares files only "
                         "with programs that use the system's libsqlite3");
        return SQLITE_ERROR;
    }
    return sqlite3_create_module(db, "spoke_check", &check_module, NULL);
}
