/* A failed `assert`: which part of it, and what was compared. */
#include "run/machine.h"

enum { LONGEST_VALUE = 200, LONGEST_SOURCE = 80 };

/* Texts in quotes, so that blanks and nothing at all can be seen. */
static void put_value(struct vm *vm, struct buf *out, const struct value *v) {
    if (value_is_missing(v))
        buf_text(out, "missing");
    else if (v->type->kind == TY_TEXT)
        buf_json(out, value_str(v));
    else
        value_print(out, &vm->session->calendar, v);
}

/* As much as fits, in whole characters. */
static struct str cut(struct str s, size_t most) {
    if (s.n <= most)
        return s;
    while (most > 0 && ((unsigned char)s.p[most] & 0xC0) == 0x80)
        most--;
    return (struct str){s.p, most};
}

static void tell_value(struct vm *vm, struct str source, const struct value *v) {
    struct buf *text = &vm->text;
    buf_clear(text);
    put_value(vm, text, v);
    if (text->failed || !source.n)
        return;
    struct str shown = cut(buf_view(text), LONGEST_VALUE), written = cut(source, LONGEST_SOURCE);
    vm_note(vm, "`%.*s%s` is %.*s%s", STR_ARG(written), written.n < source.n ? "..." : "",
            STR_ARG(shown), shown.n < text->n ? "..." : "");
}

OPERATION(assertion_failed) {
    const struct site *site = vm->frame->proto->sites[i->b + s[i->c].i];
    struct str message = text_str((const struct text *)r[i->a]);
    vm_fail_at(vm, ST_FAILED, E0404, site->node->span, NULL, "%.*s",
               STR_ARG(message.n ? message : STR("this does not hold")));
    for (uint32_t k = 0; k < site->n; k++) {
        struct value v = value_at(s, r, site->values[k]);
        tell_value(vm, site->pieces[k].text, &v);
    }
    return false;
}
