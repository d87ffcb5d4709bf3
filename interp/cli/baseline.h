/* Findings that were there before: a file of keyed hashes, so that it can be
 * kept with the scripts and names nobody.
 *
 * A fingerprint is HMAC-SHA-256 over the rule and the key of the row, cut to
 * 128 bits; the key of the hash is drawn when a baseline is written first and
 * stays in it. It does not depend on the message, on other rows, on the order
 * of anything or on the rule's text. */
#ifndef SPOKE_CLI_BASELINE_H
#define SPOKE_CLI_BASELINE_H

#include "cli/days.h"
#include "cli/pool.h"

enum { FINGERPRINT_SIZE = SPOKE_FINGERPRINT_SIZE, HASH_KEY_BYTES = SPOKE_SECRET_SIZE };

struct baseline_entry {
    char fingerprint[FINGERPRINT_SIZE];
    spoke_text rule;
    spoke_text first; /* the day on which it was written first */
    spoke_text until; /* the last day on which it holds; empty: for ever */
    spoke_text note;
    bool found, expired;
};

struct baseline {
    struct pool pool;
    unsigned char key[HASH_KEY_BYTES];
    struct baseline_entry *entries;
    size_t n, cap;
    size_t sorted; /* so many were read, and are in order of rule and fingerprint */
    char today[DAY_SIZE];
    bool adds; /* what is not known is added: the baseline is being written */
    bool failed;
};
/* Begins an empty baseline with a fresh key; false: `error` says why not. */
bool baseline_begin(struct baseline *b, int32_t today, struct bytes *error);
/* Reads the text of a file. */
bool baseline_read(struct baseline *b, const char *text, size_t n, int32_t today,
                   struct bytes *error);
void baseline_free(struct baseline *b);

/* `b` NULL: with a key that everybody knows. */
void baseline_fingerprint(const struct baseline *b, const spoke_finding *finding,
                          char out[FINGERPRINT_SIZE]);
/* Whether a finding is in the baseline and holds today; one that is found is remembered as such. */
bool baseline_knows(struct baseline *b, spoke_text rule, const char *fingerprint);
/* Marks entries of no use: of rules that `was_judged` and that were not found any more. */
typedef bool baseline_judged_fn(const void *user, spoke_text rule);
size_t baseline_count_gone(const struct baseline *b, baseline_judged_fn *was_judged,
                           const void *user);
/* Drops these, and those that have expired. */
void baseline_prune(struct baseline *b, baseline_judged_fn *was_judged, const void *user);
/* The file: sorted, an entry on a line. */
void baseline_write(struct baseline *b, struct bytes *out);

#endif
