/* A growing text for the program's own use: output put together before it is
 * written, entries, files. Out of memory sets `failed`, and later calls do
 * nothing. The bytes always end in a zero byte once there are any. */
#ifndef SPOKE_CLI_BYTES_H
#define SPOKE_CLI_BYTES_H

#include "api/spoke.h"
#include <stdbool.h>
#include <stdio.h>

struct bytes {
    char *p;
    size_t n, cap;
    bool failed;
};
void bytes_free(struct bytes *b);
void bytes_clear(struct bytes *b); /* keeps the memory */
void bytes_put(struct bytes *b, const char *p, size_t n);
void bytes_text(struct bytes *b, const char *zero_ended);
void bytes_printf(struct bytes *b, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
void bytes_spoke(struct bytes *b, spoke_text t);
/* With quotes and escapes; the text is UTF-8. */
void bytes_json(struct bytes *b, spoke_text t);
/* 12,310 */
void bytes_count(struct bytes *b, uint64_t n);
/* A spoke_write_fn whose user is a struct bytes. */
int bytes_write(void *user, const char *p, size_t n);
/* As above, for callers that write a line at a time without its newline. */
int bytes_write_line(void *user, const char *p, size_t n);
/* The rest of the file; false: it cannot be read, or no memory. */
bool bytes_read(struct bytes *b, FILE *file);
bool bytes_end_with(const struct bytes *b, char c);

static inline spoke_text text_of(const char *zero_ended) {
    size_t n = 0;
    while (zero_ended && zero_ended[n]) {
        n++;
    }
    return (spoke_text){zero_ended ? zero_ended : "", n};
}
bool text_is(spoke_text t, const char *zero_ended);
bool text_equal(spoke_text a, spoke_text b);

#endif
