/* Sources, places in them, and what is wrong there.
 *
 * A diagnostic is data: code, severity, message, a primary span, further
 * labelled spans, notes and helps. Renderers (diag_text, diag_json) turn it
 * into text. Messages are lower case without a final stop, name the thing in
 * backticks, and say what is wrong; only a help says what to do.
 *
 * Ownership: all texts are copied into the collection's arena. The same code
 * at the same span is kept once; after 20 errors further ones only count. */
#ifndef SPOKE_DIAG_H
#define SPOKE_DIAG_H

#include "base/arena.h"
#include "base/buf.h"

/* Byte range [start, stop) of source number `source`; {0,0,0} is nowhere. */
struct span {
    uint32_t source; /* 1-based */
    uint32_t start, stop;
};

struct source {
    struct str name; /* file name, "<prompt>", "<command>" */
    struct str text;
    ARENA_VEC(uint32_t) lines; /* byte offset at which each line starts */
};

struct sources {
    struct arena *arena;
    ARENA_VEC(struct source *) all;
};
void sources_init(struct sources *s, struct arena *arena);
/* Copies name and text; returns the number to put in spans. Its line table is
 * split at LF, CRLF and CR. */
uint32_t source_add(struct sources *s, struct str name, struct str text);
const struct source *source_at(const struct sources *s, uint32_t number); /* NULL if none */
struct place {
    uint32_t line, column; /* from 1; column counts code points */
};
struct place source_place(const struct source *s, uint32_t offset);
/* The line's text without its end. */
struct str source_line(const struct source *s, uint32_t line);
struct span span_join(struct span a, struct span b);
/* Where a reader is pointed to: cut to the text; what starts at the text's end
 * moves behind the last character that is not blank. */
struct span span_shown(const struct source *s, struct span span);

/* E0101, ... one per line of codes.def. */
enum code {
    CODE_NONE,
#define CODE(id, name, title) id,
#include "diagnose/codes.def"
#undef CODE
    CODE_COUNT
};
const char *code_id(enum code c);    /* "E0204" */
const char *code_title(enum code c); /* one line */
enum code code_named(struct str id); /* CODE_NONE if there is none; case does not matter */

enum severity { SEV_ERROR, SEV_WARNING, SEV_NOTE };

struct diag_label {
    struct span span;
    struct str text;
};
struct diag {
    enum code code;
    enum severity severity;
    struct span span;
    struct str message;
    struct str label; /* beside the carets; may be empty */
    ARENA_VEC(struct diag_label) labels;
    ARENA_VEC(struct str) notes;
    ARENA_VEC(struct str) helps;
};

#define DIAG_LIMIT 20

struct diags {
    struct arena *arena;
    ARENA_VEC(struct diag *) all;
    uint32_t errors;       /* all, also those above the limit */
    uint32_t dropped;      /* errors above the limit */
    struct diag spare;     /* stands in for those not kept; what is hung on it is forgotten */
    uint32_t screen_width; /* diags_text crops source lines to it; 0: to the usual columns */
};
void diags_init(struct diags *d, struct arena *arena);
/* Never NULL: a dropped or repeated one comes back as a scratch object, so
 * labels can be hung on it in any case. */
struct diag *diag_add(struct diags *d, enum severity severity, enum code code, struct span span,
                      const char *format, ...) PRINTF_LIKE(5, 6);
struct diag *diag_error(struct diags *d, enum code code, struct span span, const char *format, ...)
    PRINTF_LIKE(4, 5);
void diag_label_add(struct diags *d, struct diag *g, struct span span, const char *format, ...)
    PRINTF_LIKE(4, 5);
void diag_note(struct diags *d, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);
void diag_help(struct diags *d, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);

/* Room for one more, so that reporting it takes no memory that outlives it; true. */
bool diags_reserve(struct diags *d);
/* Forgets an error that was dealt with. */
void diags_take_back(struct diags *d, const struct diag *g);

/* The shape of language.md section 9, with carets under the span by display
 * width; long lines are cropped round it. `colour` adds ANSI colours. */
void diag_text(struct buf *out, const struct sources *s, const struct diag *g, bool colour);
/* One JSON object on one line: code, severity, message, file, line, column,
 * start, stop, label, labels, notes, helps. */
void diag_json(struct buf *out, const struct sources *s, const struct diag *g);
/* "and 3 more errors" when some were dropped. */
void diags_text(struct buf *out, const struct sources *s, const struct diags *d, bool colour);

/* The nearest of `names` to `wanted`, or STR_NONE: equal but for case first,
 * else restricted Damerau-Levenshtein at most max(1, n/3), a name that begins
 * with or contains `wanted` preferred. */
struct str suggest(struct arena *scratch, struct str wanted, const struct str *names, size_t n);

#endif
