/* Fingerprints of findings: HMAC of RFC 2104 with SHA-256, over the rule's id
 * (its name where it has none) and the names and values of the key, each text
 * with its length before it, so that no two lists of texts look alike. */
#include "api/spoke.h"
#include "base/sha256.h"

enum { BLOCK = 64 };

static void begin(struct sha256 *h, const unsigned char *secret, unsigned char pad) {
    unsigned char block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = (i < SPOKE_SECRET_SIZE ? secret[i] : 0) ^ pad;
    sha256_init(h);
    sha256_put(h, block, sizeof block);
}

static void put(struct sha256 *h, spoke_text t) {
    unsigned char length[8];
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (unsigned char)((uint64_t)t.n >> (8 * i));
    sha256_put(h, length, sizeof length);
    if (t.n)
        sha256_put(h, t.p, t.n);
}

void spoke_fingerprint(const spoke_finding *finding, const unsigned char *secret, char *out) {
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_BYTES];
    struct sha256 h;
    begin(&h, secret, 0x36);
    put(&h, finding->id.n ? finding->id : finding->rule);
    for (size_t i = 0; i < finding->nkeys; i++) {
        put(&h, finding->keys[i].name);
        put(&h, finding->keys[i].value);
    }
    sha256_end(&h, digest);
    begin(&h, secret, 0x5c);
    sha256_put(&h, digest, sizeof digest);
    sha256_end(&h, digest);
    for (size_t i = 0; i < SPOKE_FINGERPRINT_SIZE - 1; i++)
        out[i] = digits[digest[i / 2] >> (i % 2 ? 0 : 4) & 15];
    out[SPOKE_FINGERPRINT_SIZE - 1] = '\0';
}
