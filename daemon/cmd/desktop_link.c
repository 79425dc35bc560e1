#include "cmd/desktop_link.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

enum {
    RETRY_LEAST_S = 1,
    RETRY_MOST_S = 30,
    ANSWER_WITHIN_S = 30,
    ATTEND_EVERY_S = 60,
    MAX_WAITING = 64, /* acknowledgements pressed while nobody listens */
    MAX_SHOWN = 200,  /* alerts asked after at once */
};

enum state { AWAY, ASKING, HERE };

static const char *const state_names[] = {"away", "asking", "here"};

/* One thing asked, or to ask. */
struct ask {
    int64_t alert; /* 0: attend, or standing */
    uint32_t generation;
    struct ask *next;
};

struct nj_desktop_link {
    struct nj_desktop_link_opts opts;
    enum state state;
    int fd;         /* -1 when away */
    guint watch;    /* of the fd */
    guint retry;    /* timer: connect again */
    guint patience; /* timer: the answer must come */
    guint attend;   /* timer: ask again whether it is there */
    guint lost;     /* timer: say that it is away */
    int told_lost;  /* 1: on_lost was told */
    unsigned retry_s;
    struct nj_buf in;     /* what came, up to the last newline */
    struct ask attending; /* what asks "attend" */
    struct ask standing;  /* what asks which alerts are settled */
    struct ask *asked;    /* waits for its answer; the connection's one */
    struct ask *waiting, **last; /* acknowledgements not asked yet; owned */
    size_t waiting_count;
    char why[160]; /* why it is away */
};

static void move(struct nj_desktop_link *link, enum state to)
{
    if (link->state != to) {
        nj_log_info("nightjard: %s -> %s%s%s", state_names[link->state],
                    state_names[to], to == AWAY ? ": " : "",
                    to == AWAY ? link->why : "");
        link->state = to;
    }
}

static void stop_timer(guint *timer)
{
    if (*timer != 0) {
        (void)g_source_remove(*timer);
        *timer = 0;
    }
}

/* ---- asking -------------------------------------------------------------- */

static void ask_next(struct nj_desktop_link *link);
static void hang_up(struct nj_desktop_link *link, const char *why);

static gboolean on_no_answer(gpointer data)
{
    struct nj_desktop_link *link = data;

    link->patience = 0;
    hang_up(link, "it does not answer");
    return G_SOURCE_REMOVE;
}

static int send_line(struct nj_desktop_link *link, const struct nj_buf *line)
{
    ssize_t n = line->status != 0
                    ? -1
                    : send(link->fd, line->data, line->len, MSG_NOSIGNAL);

    return n == (ssize_t)line->len ? 0 : NJ_E_NET;
}

static void ask(struct nj_desktop_link *link, struct ask *what)
{
    struct nj_buf line;
    int status;

    nj_buf_init(&line, 8192);
    if (what == &link->attending) {
        (void)nj_buf_adds(&line, "{\"verb\":\"attend\"}\n");
    } else if (what == &link->standing) {
        int64_t shown[MAX_SHOWN];

        nj_desktop_standing(
            &line, shown,
            link->opts.on_shown(link->opts.ctx, shown, MAX_SHOWN));
    } else {
        nj_desktop_ack(&line, what->alert, what->generation);
    }
    status = send_line(link, &line);
    nj_buf_finish(&line);
    link->asked = what;
    link->patience = g_timeout_add_seconds(ANSWER_WITHIN_S, on_no_answer, link);
    if (status != 0) {
        hang_up(link, "it does not read");
    }
}

static gboolean on_attend_due(gpointer data)
{
    struct nj_desktop_link *link = data;

    if (link->asked == NULL) {
        ask(link, &link->attending);
    }
    return G_SOURCE_CONTINUE;
}

static void ask_next(struct nj_desktop_link *link)
{
    struct ask *next = link->waiting;

    if (link->state != HERE || link->asked != NULL || next == NULL) {
        return;
    }
    ask(link, next);
}

