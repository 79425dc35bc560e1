/* The null channel: accepts every message and sends it nowhere, for rehearsals
 * and tests. It counts what it swallowed: refs are "null-1", "null-2"... */

#include <stdio.h>

#include "notify/channel.h"

struct null_channel {
    struct nj_channel head;
    unsigned long long swallowed;
};

static int
init(struct nj_channel *channel, const struct nj_node *node, struct nj_err *err)
{
    (void)channel;
    (void)node;
    (void)err;
    return 0;
}

static int send(struct nj_channel *channel, struct nj_errand *errand)
{
    struct null_channel *null = (struct null_channel *)channel;
    char ref[32];

    null->swallowed++;
    (void)snprintf(ref, sizeof ref, "null-%llu", null->swallowed);
    nj_errand_ref(errand, ref);
    nj_errand_end_later(errand, 0);
    return 0;
}

const struct nj_channel_ops nj_null_channel = {
    .type = "null",
    .channel_bytes = sizeof(struct null_channel),
    .errand_bytes = sizeof(struct nj_errand),
    .init = init,
    .send = send,
};
