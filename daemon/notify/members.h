/* notify/members.h - members of a message's JSON that its two forms share.
 * Text is made plain on the way. Pure. */

#ifndef NJ_NOTIFY_MEMBERS_H
#define NJ_NOTIFY_MEMBERS_H

#include "base/json.h"
#include "model/message.h"

/* A JSON document being written; the first shortage of memory sticks in
 * w.out->status at nj_members_close. */
struct nj_members {
    struct nj_jw w;
    struct nj_buf scratch; /* one member's plain text */
    int status;
};

/* Begin the document's object in OUT; end it, and free. */
void nj_members_open(struct nj_members *members, struct nj_buf *out);
void nj_members_close(struct nj_members *members);

/* TEXT as one line, or with its lines; NULL is null. */
void nj_member_line(struct nj_members *members,
                    const char *key,
                    const char *text);
void nj_member_block(struct nj_members *members,
                     const char *key,
                     const char *text);

/* URL where it is a safe link (nj_plain_is_link), else null. */
void nj_member_link(struct nj_members *members,
                    const char *key,
                    const char *url);

/* What FILL says of MESSAGE; nothing is null. */
void nj_member_said(struct nj_members *members,
                    const char *key,
                    const struct nj_message *message,
                    void (*fill)(const struct nj_message *message,
                                 struct nj_buf *out));

/* page, alert, generation, kind, severity, test,
 * drill. */
void nj_member_numbers(struct nj_members *members,
                       const struct nj_message *message);

#endif
