/* Finding out the format, and telling what is wrong with a file. */
#include "store/records.h"
#include <errno.h>

enum { ROWS_BETWEEN_POLLS = 16384 };

/* ---- telling ---- */

static enum status told(const struct records *r, enum code code, const char *what,
                        const char *help) {
    enum status status =
        store_fail(r->s, code, r->file.span, "`%.*s` %s", STR_ARG(r->file.path), what);
    store_help(r->s, "%s", help);
    return status;
}

static enum status told_line(const struct records *r, enum code code, uint64_t line,
                             const char *what, const char *help) {
    enum status status = store_fail(r->s, code, r->file.span, "%.*s:%llu: %s",
                                    STR_ARG(r->file.path), (unsigned long long)line, what);
    store_help(r->s, "%s", help);
    return status;
}

static enum status told_unreadable(const struct records *r, int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return told(r, E0501, "does not exist", "paths start at the folder the program runs in");
    case EISDIR:
        return told(r, E0501, "is a folder", "name a file in it");
    case EACCES:
        return told(r, E0501, "may not be read", "check the permissions of the file");
    default:
        return told(r, E0501, "cannot be read", "check the file and its disk");
    }
}

static enum status told_too_long(const struct records *r, uint64_t line) {
    static const char *const what = "a field is longer than 1 MiB, or a row longer than 16 MiB";
    return told_line(r, E0513, line, what,
                     r->format == RECORDS_CSV
                         ? "look for a quote that is opened there and never closed"
                         : "leave out what no column of the table asks for");
}

static uint64_t bad_line(const struct records *r) {
    return r->format == RECORDS_CSV    ? r->csv.bad_line
           : r->format == RECORDS_JSON ? r->json.bad_line
                                       : r->database.row;
}

static int input_error(const struct records *r) {
    return r->format == RECORDS_CSV ? r->csv.w.in.error : r->json.w.in.error;
}

static enum status told_packed(const struct records *r, enum csv_result got) {
    switch (got) {
    case CSV_CUT_OFF:
        return told(r, E0504, "is packed, and ends before its time",
                    "fetch it again: a part of it is missing");
    case CSV_DAMAGED:
        return told(r, E0504, "is packed, and damaged", "`gzip -t` tells the same: fetch it again");
    default:
        return told(r, E0513, "unpacks to more than 200 times its size",
                    "if that is right, unpack it first");
    }
}

static enum status told_json(const struct records *r, enum csv_result got) {
    switch (got) {
    case CSV_NOT_LINES:
        return told(r, E0504, "has no line that is a JSON object",
                    "JSON lines have one object a line; `jq -c '.[]'` makes them of a list");
    case CSV_TOO_WIDE:
        return told(r, E0513, "has objects with more than 4096 different keys",
                    "make lists of pairs of them: a row for each key and value");
    default:
        return told(r, E0501, "would have to be read twice, as all JSON lines",
                    "write it into a file first");
    }
}

static enum status tell(const struct records *r, enum csv_result got) {
    switch (got) {
    case CSV_ROW:
    case CSV_END:
        return ST_OK;
    case CSV_TOO_LONG:
        return told_too_long(r, bad_line(r));
    case CSV_OPEN_QUOTE:
        return told_line(r, E0504, bad_line(r), "a quote is opened and never closed",
                         "close it, or write a quote inside a quoted field twice");
    case CSV_BINARY:
        return told(r, E0504, "is no text file",
                    "save a spreadsheet as `CSV UTF-8`, unpack what is not packed by gzip");
    case CSV_UNREADABLE:
        return told_unreadable(r, input_error(r));
    case CSV_TOO_WIDE:
    case CSV_NOT_LINES:
    case CSV_ONCE_ONLY:
        return told_json(r, got);
    case CSV_REFUSED:
        return told(r, E0501, r->database.problem.p,
                    "`table \"NAME\"` behind the path says which table is meant");
    case CSV_CUT_OFF:
    case CSV_DAMAGED:
    case CSV_BOMB:
        return told_packed(r, got);
    case CSV_STOPPED:
        return r->database.stopped;
    case CSV_NO_MEMORY:
        break;
    }
    return ST_NO_MEMORY;
}

/* ---- rows of the formats ---- */

static void show_csv(struct records *r) {
    r->fields = r->csv.fields;
    r->nfields = r->csv.nfields;
    r->line = r->csv.row_line;
    r->flaw = r->csv.flaw;
}

static void show_json(struct records *r) {
    r->fields = r->json.fields;
    r->nfields = r->json.nfields;
    r->line = r->json.row_line;
    r->flaw = r->json.flaw;
}

static void show_database(struct records *r) {
    r->fields = r->database.fields;
    r->nfields = r->database.nfields;
    r->line = r->database.row;
    r->flaw = r->database.flaw;
}

