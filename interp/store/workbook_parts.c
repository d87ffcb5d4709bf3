/* Where the parts of a workbook lie: the relations between them. */
#include "store/workbook.h"

enum status workbook_failed(struct workbook *b, const struct xml_reader *x, struct str part) {
    if (x->stopped != ST_OK)
        return x->stopped;
    enum status status =
        store_fail(b->s, E0541, b->span, "`%.*s` cannot be read: its part `%.*s` %s",
                   STR_ARG(b->path), STR_ARG(part), x->problem);
    store_help(b->s, "open it in a spreadsheet program and save it anew, or save the sheet as "
                     "`CSV UTF-8`");
    return status;
}

enum status workbook_read(struct workbook *b, struct str part, const struct xml_handlers *handlers,
                          struct xml_reader *x, void *user) {
    uint64_t member;
    *x = (struct xml_reader){.s = b->s, .problem = "is not there"};
    enum xml_result got = XML_REFUSED;
    if (archive_find(b->archive, part, &member))
        got = xml_open(x, b->s, b->archive, member, handlers, user);
    while (got == XML_PAUSED)
        got = xml_next(x);
    enum status status = got == XML_END ? ST_OK : workbook_failed(b, x, part);
    xml_close(x);
    return status;
}

/* ---- relations ---- */

struct relations {
    struct workbook *b;
    struct xml_reader x;
    struct str folder; /* of the part that has them, with its `/` */
    struct str id;
    const char *type;
    struct str found;
};

static bool ends_in(struct str s, const char *end) {
    size_t n = strlen(end);
    return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* Targets are paths from the folder of the part, or from the root of the archive. */
static void take_target(struct relations *r, const char *target) {
    struct str folder = target[0] == '/' ? STR("") : r->folder;
    if (target[0] == '/')
        target++;
    while (strncmp(target, "../", 3) == 0 || strncmp(target, "./", 2) == 0) {
        if (target[1] == '.' && folder.n > 0) {
            folder.n--;
            while (folder.n > 0 && folder.p[folder.n - 1] != '/')
                folder.n--;
        }
        target += target[1] == '.' ? 3 : 2;
    }
    r->found = arena_printf(&r->b->texts, "%.*s%s", STR_ARG(folder), target);
    if (!r->found.p)
        xml_stop(&r->x, ST_NO_MEMORY);
}

static void on_relation(void *user, struct str name, const char **attributes) {
    struct relations *r = user;
    const char *id = xml_attribute(attributes, "Id");
    const char *type = xml_attribute(attributes, "Type");
    const char *target = xml_attribute(attributes, "Target");
    if (!str_is(name, "Relationship") || !id || !type || !target || r->found.n)
        return;
    if (r->id.n ? str_is(r->id, id) : ends_in(str_of(type), r->type))
        take_target(r, target);
}

static void no_end(void *user, struct str name) {
    UNUSED(user);
    UNUSED(name);
}

static void no_text(void *user, struct str text) {
    UNUSED(user);
    UNUSED(text);
}

/* `from` is a part, or empty: the archive as a whole. */
static enum status find_relation(struct workbook *b, struct str from, struct str id,
                                 const char *type, struct str *found) {
    static const struct xml_handlers handlers = {on_relation, no_end, no_text};
    struct relations r = {.b = b, .folder = from, .id = id, .type = type, .found = STR("")};
    while (r.folder.n > 0 && r.folder.p[r.folder.n - 1] != '/')
        r.folder.n--;
    struct str file = {from.p + r.folder.n, from.n - r.folder.n};
    struct str part =
        arena_printf(&b->texts, "%.*s_rels/%.*s.rels", STR_ARG(r.folder), STR_ARG(file));
    if (!part.p)
        return ST_NO_MEMORY;
    enum status status = workbook_read(b, part, &handlers, &r.x, &r);
    *found = r.found;
    return status;
}

enum status workbook_relation(struct workbook *b, struct str id, const char *type,
                              struct str *found) {
    return find_relation(b, b->part, id, type, found);
}

enum status workbook_find_self(struct workbook *b) {
    return find_relation(b, STR(""), STR(""), "/officeDocument", &b->part);
}
