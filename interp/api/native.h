/* native.h: for our own modules only: what a native function may read and
 * give back. Arguments have the types of the native's signature; the checker
 * has seen to that, so a native checks only what types cannot say.
 *
 * Everything read lives until the native returns. Scratch memory comes from
 * native_arena and is freed when it returns. A native ends with
 * `return SPOKE_OK` after one native_give_*, or with `return native_fail(...)`. */
#ifndef SPOKE_NATIVE_H
#define SPOKE_NATIVE_H

#include "api/spoke.h"
#include "check/host.h"
#include "column/column.h"
#include "base/day.h"
#include "exec/order.h"
#include "run/values.h"

/* ---- arguments, by position in the signature ---- */
bool native_is_missing(const struct native_call *c, int i); /* also: optional and not given */
int64_t native_int(const struct native_call *c,
                   int i); /* also bool, date, datetime, period, duration */
double native_float(const struct native_call *c, int i); /* ints and ratios are converted */
struct str native_text(const struct native_call *c, int i);
/* The relation, run; NULL when that failed: return SPOKE_FAILED at once. */
const struct frame *native_relation(struct native_call *c, int i);
/* Column of a frame by name, or NULL. */
const struct column *native_column(const struct frame *f, const char *name);
/* The whole relation in a format of `--format`; memory trouble stays in the buffer. */
void native_render(const struct native_call *c, const struct frame *f, const char *format,
                   struct buf *out);
/* The cell as data formats write it; nothing where it is missing. */
void native_cell_text(const struct native_call *c, const struct column *column, uint32_t row,
                      struct buf *out);

/* Lists of plain words (no texts): how many elements, element i, its state. */
uint32_t native_list_length(const struct native_call *c, int i);
int64_t native_list_int(const struct native_call *c, int i, uint32_t element);
double native_list_float(const struct native_call *c, int i, uint32_t element);
struct str native_list_text(const struct native_call *c, int i, uint32_t element);
enum state native_list_state(const struct native_call *c, int i, uint32_t element);

/* Whole values, for parameters whose type follows the call (letters in the signature). */
struct value native_value(const struct native_call *c, int i);
struct value native_list_value(const struct native_call *c, int i, uint32_t element);

/* ---- a network: members numbered 0..n-1 in key order ---- */
struct network_ties {
    struct str name; /* "visit" */
    bool directed;
    struct str role; /* "sharing", "execution" or empty */
    uint32_t n;      /* ties between members */
    const uint32_t *from, *to;
    const double *strength;      /* more is closer; NULL: none declared; 0 where it is missing */
    const double *distance;      /* more is farther; NULL: none declared; NaN where it is missing */
    const bool *unknown;         /* whose strength or distance is missing; NULL: none declared */
    const int64_t *first, *last; /* days on which it was, NO_DAY where that is open or not known;
                                    NULL: ties have no time */
    const int64_t *period;       /* packed, NO_DAY where it is missing; NULL: not dated so */
    uint64_t outside;            /* ties with an end that is no member */
    const struct str *strangers; /* keys of the first few such ends, each once, in their order */
    uint32_t nstrangers;
    uint64_t missing;           /* ties with an end that is missing */
    const bool *answered;       /* by member: what it was asked about ties is known; NULL: all are
                                   taken to have answered */
    uint32_t nasked, nanswered; /* members */
    bool projected;             /* each tie is one thing that both were present at */
};
enum { MOST_STRANGERS = 3 };
#define NO_DAY INT64_MIN
#define NO_MEMBER UINT32_MAX
struct network_view {
    struct str name, title;
    struct str one; /* which of a family; empty: it is none */
    uint32_t n;
    const struct column *key;                    /* text or int */
    const struct column *level, *sector, *group; /* texts; NULL: not declared */
    uint32_t nmany;              /* members with several groups, of which `group` has the latest */
    const uint32_t *group_start; /* with memberships: of member i groups[group_start[i]] up to */
    const struct str *groups;    /* groups[group_start[i + 1]], each once; else NULL */
    uint32_t overlapping;        /* members of whom several memberships hold at once */
    struct str inside;           /* the sector that is the school system; empty */
    const struct str *level_names; /* in declared order */
    const uint32_t *level_rank;    /* of level_names; braces share a rank */
    uint32_t nlevels;
    const uint32_t *line; /* number of the member that one belongs to, or NO_MEMBER; NULL: not
                             declared */
    const bool *hub;      /* NULL: not declared */
    uint32_t nhub;        /* members that are hubs */
    const int64_t *joined, *left; /* first and last day, NO_DAY: open; NULL: not declared */
    struct str aim;               /* name of a measure; empty */
    bool timed;                   /* as it was in these days, both included */
    int64_t first, last;
    const struct network_ties *ties;
    uint32_t nties;     /* relations */
    const void *origin; /* for native_network_column */
};
/* NULL when building it failed: return SPOKE_FAILED at once. */
const struct network_view *native_network(struct native_call *c, int i);
/* The same between two days, both included: as `net in PERIOD` has it. */
const struct network_view *native_network_between(struct native_call *c, int i, int64_t first,
                                                  int64_t last);
