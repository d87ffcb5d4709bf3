/* Expressions as a person would write them in SQLite, over views in which dates
 * are ISO texts and references are keys. Ratios become decimals: equal ratios give
 * equal doubles, so thresholds hold as in Spoke for counts below 2^53. */
#include "plan/sql_text.h"
#include "base/num.h"

struct str sql_append(struct sql_writer *w, struct str a, const char *between, struct str b) {
    return a.n == 0 ? b : arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(a), between, STR_ARG(b));
}

struct str sql_unsaid(struct sql_writer *w, const char *what) {
    ARENA_PUSH(w->arena, &w->unsaid) = str_of(what);
    return arena_printf(w->arena, "NULL /* %s cannot be said in SQL */", what);
}

/* ---- literals ---- */

struct str sql_text_literal(struct arena *arena, struct str text) {
    char *to = arena_take(arena, 2 * text.n + 3);
    size_t n = 0;
    to[n++] = '\'';
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'') {
            to[n++] = '\'';
        }
        to[n++] = text.p[i];
    }
    to[n++] = '\'';
    return (struct str){to, n};
}

struct str sql_day(struct arena *arena, int64_t day) {
    char text[16];
    size_t n = day_print(text, day);
    return sql_text_literal(arena, (struct str){text, n});
}

static struct str sql_datetime(struct arena *arena, int64_t t) {
    char text[32];
    size_t n = datetime_print(text, t);
    return sql_text_literal(arena, (struct str){text, n});
}

struct str sql_period_text(struct sql_writer *w, int64_t period) {
    char text[24];
    size_t n = period_print(w->calendar, text, period);
    return sql_text_literal(w->arena, (struct str){text, n});
}

static struct str literal(struct sql_writer *w, const struct node *n) {
    char text[32];
    switch (n->kind) {
    case N_FLOAT:
        num_print_float(text, n->value.f);
        return arena_str(w->arena, str_of(text));
    case N_SHARE:
        num_print_float(text, (double)n->value.i / (double)n->value2);
        return arena_str(w->arena, str_of(text));
    case N_MISSING:
        return STR("NULL");
    case N_DATE:
        return sql_day(w->arena, n->value.i);
    case N_DATETIME:
        return sql_datetime(w->arena, n->value.i);
    case N_PERIOD:
        return sql_period_text(w, n->value.i);
    case N_TEXT:
        return sql_text_literal(w->arena, n->text);
    default: /* INT, BOOL */
        return arena_printf(w->arena, "%lld", (long long)n->value.i);
    }
}

/* ---- operators ---- */

static const char *plain_operator(int op) {
    switch (op) {
    case TOK_AND:
        return "AND";
    case TOK_OR:
        return "OR";
    case TOK_PLUS:
        return "+";
    case TOK_MINUS:
        return "-";
    case TOK_STAR:
        return "*";
    case TOK_EQ:
        return "=";
    case TOK_NE:
        return "<>";
    case TOK_LT:
        return "<";
    case TOK_LE:
        return "<=";
    case TOK_GT:
        return ">";
    case TOK_GE:
        return ">=";
    default:
        return NULL;
    }
}

static bool is_duration(const struct node *n) {
    return n->type->kind == TY_DURATION;
}

/* A day moved by a literal duration of days; adding months clamps in Spoke, overflows in SQLite. */
static struct str moved_day(struct sql_writer *w, const struct node *n) {
    if (n->b->kind != N_DURATION || duration_months(n->b->value.i) != 0) {
        return sql_unsaid(w, "a date moved by months");
    }
    long long seconds = duration_seconds(n->b->value.i);
    seconds = n->op == TOK_MINUS ? -seconds : seconds;
    struct str day = sql_expr(w, n->a);
    if (n->a->type->kind == TY_DATETIME) {
        return arena_printf(w->arena, "strftime('%%Y-%%m-%%dT%%H:%%M:%%S', %.*s, '%+lld seconds')",
                            STR_ARG(day), seconds);
    }
    return arena_printf(w->arena, "date(%.*s, '%+lld days')", STR_ARG(day),
                        seconds / SECONDS_A_DAY);
}

