/* Pictures of networks: names that meet nothing, nodes that do not lie over each other, lines that
 * fit, well-formed SVG whatever members are called, memory refused. Whole pictures are golden files
 * of tests/golden/networks. */
#include "base/utf8.h"
#include "graph_world.h"
#include "stdlib/network/picture.h"
#include "stdlib/picture/labels.h"
#include <math.h>

static struct arena arena;
static struct buf out;

static void start(void) {
    world_start();
    arena_init(&arena, &world_memory);
    buf_init(&out, &world_memory);
}

static void stop(void) {
    buf_free(&out);
    arena_free(&arena);
    world_stop();
}

/* ---- names ---- */

START_TEST(lines_and_boxes) {
    struct box b = {0, 0, 10, 5};
    ck_assert(line_meets_box(&(struct line){-5, 2, 15, 3}, &b));
    ck_assert(line_meets_box(&(struct line){4, 2, 5, 3}, &b));
    ck_assert(line_meets_box(&(struct line){-1, 4, 2, 6}, &b));
    ck_assert(!line_meets_box(&(struct line){-4, 4, 2, 10}, &b));
    ck_assert(!line_meets_box(&(struct line){-1, -5, -1, 20}, &b));
    ck_assert(disc_meets_box(&(struct disc){12, 2, 2.5}, &b));
    ck_assert(!disc_meets_box(&(struct disc){12, 7, 2.5}, &b));
    ck_assert(boxes_meet(&b, &(struct box){9, 4, 20, 20}));
    ck_assert(!boxes_meet(&b, &(struct box){10, 0, 20, 5}));
}
END_TEST

enum { DISCS = 150 };

static void check_labels(const struct label_world *w, const struct label *labels, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const struct label *l = &labels[i];
        if (!l->placed) {
            continue;
        }
        ck_assert(l->at.left >= w->frame.left && l->at.right <= w->frame.right);
        ck_assert(l->at.top >= w->frame.top && l->at.bottom <= w->frame.bottom);
        ck_assert_double_eq_tol(l->at.right - l->at.left, l->width, 1e-9);
        for (uint32_t k = 0; k < w->ndiscs; k++) {
            ck_assert(!disc_meets_box(&w->discs[k], &l->at));
        }
        for (uint32_t k = 0; k < n; k++) {
            ck_assert(k == i || !labels[k].placed || !boxes_meet(&labels[k].at, &l->at));
            ck_assert(!labels[k].placed || !labels[k].leads || k == i ||
                      !line_meets_box(&labels[k].leader, &l->at));
        }
    }
}

/* From plenty of room to none. */
START_TEST(labels_meet_nothing) {
    static struct disc discs[DISCS];
    static struct line lines[DISCS];
    static struct label labels[DISCS];
    uint64_t seed = 3;
    uint32_t before = 0;
    for (uint32_t round = 0; round < 40; round++) {
        double side = 1200 - 28 * (double)round;
        for (uint32_t i = 0; i < DISCS; i++) {
            discs[i] = (struct disc){draw(&seed, 1000) * side / 1000,
                                     draw(&seed, 1000) * side / 1000, 2 + draw(&seed, 60) / 10.0};
            lines[i] = (struct line){discs[i].x, discs[i].y, discs[i / 2].x, discs[i / 2].y};
            labels[i] = (struct label){.of = i, .width = 10 + draw(&seed, 90), .height = 13};
        }
        struct label_world w = {
            {-20, -20, side + 20, side + 20}, discs, DISCS, lines, round % 2 ? DISCS : 0};
        uint32_t hidden = labels_place(&w, labels, DISCS), placed = 0;
        check_labels(&w, labels, DISCS);
        for (uint32_t i = 0; i < DISCS; i++) {
            placed += labels[i].placed;
        }
        ck_assert_uint_eq(placed + hidden, DISCS);
        ck_assert(round > 0 || hidden < DISCS / 20);
        before = hidden;
    }
    ck_assert_uint_gt(before, DISCS / 2);
}
END_TEST

/* ---- any picture ---- */

static const char *const NAMES[] = {
    "S1",
    "<script>alert(\"1\" & '2')</script>",
    "A very long name of a school that goes on and on until nobody reads it any more",
    "\xE6\x9D\xB1\xE4\xBA\xAC\xE9\xAB\x98\xE7\xAD\x89\xE5\xAD\xA6\xE6\xA0\xA1",
    "\xD9\x85\xD8\xAF\xD8\xB1\xD8\xB3\xD8\xA9",
    "",
    "S1",
    "]]> -- \\ %s %n"};

