/* model/message.h - a page as its reader will see it, before a channel gives
 * it form: all text masked and plain UTF-8, no picture, no markup. A plain
 * record of lent text; members may be NULL unless said. */

#ifndef NJ_MODEL_MESSAGE_H
#define NJ_MODEL_MESSAGE_H

#include <stdint.h>

#include "model/alert.h"
#include "model/page.h"

struct nj_message {
    enum nj_page_kind kind;
    int64_t page_id;     /* > 0 */
    int64_t alert_id;    /* 0 for a test */
    uint32_t generation; /* goes back with an answer */
    const char *key;     /* idempotency key, the same at each retry; never
                            NULL: letters, digits, '-' */
    enum nj_level severity;
    const char *brand; /* title of the brand */
    const char *rule;
    const char *person; /* whom it is for: name; NULL for a team address */
    const char *person_title;
    const char *headline; /* one line, never NULL: "Acme Air: offensive on our
                             page (critical)" */
    const char *excerpt;  /* masked text of the post */
    const char *note;     /* what a TELL says; why paged ("step 2 of 3; maya did
                            not answer"); "and 41 more like it" */
    const char *why;      /* "offensive 0.97: insult" */
    const char *author;
    const char *source;
    enum nj_place place;
    const char *url; /* the post */
    const char *playbook;
    const char *ack_url; /* signed link to a page with a button; NULL: no
                            public_url configured */
    const char *team;
    uint32_t posts; /* collected in the alert so far */
    int64_t opened_ms;
    int64_t now_ms;
    int offset_s; /* the reader's wall clock at now_ms: seconds east of UTC;
                     0: UTC */
    int first;    /* 1: first message of this alert to this target:
                            starts the conversation */
    int test;     /* 1: says so everywhere */
    int drill;    /* 1: a test that asks for an answer, and is called a drill */
};

#endif
