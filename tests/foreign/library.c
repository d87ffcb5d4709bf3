/* A library of C for the tests of `foreign`: every type in every place, structures of all sizes,
 * callbacks used well and badly, errno, handles that count what becomes of them.
 *
 * Each function that takes a value among others checks the others, so that one in the wrong place
 * shows. */
#include "tests/foreign/library.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* So that names made from it say `bool`. */
#undef bool
typedef _Bool bool;

#define EXPORT __attribute__((visibility("default")))

typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef float f32;
typedef double f64;

/* ---- every type in every place ---- */

/* The others: whole numbers at odd places, floats at even ones, each with its own value. */
#define I(n) i64 a##n
#define F(n) f64 a##n
#define IS(n) (a##n == n)
#define IS_F(n) (a##n == n + 0.5)

/* PLACE_n(the value's type and name), CHECK_n: the other arguments are right. */
#define PLACE_1(x) x, F(2), I(3), F(4), I(5), F(6), I(7), F(8), I(9), F(10), I(11), F(12)
#define CHECK_1                                                                                    \
    (IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) && IS_F(10) &&   \
     IS(11) && IS_F(12))
#define PLACE_2(x) I(1), x, I(3), F(4), I(5), F(6), I(7), F(8), I(9), F(10), I(11), F(12)
#define CHECK_2                                                                                    \
    (IS(1) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) && IS_F(10) &&     \
     IS(11) && IS_F(12))
#define PLACE_3(x) I(1), F(2), x, F(4), I(5), F(6), I(7), F(8), I(9), F(10), I(11), F(12)
#define CHECK_3                                                                                    \
    (IS(1) && IS_F(2) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) && IS_F(10) &&   \
     IS(11) && IS_F(12))
#define PLACE_4(x) I(1), F(2), I(3), x, I(5), F(6), I(7), F(8), I(9), F(10), I(11), F(12)
#define CHECK_4                                                                                    \
    (IS(1) && IS_F(2) && IS(3) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) && IS_F(10) &&     \
     IS(11) && IS_F(12))
#define PLACE_5(x) I(1), F(2), I(3), F(4), x, F(6), I(7), F(8), I(9), F(10), I(11), F(12)
#define CHECK_5                                                                                    \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS_F(6) && IS(7) && IS_F(8) && IS(9) && IS_F(10) &&   \
     IS(11) && IS_F(12))
#define PLACE_6(x) I(1), F(2), I(3), F(4), I(5), x, I(7), F(8), I(9), F(10), I(11), F(12)
#define CHECK_6                                                                                    \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS(7) && IS_F(8) && IS(9) && IS_F(10) &&     \
     IS(11) && IS_F(12))
#define PLACE_7(x) I(1), F(2), I(3), F(4), I(5), F(6), x, F(8), I(9), F(10), I(11), F(12)
#define CHECK_7                                                                                    \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS_F(8) && IS(9) && IS_F(10) &&   \
     IS(11) && IS_F(12))
#define PLACE_8(x) I(1), F(2), I(3), F(4), I(5), F(6), I(7), x, I(9), F(10), I(11), F(12)
#define CHECK_8                                                                                    \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS(9) && IS_F(10) &&     \
     IS(11) && IS_F(12))
#define PLACE_9(x) I(1), F(2), I(3), F(4), I(5), F(6), I(7), F(8), x, F(10), I(11), F(12)
#define CHECK_9                                                                                    \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS_F(10) &&   \
     IS(11) && IS_F(12))
#define PLACE_10(x) I(1), F(2), I(3), F(4), I(5), F(6), I(7), F(8), I(9), x, I(11), F(12)
#define CHECK_10                                                                                   \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) &&      \
     IS(11) && IS_F(12))
#define PLACE_11(x) I(1), F(2), I(3), F(4), I(5), F(6), I(7), F(8), I(9), F(10), x, F(12)
#define CHECK_11                                                                                   \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) &&      \
     IS_F(10) && IS_F(12))
#define PLACE_12(x) I(1), F(2), I(3), F(4), I(5), F(6), I(7), F(8), I(9), F(10), I(11), x
#define CHECK_12                                                                                   \
    (IS(1) && IS_F(2) && IS(3) && IS_F(4) && IS(5) && IS_F(6) && IS(7) && IS_F(8) && IS(9) &&      \
     IS_F(10) && IS(11))

