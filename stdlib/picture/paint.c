/* Both libraries are loaded at run time: linked with, they and the fifty that they need would
 * treble the time that every run takes to start. Their functions are declared here as their manuals
 * have them; both have kept them since librsvg 2.46 and cairo 1.16 under the names of files below.
 *
 * What they take is theirs and given back before `paint` returns, but for caches of fonts. A loaded
 * library stays. */
#include "stdlib/picture/paint.h"

static bool ends_as(struct str path, const char *ending) {
    size_t n = strlen(ending);
    for (size_t i = 0; i < n; i++) {
        char c = path.n >= n ? path.p[path.n - n + i] : 0;
        if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != ending[i]) {
            return false;
        }
    }
    return true;
}

enum paint_form paint_form_of(struct str path) {
    static const struct {
        const char *ending;
        enum paint_form form;
    } ENDINGS[] = {{".svg", PAINT_SVG}, {".png", PAINT_PNG}, {".pdf", PAINT_PDF}};
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++) {
        if (ends_as(path, ENDINGS[i].ending)) {
            return ENDINGS[i].form;
        }
    }
    size_t at = path.n;
    while (at > 0 && path.p[at - 1] != '.' && path.p[at - 1] != '/') {
        at--;
    }
    return at == 0 || path.p[at - 1] == '/' ? PAINT_SVG : PAINT_NONE;
}

#ifdef WITH_LIBRSVG
#include <dlfcn.h>
#include <math.h>

enum { ARGB32 = 0, TITLE = 0, CREATED = 5, DONE = 0, WRITE_ERROR = 11, MOST_SIDE = 16000 };

typedef struct handle handle;
typedef struct surface surface;
typedef struct context context;
struct rectangle {
    double x, y, width, height;
};
typedef int writer(void *to, const unsigned char *bytes, unsigned n);

struct libraries {
    handle *(*read)(const uint8_t *data, size_t n, void **error);
    int (*draw)(handle *h, context *c, const struct rectangle *frame, void **error);
    void (*drop)(void *object);
    void (*clear)(void **error);
    surface *(*image)(int format, int width, int height);
    surface *(*pdf)(writer *write, void *to, double width, double height);
    void (*describe)(surface *s, int what, const char *text);
    int (*write_png)(surface *s, writer *write, void *to);
    void (*finish)(surface *s);
    int (*surface_status)(surface *s);
    void (*drop_surface)(surface *s);
    context *(*begin)(surface *s);
    void (*scale)(context *c, double x, double y);
    int (*status)(context *c);
    void (*end)(context *c);
};

enum { RSVG, CAIRO, LIBRARIES };
static const char *const FILES[LIBRARIES] = {"librsvg-2.so.2", "libcairo.so.2"};
static const struct {
    int library; /* GLib's come with librsvg, which is linked with it */
    const char *name;
    size_t at;
} FUNCTIONS[] = {
    {RSVG, "rsvg_handle_new_from_data", offsetof(struct libraries, read)},
    {RSVG, "rsvg_handle_render_document", offsetof(struct libraries, draw)},
    {RSVG, "g_object_unref", offsetof(struct libraries, drop)},
    {RSVG, "g_clear_error", offsetof(struct libraries, clear)},
    {CAIRO, "cairo_image_surface_create", offsetof(struct libraries, image)},
    {CAIRO, "cairo_pdf_surface_create_for_stream", offsetof(struct libraries, pdf)},
    {CAIRO, "cairo_pdf_surface_set_metadata", offsetof(struct libraries, describe)},
    {CAIRO, "cairo_surface_write_to_png_stream", offsetof(struct libraries, write_png)},
    {CAIRO, "cairo_surface_finish", offsetof(struct libraries, finish)},
    {CAIRO, "cairo_surface_status", offsetof(struct libraries, surface_status)},
    {CAIRO, "cairo_surface_destroy", offsetof(struct libraries, drop_surface)},
    {CAIRO, "cairo_create", offsetof(struct libraries, begin)},
    {CAIRO, "cairo_scale", offsetof(struct libraries, scale)},
    {CAIRO, "cairo_status", offsetof(struct libraries, status)},
    {CAIRO, "cairo_destroy", offsetof(struct libraries, end)}};

