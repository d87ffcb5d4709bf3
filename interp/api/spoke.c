/* Interpreters: opening, running texts, closing. */
#include "api/catalogue.h"
#include "api/grow.h"
#include <unistd.h>

const char *spoke_version(void) {
    return SPOKE_VERSION;
}

uint32_t spoke_abi(void) {
    return SPOKE_ABI;
}

void spoke_config_init_sized(spoke_config *config, size_t size) {
    const spoke_config defaults = {.size = size, .output_width = 80, .output_glyphs = 2, .seed = 1};
    hand_out(config, size, &defaults, sizeof defaults);
}

/* ---- status ---- */

spoke_status to_public(enum status s) {
    switch (s) {
    case ST_OK:
        return SPOKE_OK;
    case ST_NO_MEMORY:
        return SPOKE_NO_MEMORY;
    case ST_INTERRUPTED:
        return SPOKE_INTERRUPTED;
    case ST_LIMIT:
        return SPOKE_LIMIT;
    case ST_DENIED:
        return SPOKE_DENIED;
    case ST_INCOMPLETE:
        return SPOKE_INCOMPLETE;
    case ST_MISUSE:
        return SPOKE_MISUSE;
    default:
        return SPOKE_FAILED;
    }
}

enum status from_public(int s) {
    switch ((spoke_status)s) {
    case SPOKE_OK:
        return ST_OK;
    case SPOKE_NO_MEMORY:
        return ST_NO_MEMORY;
    case SPOKE_INTERRUPTED:
        return ST_INTERRUPTED;
    case SPOKE_LIMIT:
        return ST_LIMIT;
    case SPOKE_DENIED:
        return ST_DENIED;
    default:
        return ST_FAILED;
    }
}

/* ---- calls ---- */

bool begin_call(struct spoke *sp) {
    if (sp->running)
        return false;
    sp->running = 1;
    sp->noted = ST_OK;
    sp->started = false;
    drop_answer(sp);
    arena_free(&sp->scratch);
    arena_init(&sp->scratch, &sp->alloc);
    diags_init(&sp->diags, &sp->arena);
    atomic_store(&sp->control.interrupted, false);
    sp->control.budget = sp->budget;
    sp->control.deadline = 0;
    if (sp->deadline > 0 && sp->control.clock)
        sp->control.deadline = sp->control.clock(sp->control.clock_user) + sp->deadline;
    return true;
}

enum status guarded(struct spoke *sp, enum status (*work)(struct spoke *sp, void *data),
                    void *data) {
    jmp_buf escape, *arena = sp->arena.escape, *scratch = sp->scratch.escape;
    volatile enum status s = ST_NO_MEMORY;
    if (!setjmp(escape)) {
        sp->arena.escape = sp->scratch.escape = &escape;
        s = work(sp, data);
    }
    sp->arena.escape = arena;
    sp->scratch.escape = scratch;
    return s;
}

/* What a status means when nobody has said more. */
static enum status explain_status(struct spoke *sp, void *data) {
    const struct span nowhere = {0, 0, 0};
    enum status s = *(enum status *)data;
    if (sp->diags.errors)
        return s;
    if (s == ST_INTERRUPTED)
        diag_error(&sp->diags, E0407, nowhere, "stopped");
    else if (s == ST_LIMIT)
        diag_error(&sp->diags, E0408, nowhere, "the time or steps this run may take are used up");
    else if (s == ST_NO_MEMORY)
        diag_error(&sp->diags, E0406, nowhere, "there is not enough memory");
    return s;
}

spoke_status end_call(struct spoke *sp, enum status s) {
    if (s == ST_OK)
        s = sp->noted;
    guarded(sp, explain_status, &s); /* without memory even the message has to be left out */
    sp->arena.escape = sp->scratch.escape = NULL;
    sp->running = 0;
    return to_public(s);
}

/* ---- opening and closing ---- */

static void progress(void *user, const char *what, uint64_t done, uint64_t total) {
    struct spoke *sp = user;
    if (sp->sink.on_progress)
        sp->sink.on_progress(sp->sink_user, (spoke_text){what, strlen(what)}, done, total);
}

