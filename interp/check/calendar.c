/* Calendars: which one a session goes by, and where its terms and days of school are
 * written down.
 *
 * When years and weeks start is settled in step one, since literals, ranges and
 * constants depend on it; from then on it stays. Terms and days of school are rows
 * of tables, known only when the script runs. */
#include "check/checker.h"

/* ---- which one ---- */

static const struct node *clause_of(const struct node *calendar, enum node_kind kind) {
    for (uint32_t i = 0; i < calendar->list.n; i++)
        if (calendar->list.at[i]->kind == kind)
            return calendar->list.at[i];
    return NULL;
}

/* 0 Monday .. 6 Sunday; -1 if it is none. */
static int weekday_named(struct str name) {
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    for (int i = 0; i < 7; i++)
        if (str_is(name, names[i]))
            return i;
    return -1;
}

static bool is_day_of_year(const struct node *year) {
    return year->value.i >= 1 && year->value.i <= 12 && year->value2 >= 1 && year->value2 <= 31 &&
           day_exists(2000, (int)year->value.i, (int)year->value2);
}

/* What its clauses say; those with errors, which step two tells of, say nothing. */
static struct calendar settings_of(const struct node *calendar) {
    struct calendar out = CALENDAR_DEFAULT;
    const struct node *year = clause_of(calendar, N_K_YEAR);
    const struct node *week = clause_of(calendar, N_K_WEEK);
    if (year && is_day_of_year(year)) {
        out.school_year_month = (int)year->value.i;
        out.school_year_day = (int)year->value2;
    }
    if (week && weekday_named(week->text) >= 0)
        out.week_start = weekday_named(week->text);
    return out;
}

typedef ARENA_VEC(const struct node *) node_vec;

static void collect(struct checker *c, const struct node *file, node_vec *calendars) {
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind == N_CALENDAR)
            ARENA_PUSH(c->arena, calendars) = file->list.at[i];
}

static const struct node *named(const node_vec *calendars, struct str name) {
    for (uint32_t i = calendars->n; i-- > 0;)
        if (str_eq(calendars->at[i]->text, name))
            return calendars->at[i];
    return NULL;
}

static void help_calendars(struct checker *c, struct diag *d, struct str wanted,
                           const node_vec *calendars) {
    struct str *names = ARENA_ARRAY(c->arena, struct str, calendars->n + 1);
    for (uint32_t i = 0; i < calendars->n; i++)
        names[i] = calendars->at[i]->text;
    help_words(c, d, wanted, names, calendars->n);
}

/* Where it is wanted, the one that is wanted; else the only one. */
static const struct node *chosen(struct checker *c, const struct node *use,
                                 const node_vec *calendars) {
    const struct node *found = use ? named(calendars, use->text) : NULL;
    struct diag *d;
    if (use && !found) {
        d = error_at(c, E0341, use->name_span, "there is no calendar `%.*s`", STR_ARG(use->text));
        help_calendars(c, d, use->text, calendars);
        return NULL;
    }
    if (use || calendars->n == 0)
        return found;
    for (uint32_t i = 1; i < calendars->n; i++) {
        if (str_eq(calendars->at[i]->text, calendars->at[0]->text))
            continue; /* declared anew at a prompt, or twice, of which is told elsewhere */
        d = error_at(c, E0341, calendars->at[i]->name_span,
                     "there are several calendars, and nothing says which one holds");
        diag_help(c->s->diags, d, "choose one: `use calendar %.*s`",
                  STR_ARG(calendars->at[0]->text));
        return NULL;
    }
    return calendars->at[calendars->n - 1];
}

