/* The declaration that fits a file: types from all rows, a key that is unique.
 *
 * The file is read once for the types, then once for each size of key tried (one
 * column, two, three). Candidates keep a set of 64-bit hashes until the first
 * repetition drops them, which for what is no key comes soon. Ids with leading
 * zeros stay text. A column of numbers or dates with one or two short words in
 * it gets these as codes for missing. */
#include "base/datetime.h"
#include "base/num.h"
#include "store/headers.h"
#include "store/import.h"
#include "store/infer_codes.h"
#include "store/members.h"

enum {
    MOST_KEY_CANDIDATES = 12,
    LARGEST_KEY = 3,
    MOST_WORDS = 2,
    MOST_SENTINELS = 4,
    ENOUGH_NUMBERS = 10,
    WORD_BYTES = 8,
    ROWS_BETWEEN_POLLS = 16384,
    FIRST_SET = 1024
};

struct guess { /* what the fields of one column are */
    uint64_t missing, ints, floats, shares, dates, datetimes, periods, durations, bools, others;
    uint64_t next_years; /* periods like 2011-12, which may be school years */
    uint64_t odd;        /* objects, lists, bytes: no values of a table */
    uint64_t faults;     /* of a workbook: formulas without a result, dates that are none */
    bool left_out;       /* because there are many of these */
    uint32_t errors;     /* of a workbook, by error_bit */
    enum roster_column roster;
    struct field_about about;           /* what the file says */
    char words[MOST_WORDS][WORD_BYTES]; /* the others, while they are few */
    uint32_t nwords;
    bool many_words;
    char sentinels[MOST_SENTINELS]
                  [WORD_BYTES]; /* -9999 and the like, where nothing else is below 0 */
    uint32_t nsentinels;
    uint64_t coded, negative; /* values that are such, and those that are others below 0 */
    struct str header;        /* owned by the arena */
    struct str name;
    enum type_kind kind;
};

struct infer {
    struct store *s;
    struct span span;
    struct record_file file;
    struct arena arena;
    struct guess *guesses;
    uint32_t n;
    uint64_t rows;
};

/* ---- types ---- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* 007, +5 and numbers too long for an int are names, not quantities. */
static bool is_like_id(struct str s) {
    size_t at = s.n && s.p[0] == '-' ? 1 : 0, digits = at;
    if (at < s.n && s.p[at] == '+')
        return true;
    if (s.n - at > 1 && s.p[at] == '0' && is_digit(s.p[at + 1]))
        return true;
    while (digits < s.n && is_digit(s.p[digits]))
        digits++;
    return digits == s.n && s.n - at > 18;
}

static bool is_bool_word(struct str s) {
    static const char *const words[] = {"true",  "false", "TRUE", "FALSE", "True",
                                        "False", "yes",   "no",   "Yes",   "No"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_is(s, words[i]))
            return true;
    }
    return false;
}

static void note_word(struct guess *g, struct str s) {
    for (uint32_t i = 0; i < g->nwords; i++) {
        if (str_is(s, g->words[i]))
            return;
    }
    if (s.n >= WORD_BYTES || g->nwords == MOST_WORDS || (s.n && is_digit(s.p[0]))) {
        g->many_words = true;
        return;
    }
    memcpy(g->words[g->nwords], s.p, s.n);
    g->words[g->nwords++][s.n] = '\0';
}

/* -9, -99, -8888: the same digit from 6 on, in files that had no other way to say that a value is
 * not there. */
static bool is_sentinel(struct str s) {
    bool same = s.n > 2 && s.n < WORD_BYTES && s.p[0] == '-' && s.p[1] >= '6' && s.p[1] <= '9';
    for (size_t i = 2; i < s.n && same; i++)
        same = s.p[i] == s.p[1];
    return same;
}

