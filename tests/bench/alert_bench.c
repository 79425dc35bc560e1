/* From a post handed in over HTTP to the page at a webhook, for nightjard and,
 * in the same minutes, for its peer Alertmanager.
 *
 *   alert_bench nightjar BUILD-DIR SCRATCH
 *   alert_bench alertmanager /usr/bin/prometheus-alertmanager SCRATCH
 *
 * Both get the same: one alert a request, all distinct, one receiver. */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/readiness.h"
#include "bench/sink.h"

enum { SINGLES = 2000, BURST = 10000, CONNECTIONS = 4, MANY = 100000 };

static const char secret[] = "bench-secret";

/* ---- the sink ---------------------------------------------------------- */

int64_t bench_now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

struct guest {
    int fd;
    size_t len;
    char data[65536];
};

static void note_arrivals(struct sink *sink, const char *body)
{
    int64_t now = bench_now_ns();
    const char *p = body;

    while ((p = strstr(p, "bench")) != NULL) {
        long n = strtol(p + 5, NULL, 10);

        if (n >= 0 && n < SINK_ALERTS && p[11] == 'x') {
            int64_t none = 0;

            if (atomic_compare_exchange_strong(&sink->arrived_ns[n], &none,
                                               now)) {
                atomic_fetch_add(&sink->distinct, 1);
                return;
            }
            atomic_fetch_add(&sink->repeats, 1);
            return;
        }
        p += 5;
    }
}

/* Answer every whole request in G's buffer. */
static void serve_guest(struct sink *sink, struct guest *g)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    for (;;) {
        char *end;
        char *length;
        size_t body = 0;
        size_t whole;
        char kept;

        g->data[g->len] = '\0';
        end = strstr(g->data, "\r\n\r\n");
        if (end == NULL) {
            return;
        }
        length = strcasestr(g->data, "content-length:");
        if (length != NULL && length < end) {
            body = strtoul(length + 15, NULL, 10);
        }
        whole = (size_t)(end - g->data) + 4 + body;
        if (g->len < whole) {
            return;
        }
        kept = g->data[whole];
        g->data[whole] = '\0';
        note_arrivals(sink, end + 4);
        g->data[whole] = kept;
        if (write(g->fd, ok, sizeof ok - 1) < 0) {
            return;
        }
        memmove(g->data, g->data + whole, g->len - whole);
        g->len -= whole;
    }
}

static void accept_guest(struct sink *sink, int epoll)
{
    struct guest *g = calloc(1, sizeof *g);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = g};
    int one = 1;

    if (g == NULL) {
        return;
    }
    g->fd = accept(sink->listener, NULL, NULL);
    if (g->fd < 0) {
        free(g);
        return;
    }
    (void)setsockopt(g->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, g->fd, &event);
}

static void *run_sink(void *ctx)
{
    struct sink *sink = ctx;
    struct epoll_event events[64];
    struct epoll_event mine = {.events = EPOLLIN, .data.ptr = NULL};
    int epoll = epoll_create1(0);

    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, sink->listener, &mine);
    while (!atomic_load(&sink->stop)) {
        int n = epoll_wait(epoll, events, 64, 50);

        for (int i = 0; i < n; i++) {
            struct guest *g = events[i].data.ptr;
            ssize_t got;

            if (g == NULL) {
                accept_guest(sink, epoll);
                continue;
            }
            got = read(g->fd, g->data + g->len, sizeof g->data - g->len - 1);
            if (got <= 0) {
                (void)close(g->fd);
                free(g);
                continue;
            }
            g->len += (size_t)got;
            serve_guest(sink, g);
        }
    }
    (void)close(epoll);
    return NULL;
}

static unsigned listen_somewhere(int *out_fd)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(fd, 512) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
        die("listen");
    }
    *out_fd = fd;
    return ntohs(at.sin_port);
}

void sink_start(struct sink *sink)
{
    sink->port = listen_somewhere(&sink->listener);
    if (pthread_create(&sink->thread, NULL, run_sink, sink) != 0) {
        die("thread");
    }
}

void sink_stop(struct sink *sink)
{
    atomic_store(&sink->stop, 1);
    (void)pthread_join(sink->thread, NULL);
    (void)close(sink->listener);
}

/* ---- the target -------------------------------------------------------- */

struct target {
    int is_nightjar;
    pid_t pid;
    unsigned port;
    int ready_fd; /* of nightjard */
    char log[512];
};

static unsigned free_port(void)
{
    int fd;
    unsigned port = listen_somewhere(&fd);

    (void)close(fd);
    return port;
}

