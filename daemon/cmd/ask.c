/* Asking the daemon: the request from words and options, the answer to the
 * verb's printer. */

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "cmd/cli.h"
#include "conf/settings.h"
#include "io/sock.h"

enum { REQUEST_BYTES = 1 << 20 };

/* ---- where the daemon is ----------------------------------------------- */

/* The socket that is meant: --socket, $NIGHTJAR_SOCKET, the configuration's,
 * the usual one; copied into OUT. Returns an exit status. */
static int find_socket(const struct nj_cli *cli, char *out, size_t room)
{
    const char *path = nj_cli_option(cli, "socket");
    int named = nj_cli_option(cli, "config") != NULL;
    struct nj_settings *settings = NULL;
    struct nj_problems problems;
    int status = NJ_EXIT_DONE;

    if (path == NULL && !named) { /* what is said beats what is set */
        path = getenv("NIGHTJAR_SOCKET");
    }
    nj_problems_init(&problems);
    if (path == NULL &&
        nj_settings_load(nj_cli_config(cli), NULL, &settings, &problems) == 0) {
        path = nj_node_path(nj_settings_at(settings, "daemon.socket"));
    } else if (path == NULL && named) {
        nj_cli_problems(&problems);
        status = nj_cli_no("so %s does not say where the daemon is",
                           nj_cli_config(cli));
    }
    if (path == NULL) {
        path = "/run/nightjar/nightjar.sock";
    }
    (void)snprintf(out, room, "%s", path);
    nj_settings_destroy(settings);
    nj_problems_finish(&problems);
    return status;
}

static int unreachable(const struct nj_err *err)
{
    (void)fprintf(stderr, "nightjar: %s\n", err->text);
    return NJ_EXIT_UNREACHABLE;
}

static int read_answers(struct nj_line_client *client,
                        int (*on_line)(void *ctx, const cJSON *line),
                        void *ctx,
                        struct nj_err *err)
{
    for (;;) {
        const char *line = NULL;
        size_t len = 0;
        cJSON *tree = NULL;
        int more;
        int code = nj_line_next(client, -1, &line, &len, err);

        if (code != 0) {
            return code;
        }
        if (line == NULL) {
            return nj_err_set(err, NJ_E_NET,
                              "nightjard hung up before it answered; "
                              "`systemctl status nightjard` may say why");
        }
        code = nj_json_parse(line, len, NJ_LIMIT_FRAME_BYTES, &tree, err);
        if (code != 0) {
            return code;
        }
        more = on_line(ctx, tree);
        cJSON_Delete(tree);
        if (!more) {
            return 0;
        }
    }
}

int nj_cli_ask(const struct nj_cli *cli,
               const char *request,
               size_t len,
               int (*on_line)(void *ctx, const cJSON *line),
               void *ctx)
{
    struct nj_line_client *client = NULL;
    struct nj_err err = {0};
    char path[256];
    int code;

    if (nj_cli_option(cli, "server") != NULL) {
        return nj_cli_ask_server(cli, request, len, on_line, ctx);
    }
    code = find_socket(cli, path, sizeof path);
    if (code != NJ_EXIT_DONE) {
        return code;
    }
    code = nj_line_connect(path, &client, &err);
    if (code == 0) {
        code = nj_line_send(client, request, len, &err);
    }
    if (code == 0) {
        code = read_answers(client, on_line, ctx, &err);
    }
    nj_line_close(client);
    return code == 0 ? NJ_EXIT_DONE : unreachable(&err);
}

/* ---- words to members -------------------------------------------------- */

static int
add_ids(const struct nj_cli *cli, struct nj_jw *w, size_t *at, size_t most)
{
    nj_jw_open(w, "ids", '[');
    for (size_t n = 0; *at < cli->word_count && n < most; n++) {
        const char *word = cli->words[*at];
        int64_t id;

        if (word[0] == '#') {
            word++; /* people write #12 */
        }
        if (nj_str_int(word, &id) != 0 || id < 1) {
            return nj_cli_misuse(cli, "'%s' is not the number of an alert",
                                 cli->words[*at]);
        }
        nj_jw_int(w, NULL, id);
        (*at)++;
    }
    nj_jw_close(w, ']');
    return -1;
}

