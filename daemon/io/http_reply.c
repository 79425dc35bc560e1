/* The head of an answer. */

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/log.h"
#include "io/fetch_guard.h"
#include "io/http_call.h"

const char *nj_http_status_words(int status)
{
    static const struct {
        int status;
        const char *words;
    } table[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == status) {
            return table[i].words;
        }
    }
    return "Status";
}

/* The Date line's value (RFC 9110 5.6.7), made once a second. */
static const char *date_now(struct nj_httpd *httpd)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
                                   "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t now_s = nj_loop_wall_ms(httpd->loop) / 1000;
    time_t seconds = (time_t)now_s;
    struct tm tm;

    if (now_s != httpd->date_s && gmtime_r(&seconds, &tm) != NULL) {
        (void)snprintf(httpd->date, sizeof httpd->date,
                       "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
                       tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
                       tm.tm_hour, tm.tm_min, tm.tm_sec);
        httpd->date_s = now_s;
    }
    return httpd->date;
}

static const struct {
    const char *name; /* with its colon */
    const char *line;
} always[] = {
    {"Cache-Control:", "Cache-Control: no-store\r\n"},
    {"X-Content-Type-Options:", "X-Content-Type-Options: nosniff\r\n"},
    {"X-Frame-Options:", "X-Frame-Options: DENY\r\n"},
    {"Referrer-Policy:", "Referrer-Policy: no-referrer\r\n"},
    {"Content-Security-Policy:",
     "Content-Security-Policy: default-src 'none'; style-src 'self'; "
     "img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
     "base-uri 'none'\r\n"},
};

static int has_own(const struct nj_http_reply *reply, const char *name)
{
    for (size_t i = 0; reply->headers != NULL && reply->headers[i] != NULL;
         i++) {
        if (strncasecmp(reply->headers[i], name, strlen(name)) == 0) {
            return 1;
        }
    }
    return 0;
}

static void add_headers(struct nj_buf *out, const struct nj_http_reply *reply)
{
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        if (reply->headers == NULL || !has_own(reply, always[i].name)) {
            (void)nj_buf_adds(out, always[i].line);
        }
    }
    for (size_t i = 0; reply->headers != NULL && reply->headers[i] != NULL;
         i++) {
        if (!nj_header_is_clean(reply->headers[i])) {
            nj_log_error("http: a header of the answer is left out, for it is "
                         "not \"Name: value\" without control bytes: %s",
                         reply->headers[i]);
            continue;
        }
        (void)nj_buf_adds(out, reply->headers[i]);
        (void)nj_buf_add(out, "\r\n", 2);
    }
}

static void add_number(struct nj_buf *out, size_t number)
{
    char digits[24];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    (void)nj_buf_add(out, digits + at, sizeof digits - at);
}

static void add_content(struct nj_buf *out, const struct nj_http_reply *reply)
{
    const char *type = reply->content_type;

    if (reply->status == 204 || reply->status == 304) {
        return; /* neither has content (RFC 9110 8.6) */
    }
    if (type == NULL || type[strcspn(type, "\r\n")] != '\0') {
        type = "application/json";
    }
    (void)nj_buf_adds(out, "Content-Type: ");
    (void)nj_buf_adds(out, type);
    (void)nj_buf_adds(out, "\r\nContent-Length: ");
    add_number(out, reply->body_len);
    (void)nj_buf_add(out, "\r\n", 2);
}

int nj_http_reply_head(struct nj_httpd *httpd,
                       const struct nj_http_reply *reply,
                       int last)
{
    struct nj_buf *out = &httpd->head;
    int status =
        reply->status < 200 || reply->status > 599 ? 500 : reply->status;

    nj_buf_clear(out);
    (void)nj_buf_adds(out, "HTTP/1.1 ");
    add_number(out, (size_t)status);
    (void)nj_buf_addc(out, ' ');
    (void)nj_buf_adds(out, nj_http_status_words(status));
    (void)nj_buf_adds(out, "\r\nDate: ");
    (void)nj_buf_adds(out, date_now(httpd));
    (void)nj_buf_add(out, "\r\n", 2);
    add_content(out, reply);
    add_headers(out, reply);
    (void)nj_buf_adds(out, last ? "Connection: close\r\n\r\n" : "\r\n");
    return out->status == 0 ? 0 : NJ_E_NOMEM;
}
