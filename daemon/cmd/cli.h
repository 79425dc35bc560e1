/* cmd/cli.h - the command line for people: what every verb is given.
 *
 *   argv -> options.c -> the verb's row (verbs.c) -> its function
 *                                   |-- offline: check score probe
 *                                   |-- either: oncall shifts (rota.h)
 *                                   `-- asks the daemon: ask.c -> print_*.c
 *
 * To add a verb: its row in verbs.c (name, arguments, help, function), its
 * function in a file verb_NAME.c (or, when it only passes its arguments on, a
 * row with nj_verb_ask and a printer), its page in docs/nightjar.1, its line
 * in contrib/completions.
 *
 * Exit status: 0 done, 1 "no", 2 wrong use, 3 the daemon cannot be reached.
 */

#ifndef NJ_CMD_CLI_H
#define NJ_CMD_CLI_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json.h"

enum nj_exit {
    NJ_EXIT_DONE = 0,
    NJ_EXIT_NO = 1,
    NJ_EXIT_USAGE = 2,
    NJ_EXIT_UNREACHABLE = 3,
};

enum { NJ_CLI_WORDS = 512 };

struct nj_cli_verb;

struct nj_cli {
    const struct nj_cli_verb *verb;
    const char *words[NJ_CLI_WORDS]; /* what is left behind the verb */
    size_t word_count;
    const char *const *option_values; /* by nj_cli_option_index */
    int json;                         /* --json */
    int colour; /* standard output is a terminal, and NO_COLOR is not set */
};

/* The value of option NAME ("for"); "" for a flag that is given; NULL when it
 * is not. NAME must stand in the table of options.c. */
const char *nj_cli_option(const struct nj_cli *cli, const char *name);

typedef int nj_cli_run(struct nj_cli *cli);
/* Print RESULT, what the daemon answered, for a person. */
typedef void nj_cli_print(const struct nj_cli *cli, const cJSON *result);

struct nj_cli_verb {
    const char *name;      /* "override add" */
    const char *arguments; /* "ID... [--for 2h] [--note TEXT]" */
    const char *help;      /* one line */
    nj_cli_run *run;
    /* For verbs that ask: how words become members of the request. 'i' ids
     * (all that are left), 'I' exactly one id, 'd' a duration "for", 'p' a
     * person, 'P' a policy, 't' the rest as text, 'n' an id "id", 's' a
     * source, 'S' a schedule; each may be followed by '?' when it may be
     * missing. */
    const char *takes;
    const char *options; /* names allowed, separated by spaces */
    nj_cli_print *print;
};

extern const struct nj_cli_verb nj_cli_verbs[]; /* ends with a zeroed row */

/* Split ARGV into verb, words and options. Returns 0, or the exit status after
 * having said what is wrong (or shown --help, --version). */
int nj_cli_read(struct nj_cli *cli, int argc, char **argv);

/* Say what is wrong and how the verb is used; returns NJ_EXIT_USAGE. */
int nj_cli_misuse(const struct nj_cli *cli, const char *fmt, ...)
    NJ_PRINTF(2, 3);

struct nj_problems;

/* Print PROBLEMS, a line each, on standard error. */
void nj_cli_problems(struct nj_problems *problems);

/* Say what is wrong; returns NJ_EXIT_NO. */
int nj_cli_no(const char *fmt, ...) NJ_PRINTF(1, 2);

/* Print TEXT made harmless for a terminal, at most COLUMNS wide (0: all). */
void nj_cli_put(const char *text, int columns);
/* The same in a field of WIDTH columns, filled up with blanks. */
void nj_cli_put_field(const char *text, int width);

/* Print "2026-02-03T18:00:00Z" as the local wall clock says it, or "-". */
void nj_cli_put_time(const char *rfc3339);

/* How wide a table may be: the terminal's columns, or 80. */
int nj_cli_columns(void);

/* The configuration file that is meant: --config, $NIGHTJAR_CONFIG, or the
 * usual one. */
const char *nj_cli_config(const struct nj_cli *cli);

/* Ask the daemon REQUEST (one JSON object) and hand each line it answers to
 * ON_LINE until it returns 0 or the daemon hangs up. Returns an exit status;
 * what is wrong was said. */
int nj_cli_ask(const struct nj_cli *cli,
               const char *request,
               size_t len,
               int (*on_line)(void *ctx, const cJSON *line),
               void *ctx);

/* The same over HTTP, for --server. */
int nj_cli_ask_server(const struct nj_cli *cli,
                      const char *request,
                      size_t len,
                      int (*on_line)(void *ctx, const cJSON *line),
                      void *ctx);

/* Append the request that words and options of CLI make. -1, or the exit
 * status after having said what is wrong. */
int nj_cli_request(const struct nj_cli *cli, struct nj_buf *out);

/* What LINE answers: 0 and its result, or the exit status after its error was
 * said. */
int nj_cli_result(const struct nj_cli *cli,
                  const cJSON *line,
                  const cJSON **out);

/* RESULT as one line of JSON. */
void nj_cli_print_json(const cJSON *result);

/* Runs a verb by its row's `takes` and `print`. */
nj_cli_run nj_verb_ask;

nj_cli_run nj_verb_check, nj_verb_score, nj_verb_oncall_cli, nj_verb_shifts,
    nj_verb_probe, nj_verb_list_cli, nj_verb_log_cli, nj_verb_post_cli,
    nj_verb_config;

/* Print what can be said; with FIRST ("override") the verbs that begin so. */
int nj_cli_help(const char *first);

nj_cli_print nj_print_alerts, nj_print_alert, nj_print_moved, nj_print_posts,
    nj_print_status, nj_print_sources, nj_print_made, nj_print_overrides,
    nj_print_cover, nj_print_swaps, nj_print_silences, nj_print_calendars,
    nj_print_tested, nj_print_yaml, nj_print_changed, nj_print_done,
    nj_print_drill, nj_print_drill_report;

/* One event of the story as a line. */
void nj_print_event(const struct nj_cli *cli, const cJSON *event);

#endif
