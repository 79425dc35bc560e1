/* Both clients of the command socket: on a loop, and blocking. */
// link: -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=strdup

#include "unit/io/sock_house.h"

/* ---- the client on a loop ----------------------------------------------- */

struct agent {
    struct house *house;
    int opened;
    int closed;
    char line[64];
    char why[64];
    int close_at_open;
};

static void on_agent_open(void *ctx, struct nj_sock *sock)
{
    struct agent *agent = ctx;

    agent->opened++;
    if (agent->close_at_open) {
        nj_sock_close(sock);
    } else {
        assert_int_equal(nj_sock_send(sock, "ping", 4), 0);
    }
}

static void
on_agent_line(void *ctx, struct nj_sock *sock, const char *line, size_t len)
{
    struct agent *agent = ctx;

    (void)len;
    (void)snprintf(agent->line, sizeof agent->line, "%s", line);
    assert_int_equal(nj_sock_peer_uid(sock), getuid());
    nj_sock_close(sock);
}

static void on_agent_close(void *ctx, struct nj_sock *sock, const char *why)
{
    struct agent *agent = ctx;

    (void)sock;
    agent->closed++;
    (void)snprintf(agent->why, sizeof agent->why, "%s", why);
    nj_loop_stop(agent->house->loop);
}

static struct nj_sock *connect_agent(struct agent *agent)
{
    struct nj_sock_events events = {on_agent_open, on_agent_line,
                                    on_agent_close, agent};
    struct nj_sock *sock = NULL;

    assert_int_equal(nj_sock_connect(agent->house->loop, agent->house->path,
                                     &events, &sock, NULL),
                     0);
    assert_int_equal(nj_sock_send(sock, "early", 5), NJ_E_STATE);
    return sock;
}

static void client_that_finds_nobody_is_told_by_close_alone(void **state)
{
    struct house h;
    struct agent agent = {.house = &h};
    (void)state;

    open_house_at_speed(&h, 0);
    (void)connect_agent(&agent);
    assert_int_equal(agent.closed, 0); /* never inside the call */
    run(&h);
    assert_int_equal(agent.opened, 0);
    assert_int_equal(agent.closed, 1);
    assert_string_equal(agent.why, "no such file or directory");
    close_house(&h);
}

static void client_speaks_hears_and_closes(void **state)
{
    struct house h;
    struct agent agent = {.house = &h};
    (void)state;

    open_house(&h, DO_ECHO);
    (void)connect_agent(&agent);
    run(&h);
    assert_string_equal(agent.line, "ping");
    assert_int_equal(agent.closed, 1);
    close_house(&h);
}

static void client_closed_while_connecting_is_told_once(void **state)
{
    struct house h;
    struct agent agent = {.house = &h};
    (void)state;

    open_house(&h, DO_ECHO);
    nj_sock_close(connect_agent(&agent));
    run(&h);
    assert_int_equal(agent.opened, 0);
    assert_int_equal(agent.closed, 1);
    close_house(&h);
}

static void client_may_close_as_soon_as_it_stands(void **state)
{
    struct house h;
    struct agent agent = {.house = &h, .close_at_open = 1};
    (void)state;

    open_house(&h, DO_ECHO);
    (void)connect_agent(&agent);
    run(&h);
    assert_int_equal(agent.opened, 1);
    assert_int_equal(agent.closed, 1);
    close_house(&h);
}

/* ---- the blocking client ------------------------------------------------ */

struct caller {
    uv_thread_t thread;
    struct house *house;
    int code;
    char text[NJ_ERR_TEXT];
};

static void call_twice(void *arg)
{
    struct caller *caller = arg;
    struct nj_line_client *client = NULL;
    struct nj_err err = {0};
    const char *line = NULL;
    size_t len = 1;
    int ok = 0;

    ok += nj_line_connect(caller->house->path, &client, &err) == 0;
    ok += nj_line_send(client, "first", 5, &err) == 0;
    ok += nj_line_send(client, "second", 6, &err) == 0;
    ok += nj_line_next(client, 5000, &line, &len, &err) == 0 && len == 5 &&
          strcmp(line, "first") == 0;
    ok += nj_line_next(client, -1, &line, &len, &err) == 0 && len == 6 &&
          strcmp(line, "second") == 0;
    ok += nj_line_next(client, 20, &line, &len, &err) == NJ_E_TIMEOUT;
    nj_line_close(client);
    caller->code = ok;
}

static void blocking_client_speaks_hears_and_times_out(void **state)
{
    struct house h;
    struct caller caller = {.house = &h};
    (void)state;

    open_house(&h, DO_ECHO);
    h.stop_at_closes = 1;
    assert_int_equal(uv_thread_create(&caller.thread, call_twice, &caller), 0);
    run(&h);
    assert_int_equal(uv_thread_join(&caller.thread), 0);
    assert_int_equal(caller.code, 6);
    close_house(&h);
}

