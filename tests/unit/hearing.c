/* See hearing.h. */
#include "hearing.h"

#include "stdlib/modules.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a folder ---- */

static char folder[] = "/tmp/spoke-records-XXXXXX", before[1024];

void enter_folder(void) {
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

void leave_folder(void) {
    DIR *all = opendir(".");
    ck_assert_ptr_nonnull(all);
    for (const struct dirent *e = readdir(all); e; e = readdir(all))
        if (e->d_name[0] != '.')
            (void)remove(e->d_name);
    closedir(all);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* ---- chance ---- */

uint64_t next_number(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

int below(uint64_t *state, int n) {
    return (int)(next_number(state) % (uint64_t)n);
}

bool omits(struct omission *o) {
    return o->one_in && below(&o->state, o->one_in) == 0;
}

/* ---- what is told ---- */

#define TEXT(s) (int)(s).n, (s).p

static int on_finding(void *user, const spoke_finding *f) {
    struct hearing *h = user;
    buf_printf(&h->told, "%.*s %.*s: %.*s%s%s\n", TEXT(f->rule), TEXT(f->key), TEXT(f->message),
               f->undecided ? " (undecided)" : "", f->excepted ? " (excepted)" : "");
    return 0;
}

static int on_rule(void *user, const spoke_rule_result *r) {
    struct hearing *h = user;
    unsigned number = 0;
    buf_printf(&h->told, "%.*s = %d: %llu of %llu, allowed %llu, excepted %llu %llu %llu %.*s\n",
               TEXT(r->rule), (int)r->status, (unsigned long long)r->findings,
               (unsigned long long)r->rows, (unsigned long long)r->allowed,
               (unsigned long long)r->excepted, (unsigned long long)r->expired,
               (unsigned long long)r->unused, TEXT(r->reason));
    if (sscanf(r->rule.p, "r%2u", &number) == 1 && number < MOST_RULES)
        h->skipped[number] = r->skipped;
    return 0;
}

static int on_refused(void *user, uint64_t line, spoke_text reason) {
    struct hearing *h = user;
    buf_printf(&h->told, "%llu refused: %.*s\n", (unsigned long long)line, TEXT(reason));
    return 0;
}

void open_hearing(struct hearing *h, const struct buf *script) {
    static const spoke_sink sink = {.size = sizeof sink,
                                    .on_finding = on_finding,
                                    .on_rule = on_rule,
                                    .on_refused = on_refused};
    spoke_config config;
    *h = (struct hearing){.sp = NULL};
    alloc_init(&h->alloc, NULL, NULL, 0);
    buf_init(&h->told, &h->alloc);
    spoke_config_init(&config);
    config.capabilities = SPOKE_CAN_READ_FILES;
    config.sink = &sink;
    config.sink_user = h;
    config.modules = standard_modules;
    config.has_today = 1;
    config.today = 20000; /* 2024-10-04 */
    config.threads = 1;
    ck_assert(!script->failed);
    ck_assert_int_eq(spoke_open(&config, &h->sp), SPOKE_OK);
    if (spoke_run(h->sp, "rules", script->p, script->n) != SPOKE_OK) {
        spoke_diag d;
        ck_assert_int_eq(spoke_diag_at(h->sp, 0, &d), SPOKE_OK);
        ck_abort_msg("line %u: %.*s", d.line, TEXT(d.message));
    }
}

void close_hearing(struct hearing *h) {
    spoke_close(h->sp);
    buf_free(&h->told);
}

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t sorted_lines(struct hearing *h, char **lines) {
    size_t n = 0;
    buf_char(&h->told, '\0');
    ck_assert(!h->told.failed);
    for (char *p = strtok(h->told.p, "\n"); p; p = strtok(NULL, "\n")) {
        ck_assert_uint_lt(n, MOST_LINES);
        lines[n++] = p;
    }
    qsort(lines, n, sizeof *lines, compare_lines);
    return n;
}

void expect_same(char *const *wanted, size_t nwanted, struct hearing *records) {
    static char *lines[MOST_LINES];
    size_t n = sorted_lines(records, lines);
    for (size_t i = 0; i < n && i < nwanted; i++)
        ck_assert_msg(strcmp(lines[i], wanted[i]) == 0, "store:   %s\nrecords: %s", wanted[i],
                      lines[i]);
    ck_assert_uint_eq(n, nwanted);
}

/* Whether it is a finding, and of the rule of which number. */
static bool is_finding(const char *line, unsigned *rule) {
    char after[2];
    return sscanf(line, "r%2u %1[^=]", rule, after) == 2;
}

/* The number of findings among sorted lines, which come first. */
static size_t keep_findings(char **lines, size_t n) {
    size_t kept = 0;
    unsigned rule;
    for (size_t i = 0; i < n; i++)
        if (is_finding(lines[i], &rule))
            lines[kept++] = lines[i];
    return kept;
}

void expect_findings(char *const *wanted, size_t nwanted, int student, struct hearing *records) {
    static char *lines[MOST_LINES];
    size_t n = keep_findings(lines, sorted_lines(records, lines)), k = 0;
    char key[32];
    unsigned rule;
    snprintf(key, sizeof key, "student=N%03d:", student);
    for (size_t i = 0; i < nwanted; i++) {
        if (!is_finding(wanted[i], &rule) || !strstr(wanted[i], key))
            continue;
        ck_assert_msg(k < n && strcmp(lines[k], wanted[i]) == 0, "store:   %s\nrecords: %s",
                      wanted[i], k < n ? lines[k] : "nothing");
        k++;
    }
    ck_assert_msg(k == n, "only of records: %s", lines[k]);
}

void expect_withheld(struct hearing *store, struct hearing *records, size_t nrules) {
    static char *wanted[MOST_LINES], *lines[MOST_LINES];
    size_t n = keep_findings(wanted, sorted_lines(store, wanted));
    size_t nlines = keep_findings(lines, sorted_lines(records, lines)), k = 0;
    uint64_t lost[MOST_RULES] = {0}, skipped = 0;
    unsigned rule;
    for (size_t i = 0; i < n; i++) {
        int order = k < nlines ? strcmp(lines[k], wanted[i]) : 1;
        ck_assert_msg(order >= 0, "only of records: %s", lines[k]);
        k += order == 0;
        lost[is_finding(wanted[i], &rule) ? rule : 0] += order != 0;
    }
    ck_assert_msg(k == nlines, "only of records: %s", lines[k]);
    for (size_t i = 0; i < nrules; i++) {
        ck_assert_msg(lost[i] <= records->skipped[i], "r%02zu lost %llu, skipped %llu", i,
                      (unsigned long long)lost[i], (unsigned long long)records->skipped[i]);
        skipped += records->skipped[i];
    }
    ck_assert_uint_gt(skipped, 0);
    ck_assert_uint_gt(nlines, 0);
}
