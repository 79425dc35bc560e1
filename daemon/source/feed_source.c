/* The connector `feed`: RSS, Atom and JSON Feed by polling. */

#include "source/connectors.h"
#include "source/feed.h"
#include "source/poller.h"

/* A document longer than max_items is read again at once, so often. */
enum { CATCH_UP = 50 };

static int address(void *ctx,
                   const char *url,
                   const struct nj_state *state,
                   struct nj_buf *out,
                   struct nj_err *err)
{
    (void)ctx;
    (void)state;
    (void)err;
    (void)nj_buf_adds(out, url);
    return 0;
}

static int read_feed(void *ctx,
                     const struct nj_answer *answer,
                     struct nj_taking *taking,
                     struct nj_reading *out,
                     struct nj_err *err)
{
    struct nj_feed_input input = {.bytes = answer->body,
                                  .len = answer->body_len,
                                  .content_type = answer->content_type,
                                  .url = answer->url};
    struct nj_feed_about about;
    int code = nj_feed_read(&input, taking, &about, err);

    (void)ctx;
    if (code == 0) {
        out->ttl_ms = about.ttl_ms;
        out->torn = about.torn;
    }
    return code;
}

static void destroy(void *ctx)
{
    (void)ctx;
}

static int open_feed(const struct nj_source_env *env,
                     const struct nj_node *node,
                     struct nj_source **out,
                     struct nj_err *err)
{
    static const struct nj_reader reader = {
        .accept = "application/atom+xml, application/rss+xml, "
                  "application/feed+json, application/rdf+xml, "
                  "application/xml;q=0.9, text/xml;q=0.9, "
                  "application/json;q=0.8, */*;q=0.1",
        .is_conditional = 1,
        .max_pages = CATCH_UP,
        .address = address,
        .read = read_feed,
        .destroy = destroy,
    };

    return nj_poller_open(&nj_feed_source, env, node, &reader, out, err);
}

const struct nj_source_ops nj_feed_source = {
    .type = "feed",
    .open = open_feed,
    .poll_now = nj_poller_poll_now,
    .status = nj_poller_status,
    .close = nj_poller_close,
};
