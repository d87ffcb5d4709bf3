/* Inside the language server: its state and what its files share. */
#ifndef SPOKE_CLI_LSP_H
#define SPOKE_CLI_LSP_H

#include "cli/app.h"
#include "cli/editing.h"

/* An open document. */
struct document {
    char *uri, *path; /* path: its name in messages and for `use` */
    struct bytes text;
    struct document *next;
};

struct lsp {
    const struct options *options;
    struct document *documents; /* owned */
    bool initialized, shut_down, leave;
    bool broken; /* nobody reads the answers */
};

enum {
    LSP_PARSE = -32700,
    LSP_INVALID = -32600,
    LSP_UNKNOWN = -32601,
    LSP_PARAMS = -32602,
    LSP_INTERNAL = -32603,
    LSP_NOT_INITIALIZED = -32002
};

/* ---- lsp_wire.c: messages on stdin and stdout ---- */
enum wire_result { WIRE_MESSAGE, WIRE_BROKEN, WIRE_TOO_LONG, WIRE_END };
/* The next message's body. BROKEN: there was none behind the header, TOO_LONG: it was skipped. */
enum wire_result wire_read(struct bytes *body);
/* Takes the message over. */
void wire_write(struct lsp *l, json_t *message);

/* ---- lsp_documents.c ---- */
struct document *document_find(struct lsp *l, const char *uri);
/* Opens or changes; false: no memory. */
bool document_set(struct lsp *l, const char *uri, const char *text, size_t n);
void document_close(struct lsp *l, const char *uri);
/* The path of a file: URI, else the URI itself; to be freed; NULL: no memory. */
char *uri_path(const char *uri);
/* A file: URI for a path; relative ones begin at the present folder. */
json_t *path_uri(spoke_text path);
/* {"start":, "end":} of bytes of a text. */
json_t *lsp_range(const char *text, size_t n, size_t start, size_t stop);

/* ---- lsp_answers.c: each gives the result, or NULL: no memory or interpreter ---- */
/* Diagnostics of a document, for publishing. */
json_t *answer_diagnostics(struct lsp *l, const struct document *d);
json_t *answer_completion(struct lsp *l, const struct document *d, size_t at);
json_t *answer_hover(struct lsp *l, const struct document *d, size_t at);
json_t *answer_definition(struct lsp *l, const struct document *d, size_t at);
json_t *answer_symbols(struct lsp *l, const struct document *d);
json_t *answer_formatting(struct lsp *l, const struct document *d);

#endif
