/* A list of cases, and the two formats that count cases. */
#include "cli/cases.h"
#include "cli/escape.h"
#include <stdlib.h>
#include <string.h>

struct test_case *cases_add(struct cases *c) {
    void *at = c->at;
    if (!array_room(&at, c->n, &c->cap, sizeof *c->at)) {
        c->failed = true;
        return NULL;
    }
    c->at = at;
    c->at[c->n] = (struct test_case){.kind = ""};
    return &c->at[c->n++];
}

void cases_free(struct cases *c) {
    for (size_t i = 0; i < c->n; i++) {
        bytes_free(&c->at[i].message);
        bytes_free(&c->at[i].evidence);
    }
    free(c->at);
    c->at = NULL;
    c->n = c->cap = 0;
}

static spoke_text view(const struct bytes *b) {
    return (spoke_text){b->p ? b->p : "", b->n};
}

/* ---- JUnit XML ---- */

struct tally {
    size_t tests, failures, errors, skipped;
    double seconds;
};

/* Of the cases from `first` that belong to one suite; where the next one begins. */
static size_t tally_suite(const struct cases *c, size_t first, struct tally *t) {
    size_t i = first;
    for (; i < c->n && text_equal(c->at[i].suite, c->at[first].suite); i++) {
        t->tests++;
        t->failures += c->at[i].outcome == CASE_FAILED;
        t->errors += c->at[i].outcome == CASE_ERROR;
        t->skipped += c->at[i].outcome == CASE_SKIPPED;
        t->seconds += c->at[i].seconds;
    }
    return i;
}

static void put_attribute(struct bytes *out, const char *name, spoke_text value) {
    bytes_printf(out, " %s=\"", name);
    escape_xml(out, value);
    bytes_text(out, "\"");
}

static void put_tally(struct bytes *out, const struct tally *t) {
    bytes_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", t->tests,
                 t->failures, t->errors, t->skipped);
    bytes_printf(out, " time=\"%.3f\">\n", t->seconds);
}

/* Line by line, as a reference to a line end would not start a line for everybody. */
static void put_lines(struct bytes *out, spoke_text lines) {
    for (size_t at = 0; at < lines.n;) {
        const char *end = memchr(lines.p + at, '\n', lines.n - at);
        size_t n = end ? (size_t)(end - lines.p) - at : lines.n - at;
        escape_xml(out, (spoke_text){lines.p + at, n});
        bytes_text(out, "\n");
        at += n + 1;
    }
}

static void put_outcome(struct bytes *out, const char *element, const struct test_case *t) {
    bytes_printf(out, "\n   <%s", element);
    put_attribute(out, "message", view(&t->message));
    if (t->outcome != CASE_SKIPPED) {
        put_attribute(out, "type", text_of(t->kind));
    }
    bytes_text(out, ">");
    put_lines(out, view(&t->evidence));
    bytes_printf(out, "</%s>\n  ", element);
}

static void put_tolerated(struct bytes *out, const struct test_case *t) {
    bytes_printf(out, "\n   <system-out>%s: ", t->kind);
    escape_xml(out, view(&t->message));
    bytes_text(out, "\n");
    put_lines(out, view(&t->evidence));
    bytes_text(out, "</system-out>\n  ");
}

static void put_case(struct bytes *out, const struct test_case *t) {
    static const char *const elements[] = {
        [CASE_FAILED] = "failure", [CASE_SKIPPED] = "skipped", [CASE_ERROR] = "error"};
    bytes_text(out, "  <testcase");
    put_attribute(out, "name", t->name);
    put_attribute(out, "classname", t->suite);
    if (t->file.n) {
        put_attribute(out, "file", t->file);
        bytes_printf(out, " line=\"%u\"", t->line);
    }
    bytes_printf(out, " time=\"%.3f\">", t->seconds);
    if (t->outcome == CASE_TOLERATED) {
        put_tolerated(out, t);
    } else if (t->outcome != CASE_PASSED) {
        put_outcome(out, elements[t->outcome], t);
    }
    bytes_text(out, "</testcase>\n");
}

