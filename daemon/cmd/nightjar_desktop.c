/* nightjar-desktop - shows alerts as notifications in a person's session, and
 * carries their Acknowledge back to nightjard. */

#include <glib-unix.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/desktop_link.h"
#include "cmd/desktop_show.h"

static const char usage[] =
    "usage: nightjar-desktop [--socket PATH | --server URL --token-file FILE]\n"
    "                        [--lost-after TIME]\n"
    "\n"
    "Shows the alerts that nightjard sends you as desktop notifications, with\n"
    "Acknowledge and Open buttons. Runs in your session until it is stopped;\n"
    "normally as a user unit:\n"
    "  systemctl --user enable --now nightjar-desktop\n"
    "\n"
    "  --socket PATH      nightjard's socket (default $NIGHTJAR_SOCKET, else\n"
    "                     /run/nightjar/nightjar.sock)\n"
    "  --server URL       nightjard over HTTPS instead, with the token of a\n"
    "                     person in --token-file FILE; --ca-file FILE when "
    "the\n"
    "                     system does not know who signed its certificate\n"
    "  --lost-after TIME  say so when nightjard is away this long (default "
    "1m)\n"
    "  --verbose          tell more on standard error\n"
    "  --version          say which version this is\n"
    "  --help             this text\n"
    "\n"
    "Whose alerts these are is decided by your login: see `people` in\n"
    "nightjar.yaml(5). Exits 0 when stopped by a signal, 2 on wrong use, 1\n"
    "when there is no way to show notifications.\n";

struct options {
    const char *socket;
    struct nj_desktop_server server; /* url NULL: the socket */
    const char *token_file;
    int64_t lost_after_ms;
    enum nj_log_level log_level;
};

struct agent {
    GMainLoop *loop;
    struct nj_desktop_link *link;
    struct nj_desktop_show *show;
};

/* ---- between the line and the screen ------------------------------------- */

/* What was dealt with while nightjard, or this agent, was away. */
static void clear_settled(struct agent *agent,
                          const struct nj_desktop_line *line)
{
    for (size_t i = 0; i < line->settled_count; i++) {
        const struct nj_desktop_settled *s = &line->settled[i];
        struct nj_desktop_line clear = {.kind = NJ_DESKTOP_CLEAR,
                                        .alert = s->alert,
                                        .headline = "",
                                        .body = s->text};

        nj_log_notice("alert %lld: %s", (long long)s->alert, s->text);
        nj_desktop_show_clear(agent->show, &clear);
    }
}

static size_t on_shown(void *ctx, int64_t *out, size_t room)
{
    return nj_desktop_show_alerts(((struct agent *)ctx)->show, out, room);
}

static void on_line(void *ctx, const struct nj_desktop_line *line)
{
    struct agent *agent = ctx;

    if (line->kind == NJ_DESKTOP_RING) {
        nj_log_notice("alert %lld: %s", (long long)line->alert, line->headline);
        nj_desktop_show_ring(agent->show, line);
    } else if (line->kind == NJ_DESKTOP_ANSWER) {
        clear_settled(agent, line);
    } else {
        nj_log_notice("alert %lld: %s", (long long)line->alert, line->body);
        nj_desktop_show_clear(agent->show, line);
    }
}

static void on_acked(void *ctx, int64_t alert, int ok, const char *why)
{
    struct agent *agent = ctx;

    nj_log_notice("alert %lld: %s%s", (long long)alert,
                  ok ? "acknowledged" : "not acknowledged: ", ok ? "" : why);
    nj_desktop_show_acked(agent->show, alert, ok, why);
}

static void on_lost(void *ctx, const char *why)
{
    struct agent *agent = ctx;

    if (why != NULL) {
        nj_log_warning("nightjard cannot be reached: %s", why);
    }
    nj_desktop_show_lost(agent->show, why);
}

static void on_ack(void *ctx, int64_t alert, uint32_t generation)
{
    struct agent *agent = ctx;

    if (nj_desktop_link_ack(agent->link, alert, generation) != 0) {
        nj_desktop_show_acked(agent->show, alert, 0,
                              "too much is waiting; use nightjar ack");
    } else if (!nj_desktop_link_is_here(agent->link)) {
        nj_desktop_show_waiting(agent->show, alert);
    }
}

/* ---- start and end ------------------------------------------------------- */

static gboolean on_stop(gpointer data)
{
    g_main_loop_quit(((struct agent *)data)->loop);
    return G_SOURCE_CONTINUE;
}

