/* Terminals: sizes, colour, characters. Read from the environment, never set. */
#include "cli/terminal.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static bool wants_colour(enum colour_choice choice, bool is_terminal) {
    if (choice != COLOUR_AUTO) {
        return choice == COLOUR_ALWAYS;
    }
    const char *term = setting("TERM");
    if (setting("NO_COLOR")) {
        return false;
    }
    if (setting("FORCE_COLOR")) {
        return true;
    }
    return is_terminal && term && strcmp(term, "dumb") != 0;
}

/* The first of these that is set names the character set; without any it is ASCII. */
static bool has_unicode(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = setting(names[i]);
        const char *set = value ? strchr(value, '.') : NULL;
        if (value) {
            return set &&
                   (strncasecmp(set + 1, "UTF-8", 5) == 0 || strncasecmp(set + 1, "UTF8", 4) == 0);
        }
    }
    return false;
}

struct terminal terminal_find(enum colour_choice colour) {
    struct terminal t = {
        .in = isatty(STDIN_FILENO), .out = isatty(STDOUT_FILENO), .err = isatty(STDERR_FILENO)};
    t.colour_out = wants_colour(colour, t.out);
    t.colour_err = wants_colour(colour, t.err);
    t.unicode = has_unicode();
    return t;
}

int terminal_width(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int terminal_height(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

/* Columns of UTF-8, one for each character, as what is told here has hardly any wide ones; colours
 * take none. */
static int count_columns(const char *p, size_t n) {
    int columns = 0;
    for (size_t i = 0; i < n; i++) {
        const char *end = p[i] == '\033' ? memchr(p + i, 'm', n - i) : NULL;
        if (end) {
            i = (size_t)(end - p);
        } else {
            columns += ((unsigned char)p[i] & 0xC0) != 0x80;
        }
    }
    return columns;
}

/* How many bytes of a line fit; all of a word that fits nowhere. */
static size_t bytes_that_fit(const char *line, size_t n, size_t indent, int width) {
    size_t fits = 0;
    for (size_t i = indent; i <= n; i++) {
        if (i == n || line[i] == ' ') {
            if (fits && count_columns(line, i) > width) {
                return fits;
            }
            fits = i;
        }
    }
    return n;
}

static void put_line(const char *line, size_t n, int width) {
    size_t indent = strspn(line, " "), fits = bytes_that_fit(line, n, indent, width);
    int further = (int)indent + 2;
    fwrite(line, 1, fits, stdout);
    while (fits < n) {
        line += fits + 1;
        n -= fits + 1;
        fits = bytes_that_fit(line, n, 0, width - further);
        printf("\n%*s%.*s", further, "", (int)fits, line);
    }
    putchar('\n');
}

void terminal_prose(const struct terminal *t, const char *text) {
    int width = t->out ? terminal_width(STDOUT_FILENO) : INT_MAX;
    while (*text) {
        size_t n = strcspn(text, "\n");
        put_line(text, n, width);
        text += n + (text[n] == '\n');
    }
}
