/* Reading entries with GNU readline.
 *
 * An entry of several lines is edited as a whole: Enter adds a line while the
 * entry is unfinished. Colour is painted over what readline has drawn: the same
 * characters in the same cells, with relative moves only, so that its own
 * bookkeeping stays right. The redisplay hook is set after rl_initialize;
 * earlier, readline would take the terminal for a dumb one.
 *
 * Readline calls back without a context, so the editor in use is kept in one
 * static pointer. */
#if LINE_READLINE
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "cli/prompt.h"
#include "cli/signals.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { MOST_HISTORY = 5000 };
static const char prompt_text[] = "spoke> ";
static struct line_editor *editor;

/* ---- colour ---- */

struct place {
    int row, column;
};

/* A character of the entry as readline draws it. */
struct glyph {
    size_t length; /* bytes */
    int width;
    bool control; /* drawn as ^X */
};

/* false: readline draws it in a way that is not followed here (tabs, broken text). */
static bool find_glyph(const char *text, size_t n, struct glyph *g) {
    unsigned char first = (unsigned char)text[0];
    *g = (struct glyph){1, 1, false};
    if (first == '\n') {
        g->width = 0;
        return true;
    }
    if (first < 0x20 || first == 0x7F) {
        g->width = 2;
        g->control = true;
        return first != '\t';
    }
    mbstate_t state;
    wchar_t wide;
    memset(&state, 0, sizeof state);
    g->length = mbrtowc(&wide, text, n, &state);
    if (g->length == 0 || g->length > n) {
        return false;
    }
    g->width = wcwidth(wide);
    return g->width >= 0;
}

static struct place move_on(struct place at, const char *text, const struct glyph *g, int width) {
    if (text[0] == '\n') {
        return (struct place){at.row + 1, 0};
    }
    if (at.column + g->width > width) {
        at = (struct place){at.row + 1, 0};
    }
    at.column += g->width;
    if (at.column >= width) {
        at = (struct place){at.row + 1, 0};
    }
    return at;
}

/* Where byte `stop` is drawn; false when that cannot be known. */
static bool find_place(size_t stop, int width, struct place *out) {
    struct place at = {0, (int)sizeof prompt_text - 1};
    struct glyph g;
    for (size_t i = 0; i < stop; i += g.length) {
        if (!find_glyph(rl_line_buffer + i, (size_t)rl_end - i, &g)) {
            return false;
        }
        at = move_on(at, rl_line_buffer + i, &g, width);
    }
    *out = at;
    return true;
}

static void put_moves(struct bytes *out, int up, int column) {
    if (up > 0) {
        bytes_printf(out, "\033[%dA", up);
    }
    bytes_text(out, "\r");
    if (column > 0) {
        bytes_printf(out, "\033[%dC", column);
    }
}

static void put_glyph(struct bytes *out, const char *text, const struct glyph *g) {
    if (text[0] == '\n') {
        bytes_text(out, "\r\033[B");
    } else if (g->control) {
        bytes_printf(out, "^%c", (text[0] ^ 0x40) & 0x7F);
    } else {
        bytes_put(out, text, g->length);
    }
}

static void put_entry(struct bytes *out, const unsigned char *kinds, int width) {
    struct place at = {0, (int)sizeof prompt_text - 1};
    struct glyph g;
    int kind = PAINT_PLAIN;
    for (size_t i = 0; i < (size_t)rl_end; i += g.length) {
        const char *text = rl_line_buffer + i;
        if (!find_glyph(text, (size_t)rl_end - i, &g)) {
            return;
        }
        if (kinds[i] != kind) {
            kind = kinds[i];
            bytes_printf(out, "\033[0m%s", paint_colour((enum paint_kind)kind));
        }
        put_glyph(out, text, &g);
        at = move_on(at, text, &g, width);
        if (at.column == 0 && text[0] != '\n') {
            /* The line is exactly full: only one more character makes the terminal wrap. */
            bytes_text(out, " \r");
        }
    }
    bytes_text(out, "\033[0m");
}

/* Not while readline shows something else than the entry. */
static bool may_paint(void) {
    return editor && editor->colour && rl_end > 0 && rl_display_prompt == rl_prompt &&
           !RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG |
                       RL_STATE_COMPLETING);
}

