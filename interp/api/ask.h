/* Asking the checker about one name of a text that may have errors. */
#ifndef SPOKE_ASK_H
#define SPOKE_ASK_H

#include "api/interp.h"

struct asked_name {
    struct tokens tokens;
    struct node *file; /* checked as far as it can be */
    struct probe probe;
};
/* Does `work` with the sink silent, in an escape of its own; then forgets what it declared and
 * whatever diagnostics it gave. Within begin_call and end_call. */
enum status asking(struct spoke *sp, enum status (*work)(struct spoke *sp, void *data), void *data);
/* Checks the text; the probe is about the name from `start` to `stop`. Only within `asking`. */
void ask(struct spoke *sp, const char *name, struct str text, size_t start, size_t stop,
         struct asked_name *out);

#endif