void choose_calendar(struct checker *c, const struct node *file) {
    struct session *s = c->s;
    node_vec calendars = {0};
    const struct node *use = NULL;
    if (s->calendar_node)
        ARENA_PUSH(c->arena, &calendars) = s->calendar_node;
    for (uint32_t i = 0; i < s->modules.n; i++)
        collect(c, module_file(s->modules.at[i]), &calendars);
    collect(c, file, &calendars);
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind == N_USE && file->list.at[i]->flags & FLAG_CALENDAR)
            use = file->list.at[i];
    const struct node *node = chosen(c, use, &calendars);
    if (!node || node == s->calendar_node)
        return;
    if (s->calendar_fixed) {
        struct diag *d = error_at(c, E0341, use ? use->span : node->name_span,
                                  "the calendar comes too late: what was entered before goes by "
                                  "%s",
                                  s->calendar_node ? "another" : "the usual one");
        diag_help(c->s->diags, d, "begin a new session with it");
        return;
    }
    s->calendar_node = node;
    s->calendar = settings_of(node);
}

void keep_calendar(struct session *s) {
    s->before = (struct calendar_choice){s->calendar, s->calendar_node, s->globals->order.n};
}

void take_back_calendar(struct session *s, uint32_t first) {
    if (s->before.symbols != first)
        return; /* the unit ended before it could choose one */
    const struct school_days *school = s->calendar.school;
    s->calendar = s->before.calendar;
    s->calendar.school = school;
    s->calendar_node = s->before.node;
}

void fix_calendar(struct session *s, const struct node *file) {
    for (uint32_t i = 0; i < file->list.n; i++) {
        enum node_kind kind = (enum node_kind)file->list.at[i]->kind;
        s->calendar_fixed =
            s->calendar_fixed || (kind != N_TABLE && kind != N_PARAM && kind != N_STORE &&
                                  kind != N_IMPORT && kind != N_USE && kind != N_CALENDAR);
    }
}

struct calendar_info *calendar_in_use(const struct session *s) {
    const struct symbol *symbol =
        s->calendar_node ? scope_find(s->globals, s->calendar_node->text) : NULL;
    return symbol && symbol->kind == SYM_CALENDAR && symbol->node == s->calendar_node
               ? symbol->detail
               : NULL;
}

/* ---- what tables say ---- */

struct columns_wanted {
    struct checker *c;
    const struct table *table;
    const struct node *clause;
};

static int incomplete(const struct columns_wanted *w, struct span span, const char *what,
                      const char *help) {
    struct diag *d = error_at(w->c, E0342, span, "`%.*s` %s", STR_ARG(w->table->name), what);
    diag_help(w->c->s->diags, d, "%s", help);
    return -1;
}

static bool is_of(const struct table *t, int column, enum type_kind kind) {
    return column >= 0 && t->columns[column].type->kind == kind;
}

/* The column that the clause names; it has a value in every row. */
static int named_column(const struct columns_wanted *w, const struct node *name,
                        enum type_kind kind) {
    int column = table_column_named(w->table, name->text);
    if (column < 0) {
        struct diag *d = error_at(w->c, E0204, name->span, "`%.*s` has no column `%.*s`",
                                  STR_ARG(w->table->name), STR_ARG(name->text));
        help_fields(w->c, d, name->text, w->table->row);
        return -1;
    }
    if (!is_of(w->table, column, kind)) {
        error_at(w->c, E0342, name->span, "`%.*s` is a `%.*s`; %s is needed", STR_ARG(name->text),
                 STR_ARG(name_of_type(w->c, w->table->columns[column].type)),
                 kind == TY_DATE ? "a date" : "an int");
        return -1;
    }
    return column;
}

/* The n-th column of that type from 0; *count of them in all. */
static int column_of_type(const struct table *t, enum type_kind kind, uint32_t n, uint32_t *count) {
    int found = -1;
    *count = 0;
    for (uint32_t i = 0; i < t->n; i++)
        if (is_of(t, (int)i, kind) && (*count)++ == n)
            found = (int)i;
    return found;
}

