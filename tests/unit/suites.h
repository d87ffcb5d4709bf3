/* Declares every suite of suites.def. */
#ifndef SPOKE_TEST_SUITES_H
#define SPOKE_TEST_SUITES_H
#include <check.h>
#define SUITE(name) Suite *name##_suite(void);
#include "suites.def"
#undef SUITE
#endif
