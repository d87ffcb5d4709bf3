/* Finding out the format, and telling what is wrong with a file. */
#include "store/records.h"
#include "store/members.h"
#include <errno.h>

enum { ROWS_BETWEEN_POLLS = 16384 };

/* ---- telling ---- */

static enum status told(const struct records *r, enum code code, const char *what,
                        const char *help) {
    enum status status =
        store_fail(r->s, code, r->file.span, "`%.*s` %s", STR_ARG(buf_view(&r->label)), what);
    store_help(r->s, "%s", help);
    return status;
}

/* A format whose library was not there when this program was built. */
static enum status told_left_out(const struct records *r, const char *what, const char *library,
                                 const char *package) {
    enum status status =
        store_fail(r->s, E0540, r->file.span, "`%.*s` is %s, and this program was built without %s",
                   STR_ARG(r->file.path), what, library);
    store_help(r->s, "install %s (its name on Debian) and build Spoke again, or save it as CSV",
               package);
    return status;
}

static enum status told_line(const struct records *r, enum code code, uint64_t line,
                             const char *what, const char *help) {
    enum status status = store_fail(r->s, code, r->file.span, "%.*s:%llu: %s",
                                    STR_ARG(buf_view(&r->label)), (unsigned long long)line, what);
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
    switch (r->format) {
    case RECORDS_CSV:
        return r->csv.bad_line;
    case RECORDS_JSON:
        return r->json.bad_line;
    case RECORDS_STATISTICS:
        return r->statistics.row + 1;
    default:
        return r->database.row;
    }
}

