/* base/err.h - how a failure is told: a code for the caller, a sentence for
 * the person.
 *
 * Every fallible function returns 0 or a negative NJ_E_*. Where a person will
 * read the reason it also takes `struct nj_err *err` last; a NULL err is
 * allowed and silent. The sentence says what, where and what to do, and is
 * wrapped on the way up: "open store: /var/lib/nightjar: permission denied".
 */

#ifndef NJ_BASE_ERR_H
#define NJ_BASE_ERR_H

#define NJ_MUST __attribute__((warn_unused_result))
#define NJ_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum nj_code {
    NJ_OK = 0,
    NJ_E_NOMEM = -1,     /* memory ran out */
    NJ_E_INVALID = -2,   /* input that is not what it must be */
    NJ_E_TOOBIG = -3,    /* a limit of base/limits.h was reached */
    NJ_E_NOTFOUND = -4,  /* no such thing */
    NJ_E_EXISTS = -5,    /* it is already there */
    NJ_E_STATE = -6,     /* not possible in the present state */
    NJ_E_DENIED = -7,    /* not allowed */
    NJ_E_IO = -8,        /* disk or operating system refused */
    NJ_E_NET = -9,       /* peer or network failed; may work later */
    NJ_E_TIMEOUT = -10,  /* it took too long; may work later */
    NJ_E_REFUSED = -11,  /* peer refused for good; the same again is useless */
    NJ_E_CANCELED = -12, /* we closed before it was done */
    NJ_E_AGAIN = -13,    /* busy now, try later */
    NJ_E_CORRUPT = -14,  /* stored data is damaged */
    NJ_E_STALE = -15,    /* the world moved on since the caller looked */
};

enum { NJ_ERR_TEXT = 512 }; /* bytes of a sentence with its NUL */

struct nj_err {
    int code; /* NJ_E_*, 0 while unset */
    char text[NJ_ERR_TEXT];
};

/* Fill ERR (may be NULL) with CODE and a sentence; too long ones are cut at
 * the end. Returns CODE, so that `return nj_err_set(...)` reads well. */
int nj_err_set(struct nj_err *err, int code, const char *fmt, ...)
    NJ_PRINTF(3, 4);

/* Put "PREFIX: " before the sentence of ERR (may be NULL; may be unset).
 * Returns CODE unchanged. */
int nj_err_wrap(struct nj_err *err, int code, const char *fmt, ...)
    NJ_PRINTF(3, 4);

/* Short name of CODE for logs, "no memory", never NULL. Static. */
const char *nj_code_name(int code);

#endif
