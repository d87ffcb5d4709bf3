/* Functions of the program around: their heads, and the names by which scripts call them. */
#include "check/checker.h"

enum { MOST_PARAMETERS = 32 };

static bool is_one_of(const struct node *type, const char *const *words) {
    for (; *words; words++)
        if (str_is(type->text, *words))
            return true;
    return false;
}

/* A program gives and reads these in C. */
static bool is_passed(const struct node *type, bool whole) {
    static const char *const cells[] = {"int", "float", "bool", "date", "text", NULL};
    static const char *const elements[] = {"int", "float", "text", NULL};
    if (type->list.n == 0 && is_one_of(type, cells))
        return true;
    if (!whole)
        return false;
    if (str_is(type->text, "list") && type->list.n == 1)
        return type->list.at[0]->list.n == 0 && is_one_of(type->list.at[0], elements);
    return str_is(type->text, "relation") && type->list.n == 0;
}

static bool refuse(struct session *s, const struct native_entry *entry, const char *why) {
    const struct span nowhere = {0, 0, 0};
    struct diag *d =
        diag_error(s->diags, E0972, nowhere, "`%s` cannot be called: %s", entry->signature, why);
    diag_help(s->diags, d,
              "parameters are int, float, bool, date, text, a list of int, float or text, or a "
              "relation; the result is one of the first five");
    return false;
}

static bool add(struct session *s, struct str name, const struct native_entry *entry) {
    bool is_new;
    uint64_t *place = strmap_put(&s->natives, name, &is_new);
    if (!place)
        longjmp(*s->arena->escape, 1);
    *place = (uint64_t)(uintptr_t)entry;
    return true;
}

void session_add_hidden(struct session *s, const struct native_entry *entry) {
    add(s, str_of(entry->name), entry);
}

bool session_add_native(struct session *s, const struct native_entry *entry) {
    struct checker c = checker_for(s);
    enum aggregate unused;
    struct str name = str_of(entry->name);
    if (library_arity(&c, name) >= 0 || aggregate_named(name, &unused) || str_is(name, "push"))
        return refuse(s, entry, "the library has a function of that name");
    struct node *head = native_signature(&c, entry);
    if (!head)
        return false;
    if (!str_eq(head->text, name))
        return refuse(s, entry, "it does not begin with `fn` and a name");
    if (!head->a || !is_passed(head->a, false))
        return refuse(s, entry, "its result is of no type that a program can give");
    if (head->list.n > MOST_PARAMETERS)
        return refuse(s, entry, "it has more than 32 parameters");
    for (uint32_t i = 0; i < head->list.n; i++)
        if (!head->list.at[i]->a || !is_passed(head->list.at[i]->a, true))
            return refuse(s, entry, "a parameter is of no type that a program can read");
    add(s, name, entry);
    return add(s, arena_printf(s->arena, "host.%s", entry->name), entry);
}
