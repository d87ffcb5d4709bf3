/* Half a script: cut off at any token, its tree still holds every statement that is complete
 * before the cut, unchanged, at the top and in the blocks round the cut. */
#include "corpus.h"
#include "suites.h"
#include "syntax/tree.h"

static struct corpus corpus;

static void start(void) {
    corpus_read(&corpus);
}

static void stop(void) {
    corpus_free(&corpus);
}

struct reading {
    struct arena arena;
    jmp_buf escape; /* only for what must not happen: nothing is limited here */
    struct sources sources;
    struct diags diags;
    struct parsed parsed;
};

static void read_text(struct reading *r, struct str text) {
    arena_init(&r->arena, &corpus.memory);
    r->arena.escape = &r->escape;
    sources_init(&r->sources, &r->arena);
    diags_init(&r->diags, &r->arena);
    r->parsed = parse(&r->arena, &r->diags, &r->sources, source_add(&r->sources, STR("x"), text));
}

static bool same(const struct reading *a, const struct node *n, const struct reading *b,
                 const struct node *m) {
    struct buf x, y;
    buf_init(&x, &corpus.memory);
    buf_init(&y, &corpus.memory);
    node_dump(&x, &a->sources, n);
    node_dump(&y, &b->sources, m);
    bool equal = !x.failed && !y.failed && str_eq(buf_view(&x), buf_view(&y));
    buf_free(&x);
    buf_free(&y);
    return equal;
}

static const struct node *block_of(const struct node *n) {
    const struct node *parts[] = {n->a, n->b, n->c};
    const struct node *last = NULL;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i] && parts[i]->kind == N_BLOCK)
            last = last && parts[i]->span.start > last->span.start ? parts[i]
                   : last                                          ? last
                                                                   : parts[i];
    return last;
}

/* How many complete statements were compared. */
static size_t compare(const struct reading *whole, const struct node *block,
                      const struct reading *half, const struct node *cut_block, uint32_t cut,
                      const char *name) {
    uint32_t n = 0, list = block->list.n;
    /* the next one begins before the cut, so this one cannot go on */
    while (n + 1 < list && block->list.at[n + 1]->span.start < cut)
        n++;
    ck_assert_msg(cut_block->list.n >= n, "%s cut at %u: %u of %u statements", name, cut,
                  cut_block->list.n, n);
    for (uint32_t i = n > 2 ? n - 2 : 0; i < n; i++) /* those before were seen at earlier cuts */
        ck_assert_msg(same(whole, block->list.at[i], half, cut_block->list.at[i]),
                      "%s cut at %u: statement %u is another", name, cut, i + 1);
    if (n >= list || cut_block->list.n <= n)
        return n;
    const struct node *last = block_of(block->list.at[n]);
    const struct node *cut_last = block_of(cut_block->list.at[n]);
    bool inside = last && last->span.start < cut && cut < last->span.stop && cut_last &&
                  block->list.at[n]->kind == cut_block->list.at[n]->kind &&
                  cut_last->span.start == last->span.start;
    return n + (inside ? compare(whole, last, half, cut_last, cut, name) : 0);
}

START_TEST(complete_statements_stay) {
    size_t compared = 0;
    for (size_t i = 0; i < corpus.n; i++) {
        struct str text = buf_view(&corpus.scripts[i]);
        struct reading whole;
        read_text(&whole, text);
        const struct tokens *t = &whole.parsed.tokens;
        if (whole.diags.errors == 0)
            for (uint32_t k = 0; k + 1 < t->n; k++) {
                uint32_t cut = t->at[k].span.stop;
                struct reading half;
                read_text(&half, (struct str){text.p, cut < text.n ? cut : text.n});
                compared += compare(&whole, whole.parsed.file, &half, half.parsed.file, cut,
                                    corpus.names[i]);
                arena_free(&half.arena);
            }
        arena_free(&whole.arena);
    }
    ck_assert_uint_gt(compared, 10000);
}
END_TEST

Suite *prefix_suite(void) {
    Suite *s = suite_create("prefix");
    TCase *c = tcase_create("prefix");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, start, stop);
    tcase_add_test(c, complete_statements_stay);
    suite_add_tcase(s, c);
    return s;
}
