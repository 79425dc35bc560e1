/* nightjar probe URL|FILE: what a source would bring, without a daemon. A file
 * is a saved answer, which --base and --content-type give an address and a
 * type. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "cmd/cli.h"
#include "io/fetch.h"
#include "source/probe.h"

struct probing {
    const struct nj_cli *cli;
    struct nj_loop *loop;
    struct nj_fetcher *fetcher;
    struct nj_fetch_req req;
    int status; /* an exit status */
};

static void print_posts(const char *json, size_t len)
{
    cJSON *tree = NULL;
    const cJSON *post;

    if (nj_json_parse(json, len, NJ_LIMIT_BODY_BYTES, &tree, NULL) != 0) {
        return;
    }
    nj_cli_put(nj_json_text(tree, "title"), 0);
    (void)putchar('\n');
    cJSON_ArrayForEach(post, cJSON_GetObjectItemCaseSensitive(tree, "posts"))
    {
        (void)printf("  ");
        nj_cli_put_time(nj_json_text(post, "published"));
        (void)printf("  ");
        nj_cli_put_field(nj_json_text(post, "author"), 20);
        (void)printf("  ");
        nj_cli_put_field(nj_json_text(post, "title"), 40);
        (void)printf("  ");
        nj_cli_put(nj_json_text(post, "text"), 60);
        (void)putchar('\n');
    }
    cJSON_Delete(tree);
}

static int show(const struct nj_cli *cli,
                const char *bytes,
                size_t len,
                const char *base,
                const char *content_type)
{
    const char *wanted = nj_cli_option(cli, "content-type");
    struct nj_probe probe = {
        .bytes = bytes,
        .len = len,
        .url = base,
        .content_type = wanted == NULL ? content_type : wanted,
        .type = nj_cli_option(cli, "type"),
    };
    struct nj_err err = {0};
    struct nj_buf out;
    int code;

    nj_buf_init(&out, (size_t)4 * NJ_LIMIT_BODY_BYTES);
    code = nj_probe_write(&probe, &out, &err);
    if (code != 0) {
        nj_buf_finish(&out);
        return nj_cli_no("%s: %s", base == NULL ? cli->words[0] : base,
                         err.text);
    }
    if (cli->json) {
        (void)puts(nj_buf_text(&out));
    } else {
        print_posts(nj_buf_text(&out), out.len);
    }
    nj_buf_finish(&out);
    return NJ_EXIT_DONE;
}

/* ---- from an address --------------------------------------------------- */

static void on_closed(void *ctx)
{
    struct probing *p = ctx;

    nj_loop_stop(p->loop);
}

static void
on_answer(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct probing *p = req->ctx;
    const char *base = nj_cli_option(p->cli, "base");

    if (status != 0) {
        p->status = nj_cli_no("%s cannot be read: %s", req->url, req->fault);
    } else if (answer->status != 200) {
        p->status =
            nj_cli_no("%s answered with status %ld", req->url, answer->status);
    } else {
        p->status =
            show(p->cli, answer->body, answer->body_len,
                 base == NULL ? answer->url : base, answer->content_type);
    }
    nj_fetcher_close(p->fetcher, on_closed, p);
}

static int probe_address(const struct nj_cli *cli, const char *url)
{
    struct probing p = {.cli = cli, .status = NJ_EXIT_NO};
    struct nj_err err = {0};

    if (nj_loop_create(NULL, &p.loop, &err) != 0 ||
        nj_fetcher_create(p.loop, NULL, &p.fetcher, &err) != 0) {
        nj_loop_destroy(p.loop);
        return nj_cli_no("%s", err.text);
    }
    p.req.url = url;
    p.req.allow_private = 1; /* the person named it */
    p.req.done = on_answer;
    p.req.ctx = &p;
    if (nj_fetch(p.fetcher, &p.req) != 0) {
        p.status = nj_cli_misuse(cli, "'%s' is no address", url);
        nj_fetcher_close(p.fetcher, on_closed, &p);
    }
    nj_loop_run(p.loop);
    nj_loop_destroy(p.loop);
    return p.status;
}

/* ---- from a file ------------------------------------------------------- */

static int probe_file(const struct nj_cli *cli, const char *path)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct nj_buf bytes;
    char chunk[16384];
    size_t n;
    int status;

    if (f == NULL) {
        return nj_cli_no("%s cannot be read: %s", path,
                         strstr(path, "://") != NULL
                             ? "only http:// and https:// addresses can"
                             : strerror(errno));
    }
    nj_buf_init(&bytes, NJ_LIMIT_BODY_BYTES);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        (void)nj_buf_add(&bytes, chunk, n);
    }
    if (ferror(f) != 0) {
        status = nj_cli_no("%s cannot be read: %s", path, strerror(errno));
    } else if (bytes.status != 0) {
        status = nj_cli_no("%s is too big: a source takes at most %d MiB", path,
                           (int)(NJ_LIMIT_BODY_BYTES >> 20));
    } else {
        status = show(cli, nj_buf_text(&bytes), bytes.len,
                      nj_cli_option(cli, "base"), NULL);
    }
    if (f != stdin) {
        (void)fclose(f);
    }
    nj_buf_finish(&bytes);
    return status;
}

int nj_verb_probe(struct nj_cli *cli)
{
    if (cli->word_count != 1) {
        return nj_cli_misuse(cli, "say what: an address or a file");
    }
    if (nj_str_starts(cli->words[0], "http://") ||
        nj_str_starts(cli->words[0], "https://")) {
        return probe_address(cli, cli->words[0]);
    }
    return probe_file(cli, cli->words[0]);
}
