/* See typed_expressions.h. An expression is a form, a text with an `@` for each part, and its
 * parts; a column or literal is a form without parts. All forms stand in one table. */
#include "typed_expressions.h"
#include <string.h>

/* ---- columns ---- */

static const char *const ids[] = {"0"};
static const char *const ints[] = {"",
                                   "",
                                   "0",
                                   "1",
                                   "-1",
                                   "7",
                                   "-7",
                                   "100",
                                   "9223372036854775807",
                                   "-9223372036854775807",
                                   "-9223372036854775808",
                                   "9007199254740993"};
static const char *const small_ints[] = {"", "0", "1", "2", "3", "4", "6", "10", "-5", "1000"};
static const char *const present_ints[] = {"0",
                                           "1",
                                           "-1",
                                           "2",
                                           "3",
                                           "-3",
                                           "7",
                                           "12",
                                           "2024",
                                           "4294967296",
                                           "9007199254740993",
                                           "9007199254740992",
                                           "9223372036854775807",
                                           "-9223372036854775808"};
static const char *const floats[] = {"",       "0",      "0.1",
                                     "-0.5",   "1e300",  "7",
                                     "-0.0",   "5e-324", "0.30000000000000004",
                                     "-1e300", "1e15",   "123456789012345680"};
static const char *const present_floats[] = {
    "0", "1", "2.5", "-1e-9", "9007199254740992", "0.3", "-0.0", "0.5", "1.7976931348623157e308"};
static const char *const texts[] = {"",
                                    "\"\"",
                                    "a",
                                    "A",
                                    "b",
                                    "ab",
                                    "é",
                                    "É",
                                    "10",
                                    "9",
                                    "z",
                                    "a%b",
                                    "a_b",
                                    "日本",
                                    "it's",
                                    "%",
                                    "\"say \"\"hi\"\"\"",
                                    "\"tab\there\"",
                                    "aéb",
                                    "ß"};
static const char *const present_texts[] = {"a",
                                            "A",
                                            "aa",
                                            "ä",
                                            "Z",
                                            "\"x,y\"",
                                            "10",
                                            "9",
                                            " ",
                                            ("a\xf0\x9f\x98\x80"
                                             "b"),
                                            "_",
                                            "12.5",
                                            "-3",
                                            "1e3",
                                            "\"two\nlines\"",
                                            "true",
                                            "aXb"};
static const char *const dates[] = {"",           "2024-02-29", "2025-01-01", "1999-12-31",
                                    "2025-06-30", "2025-01-31", "0001-01-01", "9999-12-31",
                                    "2024-12-30", "1970-01-01", "1900-02-28"};
static const char *const present_dates[] = {"2024-02-29", "2025-07-01", "2025-06-30",
                                            "2021-01-03", "0004-02-29", "9998-12-31",
                                            "2020-12-31", "2000-02-29", "1969-12-31"};
static const char *const bools[] = {"", "true", "false"};
static const char *const present_bools[] = {"true", "false"};

#define VALUES(list) list, sizeof(list) / sizeof *(list)
const struct edge_column edge_columns[] = {
    {"id", "int", VALUES(ids)},         {"a", "int?", VALUES(ints)},
    {"b", "int", VALUES(present_ints)}, {"k", "int?", VALUES(small_ints)},
    {"f", "float?", VALUES(floats)},    {"g", "float", VALUES(present_floats)},
    {"s", "text?", VALUES(texts)},      {"u", "text", VALUES(present_texts)},
    {"d", "date?", VALUES(dates)},      {"e", "date", VALUES(present_dates)},
    {"p", "bool?", VALUES(bools)},      {"q", "bool", VALUES(present_bools)},
};
const size_t edge_ncolumns = sizeof edge_columns / sizeof *edge_columns;

/* ---- forms ---- */

/* Parts by letter: b bool, i int, f float, t text, d date, r ratio, p period, s small
 * int, h share, o points. */
struct form {
    char gives;
    const char *text, *parts;
};
static const char letters[] = "biftdrpsho";

