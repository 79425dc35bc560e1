/* nightjar post: feeds posts in, from its words or from standard input, a post
 * a line. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cmd/cli.h"

static int post_line(struct nj_cli *cli, const char *line)
{
    cli->words[0] = line;
    cli->word_count = 1;
    return nj_verb_ask(cli);
}

int nj_verb_post_cli(struct nj_cli *cli)
{
    char *line = NULL;
    size_t room = 0;
    size_t posts = 0;
    int status = NJ_EXIT_DONE;

    if (cli->word_count > 0) {
        return nj_verb_ask(cli);
    }
    if (isatty(STDIN_FILENO)) {
        (void)fputs("nightjar: a post a line; Ctrl-D ends\n", stderr);
    }
    while (status == NJ_EXIT_DONE && getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (line[strspn(line, " \t\r")] != '\0') {
            status = post_line(cli, line);
            posts++;
        }
    }
    free(line);
    if (status == NJ_EXIT_DONE && posts == 0) {
        return nj_cli_no("nothing came on standard input: a post a line, or "
                         "`nightjar post TEXT`");
    }
    return status;
}
