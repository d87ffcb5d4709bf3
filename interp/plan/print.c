/* Trees as text: what a clause was written with, or the like of it from the tree,
 * with slots as #3 (dumps) or as the columns they hold. */
#include "base/datetime.h"
#include "base/num.h"
#include "plan/build.h"

/* ---- expressions ---- */

static void print_list(struct buf *out, struct printing how, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++) {
        buf_text(out, i ? ", " : "");
        tree_print(out, how, list->at[i]);
    }
}

static const char *invoke_name(const struct invoke *invoke) {
    static const char *const names[BUILTIN_COUNT] = {
#define BUILTIN(id, name, signature, doc) [BUILTIN_##id] = name,
#include "check/builtin.def"
#undef BUILTIN
    };
    return invoke->kind == INVOKE_BUILTIN  ? names[invoke->builtin]
           : invoke->kind == INVOKE_NATIVE ? invoke->native->name
                                           : NULL;
}

static void print_invoke(struct buf *out, struct printing how, const struct node *n) {
    const struct invoke *invoke = n->note;
    if (invoke->kind == INVOKE_INSTANCE) {
        buf_str(out, invoke->instance->function->symbol->name);
    } else if (invoke->kind == INVOKE_VALUE) {
        tree_print(out, how, n->a);
    } else if (invoke->kind == INVOKE_FOREIGN) {
        buf_str(out, invoke->foreign->name);
    } else {
        buf_text(out, invoke_name(invoke));
    }
    buf_char(out, '(');
    print_list(out, how, &n->list);
    buf_char(out, ')');
}

static void print_pair(struct buf *out, struct printing how, const struct node *n,
                       const char *between) {
    buf_char(out, '(');
    tree_print(out, how, n->a);
    buf_printf(out, " %s ", between);
    tree_print(out, how, n->b);
    buf_char(out, ')');
}

static void print_time(struct buf *out, struct printing how, const struct node *n) {
    char text[96];
    if (n->kind == N_DATE) {
        day_print(text, n->value.i);
    } else if (n->kind == N_DATETIME) {
        datetime_print(text, n->value.i);
    } else if (n->kind == N_PERIOD) {
        period_print(how.calendar, text, n->value.i);
    } else {
        duration_print(text, n->value.i);
    }
    buf_text(out, text);
}

static void print_number(struct buf *out, const struct node *n) {
    char text[32];
    if (n->kind == N_FLOAT) {
        buf_put(out, text, num_print_float(text, n->value.f));
    } else if (n->kind == N_SHARE) {
        buf_printf(out, "%lld/%lld", (long long)n->value.i, (long long)n->value2);
    } else {
        buf_printf(out, "%lld", (long long)n->value.i);
    }
}

static void print_template(struct buf *out, struct printing how, const struct node *n) {
    buf_char(out, '"');
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *piece = n->list.at[i];
        if (piece->kind == N_HOLE) {
            buf_char(out, '{');
            tree_print(out, how, piece->a);
            buf_char(out, '}');
        } else {
            buf_str(out, piece->text);
        }
    }
    buf_char(out, '"');
}

static void print_match(struct buf *out, struct printing how, const struct node *n) {
    buf_text(out, "match ");
    tree_print(out, how, n->a);
    buf_text(out, " { ");
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *arm = n->list.at[i];
        buf_text(out, i ? ", " : "");
        if (arm->list.n == 0) {
            buf_text(out, "else");
        }
        print_list(out, how, &arm->list);
        buf_text(out, " => ");
        tree_print(out, how, arm->a);
    }
    buf_text(out, " }");
}

static void print_aggregate(struct buf *out, struct printing how, enum aggregate kind,
                            bool distinct, const struct node *argument, const struct node *second,
                            const struct node *filter) {
    buf_text(out, aggregate_name(kind));
    buf_char(out, '(');
    buf_text(out, kind == AGG_COUNT_DISTINCT || distinct ? "distinct " : "");
    if (argument) {
        tree_print(out, how, argument);
    }
    if (second) {
        buf_text(out, ", ");
        tree_print(out, how, second);
    }
    if (filter) {
        buf_text(out, argument ? " where " : "where ");
        tree_print(out, how, filter);
    }
    buf_char(out, ')');
}

static void print_row_leaf(struct buf *out, struct printing how, const struct node *n) {
    if (n->kind == N_INPUT && (how.slots || !n->text.n)) {
        buf_printf(out, "#%u", (unsigned)((const struct expr_input *)n->note)->slot);
    } else if (n->kind == N_FOLLOW) {
        tree_print(out, how, n->a);
        buf_char(out, '.');
        buf_str(out, n->a->type->table->columns[n->value.i].name);
    } else if (n->text.n) {
        buf_str(out, n->text);
    } else {
        buf_printf(out, "column %lld", (long long)n->value.i);
    }
}

