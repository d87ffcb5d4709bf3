/* The virtual machine: runs protos, owns the heap and the global variables.
 *
 * One VM belongs to one session. Values lie in two stacks; each frame has a
 * window in both, and a callee's windows begin inside its caller's, at the
 * arguments. Windows of references hold NULL or live objects only, so the
 * collector scans them as they are. Both stacks and the frames may move when a
 * call needs room: whoever runs code in between reloads its pointers.
 *
 * Errors at run time are diagnostics with a backtrace in vm->diags; the status
 * says how bad it is. After a failure the VM can run the next unit. */
#ifndef SPOKE_VM_H
#define SPOKE_VM_H

#include "column/control.h"
#include "column/map.h"
#include "compile/compile.h"
#include "exec/exec.h"
#include "run/values.h"

struct native_call;
struct row_run;

/* What the VM asks of the room above it. Every call may run further code in this VM. */
struct native_call;

struct vm_host {
    void *user;
    /* The frame belongs to the caller. */
    enum status (*run_relation)(void *user, struct relation *r, struct frame **out);
    /* The statement (N_SHOW) and its value. */
    enum status (*show)(void *user, const struct node *statement, const struct value *v);
    enum status (*print)(void *user, struct str line);
    /* N_EXPLAIN; v is the relation where one was made, else NULL. */
    enum status (*explain)(void *user, const struct node *statement, const struct value *v);
    /* N_SAVE, N_DIFF, N_FREEZE and the values that their list says. */
    enum status (*definitions)(void *user, const struct node *statement, const struct value *values,
                               uint32_t n);
    enum status (*import)(void *user, const struct node *statement, struct str path,
                          const struct relation *where);
    /* As that of exec_env. */
    enum status (*calendar_ready)(void *user);
    /* N_INTO and the relation. */
    enum status (*into)(void *user, const struct node *statement, struct object *relation);
    /* The result is a root of the heap. */
    enum status (*call_foreign)(void *user, struct foreign *f, const struct value *arguments,
                                struct value *result);
    /* A call of a native that is made once for each network of several; enum spoke_status. */
    int (*call_spread)(void *user, struct native_call *c);
};

/* Values that code in C holds while the heap may collect. */
struct rooted {
    struct rooted *outer;
    struct value *values;
    uint32_t n;
};

enum entry { ENTRY_NONE, ENTRY_ONCE, ENTRY_ROWS };
struct call_frame {
    const struct proto *proto;
    const struct instruction *pc; /* where it is, while another frame is on top */
    union word *s;
    struct object **r;
    const union word *constants; /* those of the proto */
    enum entry entry;            /* not NONE: called from C */
};

struct vm {
    struct alloc *alloc;
    struct session *session;
    struct control *control;
    struct diags *diags;
    struct vm_host host;
    struct heap heap;

    union word *scalars, *scalars_end; /* FEW_SCALARS more lie behind the end */
    struct object **refs, **refs_end;
    struct call_frame *frames, *frames_end; /* frames[0] stands for nobody */
    struct call_frame *frame;               /* the one on top */
    uint32_t entries;                       /* frames that are called from C */

    struct global_layout layout; /* what compile_unit has given out */
    union word *globals;
    struct object **global_refs;
    uint32_t nglobals, nglobal_refs; /* room */

    uint32_t left, interval;    /* steps until the next poll, of so many */
    enum status status;         /* of the last failure */
    struct row_run *rows;       /* the innermost evaluation of a batch */
    uint32_t failed_row;        /* of the last evaluation of a batch that failed */
    struct native_call *native; /* the innermost library call */
    struct rooted *rooted;      /* the innermost values that C holds */
    struct buf text;            /* scratch of templates */
    struct arena_mark mark;     /* before the report of the last failure */
    bool has_mark;              /* nobody but the report has taken memory since then */
    struct map_key key;         /* of SLICE_KEY, for the instruction behind it */
};

/* False: no memory. vm_free is due in any case. */
bool vm_init(struct vm *vm, struct alloc *alloc, struct session *session, struct control *control,
             const struct vm_host *host);
void vm_free(struct vm *vm);
/* After a jump out of a run: nothing is under way any more. */
void vm_abandon(struct vm *vm);

/* Runs a unit's main proto. */
enum status vm_run(struct vm *vm, const struct proto *main);
/* exec_env.eval and exec_env.captured; `user` is the VM. */
enum status vm_eval(void *user, const struct expr *e, const struct relation *self,
                    const struct batch *b, struct text_pool *pool, struct column *out);
union word vm_captured(void *user, const struct relation *self, const struct symbol *s);
/* All words of a captured variable, or NULL: its plan did not capture it. */
const union word *vm_captured_words(const struct relation *self, const struct symbol *s);

/* Reports at the instruction at hand, with a backtrace; returns `status` and keeps it. */
enum status vm_fail(struct vm *vm, enum status status, enum code code, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* As vm_fail, at another place; {0} is the instruction at hand. */
enum status vm_fail_at(struct vm *vm, enum status status, enum code code, struct span span,
                       const char *help, const char *format, ...) PRINTF_LIKE(6, 7);
/* Adds to what was reported last; left out without memory. */
void vm_note(struct vm *vm, const char *format, ...) PRINTF_LIKE(2, 3);
enum status vm_no_memory(struct vm *vm);
/* Where a relation value is run or is there already; the caller drops the frame. */
enum status vm_relation_frame(struct vm *vm, struct object *relation, struct frame **out);

/* Calls a function value, whose type is a signature. Its arguments are filled in by `fill`, which
 * is asked for each in order, may use the heap, and fails by returning false after vm_fail. */
struct vm_call {
    const struct object *function;
    uint32_t n;
    bool (*fill)(void *user, uint32_t i, struct value *out);
    void *user;
    struct value result; /* a reference in it is not a root */
};
enum status vm_call_function(struct vm *vm, struct vm_call *call);
/* Where a run of the main loop stands; after a jump to there what was above is gone. */
struct vm_place {
    ptrdiff_t frame;
    uint32_t entries;
    struct row_run *rows;
    struct native_call *native;
    struct rooted *rooted;
};
struct vm_place vm_place(const struct vm *vm);
void vm_return_to(struct vm *vm, struct vm_place place);

/* The value of a variable that lives in the session; false: it has none yet. */
bool vm_global(const struct vm *vm, const struct symbol *s, struct value *out);

#endif
