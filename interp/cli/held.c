/* See held.h. */
#include "cli/held.h"
#include <stdlib.h>
#include <string.h>

struct held_finding {
    spoke_finding finding;
    spoke_named *named; /* its keys, then its values */
};

static spoke_text keep(struct held *h, spoke_text t) {
    return t.n ? pool_text(&h->pool, t, &h->failed) : t;
}

static void keep_named(struct held *h, spoke_named *to, const spoke_named *from, size_t n) {
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i];
        to[i].name = keep(h, from[i].name);
        to[i].value = keep(h, from[i].value);
    }
}

int held_add(struct held *h, const spoke_finding *finding) {
    void *at = h->at;
    if (!array_room(&at, h->n, &h->cap, sizeof *h->at)) {
        h->failed = true;
        return 1;
    }
    h->at = at;
    struct held_finding *f = &h->at[h->n];
    f->finding = *finding;
    f->named = calloc(finding->nkeys + finding->nvalues + 1, sizeof *f->named);
    if (!f->named) {
        h->failed = true;
        return 1;
    }
    h->n++;
    spoke_text *const texts[] = {&f->finding.rule, &f->finding.title,   &f->finding.severity,
                                 &f->finding.key,  &f->finding.message, &f->finding.file,
                                 &f->finding.id,   &f->finding.tags,    &f->finding.owner,
                                 &f->finding.help, &f->finding.field,   &f->finding.reason};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = keep(h, *texts[i]);
    }
    keep_named(h, f->named, finding->keys, finding->nkeys);
    keep_named(h, f->named + finding->nkeys, finding->values, finding->nvalues);
    f->finding.keys = f->named;
    f->finding.values = f->named + finding->nkeys;
    return h->failed;
}

static bool same(spoke_text a, spoke_text b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int held_give(struct held *h, spoke_text rule, struct report *r) {
    size_t left = 0;
    int failed = h->failed;
    for (size_t i = 0; i < h->n; i++) {
        struct held_finding f = h->at[i];
        if (!same(f.finding.rule, rule)) {
            h->at[left++] = f;
            continue;
        }
        failed = report_finding(r, &f.finding) || failed;
        free(f.named);
    }
    h->n = left;
    return failed;
}

void held_free(struct held *h) {
    for (size_t i = 0; i < h->n; i++) {
        free(h->at[i].named);
    }
    free(h->at);
    pool_free(&h->pool);
    *h = (struct held){0};
}
