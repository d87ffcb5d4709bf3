/* Baselines: entries in order of rule and fingerprint, looked up by halving. */
#include "cli/baseline.h"
#include "cli/days.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char not_a_baseline[] = "it is no baseline of spoke check";

bool baseline_begin(struct baseline *b, int32_t today, struct bytes *error) {
    *b = (struct baseline){.adds = true};
    day_text(today, b->today);
    FILE *chance = fopen("/dev/urandom", "rb");
    bool good = chance && fread(b->key, 1, sizeof b->key, chance) == sizeof b->key;
    if (chance) {
        fclose(chance);
    }
    if (!good) {
        bytes_text(error, "there is no source of random bytes for its key");
    }
    return good;
}

void baseline_free(struct baseline *b) {
    pool_free(&b->pool);
    free(b->entries);
    b->entries = NULL;
    b->n = b->cap = b->sorted = 0;
}

/* ---- fingerprints ---- */

static void put_hex(char *out, const unsigned char *bytes, size_t n) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static bool take_hex(const char *text, unsigned char *out, size_t n) {
    if (!text || strlen(text) != 2 * n || strspn(text, "0123456789abcdef") != 2 * n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return true;
}

void baseline_fingerprint(const struct baseline *b, const spoke_finding *finding,
                          char out[FINGERPRINT_SIZE]) {
    static const unsigned char well_known[HASH_KEY_BYTES];
    spoke_fingerprint(finding, b ? b->key : well_known, out);
}

/* ---- looking up ---- */

static int compare_texts(spoke_text a, spoke_text b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *left, const void *right) {
    const struct baseline_entry *a = left, *b = right;
    int c = compare_texts(a->rule, b->rule);
    return c ? c : strcmp(a->fingerprint, b->fingerprint);
}

static void sort_entries(struct baseline *b) {
    if (b->n > 1) {
        qsort(b->entries, b->n, sizeof *b->entries, compare_entries);
    }
    b->sorted = b->n;
}

static struct baseline_entry *add_entry(struct baseline *b, const struct baseline_entry *entry) {
    void *at = b->entries;
    if (!array_room(&at, b->n, &b->cap, sizeof *b->entries)) {
        b->failed = true;
        return NULL;
    }
    b->entries = at;
    struct baseline_entry *added = &b->entries[b->n++];
    *added = *entry;
    added->rule = pool_text(&b->pool, entry->rule, &b->failed);
    added->first = pool_text(&b->pool, entry->first, &b->failed);
    added->until = pool_text(&b->pool, entry->until, &b->failed);
    added->note = pool_text(&b->pool, entry->note, &b->failed);
    return added;
}

bool baseline_knows(struct baseline *b, spoke_text rule, const char *fingerprint) {
    struct baseline_entry wanted = {.rule = rule, .first = text_of(b->today), .found = true};
    wanted.until = wanted.note = text_of("");
    memcpy(wanted.fingerprint, fingerprint, FINGERPRINT_SIZE);
    struct baseline_entry *entry =
        b->sorted ? bsearch(&wanted, b->entries, b->sorted, sizeof *b->entries, compare_entries)
                  : NULL;
    if (!entry) {
        return b->adds && add_entry(b, &wanted);
    }
    entry->found = true;
    if (entry->expired && b->adds) { /* accepted anew */
        entry->expired = false;
        entry->first = pool_text(&b->pool, wanted.first, &b->failed);
        entry->until = wanted.until;
    }
    return !entry->expired;
}

static bool is_gone(const struct baseline_entry *entry, baseline_judged_fn *was_judged,
                    const void *user) {
    return !entry->found && was_judged(user, entry->rule);
}

size_t baseline_count_gone(const struct baseline *b, baseline_judged_fn *was_judged,
                           const void *user) {
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        n += is_gone(&b->entries[i], was_judged, user);
    }
    return n;
}

