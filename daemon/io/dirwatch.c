#include "io/dirwatch.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <uv.h>

enum { EVENT_BYTES = 4096 }; /* at least one event with the longest name */

static const uint32_t changes =
    IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE;
static const uint32_t gone =
    IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

struct nj_dirwatch {
    uv_poll_t poll;
    int fd;
    int closing;
    void (*on_change)(void *ctx, const char *name);
    void *ctx;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* A directory that moved away is not the one we were asked to watch. */
static void take_event(struct nj_dirwatch *watch,
                       const struct inotify_event *event)
{
    if ((event->mask & gone) != 0) {
        (void)uv_poll_stop(&watch->poll);
        watch->on_change(watch->ctx, NULL);
    } else if ((event->mask & IN_Q_OVERFLOW) != 0) {
        watch->on_change(watch->ctx, NULL);
    } else if (event->len > 0) {
        watch->on_change(watch->ctx, event->name);
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct nj_dirwatch *watch = poll->data;
    alignas(struct inotify_event) char bytes[EVENT_BYTES];
    ssize_t count = read(watch->fd, bytes, sizeof bytes);
    ssize_t at = 0;

    (void)status;
    (void)events;
    while (at < count && !watch->closing &&
           uv_is_active((const uv_handle_t *)poll)) {
        const struct inotify_event *event = (const void *)(bytes + at);

        at += (ssize_t)(sizeof *event + event->len);
        take_event(watch, event);
    }
}

static int refuse(const char *path, struct nj_err *err)
{
    int code = errno == ENOENT || errno == ENOTDIR ? NJ_E_NOTFOUND
               : errno == EACCES                   ? NJ_E_DENIED
                                                   : NJ_E_IO;

    return nj_err_set(
        err, code, "watch directory: %s: %s%s", path, strerror(errno),
        errno == ENOSPC || errno == EMFILE ? "; raise fs.inotify in sysctl"
                                           : "");
}

static int open_inotify(const char *path, int *out_fd, struct nj_err *err)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    if (fd < 0) {
        return refuse(path, err);
    }
    if (inotify_add_watch(fd, path, changes | gone | IN_ONLYDIR) < 0) {
        int code = refuse(path, err);

        (void)close(fd);
        return code;
    }
    *out_fd = fd;
    return 0;
}

int nj_dirwatch_open(struct nj_loop *loop,
                     const char *path,
                     void (*on_change)(void *ctx, const char *name),
                     void *ctx,
                     struct nj_dirwatch **out,
                     struct nj_err *err)
{
    struct nj_dirwatch *watch = calloc(1, sizeof *watch);
    int code;

    if (watch == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "watch directory: no memory");
    }
    code = open_inotify(path, &watch->fd, err);
    if (code != 0) {
        free(watch);
        return code;
    }
    code = uv_poll_init(nj_loop_uv(loop), &watch->poll, watch->fd);
    if (code != 0) {
        (void)close(watch->fd);
        free(watch);
        return nj_err_set(err, NJ_E_IO, "watch directory: %s: %s", path,
                          uv_strerror(code));
    }
    watch->poll.data = watch;
    watch->on_change = on_change;
    watch->ctx = ctx;
    (void)uv_poll_start(&watch->poll, UV_READABLE, on_readable);
    *out = watch;
    return 0;
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct nj_dirwatch *watch = handle->data;
    void (*on_closed)(void *ctx) = watch->on_closed;
    void *ctx = watch->closed_ctx;

    (void)close(watch->fd);
    free(watch);
    if (on_closed != NULL) {
        on_closed(ctx);
    }
}

void nj_dirwatch_close(struct nj_dirwatch *watch,
                       void (*on_closed)(void *ctx),
                       void *ctx)
{
    watch->closing = 1;
    watch->on_closed = on_closed;
    watch->closed_ctx = ctx;
    uv_close((uv_handle_t *)&watch->poll, on_poll_closed);
}
