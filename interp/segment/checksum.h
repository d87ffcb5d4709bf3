/* XXH64: a 64-bit checksum of bytes, as fast as memory gives them. It finds
 * damage; it is no protection against somebody who means harm. */
#ifndef SPOKE_SEGMENT_CHECKSUM_H
#define SPOKE_SEGMENT_CHECKSUM_H

#include "base/base.h"

uint64_t checksum_bytes(const void *bytes, size_t n, uint64_t seed);

#endif
