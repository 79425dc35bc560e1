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

/* Two digits at P, or -1. */
static int two_digits(const char *p)
{
    int tens = p[0] - '0';
    int ones = p[1] - '0';

    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

static int month_of(const char *p)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int i = 0; i < 12; i++) {
        if (memcmp(names + (size_t)i * 3, p, 3) == 0) {
            return i;
        }
    }
    return -1;
}

/* Days from 1970-01-01 to a date after it (H. Hinnant's civil days). */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month < 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * ((month + 10) % 12) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

/* The one form that servers write, "Sun, 06 Nov 1994 08:49:37 GMT", to ms; -1
 * for any other. libcurl's reader of all forms costs more than all else that is
 * done with an answer. */
static int64_t fixed_date(const char *text)
{
    static const char shape[] = "Aaa, 00 Aaa 0000 00:00:00 GMT";
    int year, month, day, hour, minute, second;

    if (strlen(text) != sizeof shape - 1) {
        return -1;
    }
    for (size_t i = 0; shape[i] != '\0'; i++) {
        if (strchr(", :", shape[i]) != NULL && text[i] != shape[i]) {
            return -1;
        }
    }
    day = two_digits(text + 5);
    month = month_of(text + 8);
    year = two_digits(text + 12) * 100 + two_digits(text + 14);
    hour = two_digits(text + 17);
    minute = two_digits(text + 20);
    second = two_digits(text + 23);
    if (day < 1 || day > 31 || month < 0 || two_digits(text + 12) < 19 ||
        two_digits(text + 14) < 0 || year < 1970 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60 ||
        strcmp(text + 25, " GMT") != 0) {
        return -1;
    }
    return ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60000 +
           (int64_t)second * 1000;
}

int64_t nj_http_date(const char *text)
{
    int64_t ms = text == NULL ? 0 : fixed_date(text);
    time_t seconds;

    if (ms >= 0) {
        return ms;
    }
    seconds = curl_getdate(text, NULL);
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
