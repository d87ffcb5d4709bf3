/* What the tests of the lexer and the parser share: one source read into an
 * arena, and texts of what came out, without places. */
#ifndef SPOKE_SYNTAX_FIXTURE_H
#define SPOKE_SYNTAX_FIXTURE_H

#include "syntax/tree.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct reading {
    struct alloc alloc;
    struct arena arena;
    jmp_buf escape; /* only for what must not happen: nothing is limited here */
    struct sources sources;
    struct diags diags;
    struct buf out;
    uint32_t source;
};

static inline void reading_start(struct reading *r, struct str text) {
    alloc_init(&r->alloc, NULL, NULL, 0);
    arena_init(&r->arena, &r->alloc);
    r->arena.escape = &r->escape;
    sources_init(&r->sources, &r->arena);
    diags_init(&r->diags, &r->arena);
    buf_init(&r->out, &r->alloc);
    r->source = source_add(&r->sources, STR("test"), text);
}

static inline void reading_stop(struct reading *r) {
    buf_free(&r->out);
    arena_free(&r->arena);
    ck_assert_uint_eq(r->alloc.used, 0);
}

/* The lines of `dump` without " @1:2-3:4", joined by `between`. */
static inline void without_places(struct buf *out, struct str dump, const char *between) {
    for (size_t i = 0; i < dump.n;) {
        size_t stop = i, end;
        while (dump.p[stop] != '\n')
            stop++;
        for (end = stop; end > i && dump.p[end] != '@'; end--)
            ;
        if (i > 0)
            buf_text(out, between);
        buf_put(out, dump.p + i, end - 1 - i);
        i = stop + 1;
    }
    buf_char(out, '\0');
}

/* "E0101:3 E0105:4", the number being the line. */
static inline const char *errors_text(struct reading *r) {
    buf_clear(&r->out);
    for (uint32_t i = 0; i < r->diags.all.n; i++) {
        const struct diag *g = r->diags.all.at[i];
        struct place place = source_place(source_at(&r->sources, r->source), g->span.start);
        buf_printf(&r->out, "%s%s:%u", i ? " " : "", code_id(g->code), (unsigned)place.line);
    }
    buf_char(&r->out, '\0');
    return r->out.p;
}

/* Spans of messages lie in the text, and begin before they end. */
static inline void check_diag_spans(const struct reading *r, size_t length) {
    for (uint32_t i = 0; i < r->diags.all.n; i++) {
        const struct diag *g = r->diags.all.at[i];
        ck_assert_uint_le(g->span.start, g->span.stop);
        ck_assert_uint_le(g->span.stop, length);
        for (uint32_t k = 0; k < g->labels.n; k++)
            ck_assert_uint_le(g->labels.at[k].span.stop, length);
    }
}

#endif
