/* base/late.h - a shared library brought in when first needed, so that a daemon
 * that never needs it carries neither its pages nor its start-up.
 *
 * The file that does so defines the library's functions under their own names
 * and passes each call on to the real one; its users include the library's
 * header and notice nothing, once the opening succeeded. */

#ifndef NJ_BASE_LATE_H
#define NJ_BASE_LATE_H

#include <pthread.h>
#include <stddef.h>

#include "base/err.h"

struct nj_late {
    const char *soname;       /* "libical.so.3" */
    const char *purpose;      /* for the error: "read calendars" */
    const char *const *names; /* COUNT functions */
    void **functions;         /* COUNT: where they are, filled once */
    size_t count;
    pthread_mutex_t lock;
    int open;
};

/* What a file of forwards begins with, once a list of names stands as
 * `#define FUNCTIONS(ROW) ROW(one) ROW(two)`: defines `static struct nj_late
 * library`, and with it what NJ_LATE_REAL(name) calls. */
#define NJ_LATE_PLACE(name) NJ_LATE_AT_##name,
#define NJ_LATE_NAME(name) #name,
#define NJ_LATE_LIBRARY(FUNCTIONS, SONAME, PURPOSE)                            \
    enum { FUNCTIONS(NJ_LATE_PLACE) NJ_LATE_COUNT };                           \
    static const char *const late_names[] = {FUNCTIONS(NJ_LATE_NAME)};         \
    static void *late_functions[NJ_LATE_COUNT];                                \
    static struct nj_late library = {                                          \
        .soname = SONAME,                                                      \
        .purpose = PURPOSE,                                                    \
        .names = late_names,                                                   \
        .functions = late_functions,                                           \
        .count = NJ_LATE_COUNT,                                                \
        .lock = PTHREAD_MUTEX_INITIALIZER,                                     \
    };
/* The library's own NAME; only after nj_late_open() succeeded. */
#define NJ_LATE_REAL(name)                                                     \
    (__extension__(__typeof__(&(name))) late_functions[NJ_LATE_AT_##name])

/* Bring LATE's library in and find its functions; again: nothing. It stays for
 * the life of the process. Returns 0, or NJ_E_NOTFOUND with what is missing
 * (and may be tried again). Any thread. */
int nj_late_open(struct nj_late *late, struct nj_err *err) NJ_MUST;

#endif
