/* Recording: rows as CSV, pictures in both forms, everything else as it comes. */
#include "recorder.h"

#include "stdlib/modules.h"
#include <check.h>
#include <stdlib.h>

static void put(struct recorder *r, const char *what, spoke_text text) {
    buf_printf(&r->text, "%s: ", what);
    buf_put(&r->text, text.p, text.n);
    buf_char(&r->text, '\n');
}

static int put_bytes(void *user, const char *bytes, size_t n) {
    struct recorder *r = user;
    buf_put(&r->text, bytes, n);
    return 0;
}

static void put_relation(struct recorder *r, const spoke_value *v) {
    spoke_render_options o = {.size = sizeof o, .format = "csv", .unicode = 1};
    for (size_t i = 0; i < spoke_columns(v); i++) {
        spoke_text type = spoke_column_type(v, i);
        r->lost = r->lost || type.n == 0;
        put(r, "column", type);
    }
    if (spoke_render(r->sp, v, &o, put_bytes, r) != SPOKE_OK)
        r->lost = true;
}

static int on_show(void *user, const spoke_value *v) {
    struct recorder *r = user;
    if (spoke_value_kind(v) == SPOKE_RELATION) {
        put_relation(r, v);
    } else if (spoke_value_kind(v) == SPOKE_PICTURE) {
        put(r, "terminal", spoke_picture_terminal(v));
        put(r, "svg", spoke_picture_svg(v));
    } else {
        put(r, "show", spoke_scalar_text(v));
    }
    return 0;
}

static int on_print(void *user, spoke_text line) {
    put(user, "print", line);
    return 0;
}

static int on_note(void *user, spoke_text line) {
    put(user, "note", line);
    return 0;
}

static int on_rule(void *user, const spoke_rule_result *result) {
    struct recorder *r = user;
    put(r, "rule", result->rule);
    buf_printf(&r->text, "%d, %llu rows, %llu findings\n", (int)result->status,
               (unsigned long long)result->rows, (unsigned long long)result->findings);
    return 0;
}

static int on_finding(void *user, const spoke_finding *f) {
    put(user, "finding", f->key);
    put(user, "message", f->message);
    return 0;
}

void recorder_init(struct recorder *r, uint32_t capabilities) {
    static const spoke_sink sink = {.size = sizeof sink,
                                    .on_show = on_show,
                                    .on_print = on_print,
                                    .on_note = on_note,
                                    .on_rule = on_rule,
                                    .on_finding = on_finding};
    *r = (struct recorder){.meter = {.fail_count = 1}};
    alloc_init(&r->alloc, NULL, NULL, 0);
    buf_init(&r->text, &r->alloc);
    spoke_config_init(&r->config);
    r->config.allocate = metered;
    r->config.allocate_user = &r->meter;
    r->config.capabilities = capabilities;
    r->config.has_today = 1;
    r->config.today = 20397; /* 2025-11-05 */
    r->config.sink = &sink;
    r->config.sink_user = r;
    r->config.modules = standard_modules;
}

void recorder_free(struct recorder *r) {
    buf_free(&r->text);
}

void record_diagnostics(struct recorder *r) {
    spoke_diag d;
    for (size_t i = 0; i < spoke_diag_count(r->sp); i++)
        if (spoke_diag_at(r->sp, i, &d) == SPOKE_OK) {
            put(r, "code", d.code);
            put(r, "message", d.message);
        }
}

void recorder_refuse_each(const char *program) {
    struct recorder r;
    spoke_status status = SPOKE_NO_MEMORY;
    for (uint64_t request = 1; status != SPOKE_OK; request += 1 + request / 100) {
        recorder_init(&r, SPOKE_CAN_ALL);
        r.meter.fail_from = request;
        r.meter.fail_count = 1;
        status = spoke_open(&r.config, &r.sp);
        if (status == SPOKE_OK)
            status = spoke_run(r.sp, "test.spoke", program, strlen(program));
        bool reached = r.meter.calls >= request;
        r.meter.fail_from = 0;
        ck_assert(status == SPOKE_OK || status == SPOKE_NO_MEMORY || r.lost);
        ck_assert(status != SPOKE_OK || !reached || r.lost || r.text.n > 0);
        if (reached && status == SPOKE_OK)
            status = SPOKE_NO_MEMORY; /* it could do without */
        spoke_close(r.sp);
        ck_assert_uint_eq(r.meter.used, 0);
        recorder_free(&r);
    }
}
