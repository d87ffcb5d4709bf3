/* Judges the rules of a file over a store and prints what they find: `check STORE RULES`.
 * Ends as `spoke check` does: 0 nothing found, 1 findings, 2 not judged.
 * Build it with `cc check.c $(pkg-config --cflags --libs spoke)`. */
#include "spoke.h"
#include <stdio.h>
#include <time.h>

static char rules[1 << 20];

static int print_finding(void *user, const spoke_finding *f) {
    (void)user;
    printf("%.*s: %.*s: %.*s (%.*s)\n", (int)f->severity.n, f->severity.p, (int)f->rule.n,
           f->rule.p, (int)f->message.n, f->message.p, (int)f->key.n, f->key.p);
    return 0;
}

static int print_error(void *user, const char *bytes, size_t n) {
    (void)user;
    return fwrite(bytes, 1, n, stderr) != n;
}

static int judge(spoke *sp, const char *store, const char *file, size_t size) {
    spoke_check_summary sum;
    spoke_status status = spoke_use_store(sp, store, SPOKE_STORE_READ);
    if (status == SPOKE_OK)
        status = spoke_compile(sp, file, rules, size); /* what it imports is in the store */
    if (status == SPOKE_OK)
        status = spoke_check(sp, NULL, &sum);
    if (status != SPOKE_OK && status != SPOKE_FINDINGS) {
        spoke_diag_text(sp, 0, print_error, NULL);
        return 2;
    }
    printf("%llu rules looked at %llu rows: %llu findings\n", (unsigned long long)sum.rules,
           (unsigned long long)sum.rows, (unsigned long long)sum.findings);
    return status == SPOKE_FINDINGS;
}

int main(int argc, char **argv) {
    FILE *f = argc == 3 ? fopen(argv[2], "rb") : NULL;
    if (!f) {
        fprintf(stderr,
                argc == 3 ? "check: cannot read the rules\n" : "usage: check STORE RULES\n");
        return 2;
    }
    size_t size = fread(rules, 1, sizeof rules, f);
    fclose(f);
    spoke_sink sink = {.size = sizeof sink, .on_finding = print_finding};
    spoke_config config;
    spoke_config_init(&config);
    config.modules = spoke_standard_modules();
    config.capabilities = SPOKE_CAN_READ_FILES; /* and nothing else */
    config.today = (int32_t)(time(NULL) / 86400); /* in UTC */
    config.has_today = 1;
    config.sink = &sink;
    spoke *sp;
    if (spoke_open(&config, &sp) != SPOKE_OK)
        return 2;
    int result = judge(sp, argv[1], argv[2], size);
    spoke_close(sp);
    return result;
}
