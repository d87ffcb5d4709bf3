/* The two parts that cells point into: styles, and shared texts. */
#include "store/workbook.h"

/* ---- styles ---- */

enum { UNSAID = 255 };

struct styles {
    struct workbook *b;
    struct xml_reader x;
    uint8_t *formats; /* enum cell_style of each format that has a text, or UNSAID */
    bool in_cells;    /* inside <cellXfs> */
};

static void take_format(struct styles *y, const char **attributes) {
    uint32_t number;
    const char *code = xml_attribute(attributes, "formatCode");
    if (code &&
        xml_number(xml_attribute(attributes, "numFmtId"), WORKBOOK_MOST_STYLES - 1, &number))
        y->formats[number] = (uint8_t)style_of_format(str_of(code));
}

static void take_style(struct styles *y, const char **attributes) {
    struct workbook *b = y->b;
    uint32_t number;
    if (b->nstyles == WORKBOOK_MOST_STYLES) {
        xml_refuse(&y->x, "has more than 65,536 styles");
        return;
    }
    enum cell_style style = STYLE_NUMBER;
    if (xml_number(xml_attribute(attributes, "numFmtId"), WORKBOOK_MOST_STYLES - 1, &number))
        style = y->formats[number] == UNSAID ? style_of_number(number)
                                             : (enum cell_style)y->formats[number];
    b->styles[b->nstyles++] = (uint8_t)style;
}

static void on_style(void *user, struct str name, const char **attributes) {
    struct styles *y = user;
    if (str_is(name, "numFmt"))
        take_format(y, attributes);
    else if (str_is(name, "cellXfs"))
        y->in_cells = true;
    else if (str_is(name, "xf") && y->in_cells)
        take_style(y, attributes);
}

static void on_style_end(void *user, struct str name) {
    struct styles *y = user;
    if (str_is(name, "cellXfs"))
        y->in_cells = false;
}

static void no_text(void *user, struct str text) {
    UNUSED(user);
    UNUSED(text);
}

enum status workbook_read_styles(struct workbook *b) {
    static const struct xml_handlers handlers = {on_style, on_style_end, no_text};
    struct styles y = {.b = b};
    struct str part;
    enum status status = workbook_relation(b, STR(""), "/styles", &part);
    if (status != ST_OK || !part.n)
        return status;
    y.formats = arena_take(&b->texts, WORKBOOK_MOST_STYLES);
    b->styles = arena_take(&b->texts, WORKBOOK_MOST_STYLES);
    if (!y.formats || !b->styles)
        return ST_NO_MEMORY;
    memset(y.formats, UNSAID, WORKBOOK_MOST_STYLES);
    return workbook_read(b, part, &handlers, &y.x, &y);
}

/* ---- shared texts ---- */

struct texts {
    struct workbook *b;
    struct xml_reader x;
    struct buf text;
    bool in_item, in_text, in_sounds; /* <si>, <t>, <rPh>: how it is pronounced */
};

static void on_text_begin(void *user, struct str name, const char **attributes) {
    struct texts *t = user;
    UNUSED(attributes);
    if (str_is(name, "si")) {
        t->in_item = true;
        buf_clear(&t->text);
    } else if (str_is(name, "rPh")) {
        t->in_sounds = true;
    } else if (str_is(name, "t")) {
        t->in_text = t->in_item && !t->in_sounds;
    }
}

static void on_text_end(void *user, struct str name) {
    struct texts *t = user;
    bool full = false;
    if (str_is(name, "t"))
        t->in_text = false;
    if (str_is(name, "rPh"))
        t->in_sounds = false;
    if (!str_is(name, "si"))
        return;
    t->in_item = false;
    xml_stop(&t->x, t->text.failed ? ST_NO_MEMORY
                                   : shared_texts_add(&t->b->shared, buf_view(&t->text), &full));
    if (full)
        xml_refuse(&t->x, "has more than 16 million texts");
}

static void on_text(void *user, struct str text) {
    struct texts *t = user;
    if (!t->in_text)
        return;
    buf_str(&t->text, text);
    if (t->text.n > CSV_FIELD_LIMIT)
        xml_refuse(&t->x, "has a text longer than 1 MiB");
}

enum status workbook_read_texts(struct workbook *b) {
    static const struct xml_handlers handlers = {on_text_begin, on_text_end, on_text};
    struct texts t = {.b = b};
    struct str part;
    enum status status = workbook_relation(b, STR(""), "/sharedStrings", &part);
    if (status != ST_OK || !part.n)
        return status;
    buf_init(&t.text, b->s->host.alloc);
    status = workbook_read(b, part, &handlers, &t.x, &t);
    buf_free(&t.text);
    return status;
}
