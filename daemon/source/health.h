/* source/health.h - how a source feels, and whom that is told.
 *
 *              it worked                 for fails_after
 *   FRESH --------------------> WELL     FAILING --------> SICK (told)
 *     |                        ^ | ^      ^  |               |
 *     |   it failed            | | |      |  |   it worked   |
 *     +------------------------|-|-|------+  +-----------+   |
 *                              | | |  it failed          |   |
 *                        new   | | +---------------------+---+
 *                        post  | |     (told: well again)
 *                              | v nothing new for silent_after
 *                             QUIET (told)
 *
 * What is told goes to the health sink, once for each trouble, and once when it
 * is over. Loop thread only.
 */

#ifndef NJ_SOURCE_HEALTH_H
#define NJ_SOURCE_HEALTH_H

#include "source/source.h"

struct nj_health {
    struct nj_health_sink sink;
    const char *name; /* lent by the source */
    char *fault;      /* owned; NULL: none */
    enum nj_source_mood mood;
    int told;                /* the sink believes that we are not well */
    unsigned fails;          /* in a row */
    int64_t fails_after_ms;  /* 0: tell the first failure */
    int64_t silent_after_ms; /* 0: silence is fine */
    int64_t failing_since_ms;
    int64_t last_ok_ms;
    int64_t last_new_ms; /* at first: since when we wait for something new */
    int64_t next_ms;
    uint64_t reads;
    uint64_t faults;
    uint64_t posts;
};

/* Set HEALTH up for the source NAME, waiting for news since SINCE_MS. */
void nj_health_init(struct nj_health *health,
                    const struct nj_source_env *env,
                    const char *name,
                    int64_t since_ms);

/* A read worked at NOW_MS and brought NEW_COUNT new posts. */
void nj_health_ok(struct nj_health *health, int64_t now_ms, size_t new_count);

/* A read failed: WHAT, in words. URGENT: tell it now, however short it lasts.
 * Set next_ms before. */
void nj_health_failed(struct nj_health *health,
                      int64_t now_ms,
                      const char *what,
                      int urgent);

/* Something was refused that says nothing about the source itself: WHAT, for
 * the status alone. */
void nj_health_note(struct nj_health *health, const char *what);

/* How long from NOW_MS until silence would be worth an alarm; -1: never. */
int64_t nj_health_patience(const struct nj_health *health, int64_t now_ms);

/* Look whether it has been silent for too long. */
void nj_health_check(struct nj_health *health, int64_t now_ms);

/* Fill the fields of OUT that health knows: all but name and type. */
void nj_health_status(const struct nj_health *health,
                      struct nj_source_status *out);

void nj_health_finish(struct nj_health *health);

#endif
