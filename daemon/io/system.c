#include "io/system.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <systemd/sd-daemon.h>

#include "base/log.h"

enum { PASSWD_BYTES = 4096 }; /* one line of passwd; long ones are refused */

void nj_system_notify(const char *state)
{
    int code = sd_notify(0, state);

    if (code < 0) {
        nj_log_warning("systemd does not hear us: %s", strerror(-code));
    }
}

int64_t nj_system_watchdog_ms(void)
{
    uint64_t usec = 0;

    if (sd_watchdog_enabled(0, &usec) <= 0) {
        return 0;
    }
    return usec < 2000 ? 1 : (int64_t)(usec / 2000);
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
