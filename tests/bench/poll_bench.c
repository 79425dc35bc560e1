/* What it costs the whole nightjard to watch feeds: asleep with 5,000 of them,
 * and for each poll that finds nothing changed, something changed, and a new
 * post. The feeds come from a server in this program.
 *
 *   poll_bench [BUILD-DIR]      (build/release; from the root of the sources) */

#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    ITEMS = 20,
    ASLEEP = 5000, /* sources, every hour */
    FIRST_S = 55,  /* their first polls are 10 ms apart */
    ASLEEP_S = 20, /* looked at for */
    BUSY = 500,    /* sources, every second */
    SETTLE_S = 4,  /* after a change of what the server says */
    BUSY_S = 8,    /* looked at for */
    REQUEST = 4096,
    ANSWER = 64 << 10,
};

enum says { SAYS_NOTHING_NEW, SAYS_CHANGED, SAYS_NEW_POST };

struct server {
    int listener;
    unsigned port;
    pthread_t thread;
    atomic_int says; /* enum says */
    atomic_long polls;
    atomic_int stop;
    long serial; /* of the next changed answer */
    char answer[ANSWER];
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the feeds --------------------------------------------------------- */

static int write_item(char *out, size_t room, long id)
{
    return snprintf(
        out, room,
        "<item><title>A quiet day at the harbour, part %ld</title><link>"
        "http://127.0.0.1/p/%ld</link><guid isPermaLink=\"false\">item-%ld"
        "</guid><author>jane@example.org (Jane Doe)</author><pubDate>Sat, 21 "
        "Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;The boats went "
        "out at six and came back with the tide. &lt;b&gt;Nobody&lt;/b&gt; was "
        "late, and the &lt;a href=\"http://127.0.0.1/about\"&gt;harbour "
        "master&lt;/a&gt; wrote it all down in the large blue book that lies "
        "by the window, where it has been lying for as long as anyone can "
        "remember.&lt;/p&gt;&lt;p&gt;Tomorrow there will be rain, they say, "
        "and a little wind from the west.&lt;/p&gt;</description></item>\n",
        id, id, id);
}

/* The whole answer to one GET, into the server's own buffer. */
static size_t make_answer(struct server *s, int may_be_unchanged)
{
    static char body[ANSWER / 2];
    enum says says = (enum says)atomic_load(&s->says);
    long serial = ++s->serial;
    size_t at = 0;

    if (says == SAYS_NOTHING_NEW && may_be_unchanged) {
        return (size_t)snprintf(s->answer, sizeof s->answer,
                                "HTTP/1.1 304 Not Modified\r\n\r\n");
    }
    at = (size_t)snprintf(
        body, sizeof body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\">"
        "<channel><title>Harbour</title><link>http://127.0.0.1/</link>"
        "<description>News %ld</description>\n",
        serial);
    for (long i = 0; i < ITEMS; i++) {
        int is_new = i == 0 && says == SAYS_NEW_POST;

        at += (size_t)write_item(body + at, sizeof body - at,
                                 is_new ? 1000 + serial : i);
    }
    at += (size_t)snprintf(body + at, sizeof body - at, "</channel></rss>\n");
    return (size_t)snprintf(
        s->answer, sizeof s->answer,
        "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: "
        "\"%ld\"\r\nContent-Length: %zu\r\n\r\n%s",
        serial, at, body);
}

struct guest {
    int fd;
    size_t len;
    char data[REQUEST];
};

/* 0, or -1 when the guest is gone. */
static int serve(struct server *s, struct guest *g)
{
    ssize_t got = read(g->fd, g->data + g->len, sizeof g->data - g->len - 1);
    size_t len;

    if (got <= 0) {
        return -1;
    }
    g->len += (size_t)got;
    g->data[g->len] = '\0';
    if (strstr(g->data, "\r\n\r\n") == NULL) {
        return g->len + 1 < sizeof g->data ? 0 : -1;
    }
    len = make_answer(s, strcasestr(g->data, "if-none-match:") != NULL);
    g->len = 0;
    atomic_fetch_add(&s->polls, 1);
    return write(g->fd, s->answer, len) == (ssize_t)len ? 0 : -1;
}

static void take_guest(struct server *s, int epoll)
{
    struct guest *g = calloc(1, sizeof *g);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = g};

