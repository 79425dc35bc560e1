/* notify/letter.h - a message as a mail: its subject, its place in the
 * conversation, text and HTML. Pure.
 *
 * One alert is one conversation for each recipient: the mail of its opening has
 * the id alert.N.HASH@DOMAIN, which every other one names in In-Reply-To and
 * References, under the very same subject (Gmail wants both). There is no
 * "Re:": who is paged at a later step has not had the first mail, and a page is
 * no answer. HASH is of the recipient and the alert's opening, so that two
 * people's mails are not taken for one, nor an alert of a new store for one of
 * an old. All other ids are of the page's key: a page sent again has the same
 * id, two pages never have, since mail servers hide the second of such. */

#ifndef NJ_NOTIFY_LETTER_H
#define NJ_NOTIFY_LETTER_H

#include "base/buf.h"
#include "model/message.h"

struct nj_letter {
    const char *from;     /* bare address */
    const char *reply_to; /* bare address; NULL: none */
    const char *to;       /* bare address */
};

/* Append MESSAGE as a whole mail. Returns 0; NJ_E_INVALID when an address is
 * none; NJ_E_NOMEM; NJ_E_TOOBIG. */
int nj_letter_write(const struct nj_letter *letter,
                    const struct nj_message *message,
                    struct nj_buf *out) NJ_MUST;

/* Append "[nightjar 4711] Acme Air: offensive on our page": without "(high)"
 * and "and 41 more" at the end, since a severity that rises or a bundle must
 * not break the conversation. */
void nj_letter_subject(const struct nj_message *message, struct nj_buf *out);

#endif
