#include "cli/app.h"
int command_lsp(const struct options *o) { (void)o; return 0; }
