/* Members by name, and the manifest of OneRoster 1.1 and 1.2: rows of propertyName and value, among
 * them `oneroster.version` and for each file `file.users` with `absent`, `bulk` or `delta`. */
#include "store/members.h"
#include "store/csv.h"

enum { MOST_NAMED = 12, MOST_PROPERTIES = 10000 };

/* ---- names ---- */

static bool equal_but_case(struct str a, struct str b) {
    return a.n == b.n && sqlite3_strnicmp(a.p, b.p, (int)a.n) == 0;
}

static struct str base_name(struct str path) {
    size_t at = path.n;
    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return (struct str){path.p + at, path.n - at};
}

static struct str without_ending(struct str name) {
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '.')
        at--;
    return at > 1 ? (struct str){name.p, at - 1} : name;
}

static bool ends_in(struct str name, const char *ending) {
    size_t n = strlen(ending);
    return name.n > n &&
           equal_but_case((struct str){name.p + name.n - n, n}, (struct str){ending, n});
}

/* users.csv.gz is called users. */
static struct str stem(struct str path) {
    struct str name = base_name(path);
    return without_ending(ends_in(name, ".gz") ? without_ending(name) : name);
}

/* Folders and what systems put beside files are none. */
static bool is_file(struct str path) {
    struct str name = base_name(path);
    return name.n > 0 && name.p[0] != '.' && strncmp(path.p, "__MACOSX/", 9) != 0;
}

static bool is_data(const struct members *m, struct str path) {
    static const char *const endings[] = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"};
    if (!is_file(path) || (m->roster && equal_but_case(base_name(path), STR("manifest.csv"))))
        return false;
    struct str name = ends_in(path, ".gz") ? without_ending(path) : path;
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (ends_in(name, endings[i]))
            return true;
    }
    return false;
}

/* How well a path fits a name: the lower the better, 0 not at all. */
static int fit(struct str path, struct str name) {
    if (!is_file(path))
        return 0;
    if (str_eq(path, name))
        return 1;
    if (str_eq(base_name(path), name))
        return 2;
    if (str_eq(stem(path), name))
        return 3;
    return equal_but_case(base_name(path), name) || equal_but_case(stem(path), name) ? 4 : 0;
}

/* How many fit best, and one of them. */
static uint32_t find(const struct members *m, struct str name, uint64_t *member) {
    int best = 0;
    uint32_t n = 0;
    for (uint64_t i = 0; name.n && i < m->archive->n; i++) {
        int how = fit(archive_name(m->archive, i), name);
        if (how == 0 || (best && how > best))
            continue;
        n = how == best ? n + 1 : 1;
        best = how;
        *member = i;
    }
    return n;
}

static uint32_t find_data(const struct members *m, uint64_t *member) {
    uint32_t n = 0;
    for (uint64_t i = 0; i < m->archive->n; i++) {
        if (is_data(m, archive_name(m->archive, i))) {
            *member = i;
            n++;
        }
    }
    return n;
}

/* ---- the manifest ---- */

struct property {
    struct str name; /* that is looked for */
    char value[32];
    bool found;
};

static void look_at(const struct csv *csv, struct property *wanted) {
    if (csv->flaw || csv->nfields < 2 || !str_eq(csv_text(&csv->fields[0]), wanted->name))
        return;
    struct str value = csv_text(&csv->fields[1]);
    size_t n = value.n < sizeof wanted->value ? value.n : sizeof wanted->value - 1;
    memcpy(wanted->value, value.p, n);
    wanted->value[n] = '\0';
    wanted->found = true;
}

/* A manifest that cannot be read is none of OneRoster: what is asked for is found without it. */
static enum status look_up(struct members *m, uint64_t manifest, struct property *wanted) {
    struct csv csv = {.alloc = m->s->host.alloc};
    struct input_from from = {.archive = m->archive, .member = manifest};
    enum csv_result got = csv_from_input(sliding_open(&csv.w, m->s->host.alloc, &from));
    struct sliding w = csv.w;
    if (got == CSV_ROW)
        got = csv_begin(&csv, m->s->host.alloc, &w);
    for (uint32_t i = 0; got == CSV_ROW && i < MOST_PROPERTIES && !wanted->found; i++) {
        look_at(&csv, wanted);
        got = csv_next(&csv);
    }
    csv_close(&csv);
    return got == CSV_NO_MEMORY ? ST_NO_MEMORY : ST_OK;
}

