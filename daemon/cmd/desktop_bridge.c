#include "cmd/desktop_bridge.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/crypto.h"
#include "io/fetch.h"

enum {
    WAIT_S = 25,       /* of a poll; below what proxies allow */
    ANSWER_MS = 15000, /* of any other question */
    ALIVE_MS = 60000,  /* a poll came back so long ago: it is there */
    ANSWER_BYTES = 1 << 20,
    LINE_BYTES = 16 << 10,
};

struct bridge {
    const struct nj_desktop_server *server;
    int fd; /* our end */
    pthread_mutex_t writing;
    atomic_int users; /* threads; the last one frees */
    atomic_int over;  /* the link hung up, or the server did */
    atomic_llong alive_mono_ms;
    int listens; /* the asker's: the listener was started */
    char session[33];
    int64_t seen; /* the asker's until the listener starts, then its own */
};

/* ---- one question over HTTP ---------------------------------------------- */

struct question {
    struct nj_loop *loop;
    struct nj_fetcher *fetcher;
    struct nj_fetch_req req;
    char url[1024];
    char authorization[NJ_LIMIT_SECRET_BYTES + 32];
    const char *headers[3];
    struct nj_buf *out;
    long http; /* 0: no answer */
    char fault[256];
};

static void on_closed(void *ctx)
{
    struct question *q = ctx;

    nj_loop_stop(q->loop);
}

static void
on_answer(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct question *q = req->ctx;

    if (status == 0 &&
        nj_buf_add(q->out, answer->body, answer->body_len) == 0) {
        q->http = answer->status;
    } else {
        (void)snprintf(q->fault, sizeof q->fault, "%s",
                       status == 0 ? "out of memory" : req->fault);
    }
    nj_fetcher_close(q->fetcher, on_closed, q);
}

static int start(struct question *q,
                 const struct nj_desktop_server *server,
                 const char *path,
                 const char *body,
                 int64_t timeout_ms)
{
    size_t n = strlen(server->url);

    (void)snprintf(q->url, sizeof q->url, "%.*s%s",
                   (int)(n > 0 && server->url[n - 1] == '/' ? n - 1 : n),
                   server->url, path);
    (void)snprintf(q->authorization, sizeof q->authorization,
                   "Authorization: Bearer %s", server->token);
    q->headers[0] = q->authorization;
    q->headers[1] = "Content-Type: application/json";
    q->req = (struct nj_fetch_req){
        .url = q->url,
        .headers = q->headers,
        .body = body,
        .body_len = strlen(body),
        .ca_file = server->ca_file,
        .max_bytes = ANSWER_BYTES,
        .timeout_ms = timeout_ms,
        .allow_private = 1, /* the person named it */
        .no_redirects = 1,
        .done = on_answer,
        .ctx = q,
    };
    return nj_fetch(q->fetcher, &q->req);
}

/* POST BODY to PATH and wait. The HTTP status with the answer in OUT; 0 when
 * there was none, and FAULT says why. */
static long post(const struct bridge *b,
                 const char *path,
                 const char *body,
                 int64_t timeout_ms,
                 struct nj_buf *out,
                 char fault[256])
{
    struct question *q = calloc(1, sizeof *q);
    struct nj_err err = {0};
    long http = 0;

    (void)snprintf(fault, 256, "out of memory");
    if (q == NULL) {
        return 0;
    }
    q->out = out;
    if (nj_loop_create(NULL, &q->loop, &err) == 0 &&
        nj_fetcher_create(q->loop, NULL, &q->fetcher, &err) == 0) {
        if (start(q, b->server, path, body, timeout_ms) != 0) {
            (void)snprintf(q->fault, sizeof q->fault, "'%.100s' is no server",
                           b->server->url);
            nj_fetcher_close(q->fetcher, on_closed, q);
        }
        nj_loop_run(q->loop);
        http = q->http;
        (void)snprintf(fault, 256, "%s", q->fault);
    }
    nj_loop_destroy(q->loop);
    nj_wipe(q->authorization, sizeof q->authorization);
    free(q);
    return http;
}

