/* Where a listening socket stands: handed over by systemd, or a file of our
 * own. A lock beside the file says that a daemon lives, so that two that start
 * at the same moment cannot both take the place for abandoned. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/sock_inside.h"
#include "io/system.h"

struct nj_sock_place {
    char *path;  /* owned; NULL: systemd's */
    int lock_fd; /* -1: none */
    dev_t dev;   /* of the socket file we made */
    ino_t ino;
};

int nj_sock_path_check(const char *path, struct nj_err *err)
{
    const size_t most = sizeof((struct sockaddr_un *)0)->sun_path - 1;

    if (path[0] == '\0') {
        return nj_err_set(err, NJ_E_INVALID,
                          "socket: the path is empty; write "
                          "/run/nightjar/nightjar.sock");
    }
    if (strlen(path) > most) {
        return nj_err_set(err, NJ_E_INVALID,
                          "socket: %s: %zu bytes, a socket's path has at most "
                          "%zu; choose a shorter directory",
                          path, strlen(path), most);
    }
    return 0;
}

static void address_of(const char *path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(out->sun_path, path, strlen(path) + 1);
}

/* Whether FD is a unix stream socket that listens; its address to OUT. */
static int is_listener(int fd, struct sockaddr_un *out)
{
    int type = 0;
    int listens = 0;
    socklen_t type_size = sizeof type;
    socklen_t listens_size = sizeof listens;
    socklen_t size = sizeof *out - 1;

    *out = (struct sockaddr_un){0}; /* its NUL stays behind the path */
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 &&
           type == SOCK_STREAM &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) ==
               0 &&
           listens && getsockname(fd, (struct sockaddr *)out, &size) == 0 &&
           out->sun_family == AF_UNIX;
}

/* A unix socket from LISTEN_FDS: the one at PATH, else the first; -1 none. */
static int fd_of_systemd(const char *path)
{
    int count = nj_system_handed_fds();
    int found = -1;

    for (int i = count - 1; i >= 0; i--) {
        int fd = NJ_SYSTEM_FIRST_FD + i;
        struct sockaddr_un address;

        if (is_listener(fd, &address)) {
            found = fd;
            if (strcmp(address.sun_path, path) == 0) {
                return fd;
            }
        }
    }
    return found;
}

static int lives(const char *path, struct nj_err *err)
{
    return nj_err_set(err, NJ_E_EXISTS,
                      "socket: %s: another nightjard runs there; stop it "
                      "first, or choose another daemon.socket",
                      path);
}

static int fails(const char *path, const char *what, struct nj_err *err)
{
    return nj_err_set(err, NJ_E_IO, "socket: %s: %s: %s", path, what,
                      strerror(errno));
}

/* Hold PATH.lock as long as we live; the kernel lets go of it when we die. */
static int lock_place(struct nj_sock_place *place, struct nj_err *err)
{
    char name[sizeof((struct sockaddr_un *)0)->sun_path + 8];

    (void)snprintf(name, sizeof name, "%s.lock", place->path);
    place->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                          S_IRUSR | S_IWUSR);
    if (place->lock_fd < 0) {
        return fails(name, "cannot open", err);
    }
    if (flock(place->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? lives(place->path, err)
                                    : fails(name, "cannot lock", err);
    }
    return 0;
}

/* Whether somebody listens at ADDRESS. A full backlog is somebody, too. */
static int is_alive(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int alive;

    if (fd < 0) {
        return 1;
    }
    alive =
        connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ||
        (errno != ECONNREFUSED && errno != ENOENT);
    (void)close(fd);
    return alive;
}

/* Remove what a daemon that died has left at PATH, and nothing else. */
static int clear_stale(const char *path,
                       const struct sockaddr_un *address,
                       struct nj_err *err)
{
    struct stat st;

    if (lstat(path, &st) != 0) {
        return errno == ENOENT ? 0 : fails(path, "cannot look", err);
    }
    if (!S_ISSOCK(st.st_mode)) {
        return nj_err_set(err, NJ_E_EXISTS,
                          "socket: %s: is there and is no socket; move it "
                          "away, or choose another daemon.socket",
                          path);
    }
    if (is_alive(address)) {
        return lives(path, err);
    }
    return unlink(path) == 0 || errno == ENOENT
               ? 0
               : fails(path, "cannot remove the stale socket", err);
}

/* Nobody can connect before listen(), so the mode is never too wide. */
static int bind_place(struct nj_sock_place *place,
                      int fd,
                      const struct sockaddr_un *address,
                      mode_t mode,
                      struct nj_err *err)
{
    struct stat st;

    if (bind(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        return fails(place->path, "cannot bind", err);
    }
    if (chmod(place->path, mode) != 0 || lstat(place->path, &st) != 0) {
        return fails(place->path, "cannot set its mode", err);
    }
    place->dev = st.st_dev;
    place->ino = st.st_ino;
    return 0;
}

static int make_place(struct nj_sock_place *place,
                      mode_t mode,
                      int *out_fd,
                      struct nj_err *err)
{
    struct sockaddr_un address;
    int code = lock_place(place, err);
    int fd;

    address_of(place->path, &address);
    if (code == 0) {
        code = clear_stale(place->path, &address, err);
    }
    if (code != 0) {
        return code;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return fails(place->path, "cannot make a socket", err);
    }
    code = bind_place(place, fd, &address, mode, err);
    if (code != 0) {
        (void)close(fd);
        return code;
    }
    *out_fd = fd;
    return 0;
}

int nj_sock_place_take(const char *path,
                       mode_t mode,
                       int *out_fd,
                       struct nj_sock_place **out,
                       struct nj_err *err)
{
    struct nj_sock_place *place;
    int fd = fd_of_systemd(path);
    int code = 0;

    if (fd < 0) {
        code = nj_sock_path_check(path, err);
        if (code != 0) {
            return code;
        }
    }
    place = calloc(1, sizeof *place);
    if (place == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "socket: no memory");
    }
    place->lock_fd = -1;
    if (fd < 0) {
        place->path = strdup(path);
        code = place->path == NULL
                   ? nj_err_set(err, NJ_E_NOMEM, "socket: no memory")
                   : make_place(place, mode, &fd, err);
    }
    if (code != 0) {
        nj_sock_place_leave(place);
        return code;
    }
    *out_fd = fd;
    *out = place;
    return 0;
}

void nj_sock_place_leave(struct nj_sock_place *place)
{
    struct stat st;

    if (place == NULL) {
        return;
    }
    if (place->ino != 0 && lstat(place->path, &st) == 0 &&
        st.st_dev == place->dev && st.st_ino == place->ino) {
        (void)unlink(place->path);
    }
    if (place->lock_fd >= 0) {
        (void)close(place->lock_fd);
    }
    free(place->path);
    free(place);
}
