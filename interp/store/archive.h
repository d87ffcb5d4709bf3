/* Zip archives: which members there are, and the bytes of one after another.
 *
 * A layer over libzip, which does its own memory; nothing is written and no path
 * in an archive is ever opened outside of it. A member that unpacks to very much
 * more than what it is packed in is refused, as a file of gzip is. Built without
 * libzip, nothing opens, and `archive_is_built_in` says so. */
#ifndef SPOKE_STORE_ARCHIVE_H
#define SPOKE_STORE_ARCHIVE_H

#include "base/buf.h"

enum input_result { /* of reading the bytes of a file or of a member */
                    INPUT_READ,
                    INPUT_UNREADABLE, /* `error` is the errno */
                    INPUT_CUT_OFF,    /* packed bytes end too soon */
                    INPUT_DAMAGED,    /* packed bytes that cannot be unpacked, or whose checksum is
                                         wrong */
                    INPUT_BOMB,
                    INPUT_NO_MEMORY
};

/* From so many bytes on, and unpacking to more than so many times its size, a file is a bomb. */
enum { INPUT_BOMB_BYTES = 1 << 26, INPUT_BOMB_RATIO = 200 };

/* An archive of more members is refused. */
enum { ARCHIVE_MOST_MEMBERS = 100000 };

struct archive {
    void *zip; /* libzip's; NULL: not open */
    uint64_t n;
    const char *problem; /* what is wrong, behind the file's name; NULL: no memory */
};

bool archive_is_built_in(void);
/* false: see `problem`. archive_close is due in every case. */
bool archive_open(struct archive *a, const char *path);
void archive_close(struct archive *a);
/* The path of a member, always with `/`, as long as the archive is open; empty where it has none
 * that can be read. */
struct str archive_name(const struct archive *a, uint64_t member);
/* false: there is none; a path that differs by case alone is taken when no other fits. */
bool archive_find(const struct archive *a, struct str name, uint64_t *member);

struct archive_member { /* being read */
    void *file;         /* libzip's; NULL: not open */
    uint64_t size;      /* unpacked, as the archive claims */
    uint64_t packed, unpacked;
};
/* false: `problem` of the archive. archive_end is due in every case. */
bool archive_begin(struct archive *a, uint64_t member, struct archive_member *out);
/* At most `room` bytes; *n is 0 at the end only. Checksums are checked there. */
enum input_result archive_read(struct archive_member *m, void *to, size_t room, size_t *n);
void archive_end(struct archive_member *m);

#endif
