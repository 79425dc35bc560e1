/* notify/form.h - application/x-www-form-urlencoded, both ways (URL Standard
 * 5; spaces are written "%20", which queries and forms both take). Pure. */

#ifndef NJ_NOTIFY_FORM_H
#define NJ_NOTIFY_FORM_H

#include <stddef.h>

#include "base/buf.h"

/* Append TEXT percent-encoded: only unreserved characters stand as they are. */
void nj_form_encode(struct nj_buf *out, const char *text);

/* Append "NAME=VALUE", after "&" when OUT is not empty. */
void nj_form_add(struct nj_buf *out, const char *name, const char *value);

enum { NJ_FORM_FIELDS = 64, NJ_FORM_BYTES = 64 << 10 };

struct nj_form_field {
    const char *name;
    const char *value; /* "" without one */
};

struct nj_form {
    struct nj_form_field fields[NJ_FORM_FIELDS]; /* lent by `text` */
    size_t count;
    char *text; /* owned */
};

/* Read BODY[0..LEN). Returns 0 and OUT, to be freed with nj_form_finish;
 * NJ_E_TOOBIG past NJ_FORM_BYTES or NJ_FORM_FIELDS; NJ_E_INVALID for a NUL,
 * plain or coded, a broken percent code, or what is not UTF-8; NJ_E_NOMEM. */
int nj_form_read(const char *body, size_t len, struct nj_form *out) NJ_MUST;
void nj_form_finish(struct nj_form *form);

/* The first value of NAME, or NULL. */
const char *nj_form_get(const struct nj_form *form, const char *name);

#endif
