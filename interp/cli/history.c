/* Where the history of the prompt lies: SPOKE_HISTORY (empty: nowhere), else
 * $XDG_STATE_HOME/spoke/history, else ~/.local/state/spoke/history. Only its
 * owner may read it: entries can name students. */
#include "cli/prompt.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All folders of the path. */
static bool make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool there = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!there) {
            return false;
        }
    }
    return true;
}

static void find_path(struct bytes *path) {
    const char *chosen = getenv("SPOKE_HISTORY");
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (chosen) {
        bytes_text(path, chosen);
    } else if (state && state[0] == '/') {
        bytes_printf(path, "%s/spoke/history", state);
    } else if (home && home[0] == '/') {
        bytes_printf(path, "%s/.local/state/spoke/history", home);
    }
}

char *history_path(void) {
    struct bytes path = {0};
    find_path(&path);
    if (path.failed || path.n == 0) {
        bytes_free(&path);
        return NULL;
    }
    int file = make_folders(path.p) ? open(path.p, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0) {
        app_complain("the history cannot be kept in `%s`: %s", path.p, strerror(errno));
        bytes_free(&path);
        return NULL;
    }
    fchmod(file, 0600);
    close(file);
    return path.p;
}
