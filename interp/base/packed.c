/* Unpacks texts that the build has packed with zlib (interp/build/pack_examples.sh).
 *
 * What zlib needs meanwhile lies in the arena, too, and goes with it: nothing is lost when memory
 * runs out and the arena jumps out of the middle of zlib, which takes its memory before all else.
 */
#include "packed.h"
#include <zlib.h>

static void *take(void *arena, unsigned n, unsigned size) {
    return arena_take(arena, (size_t)n * size);
}

static void leave(void *arena, void *block) {
    (void)arena;
    (void)block;
}

struct str packed_text(struct arena *arena, const struct packed_texts *p, size_t i) {
    char *text = arena_take(arena, p->whole);
    z_stream stream = {.zalloc = take,
                       .zfree = leave,
                       .opaque = arena,
                       .next_in = (unsigned char *)(uintptr_t)p->bytes,
                       .avail_in = (unsigned)p->n,
                       .next_out = (unsigned char *)text,
                       .avail_out = (unsigned)p->whole};
    bool whole = inflateInit(&stream) == Z_OK && inflate(&stream, Z_FINISH) == Z_STREAM_END;
    inflateEnd(&stream);
    const char *end = text + (whole ? p->whole : 0);
    while (text < end && i-- > 0)
        text += strlen(text) + 1;
    return text < end ? str_of(text) : STR_NONE;
}
