/* Asking a daemon over HTTP: --server URL --token-file FILE. */

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cmd/cli.h"
#include "io/fetch.h"

struct call {
    struct nj_loop *loop;
    struct nj_fetcher *fetcher;
    struct nj_fetch_req req;
    int (*on_line)(void *ctx, const cJSON *line);
    void *ctx;
    int status; /* an exit status */
    char url[1024];
    char authorization[NJ_LIMIT_SECRET_BYTES + 32];
    const char *headers[3];
};

static void on_closed(void *ctx)
{
    struct call *call = ctx;

    nj_loop_stop(call->loop);
}

static void
on_answer(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct call *call = req->ctx;
    cJSON *tree = NULL;
    struct nj_err err = {0};

    if (status != 0) {
        (void)fprintf(stderr, "nightjar: %s cannot be reached: %s\n", call->url,
                      req->fault);
        call->status = NJ_EXIT_UNREACHABLE;
    } else if (nj_json_parse(answer->body, answer->body_len,
                             NJ_LIMIT_FRAME_BYTES, &tree, &err) != 0) {
        (void)fprintf(stderr, "nightjar: %s is no nightjard: %s\n", call->url,
                      err.text);
        call->status = NJ_EXIT_UNREACHABLE;
    } else {
        (void)call->on_line(call->ctx, tree);
    }
    cJSON_Delete(tree);
    nj_fetcher_close(call->fetcher, on_closed, call);
}

static int read_token(const struct nj_cli *cli, struct call *call)
{
    const char *path = nj_cli_option(cli, "token-file");
    char token[NJ_LIMIT_SECRET_BYTES] = "";
    FILE *f;

    if (path == NULL) {
        return nj_cli_misuse(cli, "--server needs --token-file FILE");
    }
    f = fopen(path, "r");
    if (f == NULL || fgets(token, sizeof token, f) == NULL) {
        if (f != NULL) {
            (void)fclose(f);
        }
        return nj_cli_no("no token can be read from %s", path);
    }
    (void)fclose(f);
    token[strcspn(token, "\r\n")] = '\0';
    (void)snprintf(call->authorization, sizeof call->authorization,
                   "Authorization: Bearer %s", token);
    nj_wipe(token, sizeof token);
    return -1;
}

static int start(const struct nj_cli *cli,
                 struct call *call,
                 const char *request,
                 size_t len)
{
    const char *server = nj_cli_option(cli, "server");
    size_t n = strlen(server);
    struct nj_err err = {0};

    (void)snprintf(call->url, sizeof call->url, "%.*s/v1/command",
                   (int)(n > 0 && server[n - 1] == '/' ? n - 1 : n), server);
    if (nj_loop_create(NULL, &call->loop, &err) != 0 ||
        nj_fetcher_create(call->loop, NULL, &call->fetcher, &err) != 0) {
        return nj_cli_no("%s", err.text);
    }
    call->headers[0] = call->authorization;
    call->headers[1] = "Content-Type: application/json";
    call->req = (struct nj_fetch_req){
        .url = call->url,
        .headers = call->headers,
        .body = request,
        .body_len = len,
        .allow_private = 1,
        .no_redirects = 1,
        .done = on_answer,
        .ctx = call,
    };
    if (nj_fetch(call->fetcher, &call->req) != 0) {
        return nj_cli_misuse(cli, "'%s' is no address of a server", server);
    }
    return -1;
}

int nj_cli_ask_server(const struct nj_cli *cli,
                      const char *request,
                      size_t len,
                      int (*on_line)(void *ctx, const cJSON *line),
                      void *ctx)
{
    struct call *call = calloc(1, sizeof *call);
    int status;

    if (call == NULL) {
        return nj_cli_no("no memory");
    }
    call->on_line = on_line;
    call->ctx = ctx;
    status = read_token(cli, call);
    if (status < 0) {
        status = start(cli, call, request, len);
    }
    if (status < 0) {
        nj_loop_run(call->loop);
        status = call->status;
    }
    nj_loop_destroy(call->loop);
    nj_wipe(call->authorization, sizeof call->authorization);
    free(call);
    return status;
}
