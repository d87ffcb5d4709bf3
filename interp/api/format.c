/* A text in the house style. The tree lives in scratch memory; only the source
 * is kept, for the messages. */
#include "api/interp.h"
#include "syntax/format.h"

spoke_status spoke_format(spoke *sp, const char *name, const char *text, size_t n,
                          spoke_write_fn write, void *user) {
    jmp_buf escape;
    struct buf out;
    if (!sp || !name || (!text && n) || !write || !begin_call(sp))
        return SPOKE_MISUSE;
    buf_init(&out, &sp->alloc);
    volatile enum status s = ST_NO_MEMORY;
    if (!setjmp(escape)) {
        sp->arena.escape = sp->scratch.escape = &escape;
        uint32_t source = source_add(&sp->sources, str_of(name), (struct str){text, n});
        enum format_result result =
            format_source(&sp->scratch, &sp->diags, &sp->sources, source, &out);
        s = result == FORMAT_ERRORS ? ST_FAILED : ST_OK;
    }
    if (out.failed)
        s = ST_NO_MEMORY;
    else if (s == ST_OK && out.n && write(user, out.p, out.n))
        s = ST_INTERRUPTED;
    buf_free(&out);
    return end_call(sp, s);
}
