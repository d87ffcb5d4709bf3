/* native.h over the VM's library calls. */
#include "api/interp.h"
#include "column/cell.h"
#include "render/render.h"
#include "run/native_call.h"
#include <assert.h>
#include <stdio.h>

static struct spoke *interpreter(const struct native_call *c) {
    return c->vm->host.user;
}

/* ---- arguments ---- */

bool native_is_missing(const struct native_call *c, int i) {
    return value_is_missing(&c->arguments[i]);
}

int64_t native_int(const struct native_call *c, int i) {
    return value_int(&c->arguments[i]);
}

double native_float(const struct native_call *c, int i) {
    return value_float(&c->arguments[i]);
}

struct str native_text(const struct native_call *c, int i) {
    return value_str(&c->arguments[i]);
}

const struct frame *native_relation(struct native_call *c, int i) {
    return native_call_relation(c, (uint32_t)i);
}

const struct column *native_column(const struct frame *f, const char *name) {
    int at = type_field(f->type, str_of(name));
    return at < 0 ? NULL : &f->columns[at];
}

void native_render(const struct native_call *c, const struct frame *f, const char *format,
                   struct buf *out) {
    struct render_options o = {.unicode = true, .calendar = native_calendar(c)};
    bool known = render_format_named(str_of(format), &o.format);
    assert(known && "a format of the library");
    if (known)
        render_frame(out, f, &o);
}

void native_cell_text(const struct native_call *c, const struct column *column, uint32_t row,
                      struct buf *out) {
    cell_text(out, column, row, native_calendar(c));
}

static const struct list *list_of(const struct native_call *c, int i) {
    return (const struct list *)c->arguments[i].w[0].ref;
}

static struct value element_of(const struct native_call *c, int i, uint32_t element) {
    return list_value(list_of(c, i), c->arguments[i].type->element, element);
}

uint32_t native_list_length(const struct native_call *c, int i) {
    return list_of(c, i) ? list_of(c, i)->n : 0;
}

int64_t native_list_int(const struct native_call *c, int i, uint32_t element) {
    struct value v = element_of(c, i, element);
    return value_int(&v);
}

double native_list_float(const struct native_call *c, int i, uint32_t element) {
    struct value v = element_of(c, i, element);
    return value_float(&v);
}

struct str native_list_text(const struct native_call *c, int i, uint32_t element) {
    struct value v = element_of(c, i, element);
    return value_str(&v);
}

enum state native_list_state(const struct native_call *c, int i, uint32_t element) {
    struct value v = element_of(c, i, element);
    return value_state(&v);
}

struct value native_value(const struct native_call *c, int i) {
    return c->arguments[i];
}

struct value native_list_value(const struct native_call *c, int i, uint32_t element) {
    return element_of(c, i, element);
}

const struct network_view *native_network(struct native_call *c, int i) {
    struct network_value net;
    return native_call_network(c, (uint32_t)i, &net) ? build_network(interpreter(c), c, &net)
                                                     : NULL;
}

const struct column *native_network_column(struct native_call *c, const struct network_view *net,
                                           struct str name) {
    return read_network_column(interpreter(c), c, net, name);
}

const struct network_view *native_network_between(struct native_call *c, int i, int64_t first,
                                                  int64_t last) {
    struct network_value net;
    if (!native_call_network(c, (uint32_t)i, &net))
        return NULL;
    network_value_between(&net, first, last);
    return build_network(interpreter(c), c, &net);
}

