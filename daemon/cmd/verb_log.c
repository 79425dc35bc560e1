/* nightjar log [--follow]: the story of the night, and as it happens. */

#include <stdio.h>
#include <string.h>

#include "cmd/cli.h"

struct following {
    const struct nj_cli *cli;
    int follow;
    int status;
};

static void print_one(const struct nj_cli *cli, const cJSON *event)
{
    if (cli->json) {
        nj_cli_print_json(event);
    } else {
        nj_print_event(cli, event);
    }
}

static int on_line(void *ctx, const cJSON *line)
{
    struct following *f = ctx;
    const cJSON *result = NULL;
    const cJSON *event;

    if (cJSON_GetObjectItemCaseSensitive(line, "ok") == NULL) {
        print_one(f->cli, line); /* as it happens */
    } else {
        f->status = nj_cli_result(f->cli, line, &result);
        if (f->status != 0) {
            return 0;
        }
        cJSON_ArrayForEach(event, result)
        {
            print_one(f->cli, event);
        }
    }
    (void)fflush(stdout);
    return f->follow;
}

int nj_verb_log_cli(struct nj_cli *cli)
{
    struct following f = {cli, nj_cli_option(cli, "follow") != NULL, 0};
    struct nj_buf request;
    int status;

    if (f.follow && nj_cli_option(cli, "server") != NULL) {
        return nj_cli_misuse(cli, "--follow needs the daemon's socket");
    }
    nj_buf_init(&request, 1 << 16);
    status = nj_cli_request(cli, &request);
    if (status < 0) {
        status =
            nj_cli_ask(cli, nj_buf_text(&request), request.len, on_line, &f);
    }
    nj_buf_finish(&request);
    return status == NJ_EXIT_DONE ? f.status : status;
}
