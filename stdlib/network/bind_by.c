/* Texts of a column as numbers; equal texts have equal numbers. */
#include "stdlib/network/bind_by.h"
#include "base/hash.h"

static int find_column(struct native_call *c, const struct network_view *net, int argument,
                       const struct column **out) {
    if (native_is_missing(c, argument)) {
        *out = net->group;
        return SPOKE_OK;
    }
    struct str name = native_text(c, argument);
    *out = str_is(name, "group")    ? net->group
           : str_is(name, "level")  ? net->level
           : str_is(name, "sector") ? net->sector
                                    : NULL;
    *out = *out ? *out : native_network_column(c, net, name);
    return *out ? SPOKE_OK : SPOKE_FAILED;
}

static bool number_kinds(struct native_call *c, const struct column *column, uint32_t n,
                         struct strmap *map, uint32_t *kind, uint32_t *unknown) {
    struct buf cell;
    bool ok = true;
    buf_init(&cell, native_alloc(c));
    for (uint32_t v = 0; ok && v < n; v++) {
        bool is_new;
        kind[v] = NO_KIND;
        if (column_state(column, v) != PRESENT) {
            ++*unknown;
            continue;
        }
        buf_clear(&cell);
        native_cell_text(c, column, v, &cell);
        struct str name = arena_str(native_arena(c), buf_view(&cell));
        uint64_t *number = cell.failed || !name.p ? NULL : strmap_put(map, name, &is_new);
        ok = number != NULL;
        if (ok) {
            *number = is_new ? map->n - 1 : *number;
            kind[v] = (uint32_t)*number;
        }
    }
    buf_free(&cell);
    return ok;
}

int read_member_kinds(struct native_call *c, const struct network_view *net, int argument,
                      struct member_kinds *out) {
    const struct column *column;
    struct strmap map;
    int status = find_column(c, net, argument, &column);
    *out = (struct member_kinds){.n = 0};
    if (status != SPOKE_OK || !column) {
        return status;
    }
    uint32_t *kind = ARENA_ARRAY(native_arena(c), uint32_t, (size_t)net->n + 1);
    strmap_init(&map, native_alloc(c));
    bool ok = kind && number_kinds(c, column, net->n, &map, kind, &out->unknown);
    out->n = map.n;
    out->kind = kind;
    strmap_free(&map);
    return ok ? SPOKE_OK : SPOKE_NO_MEMORY;
}