static void note_negative(struct guess *g, struct str s) {
    uint32_t i = 0;
    if (!is_sentinel(s)) {
        g->negative++;
        return;
    }
    g->coded++;
    while (i < g->nsentinels && !str_is(s, g->sentinels[i]))
        i++;
    if (i == MOST_SENTINELS) {
        g->negative++; /* these are figures */
    } else if (i == g->nsentinels) {
        memcpy(g->sentinels[i], s.p, s.n);
        g->sentinels[i][s.n] = '\0';
        g->nsentinels++;
    }
}

/* Errors and faults do not say what the others are. */
static void look_at_marked(struct guess *g, const struct csv_field *f) {
    uint32_t error = f->kind == FIELD_ERROR ? error_bit(csv_text(f)) : 0;
    g->errors |= error;
    if (f->kind == FIELD_PERCENT)
        g->shares++;
    else if (f->kind == FIELD_MISSING || error)
        g->missing++;
    else if (f->kind == FIELD_FAULT)
        g->faults++;
    else if (f->kind != FIELD_ERROR)
        g->odd++;
}

/* 2011-12: December 2011, or a school year. */
static bool is_next_year(int64_t month) {
    int64_t year = period_ordinal(month) / 12, number = period_ordinal(month) % 12 + 1;
    return number == (year + 1) % 100;
}

/* A string of JSON that looks like a number was meant to be none. */
static void look(struct guess *g, const struct calendar *calendar, const struct csv_field *f,
                 bool typed) {
    struct str s = header_text(f); /* without blanks */
    bool number = !(typed && f->quoted);
    int64_t i;
    double x;
    if (f->kind != FIELD_TEXT) {
        look_at_marked(g, f);
    } else if (s.n == 0) {
        g->missing++;
    } else if (is_like_id(s)) {
        g->others++;
        g->many_words = true;
    } else if (number && num_parse_int(s, &i)) {
        g->ints++;
        if (i < 0)
            note_negative(g, s);
    } else if (number && num_parse_float(s, &x)) {
        g->floats++;
        g->negative += x < 0;
    } else if (day_parse(s, &i)) {
        g->dates++;
    } else if (datetime_parse(s, &i) == DATETIME_READ) {
        g->datetimes++;
    } else if (typed && !f->quoted && duration_parse(s, &i)) {
        g->durations++;
    } else if (period_read(calendar, s, &i)) {
        g->periods++;
        g->next_years += period_grain(i) == GRAIN_MONTH && is_next_year(i);
    } else if (is_bool_word(s)) {
        g->bools++;
    } else {
        g->others++;
        note_word(g, s);
    }
}

/* The type that all values but a few missing words have. */
static void decide(struct guess *g) {
    uint64_t numbers = g->ints + g->floats + g->shares;
    uint64_t known = numbers + g->dates + g->datetimes + g->periods + g->durations + g->bools;
    bool few =
        !g->many_words && (g->others * 4 <= known || (g->nwords == 1 && known >= ENOUGH_NUMBERS));
    g->left_out = g->odd * 4 > known + g->others || g->faults > known + g->others;
    g->kind = TY_TEXT;
    if (known == 0 || (g->others && (!few || g->bools)))
        g->nwords = 0;
    else if (g->shares && g->shares == known)
        g->kind = TY_SHARE;
    else if (numbers == known)
        g->kind = g->floats || g->shares ? TY_FLOAT : TY_INT;
    else if (g->dates == known)
        g->kind = TY_DATE;
    else if (g->datetimes == known)
        g->kind = TY_DATETIME;
    else if (g->durations == known)
        g->kind = TY_DURATION;
    else if (g->periods == known && g->next_years < known)
        g->kind = TY_PERIOD;
    else if (g->bools == known)
        g->kind = TY_BOOL;
    if (g->about.kind != TY_VOID)
        g->kind = g->about.kind;
    if (g->roster != ROSTER_ANY)
        g->kind = TY_TEXT;
    if (g->kind == TY_TEXT)
        g->nwords = 0;
    bool numeric = g->kind == TY_INT || g->kind == TY_FLOAT;
    if (!numeric || g->negative || g->coded == numbers || g->about.nmissing)
        g->nsentinels = 0;
}

