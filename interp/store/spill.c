/* Writing parts, and merging them.
 *
 * While merging, each part has one block in memory. The part with the lowest key gives
 * rows until another one has a lower key: in files that are ordered by anything
 * at all that is many rows at a time. Texts of a block are kept once for each
 * entry of its dictionary; the blocks that lie open have theirs copied again when a
 * run is written and the texts of all rows before are forgotten. */
#include "store/spill.h"
#include <stdio.h>

void spill_init(struct spill *p, struct alloc *alloc) {
    *p = (struct spill){.alloc = alloc};
    scratch_none(&p->file);
}

void spill_free(struct spill *p) {
    scratch_close(&p->file);
    if (p->writing)
        columns_writer_close(&p->writer);
    p->writing = false;
    mem_give(p->alloc, p->parts, p->room * sizeof *p->parts);
    p->parts = NULL;
    p->room = p->nparts = 0;
}

/* ---- writing a part ---- */

static enum status write_segment(struct spill *p, struct str column, enum segment_kind kind,
                                 uint32_t n) {
    unsigned char head[SEGMENT_HEAD];
    enum status status = columns_pack(&p->writer, column, kind, n, head);
    if (status == ST_OK)
        status = scratch_write(&p->file, head, sizeof head);
    struct str data = buf_view(&p->writer.data);
    return status == ST_OK ? scratch_write(&p->file, data.p, data.n) : status;
}

static enum status write_block(struct spill *p, struct import *m, uint32_t from, uint32_t n) {
    const struct staging *g = &m->staging;
    enum status status = ST_OK;
    for (uint32_t c = 0; c < m->t->n && status == ST_OK; c++) {
        columns_gather(&p->writer, g, c, from, n);
        status = write_segment(p, m->t->columns[c].name, columns_kind(&m->t->columns[c]), n);
    }
    memset(p->writer.missing, 0, n);
    for (uint32_t i = 0; i < n; i++)
        p->writer.words[i] = g->line[g->order[from + i]];
    return status == ST_OK ? write_segment(p, STR("line"), SEGMENT_WORDS, n) : status;
}

static bool add_part(struct spill *p) {
    if (p->nparts == p->room) {
        uint32_t room = p->room ? p->room * 2 : 8;
        void *grown =
            mem_resize(p->alloc, p->parts, p->room * sizeof *p->parts, room * sizeof *p->parts);
        if (!grown)
            return false;
        p->parts = grown;
        p->room = room;
    }
    p->parts[p->nparts++] = (struct spill_part){p->file.size, p->file.size};
    return true;
}

enum status spill_add(struct spill *p, struct import *m) {
    uint32_t total = m->staging.norder;
    enum status status = p->file.file < 0 ? scratch_open(&p->file, m->s, m->span) : ST_OK;
    if (status == ST_OK && !p->writing) {
        status = columns_writer_open(&p->writer, m->s, m->span, m->t->name);
        p->writing = status == ST_OK;
    }
    if (status == ST_OK && !add_part(p))
        status = ST_NO_MEMORY;
    for (uint32_t from = 0, n; from < total && status == ST_OK; from += n) {
        n = total - from < SPILL_ROWS ? total - from : SPILL_ROWS;
        status = write_block(p, m, from, n);
        if (status == ST_OK)
            status = store_poll(m->s, 0);
    }
    if (status == ST_OK)
        p->parts[p->nparts - 1].stop = p->file.size;
    return status;
}

/* ---- a block in memory ---- */

struct column_block {
    struct block data;
    struct segment_reader reader;
    int64_t *words;    /* by row; the bits of doubles; codes of texts */
    uint8_t *missing;  /* by row */
    struct str *texts; /* by code */
    uint32_t ntexts, room;
    struct buf carried; /* the text of row 0 */
};

/* Row 0 is the last one of the block before, so that each row can be compared with the one before
 * it; the block's own rows are 1 .. rows - 1. */
struct part_block {
    uint64_t next, stop;          /* of the file */
    uint32_t row, rows;           /* at the end both are 0 */
    struct column_block *columns; /* those of the table, then the lines */
};

