#include "desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "desk/inside.h"

enum { SOCKET_MODE = 0660, LINK_GOOD_MS = 3 * 86400000 };

/* ---- opening ----------------------------------------------------------- */

static void free_tokens(struct nj_desk *desk)
{
    for (size_t i = 0; i < desk->token_count; i++) {
        char *secret = (char *)(uintptr_t)desk->tokens[i].secret;

        nj_wipe(secret, strlen(secret));
        free(secret);
        free((char *)(uintptr_t)desk->tokens[i].person);
    }
    free(desk->tokens);
    desk->tokens = NULL;
    desk->token_count = 0;
}

static void free_desk(struct nj_desk *desk)
{
    free_tokens(desk);
    nj_wipe(desk->key, sizeof desk->key);
    free(desk->public_url);
    free(desk);
}

static int open_socket(struct nj_desk *desk, struct nj_err *err)
{
    struct nj_sock_events events = nj_counter_events;

    events.ctx = desk;
    return nj_sock_listen(desk->opts.loop, desk->opts.socket, SOCKET_MODE,
                          &events, &desk->server, err);
}

static int open_http(struct nj_desk *desk, struct nj_err *err)
{
    struct nj_httpd_opts opts = {
        .listen = desk->opts.listen,
        .on_call = nj_web_call,
        .ctx = desk,
    };

    if (desk->opts.listen == NULL) {
        return 0;
    }
    return nj_httpd_open(desk->opts.loop, &opts, &desk->httpd, err);
}

static void on_half_closed(void *ctx)
{
    free_desk(ctx);
}

int nj_desk_open(const struct nj_desk_opts *opts,
                 struct nj_desk **out,
                 struct nj_err *err)
{
    struct nj_desk *desk = calloc(1, sizeof *desk);
    int code;

    if (desk == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    desk->opts = *opts;
    if (opts->public_url != NULL) {
        desk->public_url = strdup(opts->public_url);
        if (desk->public_url == NULL) {
            free(desk);
            return nj_err_set(err, NJ_E_NOMEM, "no memory");
        }
    }
    code = open_socket(desk, err);
    if (code != 0) {
        free_desk(desk);
        return code;
    }
    code = open_http(desk, err);
    if (code != 0) {
        nj_sock_server_close(desk->server, on_half_closed, desk);
        return code;
    }
    *out = desk;
    return 0;
}

unsigned nj_desk_port(const struct nj_desk *desk)
{
    return desk->httpd == NULL ? 0 : nj_httpd_port(desk->httpd);
}

int nj_desk_set_people(struct nj_desk *desk,
                       const struct nj_plan *plan,
                       const struct nj_desk_token *tokens,
                       size_t count)
{
    struct nj_desk fresh = {0};

    fresh.tokens = calloc(count + 1, sizeof *fresh.tokens);
    if (fresh.tokens == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        char *secret = strdup(tokens[i].secret);
        char *person =
            tokens[i].person == NULL ? NULL : strdup(tokens[i].person);

        if (secret == NULL || (tokens[i].person != NULL && person == NULL)) {
            free(secret);
            free(person);
            free_tokens(&fresh);
            return NJ_E_NOMEM;
        }
        fresh.tokens[i] = (struct nj_desk_token){secret, person};
        fresh.token_count++;
    }
    free_tokens(desk);
    desk->tokens = fresh.tokens;
    desk->token_count = fresh.token_count;
    desk->plan = plan;
    return 0;
}

void nj_desk_set_key(struct nj_desk *desk, const unsigned char key[32])
{
    memcpy(desk->key, key, sizeof desk->key);
}

void nj_desk_link(void *ctx,
                  int64_t alert,
                  const char *person,
                  uint32_t generation,
                  char *out,
                  size_t room)
{
    const struct nj_desk *desk = ctx;
    struct nj_link link = {
        .alert = alert,
        .generation = generation,
        .until_ms = nj_loop_wall_ms(desk->opts.loop) + LINK_GOOD_MS,
    };
    char token[NJ_LINK_TEXT];
    const char *base = desk->public_url;
    size_t len = base == NULL ? 0 : strlen(base);

    out[0] = '\0';
    if (len == 0 || strlen(person) >= sizeof link.person) {
        return;
    }
    (void)snprintf(link.person, sizeof link.person, "%s", person);
    if (nj_link_write(&link, desk->key, token) == 0) {
        int n =
            snprintf(out, room, "%.*s/a/%s",
                     (int)(base[len - 1] == '/' ? len - 1 : len), base, token);

        if (n < 0 || (size_t)n >= room) {
            out[0] = '\0';
        }
    }
}

void nj_desk_calendar_url(void *ctx,
                          const char *feed,
                          const char *holder,
                          uint32_t generation,
                          char *out,
                          size_t room)
{
    const struct nj_desk *desk = ctx;
    struct nj_calendar_link link = {.generation = generation};
    char token[NJ_LINK_TEXT];
    const char *base = desk->public_url;
    size_t len = base == NULL || desk->httpd == NULL ? 0 : strlen(base);

    out[0] = '\0';
    if (len == 0 || strlen(holder) >= sizeof link.holder) {
        return;
    }
    (void)snprintf(link.holder, sizeof link.holder, "%s", holder);
    if (nj_calendar_link_write(&link, feed, desk->key, token) == 0) {
        int n = snprintf(out, room, "%.*s/v1/calendar/%s.ics?token=%s",
                         (int)(base[len - 1] == '/' ? len - 1 : len), base,
                         feed, token);

        if (n < 0 || (size_t)n >= room) {
            out[0] = '\0';
        }
    }
}

struct nj_story_sink nj_desk_story(struct nj_desk *desk)
{
    return (struct nj_story_sink){desk, nj_counter_tell};
}

struct nj_agent_sink nj_desk_agents(struct nj_desk *desk)
{
    return (struct nj_agent_sink){desk, nj_counter_ring};
}

/* ---- who may ----------------------------------------------------------- */

int nj_desk_admit(const struct nj_desk *desk,
                  const struct nj_caller *caller,
                  struct nj_request *request,
                  struct nj_err *err)
{
    const struct nj_person *as = nj_plan_person(desk->plan, request->as);

