/* The command socket: lines, and peers that behave badly. */
// link: -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=strdup

#include "unit/io/sock_house.h"

/* ---- lines -------------------------------------------------------------- */

static void line_goes_there_and_back_with_the_peers_uid(void **state)
{
    struct house h;
    char answer[32] = "";
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    fd = raw_speak(&h, "hello\n");
    h.stop_at_lines = 1;
    run(&h);
    assert_int_equal(recv(fd, answer, sizeof answer, 0), 6);
    assert_string_equal(answer, "hello\n");
    assert_int_equal(h.uid, getuid());
    (void)close(fd);
    close_house(&h);
}

static void lines_in_one_piece_and_line_in_pieces(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "one\ntwo\nthr");
    h.stop_at_lines = 2;
    run(&h);
    assert_string_equal(h.last, "two");
    raw_send(fd, "ee\n", 3);
    h.stop_at_lines = 3;
    run(&h);
    assert_string_equal(h.last, "three");
    (void)close(fd);
    close_house(&h);
}

static void peer_that_goes_is_told_with_why(void **state)
{
    struct house h;
    (void)state;

    open_house(&h, DO_ECHO);
    (void)close(raw_speak(&h, "unfinished"));
    h.stop_at_closes = 1;
    run(&h);
    assert_int_equal(h.lines, 0);
    assert_string_equal(h.why, "the peer has gone");
    close_house(&h);
}

static void nul_byte_ends_the_connection(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    fd = raw_connect(h.path);
    raw_send(fd, "a\0b\n", 4);
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "a line has a NUL byte");
    assert_int_equal(h.lines, 0);
    assert_int_equal(raw_read_all(fd), 0);
    (void)close(fd);
    close_house(&h);
}

/* A peer on its own thread, so that it may block. */
struct peer {
    uv_thread_t thread;
    const char *path;
    size_t write_bytes;
    size_t read_bytes;
};

static void write_much(void *arg)
{
    struct peer *peer = arg;
    int fd = raw_connect(peer->path);
    char bytes[4096];
    size_t sent = 0;

    memset(bytes, 'z', sizeof bytes);
    while (sent < peer->write_bytes &&
           send(fd, bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
        sent += sizeof bytes;
    }
    (void)close(fd);
}

static void line_over_the_limit_ends_the_connection(void **state)
{
    struct house h;
    struct peer peer = {.path = h.path,
                        .write_bytes = NJ_LIMIT_FRAME_BYTES + 65536};
    (void)state;

    open_house(&h, DO_ECHO);
    assert_int_equal(uv_thread_create(&peer.thread, write_much, &peer), 0);
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "a line is too long");
    assert_int_equal(h.lines, 0);
    close_house(&h);
    assert_int_equal(uv_thread_join(&peer.thread), 0);
}

static void peer_that_never_reads_is_dropped(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_FLOOD);
    fd = raw_speak(&h, "go\n");
    h.stop_at_closes = 1;
    run(&h);
    assert_int_equal(h.sent_code, NJ_E_TOOBIG);
    assert_string_equal(h.why, "the peer does not read");
    (void)close(fd);
    close_house(&h);
}

static void read_slowly(void *arg)
{
    struct peer *peer = arg;
    int fd = raw_connect(peer->path);

    raw_send(fd, "go\nnot heard any more\n", 22);
    (void)usleep(20000);
    peer->read_bytes = raw_read_all(fd);
    (void)close(fd);
}

static void closing_sends_all_that_is_queued_first(void **state)
{
    struct house h;
    struct peer peer = {.path = h.path};
    (void)state;

    open_house(&h, DO_SEND_AND_CLOSE);
    assert_int_equal(uv_thread_create(&peer.thread, read_slowly, &peer), 0);
    h.stop_at_closes = 1;
    run(&h);
    assert_int_equal(uv_thread_join(&peer.thread), 0);
    assert_int_equal(peer.read_bytes, (3 << 20) + 1);
    assert_string_equal(h.why, "closed by us");
    assert_int_equal(h.lines, 1);
    close_house(&h);
}

