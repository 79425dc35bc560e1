/* The life of a request: checked, sent, redirected, answered.
 *
 *            nj_fetch            nj_transfer_done
 *   spare ------------> active ---------------------> `done`, spare
 *                       |   ^ `-- redirect: next hop --.
 *                       |   '--------------------------'
 *        nj_fetch_cancel `-> canceled --deferred--> `done`, spare
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "io/fetch_engine.h"
#include "io/lane.h"

size_t nj_fetch_max_bytes(const struct nj_fetch_req *req)
{
    return req->max_bytes > 0 ? req->max_bytes : NJ_LIMIT_BODY_BYTES;
}

void nj_fetch_explain(struct nj_fetch_req *req,
                      const char *url,
                      const char *what)
{
    char origin[128];
    char text[sizeof req->fault];

    nj_url_origin(url, origin, sizeof origin);
    (void)snprintf(text, sizeof text, "%s: %s", origin, what);
    (void)nj_str_harmless(text, strlen(text), req->fault, sizeof req->fault);
}

/* ---- what libcurl calls ------------------------------------------------- */

static size_t on_header(char *line, size_t size, size_t count, void *userp)
{
    struct nj_transfer *transfer = userp;
    int code = nj_headers_add(&transfer->headers, line, size * count);

    if (code != 0) {
        transfer->stopped = code;
        return 0;
    }
    return size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *userp)
{
    struct nj_transfer *transfer = userp;
    int code = nj_buf_add(&transfer->body, bytes, size * count);

    if (code != 0) {
        transfer->stopped = code;
        return 0;
    }
    return size * count;
}

static void deny(struct nj_transfer *transfer, const char *address)
{
    (void)snprintf(transfer->denied, sizeof transfer->denied, "%s", address);
}

int nj_transfer_may_connect(struct nj_transfer *transfer,
                            const struct sockaddr *address,
                            size_t len)
{
    char text[NJ_ADDRESS_TEXT];

    if (transfer->may_private || !nj_sockaddr_is_private(address, len)) {
        return 1;
    }
    nj_sockaddr_text(address, text);
    deny(transfer, text);
    return 0;
}

/* The last gate before a request is written: the connection may be an old one,
 * opened for a request that was allowed more. */
static int
on_request(void *userp, char *peer, char *own, int peer_port, int own_port)
{
    struct nj_transfer *transfer = userp;

    (void)own;
    (void)peer_port;
    (void)own_port;
    if (transfer->may_private || !nj_address_is_private(peer)) {
        return CURL_PREREQFUNC_OK;
    }
    deny(transfer, peer);
    transfer->stopped = NJ_E_DENIED;
    return CURL_PREREQFUNC_ABORT;
}

/* ---- transfers ---------------------------------------------------------- */

void nj_transfer_free(struct nj_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    nj_target_finish(&transfer->target);
    nj_headers_finish(&transfer->headers);
    nj_buf_finish(&transfer->body);
    free(transfer);
}

static int set_callbacks(struct nj_transfer *transfer)
{
    CURL *easy = transfer->easy;
    int bad = nj_engine_adopt(transfer->fetcher, easy);

    bad |= (int)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    bad |= (int)curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    return bad == 0 ? 0 : NJ_E_NOMEM;
}

static struct nj_transfer *make_transfer(struct nj_fetcher *fetcher)
{
    struct nj_transfer *transfer = calloc(1, sizeof *transfer);

    if (transfer == NULL) {
        return NULL;
    }
    transfer->fetcher = fetcher;
    transfer->canceled.ctx = transfer;
    nj_headers_init(&transfer->headers);
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL || set_callbacks(transfer) != 0) {
        nj_transfer_free(transfer);
        return NULL;
    }
    return transfer;
}

static struct nj_transfer *take_transfer(struct nj_fetcher *fetcher)
{
    struct nj_transfer *transfer = fetcher->spare;

    if (transfer == NULL) {
        return make_transfer(fetcher);
    }
    fetcher->spare = transfer->next;
    fetcher->spares--;
    return transfer;
}

