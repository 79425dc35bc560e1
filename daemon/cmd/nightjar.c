/* nightjar - the command line for people. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cmd/cli.h"

int main(int argc, char **argv)
{
    struct nj_cli *cli = calloc(1, sizeof *cli);
    int status;

    if (cli == NULL) {
        return nj_cli_no("no memory");
    }
    nj_log_open(NJ_LOG_WARNING, NULL, NULL);
    (void)signal(SIGPIPE, SIG_DFL); /* `nightjar list | head` just ends */
    status = nj_cli_read(cli, argc, argv);
    if (status < 0) {
        status = cli->verb->run(cli);
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == NJ_EXIT_DONE) {
        status =
            nj_cli_no("the answer could not be written: %s", strerror(errno));
    }
    free((void *)(uintptr_t)cli->option_values);
    free(cli);
    return status;
}
