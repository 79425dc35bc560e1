/* nightjar oncall and shifts: who is on call, from a configuration file, or
 * from the daemon, which also knows the overrides made by hand. */

#include <string.h>
#include <time.h>

#include "app/plan.h"
#include "base/str.h"
#include "cmd/cli.h"
#include "oncall/ics_out.h"
#include "oncall/oncall.h"

enum { TEXT_BYTES = 32 << 20 };

/* A plan read without a daemon. */
struct offline {
    struct nj_settings *settings;
    struct nj_names names;
    struct nj_plan plan;
};

static int64_t wall_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_offline(struct offline *o)
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

static int open_offline(const struct nj_cli *cli, struct offline *o)
{
    struct nj_problems problems;
    int code;

    nj_problems_init(&problems);
    code = nj_settings_load(nj_cli_config(cli), NULL, &o->settings, &problems);
    if (code == 0) {
        code = nj_plan_build(o->settings, &o->names, wall_ms(), &o->plan,
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

static int read_time(const struct nj_cli *cli,
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

/* ---- answers ----------------------------------------------------------- */

static void write_bound(struct nj_jw *w,
                        const char *key,
                        const struct nj_zone *zone,
                        int64_t at_ms)
{
    char text[NJ_TIME_TEXT];

    if (at_ms == INT64_MIN || at_ms == INT64_MAX) {
        nj_jw_null(w, key);
    } else {
        nj_jw_text(w, key, nj_time_text(zone, at_ms, text));
    }
}

static void write_people(struct nj_jw *w, const struct nj_oncall *shift)
{
    nj_jw_open(w, "people", '[');
    for (size_t i = 0; i < shift->count; i++) {
        nj_jw_text(w, NULL, shift->people[i]);
    }
    nj_jw_close(w, ']');
}

static void print_people(const cJSON *people)
{
    const cJSON *person;
    const char *comma = "";

    if (cJSON_GetArraySize(people) == 0) {
        (void)printf("nobody");
    }
    cJSON_ArrayForEach(person, people)
    {
        (void)printf("%s%s", comma, cJSON_GetStringValue(person));
        comma = ", ";
    }
}

static void print_who(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *row;

    (void)cli;
    if (cJSON_GetArraySize(result) == 0) {
        (void)puts("There is no schedule.");
    }
    cJSON_ArrayForEach(row, result)
    {
        const char *until = nj_json_text(row, "until");

        (void)printf("%-20s ", nj_json_text(row, "schedule"));
        print_people(cJSON_GetObjectItemCaseSensitive(row, "people"));
        if (until != NULL) {
            (void)printf("  until ");
            nj_cli_put_time(until);
        }
        (void)putchar('\n');
    }
}

static void print_result(const struct nj_cli *cli,
                         const struct nj_buf *json,
                         nj_cli_print *print)
{
    cJSON *tree = NULL;

    if (cli->json) {
        (void)puts(nj_buf_text(json));
    } else if (nj_json_parse(nj_buf_text(json), json->len, TEXT_BYTES, &tree,
                             NULL) == 0) {
        print(cli, tree);
        cJSON_Delete(tree);
    }
}

/* ---- oncall ------------------------------------------------------------ */

static int no_schedule(const struct nj_cli *cli,
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

static int write_oncall(const struct nj_cli *cli,
                        const struct offline *o,
                        struct nj_buf *out)
{
    const char *wanted = nj_cli_option(cli, "schedule");
    struct nj_jw w;
    size_t found = 0;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; i < o->plan.schedule_count; i++) {
        const struct nj_schedule *s = &o->plan.schedules[i];
        struct nj_rota rota = {s, NULL, 0};
        struct nj_oncall now;
        int64_t at_ms = wall_ms();
        int status = read_time(cli, "at", s->zone, NJ_TIME_FROM, at_ms, &at_ms);

        if (status >= 0) {
            return status;
        }
        if (wanted != NULL && !nj_str_eq(wanted, s->name)) {
            continue;
        }
        found++;
        nj_oncall_at(&rota, at_ms, &now);
        nj_jw_open(&w, NULL, '{');
        nj_jw_text(&w, "schedule", s->name);
        write_people(&w, &now);
        write_bound(&w, "since", s->zone, now.since_ms);
        write_bound(&w, "until", s->zone, now.until_ms);
        nj_jw_close(&w, '}');
    }
    nj_jw_close(&w, ']');
    return wanted != NULL && found == 0 ? no_schedule(cli, &o->plan, wanted)
                                        : -1;
}

struct asking {
    const struct nj_cli *cli;
    int status;
};

static int on_daemon_answer(void *ctx, const cJSON *line)
{
    struct asking *asking = ctx;
    const cJSON *result = NULL;

    asking->status = nj_cli_result(asking->cli, line, &result);
    if (asking->status == 0 && asking->cli->json) {
        nj_cli_print_json(result);
    } else if (asking->status == 0) {
        print_who(asking->cli, result);
    }
    return 0;
}

static int ask_daemon(struct nj_cli *cli)
{
    struct asking asking = {cli, NJ_EXIT_DONE};
    struct nj_buf request;
    int status;

    nj_buf_init(&request, 1 << 16);
    status = nj_cli_request(cli, &request);
    if (status < 0) {
        status = nj_cli_ask(cli, nj_buf_text(&request), request.len,
                            on_daemon_answer, &asking);
    }
    nj_buf_finish(&request);
    return status == NJ_EXIT_DONE ? asking.status : status;
}

static int read_file(const struct nj_cli *cli)
{
    struct offline o = {0};
    struct nj_buf json;
    int status = open_offline(cli, &o);

    nj_buf_init(&json, TEXT_BYTES);
    if (status == NJ_EXIT_DONE) {
        status = write_oncall(cli, &o, &json);
        if (status < 0) {
            print_result(cli, &json, print_who);
            status = NJ_EXIT_DONE;
        }
    }
    nj_buf_finish(&json);
    close_offline(&o);
    return status;
}

int nj_verb_oncall_cli(struct nj_cli *cli)
{
    int status;

    if (nj_cli_option(cli, "config") != NULL) {
        return read_file(cli);
    }
    status = ask_daemon(cli);
    if (status != NJ_EXIT_UNREACHABLE || nj_cli_option(cli, "server") != NULL) {
        return status;
    }
    (void)fprintf(stderr,
                  "nightjar: reading %s instead, which knows no overrides "
                  "made by hand\n",
                  nj_cli_config(cli));
    return read_file(cli) == NJ_EXIT_DONE ? NJ_EXIT_DONE : NJ_EXIT_UNREACHABLE;
}

/* ---- shifts ------------------------------------------------------------ */

struct shifts {
    const struct nj_schedule *schedule;
    struct nj_jw w;
    struct nj_buf out;
    int ics;
};

static int on_shift(void *ctx, const struct nj_oncall *shift)
{
    struct shifts *s = ctx;

    if (s->ics) {
        nj_ics_shift(&s->out, s->schedule->name, shift, wall_ms());
        return 0;
    }
    nj_jw_open(&s->w, NULL, '{');
    write_bound(&s->w, "from", s->schedule->zone, shift->since_ms);
    write_bound(&s->w, "until", s->schedule->zone, shift->until_ms);
    write_people(&s->w, shift);
    nj_jw_close(&s->w, '}');
    return s->out.status;
}

static void print_shifts(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *shift;

    (void)cli;
    cJSON_ArrayForEach(shift, result)
    {
        nj_cli_put_time(nj_json_text(shift, "from"));
        (void)printf(" - ");
        nj_cli_put_time(nj_json_text(shift, "until"));
        (void)printf("  ");
        print_people(cJSON_GetObjectItemCaseSensitive(shift, "people"));
        (void)putchar('\n');
    }
}

static void write_shifts(struct shifts *s, int64_t from_ms, int64_t until_ms)
{
    struct nj_rota rota = {s->schedule, NULL, 0};

    if (s->ics) {
        nj_ics_open(&s->out, s->schedule->name);
    } else {
        nj_jw_init(&s->w, &s->out);
        nj_jw_open(&s->w, NULL, '[');
    }
    (void)nj_oncall_shifts(&rota, from_ms, until_ms, on_shift, s);
    if (s->ics) {
        nj_ics_close(&s->out);
    } else {
        nj_jw_close(&s->w, ']');
    }
}

static int
run_shifts(struct nj_cli *cli, const struct offline *o, struct shifts *s)
{
    int64_t from_ms = wall_ms();
    int64_t until_ms = 0;
    int status = read_time(cli, "from", s->schedule->zone, NJ_TIME_FROM,
                           wall_ms(), &from_ms);

    (void)o;
    until_ms = from_ms + INT64_C(14) * 86400000;
    if (status < 0) {
        status = read_time(cli, "until", s->schedule->zone, NJ_TIME_UNTIL,
                           from_ms, &until_ms);
    }
    if (status >= 0) {
        return status;
    }
    if (until_ms <= from_ms) {
        return nj_cli_misuse(cli, "--until must come after --from");
    }
    write_shifts(s, from_ms, until_ms);
    if (s->out.status != 0) {
        return nj_cli_no("too many shifts; ask for a shorter time");
    }
    if (s->ics) {
        (void)fputs(nj_buf_text(&s->out), stdout);
    } else {
        print_result(cli, &s->out, print_shifts);
    }
    return NJ_EXIT_DONE;
}

int nj_verb_shifts(struct nj_cli *cli)
{
    const char *name = nj_cli_option(cli, "schedule");
    struct offline o = {0};
    struct shifts s = {.ics = nj_cli_option(cli, "ics") != NULL};
    int status = open_offline(cli, &o);

    nj_buf_init(&s.out, TEXT_BYTES);
    if (status == NJ_EXIT_DONE) {
        s.schedule = name == NULL && o.plan.schedule_count == 1
                         ? &o.plan.schedules[0]
                         : nj_plan_schedule(&o.plan, name);
        status = s.schedule != NULL ? run_shifts(cli, &o, &s)
                 : name == NULL ? nj_cli_misuse(cli, "say which: --schedule S")
                                : no_schedule(cli, &o.plan, name);
    }
    nj_buf_finish(&s.out);
    close_offline(&o);
    return status;
}
