/* Escaping, a code point at a time. */
#include "cli/escape.h"
#include <string.h>

/* The code point at t.p[*at], which is moved behind it; a broken byte gives U+FFFD. */
static uint32_t next_point(spoke_text t, size_t *at) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)t.p[(*at)++];
    size_t more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 4;
    if (more == 0) {
        return first;
    }
    if (more > 3 || first > 0xf4 || t.n - *at < more) {
        return 0xfffd;
    }
    uint32_t c = first & (0x3fu >> more);
    for (size_t i = 0; i < more; i++) {
        unsigned char byte = (unsigned char)t.p[*at + i];
        if ((byte & 0xc0) != 0x80) {
            return 0xfffd;
        }
        c = c << 6 | (byte & 0x3f);
    }
    if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
        return 0xfffd;
    }
    *at += more;
    return c;
}

/* C0 and C1, DEL, separators of lines, and marks that turn or hide what stands behind them. */
static bool is_control(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c & 0xfffe) == 0xfffe;
}

static void put_point(struct bytes *out, uint32_t c) {
    static const unsigned char marks[] = {0, 0xc0, 0xe0, 0xf0};
    size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    char utf8[4];
    for (size_t i = more; i > 0; i--) {
        utf8[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    utf8[0] = (char)(marks[more] | c);
    bytes_put(out, utf8, more + 1);
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

void escape_broken(struct bytes *out, spoke_text t) {
    for (size_t at = 0; at < t.n;) {
        put_point(out, next_point(t, &at));
    }
}

void escape_line(struct bytes *out, spoke_text t) {
    for (size_t at = 0; at < t.n;) {
        uint32_t c = next_point(t, &at);
        if (is_control(c)) {
            put_control(out, c);
        } else {
            put_point(out, c);
        }
    }
}

void escape_xml(struct bytes *out, spoke_text t) {
    for (size_t at = 0; at < t.n;) {
        uint32_t c = next_point(t, &at);
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
    for (size_t at = 0; at < t.n;) {
        uint32_t c = next_point(t, &at);
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
