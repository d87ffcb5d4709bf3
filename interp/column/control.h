/* Who may stop the work and what it may do: interrupt flag, budget, deadline
 * and capabilities, asked at loop back-edges, calls and batch boundaries. */
#ifndef SPOKE_CONTROL_H
#define SPOKE_CONTROL_H

#include "base/base.h"
#include <stdatomic.h>

enum capability {
    CAN_READ_FILES = 1,
    CAN_WRITE_FILES = 2,
    CAN_LOAD_CODE = 4,
    CAN_WRITE_STORE = 8,
    CAN_READ_CLOCK = 16,
    CAN_READ_RAW = 32, /* rows of tables whose results are protected */
    CAN_ALL = 63
};

struct control {
    atomic_bool interrupted; /* set from any thread or signal handler */
    uint64_t budget;         /* steps left; 0 at the start means no limit */
    bool limited;
    double deadline;             /* seconds of the injected clock; 0 none */
    double (*clock)(void *user); /* NULL: no deadline is kept */
    void *clock_user;
    uint32_t capabilities; /* can only be dropped */
};
/* No limits and no capabilities: who makes an interpreter gives them, later they only drop. */
void control_init(struct control *c);
/* ST_OK, ST_INTERRUPTED or ST_LIMIT. `steps` have been done since last time. */
enum status control_poll(struct control *c, uint64_t steps);

#endif
