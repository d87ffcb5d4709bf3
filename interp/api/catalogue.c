/* Saved definitions as a session knows them.
 *
 * Rows of the catalogue become `struct definition`s once, in the session's
 * arena; since rows are only added, later calls read those that are new. A
 * definition is parsed when a program may use it, after its hash was compared
 * with what the catalogue says it is: damage is told, never used. Whatever is
 * wrong with one of them concerns nobody who does not use it. */
#include "api/catalogue.h"
#include "base/num.h"

/* ---- rows ---- */

static bool is_hash(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return s.n == HASH_DIGITS;
}

static struct str word_of(struct str *rest, char end) {
    const char *found = memchr(rest->p, end, rest->n);
    size_t n = found ? (size_t)(found - rest->p) : rest->n;
    struct str word = {rest->p, n};
    rest->p += found ? n + 1 : n;
    rest->n -= found ? n + 1 : n;
    return word;
}

/* One line of `uses`; the definition it means is looked up when all are there. */
static bool read_use(struct arena *arena, struct definition *d, struct str line) {
    int64_t start, stop;
    struct str first = word_of(&line, ' '), second = word_of(&line, ' ');
    struct str hash = word_of(&line, ' ');
    if (!num_parse_int(first, &start) || !num_parse_int(second, &stop) || !is_hash(hash) ||
        !line.n || start < 0 || stop <= start || (uint64_t)stop > d->text.n)
        return false;
    struct definition *wanted = ARENA_NEW(arena, struct definition);
    wanted->declared_hash = hash;
    ARENA_PUSH(arena, &d->uses) =
        (struct definition_use){(uint32_t)start, (uint32_t)stop, line, wanted};
    return true;
}

static struct definition *from_row(struct arena *arena, const struct stored_definition *row) {
    struct definition *d = ARENA_NEW(arena, struct definition);
    struct str uses = row->uses;
    d->name = row->name;
    d->kind = row->kind;
    d->text = row->text;
    d->number = (uint32_t)row->number;
    d->saved = row->saved;
    d->because = row->because;
    d->declared_hash = row->hash;
    if (row->format > DEFINITION_FORMAT)
        d->problem = "a newer Spoke has written it";
    else if (row->number <= 0 || row->number > UINT32_MAX || !is_hash(row->hash) || row->format < 1)
        d->problem = "its row in the catalogue is damaged";
    while (uses.n && !d->problem)
        if (!read_use(arena, d, word_of(&uses, '\n')))
            d->problem = "its row in the catalogue is damaged";
    return d;
}

/* By content; of those that say the same the first of the name that is written there. */
static struct definition *meant(struct spoke *sp, struct definition *d,
                                const struct definition_use *use) {
    struct definition *found = NULL;
    if (str_eq(use->to->declared_hash, d->declared_hash))
        return d;
    for (uint32_t i = 0; i < sp->catalogue.n; i++) {
        struct definition *other = sp->catalogue.at[i];
        if (str_eq(other->declared_hash, use->to->declared_hash) &&
            (!found || (str_eq(other->name, use->name) && !str_eq(found->name, use->name))))
            found = other;
    }
    return found;
}

static void find_uses(struct spoke *sp, struct definition *d) {
    for (uint32_t i = 0; i < d->uses.n && !d->problem; i++) {
        struct definition *to = meant(sp, d, &d->uses.at[i]);
        if (to)
            d->uses.at[i].to = to;
        else
            d->problem = "a definition that it uses is not in the catalogue";
    }
    if (d->problem)
        d->uses.n = 0;
}

enum status catalogue_read(struct spoke *sp) {
    struct stored_definition *rows;
    uint32_t n, first;
    if (!sp->store)
        return ST_OK;
    enum status s = store_read_definitions(sp->store, &sp->arena, sp->catalogue_last, &rows, &n);
    if (s != ST_OK)
        return s;
    first = sp->catalogue.n;
    for (uint32_t i = 0; i < n; i++) {
        ARENA_PUSH(&sp->arena, &sp->catalogue) = from_row(&sp->arena, &rows[i]);
        sp->catalogue_last = rows[i].id;
    }
    for (uint32_t i = first; i < sp->catalogue.n; i++)
        find_uses(sp, sp->catalogue.at[i]);
    return ST_OK;
}

