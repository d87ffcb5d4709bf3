/* Opening and writing outputs. */
#include "cli/outputs.h"
#include "cli/app.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_format(spoke_text format, const char *const *formats, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text_is(format, formats[i])) {
            return true;
        }
    }
    return false;
}

static int complain_of_format(spoke_text format, const char *const *formats, size_t n) {
    struct bytes list = {0}, word = {0};
    for (size_t i = 0; i < n; i++) {
        bytes_printf(&list, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " and ", formats[i]);
    }
    bytes_spoke(&word, format);
    const char *near = word.p ? nearest_name(word.p, formats, n) : NULL;
    int status = near ? app_complain("there is no report `%s`; did you mean `%s`?", word.p, near)
                      : app_complain("there is no report `%s`; there are %s", word.p ? word.p : "",
                                     list.p ? list.p : "");
    bytes_free(&list);
    bytes_free(&word);
    return status;
}

static bool is_stdout(const struct output *output) {
    return strcmp(output->path, "-") == 0;
}

static int open_output(struct output *output) {
    if (is_stdout(output)) {
        return EXIT_GOOD;
    }
    output->open = replace_begin(&output->file, output->path, false);
    return output->open
               ? EXIT_GOOD
               : app_complain("cannot write the report to `%s`: %s", output->path, strerror(errno));
}

int outputs_open(struct outputs *outputs, const struct options *o, const char *usual,
                 const char *const *formats, size_t n) {
    outputs->n = 0;
    outputs->at = calloc(o->outs.n + 1, sizeof *outputs->at);
    if (!outputs->at) {
        return app_complain("out of memory");
    }
    for (size_t i = 0; i <= o->outs.n; i++) {
        struct output *output = &outputs->at[outputs->n++];
        const char *given = i == 0 ? (o->format ? o->format : usual) : o->outs.at[i - 1];
        output->format = (spoke_text){given, i == 0 ? strlen(given) : strcspn(given, "=")};
        output->path = i == 0 ? "-" : given + output->format.n + 1;
        int status = is_format(output->format, formats, n)
                         ? open_output(output)
                         : complain_of_format(output->format, formats, n);
        if (status != EXIT_GOOD) {
            return status;
        }
    }
    return EXIT_GOOD;
}

bool outputs_write(struct output *output, const struct bytes *text) {
    bool good = !text->failed;
    errno = ENOMEM;
    if (good && output->open) {
        good = replace_end(&output->file, text);
        output->open = false;
    } else if (good) {
        good = fwrite(text->p ? text->p : "", 1, text->n, stdout) == text->n && fflush(stdout) == 0;
    }
    if (!good) {
        app_complain("cannot write the report to `%s`: %s", output->path, strerror(errno));
    }
    return good;
}

void outputs_close(struct outputs *outputs) {
    for (size_t i = 0; i < outputs->n; i++) {
        if (outputs->at[i].open) {
            replace_end(&outputs->at[i].file, NULL);
        }
    }
    free(outputs->at);
    outputs->at = NULL;
    outputs->n = 0;
}
