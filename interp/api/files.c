/* Names of files as candidates, for the texts of `use`, `import` and `store`.
 *
 * Only where the host lets files be read. Nothing is taken from an arena while a
 * folder is open: without memory that would leave it open. */
#include "api/candidates.h"
#include <dirent.h>
#include <sys/stat.h>

static bool has_ending(struct str name, const char *const *endings, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct str ending = str_of(endings[i]);
        if (name.n > ending.n && memcmp(name.p + name.n - ending.n, ending.p, ending.n) == 0)
            return true;
    }
    return false;
}

enum { MOST_BYTES = 64 * 1024 }; /* of names; more nobody reads through */

/* The folder's names, each with its zero byte; how many bytes. */
static size_t read_names(const char *folder, char *out) {
    DIR *open = opendir(folder);
    size_t n = 0;
    for (struct dirent *entry; open && (entry = readdir(open)) != NULL;) {
        size_t length = strlen(entry->d_name) + 1;
        if (entry->d_name[0] == '.' || length > MOST_BYTES - n)
            continue;
        memcpy(out + n, entry->d_name, length);
        n += length;
    }
    if (open)
        closedir(open);
    return n;
}

static void offer_name(struct candidates *c, struct str folder, struct str name,
                       const char *const *endings, size_t n) {
    struct stat about;
    struct str path = arena_printf(&c->sp->scratch, "%.*s%.*s", STR_ARG(folder), STR_ARG(name));
    if (stat(path.p, &about) == 0 && S_ISDIR(about.st_mode))
        offer(c, arena_printf(&c->sp->scratch, "%.*s/", STR_ARG(path)), "folder", STR_NONE,
              STR_NONE);
    else if (has_ending(name, endings, n))
        offer(c, path, "file", STR_NONE, STR_NONE);
}

void offer_files(struct candidates *c, struct str base, const char *const *endings, size_t n) {
    size_t folder = c->prefix.n;
    if (!(c->sp->control.capabilities & CAN_READ_FILES))
        return;
    while (folder && c->prefix.p[folder - 1] != '/')
        folder--;
    struct str inside = {c->prefix.p, folder};
    bool absolute = folder && inside.p[0] == '/';
    struct str path = arena_printf(&c->sp->scratch, "%.*s%.*s", absolute ? 0 : (int)base.n,
                                   base.p ? base.p : "", STR_ARG(inside));
    char *names = arena_take(&c->sp->scratch, MOST_BYTES);
    size_t all = read_names(path.n ? path.p : ".", names);
    for (size_t at = 0; at < all;) {
        struct str name = str_of(names + at);
        offer_name(c, inside, name, endings, n);
        at += name.n + 1;
    }
}