struct merging {
    struct spill *p;
    struct import *m;
    uint32_t ncolumns; /* with the lines */
    struct part_block *parts;
    uint32_t nparts;
    struct columns_gathered out;
    uint64_t stored;
    uint32_t line; /* of the row stored last */
};

/* Those of the dictionary, and behind them the one of row 0. */
static bool keep_texts(struct merging *g, struct column_block *b) {
    uint32_t n = b->reader.head.missing == b->reader.head.rows ? 0 : b->reader.head.entries;
    if (n + 1 > b->room) {
        void *grown = mem_resize(g->p->alloc, b->texts, b->room * sizeof *b->texts,
                                 (n + 1) * sizeof *b->texts);
        if (!grown)
            return false;
        b->texts = grown;
        b->room = n + 1;
    }
    b->ntexts = n;
    b->texts[n] = buf_view(&b->carried);
    b->words[0] = n;
    for (uint32_t i = 0; i < n; i++) {
        b->texts[i] = arena_str(&g->out.texts, segment_code_text(&b->reader, i));
        if (!b->texts[i].p)
            return false;
    }
    return true;
}

static bool carry_last(struct column_block *b, uint32_t rows, bool text) {
    if (rows == 0)
        return true;
    b->missing[0] = b->missing[rows - 1];
    if (text && !b->missing[0]) {
        struct str last = b->texts[b->words[rows - 1]];
        if (last.p != b->carried.p) {
            buf_clear(&b->carried);
            buf_str(&b->carried, last);
        }
    }
    b->words[0] = b->words[rows - 1];
    return !b->carried.failed;
}

static bool unpack(struct merging *g, struct column_block *b) {
    const struct segment_reader *r = &b->reader;
    uint32_t n = r->head.rows;
    uint16_t codes[SPILL_ROWS];
    for (uint32_t i = 0; i < n; i++)
        b->missing[i + 1] = segment_missing(r, i);
    bool none = r->head.missing == n;
    switch (r->head.kind) {
    case SEGMENT_TEXTS:
        if (!none)
            segment_codes(r, 0, n, codes);
        for (uint32_t i = 0; i < n && !none; i++)
            b->words[i + 1] = codes[i];
        return keep_texts(g, b);
    case SEGMENT_FLOATS:
        if (!none)
            segment_floats(r, 0, n, (double *)(void *)(b->words + 1));
        return true;
    default:
        if (!none)
            segment_words(r, 0, n, b->words + 1);
        return true;
    }
}

static enum status load_segment(struct merging *g, struct part_block *part, uint32_t column,
                                uint32_t before) {
    struct column_block *b = &part->columns[column];
    unsigned char bytes[SEGMENT_HEAD];
    struct segment_head head;
    const char *why;
    bool text = column < g->m->t->n && columns_kind(&g->m->t->columns[column]) == SEGMENT_TEXTS;
    if (!carry_last(b, before, text))
        return ST_NO_MEMORY;
    enum status status = scratch_read(&g->p->file, part->next, bytes, sizeof bytes);
    if (status != ST_OK)
        return status;
    part->next += sizeof bytes;
    bool good = segment_head_read(bytes, sizeof bytes, &head, &why) && head.rows <= SPILL_ROWS;
    if (good) {
        if (!block_reserve(g->p->alloc, &b->data, (size_t)head.size + 1))
            return ST_NO_MEMORY;
        status = scratch_read(&g->p->file, part->next, b->data.at, head.size);
        if (status != ST_OK)
            return status;
        part->next += head.size;
        good = segment_read(&head, b->data.at, head.size, &b->reader, &why);
    }
    if (!good)
        return scratch_told(&g->p->file, E0510,
                            "the rows of a large import were changed while it ran");
    part->rows = head.rows + 1;
    return unpack(g, b) ? ST_OK : ST_NO_MEMORY;
}

/* The next block of a part; without any, it has no rows. */
static enum status load_block(struct merging *g, struct part_block *part) {
    enum status status = ST_OK;
    uint32_t before = part->rows;
    part->row = part->rows = 0;
    if (part->next == part->stop)
        return ST_OK;
    for (uint32_t c = 0; c < g->ncolumns && status == ST_OK; c++)
        status = load_segment(g, part, c, before);
    part->row = 1;
    return status;
}