static const char nightjar_yaml[] =
    "daemon:\n"
    "  store: sqlite:bench.db\n"
    "  socket: bench.sock\n"
    "  log: warning\n"
    "  limits: {per_host: 16}\n"
    "  http: {listen: \"127.0.0.1:%u\"}\n"
    "sources:\n"
    "  hook: {type: webhook, place: own-page, secret: {env: BENCH_SECRET}}\n"
    "people:\n"
    "  duty: {chat: \"http://127.0.0.1:%u/page\", rules: {critical: [chat]}}\n"
    "policies:\n"
    "  night: {steps: [{page: [person/duty], wait: 2h}], repeat: 1}\n"
    "rules:\n"
    "  - {name: offensive, match: {offensive: 0.5}, severity: critical,\n"
    "     policy: night, always: true}\n"
    "channels:\n"
    "  chat: {type: webhook, per_minute: 6000}\n";

static const char alertmanager_yaml[] =
    "route: {receiver: duty, group_by: ['...'], group_wait: 0s,\n"
    "        group_interval: 5m, repeat_interval: 4h}\n"
    "receivers:\n"
    "- name: duty\n"
    "  webhook_configs: [{url: 'http://127.0.0.1:%u/page',\n"
    "                     send_resolved: false}]\n";

static void
write_config(const struct target *t, const char *scratch, unsigned sink_port)
{
    char path[512];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/bench.yaml", scratch);
    f = fopen(path, "w");
    if (f == NULL) {
        die(path);
    }
    if (t->is_nightjar) {
        (void)fprintf(f, nightjar_yaml, t->port, sink_port);
    } else {
        (void)fprintf(f, alertmanager_yaml, sink_port);
    }
    (void)fclose(f);
}