/* Without this a run that was cut off would look like one that had less to do. */
static void put_end(struct bytes *out, const char *suite, const char *end) {
    const struct tally one = {.tests = 1, .errors = 1};
    bytes_text(out, " <testsuite");
    put_attribute(out, "name", text_of(suite));
    put_tally(out, &one);
    bytes_printf(out,
                 "  <testcase name=\"%s\" classname=\"spoke\" time=\"0.000\">"
                 "<error message=\"%s: not everything was judged\" type=\"error\"></error>"
                 "</testcase>\n </testsuite>\n",
                 end, end);
}

void cases_junit(const struct cases *c, struct bytes *out) {
    struct tally all = {.tests = c->end != NULL, .errors = c->end != NULL};
    for (size_t i = 0; i < c->n;) {
        i = tally_suite(c, i, &all);
    }
    bytes_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    put_attribute(out, "name", text_of(c->name));
    put_tally(out, &all);
    for (size_t i = 0; i < c->n;) {
        struct tally t = {0};
        size_t stop = tally_suite(c, i, &t);
        bytes_text(out, " <testsuite");
        put_attribute(out, "name", c->at[i].suite);
        put_tally(out, &t);
        for (; i < stop; i++) {
            put_case(out, &c->at[i]);
        }
        bytes_text(out, " </testsuite>\n");
    }
    if (c->end) {
        put_end(out, c->name, c->end);
    }
    bytes_text(out, "</testsuites>\n");
    out->failed = out->failed || c->failed;
}

/* ---- TAP 14 ---- */

static void put_yaml_text(struct bytes *out, const char *name, spoke_text t) {
    bytes_printf(out, "  %s: ", name);
    bytes_json(out, t);
    bytes_text(out, "\n");
}

/* Lines as they are, as some readers of TAP take no list of quoted ones. Blanks at the beginning need
 * to be told from how far in the lines stand. */
static void put_yaml_lines(struct bytes *out, const char *name, spoke_text lines) {
    if (lines.n == 0) {
        return;
    }
    bytes_printf(out, "  %s: |%s\n", name, lines.p[0] == ' ' ? "2" : "");
    for (size_t at = 0; at < lines.n;) {
        const char *end = memchr(lines.p + at, '\n', lines.n - at);
        size_t n = end ? (size_t)(end - lines.p) - at : lines.n - at;
        bytes_text(out, n ? "    " : "");
        bytes_put(out, lines.p + at, n);
        bytes_text(out, "\n");
        at += n + 1;
    }
}

static void put_yaml(struct bytes *out, const struct test_case *t) {
    bytes_text(out, "  ---\n");
    put_yaml_text(out, "message", view(&t->message));
    put_yaml_text(out, "severity", text_of(t->kind));
    if (t->file.n) {
        put_yaml_text(out, "file", t->file);
        bytes_printf(out, "  line: %u\n", t->line);
    }
    put_yaml_lines(out, "evidence", view(&t->evidence));
    bytes_text(out, "  ...\n");
}

static void put_point(struct bytes *out, size_t number, const struct test_case *t) {
    bool good = t->outcome == CASE_PASSED || t->outcome == CASE_SKIPPED;
    bytes_printf(out, "%s %zu - ", good ? "ok" : "not ok", number);
    escape_tap(out, t->name);
    bytes_text(out, t->title.n ? ": " : "");
    escape_tap(out, t->title);
    if (t->outcome == CASE_SKIPPED) {
        bytes_text(out, " # SKIP ");
        escape_line(out, view(&t->message));
    } else if (t->outcome == CASE_TOLERATED) {
        bytes_printf(out, " # TODO %s does not fail the run", t->kind);
    }
    bytes_text(out, "\n");
    if (!good) {
        put_yaml(out, t);
    }
}

void cases_tap(const struct cases *c, const char *last, struct bytes *out) {
    bytes_printf(out, "TAP version 14\n1..%zu%s\n", c->n, c->n ? "" : " # SKIP nothing to judge");
    for (size_t i = 0; i < c->n; i++) {
        put_point(out, i + 1, &c->at[i]);
    }
    bytes_printf(out, "# %s", last);
    if (c->end) {
        bytes_printf(out, "Bail out! %s\n", c->end);
    }
    out->failed = out->failed || c->failed;
}