static bool is_nullable(const struct guess *g) {
    return g->missing || g->nsentinels || (g->kind != TY_TEXT && g->others);
}

/* ---- reading ---- */

typedef bool (*row_fn)(struct infer *f, const struct records *r, void *user);

/* Calls `each` for every whole row until it says false. */
static enum status read_all(struct infer *f, row_fn each, void *user) {
    struct records r;
    uint64_t rows = 0;
    bool go = true;
    enum status status = records_open(&r, f->s, &f->file);
    if (status == ST_OK && !f->guesses)
        status = each(f, &r, NULL) ? ST_OK : ST_NO_MEMORY;
    while (status == ST_OK && go && records_next(&r, &status)) {
        if (!r.flaw && r.nfields >= f->n)
            go = each(f, &r, user);
        if (++rows % ROWS_BETWEEN_POLLS == 0)
            status = store_poll(f->s, ROWS_BETWEEN_POLLS);
    }
    records_close(&r);
    f->rows = rows;
    return status;
}

static bool take_about(struct infer *f, const struct records *r, uint32_t column) {
    struct guess *g = &f->guesses[column];
    const struct field_about *about = records_about(r, column);
    g->about.kind = TY_VOID;
    g->roster = r->roster ? roster_column(g->header) : ROSTER_ANY;
    return !about || about_copy(&f->arena, about, &g->about);
}

static bool take_headers(struct infer *f, const struct records *r) {
    f->n = r->nfields;
    f->guesses = ARENA_ARRAY(&f->arena, struct guess, f->n);
    for (uint32_t i = 0; f->guesses && i < f->n; i++) {
        f->guesses[i].header = arena_str(&f->arena, header_text(&r->fields[i]));
        if (!f->guesses[i].header.p || !take_about(f, r, i))
            return false;
    }
    return f->guesses != NULL;
}

/* The first call is for the header. */
static bool look_at_row(struct infer *f, const struct records *r, void *user) {
    if (!user)
        return take_headers(f, r);
    for (uint32_t i = 0; i < f->n; i++)
        look(&f->guesses[i], f->s->host.calendar, &r->fields[i], records_typed(r));
    return true;
}

/* ---- keys ---- */

struct set { /* of hashes; 0 stands for an empty place */
    uint64_t *at;
    uint32_t n, cap;
};
struct candidate {
    uint32_t columns[LARGEST_KEY];
    struct set set;
    bool repeats;
};
struct search {
    struct alloc *alloc;
    struct candidate *candidates;
    uint32_t n, alive, size;
    bool no_memory;
};

static void put_hash(struct set *set, uint64_t hash) {
    uint32_t at = (uint32_t)hash & (set->cap - 1);
    while (set->at[at])
        at = (at + 1) & (set->cap - 1);
    set->at[at] = hash;
}

static bool set_has(const struct set *set, uint64_t hash) {
    if (!set->cap)
        return false;
    for (uint32_t at = (uint32_t)hash & (set->cap - 1); set->at[at];
         at = (at + 1) & (set->cap - 1)) {
        if (set->at[at] == hash)
            return true;
    }
    return false;
}

static bool set_add(struct alloc *alloc, struct set *set, uint64_t hash) {
    if (set->n >= set->cap / 2) {
        struct set grown = {.cap = set->cap ? set->cap * 2 : FIRST_SET, .n = set->n};
        grown.at = mem_zero(alloc, grown.cap * sizeof *grown.at);
        if (!grown.at)
            return false;
        for (uint32_t i = 0; i < set->cap; i++) {
            if (set->at[i])
                put_hash(&grown, set->at[i]);
        }
        mem_give(alloc, set->at, set->cap * sizeof *set->at);
        *set = grown;
    }
    put_hash(set, hash);
    set->n++;
    return true;
}

