/* Functions of SQLite that a query of strangers could hold a run up with, or learn from what it was
 * not given, done anew.
 *
 * SQLite asks nobody while a function works, so none may take long for its arguments: widths and
 * precisions of printf are limited to what a value may be long (SQLite goes on counting behind
 * that), and texts are looked through once (SQLite starts anew at each byte). `random` gives the
 * same numbers in each run of a query.
 *
 * Otherwise they give what SQLite's own do; printf hands each conversion to SQLite. */
#define _GNU_SOURCE /* memmem, which takes time as the lengths do */
#include "store/sql_functions.h"
#include <string.h>

enum { MOST_SET = 256 }; /* bytes of characters that a text is trimmed of */

static int64_t longest(sqlite3_context *x) {
    return sqlite3_limit(sqlite3_context_db_handle(x), SQLITE_LIMIT_LENGTH, -1);
}

/* ---- printf ---- */

struct arguments {
    sqlite3_value **at;
    int n, used;
};

/* `text` is what SQLite is given: % flags width .precision length letter. */
struct conversion {
    int64_t width, precision; /* -1: none */
    char flags[8], text[64], letter;
};

static sqlite3_value *next_of(struct arguments *a) {
    return a->used < a->n ? a->at[a->used++] : NULL;
}

static int64_t int_of(sqlite3_value *v) {
    return v ? sqlite3_value_int64(v) : 0;
}

static const char *text_of(sqlite3_value *v) {
    return v ? (const char *)sqlite3_value_text(v) : NULL;
}

/* Digits, or `*`. */
static const char *read_number(struct arguments *a, const char *at, int64_t *out) {
    if (*at == '*') {
        *out = (int32_t)int_of(next_of(a)); /* as SQLite takes it */
        return at + 1;
    }
    for (*out = 0; *at >= '0' && *at <= '9'; at++)
        if (*out <= INT32_MAX)
            *out = *out * 10 + (*at - '0');
    return at;
}

static const char *read_conversion(struct arguments *a, const char *at, struct conversion *out) {
    size_t n = 0;
    *out = (struct conversion){.width = -1, .precision = -1};
    for (; *at && strchr("-+ #!0,", *at); at++)
        if (!strchr(out->flags, *at))
            out->flags[n++] = *at;
    bool left = false;
    if (*at == '*' || (*at >= '1' && *at <= '9')) {
        at = read_number(a, at, &out->width);
        left = out->width < 0;
        out->width = left ? -out->width : out->width;
    }
    if (left && !strchr(out->flags, '-'))
        out->flags[n] = '-';
    if (*at == '.') {
        at = read_number(a, at + 1, &out->precision);
        out->precision = out->precision < 0 ? -out->precision : out->precision;
    }
    while (*at == 'l')
        at++;
    out->letter = *at;
    return *at ? at + 1 : at;
}

static void write_conversion(struct conversion *c, const char *kind) {
    char width[24] = "", precision[24] = "";
    if (c->width >= 0)
        sqlite3_snprintf(sizeof width, width, "%lld", (long long)c->width);
    if (c->precision >= 0)
        sqlite3_snprintf(sizeof precision, precision, ".%lld", (long long)c->precision);
    sqlite3_snprintf(sizeof c->text, c->text, "%%%s%s%s%s", c->flags, width, precision, kind);
}