#define AT(place, name, type)                                                                      \
    EXPORT type name##_at_##place(PLACE_##place(type x));                                          \
    type name##_at_##place(PLACE_##place(type x)) {                                                \
        return CHECK_##place ? x : (type)0;                                                        \
    }
#define EVERYWHERE(name, type, low, high) EACH_PLACE(AT, name, type)
EACH_TYPE(EVERYWHERE)

EXPORT bool text_at_7(PLACE_7(const char *x));
bool text_at_7(PLACE_7(const char *x)) {
    return CHECK_7 && strcmp(x, "seven") == 0;
}

/* ---- through pointers, into buffers ---- */

#define POINTED(name, type, low, high)                                                             \
    EXPORT void name##_swap(type *x, type *y);                                                     \
    void name##_swap(type *x, type *y) {                                                           \
        type z = *x;                                                                               \
        *x = *y;                                                                                   \
        *y = z;                                                                                    \
    }                                                                                              \
    EXPORT type name##_behind(const type *x);                                                      \
    type name##_behind(const type *x) {                                                            \
        return x ? *x : (type)0;                                                                   \
    }                                                                                              \
    EXPORT const type *name##_last(const type *x, size_t n);                                       \
    const type *name##_last(const type *x, size_t n) {                                             \
        return n ? &x[n - 1] : NULL;                                                               \
    }                                                                                              \
    EXPORT void name##_reverse(const type *x, int32_t n, type *out);                               \
    void name##_reverse(const type *x, int32_t n, type *out) {                                     \
        for (int32_t i = 0; i < n; i++)                                                            \
            out[n - 1 - i] = x[i];                                                                 \
    }
EACH_TYPE(POINTED)

EXPORT double sum(const double *x, size_t n);
double sum(const double *x, size_t n) {
    double s = 0;
    for (size_t i = 0; i < n; i++)
        s += x[i];
    return s;
}

EXPORT bool is_null(const double *x);
bool is_null(const double *x) {
    return !x;
}

/* ---- structures ---- */

#define OF_SIZE(n)                                                                                 \
    struct bytes_##n {                                                                             \
        uint8_t b[n];                                                                              \
    };                                                                                             \
    EXPORT struct bytes_##n turn_##n(double before, struct bytes_##n s, int16_t after);            \
    struct bytes_##n turn_##n(double before, struct bytes_##n s, int16_t after) {                  \
        struct bytes_##n out = {{0}};                                                              \
        for (int i = 0; i < n && before == 1.5 && after == -3; i++)                                \
            out.b[n - 1 - i] = s.b[i];                                                             \
        return out;                                                                                \
    }                                                                                              \
    EXPORT void turn_behind_##n(struct bytes_##n *s);                                              \
    void turn_behind_##n(struct bytes_##n *s) {                                                    \
        *s = turn_##n(1.5, *s, -3);                                                                \
    }
EACH_SIZE(OF_SIZE)

/* The fields of a shape, by how many there are. */
#define GLUE(a, b) a##b
#define CALL(a, b) GLUE(a, b)
#define COUNT_5(a, b, c, d, e, n, ...) n
#define COUNT(...) COUNT_5(__VA_ARGS__, 5, 4, 3, 2, 1, 0)
#define FIELDS_1(A) A a;
#define FIELDS_2(A, B)                                                                             \
    A a;                                                                                           \
    B b;
#define FIELDS_3(A, B, C)                                                                          \
    A a;                                                                                           \
    B b;                                                                                           \
    C c;
#define FIELDS_4(A, B, C, D)                                                                       \
    A a;                                                                                           \
    B b;                                                                                           \
    C c;                                                                                           \
    D d;
#define FIELDS_5(A, B, C, D, E)                                                                    \
    A a;                                                                                           \
    B b;                                                                                           \
    C c;                                                                                           \
    D d;                                                                                           \
    E e;
