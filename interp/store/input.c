/* Reading and unpacking. A file of gzip may have several members, one behind the
 * other; zeros behind the last one fill up a tape's block and are passed over. */
#include "store/input.h"
#include "store/file_head.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PIECE = 64 * 1024, GZIP_WINDOW = 15 + 16, FIRST_BUFFER = 512 * 1024 };

struct inflating {
    z_stream stream;
    struct alloc *alloc;
    uint64_t unpacked;
    bool between; /* members: the next bytes, if any, begin another one */
    bool at_end;  /* of the file */
    unsigned char piece[PIECE];
};

/* ---- memory for zlib, which returns blocks without their size ---- */

union sized {
    size_t n;
    max_align_t aligned;
};

static voidpf take_block(voidpf user, uInt n, uInt size) {
    size_t bytes = sizeof(union sized) + (size_t)n * size;
    union sized *block = mem_take(user, bytes);
    if (!block)
        return Z_NULL;
    block->n = bytes;
    return block + 1;
}

static void give_block(voidpf user, voidpf address) {
    union sized *block = (union sized *)address - 1;
    mem_give(user, block, block->n);
}

/* ---- the file ---- */

static enum input_result open_member(struct input *in, const struct input_from *from) {
    if (!archive_begin(from->archive, from->member, &in->member))
        return from->archive->problem ? INPUT_DAMAGED : INPUT_NO_MEMORY;
    in->regular = true;
    in->size = in->member.size;
    return INPUT_READ;
}

/* Of a database only the first bytes are given, and the file is not opened here. */
static bool look_at_database(struct input *in, const char *path) {
    struct stat about;
    unsigned char head[FILE_HEAD];
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode) ||
        !file_head_is_database(head, file_head(path, head)))
        return false;
    memcpy(in->first, head, sizeof in->first);
    in->nfirst = sizeof in->first;
    in->regular = true;
    in->size = (uint64_t)about.st_size;
    return true;
}

static enum input_result open_file(struct input *in, const char *path) {
    struct stat about;
    if (look_at_database(in, path))
        return INPUT_READ;
    in->file = open(path, O_RDONLY | O_CLOEXEC);
    if (in->file < 0 || fstat(in->file, &about) != 0) {
        in->error = errno;
        return INPUT_UNREADABLE;
    }
    if (S_ISDIR(about.st_mode)) {
        in->error = EISDIR;
        return INPUT_UNREADABLE;
    }
    in->regular = S_ISREG(about.st_mode);
    in->size = S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
    return INPUT_READ;
}

static enum input_result read_member(struct input *in, void *to, size_t room, size_t *n) {
    enum input_result got = archive_read(&in->member, to, room, n);
    in->taken += *n;
    return got;
}

static enum input_result read_file(struct input *in, void *to, size_t room, size_t *n) {
    size_t known = in->nfirst - in->given;
    if (known > 0) {
        *n = known < room ? known : room;
        memcpy(to, in->first + in->given, *n);
        in->given += *n;
        return INPUT_READ;
    }
    if (in->member.file)
        return read_member(in, to, room, n);
    *n = 0;
    if (in->file < 0)
        return INPUT_READ;
    ssize_t got;
    do
        got = read(in->file, to, room);
    while (got < 0 && errno == EINTR);
    *n = got < 0 ? 0 : (size_t)got;
    in->taken += *n;
    if (got >= 0)
        return INPUT_READ;
    in->error = errno;
    return INPUT_UNREADABLE;
}

/* A pipe may give its first bytes one by one. */
static enum input_result look(struct input *in) {
    unsigned char bytes[sizeof in->first];
    size_t have = 0, n = 1;
    while (have < sizeof bytes && n > 0) {
        enum input_result got = read_file(in, bytes + have, sizeof bytes - have, &n);
        if (got != INPUT_READ)
            return got;
        have += n;
    }
    memcpy(in->first, bytes, have);
    in->nfirst = have;
    return INPUT_READ;
}

/* ---- unpacking ---- */

static enum input_result start_unpacking(struct input *in) {
    struct inflating *u = mem_zero(in->alloc, sizeof *u);
    if (!u)
        return INPUT_NO_MEMORY;
    u->alloc = in->alloc;
    u->stream.zalloc = take_block;
    u->stream.zfree = give_block;
    u->stream.opaque = in->alloc;
    if (inflateInit2(&u->stream, GZIP_WINDOW) != Z_OK) {
        mem_give(in->alloc, u, sizeof *u);
        return INPUT_NO_MEMORY;
    }
    in->unpacker = u;
    return INPUT_READ;
}

static enum input_result refill(struct input *in, struct inflating *u) {
    size_t n;
    enum input_result got = read_file(in, u->piece, sizeof u->piece, &n);
    u->stream.next_in = u->piece;
    u->stream.avail_in = (uInt)n;
    u->at_end = got == INPUT_READ && n == 0;
    return got;
}