/* libcurl 7.88 counts the kept connections that it found dead, and never starts
 * anew: the fifth in a handle's life, not in a request's, is an error. So a
 * handle that had to connect is not used again, nor is one for ever. */
static int is_worn(struct nj_transfer *transfer)
{
    long connects = 0;

    (void)curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connects);
    return connects > 0 || ++transfer->uses >= NJ_FETCH_USES;
}

static void keep_transfer(struct nj_transfer *transfer)
{
    struct nj_fetcher *fetcher = transfer->fetcher;

    nj_target_finish(&transfer->target);
    transfer->req = NULL;
    if (fetcher->spares >= NJ_FETCH_SPARES || is_worn(transfer)) {
        nj_transfer_free(transfer);
        return;
    }
    if (transfer->body.room > NJ_FETCH_KEPT_BYTES) {
        nj_buf_finish(&transfer->body);
    }
    transfer->next = fetcher->spare;
    fetcher->spare = transfer;
    fetcher->spares++;
}

static void link_active(struct nj_transfer *transfer)
{
    struct nj_fetcher *fetcher = transfer->fetcher;

    transfer->prev = NULL;
    transfer->next = fetcher->active;
    if (fetcher->active != NULL) {
        fetcher->active->prev = transfer;
    }
    fetcher->active = transfer;
    fetcher->unanswered++;
    transfer->is_detached = 0;
}

static void unlink_active(struct nj_transfer *transfer)
{
    struct nj_fetcher *fetcher = transfer->fetcher;

    if (transfer->prev == NULL) {
        fetcher->active = transfer->next;
    } else {
        transfer->prev->next = transfer->next;
    }
    if (transfer->next != NULL) {
        transfer->next->prev = transfer->prev;
    }
    fetcher->unanswered--;
}

/* ---- the end ------------------------------------------------------------ */

