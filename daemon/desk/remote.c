/* Agents that attend over HTTP: each holds one long poll, POST /v1/attend
 *
 *   {"session":"c0ffee","seen":3,"wait":25}
 *
 * with its person's token, answered when something rings or the wait is over:
 *
 *   {"ok":true,"result":{"number":4,"lines":[{"ring":{...}},{"clear":{...}}]}}
 *
 * SESSION is the agent's own name for itself, SEEN the last number it got: what
 * was under way when a line broke is told again. An agent that has not polled
 * for a while is away. */

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "desk/inside.h"

enum {
    REMOTES = 128,
    REMOTES_OF_PERSON = 8,
    WAIT_MOST_S = 55,    /* proxies hang up after a minute */
    PATIENCE_MS = 30000, /* between two polls */
    HELD_BYTES = 256 << 10,
    FLIGHT_BYTES = 512 << 10, /* what was held, and what came since */
    ANSWER_BYTES = 768 << 10,
    SESSION_BYTES = 40,
    REQUEST_BYTES = 4096,
};

struct nj_remote {
    struct nj_desk *desk;
    struct nj_remote *next, **back;
    char *person; /* owned */
    char session[SESSION_BYTES];
    int64_t number;            /* of the last answer that had lines */
    struct nj_buf flight;      /* its lines, not confirmed; comma between */
    struct nj_buf fresh;       /* lines not told yet */
    struct nj_http_call *call; /* held; NULL: between two polls */
    struct nj_timer timer;     /* the end of the wait, or of our patience */
};

static void forget(struct nj_remote *r)
{
    *r->back = r->next;
    if (r->next != NULL) {
        r->next->back = r->back;
    }
    nj_timer_stop(&r->timer);
    if (r->call != NULL) {
        nj_web_error(r->call, 503, "nightjard is closing or out of memory");
    }
    nj_buf_finish(&r->flight);
    nj_buf_finish(&r->fresh);
    free(r->person);
    free(r);
}

static void on_away(struct nj_timer *timer)
{
    forget(timer->ctx);
}

/* Answer the poll that R holds, with all it has not confirmed; R may be gone
 * after this. */
