/* Dumps, one per stage: what the front end made of a text, as stable text. */
#include "api/interp.h"

enum stage { TOKENS, TREE, TYPES, BYTECODE, PLAN, SQL, STAGE_COUNT };
static const char *const stage_names[STAGE_COUNT] = {"tokens",   "tree", "types",
                                                     "bytecode", "plan", "sql"};

static bool find_stage(const char *name, enum stage *out) {
    for (int i = 0; i < STAGE_COUNT; i++)
        if (strcmp(name, stage_names[i]) == 0) {
            *out = (enum stage)i;
            return true;
        }
    return false;
}

/* Every relation a statement makes, in order. */
static void dump_relations(struct spoke *sp, struct buf *out, struct node *n, struct str mode) {
    if (!n)
        return;
    bool relation = n->type && n->type->kind == TY_RELATION &&
                    (n->kind == N_FROM || n->kind == N_PIPELINE || n->kind == N_QUESTION);
    if (relation) {
        struct plan *plan = plan_lower(&sp->session, n);
        if (plan)
            explain_relation(sp, out, plan, mode);
        buf_char(out, '\n');
        return;
    }
    dump_relations(sp, out, n->a, mode);
    dump_relations(sp, out, n->b, mode);
    dump_relations(sp, out, n->c, mode);
    for (uint32_t i = 0; i < n->list.n; i++)
        dump_relations(sp, out, n->list.at[i], mode);
}

static void dump_statements(struct spoke *sp, struct buf *out, struct node *file, struct str mode) {
    for (uint32_t i = 0; i < file->list.n; i++) {
        struct node *n = file->list.at[i];
        if (n->kind >= N_TABLE && n->kind <= N_FOREIGN)
            continue;
        dump_relations(sp, out, n, mode);
    }
}

/* A type that errors kept from being known is a `?`. */
static void print_type(struct buf *out, const struct type *t) {
    if (t && t->kind != TY_ERROR)
        type_print(out, t);
    else
        buf_char(out, '?');
}

/* The types of statements that are expressions or show one. */
static void dump_expression_types(struct buf *out, const struct node *file) {
    for (uint32_t i = 0; i < file->list.n; i++) {
        const struct node *n = file->list.at[i];
        n = n->kind == N_SHOW || n->kind == N_EXPRESSION ? n->a : NULL;
        if (n && n->type && n->type->kind != TY_VOID && n->type->kind != TY_ERROR) {
            type_print(out, n->type);
            buf_char(out, '\n');
        }
    }
}

static void dump_types(struct spoke *sp, struct buf *out, uint32_t first) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = first; i < n; i++) {
        const struct symbol *s = symbols[i];
        buf_printf(out, "%.*s: ", STR_ARG(s->name));
        if (s->kind == SYM_TABLE && s->table->row)
            type_print(out, s->table->row);
        else if (s->kind == SYM_VARIABLE)
            print_type(out, s->type);
        else if (s->kind == SYM_FUNCTION)
            for (const struct instance *f = s->function->instances; f; f = f->next) {
                buf_text(out, f == s->function->instances ? "fn(" : ", fn(");
                for (uint32_t k = 0; k < f->n; k++) {
                    buf_text(out, k ? ", " : "");
                    print_type(out, f->parameter_types[k]);
                }
                buf_text(out, ") -> ");
                print_type(out, f->result);
            }
        else
            buf_text(out, s->kind == SYM_MEASURE    ? "measure"
                          : s->kind == SYM_COHORT   ? "cohort"
                          : s->kind == SYM_NETWORK  ? "network"
                          : s->kind == SYM_RULE     ? "rule"
                          : s->kind == SYM_CALENDAR ? "calendar"
                          : s->kind == SYM_C_TYPE   ? "type"
                                                    : "function");
        buf_char(out, '\n');
    }
}

/* With errors: the types of what could be understood. */
static enum status dump_types_anyway(struct spoke *sp, struct buf *out, struct node *file) {
    dump_types(sp, out, check_anyway(sp, file));
    dump_expression_types(out, file);
    return sp->diags.errors ? ST_FAILED : ST_OK;
}

static enum status dump_checked(struct spoke *sp, struct buf *out, enum stage stage,
                                struct node *file) {
    struct prepared prepared;
    check_prepare(&sp->session, file, &prepared);
    enum status s = sp->diags.errors ? ST_FAILED : open_store(sp, &prepared);
    if (s == ST_OK)
        s = known_tables(sp, file);
    if (s == ST_OK && !check_unit(&sp->session, file))
        s = ST_FAILED;
    if (s != ST_OK)
        return s;
    if (stage == BYTECODE) {
        struct proto *main;
        s = compile_unit(&sp->session, &sp->vm.layout, file, &main);
        if (s == ST_OK)
            listing_print_all(out, &sp->sources, main);
    } else
        dump_statements(sp, out, file, str_of(stage_names[stage]));
    return s;
}

struct dump {
    enum stage stage;
    const char *name;
    struct str text;
    struct buf out;
};

static enum status dump(struct spoke *sp, void *data) {
    struct dump *d = data;
    uint32_t source = source_add(&sp->sources, str_of(d->name), d->text);
    if (d->stage == TOKENS) {
        struct tokens t = lex(&sp->arena, &sp->diags, &sp->sources, source);
        tokens_dump(&d->out, &sp->sources, &t);
        return sp->diags.errors ? ST_FAILED : ST_OK;
    }
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    if (d->stage == TREE)
        node_dump(&d->out, &sp->sources, p.file);
    if (d->stage == TYPES)
        return dump_types_anyway(sp, &d->out, p.file);
    if (sp->diags.errors)
        return ST_FAILED;
    return d->stage == TREE ? ST_OK : dump_checked(sp, &d->out, d->stage, p.file);
}

spoke_status spoke_dump(spoke *sp, const char *stage_name, const char *name, const char *text,
                        size_t n, spoke_write_fn write, void *user) {
    struct dump d = {.name = name, .text = {text, n}};
    if (!sp || !stage_name || !name || (!text && n) || !write ||
        !find_stage(stage_name, &d.stage) || !begin_call(sp))
        return SPOKE_MISUSE;
    buf_init(&d.out, &sp->alloc);
    enum status s = guarded(sp, dump, &d);
    if (d.out.failed)
        s = ST_NO_MEMORY;
    else if (d.out.n && write(user, d.out.p, d.out.n))
        s = ST_INTERRUPTED;
    buf_free(&d.out);
    return end_call(sp, s);
}
