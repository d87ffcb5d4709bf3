/* Who answered, and who stands alone. See bind_answers.h. */
#include "stdlib/network/bind_answers.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/rows.h"

/* A look at a pair is much less than a step of a program. */
enum { PAIRS_A_STEP = 64 };

int count_unknown(struct native_call *c, const struct nodes *v, const struct network_ties *t,
                  uint64_t pairs[TIE_CLASSES]) {
    int status = SPOKE_OK;
    memset(pairs, 0, TIE_CLASSES * sizeof *pairs);
    for (uint32_t i = 0; t->answered && i < v->n && status == SPOKE_OK; i++) {
        unknown_pairs_of(v, t->answered, t->directed, i, pairs);
        status = native_poll(c, v->n / PAIRS_A_STEP + 1);
    }
    return status;
}

void note_answers(struct native_call *c, const struct network_view *v, const struct network_ties *t,
                  const char *use) {
    if (!t->answered && t->projected) {
        return; /* who was there was there */
    }
    if (!t->answered) {
        native_note(c, "`%.*s` does not say who was asked: every member is taken to have answered",
                    STR_ARG(t->name));
        return;
    }
    native_note(c, "`%.*s`: %u of %u members answered (%.0f%%; %u asked); ties of the others %s",
                STR_ARG(t->name), t->nanswered, v->n,
                v->n ? 100.0 * (double)t->nanswered / (double)v->n : 0, t->nasked, use);
}

void note_memberships(struct native_call *c, const struct network_view *v) {
    if (v->overlapping) {
        native_note(c,
                    "members of whom several memberships hold at once: %u; the one that began "
                    "last says where they stand",
                    v->overlapping);
    }
    if (v->nmany) {
        native_note(c, "members with several groups: %u; here the latest counts", v->nmany);
    }
}

/* ---- who stands alone ---- */

enum { MEMBER, RELATION, LEVEL, GROUP };

static bool put_place(struct frame *f, uint32_t column, uint32_t row, const struct column *of,
                      uint32_t member) {
    if (!of || column_state(of, member) != PRESENT) {
        return put_missing(f, column, row);
    }
    return put_text(f, column, row, text_str(of->t[member]));
}

static bool put_alone(struct native_call *c, struct frame *f, const struct network_view *v,
                      const struct network_ties *t, uint32_t member) {
    struct buf key;
    uint32_t row = f->n;
    buf_init(&key, native_alloc(c));
    native_cell_text(c, v->key, member, &key);
    bool ok = !key.failed && frame_push(f) && put_text(f, MEMBER, row, buf_view(&key)) &&
              put_text(f, RELATION, row, t->name) && put_place(f, LEVEL, row, v->level, member) &&
              put_place(f, GROUP, row, v->group, member);
    buf_free(&key);
    return ok;
}

static bool list_alone(struct native_call *c, struct frame *f, const struct network_view *v,
                       const struct network_ties *t) {
    bool *tied = ARENA_ARRAY(native_arena(c), bool, (size_t)v->n + 1);
    struct ties simple;
    if (!tied ||
        !ties_simplify(native_arena(c), v->n, t->directed, t->from, t->to, t->n, &simple)) {
        return false;
    }
    if (t->answered) {
        ties_drop_unknown(t->answered, &simple);
    }
    ties_mark_tied(&simple, tied);
    for (uint32_t i = 0; i < v->n; i++) {
        if (!tied[i] && (!t->answered || t->answered[i]) && !put_alone(c, f, v, t, i)) {
            return false;
        }
    }
    return true;
}

int network_isolates(struct native_call *c) {
    const struct network_view *v = native_network(c, 0);
    struct frame *f = v ? native_frame(c) : NULL;
    if (!v) {
        return SPOKE_FAILED;
    }
    bool ok = f != NULL;
    for (uint32_t k = 0; ok && k < v->nties; k++) {
        ok = list_alone(c, f, v, &v->ties[k]);
        note_answers(c, v, &v->ties[k], "are not known, so they are not said to stand alone");
    }
    if (!ok) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    return native_give_frame(c, f);
}