static uint64_t hash_fields(const struct records *r, const struct candidate *c, uint32_t size) {
    uint64_t hash = size;
    for (uint32_t k = 0; k < size; k++) {
        struct str s = csv_text(&r->fields[c->columns[k]]);
        hash = hash_word(hash ^ s.n);
        for (size_t at = 0; at < s.n; at += sizeof(uint64_t)) {
            uint64_t word = 0;
            memcpy(&word, s.p + at, s.n - at < sizeof word ? s.n - at : sizeof word);
            hash = hash_word(hash * 31 + word);
        }
    }
    return hash ? hash : 1;
}

static void drop_candidate(struct search *q, struct candidate *c) {
    mem_give(q->alloc, c->set.at, c->set.cap * sizeof *c->set.at);
    c->set = (struct set){NULL, 0, 0};
    q->alive -= !c->repeats;
    c->repeats = true;
}

static bool try_row(struct infer *f, const struct records *r, void *user) {
    struct search *q = user;
    UNUSED(f);
    for (uint32_t i = 0; i < q->n; i++) {
        struct candidate *c = &q->candidates[i];
        if (c->repeats)
            continue;
        uint64_t hash = hash_fields(r, c, q->size);
        if (set_has(&c->set, hash))
            drop_candidate(q, c);
        else if (!set_add(q->alloc, &c->set, hash))
            q->no_memory = true;
    }
    return q->alive > 0 && !q->no_memory;
}

static bool can_be_key(const struct guess *g) {
    return g->kind != TY_FLOAT && g->kind != TY_BOOL && g->kind != TY_SHARE && !is_nullable(g) &&
           !g->left_out && g->roster != ROSTER_PRIVATE;
}

/* All sets of `size` columns that might be a key, in the file's order. */
static void list_candidates(const struct infer *f, struct search *q) {
    uint32_t able[MOST_KEY_CANDIDATES], n = 0;
    for (uint32_t i = 0; i < f->n && n < MOST_KEY_CANDIDATES; i++) {
        if (can_be_key(&f->guesses[i]))
            able[n++] = i;
    }
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t b = q->size > 1 ? a + 1 : n - 1; b < n; b++) {
            for (uint32_t c = q->size > 2 ? b + 1 : n - 1; c < n; c++) {
                struct candidate *next = &q->candidates[q->n++];
                *next = (struct candidate){.columns = {able[a], able[b], able[c]}};
            }
        }
    }
    q->alive = q->n;
}

static enum status search_keys(struct infer *f, struct search *q, uint32_t *key, uint32_t *nkey) {
    q->n = 0;
    list_candidates(f, q);
    enum status status = q->n ? read_all(f, try_row, q) : ST_OK;
    if (q->no_memory)
        status = ST_NO_MEMORY;
    for (uint32_t i = 0; i < q->n; i++) {
        struct candidate *c = &q->candidates[i];
        if (!c->repeats && *nkey == 0 && status == ST_OK) {
            memcpy(key, c->columns, sizeof c->columns);
            *nkey = q->size;
        }
        drop_candidate(q, c);
    }
    return status;
}

static enum status find_key(struct infer *f, uint32_t *key, uint32_t *nkey) {
    enum { MOST = MOST_KEY_CANDIDATES * MOST_KEY_CANDIDATES * MOST_KEY_CANDIDATES / 6 };
    struct search q = {.alloc = f->s->host.alloc};
    enum status status = ST_OK;
    q.candidates = ARENA_ARRAY(&f->arena, struct candidate, MOST);
    if (!q.candidates)
        return ST_NO_MEMORY;
    for (q.size = 1; q.size <= LARGEST_KEY && *nkey == 0 && status == ST_OK; q.size++)
        status = search_keys(f, &q, key, nkey);
    return status;
}

/* ---- writing the declaration ---- */

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           (c & 0x80);
}

