#include "io/crypto.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

static int hmac(const EVP_MD *digest,
                const void *key,
                size_t key_len,
                const void *data,
                size_t data_len,
                unsigned char *out)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int len = 0;

    if (key_len > INT_MAX) {
        return NJ_E_NOMEM;
    }
    if (HMAC(digest, key, (int)key_len, data, data_len, mac, &len) == NULL) {
        return NJ_E_NOMEM;
    }
    memcpy(out, mac, len);
    return 0;
}

int nj_hmac_sha256(const void *key,
                   size_t key_len,
                   const void *data,
                   size_t data_len,
                   unsigned char out[NJ_SHA256_BYTES])
{
    return hmac(EVP_sha256(), key, key_len, data, data_len, out);
}

/* OpenSSL 3 finds its algorithms by name, anew for each HMAC; a context that is
 * begun again without a key keeps them, and both hashed halves of the key. */
struct nj_hmac {
    EVP_MAC_CTX *context;
};

int nj_hmac_create(const void *key, size_t key_len, struct nj_hmac **out)
{
    struct nj_hmac *hmac = calloc(1, sizeof *hmac);
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };

    if (hmac != NULL && mac != NULL) {
        hmac->context = EVP_MAC_CTX_new(mac); /* holds MAC from here on */
    }
    EVP_MAC_free(mac);
    if (hmac == NULL || hmac->context == NULL ||
        EVP_MAC_init(hmac->context, key, key_len, params) != 1) {
        nj_hmac_destroy(hmac);
        return NJ_E_NOMEM;
    }
    *out = hmac;
    return 0;
}

int nj_hmac_of(struct nj_hmac *hmac,
               const void *data,
               size_t data_len,
               unsigned char out[NJ_SHA256_BYTES])
{
    size_t len = 0;

    if (EVP_MAC_init(hmac->context, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(hmac->context, data, data_len) != 1 ||
        EVP_MAC_final(hmac->context, out, &len, NJ_SHA256_BYTES) != 1) {
        return NJ_E_NOMEM;
    }
    return 0;
}

void nj_hmac_destroy(struct nj_hmac *hmac)
{
    if (hmac != NULL) {
        EVP_MAC_CTX_free(hmac->context);
        free(hmac);
    }
}

int nj_hmac_sha1(const void *key,
                 size_t key_len,
                 const void *data,
                 size_t data_len,
                 unsigned char out[NJ_SHA1_BYTES])
{
    return hmac(EVP_sha1(), key, key_len, data, data_len, out);
}

int nj_sha256(const void *data, size_t len, unsigned char out[NJ_SHA256_BYTES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int n = 0;

    if (EVP_Digest(data, len, digest, &n, EVP_sha256(), NULL) != 1) {
        return NJ_E_NOMEM;
    }
    memcpy(out, digest, n);
    return 0;
}

int nj_same_secret(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

int nj_random(void *out, size_t len)
{
    if (len > INT_MAX || RAND_bytes(out, (int)len) != 1) {
        return NJ_E_IO;
    }
    return 0;
}

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789-_";

/* Length of the text of LEN bytes, without its NUL. */
static size_t text_length(size_t len, int url)
{
    static const size_t tail[] = {0, 2, 3};

    return url ? len / 3 * 4 + tail[len % 3] : (len + 2) / 3 * 4;
}

size_t nj_base64(const void *bytes, size_t len, int url, char *out, size_t room)
{
    const char *alphabet = url ? for_urls : standard;
    const unsigned char *in = bytes;
    size_t need = text_length(len, url);
    size_t at = 0;

    if (len > SIZE_MAX / 2 || need >= room) {
        return 0;
    }
    for (size_t i = 0; i < len; i += 3) {
        uint32_t group = (uint32_t)in[i] << 16;

        group |= i + 1 < len ? (uint32_t)in[i + 1] << 8 : 0;
        group |= i + 2 < len ? (uint32_t)in[i + 2] : 0;
        for (int shift = 18; shift >= 0 && at < need; shift -= 6) {
            out[at++] = alphabet[group >> shift & 63];
        }
    }
    if (!url && len % 3 != 0) {
        memset(out + need - (3 - len % 3), '=', 3 - len % 3);
    }
    out[need] = '\0';
    return need;
}

/* The six bits of C in either alphabet, or -1. */
static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+' || c == '-') {
        return 62;
    }
    return c == '/' || c == '_' ? 63 : -1;
}

/* Count the digits of TEXT into OUT; 0 if it is well formed: padded to whole
 * groups or not at all, no lone digit, unused bits zero (RFC 4648 3.5). */
static int count_digits(const char *text, size_t *out)
{
    size_t digits = 0;
    size_t pads = 0;
    int unused;

    while (sextet(text[digits]) >= 0) {
        digits++;
    }
    while (text[digits + pads] == '=') {
        pads++;
    }
    if (text[digits + pads] != '\0' || digits % 4 == 1 ||
        (pads > 0 && (digits + pads) % 4 != 0) || pads > 2) {
        return NJ_E_INVALID;
    }
    unused = digits % 4 == 2 ? 15 : digits % 4 == 3 ? 3 : 0;
    if (unused != 0 && (sextet(text[digits - 1]) & unused) != 0) {
        return NJ_E_INVALID;
    }
    *out = digits;
    return 0;
}

int nj_unbase64(const char *text, void *out, size_t room, size_t *out_len)
{
    unsigned char *bytes = out;
    uint32_t bits = 0;
    size_t digits;
    size_t len;
    size_t at = 0;

    if (count_digits(text, &digits) != 0) {
        return NJ_E_INVALID;
    }
    len = digits / 4 * 3 + digits % 4 * 3 / 4;
    if (len > room) {
        return NJ_E_INVALID;
    }
    for (size_t i = 0; i < digits; i++) {
        bits = bits << 6 | (uint32_t)sextet(text[i]);
        if (i % 4 != 0) {
            bytes[at++] = (unsigned char)(bits >> (6 - i % 4 * 2));
        }
    }
    *out_len = len;
    return 0;
}
