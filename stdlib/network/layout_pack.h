/* Parts of a picture side by side. */
#ifndef SPOKE_NETWORK_LAYOUT_PACK_H
#define SPOKE_NETWORK_LAYOUT_PACK_H

#include "base/arena.h"
#include "stdlib/network/layout.h"

/* Moves each of n parts, whose spots are start[c] up to start[c + 1], so that none meets another:
 * large ones first, in rows, the whole wider than high. Those that `stay` are not moved; the others
 * then stand below them. */
enum status pack_parts(struct arena *memory, uint32_t n, const uint32_t *start, const bool *stay,
                       struct spot *at);

#endif