static void print_test(struct buf *out, struct printing how, const struct node *n) {
    bool negated = n->flags & FLAG_NEGATED;
    if (n->kind == N_IN) {
        print_pair(out, how, n, negated ? "not in" : "in");
        return;
    }
    buf_char(out, '(');
    tree_print(out, how, n->a);
    buf_text(out, negated ? " is not missing)" : " is missing)");
}

void tree_print(struct buf *out, struct printing how, const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_INT:
    case N_FLOAT:
    case N_SHARE:
        print_number(out, n);
        break;
    case N_BOOL:
        buf_text(out, n->value.i ? "true" : "false");
        break;
    case N_DATE:
    case N_DATETIME:
    case N_PERIOD:
    case N_DURATION:
        print_time(out, how, n);
        break;
    case N_TEXT:
        buf_json(out, n->text);
        break;
    case N_TEMPLATE:
        print_template(out, how, n);
        break;
    case N_LIST:
        buf_char(out, '[');
        print_list(out, how, &n->list);
        buf_char(out, ']');
        break;
    case N_NAME:
        buf_str(out, n->symbol ? n->symbol->name : n->text);
        break;
    case N_UNARY:
        buf_text(out, n->op == TOK_NOT ? "not " : "-");
        tree_print(out, how, n->a);
        break;
    case N_BINARY:
        print_pair(out, how, n, operator_text(n->op));
        break;
    case N_RANGE:
        tree_print(out, how, n->a);
        buf_text(out, " .. ");
        tree_print(out, how, n->b);
        break;
    case N_IN:
    case N_IS_MISSING:
        print_test(out, how, n);
        break;
    case N_MATCH:
        print_match(out, how, n);
        break;
    case N_CONVERT:
        tree_print(out, how, n->a);
        break;
    case N_COLUMN:
    case N_FOLLOW:
    case N_INPUT:
        print_row_leaf(out, how, n);
        break;
    case N_AGGREGATE:
        print_aggregate(out, how, (enum aggregate)n->value.i, n->flags & FLAG_DISTINCT, n->a, n->c,
                        n->b);
        break;
    case N_LEG: {
        const struct leg_info *leg = n->note;
        if (leg->latest) {
            if (leg->outer[0])
                tree_print(out, how, leg->outer[0]);
            else
                buf_str(out, leg->table->history_of->name);
            buf_printf(out, ".%.*s", STR_ARG(n->text));
            break;
        }
        if (leg->table)
            buf_str(out, leg->table->name);
        else
            tree_print(out, how, leg->source);
        buf_char(out, '.');
        print_aggregate(out, how, leg->kind, leg->distinct, leg->argument, leg->second,
                        leg->filter);
        break;
    }
    case N_INVOKE:
        print_invoke(out, how, n);
        break;
    default:
        buf_text(out, node_kind_name((enum node_kind)n->kind));
    }
}

/* ---- source texts ---- */

/* Blanks, line ends and comments between words become one blank. */
static struct str one_line(struct arena *arena, struct str text) {
    char *to = arena_take(arena, text.n + 1);
    size_t n = 0;
    bool in_text = false, blank = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '#' && !in_text) {
            while (i + 1 < text.n && text.p[i + 1] != '\n') {
                i++;
            }
            continue;
        }
        bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (is_blank && !in_text) {
            blank = true;
            continue;
        }
        if (blank && n > 0) {
            to[n++] = ' ';
        }
        blank = false;
        in_text ^= c == '"' && !(in_text && text.p[i - 1] == '\\');
        to[n++] = c;
    }
    return (struct str){to, n};
}

static struct str printed(struct arena *arena, const struct calendar *calendar,
                          const struct node *n) {
    jmp_buf *escape = arena->escape; /* would leak the buffer */
    arena->escape = NULL;
    struct buf out;
    buf_init(&out, arena->alloc);
    tree_print(&out, (struct printing){false, calendar}, n);
    struct str text = out.failed ? STR_NONE : arena_str(arena, buf_view(&out));
    buf_free(&out);
    arena->escape = escape;
    if (!text.p && escape) {
        longjmp(*escape, 1);
    }
    return text;
}

struct str tree_text(struct arena *arena, const struct session *s, const struct node *n) {
    const struct source *source = n->span.source ? source_at(s->sources, n->span.source) : NULL;
    if (!source || n->span.stop > source->text.n || n->span.start >= n->span.stop) {
        return printed(arena, &s->calendar, n);
    }
    struct str text = {source->text.p + n->span.start, n->span.stop - n->span.start};
    return one_line(arena, text);
}