int native_give_network_between(struct native_call *c, int i, int64_t first, int64_t last) {
    struct network_value net;
    if (!native_call_network(c, (uint32_t)i, &net))
        return SPOKE_OK;
    network_value_between(&net, first, last);
    return native_call_give_network(c, &net) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

const struct frame *native_members(struct native_call *c, const struct network_view *net) {
    return read_network_columns(interpreter(c), c, net);
}

int native_give_network_of(struct native_call *c, int i, struct str key) {
    struct network_value net;
    if (!native_call_network(c, (uint32_t)i, &net))
        return SPOKE_OK;
    if (!net.network->family)
        return native_fail_help(
            c, "`per` in the declaration makes a network for each row of a table",
            "`%.*s` is one network, not a family of them", STR_ARG(net.network->symbol->name));
    if (net.key && !str_eq(text_str(net.key), key))
        return native_fail_help(c, "a family has a network for each key; this is one already",
                                "`%.*s` of `%.*s` has no networks in it",
                                STR_ARG(text_str(net.key)), STR_ARG(net.network->symbol->name));
    return native_call_give_network_of(c, &net, key) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

/* ---- results ---- */

void native_give_missing(struct native_call *c) {
    UNUSED(c); /* a result is missing until something is given */
}

void native_give_int(struct native_call *c, int64_t x) {
    native_call_int(c, x);
}

void native_give_float(struct native_call *c, double x) {
    native_call_float(c, x);
}

void native_give_ratio(struct native_call *c, int64_t n, int64_t d) {
    native_call_pair(c, n, d);
}

int native_give_text(struct native_call *c, struct str s) {
    return native_call_text(c, s) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

int native_give_picture(struct native_call *c, struct str terminal, struct str svg) {
    return native_call_picture(c, terminal, svg) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

bool native_is_told(const struct native_call *c) {
    return (c->node->flags & FLAG_TOLD) != 0;
}

int native_give_made(struct native_call *c, struct str how) {
    return native_call_made(c, how) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

struct frame *native_frame(struct native_call *c) {
    return frame_new(c->vm->alloc, c->result.type);
}

int native_give_frame(struct native_call *c, struct frame *f) {
    return native_call_frame(c, f) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

union native_word *native_give_list(struct native_call *c, uint32_t n) {
    struct list *l = native_call_list(c, n);
    if (l && !l->at) /* an empty list has no elements to point at, but NULL means no memory */
        return arena_take(&c->scratch, sizeof(union native_word));
    return l ? (union native_word *)(void *)l->at : NULL;
}

int native_list_put_text(struct native_call *c, uint32_t element, struct str s) {
    return native_call_list_text(c, element, s) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

void native_list_put_state(struct native_call *c, uint32_t element, enum state state) {
    native_call_list_state(c, element, state);
}

void native_give_value(struct native_call *c, const struct value *v) {
    native_call_value(c, v);
}

int native_list_put_value(struct native_call *c, uint32_t element, const struct value *v) {
    return native_call_list_value(c, element, v) ? SPOKE_OK : SPOKE_NO_MEMORY;
}

/* ---- surroundings ---- */

struct arena *native_arena(struct native_call *c) {
    return &c->scratch;
}

struct alloc *native_alloc(struct native_call *c) {
    return c->vm->alloc;
}

const struct calendar *native_calendar(const struct native_call *c) {
    return &c->vm->session->calendar;
}

const struct calendar *native_read_calendar(struct native_call *c) {
    enum status status = calendar_ready(interpreter(c));
    if (status == ST_OK)
        return &c->vm->session->calendar;
    c->vm->status = status;
    return NULL;
}

const struct calendar *native_school_calendar(struct native_call *c) {
    const struct calendar *calendar = native_read_calendar(c);
    if (!calendar || has_school_days(calendar))
        return calendar;
    native_fail_help(c, "declare one: `calendar district { instructional from school_days }`",
                     "no calendar says on which days school is held");
    return NULL;
}

void *native_keep(struct native_call *c, size_t size, native_release release) {
    return keep_block(interpreter(c), size, release);
}

uint32_t native_threads(struct native_call *c) {
    return interpreter(c)->threads;
}

uint64_t native_seed(const struct native_call *c) {
    return interpreter(c)->seed;
}

int native_output_width(const struct native_call *c) {
    return interpreter(c)->output_width;
}

int native_output_glyphs(const struct native_call *c) {
    return interpreter(c)->output_glyphs;
}

int native_poll(struct native_call *c, uint64_t steps) {
    return (int)to_public(native_call_poll(c, steps));
}

/* In per cent, as nobody could say what a step of a measure is. */
void native_progress(struct native_call *c, double done) {
    const struct spoke *sp = interpreter(c);
    const char *name = c->native->name;
    if (sp->sink.on_progress)
        sp->sink.on_progress(sp->sink_user, (spoke_text){name, strlen(name)},
                             (uint64_t)(done * SPOKE_WHOLE), SPOKE_WHOLE);
}

void native_note(struct native_call *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (c->notes)
        spread_note(c->notes, format, args);
    else
        note_format(interpreter(c), format, args);
    va_end(args);
}

int native_fail(struct native_call *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    enum status s = native_call_fail(c, NULL, format, args);
    va_end(args);
    return (int)to_public(s);
}

int native_fail_help(struct native_call *c, const char *help, const char *format, ...) {
    va_list args;
    va_start(args, format);
    enum status s = native_call_fail(c, help, format, args);
    va_end(args);
    return (int)to_public(s);
}

static bool write_whole(const char *path, struct str bytes) {
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    bool fine = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
    return fclose(f) == 0 && fine;
}

int native_may_write(struct native_call *c) {
    if (interpreter(c)->control.capabilities & CAN_WRITE_FILES)
        return SPOKE_OK;
    return (int)to_public(vm_fail_at(c->vm, ST_DENIED, E0410, c->node->span, NULL,
                                     "this host does not allow files to be written"));
}

int native_write_file(struct native_call *c, struct str path, struct str bytes) {
    char name[4096];
    if (native_is_told(c))
        return SPOKE_OK;
    int allowed = native_may_write(c);
    if (allowed != SPOKE_OK)
        return allowed;
    bool fits = path.n && path.n < sizeof name && memchr(path.p, '\0', path.n) == NULL;
    if (fits) {
        memcpy(name, path.p, path.n);
        name[path.n] = '\0';
    }
    if (fits && write_whole(name, bytes))
        return SPOKE_OK;
    if (!path.n)
        return (int)to_public(vm_fail_at(c->vm, ST_FAILED, E0603, c->node->span,
                                         "say which file; without any the text is the result",
                                         "a file to write needs a name"));
    return (int)to_public(vm_fail_at(c->vm, ST_FAILED, E0603, c->node->span,
                                     "is the folder there, and may you write in it?",
                                     "`%.*s` cannot be written", STR_ARG(path)));
}
