/* base/json.h - JSON in (cJSON, bounded and checked) and JSON out (a writer
 * that cannot produce broken JSON from broken text).
 *
 * Reading refuses what cJSON alone lets pass (RFC 8259): bytes that are not
 * UTF-8, U+0000, trailing garbage, nesting past NJ_LIMIT_DEPTH, sizes past the
 * caller's limit. Large integers lose digits in cJSON: ids travel as text.
 */

#ifndef NJ_BASE_JSON_H
#define NJ_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Parse TEXT[0..LEN), at most MAX_BYTES, into a tree the caller frees with
 * cJSON_Delete. Returns 0; NJ_E_TOOBIG; NJ_E_INVALID with line and column in
 * ERR; NJ_E_NOMEM. On failure *OUT is untouched. */
int nj_json_parse(const char *text,
                  size_t len,
                  size_t max_bytes,
                  cJSON **out,
                  struct nj_err *err) NJ_MUST;

/* Member NAME of OBJECT (may be NULL) as text, else NULL. Lent by the tree. */
const char *nj_json_text(const cJSON *object, const char *name);

/* Member NAME of OBJECT as a number, else FALLBACK. */
double nj_json_number(const cJSON *object, const char *name, double fallback);

/* Member NAME of OBJECT as a whole number within +-2^53, else FALLBACK. */
int64_t nj_json_int(const cJSON *object, const char *name, int64_t fallback);

/* The node at JSON pointer POINTER (RFC 6901; "" is ROOT itself), or NULL. */
const cJSON *nj_json_at(const cJSON *root, const char *pointer);

/* Writer. Each call appends to OUT with commas put in as needed; KEY is NULL
 * inside arrays and for the document itself. Text that is not UTF-8 has its
 * bad bytes replaced by U+FFFD. Failures stick in OUT->status. */
struct nj_jw {
    struct nj_buf *out;
    int depth;      /* open objects and arrays */
    int need_comma; /* something stands before at this level */
};

void nj_jw_init(struct nj_jw *w, struct nj_buf *out);
void nj_jw_open(struct nj_jw *w, const char *key, char bracket); /* '{' '[' */
void nj_jw_close(struct nj_jw *w, char bracket);                 /* '}' ']' */
void nj_jw_text(struct nj_jw *w, const char *key, const char *text);
void nj_jw_textn(struct nj_jw *w,
                 const char *key,
                 const char *text,
                 size_t len);
void nj_jw_int(struct nj_jw *w, const char *key, int64_t value);
/* DIGITS after the point, 0..6; NaN and infinities become null. */
void nj_jw_number(struct nj_jw *w, const char *key, double value, int digits);
void nj_jw_bool(struct nj_jw *w, const char *key, int value);
void nj_jw_null(struct nj_jw *w, const char *key);
/* JSON that is already well-formed, as it is. */
void nj_jw_raw(struct nj_jw *w, const char *key, const char *json);

#endif