/* The grain of a period, where the expression says it; else GRAIN_COUNT. */
static enum grain grain_of(const struct node *n) {
    static const struct {
        enum builtin builtin;
        enum grain grain;
    } known[] = {{BUILTIN_DAY, GRAIN_DAY},     {BUILTIN_WEEK, GRAIN_WEEK},
                 {BUILTIN_MONTH, GRAIN_MONTH}, {BUILTIN_QUARTER, GRAIN_QUARTER},
                 {BUILTIN_YEAR, GRAIN_YEAR},   {BUILTIN_SCHOOL_YEAR, GRAIN_SCHOOL_YEAR},
                 {BUILTIN_TERM, GRAIN_TERM},   {BUILTIN_SEMESTER, GRAIN_SEMESTER}};
    const struct invoke *invoke = n->kind == N_INVOKE ? n->note : NULL;
    if (n->kind == N_PERIOD)
        return period_grain(n->value.i);
    if (n->kind == N_CONVERT)
        return n->a->type->kind == TY_INT ? GRAIN_YEAR : grain_of(n->a);
    for (size_t i = 0; invoke && i < sizeof known / sizeof *known; i++)
        if (invoke->kind == INVOKE_BUILTIN && invoke->builtin == known[i].builtin)
            return known[i].grain;
    return GRAIN_COUNT;
}

/* Texts of periods are in the order of time as long as they are of one grain. */
static bool mixes_grains(const struct node *n) {
    if (n->op < TOK_LT || n->op > TOK_GE || n->a->type->kind != TY_PERIOD)
        return false;
    enum grain a = grain_of(n->a), b = grain_of(n->b);
    return a != b && a != GRAIN_COUNT && b != GRAIN_COUNT;
}

/* SQL rounds shares: enough for one over another and for a difference to look at, not for what is
 * made of it or compared with it. */
static bool needs_exactness(const struct node *n) {
    const struct type *a = n->a->type, *b = n->b->type;
    if (n->op >= TOK_EQ)
        return a->kind == TY_POINTS || b->kind == TY_POINTS;
    bool difference = n->op == TOK_MINUS && type_is_ratio(a) && type_is_ratio(b);
    return (type_is_pair(a) || type_is_pair(b)) && !difference;
}

static struct str binary(struct sql_writer *w, const struct node *n) {
    if (mixes_grains(n))
        return sql_unsaid(w, "the order of periods of different grains");
    if (type_is_dated(n->a->type) && is_duration(n->b)) {
        return moved_day(w, n);
    }
    if (is_duration(n) || is_duration(n->a)) {
        return sql_unsaid(w, "a duration");
    }
    if (needs_exactness(n)) {
        return sql_unsaid(w, "exact arithmetic of shares");
    }
    struct str a = sql_expr(w, n->a), b = sql_expr(w, n->b);
    if (n->op == TOK_SLASH) {
        return arena_printf(w->arena, "(%.*s * 1.0 / nullif(%.*s, 0))", STR_ARG(a), STR_ARG(b));
    }
    if (n->op == TOK_PLUS && n->type->kind == TY_TEXT) {
        return arena_printf(w->arena, "(%.*s || %.*s)", STR_ARG(a), STR_ARG(b));
    }
    const char *op = plain_operator(n->op);
    if (!op) {
        return sql_unsaid(w, n->op == OP_LIKE ? "`like`, which minds capitals"
                                              : "whole division or a power");
    }
    return arena_printf(w->arena, "(%.*s %s %.*s)", STR_ARG(a), op, STR_ARG(b));
}

/* ---- sets ---- */

static bool days_of(const struct sql_writer *w, const struct node *n, int64_t *first,
                    int64_t *last) {
    if (n->kind == N_DATE) {
        *first = *last = n->value.i;
    } else if (n->kind == N_PERIOD) {
        *first = period_start(w->calendar, n->value.i);
        *last = period_stop(w->calendar, n->value.i) - 1;
    }
    return n->kind == N_DATE || n->kind == N_PERIOD;
}

/* Days of a period, a day, or a range of either. */
static bool period_ends(const struct sql_writer *w, const struct node *set, int64_t *first,
                        int64_t *last) {
    int64_t unused;
    if (set->kind != N_CONVERT || set->type->kind != TY_RANGE ||
        !type_is_dated(set->type->element)) {
        return false;
    }
    const struct node *from = set->a;
    const struct node *low = from->kind == N_RANGE ? from->a : from;
    const struct node *high = from->kind == N_RANGE ? from->b : from;
    return days_of(w, low, first, &unused) && days_of(w, high, &unused, last);
}

static struct str between(struct sql_writer *w, struct str value, struct str low, struct str high) {
    return arena_printf(w->arena, "%.*s BETWEEN %.*s AND %.*s", STR_ARG(value), STR_ARG(low),
                        STR_ARG(high));
}