void spoke_set_sink(spoke *sp, const spoke_sink *sink, void *user) {
    memset(&sp->sink, 0, sizeof sp->sink);
    if (sink)
        take_in(&sp->sink, sizeof sp->sink, sink);
    sp->sink_user = user;
}

void spoke_set_output(spoke *sp, int width, int glyphs) {
    sp->output_width = width > 0 ? width : 80;
    sp->output_glyphs = glyphs;
}

static void set_control(struct spoke *sp, const spoke_config *config) {
    control_init(&sp->control);
    sp->control.capabilities = config->capabilities & CAN_ALL;
    sp->control.clock = config->clock;
    sp->control.clock_user = config->clock_user;
    sp->deadline = config->deadline;
    sp->budget = config->budget;
}

static bool allow_foreign(struct spoke *sp, const spoke_config *config) {
    bool fine = true;
    for (size_t i = 0; i < config->nforeign && fine; i++)
        fine = config->foreign[i] && foreign_allow(&sp->foreign, config->foreign[i]);
    return fine;
}

static uint32_t processors(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 1 ? (uint32_t)n : 1;
}

static bool set_up(struct spoke *sp, const spoke_config *config) {
    jmp_buf escape;
    if (setjmp(escape))
        return false;
    sp->arena.escape = &escape;
    sources_init(&sp->sources, &sp->arena);
    diags_init(&sp->diags, &sp->arena);
    sp->check_host.modules = config->modules;
    sp->check_host.user = sp;
    sp->check_host.load = load_text;
    sp->check_host.describe_query = describe_query;
    sp->load = config->load;
    sp->load_user = config->load_user;
    session_init(&sp->session, &sp->arena, &sp->sources, &sp->diags, &sp->check_host);
    sp->session.interactive = config->interactive;
    sp->session.rules_apart = config->rules_apart != 0;
    sp->session.has_today = config->has_today;
    sp->session.today = config->today;
    struct vm_host host = host_calls;
    host.user = sp;
    bool fine = vm_init(&sp->vm, &sp->alloc, &sp->session, &sp->control, &host);
    sp->vm.diags = &sp->diags;
    fine = fine && declare_built_in(sp);
    add_call_natives(sp);
    sp->arena.escape = NULL;
    return fine;
}

spoke_status spoke_open(const spoke_config *given, spoke **out) {
    struct alloc alloc;
    spoke_config known, *config = &known;
    spoke_config_init(config);
    if (!given || !out || !take_in(config, sizeof known, given))
        return SPOKE_MISUSE;
    *out = NULL;
    alloc_init(&alloc, config->allocate, config->allocate_user, config->memory_limit);
    struct spoke *sp = mem_zero(&alloc, sizeof *sp);
    if (!sp)
        return SPOKE_NO_MEMORY;
    sp->alloc = alloc;
    arena_init(&sp->arena, &sp->alloc);
    arena_init(&sp->scratch, &sp->alloc);
    buf_init(&sp->cell, &sp->alloc);
    buf_init(&sp->answer_text, &sp->alloc);
    school_init(sp);
    size_t most = config->memory_limit / 8;
    rollups_init(&sp->rollups, &sp->alloc, most && most < ROLLUP_BYTES ? most : ROLLUP_BYTES);
    foreign_loader_init(&sp->foreign, &sp->alloc);
    sp->foreign.guard = guard_callback;
    sp->foreign.user = sp;
    set_control(sp, config);
    sp->seed = config->seed;
    sp->max_rows = config->max_rows;
    sp->imports_done = config->imports_done != 0;
    sp->threads = config->threads ? config->threads : processors();
    spoke_set_sink(sp, config->sink, config->sink_user);
    spoke_set_output(sp, config->output_width, config->output_glyphs);
    sp->store_host = (struct store_host){.alloc = &sp->alloc,
                                         .calendar = &sp->session.calendar,
                                         .today = &sp->session.today,
                                         .has_today = &sp->session.has_today,
                                         .seed = config->seed,
                                         .control = &sp->control,
                                         .diags = &sp->diags,
                                         .progress = progress,
                                         .user = sp};
    if (!allow_foreign(sp, config) || !set_up(sp, config)) {
        spoke_close(sp);
        return SPOKE_NO_MEMORY;
    }
    *out = sp;
    return SPOKE_OK;
}