void catalogue_forget(struct spoke *sp) {
    for (uint32_t i = 0; i < sp->catalogue.n; i++) {
        const struct definition *d = sp->catalogue.at[i];
        if (d->symbol && session_find(&sp->session, d->name) == d->symbol)
            saved_publish(&sp->session, d->name, NULL, false);
    }
    sp->catalogue.n = 0;
    sp->catalogue_last = 0;
}

/* ---- finding ---- */

struct definition *catalogue_latest(struct spoke *sp, struct str name) {
    struct definition *found = NULL;
    for (uint32_t i = 0; i < sp->catalogue.n; i++) {
        struct definition *d = sp->catalogue.at[i];
        if (str_eq(d->name, name) && (!found || d->number > found->number))
            found = d;
    }
    return found;
}

struct definition *catalogue_version(struct spoke *sp, struct str name, uint32_t number) {
    for (uint32_t i = 0; i < sp->catalogue.n; i++)
        if (str_eq(sp->catalogue.at[i]->name, name) && sp->catalogue.at[i]->number == number)
            return sp->catalogue.at[i];
    return NULL;
}

struct definition *catalogue_of_symbol(struct spoke *sp, const struct symbol *symbol) {
    for (uint32_t i = 0; i < sp->catalogue.n; i++)
        if (sp->catalogue.at[i]->symbol == symbol)
            return sp->catalogue.at[i];
    return NULL;
}

/* ---- declaring ---- */

static bool is_kind(const struct definition *d, const struct node *n) {
    static const struct {
        const char *word;
        enum node_kind kind;
    } kinds[] = {{"measure", N_MEASURE}, {"cohort", N_COHORT}, {"network", N_NETWORK},
                 {"rule", N_RULE},       {"fn", N_FN},         {"let", N_LET},
                 {"preset", N_MEASURE}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_is(d->kind, kinds[i].word))
            return n->kind == kinds[i].kind && n->text.n;
    return false;
}

static bool is_whole(struct spoke *sp, struct definition *d) {
    if (d->problem)
        return false;
    if (!d->checked) {
        d->checked = true;
        if (!content_hash(&sp->arena, d))
            d->problem = "its definitions use each other too deeply";
        else if (!str_eq(d->hash, d->declared_hash))
            d->problem = "its text is not what was saved";
    }
    return !d->problem;
}

static struct node *tree_of(struct spoke *sp, struct definition *d) {
    struct diags quiet;
    struct str name = arena_printf(&sp->arena, "<%.*s@%u>", STR_ARG(d->name), (unsigned)d->number);
    diags_init(&quiet, &sp->arena);
    uint32_t source = source_add(&sp->sources, name, d->text);
    struct node *file = parse(&sp->arena, &quiet, &sp->sources, source).file;
    if (!quiet.errors && file->list.n == 1 && is_kind(d, file->list.at[0]))
        return file->list.at[0];
    d->problem = "its text cannot be read";
    return NULL;
}

static struct symbol *declare(struct spoke *sp, struct definition *d);

static bool bind_uses(struct spoke *sp, struct definition *d, struct scope *scope) {
    for (uint32_t i = 0; i < d->uses.n; i++) {
        struct definition *to = d->uses.at[i].to;
        struct symbol *symbol = to == d ? d->symbol : declare(sp, to);
        if (!symbol) {
            d->problem = "a definition that it uses cannot be read";
            return false;
        }
        saved_bind(&sp->session, scope, d->uses.at[i].name, symbol);
    }
    return true;
}

/* Names in the text are made out before what they mean is known: functions may call each other. */
static void bind_places(struct spoke *sp, const struct definition *d, struct scope *scope) {
    struct symbol *place = ARENA_NEW(&sp->arena, struct symbol);
    place->kind = SYM_VARIABLE;
    for (uint32_t i = 0; i < d->uses.n; i++)
        saved_bind(&sp->session, scope, d->uses.at[i].name, place);
}