/* ---- lines to the link --------------------------------------------------- */

static void hang_up(struct bridge *b)
{
    atomic_store(&b->over, 1);
    (void)shutdown(b->fd, SHUT_RDWR);
}

/* TEXT as one line; the link reads, or is gone. */
static void say(struct bridge *b, const char *text, size_t len)
{
    struct nj_buf line;
    size_t at = 0;

    nj_buf_init(&line, ANSWER_BYTES + 1);
    (void)nj_buf_add(&line, text, len);
    (void)nj_buf_addc(&line, '\n');
    (void)pthread_mutex_lock(&b->writing);
    while (line.status == 0 && at < line.len) {
        ssize_t n = send(b->fd, line.data + at, line.len - at, MSG_NOSIGNAL);

        if (n <= 0) {
            break;
        }
        at += (size_t)n;
    }
    (void)pthread_mutex_unlock(&b->writing);
    if (at < line.len || line.status != 0) {
        hang_up(b);
    }
    nj_buf_finish(&line);
}

static void say_no(struct bridge *b, const char *why)
{
    struct nj_buf text;
    struct nj_jw w;

    nj_buf_init(&text, LINE_BYTES);
    nj_jw_init(&w, &text);
    nj_jw_open(&w, NULL, '{');
    nj_jw_bool(&w, "ok", 0);
    nj_jw_text(&w, "error", why);
    nj_jw_close(&w, '}');
    say(b, nj_buf_text(&text), text.len);
    nj_buf_finish(&text);
}

static int64_t mono_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Hand on the lines of a poll's ANSWER. 0, or NJ_E_INVALID. */
static int take_poll(struct bridge *b, const struct nj_buf *answer)
{
    cJSON *tree = NULL;
    const cJSON *result;
    const cJSON *line;
    int code = nj_json_parse(nj_buf_text(answer), answer->len, ANSWER_BYTES,
                             &tree, NULL);

    result =
        code == 0 ? cJSON_GetObjectItemCaseSensitive(tree, "result") : NULL;
    if (!cJSON_IsObject(result)) {
        cJSON_Delete(tree);
        return NJ_E_INVALID;
    }
    cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(result, "lines"))
    {
        char *text = cJSON_PrintUnformatted(line);

        if (text != NULL) {
            say(b, text, strlen(text));
            cJSON_free(text);
        }
    }
    b->seen = nj_json_int(result, "number", b->seen);
    cJSON_Delete(tree);
    atomic_store(&b->alive_mono_ms, mono_ms());
    return 0;
}

/* One poll of at most WAIT_S. 0, or why not in FAULT. */
static int poll_once(struct bridge *b, int wait_s, char fault[256])
{
    struct nj_buf answer;
    char body[160];
    long http;
    int code;

    (void)snprintf(body, sizeof body,
                   "{\"session\":\"%s\",\"seen\":%lld,\"wait\":%d}", b->session,
                   (long long)b->seen, wait_s);
    nj_buf_init(&answer, ANSWER_BYTES);
    http = post(b, "/v1/attend", body, ANSWER_MS + (int64_t)wait_s * 1000,
                &answer, fault);
    code = http == 200 ? take_poll(b, &answer) : NJ_E_NET;
    if (http == 401 || http == 403) {
        (void)snprintf(fault, 256, "the server does not know this token");
    } else if (http != 0 && code != 0) {
        (void)snprintf(fault, 256, "%s answers http %ld, is it a nightjard?",
                       b->server->url, http);
    }
    nj_buf_finish(&answer);
    return code;
}

/* ---- threads ------------------------------------------------------------- */

static void leave(struct bridge *b)
{
    if (atomic_fetch_sub(&b->users, 1) == 1) {
        (void)close(b->fd);
        (void)pthread_mutex_destroy(&b->writing);
        free(b);
    }
}

