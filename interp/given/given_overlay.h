/* A record beside a store as if it had been put in: while one is judged, scans and lookups of its
 * table give its row in place of the stored one with its key, or one row more.
 *
 * Plans whose scans of the table say which row each is (plan_record_terms) are run for one record
 * after the other. Nothing is written anywhere. */
#ifndef SPOKE_GIVEN_OVERLAY_H
#define SPOKE_GIVEN_OVERLAY_H

#include "given/given_reads.h"

/* Whether a plan scans the table, or items in its lists, beside the scan that gives its own rows,
 * or looks up its columns. */
bool given_sees(const struct plan *plan, const struct table *table);
/* Its rows are needed in their order, in which a record has no place. */
bool given_sees_order(const struct plan *plan, const struct table *table);

/* From now on the record is the one that is put in. */
void given_put_in(struct given *g, uint32_t record);
/* No more. */
void given_take_out(struct given *g);

/* Whether the scan is one whose stored rows are not all there is. */
bool given_overlays(const struct given *g, const struct plan *scan);
/* Takes over `stored`, whatever happens. */
enum status given_overlay_scan(struct given *g, const struct plan *scan, const struct exec_env *env,
                               const struct relation *self, struct row_source *stored,
                               struct row_source **out);
/* Of the table of the records: a copy with the record's value, if it gives one. */
enum status given_overlay_dimension(struct given *g, const struct table *table, int column,
                                    struct dimension *io);

#endif
