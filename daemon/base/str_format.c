/* Sentences of words and whole numbers, as printf writes them. An alert is told
 * in thirty of them; glibc's printf sets up a stream for each and costs five
 * times as much. */

#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* What stands behind a '%'. */
struct directive {
    int precision; /* -1: none */
    int size;      /* of the number: 'l', 'L' for ll, 'z'; 0: int */
    char kind;     /* 0: none that is known here */
};

struct writing {
    char *out;
    size_t room;
    size_t len; /* so far, also what did not fit */
};

static void put(struct writing *w, const char *bytes, size_t len)
{
    if (w->len + 1 < w->room) {
        size_t left = w->room - 1 - w->len;

        memcpy(w->out + w->len, bytes, len < left ? len : left);
    }
    w->len += len;
}

static void put_number(struct writing *w, int minus, unsigned long long value)
{
    char text[24];
    size_t at = sizeof text;

    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    if (minus) {
        text[--at] = '-';
    }
    put(w, text + at, sizeof text - at);
}

/* Read the directive at P, behind its '%'; returns what follows it. */
static const char *
read_directive(const char *p, va_list *args, struct directive *out)
{
    *out = (struct directive){.precision = -1};
    if (p[0] == '.' && p[1] == '*') {
        out->precision = va_arg(*args, int);
        p += 2;
    } else if (p[0] == '.') {
        out->precision = 0;
        for (p++; *p >= '0' && *p <= '9' && out->precision < 1000000; p++) {
            out->precision = out->precision * 10 + (*p - '0');
        }
    }
    if (*p == 'l' || *p == 'z') {
        out->size = p[0] == 'l' && p[1] == 'l' ? 'L' : *p;
        p += out->size == 'L' ? 2 : 1;
    }
    if (*p == 's' || *p == 'c' || *p == '%') {
        out->kind = out->size == 0 ? *p : '\0';
    } else if (*p == 'd' || *p == 'u') {
        out->kind = out->precision < 0 ? *p : '\0';
    }
    return out->kind == '\0' ? p : p + 1;
}

static void
put_signed(struct writing *w, const struct directive *d, va_list *args)
{
    long long value = d->size == 'L'   ? va_arg(*args, long long)
                      : d->size == 'l' ? va_arg(*args, long)
                      : d->size == 'z' ? va_arg(*args, ssize_t)
                                       : va_arg(*args, int);

    put_number(w, value < 0,
               value < 0 ? 0 - (unsigned long long)value
                         : (unsigned long long)value);
}

static void
put_unsigned(struct writing *w, const struct directive *d, va_list *args)
{
    put_number(w, 0,
               d->size == 'L'   ? va_arg(*args, unsigned long long)
               : d->size == 'l' ? va_arg(*args, unsigned long)
               : d->size == 'z' ? va_arg(*args, size_t)
                                : va_arg(*args, unsigned));
}

static void
put_text(struct writing *w, const struct directive *d, va_list *args)
{
    const char *text = va_arg(*args, const char *);

    if (text == NULL) {
        text = d->precision >= 0 && d->precision < 6 ? "" : "(null)";
    }
    put(w, text,
        d->precision < 0 ? strlen(text) : strnlen(text, (size_t)d->precision));
}

static void
put_value(struct writing *w, const struct directive *d, va_list *args)
{
    char c;

    switch (d->kind) {
    case 's':
        put_text(w, d, args);
        break;
    case 'd':
        put_signed(w, d, args);
        break;
    case 'u':
        put_unsigned(w, d, args);
        break;
    case 'c':
        c = (char)va_arg(*args, int);
        put(w, &c, 1);
        break;
    default:
        put(w, "%", 1);
        break;
    }
}

int nj_str_vformat(char *out, size_t room, const char *fmt, va_list args)
{
    struct writing w = {out, room, 0};
    va_list mine;

    va_copy(mine, args);
    for (const char *p = fmt; *p != '\0';) {
        struct directive directive;
        size_t plain = strcspn(p, "%");

        put(&w, p, plain);
        p += plain;
        if (*p == '\0') {
            break;
        }
        p = read_directive(p + 1, &mine, &directive);
        if (directive.kind == '\0') { /* printf's to write, from the start */
            va_end(mine);
            return vsnprintf(out, room, fmt, args);
        }
        put_value(&w, &directive, &mine);
    }
    va_end(mine);
    if (room > 0) {
        out[w.len < room ? w.len : room - 1] = '\0';
    }
    return (int)w.len;
}

int nj_str_format(char *out, size_t room, const char *fmt, ...)
{
    va_list args;
    int len;

    va_start(args, fmt);
    len = nj_str_vformat(out, room, fmt, args);
    va_end(args);
    return len;
}