void drop_store(struct spoke *sp) {
    rollups_free(&sp->rollups);
    store_close(sp->store);
    sp->store = NULL;
    forget_bound_rows(sp);
    calls_lose_store(sp);
}

void spoke_close(spoke *sp) {
    if (!sp)
        return;
    drop_store(sp);
    drop_answer(sp);
    vm_free(&sp->vm);
    release_kept(sp);
    release_registered(sp);
    session_free(&sp->session);
    foreign_loader_free(&sp->foreign);
    buf_free(&sp->cell);
    buf_free(&sp->answer_text);
    school_free(sp);
    arena_free(&sp->scratch);
    arena_free(&sp->arena);
    struct alloc alloc = sp->alloc;
    mem_give(&alloc, sp, sizeof *sp);
}

void spoke_interrupt(spoke *sp) {
    atomic_store(&sp->control.interrupted, true);
}

void spoke_drop(spoke *sp, uint32_t capabilities) {
    sp->control.capabilities &= ~capabilities;
}

size_t spoke_memory_peak(const spoke *sp) {
    return sp->alloc.peak;
}

/* ---- before a run ---- */

spoke_status spoke_use_store(spoke *sp, const char *path, int mode) {
    jmp_buf escape;
    if (!sp || !path || !begin_call(sp))
        return SPOKE_MISUSE;
    if (setjmp(escape))
        return end_call(sp, ST_NO_MEMORY);
    sp->arena.escape = &escape;
    return end_call(sp, use_store(sp, arena_str(&sp->arena, str_of(path)), mode));
}

static enum status deny_rows(struct spoke *sp) {
    struct diag *d = diag_error(&sp->diags, E0361, (struct span){0, 0, 0},
                                "the store has tables whose results are protected by `suppress`");
    diag_help(&sp->diags, d, "whoever may read their rows exports them with `--raw`");
    return ST_FAILED;
}

static enum status export_rows(struct spoke *sp, void *data) {
    struct prepared none = {0};
    enum status s = open_store(sp, &none);
    if (s != ST_OK)
        return s;
    store_set_diags(sp->store, &sp->diags);
    struct node nothing = {.kind = N_BLOCK}; /* so that its tables are known */
    s = known_tables(sp, &nothing);
    if (s != ST_OK || !check_unit(&sp->session, &nothing))
        return s == ST_OK ? ST_FAILED : s;
    if (sp->session.protects && !(sp->control.capabilities & CAN_READ_RAW))
        return deny_rows(sp);
    return store_export(sp->store, str_of(data), (struct span){0, 0, 0});
}

spoke_status spoke_export_rows(spoke *sp, const char *path) {
    if (!sp || !path || !begin_call(sp))
        return SPOKE_MISUSE;
    return end_call(sp, guarded(sp, export_rows, (void *)(uintptr_t)path));
}

spoke_status spoke_param(spoke *sp, const char *name, const char *value) {
    jmp_buf escape;
    if (!sp || !name || !value || !begin_call(sp))
        return SPOKE_MISUSE;
    if (setjmp(escape))
        return end_call(sp, ST_NO_MEMORY);
    sp->arena.escape = &escape;
    struct given_parameter *given = ARENA_NEW(&sp->arena, struct given_parameter);
    given->name = arena_str(&sp->arena, str_of(name));
    given->value = arena_str(&sp->arena, str_of(value));
    given->next = sp->session.given;
    sp->session.given = given;
    return end_call(sp, ST_OK);
}

/* ---- running ---- */

/* A line that begins with | goes on from the entry before. */
struct str whole_entry(struct spoke *sp, struct str text) {
    size_t at = 0;
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
        at++;
    if (!sp->session.interactive || at >= text.n || text.p[at] != '|' || !sp->last_entry.n)
        return text;
    return arena_printf(&sp->arena, "%.*s\n%.*s", STR_ARG(sp->last_entry), STR_ARG(text));
}

