/* Records on their way to rules; see records.c. */
#ifndef SPOKE_RECORDS_H
#define SPOKE_RECORDS_H

#include "api/judging.h"
#include "given/given_feed.h"
#include "given/given_json.h"
#include "given/given_reads.h"
#include "given/given_store.h"

struct record_terms;

struct record_rule {
    struct symbol *symbol;
    struct rule_terms_plan terms;
    struct record_terms *direct; /* the same without a run; NULL: the plan has to be run */
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
    struct given_store store; /* beside one */
    struct given_feed feed;
    ARENA_VEC(struct record_rule) rules;
    struct lane lines;  /* uint64_t by record, of this batch: where it stands */
    struct lane passed; /* uint8_t by record: not judged by the rule at hand */
    struct lane chosen; /* uint64_t: lines of those that are */
    uint32_t nchosen;
    uint64_t max_findings, refused;
    uint64_t found; /* by rules of severity error, since the host asked */
    bool stopped;   /* the sink wants no more */
    bool quiet;     /* findings are counted, not handed over */
};

/* ---- record_terms.c ---- */
/* When a rule is planned: finds out whether it can do without a run. */
void record_terms_plan(struct spoke_records *r, struct record_rule *rule);
void record_terms_free(struct spoke_records *r, struct record_rule *rule);
/* Whether it can with the records at hand. */
bool record_terms_serve(const struct spoke_records *r, const struct record_rule *rule);
/* Whether each record is found and, unless all are (NULL), looked at. */
enum status record_terms_run(struct spoke_records *r, struct record_rule *rule,
                             const struct column **found, const struct column **looked);

/* ---- records.c ---- */
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
