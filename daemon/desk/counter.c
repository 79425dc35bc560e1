/* The command socket: people's terminals and the agents in their sessions. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "desk/inside.h"
#include "io/system.h"

/* A command on its way to the watch and back to its guest. */
struct errand {
    struct nj_command_req req; /* first: the watch gives this back */
    struct nj_guest *guest;
    struct nj_request request;
};

/* ---- guests ------------------------------------------------------------ */

static void forget_guest(struct nj_guest *guest)
{
    if (guest->sock == NULL && guest->pending == 0) {
        *guest->back = guest->next;
        if (guest->next != NULL) {
            guest->next->back = guest->back;
        }
        free(guest);
    }
}

static void on_open(void *ctx, struct nj_sock *sock)
{
    struct nj_desk *desk = ctx;
    struct nj_guest *guest = calloc(1, sizeof *guest);
    uid_t uid = nj_sock_peer_uid(sock);

    if (guest == NULL) {
        nj_sock_close(sock);
        return;
    }
    guest->desk = desk;
    guest->sock = sock;
    guest->trusted = uid == 0 || uid == getuid();
    if (nj_system_login(uid, guest->login, sizeof guest->login) != 0) {
        guest->login[0] = '\0';
    }
    guest->next = desk->guests;
    guest->back = &desk->guests;
    if (desk->guests != NULL) {
        desk->guests->back = &guest->next;
    }
    desk->guests = guest;
    nj_sock_set_ctx(sock, guest);
}

static void on_close(void *ctx, struct nj_sock *sock, const char *why)
{
    struct nj_guest *guest = nj_sock_ctx(sock);

    (void)ctx;
    if (guest != NULL) {
        nj_log_debug("socket: %s left: %s", guest->login, why);
        guest->sock = NULL;
        guest->attends = 0;
        guest->follows = 0;
        forget_guest(guest);
    }
}

static void send_line(struct nj_guest *guest, const struct nj_buf *line)
{
    if (guest->sock == NULL) {
        return;
    }
    if (line->status != 0 ||
        nj_sock_send(guest->sock, nj_buf_text(line), line->len) != 0) {
        nj_sock_close(guest->sock); /* it does not read; the rest is lost */
    }
}

static void
answer(struct nj_guest *guest, int status, const char *json, const char *text)
{
    struct nj_buf line;

    nj_buf_init(&line, NJ_LIMIT_FRAME_BYTES);
    nj_request_answer(&line, status, json, text);
    if (line.status == NJ_E_TOOBIG) {
        nj_buf_clear(&line);
        nj_request_answer(&line, NJ_E_TOOBIG, NULL,
                          "the answer is too long; ask for less");
    }
    send_line(guest, &line);
    nj_buf_finish(&line);
}

/* ---- commands ---------------------------------------------------------- */

static void on_done(struct nj_command_req *req,
                    int status,
                    const char *json,
                    const char *text)
{
    struct errand *errand = (struct errand *)req;
    struct nj_guest *guest = errand->guest;

    answer(guest, status, json, text);
    guest->pending--;
    nj_request_finish(&errand->request);
    free(errand);
    forget_guest(guest);
}

static void run(struct nj_guest *guest, struct errand *errand)
{
    struct nj_desk *desk = guest->desk;
    int code;

    errand->guest = guest;
    errand->req.command = errand->request.command;
    errand->req.command.ids = errand->request.ids;
    errand->req.done = on_done;
    guest->pending++;
    code = desk->opts.commands.run(desk->opts.commands.ctx, &errand->req);
    if (code != 0) {
        guest->pending--;
        answer(guest, code, NULL, "nightjard is closing or out of memory");
        nj_request_finish(&errand->request);
        free(errand);
    }
}

static const char *person_of(const struct nj_guest *guest)
{
    const struct nj_person *person =
        nj_plan_login(guest->desk->plan, guest->login);

    return person == NULL ? NULL : person->name;
}

/* Verbs that bind the connection itself. Returns 1 when it was one. */
static int bind_connection(struct nj_guest *guest,
                           const struct nj_request *request)
{
    if (strcmp(request->command.verb, "attend") == 0) {
        const struct nj_person *as =
            nj_plan_person(guest->desk->plan, request->as);

        if (as != NULL && as->login != NULL) { /* admitted: trusted, or self */
            (void)snprintf(guest->login, sizeof guest->login, "%s", as->login);
        }
        guest->attends = 1;
        answer(guest, 0, "\"attending\"", NULL);
        return 1;
    }
    if (strcmp(request->command.verb, "log") == 0 && request->follow) {
        guest->follows = 1;
        guest->follows_all = request->command.all;
    }
    return 0;
}