/* Of a random network, with everything a picture may have. */
static struct net_picture picture_of(const struct sample *s, uint64_t *seed, uint32_t round) {
    struct net_picture p = {.title = str_of(NAMES[round % COUNT_OF(NAMES)]),
                            .layout = (enum picture_layout)(round % 4),
                            .labels = (enum picture_labels)(round / 4 % 3),
                            .n = s->n,
                            .ego = round % 5 && s->n ? draw(seed, s->n) : NOBODY_SPECIAL,
                            .possible = (uint64_t)s->n * s->n,
                            .method = STR("Where they stand."),
                            .caution = round % 3 ? STR("") : STR("3 ties & more are left out"),
                            .size_word = round % 2 ? STR("ties") : STR(""),
                            .sideways = round % 8 == 5};
    p.member = ARENA_ARRAY(&arena, struct picture_member, s->n + 1);
    p.tie = ARENA_ARRAY(&arena, struct picture_tie, s->ties + 1);
    p.looks.word = round % 6 ? STR("group") : STR("");
    p.shapes.word = round % 7 ? STR("") : STR("level");
    p.kinds.word = round % 3 ? STR("ties") : STR("");
    for (uint32_t k = 0; k < ALL_LOOKS; k++) {
        p.looks.name[k] = p.shapes.name[k] = p.kinds.name[k] = str_of(NAMES[k % COUNT_OF(NAMES)]);
    }
    for (uint32_t i = 0; i < s->n; i++) {
        p.member[i] =
            (struct picture_member){.name = str_of(NAMES[draw(seed, COUNT_OF(NAMES))]),
                                    .look = draw(seed, ALL_LOOKS),
                                    .shape = draw(seed, ALL_LOOKS),
                                    .size = i % 9 ? draw(seed, 100) : (double)NAN,
                                    .hub = i % 17 == 0,
                                    .steps = draw(seed, 3),
                                    .at = {draw(seed, 100) / 10.0, draw(seed, 100) / 10.0}};
        p.looks.count[p.member[i].look]++;
        p.shapes.count[p.member[i].shape]++;
    }
    for (size_t i = 0; i < s->ties; i++) {
        if (s->from[i] != s->to[i]) {
            bool mutual = draw(seed, 3) == 0;
            p.tie[p.nties++] = (struct picture_tie){s->from[i],
                                                    s->to[i],
                                                    s->directed,
                                                    mutual,
                                                    draw(seed, PICTURE_KINDS),
                                                    s->valued ? s->value[i] : (double)NAN};
            p.kinds.count[p.tie[p.nties - 1].kind]++;
            p.member[s->from[i]].degree++;
            p.member[s->to[i]].degree++;
            p.directed = s->directed;
        }
    }
    return p;
}

/* Every tag that opens closes, and text has no bare sign. */
static void check_well_formed(const char *text) {
    uint32_t depth = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '&') {
            ck_assert(!strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4) ||
                      !strncmp(at, "&amp;", 5) || !strncmp(at, "&quot;", 6) ||
                      !strncmp(at, "&#39;", 5) || !strncmp(at, "&apos;", 6));
        } else if (*at == '<') {
            const char *end = strchr(at, '>');
            ck_assert_ptr_nonnull(end);
            ck_assert_ptr_null(memchr(at + 1, '<', (size_t)(end - at - 1)));
            if (at[1] == '/') {
                ck_assert_uint_gt(depth--, 0);
            } else if (end[-1] != '/') {
                depth++;
            }
            at = end;
        }
    }
    ck_assert_uint_eq(depth, 0);
}

static void check_lines(const char *text, int width) {
    for (size_t at = 0, length; text[at]; at += length + 1) {
        length = strcspn(text + at, "\n");
        ck_assert_uint_le(utf8_width((struct str){text + at, length}), (size_t)width);
        ck_assert(text[at + length] == '\n');
    }
}

START_TEST(any_picture) {
    static struct sample s;
    uint64_t seed = 13;
    for (uint32_t round = 0; round < 160; round++) {
        sample_draw(&s, &seed, round);
        struct net_picture p = picture_of(&s, &seed, round);
        struct net_picture waves[3];
        if (round % 10 == 9) { /* in three periods, the last without anybody */
            p.layout = PICTURE_STRESS;
            p.nwaves = 3;
            p.wave = waves;
            for (uint32_t k = 0; k < 3; k++) {
                waves[k] = picture_of(&s, &seed, 4 * round);
                waves[k].n = k == 2 ? 0 : waves[k].n;
                waves[k].nties = k == 2 ? 0 : waves[k].nties;
                ck_assert(picture_finish(&arena, &waves[k]));
            }
        }
        ck_assert(picture_finish(&arena, &p));
        buf_clear(&out);
        picture_svg(&out, &arena, &p);
        ck_assert(!out.failed);
        check_well_formed(out.p);
        ck_assert_ptr_null(strstr(out.p, "nan"));
        ck_assert_ptr_null(strstr(out.p, "inf "));
        ck_assert_ptr_null(strstr(out.p, "<script"));
        for (int glyphs = 0; glyphs <= 2; glyphs++) {
            int width = 30 + (int)draw(&seed, 100);
            buf_clear(&out);
            picture_terminal(&out, &arena, &p, width, glyphs);
            ck_assert(!out.failed);
            check_lines(out.p, width);
        }
    }
}
END_TEST

