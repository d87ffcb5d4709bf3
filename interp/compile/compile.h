/* From checked trees to code.
 *
 * Everything made here lives in the session's arena. Errors (those of lowering
 * a relation included) go to the session's diagnostics, then the status is
 * ST_FAILED; without memory it is ST_NO_MEMORY. In both cases what was
 * compiled before stays usable. */
#ifndef SPOKE_COMPILE_H
#define SPOKE_COMPILE_H

#include "compile/proto.h"

/* Where global variables lie. One for each session, kept by the VM. Slots start at 1; a symbol's
 * slot 0 means that it has none yet. */
struct global_layout {
    uint32_t nwords, nrefs;
};

/* A checked file (BLOCK) as a function without parameters. */
enum status compile_unit(struct session *s, struct global_layout *globals, struct node *file,
                         struct proto **out);
/* The code of every expression in the plan and in its inputs and legs; what has code is left. */
enum status compile_plan(struct session *s, struct global_layout *globals, const struct plan *plan);

#endif
