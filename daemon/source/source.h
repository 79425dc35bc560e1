/* source/source.h - the front door: places where we read what people say, each
 * behind the same few operations.
 *
 *   nightjar.yaml      address              directory        signed push
 *        |          feed | json               spool            webhook
 *        v                |                     |                 |
 *   nj_source_open    poller.c (when, fetch)    | read lines      | verify
 *                         |                     |                 |
 *                    feed.c  json_map.c    post_json.c  <---------+
 *                         \____  bytes in, posts out  ____/
 *                                    |
 *                                 sift.c   which of them are new, edited, old
 *                                    |
 *                        struct nj_batch + cursor ----> nj_post_sink (watch)
 *                                    |                        |
 *                        state is taken over  <---- done(0): it is durable
 *
 * What thinks (feed, json_map, post_json, html_text, url, date, sift, state,
 * schedule, probe) takes values and gives values; what does (poller, spool,
 * webhook) owns the waiting and nothing else.
 *
 * Words. *Cursor*: what a source remembers, as JSON, saved with the posts in
 * one transaction. *Window*: the posts one answer shows. *New*: an id not seen
 * before, whatever its date. *Edited*: a known id with other words. *Silent*:
 * said before we began to watch (less `backfill`): kept, pages nobody.
 *
 * To add a source, start here: write source/NAME_source.c with one `const
 * struct nj_source_ops nj_NAME_source`, whose private struct begins with a
 * `struct nj_source`; name it in registry.c; give its keys a table in
 * conf/keys_sources.c; add it to the table of
 * tests/unit/source/contract_test.c, which it must pass unchanged. If it polls
 * over HTTP, give poller.h a reader and write no waiting of your own.
 *
 * Loop thread only.
 */

#ifndef NJ_SOURCE_SOURCE_H
#define NJ_SOURCE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "conf/settings.h"
#include "io/fetch.h"
#include "io/httpd.h"
#include "io/loop.h"
#include "model/sink.h"

/* What a source is given. Text and the node are lent for the call that opens
 * it; loop, fetcher and what the sinks point to outlive it. */
struct nj_source_env {
    struct nj_loop *loop;
    struct nj_fetcher *fetcher; /* NULL: for types that fetch nothing */
    struct nj_post_sink posts;
    struct nj_health_sink health; /* source NULL: nobody listens */
    const char *brand;            /* configured name, whom its posts are about;
                                     the rest stands in the node */
    const char *cursor;           /* as saved last; NULL: it was never read */
    int64_t started_ms;           /* wall time the daemon started */
    size_t sources;               /* how many there are: spreads first polls */
};

struct nj_source_ops;

/* The part all sources share; a connector's struct begins with it. */
struct nj_source {
    const struct nj_source_ops *ops;
    char *name; /* configured; owned */
};

enum nj_source_mood {
    NJ_SOURCE_FRESH,   /* nothing read yet */
    NJ_SOURCE_WELL,    /* the last read worked */
    NJ_SOURCE_FAILING, /* it did not; not yet long enough to tell */
    NJ_SOURCE_SICK,    /* told: it fails */
    NJ_SOURCE_QUIET,   /* told: it answers, but nothing new came for too long */
    NJ_SOURCE_MOODS,   /* count, keep last */
};

/* "fresh", "well", "failing", "sick", "quiet"; static, never NULL. */
const char *nj_source_mood_name(enum nj_source_mood mood);

enum { NJ_SOURCE_FAULT = 256 }; /* bytes of the sentence with its NUL */

/* What `nightjar sources` and the metrics show. Wall times, 0: never or not
 * known. */
struct nj_source_status {
    const char *name; /* lent by the source */
    const char *type; /* static */
    enum nj_source_mood mood;
    int64_t last_ok_ms;          /* last answer that could be read */
    int64_t last_new_ms;         /* last time it brought something new */
    int64_t next_ms;             /* next poll */
    uint64_t reads;              /* polls, pushes or files that worked */
    uint64_t faults;             /* those that did not */
    uint64_t posts;              /* new posts since the start */
    char fault[NJ_SOURCE_FAULT]; /* why it fails or seems quiet, or "" */
};

struct nj_source_ops {
    const char *type; /* as in the configuration: "feed" */

    /* Begin to read as NODE says. 0; NJ_E_INVALID or NJ_E_IO with a sentence;
     * NJ_E_NOMEM. On failure *OUT is untouched. Never calls a sink. */
    int (*open)(const struct nj_source_env *env,
                const struct nj_node *node,
                struct nj_source **out,
                struct nj_err *err);
    /* Look now, do not wait for the time; nothing while it looks already. */
    void (*poll_now)(struct nj_source *source);
    /* Take the pushed CALL and answer it once, now or later. NULL: this type
     * takes no pushes. */
    void (*push)(struct nj_source *source, struct nj_http_call *call);
    void (*status)(const struct nj_source *source,
                   struct nj_source_status *out);
    /* Stop: fetches are given up, what the sink holds is waited for, pushes
     * not stored by then are answered 503; then ON_CLOSED, never inside this
     * call, and the memory is gone. */
    void (*close)(struct nj_source *source,
                  void (*on_closed)(void *ctx),
                  void *ctx);
};

/* The entry for TYPE, or NULL. */
const struct nj_source_ops *nj_source_type(const char *type);

/* Entry AT (0..) of the registry, NULL behind the last. */
const struct nj_source_ops *nj_source_type_at(size_t at);

/* Open the source that NODE (an entry of `sources`) describes. As
 * nj_source_ops.open, with the source's name before the sentence; also
 * NJ_E_INVALID for an unknown type. */
int nj_source_open(const struct nj_source_env *env,
                   const struct nj_node *node,
                   struct nj_source **out,
                   struct nj_err *err) NJ_MUST;

void nj_source_poll_now(struct nj_source *source);

/* Hand CALL to SOURCE; a type that takes no pushes answers it 404 with words.
 * The answers: 202 {"accepted":n,"new":m} once the posts are durable; 400 with
 * the place of the mistake; 401; 405; 413; 503 with Retry-After. */
void nj_webhook_push(struct nj_source *source, struct nj_http_call *call);

void nj_source_status(const struct nj_source *source,
                      struct nj_source_status *out);
void nj_source_close(struct nj_source *source,
                     void (*on_closed)(void *ctx),
                     void *ctx);

#endif