#define FIELDS(...) CALL(FIELDS_, COUNT(__VA_ARGS__))(__VA_ARGS__)
/* Each field in turn gets 1, 2, ... times what it was. */
#define GROW_1 s.a = (__typeof__(s.a))(s.a * 1);
#define GROW_2 GROW_1 s.b = (__typeof__(s.b))(s.b * 2);
#define GROW_3 GROW_2 s.c = (__typeof__(s.c))(s.c * 3);
#define GROW_4 GROW_3 s.d = (__typeof__(s.d))(s.d * 4);
#define GROW_5 GROW_4 s.e = (__typeof__(s.e))(s.e * 5);
#define GROW(...) CALL(GROW_, COUNT(__VA_ARGS__))
#define OF_SHAPE(name, types)                                                                      \
    struct name {                                                                                  \
        FIELDS types                                                                               \
    };                                                                                             \
    EXPORT struct name grow_##name(float before, struct name s, uint8_t after);                    \
    struct name grow_##name(float before, struct name s, uint8_t after) {                          \
        if (before == 0.25F && after == 200) {                                                     \
            GROW types                                                                             \
        }                                                                                          \
        return s;                                                                                  \
    }                                                                                              \
    EXPORT struct name call_##name(struct name (*f)(struct name, double), struct name s);          \
    struct name call_##name(struct name (*f)(struct name, double), struct name s) {                \
        return grow_##name(0.25F, f(s, 0.5), 200);                                                 \
    }                                                                                              \
    EXPORT uint64_t size_##name(void);                                                             \
    uint64_t size_##name(void) {                                                                   \
        return sizeof(struct name);                                                                \
    }
EACH_SHAPE(OF_SHAPE)

struct point {
    float x, y;
};
struct box {
    struct point from, to;
    const char *label;
    double weights[3];
    int8_t kind;
};
EXPORT struct box flip(struct box b);
struct box flip(struct box b) {
    struct box out = {b.to, b.from, "flipped", {b.weights[2], b.weights[1], b.weights[0]}, 0};
    out.kind = (int8_t)(strcmp(b.label, "as given") == 0 ? -b.kind : 0);
    return out;
}
EXPORT double area(const struct box *b);
double area(const struct box *b) {
    return b ? (double)((b->to.x - b->from.x) * (b->to.y - b->from.y)) : -1;
}
EXPORT void corners(const struct box *b, struct point *out, double *far);
void corners(const struct box *b, struct point *out, double *far) {
    out[0] = b->from;
    out[1] = (struct point){b->from.x, b->to.y};
    out[2] = b->to;
    out[3] = (struct point){b->to.x, b->from.y};
    *far = (double)b->to.x;
}
EXPORT struct point middle(const struct point *p, uint32_t n);
struct point middle(const struct point *p, uint32_t n) {
    struct point m = {0, 0};
    for (uint32_t i = 0; i < n; i++) {
        m.x += p[i].x / (float)n;
        m.y += p[i].y / (float)n;
    }
    return m;
}

/* ---- texts ---- */

static int freed;

EXPORT int32_t times_freed(void);
int32_t times_freed(void) {
    return freed;
}
EXPORT char *text_made(const char *s, int32_t times);
char *text_made(const char *s, int32_t times) {
    size_t n = strlen(s);
    char *made = times < 0 ? NULL : malloc(n * (size_t)times + 1);
    if (!made)
        return NULL;
    for (int32_t i = 0; i < times; i++)
        memcpy(made + n * (size_t)i, s, n);
    made[n * (size_t)times] = '\0';
    return made;
}
EXPORT void text_freed(void *p);
void text_freed(void *p) {
    freed += p != NULL;
    free(p);
}
EXPORT const char *text_same(const char *s);
const char *text_same(const char *s) {
    return s;
}
EXPORT const char *text_broken(void);
const char *text_broken(void) {
    return "ab\xff";
}
EXPORT size_t text_kept(char *s);
size_t text_kept(char *s) {
    size_t n = strlen(s);
    free(s);
    return n;
}
EXPORT int32_t count_bytes(const char *s, size_t n, char byte);
int32_t count_bytes(const char *s, size_t n, char byte) {
    int32_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += s[i] == byte;
    return count;
}
EXPORT size_t longest(const char *const *texts, size_t n);
size_t longest(const char *const *texts, size_t n) {
    size_t best = 0;
    for (size_t i = 0; i < n; i++)
        best = strlen(texts[i]) > strlen(texts[best]) ? i : best;
    return best;
}
EXPORT int32_t write_name(char *to, int32_t n);
int32_t write_name(char *to, int32_t n) {
    static const char name[] = "Hoover";
    if (n < (int32_t)sizeof name) {
        errno = ERANGE;
        return -1;
    }
    memcpy(to, name, sizeof name);
    return 0;
}
EXPORT void fill_all(char *to, size_t n);
void fill_all(char *to, size_t n) {
    memset(to, 'z', n);
}
EXPORT void message_out(int32_t number, const char **out);
void message_out(int32_t number, const char **out) {
    *out = number == 0 ? NULL : "told";
}

