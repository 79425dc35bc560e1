// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
/* Memory that runs out at each allocation in turn, ours and libcurl's, while
 * requests, mails and connections come and go: nothing crashes, nothing leaks
 * (under ASan), every request ends exactly once. */
#include "peers/fetch_rig.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "io/httpd.h"
#include "io/mail.h"
#include "unit/failing.h"

static struct rig rig;
static struct peer web;
static struct peer mail;
static char certs[64];

/* libcurl's memory, through the same counter. Only names make it use threads,
 * and there are none here. */
static void *curl_malloc(size_t size)
{
    return __wrap_malloc(size);
}

static void *curl_calloc(size_t count, size_t size)
{
    return __wrap_calloc(count, size);
}

static void *curl_realloc(void *old, size_t size)
{
    return __wrap_realloc(old, size);
}

static char *curl_strdup(const char *text)
{
    return __wrap_strdup(text);
}

static int open_all(void **state)
{
    const char *args[] = {"pipelining", NULL};

    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    peer_certs_make(certs);
    web = peer_start("http_odd.py", NULL);
    mail = peer_start("smtp_raw.py", args);
    assert_int_equal(curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc,
                                          free, curl_realloc, curl_strdup,
                                          curl_calloc),
                     0);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    peer_stop(&web);
    peer_stop(&mail);
    peer_certs_remove(certs);
    curl_global_cleanup();
    return 0;
}

static void on_stuck(struct nj_timer *timer)
{
    (void)timer;
    fail_msg("a request never ended");
}

static void close_fetcher(struct nj_fetcher *fetcher)
{
    int closed = 0;

    nj_fetcher_close(fetcher, on_rig_closed, &closed);
    while (!closed) {
        nj_loop_run(rig.loop);
    }
}

/* ---- birth -------------------------------------------------------------- */

static void a_fetcher_that_cannot_be_had_leaves_nothing(void **state)
{
    char ca[96];
    const struct nj_fetcher_opts opts = {.user_agent = "a", .ca_file = ca};
    long k;

    (void)state;
    (void)snprintf(ca, sizeof ca, "%s/ca.pem", certs);
    assert_int_equal(nj_loop_create(NULL, &rig.loop, NULL), 0);
    for (k = 1;; k++) {
        struct nj_fetcher *fetcher = NULL;
        struct nj_err err = {0};
        int code;

        fail_from(k);
        code = nj_fetcher_create(rig.loop, &opts, &fetcher, &err);
        if (!failed()) {
            assert_int_equal(code, 0);
            close_fetcher(fetcher);
            break;
        }
        assert_int_equal(code, NJ_E_NOMEM);
        assert_null(fetcher);
        assert_true(strlen(err.text) > 5);
    }
    assert_true(k > 5);
    nj_loop_destroy(rig.loop);
}

/* ---- requests ----------------------------------------------------------- */

static void
fetch_with_failure(long k, const char *path, int as_page, int *out_failed)
{
    static const char *const headers[] = {"X-Test: 1", NULL};
    struct nj_timer guard = {0};
    char url[128];
    int code;

    (void)snprintf(url, sizeof url, "http://%s127.0.0.1:%d%s",
                   as_page ? "" : "u:p@", web.port, path);
    rig_open(&rig, NULL);
    rig.req.body = as_page ? "{}" : NULL; /* by libcurl, or the short way */
    rig.req.body_len = as_page ? 2 : 0;
    rig.req.no_redirects = as_page;
    rig.req.url = url;
    rig.req.headers = headers;
    rig.req.timeout_ms = 3000;
    assert_int_equal(nj_timer_set(rig.loop, &guard, 8000, 0, on_stuck), 0);
    fail_from(k);
    code = nj_fetch(rig.fetcher, &rig.req);
    if (code == 0) {
        nj_loop_run(rig.loop);
        assert_int_equal(rig.came, 1);
        code = rig.status;
    }
    *out_failed = failed();
    nj_timer_stop(&guard);
    if (!*out_failed) {
        assert_int_equal(code, 0);
    }
    rig.req.url = url; /* the engine still works */
    assert_int_equal(nj_fetch(rig.fetcher, &rig.req), 0);
    nj_loop_run(rig.loop);
    assert_int_equal(rig.status, 0);
    rig_close(&rig);
}

static void requests_end_once_when_memory_runs_out(void **state)
{
    static const char *const paths[] = {"/gzip", "/to/301?/hello", "/trailers"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        int as_page = i == 2;
        int did_fail = 1;
        long k;

        for (k = 1; did_fail; k++) {
            fetch_with_failure(k, paths[i], as_page, &did_fail);
        }
        assert_true(k > (as_page ? 8 : 40));
    }
}

/* ---- mails -------------------------------------------------------------- */

struct post {
    struct nj_mail_req req;
    int came;
    int status;
};

