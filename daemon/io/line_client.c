/* The blocking client of the command socket: a command of the CLI sends its
 * line and waits for answers. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "io/frame.h"
#include "io/sock_inside.h"

struct nj_line_client {
    int fd;
    int ended; /* the daemon has closed */
    struct nj_frame frame;
    char chunk[NJ_FRAME_CHUNK];
};

static int cannot_reach(const char *path, struct nj_err *err)
{
    switch (errno) {
    case ENOENT:
    case ECONNREFUSED:
        return nj_err_set(
            err, NJ_E_NET,
            "no nightjard answers at %s; is it running? "
            "(`systemctl status nightjard`, or say --socket PATH)",
            path);
    case EACCES:
        return nj_err_set(err, NJ_E_NET,
                          "may not connect to %s; ask to be added to the "
                          "group that owns it",
                          path);
    default:
        return nj_err_set(err, NJ_E_NET, "cannot connect to %s: %s", path,
                          strerror(errno));
    }
}

static int connect_to(const char *path, int *out_fd, struct nj_err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int code = nj_sock_path_check(path, err);
    int fd;

    if (code != 0) {
        return nj_err_wrap(err, NJ_E_NET, "cannot connect");
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        code = cannot_reach(path, err);
        if (fd >= 0) {
            (void)close(fd);
        }
        return code;
    }
    *out_fd = fd;
    return 0;
}

int nj_line_connect(const char *path,
                    struct nj_line_client **out,
                    struct nj_err *err)
{
    struct nj_line_client *client = calloc(1, sizeof *client);
    int code;

    if (client == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory to connect");
    }
    code = connect_to(path, &client->fd, err);
    if (code != 0) {
        free(client);
        return code;
    }
    nj_frame_init(&client->frame, NJ_LIMIT_FRAME_BYTES);
    *out = client;
    return 0;
}

static int send_all(int fd, const char *bytes, size_t len, struct nj_err *err)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL | MSG_MORE);

        if (n < 0 && errno != EINTR) {
            return nj_err_set(err, NJ_E_NET,
                              "nightjard did not take the command: %s",
                              strerror(errno));
        }
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

int nj_line_send(struct nj_line_client *client,
                 const char *line,
                 size_t len,
                 struct nj_err *err)
{
    int code;

    if (len > NJ_LIMIT_FRAME_BYTES) {
        return nj_err_set(err, NJ_E_TOOBIG,
                          "%zu bytes are too many for one command; at most %d",
                          len, NJ_LIMIT_FRAME_BYTES);
    }
    code = send_all(client->fd, line, len, err);
    return code == 0 ? send_all(client->fd, "\n", 1, err) : code;
}

static int64_t steady_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait for bytes until steady time END_MS (-1: for ever). */
static int wait_readable(int fd, int64_t end_ms, struct nj_err *err)
{
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        int64_t left = end_ms < 0 ? -1 : end_ms - steady_ms();
        int n;

        left = end_ms >= 0 && left < 0 ? 0 : left;
        n = poll(&poll_fd, 1, left > 1000000 ? 1000000 : (int)left);
        if (n > 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return nj_err_set(err, NJ_E_NET, "cannot wait for nightjard: %s",
                              strerror(errno));
        }
        if (end_ms >= 0 && steady_ms() >= end_ms) {
            return nj_err_set(err, NJ_E_TIMEOUT,
                              "nightjard did not answer in time");
        }
    }
}

static int read_more(struct nj_line_client *client, struct nj_err *err)
{
    ssize_t n = recv(client->fd, client->chunk, sizeof client->chunk, 0);

    if (n < 0) {
        return errno == EINTR ? 0
                              : nj_err_set(err, NJ_E_NET, "lost nightjard: %s",
                                           strerror(errno));
    }
    if (n == 0) {
        client->ended = 1;
        return 0;
    }
    if (nj_frame_feed(&client->frame, client->chunk, (size_t)n) != 0) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory for the answer");
    }
    return 0;
}

/* A broken line: what comes from the socket is no nightjard's answer. */
static int bad_line(int code, struct nj_err *err)
{
    return code == NJ_E_TOOBIG
               ? nj_err_set(err, NJ_E_TOOBIG,
                            "the answer has a line over %d bytes",
                            NJ_LIMIT_FRAME_BYTES)
               : nj_err_set(err, NJ_E_NET, "the answer has a NUL byte");
}

int nj_line_next(struct nj_line_client *client,
                 int64_t timeout_ms,
                 const char **out,
                 size_t *out_len,
                 struct nj_err *err)
{
    int64_t end_ms = timeout_ms < 0 ? -1 : steady_ms() + timeout_ms;
    int code = nj_frame_next(&client->frame, out, out_len);

    while (code == 0 && !client->ended) {
        code = wait_readable(client->fd, end_ms, err);
        if (code == 0) {
            code = read_more(client, err);
        }
        if (code != 0) {
            return code;
        }
        code = nj_frame_next(&client->frame, out, out_len);
    }
    if (code < 0) {
        return bad_line(code, err);
    }
    if (code == 0) {
        *out = NULL;
        *out_len = 0;
    }
    return 0;
}

void nj_line_close(struct nj_line_client *client)
{
    if (client != NULL) {
        (void)close(client->fd);
        nj_frame_finish(&client->frame);
        free(client);
    }
}
