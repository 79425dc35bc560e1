/* Answers who is on call, so that another implementation can be asked the
 * same. Each line of standard input is a JSON object:
 *
 *   {"zone": Z, "layers": [{"rotate", "every", "starts": [y,m,d,h,m,s],
 *     "ends": [...], "turns": [["a","b"], ...], "only": [[days,start,end]],
 *     "skip": 0, "join": 0}], "configured": [OVERRIDE], "overrides": [OVERRIDE],
 *    "from": ms, "until": ms, "at": [ms]}
 *
 * with OVERRIDE {"id", "from", "until", "person", "instead_of", "made"}. The
 * answer is {"shifts": [[from, until, people...]], "at": [...]} on a line. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "model/zone.h"
#include "oncall/oncall.h"

static struct nj_arena arena;

static void *need(void *p)
{
    if (p == NULL) {
        abort();
    }
    return p;
}

static void *array_of(const cJSON *list, size_t size)
{
    return need(
        nj_arena_zalloc(&arena, (size_t)cJSON_GetArraySize(list) * size));
}

static int number_at(const cJSON *list, int i)
{
    return cJSON_GetArrayItem(list, i)->valueint;
}

static struct nj_civil read_civil(const cJSON *list)
{
    struct nj_civil c = {0};

    if (cJSON_IsArray(list)) {
        c = (struct nj_civil){number_at(list, 0), number_at(list, 1),
                              number_at(list, 2), number_at(list, 3),
                              number_at(list, 4), number_at(list, 5)};
    }
    return c;
}

static enum nj_rotate read_rotate(const char *text)
{
    static const char *const names[] = {"hourly", "daily", "weekly", "monthly"};
    int i = 0;

    while (strcmp(names[i], text) != 0) {
        i++;
    }
    return (enum nj_rotate)i;
}

static void read_turns(const cJSON *list, struct nj_layer *layer)
{
    struct nj_turn *turns = array_of(list, sizeof *turns);
    const cJSON *item;

    layer->turns = turns;
    cJSON_ArrayForEach(item, list)
    {
        const char **people = array_of(item, sizeof *people);
        struct nj_turn *turn = &turns[layer->turn_count++];
        const cJSON *name;

        turn->people = people;
        cJSON_ArrayForEach(name, item)
        {
            people[turn->people_count++] = name->valuestring;
        }
    }
}

static void read_only(const cJSON *list, struct nj_layer *layer)
{
    struct nj_window *only = array_of(list, sizeof *only);
    const cJSON *item;

    layer->only = only;
    cJSON_ArrayForEach(item, list)
    {
        only[layer->only_count++] = (struct nj_window){
            (uint8_t)number_at(item, 0), (int16_t)number_at(item, 1),
            (int16_t)number_at(item, 2)};
    }
}

static void read_layers(const cJSON *list, struct nj_schedule *schedule)
{
    struct nj_layer *layers = array_of(list, sizeof *layers);
    const cJSON *item;

    schedule->layers = layers;
    cJSON_ArrayForEach(item, list)
    {
        struct nj_layer *layer = &layers[schedule->layer_count++];

        layer->rotate = read_rotate(nj_json_text(item, "rotate"));
        layer->every = (int)nj_json_int(item, "every", 1);
        layer->starts = read_civil(cJSON_GetObjectItem(item, "starts"));
        layer->ends = read_civil(cJSON_GetObjectItem(item, "ends"));
        read_turns(cJSON_GetObjectItem(item, "turns"), layer);
        read_only(cJSON_GetObjectItem(item, "only"), layer);
        layer->skip_masked = (int)nj_json_int(item, "skip", 0);
        layer->join = (int)nj_json_int(item, "join", 0);
    }
}

static const struct nj_override *read_overrides(const cJSON *list,
                                                size_t *out_count)
{
    struct nj_override *all = array_of(list, sizeof *all);
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        all[(*out_count)++] = (struct nj_override){
            .id = nj_json_int(item, "id", 0),
            .from_ms = nj_json_int(item, "from", 0),
            .until_ms = nj_json_int(item, "until", 0),
            .schedule = "s",
            .person = nj_json_text(item, "person"),
            .instead_of = nj_json_text(item, "instead_of"),
            .made_ms = nj_json_int(item, "made", 0),
        };
    }
    return all;
}

static int tell(void *ctx, const struct nj_oncall *shift)
{
    struct nj_jw *w = ctx;

    nj_jw_open(w, NULL, '[');
    if (shift->since_ms == INT64_MIN) {
        nj_jw_null(w, NULL);
    } else {
        nj_jw_int(w, NULL, shift->since_ms);
    }
    if (shift->until_ms == INT64_MAX) {
        nj_jw_null(w, NULL);
    } else {
        nj_jw_int(w, NULL, shift->until_ms);
    }
    for (size_t i = 0; i < shift->count; i++) {
        nj_jw_text(w, NULL, shift->people[i]);
    }
    nj_jw_close(w, ']');
    return 0;
}

static void answer(const cJSON *doc)
{
    struct nj_schedule schedule = {.name = "s"};
    struct nj_rota rota = {.schedule = &schedule};
    struct nj_zone *zone = NULL;
    struct nj_buf out;
    struct nj_jw w;
    const cJSON *at;

    if (nj_zone_load(NULL, nj_json_text(doc, "zone"), &zone, NULL) != 0) {
        abort();
    }
    schedule.zone = zone;
    read_layers(cJSON_GetObjectItem(doc, "layers"), &schedule);
    schedule.overrides = read_overrides(cJSON_GetObjectItem(doc, "configured"),
                                        &schedule.override_count);
    rota.overrides = read_overrides(cJSON_GetObjectItem(doc, "overrides"),
                                    &rota.override_count);
    nj_buf_init(&out, 64 << 20);
    nj_jw_init(&w, &out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_open(&w, "shifts", '[');
    if (nj_oncall_shifts(&rota, nj_json_int(doc, "from", 0),
                         nj_json_int(doc, "until", 0), tell, &w) != 0) {
        abort();
    }
    nj_jw_close(&w, ']');
    nj_jw_open(&w, "at", '[');
    cJSON_ArrayForEach(at, cJSON_GetObjectItem(doc, "at"))
    {
        struct nj_oncall who;

        nj_oncall_at(&rota, (int64_t)at->valuedouble, &who);
        (void)tell(&w, &who);
    }
    nj_jw_close(&w, ']');
    nj_jw_close(&w, '}');
    puts(nj_buf_text(&out));
    nj_buf_finish(&out);
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
        nj_arena_finish(&arena);
    }
    free(line);
    return 0;
}
