/* spoke export: the store as a file that other programs read as it is. */
#include "cli/app.h"

int command_export(const struct options *o) {
    struct app app = {.options = NULL};
    if (!o->rows_file || !o->store || o->files.n > 0) {
        return app_complain("what is to be exported? spoke export --rows FILE --store STORE");
    }
    int status = app_open(&app, o, SPOKE_CAN_READ_FILES | SPOKE_CAN_WRITE_FILES, SPOKE_STORE_READ);
    if (status == EXIT_GOOD) {
        spoke_status done = spoke_export_rows(app.sp, o->rows_file);
        if (done != SPOKE_OK) {
            app_report(&app, done);
            status = app_exit_status(done);
        }
    }
    return app_close(&app, status);
}
