/* Strings, numbers and words of JSON, read where they stand.
 *
 * The text is changed, since what a string means is never longer than how it is written. After a
 * flaw all answers are false; the first flaw counts. */
#ifndef SPOKE_STORE_JSON_TEXT_H
#define SPOKE_STORE_JSON_TEXT_H

#include "store/csv.h"

enum { JSON_DEEPEST = 256 };

struct json_text {
    char *p, *end;
    const char *flaw; /* NULL while all is well */
    bool too_long;    /* a string above the limit of fields */
};

bool json_fail(struct json_text *s, const char *flaw);
void json_skip_blanks(struct json_text *s);
bool json_at(const struct json_text *s, char c);
bool json_take(struct json_text *s, char c);
bool json_take_word(struct json_text *s, const char *word);
/* From behind the opening quote to behind the closing one. */
bool json_read_string(struct json_text *s, struct str *out);
bool json_read_number(struct json_text *s, struct str *out);
/* Any value as a field: strings are quoted, null is empty, objects and lists are passed over and
 * marked FIELD_NESTED, from bracket to bracket. */
bool json_read_value(struct json_text *s, struct csv_field *out);

#endif