static int date_column(const struct columns_wanted *w, const struct node *name, uint32_t which,
                       uint32_t of, const char *help) {
    uint32_t count;
    if (name)
        return named_column(w, name, TY_DATE);
    int column = column_of_type(w->table, TY_DATE, which, &count);
    if (count == of)
        return column;
    return incomplete(
        w, w->clause->name_span,
        of == 2 ? "has not just two dates, a first and a last day" : "has not just one date", help);
}

/* `term` or `number`, else the only whole number. */
static int number_column(const struct columns_wanted *w, const struct node *name, int semester) {
    static const char *const usual[] = {"term", "number"};
    uint32_t count;
    if (name)
        return named_column(w, name, TY_INT);
    for (size_t i = 0; i < COUNT_OF(usual); i++) {
        int column = table_column_named(w->table, str_of(usual[i]));
        if (is_of(w->table, column, TY_INT))
            return column;
    }
    int first = column_of_type(w->table, TY_INT, 0, &count);
    int second = column_of_type(w->table, TY_INT, 1, &count);
    if (count == 1 && first != semester)
        return first;
    if (count == 2 && semester >= 0)
        return first == semester ? second : first;
    return incomplete(w, w->clause->name_span, "does not say which column numbers the terms",
                      "name it: `terms from ... number nr`");
}

static void need_present(const struct columns_wanted *w, int column) {
    if (column >= 0 && w->table->columns[column].type->nullable) {
        struct str name = w->table->columns[column].name;
        struct diag *d = error_at(w->c, E0342, w->clause->name_span,
                                  "`%.*s.%.*s` may be missing, and every term needs it",
                                  STR_ARG(w->table->name), STR_ARG(name));
        diag_help(w->c->s->diags, d, "declare the column without `null`");
    }
}

static void read_terms(struct checker *c, struct calendar_info *info, const struct node *clause) {
    static const char *const help = "name them: `terms from ... start opens last closes`";
    const struct symbol *table = find_table(c, clause->text, clause->name_span);
    if (!table || !table->table->row)
        return;
    struct columns_wanted w = {c, table->table, clause};
    int usual = table_column_named(w.table, STR("semester"));
    info->semester = clause->d                       ? named_column(&w, clause->d, TY_INT)
                     : is_of(w.table, usual, TY_INT) ? usual
                                                     : -1;
    info->start = date_column(&w, clause->b, 0, 2, help);
    info->last = info->start < 0 ? -1 : date_column(&w, clause->c, 1, 2, help);
    info->number = number_column(&w, clause->a, info->semester);
    need_present(&w, info->start);
    need_present(&w, info->last);
    need_present(&w, info->number);
    need_present(&w, info->semester);
    info->terms = w.table;
    info->terms_span = clause->span;
}

static void read_instructional(struct checker *c, struct calendar_info *info,
                               const struct node *clause) {
    const struct symbol *table = find_table(c, clause->text, clause->name_span);
    if (!table || !table->table->row)
        return;
    struct columns_wanted w = {c, table->table, clause};
    info->day = date_column(&w, clause->a, 0, 1, "name it: `instructional from ... at day`");
    if (clause->b) {
        struct row *row = ARENA_NEW(c->arena, struct row);
        row->type = w.table->row;
        row->table = w.table;
        c->row = row;
        info->held = condition(c, clause->b, "the `where`");
        c->row = NULL;
    }
    info->instructional = w.table;
    info->instructional_span = clause->span;
}

static void check_starts(struct checker *c, const struct node *clause) {
    if (clause->kind == N_K_YEAR && clause->value.i && !is_day_of_year(clause)) {
        struct diag *d = error_at(c, E0342, clause->span, "no year has this day");
        diag_help(c->s->diags, d, "give month and day: `year starts 08-01`");
    }
    if (clause->kind == N_K_WEEK && clause->text.n && weekday_named(clause->text) < 0) {
        struct diag *d = error_at(c, E0342, clause->name_span, "`%.*s` is no day of the week",
                                  STR_ARG(clause->text));
        const struct str days[] = {STR("monday"),   STR("tuesday"), STR("wednesday"),
                                   STR("thursday"), STR("friday"),  STR("saturday"),
                                   STR("sunday")};
        help_words(c, d, clause->text, days, COUNT_OF(days));
    }
}

