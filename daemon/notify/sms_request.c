#include "notify/sms_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "notify/render.h"
#include "notify/sms_template.h"
#include "notify/twilio.h"

enum { MAX_FORM_BYTES = 64 << 10, MAX_URL_BYTES = 8 << 10 };

static const char default_body[] = "{\"to\": {to}, \"from\": {from}, \"text\": "
                                   "{text}, \"id\": {id}, \"key\": {key}}";

static void write_twilio(const struct nj_sms_settings *settings,
                         const char *to,
                         const char *callback,
                         struct nj_sms_request *out)
{
    nj_twilio_url(&out->url,
                  settings->url != NULL ? settings->url : NJ_TWILIO_BASE,
                  settings->account);
    nj_twilio_form(&(struct nj_twilio_sms){.to = to,
                                           .from = settings->from,
                                           .body = nj_buf_text(&out->text),
                                           .callback = callback},
                   &out->body);
}

/* ---- generic ------------------------------------------------------------- */

/* Take LINE over into LIST, which has room. */
static int take_line(struct nj_header_list *list, struct nj_buf *line)
{
    char *text = nj_buf_take(line);
    int status = line->status;

    if (text == NULL) {
        nj_buf_finish(line);
        return status != 0 ? status : NJ_E_NOMEM;
    }
    list->lines[list->count++] = text;
    return 0;
}

/* Add "NAME: BEFORE VALUE" unless the operator gave that header. */
static int add_header(struct nj_header_list *list,
                      const char *name,
                      const char *before,
                      const char *value)
{
    struct nj_buf line;

    if (value == NULL || nj_header_list_find(list, name) != NULL) {
        return 0;
    }
    nj_buf_init(&line, NJ_LIMIT_HEADER_BYTES);
    (void)nj_buf_addf(&line, "%s: %s%s", name, before, value);
    return take_line(list, &line);
}

/* The operator's headers with their placeholders filled in, and ours. */
static int write_headers(const struct nj_sms_settings *settings,
                         const struct nj_sms_values *values,
                         const char *content_type,
                         struct nj_header_list *out)
{
    int status = 0;

    out->lines = calloc(settings->headers.count + 4, sizeof out->lines[0]);
    if (out->lines == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; status == 0 && i < settings->headers.count; i++) {
        struct nj_buf line;

        nj_buf_init(&line, NJ_LIMIT_HEADER_BYTES);
        nj_sms_fill(&line, settings->headers.lines[i], NJ_SMS_PLAIN, values);
        status = take_line(out, &line);
    }
    if (status == 0) {
        status = add_header(out, "Content-Type", "", content_type);
    }
    if (status == 0) {
        status = add_header(out, "Authorization", "Bearer ", settings->token);
    }
    if (status == 0) {
        status = add_header(out, "Idempotency-Key", "", values->key);
    }
    return status;
}

static int write_generic(const struct nj_sms_settings *settings,
                         const struct nj_sms_values *values,
                         struct nj_sms_request *out)
{
    static const char *const types[] = {
        [NJ_SMS_JSON] = "application/json",
        [NJ_SMS_FORM] = "application/x-www-form-urlencoded",
        [NJ_SMS_PLAIN] = "text/plain; charset=utf-8",
    };
    const char *body = settings->body != NULL ? settings->body : default_body;
    enum nj_sms_form form = nj_sms_form_of(
        nj_header_list_find(&settings->headers, "Content-Type"), body);
    int has_body = strcmp(settings->method, "GET") != 0;

    nj_sms_fill(&out->url, settings->url, NJ_SMS_FORM, values);
    if (has_body) {
        nj_sms_fill(&out->body, body, form, values);
    }
    return write_headers(settings, values, has_body ? types[form] : NULL,
                         &out->headers);
}

int nj_sms_request_write(const struct nj_sms_settings *settings,
                         const struct nj_message *message,
                         const char *to,
                         const char *callback,
                         struct nj_sms_request *out)
{
    char id[24] = "";
    int status = 0;

    nj_buf_init(&out->url, MAX_URL_BYTES);
    nj_buf_init(&out->body, MAX_FORM_BYTES);
    nj_buf_init(&out->text, MAX_URL_BYTES);
    nj_render_sms(message, settings->max_chars, &out->text);
    if (message->alert_id > 0) {
        (void)snprintf(id, sizeof id, "%lld", (long long)message->alert_id);
    }
    if (settings->generic) {
        struct nj_sms_values values = {
            .to = to,
            .from = settings->from == NULL ? "" : settings->from,
            .text = nj_buf_text(&out->text),
            .id = id,
            .key = message->key};

        status = write_generic(settings, &values, out);
    } else {
        write_twilio(settings, to, callback, out);
    }
    if (status == 0) {
        status = out->text.status != 0  ? out->text.status
                 : out->url.status != 0 ? out->url.status
                                        : out->body.status;
    }
    return status;
}

void nj_sms_request_finish(struct nj_sms_request *request)
{
    nj_buf_finish(&request->url);
    nj_buf_finish(&request->body);
    nj_buf_finish(&request->text);
    nj_header_list_finish(&request->headers);
}
