#include "source/json_mend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"

enum { SAFE_DIGITS = 15 }; /* any number of so many digits fits 53 bits */

struct mender {
    const char *at;
    const char *end;
    const char *kept; /* what lies before is in OUT */
    struct nj_buf *out;
    int in_string;
};

/* Put TEXT in the place of the next LEN bytes. */
static void replace(struct mender *m, size_t len, const char *text)
{
    (void)nj_buf_add(m->out, m->kept, (size_t)(m->at - m->kept));
    (void)nj_buf_adds(m->out, text);
    m->at += len;
    m->kept = m->at;
}

static size_t left(const struct mender *m)
{
    return (size_t)(m->end - m->at);
}

/* ---- inside strings ----------------------------------------------------- */

/* The value of \uXXXX at P, or -1. */
static int unit_at(const struct mender *m, const char *p)
{
    unsigned char bytes[2];
    char hex[5] = "";

    if (m->end - p < 6 || p[0] != '\\' || p[1] != 'u') {
        return -1;
    }
    memcpy(hex, p + 2, 4);
    return nj_unhex(hex, bytes, 2) == 0 ? bytes[0] << 8 | bytes[1] : -1;
}

static void mend_escape(struct mender *m)
{
    int unit = unit_at(m, m->at);
    int next;

    if (unit < 0) { /* another escape, or none: the reader judges */
        m->at += left(m) > 1 ? 2 : 1;
        return;
    }
    if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff)) {
        replace(m, 6, "\xef\xbf\xbd");
        return;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        next = unit_at(m, m->at + 6);
        if (next < 0xdc00 || next > 0xdfff) {
            replace(m, 6, "\xef\xbf\xbd");
            return;
        }
        m->at += 6;
    }
    m->at += 6;
}

static void mend_string(struct mender *m)
{
    unsigned char c = (unsigned char)*m->at;
    char escaped[8];
    uint32_t cp;
    size_t n;

    if (c == '\\') {
        mend_escape(m);
    } else if (c == '"') {
        m->in_string = 0;
        m->at++;
    } else if (c < 0x20) {
        (void)snprintf(escaped, sizeof escaped, "\\u%04x", c);
        replace(m, 1, c == 0 ? "\xef\xbf\xbd" : escaped);
    } else {
        n = c < 0x80 ? 1 : nj_utf8_decode(m->at, left(m), &cp);
        if (n == 0) {
            replace(m, 1, "\xef\xbf\xbd");
        } else {
            m->at += n;
        }
    }
}

/* ---- between strings ---------------------------------------------------- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void mend_number(struct mender *m)
{
    const char *p = m->at + (*m->at == '-');
    const char *digits = p;
    char quoted[80];
    size_t len;

    while (p < m->end && is_digit(*p)) {
        p++;
    }
    len = (size_t)(p - m->at);
    if (p < m->end && (*p == '.' || *p == 'e' || *p == 'E')) {
        while (p < m->end && (is_digit(*p) || strchr(".eE+-", *p) != NULL)) {
            p++;
        }
        m->at = p;
        return;
    }
    if ((size_t)(p - digits) <= SAFE_DIGITS || len + 3 > sizeof quoted) {
        m->at = p > m->at ? p : m->at + 1;
        return;
    }
    (void)snprintf(quoted, sizeof quoted, "\"%.*s\"", (int)len, m->at);
    replace(m, len, quoted);
}

static int mend_word(struct mender *m, const char *word)
{
    size_t n = strlen(word);

    if (left(m) < n || memcmp(m->at, word, n) != 0) {
        return 0;
    }
    replace(m, n, "null");
    return 1;
}

static void mend_between(struct mender *m)
{
    char c = *m->at;

    if (c == '"') {
        m->in_string = 1;
        m->at++;
    } else if ((c == '-' && mend_word(m, "-Infinity")) ||
               (c == 'N' && mend_word(m, "NaN")) ||
               (c == 'I' && mend_word(m, "Infinity"))) {
        return;
    } else if (c == '-' || is_digit(c)) {
        mend_number(m);
    } else {
        m->at++;
    }
}

/* Whether there can be anything to mend; most answers are sound. */
static void mend_all(struct mender *m)
{
    if (left(m) >= 3 && memcmp(m->at, "\xef\xbb\xbf", 3) == 0) {
        replace(m, 3, "");
    }
    while (m->at < m->end) {
        if (m->in_string) {
            mend_string(m);
        } else {
            mend_between(m);
        }
    }
}

int nj_json_mend(const char *text,
                 size_t len,
                 size_t max_bytes,
                 cJSON **out,
                 struct nj_err *err)
{
    struct nj_buf buf;
    struct mender m = {
        .at = text, .end = text + len, .kept = text, .out = &buf};
    struct nj_err first = {0};
    int code;

    if (len > max_bytes) {
        return nj_err_set(err, NJ_E_TOOBIG, "JSON of %zu bytes, at most %zu",
                          len, max_bytes);
    }
    nj_buf_init(&buf, 6 * len + 64); /* a control byte becomes six */
    mend_all(&m);
    if (m.kept == text) {
        nj_buf_finish(&buf);
        return nj_json_parse(text, len, max_bytes, out, err);
    }
    code = nj_buf_add(&buf, m.kept, (size_t)(m.end - m.kept));
    if (code == 0) {
        code = nj_json_parse(buf.data, buf.len, buf.len, out, &first);
    }
    nj_buf_finish(&buf);
    if (code == NJ_E_INVALID) {
        /* tell the place in what was sent, not in what we made of it */
        cJSON *unused = NULL;

        if (nj_json_parse(text, len, max_bytes, &unused, err) == 0) {
            cJSON_Delete(unused);
            return nj_err_set(err, code, "%s", first.text);
        }
        return code;
    }
    return code == 0 ? 0 : nj_err_set(err, code, "JSON: no memory");
}

const char *nj_json_words(const cJSON *item, char room[NJ_JSON_ROOM])
{
    const double most = 9007199254740992.0; /* 2^53 */

    if (cJSON_IsString(item)) {
        return item->valuestring;
    }
    if (cJSON_IsBool(item)) {
        return cJSON_IsTrue(item) ? "true" : "false";
    }
    if (!cJSON_IsNumber(item)) {
        return NULL;
    }
    if (item->valuedouble == floor(item->valuedouble) &&
        fabs(item->valuedouble) <= most) {
        (void)snprintf(room, NJ_JSON_ROOM, "%.0f", item->valuedouble);
    } else {
        (void)snprintf(room, NJ_JSON_ROOM, "%.17g", item->valuedouble);
    }
    return room;
}
