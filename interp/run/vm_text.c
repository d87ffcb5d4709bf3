/* Texts in the VM: joining, patterns, reading numbers, templates. */
#include "run/machine.h"
#include "base/num.h"
#include "base/utf8.h"

static bool put_text(struct vm *vm, struct object **to, struct text *made) {
    if (!made) {
        vm_no_memory(vm);
        return false;
    }
    *to = &made->head;
    return true;
}

OPERATION(text_join) {
    UNUSED(s);
    const struct text *x = (const struct text *)r[i->b], *y = (const struct text *)r[i->c];
    if (!x || !y) {
        r[i->a] = NULL;
        return true;
    }
    return put_text(vm, &r[i->a], heap_join(&vm->heap, x, y));
}

/* The variable's text itself may grow, see heap_append. */
OPERATION(text_append) {
    UNUSED(s);
    struct text *x = (struct text *)r[i->a];
    const struct text *y = (const struct text *)r[i->b];
    if (!x || !y) {
        r[i->a] = NULL;
        return true;
    }
    return put_text(vm, &r[i->a], heap_append(&vm->heap, x, y));
}

OPERATION(text_cut) {
    const struct text *t = (const struct text *)r[i->b];
    if (!t) {
        r[i->a] = NULL;
        return true;
    }
    struct str piece = text_slice(t, s[i->c].i, s[i->c + 1].i);
    struct text *made = heap_text_room(&vm->heap, piece.n); /* t lies in a register */
    if (made) {
        memcpy(made->p, piece.p, piece.n);
        made->head.flags |= t->head.flags & OBJ_ASCII;
    }
    return put_text(vm, &r[i->a], made);
}

/* ---- patterns ---- */

/* `%` any run, `_` one character, all else itself, case and all. On a mismatch behind a `%`
 * the run takes one character more; only the last `%` can matter. */
static bool is_like(struct str text, struct str pattern) {
    size_t t = 0, p = 0, run_t = 0, run_p = 0;
    bool has_run = false;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '%') {
            has_run = true;
            run_p = ++p;
            run_t = t;
        } else if (p < pattern.n && pattern.p[p] == '_') {
            utf8_next(text, &t);
            p++;
        } else if (p < pattern.n && pattern.p[p] == text.p[t]) {
            t++;
            p++;
        } else if (has_run) {
            utf8_next(text, &run_t);
            t = run_t;
            p = run_p;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '%')
        p++;
    return p == pattern.n;
}

OPERATION(text_like) {
    UNUSED(vm);
    const struct text *x = (const struct text *)r[i->b], *pattern = (const struct text *)r[i->c];
    s[i->a].i = x && pattern && is_like(text_str(x), text_str(pattern));
    return true;
}

/* ---- numbers in texts ---- */

static struct str trimmed(struct str t) {
    while (t.n && (t.p[0] == ' ' || t.p[0] == '\t'))
        t = (struct str){t.p + 1, t.n - 1};
    while (t.n && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
        t.n--;
    return t;
}

OPERATION(text_to_int) {
    UNUSED(vm);
    int64_t x = 0;
    bool is_number = num_parse_int(trimmed(text_str((const struct text *)r[i->b])), &x);
    s[i->a].i = is_number ? x : 0;
    s[i->a + 1].i = is_number ? PRESENT : MISSING;
    return true;
}

OPERATION(text_to_float) {
    UNUSED(vm);
    double x = 0;
    bool is_number = num_parse_float(trimmed(text_str((const struct text *)r[i->b])), &x);
    s[i->a].f = is_number ? x : 0;
    s[i->a + 1].i = is_number ? PRESENT : MISSING;
    return true;
}

/* ---- texts of values ---- */

static bool keep_text(struct vm *vm, struct object **to) {
    if (vm->text.failed) {
        vm_no_memory(vm);
        return false;
    }
    return put_text(vm, to, heap_text(&vm->heap, buf_view(&vm->text)));
}

/* A missing value has no text. */
OPERATION(text_of_value) {
    const struct site *site = vm->frame->proto->sites[i->b];
    struct value v = value_at(s, r, site->values[0]);
    if (value_is_missing(&v)) {
        r[i->a] = NULL;
        return true;
    }
    buf_clear(&vm->text);
    value_print(&vm->text, &vm->session->calendar, &v);
    return keep_text(vm, &r[i->a]);
}

/* What most templates hold, without asking twice what it is. */
static bool put_plain(struct buf *out, const union word *s, struct object *const *r,
                      const struct template_piece *piece, struct home at) {
    if (piece->format.n || at.type->nullable)
        return false;
    if (at.type->kind == TY_INT) {
        char digits[32];
        buf_put(out, digits, num_print_int(digits, s[at.reg].i));
        return true;
    }
    if (at.type->kind != TY_TEXT || !r[at.reg])
        return false;
    buf_str(out, text_str((const struct text *)r[at.reg]));
    return true;
}

static bool put_hole(struct vm *vm, const struct template_piece *piece, const struct value *v) {
    if (value_format(&vm->text, &vm->session->calendar, v, piece->format))
        return true;
    struct buf type;
    buf_init(&type, vm->alloc);
    type_print(&type, v->type);
    vm_fail_at(vm, ST_FAILED, E0311, piece->span,
               v->type->kind == TY_DATE       ? "dates have formats like `%d %b %Y`"
               : v->type->kind == TY_DATETIME ? "datetimes have formats like `%d %b %Y %H:%M`"
                                              : "numbers have formats like `.1f`, `.1%` and `,`",
               "a `%.*s` has no format `%.*s`", STR_ARG(buf_view(&type)), STR_ARG(piece->format));
    buf_free(&type);
    return false;
}

OPERATION(make_template) {
    const struct site *site = vm->frame->proto->sites[i->b];
    uint32_t holes = 0;
    buf_clear(&vm->text);
    for (uint32_t k = 0; k < site->npieces; k++) {
        const struct template_piece *piece = &site->pieces[k];
        if (!piece->is_hole) {
            buf_str(&vm->text, piece->text);
            continue;
        }
        struct home at = site->values[holes++];
        if (put_plain(&vm->text, s, r, piece, at))
            continue;
        struct value v = value_at(s, r, at);
        if (!put_hole(vm, piece, &v))
            return false;
    }
    return keep_text(vm, &r[i->a]);
}