/* ---- order ---- */

static int compare_values(const struct table_column *c, const struct column_block *a, uint32_t i,
                          const struct column_block *b, uint32_t j) {
    int64_t x = a->words[i], y = b->words[j];
    if (columns_kind(c) == SEGMENT_TEXTS)
        return str_compare(a->texts[x], b->texts[y]);
    if (columns_kind(c) == SEGMENT_FLOATS) {
        double p, q;
        memcpy(&p, &x, sizeof p);
        memcpy(&q, &y, sizeof q);
        return (p > q) - (p < q);
    }
    return (x > y) - (x < y);
}

static int compare_rows(const struct merging *g, const struct part_block *a, uint32_t i,
                        const struct part_block *b, uint32_t j) {
    const struct table *t = g->m->t;
    int order = 0;
    for (uint32_t k = 0; k < t->nkeys && order == 0; k++)
        order = compare_values(&t->columns[t->keys[k]], &a->columns[t->keys[k]], i,
                               &b->columns[t->keys[k]], j);
    return order;
}

static uint32_t line_of(const struct merging *g, const struct part_block *part) {
    return (uint32_t)part->columns[g->ncolumns - 1].words[part->row];
}

static enum status step(struct merging *g, struct part_block *part) {
    return ++part->row < part->rows ? ST_OK : load_block(g, part);
}

/* Parts are in the order of the file, so the row of the later part goes. */
static enum status refuse(struct merging *g, struct part_block *part, uint32_t first_line) {
    char reason[64];
    snprintf(reason, sizeof reason, "the same key stands in line %u", (unsigned)first_line);
    enum status status = import_reject_line(g->m, line_of(g, part), reason);
    return status == ST_OK ? step(g, part) : status;
}

/* The part whose row is the lowest, and the one that comes next; rows with equal keys in later
 * parts are refused on the way. *lowest is NULL at the end. */
static enum status find_lowest(struct merging *g, struct part_block **lowest,
                               struct part_block **second) {
    *lowest = *second = NULL;
    for (uint32_t i = 0; i < g->nparts; i++) {
        struct part_block *part = &g->parts[i];
        if (part->row == part->rows)
            continue;
        int order = *lowest ? compare_rows(g, *lowest, (*lowest)->row, part, part->row) : 1;
        if (order == 0) {
            enum status status = refuse(g, part, line_of(g, *lowest));
            if (status != ST_OK)
                return status;
            i--; /* the row behind it, if there is one */
        } else if (order > 0) {
            *second = *lowest;
            *lowest = part;
        } else if (!*second || compare_rows(g, *second, (*second)->row, part, part->row) > 0) {
            *second = part;
        }
    }
    return ST_OK;
}

/* ---- output ---- */

