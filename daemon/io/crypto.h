/* io/crypto.h - signatures, digests, random bytes and base64, by OpenSSL. Any
 * thread. */

#ifndef NJ_IO_CRYPTO_H
#define NJ_IO_CRYPTO_H

#include <stddef.h>

#include "base/err.h"

enum { NJ_SHA1_BYTES = 20, NJ_SHA256_BYTES = 32 };

/* HMAC of DATA under KEY. 0 or NJ_E_NOMEM. */
int nj_hmac_sha256(const void *key,
                   size_t key_len,
                   const void *data,
                   size_t data_len,
                   unsigned char out[NJ_SHA256_BYTES]) NJ_MUST;

/* HMAC-SHA256 under a key that is used again and again: a third of the cost of
 * the above. One thread at a time. */
struct nj_hmac; /* opaque */
int nj_hmac_create(const void *key,
                   size_t key_len,
                   struct nj_hmac **out) NJ_MUST; /* 0 or NJ_E_NOMEM */
int nj_hmac_of(struct nj_hmac *hmac,
               const void *data,
               size_t data_len,
               unsigned char out[NJ_SHA256_BYTES]) NJ_MUST; /* 0, NJ_E_NOMEM */
void nj_hmac_destroy(struct nj_hmac *hmac);                 /* NULL is fine */

int nj_hmac_sha1(const void *key,
                 size_t key_len,
                 const void *data,
                 size_t data_len,
                 unsigned char out[NJ_SHA1_BYTES]) NJ_MUST;

int nj_sha256(const void *data,
              size_t len,
              unsigned char out[NJ_SHA256_BYTES]) NJ_MUST;

/* Whether A and B are the same, in time that depends on LEN alone. */
int nj_same_secret(const void *a, const void *b, size_t len);

/* LEN random bytes fit for keys. 0 or NJ_E_IO. */
int nj_random(void *out, size_t len) NJ_MUST;

/* Base64 (RFC 4648; URL: the url alphabet without padding) with a NUL into
 * OUT[ROOM]; returns the text's length, 0 when ROOM is too small. */
size_t
nj_base64(const void *bytes, size_t len, int url, char *out, size_t room);

/* Decode either alphabet, padded or not; the bytes' count goes to OUT_LEN.
 * 0 or NJ_E_INVALID (also when ROOM is too small). */
int nj_unbase64(const char *text,
                void *out,
                size_t room,
                size_t *out_len) NJ_MUST;

#endif
