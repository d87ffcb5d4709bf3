/* Results as files: to_csv and its relatives. Data formats round nothing and leave nothing out. */
#include "stdlib/core/bind_core.h"

/* Written to the path, which is the result; without one the result is the text itself. */
static int export_as(struct native_call *c, const char *format) {
    const struct frame *data = native_relation(c, 0);
    struct buf text;
    if (!data)
        return SPOKE_FAILED;
    buf_init(&text, native_alloc(c));
    native_render(c, data, format, &text);
    if (text.failed || native_is_missing(c, 1))
        return give_buffer(c, &text);
    int status = native_write_file(c, native_text(c, 1), buf_view(&text));
    buf_free(&text);
    return status == SPOKE_OK ? native_give_text(c, native_text(c, 1)) : status;
}

int core_to_csv(struct native_call *c) {
    return export_as(c, "csv");
}

int core_to_tsv(struct native_call *c) {
    return export_as(c, "tsv");
}

int core_to_json(struct native_call *c) {
    return export_as(c, "json");
}

int core_to_jsonl(struct native_call *c) {
    return export_as(c, "jsonl");
}

int core_to_markdown(struct native_call *c) {
    return export_as(c, "markdown");
}

int core_to_html(struct native_call *c) {
    return export_as(c, "html");
}