static void start(struct target *t, const char *program, const char *scratch)
{
    char listen_at[64];
    char path[512];

    (void)snprintf(listen_at, sizeof listen_at,
                   "--web.listen-address=127.0.0.1:%u", t->port);
    t->pid = fork();
    if (t->pid == 0) {
        int log = open(t->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

        (void)dup2(log, 2);
        (void)dup2(log, 1);
        (void)setenv("BENCH_SECRET", secret, 1);
        if (t->is_nightjar) {
            (void)snprintf(path, sizeof path, "%s/nightjard", program);
            if (getenv("NIGHTJAR_LEXICONS") == NULL) {
                char here[400] = "";

                (void)!getcwd(here, sizeof here);
                (void)strncat(here, "/config/lexicons",
                              sizeof here - strlen(here) - 1);
                (void)setenv("NIGHTJAR_LEXICONS", here, 1);
                if (path[0] != '/') {
                    char whole[900];

                    here[strlen(here) - 16] = '\0';
                    (void)snprintf(whole, sizeof whole, "%s/%s", here, path);
                    (void)snprintf(path, sizeof path, "%.500s", whole);
                }
            }
            if (chdir(scratch) == 0) {
                execl(path, path, "--config", "bench.yaml", (char *)NULL);
            }
        } else if (chdir(scratch) == 0) {
            execl(program, program, "--config.file=bench.yaml",
                  "--storage.path=am", "--cluster.listen-address=", listen_at,
                  "--log.level=error", (char *)NULL);
        }
        _exit(127);
    }
}

static int connect_to(unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

/* Ms until it says that it is ready; of the peer, until it answers. */
static double wait_ready(const struct target *t, int64_t since_ns)
{
    for (;;) {
        int fd = t->is_nightjar ? -1 : connect_to(t->port);

        if (fd >= 0) {
            (void)close(fd);
        }
        if (fd >= 0 || (t->is_nightjar && is_ready(t->ready_fd))) {
            return (double)(bench_now_ns() - since_ns) / 1e6;
        }
        if (waitpid(t->pid, NULL, WNOHANG) != 0) {
            (void)fprintf(stderr, "the target did not start; see %s\n", t->log);
            exit(1);
        }
        (void)usleep(1000);
    }
}

/* ---- requests ---------------------------------------------------------- */

static size_t
make_request(const struct target *t, long n, char *out, size_t room)
{
    unsigned char mac[32];
    unsigned mac_len = 0;
    char hex[65];
    char body[600];
    int len;

    if (!t->is_nightjar) {
        len = snprintf(body, sizeof body,
                       "[{\"labels\":{\"alertname\":\"bench%06ldx\","
                       "\"severity\":\"critical\"},\"annotations\":"
                       "{\"summary\":\"stupid idiot bench\"}}]",
                       n);
        return (size_t)snprintf(
            out, room,
            "POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
            len, body);
    }
    len = snprintf(body, sizeof body,
                   "{\"id\":\"p%ld\",\"author\":\"u%ld\",\"text\":\"you stupid "
                   "idiot bench%06ldx\"}",
                   n, n, n);
    (void)HMAC(EVP_sha256(), secret, (int)strlen(secret),
               (const unsigned char *)body, (size_t)len, mac, &mac_len);
    for (unsigned i = 0; i < 32; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", mac[i]);
    }
    return (size_t)snprintf(
        out, room,
        "POST /v1/posts/hook HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/json\r\nX-Nightjar-Signature: sha256=%s\r\n"
        "Content-Length: %d\r\n\r\n%s",
        hex, len, body);
}

struct line {
    int fd;
    size_t len;
    char data[8192];
    long sent;
    int waiting;
};

static void send_one(const struct target *t, struct line *line, long n)
{
    char request[1400];
    size_t len = make_request(t, n, request, sizeof request);

    if (write(line->fd, request, len) != (ssize_t)len) {
        die("write");
    }
    line->waiting = 1;
}

/* 1 when the answer is whole; exits when it is not 2xx. */
static int read_answer(struct line *line)
{
    ssize_t got = read(line->fd, line->data + line->len,
                       sizeof line->data - line->len - 1);
    char *end;
    char *length;
    size_t body = 0;

    if (got <= 0) {
        die("the target hung up");
    }
    line->len += (size_t)got;
    line->data[line->len] = '\0';
    end = strstr(line->data, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    length = strcasestr(line->data, "content-length:");
    body = length == NULL ? 0 : strtoul(length + 15, NULL, 10);
    if (line->len < (size_t)(end - line->data) + 4 + body) {
        return 0;
    }
    if (line->data[9] != '2') {
        (void)fprintf(stderr, "refused: %s\n", line->data);
        exit(1);
    }
    line->len = 0;
    line->waiting = 0;
    return 1;
}

/* ---- figures ----------------------------------------------------------- */

struct cpu {
    double store_s; /* of the threads called nj-... */
    double rest_s;
};

static void read_line(const char *path, char *out, size_t room)
{
    FILE *f = fopen(path, "r");

    if (f == NULL || fgets(out, (int)room, f) == NULL) {
        out[0] = '\0';
    }
    if (f != NULL) {
        (void)fclose(f);
    }
}

static struct cpu cpu_of(pid_t pid)
{
    struct cpu cpu = {0, 0};
    char path[300];
    char text[128];
    struct dirent *task;
    DIR *tasks;

    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    tasks = opendir(path);
    while (tasks != NULL && (task = readdir(tasks)) != NULL) {
        double spent_s;

        (void)snprintf(path, sizeof path, "/proc/%d/task/%.20s/schedstat", pid,
                       task->d_name);
        read_line(path, text, sizeof text);
        spent_s = strtod(text, NULL) / 1e9;
        (void)snprintf(path, sizeof path, "/proc/%d/task/%.20s/comm", pid,
                       task->d_name);
        read_line(path, text, sizeof text);
        if (strncmp(text, "nj-", 3) == 0) {
            cpu.store_s += spent_s;
        } else {
            cpu.rest_s += spent_s;
        }
    }
    if (tasks != NULL) {
        (void)closedir(tasks);
    }
    return cpu;
}

static double cpu_ms(pid_t pid)
{
    struct cpu cpu = cpu_of(pid);

    return (cpu.store_s + cpu.rest_s) * 1e3;
}

/* "CPU 61 us an alert", and of nightjard how much of it is the store's. */
static void say_cpu(const struct target *t, struct cpu before, long count)
{
    struct cpu now = cpu_of(t->pid);
    double store_us = (now.store_s - before.store_s) / (double)count * 1e6;
    double rest_us = (now.rest_s - before.rest_s) / (double)count * 1e6;

    (void)printf("CPU %.0f us an alert", store_us + rest_us);
    if (t->is_nightjar) {
        (void)printf(" (store %.0f)", store_us);
    }
}

static double rss_mb(pid_t pid)
{
    char path[64];
    char line[256];
    double kb = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kb = strtod(line + 6, NULL);
        }
    }
    if (f != NULL) {
        (void)fclose(f);
    }
    return kb / 1024;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void one_at_a_time(const struct target *t, struct sink *sink)
{
    static double ms[SINGLES];
    struct line line = {.fd = connect_to(t->port)};

    for (long i = 0; i < SINGLES; i++) {
        int64_t from = bench_now_ns();
        int64_t at;

        send_one(t, &line, i);
        while (!read_answer(&line)) {
        }
        while ((at = atomic_load(&sink->arrived_ns[i])) == 0) {
            if (bench_now_ns() - from > INT64_C(10000000000)) {
                (void)fprintf(stderr, "alert %ld never arrived\n", i);
                exit(1);
            }
            (void)sched_yield();
        }
        ms[i] = (double)(at - from) / 1e6;
    }
    (void)close(line.fd);
    qsort(ms, SINGLES, sizeof ms[0], by_size);
    (void)printf(
        "%-13s post to page, one at a time: p50 %.3f ms, p99 %.2f ms\n",
        t->is_nightjar ? "nightjard" : "alertmanager", ms[SINGLES / 2],
        ms[SINGLES * 99 / 100]);
}

/* COUNT alerts from number FIRST over some connections; each waits for its
 * answer. */
static void burst(const struct target *t,
                  struct sink *sink,
                  long first,
                  long count,
                  const char *what)
{
    struct line lines[CONNECTIONS];
    struct pollfd polls[CONNECTIONS];
    size_t before = atomic_load(&sink->distinct);
    struct cpu cpu = cpu_of(t->pid);
    int64_t from = bench_now_ns();
    int64_t accepted;
    int64_t delivered;
    long next = first;
    long done = 0;

    for (int i = 0; i < CONNECTIONS; i++) {
        lines[i] = (struct line){.fd = connect_to(t->port)};
        polls[i] = (struct pollfd){lines[i].fd, POLLIN, 0};
        send_one(t, &lines[i], next++);
    }
    while (done < count) {
        (void)poll(polls, CONNECTIONS, 1000);
        for (int i = 0; i < CONNECTIONS; i++) {
            if ((polls[i].revents & POLLIN) && lines[i].waiting &&
                read_answer(&lines[i])) {
                done++;
                if (next < first + count) {
                    send_one(t, &lines[i], next++);
                }
            }
        }
    }
    accepted = bench_now_ns();
    while (atomic_load(&sink->distinct) - before < (size_t)count &&
           bench_now_ns() - accepted < INT64_C(60000000000)) {
        (void)usleep(500);
    }
    delivered = bench_now_ns();
    for (int i = 0; i < CONNECTIONS; i++) {
        (void)close(lines[i].fd);
    }
    (void)printf("%-13s %s: accepted %.0f/s, delivered %.0f/s (%zu of %ld), ",
                 t->is_nightjar ? "nightjard" : "alertmanager", what,
                 (double)count / ((double)(accepted - from) / 1e9),
                 (double)count / ((double)(delivered - from) / 1e9),
                 atomic_load(&sink->distinct) - before, count);
    say_cpu(t, cpu, count);
    (void)printf(", RSS %.0f MB\n", rss_mb(t->pid));
    (void)fflush(stdout);
}

/* Ready after a kill -9 with MANY open alerts beside a million posts. */
static void rise_again(struct target *t, const char *program, const char *dir)
{
    int64_t from;
    double ready;

    (void)kill(t->pid, SIGKILL);
    (void)waitpid(t->pid, NULL, 0);
    add_million_posts(dir);
    from = bench_now_ns();
    start(t, program, dir);
    ready = wait_ready(t, from);
    (void)printf("nightjard     ready after kill -9 with %d open beside a "
                 "million posts: %.0f ms, CPU %.0f ms (goal 300 ms)",
                 MANY, ready, cpu_ms(t->pid));
    (void)usleep(1500000);
    (void)printf("; RSS %.1f MB (goal 60)\n", rss_mb(t->pid));
}

int main(int argc, char **argv)
{
    static struct sink sink;
    struct target t = {0};
    const char *name;
    int64_t from;
    double ready;

    if (argc < 4) {
        (void)fprintf(stderr, "usage: alert_bench nightjar|alertmanager "
                              "PROGRAM SCRATCH\n");
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    t.is_nightjar = strcmp(argv[1], "nightjar") == 0;
    name = t.is_nightjar ? "nightjard" : "alertmanager";
    (void)snprintf(t.log, sizeof t.log, "%s/log", argv[3]);
    t.port = free_port();
    t.ready_fd = t.is_nightjar ? hear_readiness(argv[3]) : -1;
    sink_start(&sink);
    write_config(&t, argv[3], sink.port);
    from = bench_now_ns();
    start(&t, argv[2], argv[3]);
    ready = wait_ready(&t, from);
    (void)usleep(500000);
    (void)printf("%-13s ready after start: %.0f ms empty, CPU %.0f ms (goal "
                 "50 ms); RSS idle %.1f MB (goal 14)\n",
                 name, ready, cpu_ms(t.pid), rss_mb(t.pid));
    one_at_a_time(&t, &sink);
    burst(&t, &sink, SINGLES, BURST, "10,000 distinct, one a request");
    if (getenv("BENCH_MANY") != NULL) {
        burst(&t, &sink, SINGLES + BURST, MANY - BURST - SINGLES,
              "up to 100,000 open");
        if (t.is_nightjar) {
            rise_again(&t, argv[2], argv[3]);
        }
    }
    (void)kill(t.pid, SIGTERM);
    (void)waitpid(t.pid, NULL, 0);
    sink_stop(&sink);
    return 0;
}
