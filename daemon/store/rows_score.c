/* A score in its row: the numbers that are asked for in columns of their own,
 * the rest as a short JSON array, a tenth of the shape that people and programs
 * read (model/score_json.h), which is made from it when somebody asks:
 *
 *    [judged, urgency, urgent_reason, [label in hundredths, ...],
 *     [[what, start, end, weight in hundredths, mask, in_title], ...]]
 *
 * Labels stand in the order of enum nj_label, which may grow at its end. */

#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "model/score_json.h"
#include "store/rows.h"

enum { SCORE_BYTES = 1 << 20 };

/* Rounded to even, as the two digits of the JSON are. */
static int64_t hundredths(float value)
{
    return isfinite(value) ? (int64_t)nearbyint((double)value * 100) : 0;
}

/* One more number of a list. */
static void add_int(struct nj_buf *out, int64_t value)
{
    (void)nj_buf_addc(out, ',');
    (void)nj_buf_addi(out, value);
}

static void pack_reason(struct nj_jw *w, const struct nj_reason *reason)
{
    struct nj_buf *out = w->out;

    nj_jw_open(w, NULL, '[');
    nj_jw_text(w, NULL, reason->what);
    add_int(out, reason->start);
    add_int(out, reason->end);
    add_int(out, hundredths(reason->weight));
    add_int(out, reason->mask != 0);
    add_int(out, reason->in_title != 0);
    nj_jw_close(w, ']');
}

void nj_rows_pack_score(const struct nj_score *score,
                        int reasons,
                        struct nj_buf *out)
{
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    nj_jw_int(&w, NULL, score->judged != 0);
    nj_jw_int(&w, NULL, score->urgency);
    nj_jw_text(&w, NULL, nj_urgent_reason_name(score->urgent_reason));
    nj_jw_open(&w, NULL, '[');
    (void)nj_buf_addi(out, hundredths(score->labels[0]));
    for (unsigned i = 1; i < NJ_LABELS; i++) {
        add_int(out, hundredths(score->labels[i]));
    }
    nj_jw_close(&w, ']');
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; reasons && i < score->reason_count; i++) {
        pack_reason(&w, &score->reasons[i]);
    }
    nj_jw_close(&w, ']');
    nj_jw_close(&w, ']');
}

/* ---- and back ------------------------------------------------------------ */

static double number_at(const cJSON *array, int index)
{
    const cJSON *item = cJSON_GetArrayItem(array, index);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static uint32_t place_at(const cJSON *array, int index)
{
    double number = number_at(array, index);

    return number >= 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static enum nj_urgent_reason urgent_reason_of(const char *name)
{
    for (unsigned i = 1; name != NULL && i < NJ_URGENT_REASONS; i++) {
        enum nj_urgent_reason reason = (enum nj_urgent_reason)i;

        if (strcmp(name, nj_urgent_reason_name(reason)) == 0) {
            return reason;
        }
    }
    return NJ_URGENT_NOTHING;
}

/* The texts stay lent by ROWS. */
static int
read_reasons(const cJSON *rows, struct nj_arena *arena, struct nj_score *out)
{
    size_t count = (size_t)cJSON_GetArraySize(rows);
    struct nj_reason *reasons = nj_arena_zalloc(arena, count * sizeof *reasons);
    const cJSON *row;

    if (reasons == NULL) {
        return NJ_E_NOMEM;
    }
    out->reasons = reasons;
    cJSON_ArrayForEach(row, rows)
    {
        const char *what = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));

        reasons[out->reason_count++] = (struct nj_reason){
            .what = what == NULL ? "" : what,
            .start = place_at(row, 1),
            .end = place_at(row, 2),
            .weight = (float)(number_at(row, 3) / 100),
            .mask = number_at(row, 4) != 0,
            .in_title = number_at(row, 5) != 0,
        };
    }
    return 0;
}

static int read_tree(const cJSON *tree,
                     const struct nj_value *columns,
                     struct nj_arena *arena,
                     struct nj_score *out)
{
    struct nj_row_reader reader = {NULL, NULL, 0};
    const char *language = nj_v_as_text(&columns[3]);
    const cJSON *labels = cJSON_GetArrayItem(tree, 3);
    double urgency = number_at(tree, 1);

    *out = (struct nj_score){
        .judged = number_at(tree, 0) != 0,
        .offensive = (float)nj_v_as_real(&columns[0]),
        .urgent = (float)nj_v_as_real(&columns[1]),
        .level =
            (enum nj_level)nj_row_whole(&reader, &columns[2], NJ_LEVELS - 1),
        .urgent_reason =
            urgent_reason_of(cJSON_GetStringValue(cJSON_GetArrayItem(tree, 2))),
    };
    if (!cJSON_IsArray(tree) || reader.bad != 0 ||
        !(urgency >= 0 && urgency < NJ_LEVELS)) {
        return NJ_E_CORRUPT;
    }
    out->urgency = (enum nj_level)(int)urgency;
    for (int i = 0; i < NJ_LABELS; i++) {
        out->labels[i] = (float)(number_at(labels, i) / 100);
    }
    (void)snprintf(out->language, sizeof out->language, "%s",
                   language == NULL ? "und" : language);
    return read_reasons(cJSON_GetArrayItem(tree, 4), arena, out);
}

static int write_json(const struct nj_score *score,
                      struct nj_arena *arena,
                      const char **out)
{
    struct nj_buf json;
    struct nj_jw w;

    nj_buf_init(&json, SCORE_BYTES);
    nj_jw_init(&w, &json);
    nj_score_write(&w, NULL, score, 1);
    *out =
        json.status == 0 ? nj_arena_strndup(arena, json.data, json.len) : NULL;
    nj_buf_finish(&json);
    return *out == NULL ? NJ_E_NOMEM : 0;
}

int nj_rows_unpack_score(const struct nj_value *columns,
                         struct nj_arena *arena,
                         const char **out)
{
    const char *text = nj_v_as_text(&columns[4]);
    struct nj_score score = {0};
    cJSON *tree = NULL;
    int code;

    *out = NULL;
    if (columns[4].kind == NJ_VALUE_NULL) {
        return 0;
    }
    if (text == NULL) {
        return NJ_E_CORRUPT;
    }
    code = nj_json_parse(text, columns[4].len, SCORE_BYTES, &tree, NULL);
    if (code != 0) {
        return code == NJ_E_NOMEM ? code : NJ_E_CORRUPT;
    }
    code = read_tree(tree, columns, arena, &score);
    if (code == 0) {
        code = write_json(&score, arena, out);
    }
    cJSON_Delete(tree);
    return code;
}
