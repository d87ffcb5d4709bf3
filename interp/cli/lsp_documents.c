/* Open documents, and the URIs that name them. */
#include "cli/lsp.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- URIs ---- */

static int hex_value(char c) {
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

char *uri_path(const char *uri) {
    struct bytes path = {0};
    bool file = strncmp(uri, "file://", 7) == 0;
    const char *p = uri + (file ? 7 : 0);
    if (file && *p != '/') { /* a host */
        p += strcspn(p, "/");
    }
    bytes_text(&path, "");
    for (; *p; p++) {
        int high = file && *p == '%' ? hex_value(p[1]) : -1;
        int low = high >= 0 ? hex_value(p[2]) : -1;
        char c = *p;
        if (low >= 0 && high * 16 + low != 0) {
            c = (char)(high * 16 + low);
            p += 2;
        }
        bytes_put(&path, &c, 1);
    }
    if (path.failed) {
        bytes_free(&path);
    }
    return path.p;
}

static void put_folder(struct bytes *out) {
    char folder[4096];
    if (getcwd(folder, sizeof folder)) {
        bytes_text(out, folder);
    }
    bytes_text(out, "/");
}

json_t *path_uri(spoke_text path) {
    static const char plain[] = "-._~/";
    struct bytes whole = {0}, uri = {0};
    if (path.n == 0 || path.p[0] != '/') {
        put_folder(&whole);
    }
    bytes_put(&whole, path.p, path.n);
    bytes_text(&uri, "file://");
    for (size_t i = 0; i < whole.n; i++) {
        unsigned char c = (unsigned char)whole.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || (c < 0x80 && strchr(plain, c))) {
            bytes_put(&uri, &whole.p[i], 1);
        } else {
            bytes_printf(&uri, "%%%02X", c);
        }
    }
    json_t *out = uri.failed || whole.failed ? NULL : json_stringn(uri.p, uri.n);
    bytes_free(&whole);
    bytes_free(&uri);
    return out;
}

/* ---- places ---- */

static json_t *place(const char *text, size_t n, size_t offset) {
    long line, unit;
    editing_place_utf16(text, n, offset, &line, &unit);
    return json_pack("{s:i, s:i}", "line", (int)line, "character", (int)unit);
}

json_t *lsp_range(const char *text, size_t n, size_t start, size_t stop) {
    return json_pack("{s:o, s:o}", "start", place(text, n, start), "end", place(text, n, stop));
}

/* ---- documents ---- */

struct document *document_find(struct lsp *l, const char *uri) {
    struct document *d = l->documents;
    while (d && strcmp(d->uri, uri) != 0) {
        d = d->next;
    }
    return d;
}

static void document_free(struct document *d) {
    if (d) {
        free(d->uri);
        free(d->path);
        bytes_free(&d->text);
        free(d);
    }
}

static struct document *document_new(struct lsp *l, const char *uri) {
    struct document *d = calloc(1, sizeof *d);
    size_t n = strlen(uri) + 1;
    if (!d) {
        return NULL;
    }
    d->uri = malloc(n);
    d->path = uri_path(uri);
    if (!d->uri || !d->path) {
        document_free(d);
        return NULL;
    }
    memcpy(d->uri, uri, n);
    d->next = l->documents;
    l->documents = d;
    return d;
}

bool document_set(struct lsp *l, const char *uri, const char *text, size_t n) {
    struct document *d = document_find(l, uri);
    if (!d) {
        d = document_new(l, uri);
    }
    if (!d) {
        return false;
    }
    bytes_clear(&d->text);
    bytes_text(&d->text, "");
    bytes_put(&d->text, text, n);
    return !d->text.failed;
}

void document_close(struct lsp *l, const char *uri) {
    for (struct document **d = &l->documents; *d; d = &(*d)->next) {
        if (strcmp((*d)->uri, uri) == 0) {
            struct document *closed = *d;
            *d = closed->next;
            document_free(closed);
            return;
        }
    }
}
