/* Collecting diagnostics, and the table of codes.
 *
 * Rules kept here: one fault, one message (the same code at the same span is
 * kept once), and no flood (errors above DIAG_LIMIT are only counted). What is
 * not kept is answered with `spare`, so callers never have to ask. All texts
 * are copied into the arena, whose `escape` must be set: running out of memory
 * leaves the phase that was collecting. */
#include "diagnose/diag.h"

struct code_row {
    const char *id, *title;
};

static const struct code_row code_rows[CODE_COUNT] = {
    [CODE_NONE] = {"", ""},
#define CODE(id, name, title) [id] = {#id, title},
#include "diagnose/codes.def"
#undef CODE
};

const char *code_id(enum code c) {
    assert(c >= CODE_NONE && c < CODE_COUNT);
    return code_rows[c].id;
}

const char *code_title(enum code c) {
    assert(c >= CODE_NONE && c < CODE_COUNT);
    return code_rows[c].title;
}

static char ascii_upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool same_but_case(struct str a, struct str b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (ascii_upper(a.p[i]) != ascii_upper(b.p[i]))
            return false;
    }
    return true;
}

enum code code_named(struct str id) {
    for (int c = CODE_NONE + 1; c < CODE_COUNT; c++) {
        if (same_but_case(id, str_of(code_rows[c].id)))
            return (enum code)c;
    }
    return CODE_NONE;
}

void diags_init(struct diags *d, struct arena *arena) {
    memset(d, 0, sizeof *d);
    d->arena = arena;
}

static bool same_span(struct span a, struct span b) {
    return a.source == b.source && a.start == b.start && a.stop == b.stop;
}

/* Without a code or a place, only the same words are the same fault. */
static bool is_repeated(const struct diags *d, enum code code, struct span span,
                        struct str message) {
    for (uint32_t i = 0; i < d->all.n; i++) {
        const struct diag *g = d->all.at[i];
        if (g->code != code || !same_span(g->span, span))
            continue;
        if ((code != CODE_NONE && span.source != 0) || str_eq(g->message, message))
            return true;
    }
    return false;
}

static struct diag *spare(struct diags *d, enum severity severity, enum code code,
                          struct span span) {
    d->spare = (struct diag){.code = code, .severity = severity, .span = span};
    return &d->spare;
}

static struct diag *keep(struct diags *d, enum severity severity, enum code code, struct span span,
                         const char *format, va_list args) {
    if (severity == SEV_ERROR && d->errors >= DIAG_LIMIT) {
        d->errors++;
        d->dropped++;
        return spare(d, severity, code, span);
    }
    struct arena_mark before = arena_mark(d->arena);
    struct str message = arena_vprintf(d->arena, format, args);
    if (is_repeated(d, code, span, message)) {
        arena_reset(d->arena, before);
        return spare(d, severity, code, span);
    }
    struct diag *g = ARENA_NEW(d->arena, struct diag);
    g->severity = severity;
    g->code = code;
    g->span = span;
    g->message = message;
    ARENA_PUSH(d->arena, &d->all) = g;
    if (severity == SEV_ERROR)
        d->errors++;
    return g;
}

struct diag *diag_add(struct diags *d, enum severity severity, enum code code, struct span span,
                      const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct diag *g = keep(d, severity, code, span, format, args);
    va_end(args);
    return g;
}

struct diag *diag_error(struct diags *d, enum code code, struct span span, const char *format,
                        ...) {
    va_list args;
    va_start(args, format);
    struct diag *g = keep(d, SEV_ERROR, code, span, format, args);
    va_end(args);
    return g;
}

bool diags_reserve(struct diags *d) {
    if (d->all.n == d->all.cap) {
        ARENA_PUSH(d->arena, &d->all) = NULL;
        d->all.n--;
    }
    return true;
}

void diags_take_back(struct diags *d, const struct diag *g) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->all.n; i++)
        if (d->all.at[i] != g)
            d->all.at[kept++] = d->all.at[i];
    if (kept < d->all.n && g->severity == SEV_ERROR)
        d->errors--;
    d->all.n = kept;
}

void diag_label_add(struct diags *d, struct diag *g, struct span span, const char *format, ...) {
    if (g == &d->spare)
        return;
    va_list args;
    va_start(args, format);
    struct str text = arena_vprintf(d->arena, format, args);
    va_end(args);
    ARENA_PUSH(d->arena, &g->labels) = (struct diag_label){span, text};
}

void diag_note(struct diags *d, struct diag *g, const char *format, ...) {
    if (g == &d->spare)
        return;
    va_list args;
    va_start(args, format);
    struct str text = arena_vprintf(d->arena, format, args);
    va_end(args);
    ARENA_PUSH(d->arena, &g->notes) = text;
}

void diag_help(struct diags *d, struct diag *g, const char *format, ...) {
    if (g == &d->spare)
        return;
    va_list args;
    va_start(args, format);
    struct str text = arena_vprintf(d->arena, format, args);
    va_end(args);
    ARENA_PUSH(d->arena, &g->helps) = text;
}
