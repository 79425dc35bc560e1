/* The desktop channel: hands the message to the nightjar-desktop agents of a
 * login that are connected to the desk. What they show is decided by
 * notify/render_desktop.c; whether a person saw it, only their answer tells. */

#include <stdio.h>

#include "notify/channel.h"
#include "notify/render.h"

enum { MAX_CARD_BYTES = 64 << 10 };

static int
init(struct nj_channel *channel, const struct nj_node *node, struct nj_err *err)
{
    (void)channel;
    (void)node;
    (void)err;
    return 0;
}

static int ring(const struct nj_agent_sink *agents,
                struct nj_errand *errand,
                const char *json)
{
    const char *login = errand->req->target;
    size_t sessions =
        agents->ring == NULL ? 0 : agents->ring(agents->ctx, login, json);
    char ref[40];

    if (sessions == 0) {
        return nj_errand_fault(errand, NJ_E_NOTFOUND,
                               "no session of %s is connected", login);
    }
    (void)snprintf(ref, sizeof ref, "%zu session%s", sessions,
                   sessions == 1 ? "" : "s");
    nj_errand_ref(errand, ref);
    nj_errand_end_later(errand, 0);
    return 0;
}

static int send(struct nj_channel *channel, struct nj_errand *errand)
{
    struct nj_buf json;
    int status;

    if (errand->req->target == NULL || errand->req->target[0] == '\0') {
        (void)nj_errand_fault(errand, NJ_E_REFUSED,
                              "nobody's desktop: give the person a login or "
                              "a key '%s'",
                              channel->name);
        return nj_errand_of_target(errand, NJ_E_REFUSED);
    }
    nj_buf_init(&json, MAX_CARD_BYTES);
    nj_render_desktop(errand->req->message, &json);
    status = json.status != 0 ? json.status
                              : ring(&channel->env->agents, errand, json.data);
    nj_buf_finish(&json);
    if (status == NJ_E_TOOBIG) {
        (void)nj_errand_fault(errand, NJ_E_REFUSED, "the message is too long");
        return nj_errand_of_target(errand, NJ_E_REFUSED);
    }
    return status;
}

const struct nj_channel_ops nj_desktop_channel = {
    .type = "desktop",
    .channel_bytes = sizeof(struct nj_channel),
    .errand_bytes = sizeof(struct nj_errand),
    .init = init,
    .send = send,
};