/* ---- failures ---- */

EXPORT int32_t fails_with(int32_t number, int32_t result);
int32_t fails_with(int32_t number, int32_t result) {
    errno = number;
    return result;
}
EXPORT double fails_as_double(int32_t number, double result);
double fails_as_double(int32_t number, double result) {
    errno = number;
    return result;
}
EXPORT uint64_t too_large(void);
uint64_t too_large(void) {
    return UINT64_MAX;
}
EXPORT int64_t *nothing(void);
int64_t *nothing(void) {
    return NULL;
}

/* ---- handles ---- */

struct counter {
    struct counter *parent;
    int64_t n;
};
static int64_t made, released, wrong;

EXPORT struct counter *counter_new(int64_t n);
struct counter *counter_new(int64_t n) {
    struct counter *c = n < 0 ? NULL : calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->n = n;
    made++;
    return c;
}
EXPORT void counter_free(struct counter *c);
void counter_free(struct counter *c) {
    if (c->parent)
        c->parent->n--;
    wrong += !c->parent && c->n > 1000; /* with children that are still there */
    released++;
    free(c);
}
EXPORT int64_t counter_add(struct counter *c, int64_t n);
int64_t counter_add(struct counter *c, int64_t n) {
    return c ? (c->n += n) : -1;
}
EXPORT struct counter *counter_child(struct counter *parent);
struct counter *counter_child(struct counter *parent) {
    struct counter *c = counter_new(0);
    if (c) {
        c->parent = parent;
        parent->n++;
    }
    return c;
}
EXPORT struct counter *counter_self(struct counter *c);
struct counter *counter_self(struct counter *c) {
    return c;
}
EXPORT int32_t counter_open(int64_t n, struct counter **out, int32_t answer);
int32_t counter_open(int64_t n, struct counter **out, int32_t answer) {
    *out = counter_new(n);
    return answer;
}
EXPORT int64_t counters(int32_t which);
int64_t counters(int32_t which) {
    return which == 0 ? made : which == 1 ? released : wrong;
}
EXPORT void counters_reset(void);
void counters_reset(void) {
    made = released = wrong = freed = 0;
}

/* ---- callbacks ---- */

#define CALLS(name, type, low, high)                                                               \
    EXPORT type name##_through(type (*f)(int64_t, type, double), type x);                          \
    type name##_through(type (*f)(int64_t, type, double), type x) {                                \
        return f(1, x, 2.5);                                                                       \
    }
EACH_TYPE(CALLS)

EXPORT double integral(double (*f)(double, void *), void *data, double from, double to, int32_t n);
double integral(double (*f)(double, void *), void *data, double from, double to, int32_t n) {
    double s = 0, step = (to - from) / n;
    for (int32_t i = 0; i < n; i++)
        s += f(from + (i + 0.5) * step, data) * step;
    return s;
}
struct integrand {
    double (*function)(double, void *);
    void *data;
    double scale;
};
EXPORT double integral_of(const struct integrand *f, double to);
double integral_of(const struct integrand *f, double to) {
    return f->scale * integral(f->function, f->data, 0, to, 1000);
}
EXPORT int32_t each_text(const char *const *texts, size_t n, bool (*f)(const char *, int32_t));
int32_t each_text(const char *const *texts, size_t n, bool (*f)(const char *, int32_t)) {
    int32_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += f(texts[i], (int32_t)i);
    return count;
}
EXPORT double norm(double (*f)(const double *), const double *x);
double norm(double (*f)(const double *), const double *x) {
    return f(x);
}

static double (*kept)(double);
EXPORT double keep(double (*f)(double));
double keep(double (*f)(double)) {
    kept = f;
    return f(1);
}
EXPORT double call_kept(double x);
double call_kept(double x) {
    return kept ? kept(x) : -1;
}
static void *call_it(void *result) {
    *(double *)result = kept(2);
    return NULL;
}
EXPORT double in_thread(double (*f)(double));
double in_thread(double (*f)(double)) {
    pthread_t thread;
    double result = -1;
    kept = f;
    if (pthread_create(&thread, NULL, call_it, &result) == 0)
        pthread_join(thread, NULL);
    return result;
}
