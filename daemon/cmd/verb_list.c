/* nightjar list: the newest alerts for people, who are told when there are
 * more; all of them for programs, fetched a page at a time. */

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd/cli.h"

enum { LIST_ROWS = 100, PAGE_ROWS = 200, REQUEST_BYTES = 1 << 16 };

struct listing {
    const struct nj_cli *cli;
    cJSON *rows;  /* owned: all so far, newest first */
    int64_t last; /* id of the oldest of them; 0: none yet */
    size_t got;   /* by the last page */
    int status;
};

static int on_page(void *ctx, const cJSON *line)
{
    struct listing *l = ctx;
    const cJSON *result = NULL;
    const cJSON *row;

    l->status = nj_cli_result(l->cli, line, &result);
    if (l->status != 0) {
        return 0;
    }
    cJSON_ArrayForEach(row, result)
    {
        cJSON *copy = cJSON_Duplicate(row, 1);

        if (copy == NULL || !cJSON_AddItemToArray(l->rows, copy)) {
            cJSON_Delete(copy);
            l->status = nj_cli_no("no memory");
            return 0;
        }
        l->last = nj_json_int(row, "id", 0);
        l->got++;
    }
    return 0;
}

/* The request that CLI makes, for ROWS alerts older than those there are. */
static int write_request(const struct listing *l, size_t rows, char **out)
{
    struct nj_buf text;
    cJSON *tree = NULL;
    int status;

    nj_buf_init(&text, REQUEST_BYTES);
    status = nj_cli_request(l->cli, &text);
    if (status < 0 && nj_json_parse(nj_buf_text(&text), text.len, REQUEST_BYTES,
                                    &tree, NULL) == 0) {
        cJSON_DeleteItemFromObjectCaseSensitive(tree, "limit");
        (void)cJSON_AddNumberToObject(tree, "limit", (double)rows);
        (void)cJSON_AddNumberToObject(tree, "before", (double)l->last);
        *out = cJSON_PrintUnformatted(tree);
    }
    cJSON_Delete(tree);
    nj_buf_finish(&text);
    if (status < 0 && *out == NULL) {
        return nj_cli_no("no memory");
    }
    return status;
}

static int fetch_page(struct listing *l, size_t rows)
{
    char *request = NULL;
    int status = write_request(l, rows, &request);

    l->got = 0;
    if (status < 0 && request != NULL) {
        status = nj_cli_ask(l->cli, request, strlen(request), on_page, l);
    }
    cJSON_free(request);
    return status == NJ_EXIT_DONE ? l->status : status;
}

/* The newest MOST (0: all), and one more when there is. */
static int fetch(struct listing *l, size_t most)
{
    size_t have = 0;
    size_t want;
    int status;

    do {
        want = most == 0 || most + 1 - have > PAGE_ROWS ? PAGE_ROWS
                                                        : most + 1 - have;
        status = fetch_page(l, want);
        have += l->got;
    } while (status == NJ_EXIT_DONE && l->got == want &&
             (most == 0 || have <= most));
    return status;
}

static void print(const struct listing *l, size_t most)
{
    size_t have = (size_t)cJSON_GetArraySize(l->rows);
    int more = most > 0 && have > most;

    if (more) {
        cJSON_DeleteItemFromArray(l->rows, (int)most);
    }
    if (l->cli->json) {
        nj_cli_print_json(l->rows);
        return;
    }
    nj_print_alerts(l->cli, l->rows);
    if (more) { /* nobody shall take the newest for all of them */
        (void)printf("These are the newest %zu; there are more: "
                     "nightjar list --limit %zu\n",
                     most, most * 10);
    }
}

int nj_verb_list_cli(struct nj_cli *cli)
{
    struct listing l = {.cli = cli, .rows = cJSON_CreateArray()};
    const char *said = nj_cli_option(cli, "limit");
    int64_t most = cli->json ? 0 : LIST_ROWS;
    int status;

    if (l.rows == NULL) {
        return nj_cli_no("no memory");
    }
    if (said != NULL && (nj_str_int(said, &most) != 0 || most < 0)) {
        status = nj_cli_misuse(cli, "--limit needs a number, not '%s'", said);
    } else {
        status = fetch(&l, (size_t)most);
    }
    if (status == NJ_EXIT_DONE) {
        print(&l, (size_t)most);
    }
    cJSON_Delete(l.rows);
    return status;
}