/* Nodes have room of their own, within the frame, and larger ones are larger. */
START_TEST(nodes_apart) {
    static struct sample s;
    uint64_t seed = 19;
    for (uint32_t round = 0; round < 60; round++) {
        sample_draw(&s, &seed, round);
        struct net_picture p = picture_of(&s, &seed, 4 * round + 1);
        struct picture_frame frame = {.left = 10,
                                      .top = 20,
                                      .width = 600,
                                      .most_height = 500,
                                      .unit = 90,
                                      .radius = 7,
                                      .least_side = 80};
        struct picture_places w;
        p.layout = PICTURE_STRESS;
        p.sideways = false;
        p.size_word = STR("ties");
        ck_assert(picture_finish(&arena, &p));
        ck_assert(picture_fit(&arena, &p, &frame, &w));
        for (uint32_t i = 0; i < p.n; i++) {
            ck_assert(w.at[i].x > 10 - 1e-6 && w.at[i].x < 610 + 1e-6);
            ck_assert(w.at[i].y > 20 - 1e-6 && w.at[i].y < 20 + w.height + 1e-6 &&
                      w.height < 500 + 1e-6);
            for (uint32_t k = 0; k < i; k++) {
                double dx = w.at[i].x - w.at[k].x, dy = w.at[i].y - w.at[k].y;
                bool larger = p.member[i].size > p.member[k].size;
                ck_assert(sqrt(dx * dx + dy * dy) > (w.radius[i] + w.radius[k]) * 0.9);
                ck_assert(!larger || w.radius[i] > w.radius[k]);
            }
        }
    }
}
END_TEST

START_TEST(sentences) {
    static const uint32_t from[] = {0, 0, 1}, to[] = {1, 2, 2};
    struct picture_member members[4] = {
        {.name = STR("A")}, {.name = STR("B")}, {.name = STR("C")}, {.name = STR("D")}};
    struct picture_tie ties[3];
    struct net_picture p = {.n = 4,
                            .nties = 3,
                            .member = members,
                            .tie = ties,
                            .directed = true,
                            .ego = NOBODY_SPECIAL,
                            .possible = 12};
    for (int i = 0; i < 3; i++) {
        ties[i] = (struct picture_tie){from[i], to[i], true, i == 1, 0, (double)NAN};
        members[from[i]].degree++;
        members[to[i]].degree++;
    }
    ck_assert(picture_finish(&arena, &p));
    ck_assert(str_is(p.summary, "4 members and 4 ties, 33.3% of all possible; 1 without ties. Tied "
                                "to most others: A (2), B (2), C (2)."));
    ck_assert(str_is(p.described, " Ties: A to B, A to and from C, B to C."));
}
END_TEST

START_TEST(memory_refused) {
    static struct sample s;
    uint64_t seed = 31;
    for (uint32_t round = 0; round < 12; round++) {
        sample_draw(&s, &seed, round);
        struct net_picture p = picture_of(&s, &seed, round);
        bool done = false;
        for (uint64_t at = 1; !done; at++) {
            struct alloc small;
            struct arena a;
            struct buf b;
            alloc_init(&small, NULL, NULL, 0);
            small.fail_at = at;
            arena_init(&a, &small);
            buf_init(&b, &small);
            struct net_picture again = p;
            done = picture_finish(&a, &again);
            if (done) {
                picture_terminal(&b, &a, &again, 80, 2);
                picture_svg(&b, &a, &again);
                done = !b.failed;
            }
            buf_free(&b);
            arena_free(&a);
            ck_assert_uint_eq(small.used, 0);
        }
    }
}
END_TEST

Suite *picture_suite(void) {
    Suite *s = suite_create("picture");
    TCase *t = tcase_create("picture");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, lines_and_boxes);
    tcase_add_test(t, labels_meet_nothing);
    tcase_add_test(t, any_picture);
    tcase_add_test(t, nodes_apart);
    tcase_add_test(t, sentences);
    tcase_add_test(t, memory_refused);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