void baseline_prune(struct baseline *b, baseline_judged_fn *was_judged, const void *user) {
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (!b->entries[i].expired && !is_gone(&b->entries[i], was_judged, user)) {
            b->entries[n++] = b->entries[i];
        }
    }
    b->n = n;
    sort_entries(b);
}

/* ---- the file ---- */

/* A member that is a text or is not there. */
static bool take_text(const json_t *object, const char *name, spoke_text *out) {
    const json_t *value = json_object_get(object, name);
    *out = value && json_is_string(value)
               ? (spoke_text){json_string_value(value), json_string_length(value)}
               : text_of("");
    return !value || json_is_string(value);
}

static bool take_entry(struct baseline *b, const json_t *object) {
    int32_t day;
    struct baseline_entry entry = {.expired = false};
    unsigned char bytes[(FINGERPRINT_SIZE - 1) / 2];
    const char *fingerprint = json_string_value(json_object_get(object, "fingerprint"));
    if (!take_hex(fingerprint, bytes, sizeof bytes) || !take_text(object, "rule", &entry.rule) ||
        entry.rule.n == 0 || !take_text(object, "first", &entry.first) ||
        !take_text(object, "until", &entry.until) || !take_text(object, "note", &entry.note) ||
        (entry.until.n && !day_parse_text(entry.until.p, &day))) {
        return false;
    }
    put_hex(entry.fingerprint, bytes, sizeof bytes);
    entry.expired = entry.until.n && compare_texts(entry.until, text_of(b->today)) < 0;
    return add_entry(b, &entry) && !b->failed;
}

static bool take_file(struct baseline *b, const json_t *root, struct bytes *error) {
    const json_t *entries = json_object_get(root, "entries");
    if (json_integer_value(json_object_get(root, "version")) != 1 || !json_is_array(entries) ||
        !take_hex(json_string_value(json_object_get(root, "key")), b->key, HASH_KEY_BYTES)) {
        bytes_text(error, not_a_baseline);
        return false;
    }
    for (size_t i = 0; i < json_array_size(entries); i++) {
        if (!take_entry(b, json_array_get(entries, i))) {
            bytes_printf(error, b->failed ? "out of memory" : "its entry %zu is damaged", i + 1);
            return false;
        }
    }
    sort_entries(b);
    return true;
}

bool baseline_read(struct baseline *b, const char *text, size_t n, int32_t today,
                   struct bytes *error) {
    *b = (struct baseline){.adds = false};
    day_text(today, b->today);
    json_error_t why;
    json_t *root = json_loadb(text ? text : "", n, JSON_REJECT_DUPLICATES, &why);
    if (!root) {
        bytes_printf(error, "line %d: %s", why.line, why.text);
        return false;
    }
    bool good = take_file(b, root, error);
    json_decref(root);
    return good;
}

static void put_member(struct bytes *out, const char *name, spoke_text t) {
    if (t.n) {
        bytes_printf(out, ", \"%s\": ", name);
        bytes_json(out, t);
    }
}

void baseline_write(struct baseline *b, struct bytes *out) {
    char key[2 * HASH_KEY_BYTES + 1];
    sort_entries(b);
    put_hex(key, b->key, HASH_KEY_BYTES);
    bytes_printf(out, "{\n\"version\": 1,\n\"key\": \"%s\",\n\"entries\": [", key);
    for (size_t i = 0; i < b->n; i++) {
        const struct baseline_entry *entry = &b->entries[i];
        bytes_text(out, i ? ",\n{\"rule\": " : "\n{\"rule\": ");
        bytes_json(out, entry->rule);
        bytes_printf(out, ", \"fingerprint\": \"%s\"", entry->fingerprint);
        put_member(out, "first", entry->first);
        put_member(out, "until", entry->until);
        put_member(out, "note", entry->note);
        bytes_text(out, "}");
    }
    bytes_text(out, b->n ? "\n]\n}\n" : "]\n}\n");
}
