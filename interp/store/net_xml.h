/* What GraphML and GEXF share: attributes that the file declares, with types and defaults, and how
 * a tag reaches the reader of its format. Everything lives in the builder's arena. */
#ifndef SPOKE_STORE_NET_XML_H
#define SPOKE_STORE_NET_XML_H

#include "store/net_file.h"
#include "store/xml.h"

struct net_xml_key { /* an attribute of nodes, of ties or of both */
    struct net_xml_key *next;
    struct str id;
    bool of[2];
    uint32_t column[2];
    enum type_kind kind;
    struct str fallback; /* the value of those that say none; p NULL: missing */
    uint64_t row;        /* the last one that has it */
    bool drawing;        /* of yEd: the text of its labels counts */
};

struct net_xml {
    struct net_build *b;
    struct xml_reader x;
    const struct xml_handlers *format; /* of the root's; NULL before it */
    struct net_xml_key *keys, *last_key;
    struct net_xml_key *key; /* whose value is read */
    struct buf text;         /* that is collected */
    bool collecting;
    uint64_t row;       /* number of the node or tie at hand */
    bool in_row;        /* in one */
    enum net_part part; /* what it is */
    bool in_graph, directed, had_graph;
    enum net_part class; /* GEXF: whom attributes are declared for */
    bool relation;       /* GEXF: an attribute of ties says what kind they are */
    struct net_spell span;
    struct net_spell *spells;
    uint32_t nspells, room;
    uint32_t label[2], id, weight; /* columns */
};

/* By the name of a type in the file. */
enum type_kind net_xml_kind(const char *type);
/* Declares one; `name` is what its column is called. NULL: refused. */
struct net_xml_key *net_xml_declare(struct net_xml *n, const char *id, const char *name,
                                    const char *type, bool of_nodes, bool of_ties);
/* That is declared for what is at hand; NULL: refused. */
struct net_xml_key *net_xml_key_named(struct net_xml *n, const char *id);
/* The value in the row at hand. */
void net_xml_put(struct net_xml *n, struct net_xml_key *key, struct str value);
/* Of attributes that the row does not have. */
void net_xml_put_defaults(struct net_xml *n);
/* The attribute of a tag as a text; empty: it has none. */
struct str net_xml_value(const char **attributes, const char *name);
/* Begins and ends to collect text. */
void net_xml_collect(struct net_xml *n);
struct str net_xml_collected(struct net_xml *n);

extern const struct xml_handlers net_graphml, net_gexf;

#endif
