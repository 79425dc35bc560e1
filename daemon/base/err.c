#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int nj_err_set(struct nj_err *err, int code, const char *fmt, ...)
{
    va_list args;

    if (err == NULL) {
        return code;
    }
    err->code = code;
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    return code;
}

int nj_err_wrap(struct nj_err *err, int code, const char *fmt, ...)
{
    char inner[NJ_ERR_TEXT];
    size_t at;
    va_list args;
    int n;

    if (err == NULL) {
        return code;
    }
    if (err->code == 0) {
        (void)snprintf(inner, sizeof inner, "%s", nj_code_name(code));
    } else {
        memcpy(inner, err->text, sizeof inner);
    }
    err->code = code;
    va_start(args, fmt);
    n = vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    at = n < 0 ? 0 : (size_t)n;
    if (at + 3 < sizeof err->text) {
        (void)snprintf(err->text + at, sizeof err->text - at, ": %.*s",
                       (int)(sizeof err->text - at - 3), inner);
    }
    return code;
}

const char *nj_code_name(int code)
{
    static const char *const names[] = {
        "ok",          "no memory",      "not valid", "too big",
        "not found",   "already there",  "not now",   "not allowed",
        "disk failed", "network failed", "timed out", "refused",
        "cancelled",   "busy",           "damaged",   "overtaken",
    };

    if (code > 0 || code < NJ_E_STALE) {
        return "unknown";
    }
    return names[-code];
}
