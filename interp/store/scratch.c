/* Making, writing and reading; all whole or told. */
#include "store/scratch.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void scratch_none(struct scratch *f) {
    *f = (struct scratch){.file = -1};
}

void scratch_close(struct scratch *f) {
    if (f->file >= 0)
        close(f->file);
    f->file = -1;
}

enum status scratch_told(struct scratch *f, enum code code, const char *what) {
    enum status status = store_fail(f->s, code, f->span, "%s", what);
    store_help(f->s, "a large import keeps some of its rows in a file while it sorts them: beside "
                     "the store, or for a store without a file under `/tmp`");
    return status;
}

/* Beside the store, which will need as much room there anyway. */
enum status scratch_open(struct scratch *f, struct store *s, struct span span) {
    struct buf name;
    bool beside = s->mode == STORE_WRITE && s->path.n > 0;
    *f = (struct scratch){.s = s, .span = span, .file = -1};
    buf_init(&name, s->host.alloc);
    buf_str(&name, beside ? s->path : str_of("/tmp/spoke"));
    buf_text(&name, "-import-XXXXXX");
    if (!name.failed) {
        f->file = mkstemp(name.p);
        if (f->file >= 0)
            unlink(name.p);
    }
    enum status status = name.failed ? ST_NO_MEMORY : ST_OK;
    buf_free(&name);
    if (status == ST_OK && f->file < 0)
        status = scratch_told(f, E0510, "no file can be made for the rows of a large import");
    return status;
}

enum status scratch_write(struct scratch *f, const void *bytes, size_t n) {
    const char *at = bytes;
    while (n > 0) {
        ssize_t done = pwrite(f->file, at, n, (off_t)f->size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return scratch_told(f, E0508, "there is no room left for the rows of a large import");
        at += done;
        n -= (size_t)done;
        f->size += (uint64_t)done;
    }
    return ST_OK;
}

enum status scratch_read(struct scratch *f, uint64_t at, void *bytes, size_t n) {
    char *to = bytes;
    while (n > 0) {
        ssize_t done = pread(f->file, to, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return scratch_told(f, E0510, "the rows of a large import cannot be read back");
        to += done;
        n -= (size_t)done;
        at += (uint64_t)done;
    }
    return ST_OK;
}
