#include "cmd/desktop_line.h"

#include <string.h>

#include "base/json.h"
#include "notify/plain.h"

/* Member NAME of OBJECT made plain into the arena; "" when it is not there. */
static int take_text(struct nj_desktop_line *line,
                     const cJSON *object,
                     const char *name,
                     int lines,
                     const char **out)
{
    const char *text = nj_json_text(object, name);
    struct nj_buf plain;

    nj_buf_init(&plain, 8 << 10);
    if (lines) {
        nj_plain_block(&plain, text);
    } else {
        nj_plain_line(&plain, text);
    }
    *out = plain.status == NJ_E_NOMEM
               ? NULL
               : nj_arena_strdup(&line->arena, nj_buf_text(&plain));
    nj_buf_finish(&plain);
    return *out == NULL ? NJ_E_NOMEM : 0;
}

static int read_ring(const cJSON *ring, struct nj_desktop_line *out)
{
    const char *severity = nj_json_text(ring, "severity");
    const char *kind = nj_json_text(ring, "kind");
    const char *url = nj_json_text(ring, "url");
    int64_t generation = nj_json_int(ring, "generation", 0);

    out->kind = NJ_DESKTOP_RING;
    out->alert = nj_json_int(ring, "alert", -1);
    out->page = nj_json_int(ring, "page", -1);
    if (out->alert < 0 || out->page < 0 || generation < 0 ||
        generation > UINT32_MAX || severity == NULL ||
        nj_level_read(severity, &out->severity) != 0) {
        return NJ_E_INVALID;
    }
    out->generation = (uint32_t)generation;
    out->wants_answer =
        out->alert > 0 && nj_json_text(ring, "ack_command") != NULL;
    out->urgent = out->severity == NJ_LEVEL_CRITICAL && kind != NULL &&
                  strcmp(kind, "call") == 0;
    if (nj_plain_is_link(url)) {
        out->url = nj_arena_strdup(&out->arena, url);
        if (out->url == NULL) {
            return NJ_E_NOMEM;
        }
    }
    if (take_text(out, ring, "headline", 0, &out->headline) != 0) {
        return NJ_E_NOMEM;
    }
    return take_text(out, ring, "body", 1, &out->body);
}

static int read_clear(const cJSON *clear, struct nj_desktop_line *out)
{
    out->kind = NJ_DESKTOP_CLEAR;
    out->alert = nj_json_int(clear, "alert", -1);
    if (out->alert < 0) {
        return NJ_E_INVALID;
    }
    if (take_text(out, clear, "headline", 0, &out->headline) != 0) {
        return NJ_E_NOMEM;
    }
    return take_text(out, clear, "text", 0, &out->body);
}

/* The alerts that an answer says are settled; any other answer has none. */
static int read_settled(const cJSON *tree, struct nj_desktop_line *out)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, "result");
    const cJSON *item;

    if (!cJSON_IsArray(list)) {
        return 0;
    }
    out->settled =
        nj_arena_zalloc(&out->arena, ((size_t)cJSON_GetArraySize(list) + 1) *
                                         sizeof *out->settled);
    if (out->settled == NULL) {
        return NJ_E_NOMEM;
    }
    cJSON_ArrayForEach(item, list)
    {
        struct nj_desktop_settled *s = &out->settled[out->settled_count];

        s->alert = nj_json_int(item, "alert", 0);
        if (s->alert > 0) {
            if (take_text(out, item, "text", 0, &s->text) != 0) {
                return NJ_E_NOMEM;
            }
            out->settled_count++;
        }
    }
    return 0;
}

static int read_tree(const cJSON *tree, struct nj_desktop_line *out)
{
    const cJSON *ring = cJSON_GetObjectItemCaseSensitive(tree, "ring");
    const cJSON *clear = cJSON_GetObjectItemCaseSensitive(tree, "clear");
    const cJSON *ok = cJSON_GetObjectItemCaseSensitive(tree, "ok");

    if (cJSON_IsObject(ring)) {
        return read_ring(ring, out);
    }
    if (cJSON_IsObject(clear)) {
        return read_clear(clear, out);
    }
    if (cJSON_IsBool(ok)) {
        out->kind = NJ_DESKTOP_ANSWER;
        out->ok = cJSON_IsTrue(ok);
        if (read_settled(tree, out) != 0) {
            return NJ_E_NOMEM;
        }
        return take_text(out, tree, "error", 0, &out->body);
    }
    return NJ_E_INVALID;
}

int nj_desktop_line_read(const char *line,
                         size_t len,
                         struct nj_desktop_line *out,
                         struct nj_err *err)
{
    struct nj_desktop_line read = {.alert = 0};
    cJSON *tree = NULL;
    int status = nj_json_parse(line, len, NJ_DESKTOP_LINE_BYTES, &tree, err);

    if (status != 0) {
        return nj_err_wrap(err, status, "from nightjard");
    }
    nj_arena_init(&read.arena, 0);
    status = read_tree(tree, &read);
    cJSON_Delete(tree);
    if (status != 0) {
        nj_desktop_line_finish(&read);
        return nj_err_set(err, status, "from nightjard: %s",
                          status == NJ_E_INVALID
                              ? "neither ring, clear nor answer; are agent "
                                "and daemon of the same version?"
                              : nj_code_name(status));
    }
    *out = read;
    return 0;
}

void nj_desktop_line_finish(struct nj_desktop_line *line)
{
    nj_arena_finish(&line->arena);
    *line = (struct nj_desktop_line){.alert = 0};
}

void nj_desktop_standing(struct nj_buf *out, const int64_t *ids, size_t count)
{
    (void)nj_buf_adds(out, "{\"verb\":\"standing\",\"ids\":[");
    for (size_t i = 0; i < count; i++) {
        (void)nj_buf_addf(out, "%s%lld", i == 0 ? "" : ",", (long long)ids[i]);
    }
    (void)nj_buf_adds(out, "]}\n");
}

void nj_desktop_ack(struct nj_buf *out, int64_t alert, uint32_t generation)
{
    (void)nj_buf_addf(out,
                      "{\"verb\":\"ack\",\"ids\":[%lld],\"generation\":%u,"
                      "\"by\":\"desktop\"}\n",
                      (long long)alert, (unsigned)generation);
}