static void *listen_on(void *arg)
{
    struct bridge *b = arg;
    char fault[256];

    while (!atomic_load(&b->over)) {
        if (poll_once(b, WAIT_S, fault) != 0) {
            nj_log_info("%s: %s", b->server->url, fault);
            hang_up(b);
        }
    }
    leave(b);
    return NULL;
}

static int start_thread(struct bridge *b, void *(*run)(void *arg))
{
    pthread_attr_t attr;
    pthread_t thread;
    int error;

    if (pthread_attr_init(&attr) != 0) {
        return NJ_E_NOMEM;
    }
    (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    atomic_fetch_add(&b->users, 1);
    error = pthread_create(&thread, &attr, run, b);
    (void)pthread_attr_destroy(&attr);
    if (error != 0) {
        atomic_fetch_sub(&b->users, 1);
        return NJ_E_NOMEM;
    }
    return 0;
}

static void attend(struct bridge *b)
{
    static const char yes[] = "{\"ok\":true,\"result\":\"attending\"}";
    char fault[256] = "";

    if (b->listens) {
        if (mono_ms() - atomic_load(&b->alive_mono_ms) > ALIVE_MS) {
            say_no(b, "it does not answer");
        } else {
            say(b, yes, sizeof yes - 1);
        }
        return;
    }
    if (poll_once(b, 0, fault) != 0) {
        say_no(b, fault);
        return;
    }
    b->listens = start_thread(b, listen_on) == 0;
    if (b->listens) {
        say(b, yes, sizeof yes - 1);
    } else {
        say_no(b, "out of memory");
    }
}

static void ask(struct bridge *b, const char *line)
{
    struct nj_buf answer;
    char fault[256];
    long http;

    if (strstr(line, "\"attend\"") != NULL) {
        attend(b);
        return;
    }
    nj_buf_init(&answer, ANSWER_BYTES);
    http = post(b, "/v1/command", line, ANSWER_MS, &answer, fault);
    if (http == 0) {
        nj_log_info("%s: %s", b->server->url, fault);
        hang_up(b); /* not answered: the link asks again */
    } else if (answer.len > 0 &&
               memchr(answer.data, '\n', answer.len) == NULL &&
               strstr(nj_buf_text(&answer), "\"ok\"") != NULL) {
        say(b, answer.data, answer.len);
    } else {
        (void)snprintf(fault, sizeof fault, "the server answers http %ld",
                       http);
        say_no(b, fault);
    }
    nj_buf_finish(&answer);
}

static void *ask_for_link(void *arg)
{
    struct bridge *b = arg;
    struct nj_buf in;
    char bytes[4096];
    ssize_t n;

    nj_buf_init(&in, LINE_BYTES);
    while ((n = recv(b->fd, bytes, sizeof bytes, 0)) > 0) {
        char *end;

        if (nj_buf_add(&in, bytes, (size_t)n) != 0) {
            break;
        }
        while (in.len > 0 && (end = memchr(in.data, '\n', in.len)) != NULL) {
            *end = '\0';
            ask(b, in.data);
            nj_buf_drop(&in, (size_t)(end - in.data) + 1);
        }
    }
    nj_buf_finish(&in);
    hang_up(b);
    leave(b);
    return NULL;
}

int nj_desktop_bridge(const struct nj_desktop_server *server)
{
    struct bridge *b = calloc(1, sizeof *b);
    unsigned char name[16];
    int fds[2];

    if (b == NULL || nj_random(name, sizeof name) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
        free(b);
        return NJ_E_NOMEM;
    }
    nj_hex(name, sizeof name, b->session);
    b->server = server;
    b->fd = fds[0];
    (void)pthread_mutex_init(&b->writing, NULL);
    if (start_thread(b, ask_for_link) != 0) {
        (void)close(fds[0]);
        (void)close(fds[1]);
        free(b);
        return NJ_E_NOMEM;
    }
    return fds[1];
}
