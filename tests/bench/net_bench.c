/* What the network half costs in CPU of this process: an unchanged feed (304)
 * and a POST over kept connections, a fresh HTTPS connection, a mail over a kept
 * connection, and a tiny answer of our own server. The peers are processes of
 * their own, so that only our side is counted. Each figure stands beside its
 * goal; the median of several rounds. Beside a fresh HTTPS connection stands
 * what bare libcurl with the right options needs in the same minute, for that is
 * OpenSSL's price and follows the machine's mood. */

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

#include "io/fetch.h"
#include "io/httpd.h"
#include "io/mail.h"

enum {
    ROUNDS = 5,
    FETCHES = 2000,
    FRESH = 24,
    HOSTS = 12,
    MAILS = 1000,
    ANSWERS = 15000
};

static struct nj_loop *loop;

static double cpu_us(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* LIMIT_US: what the same costs without us on this machine now; 0: unknown.
 * It is told beside the verdict, which is by the goal alone. */
static void
print_median(const char *what, double *us, double goal_us, double limit_us)
{
    double median;

    qsort(us, ROUNDS, sizeof us[0], compare);
    median = us[ROUNDS / 2];
    printf("%-40s %7.1f us CPU (%.1f-%.1f)  goal %5.0f  %s", what, median,
           us[0], us[ROUNDS - 1], goal_us, median <= goal_us ? "ok" : "MISSED");
    if (limit_us > 0) {
        printf("  (bare libcurl now %.1f: we are at %.2f of it)", limit_us,
               median / limit_us);
    }
    printf("\n");
}

static void die(const char *what)
{
    fprintf(stderr, "net_bench: %s\n", what);
    exit(1);
}

/* Every name below .test is this machine; libcurl asks here too. */
int getaddrinfo(const char *host,
                const char *service,
                const struct addrinfo *hints,
                struct addrinfo **out)
{
    typedef int getaddrinfo_fn(const char *, const char *,
                               const struct addrinfo *, struct addrinfo **);
    getaddrinfo_fn *real =
        __extension__(getaddrinfo_fn *) dlsym(RTLD_NEXT, "getaddrinfo");
    int ours = host != NULL && strstr(host, ".test") != NULL;

    return real(ours ? "127.0.0.1" : host, service, hints, out);
}

/* ---- peers -------------------------------------------------------------- */

/* Run SERVE on a listening socket in a process of its own. */
static pid_t start_peer(void (*serve)(int listener), int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    pid_t pid;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        die("no socket");
    }
    *out_port = ntohs(address.sin_port);
    pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(fd);
        _exit(0);
    }
    (void)close(fd);
    return pid;
}

