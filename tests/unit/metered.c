#include "metered.h"
#include <stdbool.h>
#include <stdlib.h>

static bool is_refused(const struct meter *m) {
    return m->fail_from && m->calls >= m->fail_from &&
           (!m->fail_count || m->calls - m->fail_from < m->fail_count);
}

void *metered(void *user, void *block, size_t old_size, size_t new_size) {
    struct meter *m = user;
    if (new_size == 0) {
        m->used -= old_size;
        free(block);
        return NULL;
    }
    m->calls++;
    void *moved = is_refused(m) ? NULL : realloc(block, new_size);
    if (moved)
        m->used = m->used - old_size + new_size;
    m->peak = m->used > m->peak ? m->used : m->peak;
    return moved;
}