static struct symbol *declare(struct spoke *sp, struct definition *d) {
    if (d->symbol || !is_whole(sp, d))
        return d->symbol;
    struct node *tree = tree_of(sp, d);
    if (!tree || d->open) /* only a catalogue made by hand has a `let` that needs itself */
        return NULL;
    struct scope *scope = saved_scope(&sp->session);
    bool is_let = tree->kind == N_LET;
    d->open = true;
    if (is_let)
        bind_uses(sp, d, scope);
    else
        bind_places(sp, d, scope);
    if (!d->problem)
        d->symbol = saved_declare(&sp->session, scope, tree);
    if (d->symbol && !is_let && !bind_uses(sp, d, scope))
        d->symbol = NULL;
    if (d->symbol && catalogue_latest(sp, d->name) != d) /* beside the latest in one answer */
        d->symbol->name =
            arena_printf(&sp->arena, "%.*s@%u", STR_ARG(d->name), (unsigned)d->number);
    d->open = false;
    if (d->symbol)
        d->symbol->saved_preset = str_is(d->kind, "preset");
    if (!d->symbol && !d->problem)
        d->problem = "its text cannot be read";
    return d->symbol;
}

/* ---- what a unit may use ---- */

static bool is_published(const struct definition *d) {
    return !str_is(d->kind, "let") && !memchr(d->name.p, '.', d->name.n);
}

static void publish_latest(struct spoke *sp) {
    for (uint32_t i = 0; i < sp->catalogue.n; i++) {
        struct definition *d = sp->catalogue.at[i];
        if (!is_published(d) || catalogue_latest(sp, d->name) != d)
            continue;
        struct symbol *known = session_find(&sp->session, d->name);
        if (known && (!known->saved || known == d->symbol))
            continue;
        struct symbol *symbol = declare(sp, d);
        if (symbol)
            saved_publish(&sp->session, d->name, symbol, true);
    }
}

/* name@2 or name@3fa9c1: the version that is meant. */
static struct definition *version_named(struct spoke *sp, struct str name, struct str version) {
    int64_t number;
    if (num_parse_int(version, &number) && number > 0 && number <= UINT32_MAX) {
        struct definition *d = catalogue_version(sp, name, (uint32_t)number);
        if (d)
            return d;
    }
    struct definition *found = NULL;
    for (uint32_t i = 0; i < sp->catalogue.n && version.n >= 4; i++) {
        struct definition *d = sp->catalogue.at[i];
        if (!str_eq(d->name, name) || d->declared_hash.n < version.n ||
            memcmp(d->declared_hash.p, version.p, version.n) != 0)
            continue;
        if (found && !str_eq(found->declared_hash, d->declared_hash))
            return NULL; /* the digits are those of two */
        if (!found || d->number > found->number)
            found = d;
    }
    return found;
}

static void say_unknown_version(struct spoke *sp, const struct node *n, struct str name,
                                struct str version) {
    const struct definition *latest = catalogue_latest(sp, name);
    struct diag *g = diag_error(&sp->diags, E0350, n->span, "`%.*s` has no version `%.*s`",
                                STR_ARG(name), STR_ARG(version));
    if (!latest)
        diag_help(&sp->diags, g, "the store's catalogue has no `%.*s`: `save` puts it there",
                  STR_ARG(name));
    else if (latest->number == 1)
        diag_help(&sp->diags, g, "it has one version, `%.*s@1`", STR_ARG(name));
    else
        diag_help(&sp->diags, g, "it has the versions 1 to %u; `show versions` lists them",
                  (unsigned)latest->number);
}

static void say_unreadable(struct spoke *sp, const struct node *n, const struct definition *d) {
    struct diag *g =
        diag_error(&sp->diags, E0352, n->span, "`%.*s@%u` of the catalogue cannot be used: %s",
                   STR_ARG(d->name), (unsigned)d->number, d->problem);
    diag_help(&sp->diags, g, "declare it here, or save it again from the script it came from");
}

