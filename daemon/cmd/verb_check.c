/* nightjar check [FILE]: errors, and what a good colleague would say. */

#include "app/app.h"
#include "cmd/cli.h"

enum { TEXT_BYTES = 4 << 20 };

int nj_verb_check(struct nj_cli *cli)
{
    const char *file = cli->word_count > 0 ? cli->words[0] : nj_cli_config(cli);
    struct nj_problems problems;
    struct nj_buf text;
    int code;

    if (cli->word_count > 1) {
        return nj_cli_misuse(cli, "one file at a time");
    }
    nj_problems_init(&problems);
    nj_buf_init(&text, TEXT_BYTES);
    code = nj_app_check(file, 0, &problems);
    if (cli->json) {
        nj_problems_json(&problems, &text);
        (void)puts(nj_buf_text(&text));
    } else {
        nj_problems_print(&problems, &text);
        (void)fputs(nj_buf_text(&text), stdout);
        if (code == 0) {
            (void)printf("%s is good%s\n", file,
                         problems.warnings > 0 ? ", but read the warnings"
                                               : "");
        }
    }
    nj_buf_finish(&text);
    nj_problems_finish(&problems);
    return code == 0 ? NJ_EXIT_DONE : NJ_EXIT_NO;
}
