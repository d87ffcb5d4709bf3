/* What the language server answers, from the interpreter's tools.
 *
 * Each answer has an interpreter of its own, so that nothing of one text is
 * left for the next. It reads files and stores, and writes neither. */
#include "cli/lsp.h"
#include <stdlib.h>
#include <string.h>

static bool open_interpreter(struct lsp *l, struct app *app) {
    *app = (struct app){0};
    int status = app_open(app, l->options, SPOKE_CAN_READ_FILES, SPOKE_STORE_READ);
    if (app->sp) {
        spoke_set_sink(app->sp, NULL, NULL); /* stdout belongs to the protocol */
    }
    if (status != EXIT_GOOD) {
        app_close(app, status);
    }
    return status == EXIT_GOOD;
}

/* Adds and takes over; the list is given up when memory is short. */
static bool add(json_t *list, json_t *item) {
    return json_array_append_new(list, item) == 0;
}

/* ---- diagnostics ---- */

static void put_lines(struct bytes *out, const char *before, const json_t *lines) {
    for (size_t i = 0; i < json_array_size(lines); i++) {
        bytes_printf(out, "\n%s: %s", before, json_string_value(json_array_get(lines, i)));
    }
}

/* From the interpreter's JSON; what lies in another file is shown at the start. */
static json_t *diagnostic(const struct document *d, const json_t *found) {
    const char *severity = json_string_value(json_object_get(found, "severity"));
    const char *file = json_string_value(json_object_get(found, "file"));
    const char *message = json_string_value(json_object_get(found, "message"));
    bool here = file && strcmp(file, d->path) == 0;
    size_t start = (size_t)json_integer_value(json_object_get(found, "start"));
    size_t stop = (size_t)json_integer_value(json_object_get(found, "stop"));
    struct bytes text = {0};
    if (!here && file && *file) {
        bytes_printf(&text, "%s: ", file);
    }
    bytes_text(&text, message ? message : "");
    put_lines(&text, "note", json_object_get(found, "notes"));
    put_lines(&text, "help", json_object_get(found, "helps"));
    json_t *out =
        text.failed ? NULL
                    : json_pack("{s:o, s:i, s:s, s:s}", "range",
                                lsp_range(d->text.p, d->text.n, here ? start : 0, here ? stop : 0),
                                "severity",
                                severity && strcmp(severity, "error") == 0     ? 1
                                : severity && strcmp(severity, "warning") == 0 ? 2
                                                                               : 3,
                                "source", "spoke", "message", text.p);
    json_t *code = json_object_get(found, "code");
    if (out && json_is_string(code)) {
        json_object_set(out, "code", code);
    }
    bytes_free(&text);
    return out;
}

json_t *answer_diagnostics(struct lsp *l, const struct document *d) {
    struct app app = {.options = NULL};
    struct bytes lines = {0};
    json_t *list = json_array();
    if (!open_interpreter(l, &app)) {
        return list;
    }
    spoke_review(app.sp, d->path, d->text.p, d->text.n);
    spoke_diag_json(app.sp, bytes_write, &lines);
    for (char *line = lines.p; line && *line;) {
        size_t n = strcspn(line, "\n");
        json_t *found = json_loadb(line, n, 0, NULL);
        if (found) {
            add(list, diagnostic(d, found));
        }
        json_decref(found);
        line += n + (line[n] == '\n');
    }
    bytes_free(&lines);
    app_close(&app, EXIT_GOOD);
    return list;
}

/* ---- completion ---- */

/* Numbers of the protocol. */
static int completion_kind(spoke_text kind) {
    static const struct {
        const char *kind;
        int number;
    } kinds[] = {{"column", 5},   {"field", 5},    {"variable", 6},  {"let", 6},    {"param", 6},
                 {"argument", 6}, {"function", 3}, {"aggregate", 3}, {"table", 22}, {"cohort", 7},
                 {"network", 7},  {"relation", 7}, {"measure", 12},  {"value", 20}, {"grain", 11},
                 {"type", 25},    {"module", 9},   {"rule", 8},      {"word", 14},  {"file", 17},
                 {"folder", 19}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (text_is(kind, kinds[i].kind)) {
            return kinds[i].number;
        }
    }
    return 1;
}

static int add_item(void *user, const spoke_candidate *c) {
    json_t *list = user;
    char order[16];
    snprintf(order, sizeof order, "%05zu", json_array_size(list));
    json_t *item = json_pack("{s:o, s:i, s:s}", "label", editing_string(c->name), "kind",
                             completion_kind(c->kind), "sortText", order);
    if (item && c->type.n) {
        json_object_set_new(item, "detail", editing_string(c->type));
    }
    if (item && c->doc.n) {
        json_object_set_new(item, "documentation", editing_string(c->doc));
    }
    return !add(list, item);
}

/* Where each item goes is known only when all are there. */
static void set_edits(json_t *list, const struct document *d, size_t start, size_t stop) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        json_t *edit =
            json_pack("{s:o, s:O}", "range", lsp_range(d->text.p, d->text.n, start, stop),
                      "newText", json_object_get(item, "label"));
        json_object_set_new(item, "textEdit", edit);
    }
}

json_t *answer_completion(struct lsp *l, const struct document *d, size_t at) {
    struct app app = {.options = NULL};
    size_t start = at;
    json_t *list = json_array();
    if (open_interpreter(l, &app)) {
        spoke_complete(app.sp, d->path, d->text.p, d->text.n, at, &start, add_item, list);
        set_edits(list, d, start, at);
        app_close(&app, EXIT_GOOD);
    }
    return json_pack("{s:b, s:o}", "isIncomplete", 0, "items", list);
}

