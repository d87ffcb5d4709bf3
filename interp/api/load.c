/* The texts of used files: from the host's loader, or from the file system. */
#include "api/interp.h"
#include <errno.h>
#include <stdio.h>

static int append(void *to, const char *bytes, size_t n) {
    struct buf *out = to;
    buf_str(out, (struct str){bytes, n});
    return out->failed;
}

static bool read_file(const char *path, struct buf *out, const char **why) {
    char block[4096];
    FILE *f = fopen(path, "rb");
    if (!f) {
        *why = strerror(errno);
        return false;
    }
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        append(out, block, n);
    bool fine = !ferror(f);
    if (!fine)
        *why = strerror(errno);
    fclose(f);
    return fine;
}

bool load_text(void *user, struct str path, struct buf *out, const char **why) {
    struct spoke *sp = user;
    const char *name = arena_str(&sp->arena, path).p; /* ends in a zero byte */
    if (sp->load) {
        *why = "the host does not have it";
        return sp->load(sp->load_user, name, append, out) == SPOKE_OK;
    }
    if (sp->control.capabilities & CAN_READ_FILES)
        return read_file(name, out, why);
    *why = "this host does not allow files to be read";
    return false;
}
