/* source/sift.h - which posts of one answer are news, judged against what the
 * source remembers.
 *
 *   nj_sift_init   with the state and how many posts may be taken at once
 *   for each post  nj_sift_judge, then nj_sift_mark when it was taken or known
 *   nj_sift_again  when more were new than could be taken: read once more,
 *                  now the oldest of them are wanted
 *   nj_sift_close  the state after this read; to be taken over only when the
 *                  posts are durable
 *
 * By id, never by order: feeds pin, hold back, date ahead and resort. What was
 * not marked is not remembered, so nothing is skipped that nobody took. Pure,
 * any thread.
 */

#ifndef NJ_SOURCE_SIFT_H
#define NJ_SOURCE_SIFT_H

#include <stddef.h>
#include <stdint.h>

#include "source/state.h"

enum {
    /* what fell out of the window is remembered for so many posts more */
    NJ_SIFT_EXTRA = 256,
};

enum nj_news {
    NJ_NEWS_KNOWN,   /* seen before, as it is; marked already */
    NJ_NEWS_TWICE,   /* was in this very answer before */
    NJ_NEWS_CLASH,   /* another post of this answer has its id */
    NJ_NEWS_CHANGED, /* seen before, with other content: judge its text by
                        nj_sift_is_edited */
    NJ_NEWS_NEW,     /* take it */
    NJ_NEWS_LATER,   /* new, but no room now: leave it */
};

struct nj_sift {
    const struct nj_state *state;
    struct nj_sift_slot *slots; /* owned */
    size_t room;                /* a power of two */
    size_t used;
    size_t window;    /* marked in this answer */
    size_t most;      /* posts to take at once */
    size_t taken;     /* new or edited ones */
    size_t later;     /* new ones left for the next read */
    int64_t later_ms; /* the oldest date among these */
    int64_t now_ms;
    int64_t high_ms;
    int64_t cut_ms; /* second round: only what is dated at or before */
    int64_t *dates; /* owned: of all new ones, for the cut */
    size_t date_count;
    size_t date_room;
};

/* Begin to judge an answer read at NOW_MS against STATE (lent until
 * nj_sift_finish), taking MOST posts. 0 or NJ_E_NOMEM (nothing to finish). */
int nj_sift_init(struct nj_sift *sift,
                 const struct nj_state *state,
                 size_t most,
                 int64_t now_ms) NJ_MUST;

/* Judge a post by the hash of its id and of its raw content, dated PUBLISHED_MS
 * (0 unknown). 0 and *OUT, or NJ_E_NOMEM. */
int nj_sift_judge(struct nj_sift *sift,
                  uint64_t id,
                  uint32_t raw,
                  int64_t published_ms,
                  enum nj_news *out) NJ_MUST;

/* Of a CHANGED post: whether people would read something else than before. */
int nj_sift_is_edited(const struct nj_sift *sift, uint64_t id, uint32_t text);

/* Remember a NEW or CHANGED post as seen; TAKEN: it is handed on, so counts
 * against MOST. 0 or NJ_E_NOMEM. */
int nj_sift_mark(struct nj_sift *sift,
                 const struct nj_seen *seen,
                 int64_t published_ms,
                 int taken) NJ_MUST;

/* Whether the same answer should be read once more from its beginning, because
 * some were left for LATER: the sift is then set for that round, in which the
 * oldest are taken. At most once; what was taken so far is void. */
int nj_sift_again(struct nj_sift *sift);

/* NJ_POST_SILENT for a post of this read that is to page nobody, else 0. */
unsigned nj_sift_silent(const struct nj_sift *sift, int64_t published_ms);

/* The state after this read to OUT: seen, high, floor, baseline are new, the
 * texts are copies. 0 or NJ_E_NOMEM (OUT untouched). */
int nj_sift_close(const struct nj_sift *sift, struct nj_state *out) NJ_MUST;

void nj_sift_finish(struct nj_sift *sift);

/* A fast hash for ids and contents; chain several pieces through SEED. Never
 * 0. */
uint64_t nj_sift_hash(uint64_t seed, const void *bytes, size_t len);

#endif
