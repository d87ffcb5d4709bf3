/* Opening and reading, with what libzip says told in our words. */
#include "store/archive.h"

#ifdef WITH_LIBZIP
#include <zip.h>

bool archive_is_built_in(void) {
    return true;
}

static const char *problem_of(int code) {
    switch (code) {
    case ZIP_ER_MEMORY:
        return NULL;
    case ZIP_ER_NOZIP:
    case ZIP_ER_INCONS:
    case ZIP_ER_EOF:
        return "is a zip archive that is cut off or damaged";
    case ZIP_ER_MULTIDISK:
        return "is one part of a zip archive in several files";
    case ZIP_ER_COMPNOTSUPP:
        return "is packed in a way that cannot be unpacked here";
    case ZIP_ER_ENCRNOTSUPP:
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
        return "is locked by a password";
    default:
        return "is a zip archive that cannot be read";
    }
}

bool archive_open(struct archive *a, const char *path) {
    int code = 0;
    *a = (struct archive){.zip = zip_open(path, ZIP_RDONLY, &code)};
    if (!a->zip) {
        a->problem = problem_of(code);
        return false;
    }
    a->n = (uint64_t)zip_get_num_entries(a->zip, 0);
    if (a->n > ARCHIVE_MOST_MEMBERS)
        a->problem = "is a zip archive of more than 100,000 files";
    return a->n <= ARCHIVE_MOST_MEMBERS;
}

void archive_close(struct archive *a) {
    if (a->zip)
        zip_discard(a->zip);
    a->zip = NULL;
}

struct str archive_name(const struct archive *a, uint64_t member) {
    const char *name = zip_get_name(a->zip, member, 0);
    return name ? str_of(name) : STR("");
}

bool archive_find(const struct archive *a, struct str name, uint64_t *member) {
    char path[512];
    if (name.n >= sizeof path)
        return false;
    memcpy(path, name.p, name.n);
    path[name.n] = '\0';
    zip_int64_t at = zip_name_locate(a->zip, path, 0);
    if (at < 0)
        at = zip_name_locate(a->zip, path, ZIP_FL_NOCASE);
    *member = (uint64_t)at;
    return at >= 0;
}

bool archive_begin(struct archive *a, uint64_t member, struct archive_member *out) {
    struct zip_stat about;
    *out = (struct archive_member){.file = NULL};
    if (zip_stat_index(a->zip, member, 0, &about) == 0) {
        out->size = about.valid & ZIP_STAT_SIZE ? about.size : 0;
        out->packed = about.valid & ZIP_STAT_COMP_SIZE ? about.comp_size : 0;
        out->file = zip_fopen_index(a->zip, member, 0);
    }
    if (!out->file)
        a->problem = problem_of(zip_error_code_zip(zip_get_error(a->zip)));
    return out->file != NULL;
}

enum input_result archive_read(struct archive_member *m, void *to, size_t room, size_t *n) {
    zip_int64_t got = zip_fread(m->file, to, room);
    *n = got > 0 ? (size_t)got : 0;
    m->unpacked += *n;
    if (got < 0) {
        int code = zip_error_code_zip(zip_file_get_error(m->file));
        return code == ZIP_ER_MEMORY ? INPUT_NO_MEMORY
               : code == ZIP_ER_EOF  ? INPUT_CUT_OFF
                                     : INPUT_DAMAGED;
    }
    bool bomb = m->unpacked > INPUT_BOMB_BYTES && m->unpacked / INPUT_BOMB_RATIO > m->packed;
    return bomb ? INPUT_BOMB : INPUT_READ;
}

void archive_end(struct archive_member *m) {
    if (m->file)
        zip_fclose(m->file);
    m->file = NULL;
}

#else /* nothing opens, so that the rest is never asked */

bool archive_is_built_in(void) {
    return false;
}

bool archive_open(struct archive *a, const char *path) {
    UNUSED(path);
    *a = (struct archive){.problem = "is a zip archive"};
    return false;
}

void archive_close(struct archive *a) {
    a->zip = NULL;
}

struct str archive_name(const struct archive *a, uint64_t member) {
    UNUSED(a);
    UNUSED(member);
    return STR("");
}

bool archive_find(const struct archive *a, struct str name, uint64_t *member) {
    UNUSED(a);
    UNUSED(name);
    UNUSED(member);
    return false;
}

bool archive_begin(struct archive *a, uint64_t member, struct archive_member *out) {
    UNUSED(a);
    UNUSED(member);
    *out = (struct archive_member){.file = NULL};
    return false;
}

enum input_result archive_read(struct archive_member *m, void *to, size_t room, size_t *n) {
    UNUSED(m);
    UNUSED(to);
    UNUSED(room);
    *n = 0;
    return INPUT_READ;
}

void archive_end(struct archive_member *m) {
    m->file = NULL;
}
#endif
