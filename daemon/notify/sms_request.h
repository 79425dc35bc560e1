/* notify/sms_request.h - the HTTP request that carries a text message, in
 * Twilio's style (notify/twilio.h) or in the operator's own words
 * (notify/sms_template.h). Pure. */

#ifndef NJ_NOTIFY_SMS_REQUEST_H
#define NJ_NOTIFY_SMS_REQUEST_H

#include "base/buf.h"
#include "model/message.h"
#include "notify/header_list.h"

struct nj_sms_settings {
    int generic;         /* 1: in the operator's words; else Twilio's */
    const char *url;     /* generic: the template; Twilio: the base, or NULL */
    const char *account; /* Twilio: never NULL */
    const char *token;   /* secret; generic: a bearer token, or NULL */
    const char *from;    /* Twilio: never NULL */
    const char *method;  /* generic: "POST", "PUT", "GET" */
    const char *body;    /* generic: the template; NULL: our own JSON */
    struct nj_header_list headers; /* generic: the templates; owned */
    size_t max_chars;              /* of the text, see nj_render_sms */
};

/* A request being made; zero it. */
struct nj_sms_request {
    struct nj_buf url;
    struct nj_buf body; /* empty: none */
    struct nj_buf text; /* the text message in it */
    struct nj_header_list headers;
};

/* Write MESSAGE to the number TO into OUT, to be finished in any case;
 * CALLBACK is where Twilio is to report (NULL: nowhere). Returns 0;
 * NJ_E_TOOBIG; NJ_E_NOMEM. */
int nj_sms_request_write(const struct nj_sms_settings *settings,
                         const struct nj_message *message,
                         const char *to,
                         const char *callback,
                         struct nj_sms_request *out) NJ_MUST;
void nj_sms_request_finish(struct nj_sms_request *request);

#endif
