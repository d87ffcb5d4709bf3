/* The same for charts and networks. */
#include "stdlib/picture/bind_file.h"
#include "stdlib/picture/paint.h"

static int write_file(struct native_call *c, struct str path, struct str title, struct str svg) {
    enum paint_form form = paint_form_of(path);
    const char *why;
    int status = native_may_write(c);
    if (status != SPOKE_OK) {
        return status; /* before a library is loaded to paint what nobody gets */
    }
    if (form == PAINT_SVG) {
        return native_write_file(c, path, svg);
    }
    if (form == PAINT_NONE) {
        return native_fail_help(c, "end the name in .svg, .png or .pdf",
                                "a picture cannot be written as \"%.*s\"", STR_ARG(path));
    }
    struct buf painted;
    buf_init(&painted, native_alloc(c));
    status = SPOKE_NO_MEMORY;
    if (paint(&painted, svg, form, title, &why)) {
        status = native_write_file(c, path, buf_view(&painted));
    } else if (why) {
        status = native_fail_help(c, "write it as .svg, which every browser shows", "%s", why);
    }
    buf_free(&painted);
    return status;
}

int picture_give(struct native_call *c, int to, struct str title, struct buf *terminal,
                 struct buf *svg) {
    int status = terminal->failed || svg->failed ? SPOKE_NO_MEMORY : SPOKE_OK;
    if (status == SPOKE_OK && !native_is_missing(c, to) && !native_is_told(c)) {
        status = write_file(c, native_text(c, to), title, buf_view(svg));
    }
    if (status == SPOKE_OK) {
        status = native_give_picture(c, buf_view(terminal), buf_view(svg));
    }
    buf_free(terminal);
    buf_free(svg);
    return status;
}