/* Loading twice gives the same library, so nothing is kept here. */
static const char *load(struct libraries *l) {
    void *loaded[LIBRARIES];
    for (int i = 0; i < LIBRARIES; i++) {
        loaded[i] = dlopen(FILES[i], RTLD_NOW | RTLD_LOCAL);
        if (!loaded[i]) {
            return "PNG and PDF are painted by librsvg and cairo, which are not installed here "
                   "(Debian: librsvg2-2)";
        }
    }
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        void *address = dlsym(loaded[FUNCTIONS[i].library], FUNCTIONS[i].name);
        if (!address) {
            return "the librsvg or cairo here is too old for PNG and PDF: librsvg 2.52 and cairo "
                   "1.16 are needed";
        }
        memcpy((char *)l + FUNCTIONS[i].at, &address, sizeof address);
    }
    return NULL;
}

const char *paint_missing(void) {
    struct libraries l;
    return load(&l);
}

static int keep(void *to, const unsigned char *bytes, unsigned n) {
    struct buf *out = to;
    buf_put(out, bytes, n);
    return out->failed ? WRITE_ERROR : DONE;
}

static bool draw(const struct libraries *l, handle *h, surface *s, double scale,
                 struct rectangle frame) {
    void *error = NULL;
    context *c = l->begin(s);
    l->scale(c, scale, scale);
    bool ok = l->draw(h, c, &frame, &error) && l->status(c) == DONE;
    l->clear(&error);
    l->end(c);
    return ok;
}

static bool paint_png(const struct libraries *l, handle *h, struct rectangle frame,
                      struct buf *out) {
    double scale = fmin(2, MOST_SIDE / fmax(frame.width, frame.height));
    surface *s = l->image(ARGB32, (int)ceil(frame.width * scale), (int)ceil(frame.height * scale));
    bool ok = l->surface_status(s) == DONE && draw(l, h, s, scale, frame) &&
              l->write_png(s, keep, out) == DONE;
    l->drop_surface(s);
    return ok;
}

/* One page; no date, so that the same picture is the same file. */
static bool paint_pdf(const struct libraries *l, handle *h, struct rectangle frame,
                      const char *title, struct buf *out) {
    surface *s = l->pdf(keep, out, frame.width, frame.height);
    l->describe(s, TITLE, title);
    l->describe(s, CREATED, "");
    bool ok = l->surface_status(s) == DONE && draw(l, h, s, 1, frame);
    l->finish(s);
    ok = ok && l->surface_status(s) == DONE;
    l->drop_surface(s);
    return ok;
}

/* What pages say of themselves: viewBox="0 0 720 400". */
static bool frame_of(struct str svg, struct rectangle *out) {
    static const char BEFORE[] = "viewBox=\"0 0 ";
    size_t n = sizeof BEFORE - 1, at = 0;
    double numbers[2] = {0, 0};
    while (at + n < svg.n && memcmp(svg.p + at, BEFORE, n) != 0) {
        at++;
    }
    at += n;
    for (int i = 0; i < 2; i++, at++) {
        for (; at < svg.n && svg.p[at] >= '0' && svg.p[at] <= '9'; at++) {
            numbers[i] = 10 * numbers[i] + (svg.p[at] - '0');
        }
    }
    *out = (struct rectangle){0, 0, numbers[0], numbers[1]};
    return numbers[0] >= 1 && numbers[1] >= 1 && numbers[0] <= 1e6 && numbers[1] <= 1e6;
}

static bool paint_document(const struct libraries *l, struct buf *out, struct str svg, bool png,
                           const char *title) {
    void *error = NULL;
    struct rectangle frame;
    handle *h = l->read((const uint8_t *)svg.p, svg.n, &error);
    bool ok = h && frame_of(svg, &frame);
    ok = ok && (png ? paint_png(l, h, frame, out) : paint_pdf(l, h, frame, title, out));
    l->clear(&error);
    if (h) {
        l->drop(h);
    }
    return ok;
}
bool paint(struct buf *out, struct str svg, enum paint_form form, struct str title,
           const char **why) {
    struct libraries l;
    char name[256];
    size_t n = title.n < sizeof name ? title.n : sizeof name - 1;
    while (n > 0 && n < title.n && ((unsigned char)title.p[n] & 0xC0) == 0x80) {
        n--; /* no part of a character */
    }
    memcpy(name, title.n ? title.p : "", n);
    name[n] = 0;
    *why = load(&l);
    if (*why) {
        return false;
    }
    bool ok = paint_document(&l, out, svg, form == PAINT_PNG, name);
    *why = ok || out->failed ? NULL : "librsvg could not draw the picture";
    return ok && !out->failed;
}
#else
const char *paint_missing(void) {
    return "PNG and PDF were left out of this build, by WITHOUT=librsvg";
}

bool paint(struct buf *out, struct str svg, enum paint_form form, struct str title,
           const char **why) {
    (void)out;
    (void)svg;
    (void)form;
    (void)title;
    *why = paint_missing();
    return false;
}
#endif