static enum status stopped_by(const struct records *r) {
    return r->format == RECORDS_SHEET        ? r->sheet.stopped
           : r->format == RECORDS_STATISTICS ? r->statistics.stopped
           : r->format == RECORDS_NETWORK    ? r->network.stopped
           : r->format == RECORDS_HANDED     ? r->handed->stopped
                                             : r->database.stopped;
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
        return told(r, E0504, "is packed, and damaged",
                    r->archive.zip ? "`unzip -t` tells the same: fetch it again"
                                   : "`gzip -t` tells the same: fetch it again");
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

/* A file that is called as a network is no spreadsheet. */
static enum status told_binary(const struct records *r) {
    static const struct {
        const char *ending, *help;
    } networks[] = {{".graphml", "GraphML is XML, which begins with `<`; unpack what is packed"},
                    {".gexf", "GEXF is XML, which begins with `<`; unpack what is packed"},
                    {".net", "Pajek's networks are text that begins with `*Vertices`"},
                    {".dl", "UCINET's DL is text that begins with `dl`"},
                    {".dot", "DOT is text that begins with `graph` or `digraph`"}};
    const char *help = "save a spreadsheet as `CSV UTF-8`, unpack what is not packed by gzip";
    struct str path = r->file.path;
    for (size_t i = 0; i < COUNT_OF(networks); i++) {
        size_t n = strlen(networks[i].ending);
        if (path.n > n && sqlite3_strnicmp(path.p + path.n - n, networks[i].ending, (int)n) == 0)
            help = networks[i].help;
    }
    return told(r, E0504, "is no text file", help);
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
        return told_binary(r);
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
        return stopped_by(r);
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

static void show_sheet(struct records *r) {
    r->fields = r->sheet.fields;
    r->nfields = r->sheet.nfields;
    r->line = r->sheet.row;
    r->flaw = NULL;
}

static void show_statistics(struct records *r) {
    r->fields = r->statistics.fields;
    r->nfields = r->statistics.nfields;
    r->line = r->statistics.row;
    r->flaw = r->statistics.flaw;
}

static void show_network(struct records *r) {
    r->fields = r->network.fields;
    r->nfields = r->network.nfields;
    r->line = r->network.line;
    r->flaw = r->network.flaw;
}

static void show_handed(struct records *r) {
    r->fields = r->handed->fields;
    r->nfields = r->handed->nfields;
    r->line = r->handed->row;
    r->flaw = r->handed->flaw;
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
    case RECORDS_SHEET:
        got = sheet_next(&r->sheet);
        show_sheet(r);
        break;
    case RECORDS_STATISTICS:
        got = statistics_next(&r->statistics);
        show_statistics(r);
        break;
    case RECORDS_NETWORK:
        got = network_file_next(&r->network);
        show_network(r);
        break;
    case RECORDS_HANDED:
        got = r->handed->next(r->handed);
        show_handed(r);
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

uint64_t records_taken(const struct records *r) {
    switch (r->format) {
    case RECORDS_CSV:
        return r->csv.w.in.taken;
    case RECORDS_JSON:
        return r->json.w.in.taken;
    case RECORDS_SHEET:
        return r->sheet.x.member.unpacked;
    default:
        return 0;
    }
}

static uint64_t share_of(uint64_t rows, uint64_t size, uint64_t taken) {
    return size && taken ? (uint64_t)((double)rows * (double)size / (double)taken) : 0;
}

uint64_t records_estimate(const struct records *r, uint64_t taken, uint64_t rows) {
    switch (r->format) {
    case RECORDS_CSV:
        return share_of(rows, r->csv.w.in.size, taken);
    case RECORDS_JSON:
        return share_of(rows, r->json.w.in.size, taken);
    case RECORDS_SHEET:
        return share_of(rows, r->sheet.x.member.size, taken);
    case RECORDS_STATISTICS:
        return r->statistics.nrows;
    case RECORDS_NETWORK:
        return r->network.build.nrows;
    default:
        return 0;
    }
}

enum status records_fail(struct records *r, enum csv_result got, uint64_t line) {
    r->csv.bad_line = line;
    return tell(r, got);
}

const struct field_about *records_about(const struct records *r, uint32_t field) {
    return r->format == RECORDS_STATISTICS ? &r->statistics.about[field]
           : r->format == RECORDS_NETWORK  ? network_file_about(&r->network, field)
                                           : NULL;
}

void records_put_place(const struct records *r, uint32_t field, struct buf *out) {
    if (r->format != RECORDS_SHEET)
        return;
    buf_printf(out, "%.*s!", STR_ARG(r->sheet.chosen->name));
    sheet_put_place(&r->sheet, field, out);
}

/* ---- opening ---- */

static enum status open_csv(struct records *r, const struct sliding *w) {
    enum csv_result got = csv_begin(&r->csv, r->s->host.alloc, w);
    show_csv(r);
    if (got == CSV_END)
        return told(r, E0502, "is empty", "a file to import has a header line and rows below it");
    return tell(r, got);
}

static enum status open_json(struct records *r, const struct sliding *w,
                             const struct input_from *from) {
    struct json_lines *j = &r->json;
    enum status status = ST_OK;
    enum csv_result got = json_lines_begin(j, r->s->host.alloc, w);
    for (uint64_t rows = 0; got == CSV_ROW && status == ST_OK; rows++) {
        got = json_lines_next(j);
        if (rows % ROWS_BETWEEN_POLLS == 0)
            status = store_poll(r->s, ROWS_BETWEEN_POLLS);
    }
    if (status == ST_OK && got == CSV_END)
        got = json_lines_again(j, from);
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

static enum status open_sheet(struct records *r) {
    struct sheet *t = &r->sheet;
    r->format = RECORDS_SHEET;
    sheet_none(t);
    if (!xml_is_built_in())
        return told_left_out(r, "a workbook", "expat", "libexpat1-dev");
    enum csv_result got =
        sheet_open(t, r->s, r->file.span, r->file.path, &r->archive, r->file.table, r->file.into);
    if (t->chosen)
        buf_printf(&r->label, "/%.*s", STR_ARG(t->chosen->name));
    show_sheet(r);
    if (got == CSV_END)
        return told(r, E0502, "is empty", "look whether another sheet has the rows");
    return tell(r, got);
}

static enum status open_statistics(struct records *r, enum statistics_format format) {
    struct statistics *t = &r->statistics;
    static const char *const names[] = {"", "a file of SPSS", "a file of Stata", "a file of SAS",
                                        "a transport file of SAS"};
    r->format = RECORDS_STATISTICS;
    *t = (struct statistics){.s = NULL};
    if (!statistics_is_built_in())
        return told_left_out(r, names[format], "ReadStat", "libreadstat-dev");
    struct str path = {r->path.p, r->path.n - 1};
    enum csv_result got = statistics_open(t, r->s, r->file.span, path, format);
    show_statistics(r);
    if (got == CSV_END)
        return told(r, E0502, "has no columns", "look whether the right file was exported");
    return tell(r, got);
}

static enum status start(struct records *r, struct sliding *w, const struct input_from *from) {
    enum csv_result got = csv_from_input(sliding_open(w, r->s->host.alloc, from));
    if (got == CSV_ROW)
        return ST_OK;
    r->csv.w.in.error = w->in.error;
    sliding_close(w);
    if (r->archive.problem)
        return told(r, E0543, r->archive.problem, "unpack it first");
    return tell(r, got);
}

static bool begins(const struct sliding *w, const char *bytes, size_t n) {
    return w->in.nfirst >= n && memcmp(w->in.first, bytes, n) == 0;
}

/* Which part, the file's `table` says, or the name of the table that takes the rows. */
static enum status choose_part(struct records *r, bool said, enum net_part *part) {
    if (net_part_of(said ? r->file.table : r->file.into, part))
        return ST_OK;
    enum status status = said ? store_fail(r->s, E0542, r->file.span,
                                           "`%.*s` has no part `%.*s`: it has `nodes` and `ties`",
                                           STR_ARG(buf_view(&r->label)), STR_ARG(r->file.table))
                              : store_fail(r->s, E0542, r->file.span,
                                           "`%.*s` is a network: it has `nodes` and `ties`",
                                           STR_ARG(buf_view(&r->label)));
    store_help(r->s, "`table \"nodes\"` or `table \"ties\"` behind the path says which are meant");
    return status;
}

static enum status open_network(struct records *r, struct sliding *w, enum net_format format,
                                bool said) {
    enum net_part part = NET_NODES;
    enum status status = choose_part(r, said, &part);
    if (status == ST_OK && format == NET_XML && !xml_is_built_in())
        status = told_left_out(r, "a network in XML", "expat", "libexpat1-dev");
    if (status != ST_OK) {
        sliding_close(w);
        return status;
    }
    r->format = RECORDS_NETWORK;
    enum csv_result got =
        network_file_open(&r->network, r->s, r->file.span, buf_view(&r->label), w, format, part);
    buf_text(&r->label, part == NET_NODES ? "/nodes" : "/ties");
    show_network(r);
    return tell(r, got);
}

/* The window stands on text. */
static enum status open_rows(struct records *r, struct sliding *w, const struct input_from *from) {
    enum net_part part;
    bool said = r->file.table.n > 0 && !from->archive;
    enum net_format network = net_format_of(w, said && net_part_of(r->file.table, &part));
    if (network)
        return open_network(r, w, network, said);
    if (said) {
        sliding_close(w);
        return told(r, E0504, "holds one table", "leave out `table`");
    }
    r->format = begins_as_json(w) ? RECORDS_JSON : RECORDS_CSV;
    return r->format == RECORDS_JSON ? open_json(r, w, from) : open_csv(r, w);
}

static enum status open_member(struct records *r) {
    struct members m = {
        .s = r->s, .span = r->file.span, .path = r->file.path, .archive = &r->archive};
    struct input_from from = {.archive = &r->archive};
    struct sliding w;
    enum status status = members_open(&m);
    if (status == ST_OK)
        status = members_choose(&m, r->file.table, r->file.into, &from.member);
    if (status != ST_OK)
        return status;
    r->roster = m.roster;
    buf_printf(&r->label, "/%.*s", STR_ARG(archive_name(&r->archive, from.member)));
    status = start(r, &w, &from);
    if (status != ST_OK)
        return status;
    if (begins_as_database(&w) || begins(&w, "PK\3\4", 4)) {
        sliding_close(&w);
        return told(r, E0543, "is a database or an archive within an archive", "unpack it first");
    }
    return open_rows(r, &w, &from);
}

static bool is_open_document(const struct archive *a) {
    uint64_t member;
    return archive_find(a, STR("mimetype"), &member) &&
           archive_find(a, STR("content.xml"), &member);
}

static enum status open_archive(struct records *r) {
    if (!archive_is_built_in())
        return told_left_out(r, "a zip archive or workbook", "libzip", "libzip-dev");
    if (!archive_open(&r->archive, r->path.p))
        return r->archive.problem
                   ? told(r, E0543, r->archive.problem, "`unzip -t` tells what is wrong")
                   : ST_NO_MEMORY;
    if (is_open_document(&r->archive))
        return told(r, E0541, "is a spreadsheet of OpenDocument (.ods)",
                    "save it as a workbook (.xlsx) or as `CSV UTF-8`");
    return workbook_is_in(&r->archive) ? open_sheet(r) : open_member(r);
}

enum file_kind { FILE_TEXT, FILE_DATABASE, FILE_ARCHIVE, FILE_STATISTICS, FILE_OLD_OFFICE };

static enum file_kind kind_of_file(const struct sliding *w) {
    if (begins_as_database(w))
        return FILE_DATABASE;
    if (begins(w, "PK\3\4", 4) || begins(w, "PK\5\6", 4))
        return FILE_ARCHIVE;
    if (begins(w, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
        return FILE_OLD_OFFICE;
    return statistics_format_of(w->in.first, w->in.nfirst) ? FILE_STATISTICS : FILE_TEXT;
}

/* What a library reads is opened again by its path, so the window is closed before. */
static enum status open_by_path(struct records *r, const struct sliding *w, enum file_kind kind) {
    if (kind == FILE_STATISTICS && r->file.table.n)
        return told(r, E0504, "holds one table", "leave out `table`");
    if (kind == FILE_OLD_OFFICE)
        return told(r, E0541, "is a workbook of an old format (.xls), or one locked by a password",
                    "save it as a workbook (.xlsx) without a password, or as `CSV UTF-8`");
    if (kind == FILE_DATABASE) {
        r->format = RECORDS_DATABASE;
        return open_database(r);
    }
    if (!w->in.regular)
        return told(r, E0501, "would have to be read twice", "write it into a file first");
    return kind == FILE_ARCHIVE
               ? open_archive(r)
               : open_statistics(r, statistics_format_of(w->in.first, w->in.nfirst));
}

static enum status open_format(struct records *r, struct sliding *w,
                               const struct input_from *from) {
    enum file_kind kind = kind_of_file(w);
    if (kind == FILE_TEXT)
        return open_rows(r, w, from);
    sliding_close(w);
    return open_by_path(r, w, kind);
}

static enum status open_handed(struct records *r) {
    r->format = RECORDS_HANDED;
    r->handed = r->file.handed;
    r->fields = r->handed->headers;
    r->nfields = r->handed->nfields;
    r->line = 0;
    buf_str(&r->label, r->file.path);
    return r->label.failed ? ST_NO_MEMORY : ST_OK;
}

void records_none(struct records *r, struct store *s) {
    *r = (struct records){.s = s, .format = RECORDS_CSV};
    buf_init(&r->path, s->host.alloc);
    buf_init(&r->label, s->host.alloc);
    r->csv.alloc = s->host.alloc;
    r->csv.w.in = (struct input){.alloc = s->host.alloc, .file = -1};
}

enum status records_open(struct records *r, struct store *s, const struct record_file *file) {
    struct sliding w;
    records_none(r, s);
    r->file = *file;
    if (file->handed)
        return open_handed(r);
    if (!(s->host.control->capabilities & CAN_READ_FILES))
        return ST_DENIED;
    buf_str(&r->path, file->path);
    buf_char(&r->path, '\0');
    buf_str(&r->label, file->path);
    if (r->path.failed || r->label.failed)
        return ST_NO_MEMORY;
    if (strlen(r->path.p) != file->path.n)
        return told(r, E0501, "is no path of a file", "take the zero byte out");
    struct input_from from = {.path = r->path.p};
    enum status status = start(r, &w, &from);
    if (status == ST_OK)
        status = open_format(r, &w, &from);
    return r->label.failed ? ST_NO_MEMORY : status;
}

void records_close(struct records *r) {
    switch (r->format) {
    case RECORDS_CSV:
        csv_close(&r->csv);
        break;
    case RECORDS_JSON:
        json_lines_close(&r->json);
        break;
    case RECORDS_SHEET:
        sheet_close(&r->sheet);
        break;
    case RECORDS_STATISTICS:
        statistics_close(&r->statistics);
        break;
    case RECORDS_NETWORK:
        network_file_close(&r->network);
        break;
    case RECORDS_HANDED: /* they are whoever hands them over's */
        break;
    default:
        other_database_close(&r->database);
    }
    archive_close(&r->archive);
    buf_free(&r->path);
    buf_free(&r->label);
}
