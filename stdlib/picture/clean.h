/* Texts from data as they may be shown. */
#ifndef SPOKE_PICTURE_CLEAN_H
#define SPOKE_PICTURE_CLEAN_H

#include "base/buf.h"

/* Characters that would write elsewhere on a terminal, or turn what is around them, become a sign,
 * and so does what is no UTF-8. `lines`: ends of lines stay. */
void clean_text(struct buf *out, struct str s, bool lines);

#endif
