/* Stored values as SQL that shows them as Spoke writes them. */
#ifndef SPOKE_STORE_READABLE_H
#define SPOKE_STORE_READABLE_H

#include "base/buf.h"
#include "base/day.h"
#include "check/types.h"

/* `value` is SQL for a stored value of that kind; what is stored as it reads stays as it is. */
void put_readable(struct buf *out, const struct calendar *calendar, enum type_kind kind,
                  struct str value);

#endif