    if (g != NULL) {
        g->fd = accept(s->listener, NULL, NULL);
        if (g->fd >= 0) {
            (void)epoll_ctl(epoll, EPOLL_CTL_ADD, g->fd, &event);
        } else {
            free(g);
        }
    }
}

static void *run_server(void *ctx)
{
    struct server *s = ctx;
    struct epoll_event mine = {.events = EPOLLIN, .data.ptr = NULL};
    struct epoll_event events[64];
    int epoll = epoll_create1(0);

    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, s->listener, &mine);
    while (!atomic_load(&s->stop)) {
        int n = epoll_wait(epoll, events, 64, 100);

        for (int i = 0; i < n; i++) {
            struct guest *g = events[i].data.ptr;

            if (g == NULL) {
                take_guest(s, epoll);
            } else if (serve(s, g) != 0) {
                (void)close(g->fd);
                free(g);
            }
        }
    }
    (void)close(epoll);
    return NULL;
}

static void start_server(struct server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;

    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (s->listener < 0 ||
        bind(s->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(s->listener, 512) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&at, &len) != 0 ||
        pthread_create(&s->thread, NULL, run_server, s) != 0) {
        die("server");
    }
    s->port = ntohs(at.sin_port);
}

/* ---- nightjard --------------------------------------------------------- */

static void write_config(const char *dir,
                         const struct server *s,
                         int sources,
                         const char *every)
{
    char path[512];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/bench.yaml", dir);
    f = fopen(path, "w");
    if (f == NULL) {
        die(path);
    }
    (void)fprintf(f,
                  "daemon: {store: \"sqlite:%s.db\", socket: %s.sock, log: "
                  "warning, limits: {per_host: 64}}\nsources:\n",
                  every, every);
    for (int i = 0; i < sources; i++) {
        (void)fprintf(f,
                      "  s%d: {type: feed, url: \"http://127.0.0.1:%u/%d\", "
                      "every: %s}\n",
                      i, s->port, i, every);
    }
    (void)fprintf(
        f,
        "people:\n  duty: {chat: \"http://127.0.0.1:%u/page\", rules: "
        "{critical: [chat]}}\npolicies:\n  night: {steps: [{page: "
        "[person/duty], wait: 1h}]}\nrules:\n  - {name: offensive, match: "
        "{offensive: 0.9}, severity: critical, policy: night, always: true}\n"
        "channels:\n  chat: {type: webhook}\n",
        s->port);
    (void)fclose(f);
}

static pid_t start_daemon(const char *program, const char *dir)
{
    pid_t pid = fork();

    if (pid == 0) {
        if (chdir(dir) == 0 && freopen("log", "a", stderr) != NULL) {
            execl(program, program, "--config", "bench.yaml", (char *)NULL);
        }
        _exit(127);
    }
    return pid;
}

static void stop_daemon(pid_t pid)
{
    (void)kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
}

