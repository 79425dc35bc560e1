/* notify/sheet.h - what a message says, in which order, before it is known
 * whether it becomes plain text or HTML. Pure.
 *
 * The order is that of a person woken at three: what and where; what to do;
 * how to take it; only then what was said. All text is plain (notify/plain.h).
 */

#ifndef NJ_NOTIFY_SHEET_H
#define NJ_NOTIFY_SHEET_H

#include "base/buf.h"
#include "base/mem.h"
#include "model/message.h"

enum nj_part_kind {
    NJ_PART_TITLE,   /* one line, the first: what and where */
    NJ_PART_LEAD,    /* one paragraph: for whom, why now */
    NJ_PART_HEADING, /* one line */
    NJ_PART_TEXT,    /* lines */
    NJ_PART_QUOTE,   /* lines of a stranger */
    NJ_PART_COMMAND, /* one line to type */
    NJ_PART_ACK,     /* the button that answers: a label and its url */
    NJ_PART_BUTTON,  /* another label and where it leads */
    NJ_PART_PLACE,   /* an address that may not be made a link */
    NJ_PART_SMALL,   /* one line of particulars */
};

struct nj_part {
    enum nj_part_kind kind;
    const char *text; /* in the arena, never NULL */
    const char *url;  /* ACK, BUTTON: a safe link (nj_plain_is_link); else
                         NULL */
};

enum { NJ_SHEET_PARTS = 24 };

struct nj_sheet {
    struct nj_arena arena;
    struct nj_part parts[NJ_SHEET_PARTS];
    size_t count;
    int urgent; /* 1: somebody must answer */
};

/* Lay MESSAGE out. Returns 0 and OUT, to be freed with nj_sheet_finish, which
 * owns its text; or NJ_E_NOMEM (OUT is then empty). */
int nj_sheet_make(const struct nj_message *message,
                  struct nj_sheet *out) NJ_MUST;
void nj_sheet_finish(struct nj_sheet *sheet); /* safe on a zeroed one */

/* ---- words that several forms share; each appends one line to OUT -------- */

/* The headline, with the brand before it where it does not name it itself:
 * someone who watches ten brands must see at once which. */
void nj_say_headline(const struct nj_message *message, struct nj_buf *out);

/* "DRILL", "TEST" or "": what stands before everything else. Static. */
const char *nj_say_mark(const struct nj_message *message);

/* The first line: "DRILL: " or "TEST: " where it is one, a TELL's note, else
 * the headline. */
void nj_say_title(const struct nj_message *message, struct nj_buf *out);

/* "nightjar ack 4711"; nothing when there is nothing to acknowledge. */
void nj_say_command(const struct nj_message *message, struct nj_buf *out);

/* Whether an answer is asked for (CALL, MAIL), of an alert that exists. */
int nj_wants_answer(const struct nj_message *message);

/* "by troll99, on our own page (acme-page)". */
void nj_say_where(const struct nj_message *message, struct nj_buf *out);

/* "02:14 (UTC+01:00)", with the date when not the reader's today. */
void nj_say_time(int64_t at_ms,
                 const struct nj_message *message,
                 struct nj_buf *out);

#endif