static bool is_reserved(struct str s) {
    static const char *const words[] = {"and",    "or",      "not",  "in",   "is",   "true",
                                        "false",  "missing", "if",   "else", "for",  "while",
                                        "return", "let",     "var",  "fn",   "show", "from",
                                        "match",  "key",     "null", "one",  "of",   "spoke_id"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_is(s, words[i]))
            return true;
    }
    return false;
}

static char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The store's columns do not differ by case alone. */
static bool is_used(const struct infer *f, uint32_t before, struct str name) {
    for (uint32_t i = 0; i < before; i++) {
        struct str other = f->guesses[i].name;
        size_t at = 0;
        while (at < name.n && at < other.n && ascii_lower(name.p[at]) == ascii_lower(other.p[at]))
            at++;
        if (at == name.n && at == other.n)
            return true;
    }
    return false;
}

/* A plain name near the header: what cannot stand in a name becomes `_`. */
static bool choose_name(struct infer *f, uint32_t column) {
    struct guess *g = &f->guesses[column];
    struct buf name;
    buf_init(&name, f->s->host.alloc);
    if (!g->header.n || is_digit(g->header.p[0]))
        buf_char(&name, 'c');
    for (size_t i = 0; i < g->header.n; i++) {
        char c = is_name_byte(g->header.p[i]) ? g->header.p[i] : '_';
        if (c != '_' || !name.n || name.p[name.n - 1] != '_')
            buf_char(&name, c);
    }
    if (name.n > 1 && name.p[name.n - 1] == '_' && g->header.p[g->header.n - 1] != '_')
        name.n--;
    if (is_reserved(buf_view(&name)))
        buf_char(&name, '_');
    size_t plain = name.n;
    for (unsigned number = 2; !name.failed && is_used(f, column, buf_view(&name)); number++) {
        name.n = plain;
        buf_printf(&name, "_%u", number);
    }
    g->name = name.failed ? STR_NONE : arena_str(&f->arena, buf_view(&name));
    buf_free(&name);
    return g->name.p != NULL;
}

static const char *kind_name(enum type_kind kind) {
    switch (kind) {
    case TY_INT:
        return "int";
    case TY_FLOAT:
        return "float";
    case TY_DATE:
        return "date";
    case TY_PERIOD:
        return "period";
    case TY_DATETIME:
        return "datetime";
    case TY_BOOL:
        return "bool";
    case TY_SHARE:
        return "share";
    case TY_DURATION:
        return "duration";
    default:
        return "text";
    }
}

static void put_missing(struct buf *out, const struct guess *g) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->nwords; i++)
        put_missing_code(out, str_of(g->words[i]), true, &n);
    for (uint32_t i = 0; i < g->nsentinels; i++)
        put_missing_code(out, str_of(g->sentinels[i]), true, &n);
    put_error_codes(out, g->errors, &n);
    put_about_missing(out, &g->about, &n);
}

static void put_column(struct buf *out, const struct guess *g) {
    if (g->left_out) {
        buf_printf(out, "  # `%.*s` is left out: it holds %s\n", STR_ARG(g->name),
                   g->faults ? "formulas without results, or dates that are none"
                             : "lists, objects or bytes");
        return;
    }
    if (g->roster == ROSTER_PRIVATE) {
        buf_printf(out, "  # left out, because it is private: %.*s text null\n", STR_ARG(g->name));
        return;
    }
    put_about_comment(out, &g->about, g->kind);
    if (g->nsentinels)
        buf_printf(out,
                   "  # `%.*s`: %llu values look like codes for missing; if they are figures, take "
                   "`missing` away\n",
                   STR_ARG(g->name), (unsigned long long)g->coded);
    buf_printf(out, "  %.*s %s", STR_ARG(g->name), kind_name(g->kind));
    if (is_nullable(g))
        buf_text(out, " null");
    if (g->about.label.n) { /* not behind a code, whose label it would be */
        buf_char(out, ' ');
        put_text_literal(out, g->about.label);
    }
    put_about_values(out, &g->about, g->kind);
    put_missing(out, g);
    if (!str_eq(g->name, g->header)) {
        buf_text(out, " from ");
        put_text_literal(out, g->header);
    }
    buf_char(out, '\n');
}