struct calendar_info *calendar_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    struct checker c = checker_declaring(caller->s, symbol);
    struct calendar_info *info = ARENA_NEW(c.arena, struct calendar_info);
    *info = (struct calendar_info){
        .symbol = symbol, .number = -1, .start = -1, .last = -1, .semester = -1, .day = -1};
    symbol->detail = info;
    for (uint32_t i = 0; i < symbol->node->list.n; i++) {
        struct node *clause = symbol->node->list.at[i];
        if (clause->kind == N_K_TERMS && clause->text.n)
            read_terms(&c, info, clause);
        else if (clause->kind == N_K_INSTRUCTIONAL && clause->text.n)
            read_instructional(&c, info, clause);
        else
            check_starts(&c, clause);
    }
    return info;
}

/* ---- what needs a calendar ---- */

static bool has_clause(const struct session *s, enum node_kind kind) {
    return s->calendar_node && clause_of(s->calendar_node, kind);
}

bool need_terms(struct checker *c, enum grain grain, struct span span) {
    if (!grain_is_term(grain))
        return true;
    const struct symbol *symbol =
        c->s->calendar_node ? scope_find(c->s->globals, c->s->calendar_node->text) : NULL;
    struct diag *d;
    if (!has_clause(c->s, N_K_TERMS)) {
        d = error_at(c, E0340, span, "no calendar says when a %s begins", grain_name(grain));
        diag_help(c->s->diags, d,
                  "declare one: `calendar district { terms from term_dates }`, a table with "
                  "`number int; start date; last date`");
        return false;
    }
    const struct calendar_info *info = symbol && symbol->kind == SYM_CALENDAR
                                           ? calendar_of(c, (struct symbol *)(uintptr_t)symbol)
                                           : NULL;
    if (grain != GRAIN_SEMESTER || !info || !info->terms || info->semester >= 0)
        return true;
    d = error_at(c, E0340, span, "the calendar `%.*s` does not say which terms make a semester",
                 STR_ARG(info->symbol->name));
    diag_help(c->s->diags, d,
              "add `semester int` to `%.*s`, or name the column: `terms from ... "
              "semester half`",
              STR_ARG(info->terms->name));
    return false;
}

static struct str written(const struct checker *c, const struct node *n) {
    struct str all = source_at(c->s->sources, n->span.source)->text;
    return (struct str){all.p + n->span.start, n->span.stop - n->span.start};
}

/* By the day that weeks start on. */
static void check_week(struct checker *c, struct node *n) {
    struct str text = written(c, n);
    if (text.n != 8 || text.p[5] != 'W' || period_parse(&c->s->calendar, text, &n->value.i))
        return;
    struct diag *d = error_at(c, E0105, n->span, "`%.*s` is no period", STR_ARG(text));
    diag_help(c->s->diags, d, "this year has 52 weeks");
}

void check_period_literal(struct checker *c, struct node *n) {
    enum grain grain = period_grain(n->value.i);
    if (grain == GRAIN_WEEK)
        check_week(c, n);
    if (grain != GRAIN_SCHOOL_YEAR && !grain_is_term(grain))
        return;
    need_terms(c, grain, n->span);
    struct str text = written(c, n);
    bool one = school_year_is_calendar_year(&c->s->calendar);
    if (text.n < 6 || memcmp(text.p, "SY", 2) != 0 || one == !memchr(text.p, '-', text.n))
        return; /* a constant of another source, or rightly written */
    char right[24];
    size_t length = period_print(&c->s->calendar, right, n->value.i);
    struct diag *d = error_at(c, E0343, n->span,
                              one ? "a school year from 01-01 lies in one calendar year"
                                  : "a school year lies in two calendar years here");
    diag_help(c->s->diags, d, "write `%.*s`", (int)length, right);
}
