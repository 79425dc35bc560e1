/* One hop of a request into libcurl's words: only what varies is set, for
 * handles are used again and again. */

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "io/fetch_engine.h"

int64_t nj_fetch_timeout_ms(const struct nj_fetch_req *req)
{
    return req->timeout_ms > 0 ? req->timeout_ms : NJ_FETCH_TIMEOUT_MS;
}

int nj_transfer_has_body(const struct nj_transfer *transfer)
{
    return transfer->req->body != NULL && !transfer->plain_get;
}

const char *nj_transfer_method(const struct nj_transfer *transfer)
{
    const struct nj_fetch_req *req = transfer->req;

    if (transfer->plain_get) {
        return "GET";
    }
    if (req->method != NULL) {
        return req->method;
    }
    return req->body == NULL ? "GET" : "POST";
}

static int set_method(struct nj_transfer *transfer)
{
    const struct nj_fetch_req *req = transfer->req;
    const char *method = nj_transfer_method(transfer);
    CURL *easy = transfer->easy;
    const char *custom = NULL;
    int bad = 0;

    if (strcmp(method, "HEAD") == 0) {
        bad |= (int)curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (nj_transfer_has_body(transfer) || strcmp(method, "POST") == 0) {
        const char *body = nj_transfer_has_body(transfer) ? req->body : "";
        size_t len = nj_transfer_has_body(transfer) ? req->body_len : 0;

        bad |= (int)curl_easy_setopt(easy, CURLOPT_POST, 1L);
        bad |= (int)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                     (curl_off_t)len);
        bad |= (int)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        custom = strcmp(method, "POST") == 0 ? NULL : method;
    } else {
        bad |= (int)curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        custom = strcmp(method, "GET") == 0 ? NULL : method;
    }
    bad |= (int)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, custom);
    return bad;
}

/* Whether HEADERS have one that begins with NAME ("Accept:"). */
static int has_header(const char *const *headers, const char *name)
{
    size_t len = strlen(name);

    for (; headers != NULL && *headers != NULL; headers++) {
        if (strncasecmp(*headers, name, len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The request's headers as libcurl's list, without copying: what may not go to
 * another host is left out there. A body goes out at once, without asking. Our
 * name and encodings stand in the list, for libcurl prints an option twice into
 * each request and a line once, letter by letter. */
static int set_headers(struct nj_transfer *transfer)
{
    static char no_expect[] = "Expect:";
    static char encodings[] = "Accept-Encoding: gzip, deflate, br";
    const char *const *headers = transfer->req->headers;
    struct curl_slist *first = NULL;
    size_t count = 0;

    if (!has_header(headers, "User-Agent:")) {
        transfer->lines[count++].data = transfer->fetcher->user_agent;
    }
    if (!has_header(headers, "Accept-Encoding:")) {
        transfer->lines[count++].data = encodings;
    }

    for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
        if (!transfer->crossed || nj_header_is_harmless(headers[i])) {
            transfer->lines[count++].data = (char *)headers[i];
        }
    }
    if (nj_transfer_has_body(transfer)) {
        transfer->lines[count++].data = no_expect;
    }
    while (count > 0) {
        transfer->lines[--count].next = first;
        first = &transfer->lines[count];
    }
    return (int)curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, first);
}

static int set_login(struct nj_transfer *transfer)
{
    const struct nj_fetch_req *req = transfer->req;
    const char *user = transfer->target.user;
    const char *password = transfer->target.password;
    int bad = 0;

    if (req->username != NULL) {
        user = req->username;
        password = req->password;
    }
    if (transfer->crossed) {
        user = NULL;
        password = NULL;
    }
    bad |= (int)curl_easy_setopt(transfer->easy, CURLOPT_USERNAME, user);
    bad |= (int)curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD, password);
    return bad;
}

/* HTTP/2 for what has no body only: libcurl 7.88 takes an answer that comes
 * before the body is read for a broken stream. */
static int set_transport(struct nj_transfer *transfer)
{
    const struct nj_fetch_req *req = transfer->req;
    CURL *easy = transfer->easy;
    int https = nj_str_starts(transfer->target.url, "https:");
    long version = https && !nj_transfer_has_body(transfer)
                       ? CURL_HTTP_VERSION_2TLS
                       : CURL_HTTP_VERSION_1_1;
    int bad = (int)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, version);
    CURLSH *share = transfer->share;

    /* Plain http needs none; but a handle that once ran without a share has a
     * table of its own, which libcurl 7.88 leaks when a share comes later. */
    if (https || share == NULL) {
        share = nj_engine_share(transfer->fetcher, transfer->target.url);
    }
    if (share == NULL) {
        bad |= (int)CURLE_OUT_OF_MEMORY;
    } else if (share != transfer->share) {
        bad |= (int)curl_easy_setopt(easy, CURLOPT_SHARE, share);
        transfer->share = share;
    }

    if (req->ca_file != NULL || transfer->own_ca) {
        const char *file =
            req->ca_file == NULL ? transfer->fetcher->ca_file : req->ca_file;

        bad |= (int)curl_easy_setopt(easy, CURLOPT_CAINFO, file);
        transfer->own_ca = req->ca_file != NULL;
    }
    return bad;
}

/* A long wait is asked for by those who expect silence: only the shorter ones
 * are given up when the bytes merely drip. */
static int set_times(struct nj_transfer *transfer)
{
    int64_t all_ms = nj_fetch_timeout_ms(transfer->req);
    int64_t left_ms = all_ms - transfer->spent_us / 1000;
    int64_t slow_s = all_ms > NJ_FETCH_TIMEOUT_MS ? 0 : all_ms * 2 / 3000;
    CURL *easy = transfer->easy;
    int64_t connect_ms =
        left_ms < NJ_FETCH_CONNECT_MS ? left_ms : NJ_FETCH_CONNECT_MS;
    int bad = 0;

    bad |= (int)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                                 (long)connect_ms);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)slow_s);
    return bad;
}

int nj_transfer_send(struct nj_transfer *transfer)
{
    int bad = (int)curl_easy_setopt(transfer->easy, CURLOPT_URL,
                                    transfer->target.url);

    bad |= set_method(transfer);
    bad |= set_headers(transfer);
    bad |= set_login(transfer);
    bad |= set_transport(transfer);
    bad |= set_times(transfer);
    transfer->denied[0] = '\0';
    transfer->stopped = 0;
    nj_headers_clear(&transfer->headers);
    nj_buf_clear(&transfer->body);
    if (bad != 0 || nj_engine_ready(transfer->fetcher) != 0 ||
        curl_multi_add_handle(transfer->fetcher->multi, transfer->easy) !=
            CURLM_OK) {
        return NJ_E_NOMEM;
    }
    return 0;
}