static void
settle(struct nj_transfer *transfer, int status, const struct nj_answer *answer)
{
    struct nj_fetch_req *req = transfer->req;

    unlink_active(transfer);
    /* A transfer in the list has a request.
     * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    req->private_ = NULL;
    req->done(req, status, answer);
    keep_transfer(transfer);
}

static void fail(struct nj_transfer *transfer, int status, const char *what)
{
    nj_fetch_explain(transfer->req, transfer->target.url, what);
    settle(transfer, status, NULL);
}

static void fail_stopped(struct nj_transfer *transfer, int code)
{
    char what[160];

    if (code == NJ_E_DENIED) {
        (void)snprintf(what, sizeof what,
                       "%s is a private address, which only a URL in the "
                       "configuration may name",
                       transfer->denied);
    } else if (code == NJ_E_TOOBIG && transfer->body.status != 0) {
        (void)snprintf(what, sizeof what, "the answer is larger than %zu bytes",
                       nj_fetch_max_bytes(transfer->req));
    } else if (code == NJ_E_TOOBIG) {
        (void)snprintf(what, sizeof what,
                       "the answer's headers are larger than %d bytes",
                       NJ_LIMIT_HEADER_BYTES);
    } else {
        (void)snprintf(what, sizeof what, "%s", nj_code_name(code));
    }
    fail(transfer, code, what);
}

static void fail_result(struct nj_transfer *transfer, CURLcode result)
{
    const char *what = transfer->error[0] == '\0' ? curl_easy_strerror(result)
                                                  : transfer->error;

    if (transfer->stopped != 0) {
        fail_stopped(transfer, transfer->stopped);
    } else if (result == CURLE_COULDNT_CONNECT && transfer->denied[0] != '\0') {
        fail_stopped(transfer, NJ_E_DENIED);
    } else if (result == CURLE_OUT_OF_MEMORY) {
        fail(transfer, NJ_E_NOMEM, "no memory");
    } else if (result == CURLE_OPERATION_TIMEDOUT) {
        fail(transfer, NJ_E_TIMEOUT, what);
    } else {
        fail(transfer, NJ_E_NET, what);
    }
}

void nj_answer_fill(const struct nj_fetcher *fetcher,
                    const struct nj_headers *headers,
                    const struct nj_buf *body,
                    const char *url,
                    long status,
                    struct nj_answer *out)
{
    const char *lines = nj_headers_text(headers);
    int64_t now_ms;

    *out = (struct nj_answer){
        .status = status,
        .body = nj_buf_text(body),
        .body_len = body->len,
        .url = url,
        .content_type = nj_headers_find(lines, "Content-Type"),
        .date_ms = nj_http_date(nj_headers_find(lines, "Date")),
        .headers = lines,
    };
    now_ms = out->date_ms != 0 ? out->date_ms : nj_loop_wall_ms(fetcher->loop);
    out->retry_after_ms =
        nj_retry_after(nj_headers_find(lines, "Retry-After"), now_ms);
}

static void answer(struct nj_transfer *transfer, long status)
{
    struct nj_answer result;

    nj_answer_fill(transfer->fetcher, &transfer->headers, &transfer->body,
                   transfer->target.url, status, &result);
    result.moved_for_good = transfer->hops > 0 && transfer->moved_for_good;
    settle(transfer, 0, &result);
}

/* ---- redirects (RFC 9110 15.4) ------------------------------------------ */

static int is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

/* Turn TRANSFER to where LOCATION leads; NJ_E_* with WHAT when it may not. */
static int turn(struct nj_transfer *transfer,
                long status,
                const char *location,
                char what[NJ_FETCH_FAULT])
{
    struct nj_target next;
    int same;
    int code =
        nj_target_redirect(transfer->target.url, location, &next, &same, what);

    if (code != 0) {
        return code;
    }
    if (status == 303 || (status != 307 && status != 308 &&
                          strcmp(nj_transfer_method(transfer), "POST") == 0)) {
        transfer->plain_get |=
            strcmp(nj_transfer_method(transfer), "HEAD") != 0;
    }
    if (nj_transfer_has_body(transfer) && !same) {
        nj_target_finish(&next);
        (void)snprintf(what, NJ_FETCH_FAULT,
                       "redirect of a request with a body to another host");
        return NJ_E_DENIED;
    }
    if (same) { /* a login of the URL holds on its own host */
        next.user = transfer->target.user;
        next.password = transfer->target.password;
        transfer->target.user = NULL;
        transfer->target.password = NULL;
    }
    nj_target_finish(&transfer->target);
    transfer->target = next;
    transfer->crossed |= !same;
    transfer->may_private &= same;
    transfer->moved_for_good &= status == 301 || status == 308;
    transfer->hops++;
    return 0;
}

static void
redirect(struct nj_transfer *transfer, long status, const char *location)
{
    char what[NJ_FETCH_FAULT];
    curl_off_t spent_us = 0;
    int code;

    if (transfer->hops == NJ_FETCH_HOPS) {
        (void)snprintf(what, sizeof what, "more than %d redirects",
                       NJ_FETCH_HOPS);
        fail(transfer, NJ_E_NET, what);
        return;
    }
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &spent_us);
    transfer->spent_us += spent_us;
    if (transfer->spent_us / 1000 >= nj_fetch_timeout_ms(transfer->req)) {
        fail(transfer, NJ_E_TIMEOUT, "redirects took too long");
        return;
    }
    code = turn(transfer, status, location, what);
    if (code == 0) {
        code = nj_transfer_send(transfer);
        (void)snprintf(what, sizeof what, "no memory");
    }
    if (code != 0) {
        fail(transfer, code, what);
    }
}

void nj_transfer_done(struct nj_transfer *transfer, CURLcode result)
{
    const char *location;
    long status = 0;

    if (result != CURLE_OK) {
        fail_result(transfer, result);
        return;
    }
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    location = nj_headers_find(nj_headers_text(&transfer->headers), "Location");
    if (is_redirect(status) && location != NULL &&
        !transfer->req->no_redirects) {
        redirect(transfer, status, location);
    } else {
        answer(transfer, status);
    }
}

/* ---- the public part ---------------------------------------------------- */

static int check_method(const struct nj_fetch_req *req)
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    return req->method == NULL ||
           (req->method[0] != '\0' &&
            req->method[strspn(req->method, upper)] == '\0');
}

