/* Tokens of DOT, from a window: names, quoted texts and numbers are one kind, as they are there. */
#ifndef SPOKE_STORE_NET_DOT_TEXT_H
#define SPOKE_STORE_NET_DOT_TEXT_H

#include "store/net_build.h"

enum dot_token {
    DOT_END,
    DOT_NAME,
    DOT_GRAPH,
    DOT_DIGRAPH,
    DOT_STRICT,
    DOT_SUBGRAPH,
    DOT_NODE,
    DOT_EDGE,
    DOT_BRACE,
    DOT_BRACE_END,
    DOT_BRACKET,
    DOT_BRACKET_END,
    DOT_EQUALS,
    DOT_COMMA,
    DOT_SEMICOLON,
    DOT_COLON,
    DOT_ARROW,
    DOT_LINE
};

struct dot_text {
    struct net_build *b;
    struct sliding *w;
    enum dot_token token; /* at hand */
    struct buf text;      /* of a name */
    bool quoted;
    uint64_t line;      /* where it begins */
    uint64_t line_read; /* up to where the window is read */
    bool fresh;         /* at the begin of a line */
};

void dot_begin(struct dot_text *t, struct net_build *b, struct sliding *w);
void dot_end(struct dot_text *t);
/* DOT_END also when the file is refused. */
void dot_next(struct dot_text *t);
/* Whether `=` stands behind the token at hand. */
bool dot_equals_follows(struct dot_text *t);

#endif