static void stop_peer(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

static void say(int fd, const char *text)
{
    (void)!write(fd, text, strlen(text));
}

/* Answers 304 to GET and 204 to POST, whatever comes. */
static void serve_web(int listener)
{
    char bytes[65536];

    for (;;) {
        int fd = accept(listener, NULL, NULL);
        ssize_t n;

        while ((n = read(fd, bytes, sizeof bytes)) > 0) {
            say(fd, bytes[0] == 'G'
                        ? "HTTP/1.1 304 Not Modified\r\nServer: nginx\r\n"
                          "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                          "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                          "Connection: keep-alive\r\nETag: \"v1\"\r\n\r\n"
                        : "HTTP/1.1 204 No Content\r\nServer: nginx\r\n\r\n");
        }
        (void)close(fd);
    }
}

static int ends(const char *bytes, ssize_t n, const char *end)
{
    size_t len = strlen(end);

    return (size_t)n >= len && memcmp(bytes + n - len, end, len) == 0;
}

static void serve_mail_on(int fd)
{
    char bytes[65536];
    int in_data = 0;
    ssize_t n;

    say(fd, "220 bench\r\n");
    while ((n = read(fd, bytes, sizeof bytes)) > 0) {
        if (in_data) {
            if (ends(bytes, n, "\r\n.\r\n")) {
                in_data = 0;
                say(fd, "250 taken\r\n");
            }
        } else if (memcmp(bytes, "EHLO", 4) == 0) {
            say(fd, "250-bench\r\n250 PIPELINING\r\n");
        } else if (memcmp(bytes, "MAIL", 4) == 0) {
            say(fd, "250 ok\r\n250 ok\r\n");
        } else if (memcmp(bytes, "DATA", 4) == 0) {
            in_data = 1;
            say(fd, "354 go on\r\n");
        }
    }
    (void)close(fd);
}

static void serve_mail(int listener)
{
    for (;;) {
        serve_mail_on(accept(listener, NULL, NULL));
    }
}

/* ---- our side ----------------------------------------------------------- */

struct run {
    struct nj_fetcher *fetcher;
    struct nj_fetch_req req;
    struct nj_mail_req mail;
    long http;
    int left;
};

static void
on_fetched(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct run *run = req->ctx;

    if (status != 0 || answer->status != run->http) {
        die(status == 0 ? "an odd answer" : req->fault);
    }
    if (--run->left == 0) {
        nj_loop_stop(loop);
    } else if (nj_fetch(run->fetcher, req) != 0) {
        die(req->fault);
    }
}

static void fetch_round(struct run *run, int count)
{
    run->left = count;
    if (nj_fetch(run->fetcher, &run->req) != 0) {
        die(run->req.fault);
    }
    nj_loop_run(loop);
}

static struct nj_fetcher *open_fetcher(const char *ca_file)
{
    const struct nj_fetcher_opts opts = {.ca_file = ca_file};
    struct nj_fetcher *fetcher;
    struct nj_err err = {0};

    if (nj_fetcher_create(loop, &opts, &fetcher, &err) != 0) {
        die(err.text);
    }
    return fetcher;
}

static void on_closed(void *ctx)
{
    *(int *)ctx = 1;
}

static void close_fetcher(struct nj_fetcher *fetcher)
{
    int closed = 0;

    nj_fetcher_close(fetcher, on_closed, &closed);
    while (!closed) {
        nj_loop_run(loop);
    }
}

static void bench_fetch(int post, const char *what, double goal)
{
    static const char *const headers[] = {
        "If-None-Match: \"v1\"", "Content-Type: application/json", NULL};
    static const char body[600] = "{\"text\":\"the shop is on fire\"}";
    double us[ROUNDS];
    struct run run = {.fetcher = open_fetcher(NULL), .http = post ? 204 : 304};
    char url[64];
    int port;
    pid_t peer = start_peer(serve_web, &port);

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/feed.xml", port);
    run.req = (struct nj_fetch_req){.url = url,
                                    .headers = headers,
                                    .body = post ? body : NULL,
                                    .body_len = sizeof body,
                                    .allow_private = 1,
                                    .done = on_fetched,
                                    .ctx = &run};
    fetch_round(&run, 200);
    for (int i = 0; i < ROUNDS; i++) {
        double start = cpu_us();

        fetch_round(&run, FETCHES);
        us[i] = (cpu_us() - start) / FETCHES;
    }
    print_median(what, us, goal, 0);
    close_fetcher(run.fetcher);
    stop_peer(peer);
}

/* ---- fresh HTTPS -------------------------------------------------------- */

static void run_quietly(const char *format, const char *dir)
{
    char command[1024];

    (void)snprintf(command, sizeof command, format, dir, dir, dir, dir, dir,
                   dir);
    if (system(command) != 0) {
        die("openssl failed");
    }
}

/* The system's authorities and one of ours that signed the peer's certificate:
 * as many as a real request has to know. */
static void make_certificates(const char *dir)
{
    run_quietly("cd %s && sh \"$OLDPWD\"/tests/peers/certs.sh . 2>/dev/null "
                ">&2 && cat ca.pem /etc/ssl/certs/ca-certificates.crt >all.pem",
                dir);
}

static pid_t start_tls_peer(const char *dir, int *out_port)
{
    char cert[96], key[96], line[32] = "";
    int pipe_ends[2];
    pid_t pid;

    (void)snprintf(cert, sizeof cert, "%s/srv.pem", dir);
    (void)snprintf(key, sizeof key, "%s/srv.key", dir);
    if (pipe(pipe_ends) != 0) {
        die("no pipe");
    }
    pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(pipe_ends[1], STDOUT_FILENO);
        (void)execlp("python3", "python3", "tests/peers/http_odd.py", cert, key,
                     NULL);
        _exit(127);
    }
    (void)close(pipe_ends[1]);
    (void)!read(pipe_ends[0], line, sizeof line - 1);
    *out_port = (int)strtol(line, NULL, 10);
    if (*out_port == 0) {
        die("no TLS peer");
    }
    return pid; /* the pipe stays open: it is the peer's output */
}

