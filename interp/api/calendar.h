/* What the calendar in use reads of its tables: its terms, semesters and days of
 * school.
 *
 * They are read when they are first needed after a unit starts or an import ends,
 * and kept until then. What is wrong with the rows is told where they are needed,
 * not before: a table with faults can still be looked at and imported anew. */
#ifndef SPOKE_API_CALENDAR_H
#define SPOKE_API_CALENDAR_H

#include "base/buf.h"
#include "base/school_days.h"
#include "check/check.h"

struct spoke;
struct plan;

struct school {
    struct arena arena; /* what `days` points at; no escape */
    struct school_days days;
    bool fresh; /* read, or found to be wrong */
    const struct plan *terms_plan, *days_plan;
    const struct calendar_info *planned; /* the calendar they are of */
    struct buf problem;                  /* empty: none */
    struct span problem_span;
};

void school_init(struct spoke *sp);
void school_free(struct spoke *sp);
/* Rows may have changed. */
void school_changed(struct spoke *sp);
/* Reads them if need be; what is wrong with the rows is kept for calendar_ready. */
enum status school_read(struct spoke *sp);
/* ST_OK when terms and days of school are known, as far as the calendar tells of them; else the
 * reason is reported. `user` is the interpreter. */
enum status calendar_ready(void *user);

#endif