    if (request->command.by == NULL || !caller->trusted) {
        request->command.by = request->command.by != NULL &&
                                      nj_str_eq(request->command.by, "desktop")
                                  ? "desktop"
                                  : caller->by;
    }
    if (request->as == NULL) {
        request->command.actor = caller->person;
        if (caller->person == NULL && caller->trusted) {
            request->command.actor = "operator";
        }
        return caller->person == NULL && !caller->trusted
                   ? nj_err_set(err, NJ_E_DENIED,
                                "nightjar does not know you: set your login "
                                "as `login` of a person in the configuration")
                   : 0;
    }
    if (!caller->trusted && !nj_str_eq(request->as, caller->person)) {
        return nj_err_set(err, NJ_E_DENIED,
                          "only root may act for someone else");
    }
    if (as == NULL) {
        return nj_err_set(err, NJ_E_NOTFOUND,
                          "no person '%s' in the configuration", request->as);
    }
    request->command.actor = as->name;
    return 0;
}

/* ---- closing ----------------------------------------------------------- */

static void on_all_closed(struct nj_defer *defer)
{
    struct nj_desk *desk = defer->ctx;
    void (*on_closed)(void *ctx) = desk->on_closed;
    void *ctx = desk->closed_ctx;

    free_desk(desk);
    on_closed(ctx);
}

static void part_closed(void *ctx)
{
    struct nj_desk *desk = ctx;

    desk->parts_open--;
    if (desk->parts_open == 0) {
        desk->closed.ctx = desk;
        nj_loop_defer(desk->opts.loop, &desk->closed, on_all_closed);
    }
}

void nj_desk_close(struct nj_desk *desk,
                   void (*on_closed)(void *ctx),
                   void *ctx)
{
    desk->on_closed = on_closed;
    desk->closed_ctx = ctx;
    desk->parts_open = 1 + (desk->httpd != NULL);
    nj_remotes_close(desk);
    if (desk->httpd != NULL) {
        nj_httpd_close(desk->httpd, part_closed, desk);
    }
    nj_sock_server_close(desk->server, part_closed, desk);
}
