/* nightjar oncall: who, since when, until when, and who is next. */

#include <string.h>

#include "base/str.h"
#include "cmd/rota.h"
#include "cmd/strip.h"
#include "oncall/rota_json.h"

enum { WHO_BYTES = 2048 };

/* ---- by the file --------------------------------------------------------- */

static int
write_file(struct nj_cli *cli, const struct nj_offline *o, struct nj_buf *out)
{
    const char *wanted = nj_cli_option(cli, "schedule");
    struct nj_jw w;
    size_t found = 0;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; i < o->plan.schedule_count; i++) {
        const struct nj_schedule *s = &o->plan.schedules[i];
        struct nj_rota rota = {s, NULL, 0};
        int64_t at_ms = nj_cli_wall_ms();
        int status =
            nj_cli_time(cli, "at", s->zone, NJ_TIME_FROM, at_ms, &at_ms);

        if (status >= 0) {
            return status;
        }
        if (wanted == NULL || nj_str_eq(wanted, s->name)) {
            found++;
            nj_rota_write_now(&w, &rota, at_ms);
        }
    }
    nj_jw_close(&w, ']');
    return wanted != NULL && found == 0
               ? nj_cli_no_schedule(cli, &o->plan, wanted)
               : -1;
}

/* ---- showing ------------------------------------------------------------- */

/* As DESIGN 7 has it: four members, no more. */
static void print_json(const cJSON *answer)
{
    static const char *const members[] = {"schedule", "people", "since",
                                          "until"};
    cJSON *list = cJSON_CreateArray();
    const cJSON *row;

    cJSON_ArrayForEach(row, answer)
    {
        cJSON *item = cJSON_CreateObject();

        for (size_t i = 0; i < 4; i++) {
            const cJSON *member =
                cJSON_GetObjectItemCaseSensitive(row, members[i]);

            (void)cJSON_AddItemToObject(item, members[i],
                                        cJSON_Duplicate(member, 1));
        }
        (void)cJSON_AddItemToArray(list, item);
    }
    nj_cli_print_json(list);
    cJSON_Delete(list);
}

static int width_of(const cJSON *answer, const char *member, int least)
{
    const cJSON *row;
    int width = least;

    cJSON_ArrayForEach(row, answer)
    {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(row, member);
        char who[WHO_BYTES];
        const char *text = cJSON_IsArray(value)
                               ? nj_cli_people(value, "nobody", who, sizeof who)
                               : nj_json_text(row, member);
        int columns = text == NULL ? 0 : nj_text_columns(text);

        width = columns > width ? columns : width;
    }
    return width < 28 ? width : 28;
}

/* TEXT, and blanks up to WIDTH; what is longer keeps its length. */
static void put_field(const char *text, int width)
{
    int columns = nj_text_columns(text);

    nj_cli_put(text, 0);
    (void)printf("%*s", columns < width ? width - columns + 2 : 2, "");
}

static void put_by(const cJSON *row)
{
    const cJSON *o;

    cJSON_ArrayForEach(o, cJSON_GetObjectItemCaseSensitive(row, "overrides"))
    {
        const char *instead_of = nj_json_text(o, "instead_of");
        const char *person = nj_json_text(o, "person");

        (void)printf("    override %lld: %s%s%s, by %s\n",
                     (long long)nj_json_int(o, "id", 0),
                     person == NULL ? "nobody" : person,
                     instead_of == NULL ? "" : " instead of ",
                     instead_of == NULL ? "" : instead_of,
                     nj_json_text(o, "by") == NULL ? "?"
                                                   : nj_json_text(o, "by"));
    }
}

static void
print_row(const struct nj_cli *cli, const cJSON *row, int names, int people)
{
    const cJSON *next = cJSON_GetObjectItemCaseSensitive(row, "next");
    const cJSON *now = cJSON_GetObjectItemCaseSensitive(row, "people");
    int is_empty = cJSON_GetArraySize(now) == 0;
    char who[WHO_BYTES];

    put_field(nj_json_text(row, "schedule"), names);
    (void)printf("%s", is_empty && cli->colour ? "\033[1;31m" : "");
    put_field(nj_cli_people(now, "nobody", who, sizeof who), people);
    (void)printf("%s", is_empty && cli->colour ? "\033[0m" : "");
    nj_cli_put_minute(nj_json_text(row, "since"), "ever            ");
    (void)printf("  ");
    nj_cli_put_minute(nj_json_text(row, "until"), "further notice  ");
    if (cJSON_IsObject(next)) {
        (void)printf("  ");
        nj_cli_put(
            nj_cli_people(cJSON_GetObjectItemCaseSensitive(next, "people"),
                          "nobody", who, sizeof who),
            0);
        if (!nj_str_eq(nj_json_text(next, "since"),
                       nj_json_text(row, "until"))) {
            (void)printf(" from ");
            nj_cli_put_minute(nj_json_text(next, "since"), "-");
        }
    }
    (void)putchar('\n');
    put_by(row);
}

static int show(struct nj_cli *cli, const cJSON *answer)
{
    int names = width_of(answer, "schedule", 8);
    int people = width_of(answer, "people", 7);
    const cJSON *row;

    if (cli->json) {
        print_json(answer);
        return NJ_EXIT_DONE;
    }
    if (cJSON_GetArraySize(answer) == 0) {
        (void)puts("There is no schedule.");
        return NJ_EXIT_DONE;
    }
    (void)printf("%-*s  %-*s  %-16s  %-16s  %s\n", names, "SCHEDULE", people,
                 "ON CALL", "SINCE", "UNTIL", "NEXT");
    cJSON_ArrayForEach(row, answer)
    {
        print_row(cli, row, names, people);
    }
    return NJ_EXIT_DONE;
}

int nj_verb_oncall_cli(struct nj_cli *cli)
{
    return nj_cli_rota(cli, NULL, write_file, show);
}