static int run(const struct options *options)
{
    struct agent agent = {.loop = g_main_loop_new(NULL, FALSE)};
    struct nj_desktop_show_opts show = {.on_ack = on_ack, .ctx = &agent};
    struct nj_desktop_link_opts link = {
        .socket = options->socket,
        .server = options->server.url == NULL ? NULL : &options->server,
        .lost_after_ms = options->lost_after_ms,
        .on_line = on_line,
        .on_shown = on_shown,
        .on_acked = on_acked,
        .on_lost = on_lost,
        .ctx = &agent};
    int failed = nj_desktop_show_create(&show, &agent.show) != 0 ||
                 nj_desktop_link_create(&link, &agent.link) != 0;

    if (failed) {
        nj_log_error("cannot show notifications: libnotify does not start");
    } else {
        (void)g_unix_signal_add(SIGTERM, on_stop, &agent);
        (void)g_unix_signal_add(SIGINT, on_stop, &agent);
        g_main_loop_run(agent.loop);
    }
    nj_desktop_link_destroy(agent.link);
    nj_desktop_show_destroy(agent.show);
    g_main_loop_unref(agent.loop);
    return failed;
}

static int wrong_use(const char *what, const char *arg)
{
    (void)fprintf(stderr, "nightjar-desktop: %s '%s'; see --help\n", what, arg);
    return 2;
}

/* The value of option NAME at ARGV[*I], "--name value" or "--name=value"; NULL
 * when that is another option. */
static const char *value_of(const char *name, char **argv, int *i)
{
    size_t len = strlen(name);

    if (strncmp(argv[*i], name, len) != 0) {
        return NULL;
    }
    if (argv[*i][len] == '=') {
        return argv[*i] + len + 1;
    }
    if (argv[*i][len] != '\0' || argv[*i + 1] == NULL) {
        return NULL;
    }
    *i += 1;
    return argv[*i];
}

/* Read ARGV. Returns -1 to go on, else what to exit with. */
static int read_options(char **argv, struct options *out)
{
    for (int i = 1; argv[i] != NULL; i++) {
        const char *value;

        if (strcmp(argv[i], "--help") == 0) {
            (void)fputs(usage, stdout);
            return 0;
        }
        if (strcmp(argv[i], "--version") == 0) {
            (void)printf("nightjar-desktop %s\n", NJ_VERSION);
            return 0;
        }
        if (strcmp(argv[i], "--verbose") == 0) {
            out->log_level = NJ_LOG_DEBUG;
        } else if ((value = value_of("--socket", argv, &i)) != NULL) {
            out->socket = value;
        } else if ((value = value_of("--server", argv, &i)) != NULL) {
            out->server.url = value;
        } else if ((value = value_of("--token-file", argv, &i)) != NULL) {
            out->token_file = value;
        } else if ((value = value_of("--ca-file", argv, &i)) != NULL) {
            out->server.ca_file = value;
        } else if ((value = value_of("--lost-after", argv, &i)) != NULL) {
            if (nj_str_duration(value, &out->lost_after_ms) != 0 ||
                out->lost_after_ms > 86400000) {
                return wrong_use("no time up to a day, such as 90s or 5m:",
                                 value);
            }
        } else {
            return wrong_use("unknown or unfinished option", argv[i]);
        }
    }
    return -1;
}

/* The token of --server into ROOM. 0, or what to exit with. */
static int read_token(struct options *options, char room[NJ_LIMIT_SECRET_BYTES])
{
    FILE *f;

    if (options->server.url == NULL) {
        return 0;
    }
    if (strncmp(options->server.url, "https://", 8) != 0 &&
        strncmp(options->server.url, "http://127.0.0.1", 16) != 0) {
        return wrong_use("a server's address begins with https://, not",
                         options->server.url);
    }
    if (options->token_file == NULL) {
        return wrong_use("--token-file FILE is missing with --server",
                         options->server.url);
    }
    f = fopen(options->token_file, "r");
    if (f == NULL || fgets(room, NJ_LIMIT_SECRET_BYTES, f) == NULL) {
        if (f != NULL) {
            (void)fclose(f);
        }
        return wrong_use("no token can be read from", options->token_file);
    }
    (void)fclose(f);
    room[strcspn(room, "\r\n")] = '\0';
    options->server.token = room;
    return 0;
}

int main(int argc, char **argv)
{
    const char *from_env = getenv("NIGHTJAR_SOCKET");
    struct options options = {
        .socket = from_env != NULL && from_env[0] != '\0'
                      ? from_env
                      : "/run/nightjar/nightjar.sock",
        .lost_after_ms = 60000,
        .log_level = NJ_LOG_NOTICE,
    };
    char token[NJ_LIMIT_SECRET_BYTES] = "";
    int code = read_options(argv, &options);

    (void)argc;
    if (code >= 0) {
        return code;
    }
    nj_log_open(options.log_level, NULL, NULL);
    code = read_token(&options, token);
    if (code == 0) {
        code = run(&options);
    }
    nj_wipe(token, sizeof token);
    return code;
}
