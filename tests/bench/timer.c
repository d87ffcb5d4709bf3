/* Times one command, or two in turn: A B A B ..., so that a busy moment hits both.
 *
 *     timer [-b COMMAND] RUNS -- A... [-- B...]
 *
 * COMMAND is run by sh before each run, outside its time. Prints, for each command, a line with the
 * medians of wall and CPU seconds and of the largest resident set in KiB. Output of the commands is
 * thrown away; a command that fails ends the timing with status 1. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_RUNS = 10000 };

struct command {
    char **argv;
    double *wall, *cpu, *memory; /* one a run */
};

static double seconds(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void become(char **argv) {
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        dup2(null, 0);
        dup2(null, 1);
    }
    execvp(argv[0], argv);
    fprintf(stderr, "timer: %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static int run(struct command *c, int turn) {
    double start = now();
    pid_t child = fork();
    if (child == 0)
        become(c->argv);
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 0;
    c->wall[turn] = now() - start;
    c->cpu[turn] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    c->memory[turn] = (double)usage.ru_maxrss;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 1;
    fprintf(stderr, "timer: %s failed\n", c->argv[0]);
    return 0;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, int n) {
    qsort(x, (size_t)n, sizeof *x, by_size);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static int measure(struct command *commands, int count, int runs, const char *before) {
    for (int turn = 0; turn < runs; turn++)
        for (int i = 0; i < count; i++) {
            if (before && system(before) != 0)
                return 0;
            if (!run(&commands[i], turn))
                return 0;
        }
    for (int i = 0; i < count; i++)
        printf("%.6f %.6f %.0f\n", median(commands[i].wall, runs), median(commands[i].cpu, runs),
               median(commands[i].memory, runs));
    return 1;
}

/* Cuts argv at each "--" into commands; 0 when it is not as the usage says. */
static int split(char **argv, struct command *commands) {
    int count = 0;
    for (; *argv && count < 2; count++) {
        if (strcmp(*argv, "--") != 0 || !argv[1])
            return 0;
        *argv = NULL;
        commands[count].argv = ++argv;
        while (*argv && strcmp(*argv, "--") != 0)
            argv++;
    }
    return *argv ? 0 : count;
}

int main(int argc, char **argv) {
    struct command commands[2];
    const char *before = NULL;
    char **rest = argv + 1;
    if (argc > 3 && strcmp(rest[0], "-b") == 0) {
        before = rest[1];
        rest += 2;
    }
    int runs = rest[0] ? atoi(rest[0]) : 0;
    int count = runs > 0 && runs <= MOST_RUNS ? split(rest + 1, commands) : 0;
    if (count == 0) {
        fprintf(stderr, "usage: timer [-b COMMAND] RUNS -- A... [-- B...]\n");
        return 2;
    }
    double *room = malloc(sizeof *room * (size_t)runs * 3 * 2);
    if (!room)
        return 1;
    for (int i = 0; i < count; i++) {
        commands[i].wall = room + i * 3 * runs;
        commands[i].cpu = commands[i].wall + runs;
        commands[i].memory = commands[i].cpu + runs;
    }
    int measured = measure(commands, count, runs, before);
    free(room);
    return measured ? 0 : 1;
}
