/* Makes a module out of its module.def. A bind.c includes this last, with
 * MODULE_FILE as the path of the .def and MODULE_SYMBOL as the struct's name:
 *
 *   MODULE("spc", "what the module is for")
 *   NATIVE(limits, spc_limits, "fn limits(...) -> ...", "one line", "a script that runs")
 *
 * A module with a part written in Spoke defines MODULE_SOURCE as well.
 * No include guard: it is the tail of one file. */
#ifndef MODULE_SOURCE
#define MODULE_SOURCE NULL
#endif
/* Packed by the build; named after the struct. */
#define EXAMPLES_NAMED(symbol) symbol##_examples
#define EXAMPLES_OF(symbol) EXAMPLES_NAMED(symbol)

static const struct native_entry ENTRIES[] = {
#define MODULE(name, doc)
#define NATIVE(name, function, signature, doc, example) {#name, signature, doc, function},
#include MODULE_FILE
#undef MODULE
#undef NATIVE
};

const struct native_module MODULE_SYMBOL = {
#define MODULE(name, doc) name, doc,
#define NATIVE(name, function, signature, doc, example)
#include MODULE_FILE
#undef MODULE
#undef NATIVE
    ENTRIES, COUNT_OF(ENTRIES), MODULE_SOURCE, &EXAMPLES_OF(MODULE_SYMBOL)};