bool records_next(struct records *r, enum status *status) {
    enum csv_result got;
    switch (r->format) {
    case RECORDS_CSV:
        got = csv_next(&r->csv);
        show_csv(r);
        break;
    case RECORDS_JSON:
        got = json_lines_next(&r->json);
        show_json(r);
        break;
    default:
        got = other_database_next(&r->database);
        show_database(r);
    }
    if (got == CSV_ROW)
        return true;
    *status = tell(r, got);
    return false;
}

uint64_t records_estimate(const struct records *r, uint64_t rows) {
    if (r->format == RECORDS_DATABASE)
        return 0;
    const struct input *in = r->format == RECORDS_CSV ? &r->csv.w.in : &r->json.w.in;
    return in->size && in->taken ? (uint64_t)((double)rows * (double)in->size / (double)in->taken)
                                 : 0;
}

/* ---- opening ---- */

static enum status open_csv(struct records *r, const struct sliding *w) {
    enum csv_result got = csv_begin(&r->csv, r->s->host.alloc, w);
    show_csv(r);
    if (got == CSV_END)
        return told(r, E0502, "is empty", "a file to import has a header line and rows below it");
    return tell(r, got);
}

static enum status open_json(struct records *r, const struct sliding *w) {
    struct json_lines *j = &r->json;
    enum status status = ST_OK;
    enum csv_result got = json_lines_begin(j, r->s->host.alloc, w);
    for (uint64_t rows = 0; got == CSV_ROW && status == ST_OK; rows++) {
        got = json_lines_next(j);
        if (rows % ROWS_BETWEEN_POLLS == 0)
            status = store_poll(r->s, ROWS_BETWEEN_POLLS);
    }
    if (status == ST_OK && got == CSV_END)
        got = json_lines_again(j, r->path.p);
    r->fields = j->headers;
    r->nfields = j->nfields;
    r->line = 1;
    return status == ST_OK ? tell(r, got) : status;
}

static enum status open_database(struct records *r) {
    struct other_database *o = &r->database;
    enum csv_result got = other_database_open(o, r->s, r->path.p, r->file.table, r->file.into);
    r->fields = o->headers;
    r->nfields = o->nfields;
    r->line = 1;
    return tell(r, got);
}

static bool begins_as_json(const struct sliding *w) {
    size_t at = w->stop >= 3 && memcmp(w->buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < w->stop && strchr(" \t\r\n", w->buffer[at]) && w->buffer[at])
        at++;
    return at < w->stop && w->buffer[at] == '{';
}

static bool begins_as_database(const struct sliding *w) {
    return w->in.nfirst == 16 && memcmp(w->in.first, "SQLite format 3", 16) == 0;
}

static enum status open_sliding(struct records *r, struct sliding *w) {
    enum csv_result got = csv_from_input(sliding_open(w, r->s->host.alloc, r->path.p));
    if (got == CSV_ROW && begins_as_database(w))
        r->format = RECORDS_DATABASE;
    else if (got == CSV_ROW && begins_as_json(w))
        r->format = RECORDS_JSON;
    if (got == CSV_ROW)
        return ST_OK;
    r->csv.w.in.error = w->in.error;
    enum status status = tell(r, got);
    sliding_close(w);
    return status;
}

static enum status open_format(struct records *r, struct sliding *w) {
    if (r->format != RECORDS_DATABASE && r->file.table.n) {
        sliding_close(w);
        r->format = RECORDS_CSV; /* nothing of the other formats was opened */
        return told(r, E0504, "is no SQLite database", "leave out `table`");
    }
    switch (r->format) {
    case RECORDS_CSV:
        return open_csv(r, w);
    case RECORDS_JSON:
        return open_json(r, w);
    default:
        sliding_close(w);
        return open_database(r);
    }
}

void records_none(struct records *r, struct store *s) {
    *r = (struct records){.s = s, .format = RECORDS_CSV};
    buf_init(&r->path, s->host.alloc);
    r->csv.alloc = s->host.alloc;
    r->csv.w.in = (struct input){.alloc = s->host.alloc, .file = -1};
}

enum status records_open(struct records *r, struct store *s, const struct record_file *file) {
    struct sliding w;
    records_none(r, s);
    r->file = *file;
    if (!(s->host.control->capabilities & CAN_READ_FILES))
        return ST_DENIED;
    buf_str(&r->path, file->path);
    buf_char(&r->path, '\0');
    if (r->path.failed)
        return ST_NO_MEMORY;
    if (strlen(r->path.p) != file->path.n)
        return told(r, E0501, "is no path of a file", "take the zero byte out");
    enum status status = open_sliding(r, &w);
    return status == ST_OK ? open_format(r, &w) : status;
}

void records_close(struct records *r) {
    switch (r->format) {
    case RECORDS_CSV:
        csv_close(&r->csv);
        break;
    case RECORDS_JSON:
        json_lines_close(&r->json);
        break;
    default:
        other_database_close(&r->database);
    }
    buf_free(&r->path);
}
