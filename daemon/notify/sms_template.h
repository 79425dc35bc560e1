/* notify/sms_template.h - the request of the generic SMS style: text with
 * {to} {from} {text} {id} {key} in it, filled in so that no value can leave
 * its place. Pure. */

#ifndef NJ_NOTIFY_SMS_TEMPLATE_H
#define NJ_NOTIFY_SMS_TEMPLATE_H

#include "base/buf.h"

struct nj_sms_values {
    const char *to;
    const char *from; /* "" when none is configured */
    const char *text;
    const char *id;  /* the alert's number; "" for a test */
    const char *key; /* idempotency key */
};

enum nj_sms_form {
    NJ_SMS_JSON,  /* a JSON string; with its quotes, unless the template has
                     put it between quotes already */
    NJ_SMS_FORM,  /* percent-encoded: forms, and every url */
    NJ_SMS_PLAIN, /* one line as it is: plain text, header values */
};

/* The form that a body of CONTENT_TYPE (NULL: judged by the template) needs. */
enum nj_sms_form nj_sms_form_of(const char *content_type, const char *body);

/* Append TEMPLATE with its placeholders filled by VALUES in FORM. Braces that
 * hold another word stay. */
void nj_sms_fill(struct nj_buf *out,
                 const char *template,
                 enum nj_sms_form form,
                 const struct nj_sms_values *values);

#endif
