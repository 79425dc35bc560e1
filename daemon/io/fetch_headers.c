#include "io/fetch_headers.h"

#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/limits.h"
#include "base/str.h"
#include "io/fetch.h"

void nj_headers_init(struct nj_headers *headers)
{
    *headers = (struct nj_headers){0};
    nj_buf_init(&headers->lines, NJ_LIMIT_HEADER_BYTES + 1);
}

void nj_headers_clear(struct nj_headers *headers)
{
    nj_buf_clear(&headers->lines);
    headers->bytes = 0;
    headers->whole = 0;
}

void nj_headers_finish(struct nj_headers *headers)
{
    nj_buf_finish(&headers->lines);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int has_control(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)line[i];

        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return 1;
        }
    }
    return 0;
}

/* Keep "Name: value" with one blank and nothing behind. */
static int keep(struct nj_buf *lines, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    size_t name;
    size_t value;

    if (colon == NULL || colon == line || is_blank(line[0]) ||
        has_control(line, len)) {
        return 0;
    }
    name = (size_t)(colon - line);
    value = name + 1;
    while (value < len && is_blank(line[value])) {
        value++;
    }
    (void)nj_buf_add(lines, line, name);
    (void)nj_buf_add(lines, ": ", 2);
    (void)nj_buf_add(lines, line + value, len - value);
    return nj_buf_addc(lines, '\0');
}

int nj_headers_add(struct nj_headers *headers, const char *line, size_t len)
{
    headers->bytes += len;
    if (headers->bytes > NJ_LIMIT_HEADER_BYTES) {
        return NJ_E_TOOBIG;
    }
    while (len > 0 && is_blank(line[len - 1])) {
        len--;
    }
    if (len == 0) {
        headers->whole = 1;
        return 0;
    }
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        nj_buf_clear(&headers->lines);
        headers->whole = 0;
        return 0;
    }
    return headers->whole ? 0 : keep(&headers->lines, line, len);
}

/* nj_buf keeps a NUL behind its content: there the empty line is. */
const char *nj_headers_text(const struct nj_headers *headers)
{
    return nj_buf_text(&headers->lines);
}

const char *nj_headers_find(const char *lines, const char *name)
{
    size_t len = strlen(name);

    for (const char *p = lines; *p != '\0'; p += strlen(p) + 1) {
        if (strncasecmp(p, name, len) == 0 && p[len] == ':') {
            return p + len + 2;
        }
    }
    return NULL;
}

const char *nj_answer_header(const struct nj_answer *answer, const char *name)
{
    return answer->headers == NULL ? NULL
                                   : nj_headers_find(answer->headers, name);
}

int64_t nj_http_date(const char *text)
{
    time_t seconds = text == NULL ? -1 : curl_getdate(text, NULL);

    return seconds <= 0 ? 0 : (int64_t)seconds * 1000;
}

int64_t nj_retry_after(const char *text, int64_t date_ms)
{
    const int64_t longest_ms = INT64_C(365) * 86400000;
    int64_t wait_ms = 0;
    int64_t until_ms;

    if (text == NULL || *text == '\0') {
        return -1;
    }
    if (text[strspn(text, "0123456789")] == '\0') {
        for (; *text != '\0' && wait_ms < longest_ms; text++) {
            wait_ms = wait_ms * 10 + (*text - '0') * (int64_t)1000;
        }
        return wait_ms > longest_ms ? longest_ms : wait_ms;
    }
    until_ms = nj_http_date(text);
    if (until_ms == 0) {
        return -1;
    }
    wait_ms = until_ms - date_ms;
    return wait_ms < 0 ? 0 : wait_ms > longest_ms ? longest_ms : wait_ms;
}