/* Between written ends, which for datetimes may be days. */
static struct str in_range(struct sql_writer *w, struct str value, const struct node *range,
                           const struct type *wanted) {
    enum type_kind kind = range->type->element->kind;
    struct str low = sql_expr(w, range->a), high = sql_expr(w, range->b);
    if (kind == TY_DURATION || (kind == TY_PERIOD && type_is_dated(wanted))) {
        return sql_unsaid(w, "a computed set");
    }
    if (kind == TY_DATE && wanted->kind == TY_DATETIME) {
        low = arena_printf(w->arena, "(%.*s || 'T00:00:00')", STR_ARG(low));
        high = arena_printf(w->arena, "(%.*s || 'T23:59:59')", STR_ARG(high));
    }
    return between(w, value, low, high);
}

static struct str in_set(struct sql_writer *w, struct str value, const struct node *set) {
    int64_t first, last;
    if (period_ends(w, set, &first, &last)) {
        if (set->type->element->kind == TY_DATETIME) {
            return between(w, value, sql_datetime(w->arena, first * SECONDS_A_DAY),
                           sql_datetime(w->arena, (last + 1) * SECONDS_A_DAY - 1));
        }
        return between(w, value, sql_day(w->arena, first), sql_day(w->arena, last));
    }
    const struct type *wanted = set->type->element;
    if (wanted->kind == TY_POINTS) {
        return sql_unsaid(w, "exact arithmetic of shares");
    }
    while (set->kind == N_CONVERT) {
        set = set->a;
    }
    if (set->kind == N_RANGE) {
        return in_range(w, value, set, wanted);
    }
    if (set->kind != N_LIST) {
        return sql_unsaid(w, "a computed set");
    }
    struct str list = STR("");
    for (uint32_t i = 0; i < set->list.n; i++) {
        list = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(list), i ? ", " : "",
                            STR_ARG(sql_expr(w, set->list.at[i])));
    }
    return arena_printf(w->arena, "%.*s IN (%.*s)", STR_ARG(value), STR_ARG(list));
}

/* A missing value is in no set. */
static struct str membership(struct sql_writer *w, const struct node *n) {
    struct str test = in_set(w, sql_expr(w, n->a), n->b);
    const char *is_inside = n->a->type->nullable ? "coalesce(%.*s, 0)" : "(%.*s)";
    test = arena_printf(w->arena, is_inside, STR_ARG(test));
    return n->flags & FLAG_NEGATED ? arena_printf(w->arena, "(NOT %.*s)", STR_ARG(test)) : test;
}

/* ---- calls, branches, texts ---- */

static struct str call(struct sql_writer *w, const struct node *n) {
    const struct invoke *invoke = n->note;
    if (invoke->kind != INVOKE_BUILTIN) {
        return sql_unsaid(w, "a function of Spoke");
    }
    struct str a = sql_expr(w, n->list.at[0]);
    switch (invoke->builtin) {
    case BUILTIN_COALESCE:
        return arena_printf(w->arena, "coalesce(%.*s, %.*s)", STR_ARG(a),
                            STR_ARG(sql_expr(w, n->list.at[1])));
    case BUILTIN_ABS:
        return arena_printf(w->arena, "abs(%.*s)", STR_ARG(a));
    case BUILTIN_SQRT:
        return arena_printf(w->arena, "sqrt(%.*s)", STR_ARG(a));
    case BUILTIN_FLOOR:
        return arena_printf(w->arena, "CAST(floor(%.*s) AS INTEGER)", STR_ARG(a));
    case BUILTIN_NUMBER:
        return arena_printf(w->arena, "(%.*s * 1.0)", STR_ARG(a));
    case BUILTIN_DAY:
        return n->list.at[0]->type->kind == TY_DATETIME
                   ? arena_printf(w->arena, "substr(%.*s, 1, 10)", STR_ARG(a))
                   : a;
    case BUILTIN_HOUR:
        return arena_printf(w->arena, "CAST(substr(%.*s, 12, 2) AS INTEGER)", STR_ARG(a));
    case BUILTIN_MINUTE:
        return arena_printf(w->arena, "CAST(substr(%.*s, 15, 2) AS INTEGER)", STR_ARG(a));
    case BUILTIN_SECOND:
        return arena_printf(w->arena, "CAST(substr(%.*s, 18, 2) AS INTEGER)", STR_ARG(a));
    case BUILTIN_FACT_DAY:
        return sql_last_day(w, a);
    case BUILTIN_FACT_WITHIN:
        return in_range(w, sql_last_day(w, a), n->list.at[1], n->list.at[1]->type->element);
    case BUILTIN_WEEK:
        return sql_period(w, GRAIN_WEEK, a);
    case BUILTIN_MONTH:
        return sql_period(w, GRAIN_MONTH, a);
    case BUILTIN_QUARTER:
        return sql_period(w, GRAIN_QUARTER, a);
    case BUILTIN_YEAR:
        return sql_period(w, GRAIN_YEAR, a);
    case BUILTIN_SCHOOL_YEAR:
        return sql_period(w, GRAIN_SCHOOL_YEAR, a);
    case BUILTIN_TERM:
        return sql_period(w, GRAIN_TERM, a);
    case BUILTIN_SEMESTER:
        return sql_period(w, GRAIN_SEMESTER, a);
    default:
        return sql_unsaid(w, "a function of Spoke");
    }
}

