/* Mail against servers that refuse, break off, lie and hang, watched on the
 * wire; and against Debian's aiosmtpd. */
#include "peers/fetch_rig.h"

#include <sys/socket.h>
#include <time.h>

#include <netinet/in.h>

#include "io/mail.h"
#include "peers/names.h"

struct name names[] = {
    {.name = "mail.nj.test", .addresses = "127.0.0.1"},
    {.name = "two.nj.test", .addresses = "127.0.0.3,127.0.0.1"},
    {.name = "wrong.example", .addresses = "127.0.0.1"},
    {.name = "slow.nj.test", .addresses = "127.0.0.1", .delay_ms = 700},
    {.name = "none.nj.test"},
    {0},
};

static struct rig rig;
static char certs[64];
static struct peer peer;

struct post {
    struct nj_mail_req req;
    const char *to[3];
    int came;
    int status;
    int *left;
};

static const char message[] = "Subject: it burns\n\nfirst\n.\n..second\nlast";

static int open_all(void **state)
{
    (void)state;
    peer_certs_make(certs);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    peer_certs_remove(certs);
    return 0;
}

static const char *cert(const char *name)
{
    static char paths[4][96];
    static int at;
    char *path = paths[at++ % 4];

    (void)snprintf(path, sizeof paths[0], "%s/%s", certs, name);
    return path;
}

static int open_rig(void **state)
{
    const struct nj_fetcher_opts opts = {.ca_file = cert("ca.pem")};

    (void)state;
    rig_open(&rig, &opts);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    rig_close(&rig);
    peer_stop(&peer);
    return 0;
}

static void start_raw(const char *mode)
{
    const char *args[] = {mode, cert("srv.pem"), cert("srv.key"), NULL};

    peer_stop(&peer);
    peer = peer_start("smtp_raw.py", args);
}

static const char *at(const char *scheme, const char *host)
{
    static char urls[4][96];
    static int turn;
    char *url = urls[turn++ % 4];

    (void)snprintf(url, sizeof urls[0], "%s://%s:%d", scheme, host, peer.port);
    return url;
}

static void on_done(struct nj_mail_req *req, int status)
{
    struct post *post = req->ctx;

    post->came++;
    post->status = status;
    assert_null(req->private_);
    if (post->left == NULL || --*post->left == 0) {
        nj_loop_stop(rig.loop);
    }
}

static void prepare(struct post *post)
{
    *post = (struct post){.to = {"maya@example.org"}};
    post->req = (struct nj_mail_req){.url = at("smtp", "127.0.0.1"),
                                     .hello = "night.example.org",
                                     .from = "nightjar@example.org",
                                     .to = post->to,
                                     .data = message,
                                     .data_len = sizeof message - 1,
                                     .starttls = NJ_STARTTLS_OFF,
                                     .timeout_ms = 5000,
                                     .done = on_done,
                                     .ctx = post};
}

static int send_post(struct post *post)
{
    int code = nj_mail(rig.fetcher, &post->req);

    if (code != 0) {
        return code;
    }
    assert_int_equal(post->came, 0);
    nj_loop_run(rig.loop);
    assert_int_equal(post->came, 1);
    return post->status;
}

/* Send one plain mail to a server in MODE. */
static struct post *mail_to(const char *mode)
{
    static struct post post;

    start_raw(mode);
    prepare(&post);
    (void)send_post(&post);
    return &post;
}

static void assert_fault(const struct post *post, const char *part)
{
    if (strstr(post->req.fault, part) == NULL) {
        fail_msg("fault \"%s\" does not say \"%s\"", post->req.fault, part);
    }
}

/* Read what the server was sent until PART comes, which must; TEXT gets it. */
static void seen(const char *part, char *text, int room)
{
    do {
        (void)peer_line(&peer, text, room);
        if (text[0] == '\0') {
            fail_msg("the server never saw %s", part);
        }
    } while (strstr(text, part) == NULL);
}

static void next_is(const char *want)
{
    char line[512];

    assert_string_equal(peer_line(&peer, line, sizeof line), want);
}

/* ---- refused before anything is sent ------------------------------------ */

