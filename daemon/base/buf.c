#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { FIRST_ROOM = 256 };

void nj_buf_init(struct nj_buf *buf, size_t max_bytes)
{
    *buf = (struct nj_buf){.max_bytes = max_bytes};
}

static int reserve(struct nj_buf *buf, size_t more)
{
    size_t need = buf->len + more + 1;
    size_t room = buf->room < FIRST_ROOM ? FIRST_ROOM : buf->room;
    char *data;

    if (buf->status != 0) {
        return buf->status;
    }
    if (more > buf->max_bytes || buf->len > buf->max_bytes - more) {
        return buf->status = NJ_E_TOOBIG;
    }
    if (need <= buf->room) {
        return 0;
    }
    while (room < need) {
        room *= 2;
    }
    data = realloc(buf->data, room);
    if (data == NULL) {
        return buf->status = NJ_E_NOMEM;
    }
    buf->data = data;
    buf->room = room;
    return 0;
}

int nj_buf_add(struct nj_buf *buf, const void *bytes, size_t len)
{
    int code = reserve(buf, len);

    if (code == 0) {
        if (len > 0) {
            memcpy(buf->data + buf->len, bytes, len);
        }
        buf->len += len;
        buf->data[buf->len] = '\0';
    }
    return code;
}

int nj_buf_adds(struct nj_buf *buf, const char *text)
{
    return nj_buf_add(buf, text, strlen(text));
}

int nj_buf_addc(struct nj_buf *buf, char c)
{
    if (buf->status != 0 || buf->len + 1 >= buf->room) {
        return nj_buf_add(buf, &c, 1);
    }
    if (buf->len >= buf->max_bytes) {
        return buf->status = NJ_E_TOOBIG;
    }
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
    return 0;
}

/* By hand: printf costs ten times as much. */
int nj_buf_addi(struct nj_buf *buf, int64_t value)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) {
        text[--at] = '-';
    }
    return nj_buf_add(buf, text + at, sizeof text - at);
}

int nj_buf_add_plain(struct nj_buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            (void)nj_buf_adds(buf, "&amp;");
            break;
        case '<':
            (void)nj_buf_adds(buf, "&lt;");
            break;
        case '>':
            (void)nj_buf_adds(buf, "&gt;");
            break;
        case '"':
            (void)nj_buf_adds(buf, "&quot;");
            break;
        default:
            (void)nj_buf_addc(buf, *text);
            break;
        }
    }
    return buf->status;
}

int nj_buf_vaddf(struct nj_buf *buf, const char *fmt, va_list args)
{
    va_list again;
    int n;
    int code;

    va_copy(again, args);
    n = nj_str_vformat(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0) {
        return buf->status = NJ_E_INVALID;
    }
    code = reserve(buf, (size_t)n);
    if (code == 0) {
        (void)nj_str_vformat(buf->data + buf->len, (size_t)n + 1, fmt, args);
        buf->len += (size_t)n;
    }
    return code;
}

int nj_buf_addf(struct nj_buf *buf, const char *fmt, ...)
{
    va_list args;
    int code;

    va_start(args, fmt);
    code = nj_buf_vaddf(buf, fmt, args);
    va_end(args);
    return code;
}

const char *nj_buf_text(const struct nj_buf *buf)
{
    return buf->data == NULL ? "" : buf->data;
}

char *nj_buf_take(struct nj_buf *buf)
{
    char *data;

    if (buf->status != 0) {
        return NULL;
    }
    data = buf->data == NULL ? calloc(1, 1) : buf->data;
    if (data != NULL) {
        nj_buf_init(buf, buf->max_bytes);
    }
    return data;
}

void nj_buf_clear(struct nj_buf *buf)
{
    buf->len = 0;
    buf->status = 0;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

void nj_buf_drop(struct nj_buf *buf, size_t len)
{
    if (len >= buf->len) {
        len = buf->len;
    }
    if (len > 0) {
        memmove(buf->data, buf->data + len, buf->len - len + 1);
        buf->len -= len;
    }
}

void nj_buf_finish(struct nj_buf *buf)
{
    free(buf->data);
    nj_buf_init(buf, buf->max_bytes);
}