static void add_rest(const struct nj_cli *cli, struct nj_jw *w, size_t *at)
{
    struct nj_buf text;

    nj_buf_init(&text, REQUEST_BYTES);
    for (; *at < cli->word_count; (*at)++) {
        (void)nj_buf_adds(&text, text.len == 0 ? "" : " ");
        (void)nj_buf_adds(&text, cli->words[*at]);
    }
    nj_jw_text(w, "text", nj_buf_text(&text));
    nj_buf_finish(&text);
}

static int
add_word(const struct nj_cli *cli, struct nj_jw *w, char kind, size_t *at)
{
    int64_t id;

    switch (kind) {
    case 'i':
        return add_ids(cli, w, at, SIZE_MAX);
    case 'I':
        return add_ids(cli, w, at, 1);
    case 'd':
        nj_jw_text(w, "for", cli->words[(*at)++]);
        return -1;
    case 'p':
        nj_jw_text(w, "person", cli->words[(*at)++]);
        return -1;
    case 'P':
        nj_jw_text(w, "policy", cli->words[(*at)++]);
        return -1;
    case 's':
        nj_jw_text(w, "source", cli->words[(*at)++]);
        return -1;
    case 'S':
        nj_jw_text(w, "schedule", cli->words[(*at)++]);
        return -1;
    case 'n':
        if (nj_str_int(cli->words[*at], &id) != 0) {
            return nj_cli_misuse(cli, "'%s' is no number; `list` shows them",
                                 cli->words[*at]);
        }
        (*at)++;
        nj_jw_int(w, "id", id);
        return -1;
    default:
        add_rest(cli, w, at);
        return -1;
    }
}

/* What to say when the word of KIND is not there. */
static const char *missing(char kind)
{
    switch (kind) {
    case 'i':
    case 'I':
        return "which alert? `nightjar list` shows their numbers";
    case 'p':
        return "whom? The name of a person is missing";
    case 'P':
        return "which policy? Its name in the configuration is missing";
    case 's':
        return "which source? `nightjar sources` shows their names";
    case 'n':
        return "which one? Its number is missing";
    default:
        return "the text is missing";
    }
}

static int add_words(const struct nj_cli *cli, struct nj_jw *w)
{
    size_t at = 0;

    for (const char *p = cli->verb->takes; *p != '\0'; p++) {
        int optional = p[1] == '?';
        int status = -1;

        if (at < cli->word_count) {
            status = add_word(cli, w, *p, &at);
        } else if (!optional) {
            status = nj_cli_misuse(cli, "%s", missing(*p));
        }
        if (status >= 0) {
            return status;
        }
        p += optional;
    }
    if (at < cli->word_count) {
        return nj_cli_misuse(cli, "'%s' is one word too many", cli->words[at]);
    }
    return -1;
}

/* ---- options to members ------------------------------------------------ */

static int add_numbers(const struct nj_cli *cli, struct nj_jw *w)
{
    static const char *const numbers[] = {"limit", "generation"};

    for (size_t i = 0; i < 2; i++) {
        const char *value = nj_cli_option(cli, numbers[i]);
        int64_t n;

        if (value == NULL) {
            continue;
        }
        if (nj_str_int(value, &n) != 0 || n < 0) {
            return nj_cli_misuse(cli, "--%s needs a number, not '%s'",
                                 numbers[i], value);
        }
        nj_jw_int(w, numbers[i], n);
    }
    return -1;
}

/* A cover begins now: its --from names whom it relieves. */
static const char *
member_of(const struct nj_cli *cli, const char *option, const char *member)
{
    return strcmp(cli->verb->name, "cover") == 0 && strcmp(option, "from") == 0
               ? "instead_of"
               : member;
}