static struct str match_case(struct sql_writer *w, const struct node *n) {
    struct str value = sql_expr(w, n->a), text = STR("CASE");
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *arm = n->list.at[i];
        struct str test = STR("");
        for (uint32_t j = 0; j < arm->list.n; j++) {
            const struct node *pattern = arm->list.at[j];
            bool is_range = pattern->type && pattern->type->kind == TY_RANGE;
            struct str one = is_range ? in_set(w, value, pattern)
                                      : arena_printf(w->arena, "%.*s = %.*s", STR_ARG(value),
                                                     STR_ARG(sql_expr(w, pattern)));
            test =
                arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(test), j ? " OR " : "", STR_ARG(one));
        }
        struct str result = sql_expr(w, arm->a);
        text = arm->list.n
                   ? arena_printf(w->arena, "%.*s WHEN %.*s THEN %.*s", STR_ARG(text),
                                  STR_ARG(test), STR_ARG(result))
                   : arena_printf(w->arena, "%.*s ELSE %.*s", STR_ARG(text), STR_ARG(result));
    }
    /* A match whose only arm is `else` needs no case. */
    if (n->list.n == 1 && n->list.at[0]->list.n == 0) {
        return sql_expr(w, n->list.at[0]->a);
    }
    return arena_printf(w->arena, "%.*s END", STR_ARG(text));
}

/* A value as a text shows it: what SQLite writes otherwise is left unsaid. */
static struct str hole_text(struct sql_writer *w, const struct node *hole) {
    const struct type *type = hole->a->type;
    struct str text = sql_expr(w, hole->a);
    switch (hole->text.n ? TY_ANY : type->kind) {
    case TY_BOOL:
        text = arena_printf(w->arena, "iif(%.*s, 'true', 'false')", STR_ARG(text));
        if (type->nullable) {
            text = arena_printf(w->arena, "iif(%.*s IS NULL, 'missing', %.*s)",
                                STR_ARG(sql_expr(w, hole->a)), STR_ARG(text));
        }
        return text;
    case TY_INT:
    case TY_DATE:
    case TY_DATETIME:
    case TY_PERIOD:
    case TY_DURATION:
    case TY_REF:
    case TY_TEXT:
        return type->nullable ? arena_printf(w->arena, "coalesce(%.*s, 'missing')", STR_ARG(text))
                              : text;
    default:
        return sql_unsaid(w, "a format");
    }
}

static struct str template_text(struct sql_writer *w, const struct node *n) {
    struct str text = STR("''");
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *piece = n->list.at[i];
        if (piece->kind != N_HOLE && piece->text.n == 0) {
            continue;
        }
        struct str more =
            piece->kind == N_HOLE ? hole_text(w, piece) : sql_text_literal(w->arena, piece->text);
        text = arena_printf(w->arena, "%.*s || %.*s", STR_ARG(text), STR_ARG(more));
    }
    return arena_printf(w->arena, "(%.*s)", STR_ARG(text));
}

static struct str converted(struct sql_writer *w, const struct node *n) {
    struct str value = sql_expr(w, n->a);
    enum type_kind from = n->a->type->kind, to = n->type->kind;
    if (to == TY_FLOAT && from == TY_INT) {
        return arena_printf(w->arena, "(%.*s * 1.0)", STR_ARG(value));
    }
    if (to == TY_DATE && from == TY_DATETIME) {
        return arena_printf(w->arena, "substr(%.*s, 1, 10)", STR_ARG(value));
    }
    if (to == TY_DATETIME && from == TY_DATE) {
        return arena_printf(w->arena, "(%.*s || 'T00:00:00')", STR_ARG(value));
    }
    if (to == TY_PERIOD && from == TY_INT) {
        return arena_printf(w->arena, "printf('%%04d', %.*s)", STR_ARG(value));
    }
    return value;
}

