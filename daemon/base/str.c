#include "base/str.h"

#include <stdio.h>
#include <string.h>

int nj_str_eq(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

int nj_str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int nj_str_int(const char *text, int64_t *out)
{
    int negative = text[0] == '-';
    const char *p = text + (negative || text[0] == '+');
    int64_t value = 0;

    if (!is_digit(*p)) {
        return NJ_E_INVALID;
    }
    for (; is_digit(*p); p++) {
        int digit = *p - '0';

        if (value > (INT64_MAX - digit) / 10) {
            return NJ_E_INVALID;
        }
        value = value * 10 + digit;
    }
    if (*p != '\0') {
        return NJ_E_INVALID;
    }
    *out = negative ? -value : value;
    return 0;
}

int nj_str_number(const char *text, double *out)
{
    int negative = text[0] == '-';
    const char *p = text + (negative || text[0] == '+');
    double value = 0;
    double place = 1;

    if (!is_digit(*p)) {
        return NJ_E_INVALID;
    }
    for (; is_digit(*p); p++) {
        value = value * 10 + (*p - '0');
    }
    if (*p == '.') {
        p++;
        if (!is_digit(*p)) {
            return NJ_E_INVALID;
        }
        for (; is_digit(*p); p++) {
            value = value * 10 + (*p - '0');
            place *= 10;
        }
    }
    if (*p != '\0') {
        return NJ_E_INVALID;
    }
    *out = (negative ? -value : value) / place;
    return 0;
}

static const struct {
    const char *name;
    int64_t ms;
} units[] = {
    /* longest names first; "m" must come after "ms" */
    {"ms", 1},        {"y", INT64_C(365) * 86400000},
    {"w", 604800000}, {"d", 86400000},
    {"h", 3600000},   {"m", 60000},
    {"s", 1000},
};

enum { UNITS = sizeof units / sizeof units[0] };

static const int64_t longest_ms = INT64_C(100) * 366 * 86400000;

static int read_unit(const char **p, int64_t *out_ms)
{
    for (size_t i = 0; i < UNITS; i++) {
        if (nj_str_starts(*p, units[i].name)) {
            *p += strlen(units[i].name);
            *out_ms = units[i].ms;
            return 0;
        }
    }
    return NJ_E_INVALID;
}

int nj_str_duration(const char *text, int64_t *out_ms)
{
    const char *p = text;
    int64_t sum = 0;

    if (strcmp(text, "0") == 0) {
        *out_ms = 0;
        return 0;
    }
    if (*p == '\0') {
        return NJ_E_INVALID;
    }
    while (*p != '\0') {
        int64_t value = 0;
        int64_t unit_ms = 0;

        if (!is_digit(*p)) {
            return NJ_E_INVALID;
        }
        for (; is_digit(*p) && value < longest_ms; p++) {
            value = value * 10 + (*p - '0');
        }
        if (read_unit(&p, &unit_ms) != 0 || value > longest_ms / unit_ms) {
            return NJ_E_INVALID;
        }
        sum += value * unit_ms;
        if (sum > longest_ms) {
            return NJ_E_INVALID;
        }
    }
    *out_ms = sum;
    return 0;
}

char *nj_str_duration_text(int64_t ms, char out[NJ_DURATION_TEXT])
{
    static const struct {
        const char *name;
        int64_t ms;
    } parts[] = {
        {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    size_t at = 0;

    if (ms == 0) {
        (void)snprintf(out, NJ_DURATION_TEXT, "0s");
        return out;
    }
    if (ms < 0) {
        out[at++] = '-';
        ms = -ms;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int64_t n = ms / parts[i].ms;

        if (n > 0 && at + 1 < NJ_DURATION_TEXT) {
            int wrote = snprintf(out + at, NJ_DURATION_TEXT - at, "%lld%s",
                                 (long long)n, parts[i].name);
            at += wrote < 0 ? 0 : (size_t)wrote;
        }
        ms %= parts[i].ms;
    }
    return out;
}

enum { NEAREST_BYTES = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[3][NEAREST_BYTES + 1];
    size_t na = strlen(a);
    size_t nb = strlen(b);

    if (na > NEAREST_BYTES || nb > NEAREST_BYTES) {
        return NEAREST_BYTES;
    }
    for (size_t j = 0; j <= nb; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        size_t *now = row[i % 3];
        size_t *up = row[(i - 1) % 3];
        size_t *up2 = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t cost = a[i - 1] != b[j - 1];

            now[j] = least(least(up[j] + 1, now[j - 1] + 1), up[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], up2[j - 2] + 1);
            }
        }
    }
    return row[na % 3][nb];
}

const char *
nj_str_nearest(const char *text, const char *const *names, size_t count)
{
    size_t best = strlen(text) / 3 + 1;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t d = edit_distance(text, names[i]);

        if (d < best || (d == best && found == NULL && d < strlen(names[i]))) {
            best = d;
            found = names[i];
        }
    }
    return found;
}

void nj_hex(const void *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * len] = '\0';
}

static int hex_digit(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

int nj_unhex(const char *hex, void *out, size_t len)
{
    unsigned char *p = out;

    if (strlen(hex) != 2 * len) {
        return NJ_E_INVALID;
    }
    for (size_t i = 0; i < 2 * len; i++) {
        if (hex_digit(hex[i]) < 0) {
            return NJ_E_INVALID;
        }
    }
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = hex_digit(hex[2 * i + 1]);

        p[i] = (unsigned char)(high * 16 + low);
    }
    return 0;
}

uint64_t nj_hash(const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < len; i++) {
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    }
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ (h >> 32);
}

uint64_t nj_hash_str(const char *text)
{
    return nj_hash(text, strlen(text));
}
