#include "source/source.h"

#include <stdio.h>
#include <string.h>

#include "source/connectors.h"

static const struct nj_source_ops *const types[] = {
    &nj_feed_source, &nj_json_source, &nj_webhook_source, &nj_spool_source};

enum { TYPES = sizeof types / sizeof types[0] };

const struct nj_source_ops *nj_source_type_at(size_t at)
{
    return at < TYPES ? types[at] : NULL;
}

const struct nj_source_ops *nj_source_type(const char *type)
{
    for (size_t i = 0; type != NULL && i < TYPES; i++) {
        if (strcmp(types[i]->type, type) == 0) {
            return types[i];
        }
    }
    return NULL;
}

int nj_source_open(const struct nj_source_env *env,
                   const struct nj_node *node,
                   struct nj_source **out,
                   struct nj_err *err)
{
    const char *type = nj_node_text(nj_node_get(node, "type"));
    const struct nj_source_ops *ops = nj_source_type(type);
    const char *name = nj_node_name(node);
    int code;

    if (ops == NULL) {
        return nj_err_set(err, NJ_E_INVALID, "source %s: no such type: %s",
                          name, type == NULL ? "(none)" : type);
    }
    code = ops->open(env, node, out, err);
    return code == 0 ? 0 : nj_err_wrap(err, code, "source %s", name);
}

void nj_source_poll_now(struct nj_source *source)
{
    source->ops->poll_now(source);
}

void nj_webhook_push(struct nj_source *source, struct nj_http_call *call)
{
    static const char body[] =
        "{\"error\":\"this source takes no pushes; one of type webhook does\"}";
    struct nj_http_reply reply = {
        .status = 404, .body = body, .body_len = sizeof body - 1};

    if (source->ops->push != NULL) {
        source->ops->push(source, call);
    } else {
        nj_http_answer(call, &reply);
    }
}

void nj_source_status(const struct nj_source *source,
                      struct nj_source_status *out)
{
    *out = (struct nj_source_status){.name = source->name,
                                     .type = source->ops->type};
    source->ops->status(source, out);
}

void nj_source_close(struct nj_source *source,
                     void (*on_closed)(void *ctx),
                     void *ctx)
{
    source->ops->close(source, on_closed, ctx);
}