static void peer_that_does_not_read_the_rest_is_dropped_in_time(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house_at_speed(&h, 1000);
    h.answer = DO_SEND_AND_CLOSE;
    assert_int_equal(listen_at(&h, NULL), 0);
    fd = raw_speak(&h, "go\n");
    h.stop_at_closes = 1;
    nj_loop_run(h.loop);
    assert_string_equal(h.why, "the peer did not read the rest");
    (void)close(fd);
    nj_sock_server_close(h.server, on_server_closed, &h);
    nj_loop_run(h.loop);
    close_house(&h);
}

static void line_behind_the_one_that_closed_is_not_heard(void **state)
{
    struct house h;
    int fd;
    (void)state;

    open_house(&h, DO_CLOSE);
    fd = raw_speak(&h, "one\ntwo\n");
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.last, "one");
    assert_int_equal(h.lines, 1);
    (void)close(fd);
    close_house(&h);
}

static void server_closed_from_a_line_ends_every_connection(void **state)
{
    struct house h;
    int quiet;
    int fd;
    (void)state;

    open_house(&h, DO_CLOSE_SERVER);
    quiet = raw_connect(h.path);
    fd = raw_speak(&h, "end\nnot heard\n");
    run(&h);
    assert_int_equal(h.server_closed, 1);
    assert_int_equal(h.lines, 1);
    assert_int_equal(h.closes, h.opened);
    assert_string_equal(h.why, "nightjard is closing");
    (void)close(quiet);
    (void)close(fd);
    close_house(&h);
}

static void line_too_long_to_send_is_refused_and_harms_nothing(void **state)
{
    struct house h;
    size_t len = NJ_LIMIT_FRAME_BYTES + 1;
    char *big = calloc(len, 1);
    int fd;
    (void)state;

    assert_non_null(big);
    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "x\n");
    h.stop_at_lines = 1;
    run(&h);
    assert_int_equal(nj_sock_send(h.sock, big, len), NJ_E_TOOBIG);
    assert_int_equal(nj_sock_send(h.sock, "ok", 2), 0);
    free(big);
    (void)close(fd);
    close_house(&h);
}

/* ---- too much ----------------------------------------------------------- */

static void connections_beyond_a_users_share_are_turned_away(void **state)
{
    struct house h;
    int fds[NJ_LIMIT_SOCKS_OF_USER + 3];
    int warnings = 0;
    char byte;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, no_log, &warnings);
    open_house(&h, DO_SILENCE);
    h.stop_at_lines = 1;
    for (int i = 0; i < NJ_LIMIT_SOCKS_OF_USER + 3; i++) {
        fds[i] = raw_connect(h.path);
        if (i == NJ_LIMIT_SOCKS_OF_USER - 1) {
            raw_send(fds[i], "x\n", 2);
            run(&h);
        }
    }
    assert_int_equal(recv(fds[0], &byte, 1, MSG_DONTWAIT), -1);
    h.stop_at_lines = 2;
    raw_send(fds[0], "y\n", 2); /* the old ones go on */
    run(&h);
    assert_int_equal(recv(fds[NJ_LIMIT_SOCKS_OF_USER], &byte, 1, 0), 0);
    assert_int_equal(h.opened, NJ_LIMIT_SOCKS_OF_USER);
    assert_int_equal(h.closes, 0); /* nobody saw those come or go */
    assert_int_equal(warnings, 1);
    for (int i = 0; i < NJ_LIMIT_SOCKS_OF_USER + 3; i++) {
        (void)close(fds[i]);
    }
    close_house(&h);
    nj_log_open(NJ_LOG_INFO, NULL, NULL);
}

enum { DRIPPERS = 18 };

struct drip {
    struct nj_timer timer; /* first */
    struct house *house;
    int fds[DRIPPERS];
    size_t sent[DRIPPERS];
};

static void on_drip(struct nj_timer *timer)
{
    static char bytes[65536];
    struct drip *drip = (struct drip *)timer;

    memset(bytes, 'd', sizeof bytes);
    for (int i = 0; i < DRIPPERS; i++) {
        while (drip->sent[i] < NJ_LIMIT_FRAME_BYTES - 65536) {
            ssize_t n = send(drip->fds[i], bytes, sizeof bytes,
                             MSG_DONTWAIT | MSG_NOSIGNAL);

            if (n <= 0) {
                break;
            }
            drip->sent[i] += (size_t)n;
        }
    }
    assert_int_equal(nj_timer_set(drip->house->loop, timer, 1, 0, on_drip), 0);
}

