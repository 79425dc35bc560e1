/* cmd/desktop_line.h - the lines between nightjard and nightjar-desktop: what
 * the daemon says read into records, what the person answers written. Pure,
 * without GLib, so that hostile lines can be tested alone.
 *
 *   agent -> daemon   {"verb":"attend"}
 *                     {"verb":"ack","ids":[4711],"generation":3,"by":"desktop"}
 *                     {"verb":"standing","ids":[4711,4712]}   after an absence
 *   daemon -> agent   {"ok":true,...} {"ok":false,"error":"..."}   one for each
 *                     {"ring":{...}} {"clear":{...}}   see notify/render.h
 *
 * All text that comes out is plain (notify/plain.h): no control, no direction
 * trick; it is not markup yet. */

#ifndef NJ_CMD_DESKTOP_LINE_H
#define NJ_CMD_DESKTOP_LINE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/level.h"

enum nj_desktop_kind {
    NJ_DESKTOP_RING,   /* show this */
    NJ_DESKTOP_CLEAR,  /* somebody else has it: withdraw it */
    NJ_DESKTOP_ANSWER, /* to the oldest of our requests */
};

struct nj_desktop_line {
    enum nj_desktop_kind kind;
    struct nj_arena arena; /* owns the text */
    int64_t alert;         /* 0: none (a test) */
    int64_t page;
    uint32_t generation;
    enum nj_level severity;
    int urgent;           /* a call that is critical: stays until answered */
    int wants_answer;     /* there is something to acknowledge */
    int ok;               /* ANSWER */
    const char *headline; /* one line; RING, CLEAR: never NULL */
    const char *body;     /* lines, may be ""; for a CLEAR who has it; for an
                             ANSWER that is not ok why; never NULL */
    const char *url;      /* a web address fit to open, or NULL */
    /* ANSWER to "standing": the alerts that are settled, and why in words. */
    struct nj_desktop_settled {
        int64_t alert;
        const char *text; /* never NULL */
    } * settled;
    size_t settled_count;
};

enum { NJ_DESKTOP_LINE_BYTES = 256 << 10 };

/* Read LINE[0..LEN). Returns 0 and OUT, to be freed with
 * nj_desktop_line_finish; NJ_E_INVALID when it is none of these;
 * NJ_E_TOOBIG; NJ_E_NOMEM (OUT untouched). */
int nj_desktop_line_read(const char *line,
                         size_t len,
                         struct nj_desktop_line *out,
                         struct nj_err *err) NJ_MUST;
void nj_desktop_line_finish(struct nj_desktop_line *line);

/* Append the request that asks which of the COUNT alerts IDS are settled. */
void nj_desktop_standing(struct nj_buf *out, const int64_t *ids, size_t count);

/* Append the request that acknowledges ALERT, with its newline. */
void nj_desktop_ack(struct nj_buf *out, int64_t alert, uint32_t generation);

#endif