/* Take the oldest acknowledgement off the list. */
static void drop_waiting(struct nj_desktop_link *link)
{
    struct ask *first = link->waiting;

    link->waiting = first->next;
    if (link->waiting == NULL) {
        link->last = &link->waiting;
    }
    link->waiting_count--;
    free(first);
}

static void tell_here(struct nj_desktop_link *link)
{
    stop_timer(&link->lost);
    if (link->told_lost) {
        link->told_lost = 0;
        link->opts.on_lost(link->opts.ctx, NULL);
    }
}

static void on_answer(struct nj_desktop_link *link,
                      const struct nj_desktop_line *line)
{
    struct ask *asked = link->asked;

    stop_timer(&link->patience);
    link->asked = NULL;
    if (asked == NULL) {
        nj_log_warning("nightjard answers what was not asked");
        return;
    }
    if (asked == &link->standing) {
        link->opts.on_line(link->opts.ctx, line);
    } else if (asked->alert != 0) {
        int64_t alert = asked->alert;

        drop_waiting(link);
        link->opts.on_acked(link->opts.ctx, alert, line->ok, line->body);
    } else if (!line->ok) {
        hang_up(link, line->body[0] != '\0' ? line->body : "it sends us away");
        return;
    } else {
        int again = link->state != HERE;
        int64_t any;

        link->retry_s = RETRY_LEAST_S;
        move(link, HERE);
        tell_here(link);
        if (again && link->opts.on_shown(link->opts.ctx, &any, 1) > 0) {
            /* what was shown may be settled by now */
            ask(link, &link->standing);
            return;
        }
    }
    ask_next(link);
}

/* ---- the connection ------------------------------------------------------ */

static void try_connect(struct nj_desktop_link *link);

static gboolean on_retry(gpointer data)
{
    struct nj_desktop_link *link = data;

    link->retry = 0;
    try_connect(link);
    return G_SOURCE_REMOVE;
}

static gboolean on_lost_due(gpointer data)
{
    struct nj_desktop_link *link = data;

    link->lost = 0;
    link->told_lost = 1;
    link->opts.on_lost(link->opts.ctx, link->why);
    return G_SOURCE_REMOVE;
}

/* Let go of the connection and come back later. */
static void hang_up(struct nj_desktop_link *link, const char *why)
{
    size_t len = nj_utf8_cut(why, strlen(why), sizeof link->why - 1);

    memcpy(link->why, why, len);
    link->why[len] = '\0';
    stop_timer(&link->watch);
    stop_timer(&link->patience);
    stop_timer(&link->attend);
    if (link->fd >= 0) {
        (void)close(link->fd);
        link->fd = -1;
    }
    nj_buf_clear(&link->in);
    link->asked = NULL; /* an acknowledgement stays first in line */
    move(link, AWAY);
    if (link->lost == 0 && !link->told_lost) {
        link->lost =
            g_timeout_add((guint)link->opts.lost_after_ms, on_lost_due, link);
    }
    if (link->retry == 0) {
        link->retry = g_timeout_add_seconds(link->retry_s, on_retry, link);
        link->retry_s =
            link->retry_s * 2 > RETRY_MOST_S ? RETRY_MOST_S : link->retry_s * 2;
    }
}

/* One line; the link may be hung up when this returns. */
static void
take_line(struct nj_desktop_link *link, const char *text, size_t len)
{
    struct nj_desktop_line line;
    struct nj_err err = {0};
    int status = nj_desktop_line_read(text, len, &line, &err);

    if (status != 0) {
        nj_log_warning("%s", err.text);
        if (status != NJ_E_NOMEM) {
            hang_up(link, "it says what this agent does not understand");
        }
        return;
    }
    if (line.kind == NJ_DESKTOP_ANSWER) {
        on_answer(link, &line);
    } else {
        link->opts.on_line(link->opts.ctx, &line);
    }
    nj_desktop_line_finish(&line);
}

