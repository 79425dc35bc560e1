/* Names and values of queries and forms, and what a handler asks of a call. */

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "io/http_call.h"

/* Decode PART into PARAMS' text; its place goes to OUT. */
static int add_part(struct nj_http_params *params,
                    const char *part,
                    size_t len,
                    uint32_t *out)
{
    struct nj_buf *text = &params->text;
    size_t at = text->len;

    if (nj_buf_add(text, part, len) != 0) {
        return text->status;
    }
    if (len > 0 && nj_http_decode(text->data + at, &len, 1) != 0) {
        return NJ_E_INVALID;
    }
    text->len = at + len;
    *out = (uint32_t)at;
    return nj_buf_addc(text, '\0');
}

static int
add_param(struct nj_http_params *params, const char *text, size_t len)
{
    const char *equals = memchr(text, '=', len);
    size_t name = equals == NULL ? len : (size_t)(equals - text);
    size_t value = equals == NULL ? len : name + 1;
    unsigned at = params->count;
    int code;

    if (len == 0) {
        return 0;
    }
    if (at == NJ_HTTP_PARAMS) {
        return NJ_E_INVALID;
    }
    code = add_part(params, text, name, &params->names[at]);
    if (code == 0) {
        code = add_part(params, text + value, len - value, &params->values[at]);
    }
    params->count += code == 0;
    return code;
}

int nj_http_params_read(struct nj_http_params *params,
                        const char *text,
                        size_t len)
{
    int code = 0;

    nj_buf_clear(&params->text);
    params->text.max_bytes = 2 * len + 2;
    params->count = 0;
    while (len > 0 && code == 0) {
        const char *end = memchr(text, '&', len);
        size_t one = end == NULL ? len : (size_t)(end - text);

        code = add_param(params, text, one);
        text += one;
        len -= one;
        if (len > 0) {
            text++;
            len--;
        }
    }
    if (code != 0) {
        params->count = 0;
    }
    return code;
}

const char *nj_http_params_find(const struct nj_http_params *params,
                                const char *name)
{
    for (unsigned i = 0; i < params->count; i++) {
        if (strcmp(params->text.data + params->names[i], name) == 0) {
            return params->text.data + params->values[i];
        }
    }
    return NULL;
}

/* ---- of a call ---------------------------------------------------------- */

enum nj_http_method nj_http_method(const struct nj_http_call *call)
{
    return call->head.method;
}

const char *nj_http_path(const struct nj_http_call *call)
{
    return call->in.data + call->head.path.at;
}

const char *nj_http_query(const struct nj_http_call *call, const char *name)
{
    return nj_http_params_find(&call->query, name);
}

const char *nj_http_header(const struct nj_http_call *call, const char *name)
{
    for (unsigned i = 0; i < call->head.field_count; i++) {
        const struct nj_http_field *field = &call->head.fields[i];

        if (strcasecmp(call->in.data + field->name.at, name) == 0) {
            return call->in.data + field->value.at;
        }
    }
    return NULL;
}

const char *nj_http_body(const struct nj_http_call *call, size_t *out_len)
{
    *out_len = (size_t)call->head.body_bytes;
    return call->in.data + call->head.bytes;
}

const char *nj_http_form(struct nj_http_call *call, const char *name)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = nj_http_header(call, "Content-Type");
    const char *body;
    size_t len;

    if (type == NULL || strncasecmp(type, form, sizeof form - 1) != 0) {
        return NULL;
    }
    if (!call->form_read) {
        body = nj_http_body(call, &len);
        if (nj_http_params_read(&call->form, body, len) != 0) {
            return NULL;
        }
        call->form_read = 1;
    }
    return nj_http_params_find(&call->form, name);
}

int nj_http_is_gone(const struct nj_http_call *call)
{
    return call->state == NJ_HTTP_GONE || call->no_more;
}

const char *nj_http_peer(const struct nj_http_call *call)
{
    return call->peer;
}

void nj_http_set_ctx(struct nj_http_call *call, void *ctx)
{
    call->ctx = ctx;
}

void *nj_http_ctx(const struct nj_http_call *call)
{
    return call->ctx;
}
