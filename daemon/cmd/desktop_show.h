/* cmd/desktop_show.h - what stands on the screen: one notification an alert,
 * by libnotify. GLib's main loop; one thread.
 *
 * The summary is plain and the body escaped, so that no post is obeyed as
 * markup. Only buttons act: there is no "default" action, since a click that
 * means "away with it" must not acknowledge. A notification that cannot be
 * shown is tried again every few seconds, and all of them when the
 * notification server comes back. */

#ifndef NJ_CMD_DESKTOP_SHOW_H
#define NJ_CMD_DESKTOP_SHOW_H

#include "cmd/desktop_line.h"

struct nj_desktop_show; /* opaque */

struct nj_desktop_show_opts {
    /* Acknowledge was pressed. */
    void (*on_ack)(void *ctx, int64_t alert, uint32_t generation);
    void *ctx;
};

/* Ready libnotify. *OUT is freed with nj_desktop_show_destroy, which takes
 * everything off the screen. 0, NJ_E_NOMEM, or NJ_E_STATE when libnotify
 * cannot be readied. */
int nj_desktop_show_create(const struct nj_desktop_show_opts *opts,
                           struct nj_desktop_show **out) NJ_MUST;
void nj_desktop_show_destroy(struct nj_desktop_show *show); /* NULL is fine */

/* Show RING, in place of what its alert showed before. */
void nj_desktop_show_ring(struct nj_desktop_show *show,
                          const struct nj_desktop_line *ring);

/* Somebody else has it: say who, quietly, in its place. */
void nj_desktop_show_clear(struct nj_desktop_show *show,
                           const struct nj_desktop_line *clear);

/* The alerts that are on the screen and not settled, at most ROOM, into OUT;
 * returns how many. */
size_t nj_desktop_show_alerts(const struct nj_desktop_show *show,
                              int64_t *out,
                              size_t room);

/* The acknowledgement of ALERT waits for nightjard to come back. */
void nj_desktop_show_waiting(struct nj_desktop_show *show, int64_t alert);

/* It was answered: OK, or WHY not; then it can be pressed again. */
void nj_desktop_show_acked(struct nj_desktop_show *show,
                           int64_t alert,
                           int ok,
                           const char *why);

/* nightjard cannot be reached, WHY; NULL: it can again. */
void nj_desktop_show_lost(struct nj_desktop_show *show, const char *why);

#endif
