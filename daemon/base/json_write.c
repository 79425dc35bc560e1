#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/str.h"

void nj_jw_init(struct nj_jw *w, struct nj_buf *out)
{
    *w = (struct nj_jw){.out = out};
}

/* Bytes of plain text from AT on: printable ASCII that needs no escape. */
static size_t plain_run(const char *text, size_t at, size_t len)
{
    size_t end = at;

    while (end < len) {
        unsigned char c = (unsigned char)text[end];

        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
            break;
        }
        end++;
    }
    return end - at;
}

/* Nearly all keys and most texts need no escape: BEFORE (a comma or nothing),
 * the text in quotes and AFTER go in one piece. 0: TEXT is not of that kind. */
static int write_short(struct nj_buf *out,
                       const char *before,
                       const char *text,
                       size_t len,
                       const char *after)
{
    char piece[68];
    size_t at = 0;

    if (len > sizeof piece - 4 || plain_run(text, 0, len) < len) {
        return 0;
    }
    if (*before != '\0') {
        piece[at++] = *before;
    }
    piece[at++] = '"';
    memcpy(piece + at, text, len);
    at += len;
    piece[at++] = '"';
    if (*after != '\0') {
        piece[at++] = *after;
    }
    (void)nj_buf_add(out, piece, at);
    return 1;
}

static void write_string(struct nj_buf *out, const char *text, size_t len)
{
    size_t run = 0; /* start of bytes not yet copied */
    size_t at;

    if (write_short(out, "", text, len, "")) {
        return;
    }
    at = plain_run(text, 0, len);
    (void)nj_buf_addc(out, '"');
    while (at < len) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);

        if (n > 0 && cp >= 0x20 && cp != '"' && cp != '\\' && cp != 0x7f) {
            at += n;
            at += plain_run(text, at, len);
            continue;
        }
        (void)nj_buf_add(out, text + run, at - run);
        if (n == 0) {
            (void)nj_buf_adds(out, "\xef\xbf\xbd");
            n = 1;
        } else if (cp == '"' || cp == '\\') {
            (void)nj_buf_addf(out, "\\%c", (char)cp);
        } else if (cp == '\n') {
            (void)nj_buf_adds(out, "\\n");
        } else {
            (void)nj_buf_addf(out, "\\u%04x", (unsigned)cp);
        }
        at += n;
        run = at;
    }
    (void)nj_buf_add(out, text + run, at - run);
    (void)nj_buf_addc(out, '"');
}

static void write_key(struct nj_jw *w, const char *key)
{
    const char *comma = w->need_comma ? "," : "";

    w->need_comma = 1;
    if (key != NULL && write_short(w->out, comma, key, strlen(key), ":")) {
        return;
    }
    (void)nj_buf_adds(w->out, comma);
    if (key != NULL) {
        write_string(w->out, key, strlen(key));
        (void)nj_buf_addc(w->out, ':');
    }
}

void nj_jw_open(struct nj_jw *w, const char *key, char bracket)
{
    write_key(w, key);
    (void)nj_buf_addc(w->out, bracket);
    w->depth++;
    w->need_comma = 0;
}

void nj_jw_close(struct nj_jw *w, char bracket)
{
    assert(w->depth > 0);
    (void)nj_buf_addc(w->out, bracket);
    w->depth--;
    w->need_comma = 1;
}

void nj_jw_text(struct nj_jw *w, const char *key, const char *text)
{
    if (text == NULL) {
        nj_jw_null(w, key);
    } else {
        nj_jw_textn(w, key, text, strlen(text));
    }
}

void nj_jw_textn(struct nj_jw *w, const char *key, const char *text, size_t len)
{
    write_key(w, key);
    write_string(w->out, text, len);
}

/* VALUE with its last POINT digits behind a point: printf costs five times as
 * much, and every score has fifteen numbers. */
static void
write_digits(struct nj_buf *out, int minus, uint64_t value, int point)
{
    char text[24];
    size_t at = sizeof text;
    int digits = 0;

    do {
        if (digits == point && point > 0) {
            text[--at] = '.';
        }
        text[--at] = (char)('0' + value % 10);
        value /= 10;
        digits++;
    } while (value > 0 || digits <= point);
    if (minus) {
        text[--at] = '-';
    }
    (void)nj_buf_add(out, text + at, sizeof text - at);
}

void nj_jw_int(struct nj_jw *w, const char *key, int64_t value)
{
    write_key(w, key);
    (void)nj_buf_addi(w->out, value);
}

/* VALUE rounded to DIGITS as printf does it; 0 when that takes printf: large
 * numbers, and what lies just between two. */
static int write_decimal(struct nj_buf *out, double value, int digits)
{
    static const double scales[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    double scaled;
    double whole;

    if (digits < 0 || digits > 6 || !(fabs(value) < 1e6)) {
        return 0;
    }
    scaled = fabs(value) * scales[digits];
    whole = floor(scaled + 0.5);
    if (scaled - floor(scaled) == 0.5) {
        return 0;
    }
    write_digits(out, signbit(value) != 0, (uint64_t)whole, digits);
    return 1;
}

void nj_jw_number(struct nj_jw *w, const char *key, double value, int digits)
{
    if (!isfinite(value)) {
        nj_jw_null(w, key);
        return;
    }
    write_key(w, key);
    if (!write_decimal(w->out, value, digits)) {
        (void)nj_buf_addf(w->out, "%.*f", digits, value);
    }
}

void nj_jw_bool(struct nj_jw *w, const char *key, int value)
{
    nj_jw_raw(w, key, value ? "true" : "false");
}

void nj_jw_null(struct nj_jw *w, const char *key)
{
    nj_jw_raw(w, key, "null");
}

void nj_jw_raw(struct nj_jw *w, const char *key, const char *json)
{
    write_key(w, key);
    (void)nj_buf_adds(w->out, json);
}