static size_t ignore(char *bytes, size_t size, size_t count, void *userp)
{
    (void)bytes;
    (void)userp;
    return size * count;
}

/* One fresh connection by libcurl alone, with all it can be told. */
static void
fetch_bare(CURLM *multi, CURLSH *share, const char *url, const char *ca)
{
    CURL *easy = curl_easy_init();
    int running = 1;

    (void)curl_easy_setopt(easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
    (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    if (share != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_SHARE, share);
    }
    (void)curl_multi_add_handle(multi, easy);
    while (running) {
        (void)curl_multi_perform(multi, &running);
        if (running) {
            (void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
        }
    }
    (void)curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
}

/* Another name is another session: a URL of the TLS peer for fetch I. */
static void tls_url(char *out, size_t room, int port, int i)
{
    (void)snprintf(out, room, "https://h%d.nj.test:%d/keep-then-close", i,
                   port);
}

/* The same fetches, certificates and authorities as ours; but when resumed, of
 * one host, for libcurl keeps the sessions of five. */
static double bare_us(int port, const char *ca, int resumed)
{
    char url[96];
    CURLM *multi = curl_multi_init();
    CURLSH *share = resumed ? curl_share_init() : NULL;
    double start = 0;

    if (share != NULL) {
        (void)curl_share_setopt(share, CURLSHOPT_SHARE,
                                CURL_LOCK_DATA_SSL_SESSION);
    }
    for (int i = 0; i < 3 * FRESH; i++) {
        start = i == FRESH ? cpu_us() : start;
        tls_url(url, sizeof url, port, resumed ? 0 : 10000 + i);
        fetch_bare(multi, share, url, ca);
    }
    start = (cpu_us() - start) / (2 * FRESH);
    (void)curl_multi_cleanup(multi);
    (void)curl_share_cleanup(share);
    return start;
}

/* RESUMED: the connections after the first to a host resume its session. */
static void bench_tls(const char *dir, int port, int resumed, double goal)
{
    const char *what = resumed ? "fresh HTTPS, sessions of 12 hosts resumed"
                               : "fresh HTTPS connection";
    double us[ROUNDS];
    double limit;
    char url[96], ca_file[96];
    struct run run = {.http = 200};

    (void)snprintf(ca_file, sizeof ca_file, "%s/all.pem", dir);
    tls_url(url, sizeof url, port, ROUNDS * FRESH);
    run.fetcher = open_fetcher(ca_file);
    run.req = (struct nj_fetch_req){
        .url = url, .allow_private = 1, .done = on_fetched, .ctx = &run};
    limit = bare_us(port, ca_file, resumed);
    for (int i = -1; i < ROUNDS; i++) { /* -1: to get acquainted */
        double start;

        fetch_round(&run, 1);
        start = cpu_us();
        for (int j = 0; j < FRESH; j++) {
            tls_url(url, sizeof url, port,
                    resumed ? j % HOSTS : (i + 1) * FRESH + j);
            fetch_round(&run, 1);
        }
        if (i >= 0) {
            us[i] = (cpu_us() - start) / FRESH;
        }
    }
    print_median(what, us, goal, limit);
    close_fetcher(run.fetcher);
}

/* ---- mail and our server ------------------------------------------------ */

static void on_mailed(struct nj_mail_req *req, int status)
{
    struct run *run = req->ctx;

    if (status != 0) {
        die(req->fault);
    }
    if (--run->left == 0) {
        nj_loop_stop(loop);
    } else if (nj_mail(run->fetcher, req) != 0) {
        die(req->fault);
    }
}

static void bench_mail(double goal)
{
    static const char *const to[] = {"maya@example.org", NULL};
    static char text[600];
    double us[ROUNDS];
    struct run run = {.fetcher = open_fetcher(NULL)};
    char url[64];
    int port;
    pid_t peer = start_peer(serve_mail, &port);

    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", port);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = i % 60 == 59 ? '\n' : 'x';
    }
    run.mail = (struct nj_mail_req){.url = url,
                                    .from = "nightjar@example.org",
                                    .to = to,
                                    .data = text,
                                    .data_len = sizeof text,
                                    .starttls = NJ_STARTTLS_OFF,
                                    .done = on_mailed,
                                    .ctx = &run};
    for (int i = 0; i < ROUNDS; i++) {
        double start = cpu_us();

        run.left = MAILS;
        if (nj_mail(run.fetcher, &run.mail) != 0) {
            die(run.mail.fault);
        }
        nj_loop_run(loop);
        us[i] = (cpu_us() - start) / MAILS;
    }
    print_median("mail over a kept connection", us, goal, 0);
    close_fetcher(run.fetcher);
    stop_peer(peer);
}

static int answers_left;

static void on_call(void *ctx, struct nj_http_call *call)
{
    const struct nj_http_reply reply = {
        .status = 200, .body = "{}", .body_len = 2};

    (void)ctx;
    nj_http_answer(call, &reply);
    if (--answers_left == 0) {
        nj_loop_stop(loop);
    }
}

/* Asks without end over 16 connections. */
static void ask(int port)
{
    static const char text[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET};
    int queue = epoll_create1(0);
    char bytes[4096];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)port);
    for (int i = 0; i < 16; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

        (void)connect(fd, (struct sockaddr *)&address, sizeof address);
        (void)epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event);
        say(fd, text);
    }
    for (;;) {
        struct epoll_event events[16];
        int n = epoll_wait(queue, events, 16, -1);

        for (int i = 0; i < n; i++) {
            if (read(events[i].data.fd, bytes, sizeof bytes) <= 0) {
                _exit(0);
            }
            say(events[i].data.fd, text);
        }
    }
}