/* Forms without parts first: columns, which begin with `$`, and literals. */
static const struct form leaves[] = {
    {'b', "$p", ""},
    {'b', "$q", ""},
    {'b', "true", ""},
    {'b', "false", ""},
    {'i', "$a", ""},
    {'i', "$b", ""},
    {'i', "$a", ""},
    {'i', "$b", ""},
    {'i', "$id", ""},
    {'i', "0", ""},
    {'i', "1", ""},
    {'i', "-1", ""},
    {'i', "3", ""},
    {'i', "9223372036854775807", ""},
    {'i', "9007199254740993", ""},
    {'f', "$f", ""},
    {'f', "$g", ""},
    {'f', "$f", ""},
    {'f', "$g", ""},
    {'f', "0.0", ""},
    {'f', "0.1", ""},
    {'f', "-2.5", ""},
    {'f', "1e300", ""},
    {'f', "9007199254740992.0", ""},
    {'t', "$s", ""},
    {'t', "$u", ""},
    {'t', "$s", ""},
    {'t', "$u", ""},
    {'t', "\"\"", ""},
    {'t', "\"a\"", ""},
    {'t', "\"É\"", ""},
    {'t', "\"it's \\\"so\\\"\"", ""},
    {'d', "$d", ""},
    {'d', "$e", ""},
    {'d', "$d", ""},
    {'d', "$e", ""},
    {'d', "2024-02-29", ""},
    {'d', "2025-01-31", ""},
    {'r', "(1 / 10)", ""},
    {'r', "(0 / 1)", ""},
    {'r', "(-1 / 40)", ""},
    {'r', "(1 / 3)", ""},
    {'h', "10%", ""},
    {'h', "0%", ""},
    {'h', "-2.5%", ""},
    {'h', "100%", ""},
    {'o', "5 points", ""},
    {'o', "0 points", ""},
    {'o', "-2.5 points", ""},
    {'p', "2024-02", ""},
    {'p', "2025", ""},
    {'s', "$id", ""},
    {'s', "$k", ""},
    {'s', "0", ""},
    {'s', "-3", ""},
    {'p', "SY2024-25", ""},
    {'p', "2020-W53", ""},
};

