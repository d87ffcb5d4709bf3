/* Words every room shares: text slices, status codes, assertions.
 *
 * A `struct str` never owns its bytes and need not end in a zero byte. A
 * function that can fail returns `enum status`; the story behind a failure is
 * a diagnostic (see diagnose/diag.h), never a message printed from here. */
#ifndef SPOKE_BASE_H
#define SPOKE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define UNUSED(x) ((void)(x))

#if defined(__GNUC__)
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define PRINTF_LIKE(f, a)
#define LIKELY(x) (x)
#define UNLIKELY(x) (x)
#endif

enum status {
    ST_OK = 0,
    ST_FAILED,      /* a diagnostic says why */
    ST_NO_MEMORY,   /* the limit was reached or the system has no more */
    ST_INTERRUPTED, /* somebody asked to stop */
    ST_LIMIT,       /* budget, deadline, depth or row limit */
    ST_DENIED,      /* a capability is not given */
    ST_INCOMPLETE,  /* source text ends inside a construct (prompt: read on) */
    ST_MISUSE       /* an API call broke the API's contract */
};

/* Bytes in UTF-8, borrowed. */
struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For "%.*s". */
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

/* Where the compiler does not put these in place, all files share the copies in alloc.c. */
inline struct str str_of(const char *zero_ended) {
    return (struct str){zero_ended, zero_ended ? strlen(zero_ended) : 0};
}
inline bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
inline bool str_is(struct str a, const char *zero_ended) {
    return str_eq(a, str_of(zero_ended));
}
/* By code point (UTF-8 keeps that order byte by byte): <0, 0, >0. */
static inline int str_compare(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* What a stored or computed scalar is. Suppressed is a value of its own: it
 * spreads through arithmetic and is never printed. */
enum state { PRESENT = 0, MISSING = 1, SUPPRESSED = 2 };

#endif
