/* What systemd and the operating system want of a daemon. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "io/system.h"

static void count_log(void *ctx, enum nj_log_level level, const char *text)
{
    (void)level;
    (void)text;
    ++*(int *)ctx;
}

static void outside_systemd_nothing_is_told(void **state)
{
    int warnings = 0;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, count_log, &warnings);
    (void)unsetenv("NOTIFY_SOCKET");
    nj_system_notify("READY=1");
    assert_int_equal(warnings, 0);
}

static void systemd_that_does_not_hear_is_logged(void **state)
{
    int warnings = 0;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, count_log, &warnings);
    (void)setenv("NOTIFY_SOCKET", "/tmp/nj-no-such-socket", 1);
    nj_system_notify("READY=1");
    assert_int_equal(warnings, 1);
    (void)unsetenv("NOTIFY_SOCKET");
}

static void systemd_hears_our_state(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char heard[64] = "";
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    (void)state;

    (void)snprintf(address.sun_path, sizeof address.sun_path,
                   "/tmp/nj-notify-%ld", (long)getpid());
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    (void)setenv("NOTIFY_SOCKET", address.sun_path, 1);
    nj_system_notify("READY=1\nSTATUS=watching 3 sources");
    assert_int_equal(recv(fd, heard, sizeof heard - 1, 0), 33);
    assert_string_equal(heard, "READY=1\nSTATUS=watching 3 sources");
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unlink(address.sun_path);
    (void)close(fd);
}

static void systemd_hears_us_by_an_abstract_name(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char heard[64] = "";
    char name[64];
    int len = snprintf(name, sizeof name, "@nj-notify-%ld", (long)getpid());
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    (void)state;

    memcpy(address.sun_path + 1, name + 1, (size_t)len - 1);
    assert_int_equal(
        bind(fd, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)len)),
        0);
    (void)setenv("NOTIFY_SOCKET", name, 1);
    nj_system_notify("WATCHDOG=1");
    assert_int_equal(recv(fd, heard, sizeof heard - 1, 0), 10);
    assert_string_equal(heard, "WATCHDOG=1");
    (void)unsetenv("NOTIFY_SOCKET");
    (void)close(fd);
}

static void name_systemd_could_not_have_meant_is_logged(void **state)
{
    char name[200];
    int warnings = 0;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, count_log, &warnings);
    memset(name, 'x', sizeof name);
    name[0] = '/';
    name[sizeof name - 1] = '\0';
    (void)setenv("NOTIFY_SOCKET", name, 1);
    nj_system_notify("READY=1");
    (void)setenv("NOTIFY_SOCKET", "relative", 1);
    nj_system_notify("READY=1");
    assert_int_equal(warnings, 2);
    (void)unsetenv("NOTIFY_SOCKET");
}

static void watchdog_of_another_process_is_not_ours(void **state)
{
    char own[32];
    (void)state;

    (void)snprintf(own, sizeof own, "%ld", (long)getpid());
    (void)setenv("WATCHDOG_USEC", "30000000", 1);
    (void)setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(nj_system_watchdog_ms(), 0);
    (void)setenv("WATCHDOG_PID", own, 1);
    assert_int_equal(nj_system_watchdog_ms(), 15000);
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("WATCHDOG_USEC");
}

static void watchdog_is_fed_at_half_its_time(void **state)
{
    (void)state;
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("WATCHDOG_USEC");
    assert_int_equal(nj_system_watchdog_ms(), 0);
    (void)setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(nj_system_watchdog_ms(), 15000);
    (void)setenv("WATCHDOG_USEC", "100", 1);
    assert_int_equal(nj_system_watchdog_ms(), 1);
    (void)setenv("WATCHDOG_USEC", "nonsense", 1);
    assert_int_equal(nj_system_watchdog_ms(), 0);
    (void)unsetenv("WATCHDOG_USEC");
}

static void user_nobody_knows_has_no_login(void **state)
{
    char name[32] = "untouched";
    (void)state;

    assert_int_equal(nj_system_login((uid_t)3999999999U, name, sizeof name),
                     NJ_E_NOTFOUND);
    assert_string_equal(name, "untouched");
}

static void login_that_does_not_fit_is_refused(void **state)
{
    char name[5];
    (void)state;

    assert_int_equal(nj_system_login(0, name, 4), NJ_E_NOTFOUND);
    assert_int_equal(nj_system_login(0, name, 5), 0);
    assert_string_equal(name, "root");
}

static void free_bytes_are_told_or_refused(void **state)
{
    int64_t bytes = -7;
    (void)state;

    assert_int_equal(nj_system_free_bytes("/no/such/place", &bytes), NJ_E_IO);
    assert_int_equal(bytes, -7);
    assert_int_equal(nj_system_free_bytes("/", &bytes), 0);
    assert_true(bytes >= 0);
}

static int is_hard(void)
{
    struct rlimit core;
    struct sigaction pipe_action;
    mode_t mask;

    nj_system_harden();
    mask = umask(0);
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0 &&
           sigaction(SIGPIPE, NULL, &pipe_action) == 0 &&
           pipe_action.sa_handler == SIG_IGN && mask == 077;
}

static void
hardened_process_leaves_no_core_and_survives_a_broken_pipe(void **state)
{
    int status = -1;
    pid_t pid = fork();
    (void)state;

    if (pid == 0) {
        _exit(is_hard() ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_systemd_nothing_is_told),
        cmocka_unit_test(systemd_that_does_not_hear_is_logged),
        cmocka_unit_test(systemd_hears_our_state),
        cmocka_unit_test(systemd_hears_us_by_an_abstract_name),
        cmocka_unit_test(name_systemd_could_not_have_meant_is_logged),
        cmocka_unit_test(watchdog_of_another_process_is_not_ours),
        cmocka_unit_test(watchdog_is_fed_at_half_its_time),
        cmocka_unit_test(user_nobody_knows_has_no_login),
        cmocka_unit_test(login_that_does_not_fit_is_refused),
        cmocka_unit_test(free_bytes_are_told_or_refused),
        cmocka_unit_test(
            hardened_process_leaves_no_core_and_survives_a_broken_pipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
