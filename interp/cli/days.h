/* Days of options and reports: YYYY-MM-DD and the number of days since
 * 1970-01-01, years 1 to 9999. */
#ifndef SPOKE_CLI_DAYS_H
#define SPOKE_CLI_DAYS_H

#include <stdbool.h>
#include <stdint.h>

enum { DAY_SIZE = 11 };
/* false: it is no day. */
bool day_parse_text(const char *text, int32_t *out);
void day_text(int32_t day, char out[DAY_SIZE]);
/* Today, where the person is. */
int32_t day_here(void);

#endif
