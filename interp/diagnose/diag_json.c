/* Diagnostics for other programs: one JSON object, on one line, without a line
 * end, so that it can stand in JSON lines and in an array alike.
 *
 * `line` and `column` are where a reader is pointed to; `start` and `stop` are
 * the span's bytes as they were recorded. What has no place has nulls. */
#include "diagnose/diag.h"

static const char *severity_word(enum severity severity) {
    static const char *const words[] = {"error", "warning", "note"};
    return words[severity];
}

static void put_place(struct buf *out, const struct sources *s, struct span span) {
    const struct source *source = source_at(s, span.source);
    if (!source) {
        buf_text(out, "\"file\":null,\"line\":null,\"column\":null,\"start\":null,\"stop\":null");
        return;
    }
    struct place place = source_place(source, span_shown(source, span).start);
    buf_text(out, "\"file\":");
    buf_json(out, source->name);
    buf_printf(out, ",\"line\":%u,\"column\":%u,\"start\":%u,\"stop\":%u", (unsigned)place.line,
               (unsigned)place.column, (unsigned)span.start, (unsigned)span.stop);
}

static void put_texts(struct buf *out, const char *name, const struct str *texts, uint32_t n) {
    buf_printf(out, ",\"%s\":[", name);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_json(out, texts[i]);
    }
    buf_char(out, ']');
}

static void put_labels(struct buf *out, const struct sources *s, const struct diag *g) {
    buf_text(out, ",\"labels\":[");
    for (uint32_t i = 0; i < g->labels.n; i++) {
        buf_text(out, i > 0 ? ",{" : "{");
        put_place(out, s, g->labels.at[i].span);
        buf_text(out, ",\"text\":");
        buf_json(out, g->labels.at[i].text);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

void diag_json(struct buf *out, const struct sources *s, const struct diag *g) {
    buf_text(out, "{\"code\":");
    if (g->code == CODE_NONE)
        buf_text(out, "null");
    else
        buf_printf(out, "\"%s\"", code_id(g->code));
    buf_printf(out, ",\"severity\":\"%s\",\"message\":", severity_word(g->severity));
    buf_json(out, g->message);
    buf_char(out, ',');
    put_place(out, s, g->span);
    buf_text(out, ",\"label\":");
    buf_json(out, g->label);
    put_labels(out, s, g);
    put_texts(out, "notes", g->notes.at, g->notes.n);
    put_texts(out, "helps", g->helps.at, g->helps.n);
    buf_char(out, '}');
}
