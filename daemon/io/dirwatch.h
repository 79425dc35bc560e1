/* io/dirwatch.h - tells when something appears or changes in a directory
 * (inotify, polled by libuv), with the usual caveat: it is a hint to look.
 *
 * Where the kernel lost count, and when the directory itself has gone or moved,
 * the hint has no name: look at everything. A watch whose directory has gone
 * hears nothing more; close it, and open a new one once it is back. (libuv's
 * own uv_fs_event keeps silent about a lost count, so it is not used.)
 *
 * Loop thread only; not for virtual loops.
 */

#ifndef NJ_IO_DIRWATCH_H
#define NJ_IO_DIRWATCH_H

#include "io/loop.h"

struct nj_dirwatch; /* opaque */

/* Watch the directory PATH: files made, moved in, written, closed after
 * writing. ON_CHANGE gets the NAME within it, lent for the call, or NULL as
 * above; it may close the watch. Keeps nj_loop_run from ending. Returns 0,
 * NJ_E_NOTFOUND (no such directory), NJ_E_DENIED (may not read it), NJ_E_IO
 * (the system has no watch left to give) or NJ_E_NOMEM. */
int nj_dirwatch_open(struct nj_loop *loop,
                     const char *path,
                     void (*on_change)(void *ctx, const char *name),
                     void *ctx,
                     struct nj_dirwatch **out,
                     struct nj_err *err) NJ_MUST;

/* No hint comes after this; ON_CLOSED (may be NULL) does, never inside. */
void nj_dirwatch_close(struct nj_dirwatch *watch,
                       void (*on_closed)(void *ctx),
                       void *ctx);

#endif