/* The first character, as often as the precision says; a zero byte where there is none. */
static void put_character(sqlite3_str *out, struct conversion *c, const char *text) {
    int n = 1;
    text = text ? text : "";
    while (n < 4 && ((unsigned char)text[0] & 0xc0) == 0xc0 &&
           ((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    int64_t times = c->precision > 1 ? c->precision : 1, blanks = c->width - times;
    bool left = strchr(c->flags, '-') != NULL;
    if (!left && blanks > 0)
        sqlite3_str_appendchar(out, (int)blanks, ' ');
    for (int64_t i = 0; i < times && sqlite3_str_errcode(out) == SQLITE_OK; i++)
        sqlite3_str_append(out, text, n);
    if (left && blanks > 0)
        sqlite3_str_appendchar(out, (int)blanks, ' ');
}

/* False: no conversion of SQLite's, which ends the text. */
static bool put_conversion(sqlite3_str *out, struct conversion *c, struct arguments *a) {
    char kind[4] = {'l', 'l', c->letter == 'p' ? 'X' : c->letter, '\0'};
    switch (c->letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
    case 'r':
        write_conversion(c, kind);
        sqlite3_str_appendf(out, c->text, (long long)int_of(next_of(a)));
        return true;
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G': {
        sqlite3_value *v = next_of(a);
        write_conversion(c, kind + 2);
        sqlite3_str_appendf(out, c->text, v ? sqlite3_value_double(v) : 0.0);
        return true;
    }
    case 'z':
        kind[2] = 's';
        /* fall through */
    case 's':
    case 'q':
    case 'Q':
    case 'w':
        write_conversion(c, kind + 2);
        sqlite3_str_appendf(out, c->text, text_of(next_of(a)));
        return true;
    case 'c':
        put_character(out, c, text_of(next_of(a)));
        return true;
    case 'n':
        return true;
    case '%':
        c->precision = -1;
        put_character(out, c, "%");
        return true;
    default:
        return false;
    }
}

static void sql_printf(sqlite3_context *x, int n, sqlite3_value **at) {
    struct arguments a = {at, n, 1};
    const char *p = n > 0 ? text_of(at[0]) : NULL;
    if (!p)
        return; /* missing */
    sqlite3_str *out = sqlite3_str_new(sqlite3_context_db_handle(x));
    bool more = true, wide = false;
    while (*p && more && !wide) {
        const char *percent = strchr(p, '%');
        size_t plain = percent ? (size_t)(percent - p) : strlen(p);
        sqlite3_str_append(out, p, (int)plain);
        p += plain;
        if (!*p)
            break;
        struct conversion c;
        p = read_conversion(&a, p + 1, &c);
        wide = c.width > longest(x) || c.precision > longest(x);
        if (c.letter == '\0')
            sqlite3_str_appendchar(out, 1, '%');
        more = !wide && c.letter && put_conversion(out, &c, &a);
    }
    int code = wide ? SQLITE_TOOBIG : sqlite3_str_errcode(out), length = sqlite3_str_length(out);
    char *text = sqlite3_str_finish(out);
    if (code == SQLITE_OK) {
        sqlite3_result_text(x, text, length,
                            sqlite3_free); /* of no length: missing, as in SQLite */
        return;
    }
    sqlite3_free(text);
    sqlite3_result_error_code(x, code);
}

/* ---- looking through texts ---- */

struct bytes {
    const unsigned char *p;
    int64_t n;
    bool blob;
};

/* False: missing, or no memory. */
static bool bytes_of(sqlite3_value *v, bool blobs, struct bytes *out) {
    out->blob = blobs && sqlite3_value_type(v) == SQLITE_BLOB;
    if (sqlite3_value_type(v) == SQLITE_NULL)
        return false;
    out->p = out->blob ? sqlite3_value_blob(v) : sqlite3_value_text(v);
    out->n = sqlite3_value_bytes(v);
    return out->p || out->n == 0;
}

static const unsigned char *search(const unsigned char *p, const unsigned char *end,
                                   const struct bytes *needle) {
    return p ? memmem(p, (size_t)(end - p), needle->p, (size_t)needle->n) : NULL;
}

static void sql_instr(sqlite3_context *x, int n, sqlite3_value **at) {
    struct bytes text, needle;
    bool blobs =
        sqlite3_value_type(at[0]) == SQLITE_BLOB && sqlite3_value_type(at[1]) == SQLITE_BLOB;
    int64_t place = 1;
    UNUSED(n);
    if (!bytes_of(at[0], blobs, &text) || !bytes_of(at[1], blobs, &needle))
        return;
    if (needle.n == 0) {
        sqlite3_result_int(x, 1);
        return;
    }
    const unsigned char *found = search(text.p, text.p ? text.p + text.n : NULL, &needle);
    for (const unsigned char *p = text.p; found && p < found; p++)
        place += blobs || (p[1] & 0xc0) != 0x80;
    sqlite3_result_int64(x, found ? place : 0);
}

static void sql_replace(sqlite3_context *x, int n, sqlite3_value **at) {
    struct bytes text, from, to;
    UNUSED(n);
    if (!bytes_of(at[0], false, &text) || !bytes_of(at[1], false, &from))
        return;
    if (from.n == 0 || text.n == 0) {
        sqlite3_result_value(x, at[0]);
        return;
    }
    if (!bytes_of(at[2], false, &to))
        return;
    sqlite3_str *out = sqlite3_str_new(sqlite3_context_db_handle(x));
    const unsigned char *p = text.p, *end = text.p + text.n, *found;
    while ((found = search(p, end, &from)) != NULL && sqlite3_str_errcode(out) == SQLITE_OK) {
        sqlite3_str_append(out, (const char *)p, (int)(found - p));
        sqlite3_str_append(out, (const char *)to.p, (int)to.n);
        p = found + from.n;
    }
    sqlite3_str_append(out, (const char *)p, (int)(end - p));
    int code = sqlite3_str_errcode(out), length = sqlite3_str_length(out);
    char *result = sqlite3_str_finish(out);
    if (code != SQLITE_OK)
        sqlite3_result_error_code(x, code);
    else
        sqlite3_result_text(x, result ? result : "", length, SQLITE_TRANSIENT);
    sqlite3_free(result);
}

/* ---- trim, with the characters to be taken away ---- */

static int character_length(const unsigned char *p, const unsigned char *end) {
    int n = 1;
    while (p[0] >= 0xc0 && p + n < end && (p[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* The characters of one byte, and the others one by one. */
struct set {
    bool plain[128];
    struct bytes wide;
};

static void read_set(const struct bytes *bytes, struct set *out) {
    *out = (struct set){.wide = *bytes};
    for (int64_t i = 0; i < bytes->n; i++)
        if (bytes->p[i] < 0x80)
            out->plain[bytes->p[i]] = true;
}

/* How long the character of the set is that the text begins or ends with; 0: none. */
static int64_t set_meets(const struct set *set, const unsigned char *p, const unsigned char *end,
                         bool at_end) {
    unsigned char first = at_end ? end[-1] : p[0];
    int n;
    if (first < 0x80)
        return set->plain[first];
    for (const unsigned char *s = set->wide.p, *stop = s + set->wide.n; s < stop; s += n) {
        n = character_length(s, stop);
        if (n <= end - p && memcmp(at_end ? end - n : p, s, (size_t)n) == 0)
            return n;
    }
    return 0;
}

static void sql_trim(sqlite3_context *x, int n, sqlite3_value **at) {
    int sides = (int)(intptr_t)sqlite3_user_data(x); /* 1 the beginning, 2 the end */
    struct bytes text, of;
    struct set set;
    int64_t gone;
    UNUSED(n);
    if (!bytes_of(at[0], false, &text) || !bytes_of(at[1], false, &of))
        return;
    if (of.n > MOST_SET) {
        sqlite3_result_error(x, "a text is trimmed of 256 bytes of characters at most", -1);
        return;
    }
    read_set(&of, &set);
    const unsigned char *p = text.p, *end = text.p ? text.p + text.n : NULL;
    while (sides & 1 && p < end && (gone = set_meets(&set, p, end, false)) > 0)
        p += gone;
    while (sides & 2 && p < end && (gone = set_meets(&set, p, end, true)) > 0)
        end -= gone;
    sqlite3_result_text(x, p ? (const char *)p : "", (int)(end - p), SQLITE_TRANSIENT);
}

/* ---- chance ---- */

static uint64_t next_number(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u; /* splitmix64 (Steele, Lea and Flood 2014) */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void sql_random(sqlite3_context *x, int n, sqlite3_value **at) {
    UNUSED(n);
    UNUSED(at);
    uint64_t bits = next_number(sqlite3_user_data(x));
    int64_t number;
    memcpy(&number, &bits, sizeof number);
    sqlite3_result_int64(x, number);
}

static void sql_randomblob(sqlite3_context *x, int n, sqlite3_value **at) {
    int64_t want = sqlite3_value_int64(at[0]);
    UNUSED(n);
    want = want < 1 ? 1 : want;
    if (want > longest(x)) {
        sqlite3_result_error_toobig(x);
        return;
    }
    unsigned char *bytes = sqlite3_malloc64((uint64_t)want);
    if (!bytes) {
        sqlite3_result_error_nomem(x);
        return;
    }
    for (int64_t i = 0; i < want; i++)
        bytes[i] = (unsigned char)(next_number(sqlite3_user_data(x)) >> 56);
    sqlite3_result_blob64(x, bytes, (uint64_t)want, sqlite3_free);
}

bool sql_functions_register(sqlite3 *db, uint64_t *random_state) {
    const struct {
        const char *name;
        int n;
        void *data;
        void (*call)(sqlite3_context *, int, sqlite3_value **);
        int flags;
    } all[] = {{"printf", -1, NULL, sql_printf, SQLITE_DETERMINISTIC},
               {"format", -1, NULL, sql_printf, SQLITE_DETERMINISTIC},
               {"instr", 2, NULL, sql_instr, SQLITE_DETERMINISTIC},
               {"replace", 3, NULL, sql_replace, SQLITE_DETERMINISTIC},
               {"ltrim", 2, (void *)(intptr_t)1, sql_trim, SQLITE_DETERMINISTIC},
               {"rtrim", 2, (void *)(intptr_t)2, sql_trim, SQLITE_DETERMINISTIC},
               {"trim", 2, (void *)(intptr_t)3, sql_trim, SQLITE_DETERMINISTIC},
               {"random", 0, random_state, sql_random, 0},
               {"randomblob", 1, random_state, sql_randomblob, 0}};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (sqlite3_create_function_v2(db, all[i].name, all[i].n,
                                       SQLITE_UTF8 | SQLITE_INNOCUOUS | all[i].flags, all[i].data,
                                       all[i].call, NULL, NULL, NULL) != SQLITE_OK)
            return false;
    return true;
}
