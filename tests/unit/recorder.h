/* A host that writes down all it is told, and whose memory can be made to fail.
 *
 * What is recorded lies in memory of its own, so that recording neither fails
 * nor counts. A recorder belongs to one interpreter at a time. */
#ifndef SPOKE_TEST_RECORDER_H
#define SPOKE_TEST_RECORDER_H

#include "api/spoke.h"
#include "base/buf.h"
#include "metered.h"

struct recorder {
    spoke_config config; /* may be changed before the interpreter is opened */
    spoke *sp;           /* the interpreter that is told to tell us */
    struct meter meter;  /* of the interpreter's memory; one request is refused at a time */
    bool lost;           /* some value could not be rendered for want of memory */
    struct alloc alloc;
    struct buf text;
};

void recorder_init(struct recorder *r, uint32_t capabilities);
void recorder_free(struct recorder *r);
/* Every diagnostic of the last call. */
void record_diagnostics(struct recorder *r);

/* Runs the program while one request for memory after the other is refused, until none is: each run
 * ends with a status, and everything is given back. */
void recorder_refuse_each(const char *program);

#endif
