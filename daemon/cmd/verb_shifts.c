/* nightjar shifts: who is on call when, as a strip, a list, iCalendar, or as
 * what each carries (--fairness). */

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd/rota.h"
#include "cmd/strip.h"
#include "oncall/coverage.h"
#include "oncall/ics_out.h"
#include "oncall/rota_json.h"

enum { BRANDS_MAX = 64, WHO_BYTES = 2048 };

#define DAY_MS INT64_C(86400000)
#define AHEAD_MS (14 * DAY_MS)
#define BEHIND_MS (84 * DAY_MS) /* of their fairness: twelve weeks */

/* ---- by the file --------------------------------------------------------- */

static int is_fairness(const struct nj_cli *cli)
{
    return nj_cli_option(cli, "fairness") != NULL;
}

/* What is meant by --from and --until. -1 or an exit status. */
static int read_range(const struct nj_cli *cli,
                      const struct nj_zone *zone,
                      int64_t *from_ms,
                      int64_t *until_ms)
{
    int64_t now = nj_cli_wall_ms();
    int has_until = nj_cli_option(cli, "until") != NULL;
    int64_t from = now;
    int64_t until = now;
    int status = nj_cli_time(cli, "from", zone, NJ_TIME_FROM, now, &from);

    if (status < 0) {
        status = nj_cli_time(cli, "until", zone, NJ_TIME_UNTIL, from, &until);
    }
    if (status >= 0) {
        return status;
    }
    if (is_fairness(cli)) {
        if (nj_cli_option(cli, "from") == NULL) {
            from = until - BEHIND_MS;
        } else if (!has_until && from >= now) {
            until = from + BEHIND_MS;
        }
    } else if (!has_until) {
        until = from + AHEAD_MS;
    }
    if (until <= from) {
        return nj_cli_misuse(cli, "--until must come after --from");
    }
    if (is_fairness(cli) && until - from > NJ_ONCALL_HORIZON_MS) {
        return nj_cli_misuse(cli, "that is too long a time; ask for at most a "
                                  "year");
    }
    *from_ms = from;
    *until_ms = until;
    return -1;
}

static int write_schedule(const struct nj_cli *cli,
                          const struct nj_offline *o,
                          const struct nj_schedule *s,
                          struct nj_jw *w)
{
    const struct nj_brand *brands[BRANDS_MAX];
    size_t count = nj_coverage_brands(&o->plan, s->name, brands, BRANDS_MAX);
    struct nj_rota rota = {s, NULL, 0};
    int64_t from_ms = 0;
    int64_t until_ms = 0;
    int status = read_range(cli, s->zone, &from_ms, &until_ms);

    if (status >= 0) {
        return status;
    }
    if (!is_fairness(cli)) {
        nj_rota_write_shifts(w, &rota, brands, count, from_ms, until_ms);
        return -1;
    }
    return nj_rota_write_fairness(w, &rota, brands, count, from_ms, until_ms) ==
                   0
               ? -1
               : nj_cli_no("no memory");
}

static int
write_file(struct nj_cli *cli, const struct nj_offline *o, struct nj_buf *out)
{
    const char *name = nj_cli_option(cli, "schedule");
    const struct nj_schedule *found = nj_plan_schedule(&o->plan, name);
    int is_all =
        name == NULL && (is_fairness(cli) || o->plan.schedule_count == 1);
    int status = -1;
    struct nj_jw w;

    if (found == NULL && !is_all) {
        return name == NULL ? nj_cli_misuse(cli, "say which: --schedule S")
                            : nj_cli_no_schedule(cli, &o->plan, name);
    }
    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; status < 0 && i < o->plan.schedule_count; i++) {
        if (is_all || found == &o->plan.schedules[i]) {
            status = write_schedule(cli, o, &o->plan.schedules[i], &w);
        }
    }
    nj_jw_close(&w, ']');
    return status;
}

/* ---- as a strip ---------------------------------------------------------- */