struct str sql_expr(struct sql_writer *w, const struct node *n) {
    switch (n->kind) {
    case N_INT:
    case N_FLOAT:
    case N_SHARE:
    case N_BOOL:
    case N_MISSING:
    case N_DATE:
    case N_DATETIME:
    case N_PERIOD:
    case N_TEXT:
        return literal(w, n);
    case N_INPUT:
        return w->slots[((const struct expr_input *)n->note)->slot];
    case N_CONVERT:
        return converted(w, n);
    case N_UNARY:
        return arena_printf(w->arena, n->op == TOK_NOT ? "(NOT %.*s)" : "(-%.*s)",
                            STR_ARG(sql_expr(w, n->a)));
    case N_BINARY:
        return binary(w, n);
    case N_IN:
        return membership(w, n);
    case N_IS_MISSING:
        return arena_printf(w->arena, "(%.*s IS %sNULL)", STR_ARG(sql_expr(w, n->a)),
                            n->flags & FLAG_NEGATED ? "NOT " : "");
    case N_MATCH:
        return match_case(w, n);
    case N_TEMPLATE:
        return template_text(w, n);
    case N_INVOKE:
        return call(w, n);
    case N_NAME:
        return sql_unsaid(w, "a value of a variable");
    default:
        return sql_unsaid(w, "this expression");
    }
}

/* ---- aggregates ---- */

struct str sql_aggregate(struct sql_writer *w, const struct aggregation *a, const struct type *type,
                         struct str x, const struct sql_rows *rows) {
    static const char *const names[AGG_KIND_COUNT] = {
        [AGG_COUNT] = "count",      [AGG_COUNT_PRESENT] = "count",
        [AGG_COUNT_TRUE] = "count", [AGG_COUNT_DISTINCT] = "count",
        [AGG_SUM] = "sum",          [AGG_MEAN] = "avg",
        [AGG_MIN] = "min",          [AGG_MAX] = "max",
        [AGG_ANY] = "max",          [AGG_ALL] = "min"};
    if (!names[a->kind]) {
        return sql_unsaid(w, aggregate_name(a->kind));
    }
    if (type && type->kind == TY_DURATION && (a->kind == AGG_MIN || a->kind == AGG_MAX)) {
        return sql_unsaid(w, "the order of durations");
    }
    struct str filter = rows->filter;
    bool all = a->kind == AGG_COUNT || a->kind == AGG_COUNT_TRUE;
    if (a->kind == AGG_COUNT_TRUE) {
        filter = sql_append(w, filter, " AND ", x);
    }
    /* SQLite (3.40) takes rows that FILTER leaves out for the extreme of a frame that moves. */
    bool extreme = names[a->kind][0] == 'm';
    if (filter.n && rows->over.n && extreme) {
        x = arena_printf(w->arena, "iif(%.*s, %.*s, NULL)", STR_ARG(filter), STR_ARG(x));
        filter = STR("");
    }
    struct str when = STR("");
    if (filter.n) {
        when = arena_printf(w->arena, " FILTER (WHERE %.*s)", STR_ARG(filter));
    }
    when = arena_printf(w->arena, "%.*s%.*s", STR_ARG(when), STR_ARG(rows->over));
    struct str text = arena_printf(w->arena, "%s(%s%.*s)%.*s", names[a->kind],
                                   a->kind == AGG_COUNT_DISTINCT || a->distinct ? "DISTINCT " : "",
                                   STR_ARG(all ? STR("*") : x), STR_ARG(when));
    if (a->kind == AGG_ANY || a->kind == AGG_ALL) {
        return arena_printf(w->arena, "coalesce(%.*s, %d)", STR_ARG(text), a->kind == AGG_ALL);
    }
    /* Over no rows a sum is 0, over missing values alone it is missing. */
    if (a->kind == AGG_SUM && (rows->may_be_none || filter.n)) {
        return arena_printf(w->arena, "iif(count(*)%.*s = 0, 0, %.*s)", STR_ARG(when),
                            STR_ARG(text));
    }
    return text;
}