/* ---- one name ---- */

static json_t *hover(const struct document *d, const spoke_about *about) {
    struct bytes text = {0};
    bool header = about->type.n > 3 && memcmp(about->type.p, "fn ", 3) == 0;
    bytes_text(&text, "```spoke\n");
    if (header) {
        bytes_spoke(&text, about->type);
    } else {
        bytes_spoke(&text, about->kind);
        bytes_text(&text, " ");
        bytes_spoke(&text, about->name);
        bytes_text(&text, about->type.n ? ": " : "");
        bytes_spoke(&text, about->type);
    }
    bytes_text(&text, "\n```");
    if (about->doc.n) {
        bytes_text(&text, "\n\n");
        bytes_spoke(&text, about->doc);
    }
    json_t *out =
        text.failed
            ? NULL
            : json_pack("{s:{s:s, s:o}, s:o}", "contents", "kind", "markdown", "value",
                        editing_string((spoke_text){text.p, text.n}), "range",
                        lsp_range(d->text.p, d->text.n, about->word_start, about->word_stop));
    bytes_free(&text);
    return out;
}

json_t *answer_hover(struct lsp *l, const struct document *d, size_t at) {
    struct app app = {.options = NULL};
    spoke_about about;
    json_t *out = NULL;
    if (open_interpreter(l, &app)) {
        spoke_status status = spoke_describe(app.sp, d->path, d->text.p, d->text.n, at, &about);
        out = status == SPOKE_OK && about.found ? hover(d, &about) : NULL;
        app_close(&app, EXIT_GOOD);
    }
    return out ? out : json_null();
}

json_t *answer_definition(struct lsp *l, const struct document *d, size_t at) {
    struct app app = {.options = NULL};
    spoke_about about;
    json_t *out = NULL;
    if (open_interpreter(l, &app)) {
        spoke_status status = spoke_describe(app.sp, d->path, d->text.p, d->text.n, at, &about);
        if (status == SPOKE_OK && about.found && about.has_definition) {
            bool here = text_is(about.file, d->path);
            out = json_pack(
                "{s:o, s:o}", "uri", here ? json_string(d->uri) : path_uri(about.file), "range",
                lsp_range(about.file_text.p, about.file_text.n, about.start, about.stop));
        }
        app_close(&app, EXIT_GOOD);
    }
    return out ? out : json_null();
}

/* ---- the document ---- */

static int symbol_kind(spoke_text kind) {
    static const struct {
        const char *kind;
        int number;
    } kinds[] = {{"table", 23}, {"column", 8},    {"cohort", 10},   {"measure", 16}, {"network", 5},
                 {"rule", 17},  {"function", 12}, {"variable", 13}, {"param", 14}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (text_is(kind, kinds[i].kind)) {
            return kinds[i].number;
        }
    }
    return 13;
}

struct symbols {
    const struct document *document;
    json_t *list;
};

static int add_symbol(void *user, const spoke_outline_entry *e) {
    const struct symbols *s = user;
    const struct bytes *text = &s->document->text;
    json_t *item =
        json_pack("{s:o, s:o, s:i, s:o, s:o}", "name", editing_string(e->name), "detail",
                  editing_string(e->title.n ? e->title : e->kind), "kind", symbol_kind(e->kind),
                  "range", lsp_range(text->p, text->n, e->start, e->stop), "selectionRange",
                  lsp_range(text->p, text->n, e->name_start, e->name_stop));
    size_t n = json_array_size(s->list);
    if (e->depth == 0 || n == 0) {
        return !add(s->list, item);
    }
    json_t *parent = json_array_get(s->list, n - 1),
           *children = json_object_get(parent, "children");
    if (!children) {
        json_object_set_new(parent, "children", json_array());
        children = json_object_get(parent, "children");
    }
    return !add(children, item);
}

json_t *answer_symbols(struct lsp *l, const struct document *d) {
    struct app app = {.options = NULL};
    struct symbols symbols = {d, json_array()};
    if (open_interpreter(l, &app)) {
        spoke_outline(app.sp, d->path, d->text.p, d->text.n, add_symbol, &symbols);
        app_close(&app, EXIT_GOOD);
    }
    return symbols.list;
}

json_t *answer_formatting(struct lsp *l, const struct document *d) {
    struct app app = {.options = NULL};
    struct bytes laid_out = {0};
    json_t *edits = NULL;
    if (!open_interpreter(l, &app)) {
        return json_null();
    }
    if (spoke_format(app.sp, d->path, d->text.p, d->text.n, bytes_write, &laid_out) == SPOKE_OK &&
        !laid_out.failed) {
        bool same = laid_out.n == d->text.n &&
                    (laid_out.n == 0 || memcmp(laid_out.p, d->text.p, laid_out.n) == 0);
        spoke_text all = {laid_out.p ? laid_out.p : "", laid_out.n};
        edits =
            same ? json_array()
                 : json_pack("[{s:o, s:o}]", "range", lsp_range(d->text.p, d->text.n, 0, d->text.n),
                             "newText", editing_string(all));
    }
    bytes_free(&laid_out);
    app_close(&app, EXIT_GOOD);
    return edits ? edits : json_null();
}