static void envelopes_that_break_out_are_refused(void **state)
{
    static const char *const bad[] = {
        "maya@example.org>\r\nRCPT TO:<evil@example.org",
        "",
        "maya",
        "m\xc3\xa1ya@example.org",
        "maya@example.org\n",
    };
    struct post post;

    (void)state;
    start_raw("plain-server");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        prepare(&post);
        post.to[1] = bad[i];
        assert_int_equal(send_post(&post), NJ_E_INVALID);
        assert_fault(&post, "the address ");
        assert_null(strpbrk(post.req.fault, "\r\n"));
        prepare(&post);
        post.req.from = bad[i];
        assert_int_equal(send_post(&post), NJ_E_INVALID);
    }
    prepare(&post);
    assert_int_equal(send_post(&post), 0);
    next_is("1: b'EHLO night.example.org\\r\\n'");
    next_is("1: b'MAIL FROM:<nightjar@example.org> SIZE=52\\r\\n'");
    next_is("1: b'RCPT TO:<maya@example.org>\\r\\n'");
    next_is("1: b'DATA\\r\\n'");
}

static void odd_requests_are_refused(void **state)
{
    static const char *many[103];
    struct post post;

    (void)state;
    start_raw("plain-server");
    prepare(&post);
    post.req.url = "http://127.0.0.1";
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    assert_fault(&post, "smtps://host");
    prepare(&post);
    post.req.hello = "a\r\nMAIL";
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    prepare(&post);
    post.to[0] = NULL;
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    assert_fault(&post, "1 to 100");
    post.req.to = NULL;
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    for (int i = 0; i < 101; i++) {
        many[i] = "a@b";
    }
    post.req.to = many;
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    prepare(&post);
    post.req.from = NULL;
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    prepare(&post);
    post.req.data_len = 20 << 20;
    assert_int_equal(send_post(&post), NJ_E_INVALID);
    assert_fault(&post, "too large");
}

/* ---- failures on the way ------------------------------------------------ */

static void every_refusal_is_told_with_the_servers_words(void **state)
{
    static const struct {
        const char *mode;
        int status;
        long reply;
        const char *words;
        int of_recipient;
    } cases[] = {
        {"rcpt-451", NJ_E_AGAIN, 451, "451 4.7.1 greylisted, come back", 1},
        {"rcpt-550", NJ_E_REFUSED, 550, "550 5.1.1 no such user", 1},
        {"mail-550", NJ_E_REFUSED, 550, "550 5.7.1 sender not welcome", 0},
        {"mail-421", NJ_E_AGAIN, 421, "421 4.3.2 closing", 0},
        {"data-552", NJ_E_REFUSED, 552, "552 too much", 0},
        {"body-554", NJ_E_REFUSED, 554, "554 5.6.0 spam", 0},
        {"body-451", NJ_E_AGAIN, 451, "451 4.3.0 later", 0},
        {"greet-554", NJ_E_REFUSED, 554, "554 no service for you", 0},
        {"greet-421", NJ_E_AGAIN, 421, "421 too busy", 0},
        {"hello-502", NJ_E_REFUSED, 502, "502 no such command", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct post *post = mail_to(cases[i].mode);

        if (post->status != cases[i].status ||
            post->req.of_recipient != cases[i].of_recipient ||
            post->req.reply_code != cases[i].reply) {
            fail_msg("%s: %d, %ld (%s)", cases[i].mode, post->status,
                     post->req.reply_code, post->req.fault);
        }
        assert_fault(post, cases[i].words);
        assert_fault(post, "smtp://127.0.0.1:");
    }
}

static void servers_that_break_off_or_babble_are_network_failures(void **state)
{
    static const char *const modes[] = {
        "drop-body", "garbage", "http", "long-line", "endless-reply",
    };

    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        struct post *post = mail_to(modes[i]);

        if (post->status != NJ_E_NET) {
            fail_msg("%s: %d (%s)", modes[i], post->status, post->req.fault);
        }
    }
}

static void a_server_that_is_not_there_is_told(void **state)
{
    struct post post;

    (void)state;
    start_raw("plain-server");
    prepare(&post);
    post.req.url = "smtp://127.0.0.1:1";
    assert_int_equal(send_post(&post), NJ_E_NET);
    assert_fault(&post, "connection refused");
    prepare(&post);
    post.req.url = "smtp://none.nj.test";
    assert_int_equal(send_post(&post), NJ_E_NET);
    assert_fault(&post, "smtp://none.nj.test: ");
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void silence_times_out(void **state)
{
    static const char *const modes[] = {"silent", "silent-body"};

    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        int64_t start;
        struct post post;

        start_raw(modes[i]);
        prepare(&post);
        post.req.timeout_ms = 300;
        start = now_ms();
        assert_int_equal(send_post(&post), NJ_E_TIMEOUT);
        assert_in_range(now_ms() - start, 290, 1500);
        assert_fault(&post, "300ms");
    }
}

