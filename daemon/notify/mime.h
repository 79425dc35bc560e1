/* notify/mime.h - a mail as bytes: RFC 5322 headers, RFC 2047 words, RFC 2046
 * multipart/alternative, RFC 2045 quoted-printable; CRLF throughout, no line
 * over 78 columns, all ASCII. No value can end its line: every text is made
 * plain (notify/plain.h), every address checked (notify/address.h). Pure. */

#ifndef NJ_NOTIFY_MIME_H
#define NJ_NOTIFY_MIME_H

#include <stdint.h>

#include "base/buf.h"

struct nj_mime_header {
    const char *name; /* ours, not foreign */
    const char *value;
};

struct nj_mime {
    const char *from_name; /* NULL: none; these three are display names */
    const char *from;      /* bare address */
    const char *to_name;   /* NULL: none */
    const char *to;        /* bare address */
    const char *reply_to;  /* bare address; NULL: none */
    const char *subject;
    int64_t date_ms;         /* wall time */
    int offset_s;            /* of the clock it is written on, from UTC */
    const char *message_id;  /* without < >: letters, digits, . - @ */
    const char *in_reply_to; /* likewise; NULL: begins a conversation */
    const struct nj_mime_header *more; /* further headers, name NULL ends */
    const char *text;                  /* '\n' at line ends */
    const char *html;
};

/* Append MAIL to OUT. Returns 0; NJ_E_INVALID when an address is none (OUT
 * untouched); OUT->status otherwise. */
int nj_mime_write(const struct nj_mime *mail, struct nj_buf *out) NJ_MUST;

/* Append one header line, folded; VALUE is foreign text. */
void nj_mime_header_text(struct nj_buf *out,
                         const char *name,
                         const char *value);

/* Append TEXT as quoted-printable with CRLF. */
void nj_mime_quoted(struct nj_buf *out, const char *text);

#endif
