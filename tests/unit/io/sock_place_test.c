/* Where the command socket stands: its file, its lock, systemd. */
// link: -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=strdup

#include "unit/io/sock_house.h"

/* ---- its place ---------------------------------------------------------- */

static void assert_refused(struct house *h, int code, const char *words)
{
    struct nj_err err = {0};

    assert_int_equal(listen_at(h, &err), code);
    assert_non_null(strstr(err.text, words));
    assert_null(h->server);
}

static void path_longer_than_an_address_is_refused(void **state)
{
    struct house h;
    struct nj_sock_events events = events_of(&h);
    struct nj_err err = {0};
    char path[200];
    (void)state;

    open_house_at_speed(&h, 0);
    memset(path, 'p', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_int_equal(
        nj_sock_listen(h.loop, path, 0600, &events, &h.server, &err),
        NJ_E_INVALID);
    assert_non_null(strstr(err.text, "at most 107"));
    assert_int_equal(nj_sock_connect(h.loop, path, &events, &h.sock, &err),
                     NJ_E_INVALID);
    close_house(&h);
}

static void empty_path_is_refused(void **state)
{
    struct house h;
    char was[64];
    (void)state;

    open_house_at_speed(&h, 0);
    memcpy(was, h.path, sizeof was);
    h.path[0] = '\0';
    assert_refused(&h, NJ_E_INVALID, "empty");
    memcpy(h.path, was, sizeof was);
    close_house(&h);
}

static void file_that_is_no_socket_is_left_alone(void **state)
{
    struct house h;
    struct stat st;
    FILE *file;
    (void)state;

    open_house_at_speed(&h, 0);
    file = fopen(h.path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_refused(&h, NJ_E_EXISTS, "is no socket");
    assert_int_equal(stat(h.path, &st), 0);
    close_house(&h);
}

static void directory_that_is_not_there_is_told(void **state)
{
    struct house h;
    (void)state;

    open_house_at_speed(&h, 0);
    assert_int_equal(rmdir(h.dir), 0);
    assert_refused(&h, NJ_E_IO, "No such file");
    assert_int_equal(mkdir(h.dir, 0700), 0);
    close_house(&h);
}

static void second_daemon_is_refused(void **state)
{
    struct house h;
    struct nj_sock_server *second = NULL;
    struct nj_sock_events events = events_of(&h);
    struct nj_err err = {0};
    (void)state;

    open_house(&h, DO_ECHO);
    assert_int_equal(
        nj_sock_listen(h.loop, h.path, 0600, &events, &second, &err),
        NJ_E_EXISTS);
    assert_non_null(strstr(err.text, "another nightjard runs"));
    close_house(&h);
}

static void live_socket_without_a_lock_is_refused(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house_at_speed(&h, 0);
    fd = raw_listen(h.path);
    assert_refused(&h, NJ_E_EXISTS, "another nightjard runs");
    (void)close(fd);
    close_house(&h);
}

static void stale_socket_is_replaced_and_gets_its_mode(void **state)
{
    struct house h;
    struct stat st;
    (void)state;

    open_house_at_speed(&h, 0);
    (void)close(raw_listen(h.path)); /* the file stays, nobody listens */
    assert_int_equal(listen_at(&h, NULL), 0);
    assert_int_equal(stat(h.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    close_house(&h);
}

static void closed_server_removes_its_file_and_frees_its_place(void **state)
{
    struct house h;
    struct stat st;
    (void)state;

    open_house(&h, DO_ECHO);
    nj_sock_server_close(h.server, on_server_closed, &h);
    assert_int_equal(h.server_closed, 0); /* never inside the call */
    run(&h);
    assert_int_equal(h.server_closed, 1);
    assert_int_equal(stat(h.path, &st), -1);
    assert_int_equal(listen_at(&h, NULL), 0);
    close_house(&h);
}

static void file_of_another_is_not_removed_at_the_end(void **state)
{
    struct house h;
    struct stat st;
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    assert_int_equal(unlink(h.path), 0);
    fd = raw_listen(h.path);
    nj_sock_server_close(h.server, NULL, NULL);
    h.server = NULL;
    nj_loop_run(h.loop);
    assert_int_equal(stat(h.path, &st), 0);
    (void)close(fd);
    close_house(&h);
}

/* In a child process: descriptors from LISTEN_FDS have fixed numbers. */
static int serve_handed_over(struct house *h)
{
    char pid[16];
    int fd = raw_listen(h->path);
    int peer;

    if (dup2(fd, 3) != 3) {
        return 1;
    }
    (void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
    (void)setenv("LISTEN_PID", pid, 1);
    (void)setenv("LISTEN_FDS", "1", 1);
    if (listen_at(h, NULL) != 0) {
        return 2;
    }
    peer = raw_speak(h, "hello\n");
    h->stop_at_lines = 1;
    run(h);
    nj_sock_server_close(h->server, on_server_closed, h);
    run(h);
    (void)close(peer);
    /* systemd's file is systemd's to remove. */
    return strcmp(h->last, "hello") == 0 && access(h->path, F_OK) == 0 ? 0 : 3;
}

static void socket_handed_over_by_systemd_is_used(void **state)
{
    struct house h;
    int status = -1;
    pid_t pid;
    (void)state;

    pid = fork();
    if (pid == 0) {
        (void)close(3);
        (void)dup2(2, 3); /* keeps 3 from being the loop's */
        open_house_at_speed(&h, 0);
        status = serve_handed_over(&h);
        (void)unlink(h.path);
        (void)rmdir(h.dir);
        _exit(status);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- memory that runs out ----------------------------------------------- */

static void listening_and_connecting_without_memory_leave_nothing(void **state)
{
    struct house h;
    struct nj_sock_events events = events_of(&h);
    struct nj_sock *sock = NULL;
    struct nj_line_client *client = NULL;
    int code = NJ_E_NOMEM;
    (void)state;

    open_house_at_speed(&h, 0);
    for (int k = 0; code != 0; k++) {
        calls_left = k;
        code = listen_at(&h, NULL);
        calls_left = -1;
        assert_true(code == 0 || (code == NJ_E_NOMEM && h.server == NULL));
    }
    for (int k = 0; k < 2; k++) {
        calls_left = k;
        assert_int_equal(nj_sock_connect(h.loop, h.path, &events, &sock, NULL),
                         NJ_E_NOMEM);
        calls_left = -1;
        assert_null(sock);
    }
    calls_left = 0;
    assert_int_equal(nj_line_connect(h.path, &client, NULL), NJ_E_NOMEM);
    calls_left = -1;
    assert_null(client);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_longer_than_an_address_is_refused),
        cmocka_unit_test(empty_path_is_refused),
        cmocka_unit_test(file_that_is_no_socket_is_left_alone),
        cmocka_unit_test(directory_that_is_not_there_is_told),
        cmocka_unit_test(second_daemon_is_refused),
        cmocka_unit_test(live_socket_without_a_lock_is_refused),
        cmocka_unit_test(stale_socket_is_replaced_and_gets_its_mode),
        cmocka_unit_test(closed_server_removes_its_file_and_frees_its_place),
        cmocka_unit_test(file_of_another_is_not_removed_at_the_end),
        cmocka_unit_test(socket_handed_over_by_systemd_is_used),
        cmocka_unit_test(listening_and_connecting_without_memory_leave_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
