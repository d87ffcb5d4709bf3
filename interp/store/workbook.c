/* The workbook itself: which sheets there are, and which is meant. */
#include "store/workbook.h"

enum { MOST_NAMED = 12 };

/* ---- the list of sheets ---- */

struct listing {
    struct workbook *b;
    struct xml_reader x;
};

static bool is_true(const char *text) {
    return text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

static bool grow(struct workbook *b) {
    uint32_t room = b->room ? b->room * 2 : 16;
    struct workbook_sheet *grown = ARENA_ARRAY(&b->texts, struct workbook_sheet, room);
    if (!grown)
        return false;
    if (b->nsheets)
        memcpy(grown, b->sheets, b->nsheets * sizeof *grown);
    b->sheets = grown;
    b->room = room;
    return true;
}

static void take_sheet(struct listing *l, const char **attributes) {
    struct workbook *b = l->b;
    const char *name = xml_attribute(attributes, "name");
    const char *link = NULL;
    const char *state = xml_attribute(attributes, "state");
    for (size_t i = 0; attributes[i]; i += 2) { /* r:id; never sheetId */
        const char *colon = strrchr(attributes[i], ':');
        if (colon && strcmp(colon, ":id") == 0)
            link = attributes[i + 1];
    }
    if (!name || !link) {
        xml_refuse(&l->x, "lists a sheet without a name or a part");
    } else if (b->nsheets == WORKBOOK_MOST_SHEETS) {
        xml_refuse(&l->x, "lists more than 4,096 sheets");
    } else if (b->nsheets == b->room && !grow(b)) {
        xml_stop(&l->x, ST_NO_MEMORY);
    } else {
        struct workbook_sheet *sheet = &b->sheets[b->nsheets++];
        sheet->name = arena_str(&b->texts, str_of(name));
        sheet->link = arena_str(&b->texts, str_of(link));
        sheet->hidden = state && strcmp(state, "visible") != 0;
        if (!sheet->name.p || !sheet->link.p)
            xml_stop(&l->x, ST_NO_MEMORY);
    }
}

static void on_begin(void *user, struct str name, const char **attributes) {
    struct listing *l = user;
    if (str_is(name, "sheet"))
        take_sheet(l, attributes);
    else if (str_is(name, "workbookPr"))
        l->b->from_1904 = is_true(xml_attribute(attributes, "date1904"));
}

static void on_end(void *user, struct str name) {
    UNUSED(user);
    UNUSED(name);
}

static void on_text(void *user, struct str text) {
    UNUSED(user);
    UNUSED(text);
}

/* ---- opening ---- */

bool workbook_is_in(const struct archive *a) {
    uint64_t member;
    return archive_find(a, STR("[Content_Types].xml"), &member) &&
           (archive_find(a, STR("xl/workbook.xml"), &member) ||
            archive_find(a, STR("xl/workbook.bin"), &member) ||
            archive_find(a, STR("_rels/.rels"), &member));
}

/* Workbooks of Excel whose parts are no XML. */
static bool is_binary(const struct workbook *b) {
    return b->part.n > 4 && memcmp(b->part.p + b->part.n - 4, ".bin", 4) == 0;
}

static enum status refuse(struct workbook *b, const char *what) {
    enum status status = store_fail(b->s, E0541, b->span, "`%.*s` %s", STR_ARG(b->path), what);
    store_help(b->s, "save it as a workbook (.xlsx) or as `CSV UTF-8`");
    return status;
}

enum status workbook_open(struct workbook *b, struct store *s, struct span span, struct str path,
                          struct archive *a) {
    static const struct xml_handlers handlers = {on_begin, on_end, on_text};
    struct listing l = {.b = b};
    *b = (struct workbook){.s = s, .span = span, .path = path, .archive = a};
    arena_init(&b->texts, s->host.alloc);
    shared_texts_init(&b->shared, s, span);
    enum status status = workbook_find_self(b);
    if (status == ST_OK && !b->part.n)
        return refuse(b, "is an archive of Office, but no workbook");
    if (status == ST_OK && is_binary(b))
        return refuse(b, "is a binary workbook (.xlsb)");
    if (status == ST_OK)
        status = workbook_read(b, b->part, &handlers, &l.x, &l);
    if (status == ST_OK && b->nsheets == 0)
        return refuse(b, "has no sheets: it is a document of another program, or empty");
    if (status == ST_OK)
        status = workbook_read_styles(b);
    return status == ST_OK ? workbook_read_texts(b) : status;
}

void workbook_close(struct workbook *b) {
    if (!b->s)
        return;
    shared_texts_free(&b->shared);
    arena_free(&b->texts);
    b->s = NULL;
}

/* ---- which sheet ---- */

static bool equal_but_case(struct str a, struct str b) {
    return a.n == b.n && sqlite3_strnicmp(a.p, b.p, (int)a.n) == 0;
}

/* Exactly, or without regard to case where only one fits so. */
static const struct workbook_sheet *named(const struct workbook *b, struct str name) {
    const struct workbook_sheet *near = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->nsheets; i++) {
        if (str_eq(b->sheets[i].name, name))
            return &b->sheets[i];
        if (equal_but_case(b->sheets[i].name, name)) {
            near = &b->sheets[i];
            n++;
        }
    }
    return n == 1 ? near : NULL;
}

static const struct workbook_sheet *the_only_one(const struct workbook *b) {
    const struct workbook_sheet *only = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->nsheets; i++) {
        if (!b->sheets[i].hidden) {
            only = &b->sheets[i];
            n++;
        }
    }
    return n == 1 ? only : NULL;
}

static void put_names(struct buf *out, const struct workbook *b) {
    for (uint32_t i = 0; i < b->nsheets && i < MOST_NAMED; i++)
        buf_printf(out, "%s`%.*s`%s", i ? ", " : "", STR_ARG(b->sheets[i].name),
                   b->sheets[i].hidden ? " (hidden)" : "");
    if (b->nsheets > MOST_NAMED)
        buf_printf(out, " and %u others", (unsigned)(b->nsheets - MOST_NAMED));
}

const struct workbook_sheet *workbook_choose(struct workbook *b, struct str wanted,
                                             struct str usual) {
    const struct workbook_sheet *sheet = named(b, wanted.n ? wanted : usual);
    if (!sheet && !wanted.n)
        sheet = the_only_one(b);
    if (sheet)
        return sheet;
    struct buf names;
    buf_init(&names, b->s->host.alloc);
    put_names(&names, b);
    if (wanted.n)
        store_fail(b->s, E0542, b->span, "`%.*s` has no sheet `%.*s`; it has %.*s",
                   STR_ARG(b->path), STR_ARG(wanted), STR_ARG(buf_view(&names)));
    else
        store_fail(b->s, E0542, b->span, "`%.*s` has several sheets: %.*s", STR_ARG(b->path),
                   STR_ARG(buf_view(&names)));
    store_help(b->s, "`table \"SHEET\"` behind the path says which one is meant");
    buf_free(&names);
    return NULL;
}

enum status workbook_open_sheet(struct workbook *b, const struct workbook_sheet *sheet,
                                struct xml_reader *x, const struct xml_handlers *handlers,
                                void *user) {
    struct str part;
    uint64_t member;
    *x = (struct xml_reader){.s = b->s, .problem = "is not there"};
    enum status status = workbook_relation(b, sheet->link, "", &part);
    if (status != ST_OK)
        return status;
    if (!archive_find(b->archive, part, &member) ||
        xml_open(x, b->s, b->archive, member, handlers, user) != XML_PAUSED)
        return workbook_failed(b, x, part.n ? part : sheet->name);
    return ST_OK;
}
