/* An allocator for tests of hosts: counts what is taken, and refuses requests on demand. */
#ifndef SPOKE_TEST_METERED_H
#define SPOKE_TEST_METERED_H

#include <stddef.h>
#include <stdint.h>

struct meter {
    size_t used, peak;   /* bytes */
    uint64_t calls;      /* how often memory was asked for */
    uint64_t fail_from;  /* that request is refused, with those after it; 0: none */
    uint64_t fail_count; /* so many of them; 0: all */
};
/* For `allocate` of a configuration, with the meter as its user. */
void *metered(void *meter, void *block, size_t old_size, size_t new_size);

#endif