static void a_slow_name_service_times_out_and_does_not_block(void **state)
{
    int64_t start = now_ms();
    struct post post;

    (void)state;
    start_raw("plain-server");
    prepare(&post);
    post.req.url = at("smtp", "slow.nj.test");
    post.req.timeout_ms = 200;
    assert_int_equal(send_post(&post), NJ_E_TIMEOUT);
    assert_true(now_ms() - start < 600);
}

/* libcurl would wait here for two minutes, with the loop standing still. */
static void a_server_that_hangs_at_quit_holds_nobody_up(void **state)
{
    struct post *post = mail_to("quit-silent");
    int64_t start = now_ms();
    char line[256];

    (void)state;
    assert_int_equal(post->status, 0);
    rig_close(&rig);
    assert_true(now_ms() - start < 500);
    seen("QUIT", line, sizeof line);
    assert_int_equal(open_rig(NULL), 0);
}

/* ---- TLS ---------------------------------------------------------------- */

static void tls_that_is_wanted_and_not_to_be_had_is_denied(void **state)
{
    static const struct {
        const char *mode;
        const char *words;
        int may;
    } cases[] = {
        {"plain-server", "offers no STARTTLS", 0},
        {"starttls-454", "454 TLS not available", 0},
        {"starttls-454", "454 TLS not available", 1},
        {"starttls-inject", "spoke between", 0},
        {"starttls-inject", "spoke between", 1},
    };
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct post post;

        start_raw(cases[i].mode);
        prepare(&post);
        post.req.starttls =
            cases[i].may ? NJ_STARTTLS_MAY : NJ_STARTTLS_REQUIRED;
        assert_int_equal(send_post(&post), NJ_E_DENIED);
        assert_fault(&post, cases[i].words);
        do {
            assert_null(strstr(peer_line(&peer, line, sizeof line), "MAIL"));
        } while (strstr(line, "end") == NULL);
    }
}

static void a_connection_that_breaks_in_the_handshake_fails(void **state)
{
    struct post post;

    (void)state;
    start_raw("starttls-drop");
    prepare(&post);
    post.req.starttls = NJ_STARTTLS_REQUIRED;
    assert_int_equal(send_post(&post), NJ_E_NET);
    start_raw("plain-server");
    prepare(&post);
    post.req.url = at("smtps", "127.0.0.1");
    assert_int_equal(send_post(&post), NJ_E_NET);
    assert_fault(&post, "TLS failed");
}

static void certificates_are_always_checked(void **state)
{
    static const char *const ways[] = {"starttls", "implicit"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        const char *scheme = i % 2 == 0 ? "smtp" : "smtps";
        struct post post;

        start_raw(ways[i % 2]);
        prepare(&post);
        post.req.url = at(scheme, "127.0.0.1");
        post.req.starttls = i < 2 ? NJ_STARTTLS_REQUIRED : NJ_STARTTLS_MAY;
        post.req.ca_file = cert("other.pem");
        assert_int_equal(send_post(&post), NJ_E_DENIED);
        assert_fault(&post, "the certificate is not good");
        prepare(&post);
        post.req.url = at(scheme, "wrong.example");
        post.req.starttls = NJ_STARTTLS_MAY;
        assert_int_equal(send_post(&post), NJ_E_DENIED);
        assert_fault(&post, "mismatch");
    }
}

static void a_ca_file_without_certificates_is_denied(void **state)
{
    struct post post;

    (void)state;
    start_raw("starttls");
    prepare(&post);
    post.req.starttls = NJ_STARTTLS_REQUIRED;
    post.req.ca_file = "/no/such/ca.pem";
    assert_int_equal(send_post(&post), NJ_E_DENIED);
    assert_fault(&post, "/no/such/ca.pem");
}