/* Spans of LIST ("from", "until", "people"), whose words stand in WORDS. */
static struct nj_strip_span *
read_spans(const cJSON *list, struct nj_arena *words, size_t *out_count)
{
    size_t count = (size_t)cJSON_GetArraySize(list);
    struct nj_strip_span *spans =
        nj_arena_zalloc(words, (count + 1) * sizeof *spans);
    const cJSON *item;
    size_t n = 0;
    char who[WHO_BYTES];

    cJSON_ArrayForEach(item, list)
    {
        struct nj_strip_span *s = spans == NULL ? NULL : &spans[n];
        const char *from = nj_json_text(item, "from");
        const char *until = nj_json_text(item, "until");

        if (s == NULL || from == NULL || until == NULL ||
            nj_time_read(NULL, from, NJ_FOLD_FIRST, &s->from_ms) != 0 ||
            nj_time_read(NULL, until, NJ_FOLD_FIRST, &s->until_ms) != 0) {
            continue;
        }
        s->who = nj_arena_strdup(
            words,
            nj_cli_people(cJSON_GetObjectItemCaseSensitive(item, "people"), "",
                          who, sizeof who));
        n += s->who != NULL;
    }
    *out_count = n;
    return spans;
}

static void put_buf(const struct nj_buf *out)
{
    if (out->status == 0 && out->len > 0) {
        (void)fputs(nj_buf_text(out), stdout);
    }
}

/* Each hole in words, since a cell cannot say when exactly. */
static void put_holes(const cJSON *uncovered)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, uncovered)
    {
        const char *from = nj_json_text(item, "from");
        const char *until = nj_json_text(item, "until");

        if (from != NULL && until != NULL) { /* on the schedule's clock */
            (void)printf("NOBODY  %.10s %.5s - %.10s %.5s\n", from, from + 11,
                         until, until + 11);
        }
    }
}

static int print_strip(const struct nj_cli *cli, const cJSON *row)
{
    const cJSON *uncovered = cJSON_GetObjectItemCaseSensitive(row, "uncovered");
    const char *zone_name = nj_json_text(row, "zone");
    struct nj_zone *zone = NULL;
    struct nj_arena words = {0};
    struct nj_err err = {0};
    struct nj_buf out;
    struct nj_strip strip = {.now_ms = nj_cli_wall_ms(),
                             .columns = nj_cli_columns(),
                             .colour = cli->colour};

    if (zone_name == NULL || nj_zone_load(NULL, zone_name, &zone, &err) != 0) {
        return nj_cli_no("%s", zone_name == NULL ? "no zone" : err.text);
    }
    strip.zone = zone;
    strip.shifts = read_spans(cJSON_GetObjectItemCaseSensitive(row, "shifts"),
                              &words, &strip.shift_count);
    strip.holes = read_spans(uncovered, &words, &strip.hole_count);
    nj_buf_init(&out, NJ_ROTA_BYTES);
    nj_strip_write(&strip, &out);
    (void)printf("%s, times in %s\n", nj_json_text(row, "schedule"), zone_name);
    put_buf(&out);
    put_holes(uncovered);
    nj_buf_finish(&out);
    nj_arena_finish(&words);
    nj_zone_destroy(zone);
    return NJ_EXIT_DONE;
}

static void print_list(const cJSON *shifts)
{
    const cJSON *shift;
    char who[WHO_BYTES];

    cJSON_ArrayForEach(shift, shifts)
    {
        nj_cli_put_minute(nj_json_text(shift, "from"), "ever");
        (void)printf(" - ");
        nj_cli_put_minute(nj_json_text(shift, "until"), "ever");
        (void)printf("  ");
        nj_cli_put(
            nj_cli_people(cJSON_GetObjectItemCaseSensitive(shift, "people"),
                          "nobody", who, sizeof who),
            0);
        (void)putchar('\n');
    }
}

/* ---- as iCalendar -------------------------------------------------------- */

