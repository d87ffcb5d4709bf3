/* Chooses the writer of a format. */
#include "render/render.h"

bool render_format_named(struct str name, enum render_format *out) {
    static const char *const names[] = {
        [RENDER_BOX] = "box",           [RENDER_TABLE] = "table", [RENDER_CSV] = "csv",
        [RENDER_TSV] = "tsv",           [RENDER_JSON] = "json",   [RENDER_JSONL] = "jsonl",
        [RENDER_MARKDOWN] = "markdown", [RENDER_HTML] = "html",   [RENDER_LATEX] = "latex",
        [RENDER_LINE] = "line"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (str_is(name, names[i])) {
            *out = (enum render_format)i;
            return true;
        }
    }
    return false;
}

bool render_is_prose(enum render_format format) {
    return format == RENDER_BOX || format == RENDER_TABLE || format == RENDER_MARKDOWN ||
           format == RENDER_HTML;
}

void render_frame(struct buf *out, const struct frame *f, const struct render_options *o) {
    if (o->format == RENDER_BOX || o->format == RENDER_TABLE) {
        render_table(out, f, o);
    } else {
        render_data(out, f, o);
    }
}
