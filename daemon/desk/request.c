#include "desk/request.h"

#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "model/zone.h"

/* ---- fields ------------------------------------------------------------ */

static int wrong(struct nj_err *err, const char *name, const char *want)
{
    return nj_err_set(err, NJ_E_INVALID, "\"%s\" must be %s", name, want);
}

/* Member NAME as text into *OUT; absent or null leaves it. */
static int read_text(const cJSON *tree,
                     const char *name,
                     const char **out,
                     struct nj_err *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(tree, name);

    if (item == NULL || cJSON_IsNull(item)) {
        return 0;
    }
    if (!cJSON_IsString(item)) {
        return wrong(err, name, "text");
    }
    *out = item->valuestring;
    return 0;
}

static int read_duration(const cJSON *tree,
                         const char *name,
                         int64_t *out_ms,
                         struct nj_err *err)
{
    const char *text = NULL;
    int code = read_text(tree, name, &text, err);

    if (code == 0 && text != NULL && nj_str_duration(text, out_ms) != 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "\"%s\" is no duration: write 90s, 5m, 2h or 3d",
                          text);
    }
    return code;
}

static const struct nj_zone *zone_for(const struct nj_plan *plan,
                                      const char *schedule)
{
    const struct nj_schedule *found =
        plan == NULL ? NULL : nj_plan_schedule(plan, schedule);

    if (found != NULL) {
        return found->zone;
    }
    if (schedule == NULL && plan != NULL && plan->schedule_count == 1) {
        return plan->schedules[0].zone; /* it is meant, or none is */
    }
    return plan != NULL && plan->brand_count > 0 ? plan->brands[0].zone : NULL;
}

/* Where a request's times are seen from. */
struct view {
    const struct nj_zone *zone;
    int64_t now_ms;
};

static int read_time(const cJSON *tree,
                     const char *name,
                     const struct view *view,
                     enum nj_time_way way,
                     int64_t *out_ms,
                     struct nj_err *err)
{
    const char *text = NULL;
    int code = read_text(tree, name, &text, err);

    if (code == 0 && text != NULL &&
        nj_time_meant(view->zone, text, way, view->now_ms, out_ms) != 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is no time: " NJ_TIME_EXAMPLES, text);
    }
    return code;
}

static int read_id(const cJSON *item, int64_t *out, struct nj_err *err)
{
    double most = 9007199254740992.0;

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1) ||
        item->valuedouble > most ||
        item->valuedouble != (double)(int64_t)item->valuedouble) {
        return nj_err_set(err, NJ_E_INVALID, "an id must be a whole number");
    }
    *out = (int64_t)item->valuedouble;
    return 0;
}

static int
read_ids(const cJSON *tree, struct nj_request *out, struct nj_err *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, "ids");
    const cJSON *item;

    if (list == NULL) {
        return 0;
    }
    if (!cJSON_IsArray(list)) {
        return wrong(err, "ids", "a list of numbers");
    }
    cJSON_ArrayForEach(item, list)
    {
        int code;

        if (out->command.id_count == NJ_REQUEST_IDS) {
            return nj_err_set(err, NJ_E_TOOBIG, "at most %d ids at once",
                              NJ_REQUEST_IDS);
        }
        code = read_id(item, &out->ids[out->command.id_count], err);
        if (code != 0) {
            return code;
        }
        out->command.id_count++;
    }
    return 0;
}

static int read_flag(const cJSON *tree, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(tree, name));
}

/* ---- whole ------------------------------------------------------------- */

static int
read_texts(const cJSON *tree, struct nj_request *out, struct nj_err *err)
{
    struct nj_command *c = &out->command;
    const struct {
        const char *name;
        const char **to;
    } fields[] = {
        {"verb", &c->verb},     {"as", &out->as},
        {"person", &c->person}, {"schedule", &c->schedule},
        {"source", &c->source}, {"instead_of", &c->instead_of},
        {"brand", &c->brand},   {"rule", &c->rule},
        {"policy", &c->policy}, {"author", &c->author},
        {"title", &c->title},   {"url", &c->url},
        {"place", &c->place},   {"text", &c->text},
        {"filter", &c->filter}, {"by", &c->by},
        {"give", &c->give},     {"take", &c->take},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int code = read_text(tree, fields[i].name, fields[i].to, err);

        if (code != 0) {
            return code;
        }
    }
    return c->verb == NULL ? wrong(err, "verb", "given") : 0;
}

