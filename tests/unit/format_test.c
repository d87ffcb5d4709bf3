#include "format_fixture.h"
#include "suites.h"
Suite *format_suite(void) { Suite *s = suite_create("format"); return s; }