/* Without a key found, all columns that might be in one: repeated rows are then
 * refused by the import, one by one and with their lines. */
static void put_key(struct buf *out, const struct infer *f, const uint32_t *key, uint32_t nkey) {
    if (!nkey)
        buf_text(out,
                 "  # no one, two or three columns are different in every row: name the key\n");
    buf_text(out, "  key ");
    for (uint32_t i = 0; i < nkey; i++) {
        buf_text(out, i ? ", " : "");
        buf_str(out, f->guesses[key[i]].name);
    }
    bool any = false;
    for (uint32_t i = 0, n = 0; !nkey && i < f->n && n < MOST_KEY_CANDIDATES; i++) {
        if (!can_be_key(&f->guesses[i]))
            continue;
        buf_text(out, n++ ? ", " : "");
        buf_str(out, f->guesses[i].name);
        any = true;
    }
    for (uint32_t i = 0; !nkey && !any && i < f->n; i++) {
        if (f->guesses[i].left_out && i + 1 < f->n)
            continue;
        buf_str(out, f->guesses[i].name);
        any = true;
    }
    buf_char(out, '\n');
}

/* The script has put names that are no plain words in back-quotes; the declaration must, too. */
static bool needs_quotes(struct str name) {
    bool plain = name.n > 0 && !is_digit(name.p[0]) && !is_reserved(name);
    for (size_t i = 0; i < name.n; i++)
        plain = plain && is_name_byte(name.p[i]);
    return !plain;
}

static void put_declaration(struct buf *out, const struct infer *f, struct str name,
                            const uint32_t *key, uint32_t nkey) {
    const char *quote = needs_quotes(name) ? "`" : "";
    buf_printf(out, "table %s%.*s%s {\n", quote, STR_ARG(name), quote);
    put_key(out, f, key, nkey);
    for (uint32_t i = 0; i < f->n; i++)
        put_column(out, &f->guesses[i]);
    buf_text(out, "}\n");
}

static enum status infer(struct infer *f, struct arena *arena, struct str name,
                         struct str *declaration) {
    uint32_t key[LARGEST_KEY], nkey = 0;
    enum status status = read_all(f, look_at_row, f);
    if (status == ST_OK && f->rows == 0) {
        status = store_fail(f->s, E0502, f->span, "`%.*s` has a header and no rows",
                            STR_ARG(f->file.path));
        store_help(f->s, "without rows there are no types to see: declare the table");
    }
    for (uint32_t i = 0; status == ST_OK && i < f->n; i++) {
        decide(&f->guesses[i]);
        status = choose_name(f, i) ? ST_OK : ST_NO_MEMORY;
    }
    if (status == ST_OK)
        status = find_key(f, key, &nkey);
    if (status != ST_OK)
        return status;
    struct buf out;
    buf_init(&out, f->s->host.alloc);
    put_declaration(&out, f, name, key, nkey);
    jmp_buf *escape = arena->escape;
    arena->escape = NULL; /* it would jump over what has to be freed */
    *declaration = out.failed ? STR_NONE : arena_str(arena, buf_view(&out));
    arena->escape = escape;
    buf_free(&out);
    return declaration->p ? ST_OK : ST_NO_MEMORY;
}

enum status store_infer(struct store *s, struct arena *arena, struct str name,
                        const struct import_order *order, struct str *declaration) {
    struct infer f = {.s = s, .span = order->span};
    f.file = (struct record_file){
        .span = order->span, .path = order->path, .table = order->table, .into = name};
    *declaration = STR_NONE;
    arena_init(&f.arena, s->host.alloc);
    enum status status = infer(&f, arena, name, declaration);
    arena_free(&f.arena);
    return status;
}
