/* base/buf.h - a growing byte buffer with a maximum given at birth.
 *
 * Appending never needs a check at each call: the first failure sticks in
 * `status`, later appends do nothing, and the owner looks once at the end.
 * The content always ends with a NUL that is not counted.
 */

#ifndef NJ_BASE_BUF_H
#define NJ_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct nj_buf {
    char *data;       /* owned; NULL until something was appended */
    size_t len;       /* bytes, without the NUL */
    size_t room;      /* bytes allocated */
    size_t max_bytes; /* len never passes this */
    int status;       /* 0, NJ_E_TOOBIG or NJ_E_NOMEM: sticks */
};

/* Set BUF up, empty, to hold at most MAX_BYTES. Allocates nothing. */
void nj_buf_init(struct nj_buf *buf, size_t max_bytes);

/* Append; on failure BUF keeps what it had and `status` is set. Returns
 * `status`, which may be ignored until the end. */
int nj_buf_add(struct nj_buf *buf, const void *bytes, size_t len);
int nj_buf_adds(struct nj_buf *buf, const char *text);
int nj_buf_addc(struct nj_buf *buf, char c);
/* VALUE in decimal digits. */
int nj_buf_addi(struct nj_buf *buf, int64_t value);
/* TEXT with & < > " as references, so that no markup language sees any. */
int nj_buf_add_plain(struct nj_buf *buf, const char *text);
int nj_buf_addf(struct nj_buf *buf, const char *fmt, ...) NJ_PRINTF(2, 3);
int nj_buf_vaddf(struct nj_buf *buf, const char *fmt, va_list args)
    NJ_PRINTF(2, 0);

/* The content as a string; "" when empty. Lent until the next append. */
const char *nj_buf_text(const struct nj_buf *buf);

/* Hand the content to the caller, who frees it, and leave BUF empty with its
 * maximum. Never NULL on a healthy buffer ("" when empty); NULL when `status`
 * is set or memory ran out. */
char *nj_buf_take(struct nj_buf *buf);

/* Forget the content and `status` but keep the memory. */
void nj_buf_clear(struct nj_buf *buf);

/* Drop the first LEN bytes (at most all). */
void nj_buf_drop(struct nj_buf *buf, size_t len);

/* Free; BUF is then as after nj_buf_init. Safe on a zeroed one. */
void nj_buf_finish(struct nj_buf *buf);

#endif