static int add_options(const struct nj_cli *cli, struct nj_jw *w)
{
    static const struct {
        const char *option, *member;
    } texts[] = {
        {"as", "as"},
        {"for", "for"},
        {"from", "from"},
        {"until", "until"},
        {"since", "since"},
        {"at", "from"},
        {"note", "text"},
        {"person", "person"},
        {"schedule", "schedule"},
        {"brand", "brand"},
        {"rule", "rule"},
        {"source", "source"},
        {"author", "author"},
        {"title", "title"},
        {"url", "url"},
        {"place", "place"},
        {"policy", "policy"},
        {"severity", "severity"},
        {"state", "filter"},
        {"instead-of", "instead_of"},
        {"with", "person"},
        {"give", "give"},
        {"take", "take"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *value = nj_cli_option(cli, texts[i].option);

        if (value != NULL) {
            nj_jw_text(w, member_of(cli, texts[i].option, texts[i].member),
                       value);
        }
    }
    if (nj_cli_option(cli, "force") != NULL) {
        nj_jw_bool(w, "force", 1);
    }
    if (nj_cli_option(cli, "follow") != NULL) {
        nj_jw_bool(w, "follow", 1);
    }
    if (nj_cli_option(cli, "all") != NULL) {
        nj_jw_text(w, "filter", "all");
    }
    if (nj_cli_option(cli, "revoke") != NULL) {
        nj_jw_text(w, "filter", "revoke");
    }
    return add_numbers(cli, w);
}

int nj_cli_request(const struct nj_cli *cli, struct nj_buf *out)
{
    struct nj_jw w;
    int status;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "verb", cli->verb->name);
    status = add_words(cli, &w);
    if (status >= 0) {
        return status;
    }
    status = add_options(cli, &w);
    nj_jw_close(&w, '}');
    return status;
}

/* ---- the answer -------------------------------------------------------- */

struct asking {
    const struct nj_cli *cli;
    int status;
};

/* 0 and the result, or an exit status after the error was said. */
int nj_cli_result(const struct nj_cli *cli,
                  const cJSON *line,
                  const cJSON **out)
{
    const char *error = nj_json_text(line, "error");

    (void)cli;
    if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line, "ok"))) {
        char harmless[1024];

        error = error == NULL ? "the daemon answered strangely" : error;
        (void)nj_str_harmless(error, strlen(error), harmless, sizeof harmless);
        return nj_cli_no("%s", harmless);
    }
    *out = cJSON_GetObjectItemCaseSensitive(line, "result");
    return 0;
}

void nj_cli_print_json(const cJSON *result)
{
    char *text = cJSON_PrintUnformatted(result);

    if (text != NULL) {
        (void)puts(text);
        cJSON_free(text);
    }
}

/* Several alerts were asked for, and one of them did not move. */
static int is_refused(const cJSON *result)
{
    const cJSON *item;

    if (!cJSON_IsArray(result)) {
        return 0;
    }
    cJSON_ArrayForEach(item, result)
    {
        if (nj_json_text(item, "error") != NULL) {
            return 1;
        }
    }
    return 0;
}

static int on_answer(void *ctx, const cJSON *line)
{
    struct asking *asking = ctx;
    const cJSON *result = NULL;

    asking->status = nj_cli_result(asking->cli, line, &result);
    if (asking->status != 0) {
        return 0;
    }
    if (asking->cli->json) {
        nj_cli_print_json(result);
    } else {
        asking->cli->verb->print(asking->cli, result);
    }
    if (asking->cli->verb->print == nj_print_moved && is_refused(result)) {
        asking->status = NJ_EXIT_NO;
    }
    return 0;
}

int nj_verb_ask(struct nj_cli *cli)
{
    struct asking asking = {cli, NJ_EXIT_DONE};
    struct nj_buf request;
    int status;

    nj_buf_init(&request, REQUEST_BYTES);
    status = nj_cli_request(cli, &request);
    if (status < 0) {
        status = nj_cli_ask(cli, nj_buf_text(&request), request.len, on_answer,
                            &asking);
    }
    nj_buf_finish(&request);
    return status == NJ_EXIT_DONE ? asking.status : status;
}