static void tls_works_both_ways_by_name_and_address(void **state)
{
    static const char *const hosts[] = {"mail.nj.test", "127.0.0.1",
                                        "localhost"};

    (void)state;
    for (int i = 0; i < 6; i++) {
        struct post post;
        char line[256];

        start_raw(i < 3 ? "starttls" : "implicit");
        prepare(&post);
        post.req.url = at(i < 3 ? "smtp" : "smtps", hosts[i % 3]);
        post.req.starttls = i == 0 ? NJ_STARTTLS_REQUIRED : NJ_STARTTLS_MAY;
        if (send_post(&post) != 0) {
            fail_msg("%s: %s", post.req.url, post.req.fault);
        }
        assert_int_equal(post.req.reply_code, 250);
        assert_string_equal(post.req.fault, "");
        seen("DATA", line, sizeof line);
    }
}

static void a_mail_larger_than_a_tls_record_arrives_whole(void **state)
{
    size_t len = 900000;
    char *data = malloc(len);
    struct post post;
    char line[256];

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i < len; i++) {
        data[i] = i % 50 == 49 ? '\n' : i % 50 == 0 ? '.' : 'x';
    }
    start_raw("implicit-count");
    prepare(&post);
    post.req.url = at("smtps", "127.0.0.1");
    post.req.data = data;
    post.req.data_len = len;
    assert_int_equal(send_post(&post), 0);
    seen("counted", line, sizeof line);
    assert_string_equal(line, "1: counted 18000 lines, 936000 bytes");
    free(data);
}

/* ---- logging in --------------------------------------------------------- */

static struct post *log_in_to(const char *mode)
{
    static struct post post;

    start_raw(mode);
    prepare(&post);
    post.req.username = "nj";
    post.req.password = "p\xc3\xa4ss w\"rd";
    (void)send_post(&post);
    return &post;
}

static void logins_that_fail_are_told(void **state)
{
    struct post *post = log_in_to("auth-535");

    (void)state;
    assert_int_equal(post->status, NJ_E_REFUSED);
    assert_int_equal(post->req.reply_code, 535);
    assert_fault(post, "login refused: 535 5.7.8 \\x1b[2Jno such user\\x07");
    post = log_in_to("auth-454");
    assert_int_equal(post->status, NJ_E_AGAIN);
    assert_int_equal(post->req.reply_code, 454);
    post = log_in_to("cram");
    assert_int_equal(post->status, NJ_E_REFUSED);
    assert_fault(post, "PLAIN or LOGIN");
    post = log_in_to("plain-server");
    assert_int_equal(post->status, NJ_E_REFUSED);
    assert_fault(post, "offers no login");
}

static void a_password_is_not_sent_in_the_clear_unasked(void **state)
{
    struct post post;
    char line[256];

    (void)state;
    start_raw("plain");
    prepare(&post);
    post.req.starttls = NJ_STARTTLS_MAY;
    post.req.username = "nj";
    post.req.password = "pw";
    assert_int_equal(send_post(&post), NJ_E_DENIED);
    do {
        assert_null(strstr(peer_line(&peer, line, sizeof line), "AUTH"));
    } while (strstr(line, "end") == NULL);
}

static void logins_work_by_plain_and_by_login(void **state)
{
    char line[256];

    (void)state;
    assert_int_equal(log_in_to("plain")->status, 0);
    seen("AUTH", line, sizeof line);
    assert_string_equal(line, "1: b'AUTH PLAIN AG5qAHDDpHNzIHcicmQ=\\r\\n'");
    assert_int_equal(log_in_to("login")->status, 0);
    seen("AUTH", line, sizeof line);
    assert_string_equal(line, "1: b'AUTH LOGIN\\r\\n'");
    next_is("1: b'bmo=\\r\\n'");
    next_is("1: b'cMOkc3MgdyJyZA==\\r\\n'");
}

static void another_password_never_uses_the_same_connection(void **state)
{
    struct post post;
    char line[256];

    (void)state;
    start_raw("plain");
    for (int i = 0; i < 2; i++) {
        prepare(&post);
        post.req.username = "nj";
        post.req.password = i == 0 ? "one" : "two";
        assert_int_equal(send_post(&post), 0);
    }
    seen("2: b'AUTH PLAIN AG5qAHR3bw==", line, sizeof line);
}

/* ---- what works --------------------------------------------------------- */

