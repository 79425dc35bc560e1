#include "cmd/rota.h"

#include <string.h>
#include <time.h>

#include "base/str.h"

/* ---- the file ------------------------------------------------------------ */

int64_t nj_cli_wall_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_offline(struct nj_offline *o)
{
    nj_plan_finish(&o->plan);
    nj_settings_destroy(o->settings);
    nj_names_finish(&o->names);
}

/* What calendars say that could not be read or followed here. */
static void say_calendars(const struct nj_plan *plan)
{
    for (size_t i = 0; i < plan->schedule_count; i++) {
        const struct nj_schedule *s = &plan->schedules[i];

        for (size_t k = 0; k < s->layer_count; k++) {
            if (s->layers[k].calendar_unread) {
                (void)fprintf(stderr,
                              "nightjar: layer %zu of schedule %s is a "
                              "calendar of %s, which only the daemon reads: "
                              "what follows is without it\n",
                              k + 1, s->name, s->layers[k].calendar);
            }
        }
    }
    if (plan->notes != NULL) {
        (void)fprintf(stderr, "nightjar: %s\n", plan->notes);
    }
}

static int open_offline(const struct nj_cli *cli, struct nj_offline *o)
{
    struct nj_problems problems;
    int code;

    nj_problems_init(&problems);
    code = nj_settings_load(nj_cli_config(cli), NULL, &o->settings, &problems);
    if (code == 0) {
        code = nj_plan_build(o->settings, &o->names, nj_cli_wall_ms(), &o->plan,
                             &problems);
    }
    if (code != 0) {
        nj_cli_problems(&problems);
    } else {
        say_calendars(&o->plan);
    }
    nj_problems_finish(&problems);
    return code == 0 ? NJ_EXIT_DONE : NJ_EXIT_NO;
}

int nj_cli_time(const struct nj_cli *cli,
                const char *option,
                const struct nj_zone *zone,
                enum nj_time_way way,
                int64_t base_ms,
                int64_t *out_ms)
{
    const char *text = nj_cli_option(cli, option);

    if (text != NULL && nj_time_meant(zone, text, way, base_ms, out_ms) != 0) {
        return nj_cli_misuse(cli, "'%s' is no time: " NJ_TIME_EXAMPLES, text);
    }
    return -1;
}

int nj_cli_no_schedule(const struct nj_cli *cli,
                       const struct nj_plan *plan,
                       const char *wanted)
{
    const char *names[64];
    size_t count = 0;
    const char *near;

    while (count < plan->schedule_count && count < 64) {
        names[count] = plan->schedules[count].name;
        count++;
    }
    near = nj_str_nearest(wanted, names, count);
    return nj_cli_no("no schedule '%s' in %s%s%s%s", wanted, nj_cli_config(cli),
                     near == NULL ? "" : "; did you mean '",
                     near == NULL ? "" : near, near == NULL ? "" : "'?");
}

/* ---- the daemon ---------------------------------------------------------- */

struct asking {
    struct nj_cli *cli;
    int (*show)(struct nj_cli *cli, const cJSON *answer);
    int status;
};

/* Say how many overrides made by hand the ANSWER reckons with. */
static void say_overrides(const cJSON *answer)
{
    const cJSON *row;
    int count = 0;

    cJSON_ArrayForEach(row, answer)
    {
        count += cJSON_GetArraySize(
            cJSON_GetObjectItemCaseSensitive(row, "overrides"));
    }
    if (count > 0) {
        (void)fprintf(stderr,
                      "nightjar: with %d override%s made by hand "
                      "(nightjar override list)\n",
                      count, count == 1 ? "" : "s");
    }
}

static int on_daemon_answer(void *ctx, const cJSON *line)
{
    struct asking *asking = ctx;
    const cJSON *result = NULL;

    asking->status = nj_cli_result(asking->cli, line, &result);
    if (asking->status == 0) {
        say_overrides(result);
        asking->status = asking->show(asking->cli, result);
    }
    return 0;
}

