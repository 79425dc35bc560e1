#include "notify/set.h"

#include <stdlib.h>
#include <string.h>

struct nj_bell_set {
    struct nj_channel *channels; /* by `next`, last of the file first; owned */
};

static void destroy_channel(struct nj_channel *channel)
{
    if (channel->ops->finish != NULL) {
        channel->ops->finish(channel);
    }
    nj_arena_finish(&channel->arena);
    free(channel);
}

void nj_channel_release(struct nj_channel *channel)
{
    if (channel->retired && channel->errands == 0) {
        destroy_channel(channel);
    }
}

void nj_channel_retire(struct nj_channel *channel)
{
    channel->retired = 1;
    nj_channel_release(channel);
}

/* What all channels have; then what the type reads. */
static int read_channel(struct nj_channel *channel,
                        const struct nj_node *node,
                        struct nj_err *err)
{
    int status;

    channel->name = nj_arena_strdup(&channel->arena, nj_node_name(node));
    channel->per_minute = (int)nj_node_int(nj_node_get(node, "per_minute"), 0);
    channel->timeout_ms = nj_node_ms(nj_node_get(node, "timeout"), 20000);
    if (channel->name == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    status = channel->ops->init(channel, node, err);
    if (status == NJ_E_NOMEM) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    return status;
}

static int add_channel(struct nj_bell_set *set,
                       const struct nj_channel_env *env,
                       const struct nj_node *node,
                       struct nj_err *err)
{
    const char *type = nj_node_text(nj_node_get(node, "type"));
    const struct nj_channel_ops *ops = nj_channel_type(type);
    struct nj_channel *channel;
    int status;

    if (ops == NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "there is no channel type '%s'; write smtp, "
                          "sms-webhook, webhook, desktop or null",
                          type == NULL ? "" : type);
    }
    channel = calloc(1, ops->channel_bytes);
    if (channel == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    channel->ops = ops;
    channel->env = env;
    nj_arena_init(&channel->arena, 0);
    status = read_channel(channel, node, err);
    if (status != 0) {
        destroy_channel(channel);
        return status;
    }
    channel->next = set->channels;
    set->channels = channel;
    return 0;
}

int nj_bell_set_create(const struct nj_channel_env *env,
                       const struct nj_node *channels,
                       struct nj_bell_set **out,
                       struct nj_err *err)
{
    struct nj_bell_set *set = calloc(1, sizeof *set);

    if (set == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "channels: no memory");
    }
    for (const struct nj_node *node = nj_node_first(channels); node != NULL;
         node = nj_node_next(node)) {
        int status = add_channel(set, env, node, err);

        if (status != 0) {
            nj_bell_set_destroy(set);
            return nj_err_wrap(err, status, "channels.%s", nj_node_name(node));
        }
    }
    *out = set;
    return 0;
}

void nj_bell_set_destroy(struct nj_bell_set *set)
{
    struct nj_channel *channel = set == NULL ? NULL : set->channels;

    while (channel != NULL) {
        struct nj_channel *next = channel->next;

        destroy_channel(channel);
        channel = next;
    }
    free(set);
}

struct nj_channel *nj_bell_set_open(struct nj_bell_set *set,
                                    const struct nj_channel_env *env)
{
    struct nj_channel *channels = set->channels;

    for (struct nj_channel *c = channels; c != NULL; c = c->next) {
        c->env = env;
    }
    free(set);
    return channels;
}

/* ---- reading nodes ------------------------------------------------------- */

static int keep(struct nj_channel *channel, const char *text, const char **out)
{
    const char *copy = nj_arena_strdup(&channel->arena, text);

    if (text != NULL && copy == NULL) {
        return NJ_E_NOMEM;
    }
    *out = copy;
    return 0;
}

int nj_channel_text(struct nj_channel *channel,
                    const struct nj_node *node,
                    const char *name,
                    const char **out)
{
    return keep(channel, nj_node_value(nj_node_get(node, name)), out);
}

int nj_channel_path(struct nj_channel *channel,
                    const struct nj_node *node,
                    const char *name,
                    const char **out)
{
    return keep(channel, nj_node_path(nj_node_get(node, name)), out);
}

int nj_channel_secret(const struct nj_node *node, const char *name, char **out)
{
    const char *value = nj_node_value(nj_node_get(node, name));
    char *copy;

    if (value == NULL) {
        *out = NULL;
        return 0;
    }
    copy = strdup(value);
    if (copy == NULL) {
        return NJ_E_NOMEM;
    }
    *out = copy;
    return 0;
}

void nj_secret_drop(char **secret)
{
    if (*secret != NULL) {
        nj_wipe(*secret, strlen(*secret));
        free(*secret);
        *secret = NULL;
    }
}
