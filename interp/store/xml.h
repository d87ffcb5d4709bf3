/* Reads XML as a stream of tags, for what others wrote: a file of an archive, or one of its own.
 *
 * A layer over expat, which does its own memory. Names come without the prefix of
 * their namespace. Documents that declare a type are refused, so no entity is ever
 * expanded and nothing outside is fetched; so are tags nested or written longer
 * than any real file has them. What is held is one piece of the file and one tag.
 * Built without expat nothing opens, and `xml_is_built_in` says so. */
#ifndef SPOKE_STORE_XML_H
#define SPOKE_STORE_XML_H

#include "store/input.h"
#include "store/internal.h"

enum { XML_DEEPEST = 64, XML_LONGEST_TAG = 1 << 20 };

/* Attributes are names and values in turn, then NULL. */
struct xml_handlers {
    void (*begin)(void *user, struct str name, const char **attributes);
    void (*end)(void *user, struct str name);
    void (*text)(void *user, struct str text); /* in as many parts as it comes in */
};

enum xml_result {
    XML_PAUSED, /* a handler asked for it */
    XML_END,
    XML_REFUSED,   /* see `problem` */
    XML_STOPPED_BY /* `stopped`: somebody asked to stop, or there is no memory */
};

struct xml_reader {
    struct store *s;
    const struct xml_handlers *handlers;
    void *user;
    void *parser; /* expat's */
    struct archive_member member;
    struct sliding *from; /* what is read instead of a member; borrowed */
    uint64_t fed;
    uint32_t depth;
    bool paused, at_end;
    const char *problem; /* behind the name of the part */
    enum status stopped;
};

bool xml_is_built_in(void);
/* XML_PAUSED before the first tag, or what is wrong. xml_close is due in every case. */
enum xml_result xml_open(struct xml_reader *x, struct store *s, struct archive *a, uint64_t member,
                         const struct xml_handlers *handlers, void *user);
/* The same over the unread bytes of a window. */
enum xml_result xml_open_window(struct xml_reader *x, struct store *s, struct sliding *from,
                                const struct xml_handlers *handlers, void *user);
/* Goes on until a handler pauses. */
enum xml_result xml_next(struct xml_reader *x);
void xml_close(struct xml_reader *x);

/* ---- for handlers ---- */
/* The line that is read, from 1. */
uint64_t xml_line(const struct xml_reader *x);
/* xml_next returns behind this tag. */
void xml_pause(struct xml_reader *x);
/* Nothing more is read: for a reason, or for want of memory. */
void xml_refuse(struct xml_reader *x, const char *problem);
void xml_stop(struct xml_reader *x, enum status status);
/* The value of the attribute of that name, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);
/* A whole number up to `most`; false where there is another text or none. */
bool xml_number(const char *text, uint32_t most, uint32_t *out);

#endif
