/* Inside the API: one interpreter and what its files share.
 *
 * Memory: `arena` keeps sources, trees, types, plans and code as long as the
 * interpreter lives; `scratch` lives until the next call; everything counts
 * against one allocator. Frames are owned by whoever holds a reference. */
#ifndef SPOKE_INTERP_H
#define SPOKE_INTERP_H

#include "api/calendar.h"
#include "api/native.h"
#include "api/spoke.h"
#include "check/check.h"
#include "column/control.h"
#include "compile/compile.h"
#include "exec/exec.h"
#include "exec/rollup.h"
#include "foreign/foreign.h"
#include "given/given.h"
#include "run/vm.h"
#include "store/store.h"

struct spoke_value {
    spoke_kind kind;
    struct spoke *sp;
    struct frame *frame;           /* RELATION; borrowed */
    const struct picture *picture; /* PICTURE; borrowed */
    struct str text;               /* SCALAR, REPORT */
    struct value scalar;           /* SCALAR; without a type: none */
};

/* Bytes that results of groupings may take from one question to the next. */
enum { ROLLUP_BYTES = 64 << 20 };

/* A `test` block, or an example of a rule. */
struct script_test {
    const struct node *block; /* NULL: the rule's example of that number */
    struct symbol *rule;
    uint32_t example;
};

struct spoke {
    struct alloc alloc;
    struct arena arena, scratch;
    struct sources sources;
    struct diags diags;
    struct session session;
    struct check_host check_host;
    struct control control;
    spoke_status (*load)(void *user, const char *path, spoke_write_fn write, void *to);
    void *load_user;
    struct vm vm;
    struct foreign_loader foreign;
    struct store_host store_host;
    struct store *store;
    struct str store_path; /* given by the host; empty: as the script says */
    int store_mode;
    bool store_is_temporary;
    spoke_sink sink;
    void *sink_user;
    ARENA_VEC(struct definition *) catalogue; /* what the store keeps, in the order of saving */
    int64_t catalogue_last;                   /* the row that was read last */
    struct given *given;                      /* records are judged, not the store's rows */
    struct reading *reading;                  /* a run is watched, for its lineage */
    struct frame **taken;  /* what a unit shows is put here instead: the rows of a rule */
    struct watch *watch;   /* likewise, for `explain plan` */
    struct str last_entry; /* prompt: what a line that begins with | goes on */
    struct buf cell;       /* spoke_cell_text */
    ARENA_VEC(struct script_test) tests; /* of what was run, in order */
    bool marked;           /* the table shown last marks periods that go on behind the facts */
    double deadline;       /* seconds a run may take */
    uint64_t budget;
    uint64_t max_rows; /* of a result; 0: any number */
    bool imports_done; /* they are left out of what runs */
    int output_width, output_glyphs;
    enum status noted; /* not ST_OK: a note was lost, or its reader wants no more */
    bool started;      /* the unit was checked and runs: what it declares stays known */
    uint64_t seed;
    uint32_t threads; /* that may work on one question */
    struct rollups rollups;
    struct kept *kept;             /* what modules keep */
    struct bound *bound;           /* tables whose rows the host has */
    struct registered *registered; /* functions of the host */
    struct called *called;         /* calls that the host has made, prepared */
    struct calling *calling;       /* the one that is under way */
    struct spoke_value answer;     /* of the last one */
    struct buf answer_text;
    struct school school;
    uint32_t running; /* a public call is under way: calling again is misuse */
};

/* ---- results ---- */
spoke_status to_public(enum status s);
enum status from_public(int s);
/* Without a store nothing that was read from it counts. */
void drop_store(struct spoke *sp);
/* Around each public call that works: forgets the last call's diagnostics and scratch memory,
 * starts budget and deadline. False: a call is under way already. */
bool begin_call(struct spoke *sp);
/* Ends it; a status other than ST_OK without a diagnostic gets one. */
spoke_status end_call(struct spoke *sp, enum status s);
/* Does the work with an escape of its own in both arenas, so that without memory no jump passes
 * over what the caller holds: ST_NO_MEMORY comes back instead. */
enum status guarded(struct spoke *sp, enum status (*work)(struct spoke *sp, void *data),
                    void *data);

/* ---- prepare.c: what must be known before a unit is checked ---- */
/* Whether this unit needs a store at once: it names one, declares or imports tables. Without, one
 * is opened when rows are first asked for, so that a plain calculation starts quickly. */
bool needs_store(const struct spoke *sp, const struct node *file, const struct prepared *prepared);
/* Opens the store that the host or the script names, or a temporary one. */
enum status open_store(struct spoke *sp, const struct prepared *prepared);
/* The host's; what was used before goes once it is open. The path lies in the arena. */
enum status use_store(struct spoke *sp, struct str path, int mode);
/* Declares `rejects` and `imports`. */
bool declare_built_in(struct spoke *sp);
/* Declares the store's tables, and tables for imports that nobody declared. */
enum status known_tables(struct spoke *sp, struct node *file);
/* Whether rows of `t` refer to rows of `other`, at once or through others. */
bool leads_to(const struct table *t, const struct table *other);
/* Puts a checked file's imports in the order of their references. */
void order_imports(struct node *file);
/* Creates or compares the stored form of every table declared so far. */
enum status ensure_tables(struct spoke *sp);

