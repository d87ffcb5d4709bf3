/* Expat, fed piece by piece, with the limits that it does not have itself. */
#include "store/xml.h"

void xml_refuse(struct xml_reader *x, const char *problem) {
    if (!x->problem)
        x->problem = problem;
}

void xml_stop(struct xml_reader *x, enum status status) {
    if (x->stopped == ST_OK)
        x->stopped = status;
}

void xml_pause(struct xml_reader *x) {
    x->paused = true;
}

static struct str local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return str_of(colon ? colon + 1 : name);
}

const char *xml_attribute(const char **attributes, const char *name) {
    for (size_t i = 0; attributes[i]; i += 2) {
        if (str_is(local_name(attributes[i]), name))
            return attributes[i + 1];
    }
    return NULL;
}

bool xml_number(const char *text, uint32_t most, uint32_t *out) {
    uint64_t n = 0;
    size_t i = 0;
    for (; text && text[i] >= '0' && text[i] <= '9' && n <= most; i++)
        n = n * 10 + (uint64_t)(text[i] - '0');
    *out = (uint32_t)n;
    return i > 0 && !text[i] && n <= most;
}

#ifdef WITH_EXPAT
#include <expat.h>

enum { PIECE = 64 * 1024 };

bool xml_is_built_in(void) {
    return true;
}

/* After a handler refused or stopped, others may still be called for the same tag. */
static bool is_over(struct xml_reader *x) {
    if (!x->problem && x->stopped == ST_OK)
        return false;
    XML_StopParser(x->parser, XML_FALSE);
    return true;
}

static void on_begin(void *user, const XML_Char *name, const XML_Char **attributes) {
    struct xml_reader *x = user;
    if (++x->depth > XML_DEEPEST)
        xml_refuse(x, "nests its tags more than 64 deep");
    if (is_over(x))
        return;
    x->handlers->begin(x->user, local_name(name), attributes);
    is_over(x);
}

static void on_end(void *user, const XML_Char *name) {
    struct xml_reader *x = user;
    x->depth--;
    if (is_over(x))
        return;
    x->handlers->end(x->user, local_name(name));
    if (!is_over(x) && x->paused)
        XML_StopParser(x->parser, XML_TRUE);
}

static void on_text(void *user, const XML_Char *text, int n) {
    struct xml_reader *x = user;
    if (is_over(x))
        return;
    x->handlers->text(x->user, (struct str){text, (size_t)n});
    is_over(x);
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_inside) {
    UNUSED(name);
    UNUSED(system);
    UNUSED(public);
    UNUSED(has_inside);
    xml_refuse(user, "declares a document type, which no file of data needs");
    is_over(user);
}

