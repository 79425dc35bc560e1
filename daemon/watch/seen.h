/* watch/seen.h - which posts were seen before: a quick "surely new" in front of
 * the store, and the ids that are being judged right now.
 *
 * The filter is a blocked Bloom filter of 4 MiB: one cache line a question,
 * under 1% false at two million posts. It may say "perhaps" wrongly, "new"
 * never; until every stored id was put in, it says "perhaps" to all. Keys are
 * nj_post_key's. */

#ifndef NJ_WATCH_SEEN_H
#define NJ_WATCH_SEEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

struct nj_seen {
    uint64_t *bits;             /* owned */
    int complete;               /* every stored id is in */
    struct nj_multimap judging; /* ids between judgement and disk */
};

/* 0 or NJ_E_NOMEM. */
int nj_seen_init(struct nj_seen *seen) NJ_MUST;
void nj_seen_finish(struct nj_seen *seen);

void nj_seen_add(struct nj_seen *seen, uint64_t key);

/* 0: surely never stored. 1: ask the store. */
int nj_seen_perhaps(const struct nj_seen *seen, uint64_t key);

/* The post is being judged: begin, is it, end. */
int nj_seen_judging_begin(struct nj_seen *seen, uint64_t key) NJ_MUST;
int nj_seen_judging(const struct nj_seen *seen, uint64_t key);
void nj_seen_judging_end(struct nj_seen *seen, uint64_t key);

#endif
