/* Answers when a brand is open, so that another implementation can be asked
 * the same. Each line of standard input is a JSON object:
 *
 *   {"zone": Z, "open": [[days, start, end]], "dates": ["2026-12-25"],
 *    "ics": TEXT, "from": ms, "until": ms}
 *
 * The answer, on a line, is [[ms, open]] at "from" and at each change, or
 * {"error": sentence}. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "model/zone.h"
#include "oncall/holidays.h"
#include "oncall/oncall.h"

enum { DAYS_AROUND = 30, WINDOWS_MAX = 16 };

static int
read_holidays(const cJSON *doc, struct nj_holidays *h, struct nj_err *err)
{
    const char *ics = nj_json_text(doc, "ics");
    const cJSON *date;

    cJSON_ArrayForEach(date, cJSON_GetObjectItem(doc, "dates"))
    {
        if (nj_holidays_date(h, date->valuestring, NULL, err) != 0) {
            return NJ_E_INVALID;
        }
    }
    return ics == NULL ? 0 : nj_holidays_ics(h, ics, strlen(ics), err);
}

static size_t read_open(const cJSON *doc, struct nj_window out[WINDOWS_MAX])
{
    const cJSON *item;
    size_t n = 0;

    cJSON_ArrayForEach(item, cJSON_GetObjectItem(doc, "open"))
    {
        if (n == WINDOWS_MAX) {
            abort();
        }
        out[n++] =
            (struct nj_window){(uint8_t)cJSON_GetArrayItem(item, 0)->valueint,
                               (int16_t)cJSON_GetArrayItem(item, 1)->valueint,
                               (int16_t)cJSON_GetArrayItem(item, 2)->valueint};
    }
    return n;
}

static void
tell(const struct nj_brand *brand, int64_t from_ms, int64_t until_ms)
{
    const char *comma = "";
    int64_t at_ms = from_ms;

    (void)putchar('[');
    while (at_ms < until_ms) {
        printf("%s[%lld,%d]", comma, (long long)at_ms,
               nj_hours_open(brand, at_ms));
        comma = ",";
        at_ms = nj_hours_next_edge(brand, at_ms);
    }
    (void)puts("]");
}

static void answer(const cJSON *doc)
{
    struct nj_window open[WINDOWS_MAX];
    struct nj_brand brand = {.name = "b", .open = open};
    struct nj_zone *zone = NULL;
    struct nj_arena arena;
    struct nj_holidays h;
    struct nj_err err = {0};
    int64_t from_ms = nj_json_int(doc, "from", 0);
    int64_t until_ms = nj_json_int(doc, "until", 0);

    if (nj_zone_load(NULL, nj_json_text(doc, "zone"), &zone, NULL) != 0) {
        abort();
    }
    brand.zone = zone;
    brand.open_count = read_open(doc, open);
    nj_arena_init(&arena, 0);
    nj_holidays_init(&h, zone, from_ms / 86400000 - DAYS_AROUND,
                     until_ms / 86400000 + DAYS_AROUND);
    if (read_holidays(doc, &h, &err) != 0) {
        printf("{\"error\": \"%s\"}\n", err.text);
    } else if (nj_holidays_take(&h, &arena, &brand.holidays,
                                &brand.holiday_count) != 0) {
        abort();
    } else {
        tell(&brand, from_ms, until_ms);
    }
    nj_holidays_finish(&h);
    nj_arena_finish(&arena);
    nj_zone_destroy(zone);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    while ((len = getline(&line, &room, stdin)) > 0) {
        cJSON *doc = NULL;
        struct nj_err err = {0};

        if (nj_json_parse(line, (size_t)len, 64 << 20, &doc, &err) != 0) {
            fprintf(stderr, "%s\n", err.text);
            return 2;
        }
        answer(doc);
        cJSON_Delete(doc);
    }
    free(line);
    return 0;
}
