/* SARIF 2.1.0 of OASIS, with what GitHub's code scanning asks for beyond it:
 * every rule with its texts, a place for every result, a fingerprint.
 *
 * The place of a finding is that of its rule; which row it is about stands in a
 * logical location. A result for each finding that is kept, none for rules that
 * pass. */
#include "cli/escape.h"
#include "cli/days.h"
#include "cli/report.h"
#include <string.h>

static const char schema[] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                             "sarif-schema-2.1.0.json";

static void put_text(struct bytes *out, const char *name, spoke_text t) {
    bytes_printf(out, "\"%s\":", name);
    bytes_json(out, t);
}

static void put_message(struct bytes *out, const char *name, spoke_text t) {
    bytes_printf(out, "\"%s\":{", name);
    put_text(out, "text", t);
    bytes_text(out, "}");
}

static const char *level_of(spoke_text severity) {
    return text_is(severity, "error") ? "error" : text_is(severity, "warn") ? "warning" : "note";
}

/* ---- rules ---- */

static spoke_text title_of(const struct report_rule *rule) {
    return rule->title.n ? rule->title : rule->name;
}

static bool is_address(spoke_text t) {
    static const char *const starts[] = {"https://", "http://"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        size_t n = strlen(starts[i]);
        if (t.n > n && memcmp(t.p, starts[i], n) == 0) {
            return true;
        }
    }
    return false;
}

/* What an address cannot hold, people do write into one. */
static void put_address(spoke_text t, struct bytes *out) {
    static const char kept[] = "%#?[]";
    bytes_text(out, "\"");
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] && strchr(kept, t.p[i])) {
            bytes_put(out, &t.p[i], 1);
        } else {
            escape_uri_byte(out, t.p[i]);
        }
    }
    bytes_text(out, "\"");
}

static void put_rule(const struct report_rule *rule, struct bytes *out) {
    bytes_text(out, "{");
    put_text(out, "id", rule->identity);
    bytes_text(out, ",");
    put_text(out, "name", rule->name);
    bytes_text(out, ",");
    put_message(out, "shortDescription", title_of(rule));
    bytes_text(out, ",");
    put_message(out, "fullDescription", title_of(rule));
    bytes_text(out, ",");
    put_message(out, "help", rule->help.n ? rule->help : title_of(rule));
    if (is_address(rule->help)) {
        bytes_text(out, ",\"helpUri\":");
        put_address(rule->help, out);
    }
    bytes_printf(out, ",\"defaultConfiguration\":{\"level\":\"%s\"},\"properties\":{",
                 level_of(rule->severity));
    if (rule->owner.n) {
        put_text(out, "owner", rule->owner);
        bytes_text(out, ",");
    }
    bytes_text(out, "\"tags\":");
    report_put_tags(out, rule->tags);
    bytes_text(out, "}}");
}

static void put_driver(const struct report *r, struct bytes *out) {
    bytes_printf(out,
                 "\"tool\":{\"driver\":{\"name\":\"spoke\",\"semanticVersion\":\"%s\","
                 "\"rules\":[",
                 spoke_version());
    for (size_t i = 0; i < r->nrules; i++) {
        bytes_text(out, i ? ",\n " : "\n ");
        put_rule(&r->rules[i], out);
    }
    bytes_text(out, "]}}");
}

/* ---- places ---- */

static void put_physical(const struct report *r, const struct report_place *place,
                         struct bytes *out) {
    struct bytes uri = {0};
    escape_uri(&uri, place->file.n ? place->file : text_of(r->where));
    bytes_text(out, "\"physicalLocation\":{\"artifactLocation\":{");
    put_text(out, "uri", (spoke_text){uri.p, uri.n});
    uint32_t line = place->line ? place->line : 1, column = place->column ? place->column : 1;
    bytes_printf(out, "},\"region\":{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,", line,
                 column, line);
    bytes_printf(out, "\"endColumn\":%u}}", column + 1);
    out->failed = out->failed || uri.failed;
    bytes_free(&uri);
}

static void put_locations(const struct report *r, const struct report_place *place, spoke_text key,
                          struct bytes *out) {
    bytes_text(out, "\"locations\":[{");
    put_physical(r, place, out);
    if (key.n) {
        bytes_text(out, ",\"logicalLocations\":[{\"kind\":\"row\",");
        put_text(out, "fullyQualifiedName", key);
        bytes_text(out, "}]");
    }
    bytes_text(out, "}]");
}

/* ---- results ---- */

static void put_suppression(const struct report *r, const struct report_finding *f,
                            struct bytes *out) {
    if (r->baseline) {
        bytes_printf(out, ",\"baselineState\":\"%s\"", f->known ? "unchanged" : "new");
    }
    if (f->known) {
        bytes_text(out, ",\"suppressions\":[{\"kind\":\"external\",\"status\":\"accepted\","
                        "\"justification\":\"in the baseline\"}]");
    } else if (f->excepted) {
        char day[DAY_SIZE];
        day_text(f->until, day);
        bytes_text(out, ",\"suppressions\":[{\"kind\":\"inSource\",\"status\":\"accepted\",");
        put_text(out, "justification", f->reason);
        bytes_printf(out, ",\"properties\":{\"until\":\"%s\"}}]", day);
    }
}

