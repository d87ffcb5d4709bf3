/* Rules that are judged, and what the sink is told of them as lines of text: over a store and over
 * records it has to be the same once the lines are sorted, since a store is judged rule by rule and
 * records batch by batch. */
#ifndef SPOKE_TEST_HEARING_H
#define SPOKE_TEST_HEARING_H

#include "suites.h"

#include "api/spoke.h"
#include "base/buf.h"

enum { MOST_LINES = 20000, MOST_RULES = 128 };

struct hearing {
    spoke *sp;
    struct alloc alloc;
    struct buf told;
    uint64_t skipped[MOST_RULES]; /* records, by the number in a rule's name, r07 */
};

/* A chance to leave a field out is one in `one_in`; 0: all are written. */
struct omission {
    uint64_t state;
    int one_in;
};

/* In folders of its own, whose files leave_folder removes. */
void enter_folder(void);
void leave_folder(void);

/* Runs the script: tables, rules, perhaps imports. The day is 2024-10-04. */
void open_hearing(struct hearing *h, const struct buf *script);
void close_hearing(struct hearing *h);
/* The lines of what was told, in order of their bytes. */
size_t sorted_lines(struct hearing *h, char **lines);
/* What was told is the same. */
void expect_same(char *const *wanted, size_t nwanted, struct hearing *records);
/* What was told is what the sorted lines find of the student of that number. */
void expect_findings(char *const *wanted, size_t nwanted, int student, struct hearing *records);
/* What is left out takes nothing but answers away: whatever is found of the records, the store
 * finds, too, and for each finding that is not there, a record is skipped. */
void expect_withheld(struct hearing *store, struct hearing *records, size_t nrules);

/* ---- chance ---- */
uint64_t next_number(uint64_t *state);
int below(uint64_t *state, int n);
bool omits(struct omission *o);

#endif
