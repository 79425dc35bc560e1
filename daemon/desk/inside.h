/* desk/inside.h - inside the desk: its parts and who they serve. */

#ifndef NJ_DESK_INSIDE_H
#define NJ_DESK_INSIDE_H

#include "desk/desk.h"
#include "desk/links.h"
#include "desk/request.h"
#include "io/sock.h"

/* One connection on the command socket. */
struct nj_guest {
    struct nj_desk *desk;
    struct nj_sock *sock; /* NULL once it hung up */
    struct nj_guest *next, **back;
    size_t pending; /* commands not answered yet */
    int attends;    /* an agent: rings go here */
    int follows;    /* hears the story */
    int follows_all;
    char login[64]; /* of its user, "" unknown */
    int trusted;    /* root or our own user: may act for anyone */
};

struct nj_remote; /* an agent over HTTP; opaque */

struct nj_desk {
    struct nj_desk_opts opts;
    char *public_url; /* owned */
    const struct nj_plan *plan;
    struct nj_desk_token *tokens; /* owned, with their text */
    size_t token_count;
    unsigned char key[NJ_LINK_KEY];
    struct nj_sock_server *server;
    struct nj_httpd *httpd;
    struct nj_guest *guests;
    struct nj_remote *remotes;
    int parts_open; /* closing: how many have yet to close */
    void (*on_closed)(void *ctx);
    void *closed_ctx;
    struct nj_defer closed;
};

/* Who is asking, by whichever way. */
struct nj_caller {
    const char *person; /* name; NULL: nobody known */
    int trusted;        /* may act for anyone */
    const char *by;     /* "cli", "http" */
};

/* Settle who acts: COMMAND's actor and by. 0, or NJ_E_DENIED in words. */
int nj_desk_admit(const struct nj_desk *desk,
                  const struct nj_caller *caller,
                  struct nj_request *request,
                  struct nj_err *err) NJ_MUST;

/* counter.c: the socket. web.c: HTTP. */
extern const struct nj_sock_events nj_counter_events;
void nj_counter_tell(void *desk, const struct nj_event *event);
size_t nj_counter_ring(void *desk, const char *login, const char *json);
void nj_web_call(void *desk, struct nj_http_call *call);

/* web_calendar.c: the feed that REST of the path names. */
void nj_web_calendar(struct nj_desk *desk,
                     struct nj_http_call *call,
                     const char *rest);

/* web.c: whose token CALL bears; NULL when none of ours. And answers. */
const struct nj_desk_token *nj_web_token(const struct nj_desk *desk,
                                         struct nj_http_call *call);
void nj_web_answer(struct nj_http_call *call,
                   int status,
                   const char *type,
                   const char *body,
                   size_t len);
void nj_web_error(struct nj_http_call *call, int status, const char *text);

/* remote.c: agents over HTTP. JSON goes to those at LOGIN's desktop (NULL: to
 * all); returns how many took it. */
void nj_web_attend(struct nj_desk *desk,
                   struct nj_http_call *call,
                   const char *rest);
size_t
nj_remote_ring(struct nj_desk *desk, const char *login, const char *json);
void nj_remotes_close(struct nj_desk *desk);

/* ack_page.c: HTML for a link. STATE: what is known of the alert, or NULL. */
void nj_ack_page(struct nj_buf *out,
                 const struct nj_link *link,
                 const char *token);
void nj_ack_result(struct nj_buf *out, const char *heading, const char *text);

#endif
