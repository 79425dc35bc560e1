#include "source/webhook_verify.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"
#include "io/crypto.h"

/* The 32 bytes that SIGNATURE claims; 0 or NJ_E_DENIED. */
static int claimed(const char *signature, unsigned char out[NJ_SHA256_BYTES])
{
    size_t len = 0;

    if (strncasecmp(signature, "sha256=", 7) == 0) {
        signature += 7;
    }
    if (strlen(signature) / 2 == NJ_SHA256_BYTES) {
        return nj_unhex(signature, out, NJ_SHA256_BYTES) == 0 ? 0 : NJ_E_DENIED;
    }
    if (nj_unbase64(signature, out, NJ_SHA256_BYTES, &len) != 0 ||
        len != NJ_SHA256_BYTES) {
        return NJ_E_DENIED;
    }
    return 0;
}

static int check_time(const struct nj_signed *sent, struct nj_err *err)
{
    int64_t seconds = 0;
    int64_t off_ms;

    if (sent->timestamp == NULL) {
        return nj_err_set(err, NJ_E_DENIED, "the timestamp header is missing");
    }
    if (nj_str_int(sent->timestamp, &seconds) != 0 || seconds < 0 ||
        seconds > INT64_MAX / 2000) {
        return nj_err_set(err, NJ_E_DENIED,
                          "the timestamp must be seconds since 1970");
    }
    off_ms = sent->now_ms - seconds * 1000;
    if (off_ms > NJ_SIGNED_WINDOW_MS || off_ms < -NJ_SIGNED_WINDOW_MS) {
        return nj_err_set(err, NJ_E_DENIED,
                          "the timestamp is more than 5 minutes off; is the "
                          "clock right?");
    }
    return 0;
}

static int compute(const struct nj_signed *sent,
                   unsigned char out[NJ_SHA256_BYTES])
{
    struct nj_buf buf;
    int code;

    if (!sent->is_timed) {
        return nj_hmac_of(sent->key, sent->body, sent->len, out);
    }
    nj_buf_init(&buf, sent->len + strlen(sent->timestamp) + 1);
    (void)nj_buf_adds(&buf, sent->timestamp);
    (void)nj_buf_addc(&buf, '.');
    code = nj_buf_add(&buf, sent->body, sent->len);
    if (code == 0) {
        code = nj_hmac_of(sent->key, buf.data, buf.len, out);
    }
    nj_buf_finish(&buf);
    return code;
}

int nj_webhook_verify(const struct nj_signed *sent, struct nj_err *err)
{
    unsigned char given[NJ_SHA256_BYTES] = {0};
    unsigned char right[NJ_SHA256_BYTES];
    int code;

    if (sent->signature == NULL) {
        return nj_err_set(err, NJ_E_DENIED, "the signature is missing");
    }
    if (claimed(sent->signature, given) != 0) {
        return nj_err_set(err, NJ_E_DENIED,
                          "the signature must be sha256= and 64 hex digits");
    }
    code = sent->is_timed ? check_time(sent, err) : 0;
    if (code != 0) {
        return code;
    }
    if (compute(sent, right) != 0) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory to check the signature");
    }
    if (!nj_same_secret(given, right, sizeof right)) {
        return nj_err_set(err, NJ_E_DENIED,
                          "the signature does not fit: is it HMAC-SHA256 over "
                          "the raw body with the right key?");
    }
    return 0;
}
