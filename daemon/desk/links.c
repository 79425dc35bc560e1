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

/* ---- calendars --------------------------------------------------------- */

enum { SIGNED_BYTES = 256 };

/* The signature of a link to FEED. What is signed begins with a word, that of
 * an alert with a number, so that none can be taken for the other. */
static int sign_calendar(const struct nj_calendar_link *link,
                         const char *feed,
                         const unsigned char key[NJ_LINK_KEY],
                         char out[SIGNATURE_TEXT])
{
    char plain[SIGNED_BYTES];
    int len = snprintf(plain, sizeof plain, "calendar:%lu:%s:%s",
                       (unsigned long)link->generation, link->holder, feed);

    if (len < 0 || (size_t)len >= sizeof plain) {
        return NJ_E_DENIED;
    }
    return sign(plain, (size_t)len, key, out);
}

int nj_calendar_link_write(const struct nj_calendar_link *link,
                           const char *feed,
                           const unsigned char key[NJ_LINK_KEY],
                           char out[NJ_LINK_TEXT])
{
    char signature[SIGNATURE_TEXT];

    if (sign_calendar(link, feed, key, signature) != 0) {
        return NJ_E_NOMEM;
    }
    (void)snprintf(out, NJ_LINK_TEXT, "%lu.%s.%s",
                   (unsigned long)link->generation, link->holder, signature);
    return 0;
}

int nj_calendar_link_read(const char *token,
                          const char *feed,
                          const unsigned char key[NJ_LINK_KEY],
                          struct nj_calendar_link *out)
{
    const char *first = strchr(token, '.');
    const char *last = strrchr(token, '.');
    struct nj_calendar_link link;
    char number[16];
    char signature[SIGNATURE_TEXT];
    int64_t generation;

    if (first == NULL || last == first ||
        (size_t)(first - token) >= sizeof number ||
        (size_t)(last - first - 1) >= sizeof link.holder) {
        return NJ_E_DENIED;
    }
    (void)snprintf(number, sizeof number, "%.*s", (int)(first - token), token);
    if (nj_str_int(number, &generation) != 0 || generation < 1 ||
        generation > UINT32_MAX) {
        return NJ_E_DENIED;
    }
    link.generation = (uint32_t)generation;
    (void)snprintf(link.holder, sizeof link.holder, "%.*s",
                   (int)(last - first - 1), first + 1);
    if (sign_calendar(&link, feed, key, signature) != 0 ||
        strlen(signature) != strlen(last + 1) ||
        !nj_same_secret(signature, last + 1, strlen(signature))) {
        return NJ_E_DENIED;
    }
    *out = link;
    return 0;
}