static enum xml_result start(struct xml_reader *x) {
    x->parser = XML_ParserCreate(NULL);
    if (!x->parser) {
        x->stopped = ST_NO_MEMORY;
        return XML_STOPPED_BY;
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return XML_PAUSED;
}

enum xml_result xml_open(struct xml_reader *x, struct store *s, struct archive *a, uint64_t member,
                         const struct xml_handlers *handlers, void *user) {
    *x = (struct xml_reader){.s = s, .handlers = handlers, .user = user};
    if (!archive_begin(a, member, &x->member)) {
        x->problem = a->problem;
        x->stopped = a->problem ? ST_OK : ST_NO_MEMORY;
        return a->problem ? XML_REFUSED : XML_STOPPED_BY;
    }
    return start(x);
}

enum xml_result xml_open_window(struct xml_reader *x, struct store *s, struct sliding *from,
                                const struct xml_handlers *handlers, void *user) {
    *x = (struct xml_reader){.s = s, .handlers = handlers, .user = user, .from = from};
    return start(x);
}

uint64_t xml_line(const struct xml_reader *x) {
    return x->parser ? XML_GetCurrentLineNumber(x->parser) : 0;
}

static void refuse_input(struct xml_reader *x, enum input_result got) {
    switch (got) {
    case INPUT_READ:
        break;
    case INPUT_NO_MEMORY:
        xml_stop(x, ST_NO_MEMORY);
        break;
    case INPUT_BOMB:
        xml_refuse(x, "unpacks to more than 200 times its size");
        break;
    default:
        xml_refuse(x, "is cut off or damaged");
    }
}

/* At most `room` bytes of what is read; *n is 0 at the end only. */
static enum input_result read_piece(struct xml_reader *x, char *to, size_t room, size_t *n) {
    struct sliding *w = x->from;
    if (!w)
        return archive_read(&x->member, to, room, n);
    if (w->start == w->stop) {
        enum input_result got = sliding_refill(w);
        if (got != INPUT_READ)
            return got;
    }
    *n = w->stop - w->start < room ? w->stop - w->start : room;
    memcpy(to, w->buffer + w->start, *n);
    w->start += *n;
    return INPUT_READ;
}

/* Another piece; expat keeps what is behind the last whole tag. */
static enum XML_Status feed(struct xml_reader *x) {
    size_t n = 0;
    void *room = XML_GetBuffer(x->parser, PIECE);
    if (!room)
        return XML_STATUS_ERROR;
    refuse_input(x, read_piece(x, room, PIECE, &n));
    xml_stop(x, store_poll(x->s, 0));
    if (x->problem || x->stopped != ST_OK)
        return XML_STATUS_ERROR;
    x->fed += n;
    x->at_end = n == 0;
    enum XML_Status got = XML_ParseBuffer(x->parser, (int)n, x->at_end);
    XML_Index at = XML_GetCurrentByteIndex(x->parser);
    if (got == XML_STATUS_OK && at >= 0 && x->fed - (uint64_t)at > XML_LONGEST_TAG + PIECE)
        xml_refuse(x, "has a tag longer than 1 MiB");
    return got;
}

static enum xml_result failed(struct xml_reader *x) {
    if (x->stopped == ST_OK && XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY)
        x->stopped = ST_NO_MEMORY;
    if (x->stopped != ST_OK)
        return XML_STOPPED_BY;
    xml_refuse(x, "is not well-formed XML");
    return XML_REFUSED;
}

enum xml_result xml_next(struct xml_reader *x) {
    for (;;) {
        enum XML_Status got;
        bool resumed = x->paused;
        x->paused = false;
        got = resumed ? XML_ResumeParser(x->parser) : feed(x);
        if (got == XML_STATUS_ERROR || x->problem || x->stopped != ST_OK)
            return failed(x);
        if (got == XML_STATUS_SUSPENDED)
            return XML_PAUSED;
        if (x->at_end)
            return XML_END;
    }
}

void xml_close(struct xml_reader *x) {
    if (x->parser)
        XML_ParserFree(x->parser);
    x->parser = NULL;
    archive_end(&x->member);
}

#else /* nothing opens, so that the rest is never asked */

bool xml_is_built_in(void) {
    return false;
}

enum xml_result xml_open(struct xml_reader *x, struct store *s, struct archive *a, uint64_t member,
                         const struct xml_handlers *handlers, void *user) {
    UNUSED(a);
    UNUSED(member);
    *x = (struct xml_reader){.s = s, .handlers = handlers, .user = user};
    x->problem = "cannot be read without expat";
    return XML_REFUSED;
}

enum xml_result xml_open_window(struct xml_reader *x, struct store *s, struct sliding *from,
                                const struct xml_handlers *handlers, void *user) {
    *x = (struct xml_reader){.s = s, .handlers = handlers, .user = user, .from = from};
    x->problem = "cannot be read without expat";
    return XML_REFUSED;
}

uint64_t xml_line(const struct xml_reader *x) {
    UNUSED(x);
    return 0;
}

enum xml_result xml_next(struct xml_reader *x) {
    return x->problem ? XML_REFUSED : XML_END;
}

void xml_close(struct xml_reader *x) {
    archive_end(&x->member);
}
#endif