/* A name of the unit that only the catalogue can explain. */
static void name_wanted(struct spoke *sp, const struct node *n) {
    const struct source *source = source_at(&sp->sources, n->span.source);
    const char *at = n->text.n ? memchr(n->text.p, '@', n->text.n) : NULL;
    bool quoted = source && n->span.stop > n->span.start && n->span.stop <= source->text.n &&
                  source->text.p[n->span.stop - 1] == '`';
    struct definition *d;
    if (session_find(&sp->session, n->text))
        return;
    if (!at || quoted) {
        d = catalogue_latest(sp, n->text);
        if (d && d->problem && is_published(d))
            say_unreadable(sp, n, d);
        return;
    }
    struct str name = {n->text.p, (size_t)(at - n->text.p)};
    struct str version = {at + 1, n->text.n - name.n - 1};
    d = version_named(sp, name, version);
    if (!d) {
        say_unknown_version(sp, n, name, version);
    } else {
        struct symbol *symbol = declare(sp, d);
        if (symbol)
            saved_publish(&sp->session, n->text, symbol, false);
        else
            say_unreadable(sp, n, d);
    }
}

static void names_wanted(struct spoke *sp, const struct node *n);

static void list_wanted(struct spoke *sp, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        names_wanted(sp, list->at[i]);
}

static void names_wanted(struct spoke *sp, const struct node *n) {
    if (!n)
        return;
    if (n->kind == N_NAME && n->text.n)
        name_wanted(sp, n);
    names_wanted(sp, n->a);
    names_wanted(sp, n->b);
    names_wanted(sp, n->c);
    names_wanted(sp, n->d);
    list_wanted(sp, &n->list);
    list_wanted(sp, &n->more);
}

enum status catalogue_known(struct spoke *sp, const struct node *file) {
    uint32_t errors = sp->diags.errors;
    enum status s = catalogue_read(sp);
    if (s != ST_OK)
        return s;
    publish_latest(sp);
    names_wanted(sp, file);
    return sp->diags.errors == errors ? ST_OK : ST_FAILED;
}

/* ---- what is wrong with one ---- */

static bool says_error_in(const struct diags *d, uint32_t source) {
    for (uint32_t i = 0; i < d->all.n; i++)
        if (d->all.at[i]->severity == SEV_ERROR && d->all.at[i]->span.source == source)
            return true;
    return false;
}

void catalogue_forget_broken(struct spoke *sp) {
    bool broken = sp->diags.dropped > 0;
    for (uint32_t i = 0; i < sp->catalogue.n && !broken; i++) {
        const struct symbol *symbol = sp->catalogue.at[i]->symbol;
        broken = symbol && says_error_in(&sp->diags, symbol->span.source);
    }
    for (uint32_t i = 0; i < sp->catalogue.n && broken; i++)
        sp->catalogue.at[i]->symbol = NULL;
}

struct str catalogue_damage(struct spoke *sp, struct definition *d) {
    return is_whole(sp, d) ? STR("") : str_of(d->problem);
}

static bool holds_already(const struct symbol *s) {
    const struct measure_info *m = s->detail;
    const struct cohort_info *cohort = s->detail;
    const struct rule_info *rule = s->detail;
    if (!s->detail)
        return false;
    return s->kind == SYM_MEASURE  ? m->facts != NULL
           : s->kind == SYM_COHORT ? cohort->entity != NULL
           : s->kind == SYM_RULE   ? rule->source != NULL
                                   : false;
}

/* Checked apart from what programs see of it, so that its own errors stay to be told. */
static struct str own_problem(struct spoke *sp, struct definition *d) {
    struct symbol *known = d->symbol;
    struct diags quiet, *loud = sp->session.diags;
    if (str_is(d->kind, "preset") || (known && holds_already(known)))
        return STR("");
    diags_init(&quiet, &sp->arena);
    sp->session.diags = &quiet;
    d->symbol = NULL;
    struct symbol *fresh = declare(sp, d);
    bool holds = fresh && saved_check(&sp->session, fresh);
    sp->session.diags = loud;
    d->symbol = known;
    if (d->problem)
        return str_of(d->problem);
    return holds || !quiet.all.n ? STR("") : quiet.all.at[0]->message;
}

struct str catalogue_problem(struct spoke *sp, struct definition *d) {
    struct str problem = STR("");
    if (!is_whole(sp, d))
        return str_of(d->problem);
    d->open = true; /* what uses itself is asked once */
    for (uint32_t i = 0; i < d->uses.n && !problem.n; i++) {
        struct definition *to = d->uses.at[i].to;
        if (!to->open)
            problem = catalogue_problem(sp, to);
    }
    d->open = false;
    return problem.n ? problem : own_problem(sp, d);
}
