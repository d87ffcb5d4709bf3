/* The pages of docs/errors, built into the program by interp/build/embed_pages.sh. */
#ifndef SPOKE_CLI_PAGES_H
#define SPOKE_CLI_PAGES_H

#include <stddef.h>

struct error_page {
    const char *code, *text;
};
extern const struct error_page error_pages[]; /* by code */
extern const size_t nerror_pages;

/* Capital and small letters are the same here. NULL: there is none. */
const char *error_page_text(const char *code);

#endif