static int
read_numbers(const cJSON *tree, struct nj_request *out, struct nj_err *err)
{
    struct nj_command *c = &out->command;
    int64_t limit = nj_json_int(tree, "limit", 0);
    int64_t generation = nj_json_int(tree, "generation", 0);

    c->id = nj_json_int(tree, "id", 0);
    c->before = nj_json_int(tree, "before", 0);
    if (limit < 0 || limit > 1000000) {
        return wrong(err, "limit", "between 0 and 1000000");
    }
    if (generation < 0 || generation > UINT32_MAX) {
        return wrong(err, "generation", "the number from the page");
    }
    c->limit = (size_t)limit;
    c->generation = (uint32_t)generation;
    c->force = read_flag(tree, "force");
    c->all = read_flag(tree, "all");
    out->follow = read_flag(tree, "follow");
    return read_ids(tree, out, err);
}

static int read_rest(const cJSON *tree,
                     struct view view,
                     struct nj_request *out,
                     struct nj_err *err)
{
    struct nj_command *c = &out->command;
    const char *severity = NULL;
    int code = read_duration(tree, "for", &c->for_ms, err);

    if (code == 0) {
        code = read_time(tree, "from", &view, NJ_TIME_FROM, &c->from_ms, err);
    }
    if (code == 0) {
        code = read_time(tree, "since", &view, NJ_TIME_SINCE, &c->from_ms, err);
    }
    if (c->from_ms != 0) {
        view.now_ms = c->from_ms; /* "until 08:00" is the one after it */
    }
    if (code == 0) {
        code =
            read_time(tree, "until", &view, NJ_TIME_UNTIL, &c->until_ms, err);
    }
    if (code == 0) {
        code = read_text(tree, "severity", &severity, err);
    }
    if (code == 0 && severity != NULL &&
        nj_level_read(severity, &c->severity) != 0) {
        code = wrong(err, "severity", "low, high or critical");
    }
    return code;
}

int nj_request_read(const char *line,
                    size_t len,
                    const struct nj_plan *plan,
                    int64_t now_ms,
                    struct nj_request *out,
                    struct nj_err *err)
{
    cJSON *tree = NULL;
    int code = nj_json_parse(line, len, NJ_LIMIT_PUSH_BYTES, &tree, err);

    if (code != 0) {
        return code;
    }
    memset(out, 0, sizeof *out);
    code = cJSON_IsObject(tree)
               ? read_texts(tree, out, err)
               : nj_err_set(err, NJ_E_INVALID, "a request is one JSON object");
    if (code == 0) {
        code = read_numbers(tree, out, err);
    }
    if (code == 0) {
        const struct view view = {zone_for(plan, out->command.schedule),
                                  now_ms};

        code = read_rest(tree, view, out, err);
    }
    if (code != 0) {
        cJSON_Delete(tree);
        return code;
    }
    out->tree = tree;
    out->command.ids = out->ids;
    return 0;
}

void nj_request_finish(struct nj_request *request)
{
    cJSON_Delete(request->tree);
    request->tree = NULL;
}

void nj_request_answer(struct nj_buf *out,
                       int status,
                       const char *json,
                       const char *text)
{
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_bool(&w, "ok", status == 0);
    if (status == 0) {
        nj_jw_raw(&w, "result",
                  json == NULL || json[0] == '\0' ? "null" : json);
    } else {
        nj_jw_text(&w, "code", nj_code_name(status));
        nj_jw_text(&w, "error", text);
    }
    nj_jw_close(&w, '}');
}
