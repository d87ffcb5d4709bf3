/* Judges the rules of a file over a store from a C program, and prints what they find.
 *
 *     check STORE RULES
 *
 * Ends as `spoke check` does: 0 nothing found, 1 findings, 2 not judged. Build it with
 * `cc check.c $(pkg-config --cflags --libs spoke)`. */
#include "spoke.h"
#include <stdio.h>
#include <stdlib.h>

static int print_finding(void *user, const spoke_finding *f) {
    (void)user;
    printf("%.*s: %.*s: %.*s (%.*s)\n", (int)f->severity.n, f->severity.p, (int)f->rule.n,
           f->rule.p, (int)f->message.n, f->message.p, (int)f->key.n, f->key.p);
    return 0;
}

static int write_error(void *user, const char *bytes, size_t n) {
    return fwrite(bytes, 1, n, user) != n;
}

/* The whole file, ended by a zero byte; NULL when it cannot be read. */
static char *read_file(const char *path, size_t *size) {
    enum { LARGEST = 1 << 20 };
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(LARGEST) : NULL;
    if (text) {
        *size = fread(text, 1, LARGEST - 1, f);
        text[*size] = '\0';
    }
    if (f)
        fclose(f);
    return text;
}

static int judge(spoke *sp, const char *store, const char *rules, const char *text, size_t size) {
    spoke_check_summary summary;
    spoke_status status = spoke_use_store(sp, store, SPOKE_STORE_READ);
    if (status == SPOKE_OK)
        status = spoke_run(sp, rules, text, size);
    if (status == SPOKE_OK)
        status = spoke_check(sp, NULL, &summary);
    if (status != SPOKE_OK && status != SPOKE_FINDINGS) {
        spoke_diag_text(sp, 0, write_error, stderr);
        return 2;
    }
    printf("%llu rules looked at %llu rows: %llu findings\n", (unsigned long long)summary.rules,
           (unsigned long long)summary.rows, (unsigned long long)summary.findings);
    return status == SPOKE_FINDINGS;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: check STORE RULES\n");
        return 2;
    }
    size_t size;
    char *text = read_file(argv[2], &size);
    if (!text) {
        fprintf(stderr, "check: cannot read %s\n", argv[2]);
        return 2;
    }
    spoke_sink sink = {.size = sizeof sink, .on_finding = print_finding};
    spoke_config config;
    spoke_config_init(&config);
    config.capabilities = SPOKE_CAN_READ_FILES; /* and nothing else */
    config.sink = &sink;
    spoke *sp;
    int result = 2;
    if (spoke_open(&config, &sp) == SPOKE_OK) {
        result = judge(sp, argv[1], argv[2], text, size);
        spoke_close(sp);
    }
    free(text);
    return result;
}