static void put_values(const struct report *r, const struct report_finding *f, spoke_text field,
                       struct bytes *out) {
    bytes_text(out, ",\"properties\":{");
    if (field.n) {
        put_text(out, "field", field);
    }
    if (r->shows_values) {
        bytes_text(out, field.n ? ",\"values\":{" : "\"values\":{");
        for (size_t i = f->values; i < f->stop_value; i++) {
            const struct report_value *v = &r->values[i];
            bytes_text(out, i > f->values ? "," : "");
            bytes_json(out, v->name);
            bytes_text(out, ":");
            if (v->missing) {
                bytes_text(out, "null");
            } else {
                bytes_json(out, v->suppressed ? text_of("suppressed") : v->text);
            }
        }
        bytes_text(out, "}");
    }
    bytes_text(out, "}");
}

/* What a rule allows does not break it. */
static const char *finding_level(const struct report_rule *rule) {
    return rule->status == SPOKE_RULE_PASS ? "note" : level_of(rule->severity);
}

static void put_result(const struct report *r, size_t number, const struct report_finding *f,
                       struct bytes *out) {
    const struct report_rule *rule = &r->rules[number];
    struct bytes message = {0};
    report_put_finding(&message, f);
    bytes_text(out, "{");
    put_text(out, "ruleId", rule->identity);
    bytes_printf(out, ",\"ruleIndex\":%zu,\"level\":\"%s\",\"kind\":\"fail\",", number,
                 finding_level(rule));
    put_message(out, "message", (spoke_text){message.p, message.n});
    bytes_text(out, ",");
    put_locations(r, &rule->place, f->key, out);
    bytes_printf(out,
                 ",\"partialFingerprints\":{\"primaryLocationLineHash\":\"%s:1\","
                 "\"spokeFinding/v1\":\"%s\"}",
                 f->fingerprint, f->fingerprint);
    put_suppression(r, f, out);
    if (rule->field.n || r->shows_values) {
        put_values(r, f, rule->field, out);
    }
    bytes_text(out, "}");
    out->failed = out->failed || message.failed;
    bytes_free(&message);
}

static void put_results(const struct report *r, struct bytes *out) {
    bytes_text(out, "\"results\":[");
    bool first = true;
    for (size_t i = 0; i < r->nrules; i++) {
        for (size_t k = r->rules[i].first; k < r->rules[i].stop; k++) {
            bytes_text(out, first ? "\n " : ",\n ");
            put_result(r, i, &r->findings[k], out);
            first = false;
        }
    }
    bytes_text(out, "]");
}

/* ---- what was not judged ---- */

static void put_notification(const struct report *r, spoke_text message, spoke_text rule,
                             const struct report_place *place, bool warns, struct bytes *out) {
    bytes_printf(out, "\n {\"level\":\"%s\",", warns ? "warning" : "error");
    put_message(out, "message", message);
    if (rule.n) {
        bytes_text(out, ",\"associatedRule\":{");
        put_text(out, "id", rule);
        bytes_text(out, "}");
    }
    bytes_text(out, ",");
    put_locations(r, place, text_of(""), out);
    bytes_text(out, "}");
}

static void put_rule_notification(const struct report *r, const struct report_rule *rule,
                                  const char **comma, struct bytes *out) {
    if (rule->status == SPOKE_RULE_ERROR || rule->status == SPOKE_RULE_SKIP) {
        bytes_text(out, *comma);
        put_notification(r, report_reason(r, rule), rule->identity, &rule->place,
                         rule->status == SPOKE_RULE_SKIP, out);
        *comma = ",";
    }
}

static bool is_successful(const struct report *r) {
    bool good = report_is_whole(r) && r->summary.error == 0;
    for (size_t i = report_problems_start(r); i < r->nproblems; i++) {
        good = good && r->problems[i].warns;
    }
    return good;
}

static void put_invocation(const struct report *r, struct bytes *out) {
    const char *comma = "";
    bytes_printf(out,
                 "\"invocations\":[{\"executionSuccessful\":%s,\"toolExecutionNotifications\":[",
                 is_successful(r) ? "true" : "false");
    for (size_t i = 0; i < r->nrules; i++) {
        put_rule_notification(r, &r->rules[i], &comma, out);
    }
    for (size_t i = report_problems_start(r); i < r->nproblems; i++) {
        bytes_text(out, comma);
        put_notification(r, r->problems[i].message, text_of(""), &r->problems[i].place,
                         r->problems[i].warns, out);
        comma = ",";
    }
    if (report_end(r)) {
        const struct report_place nowhere = {text_of(""), 0, 0};
        bytes_text(out, comma);
        put_notification(r, text_of(report_end(r)), text_of(""), &nowhere, false, out);
    }
    bytes_text(out, "]}]");
}

void report_sarif(const struct report *r, const struct report_style *style, struct bytes *out) {
    (void)style;
    struct bytes category = {0};
    bytes_printf(&category, "spoke/%s/", r->suite);
    bytes_printf(out, "{\"$schema\":\"%s\",\"version\":\"2.1.0\",\"runs\":[{\n", schema);
    put_driver(r, out);
    bytes_text(out, ",\n\"automationDetails\":{");
    put_text(out, "id", text_of(category.p));
    bytes_text(out, "},\n\"columnKind\":\"unicodeCodePoints\",\n");
    put_invocation(r, out);
    bytes_text(out, ",\n");
    put_results(r, out);
    bytes_text(out, "}]}\n");
    out->failed = out->failed || category.failed;
    bytes_free(&category);
}