static void answer_poll(struct nj_remote *r)
{
    struct nj_http_call *call = r->call;
    struct nj_buf out;
    struct nj_jw w;

    if (r->fresh.len > 0) {
        r->number++;
        (void)nj_buf_adds(&r->flight, r->flight.len > 0 ? "," : "");
        (void)nj_buf_add(&r->flight, r->fresh.data, r->fresh.len);
        nj_buf_clear(&r->fresh);
    }
    nj_buf_init(&out, ANSWER_BYTES);
    nj_jw_init(&w, &out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_bool(&w, "ok", 1);
    nj_jw_open(&w, "result", '{');
    nj_jw_int(&w, "number", r->number);
    nj_jw_open(&w, "lines", '[');
    if (r->flight.len > 0) {
        nj_jw_raw(&w, NULL, nj_buf_text(&r->flight));
    }
    nj_jw_close(&w, ']');
    nj_jw_close(&w, '}');
    nj_jw_close(&w, '}');
    r->call = NULL;
    nj_web_answer(call, out.status == 0 ? 200 : 503, NULL, nj_buf_text(&out),
                  out.len);
    nj_buf_finish(&out);
    if (nj_timer_set(r->desk->opts.loop, &r->timer, PATIENCE_MS, 0, on_away) !=
        0) {
        forget(r);
    }
}

static void on_waited(struct nj_timer *timer)
{
    answer_poll(timer->ctx);
}

/* ---- a poll comes in ----------------------------------------------------- */

static struct nj_remote *
find(struct nj_desk *desk, const char *person, const char *session)
{
    struct nj_remote *r = desk->remotes;

    while (r != NULL && !(strcmp(r->session, session) == 0 &&
                          strcmp(r->person, person) == 0)) {
        r = r->next;
    }
    return r;
}

static int is_full(const struct nj_desk *desk, const char *person)
{
    size_t all = 0;
    size_t own = 0;

    for (const struct nj_remote *r = desk->remotes; r != NULL; r = r->next) {
        all++;
        own += strcmp(r->person, person) == 0;
    }
    return all >= REMOTES || own >= REMOTES_OF_PERSON;
}

static struct nj_remote *
add(struct nj_desk *desk, const char *person, const char *session)
{
    struct nj_remote *r = calloc(1, sizeof *r);

    if (r == NULL) {
        return NULL;
    }
    r->person = strdup(person);
    if (r->person == NULL) {
        free(r);
        return NULL;
    }
    memcpy(r->session, session, strlen(session) + 1);
    nj_buf_init(&r->flight, FLIGHT_BYTES);
    nj_buf_init(&r->fresh, HELD_BYTES);
    r->desk = desk;
    r->timer.ctx = r;
    r->next = desk->remotes;
    r->back = &desk->remotes;
    if (r->next != NULL) {
        r->next->back = &r->next;
    }
    desk->remotes = r;
    return r;
}

struct poll {
    char session[SESSION_BYTES];
    int64_t seen;
    int64_t wait_s;
};

static int
read_poll(struct nj_http_call *call, struct poll *out, struct nj_err *err)
{
    cJSON *tree = NULL;
    size_t len;
    const char *body = nj_http_body(call, &len);
    int code = nj_json_parse(body, len, REQUEST_BYTES, &tree, err);
    const char *session = code == 0 ? nj_json_text(tree, "session") : NULL;

    if (code == 0) {
        out->seen = nj_json_int(tree, "seen", 0);
        out->wait_s = nj_json_int(tree, "wait", 0);
        if (session == NULL || session[0] == '\0' ||
            strlen(session) >= SESSION_BYTES || out->wait_s < 0 ||
            out->wait_s > WAIT_MOST_S) {
            code = nj_err_set(err, NJ_E_INVALID,
                              "write {\"session\":\"a name of at most %d "
                              "letters\",\"seen\":0,\"wait\":0..%d}",
                              SESSION_BYTES - 1, WAIT_MOST_S);
        } else {
            memcpy(out->session, session, strlen(session) + 1);
        }
    }
    cJSON_Delete(tree);
    return code;
}

static void
hold(struct nj_remote *r, struct nj_http_call *call, const struct poll *poll)
{
    if (r->call != NULL) { /* its line broke: that poll is nobody's */
        nj_web_error(r->call, 409, "another poll of this session has come");
    }
    r->call = call;
    if (poll->seen == r->number) {
        nj_buf_clear(&r->flight);
    }
    if (r->fresh.len > 0 || r->flight.len > 0 || poll->wait_s == 0 ||
        nj_timer_set(r->desk->opts.loop, &r->timer, poll->wait_s * 1000, 0,
                     on_waited) != 0) {
        answer_poll(r);
    }
}

void nj_web_attend(struct nj_desk *desk,
                   struct nj_http_call *call,
                   const char *rest)
{
    const struct nj_desk_token *token = nj_web_token(desk, call);
    struct poll poll = {.seen = 0};
    struct nj_err err = {0};
    struct nj_remote *r;

    (void)rest;
    if (token == NULL || token->person == NULL) {
        nj_web_error(call, token == NULL ? 401 : 403,
                     token == NULL
                         ? "this token is nobody's: send one that stands as "
                           "`token` of a person in the configuration"
                         : "the operator has no desktop: send a person's own "
                           "token");
        return;
    }
    if (read_poll(call, &poll, &err) != 0) {
        nj_web_error(call, 400, err.text);
        return;
    }
    r = find(desk, token->person, poll.session);
    if (r == NULL && is_full(desk, token->person)) {
        nj_web_error(call, 429, "too many agents attend for this person");
        return;
    }
    if (r == NULL) {
        r = add(desk, token->person, poll.session);
    }
    if (r == NULL) {
        nj_web_error(call, 503, "out of memory");
        return;
    }
    hold(r, call, &poll);
}

/* ---- what goes out ------------------------------------------------------- */

/* Whether the desktop of PERSON is the one called LOGIN. */
static int
is_desktop_of(const struct nj_desk *desk, const char *name, const char *login)
{
    const struct nj_person *p = nj_plan_person(desk->plan, name);

    if (p == NULL) {
        return 0;
    }
    if (nj_str_eq(p->login, login)) {
        return 1;
    }
    for (int level = 0; level < NJ_LEVELS; level++) {
        for (size_t i = 0; i < p->rule_count[level]; i++) {
            if (nj_str_eq(p->rules[level][i].target, login)) {
                return 1;
            }
        }
    }
    return 0;
}

/* Returns whether R took it. */
static int give(struct nj_remote *r, const char *json)
{
    size_t len = r->fresh.len + r->flight.len + strlen(json) + 2;

    if (r->call != NULL && nj_http_is_gone(r->call)) {
        forget(r); /* it hung up on its poll: nobody is there */
        return 0;
    }

    if (len > HELD_BYTES) {
        return 0; /* it does not read */
    }
    (void)nj_buf_adds(&r->fresh, r->fresh.len > 0 ? "," : "");
    if (nj_buf_adds(&r->fresh, json) != 0) {
        forget(r);
        return 0;
    }
    if (r->call != NULL) {
        answer_poll(r);
    }
    return 1;
}

size_t nj_remote_ring(struct nj_desk *desk, const char *login, const char *json)
{
    struct nj_remote *next;
    size_t took = 0;

    for (struct nj_remote *r = desk->remotes; r != NULL; r = next) {
        next = r->next;
        if (login == NULL || is_desktop_of(desk, r->person, login)) {
            took += (size_t)give(r, json);
        }
    }
    return took;
}

void nj_remotes_close(struct nj_desk *desk)
{
    struct nj_remote *next;

    for (struct nj_remote *r = desk->remotes; r != NULL; r = next) {
        next = r->next;
        forget(r);
    }
}
