/* A text never lies half in the file: the kept ones go there whole. */
#include "store/shared_texts.h"

void shared_texts_init(struct shared_texts *t, struct store *s, struct span span) {
    *t = (struct shared_texts){.s = s, .span = span};
    buf_init(&t->kept, s->host.alloc);
    scratch_none(&t->file);
}

void shared_texts_free(struct shared_texts *t) {
    mem_give(t->s->host.alloc, t->starts, t->room * sizeof *t->starts);
    t->starts = NULL;
    t->n = t->room = 0;
    buf_free(&t->kept);
    scratch_close(&t->file);
}

static bool grow(struct shared_texts *t) {
    uint32_t room = t->room ? t->room * 2 : 1024;
    uint64_t *grown =
        mem_resize(t->s->host.alloc, t->starts, t->room * sizeof *grown, room * sizeof *grown);
    if (!grown)
        return false;
    t->starts = grown;
    t->room = room;
    t->starts[t->n] = t->file.size + t->kept.n;
    return true;
}

static enum status move_to_file(struct shared_texts *t) {
    enum status status = ST_OK;
    if (t->file.file < 0)
        status = scratch_open(&t->file, t->s, t->span);
    if (status == ST_OK)
        status = scratch_write(&t->file, t->kept.p, t->kept.n);
    buf_clear(&t->kept);
    return status;
}

enum status shared_texts_add(struct shared_texts *t, struct str text, bool *full) {
    *full = t->n == SHARED_MOST;
    if (*full)
        return ST_OK;
    if (t->n + 1 >= t->room && !grow(t))
        return ST_NO_MEMORY;
    if (t->kept.n + text.n > SHARED_IN_MEMORY && t->kept.n) {
        enum status status = move_to_file(t);
        if (status != ST_OK)
            return status;
    }
    buf_str(&t->kept, text);
    t->starts[++t->n] = t->file.size + t->kept.n;
    return t->kept.failed ? ST_NO_MEMORY : ST_OK;
}

enum status shared_texts_get(struct shared_texts *t, uint32_t i, struct buf *room,
                             struct str *text) {
    uint64_t start = t->starts[i];
    size_t n = (size_t)(t->starts[i + 1] - start);
    *text = (struct str){"", n};
    if (n == 0)
        return ST_OK;
    if (start >= t->file.size) {
        text->p = t->kept.p + (start - t->file.size);
        return ST_OK;
    }
    size_t at = room->n;
    text->p = NULL;
    buf_repeat(room, " ", n);
    return room->failed ? ST_NO_MEMORY : scratch_read(&t->file, start, room->p + at, n);
}