static const struct form forms[] = {
    /* comparison, in three forms of each kind */
    {'b', "(@ == @)", "ii"},
    {'b', "(@ != @)", "ii"},
    {'b', "(@ < @)", "ii"},
    {'b', "(@ >= @)", "ii"},
    {'b', "(@ == @)", "ff"},
    {'b', "(@ <= @)", "ff"},
    {'b', "(@ > @)", "ff"},
    {'b', "(@ < @)", "if"},
    {'b', "(@ == @)", "fi"},
    {'b', "(@ >= @)", "if"},
    {'b', "(@ == @)", "tt"},
    {'b', "(@ < @)", "tt"},
    {'b', "(@ >= @)", "tt"},
    {'b', "(@ != @)", "dd"},
    {'b', "(@ < @)", "dd"},
    {'b', "(@ <= @)", "dd"},
    {'b', "(@ == @)", "rr"},
    {'b', "(@ < @)", "rr"},
    {'b', "(@ >= @)", "rr"},
    {'b', "(@ == @)", "rh"},
    {'b', "(@ < @)", "hr"},
    {'b', "(@ >= @)", "hh"},
    {'b', "(@ == @)", "oo"},
    {'b', "(@ < @)", "oo"},
    {'h', "(@ + @)", "ho"},
    {'h', "(@ - @)", "ho"},
    {'o', "(@ - @)", "hh"},
    {'o', "(@ - @)", "rh"},
    {'o', "(@ + @)", "oo"},
    {'o', "(-@)", "o"},
    {'o', "(@ * @)", "os"},
    {'r', "(@ / @)", "oo"},
    {'t', "\"{@}, {@:.1}\"", "ho"},
    {'b', "(@ is missing)", "o"},
    {'b', "(@ >= 10%)", "r"},
    {'b', "(@ < 0.1)", "r"},
    {'b', "(@ == @)", "ri"},
    {'b', "(@ > @)", "ri"},
    {'b', "(@ < @)", "rf"},
    {'b', "(@ == @)", "bb"},
    {'b', "(@ != @)", "bb"},
    /* logic */
    {'b', "(@ and @)", "bb"},
    {'b', "(@ or @)", "bb"},
    {'b', "(not @)", "b"},
    {'b', "(@ and @)", "bb"},
    {'b', "(@ or @)", "bb"},
    /* membership */
    {'b', "(@ in [0, 1, 7])", "i"},
    {'b', "(@ not in [9007199254740993, -1])", "i"},
    {'b', "(@ in -1 .. 2)", "i"},
    {'b', "(@ not in 0 .. 9007199254740992)", "i"},
    {'b', "(@ in 0.0 .. 0.3)", "f"},
    {'b', "(@ not in [0.1, 0.3])", "f"},
    {'b', "(@ in -1.0 .. 2.5)", "f"},
    {'b', "(@ in 0 .. 7)", "f"},
    {'b', "(@ in [\"a\", \"10\"])", "t"},
    {'b', "(@ not in [\"\"])", "t"},
    {'b', "(@ in [\"é\", \"A\", \"it's\"])", "t"},
    {'b', "(@ in 2025)", "d"},
    {'b', "(@ in 2024-02)", "d"},
    {'b', "(@ not in SY2024-25)", "d"},
    {'b', "(@ in 2020-W53)", "d"},
    {'b', "(@ in 2024-02-29 .. 2025-06-30)", "d"},
    {'b', "(@ in 2024Q4 .. 2025-02)", "d"},
    {'b', "(@ not in [2024-02-29, 9999-12-31])", "d"},
    {'b', "(@ in 0% .. 50%)", "r"},
    {'b', "(@ not in 0.1 .. 0.5)", "r"},
    {'b', "(@ is missing)", "i"},
    {'b', "(@ is not missing)", "f"},
    {'b', "(@ is missing)", "t"},
    {'b', "(@ is missing)", "d"},
    {'b', "(@ is not missing)", "r"},
    {'b', "(@ is missing)", "b"},
    /* texts */
    {'b', "(@ like \"a%\")", "t"},
    {'b', "(@ not like \"%b\")", "t"},
    {'b', "(@ like \"a_b\")", "t"},
    {'b', "(@ like \"_\")", "t"},
    {'b', "(@ like \"%é%\")", "t"},
    {'b', "(@ like \"%\\\"%\")", "t"},
    {'b', "(@ like @)", "tt"},
    {'b', "contains(@, \"a\")", "t"},
    {'b', "starts_with(@, @)", "tt"},
    {'t', "(@ + @)", "tt"},
    {'t', "\"{@}-{@}\"", "it"},
    {'t', "\"{@}, {@}, {@}\"", "dbi"},
    {'t', "\"{@:.2} {@:.1%}\"", "fr"},
    {'t', "\"{@}\"", "f"},
    {'t', "\"{@:%e %B %Y}\"", "d"},
    {'t', "text(@)", "i"},
    {'t', "text(@)", "f"},
    {'t', "text(@)", "d"},
    {'t', "text(@)", "b"},
    {'t', "upper(@)", "t"},
    {'t', "lower(@)", "t"},
    {'t', "trim(@)", "t"},
    {'t', "slice(@, 2, 1)", "t"},
    {'t', "replace(@, \"a\", \"''\")", "t"},
    {'t', "pad_start(@, 3, \"0\")", "t"},
    {'i', "len(@)", "t"},
    {'i', "int(@)", "t"},
    {'f', "float(@)", "t"},
    /* branches */
    {'i', "(if @ { @ } else { @ })", "bii"},
    {'t', "(if @ { @ } else { @ })", "btt"},
    {'d', "(if @ { @ } else { @ })", "bdd"},
    {'f', "(if @ { @ } else { @ })", "bff"},
    {'t', "match @ { 0 => \"none\", 1 .. 7 => @, else => \"many\" }", "it"},
    {'i', "match @ { \"a\", \"10\" => @, \"é\" => -1 }", "ti"},
    {'i', "match @ { 9999-12-31 => 1, 2024-02-29 .. 2025-01-31 => 2, else => @ }", "di"},
    {'f', "match @ { 0.1 => 1.5, 0.2 .. 0.5 => @ }", "ff"},
    {'b', "match @ { true => @, false => @ }", "bbb"},
    {'i', "coalesce(@, @)", "ii"},
    {'f', "coalesce(@, @)", "ff"},
    {'t', "coalesce(@, @)", "tt"},
    {'d', "coalesce(@, @)", "dd"},
    {'b', "coalesce(@, @)", "bb"},
    /* numbers */
    {'i', "(@ + @)", "ii"},
    {'i', "(@ - @)", "ii"},
    {'i', "(@ * @)", "ii"},
    {'i', "(@ div @)", "ii"},
    {'i', "(@ mod @)", "ii"},
    {'i', "(@ div 3)", "i"},
    {'i', "(@ mod -7)", "i"},
    {'i', "(-@)", "i"},
    {'i', "abs(@)", "i"},
    {'i', "floor(@)", "f"},
    {'i', "ceil(@)", "f"},
    {'i', "int(@)", "f"},
    {'i', "year_number(@)", "d"},
    {'i', "day_of_month(@)", "d"},
    {'i', "weekday(@)", "d"},
    {'i', "days(@ - @)", "dd"},
    {'i', "days_between(@, @)", "dd"},
    {'i', "min(@, @)", "ii"},
    {'f', "(@ + @)", "ff"},
    {'f', "(@ - @)", "if"},
    {'f', "(@ * @)", "ff"},
    {'f', "(@ / @)", "ff"},
    {'f', "(@ ^ 2)", "f"},
    {'f', "(@ ^ @)", "ff"},
    {'f', "(@ * 2)", "r"},
    {'f', "(@ - @)", "rr"},
    {'f', "(-@)", "f"},
    {'f', "abs(@)", "f"},
    {'f', "sqrt(@)", "f"},
    {'f', "number(@)", "i"},
    {'f', "number(@)", "r"},
    {'f', "float(@)", "i"},
    {'f', "round(@, 1)", "f"},
    {'f', "max(@, @)", "ff"},
    {'r', "(@ / @)", "ss"},
    {'r', "(@ / @)", "ss"},
    {'r', "(@ /  @)", "ii"}, /* two blanks: counts of any size */
    {'s', "(@ - @)", "ss"},
    {'s', "(@ * 7)", "s"},
    {'s', "len(@)", "t"},
    /* dates and periods */
    {'d', "(@ + 1 months)", "d"},
    {'d', "(@ - 1 months)", "d"},
    {'d', "(@ + 1 year)", "d"},
    {'d', "(@ + 30 days)", "d"},
    {'d', "(@ - 1 days)", "d"},
    {'d', "add_days(@, @)", "di"},
    {'d', "end_of_month(@)", "d"},
    {'p', "month(@)", "d"},
    {'p', "week(@)", "d"},
    {'p', "quarter(@)", "d"},
    {'p', "year(@)", "d"},
    {'p', "school_year(@)", "d"},
    {'p', "day(@)", "d"},
    {'b', "(@ == @)", "pp"},
    {'b', "(@ < @)", "pp"},
    {'b', "(month(@) == 2024-02)", "d"},
    {'b', "(year(@) >= 2024)", "d"},
};

