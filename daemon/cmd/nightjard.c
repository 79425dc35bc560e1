/* nightjard - the daemon: reads its arguments, checks or runs the house. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "base/log.h"
#include "base/str.h"
#include "io/system.h"
#include "model/zone.h"

enum {
    EXIT_USAGE = 2,
    EXIT_CONFIG = 78, /* sysexits.h: starting again would not help */
    PROBLEM_BYTES = 1 << 20
};

static const char usage[] =
    "usage: nightjard [--config FILE] [--check]\n"
    "\n"
    "The night watch of a brand. Runs in the foreground; systemd runs it as\n"
    "nightjard.service.\n"
    "\n"
    "  --config FILE     configuration, /etc/nightjar/nightjar.yaml otherwise\n"
    "  --check           read and check everything, open nothing, and say so\n"
    "  --lexicons DIR    word lists, otherwise where they were installed\n"
    "  --verbose         also log what only helps nightjar's own makers\n"
    "  --start TIME      rehearsal: the clock starts at TIME,\n"
    "  --speed N         and runs N times as fast as the real one\n"
    "  --version, --help\n"
    "\n"
    "SIGHUP reloads the configuration, all or nothing; SIGTERM stops.\n";

struct arguments {
    struct nj_app_opts app;
    struct nj_clock clock;
    int check;
    int verbose;
};

enum { OPT_START = 256, OPT_SPEED };

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"check", no_argument, NULL, 'k'},
    {"lexicons", required_argument, NULL, 'l'},
    {"verbose", no_argument, NULL, 'v'},
    {"start", required_argument, NULL, OPT_START},
    {"speed", required_argument, NULL, OPT_SPEED},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int wrong_use(const char *what, const char *value)
{
    (void)fprintf(stderr, "nightjard: %s '%s'\n", what, value);
    return EXIT_USAGE;
}

/* One option; -1 to go on, else the exit status. */
static int take_option(int option, struct arguments *args)
{
    switch (option) {
    case 'c':
        args->app.config = optarg;
        return -1;
    case 'k':
        args->check = 1;
        return -1;
    case 'l':
        args->app.lexicons = optarg;
        return -1;
    case 'v':
        args->verbose = 1;
        return -1;
    case OPT_START:
        args->clock.mode = NJ_CLOCK_FAST;
        return nj_time_read(NULL, optarg, NJ_FOLD_FIRST,
                            &args->clock.start_ms) == 0
                   ? -1
                   : wrong_use("--start: write a time such as "
                               "2026-02-03T18:00:00Z, not",
                               optarg);
    case OPT_SPEED:
        args->clock.mode = NJ_CLOCK_FAST;
        return nj_str_number(optarg, &args->clock.speed) == 0 &&
                       args->clock.speed > 0
                   ? -1
                   : wrong_use("--speed: write a number such as 100, not",
                               optarg);
    case 'V':
        (void)puts("nightjard " NJ_VERSION);
        return 0;
    case 'h':
        (void)fputs(usage, stdout);
        return 0;
    default:
        (void)fputs(usage, stderr);
        return EXIT_USAGE;
    }
}

static int read_arguments(int argc, char **argv, struct arguments *args)
{
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int status = take_option(option, args);

        if (status >= 0) {
            return status;
        }
    }
    return optind < argc ? wrong_use("unexpected argument", argv[optind]) : -1;
}

static void print_problems(struct nj_problems *problems)
{
    struct nj_buf text;

    nj_buf_init(&text, PROBLEM_BYTES);
    nj_problems_print(problems, &text);
    (void)fputs(nj_buf_text(&text), stderr);
    nj_buf_finish(&text);
}

static int check(const struct arguments *args)
{
    struct nj_problems problems;
    int code;

    nj_problems_init(&problems);
    code = nj_app_check(args->app.config, 0, &problems);
    print_problems(&problems);
    if (code == 0) {
        (void)printf("%s is good%s\n", args->app.config,
                     problems.warnings > 0 ? ", but read the warnings" : "");
    }
    nj_problems_finish(&problems);
    return code == 0 ? 0 : 1;
}

static int run(const struct arguments *args)
{
    struct nj_app_opts opts = args->app;
    struct nj_app *app = NULL;
    struct nj_problems problems;
    struct nj_err err = {0};
    int status = 1;
    int code;

    if (args->clock.mode == NJ_CLOCK_FAST) {
        opts.clock = &args->clock;
    }
    nj_problems_init(&problems);
    code = nj_app_create(&opts, &app, &problems, &err);
    print_problems(&problems);
    nj_problems_finish(&problems);
    if (code != 0) {
        nj_log_error("cannot start: %s", err.text);
        return code == NJ_E_INVALID ? EXIT_CONFIG : 1;
    }
    status = nj_app_run(app);
    nj_app_destroy(app);
    return status;
}

int main(int argc, char **argv)
{
    struct arguments args = {
        .app = {.config = "/etc/nightjar/nightjar.yaml"},
        .clock = {.mode = NJ_CLOCK_REAL, .speed = 1},
    };
    int status = read_arguments(argc, argv, &args);

    if (status >= 0) {
        return status;
    }
    args.app.verbose = args.verbose;
    nj_log_open(args.verbose ? NJ_LOG_DEBUG : NJ_LOG_INFO, NULL, NULL);
    nj_system_harden();
    return args.check ? check(&args) : run(&args);
}
