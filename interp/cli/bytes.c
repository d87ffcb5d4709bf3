/* The growing text; malloc and free, as the program is its own host. */
#include "cli/bytes.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void bytes_free(struct bytes *b) {
    free(b->p);
    *b = (struct bytes){0};
}

void bytes_clear(struct bytes *b) {
    b->n = 0;
    b->failed = false;
    if (b->p) {
        b->p[0] = '\0';
    }
}

static bool reserve(struct bytes *b, size_t more) {
    if (b->failed) {
        return false;
    }
    if (more < b->cap - b->n) {
        return true;
    }
    size_t cap = b->cap ? b->cap : 64;
    while (cap <= b->n + more && cap < SIZE_MAX / 2) {
        cap *= 2;
    }
    char *p = realloc(b->p, cap);
    b->failed = !p;
    if (p) {
        b->p = p;
        b->cap = cap;
    }
    return p != NULL;
}

void bytes_put(struct bytes *b, const char *p, size_t n) {
    if (!reserve(b, n)) {
        return;
    }
    if (n) {
        memcpy(b->p + b->n, p, n);
    }
    b->n += n;
    b->p[b->n] = '\0';
}

void bytes_text(struct bytes *b, const char *zero_ended) {
    bytes_put(b, zero_ended, strlen(zero_ended));
}

void bytes_printf(struct bytes *b, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n >= 0 && reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

void bytes_spoke(struct bytes *b, spoke_text t) {
    bytes_put(b, t.p, t.n);
}

void bytes_json(struct bytes *b, spoke_text t) {
    bytes_put(b, "\"", 1);
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (c == '"' || c == '\\') {
            bytes_printf(b, "\\%c", c);
        } else if (c == '\n') {
            bytes_text(b, "\\n");
        } else if (c == '\t') {
            bytes_text(b, "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            bytes_printf(b, "\\u%04x", c);
        } else if (c == 0xc2 && i + 1 < t.n && ((unsigned char)t.p[i + 1] & 0xe0) == 0x80) {
            bytes_printf(b, "\\u%04x", (unsigned char)t.p[++i]); /* controls of U+0080 to U+009F */
        } else {
            bytes_put(b, &t.p[i], 1);
        }
    }
    bytes_put(b, "\"", 1);
}

void bytes_count(struct bytes *b, uint64_t n) {
    if (n >= 1000) {
        bytes_count(b, n / 1000);
        bytes_printf(b, ",%03u", (unsigned)(n % 1000));
    } else {
        bytes_printf(b, "%u", (unsigned)n);
    }
}

int bytes_write(void *user, const char *p, size_t n) {
    struct bytes *b = user;
    bytes_put(b, p, n);
    return b->failed;
}

int bytes_write_line(void *user, const char *p, size_t n) {
    struct bytes *b = user;
    bytes_put(b, p, n);
    bytes_put(b, "\n", 1);
    return b->failed;
}

bool bytes_read(struct bytes *b, FILE *file) {
    char piece[16384];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0) {
        bytes_put(b, piece, n);
    }
    bytes_put(b, "", 0);
    return !ferror(file) && !b->failed;
}

bool bytes_end_with(const struct bytes *b, char c) {
    return b->n > 0 && b->p[b->n - 1] == c;
}

bool text_equal(spoke_text a, spoke_text b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool text_is(spoke_text t, const char *zero_ended) {
    return text_equal(t, text_of(zero_ended));
}