enum status members_open(struct members *m) {
    struct property version = {.name = STR("oneroster.version")};
    uint64_t manifest;
    if (find(m, STR("manifest.csv"), &manifest) != 1)
        return ST_OK;
    enum status status = look_up(m, manifest, &version);
    m->roster = version.found;
    return status;
}

/* ---- choosing ---- */

static void put_names(struct buf *out, const struct members *m) {
    uint32_t n = 0;
    for (uint64_t i = 0; i < m->archive->n; i++) {
        struct str path = archive_name(m->archive, i);
        if (is_data(m, path) && n++ < MOST_NAMED)
            buf_printf(out, "%s`%.*s`", n > 1 ? ", " : "", STR_ARG(path));
    }
    if (n > MOST_NAMED)
        buf_printf(out, " and %u others", (unsigned)(n - MOST_NAMED));
}

static enum status refuse(struct members *m, struct str wanted, bool several) {
    struct buf names;
    buf_init(&names, m->s->host.alloc);
    put_names(&names, m);
    enum status status;
    if (names.n == 0)
        status = store_fail(m->s, E0542, m->span, "`%.*s` holds no CSV file or JSON lines",
                            STR_ARG(m->path));
    else if (wanted.n)
        status = store_fail(m->s, E0542, m->span, "`%.*s` has %s `%.*s`; it has %.*s",
                            STR_ARG(m->path), several ? "more than one file" : "no file",
                            STR_ARG(wanted), STR_ARG(buf_view(&names)));
    else
        status = store_fail(m->s, E0542, m->span, "`%.*s` holds several files: %.*s",
                            STR_ARG(m->path), STR_ARG(buf_view(&names)));
    store_help(m->s, "%s",
               names.n ? "`table \"FILE\"` behind the path says which one is meant"
                       : "unpack it and look what it is");
    buf_free(&names);
    return status;
}

/* OneRoster says in its manifest which of its files there are. */
static enum status absent(struct members *m, struct str name) {
    char text[128];
    struct property said = {.name = {text, 0}};
    uint64_t manifest;
    if (!m->roster || name.n > sizeof text - 6 || find(m, STR("manifest.csv"), &manifest) != 1)
        return ST_OK;
    memcpy(text, "file.", 5);
    memcpy(text + 5, name.p, name.n);
    said.name.n = name.n + 5;
    enum status status = look_up(m, manifest, &said);
    if (status != ST_OK || !said.found)
        return status;
    status = store_fail(m->s, E0542, m->span, "`%.*s` has no file `%.*s`: its manifest says `%s`",
                        STR_ARG(m->path), STR_ARG(name), said.value);
    store_help(m->s, "%s",
               strcmp(said.value, "absent") == 0 ? "ask for an export with that file"
                                                 : "the archive is not whole: export it again");
    return status;
}

enum status members_choose(struct members *m, struct str wanted, struct str usual,
                           uint64_t *member) {
    struct str name = wanted.n ? wanted : usual;
    uint32_t n = find(m, name, member);
    if (n == 1)
        return ST_OK;
    enum status status = n == 0 ? absent(m, stem(name)) : ST_OK;
    if (status != ST_OK)
        return status;
    if (!wanted.n && n == 0 && find_data(m, member) == 1)
        return ST_OK;
    return refuse(m, wanted, n > 1);
}

/* ---- columns of OneRoster ---- */

enum roster_column roster_column(struct str header) {
    static const char *const private[] = {"password", "email", "sms", "phone"};
    static const char *const texts[] = {"identifier", "username",   "userIds",
                                        "classCode",  "courseCode", "userMasterIdentifier"};
    for (size_t i = 0; i < COUNT_OF(private); i++) {
        if (str_is(header, private[i]))
            return ROSTER_PRIVATE;
    }
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (str_is(header, texts[i]))
            return ROSTER_TEXT;
    }
    bool id = str_is(header, "sourcedId") || ends_in(header, "SourcedId") ||
              ends_in(header, "SourcedIds");
    return id ? ROSTER_TEXT : ROSTER_ANY;
}