struct expression {
    const struct form *form;
    struct expression *parts[MOST_PARTS];
};

enum { MOST_EXPRESSIONS = 4096 };
static struct expression expressions[MOST_EXPRESSIONS];
static size_t nexpressions;

/* ---- making ---- */

uint32_t pick(uint64_t *state, uint32_t n) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % n;
}

static const struct form *form_for(uint64_t *state, char letter, const struct form *from,
                                   size_t n) {
    uint32_t fit = 0;
    for (size_t i = 0; i < n; i++)
        fit += from[i].gives == letter;
    uint32_t wanted = pick(state, fit);
    for (size_t i = 0; i < n; i++)
        if (from[i].gives == letter && wanted-- == 0)
            return &from[i];
    return from;
}

static struct expression *make(uint64_t *state, char letter, int depth) {
    struct expression *e = &expressions[nexpressions++ % MOST_EXPRESSIONS];
    bool leaf = depth == 0 || pick(state, 6) == 0;
    *e = (struct expression){.form = NULL};
    e->form = leaf ? form_for(state, letter, leaves, sizeof leaves / sizeof *leaves)
                   : form_for(state, letter, forms, sizeof forms / sizeof *forms);
    for (size_t i = 0; e->form->parts[i]; i++)
        e->parts[i] = make(state, e->form->parts[i], depth - 1);
    return e;
}

