/* What commands for editors share: places in texts, and JSON. */
#ifndef SPOKE_CLI_EDITING_H
#define SPOKE_CLI_EDITING_H

#include "api/spoke.h"
#include <jansson.h>
#include <stdbool.h>

/* Bytes before line and column, both from 1; the column counts characters. Beyond the end of a
 * line or of the text: that end. */
size_t editing_offset(const char *text, size_t n, long line, long column);
/* The same for the language server protocol: from 0, in UTF-16 code units; and back. */
size_t editing_offset_utf16(const char *text, size_t n, long line, long unit);
void editing_place_utf16(const char *text, size_t n, size_t offset, long *line, long *unit);
/* {"name":, "kind":, "type":, "doc":}; NULL: no memory. */
json_t *editing_candidate(const spoke_candidate *c);
/* A JSON string; bytes that are no UTF-8 become U+FFFD. NULL: no memory. */
json_t *editing_string(spoke_text text);

#endif
