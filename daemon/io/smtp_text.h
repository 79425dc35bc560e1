/* io/smtp_text.h - the words of SMTP (RFC 5321): what may stand in an envelope,
 * a message as it goes over the wire, a server's replies. Pure. */

#ifndef NJ_IO_SMTP_TEXT_H
#define NJ_IO_SMTP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
    NJ_SMTP_LINE_BYTES = 2048, /* of a reply; RFC 5321 wants 512 */
    NJ_SMTP_LINES = 128,       /* of one reply */
    NJ_SMTP_TEXT_BYTES = 160,  /* kept of a reply for people */
};

/* NULL when ADDRESS is a bare address that may stand in an envelope: plain
 * ASCII, one @, no blanks, quotes, brackets or controls, sane lengths. Else
 * what is wrong with it, in words. */
const char *nj_smtp_address_fault(const char *address);

/* Whether NAME may follow EHLO: a host name or an address in brackets. */
int nj_smtp_hello_is_clean(const char *name);

/* A server's URL, taken apart. */
struct nj_smtp_place {
    char host[256]; /* without brackets */
    char port[8];
    int implicit_tls; /* smtps */
};

/* Read URL: smtp://host[:port] or smtps://host[:port]. 0 or NJ_E_INVALID. */
int nj_smtp_place_read(const char *url, struct nj_smtp_place *out) NJ_MUST;

/* Append DATA to OUT as it goes over the wire: every line ends in CR LF, lone
 * CR and LF are line ends too, a dot that begins a line is doubled, NUL bytes
 * are left out; then the line with the dot that ends it (RFC 5321 4.5.2). No
 * other byte sequence can end it early. Returns OUT's status. */
int nj_smtp_add_body(struct nj_buf *out, const char *data, size_t len);

/* What a server can do, as its EHLO reply told. */
struct nj_smtp_skills {
    int starttls;
    int pipelining;
    int eight_bit;
    int auth_plain;
    int auth_login;
    int auth_any;
    int size;            /* 1: takes SIZE= */
    uint64_t size_bytes; /* the most it takes; 0: it does not say */
};

/* A reply as it comes, line by line. */
struct nj_smtp_reply {
    int code;  /* 220, 250, 451...; 0 before the first line */
    int lines; /* so far */
    char text[NJ_SMTP_TEXT_BYTES]; /* the last line, made harmless */
};

/* Begin a new reply. */
void nj_smtp_reply_clear(struct nj_smtp_reply *reply);

/* Take one LINE without its line end. SKILLS (may be NULL) learns from it.
 * Returns 1 when the reply is whole, 0 when more lines follow, NJ_E_INVALID
 * when this is no SMTP. */
int nj_smtp_reply_line(struct nj_smtp_reply *reply,
                       const char *line,
                       size_t len,
                       struct nj_smtp_skills *skills) NJ_MUST;

#endif
