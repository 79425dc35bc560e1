/* desk/desk.h - where people's hands reach the watch: the command socket, the
 * HTTP server, acknowledge links, the agents in people's sessions.
 *
 *   nightjar (CLI) ---.                               .--> command sink (watch)
 *   nightjar-desktop --+- socket -- request.c --.     |
 *      (from elsewhere over HTTP: remote.c, a long poll each)
 *   phone, browser ----+- HTTP ---- web.c ------+-----+--> push (sources)
 *   peers' callbacks --'            links.c ----'     `--> callback sink
 *                      story of the night --> followers (`log --follow`)
 *                      desktop channel ----> agents ("attend")
 *
 * Who is asking: on the socket the kernel's word for the uid, mapped to a
 * person by `login`; over HTTP a bearer token, or a signed link for one alert
 * and one person. Root and the daemon's own user may act for anyone (`as`).
 *
 * To add a verb: watch/command.h. To add a page: a row in the table of web.c.
 * Loop thread only.
 */

#ifndef NJ_DESK_DESK_H
#define NJ_DESK_DESK_H

#include "io/httpd.h"
#include "io/loop.h"
#include "model/plan.h"
#include "model/sink.h"

struct nj_desk; /* opaque */

/* A bearer token and whose it is. */
struct nj_desk_token {
    const char *secret;
    const char *person; /* NULL: the operator */
};

struct nj_desk_opts {
    struct nj_loop *loop;
    const char *socket;     /* path */
    const char *listen;     /* NULL: no HTTP server */
    const char *public_url; /* NULL: no links */
    struct nj_command_sink commands;
    struct nj_callback_sink callbacks;
    /* Hand a pushed call to SOURCE (NULL: the only one that takes pushes); it
     * answers the call. */
    void (*push)(void *ctx, const char *source, struct nj_http_call *call);
    /* Append the numbers of this moment in Prometheus' text format. */
    void (*metrics)(void *ctx, struct nj_buf *out);
    /* NULL when all is well, else what is not, in words. */
    const char *(*health)(void *ctx);
    void *ctx;
};

/* Open the socket and the HTTP server. 0, or why not with the address. */
int nj_desk_open(const struct nj_desk_opts *opts,
                 struct nj_desk **out,
                 struct nj_err *err) NJ_MUST;

/* The HTTP server's port; 0 without one. */
unsigned nj_desk_port(const struct nj_desk *desk);

/* Whom uids and tokens are looked up in from now on: PLAN is lent until the
 * next call; TOKENS are copied. 0 or NJ_E_NOMEM. */
int nj_desk_set_people(struct nj_desk *desk,
                       const struct nj_plan *plan,
                       const struct nj_desk_token *tokens,
                       size_t count) NJ_MUST;

/* The key that links are signed with: 32 bytes. */
void nj_desk_set_key(struct nj_desk *desk, const unsigned char key[32]);

/* A link by which PERSON can answer ALERT; "" when there is no public_url.
 * Good for three days. */
void nj_desk_link(void *desk,
                  int64_t alert,
                  const char *person,
                  uint32_t generation,
                  char *out,
                  size_t room);

/* The URL by which HOLDER reads the calendar FEED until their GENERATION
 * changes; "" when there is no HTTP server or no public_url. */
void nj_desk_calendar_url(void *desk,
                          const char *feed,
                          const char *holder,
                          uint32_t generation,
                          char *out,
                          size_t room);

/* Where the watch tells its story, and where the desktop channel rings. */
struct nj_story_sink nj_desk_story(struct nj_desk *desk);
struct nj_agent_sink nj_desk_agents(struct nj_desk *desk);

/* Hang up on everybody, then ON_CLOSED, never inside this call; DESK is gone.
 */
void nj_desk_close(struct nj_desk *desk,
                   void (*on_closed)(void *ctx),
                   void *ctx);

#endif
