/* notify/twilio.h - Twilio's way with text messages: the request, what its
 * answers mean, and the signature of its status callbacks. Pure.
 *
 * Sources: twilio-oai twilio_api_v2010 (CreateMessage), Twilio's error
 * dictionary, "Validating requests are coming from Twilio"; the signature is
 * held against npm twilio in tests/e2e/test_twilio.py. */

#ifndef NJ_NOTIFY_TWILIO_H
#define NJ_NOTIFY_TWILIO_H

#include "base/buf.h"
#include "notify/form.h"

#define NJ_TWILIO_BASE "https://api.twilio.com"

/* Append "BASE/2010-04-01/Accounts/ACCOUNT/Messages.json". */
void nj_twilio_url(struct nj_buf *out, const char *base, const char *account);

struct nj_twilio_sms {
    const char *to;   /* E.164 */
    const char *from; /* number or name; a messaging service when "MG..." */
    const char *body;
    const char *callback; /* StatusCallback; NULL: none */
};

/* Append the form of SMS. */
void nj_twilio_form(const struct nj_twilio_sms *sms, struct nj_buf *out);

enum { NJ_TWILIO_SID = 40, NJ_TWILIO_WORDS = 200 };

struct nj_twilio_answer {
    int status;    /* 0 taken; NJ_E_AGAIN later; NJ_E_REFUSED for good */
    int of_target; /* 1: it is about this number, not about the account */
    char sid[NJ_TWILIO_SID];     /* "" when there is none */
    char words[NJ_TWILIO_WORDS]; /* why not, for a person; "" when taken */
};

/* What HTTP_STATUS with BODY[0..LEN) means. */
void nj_twilio_read(long http_status,
                    const char *body,
                    size_t len,
                    struct nj_twilio_answer *out);

/* In words why a message was not delivered, by the ErrorCode of a callback
 * (NULL: none given); static. */
const char *nj_twilio_undelivered(const char *error_code);

enum { NJ_TWILIO_SIGNATURE = 32 }; /* base64 of 20 bytes, with a NUL */

/* The signature of a callback to URL with FORM, by TOKEN: base64 of HMAC-SHA1
 * over the url and the sorted fields. 0 or NJ_E_NOMEM. */
int nj_twilio_sign(const char *token,
                   const char *url,
                   const struct nj_form *form,
                   char out[NJ_TWILIO_SIGNATURE]) NJ_MUST;

/* Whether SIGNATURE is TOKEN's of a callback to URL with FORM, in constant
 * time; the url with and without its scheme's own port are both right. */
int nj_twilio_is_signed(const char *token,
                        const char *url,
                        const struct nj_form *form,
                        const char *signature);

#endif
