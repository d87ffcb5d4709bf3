/* Messages of the language server: `Content-Length: N`, an empty line, N bytes
 * of JSON. Whatever comes in, the next well-formed header is found again. */
#include "cli/lsp.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_LINE = 4096 };
#define MOST_BODY ((size_t)64 * 1024 * 1024)

/* A header line without its end; of what is too long the last part. False at the end of the
 * input. */
static bool read_line(char *line) {
    size_t n = 0;
    int c;
    while ((c = getchar()) != EOF && c != '\n') {
        if (n + 1 == MOST_LINE) {
            n = MOST_LINE / 2;
            memmove(line, line + MOST_LINE - 1 - n, n);
        }
        line[n++] = c ? (char)c : ' ';
    }
    if (n > 0 && line[n - 1] == '\r') {
        n--;
    }
    line[n] = '\0';
    return c != EOF;
}

/* Behind the last `Content-Length:` of the line; NULL: there is none. A body that was not read as
 * one stands before it on the same line. */
static const char *find_length(const char *line) {
    static const char name[] = "content-length:";
    const char *found = NULL;
    for (const char *p = line; *p; p++) {
        if ((*p == 'C' || *p == 'c') && strncasecmp(p, name, sizeof name - 1) == 0) {
            found = p + sizeof name - 1;
        }
    }
    return found;
}

/* The length that a header line tells; false: it tells none. */
static bool read_length(const char *line, size_t *out) {
    const char *p = find_length(line);
    size_t length = 0;
    if (!p) {
        return false;
    }
    p += strspn(p, " \t");
    if (*p < '0' || *p > '9') {
        return false;
    }
    for (; *p >= '0' && *p <= '9'; p++) {
        length = length > MOST_BODY ? length : length * 10 + (size_t)(*p - '0');
    }
    *out = length;
    return *p == '\0' || *p == ' ';
}

/* A body that is too long to be kept is not skipped by its length, which may be wrong: the next
 * header ends it. */
static enum wire_result read_body(struct bytes *body, size_t n) {
    char block[4096];
    if (n > MOST_BODY) {
        return WIRE_TOO_LONG;
    }
    while (n > 0) {
        size_t wanted = n < sizeof block ? n : sizeof block;
        size_t got = fread(block, 1, wanted, stdin);
        bytes_put(body, block, got);
        if (got < wanted) {
            return WIRE_END;
        }
        n -= got;
    }
    return body->failed ? WIRE_BROKEN : WIRE_MESSAGE;
}

enum wire_result wire_read(struct bytes *body) {
    char line[MOST_LINE];
    size_t length = 0;
    bool known = false, garbage = false;
    while (read_line(line)) {
        if (read_length(line, &length)) {
            known = true;
        } else if (line[0] == '\0' && known) {
            return read_body(body, length);
        } else if (line[0] == '\0') {
            if (garbage) {
                return WIRE_BROKEN;
            }
        } else if (!known) {
            garbage = strncasecmp(line, "Content-Type:", 13) != 0;
        }
    }
    return WIRE_END;
}

void wire_write(struct lsp *l, json_t *message) {
    char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;
    if (text) {
        size_t n = strlen(text);
        printf("Content-Length: %zu\r\n\r\n", n);
        fwrite(text, 1, n, stdout);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        l->broken = true;
    }
    free(text);
    json_decref(message);
}