static void paint_over(void) {
    int height, width;
    struct place cursor, end;
    rl_get_screen_size(&height, &width);
    if (!find_place((size_t)rl_point, width, &cursor) || !find_place((size_t)rl_end, width, &end) ||
        end.row >= height) {
        return;
    }
    unsigned char *kinds = malloc((size_t)rl_end);
    struct bytes out = {0};
    if (kinds) {
        paint_find_kinds(rl_line_buffer, (size_t)rl_end, kinds);
        bytes_text(&out, "\033[?25l");
        put_moves(&out, cursor.row, (int)sizeof prompt_text - 1);
        put_entry(&out, kinds, width);
        put_moves(&out, end.row - cursor.row, cursor.column);
        bytes_text(&out, "\033[?25h");
    }
    if (!out.failed && out.n > 0) {
        fwrite(out.p, 1, out.n, rl_outstream);
        fflush(rl_outstream);
    }
    bytes_free(&out);
    free(kinds);
}

static void paint(void) {
    rl_redisplay();
    if (may_paint()) {
        paint_over();
    }
}

/* ---- signals ---- */

/* In another order readline would draw the old text again. */
static void clear_entry(void) {
    rl_point = rl_end;
    rl_redisplay();
    fputs("^C", rl_outstream);
    rl_crlf();
    rl_replace_line("", 1);
    rl_on_new_line();
    rl_free_line_state();
    rl_redisplay();
}

/* With a function of ours readline would draw the prompt twice. */
static void follow_size(void) {
    rl_redisplay_function = rl_redisplay;
    rl_resize_terminal();
    rl_redisplay_function = paint;
}

static int on_signal(void) {
    if (signals_taken()) {
        clear_entry();
    }
    if (signals_resized()) {
        follow_size();
        paint();
    }
    return 0;
}

/* ---- completion ---- */

struct candidates {
    char **at; /* at[0] is kept for what they have in common */
    size_t n, cap;
    const char *line;
    size_t word, start; /* where readline and where the interpreter thinks the word begins */
    bool failed;
};

/* The candidate as a replacement of readline's word; NULL: it does not fit, or no memory. */
static char *fit_candidate(const struct candidates *c, const char *p, size_t n) {
    struct bytes whole = {0};
    if (c->start > c->word) {
        bytes_put(&whole, c->line + c->word, c->start - c->word);
    } else {
        size_t before = c->word - c->start;
        if (before > n || memcmp(c->line + c->start, p, before) != 0) {
            return NULL;
        }
        p += before;
        n -= before;
    }
    bytes_put(&whole, p, n);
    if (whole.failed) {
        bytes_free(&whole);
    }
    return whole.p;
}

static void add_candidate(struct candidates *c, const char *p, size_t n) {
    if (c->n + 2 >= c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 32;
        char **at = realloc(c->at, cap * sizeof *at);
        if (!at) {
            c->failed = true;
            return;
        }
        c->at = at;
        c->cap = cap;
    }
    char *fitted = fit_candidate(c, p, n);
    if (fitted) {
        c->at[++c->n] = fitted;
    }
}

/* Collected first, as `start` is known only when the call is over. */
static int collect(void *user, const spoke_candidate *candidate) {
    struct bytes *all = user;
    bytes_put(all, candidate->name.p, candidate->name.n);
    bytes_put(all, "", 1);
    return all->failed;
}

/* A prompt's command in front of an expression is no Spoke: blanks in its place. */
static void put_entry_text(struct bytes *text) {
    size_t n = (size_t)rl_end, skip = 0;
    if (rl_line_buffer[0] == ':') {
        skip = strcspn(rl_line_buffer, " \t");
    } else if (rl_line_buffer[0] == '?') {
        skip = strspn(rl_line_buffer, "?");
    }
    for (size_t i = 0; i < skip; i++) {
        bytes_put(text, " ", 1);
    }
    bytes_put(text, rl_line_buffer + skip, n - skip);
}

static void add_names(struct candidates *c) {
    struct bytes all = {0}, text = {0};
    size_t at = (size_t)rl_point;
    c->start = c->word;
    put_entry_text(&text);
    if (!text.failed && text.p &&
        spoke_complete(editor->sp, "<prompt>", text.p, text.n, at, &c->start, collect, &all) ==
            SPOKE_OK &&
        !all.failed && c->start <= at) {
        for (size_t i = 0; i < all.n; i += strlen(all.p + i) + 1) {
            add_candidate(c, all.p + i, strlen(all.p + i));
        }
    }
    bytes_free(&text);
    bytes_free(&all);
}

static void add_commands(struct candidates *c, const char *word) {
    c->start = c->word;
    for (const char *const *name = command_names(); *name; name++) {
        if (strncmp(*name, word, strlen(word)) == 0) {
            add_candidate(c, *name, strlen(*name));
        }
    }
}

