/* spoke lsp: the language server, over stdin and stdout.
 *
 * One message after the other is read and answered. Whatever is sent, the
 * server answers with an error or goes on; it ends with `exit` or when its
 * input does. */
#include "cli/lsp.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- answers ---- */

static void reply(struct lsp *l, json_t *id, json_t *result) {
    wire_write(l, json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result",
                            result ? result : json_null()));
}

static void refuse(struct lsp *l, json_t *id, int code, const char *message) {
    wire_write(l, json_pack("{s:s, s:O, s:{s:i, s:s}}", "jsonrpc", "2.0", "id",
                            id ? id : json_null(), "error", "code", code, "message", message));
}

static void publish(struct lsp *l, const char *uri, json_t *diagnostics) {
    wire_write(l, json_pack("{s:s, s:s, s:{s:s, s:o}}", "jsonrpc", "2.0", "method",
                            "textDocument/publishDiagnostics", "params", "uri", uri, "diagnostics",
                            diagnostics ? diagnostics : json_array()));
}

/* ---- parts of a request ---- */

static const char *uri_of(const json_t *params) {
    return json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));
}

/* Far places are the end of the text. */
static long number_of(const json_t *object, const char *name) {
    json_int_t n = json_integer_value(json_object_get(object, name));
    return n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (long)n;
}

static bool place_of(const struct document *d, const json_t *params, size_t *out) {
    const json_t *position = json_object_get(params, "position");
    if (!json_is_integer(json_object_get(position, "line")) ||
        !json_is_integer(json_object_get(position, "character"))) {
        return false;
    }
    *out = editing_offset_utf16(d->text.p, d->text.n, number_of(position, "line"),
                                number_of(position, "character"));
    return true;
}

/* ---- beginning ---- */

/* Stores and imports are named from the folder that the editor has open. */
static void enter_folder(struct lsp *l, const json_t *params) {
    const char *uri = json_string_value(json_object_get(params, "rootUri"));
    const json_t *folders = json_object_get(params, "workspaceFolders");
    const char *first = json_string_value(json_object_get(json_array_get(folders, 0), "uri"));
    if (l->options->store || !(first || uri)) { /* a store named at the start stays reachable */
        return;
    }
    char *path = uri_path(first ? first : uri);
    if (path && chdir(path) != 0) {
        app_complain("the folder `%s` cannot be entered", path);
    }
    free(path);
}

static json_t *answer_initialize(struct lsp *l, const json_t *params) {
    enter_folder(l, params);
    l->initialized = true;
    return json_pack("{s:{s:s, s:{s:b, s:i}, s:{s:[s,s,s,s]}, s:b, s:b, s:b, s:b}, s:{s:s, s:s}}",
                     "capabilities", "positionEncoding", "utf-16", "textDocumentSync", "openClose",
                     1, "change", 1, "completionProvider", "triggerCharacters", ".", "|", "\"", "(",
                     "hoverProvider", 1, "definitionProvider", 1, "documentSymbolProvider", 1,
                     "documentFormattingProvider", 1, "serverInfo", "name", "spoke", "version",
                     spoke_version());
}

/* ---- notifications ---- */

static void on_text(struct lsp *l, const char *uri, const json_t *text) {
    if (!uri || !json_is_string(text)) {
        return;
    }
    if (!document_set(l, uri, json_string_value(text), json_string_length(text))) {
        app_complain("out of memory");
        return;
    }
    publish(l, uri, answer_diagnostics(l, document_find(l, uri)));
}

/* Changes come as whole texts; the last one counts. */
static void on_change(struct lsp *l, const json_t *params) {
    const json_t *changes = json_object_get(params, "contentChanges");
    const json_t *last = json_array_get(changes, json_array_size(changes) - 1);
    const char *uri = uri_of(params);
    if (uri && document_find(l, uri) && !json_object_get(last, "range")) {
        on_text(l, uri, json_object_get(last, "text"));
    }
}

static void on_close(struct lsp *l, const json_t *params) {
    const char *uri = uri_of(params);
    if (uri && document_find(l, uri)) {
        publish(l, uri, json_array());
        document_close(l, uri);
    }
}