static void copy_column(struct merging *g, uint32_t c, const struct part_block *part, uint32_t n) {
    const struct column_block *from = &part->columns[c];
    size_t at = (size_t)c * SEGMENT_ROWS + g->out.n;
    memcpy(g->out.missing + at, from->missing + part->row, n);
    if (columns_kind(&g->m->t->columns[c]) != SEGMENT_TEXTS) {
        memcpy(g->out.values + at, from->words + part->row, n * sizeof *from->words);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        g->out.strings[at + i] =
            from->missing[part->row + i] ? STR_NONE : from->texts[from->words[part->row + i]];
}

/* The run is full. Its texts go, but those of the open blocks are still wanted. */
static enum status put_run(struct merging *g) {
    const struct store_host *host = &g->m->s->host;
    if (host->progress)
        host->progress(host->user, g->m->what.p, g->stored, g->m->rows);
    enum status status = columns_gathered_put(&g->out);
    columns_gathered_forget(&g->out);
    for (uint32_t i = 0; i < g->nparts && status == ST_OK; i++)
        for (uint32_t c = 0; c < g->m->t->n && status == ST_OK; c++)
            if (g->parts[i].rows && columns_kind(&g->m->t->columns[c]) == SEGMENT_TEXTS &&
                !keep_texts(g, &g->parts[i].columns[c]))
                status = ST_NO_MEMORY;
    return status;
}

/* How many rows of the part lie before the row of the other. */
static uint32_t rows_before(const struct merging *g, const struct part_block *part,
                            const struct part_block *other) {
    uint32_t stop = part->row + 1, most = part->rows;
    if (most - part->row > SEGMENT_ROWS - g->out.n)
        most = part->row + (SEGMENT_ROWS - g->out.n);
    while (stop < most && compare_rows(g, part, stop - 1, part, stop) < 0 &&
           (!other || compare_rows(g, part, stop, other, other->row) < 0))
        stop++;
    return stop - part->row;
}

/* Moves behind the row stored last, and behind those of the part that have its key. */
static enum status step_behind(struct merging *g, struct part_block *part) {
    enum status status = step(g, part);
    while (status == ST_OK && part->row < part->rows &&
           compare_rows(g, part, part->row - 1, part, part->row) == 0)
        status = refuse(g, part, g->line);
    return status;
}

static enum status merge(struct merging *g) {
    struct part_block *part, *second;
    for (;;) {
        enum status status = find_lowest(g, &part, &second);
        if (status != ST_OK || !part)
            return status == ST_OK ? columns_gathered_put(&g->out) : status;
        uint32_t n = rows_before(g, part, second);
        for (uint32_t c = 0; c < g->m->t->n; c++)
            copy_column(g, c, part, n);
        g->out.n += n;
        g->stored += n;
        part->row += n - 1;
        g->line = line_of(g, part);
        if (g->out.n == SEGMENT_ROWS)
            status = put_run(g);
        if (status == ST_OK)
            status = step_behind(g, part);
        if (status != ST_OK)
            return status;
    }
}

/* ---- the whole ---- */

enum { BLOCK_ROWS = SPILL_ROWS + 1 };

static bool open_column(struct alloc *a, struct column_block *b) {
    buf_init(&b->carried, a);
    b->words = mem_zero(a, BLOCK_ROWS * sizeof *b->words);
    b->missing = mem_zero(a, BLOCK_ROWS);
    return b->words && b->missing;
}

static enum status open_part(struct merging *g, struct part_block *part,
                             const struct spill_part *from) {
    struct alloc *a = g->p->alloc;
    part->next = from->start;
    part->stop = from->stop;
    part->columns = mem_zero(a, g->ncolumns * sizeof *part->columns);
    if (!part->columns)
        return ST_NO_MEMORY;
    bool ok = true;
    for (uint32_t c = 0; c < g->ncolumns; c++)
        ok = open_column(a, &part->columns[c]) && ok;
    return ok ? load_block(g, part) : ST_NO_MEMORY;
}

static void close_part(struct merging *g, struct part_block *part) {
    struct alloc *a = g->p->alloc;
    for (uint32_t c = 0; part->columns && c < g->ncolumns; c++) {
        struct column_block *b = &part->columns[c];
        block_free(a, &b->data);
        buf_free(&b->carried);
        mem_give(a, b->words, BLOCK_ROWS * sizeof *b->words);
        mem_give(a, b->missing, BLOCK_ROWS);
        mem_give(a, b->texts, b->room * sizeof *b->texts);
    }
    mem_give(a, part->columns, g->ncolumns * sizeof *part->columns);
}

enum status spill_merge(struct spill *p, struct import *m, uint64_t *stored) {
    struct merging g = {.p = p, .m = m, .ncolumns = m->t->n + 1};
    size_t bytes = (p->nparts + 1) * sizeof *g.parts;
    enum status status = columns_gathered_open(&g.out, &p->writer, m->t);
    g.parts = mem_zero(p->alloc, bytes);
    if (!g.parts)
        status = ST_NO_MEMORY;
    for (; g.nparts < p->nparts && status == ST_OK; g.nparts++)
        status = open_part(&g, &g.parts[g.nparts], &p->parts[g.nparts]);
    if (status == ST_OK)
        status = merge(&g);
    for (uint32_t i = 0; i < g.nparts; i++)
        close_part(&g, &g.parts[i]);
    mem_give(p->alloc, g.parts, bytes);
    columns_gathered_close(&g.out);
    *stored = g.stored;
    return status;
}
