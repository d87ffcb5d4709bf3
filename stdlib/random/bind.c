/* Random numbers: the interpreter's one stream, and what is drawn from it. */
#include "stdlib/give.h"
#include "stdlib/modules.h"
#include "stdlib/random/generator.h"

#define MODULE_FILE "stdlib/random/module.def"
#include "stdlib/natives.h"

struct stream {
    bool begun;
    struct generator generator;
};

static void release_stream(void *kept, struct alloc *alloc) {
    UNUSED(kept);
    UNUSED(alloc);
}

/* NULL: no memory. */
static struct stream *stream_of(struct native_call *c) {
    return native_keep(c, sizeof(struct stream), release_stream);
}

static struct generator *begun(struct native_call *c) {
    struct stream *s = stream_of(c);
    if (s && !s->begun) {
        generator_seed(&s->generator, native_seed(c));
        s->begun = true;
    }
    return s ? &s->generator : NULL;
}

int random_seed(struct native_call *c) {
    struct stream *s = stream_of(c);
    if (!s) {
        return SPOKE_NO_MEMORY;
    }
    generator_seed(&s->generator, (uint64_t)native_int(c, 0));
    s->begun = true;
    return SPOKE_OK;
}

int random_uniform(struct native_call *c) {
    struct generator *g = begun(c);
    return g ? give_float(c, generator_uniform(g)) : SPOKE_NO_MEMORY;
}

int random_integer(struct native_call *c) {
    int64_t low = native_int(c, 0), high = native_int(c, 1);
    struct generator *g = begun(c);
    if (low > high) {
        return native_fail(c, "`low` is %lld, above `high`, which is %lld", (long long)low,
                           (long long)high);
    }
    if (!g) {
        return SPOKE_NO_MEMORY;
    }
    uint64_t above = generator_below(g, (uint64_t)high - (uint64_t)low);
    return give_int(c, (int64_t)((uint64_t)low + above));
}

int random_normal(struct native_call *c) {
    double mean = native_float(c, 0), sd = native_float(c, 1);
    struct generator *g = begun(c);
    if (!(sd >= 0)) {
        return native_fail(c, "a standard deviation below 0");
    }
    return g ? give_float(c, mean + sd * generator_normal(g)) : SPOKE_NO_MEMORY;
}

/* k of the list's elements in random order. */
static int give_drawn(struct native_call *c, uint32_t k) {
    uint32_t n = native_list_length(c, 0);
    uint32_t *at = ARENA_ARRAY(native_arena(c), uint32_t, n);
    struct generator *g = begun(c);
    if (!at || !g || !native_give_list(c, k)) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        at[i] = i;
    }
    generator_shuffle(g, at, n, k);
    int status = SPOKE_OK;
    for (uint32_t i = 0; i < k && status == SPOKE_OK; i++) {
        struct value v = native_list_value(c, 0, at[i]);
        status = native_list_put_value(c, i, &v);
    }
    return status;
}

int random_sample(struct native_call *c) {
    int64_t k = native_int(c, 1);
    uint32_t n = native_list_length(c, 0);
    if (k < 0 || k > n) {
        return native_fail(c, "%lld of %u elements cannot be drawn", (long long)k, n);
    }
    return give_drawn(c, (uint32_t)k);
}

int random_shuffle(struct native_call *c) {
    return give_drawn(c, native_list_length(c, 0));
}

#define MODULE_SYMBOL random_module
#include "stdlib/module.h"
