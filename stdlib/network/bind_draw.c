/* draw() and layout(): a network in, a picture or the places of its members out. */
#include "stdlib/network/bind_draw.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/picture/bind_file.h"
#include "stdlib/rows.h"
#include <math.h>

enum { MOST_DRAWN = 5000, MOST_IN_MATRIX = 400 };

/* ---- words ---- */

static int read_labels(struct draw *d) {
    struct native_call *c = d->net.m.call;
    static const char *const NAMES[] = {"auto", "all", "none"};
    for (int k = 0; !native_is_missing(c, DRAW_LABELS) && k <= (int)COUNT_OF(NAMES); k++) {
        if (k == (int)COUNT_OF(NAMES)) {
            return native_fail_help(c, "labels are \"auto\", \"all\" or \"none\"",
                                    "there are no labels \"%.*s\"",
                                    STR_ARG(native_text(c, DRAW_LABELS)));
        }
        if (str_is(native_text(c, DRAW_LABELS), NAMES[k])) {
            d->picture.labels = (enum picture_labels)k;
            break;
        }
    }
    return SPOKE_OK;
}

/* What is not in the picture. */
static bool give_caution(struct draw *d) {
    struct buf b;
    uint32_t far = d->net.m.net->n - d->picture.n;
    buf_init(&b, native_alloc(d->net.m.call));
    if (far) {
        buf_printf(&b, "%u member%s farther off %s not shown", far, far == 1 ? "" : "s",
                   far == 1 ? "is" : "are");
    }
    if (d->net.outside) {
        buf_printf(&b, "%s%llu tie%s with an end that is no member left out", b.n ? "; " : "",
                   (unsigned long long)d->net.outside, d->net.outside == 1 ? "" : "s");
    }
    d->picture.caution = arena_str(native_arena(d->net.m.call), buf_view(&b));
    bool ok = !b.failed && d->picture.caution.p;
    buf_free(&b);
    return ok;
}

/* "Schools, 2025-09-01 to 2026-06-30" where the network is asked for as it was then. */
static struct str title_of(struct draw *d) {
    const struct network_view *v = d->net.m.net;
    char first[16], last[16];
    struct str name = v->title.n ? v->title : v->name;
    if (v->timed) {
        struct arena *a = native_arena(d->net.m.call);
        size_t n = day_print(first, v->first), m = day_print(last, v->last);
        name = v->first == v->last ? arena_printf(a, "%.*s, %.*s", STR_ARG(name), (int)n, first)
                                   : arena_printf(a, "%.*s, %.*s to %.*s", STR_ARG(name), (int)n,
                                                  first, (int)m, last);
    }
    return draw_clean(d, name);
}

static bool give_words(struct draw *d, uint64_t seed) {
    d->picture.title = title_of(d);
    d->picture.method = picture_method(&d->net, seed);
    return d->picture.title.p && d->picture.method.p && give_caution(d);
}

/* ---- draw ---- */

static int check_size(struct draw *d, uint32_t n) {
    bool matrix = d->net.layout == PICTURE_MATRIX;
    if (n <= (matrix ? MOST_IN_MATRIX : MOST_DRAWN)) {
        return SPOKE_OK;
    }
    return native_fail_help(d->net.m.call,
                            "draw those around one, `ego: \"S1\"`, or a network of fewer members",
                            "%u members are more than a %s can show, which is %d", n,
                            matrix ? "matrix" : "picture", matrix ? MOST_IN_MATRIX : MOST_DRAWN);
}

/* Names of a large layer do not fit beside each other. */
enum { WIDE_LAYER = 9 };

static bool turn_layers(struct draw *d) {
    uint32_t *count = MEMBER_ARRAY(&d->net.m, uint32_t), most = 0;
    for (uint32_t i = 0; count && d->net.layout == PICTURE_LAYERS && i < d->picture.n; i++) {
        uint32_t own = ++count[d->picture.member[i].steps];
        most = own > most ? own : most;
    }
    d->picture.sideways = most > WIDE_LAYER;
    return count != NULL;
}

static int read_name(struct draw *d) {
    struct native_call *c = d->net.m.call;
    if (native_is_missing(c, DRAW_NAME)) {
        return SPOKE_OK;
    }
    d->name = native_network_column(c, d->net.m.net, native_text(c, DRAW_NAME));
    return d->name ? SPOKE_OK : SPOKE_FAILED;
}

