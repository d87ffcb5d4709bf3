/* Code as text: one instruction a line, its source line behind it. */
#include "compile/proto.h"

static void print_constant(struct buf *out, union word w) {
    /* the code does not say whether this is a float: show what reads as one */
    if (w.i > INT64_C(1) << 52 || w.i < -(INT64_C(1) << 52))
        buf_printf(out, "%.17g", w.f);
    else
        buf_printf(out, "%lld", (long long)w.i);
}

static void print_object(struct buf *out, const struct object *o) {
    if (o->kind == OBJ_TEXT)
        buf_json(out, text_str((const struct text *)o));
    else
        buf_text(out, "network");
}

static void print_operand(struct buf *out, const struct proto *p, uint32_t at, char kind,
                          uint16_t x) {
    switch (kind) {
    case 'r':
        buf_printf(out, " r%u", x);
        break;
    case 'w':
        buf_printf(out, " r%u:%u", x, x + 1u);
        break;
    case 'R':
        buf_printf(out, " o%u", x);
        break;
    case 'x':
        buf_printf(out, " r%u..", x);
        break;
    case 'X':
        buf_printf(out, " o%u..", x);
        break;
    case 'k':
    case 'm':
        buf_char(out, ' ');
        print_constant(out, p->constants[x]);
        if (kind == 'm') {
            buf_char(out, ':');
            print_constant(out, p->constants[x + 1]);
        }
        break;
    case 'K':
        buf_char(out, ' ');
        print_object(out, p->objects[x]);
        break;
    case 'i':
        buf_printf(out, " %d", (int16_t)x);
        break;
    case 'u':
        buf_printf(out, " %u", x);
        break;
    case 'g':
    case 'h':
    case 'G':
        buf_printf(out, " g%u", x);
        break;
    case 'j':
        buf_printf(out, " -> %u", (unsigned)((int64_t)at + (int16_t)x));
        break;
    case 'J':
        buf_printf(out, " -> %u", (unsigned)((int64_t)at + long_jump(&p->code[at])));
        break;
    case 'p':
        buf_printf(out, " %.*s", STR_ARG(p->callees[x]->name));
        break;
    case 's':
        buf_printf(out, " s%u", x);
        break;
    default:
        break;
    }
}

static void print_values(struct buf *out, const struct home *values, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        bool is_ref = shape_of(values[i].type) == SHAPE_REF;
        buf_printf(out, "%s%c%u ", i ? ", " : "", is_ref ? 'o' : 'r', values[i].reg);
        type_print(out, values[i].type);
    }
}

static void print_site(struct buf *out, const struct site *site) {
    static const char *const names[] = {"template", "text",   "library", "foreign", "relation",
                                        "cell",     "row",    "rows",    "show",    "print",
                                        "explain",  "definitions", "import", "into", "compare", "assert"};
    buf_printf(out, "  %s", names[site->kind]);
    if (site->native)
        buf_printf(out, " %s", site->native->name);
    if (site->foreign)
        buf_printf(out, " %.*s", STR_ARG(site->foreign->name));
    buf_char(out, '(');
    print_values(out, site->values, site->n);
    buf_char(out, ')');
    if (site->result.type && shape_of(site->result.type) != SHAPE_NONE) {
        buf_text(out, " = ");
        print_values(out, &site->result, 1);
    }
    buf_char(out, '\n');
}

static void print_line(struct buf *out, const struct sources *s, const struct proto *p,
                       uint32_t at) {
    const struct instruction *i = &p->code[at];
    const struct op_info *info = &op_table[i->op];
    size_t start = out->n;
    buf_printf(out, "%5u  %-13s", at, info->name);
    print_operand(out, p, at, info->operands[0], i->a);
    print_operand(out, p, at, info->operands[1], i->b);
    print_operand(out, p, at, info->operands[2], i->c);
    const struct source *source = source_at(s, p->spans[at].source);
    if (source && out->n - start < 48) {
        buf_repeat(out, " ", 48 - (out->n - start));
        buf_printf(out, " # line %u", source_place(source, p->spans[at].start).line);
    }
    buf_char(out, '\n');
}

void listing_print(struct buf *out, const struct sources *s, const struct proto *p) {
    buf_printf(out, "%.*s: %u scalars, %u references\n", STR_ARG(p->name), p->nscalars, p->nrefs);
    for (uint32_t i = 0; i < p->n; i++)
        print_line(out, s, p, i);
    for (uint32_t i = 0; i < p->nsites; i++) {
        buf_printf(out, "   s%u", i);
        print_site(out, p->sites[i]);
    }
}

struct seen {
    struct proto **at;
    uint32_t n, cap;
    struct alloc *alloc;
    bool failed;
};

static void see(struct seen *s, struct proto *p) {
    for (uint32_t i = 0; i < s->n; i++)
        if (s->at[i] == p)
            return;
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? s->cap * 2 : 16;
        struct proto **at = mem_resize(s->alloc, s->at, s->cap * sizeof *at, cap * sizeof *at);
        if (!at) {
            s->failed = true;
            return;
        }
        s->at = at;
        s->cap = cap;
    }
    s->at[s->n++] = p;
}

void listing_print_all(struct buf *out, const struct sources *sources, struct proto *main) {
    struct seen s = {.alloc = out->alloc};
    see(&s, main);
    for (uint32_t i = 0; i < s.n; i++) {
        if (i)
            buf_char(out, '\n');
        listing_print(out, sources, s.at[i]);
        for (uint32_t k = 0; k < s.at[i]->ncallees; k++)
            see(&s, s.at[i]->callees[k]);
    }
    mem_give(s.alloc, s.at, s.cap * sizeof *s.at);
    out->failed = out->failed || s.failed;
}
