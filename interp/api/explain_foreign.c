/* What a `foreign` declaration means in C: the prototype, to compare with the library's header;
 * where the fields of a structure lie; who frees what. */
#include "api/interp.h"
#include "check/foreign.h"

/* ---- types as C writes them ---- */

static void put_c_type(struct buf *out, const struct foreign_type *t) {
    static const char *const names[FOREIGN_KINDS] = {
        [FOREIGN_VOID] = "void",         [FOREIGN_I8] = "int8_t",     [FOREIGN_I16] = "int16_t",
        [FOREIGN_I32] = "int32_t",       [FOREIGN_I64] = "int64_t",   [FOREIGN_U8] = "uint8_t",
        [FOREIGN_U16] = "uint16_t",      [FOREIGN_U32] = "uint32_t",  [FOREIGN_U64] = "uint64_t",
        [FOREIGN_F32] = "float",         [FOREIGN_F64] = "double",    [FOREIGN_BOOL] = "bool",
        [FOREIGN_TEXT] = "const char *", [FOREIGN_POINTER] = "void *"};
    if (t->kind == FOREIGN_STRUCT)
        buf_printf(out, "struct %.*s", STR_ARG(t->structure->name));
    else if (t->kind == FOREIGN_HANDLE)
        buf_printf(out, "%.*s *", STR_ARG(t->handle->name));
    else if (names[t->kind])
        buf_text(out, names[t->kind]);
}

/* A star ends what stands before it, so no blank follows. */
static void put_name(struct buf *out, struct str name) {
    struct str so_far = buf_view(out);
    if (name.n && so_far.n && so_far.p[so_far.n - 1] != '*')
        buf_char(out, ' ');
    buf_str(out, name);
}

static void put_declared(struct buf *out, const struct foreign_parameter *p, struct str name);

static void put_parameters(struct buf *out, const struct foreign *f) {
    buf_char(out, '(');
    for (uint32_t i = 0; i < f->n; i++) {
        buf_text(out, i ? ", " : "");
        put_declared(out, &f->parameters[i], f->parameters[i].name);
    }
    buf_text(out, f->n ? ")" : "void)");
}

static void put_pointer(struct buf *out, const struct foreign_type *to, bool constant) {
    bool stars = to->kind == FOREIGN_TEXT || to->kind == FOREIGN_HANDLE;
    buf_text(out, constant && !stars ? "const " : "");
    put_c_type(out, to);
    buf_text(out, stars ? (constant ? "const *" : "*") : " *");
}

static void put_declared(struct buf *out, const struct foreign_parameter *p, struct str name) {
    const struct foreign_type *t = p->type;
    bool constant = p->way == FOREIGN_VALUE || p->way == FOREIGN_REF;
    if (t->kind == FOREIGN_CALLBACK) {
        put_c_type(out, t->callback->result);
        buf_printf(out, " (*%.*s)", STR_ARG(name));
        put_parameters(out, t->callback);
        return;
    }
    if (t->room)
        buf_text(out, "char *");
    else if (t->kind == FOREIGN_BUFFER)
        put_pointer(out, t->element, constant);
    else if (p->way != FOREIGN_VALUE)
        put_pointer(out, t, constant);
    else if (t->kind == FOREIGN_TEXT && p->take)
        buf_text(out, "char *");
    else
        put_c_type(out, t->kind == FOREIGN_ARRAY ? t->element : t);
    put_name(out, name);
    if (t->kind == FOREIGN_ARRAY)
        buf_printf(out, "[%u]", t->n);
}

/* ---- declarations ---- */

static void put_function(struct buf *out, const struct foreign *f) {
    if (f->result_ref)
        put_pointer(out, f->result, true);
    else
        put_c_type(out, f->result);
    put_name(out, f->symbol);
    put_parameters(out, f);
    buf_printf(out, ";\nIn C, of `%.*s`", STR_ARG(f->library));
    if (f->release.n)
        buf_printf(out, "; `%.*s` frees what it gives", STR_ARG(f->release));
    buf_text(out, ". A call here gives ");
    type_print(out, f->type);
    buf_text(out, ".\n");
}

static void put_struct(struct buf *out, const struct foreign_struct *s) {
    buf_printf(out, "struct %.*s, %u bytes, aligned to %u:\n", STR_ARG(s->name), s->size, s->align);
    for (uint32_t i = 0; i < s->n; i++) {
        const struct foreign_parameter field = {.type = s->fields[i].type};
        buf_printf(out, "  at %u: ", s->fields[i].offset);
        put_declared(out, &field, s->fields[i].name);
        buf_char(out, '\n');
    }
}

void explain_foreign(struct buf *out, const struct symbol *symbol) {
    const struct foreign_type *t = symbol->kind == SYM_C_TYPE ? symbol->detail : NULL;
    if (!symbol->detail)
        return;
    if (!t)
        put_function(out, symbol->detail);
    else if (t->kind == FOREIGN_STRUCT)
        put_struct(out, t->structure);
    else if (t->handle->release.n)
        buf_printf(out, "A pointer of `%.*s`, which `%.*s` releases.\n",
                   STR_ARG(t->handle->library), STR_ARG(t->handle->release));
    else
        buf_printf(out, "A pointer of `%.*s`, which is never released.\n",
                   STR_ARG(t->handle->library));
}
