/* Arguments into verb, words and options. Options may stand anywhere. */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/cli.h"

static const struct {
    const char *name;
    int takes_value;
    int everywhere; /* may stand with any verb */
} options[] = {
    {"all", 0, 0},      {"as", 1, 1},           {"at", 1, 0},
    {"author", 1, 0},   {"base", 1, 0},         {"brand", 1, 0},
    {"config", 1, 1},   {"content-type", 1, 0}, {"explain", 0, 0},
    {"filter", 1, 0},   {"follow", 0, 0},       {"for", 1, 0},
    {"force", 0, 0},    {"from", 1, 0},         {"generation", 1, 0},
    {"help", 0, 1},     {"ics", 0, 0},          {"instead-of", 1, 0},
    {"json", 0, 1},     {"limit", 1, 0},        {"note", 1, 0},
    {"revoke", 0, 0},   {"person", 1, 0},       {"place", 1, 0},
    {"policy", 1, 0},   {"rule", 1, 0},         {"sample", 0, 0},
    {"schedule", 1, 0}, {"server", 1, 1},       {"severity", 1, 0},
    {"since", 1, 0},    {"socket", 1, 1},       {"source", 1, 0},
    {"state", 1, 0},    {"title", 1, 0},        {"token-file", 1, 1},
    {"type", 1, 0},     {"until", 1, 0},        {"url", 1, 0},
    {"version", 0, 1},  {"lexicons", 1, 0},     {"fairness", 0, 0},
    {"list", 0, 0},     {"give", 1, 0},         {"take", 1, 0},
    {"with", 1, 0},     {"model", 1, 0},
};

enum { OPTIONS = sizeof options / sizeof options[0] };

static size_t find_option(const char *name, size_t len)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].name) == len &&
            strncmp(options[i].name, name, len) == 0) {
            return i;
        }
    }
    return OPTIONS;
}

const char *nj_cli_option(const struct nj_cli *cli, const char *name)
{
    size_t at = find_option(name, strlen(name));

    return at == OPTIONS ? NULL : cli->option_values[at];
}

int nj_cli_no(const char *fmt, ...)
{
    va_list args;

    (void)fputs("nightjar: ", stderr);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fputc('\n', stderr);
    return NJ_EXIT_NO;
}

int nj_cli_misuse(const struct nj_cli *cli, const char *fmt, ...)
{
    va_list args;

    (void)fputs("nightjar: ", stderr);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    if (cli->verb != NULL) {
        (void)fprintf(stderr, "\nusage: nightjar %s%s%s\n", cli->verb->name,
                      cli->verb->arguments[0] == '\0' ? "" : " ",
                      cli->verb->arguments);
    } else {
        (void)fputs("\n`nightjar help` lists what can be said\n", stderr);
    }
    return NJ_EXIT_USAGE;
}

/* ---- options ----------------------------------------------------------- */

static int unknown_option(const struct nj_cli *cli, const char *name)
{
    const char *names[OPTIONS];
    const char *near;

    for (size_t i = 0; i < OPTIONS; i++) {
        names[i] = options[i].name;
    }
    near = nj_str_nearest(name, names, OPTIONS);
    return nj_cli_misuse(cli, "no option --%s%s%s%s", name,
                         near == NULL ? "" : "; did you mean --",
                         near == NULL ? "" : near, near == NULL ? "" : "?");
}

/* Take the option at ARGV[*AT]; -1 to go on. */
static int take_option(
    struct nj_cli *cli, const char **values, int argc, char **argv, int *at)
{
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    size_t option = find_option(name, len);

    if (option == OPTIONS) {
        return unknown_option(cli, name);
    }
    if (!options[option].takes_value) {
        if (equals != NULL) {
            return nj_cli_misuse(cli, "--%.*s takes no value", (int)len, name);
        }
        values[option] = "";
    } else if (equals != NULL) {
        values[option] = equals + 1;
    } else if (*at + 1 < argc) {
        values[option] = argv[++*at];
    } else {
        return nj_cli_misuse(cli, "--%s needs a value", name);
    }
    return -1;
}

static int is_allowed(const struct nj_cli_verb *verb, const char *name)
{
    const char *p = verb->options;
    size_t len = strlen(name);

    while (p != NULL && (p = strstr(p, name)) != NULL) {
        if ((p == verb->options || p[-1] == ' ') &&
            (p[len] == ' ' || p[len] == '\0')) {
            return 1;
        }
        p += len;
    }
    return 0;
}

static int check_options(const struct nj_cli *cli)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (cli->option_values[i] != NULL && !options[i].everywhere &&
            !is_allowed(cli->verb, options[i].name)) {
            return nj_cli_misuse(cli, "`%s` has no option --%s",
                                 cli->verb->name, options[i].name);
        }
    }
    return -1;
}

/* ---- the verb ---------------------------------------------------------- */

/* How many words of CLI name VERB: 0 no, 1 "ack", 2 "override add". */
static size_t match_verb(const struct nj_cli *cli,
                         const struct nj_cli_verb *verb)
{
    const char *space = strchr(verb->name, ' ');
    size_t len =
        space == NULL ? strlen(verb->name) : (size_t)(space - verb->name);

    if (cli->word_count == 0 || strlen(cli->words[0]) != len ||
        strncmp(cli->words[0], verb->name, len) != 0) {
        return 0;
    }
    if (space == NULL) {
        return 1;
    }
    return cli->word_count > 1 && strcmp(cli->words[1], space + 1) == 0 ? 2 : 0;
}