static void notify(struct lsp *l, const char *method, const json_t *params) {
    if (strcmp(method, "exit") == 0) {
        l->leave = true;
    } else if (!l->initialized || l->shut_down) {
        return;
    } else if (strcmp(method, "textDocument/didOpen") == 0) {
        on_text(l, uri_of(params),
                json_object_get(json_object_get(params, "textDocument"), "text"));
    } else if (strcmp(method, "textDocument/didChange") == 0) {
        on_change(l, params);
    } else if (strcmp(method, "textDocument/didClose") == 0) {
        on_close(l, params);
    }
}

/* ---- requests ---- */

typedef json_t *(*answer_at)(struct lsp *l, const struct document *d, size_t at);
typedef json_t *(*answer_whole)(struct lsp *l, const struct document *d);

static const struct {
    const char *method;
    answer_at at;       /* of a place, or */
    answer_whole whole; /* of a document */
} requests[] = {
    {"textDocument/completion", answer_completion, NULL},
    {"textDocument/hover", answer_hover, NULL},
    {"textDocument/definition", answer_definition, NULL},
    {"textDocument/documentSymbol", NULL, answer_symbols},
    {"textDocument/formatting", NULL, answer_formatting},
};

static void answer_document(struct lsp *l, json_t *id, size_t request, const json_t *params) {
    const char *uri = uri_of(params);
    const struct document *d = uri ? document_find(l, uri) : NULL;
    size_t at = 0;
    if (!d) {
        refuse(l, id, LSP_PARAMS, "that document is not open");
    } else if (requests[request].whole) {
        reply(l, id, requests[request].whole(l, d));
    } else if (!place_of(d, params, &at)) {
        refuse(l, id, LSP_PARAMS, "there is no position");
    } else {
        reply(l, id, requests[request].at(l, d, at));
    }
}

static void answer(struct lsp *l, json_t *id, const char *method, const json_t *params) {
    if (!l->initialized && strcmp(method, "initialize") != 0) {
        refuse(l, id, LSP_NOT_INITIALIZED, "the first request is initialize");
        return;
    }
    if (l->shut_down || (l->initialized && strcmp(method, "initialize") == 0)) {
        refuse(l, id, LSP_INVALID, l->shut_down ? "the server is shut down" : "begun already");
        return;
    }
    if (strcmp(method, "initialize") == 0) {
        reply(l, id, answer_initialize(l, params));
        return;
    }
    if (strcmp(method, "shutdown") == 0) {
        l->shut_down = true;
        reply(l, id, json_null());
        return;
    }
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        if (strcmp(method, requests[i].method) == 0) {
            answer_document(l, id, i, params);
            return;
        }
    }
    refuse(l, id, LSP_UNKNOWN, "there is no such method");
}

/* A request has an id, a notification has none; an answer, which has no method, is nobody's. */
static void take_message(struct lsp *l, const struct bytes *body) {
    json_t *message = json_loadb(body->p ? body->p : "", body->n, JSON_ALLOW_NUL, NULL);
    json_t *id = json_object_get(message, "id");
    const char *method = json_string_value(json_object_get(message, "method"));
    const json_t *params = json_object_get(message, "params");
    if (!message) {
        refuse(l, NULL, LSP_PARSE, "this is no JSON");
    } else if (!json_is_object(message)) {
        refuse(l, NULL, LSP_INVALID, "a message is an object");
    } else if (method && id) {
        answer(l, id, method, params);
    } else if (method) {
        notify(l, method, params);
    } else if (!json_object_get(message, "result") && !json_object_get(message, "error")) {
        refuse(l, id, LSP_INVALID, "a message has a method");
    }
    json_decref(message);
}

int command_lsp(const struct options *o) {
    struct lsp l = {.options = o};
    struct bytes body = {0};
    while (!l.leave && !l.broken) {
        bytes_clear(&body);
        enum wire_result result = wire_read(&body);
        if (result == WIRE_END) {
            break;
        }
        if (result == WIRE_MESSAGE) {
            take_message(&l, &body);
        } else {
            refuse(&l, NULL, result == WIRE_TOO_LONG ? LSP_INVALID : LSP_PARSE,
                   result == WIRE_TOO_LONG ? "this message is too long"
                                           : "a message begins with Content-Length");
        }
    }
    bytes_free(&body);
    while (l.documents) {
        document_close(&l, l.documents->uri);
    }
    return l.shut_down && !l.broken ? EXIT_GOOD : EXIT_BAD;
}