/* Any column of the members by name, as `by: "column"` wants it; row i is member i. NULL: there is
 * none, or reading it failed, which is reported: return SPOKE_FAILED at once. */
const struct column *native_network_column(struct native_call *c, const struct network_view *net,
                                           struct str name);
/* The network that is argument i between two days, both included, is the result. */
int native_give_network_between(struct native_call *c, int i, int64_t first, int64_t last);
/* The one of the family that is argument i. */
int native_give_network_of(struct native_call *c, int i, struct str key);

/* The members with all their columns, the key first and those that the network adds last; row i is
 * member i. NULL as above. */
const struct frame *native_members(struct native_call *c, const struct network_view *net);

/* ---- results ---- */
void native_give_missing(struct native_call *c);
void native_give_int(struct native_call *c,
                     int64_t x); /* also bool, date, datetime, period, duration */
void native_give_float(struct native_call *c, double x);
void native_give_ratio(struct native_call *c, int64_t n, int64_t d);
int native_give_text(struct native_call *c, struct str s);
int native_give_picture(struct native_call *c, struct str terminal, struct str svg);
/* Whether `explain` asks: files are not written then. */
bool native_is_told(const struct native_call *c);
/* How the picture or frame that was given was made, in lines, for `explain`. */
int native_give_made(struct native_call *c, struct str how);
/* A frame of the result type of the signature, empty; fill it, then give it. NULL: no memory. */
struct frame *native_frame(struct native_call *c);
int native_give_frame(struct native_call *c, struct frame *f);
/* A list of n words of the signature's element type, zeroed; NULL: no memory. Set elements
 * through the returned array (ints or the bits of doubles), then give it. */
union native_word {
    int64_t i;
    double f;
};
union native_word *native_give_list(struct native_call *c, uint32_t n);
int native_list_put_text(struct native_call *c, uint32_t element, struct str s);
void native_list_put_state(struct native_call *c, uint32_t element, enum state state);
/* A value of the result's type or, in a list, of its elements'; any number where floats are due. */
void native_give_value(struct native_call *c, const struct value *v);
int native_list_put_value(struct native_call *c, uint32_t element, const struct value *v);

/* ---- surroundings ---- */
/* Gives back what a kept block points at, not the block. */
typedef void (*native_release)(void *kept, struct alloc *alloc);
/* `size` bytes that a module keeps while the interpreter lives, zeroed at first; `release` tells
 * one module's from another's, so it always comes with the same size. NULL: no memory. */
void *native_keep(struct native_call *c, size_t size, native_release release);
/* What random numbers begin with. */
uint64_t native_seed(const struct native_call *c);
/* That may work on this call; what it answers does not depend on it. */
uint32_t native_threads(struct native_call *c);
struct arena *native_arena(struct native_call *c);
struct alloc *native_alloc(struct native_call *c);
const struct calendar *native_calendar(const struct native_call *c);
/* The same with its terms and days of school, if it has any; NULL: they cannot be read, which is
 * reported: return SPOKE_FAILED at once. */
const struct calendar *native_read_calendar(struct native_call *c);
/* NULL also where there are no days of school. */
const struct calendar *native_school_calendar(struct native_call *c);
/* Later versions of the measures behind a frame, each with the day on which it was saved. NULL: no
 * memory; the array is in the arena. */
struct native_change {
    int64_t day;
    uint32_t number;
    struct str name, because;
};
struct native_change *native_changes(struct native_call *c, const struct about *about, uint32_t *n);
/* "absence@2 3fa9c1d2": the saved versions that the measures behind a frame are, or names with
 * their hashes; empty: no measures, or no memory. In the arena. */
struct str native_versions(struct native_call *c, const struct about *about);
int native_output_width(const struct native_call *c);
int native_output_glyphs(const struct native_call *c); /* 2 braille, 1 block, 0 ASCII */
/* Long loops ask this every few thousand turns; nonzero: return it. */
int native_poll(struct native_call *c, uint64_t steps);
/* How much of the call's work is done, 0 to 1, for a person who waits. */
void native_progress(struct native_call *c, double done);
/* SPOKE_OK where files may be written; else the error is reported. For those who have work to do
 * before they write. */
int native_may_write(struct native_call *c);
/* Writes a whole file (needs the capability); reports an error itself. */
int native_write_file(struct native_call *c, struct str path, struct str bytes);
/* A line for the reader. */
void native_note(struct native_call *c, const char *format, ...) PRINTF_LIKE(2, 3);
/* Reports E0409 at the call with this message; returns SPOKE_FAILED. */
int native_fail(struct native_call *c, const char *format, ...) PRINTF_LIKE(2, 3);
/* As native_fail, with a help line. */
int native_fail_help(struct native_call *c, const char *help, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
