/* The normal form of declarations, and hashes over it.
 *
 * Circles are found as Tarjan does it: what is met again while it is open
 * belongs together. A definition's hash stays once it is known. */
#include "syntax/content.h"
#include "base/sha256.h"

enum { DEEPEST = 1000 };

/* ---- tokens ---- */

struct tokens content_tokens(struct arena *arena, struct str text) {
    struct sources sources;
    struct diags diags;
    sources_init(&sources, arena);
    diags_init(&diags, arena);
    uint32_t source = source_add(&sources, STR("<definition>"), text);
    return lex(arena, &diags, &sources, source);
}

/* Behind the word that says what is declared. */
uint32_t content_own_name(const struct tokens *tokens) {
    uint32_t at = 0;
    while (tokens->at[at].kind == TOK_DOC || tokens->at[at].kind == TOK_NEWLINE)
        at++;
    return tokens->at[at].kind == TOK_END ? at : at + 1;
}

/* ---- the normal form ---- */

struct writer {
    struct arena *arena;
    ARENA_VEC(char) out;
};

static void put(struct writer *w, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        ARENA_PUSH(w->arena, &w->out) = bytes[i];
}

static bool opens(enum token_kind k) {
    return k == TOK_LBRACE || k == TOK_LPAREN || k == TOK_LBRACKET || k == TOK_NEWLINE;
}

static bool closes(enum token_kind k) {
    return k == TOK_RBRACE || k == TOK_RPAREN || k == TOK_RBRACKET || k == TOK_END;
}

/* Line ends that only separate what a bracket separates as well say nothing. */
static bool is_silent(const struct tokens *t, uint32_t at) {
    enum token_kind k = t->at[at].kind;
    if (k == TOK_DOC || k == TOK_END)
        return true;
    return k == TOK_NEWLINE && (at == 0 || opens(t->at[at - 1].kind) ||
                                t->at[at - 1].kind == TOK_DOC || closes(t->at[at + 1].kind));
}

static void put_token(struct writer *w, struct str text, const struct token *t) {
    if (t->kind == TOK_NAME) {
        put(w, "`", 1);
        put(w, t->text.p, t->text.n);
        put(w, "`", 1);
    } else if (t->kind == TOK_NEWLINE) {
        put(w, ";", 1);
    } else {
        put(w, text.p + t->span.start, t->span.stop - t->span.start);
    }
    put(w, " ", 1);
}

static void put_use(struct writer *w, const struct definition *d, const struct definition *to) {
    if (to == d) {
        put(w, "@self ", 6);
    } else if (to->hash.n) {
        put(w, "@", 1);
        put(w, to->hash.p, to->hash.n);
        put(w, " ", 1);
    } else { /* of the same circle */
        put(w, "@in:", 4);
        put(w, to->name.p, to->name.n);
        put(w, " ", 1);
    }
}

static struct str normal_form(struct arena *arena, const struct definition *d) {
    struct writer w = {arena, {0}};
    struct tokens t = content_tokens(arena, d->text);
    uint32_t own = content_own_name(&t), use = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        const struct token *at = &t.at[i];
        while (use < d->uses.n && d->uses.at[use].start < at->span.start)
            use++;
        if (is_silent(&t, i))
            continue;
        if (i == own) {
            put_use(&w, d, d);
        } else if (use < d->uses.n && d->uses.at[use].start == at->span.start) {
            put_use(&w, d, d->uses.at[use].to);
            while (i + 1 < t.n && t.at[i + 1].span.start < d->uses.at[use].stop)
                i++;
        } else {
            put_token(&w, d->text, at);
        }
    }
    return (struct str){w.out.at ? w.out.at : "", w.out.n};
}

struct str content_plain(struct arena *arena, struct str text) {
    struct writer w = {arena, {0}};
    struct tokens t = content_tokens(arena, text);
    for (uint32_t i = 0; i < t.n; i++)
        if (!is_silent(&t, i))
            put_token(&w, text, &t.at[i]);
    return (struct str){w.out.at ? w.out.at : "", w.out.n};
}

/* ---- hashes ---- */

static void put_text(struct sha256 *h, struct str text) {
    sha256_put(h, text.p, text.n);
    sha256_put(h, "\n", 1);
}

static struct str digits(struct arena *arena, struct sha256 *h) {
    unsigned char bytes[SHA256_BYTES];
    char *out = arena_take(arena, HASH_DIGITS + 1);
    sha256_end(h, bytes);
    for (int i = 0; i < HASH_DIGITS; i++)
        out[i] = "0123456789abcdef"[i % 2 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4];
    out[HASH_DIGITS] = '\0';
    return (struct str){out, HASH_DIGITS};
}

struct search {
    struct arena *arena;
    uint32_t next, depth;
    ARENA_VEC(struct definition *) open;
    bool too_deep;
};

static void sort_by_name(struct definition **d, uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t k = i; k > 0 && str_compare(d[k - 1]->name, d[k]->name) > 0; k--) {
            struct definition *moved = d[k];
            d[k] = d[k - 1];
            d[k - 1] = moved;
        }
}

/* All forms are made before the first hash is set: until then members show as members. */
static void hash_circle(struct search *s, struct definition **members, uint32_t n) {
    struct sha256 all;
    sha256_init(&all);
    put_text(&all, STR("spoke definition 1"));
    sort_by_name(members, n);
    for (uint32_t i = 0; i < n; i++) {
        if (n > 1)
            put_text(&all, members[i]->name);
        put_text(&all, members[i]->kind);
        put_text(&all, normal_form(s->arena, members[i]));
    }
    for (uint32_t i = 0; i < n; i++) {
        struct sha256 one = all;
        if (n > 1)
            put_text(&one, members[i]->name);
        members[i]->hash = digits(s->arena, &one);
    }
}

static void visit(struct search *s, struct definition *d) {
    if (s->depth >= DEEPEST) {
        s->too_deep = true;
        return;
    }
    s->depth++;
    uint32_t first = s->open.n;
    d->index = d->low = ++s->next;
    d->open = true;
    ARENA_PUSH(s->arena, &s->open) = d;
    for (uint32_t i = 0; i < d->uses.n; i++) {
        struct definition *to = d->uses.at[i].to;
        if (!to->hash.n && !to->open)
            visit(s, to);
        if (to->open && to->low < d->low)
            d->low = to->low;
    }
    if (d->low == d->index) {
        for (uint32_t i = first; i < s->open.n; i++)
            s->open.at[i]->open = false;
        hash_circle(s, s->open.at + first, s->open.n - first);
        s->open.n = first;
    }
    s->depth--;
}

bool content_hash(struct arena *arena, struct definition *d) {
    struct search s = {.arena = arena};
    if (!d->hash.n)
        visit(&s, d);
    for (uint32_t i = 0; i < s.open.n; i++)
        s.open.at[i]->open = false;
    return !s.too_deep;
}
