/* How natives that draw end: what they drew is their result, and may be written into a file. */
#ifndef SPOKE_PICTURE_BIND_FILE_H
#define SPOKE_PICTURE_BIND_FILE_H

#include "api/native.h"

/* Takes both buffers. `to` is the number of the argument that names the file, or is missing: SVG,
 * PNG or PDF by its ending. */
int picture_give(struct native_call *c, int to, struct str title, struct buf *terminal,
                 struct buf *svg);

#endif
