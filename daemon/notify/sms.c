#include "notify/sms.h"

#include <stdint.h>
#include <string.h>

#include "base/str.h"

/* TS 23.038 table 6.2.1 beyond ASCII, in rising order. */
static const uint16_t gsm_others[] = {
    0xa1,  0xa3,  0xa4,  0xa5,  0xa7,  0xbf,  0xc4,  0xc5,  0xc6,  0xc7,
    0xc9,  0xd1,  0xd6,  0xd8,  0xdc,  0xdf,  0xe0,  0xe4,  0xe5,  0xe6,
    0xe8,  0xe9,  0xec,  0xf1,  0xf2,  0xf6,  0xf8,  0xf9,  0xfc,  0x393,
    0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9,
};

/* Septets of CP: 1, 2 in the extension table, 0 not in the alphabet. */
static size_t gsm_septets(uint32_t cp)
{
    if (cp == 0x20ac || (cp == '\f') ||
        (cp < 0x80 && cp > 0 && strchr("^{}\\[~]|", (int)cp) != NULL)) {
        return 2;
    }
    if (cp == '\n' || cp == '\r') {
        return 1;
    }
    if (cp >= 0x20 && cp < 0x7f) {
        return cp != '`';
    }
    for (size_t i = 0; i < sizeof gsm_others / sizeof gsm_others[0]; i++) {
        if (gsm_others[i] == cp) {
            return 1;
        }
    }
    return 0;
}

int nj_sms_is_gsm(const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len;) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);

        if (n == 0 || gsm_septets(cp) == 0) {
            return 0;
        }
        at += n;
    }
    return 1;
}

static size_t units_of(uint32_t cp, int gsm)
{
    if (gsm) {
        return gsm_septets(cp);
    }
    return cp > 0xffff ? 2 : 1;
}

size_t nj_sms_units(const char *text, size_t len, int gsm)
{
    size_t units = 0;

    for (size_t at = 0; at < len;) {
        uint32_t cp = 0xfffd;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);

        units += units_of(cp, gsm);
        at += n == 0 ? 1 : n;
    }
    return units;
}

size_t nj_sms_cut(const char *text, size_t units, int gsm)
{
    size_t len = strlen(text);
    size_t at = 0;

    while (at < len) {
        uint32_t cp = 0xfffd;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);
        size_t cost = units_of(cp, gsm);

        if (cost > units) {
            return nj_utf8_cut(text, len, at);
        }
        units -= cost;
        at += n == 0 ? 1 : n;
    }
    return len;
}

static const char *simple_form(uint32_t cp)
{
    switch (cp) {
    case 0x2018:
    case 0x2019:
    case 0x201a:
    case 0x201b:
    case 0x2032:
    case 0xb4:
    case '`':
        return "'";
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x2033:
    case 0xab:
    case 0xbb:
        return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return "-";
    case 0x2022:
    case 0xb7:
        return "*";
    case 0x2026:
        return "...";
    default:
        return NULL;
    }
}

void nj_sms_simplify(struct nj_buf *out, const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len;) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(text + at, len - at, &cp);
        const char *simple = n == 0 ? "?" : simple_form(cp);

        if (simple != NULL) {
            (void)nj_buf_adds(out, simple);
        } else {
            (void)nj_buf_add(out, text + at, n);
        }
        at += n == 0 ? 1 : n;
    }
}
