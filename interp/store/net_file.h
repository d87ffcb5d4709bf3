/* Files of networks: GraphML, GEXF, Pajek, UCINET DL, DOT, JSON with nodes and links, matrices.
 *
 * Each holds two tables, `nodes` (id, label, attributes, start, end) and `ties` (source, target,
 * attributes, start, end). The whole file is read and judged before the first row is given: a tie
 * may come before its nodes. Rows wait in a nameless file, see net_build.h. What a file is, its
 * first bytes say, not its name. A tie to a node that the file does not have is a flawed row. */
#ifndef SPOKE_STORE_NET_FILE_H
#define SPOKE_STORE_NET_FILE_H

#include "store/net_build.h"

enum net_format {
    NET_NONE,
    NET_XML, /* GraphML or GEXF, as the first tag says */
    NET_JSON,
    NET_PAJEK,
    NET_DL,
    NET_DOT,
    NET_MATRIX /* CSV, of which a part is asked for */
};

struct network_file {
    struct net_build build;
    struct buf piece; /* of the rows, from `at` on */
    uint64_t at, done;
    struct csv_field *fields; /* of the current row; right after opening, the header */
    uint32_t nfields;         /* a column that labels stand in for is left out */
    uint32_t hidden;          /* of the file's columns */
    uint64_t line;
    struct buf reason;
    const char *flaw;
    enum status stopped;
};

/* By the first bytes of a file; `part`: whether one is asked for. */
enum net_format net_format_of(const struct sliding *w, bool part);
/* Which part a table of that name means. false: none. */
bool net_part_of(struct str name, enum net_part *part);
/* CSV_ROW, standing on the header, or CSV_STOPPED with an error told. Takes over the window;
 * network_file_close is due in every case. */
enum csv_result network_file_open(struct network_file *f, struct store *s, struct span span,
                                  struct str path, struct sliding *w, enum net_format format,
                                  enum net_part part);
/* What the file says about a column. */
const struct field_about *network_file_about(const struct network_file *f, uint32_t field);
enum csv_result network_file_next(struct network_file *f);
void network_file_close(struct network_file *f);

/* ---- the formats: each reads the window to its end, into the builder ---- */
void net_read_xml(struct net_build *b, struct sliding *w);
void net_read_json(struct net_build *b, struct sliding *w);
void net_read_pajek(struct net_build *b, struct sliding *w);
void net_read_dl(struct net_build *b, struct sliding *w);
void net_read_dot(struct net_build *b, struct sliding *w);
void net_read_matrix(struct net_build *b, struct sliding *w);

#endif
