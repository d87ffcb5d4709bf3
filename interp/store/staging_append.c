/* From blocks of rows that were staged apart to one staging.
 *
 * What a value is in the end does not depend on how rows were cut into blocks: words stay, texts
 * are looked up once a block for each that is different. A column is as wide as the widest of its
 * blocks. */
#include "store/staging.h"

/* ---- texts ---- */

static size_t place_of(uint64_t offset) {
    return (size_t)(offset / sizeof(uint32_t));
}

bool staging_append_texts(struct staging *g, const struct staging *more,
                          struct staged_texts *texts) {
    size_t n = place_of(more->texts.n) + 1;
    *texts = (struct staged_texts){.alloc = g->alloc, .n = n};
    texts->places = mem_zero(g->alloc, n * sizeof *texts->places);
    bool ok = texts->places != NULL;
    for (uint64_t offset = 0; ok && offset < more->texts.n;) {
        struct str text = staging_text_at(more, offset);
        ok = staging_put_text(g, text, &texts->places[place_of(offset)]);
        offset += sizeof(uint32_t) + text.n;
    }
    return ok;
}

void staged_texts_free(struct staged_texts *texts) {
    mem_give(texts->alloc, texts->places, texts->n * sizeof *texts->places);
    texts->places = NULL;
}

/* ---- words ---- */

#define UNPACK(values)                                                                             \
    for (uint32_t i = 0; i < n; i++)                                                               \
        out[i] = (values)[from + i];

void staged_words(const struct staged_column *c, uint32_t from, uint32_t n, int64_t *out) {
    switch (c->width) {
    case 1:
        UNPACK(c->i8)
        break;
    case 2:
        UNPACK(c->i16)
        break;
    case 4:
        UNPACK(c->i32)
        break;
    default:
        UNPACK(c->i)
    }
}

#define PACK(values, type)                                                                         \
    for (uint32_t i = 0; i < n; i++)                                                               \
        (values)[at + i] = (type)words[i];

static void pack(struct staged_column *c, uint32_t at, uint32_t n, const int64_t *words) {
    switch (c->width) {
    case 1:
        PACK(c->i8, int8_t)
        break;
    case 2:
        PACK(c->i16, int16_t)
        break;
    case 4:
        PACK(c->i32, int32_t)
        break;
    default:
        PACK(c->i, int64_t)
    }
}

/* The widest of the words that go in next. */
static uint8_t width_of(const int64_t *words, uint32_t n) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < n; i++)
        bits |= (uint64_t)(words[i] < 0 ? ~words[i] : words[i]);
    return staged_width((int64_t)bits);
}

static bool append_words(struct staging *g, struct staged_column *c,
                         const struct staged_column *more, uint32_t from, uint32_t n,
                         const struct staged_texts *texts) {
    int64_t words[STAGED_AT_ONCE];
    for (uint32_t done = 0, now; done < n; done += now) {
        now = n - done < STAGED_AT_ONCE ? n - done : STAGED_AT_ONCE;
        staged_words(more, from + done, now, words);
        for (uint32_t i = 0; c->kind == TY_TEXT && i < now; i++)
            words[i] = (int64_t)texts->places[place_of((uint64_t)words[i])];
        uint8_t width = width_of(words, now);
        if (width > c->width && !staging_widen(g, c, width))
            return false;
        pack(c, g->n + done, now, words);
    }
    return true;
}

static bool append_column(struct staging *g, uint32_t column, const struct staging *more,
                          uint32_t from, uint32_t n, const struct staged_texts *texts) {
    struct staged_column *c = &g->columns[column];
    const struct staged_column *m = &more->columns[column];
    if (c->missing)
        memcpy(c->missing + g->n, m->missing + from, n);
    if (c->width != m->width || c->kind == TY_TEXT)
        return append_words(g, c, m, from, n, texts);
    memcpy((char *)c->data + (size_t)g->n * c->width, (char *)m->data + (size_t)from * m->width,
           (size_t)n * c->width);
    return true;
}

bool staging_append(struct staging *g, const struct staging *more, uint32_t from, uint32_t n,
                    const struct staged_texts *texts, uint32_t line) {
    if (n > UINT32_MAX - g->n || !staging_reserve(g, g->n + n))
        return false;
    for (uint32_t i = 0; i < table_width(g->t); i++)
        if (g->columns[i].field >= 0 && !append_column(g, i, more, from, n, texts))
            return false;
    for (uint32_t i = 0; i < n; i++)
        g->line[g->n + i] = line + more->line[from + i];
    g->n += n;
    return true;
}
