/* io/frame.h - cuts a stream of bytes into lines. Pure: bytes in, lines out,
 * no file, no loop; what the command socket and its fuzzer share.
 *
 *     while more bytes come:  nj_frame_feed, then nj_frame_next until not 1
 */

#ifndef NJ_IO_FRAME_H
#define NJ_IO_FRAME_H

#include <stddef.h>

#include "base/buf.h"

/* Most bytes of one nj_frame_feed. */
enum { NJ_FRAME_CHUNK = 64 << 10 };

struct nj_frame {
    struct nj_buf buf; /* owned */
    size_t start;      /* where the first line not given out begins */
    size_t looked;     /* no newline before this */
    size_t max_line;   /* bytes, without the newline */
};

/* Set FRAME up for lines of at most MAX_LINE bytes. Allocates nothing. */
void nj_frame_init(struct nj_frame *frame, size_t max_line);

/* Take LEN bytes (at most NJ_FRAME_CHUNK). All lines must have been taken out
 * before; a line lent by nj_frame_next ends here. 0, NJ_E_NOMEM, or NJ_E_TOOBIG
 * (too much at once); then nothing was taken. */
int nj_frame_feed(struct nj_frame *frame,
                  const void *bytes,
                  size_t len) NJ_MUST;

/* The next whole line into *OUT, without its newline, with a NUL behind, lent
 * until the next call. Returns 1; 0 when there is none yet; NJ_E_TOOBIG (a line
 * is or will be over the maximum) or NJ_E_INVALID (a NUL byte), each again and
 * again: there is no way on. */
int nj_frame_next(struct nj_frame *frame,
                  const char **out,
                  size_t *out_len) NJ_MUST;

/* Bytes of the unfinished line, when nj_frame_next has returned 0. */
size_t nj_frame_held(const struct nj_frame *frame);

/* Free; FRAME is then as after nj_frame_init. Safe on a zeroed one. */
void nj_frame_finish(struct nj_frame *frame);

#endif