/* Looks are counted among the members of the picture, and then given to them. */
static void hand_out_looks(struct draw *d) {
    for (uint32_t i = 0; i < d->net.m.net->n; i++) {
        if (d->number[i] != NOBODY_SPECIAL) {
            d->picture.member[d->number[i]].look = d->look[i];
            d->picture.member[d->number[i]].shape = d->shape[i];
        }
    }
}

static int fill(struct draw *d, uint64_t seed) {
    int status = read_name(d);
    if (status == SPOKE_OK) {
        status = draw_members(d) && turn_layers(d) ? check_size(d, d->picture.n) : SPOKE_NO_MEMORY;
    }
    if (status == SPOKE_OK) {
        status = draw_ties(d) ? draw_looks(d) : SPOKE_NO_MEMORY;
    }
    if (status == SPOKE_OK) {
        hand_out_looks(d);
        status = draw_sizes(d);
    }
    if (status == SPOKE_OK) {
        status = read_labels(d);
    }
    return status == SPOKE_OK && !give_words(d, seed) ? SPOKE_NO_MEMORY : status;
}

static int give(struct native_call *c, const struct net_picture *p) {
    struct buf terminal, svg;
    buf_init(&terminal, native_alloc(c));
    buf_init(&svg, native_alloc(c));
    picture_terminal(&terminal, native_arena(c), p, native_output_width(c),
                     native_output_glyphs(c));
    picture_svg(&svg, native_arena(c), p);
    return picture_give(c, DRAW_TO, p->title, &terminal, &svg);
}

int network_draw(struct native_call *c) {
    struct draw d = {.picture = {.labels = LABELS_AUTO}};
    struct net_picture *waves = NULL;
    uint64_t seed = (uint64_t)native_int(c, DRAW_SEED);
    int64_t steps = native_int(c, DRAW_STEPS);
    if (steps < 1) {
        return native_fail(c, "`steps` is %lld; those around a member are 1 or more away",
                           (long long)steps);
    }
    int status = picture_read(&d.net, c, DRAW_RELATION, DRAW_LAYOUT, DRAW_EGO);
    if (status == SPOKE_OK && d.net.ego == NOBODY_SPECIAL) { /* before any work */
        status = check_size(&d, d.net.m.net->n);
    }
    if (status == SPOKE_OK) {
        status = picture_place(&d.net, seed, (uint32_t)(steps < UINT32_MAX ? steps : UINT32_MAX));
    }
    if (status == SPOKE_OK) {
        d.picture.layout = d.net.layout;
        status = fill(&d, seed);
    }
    if (status == SPOKE_OK) {
        status = draw_waves(&d, &waves, &d.picture.nwaves);
        d.picture.wave = waves;
    }
    if (status == SPOKE_OK) {
        status =
            picture_finish(native_arena(c), &d.picture) ? give(c, &d.picture) : SPOKE_NO_MEMORY;
    }
    picture_drop(&d.net);
    return status;
}

/* ---- layout ---- */

enum { LAYOUT_METHOD = 1, LAYOUT_RELATION, LAYOUT_AROUND, LAYOUT_SEED };

/* To a millionth of a tie: what is behind is noise. */
static double rounded(double x) {
    return round(x * 1e6) / 1e6 + 0.0;
}

static int give_places(struct drawing_of_net *d) {
    struct frame *f = native_frame(d->m.call);
    bool ok = f != NULL;
    for (uint32_t i = 0; ok && i < d->m.net->n; i++) {
        ok = frame_push(f) && put_text(f, 0, i, d->m.key[i]) &&
             put_float(f, 1, i, rounded(d->at[i].x)) && put_float(f, 2, i, rounded(d->at[i].y));
    }
    if (!ok) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    return native_give_frame(d->m.call, f);
}

int network_layout(struct native_call *c) {
    struct drawing_of_net d = {.built = false};
    uint64_t seed = (uint64_t)native_int(c, LAYOUT_SEED);
    int status = picture_read(&d, c, LAYOUT_RELATION, LAYOUT_METHOD, LAYOUT_AROUND);
    if (status == SPOKE_OK && d.layout == PICTURE_MATRIX) {
        status = native_fail_help(c, "layouts are \"stress\", \"layers\" and \"ego\"",
                                  "a matrix has no places of members");
    }
    if (status == SPOKE_OK) {
        status = picture_place(&d, seed, UINT32_MAX);
    }
    if (status == SPOKE_OK) {
        struct str method = picture_method(&d, seed);
        native_note(c, "%.*s", STR_ARG(method));
        status = give_places(&d);
    }
    picture_drop(&d);
    return status;
}