static void bench_answers(double goal)
{
    const struct nj_httpd_opts opts = {.listen = "127.0.0.1:0",
                                       .on_call = on_call};
    struct nj_httpd *httpd;
    double us[ROUNDS];
    int closed = 0;
    pid_t peer;

    if (nj_httpd_open(loop, &opts, &httpd, NULL) != 0) {
        die("no server");
    }
    peer = fork();
    if (peer == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        ask((int)nj_httpd_port(httpd));
    }
    for (int i = 0; i < ROUNDS; i++) {
        double start = cpu_us();

        answers_left = ANSWERS;
        nj_loop_run(loop);
        us[i] = (cpu_us() - start) / ANSWERS;
    }
    print_median("tiny request answered by our server", us, goal, 0);
    stop_peer(peer);
    nj_httpd_close(httpd, on_closed, &closed);
    while (!closed) {
        nj_loop_run(loop);
    }
}

int main(void)
{
    char dir[] = "/tmp/nightjar-bench-XXXXXX";
    pid_t tls_peer;
    int port;

    (void)signal(SIGPIPE, SIG_IGN);
    if (mkdtemp(dir) == NULL || nj_loop_create(NULL, &loop, NULL) != 0) {
        die("no start");
    }
    bench_fetch(0, "304 over a kept connection", 35);
    bench_fetch(1, "POST over a kept connection", 60);
    make_certificates(dir);
    tls_peer = start_tls_peer(dir, &port);
    bench_tls(dir, port, 0, 1200);
    bench_tls(dir, port, 1, 550);
    stop_peer(tls_peer);
    bench_mail(65);
    bench_answers(25);
    nj_loop_destroy(loop);
    run_quietly("rm -rf %s", dir);
    return 0;
}