static void hear_to_the_end(void *arg)
{
    struct caller *caller = arg;
    struct nj_line_client *client = NULL;
    const char *line = NULL;
    size_t len = 1;
    int ok = 0;

    ok += nj_line_connect(caller->house->path, &client, NULL) == 0;
    ok += nj_line_send(client, "go", 2, NULL) == 0;
    ok += nj_line_next(client, -1, &line, &len, NULL) == 0 && len == 3 << 20;
    ok += nj_line_next(client, -1, &line, &len, NULL) == 0 && line == NULL &&
          len == 0;
    ok += nj_line_next(client, -1, &line, &len, NULL) == 0 && line == NULL;
    nj_line_close(client);
    caller->code = ok;
}

static void blocking_client_hears_a_long_answer_and_the_end(void **state)
{
    struct house h;
    struct caller caller = {.house = &h};
    (void)state;

    open_house(&h, DO_SEND_AND_CLOSE);
    h.stop_at_closes = 1;
    assert_int_equal(uv_thread_create(&caller.thread, hear_to_the_end, &caller),
                     0);
    run(&h);
    assert_int_equal(uv_thread_join(&caller.thread), 0);
    assert_int_equal(caller.code, 5);
    close_house(&h);
}

static void blocking_client_says_when_nobody_is_there(void **state)
{
    struct nj_line_client *client = NULL;
    struct nj_err err = {0};
    char path[200];
    (void)state;

    assert_int_equal(nj_line_connect("/tmp/nj-nowhere", &client, &err),
                     NJ_E_NET);
    assert_non_null(strstr(err.text, "is it running?"));
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(nj_line_connect(path, &client, &err), NJ_E_NET);
    assert_non_null(strstr(err.text, "at most 107"));
    assert_null(client);
    nj_line_close(NULL);
}

/* A client whose other end is ours: what a false daemon might say. */
static struct nj_line_client *client_of(struct house *h, int *out_peer)
{
    struct nj_line_client *client = NULL;
    int listener;

    open_house_at_speed(h, 0);
    listener = raw_listen(h->path);
    assert_int_equal(nj_line_connect(h->path, &client, NULL), 0);
    *out_peer = accept(listener, NULL, NULL);
    assert_true(*out_peer >= 0);
    (void)close(listener);
    return client;
}

static void blocking_client_refuses_a_nul_byte(void **state)
{
    struct house h;
    int peer;
    struct nj_line_client *client = client_of(&h, &peer);
    struct nj_err err = {0};
    const char *line;
    size_t len;
    (void)state;

    raw_send(peer, "x\0\n", 3);
    assert_int_equal(nj_line_next(client, -1, &line, &len, &err), NJ_E_NET);
    assert_non_null(strstr(err.text, "NUL"));
    nj_line_close(client);
    (void)close(peer);
    close_house(&h);
}

static void send_too_much(void *arg)
{
    static char bytes[65536];
    int peer = *(int *)arg;

    memset(bytes, 'x', sizeof bytes);
    while (send(peer, bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
    }
}

static void blocking_client_refuses_a_line_over_the_limit(void **state)
{
    struct house h;
    int peer;
    struct nj_line_client *client = client_of(&h, &peer);
    struct nj_err err = {0};
    uv_thread_t thread;
    const char *line;
    size_t len;
    (void)state;

    assert_int_equal(uv_thread_create(&thread, send_too_much, &peer), 0);
    assert_int_equal(nj_line_next(client, -1, &line, &len, &err), NJ_E_TOOBIG);
    assert_int_equal(nj_line_send(client, "", NJ_LIMIT_FRAME_BYTES + 1, &err),
                     NJ_E_TOOBIG);
    nj_line_close(client);
    assert_int_equal(uv_thread_join(&thread), 0);
    (void)close(peer);
    close_house(&h);
}

static void blocking_client_says_when_its_command_is_not_taken(void **state)
{
    struct house h;
    int peer;
    struct nj_line_client *client = client_of(&h, &peer);
    struct nj_err err = {0};
    (void)state;

    (void)close(peer);
    assert_int_equal(nj_line_send(client, "x", 1, &err), NJ_E_NET);
    assert_non_null(strstr(err.text, "did not take"));
    nj_line_close(client);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_that_finds_nobody_is_told_by_close_alone),
        cmocka_unit_test(client_speaks_hears_and_closes),
        cmocka_unit_test(client_closed_while_connecting_is_told_once),
        cmocka_unit_test(client_may_close_as_soon_as_it_stands),
        cmocka_unit_test(blocking_client_speaks_hears_and_times_out),
        cmocka_unit_test(blocking_client_hears_a_long_answer_and_the_end),
        cmocka_unit_test(blocking_client_says_when_nobody_is_there),
        cmocka_unit_test(blocking_client_refuses_a_nul_byte),
        cmocka_unit_test(blocking_client_refuses_a_line_over_the_limit),
        cmocka_unit_test(blocking_client_says_when_its_command_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