static int check_headers(const struct nj_fetch_req *req)
{
    size_t count = 0;

    for (; req->headers != NULL && req->headers[count] != NULL; count++) {
        if (count == NJ_FETCH_HEADERS ||
            !nj_header_is_clean(req->headers[count])) {
            return 0;
        }
    }
    return 1;
}

static int check(struct nj_fetch_req *req)
{
    if (!check_method(req)) {
        nj_fetch_explain(req, req->url, "a method is a word in capitals");
    } else if (!check_headers(req)) {
        nj_fetch_explain(
            req, req->url,
            "a header is \"Name: value\" without control bytes, and there "
            "are at most 39");
    } else {
        return 0;
    }
    return NJ_E_INVALID;
}

static int send_by_curl(struct nj_fetcher *fetcher, struct nj_fetch_req *req)
{
    struct nj_transfer *transfer;
    struct nj_target target;
    char what[NJ_FETCH_FAULT];
    int code = nj_target_read(req->url, &target, what);

    if (code != 0) {
        nj_fetch_explain(req, req->url, what);
        return code;
    }
    transfer = take_transfer(fetcher);
    if (transfer == NULL) {
        nj_target_finish(&target);
        return NJ_E_NOMEM;
    }
    transfer->target = target;
    transfer->req = req;
    transfer->may_private = req->allow_private;
    transfer->crossed = 0;
    transfer->plain_get = 0;
    transfer->hops = 0;
    transfer->moved_for_good = 1;
    transfer->spent_us = 0;
    transfer->body.max_bytes = nj_fetch_max_bytes(req);
    code = nj_transfer_send(transfer);
    if (code != 0) {
        keep_transfer(transfer);
        return code;
    }
    req->fault[0] = '\0';
    req->private_ = transfer;
    req->is_parcel_ = 0;
    link_active(transfer);
    return 0;
}

int nj_fetch(struct nj_fetcher *fetcher, struct nj_fetch_req *req)
{
    int code;

    if (fetcher->is_closing) {
        return NJ_E_STATE;
    }
    code = check(req);
    if (code != 0) {
        return code;
    }
    code = nj_lane_send(fetcher, req);
    return code == NJ_E_NOTFOUND ? send_by_curl(fetcher, req) : code;
}

static void on_canceled(struct nj_defer *defer)
{
    fail(defer->ctx, NJ_E_CANCELED, "cancelled");
}

void nj_fetch_cancel(struct nj_fetch_req *req)
{
    struct nj_transfer *transfer = req->private_;

    if (transfer != NULL && req->is_parcel_) {
        nj_lane_cancel(req);
        return;
    }
    if (transfer == NULL || transfer->canceled.queued) {
        return;
    }
    (void)curl_multi_remove_handle(transfer->fetcher->multi, transfer->easy);
    nj_loop_defer(transfer->fetcher->loop, &transfer->canceled, on_canceled);
}

void nj_transfers_cancel(struct nj_fetcher *fetcher)
{
    struct nj_transfer *transfer;

    for (transfer = fetcher->active; transfer != NULL;
         transfer = transfer->next) {
        nj_fetch_cancel(transfer->req);
    }
    nj_lanes_cancel(fetcher);
}

void nj_transfers_detach(struct nj_fetcher *fetcher)
{
    struct nj_transfer *transfer;

    for (transfer = fetcher->active; transfer != NULL;
         transfer = transfer->next) {
        if (!transfer->canceled.queued) {
            (void)curl_multi_remove_handle(fetcher->multi, transfer->easy);
            transfer->is_detached = 1;
        }
    }
}

static struct nj_transfer *find_detached(struct nj_fetcher *fetcher)
{
    struct nj_transfer *transfer = fetcher->active;

    while (transfer != NULL &&
           /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): see below */
           (!transfer->is_detached || transfer->canceled.queued)) {
        transfer = transfer->next;
    }
    return transfer;
}

/* Each `done` may start and cancel others, so the list is looked at anew; what
 * was freed has left it. */
void nj_transfers_give_up(struct nj_fetcher *fetcher)
{
    struct nj_transfer *transfer;

    while ((transfer = find_detached(fetcher)) != NULL) {
        fail(transfer, NJ_E_NOMEM, "no memory");
    }
}
