/* What the tests of the formatter share: a text laid out, with the proof that
 * nothing else than its layout changed. */
#ifndef SPOKE_FORMAT_FIXTURE_H
#define SPOKE_FORMAT_FIXTURE_H

#include "syntax/format.h"
#include "syntax_fixture.h"

/* Comments with the number of tokens before each, blanks at their ends left
 * out, then the tokens that are no line ends. */
static inline void put_tokens(struct buf *out, struct reading *r, struct str text) {
    struct tokens t = lex(&r->arena, &r->diags, &r->sources, r->source);
    uint32_t at = 0, count = 0;
    for (uint32_t c = 0; c < t.ncomments; c++) {
        uint32_t start = t.comments[c].start, stop = t.comments[c].stop;
        for (; at < t.n && t.at[at].span.start < start; at++)
            count += t.at[at].kind != TOK_NEWLINE && t.at[at].kind != TOK_DOC;
        while (text.p[stop - 1] == ' ' || text.p[stop - 1] == '\t')
            stop--;
        buf_printf(out, "%u %.*s\n", (unsigned)count, (int)(stop - start), text.p + start);
    }
    for (uint32_t i = 0; i < t.n; i++) {
        if (t.at[i].kind == TOK_NEWLINE)
            continue;
        buf_printf(out, "%d ", (int)t.at[i].kind);
        buf_put(out, t.at[i].kind == TOK_DOC ? "" : text.p + t.at[i].span.start,
                t.at[i].kind == TOK_DOC ? 0 : t.at[i].span.stop - t.at[i].span.start);
        buf_json(out, t.at[i].kind == TOK_DOC ? t.at[i].text : STR(""));
        buf_char(out, '\n');
    }
}

/* Tokens, comments and tree of a text without errors. */
static inline char *meaning_of(struct str text) {
    struct reading r;
    reading_start(&r, text);
    struct buf tree;
    buf_init(&tree, &r.alloc);
    put_tokens(&r.out, &r, text);
    node_dump(&tree, &r.sources, parse(&r.arena, &r.diags, &r.sources, r.source).file);
    ck_assert_uint_eq(r.diags.errors, 0);
    without_places(&r.out, buf_view(&tree), "\n");
    char *out = malloc(r.out.n + 1);
    ck_assert_ptr_nonnull(out);
    memcpy(out, r.out.p, r.out.n);
    out[r.out.n] = '\0';
    buf_free(&tree);
    reading_stop(&r);
    return out;
}

/* The text laid out, or NULL when it has errors; a layout that lost tokens fails. */
static inline char *laid_out(struct str text) {
    struct reading r;
    char *out = NULL;
    reading_start(&r, text);
    enum format_result result = format_source(&r.arena, &r.diags, &r.sources, r.source, &r.out);
    ck_assert_msg(result != FORMAT_KEPT, "tokens were lost in <%.*s>", STR_ARG(text));
    ck_assert((result == FORMAT_ERRORS) == (r.diags.errors > 0));
    if (result == FORMAT_DONE) {
        out = malloc(r.out.n + 1);
        ck_assert_ptr_nonnull(out);
        memcpy(out, r.out.n ? r.out.p : "", r.out.n);
        out[r.out.n] = '\0';
    }
    reading_stop(&r);
    return out;
}

/* Lays out, and proves that nothing changes the second time, that tokens,
 * comments and tree are those of the source, and that lines end tidily.
 * False: the text has errors. */
static inline bool proved(struct str text) {
    char *once = laid_out(text);
    if (!once)
        return false;
    char *twice = laid_out(str_of(once));
    ck_assert_msg(twice != NULL, "errors in the result of <%.*s>:\n%s", STR_ARG(text), once);
    ck_assert_msg(strcmp(once, twice) == 0, "<%.*s> first became\n%s\nand then\n%s", STR_ARG(text),
                  once, twice);
    char *before = meaning_of(text), *after = meaning_of(str_of(once));
    ck_assert_msg(strcmp(before, after) == 0, "<%.*s> became\n%s\nmeaning\n%s\nnot\n%s",
                  STR_ARG(text), once, after, before);
    bool verbatim = strstr(once, "sql {") != NULL; /* a body that stays as it is */
    ck_assert_msg(verbatim || !strstr(once, "\n\n\n"), "two blank lines in\n%s", once);
    ck_assert_msg(verbatim || !strchr(once, '\r'), "a carriage return in\n%s", once);
    free(before);
    free(after);
    free(twice);
    free(once);
    return true;
}

#endif