/* Is WORD the first half of a verb, as "override" is? */
static int is_half(const char *word)
{
    size_t len = strlen(word);

    for (const struct nj_cli_verb *v = nj_cli_verbs; v->name != NULL; v++) {
        if (len > 0 && strncmp(v->name, word, len) == 0 &&
            v->name[len] == ' ') {
            return 1;
        }
    }
    return 0;
}

static int half_verb(const struct nj_cli *cli)
{
    const char *word = cli->words[0];
    size_t len = strlen(word);
    const char *comma = "";

    (void)fprintf(stderr, "nightjar: `%s` what? Write", word);
    for (const struct nj_cli_verb *v = nj_cli_verbs; v->name != NULL; v++) {
        if (strncmp(v->name, word, len) == 0 && v->name[len] == ' ') {
            (void)fprintf(stderr, "%s `nightjar %s`", comma, v->name);
            comma = " or";
        }
    }
    (void)fputc('\n', stderr);
    return NJ_EXIT_USAGE;
}

static int unknown_verb(const struct nj_cli *cli)
{
    const char *names[64];
    size_t count = 0;
    const char *near;

    if (is_half(cli->words[0])) {
        return half_verb(cli);
    }
    for (const struct nj_cli_verb *v = nj_cli_verbs;
         v->name != NULL && count < 64; v++) {
        names[count++] = v->name;
    }
    near = nj_str_nearest(cli->words[0], names, count);
    return nj_cli_misuse(cli, "no verb '%s'%s%s%s", cli->words[0],
                         near == NULL ? "" : "; did you mean `",
                         near == NULL ? "" : near, near == NULL ? "" : "`?");
}

static int find_verb(struct nj_cli *cli)
{
    for (const struct nj_cli_verb *v = nj_cli_verbs; v->name != NULL; v++) {
        size_t used = match_verb(cli, v);

        if (used > 0) {
            cli->verb = v;
            cli->word_count -= used;
            memmove(cli->words, cli->words + used,
                    cli->word_count * sizeof cli->words[0]);
            return -1;
        }
    }
    return unknown_verb(cli);
}

/* `VERB --help`, `help VERB`, `help`. */
static int show_help(struct nj_cli *cli)
{
    if (cli->word_count > 0 && strcmp(cli->words[0], "help") == 0) {
        cli->word_count--;
        memmove(cli->words, cli->words + 1,
                cli->word_count * sizeof cli->words[0]);
    }
    if (cli->word_count == 0) {
        return nj_cli_help(NULL);
    }
    if (cli->word_count == 1 && is_half(cli->words[0])) {
        return nj_cli_help(cli->words[0]);
    }
    if (find_verb(cli) != -1) {
        return NJ_EXIT_USAGE;
    }
    (void)printf("usage: nightjar %s%s%s\n\n%s\n", cli->verb->name,
                 cli->verb->arguments[0] == '\0' ? "" : " ",
                 cli->verb->arguments, cli->verb->help);
    return NJ_EXIT_DONE;
}

static int is_help(const struct nj_cli *cli)
{
    return nj_cli_option(cli, "help") != NULL ||
           (cli->word_count > 0 && strcmp(cli->words[0], "help") == 0);
}

int nj_cli_read(struct nj_cli *cli, int argc, char **argv)
{
    const char **values = calloc(OPTIONS, sizeof(char *));
    int only_words = 0;

    if (values == NULL) {
        return nj_cli_no("no memory");
    }
    cli->option_values = values;
    for (int i = 1; i < argc; i++) {
        int status = -1;

        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = 1;
        } else if (!only_words && nj_str_starts(argv[i], "--")) {
            status = take_option(cli, values, argc, argv, &i);
        } else if (!only_words && strcmp(argv[i], "-h") == 0) {
            values[find_option("help", 4)] = "";
        } else if (cli->word_count == NJ_CLI_WORDS) {
            status = nj_cli_misuse(cli, "more than %d words; quote a text",
                                   NJ_CLI_WORDS);
        } else {
            cli->words[cli->word_count++] = argv[i];
        }
        if (status >= 0) {
            return status;
        }
    }
    if (nj_cli_option(cli, "version") != NULL) {
        (void)puts("nightjar " NJ_VERSION);
        return NJ_EXIT_DONE;
    }
    cli->json = nj_cli_option(cli, "json") != NULL;
    cli->colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
    if (is_help(cli)) {
        return show_help(cli);
    }
    if (cli->word_count == 0) {
        (void)nj_cli_help(NULL);
        return NJ_EXIT_USAGE;
    }
    if (find_verb(cli) >= 0) {
        return NJ_EXIT_USAGE;
    }
    return check_options(cli);
}

const char *nj_cli_config(const struct nj_cli *cli)
{
    const char *path = nj_cli_option(cli, "config");

    if (path == NULL) {
        path = getenv("NIGHTJAR_CONFIG");
    }
    return path == NULL ? "/etc/nightjar/nightjar.yaml" : path;
}
