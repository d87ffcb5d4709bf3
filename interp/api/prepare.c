/* What must be known before a unit is checked: the store, its tables, tables
 * for imports that nobody declared, and the order of imports. */
#include "api/catalogue.h"

/* ---- the store ---- */

static bool can_write_store(const struct spoke *sp) {
    return sp->control.capabilities & CAN_WRITE_STORE;
}

static enum status open_path(struct spoke *sp, struct str path, struct span span, bool write,
                             struct store **out) {
    if (write && !can_write_store(sp)) {
        diag_error(&sp->diags, E0410, span, "this host does not allow a store to be written");
        return ST_DENIED;
    }
    if (!write && !(sp->control.capabilities & CAN_READ_FILES)) {
        diag_error(&sp->diags, E0410, span, "this host does not allow files to be read");
        return ST_DENIED;
    }
    return store_open(&sp->store_host, path, write ? STORE_WRITE : STORE_READ, span, out);
}

bool needs_store(const struct spoke *sp, const struct node *file, const struct prepared *prepared) {
    if (sp->store || sp->store_path.n || prepared->store.n)
        return true;
    if (prepared->tables)
        return true;
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind == N_TABLE || file->list.at[i]->kind == N_IMPORT)
            return true;
    return false;
}

enum status open_store(struct spoke *sp, const struct prepared *prepared) {
    bool named = sp->store_path.n || prepared->store.n;
    if (sp->store && !(sp->store_is_temporary && named))
        return ST_OK;
    catalogue_forget(sp);
    drop_store(sp);
    sp->store_is_temporary = !named;
    if (sp->store_path.n)
        return open_path(sp, sp->store_path, (struct span){0, 0, 0},
                         sp->store_mode == SPOKE_STORE_WRITE, &sp->store);
    if (prepared->store.n)
        return open_path(sp, prepared->store, prepared->store_span, can_write_store(sp),
                         &sp->store);
    return store_open(&sp->store_host, STR_NONE, STORE_TEMPORARY, (struct span){0, 0, 0},
                      &sp->store);
}

enum status use_store(struct spoke *sp, struct str path, int mode) {
    struct store *opened;
    enum status s = open_path(sp, path, (struct span){0, 0, 0}, mode == SPOKE_STORE_WRITE, &opened);
    if (s != ST_OK)
        return s;
    catalogue_forget(sp);
    drop_store(sp);
    sp->store = opened;
    sp->store_path = path;
    sp->store_mode = mode;
    sp->store_is_temporary = false;
    return ST_OK;
}

/* ---- tables ---- */

static enum status declare_text(struct spoke *sp, const char *name, struct str text) {
    uint32_t source = source_add(&sp->sources, str_of(name), text);
    uint32_t errors = sp->diags.errors;
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    if (sp->diags.errors == errors)
        check_stored_tables(&sp->session, p.file);
    return sp->diags.errors == errors ? ST_OK : ST_FAILED;
}

/* Tables that every store keeps about its imports, and those that the interpreter makes. */
bool declare_built_in(struct spoke *sp) {
    static const char text[] =
        "table rejects \"Rows that imports refused\" {\n"
        "  key `table`, file, line\n"
        "  `table` text;  file text;  line int;  column text null;  value text null;  reason text\n"
        "}\n"
        "table imports \"What was imported\" {\n"
        "  key number\n"
        "  number int;  `table` text;  file text;  mode text;  rows int;  stored int;  rejected "
        "int\n"
        "}\n";
    struct symbol **symbols;
    if (declare_text(sp, "<built in>", STR(text)) != ST_OK ||
        declare_text(sp, "<built in>", built_in_declarations()) != ST_OK)
        return false;
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++)
        symbols[i]->table->built_in = true;
    return true;
}

static bool declares(const struct node *file, struct str name) {
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind == N_TABLE && str_eq(file->list.at[i]->text, name))
            return true;
    return false;
}

/* The name that a stored declaration begins with, without its back-quotes. */
static struct str first_line_name(struct str declaration) {
    size_t at = sizeof "table " - 1, from;
    while (at < declaration.n && declaration.p[at] == ' ')
        at++;
    bool quoted = at < declaration.n && declaration.p[at] == '`';
    for (from = at += quoted; at < declaration.n; at++) {
        char c = declaration.p[at];
        if (quoted ? c == '`' : c == ' ' || c == '{' || c == '"')
            break;
    }
    return (struct str){declaration.p + from, at - from};
}

static enum status declare_stored(struct spoke *sp, void *data) {
    return declare_text(sp, "<store>", *(const struct str *)data);
}

static enum status note_protection(struct spoke *sp, void *data) {
    uint32_t source = source_add(&sp->sources, STR("<store>"), *(const struct str *)data);
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    check_stored_protection(&sp->session, p.file);
    return ST_OK;
}

