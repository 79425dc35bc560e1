/* What an HTTP server may answer, of any bytes: header lines, Retry-After and
 * Date, where its redirects lead; and a whole answer, which is the same in one
 * piece and byte by byte. */
// fuzz: -max_len=2048

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/fetch.h"
#include "io/fetch_guard.h"
#include "io/fetch_headers.h"
#include "io/reply.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void hold_headers(const char *text, size_t len)
{
    struct nj_headers headers;
    const char *lines;
    int64_t wait_ms;

    nj_headers_init(&headers);
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t one = end == NULL ? len : (size_t)(end - text) + 1;

        must(nj_headers_add(&headers, text, one) == 0);
        text += one;
        len -= one;
    }
    lines = nj_headers_text(&headers);
    (void)nj_headers_find(lines, "Location");
    wait_ms = nj_retry_after(nj_headers_find(lines, "Retry-After"),
                             nj_http_date(nj_headers_find(lines, "Date")));
    must(wait_ms >= -1 && wait_ms <= INT64_C(365) * 86400000);
    for (const char *p = lines; *p != '\0'; p += strlen(p) + 1) {
        must(strstr(p, ": ") != NULL && strpbrk(p, "\r\n\x1b") == NULL);
    }
    nj_headers_finish(&headers);
}

static void hold_target(const struct nj_target *target)
{
    const char *host = strstr(target->url, "://") + 3;

    must(strncmp(target->url, "http://", 7) == 0 ||
         strncmp(target->url, "https://", 8) == 0);
    must(*host != '\0' && *host != '/');
    must(memchr(host, '@', strcspn(host, "/?#")) == NULL);
    must(strpbrk(target->url, "\r\n \t\x7f") == NULL);
}

static void hold_redirect(const char *from, const char *location)
{
    char fault[NJ_FETCH_FAULT];
    struct nj_target target = {0};
    int same = -1;
    int code = nj_target_redirect(from, location, &target, &same, fault);

    if (code != 0) {
        must(target.url == NULL && same == -1);
        return;
    }
    hold_target(&target);
    must(target.user == NULL && target.password == NULL);
    must(strncmp(from, "https:", 6) != 0 ||
         strncmp(target.url, "https:", 6) == 0);
    if (same) {
        must(strcasestr(target.url, "a.test") != NULL);
    }
    nj_target_finish(&target);
}

static int
read_reply(struct nj_reply *reply, const char *text, size_t len, size_t step)
{
    int code = 0;

    nj_reply_init(reply);
    reply->body.max_bytes = 500;
    for (size_t at = 0; at < len && code == 0; at += step) {
        code =
            nj_reply_take(reply, text + at, len - at < step ? len - at : step);
    }
    return code;
}

static void hold_reply(const char *text, size_t len)
{
    struct nj_reply at_once;
    struct nj_reply in_drops;
    int code = read_reply(&at_once, text, len, len);

    must(read_reply(&in_drops, text, len, 1) == code);
    must(code != 1 || (at_once.status >= 100 && at_once.status <= 999));
    must(code < 0 || (at_once.status == in_drops.status &&
                      at_once.body.len == in_drops.body.len &&
                      nj_reply_ends(&at_once) == nj_reply_ends(&in_drops)));
    nj_reply_finish(&at_once);
    nj_reply_finish(&in_drops);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char fault[NJ_FETCH_FAULT];
    struct nj_target target;
    char origin[64];
    char *text = malloc(size + 1);

    must(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    hold_headers(text, size);
    if (size > 0) {
        hold_reply(text, size);
    }
    hold_redirect("http://a.test/x/y?z", text);
    hold_redirect("https://a.test:444/", text);
    if (nj_target_read(text, &target, fault) == 0) {
        hold_target(&target);
        nj_target_finish(&target);
    }
    nj_url_origin(text, origin, sizeof origin);
    (void)nj_address_is_private(text);
    (void)nj_header_is_harmless(text);
    if (nj_header_is_clean(text)) {
        must(strpbrk(text, "\r\n") == NULL && strchr(text, ':') != text);
    }
    free(text);
    return 0;
}
