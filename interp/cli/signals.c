/* Signal handling.
 *
 * Handlers only set flags, call spoke_interrupt (safe there by its contract),
 * write(2) and _exit. A handler can be reached through nothing but static
 * memory: the variables below are the program's only changeable ones. */
#include "cli/signals.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static spoke *volatile running;
static volatile sig_atomic_t is_working, presses, resized, time_is_over;

static void on_interrupt(int number) {
    (void)number;
    int saved = errno;
    presses++;
    if (is_working && running) {
        static const char still[] = "\nstill stopping; once more to leave at once\n";
        if (presses >= 3) {
            _exit(130);
        }
        spoke_interrupt(running);
        if (presses == 2) {
            ssize_t ignored = write(STDERR_FILENO, still, sizeof still - 1);
            (void)ignored;
        }
    }
    errno = saved;
}

/* Again after a second: a press between two calls of the library would be forgotten. */
static void on_alarm(int number) {
    (void)number;
    int saved = errno;
    time_is_over = 1;
    if (running) {
        spoke_interrupt(running);
        alarm(1);
    }
    errno = saved;
}

static void on_resize(int number) {
    (void)number;
    resized = 1;
}

/* Without SA_RESTART, so that waiting for a key ends. */
static void set_handler(int number, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_catch(spoke *sp) {
    running = sp;
    presses = 0;
    is_working = 1;
    set_handler(SIGINT, on_interrupt);
}

static const int ends[] = {SIGTERM, SIGHUP};

/* Who started the program may have said that it is to outlive a terminal. */
static bool is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) != 0 || action.sa_handler == SIG_IGN;
}

static void set_ends(void (*handler)(int)) {
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (!is_ignored(ends[i])) {
            set_handler(ends[i], handler);
        }
    }
}

void signals_catch_end(void) {
    set_ends(on_interrupt);
}

void signals_release(void) {
    set_handler(SIGINT, SIG_DFL);
    set_ends(SIG_DFL);
    alarm(0);
    running = NULL;
}

void signals_limit(unsigned seconds) {
    set_handler(SIGALRM, on_alarm);
    alarm(seconds);
}

bool signals_timed_out(void) {
    return time_is_over;
}

void signals_working(bool working) {
    is_working = working;
    presses = 0;
}

bool signals_taken(void) {
    bool taken = presses > 0;
    presses = 0;
    return taken;
}

/* Where POSIX.1-2008 hides the signal, the size is still read anew with every entry. */
void signals_watch_size(void) {
#ifdef SIGWINCH
    set_handler(SIGWINCH, on_resize);
#else
    (void)on_resize;
#endif
}

bool signals_resized(void) {
    bool was = resized;
    resized = 0;
    return was;
}