/* ---- review.c: texts with errors ---- */
/* Checks a tree that has errors as far as it can be understood. A store that a script names is
 * opened if it is there; none is made. The number of the first symbol that the file declares. */
uint32_t check_anyway(struct spoke *sp, struct node *file);
/* What a prompt's entry means: one that begins with | goes on from the one before. */
struct str whole_entry(struct spoke *sp, struct str text);

/* ---- load.c ---- */
/* check_host.load; user is the interpreter. */
bool describe_query(void *user, struct str query, const struct query_tables *in,
                    struct query_columns *out);
bool load_text(void *user, struct str path, struct buf *out, const char **why);

/* ---- host.c: what the VM asks for ---- */
extern const struct vm_host host_calls;
/* For callbacks out of C: running out of memory must not jump over its frames. */
enum status guard_callback(void *user, enum status (*work)(void *data), void *data);
/* Runs a relation with the store behind it; the frame is the caller's. */
enum status run_relation(struct spoke *sp, const struct relation *r, struct frame **out);
/* The `test` blocks of a file that runs are remembered. */
void keep_tests(struct spoke *sp, const struct node *file);
/* Runs a plan that captures nothing. */
enum status run_plan(struct spoke *sp, const struct plan *plan, struct frame **out);
/* Runs a compiled plan over records that were handed in, sp->given. */
enum status run_given(struct spoke *sp, const struct plan *plan, struct frame **out);
/* Hands it to the host as if it had been shown, with its notes. */
enum status show_frame(struct spoke *sp, struct frame *f);
enum status show_text(struct spoke *sp, struct str text);
void note(struct spoke *sp, const char *format, ...) PRINTF_LIKE(2, 3);
void note_format(struct spoke *sp, const char *format, va_list args);
void frame_notes(struct spoke *sp, const struct frame *f);
/* A note to the sink for each line. */
void note_lines(struct spoke *sp, struct str lines);

/* ---- spread.c ---- */
struct native_notes;
/* A call of a function for each of several networks, as vm_host wants it. */
int call_spread(void *user, struct native_call *c);
/* Keeps what one of these calls says of its answer. */
void spread_note(struct native_notes *notes, const char *format, va_list args);

/* ---- network.c ---- */
/* Runs the network's plans, whose rows may build further networks. The view and the frames it
 * reads belong to the call. NULL: that failed, and the VM's status says how. */
const struct network_view *build_network(struct spoke *sp, struct native_call *c,
                                         const struct network_value *net);
/* The keys of a family's networks, in order; the frame belongs to the call. False: told. */
bool read_family(struct spoke *sp, struct native_call *c, const struct table *family,
                 const struct frame **out);
/* A column of its members, in their order. NULL: there is none, or reading it failed, which the
 * call's status says. */
const struct column *read_network_column(struct spoke *sp, struct native_call *c,
                                         const struct network_view *net, struct str name);

/* All columns of the members. */
const struct frame *read_network_columns(struct spoke *sp, struct native_call *c,
                                         const struct network_view *net);

/* ---- bound.c: tables whose rows the host has ---- */
/* Fills those that are declared and not as the host has them. */
enum status fill_bound(struct spoke *sp);
/* In another store nothing of them is there yet. */
void forget_bound_rows(struct spoke *sp);

/* ---- host_functions.c ---- */
/* Tells their owners that the functions of the host are gone. */
void release_registered(struct spoke *sp);

/* ---- called.c: functions that the host calls ---- */
/* Natives that stand for the arguments of such a call. */
void add_call_natives(struct spoke *sp);
/* Whether the statement is the one that shows what the call under way gives, which is taken. */
bool is_answer(const struct spoke *sp, const struct node *statement);
enum status take_answer(struct spoke *sp, const struct value *value);
void drop_answer(struct spoke *sp);
/* Another store has to be given the tables before the next call. */
void calls_lose_store(struct spoke *sp);

/* ---- kept.c: memory of modules ---- */
void *keep_block(struct spoke *sp, size_t size, native_release release);
void release_kept(struct spoke *sp);

/* ---- caption.c ---- */
/* Lines below the answer of measures; empty for other relations, and without memory. */
struct str caption_of(struct spoke *sp, const struct frame *f);

/* ---- explain.c ---- */
/* English, SQL or plan of a declaration or relation, into `out`. */
void explain_relation(struct spoke *sp, struct buf *out, const struct plan *plan, struct str mode);
/* Runs a relation for what can be seen of that, which `watch` keeps. */
enum status run_watched(struct spoke *sp, const struct relation *r, struct watch *watch);
/* Its plan in English, with what happened. */
void explain_run(struct spoke *sp, struct buf *out, const struct relation *r,
                 const struct watch *watch);
void explain_declaration(struct spoke *sp, struct buf *out, const struct symbol *symbol);
/* ---- explain_foreign.c ---- */
void explain_foreign(struct buf *out, const struct symbol *symbol);

#endif
