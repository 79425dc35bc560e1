/* peers/peer.h - real servers for tests: start a python one, learn
 * its port from its first line, stop it by its process id. */

#ifndef NJ_TESTS_PEER_H
#define NJ_TESTS_PEER_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct peer {
    pid_t pid;
    int port;
    FILE *out; /* what it prints after its port */
};

/* Run tests/peers/SCRIPT with ARGS (NULL-terminated, at most 12). */
static inline struct peer peer_start(const char *script,
                                     const char *const *args)
{
    struct peer peer = {0};
    char path[128];
    char *argv[16] = {(char *)"python3", (char *)"-u", path};
    char line[32];
    int ends[2];

    (void)snprintf(path, sizeof path, "tests/peers/%s", script);
    for (int i = 0; args != NULL && args[i] != NULL && i < 12; i++) {
        argv[i + 3] = (char *)args[i];
    }
    assert_int_equal(pipe(ends), 0);
    peer.pid = fork();
    assert_true(peer.pid >= 0);
    if (peer.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execv("/usr/bin/python3", argv); /* has Debian's modules */
        (void)execvp(argv[0], argv);
        _exit(127);
    }
    (void)close(ends[1]);
    peer.out = fdopen(ends[0], "r");
    assert_non_null(peer.out);
    assert_non_null(fgets(line, sizeof line, peer.out));
    peer.port = (int)strtol(line, NULL, 10);
    assert_true(peer.port > 0);
    return peer;
}

static inline void peer_stop(struct peer *peer)
{
    if (peer->pid > 0) {
        (void)kill(peer->pid, SIGKILL);
        (void)waitpid(peer->pid, NULL, 0);
        (void)fclose(peer->out);
        *peer = (struct peer){0};
    }
}

/* The next line PEER prints, without its newline; "" at the end. */
static inline const char *peer_line(struct peer *peer, char *out, int room)
{
    if (fgets(out, room, peer->out) == NULL) {
        out[0] = '\0';
    }
    out[strcspn(out, "\r\n")] = '\0';
    return out;
}

/* A directory with a CA (ca.pem), a certificate it signed for localhost,
 * 127.0.0.1 and *.nj.test (srv.pem, srv.key), and another CA (other.pem). The
 * name goes to DIR[64]; remove it with peer_certs_remove. */
static inline void peer_certs_make(char dir[64])
{
    char command[256];

    (void)snprintf(dir, 64, "/tmp/nightjar-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(command, sizeof command,
                   "sh tests/peers/certs.sh %s >/dev/null 2>&1", dir);
    assert_int_equal(system(command), 0);
}

static inline void peer_certs_remove(const char *dir)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    (void)!system(command);
}

#endif