struct expression *expression_random(uint64_t *state, enum sort sort, int depth) {
    nexpressions = 0;
    return make(state, letters[sort], depth);
}

enum sort expression_sort(const struct expression *e) {
    return (enum sort)(strchr(letters, e->form->gives) - letters);
}

/* ---- looking at ---- */

struct printed {
    char *to;
    size_t room, n;
    const char *prefix;
};

static void put_char(struct printed *out, char c) {
    if (out->n + 1 < out->room)
        out->to[out->n++] = c;
}

static void print(struct printed *out, const struct expression *e) {
    size_t part = 0;
    for (const char *p = e->form->text; *p; p++) {
        if (*p == '@')
            print(out, e->parts[part++]);
        else if (*p == '$')
            for (const char *q = out->prefix; *q; q++)
                put_char(out, *q);
        else
            put_char(out, *p);
    }
}

size_t expression_print(char *to, size_t room, const struct expression *e, const char *prefix) {
    struct printed out = {to, room, 0, prefix};
    print(&out, e);
    to[out.n] = '\0';
    return out.n;
}

bool expression_has(const struct expression *e, const char *words) {
    if (strstr(e->form->text, words))
        return true;
    for (size_t i = 0; e->form->parts[i]; i++)
        if (expression_has(e->parts[i], words))
            return true;
    return false;
}

/* ---- shrinking ---- */

struct shrinking {
    struct expression *root;
    bool (*fails)(void *user, struct expression *e);
    void *user;
    bool smaller;
};

/* Puts `other` in the place of `at`; true if it still fails, else all is as before. */
static bool try_in_place(struct shrinking *s, struct expression *at, struct expression other) {
    struct expression before = *at;
    *at = other;
    if (s->fails(s->user, s->root)) {
        s->smaller = true;
        return true;
    }
    *at = before;
    return false;
}

/* What stands inside, deepest last. */
static bool try_inside(struct shrinking *s, struct expression *at, const struct expression *in) {
    for (size_t i = 0; in->form->parts[i]; i++)
        if ((in->form->parts[i] == at->form->gives && try_in_place(s, at, *in->parts[i])) ||
            try_inside(s, at, in->parts[i]))
            return true;
    return false;
}

static bool try_leaves(struct shrinking *s, struct expression *at) {
    for (size_t i = 0; at->form->parts[0] && i < sizeof leaves / sizeof *leaves; i++)
        if (leaves[i].gives == at->form->gives &&
            try_in_place(s, at, (struct expression){.form = &leaves[i]}))
            return true;
    return false;
}

static void shrink_at(struct shrinking *s, struct expression *at) {
    while (try_leaves(s, at) || try_inside(s, at, at))
        ;
    for (size_t i = 0; at->form->parts[i]; i++)
        shrink_at(s, at->parts[i]);
}

void expression_shrink(struct expression *e, bool (*fails)(void *user, struct expression *e),
                       void *user) {
    struct shrinking s = {e, fails, user, true};
    while (s.smaller) {
        s.smaller = false;
        shrink_at(&s, e);
    }
}