static enum status stored_tables(struct spoke *sp, const struct node *file) {
    struct str *texts;
    uint32_t n;
    enum status s = store_declarations(sp->store, &sp->arena, &texts, &n);
    struct buf all;
    if (s != ST_OK)
        return s;
    buf_init(&all, &sp->alloc);
    sp->session.reads_raw = sp->control.capabilities & CAN_READ_RAW;
    for (uint32_t i = 0; i < n && s == ST_OK; i++) {
        struct str name = first_line_name(texts[i]);
        const struct symbol *known = session_find(&sp->session, name);
        bool hides = known && known->kind == SYM_TABLE && known->table->built_in;
        if (declares(file, name))
            s = guarded(sp, note_protection, &texts[i]);
        else if (!known || hides)
            buf_printf(&all, "%.*s\n", STR_ARG(texts[i]));
    }
    struct str declarations = buf_view(&all);
    if (all.failed)
        s = ST_NO_MEMORY;
    else if (s == ST_OK && all.n)
        s = guarded(sp, declare_stored, &declarations); /* a jump would leak the buffer */
    buf_free(&all);
    return s;
}

static enum status infer_import(struct spoke *sp, const struct node *n) {
    struct str path, declaration;
    if (!(sp->control.capabilities & CAN_READ_FILES)) {
        diag_error(&sp->diags, E0410, n->span, "this host does not allow files to be read");
        return ST_DENIED;
    }
    if (!check_constant_text(&sp->session, n->a, &path)) {
        struct diag *d = diag_error(&sp->diags, E0203, n->name_span, "there is no table `%.*s`",
                                    STR_ARG(n->text));
        diag_help(&sp->diags, d, "declare it, or import from a path that is known before the run");
        return ST_FAILED;
    }
    struct import_order order = {.path = path, .table = n->doc, .span = n->a->span};
    enum status s = store_infer(sp->store, &sp->arena, n->text, &order, &declaration);
    if (s != ST_OK)
        return s;
    note(sp, "`%.*s` was not declared; this fits the whole file:", STR_ARG(n->text));
    note_lines(sp, declaration);
    return declare_text(sp, "<inferred>", declaration);
}

enum status known_tables(struct spoke *sp, struct node *file) {
    enum status s = stored_tables(sp, file);
    for (uint32_t i = 0; i < file->list.n && s == ST_OK; i++) {
        struct node *n = file->list.at[i];
        if (n->kind == N_IMPORT && !declares(file, n->text) && !session_find(&sp->session, n->text))
            s = infer_import(sp, n);
    }
    return s == ST_OK ? catalogue_known(sp, file) : s;
}

/* ---- queries in SQL ---- */

bool describe_query(void *user, struct str query, const struct query_tables *in,
                    struct query_columns *out) {
    struct spoke *sp = user;
    return store_describe_query(&sp->alloc, query, in, out) == ST_OK;
}

/* ---- imports ---- */

static bool leads_within(const struct table *t, const struct table *other, uint32_t depth) {
    for (uint32_t i = 0; i < t->n && depth < 32; i++)
        if (t->columns[i].to && t->columns[i].to != t &&
            (t->columns[i].to == other || leads_within(t->columns[i].to, other, depth + 1)))
            return true;
    for (uint32_t i = 0; i < t->n && depth < 32; i++)
        if (t->columns[i].item && t->columns[i].item->to &&
            (t->columns[i].item->to == other ||
             leads_within(t->columns[i].item->to, other, depth + 1)))
            return true;
    for (uint32_t i = 0; i < t->nties && depth < 32; i++)
        if (t->ties[i].to == other || leads_within(t->ties[i].to, other, depth + 1))
            return true;
    return false;
}

bool leads_to(const struct table *t, const struct table *other) {
    return leads_within(t, other, 0);
}

/* Parents first: an import moves up only past imports of tables that refer to its table. */
void order_imports(struct node *file) {
    struct node_list *list = &file->list;
    for (uint32_t i = 0; i < list->n; i++) {
        if (list->at[i]->kind != N_IMPORT || !list->at[i]->symbol)
            continue;
        for (uint32_t k = 0; k < i; k++) {
            struct node *before = list->at[k], *moved = list->at[i];
            if (before->kind != N_IMPORT || !before->symbol ||
                !leads_to(before->symbol->table, moved->symbol->table))
                continue;
            memmove(&list->at[k + 1], &list->at[k], (i - k) * sizeof(struct node *));
            list->at[k] = moved;
            break;
        }
    }
}

/* Parents before children, so that references have something to point at. */
static enum status ensure_one(struct spoke *sp, const struct table *t, uint32_t depth) {
    for (uint32_t i = 0; i < t->n && depth < 32; i++)
        if (t->columns[i].to && t->columns[i].to != t && !t->columns[i].to->built_in) {
            enum status s = ensure_one(sp, t->columns[i].to, depth + 1);
            if (s != ST_OK)
                return s;
        }
    for (uint32_t i = 0; i < t->n && depth < 32; i++)
        if (t->columns[i].item && t->columns[i].item->to) {
            enum status s = ensure_one(sp, t->columns[i].item->to, depth + 1);
            if (s != ST_OK)
                return s;
        }
    for (uint32_t i = 0; i < t->nties && depth < 32; i++) {
        enum status s = ensure_one(sp, t->ties[i].to, depth + 1);
        if (s != ST_OK)
            return s;
    }
    return store_ensure(sp->store, t);
}

enum status ensure_tables(struct spoke *sp) {
    enum status s = ST_OK;
    struct symbol **symbols;
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n && s == ST_OK; i++)
        if (symbols[i]->kind == SYM_TABLE && !symbols[i]->table->built_in &&
            symbols[i]->table->row && session_find(&sp->session, symbols[i]->name) == symbols[i])
            s = ensure_one(sp, symbols[i]->table, 0);
    return s;
}