static void on_posted(struct nj_mail_req *req, int status)
{
    struct post *post = req->ctx;

    post->came++;
    post->status = status;
    nj_loop_stop(rig.loop);
}

static int send_post(struct post *post)
{
    int code = nj_mail(rig.fetcher, &post->req);

    if (code == 0) {
        post->came = 0;
        nj_loop_run(rig.loop);
        assert_int_equal(post->came, 1);
        code = post->status;
    }
    return code;
}

static void mail_with_failure(long k, int *out_failed)
{
    static const char *const to[] = {"a@b", "c@d", NULL};
    struct nj_timer guard = {0};
    struct post post = {0};
    char url[64];
    int code;

    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", mail.port);
    rig_open(&rig, NULL);
    post.req = (struct nj_mail_req){.url = url,
                                    .from = "n@j",
                                    .to = to,
                                    .data = "Subject: x\n\nbody\n",
                                    .data_len = 17,
                                    .starttls = NJ_STARTTLS_OFF,
                                    .timeout_ms = 3000,
                                    .done = on_posted,
                                    .ctx = &post};
    assert_int_equal(nj_timer_set(rig.loop, &guard, 8000, 0, on_stuck), 0);
    fail_from(k);
    code = send_post(&post);
    *out_failed = failed();
    nj_timer_stop(&guard);
    if (!*out_failed) {
        assert_int_equal(code, 0);
    }
    assert_int_equal(send_post(&post), 0); /* the mailer still works */
    rig_close(&rig);
}

static void mails_end_once_when_memory_runs_out(void **state)
{
    int did_fail = 1;
    long k;

    (void)state;
    for (k = 1; did_fail; k++) {
        mail_with_failure(k, &did_fail);
    }
    assert_true(k > 10);
}

/* ---- the server --------------------------------------------------------- */

static void on_call(void *ctx, struct nj_http_call *call)
{
    static char big[200000];
    const struct nj_http_reply reply = {
        .status = 200,
        .body = big,
        .body_len = nj_http_query(call, "big") == NULL ? 2 : sizeof big};

    (void)ctx;
    (void)nj_http_form(call, "a");
    nj_http_answer(call, &reply);
}

static void a_server_that_cannot_be_had_leaves_nothing(void **state)
{
    const struct nj_httpd_opts opts = {.listen = "127.0.0.1:0",
                                       .on_call = on_call};
    struct nj_httpd *httpd = NULL;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_loop_create(NULL, &rig.loop, NULL), 0);
    fail_from(1);
    assert_int_equal(nj_httpd_open(rig.loop, &opts, &httpd, &err), NJ_E_NOMEM);
    assert_true(failed());
    assert_null(httpd);
    nj_loop_destroy(rig.loop);
}

struct visit {
    unsigned port;
    struct nj_defer done;
};

static void on_visited(struct nj_defer *defer)
{
    nj_loop_stop(defer->ctx);
}

/* One connection with a form and a pipelined request for something big. */
static void *visit(void *arg)
{
    static const char text[] =
        "POST /?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\na=b"
        "GET /?big=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    struct visit *visit = arg;
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char bytes[4096];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)visit->port);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        (void)send(fd, text, sizeof text - 1, MSG_NOSIGNAL);
        (void)usleep(2000);
        while (recv(fd, bytes, sizeof bytes, 0) > 0) {
        }
    }
    (void)close(fd);
    nj_loop_post_from_thread(rig.loop, &visit->done, on_visited);
    return NULL;
}

static void the_server_outlives_want_of_memory(void **state)
{
    const struct nj_httpd_opts opts = {.listen = "127.0.0.1:0",
                                       .on_call = on_call};
    struct nj_httpd *httpd = NULL;
    int did_fail = 1;
    int closed = 0;
    long k;

    (void)state;
    assert_int_equal(nj_loop_create(NULL, &rig.loop, NULL), 0);
    assert_int_equal(nj_httpd_open(rig.loop, &opts, &httpd, NULL), 0);
    for (k = 1; did_fail; k++) {
        struct visit one = {.port = nj_httpd_port(httpd),
                            .done = {.ctx = rig.loop}};
        pthread_t thread;

        assert_int_equal(pthread_create(&thread, NULL, visit, &one), 0);
        fail_from(k);
        nj_loop_run(rig.loop);
        did_fail = failed();
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    assert_true(k > 5);
    nj_httpd_close(httpd, on_rig_closed, &closed);
    while (!closed) {
        nj_loop_run(rig.loop);
    }
    nj_loop_destroy(rig.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fetcher_that_cannot_be_had_leaves_nothing),
        cmocka_unit_test(a_server_that_cannot_be_had_leaves_nothing),
        cmocka_unit_test(requests_end_once_when_memory_runs_out),
        cmocka_unit_test(mails_end_once_when_memory_runs_out),
        cmocka_unit_test(the_server_outlives_want_of_memory),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
