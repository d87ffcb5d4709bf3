/* Matching headers: exactly first, then without regard to case where only one
 * header fits and no other column has taken it. */
#include "store/headers.h"

enum { NO_FIELD = -1, TWO_FIELDS = -2 };

struct str header_text(const struct csv_field *f) {
    struct str s = csv_text(f);
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool equal_but_case(struct str a, struct str b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

static int find(const struct records *r, struct str wanted, bool (*same)(struct str, struct str)) {
    int found = NO_FIELD;
    for (uint32_t i = 0; i < r->nfields; i++) {
        if (same(header_text(&r->fields[i]), wanted))
            found = found == NO_FIELD ? (int)i : TWO_FIELDS;
    }
    return found;
}

static bool is_taken(const struct table *t, const int *fields, int field) {
    for (uint32_t i = 0; i < t->n; i++) {
        if (fields[i] == field)
            return true;
    }
    return false;
}

static void match(const struct table *t, const struct records *r, int *fields) {
    for (uint32_t i = 0; i < t->n; i++)
        fields[i] = find(r, t->columns[i].header, str_eq);
    for (uint32_t i = 0; i < t->n; i++) {
        if (fields[i] != NO_FIELD)
            continue;
        int field = find(r, t->columns[i].header, equal_but_case);
        if (field == TWO_FIELDS || (field >= 0 && !is_taken(t, fields, field)))
            fields[i] = field;
    }
}

/* ---- telling what does not fit ---- */

static void put_ticked(struct buf *out, struct str name) {
    buf_text(out, out->n ? ", `" : "`");
    buf_str(out, name);
    buf_char(out, '`');
}

static bool is_needed(const struct table_column *c) {
    return !c->type->nullable || c->is_key;
}

/* A likely header for each column without one. */
static void suggest_headers(struct store *s, const struct table *t, const struct records *r,
                            const int *fields) {
    struct arena scratch;
    arena_init(&scratch, s->host.alloc);
    struct str *names = ARENA_ARRAY(&scratch, struct str, r->nfields);
    for (uint32_t i = 0; names && i < r->nfields; i++)
        names[i] = header_text(&r->fields[i]);
    for (uint32_t i = 0; names && i < t->n; i++) {
        const struct table_column *c = &t->columns[i];
        struct str near = STR_NONE;
        if (fields[i] == NO_FIELD)
            near = suggest(&scratch, c->header, names, r->nfields);
        if (near.n)
            store_help(s,
                       "for column `%.*s`: did you mean the header `%.*s`? then write "
                       "`from \"%.*s\"` behind it",
                       STR_ARG(c->name), STR_ARG(near), STR_ARG(near));
    }
    arena_free(&scratch);
}

static enum status fail(struct store *s, struct span span, const struct table *t,
                        const struct records *r, const int *fields) {
    struct buf absent, twice, has, wants;
    struct buf *all[] = {&absent, &twice, &has, &wants};
    enum status status = ST_NO_MEMORY;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        buf_init(all[i], s->host.alloc);
    for (uint32_t i = 0; i < t->n; i++) {
        put_ticked(&wants, t->columns[i].header);
        if (fields[i] == TWO_FIELDS)
            put_ticked(&twice, t->columns[i].header);
        if (fields[i] == NO_FIELD && is_needed(&t->columns[i]))
            put_ticked(&absent, t->columns[i].header);
    }
    for (uint32_t i = 0; i < r->nfields; i++)
        put_ticked(&has, header_text(&r->fields[i]));
    if (!absent.failed && !twice.failed && !has.failed && !wants.failed) {
        const char *what = twice.n ? "more than one header" : "no header";
        struct str which = buf_view(twice.n ? &twice : absent.n ? &absent : &wants);
        status = store_fail(s, E0503, span, "%.*s:%llu: %s %.*s for table `%.*s`",
                            STR_ARG(buf_view(&r->label)), (unsigned long long)r->line, what,
                            STR_ARG(which), STR_ARG(t->name));
        store_note(s, "the file has %.*s", STR_ARG(buf_view(&has)));
        store_note(s, "the table wants %.*s", STR_ARG(buf_view(&wants)));
        suggest_headers(s, t, r, fields);
        store_help(s, "%s",
                   twice.n ? "rename one of them in the file, or name the other one with "
                             "`from \"HEADER\"` behind the column"
                           : "`from \"HEADER\"` behind a column names its header");
    }
    for (size_t i = 0; i < COUNT_OF(all); i++)
        buf_free(all[i]);
    return status;
}

enum status headers_match(struct store *s, struct span span, const struct table *t,
                          const struct records *r, int *fields) {
    bool any = false, ok = true;
    match(t, r, fields);
    for (uint32_t i = 0; i < t->n; i++) {
        any |= fields[i] >= 0;
        ok = ok && fields[i] != TWO_FIELDS && (fields[i] != NO_FIELD || !is_needed(&t->columns[i]));
    }
    return ok && any ? ST_OK : fail(s, span, t, r, fields);
}
