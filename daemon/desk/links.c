#include "desk/links.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "io/crypto.h"

enum { SIGNATURE_BYTES = 16, SIGNATURE_TEXT = 24, PLAIN_BYTES = 140 };

/* The signature of PLAIN as url-safe text. */
static int sign(const char *plain,
                size_t len,
                const unsigned char key[NJ_LINK_KEY],
                char out[SIGNATURE_TEXT])
{
    unsigned char mac[NJ_SHA256_BYTES];

    if (nj_hmac_sha256(key, NJ_LINK_KEY, plain, len, mac) != 0) {
        return NJ_E_NOMEM;
    }
    return nj_base64(mac, SIGNATURE_BYTES, 1, out, SIGNATURE_TEXT) == 0
               ? NJ_E_NOMEM
               : 0;
}

int nj_link_write(const struct nj_link *link,
                  const unsigned char key[NJ_LINK_KEY],
                  char out[NJ_LINK_TEXT])
{
    char plain[PLAIN_BYTES];
    char signature[SIGNATURE_TEXT];
    char text[NJ_LINK_TEXT];
    int len = snprintf(plain, sizeof plain, "%lld:%lu:%lld:%s",
                       (long long)link->alert, (unsigned long)link->generation,
                       (long long)link->until_ms, link->person);

    if (len < 0 || (size_t)len >= sizeof plain ||
        sign(plain, (size_t)len, key, signature) != 0 ||
        nj_base64(plain, (size_t)len, 1, text, sizeof text) == 0) {
        return NJ_E_NOMEM;
    }
    (void)snprintf(out, NJ_LINK_TEXT, "%.*s.%s",
                   NJ_LINK_TEXT - SIGNATURE_TEXT - 2, text, signature);
    return 0;
}

/* Cut the next field of *AT up to ':' and read it as a number. */
static int take_number(char **at, int64_t *out)
{
    char *colon = strchr(*at, ':');

    if (colon == NULL) {
        return NJ_E_DENIED;
    }
    *colon = '\0';
    if (nj_str_int(*at, out) != 0 || *out < 0) {
        return NJ_E_DENIED;
    }
    *at = colon + 1;
    return 0;
}

static int parse(char *plain, struct nj_link *out)
{
    int64_t generation;

    if (take_number(&plain, &out->alert) != 0 ||
        take_number(&plain, &generation) != 0 || generation > UINT32_MAX ||
        take_number(&plain, &out->until_ms) != 0 ||
        strlen(plain) > NJ_LIMIT_NAME_BYTES) {
        return NJ_E_DENIED;
    }
    out->generation = (uint32_t)generation;
    (void)snprintf(out->person, sizeof out->person, "%s", plain);
    return 0;
}

int nj_link_read(const char *token,
                 const unsigned char key[NJ_LINK_KEY],
                 int64_t now_ms,
                 struct nj_link *out)
{
    const char *dot = strrchr(token, '.');
    char encoded[NJ_LINK_TEXT];
    char plain[PLAIN_BYTES + 1];
    char signature[SIGNATURE_TEXT];
    struct nj_link link = {0};
    size_t len = 0;

    if (dot == NULL || (size_t)(dot - token) >= sizeof encoded ||
        strlen(dot + 1) > SIGNATURE_TEXT) {
        return NJ_E_DENIED;
    }
    (void)snprintf(encoded, sizeof encoded, "%.*s", (int)(dot - token), token);
    if (nj_unbase64(encoded, plain, PLAIN_BYTES, &len) != 0) {
        return NJ_E_DENIED;
    }
    plain[len] = '\0';
    if (sign(plain, len, key, signature) != 0 ||
        strlen(signature) != strlen(dot + 1) ||
        !nj_same_secret(signature, dot + 1, strlen(signature)) ||
        parse(plain, &link) != 0) {
        return NJ_E_DENIED;
    }
    if (link.until_ms <= now_ms) {
        return NJ_E_STALE;
    }
    *out = link;
    return 0;
}