static void a_mail_looks_right_on_the_wire(void **state)
{
    struct post *post = mail_to("plain-server");

    (void)state;
    assert_int_equal(post->status, 0);
    assert_int_equal(post->req.reply_code, 250);
    next_is("1: b'EHLO night.example.org\\r\\n'");
    next_is("1: b'MAIL FROM:<nightjar@example.org> SIZE=52\\r\\n'");
    next_is("1: b'RCPT TO:<maya@example.org>\\r\\n'");
    next_is("1: b'DATA\\r\\n'");
    next_is("1: b'Subject: it burns\\r\\n'");
    next_is("1: b'\\r\\n'");
    next_is("1: b'first\\r\\n'");
    next_is("1: b'..\\r\\n'");
    next_is("1: b'...second\\r\\n'");
    next_is("1: b'last\\r\\n'");
    next_is("1: b'.\\r\\n'");
}

static void eight_bit_bodies_are_announced(void **state)
{
    struct post post;
    char line[256];

    (void)state;
    start_raw("two-lines");
    prepare(&post);
    post.req.data = "Subject: x\n\ncaf\xc3\xa9\n";
    post.req.data_len = strlen(post.req.data);
    post.req.hello = NULL;
    assert_int_equal(send_post(&post), 0);
    seen("EHLO", line, sizeof line);
    assert_true(strlen(line) > strlen("1: b'EHLO \\r\\n'"));
    seen("MAIL", line, sizeof line);
    assert_non_null(strstr(line, " BODY=8BITMIME\\r\\n"));
}

static void several_recipients_share_a_mail_or_fail_together(void **state)
{
    static const char *const modes[] = {"plain-server", "pipelining"};
    char line[256];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct post post;

        start_raw(modes[i]);
        prepare(&post);
        post.to[0] = "nobody@example.org";
        post.to[1] = "later@example.org";
        assert_int_equal(send_post(&post), NJ_E_REFUSED);
        assert_fault(&post, "nobody@example.org refused: 550 5.1.1 no such");
        prepare(&post);
        post.to[1] = "later@example.org";
        assert_int_equal(send_post(&post), NJ_E_AGAIN);
        assert_fault(&post, "later@example.org refused: 451");
        prepare(&post);
        post.to[1] = "tom@example.org";
        assert_int_equal(send_post(&post), 0);
        seen("RCPT TO:<nobody", line, sizeof line);
        seen("1: b'RSET", line, sizeof line);
        seen("1: b'RSET", line, sizeof line);
        seen("1: b'RCPT TO:<tom@", line, sizeof line);
        next_is("1: b'DATA\\r\\n'");
    }
}

static void connections_are_kept_between_mails(void **state)
{
    struct post post;
    char line[256];

    (void)state;
    start_raw("plain-server");
    for (int i = 0; i < 5; i++) {
        prepare(&post);
        assert_int_equal(send_post(&post), 0);
    }
    for (int i = 0; i < 5; i++) {
        seen("DATA", line, sizeof line);
        assert_string_equal(line, "1: b'DATA\\r\\n'");
    }
}

static void a_kept_connection_that_died_costs_no_mail(void **state)
{
    static const char *const modes[] = {"close-on-second", "421-on-second",
                                        "close-after-one", "farewell"};

    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        struct post post;
        char line[256];

        start_raw(modes[i]);
        for (int j = 0; j < 2; j++) {
            prepare(&post);
            if (send_post(&post) != 0) {
                fail_msg("%s: %s", modes[i], post.req.fault);
            }
        }
        seen("2: b'DATA", line, sizeof line);
    }
}

static void the_next_address_is_tried_when_one_does_not_answer(void **state)
{
    struct post post;

    (void)state;
    start_raw("plain-server");
    prepare(&post);
    post.req.url = at("smtp", "two.nj.test");
    assert_int_equal(send_post(&post), 0);
}

enum { MANY = 100 };

static void many_mails_share_four_connections(void **state)
{
    static struct post posts[MANY];
    char line[256];
    int left = MANY;

    (void)state;
    start_raw("pipelining");
    for (int i = 0; i < MANY; i++) {
        prepare(&posts[i]);
        posts[i].left = &left;
        assert_int_equal(nj_mail(rig.fetcher, &posts[i].req), 0);
    }
    nj_loop_run(rig.loop);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(posts[i].came, 1);
        assert_int_equal(posts[i].status, 0);
    }
    for (int i = 0; i < MANY; i++) {
        seen("DATA", line, sizeof line);
        assert_in_range(strtol(line, NULL, 10), 1, 4);
    }
}

