/* Writing beside and renaming. What is no usual file (a pipe, a terminal, /dev/null) cannot be
 * renamed over and is written where it is. */
#include "cli/replace.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int file, const struct bytes *text) {
    for (size_t done = 0; done < text->n;) {
        ssize_t n = write(file, text->p + done, text->n - done);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* The file that a path means, through links; false with errno set. */
static bool follow_links(const char *given, struct bytes *path) {
    char target[4096];
    bytes_text(path, given);
    for (int links = 0; links < 40 && !path->failed; links++) {
        ssize_t n = readlink(path->p, target, sizeof target);
        if (n < 0) {
            return errno == EINVAL || errno == ENOENT; /* no link */
        }
        if (n == (ssize_t)sizeof target) {
            break;
        }
        const char *slash = strrchr(path->p, '/');
        size_t folder = slash && target[0] != '/' ? (size_t)(slash - path->p) + 1 : 0;
        struct bytes next = {0};
        bytes_put(&next, path->p, folder);
        bytes_put(&next, target, (size_t)n);
        next.failed = next.failed || path->failed;
        bytes_free(path);
        *path = next;
    }
    errno = path->failed ? ENOMEM : ELOOP;
    return false;
}

static mode_t usual_mode(void) {
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Opens the file itself, or a new one beside it. */
static bool open_file(struct replacement *r, bool exists) {
    struct stat about;
    bool is_there = stat(r->path.p, &about) == 0;
    if ((!is_there && (exists || errno != ENOENT)) || (is_there && access(r->path.p, W_OK) != 0)) {
        return false;
    }
    if (is_there && !S_ISREG(about.st_mode)) {
        r->file = open(r->path.p, O_WRONLY);
        return r->file >= 0;
    }
    r->mode = is_there ? about.st_mode & 07777 : usual_mode();
    bytes_printf(&r->beside, "%s.XXXXXX", r->path.p);
    if (r->beside.failed) {
        errno = ENOMEM;
        return false;
    }
    r->file = mkstemp(r->beside.p);
    return r->file >= 0;
}

bool replace_begin(struct replacement *r, const char *path, bool exists) {
    *r = (struct replacement){.file = -1};
    if (follow_links(path, &r->path) && open_file(r, exists)) {
        return true;
    }
    int why = errno;
    bytes_free(&r->path);
    bytes_free(&r->beside);
    errno = why;
    return false;
}

bool replace_end(struct replacement *r, const struct bytes *text) {
    bool beside = r->beside.n > 0, good = true;
    if (text) {
        good = write_all(r->file, text);
        good = good && (!beside || (fchmod(r->file, r->mode) == 0 && fsync(r->file) == 0));
    }
    int why = errno;
    if (close(r->file) != 0 && good) {
        good = false;
        why = errno;
    }
    if (beside && good && text && rename(r->beside.p, r->path.p) != 0) {
        good = false;
        why = errno;
    }
    if (beside && !(good && text)) {
        unlink(r->beside.p);
    }
    bytes_free(&r->path);
    bytes_free(&r->beside);
    errno = why;
    return good;
}
