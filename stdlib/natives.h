/* Declares the functions a module.def names. A module's header includes this with MODULE_FILE set,
 * so that the functions of one module may stand in several files. No include guard. */
#define MODULE(name, doc)
#define NATIVE(name, function, signature, doc, example) int function(struct native_call *c);
#include MODULE_FILE
#undef MODULE
#undef NATIVE