/* What all candidates begin with; a copy. */
static char *common_beginning(char **at, size_t n) {
    size_t length = strlen(at[1]);
    for (size_t i = 2; i <= n; i++) {
        size_t same = 0;
        while (same < length && at[i][same] == at[1][same]) {
            same++;
        }
        length = same;
    }
    struct bytes common = {0};
    bytes_put(&common, at[1], length);
    return common.p;
}

static bool in_text(size_t at) {
    bool inside = false;
    for (size_t i = 0; i < at; i++) {
        inside ^= rl_line_buffer[i] == '"' && (i == 0 || rl_line_buffer[i - 1] != '\\');
    }
    return inside;
}

static char **complete(const char *word, int start, int end) {
    (void)end;
    struct candidates c = {.line = rl_line_buffer, .word = (size_t)start};
    if (rl_line_buffer[0] == ':' && start == 1) {
        add_commands(&c, word);
    } else {
        add_names(&c);
    }
    /* Within quotes it may be a file. */
    rl_attempted_completion_over = c.n > 0 || !in_text((size_t)start);
    rl_completion_append_character = '\0';
    if (c.n > 0) {
        c.at[0] = common_beginning(c.at, c.n);
        c.at[c.n + 1] = NULL;
        if (c.n == 1) {
            free(c.at[1]);
            c.at[1] = NULL;
        }
    }
    if (c.n == 0 || !c.at[0]) {
        for (size_t i = 1; i <= c.n && c.n > 1; i++) {
            free(c.at[i]);
        }
        free(c.at);
        return NULL;
    }
    return c.at;
}

/* ---- entries ---- */

static bool is_unfinished(void) {
    const char *text = rl_line_buffer;
    text += strspn(text, " \t");
    if (*text == ':' || *text == '?') {
        return false;
    }
    return spoke_entry_complete(editor->sp, rl_line_buffer, (size_t)rl_end) == SPOKE_INCOMPLETE;
}

/* An empty last line ends even an unfinished entry, so that its error can be seen. */
static bool last_line_is_empty(void) {
    int i = rl_end;
    while (i > 0 && (rl_line_buffer[i - 1] == ' ' || rl_line_buffer[i - 1] == '\t')) {
        i--;
    }
    return i > 0 && rl_line_buffer[i - 1] == '\n';
}

static int on_enter(int count, int key) {
    if (is_unfinished() && !last_line_is_empty()) {
        return rl_insert_text("\n") > 0 ? 0 : 1;
    }
    return rl_newline(count, key);
}

static bool is_worth_keeping(const char *entry) {
    if (entry[0] == ' ' || entry[strspn(entry, " \t\n")] == '\0') {
        return false;
    }
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    return !last || strcmp(last->line, entry) != 0;
}

/* On disk before the entry runs, so that a crash does not lose it. */
void line_keep(struct line_editor *e, const char *entry) {
    if (!is_worth_keeping(entry)) {
        return;
    }
    add_history(entry);
    if (e->history && append_history(1, e->history) == 0) {
        int file = open(e->history, O_WRONLY);
        if (file >= 0) {
            fsync(file);
            close(file);
        }
    }
}

enum line_result line_read(struct line_editor *e, struct bytes *entry) {
    if (signals_resized()) {
        follow_size();
    }
    char *text = readline(prompt_text);
    if (!text) {
        return LINE_END;
    }
    line_keep(e, text);
    bytes_text(entry, text);
    free(text);
    return LINE_ENTRY;
}

static void open_history(struct line_editor *e) {
    using_history();
    /* Stamps tell where an entry of several lines ends. With the usual `#` as their mark, an
     * entry that begins with a comment would be taken for one. */
    history_write_timestamps = 1;
    history_comment_char = '\001';
    e->history = history_path();
    if (e->history) {
        history_truncate_file(e->history, MOST_HISTORY);
        read_history(e->history);
    }
}

void line_open(struct line_editor *e, spoke *sp, bool colour) {
    *e = (struct line_editor){.sp = sp, .colour = colour};
    editor = e;
    open_history(e);
    rl_readline_name = "Spoke";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_initialize();
    rl_redisplay_function = paint;
    rl_signal_event_hook = on_signal;
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t\n\"\\'`><=;|&{}()[],+-*%:!?";
    rl_bind_key('\r', on_enter);
    rl_bind_key('\n', on_enter);
    signals_watch_size();
}

void line_close(struct line_editor *e) {
    rl_redisplay_function = rl_redisplay;
    rl_signal_event_hook = NULL;
    clear_history();
    free(e->history);
    editor = NULL;
}

#else
typedef int line_readline_is_not_used;
#endif
