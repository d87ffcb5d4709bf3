/* The prompt's parts. */
#ifndef SPOKE_CLI_PROMPT_H
#define SPOKE_CLI_PROMPT_H

#include "cli/app.h"

/* ---- line_readline.c or line_plain.c, as LINE_... was defined: reading an entry ---- */
struct line_editor {
    spoke *sp;
    bool colour;
    char *history; /* path, or NULL when it is off; owned */
};
void line_open(struct line_editor *e, spoke *sp, bool colour);
void line_close(struct line_editor *e);
enum line_result { LINE_ENTRY, LINE_END, LINE_CLEARED };
/* A whole entry, of several lines perhaps, without its last newline. It is in the history file
 * before this returns. */
/* An entry that did not come from line_read goes into the history. */
void line_keep(struct line_editor *e, const char *entry);
enum line_result line_read(struct line_editor *e, struct bytes *entry);

/* ---- history.c ---- */
/* Where the history lies (folders are made, the file has mode 0600); NULL when it is switched off
 * or cannot be. To be freed. */
char *history_path(void);

/* ---- paint.c ---- */
/* The text with colours, as the prompt shows it while it is typed. Each byte of `kinds` says what
 * the byte of `text` is part of. */
enum paint_kind { PAINT_PLAIN, PAINT_WORD, PAINT_NUMBER, PAINT_TEXT, PAINT_COMMENT };
void paint_find_kinds(const char *text, size_t n, unsigned char *kinds);
const char *paint_colour(enum paint_kind kind); /* how it starts */

/* ---- commands.c: entries that begin with `:` or `?` ---- */
struct prompt {
    struct app app;
    struct line_editor editor;
    struct bytes worked; /* entries that did, for :save */
    struct bytes last;   /* the last entry, for :edit */
    bool timing, leave;
};
bool command_entry(struct prompt *p, const char *entry); /* false: it is Spoke */
/* Names of the `:` commands, NULL-ended. */
const char *const *command_names(void);
/* ---- edit.c ---- */
/* The last entry in the person's editor, then run. */
void prompt_edit(struct prompt *p);
/* "5 EXPR": runs EXPR every 5 seconds until Ctrl-C or an error. */
void prompt_watch(struct prompt *p, const char *argument);
/* Runs Spoke, tells errors and times. */
spoke_status prompt_run(struct prompt *p, const char *text, size_t n);

#endif
