/* Diagnostics of the last call, as data and as text. */
#include "api/grow.h"
#include "api/interp.h"

static const char *const severities[] = {"error", "warning", "note"};

size_t spoke_diag_count(const spoke *sp) {
    return sp->diags.all.n;
}

static spoke_text view(struct str s) {
    return (spoke_text){s.p ? s.p : "", s.n};
}

spoke_status spoke_diag_at_sized(const spoke *sp, size_t i, spoke_diag *room, size_t size) {
    spoke_diag known = {.line = 0}, *out = &known;
    if (!sp || !room || i >= sp->diags.all.n)
        return SPOKE_MISUSE;
    const struct diag *d = sp->diags.all.at[i];
    const struct source *source = source_at(&sp->sources, d->span.source);
    out->code = view(str_of(d->code ? code_id(d->code) : ""));
    out->severity = view(str_of(severities[d->severity]));
    out->message = view(d->message);
    out->file = view(source ? source->name : STR_NONE);
    out->start = d->span.start;
    out->stop = d->span.stop;
    out->note = view(d->notes.n ? d->notes.at[0] : STR_NONE);
    out->help = view(d->helps.n ? d->helps.at[0] : STR_NONE);
    if (source) {
        struct place place = source_place(source, span_shown(source, d->span).start);
        out->line = place.line;
        out->column = place.column;
    }
    hand_out(room, size, out, sizeof *out);
    return SPOKE_OK;
}

static spoke_status hand_over(struct buf *out, spoke_write_fn write, void *user) {
    spoke_status status = out->failed ? SPOKE_NO_MEMORY : SPOKE_OK;
    if (!out->failed && out->n && write(user, out->p, out->n))
        status = SPOKE_INTERRUPTED;
    buf_free(out);
    return status;
}

spoke_status spoke_diag_text_within(spoke *sp, int colour, int columns, spoke_write_fn write,
                                    void *user) {
    struct buf out;
    buf_init(&out, &sp->alloc);
    sp->diags.screen_width = columns > 0 ? (uint32_t)columns : 0;
    diags_text(&out, &sp->sources, &sp->diags, colour);
    return hand_over(&out, write, user);
}

spoke_status spoke_diag_text(spoke *sp, int colour, spoke_write_fn write, void *user) {
    int columns = sp->session.interactive ? sp->output_width : 0;
    return spoke_diag_text_within(sp, colour, columns, write, user);
}

spoke_status spoke_diag_json(spoke *sp, spoke_write_fn write, void *user) {
    struct buf out;
    buf_init(&out, &sp->alloc);
    for (uint32_t i = 0; i < sp->diags.all.n; i++) {
        diag_json(&out, &sp->sources, sp->diags.all.at[i]);
        buf_char(&out, '\n');
    }
    return hand_over(&out, write, user);
}