static int ask_daemon(struct nj_cli *cli,
                      const char *filter,
                      int (*show)(struct nj_cli *cli, const cJSON *answer))
{
    struct asking asking = {cli, show, NJ_EXIT_DONE};
    struct nj_buf request;
    int status;

    nj_buf_init(&request, 1 << 16);
    status = nj_cli_request(cli, &request);
    if (status < 0 && filter != NULL && request.len > 0) {
        request.len--; /* before the last brace */
        (void)nj_buf_addf(&request, ",\"filter\":\"%s\"}", filter);
    }
    if (status < 0) {
        status = nj_cli_ask(cli, nj_buf_text(&request), request.len,
                            on_daemon_answer, &asking);
    }
    nj_buf_finish(&request);
    return status == NJ_EXIT_DONE ? asking.status : status;
}

/* ---- either -------------------------------------------------------------- */

static int read_file(struct nj_cli *cli,
                     int (*write)(struct nj_cli *cli,
                                  const struct nj_offline *o,
                                  struct nj_buf *out),
                     int (*show)(struct nj_cli *cli, const cJSON *answer))
{
    struct nj_offline o = {0};
    struct nj_buf json;
    cJSON *answer = NULL;
    int status = open_offline(cli, &o);

    nj_buf_init(&json, NJ_ROTA_BYTES);
    if (status == NJ_EXIT_DONE) {
        status = write(cli, &o, &json);
        if (status < 0 && json.status != 0) {
            status = nj_cli_no("too many shifts; ask for a shorter time");
        } else if (status < 0) {
            status = nj_json_parse(nj_buf_text(&json), json.len, NJ_ROTA_BYTES,
                                   &answer, NULL) == 0
                         ? show(cli, answer)
                         : nj_cli_no("no memory");
        }
    }
    cJSON_Delete(answer);
    nj_buf_finish(&json);
    close_offline(&o);
    return status;
}

int nj_cli_rota(struct nj_cli *cli,
                const char *filter,
                int (*write)(struct nj_cli *cli,
                             const struct nj_offline *o,
                             struct nj_buf *out),
                int (*show)(struct nj_cli *cli, const cJSON *answer))
{
    int status;

    if (nj_cli_option(cli, "config") != NULL) {
        if (!cli->json) { /* a program asked for the file and gets it */
            (void)fprintf(stderr,
                          "nightjar: by %s alone, without the overrides made "
                          "by hand\n",
                          nj_cli_config(cli));
        }
        return read_file(cli, write, show);
    }
    status = ask_daemon(cli, filter, show);
    if (status != NJ_EXIT_UNREACHABLE || nj_cli_option(cli, "server") != NULL) {
        return status;
    }
    (void)fprintf(stderr,
                  "nightjar: reading %s instead, which knows no overrides "
                  "made by hand\n",
                  nj_cli_config(cli));
    return read_file(cli, write, show) == NJ_EXIT_DONE ? NJ_EXIT_DONE
                                                       : NJ_EXIT_UNREACHABLE;
}

/* ---- words --------------------------------------------------------------- */

char *
nj_cli_people(const cJSON *people, const char *none, char *out, size_t room)
{
    const cJSON *person;
    size_t len = 0;

    (void)snprintf(out, room, "%s", none);
    cJSON_ArrayForEach(person, people)
    {
        const char *name = cJSON_GetStringValue(person);
        int n = snprintf(out + len, room - len, "%s%s", len == 0 ? "" : ", ",
                         name == NULL ? "?" : name);

        if (n < 0 || (size_t)n >= room - len) {
            break;
        }
        len += (size_t)n;
    }
    return out;
}

void nj_cli_put_minute(const char *rfc3339, const char *none)
{
    time_t now = time(NULL);
    time_t then;
    struct tm tm_now;
    struct tm tm_then;
    int64_t at_ms;
    char text[40];

    if (rfc3339 == NULL ||
        nj_time_read(NULL, rfc3339, NJ_FOLD_FIRST, &at_ms) != 0) {
        (void)printf("%s", none);
        return;
    }
    then = (time_t)(at_ms / 1000);
    if (localtime_r(&now, &tm_now) != NULL &&
        localtime_r(&then, &tm_then) != NULL &&
        strftime(text, sizeof text,
                 tm_now.tm_year == tm_then.tm_year ? "%a %d %b %H:%M"
                                                   : "%a %d %b %Y %H:%M",
                 &tm_then) > 0) {
        (void)printf("%s", text);
    }
}
