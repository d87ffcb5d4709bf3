/* What a file of statistics says about one of its columns, for the declaration that fits it. */
#ifndef SPOKE_STORE_FIELD_ABOUT_H
#define SPOKE_STORE_FIELD_ABOUT_H

#include "check/types.h"

struct field_code { /* as it stands in fields, and what it means */
    struct str text;
    struct str label; /* may be empty */
};

struct field_about {
    struct str label;
    enum type_kind kind; /* that values have; TY_VOID: they tell themselves */
    bool is_text;        /* its codes are texts, not numbers */
    const struct field_code *values;
    uint32_t nvalues;
    bool closed; /* all values of the column are among these */
    const struct field_code *missing;
    uint32_t nmissing;
};

#endif
