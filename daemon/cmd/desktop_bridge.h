/* cmd/desktop_bridge.h - nightjard over HTTPS, as if it were a socket: a line
 * in becomes a POST, a long poll becomes lines out (cmd/desktop_line.h says
 * which). Two threads of its own, since GLib's loop and ours cannot share one:
 *
 *   link <--socketpair--> asker   POST /v1/command, the first /v1/attend
 *              ^--------- listener  POST /v1/attend, again and again
 *
 * When the server cannot be reached, or the token is nobody's, it hangs up as a
 * socket would; the link comes back with a new bridge. */

#ifndef NJ_CMD_DESKTOP_BRIDGE_H
#define NJ_CMD_DESKTOP_BRIDGE_H

#include "base/err.h"

struct nj_desktop_server {
    const char *url;     /* https://night.example.org */
    const char *token;   /* a person's own */
    const char *ca_file; /* NULL: the system's authorities */
};

/* Start a bridge to SERVER (lent for the program's life). Returns a connected
 * socket, the caller's, whose closing ends the bridge; or NJ_E_NOMEM. */
int nj_desktop_bridge(const struct nj_desktop_server *server) NJ_MUST;

#endif
