/* The bytes of a file or of a member of an archive, read one after another: as
 * they are, or unpacked when they begin like those of gzip. Memory is bounded: one piece of packed
 * bytes and what zlib needs for its window, all from the reader's allocator. A file that unpacks to
 * very much more than its own size is refused, because its author means to fill the disk with it.
 */
#ifndef SPOKE_STORE_INPUT_H
#define SPOKE_STORE_INPUT_H

#include "store/archive.h"

struct input_from { /* what is read */
    const char *path;
    struct archive *archive; /* NULL: the file itself, not one of its members */
    uint64_t member;
};

struct inflating;

struct input {
    struct alloc *alloc;
    int file;
    struct archive_member member; /* that is read, if not the file */
    int error;
    bool regular;               /* not a pipe: it can be read again */
    uint64_t size;              /* of what is read; 0: unknown */
    uint64_t taken;             /* of them, so far */
    struct inflating *unpacker; /* NULL: the bytes are as they are */
    unsigned char first[16];    /* bytes looked at before the first input_read */
    size_t nfirst;
    size_t given; /* of them */
};

/* Opens it and looks at its first bytes. input_close is due in every case. */
enum input_result input_begin(struct input *in, struct alloc *alloc, const struct input_from *from);
/* At most `room` bytes; *n is 0 at the end only. */
enum input_result input_read(struct input *in, void *to, size_t room, size_t *n);
void input_close(struct input *in);

/* ---- a part of the file, sliding over it ---- */

struct sliding {
    struct input in;
    char *buffer;            /* cap bytes and one more, for a sentinel */
    size_t cap, start, stop; /* unread: [start, stop) */
    bool at_end;
};
/* Opens it and fills the window with the first bytes: INPUT_LOOKED_AT of them, if there are
 * so many. sliding_close is due in every case. */
enum { INPUT_LOOKED_AT = 4096 };
enum input_result sliding_open(struct sliding *w, struct alloc *alloc,
                               const struct input_from *from);
/* Reads another piece behind the unread bytes, which move to the front. */
enum input_result sliding_refill(struct sliding *w);
void sliding_close(struct sliding *w);

#endif