/* A text without its last line ends, so that a line can follow it. */
static struct str trimmed(struct str text) {
    while (text.n &&
           (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r' || text.p[text.n - 1] == ' '))
        text.n--;
    return text;
}

static enum status check_text(struct spoke *sp, struct parsed *p) {
    struct prepared prepared;
    check_prepare(&sp->session, p->file, &prepared);
    if (sp->diags.errors)
        return ST_FAILED;
    enum status s = needs_store(sp, p->file, &prepared) ? open_store(sp, &prepared) : ST_OK;
    if (s == ST_OK && sp->store)
        s = known_tables(sp, p->file);
    if (s != ST_OK)
        return s;
    return check_unit(&sp->session, p->file) && !sp->diags.errors ? ST_OK : ST_FAILED;
}

/* At a prompt an expression shows its value, and the last relation shown is called `_`. */
static void prompt_habits(struct spoke *sp, struct node *file) {
    for (uint32_t i = 0; i < file->list.n; i++) {
        struct node *n = file->list.at[i];
        if (n->kind == N_EXPRESSION && n->a->type && n->a->type->kind != TY_VOID)
            n->kind = N_SHOW;
        if (n->kind == N_SHOW && n->a->type->kind == TY_RELATION)
            file->list.at[i] = check_show_as(&sp->session, n, STR("_"));
    }
}

/* What they declare stays known: they were checked. */
static void leave_imports_out(struct node *file) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < file->list.n; i++)
        if (file->list.at[i]->kind != N_IMPORT)
            file->list.at[kept++] = file->list.at[i];
    file->list.n = kept;
}

static enum status run_checked(struct spoke *sp, struct node *file) {
    struct proto *main;
    if (sp->session.interactive)
        prompt_habits(sp, file);
    if (sp->imports_done)
        leave_imports_out(file);
    order_imports(file);
    keep_tests(sp, file);
    enum status s = compile_unit(&sp->session, &sp->vm.layout, file, &main);
    if (s == ST_OK && sp->store)
        s = ensure_tables(sp);
    if (s == ST_OK)
        s = fill_bound(sp);
    sp->started = s == ST_OK;
    school_changed(sp);
    return s == ST_OK ? vm_run(&sp->vm, main) : s;
}

/* Parsing errors do not keep the rest from being checked: the reader sees them all. */
static enum status process(struct spoke *sp, const char *name, struct str text, bool run) {
    struct str entry = whole_entry(sp, text);
    uint32_t source = source_add(&sp->sources, str_of(name), entry);
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    uint32_t syntax_errors = sp->diags.errors;
    enum status s;
    if (p.incomplete && sp->session.interactive) /* the prompt reads on */
        return ST_INCOMPLETE;
    if (syntax_errors) {
        check_anyway(sp, p.file);
        return p.incomplete ? ST_INCOMPLETE : ST_FAILED;
    }
    s = check_text(sp, &p);
    if (s == ST_OK && run)
        s = run_checked(sp, p.file);
    if (s == ST_OK && run && sp->session.interactive)
        sp->last_entry = arena_str(&sp->arena, trimmed(entry));
    return s;
}

static spoke_status call(spoke *sp, const char *name, const char *text, size_t n, bool run) {
    jmp_buf escape;
    if (!sp || !name || (!text && n) || !begin_call(sp))
        return SPOKE_MISUSE;
    struct symbol **symbols;
    volatile uint32_t first = session_symbols(&sp->session, &symbols);
    volatile enum status s = ST_NO_MEMORY;
    if (!setjmp(escape)) {
        sp->arena.escape = sp->scratch.escape = &escape;
        s = process(sp, name, (struct str){text, n}, run);
    } else {
        vm_abandon(&sp->vm);
    }
    if (s != ST_OK)
        catalogue_forget_broken(sp);
    if (s != ST_OK && !(sp->started && s == ST_FAILED && !sp->session.interactive))
        session_take_back(&sp->session, first);
    return end_call(sp, s);
}

spoke_status spoke_run(spoke *sp, const char *name, const char *text, size_t n) {
    return call(sp, name, text, n, true);
}

spoke_status spoke_compile(spoke *sp, const char *name, const char *text, size_t n) {
    return call(sp, name, text, n, false);
}