static void unfinished_lines_of_all_together_are_bounded(void **state)
{
    struct house h;
    struct drip drip = {.house = &h};
    int fd;
    (void)state;

    open_house(&h, DO_ECHO);
    for (int i = 0; i < DRIPPERS; i++) {
        drip.fds[i] = raw_connect(h.path);
    }
    assert_int_equal(nj_timer_set(h.loop, &drip.timer, 0, 0, on_drip), 0);
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "too many unfinished lines in all");
    nj_timer_stop(&drip.timer);
    fd = raw_speak(&h, "a whole line still passes\n");
    h.stop_at_lines = 1;
    run(&h);
    (void)close(fd);
    for (int i = 0; i < DRIPPERS; i++) {
        (void)close(drip.fds[i]);
    }
    close_house(&h);
}

/* ---- memory that runs out ----------------------------------------------- */

static void connection_without_memory_waits_until_there_is_some(void **state)
{
    int errors = 0;
    (void)state;

    nj_log_open(NJ_LOG_WARNING, no_log, &errors);
    for (int row = 1; row <= 2; row++) { /* the connection; its timer too */
        struct house h;
        int fd;

        open_house_at_speed(&h, 1000);
        h.answer = DO_ECHO;
        assert_int_equal(listen_at(&h, NULL), 0);
        fd = raw_speak(&h, "patient\n");
        h.stop_at_lines = 1;
        calls_left = 0;
        in_a_row = row;
        nj_loop_run(h.loop);
        calls_left = -1;
        in_a_row = 1;
        assert_string_equal(h.last, "patient");
        nj_sock_server_close(h.server, on_server_closed, &h);
        nj_loop_run(h.loop);
        (void)close(fd);
        close_house(&h);
    }
    assert_int_equal(errors, 2);
    nj_log_open(NJ_LOG_INFO, NULL, NULL);
}

static void line_without_memory_ends_the_connection(void **state)
{
    struct house h;
    char longer[1000];
    int fd;
    (void)state;

    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "x\n");
    h.stop_at_lines = 1;
    run(&h);
    memset(longer, 'x', sizeof longer); /* than the first buffer was */
    longer[sizeof longer - 1] = '\n';
    raw_send(fd, longer, sizeof longer);
    h.stop_at_closes = 1;
    calls_left = 0;
    nj_loop_run(h.loop);
    calls_left = -1;
    assert_string_equal(h.why, "no memory for its lines");
    (void)close(fd);
    close_house(&h);
}

static void answer_without_memory_is_not_cut_short_in_silence(void **state)
{
    struct house h;
    size_t len = 2 << 20;
    char *big = calloc(len, 1);
    int fd;
    (void)state;

    assert_non_null(big);
    memset(big, 'b', len);
    open_house(&h, DO_SILENCE);
    fd = raw_speak(&h, "x\n");
    h.stop_at_lines = 1;
    run(&h);
    calls_left = 0;
    assert_int_equal(nj_sock_send(h.sock, big, len), NJ_E_NOMEM);
    calls_left = -1;
    h.stop_at_closes = 1;
    run(&h);
    assert_string_equal(h.why, "no memory for its answers");
    free(big);
    (void)close(fd);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_goes_there_and_back_with_the_peers_uid),
        cmocka_unit_test(lines_in_one_piece_and_line_in_pieces),
        cmocka_unit_test(peer_that_goes_is_told_with_why),
        cmocka_unit_test(nul_byte_ends_the_connection),
        cmocka_unit_test(line_over_the_limit_ends_the_connection),
        cmocka_unit_test(peer_that_never_reads_is_dropped),
        cmocka_unit_test(closing_sends_all_that_is_queued_first),
        cmocka_unit_test(peer_that_does_not_read_the_rest_is_dropped_in_time),
        cmocka_unit_test(line_behind_the_one_that_closed_is_not_heard),
        cmocka_unit_test(server_closed_from_a_line_ends_every_connection),
        cmocka_unit_test(line_too_long_to_send_is_refused_and_harms_nothing),
        cmocka_unit_test(connections_beyond_a_users_share_are_turned_away),
        cmocka_unit_test(unfinished_lines_of_all_together_are_bounded),
        cmocka_unit_test(connection_without_memory_waits_until_there_is_some),
        cmocka_unit_test(line_without_memory_ends_the_connection),
        cmocka_unit_test(answer_without_memory_is_not_cut_short_in_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