static void closing_ends_mails_in_line_and_under_way(void **state)
{
    static struct post posts[MANY];
    int closed = 0;
    int left = MANY;
    struct post late;

    (void)state;
    start_raw("silent");
    for (int i = 0; i < MANY; i++) {
        prepare(&posts[i]);
        posts[i].left = &left;
        posts[i].req.url =
            at("smtp", i % 2 == 0 ? "127.0.0.1" : "slow.nj.test");
        assert_int_equal(nj_mail(rig.fetcher, &posts[i].req), 0);
    }
    posts[0].req.timeout_ms = 100;
    nj_fetcher_close(rig.fetcher, on_rig_closed, &closed);
    prepare(&late);
    assert_int_equal(nj_mail(rig.fetcher, &late.req), NJ_E_STATE);
    while (!closed) {
        nj_loop_run(rig.loop);
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(posts[i].came, 1);
        assert_int_equal(posts[i].status, NJ_E_CANCELED);
    }
    nj_loop_destroy(rig.loop);
    assert_int_equal(open_rig(NULL), 0);
}

/* ---- a server not of our own making ------------------------------------- */

static void aiosmtpd_takes_our_mail(void **state)
{
    const char *args[] = {cert("srv.pem"), cert("srv.key"), NULL};
    struct post post;
    char line[1024];

    (void)state;
    peer = peer_start("smtp_aio.py", args);
    prepare(&post);
    post.req.starttls = NJ_STARTTLS_REQUIRED;
    post.req.username = "nj";
    post.req.password = "wrong";
    assert_int_equal(send_post(&post), NJ_E_REFUSED);
    assert_int_equal(post.req.reply_code, 535);
    prepare(&post);
    post.req.starttls = NJ_STARTTLS_REQUIRED;
    assert_int_equal(send_post(&post), NJ_E_REFUSED);
    assert_int_equal(post.req.reply_code, 530);
    prepare(&post);
    post.req.url = at("smtp", "mail.nj.test");
    post.req.starttls = NJ_STARTTLS_REQUIRED;
    post.req.username = "nj";
    post.req.password = "pw";
    assert_int_equal(send_post(&post), 0);
    assert_int_equal(post.req.reply_code, 250);
    (void)peer_line(&peer, line, sizeof line);
    assert_string_equal(line,
                        "('nightjar@example.org', ['maya@example.org'], "
                        "'night.example.org', b'Subject: it burns\\r\\n\\r\\n"
                        "first\\r\\n.\\r\\n..second\\r\\nlast\\r\\n')");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(envelopes_that_break_out_are_refused),
        TEST(odd_requests_are_refused),
        TEST(every_refusal_is_told_with_the_servers_words),
        TEST(servers_that_break_off_or_babble_are_network_failures),
        TEST(a_server_that_is_not_there_is_told),
        TEST(silence_times_out),
        TEST(a_slow_name_service_times_out_and_does_not_block),
        TEST(a_server_that_hangs_at_quit_holds_nobody_up),
        TEST(tls_that_is_wanted_and_not_to_be_had_is_denied),
        TEST(a_connection_that_breaks_in_the_handshake_fails),
        TEST(certificates_are_always_checked),
        TEST(a_ca_file_without_certificates_is_denied),
        TEST(logins_that_fail_are_told),
        TEST(a_password_is_not_sent_in_the_clear_unasked),
        TEST(tls_works_both_ways_by_name_and_address),
        TEST(a_mail_larger_than_a_tls_record_arrives_whole),
        TEST(logins_work_by_plain_and_by_login),
        TEST(another_password_never_uses_the_same_connection),
        TEST(a_mail_looks_right_on_the_wire),
        TEST(eight_bit_bodies_are_announced),
        TEST(several_recipients_share_a_mail_or_fail_together),
        TEST(connections_are_kept_between_mails),
        TEST(a_kept_connection_that_died_costs_no_mail),
        TEST(the_next_address_is_tried_when_one_does_not_answer),
        TEST(many_mails_share_four_connections),
        TEST(closing_ends_mails_in_line_and_under_way),
        TEST(aiosmtpd_takes_our_mail),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
