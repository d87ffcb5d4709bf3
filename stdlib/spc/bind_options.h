/* What a caller asks of a chart beside the data: kind, rules, phases, base, ghosts, numbers. */
#ifndef SPOKE_SPC_OPTIONS_H
#define SPOKE_SPC_OPTIONS_H

#include "api/native.h"
#include "stdlib/spc/bind_read.h"
#include "stdlib/spc/rebase.h"

/* The optional arguments that functions on charts share, in this order. */
enum {
    ASK_KIND,
    ASK_RULES,
    ASK_CONSTANT,
    ASK_SCREEN,
    ASK_PHASES,
    ASK_BASELINE,
    ASK_GHOST,
    ASK_CENTRE,
    ASK_SIGMA,
    ASK_WEIGHT,
    ASK_MULTIPLE,
    ASK_SPAN,
    ASK_TARGET, /* this and the next: spc_ask_target */
    ASK_TARGETS
};

/* Places on the time axis: days or numbers of points, or a column that tells them. */
struct spc_place {
    int64_t from, stop; /* days; or numbers of points, from 1 */
};
struct spc_places {
    uint32_t n; /* 0 and no column: none were given */
    const struct spc_place *at;
    bool numbers;
    bool list;
    const struct column *column;
};

struct spc_wish {
    enum spc_kind kind;
    bool named; /* the caller named the kind */
    const struct rule_profile *profile;
    struct spc_options options;
    struct spc_places phases, baseline, ghost;
    struct str why, instead; /* the kind was picked for; what else would do; empty: it was named */
};

/* Each gives enum spoke_status; `first` is the number of the argument ASK_KIND. The first comes
 * before the data is read and says how, the second needs it and wants wish->kind to be set. */
int spc_ask_kind(struct native_call *c, int first, struct spc_wish *wish, struct spc_reading *how);
int spc_ask_rest(struct native_call *c, int first, const struct frame *data,
                 const struct spc_table *t, struct spc_wish *wish);
/* Means of subgroups by their ranges, which is a kind to callers only. */
bool spc_kind_by_range(struct str name);
/* All of it, for one or more series in any order of rows: kind, data, rules and the rest. */
int spc_ask_series(struct native_call *c, int first, const struct frame *data, struct spc_table *t,
                   struct spc_wish *wish);
/* The rules that argument i names or spells out; anhoej where it is missing. */
int spc_ask_rules(struct native_call *c, int i, enum spc_kind kind,
                  const struct rule_profile **out);
/* Argument i, "up" or "down", else the measure's own `better`: 1, -1, or 0 where it is not known.
 */
int spc_ask_better(struct native_call *c, int i, struct str better, int *out);
/* Whether the data has what the kind needs; reports it otherwise. */
int spc_check_kind(struct native_call *c, const struct spc_table *t, enum spc_kind kind);
/* Reports what spc_read found wrong. */
int spc_read_failed(struct native_call *c, const struct spc_table *t);
/* Notes on rows that were left out. */
void spc_note_rows(struct native_call *c, const struct spc_table *t);
/* Notes on what to be careful about. */
void spc_notes(struct native_call *c, const struct spc_result *r);

/* bind_kind.c: the kind that fits where the caller named none, and why. A chart looks at how many
 * points there are and how much they vary. False: no memory. */
bool spc_pick_kind(struct native_call *c, const struct frame *data, const struct spc_table *t,
                   bool chart, struct spc_wish *wish);

/* bind_explain.c: how a chart or a table of limits was made, in lines. NULL text: no memory. The
 * parts that all explanations end with: what the measure asks for, and columns; takes `lines`. */
void spc_put_wanted(struct buf *b, struct native_call *c, const struct about *about);
struct str spc_made_of(struct native_call *c, struct buf *lines);
struct str spc_made(struct native_call *c, const struct frame *data, const struct spc_table *t,
                    const struct spc_wish *wish, const struct spc_result *first);

/* bind_target.c: what is wanted of each point, into `target` of all series: what the caller gave, a
 * number, the name of a column or a relation of targets; else what the measure declares. */
int spc_ask_target(struct native_call *c, int first, const struct frame *data, struct spc_table *t);
/* bind_notes.c: what happened, from a relation with a day or a period, maybe a last day, and a
 * text. In order of time. */
struct spc_notes_told {
    const struct spc_note *at;
    uint32_t n;
};
/* Gives enum spoke_status; of an argument that is missing there are none. */
int spc_ask_notes(struct native_call *c, int i, struct spc_notes_told *out);

/* That of the last point that has one; NaN: none has. */
double spc_last_target(const struct spc_series *s);

/* bind_judge.c: where callers may name places, and series judged with them. */
int spc_ask_places(struct native_call *c, int i, const char *what, const struct frame *data,
                   const struct spc_table *t, struct spc_places *out);
/* One series of it, judged. NULL: no memory. */
struct spc_result *spc_judge(struct arena *a, const struct calendar *calendar,
                             const struct spc_table *t, const struct spc_series *s,
                             const struct spc_wish *wish);

#endif
