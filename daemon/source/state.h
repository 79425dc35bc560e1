/* source/state.h - what a source remembers between two reads: the cursor.
 *
 *   since      posts said before this page nobody (first start - backfill)
 *   baseline   the first read is not through yet
 *   high       the newest date seen, for {since} of an API
 *   floor      in a window wider than we can remember: what is dated at or
 *              before counts as seen
 *   seen       ids and contents, as hashes: the latest window whole, and the
 *              newest of what fell out of it (it may come back)
 *   etag, modified, url, next: what the server gave us to give back
 *
 * Saved as JSON with the posts, in one transaction. Pure, any thread.
 */

#ifndef NJ_SOURCE_STATE_H
#define NJ_SOURCE_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* One post seen. */
struct nj_seen {
    uint64_t id;   /* hash of its id, never 0 */
    uint32_t raw;  /* hash of its content as it came */
    uint32_t text; /* hash of its content as people read it */
};

struct nj_state {
    int64_t since_ms;
    int64_t high_ms;
    int64_t floor_ms;
    struct nj_seen *seen; /* owned; longest unseen first */
    size_t count;
    int baseline;
    char *etag;     /* owned, byte for byte as received; NULL: none */
    char *modified; /* owned, likewise */
    char *url;      /* owned; where the source has moved for good; or NULL */
    char *next;     /* owned; an API's own cursor; or NULL */
};

/* A source never read before, that watches since SINCE_MS. */
void nj_state_init(struct nj_state *state, int64_t since_ms);

/* Read a saved CURSOR into OUT (not initialised). Fields that are missing or
 * unknown do not matter. 0; NJ_E_INVALID with a sentence (not JSON of ours, or
 * written by a newer nightjar); NJ_E_NOMEM. On failure OUT is untouched. */
int nj_state_read(const char *cursor,
                  struct nj_state *out,
                  struct nj_err *err) NJ_MUST;

/* Append the cursor to OUT, whose status tells failures. */
void nj_state_write(const struct nj_state *state, struct nj_buf *out);

/* Replace *FIELD (one of the owned texts) by a copy of TEXT (may be NULL). 0 or
 * NJ_E_NOMEM (as it was). */
int nj_state_set(char **field, const char *text) NJ_MUST;

/* Free and zero. */
void nj_state_finish(struct nj_state *state);

#endif