static void take_lines(struct nj_desktop_link *link)
{
    while (link->fd >= 0 && link->in.len > 0) {
        char *end = memchr(link->in.data, '\n', link->in.len);
        size_t len;

        if (end == NULL) {
            return;
        }
        len = (size_t)(end - link->in.data);
        take_line(link, link->in.data, len);
        if (link->fd >= 0) {
            nj_buf_drop(&link->in, len + 1);
        }
    }
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
    struct nj_desktop_link *link = data;
    char bytes[8192];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);

    (void)condition;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return G_SOURCE_CONTINUE;
    }
    if (n <= 0) {
        link->watch = 0; /* removed by what we return */
        hang_up(link, n == 0 ? "it hung up" : g_strerror(errno));
        return G_SOURCE_REMOVE;
    }
    if (nj_buf_add(&link->in, bytes, (size_t)n) != 0) {
        link->watch = 0;
        hang_up(link, "it says too much at once");
        return G_SOURCE_REMOVE;
    }
    take_lines(link);
    return link->watch != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static int open_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address)) {
        int saved = errno;

        (void)close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static void try_connect(struct nj_desktop_link *link)
{
    char why[160];

    if (link->opts.server != NULL) {
        link->fd = nj_desktop_bridge(link->opts.server);
        errno = ENOMEM;
    } else {
        link->fd = open_socket(link->opts.socket);
    }
    if (link->fd < 0) {
        (void)g_snprintf(why, sizeof why, "%s: %s",
                         link->opts.server != NULL ? link->opts.server->url
                                                   : link->opts.socket,
                         g_strerror(errno));
        link->fd = -1;
        hang_up(link, why);
        return;
    }
    link->watch = g_unix_fd_add(link->fd, G_IO_IN | G_IO_HUP | G_IO_ERR,
                                on_readable, link);
    link->attend = g_timeout_add_seconds(ATTEND_EVERY_S, on_attend_due, link);
    move(link, ASKING);
    ask(link, &link->attending);
}

/* ---- life ---------------------------------------------------------------- */

int nj_desktop_link_create(const struct nj_desktop_link_opts *opts,
                           struct nj_desktop_link **out)
{
    struct nj_desktop_link *link = calloc(1, sizeof *link);

    if (link == NULL) {
        return NJ_E_NOMEM;
    }
    link->opts = *opts;
    link->fd = -1;
    link->retry_s = RETRY_LEAST_S;
    link->last = &link->waiting;
    nj_buf_init(&link->in, NJ_DESKTOP_LINE_BYTES);
    *out = link;
    try_connect(link);
    return 0;
}

void nj_desktop_link_destroy(struct nj_desktop_link *link)
{
    if (link == NULL) {
        return;
    }
    stop_timer(&link->watch);
    stop_timer(&link->retry);
    stop_timer(&link->patience);
    stop_timer(&link->attend);
    stop_timer(&link->lost);
    if (link->fd >= 0) {
        (void)close(link->fd);
    }
    while (link->waiting != NULL) {
        drop_waiting(link);
    }
    nj_buf_finish(&link->in);
    free(link);
}

int nj_desktop_link_ack(struct nj_desktop_link *link,
                        int64_t alert,
                        uint32_t generation)
{
    struct ask *what;

    if (link->waiting_count == MAX_WAITING) {
        return NJ_E_TOOBIG;
    }
    what = calloc(1, sizeof *what);
    if (what == NULL) {
        return NJ_E_NOMEM;
    }
    what->alert = alert;
    what->generation = generation;
    *link->last = what;
    link->last = &what->next;
    link->waiting_count++;
    ask_next(link);
    return 0;
}

int nj_desktop_link_is_here(const struct nj_desktop_link *link)
{
    return link->state == HERE;
}
