/* Lines and words of a text file of a network (Pajek, DL), which may be UTF-8 or Latin-1.
 *
 * With a byte order mark the file is UTF-8; without one each line is UTF-8 if it can be, and else
 * Latin-1, as older programs write it. Line ends are LF, CRLF or CR. A line above 16 MiB, a zero
 * byte and a line that is not UTF-8 behind a byte order mark refuse the file, with the line. A
 * line lives until the next one. */
#ifndef SPOKE_STORE_NET_LINES_H
#define SPOKE_STORE_NET_LINES_H

#include "store/net_build.h"

struct net_lines {
    struct net_build *b;
    struct sliding *w;
    bool begun, marked; /* behind a byte order mark */
    uint64_t line;
    struct str text; /* the line */
    size_t at;       /* what of it is read */
    struct buf room; /* a line in other letters */
    struct buf word; /* a quoted word */
};

struct net_word {
    struct str text;
    bool quoted;
};

void net_lines_init(struct net_lines *l, struct net_build *b, struct sliding *w);
void net_lines_free(struct net_lines *l);
/* false: there is none, or the file is refused. */
bool net_next_line(struct net_lines *l);
/* The next word of the line, up to a blank or one of `stops`, which is passed over; quotes `"` or
 * `'` keep blanks. false: the line ends. It lives until the next word. */
bool net_next_word(struct net_lines *l, const char *stops, struct net_word *out);
/* Words without regard to case. */
bool net_is(struct str word, const char *wanted);
/* What reading the window gave, if that is trouble. */
void net_input_failed(struct net_build *b, enum input_result got);

#endif
