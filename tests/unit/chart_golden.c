/* Reads, compares and writes. */
#include "chart_golden.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

void golden_start(struct golden *g) {
    alloc_init(&g->memory, NULL, NULL, 0);
    arena_init(&g->arena, &g->memory);
    buf_init(&g->out, &g->memory);
}

void golden_stop(struct golden *g) {
    buf_free(&g->out);
    arena_free(&g->arena);
    ck_assert_uint_eq(g->memory.used, 0);
}

static bool read_whole(struct buf *out, const char *path) {
    char block[4096];
    FILE *f = fopen(path, "rb");
    buf_clear(out);
    if (!f) {
        return false;
    }
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;) {
        buf_put(out, block, n);
    }
    fclose(f);
    return !out->failed;
}

static void expect(struct golden *g, const char *name, struct buf *made) {
    char path[200];
    const char *mode = getenv("SPOKE_GOLDEN");
    snprintf(path, sizeof path, "tests/golden/charts/%s", name);
    if (mode && strcmp(mode, "write") == 0) {
        FILE *f = fopen(path, "wb");
        ck_assert_ptr_nonnull(f);
        fwrite(made->p, 1, made->n, f);
        fclose(f);
    }
    ck_assert_msg(read_whole(&g->out, path), "cannot read %s", path);
    ck_assert_msg(str_eq(buf_view(made), buf_view(&g->out)), "%s is not as it was", path);
    buf_free(made);
}

void golden_svg(struct golden *g, const char *name, const struct figure *f) {
    struct buf made;
    buf_init(&made, &g->memory);
    figure_svg(&made, &g->arena, f);
    expect(g, name, &made);
}

void golden_terminal(struct golden *g, const char *name, const struct figure *f, int width,
                     int glyphs) {
    struct buf made;
    buf_init(&made, &g->memory);
    figure_terminal(&made, &g->arena, f, width, glyphs);
    expect(g, name, &made);
}