static void
write_event(struct nj_buf *out, const char *schedule, const cJSON *item)
{
    const char *from = nj_json_text(item, "from");
    const char *until = nj_json_text(item, "until");
    struct nj_oncall shift = {0};
    const cJSON *person;

    if (from == NULL || until == NULL ||
        nj_time_read(NULL, from, NJ_FOLD_FIRST, &shift.since_ms) != 0 ||
        nj_time_read(NULL, until, NJ_FOLD_FIRST, &shift.until_ms) != 0) {
        return;
    }
    cJSON_ArrayForEach(person, cJSON_GetObjectItemCaseSensitive(item, "people"))
    {
        if (shift.count < NJ_LIMIT_STEP_PEOPLE && cJSON_IsString(person)) {
            shift.people[shift.count++] = person->valuestring;
        }
    }
    nj_ics_shift(out, schedule, &shift, nj_cli_wall_ms());
}

static int print_ics(const cJSON *row)
{
    const char *schedule = nj_json_text(row, "schedule");
    struct nj_buf out;
    const cJSON *item;
    int status;

    nj_buf_init(&out, NJ_ROTA_BYTES);
    nj_ics_open(&out, schedule);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(row, "shifts"))
    {
        write_event(&out, schedule, item);
    }
    nj_ics_close(&out);
    put_buf(&out);
    status = out.status;
    nj_buf_finish(&out);
    return status == 0 ? NJ_EXIT_DONE
                       : nj_cli_no("too many shifts; ask for a shorter time");
}

static int show_shifts(struct nj_cli *cli, const cJSON *answer)
{
    const cJSON *row = cJSON_GetArrayItem(answer, 0);
    const cJSON *shifts = cJSON_GetObjectItemCaseSensitive(row, "shifts");

    if (row == NULL) {
        return nj_cli_no("there is no schedule");
    }
    if (nj_cli_option(cli, "ics") != NULL) {
        return print_ics(row);
    }
    if (cli->json) {
        nj_cli_print_json(shifts);
        return NJ_EXIT_DONE;
    }
    if (nj_cli_option(cli, "list") != NULL) {
        print_list(shifts);
        return NJ_EXIT_DONE;
    }
    return print_strip(cli, row);
}

/* ---- how fairly ---------------------------------------------------------- */

static void print_fairness(const cJSON *row)
{
    const cJSON *people = cJSON_GetObjectItemCaseSensitive(row, "people");
    const cJSON *p;
    int width = 6;

    cJSON_ArrayForEach(p, people)
    {
        int columns = nj_text_columns(nj_json_text(p, "person"));

        width = columns > width ? columns : width;
    }
    (void)printf("%s, ", nj_json_text(row, "schedule"));
    nj_cli_put_minute(nj_json_text(row, "from"), "ever");
    (void)printf(" - ");
    nj_cli_put_minute(nj_json_text(row, "until"), "ever");
    (void)printf("\n%-*s  %8s  %6s  %8s  %8s\n", width, "PERSON", "HOURS",
                 "NIGHTS", "WEEKENDS", "HOLIDAYS");
    cJSON_ArrayForEach(p, people)
    {
        const char *name = nj_json_text(p, "person");

        nj_cli_put(name, 0);
        (void)printf("%*s  %8.1f  %6lld  %8lld  %8lld\n",
                     width - nj_text_columns(name), "",
                     nj_json_number(p, "hours", 0),
                     (long long)nj_json_int(p, "nights", 0),
                     (long long)nj_json_int(p, "weekends", 0),
                     (long long)nj_json_int(p, "holidays", 0));
    }
    (void)printf("%-*s  %8.1f\n%-*s  %8s  %6lld  %8lld  %8lld\n", width,
                 "nobody", nj_json_number(row, "nobody_hours", 0), width,
                 "in all", "", (long long)nj_json_int(row, "nights", 0),
                 (long long)nj_json_int(row, "weekends", 0),
                 (long long)nj_json_int(row, "holidays", 0));
}

static int show_fairness(struct nj_cli *cli, const cJSON *answer)
{
    const cJSON *row;

    if (cli->json) {
        nj_cli_print_json(answer);
        return NJ_EXIT_DONE;
    }
    cJSON_ArrayForEach(row, answer)
    {
        print_fairness(row);
    }
    return NJ_EXIT_DONE;
}

int nj_verb_shifts(struct nj_cli *cli)
{
    if (is_fairness(cli)) {
        return nj_cli_rota(cli, "fairness", write_file, show_fairness);
    }
    return nj_cli_rota(cli, NULL, write_file, show_shifts);
}
