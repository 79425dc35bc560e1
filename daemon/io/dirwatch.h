/* io/dirwatch.h - tells when something appears or changes in a directory
 * (inotify through libuv), with the usual caveat: it is a hint to look, and a
 * watch that overflows or dies says so with NAME NULL. Loop thread only. */

#ifndef NJ_IO_DIRWATCH_H
#define NJ_IO_DIRWATCH_H

#include "io/loop.h"

struct nj_dirwatch; /* opaque */

int nj_dirwatch_open(struct nj_loop *loop,
                     const char *path,
                     void (*on_change)(void *ctx, const char *name),
                     void *ctx,
                     struct nj_dirwatch **out,
                     struct nj_err *err) NJ_MUST;
void nj_dirwatch_close(struct nj_dirwatch *watch,
                       void (*on_closed)(void *ctx),
                       void *ctx);

#endif