/* The sum over PID's threads of what SCAN finds in their file NAME. */
static double
sum_threads(pid_t pid, const char *name, double (*scan)(const char *text))
{
    char path[600];
    double sum = 0;
    struct dirent *e;
    DIR *dir;

    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    dir = opendir(path);
    while (dir != NULL && (e = readdir(dir)) != NULL) {
        char text[4096];
        size_t len;
        FILE *f;

        (void)snprintf(path, sizeof path, "/proc/%d/task/%s/%s", pid, e->d_name,
                       name);
        f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (f != NULL) {
            len = fread(text, 1, sizeof text - 1, f);
            text[len] = '\0';
            (void)fclose(f);
            sum += scan(text);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return sum;
}

static double scan_ns(const char *schedstat)
{
    return strtod(schedstat, NULL);
}

static double scan_wakes(const char *status)
{
    const char *at = strstr(status, "\nvoluntary_ctxt_switches:");

    return at == NULL ? 0 : strtod(at + 25, NULL);
}

static double rss_mb(pid_t pid)
{
    char path[64];
    double pages = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/statm", pid);
    f = fopen(path, "r");
    if (f != NULL) {
        (void)!fscanf(f, "%*s %lf", &pages);
        (void)fclose(f);
    }
    return pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* ---- figures ----------------------------------------------------------- */

static void asleep(struct server *s, const char *program, const char *dir)
{
    double wakes;
    double ns;
    long polls;
    pid_t pid;

    write_config(dir, s, ASLEEP, "1h");
    pid = start_daemon(program, dir);
    (void)sleep(FIRST_S);
    polls = atomic_load(&s->polls);
    wakes = sum_threads(pid, "status", scan_wakes);
    ns = sum_threads(pid, "schedstat", scan_ns);
    (void)sleep(ASLEEP_S);
    (void)printf("asleep with %d feeds (%ld polled before, %ld meanwhile): "
                 "%.2f wake-ups/s (goal 1.2), CPU %.3f %%, RSS %.1f MB\n",
                 ASLEEP, polls, atomic_load(&s->polls) - polls,
                 (sum_threads(pid, "status", scan_wakes) - wakes) / ASLEEP_S,
                 (sum_threads(pid, "schedstat", scan_ns) - ns) / 1e7 / ASLEEP_S,
                 rss_mb(pid));
    stop_daemon(pid);
}

/* CPU us a poll while the server says SAYS. */
static double polling(struct server *s, pid_t pid, enum says says)
{
    double ns;
    long polls;

    atomic_store(&s->says, (int)says);
    (void)sleep(SETTLE_S);
    polls = atomic_load(&s->polls);
    ns = sum_threads(pid, "schedstat", scan_ns);
    (void)sleep(BUSY_S);
    ns = sum_threads(pid, "schedstat", scan_ns) - ns;
    polls = atomic_load(&s->polls) - polls;
    return polls == 0 ? 0 : ns / 1000 / (double)polls;
}

static void busy(struct server *s, const char *program, const char *dir)
{
    double unchanged;
    double changed;
    pid_t pid;

    write_config(dir, s, BUSY, "1s");
    pid = start_daemon(program, dir);
    (void)sleep(SETTLE_S + BUSY / 100);
    unchanged = polling(s, pid, SAYS_NOTHING_NEW);
    changed = polling(s, pid, SAYS_CHANGED);
    (void)printf("a poll: unchanged (304) %.0f us CPU (goal 35), changed, %d "
                 "items %.0f us (goal 130), a new post %.0f us more (goal "
                 "25)\n",
                 unchanged, ITEMS, changed,
                 polling(s, pid, SAYS_NEW_POST) - changed);
    stop_daemon(pid);
}

static void clear_away(const char *dir)
{
    char path[600];
    struct dirent *e;
    DIR *d = opendir(dir);

    while (d != NULL && (e = readdir(d)) != NULL) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        (void)unlink(path);
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    (void)rmdir(dir);
}

int main(int argc, char **argv)
{
    static struct server server;
    char dir[] = "/tmp/poll_bench.XXXXXX";
    char here[400] = "";
    char program[900];
    char words[900];

    (void)signal(SIGPIPE, SIG_IGN);
    if (getcwd(here, sizeof here) == NULL || mkdtemp(dir) == NULL) {
        die("a place to work in");
    }
    (void)snprintf(program, sizeof program, "%s/%s/nightjard", here,
                   argc > 1 ? argv[1] : "build/release");
    (void)snprintf(words, sizeof words, "%s/config/lexicons", here);
    (void)setenv("NIGHTJAR_LEXICONS", words, 0);
    start_server(&server);
    busy(&server, program, dir);
    (void)fflush(stdout);
    atomic_store(&server.says, SAYS_NOTHING_NEW);
    asleep(&server, program, dir);
    atomic_store(&server.stop, 1);
    (void)pthread_join(server.thread, NULL);
    clear_away(dir);
    return 0;
}
