/* source/poller.h - the doing part of every source that is polled over HTTP:
 * when, fetch, read, hand over, remember. The reader says which address and
 * what an answer means; all waiting is here.
 *
 *        timer                     200                 taken
 *   IDLE ------> FETCHING ------------------> HANDING --------> IDLE
 *    ^              |    read, sift, cursor    |   ^   done(0): the state is
 *    |              |                     busy |   |   taken over
 *    |   304,       |                          v   | again
 *    +---- failed --+                          HELD
 *
 * Nothing is remembered that the sink did not call durable, so a crash or a
 * full store costs a second fetch and no post. Loop thread only.
 */

#ifndef NJ_SOURCE_POLLER_H
#define NJ_SOURCE_POLLER_H

#include "source/draft.h"
#include "source/source.h"
#include "source/state.h"

/* What came of reading an answer. Zeroed before. */
struct nj_reading {
    int64_t ttl_ms;  /* the document's wish for rest; 0 none */
    int torn;        /* it breaks off: ask for the whole the next time */
    char *next;      /* malloc'd, taken over: where to go on; NULL: the end */
    int next_counts; /* NEXT matters beyond max_pages: posts are behind it */
    int64_t wait_ms; /* the server's limits are used up for so long; 0: not */
};

/* How to read one kind of source. */
struct nj_reader {
    void *ctx;          /* the reader's own */
    const char *accept; /* media types; static */
    int is_conditional; /* the same address gives the same document: ask with
                           If-None-Match, follow permanent redirects */
    unsigned max_pages; /* answers read one after the other, 1 or more */
    /* Append the address to ask to OUT. 0, NJ_E_INVALID with a sentence. */
    int (*address)(void *ctx,
                   const char *url,
                   const struct nj_state *state,
                   struct nj_buf *out,
                   struct nj_err *err);
    /* Give the posts of ANSWER (of status 200) to TAKING. 0; NJ_E_INVALID with
     * a sentence; NJ_E_NOMEM. May be called twice for one answer. */
    int (*read)(void *ctx,
                const struct nj_answer *answer,
                struct nj_taking *taking,
                struct nj_reading *out,
                struct nj_err *err);
    void (*destroy)(void *ctx);
};

/* Open a polled source of the type OPS; READER is taken over, also on failure.
 * As nj_source_ops.open. */
int nj_poller_open(const struct nj_source_ops *ops,
                   const struct nj_source_env *env,
                   const struct nj_node *node,
                   const struct nj_reader *reader,
                   struct nj_source **out,
                   struct nj_err *err) NJ_MUST;

/* The rest of the operations, for the connectors' tables. */
void nj_poller_poll_now(struct nj_source *source);
void nj_poller_status(const struct nj_source *source,
                      struct nj_source_status *out);
void nj_poller_close(struct nj_source *source,
                     void (*on_closed)(void *ctx),
                     void *ctx);

/* Bytes a source costs while it waits, without its texts: for the tests. */
size_t nj_poller_idle_bytes(void);

#endif
