/* nightjar config show|sample: the settings, with a daemon or without one. */

#include <string.h>

#include "cmd/cli.h"
#include "conf/show.h"

enum { TEXT_BYTES = 8 << 20 };

void nj_cli_problems(struct nj_problems *problems)
{
    struct nj_buf text;

    nj_buf_init(&text, TEXT_BYTES);
    nj_problems_print(problems, &text);
    (void)fputs(nj_buf_text(&text), stderr);
    nj_buf_finish(&text);
}

/* What a daemon would use that read the configuration now. */
static int show(const struct nj_cli *cli, struct nj_buf *out)
{
    struct nj_settings *settings = NULL;
    struct nj_problems problems;
    int code;

    nj_problems_init(&problems);
    code = nj_settings_load(nj_cli_config(cli), NULL, &settings, &problems);
    nj_cli_problems(&problems);
    if (code == 0 && cli->json) {
        nj_settings_show_json(settings, out);
        (void)nj_buf_addc(out, '\n');
    } else if (code == 0) {
        nj_settings_show(settings, out);
    }
    nj_settings_destroy(settings);
    nj_problems_finish(&problems);
    return code == 0 ? NJ_EXIT_DONE : NJ_EXIT_NO;
}

/* No daemon answers: what it would use if it started now. */
static int show_file(const struct nj_cli *cli, struct nj_buf *out)
{
    (void)fprintf(stderr, "nightjar: reading %s instead\n", nj_cli_config(cli));
    return show(cli, out) == NJ_EXIT_DONE ? NJ_EXIT_DONE : NJ_EXIT_UNREACHABLE;
}

int nj_verb_config(struct nj_cli *cli)
{
    struct nj_buf out;
    int status = NJ_EXIT_DONE;

    nj_buf_init(&out, TEXT_BYTES);
    if (strcmp(cli->verb->name, "config sample") == 0) {
        nj_settings_sample(&out);
    } else if (nj_cli_option(cli, "config") == NULL && !cli->json) {
        status = nj_verb_ask(cli);
        if (status == NJ_EXIT_UNREACHABLE) {
            status = show_file(cli, &out);
        }
    } else {
        status = show(cli, &out);
    }
    (void)fputs(nj_buf_text(&out), stdout);
    nj_buf_finish(&out);
    return status;
}
