#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"

static int
refuse(const char *text, size_t at, const char *what, struct nj_err *err)
{
    size_t line = 1;
    size_t column = 1;

    for (size_t i = 0; i < at; i++) {
        column++;
        if (text[i] == '\n') {
            line++;
            column = 1;
        }
    }
    return nj_err_set(err, NJ_E_INVALID, "JSON line %zu column %zu: %s", line,
                      column, what);
}

/* Four hex digits that cJSON would not take for U+0000: it reads "00zz" so. */
static int is_unit(const char *text, size_t len)
{
    int any = 0;

    for (size_t i = 0; i < 4; i++) {
        if (i >= len || strchr("0123456789abcdefABCDEF", text[i]) == NULL ||
            text[i] == '\0') {
            return 0;
        }
        any |= text[i] != '0';
    }
    return any;
}

/* What cJSON 1.7.15 would let pass or mangle, in one pass before it. */
static int check_text(const char *text, size_t len, struct nj_err *err)
{
    int depth = 0;
    int in_string = 0;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '\0') {
            return refuse(text, i, "a NUL byte", err);
        }
        if (in_string && c == '\\') {
            if (len - i >= 2 && text[i + 1] == 'u' &&
                !is_unit(text + i + 2, len - i - 2)) {
                return refuse(text, i,
                              "\\u needs four hex digits, and not 0000", err);
            }
            i++;
        } else if (in_string && (unsigned char)c < 0x20) {
            return refuse(text, i, "a control byte inside a string", err);
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '{' || c == '[')) {
            if (++depth > NJ_LIMIT_DEPTH) {
                return refuse(text, i, "nested too deep", err);
            }
        } else if (!in_string && (c == '}' || c == ']')) {
            depth--;
        }
    }
    if (!nj_utf8_valid(text, len)) {
        return nj_err_set(err, NJ_E_INVALID, "JSON is not UTF-8");
    }
    return 0;
}

/* ---- whose fault -------------------------------------------------------- */

/* cJSON does not say whether it ran out of memory or of sense. What the text is
 * tells: READ_* move AT behind what they are named for, or give NULL. */
static const char *read_value(const char *at, const char *end);

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at) != NULL) {
        at++;
    }
    return at;
}

/* A string; its inside was checked before. */
static const char *read_string(const char *at, const char *end)
{
    if (at >= end || *at != '"') {
        return NULL;
    }
    for (at++; at < end && *at != '"'; at++) {
        if (*at == '\\' &&
            (++at >= end || strchr("\"\\/bfnrtu", *at) == NULL)) {
            return NULL;
        }
    }
    return at < end ? at + 1 : NULL;
}

static const char *read_digits(const char *at, const char *end)
{
    const char *start = at;

    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at > start ? at : NULL;
}

static const char *read_number(const char *at, const char *end)
{
    const char *start = at;

    at = read_digits(at < end && *at == '-' ? at + 1 : at, end);
    if (at != NULL && at < end && *at == '.') {
        at = read_digits(at + 1, end);
    }
    if (at != NULL && at < end && (*at | 0x20) == 'e') {
        at++;
        at = read_digits(at < end && (*at == '-' || *at == '+') ? at + 1 : at,
                         end);
    }
    /* cJSON takes no longer ones */
    return at != NULL && at - start < 64 ? at : NULL;
}

/* The inside of [ ] or { } behind its bracket, up to CLOSE. */
static const char *read_list(const char *at, const char *end, char close)
{
    at = skip_blanks(at, end);
    if (at < end && *at == close) {
        return at + 1;
    }
    for (;;) {
        if (close == '}') {
            at = read_string(skip_blanks(at, end), end);
            at = at == NULL ? NULL : skip_blanks(at, end);
            if (at == NULL || at >= end || *at++ != ':') {
                return NULL;
            }
        }
        at = read_value(skip_blanks(at, end), end);
        at = at == NULL ? NULL : skip_blanks(at, end);
        if (at == NULL || at >= end) {
            return NULL;
        }
        if (*at == close) {
            return at + 1;
        }
        if (*at++ != ',') {
            return NULL;
        }
    }
}

/* Nesting was limited before. */
static const char *read_value(const char *at, const char *end)
{
    static const char *const words[] = {"true", "false", "null"};

    if (at >= end) {
        return NULL;
    }
    if (*at == '{' || *at == '[') {
        return read_list(at + 1, end, *at == '{' ? '}' : ']');
    }
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);

        if ((size_t)(end - at) >= n && memcmp(at, words[i], n) == 0) {
            return at + n;
        }
    }
    return *at == '"' ? read_string(at, end) : read_number(at, end);
}

static int begins_with_json(const char *text, size_t len)
{
    return read_value(skip_blanks(text, text + len), text + len) != NULL;
}

int nj_json_parse(const char *text,
                  size_t len,
                  size_t max_bytes,
                  cJSON **out,
                  struct nj_err *err)
{
    const char *end = text;
    cJSON *tree;
    int code;

    if (len > max_bytes) {
        return nj_err_set(err, NJ_E_TOOBIG, "JSON of %zu bytes, at most %zu",
                          len, max_bytes);
    }
    code = check_text(text, len, err);
    if (code != 0) {
        return code;
    }
    tree = cJSON_ParseWithLengthOpts(text, len, &end, 0);
    if (tree == NULL && begins_with_json(text, len)) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory for JSON of %zu bytes",
                          len);
    }
    if (tree == NULL) {
        return refuse(text, end < text ? 0 : (size_t)(end - text),
                      "not JSON from here on", err);
    }
    while (end < text + len && strchr(" \t\r\n", *end) != NULL) {
        end++;
    }
    if (end < text + len) {
        cJSON_Delete(tree);
        return refuse(text, (size_t)(end - text), "text after the end", err);
    }
    *out = tree;
    return 0;
}

const char *nj_json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

double nj_json_number(const cJSON *object, const char *name, double fallback)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

int64_t nj_json_int(const cJSON *object, const char *name, int64_t fallback)
{
    const double most = 9007199254740992.0; /* 2^53 */
    double value = nj_json_number(object, name, NAN);

    if (!(value >= -most && value <= most) || value != floor(value)) {
        return fallback;
    }
    return (int64_t)value;
}

static const cJSON *step_into(const cJSON *node, const char *token)
{
    int64_t index;

    if (cJSON_IsObject(node)) {
        return cJSON_GetObjectItemCaseSensitive(node, token);
    }
    if (cJSON_IsArray(node) && nj_str_int(token, &index) == 0 && index >= 0 &&
        index < cJSON_GetArraySize(node)) {
        return cJSON_GetArrayItem(node, (int)index);
    }
    return NULL;
}

const cJSON *nj_json_at(const cJSON *root, const char *pointer)
{
    const cJSON *node = root;
    const char *p = pointer;

    while (node != NULL && *p == '/') {
        char token[256];
        size_t n = 0;

        for (p++; *p != '\0' && *p != '/'; p++) {
            char c = *p;

            if (c == '~' && (p[1] == '0' || p[1] == '1')) {
                c = *++p == '0' ? '~' : '/';
            }
            if (n + 1 >= sizeof token) {
                return NULL;
            }
            token[n++] = c;
        }
        token[n] = '\0';
        node = step_into(node, token);
    }
    return *p == '\0' ? node : NULL;
}
