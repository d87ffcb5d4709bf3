/* Escaping, a code point at a time. */
#include "cli/escape.h"
#include "base/utf8.h"
#include <string.h>

/* C0 and C1, DEL, separators of lines, and marks that turn or hide what stands behind them. */
static bool is_control(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c & 0xfffe) == 0xfffe;
}

static void put_point(struct bytes *out, uint32_t c) {
    char utf8[4];
    bytes_put(out, utf8, utf8_put(utf8, c));
}

static void put_control(struct bytes *out, uint32_t c) {
    if (c == '\n') {
        bytes_text(out, "\\n");
    } else if (c == '\t') {
        bytes_text(out, "\\t");
    } else if (c == '\r') {
        bytes_text(out, "\\r");
    } else {
        bytes_printf(out, "\\u{%x}", (unsigned)c);
    }
}

void escape_line(struct bytes *out, spoke_text t) {
    struct str s = {t.p, t.n};
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at);
        if (is_control(c)) {
            put_control(out, c);
        } else {
            put_point(out, c);
        }
    }
}

void escape_xml(struct bytes *out, spoke_text t) {
    struct str s = {t.p, t.n};
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at);
        if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c == '\n' || c == '\r' ||
            c == '\t') {
            bytes_printf(out, "&#%u;", (unsigned)c);
        } else if (is_control(c)) {
            put_control(out, c);
        } else {
            put_point(out, c);
        }
    }
}

void escape_github(struct bytes *out, spoke_text t, bool property) {
    struct str s = {t.p, t.n};
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at);
        if (c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ','))) {
            bytes_printf(out, "%%%02X", (unsigned)c);
        } else if (is_control(c)) {
            put_control(out, c);
        } else {
            put_point(out, c);
        }
    }
}

void escape_tap(struct bytes *out, spoke_text t) {
    struct bytes line = {0};
    escape_line(&line, t);
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '#' || line.p[i] == '\\') {
            bytes_put(out, "\\", 1);
        }
        bytes_put(out, &line.p[i], 1);
    }
    out->failed = out->failed || line.failed;
    bytes_free(&line);
}

void escape_uri_byte(struct bytes *out, char byte) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-._~/!$&'()*+,;=@:";
    if (byte && strchr(plain, byte)) {
        bytes_put(out, &byte, 1);
    } else {
        bytes_printf(out, "%%%02X", (unsigned char)byte);
    }
}

/* A first part with a colon would read as a scheme; an absolute path needs one. */
void escape_uri(struct bytes *out, spoke_text path) {
    const char *colon = path.n ? memchr(path.p, ':', path.n) : NULL;
    const char *slash = path.n ? memchr(path.p, '/', path.n) : NULL;
    if (slash && slash == path.p) {
        bytes_text(out, "file://");
    } else if (colon && (!slash || colon < slash)) {
        bytes_text(out, "./");
    }
    for (size_t i = 0; i < path.n; i++) {
        escape_uri_byte(out, path.p[i]);
    }
}
