/* Connecting to the command socket from a loop: the desktop agent. */

#include <string.h>

#include "io/sock_inside.h"

static void on_connected(uv_connect_t *connect, int status)
{
    struct nj_sock *sock = connect->data;

    if (sock->state == NJ_SOCK_CLOSING) {
        return; /* closed meanwhile */
    }
    if (status < 0) {
        nj_sock_drop(sock, uv_strerror(status));
    } else {
        nj_sock_identify(sock);
        nj_sock_opened(sock);
    }
}

int nj_sock_connect(struct nj_loop *loop,
                    const char *path,
                    const struct nj_sock_events *events,
                    struct nj_sock **out,
                    struct nj_err *err)
{
    struct nj_sock *sock;
    int code = nj_sock_path_check(path, err);

    if (code != 0) {
        return code;
    }
    sock = nj_sock_create(loop, events, NULL);
    if (sock == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "socket: no memory");
    }
    sock->connect.data = sock;
    uv_pipe_connect(&sock->connect, &sock->pipe, path, on_connected);
    *out = sock;
    return 0;
}
