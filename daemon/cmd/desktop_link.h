/* cmd/desktop_link.h - nightjar-desktop's line to nightjard: connects, attends,
 * asks one thing at a time, and comes back for ever.
 *
 *            connected            "attending"
 *   AWAY ---------------> ASKING -------------> HERE
 *    ^  ^ again in 1 s..30 s  |                   |  every minute: attend again
 *    |  `---------------------'                   |  (a daemon that hangs does
 *    `------- hung up, no answer in 30 s ---------'   not hang up)
 *
 * A request that was not answered when the line broke is asked again: an
 * acknowledgement that was pressed is not lost. GLib's main loop; one thread.
 */

#ifndef NJ_CMD_DESKTOP_LINK_H
#define NJ_CMD_DESKTOP_LINK_H

#include "cmd/desktop_bridge.h"
#include "cmd/desktop_line.h"

struct nj_desktop_link; /* opaque */

struct nj_desktop_link_opts {
    const char *socket;                     /* path; lent for the link's life */
    const struct nj_desktop_server *server; /* instead of the socket; or NULL */
    int64_t lost_after_ms; /* how long the daemon may be away unnoticed */
    /* A RING or CLEAR came, or what is settled meanwhile; lent for the call. */
    void (*on_line)(void *ctx, const struct nj_desktop_line *line);
    /* The alerts that are shown, at most ROOM, into OUT; asked for when the
     * daemon is here again. Returns how many. */
    size_t (*on_shown)(void *ctx, int64_t *out, size_t room);
    /* The acknowledgement of ALERT was answered: OK, or WHY not. */
    void (*on_acked)(void *ctx, int64_t alert, int ok, const char *why);
    /* Away for longer than lost_after_ms, WHY in words; NULL: here again.
     * Told once each way. */
    void (*on_lost)(void *ctx, const char *why);
    void *ctx;
};

/* Start; *OUT is freed with nj_desktop_link_destroy. 0 or NJ_E_NOMEM. */
int nj_desktop_link_create(const struct nj_desktop_link_opts *opts,
                           struct nj_desktop_link **out) NJ_MUST;
void nj_desktop_link_destroy(struct nj_desktop_link *link); /* NULL is fine */

/* Acknowledge ALERT as of GENERATION; on_acked comes when the daemon has
 * answered, however long that takes. 0, or NJ_E_NOMEM, NJ_E_TOOBIG when too
 * many wait: then on_acked never comes. */
int nj_desktop_link_ack(struct nj_desktop_link *link,
                        int64_t alert,
                        uint32_t generation) NJ_MUST;

/* Whether the daemon is here now. */
int nj_desktop_link_is_here(const struct nj_desktop_link *link);

#endif
