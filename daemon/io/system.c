#include "io/system.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

enum { PASSWD_BYTES = 4096 }; /* one line of passwd; long ones are refused */

/* Send STATE to the datagram socket at PATH ('@': an abstract name), as
 * sd_notify(3) describes it: libsystemd would bring four other libraries along
 * for this. 0 or -errno. */
static int tell(const char *path, const char *state)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    ssize_t sent;
    int fd;

    if ((path[0] != '/' && path[0] != '@') || len < 2 ||
        len >= sizeof to.sun_path) {
        return -EAFNOSUPPORT;
    }
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') {
        to.sun_path[0] = '\0';
    }
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL,
                  (struct sockaddr *)&to, size);
    if (sent < 0) {
        sent = -errno;
    }
    (void)close(fd);
    return sent < 0 ? (int)sent : 0;
}

void nj_system_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    int code = path == NULL || path[0] == '\0' ? 0 : tell(path, state);

    if (code < 0) {
        nj_log_warning("systemd does not hear us: %s", strerror(-code));
    }
}

/* The whole number in the environment under NAME; -1 when it holds none. */
static int64_t number_of(const char *name)
{
    const char *text = getenv(name);
    long long n;
    char *end;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return -1;
    }
    errno = 0;
    n = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' ? n : -1;
}

int nj_system_handed_fds(void)
{
    int64_t count = number_of("LISTEN_FDS");
    int handed = 0;

    if (number_of("LISTEN_PID") != getpid()) {
        return 0;
    }
    while (handed < count &&
           fcntl(NJ_SYSTEM_FIRST_FD + handed, F_SETFD, FD_CLOEXEC) == 0) {
        handed++;
    }
    return handed;
}

int64_t nj_system_watchdog_ms(void)
{
    int64_t usec = number_of("WATCHDOG_USEC");

    if (usec <= 0 || (getenv("WATCHDOG_PID") != NULL &&
                      number_of("WATCHDOG_PID") != getpid())) {
        return 0; /* none, or meant for another process */
    }
    return usec < 2000 ? 1 : usec / 2000;
}

int nj_system_login(uid_t uid, char *out, size_t room)
{
    char bytes[PASSWD_BYTES];
    struct passwd record;
    struct passwd *found = NULL;
    int code = getpwuid_r(uid, &record, bytes, sizeof bytes, &found);

    if (code != 0 || found == NULL || strlen(found->pw_name) >= room) {
        return NJ_E_NOTFOUND;
    }
    memcpy(out, found->pw_name, strlen(found->pw_name) + 1);
    return 0;
}

int nj_system_free_bytes(const char *path, int64_t *out)
{
    struct statvfs fs;
    uint64_t bytes;

    while (statvfs(path, &fs) != 0) {
        if (errno != EINTR) {
            return NJ_E_IO;
        }
    }
    if (__builtin_mul_overflow((uint64_t)fs.f_bavail, (uint64_t)fs.f_frsize,
                               &bytes) ||
        bytes > INT64_MAX) {
        bytes = INT64_MAX;
    }
    *out = (int64_t)bytes;
    return 0;
}

void nj_system_harden(void)
{
    const struct rlimit none = {0, 0};
    struct sigaction ignore = {0};

    ignore.sa_handler = SIG_IGN;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        setrlimit(RLIMIT_CORE, &none) != 0 ||
        sigaction(SIGPIPE, &ignore, NULL) != 0) {
        nj_log_warning("cannot harden the process: %s", strerror(errno));
    }
    (void)umask(S_IRWXG | S_IRWXO);
}