static bool is_bomb(const struct input *in, const struct inflating *u) {
    return u->unpacked > INPUT_BOMB_BYTES && u->unpacked / INPUT_BOMB_RATIO > in->taken;
}

/* Between members: false, nothing more comes. */
static bool next_member(struct inflating *u) {
    while (u->stream.avail_in > 0 && *u->stream.next_in == 0) {
        u->stream.next_in++;
        u->stream.avail_in--;
    }
    if (u->stream.avail_in == 0)
        return false;
    u->between = false;
    return inflateReset(&u->stream) == Z_OK;
}

/* Unpacks what is at hand; Z_BUF_ERROR only says that there is too little. */
static enum input_result unpack(struct input *in, struct inflating *u) {
    int code = inflate(&u->stream, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR)
        return INPUT_NO_MEMORY;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return INPUT_DAMAGED;
    u->between = code == Z_STREAM_END;
    return is_bomb(in, u) ? INPUT_BOMB : INPUT_READ;
}

static enum input_result read_packed(struct input *in, void *to, size_t room, size_t *n) {
    struct inflating *u = in->unpacker;
    uInt most = room > PIECE * 16 ? PIECE * 16 : (uInt)room;
    u->stream.next_out = to;
    u->stream.avail_out = most;
    *n = 0;
    while (*n == 0) {
        enum input_result got = INPUT_READ;
        if (u->stream.avail_in == 0 && !u->at_end)
            got = refill(in, u);
        if (got != INPUT_READ)
            return got;
        if (u->between && !next_member(u)) {
            if (u->at_end)
                return INPUT_READ;
            continue;
        }
        got = unpack(in, u);
        *n = most - u->stream.avail_out;
        u->unpacked += *n;
        if (got == INPUT_READ && *n == 0 && u->at_end && !u->between)
            got = INPUT_CUT_OFF;
        if (got != INPUT_READ)
            return got;
    }
    return INPUT_READ;
}

enum input_result input_begin(struct input *in, struct alloc *alloc,
                              const struct input_from *from) {
    *in = (struct input){.alloc = alloc, .file = -1};
    enum input_result got = from->archive ? open_member(in, from) : open_file(in, from->path);
    if (got == INPUT_READ && !in->nfirst)
        got = look(in);
    if (got == INPUT_READ && in->nfirst >= 3 && memcmp(in->first, "\x1f\x8b\x08", 3) == 0)
        got = start_unpacking(in);
    return got;
}

enum input_result input_read(struct input *in, void *to, size_t room, size_t *n) {
    return in->unpacker ? read_packed(in, to, room, n) : read_file(in, to, room, n);
}

void input_close(struct input *in) {
    if (in->unpacker) {
        inflateEnd(&in->unpacker->stream);
        mem_give(in->alloc, in->unpacker, sizeof *in->unpacker);
        in->unpacker = NULL;
    }
    archive_end(&in->member);
    if (in->file >= 0)
        close(in->file);
    in->file = -1;
}

/* ---- the window ---- */

enum input_result sliding_open(struct sliding *w, struct alloc *alloc,
                               const struct input_from *from) {
    *w = (struct sliding){.in.alloc = alloc, .in.file = -1};
    enum input_result got = input_begin(&w->in, alloc, from);
    while (got == INPUT_READ && !w->at_end && w->stop < INPUT_LOOKED_AT)
        got = sliding_refill(w);
    return got;
}

static size_t bytes_of(size_t cap) {
    return cap ? cap + SLIDING_SPARE : 0;
}

bool sliding_reserve(struct sliding *w, size_t cap) {
    char *grown = mem_resize(w->in.alloc, w->buffer, bytes_of(w->cap), bytes_of(cap));
    if (!grown)
        return false;
    w->buffer = grown;
    w->cap = cap;
    return true;
}

enum input_result sliding_refill(struct sliding *w) {
    size_t kept = w->stop - w->start, n;
    if (w->start && kept)
        memmove(w->buffer, w->buffer + w->start, kept);
    w->start = 0;
    w->stop = kept;
    if (kept == w->cap && !sliding_reserve(w, w->cap ? w->cap * 2 : FIRST_BUFFER))
        return INPUT_NO_MEMORY;
    enum input_result got = input_read(&w->in, w->buffer + w->stop, w->cap - w->stop, &n);
    w->stop += n;
    w->at_end = got == INPUT_READ && n == 0;
    return got;
}

void sliding_close(struct sliding *w) {
    input_close(&w->in);
    mem_give(w->in.alloc, w->buffer, bytes_of(w->cap));
    w->buffer = NULL;
    w->cap = w->start = w->stop = 0;
}
