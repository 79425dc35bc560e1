/* source/poll_inside.h - the inside of the poller, shared by poller.c (the
 * waiting) and poll_answer.c (what an answer is worth). */

#ifndef NJ_SOURCE_POLL_INSIDE_H
#define NJ_SOURCE_POLL_INSIDE_H

#include "source/health.h"
#include "source/poll_settings.h"
#include "source/poller.h"
#include "source/schedule.h"
#include "source/sift.h"

enum nj_poll_phase {
    NJ_POLL_IDLE,     /* the timer runs */
    NJ_POLL_FETCHING, /* the fetcher has `req` */
    NJ_POLL_HANDING,  /* the sink has `intake` */
    NJ_POLL_HELD,     /* the sink was busy: the timer runs to try again */
    NJ_POLL_PHASES,   /* count, keep last */
};

/* One poll, from the timer to the state taken over; only then in memory. */
struct nj_poll {
    struct nj_fetch_req req;
    struct nj_intake_req intake;
    struct nj_batch batch;
    struct nj_state next; /* the state when all this is durable */
    struct nj_buf url;
    const char **headers; /* the settings' and two of our own */
    char *conditions[2];  /* owned: If-None-Match, If-Modified-Since */
    struct nj_reading reading;
    int64_t started_mono_ms;
    int64_t wish_ms; /* max-age or ttl */
    size_t seen;     /* posts in the answer */
    size_t taken;    /* of them new or edited */
    size_t later;    /* new, but left for the next read */
    unsigned tries;  /* of handing over */
    int must_save;   /* the cursor is worth a commit */
};

struct nj_poller {
    struct nj_source source; /* first */
    struct nj_loop *loop;
    struct nj_fetcher *fetcher;
    struct nj_post_sink posts;
    struct nj_source_keys keys;
    struct nj_poll_settings settings;
    struct nj_reader reader;
    struct nj_rhythm rhythm;
    struct nj_state state; /* as the store has it, validators aside */
    struct nj_health health;
    struct nj_timer timer;
    struct nj_defer defer;
    struct nj_poll *poll; /* NULL: idle */
    enum nj_poll_phase phase;
    int is_saved; /* the store has a cursor of ours */
    int closing;
    unsigned pages;  /* read in this chain of pages */
    int64_t high_ms; /* newest date on the pages of this chain */
    uint64_t nth;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* Read ANSWER (status 200) into P's poll: the batch, the next state, whether it
 * must be saved. 0, or NJ_E_INVALID, NJ_E_NOMEM with a sentence. */
int nj_poll_read_answer(struct nj_poller *p,
                        const struct nj_answer *answer,
                        struct nj_err *err) NJ_MUST;

/* Note that the source has moved for good, when ANSWER says so and it may be
 * believed. 0 or NJ_E_NOMEM. */
int nj_poll_note_move(struct nj_poller *p,
                      const struct nj_answer *answer) NJ_MUST;

/* Seconds of max-age in ANSWER's Cache-Control as ms; 0 for none. */
int64_t nj_poll_max_age(const struct nj_answer *answer);

#endif
