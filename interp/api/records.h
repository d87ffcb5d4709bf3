/* Records on their way to rules; see records.c. */
#ifndef SPOKE_RECORDS_H
#define SPOKE_RECORDS_H

#include "api/judging.h"
#include "given/given_feed.h"
#include "given/given_json.h"
#include "given/given_reads.h"

struct record_rule {
    struct symbol *symbol;
    struct plan *terms; /* found, and perhaps looked at, of each record */
    struct plan *findings;
    struct rule_columns columns; /* of these */
    struct given_reads reads;
    struct judging judging;
    struct judge_result sum;
    bool *used;       /* exceptions */
    uint64_t skipped; /* records */
    struct str needs; /* what the first of these lacks */
    bool errs;
};

struct spoke_records {
    struct spoke *sp;
    const struct table *table;
    struct given given; /* its arena holds what is as old as the records */
    struct given_json json;
    struct given_feed feed;
    ARENA_VEC(struct record_rule) rules;
    struct lane lines;  /* uint64_t by record, of this batch: where it stands */
    struct lane passed; /* uint8_t by record: not judged by the rule at hand */
    struct lane chosen; /* uint64_t: lines of those that are */
    uint64_t max_findings, refused;
    uint64_t found; /* by rules of severity error, since the host asked */
    bool stopped;   /* the sink wants no more */
    bool quiet;     /* findings are counted, not handed over */
};

/* Zeroed but for what is opened. */
struct spoke_records *records_new(struct spoke *sp);
void records_free(struct spoke_records *r);
struct record_rule *records_add_rule(struct spoke_records *r, struct symbol *symbol);
/* After the rules and the table. Takes the escape of the interpreter's arena. */
void records_plan(struct spoke_records *r);
/* One record; judges when a batch of them is there. */
enum status records_take(struct spoke_records *r, const struct fed_record *record);
/* Judges what is gathered. */
enum status records_judge(struct spoke_records *r);

#endif