static void
on_line(void *ctx, struct nj_sock *sock, const char *line, size_t len)
{
    struct nj_desk *desk = ctx;
    struct nj_guest *guest = nj_sock_ctx(sock);
    struct errand *errand = calloc(1, sizeof *errand);
    struct nj_err err = {0};
    struct nj_caller caller;
    int code;

    if (guest == NULL || errand == NULL) {
        free(errand);
        nj_sock_close(sock);
        return;
    }
    code =
        nj_request_read(line, len, desk->plan, nj_loop_wall_ms(desk->opts.loop),
                        &errand->request, &err);
    if (code != 0) {
        free(errand);
        answer(guest, code, NULL, err.text);
        return;
    }
    caller = (struct nj_caller){person_of(guest), guest->trusted, "cli"};
    code = nj_desk_admit(desk, &caller, &errand->request, &err);
    if (code != 0 || bind_connection(guest, &errand->request)) {
        if (code != 0) {
            answer(guest, code, NULL, err.text);
        }
        nj_request_finish(&errand->request);
        free(errand);
        return;
    }
    run(guest, errand);
}

const struct nj_sock_events nj_counter_events = {
    .on_open = on_open,
    .on_line = on_line,
    .on_close = on_close,
};

/* ---- what goes out by itself ------------------------------------------- */

/* Has somebody dealt with the alert, so that no screen need show it? */
static int is_dealt_with(const struct nj_event *event)
{
    static const char *const kinds[] = {"acked", "snoozed", "resolved"};

    for (size_t i = 0; event->alert != 0 && i < 3; i++) {
        if (nj_str_eq(event->kind, kinds[i])) {
            return 1;
        }
    }
    return 0;
}

/* Take ALERT from every screen. Only its number goes out: another team's agent
 * learns nothing, and one that shows no such alert does nothing. The document
 * is the one of notify/render.h. */
static void clear_screens(struct nj_desk *desk, int64_t alert)
{
    char json[64];
    int len = snprintf(json, sizeof json, "{\"clear\":{\"alert\":%lld}}",
                       (long long)alert);
    struct nj_guest *next;

    (void)nj_remote_ring(desk, NULL, json);
    for (struct nj_guest *g = desk->guests; g != NULL; g = next) {
        next = g->next;
        if (g->attends && g->sock != NULL &&
            nj_sock_send(g->sock, json, (size_t)len) != 0) {
            nj_sock_close(g->sock); /* it does not read */
        }
    }
}

void nj_counter_tell(void *ctx, const struct nj_event *event)
{
    struct nj_desk *desk = ctx;
    struct nj_guest *next;
    struct nj_buf line;
    struct nj_jw w;
    char at[NJ_TIME_TEXT];

    if (is_dealt_with(event)) {
        clear_screens(desk, event->alert);
    }
    nj_buf_init(&line, NJ_LIMIT_FRAME_BYTES);
    for (struct nj_guest *g = desk->guests; g != NULL; g = next) {
        next = g->next;
        if (!g->follows) {
            continue;
        }
        if (line.len == 0) {
            nj_jw_init(&w, &line);
            nj_jw_open(&w, NULL, '{');
            nj_jw_int(&w, "event", event->id);
            nj_jw_text(&w, "at", nj_time_text(NULL, event->at_ms, at));
            if (event->alert != 0) {
                nj_jw_int(&w, "alert", event->alert);
            }
            nj_jw_text(&w, "kind", event->kind);
            nj_jw_text(&w, "who", event->who);
            nj_jw_text(&w, "text", event->text);
            nj_jw_close(&w, '}');
        }
        send_line(g, &line);
    }
    nj_buf_finish(&line);
}

size_t nj_counter_ring(void *ctx, const char *login, const char *json)
{
    struct nj_desk *desk = ctx;
    struct nj_guest *next;
    size_t took = 0;

    for (struct nj_guest *g = desk->guests; g != NULL; g = next) {
        next = g->next;
        if (g->attends && g->sock != NULL && nj_str_eq(g->login, login) &&
            nj_sock_send(g->sock, json, strlen(json)) == 0) {
            took++;
        }
    }
    return took + nj_remote_ring(desk, login, json);
}
