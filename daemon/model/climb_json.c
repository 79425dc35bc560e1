#include "model/climb_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"

enum { POLICY_BYTES = 1 << 20, NAME_ROOM = 128 };

void nj_chains_write(const struct nj_climb *climb, struct nj_buf *out)
{
    struct nj_jw w;

    if (climb->chain_count == 0) {
        return;
    }
    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; i < climb->chain_count; i++) {
        const struct nj_chain *chain = &climb->chains[i];

        nj_jw_open(&w, NULL, '[');
        nj_jw_text(&w, NULL, chain->person);
        nj_jw_int(&w, NULL, chain->due_ms);
        nj_jw_int(&w, NULL, chain->next);
        nj_jw_int(&w, NULL, chain->level);
        nj_jw_int(&w, NULL, chain->fell_back);
        nj_jw_int(&w, NULL, chain->failed);
        nj_jw_int(&w, NULL, chain->current);
        if (chain->answered) {
            nj_jw_int(&w, NULL, 1);
        }
        nj_jw_close(&w, ']');
    }
    nj_jw_close(&w, ']');
}

static int whole_of(const cJSON *array, int index, int64_t most, int64_t *out)
{
    const cJSON *item = cJSON_GetArrayItem(array, index);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
        item->valuedouble > (double)most) {
        return NJ_E_CORRUPT;
    }
    *out = (int64_t)item->valuedouble;
    return 0;
}

static int
read_chain(const cJSON *row, struct nj_names *names, struct nj_chain *out)
{
    const char *person = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));
    int64_t due, next, level, fell_back, failed, current;
    int64_t answered = 0;

    if (person == NULL || whole_of(row, 1, INT64_C(1) << 53, &due) != 0 ||
        whole_of(row, 2, 255, &next) != 0 ||
        whole_of(row, 3, NJ_LEVELS - 1, &level) != 0 ||
        whole_of(row, 4, 1, &fell_back) != 0 ||
        whole_of(row, 5, 255, &failed) != 0 ||
        whole_of(row, 6, 1, &current) != 0 ||
        (cJSON_GetArraySize(row) > 7 && whole_of(row, 7, 1, &answered) != 0)) {
        return NJ_E_CORRUPT;
    }
    *out = (struct nj_chain){.person = nj_name(names, person),
                             .due_ms = due,
                             .next = (uint8_t)next,
                             .level = (uint8_t)level,
                             .fell_back = (uint8_t)fell_back,
                             .failed = (uint8_t)failed,
                             .current = (uint8_t)current,
                             .answered = (uint8_t)answered};
    return out->person == NULL ? NJ_E_NOMEM : 0;
}

static int read_tree(const char *json,
                     struct nj_names *names,
                     struct nj_chain **out,
                     size_t *out_count)
{
    struct nj_chain *chains;
    size_t count = 0;
    cJSON *tree = NULL;
    const cJSON *row;
    int code = nj_json_parse(json, strlen(json), POLICY_BYTES, &tree, NULL);

    if (code != 0) {
        return code == NJ_E_NOMEM ? code : NJ_E_CORRUPT;
    }
    chains = calloc((size_t)cJSON_GetArraySize(tree) + 1, sizeof *chains);
    code = chains == NULL ? NJ_E_NOMEM : 0;
    for (row = tree->child; row != NULL && code == 0; row = row->next) {
        code = read_chain(row, names, &chains[count++]);
    }
    cJSON_Delete(tree);
    if (code != 0) {
        free(chains);
        return code;
    }
    *out = chains;
    *out_count = count;
    return 0;
}

/* ---- chains letter for letter as they are written here ------------------ */

/* A start reads a hundred thousand of them; as a tree each takes 9,000
 * instructions. Whatever is written otherwise is left to the tree. */

static int take(const char **at, char c)
{
    int there = **at == c;

    *at += there;
    return there;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int take_whole(const char **at, int64_t most, int64_t *out)
{
    const char *p = *at;
    int64_t n = 0;

    if (!is_digit(*p) || (*p == '0' && is_digit(p[1]))) {
        return 0;
    }
    for (; is_digit(*p); p++) {
        n = n * 10 + (*p - '0');
        if (n > most) {
            return 0;
        }
    }
    *at = p;
    *out = n;
    return 1;
}

/* "NAME" in plain letters, to OUT. */
static int take_name(const char **at, char out[NAME_ROOM])
{
    size_t len = 0;

    if (!take(at, '"')) {
        return 0;
    }
    for (; **at != '"'; (*at)++) {
        if (**at < ' ' || **at > '~' || **at == '\\' || len == NAME_ROOM - 1) {
            return 0;
        }
        out[len++] = **at;
    }
    out[len] = '\0';
    return take(at, '"');
}

/* 1, 0 when it is written otherwise, NJ_E_NOMEM. */
static int
take_chain(const char **at, struct nj_names *names, struct nj_chain *out)
{
    static const int64_t most[] = {
        INT64_C(1) << 53, 255, NJ_LEVELS - 1, 1, 255, 1, 1};
    enum { DUE, NEXT, LEVEL, FELL_BACK, FAILED, CURRENT, ANSWERED, NUMBERS };
    int64_t n[NUMBERS] = {0};
    char name[NAME_ROOM];
    int i = 0;

    if (!take(at, '[') || !take_name(at, name)) {
        return 0;
    }
    for (; i < NUMBERS && take(at, ','); i++) {
        if (!take_whole(at, most[i], &n[i])) {
            return 0;
        }
    }
    if (i < ANSWERED || !take(at, ']')) {
        return 0;
    }
    *out = (struct nj_chain){.person = nj_name(names, name),
                             .due_ms = n[DUE],
                             .next = (uint8_t)n[NEXT],
                             .level = (uint8_t)n[LEVEL],
                             .fell_back = (uint8_t)n[FELL_BACK],
                             .failed = (uint8_t)n[FAILED],
                             .current = (uint8_t)n[CURRENT],
                             .answered = (uint8_t)n[ANSWERED]};
    return out->person == NULL ? NJ_E_NOMEM : 1;
}

/* As take_chain, for all of JSON; on 0 nothing is left behind. */
static int read_plain(const char *json,
                      struct nj_names *names,
                      struct nj_chain **out,
                      size_t *out_count)
{
    struct nj_chain *chains;
    size_t room = 0;
    size_t count = 0;
    int code = take(&json, '[');

    for (const char *p = json; *p != '\0'; p++) {
        room += *p == '[';
    }
    chains = calloc(room + 1, sizeof *chains);
    if (chains == NULL) {
        return NJ_E_NOMEM;
    }
    while (code == 1 && count < room && (count == 0 || take(&json, ','))) {
        code = take_chain(&json, names, &chains[count]);
        count++;
    }
    if (code == 1 && (count == 0 || !take(&json, ']') || *json != '\0')) {
        code = 0;
    }
    if (code != 1) {
        free(chains);
        return code;
    }
    *out = chains;
    *out_count = count;
    return 1;
}

int nj_chains_read(const char *json,
                   struct nj_names *names,
                   struct nj_climb *climb)
{
    struct nj_chain *chains = NULL;
    size_t count = 0;
    int code = 1;

    if (json != NULL && json[0] != '\0') {
        code = read_plain(json, names, &chains, &count);
    }
    if (code == 0) {
        code = read_tree(json, names, &chains, &count);
    }
    if (code < 0) {
        return code;
    }
    free(climb->chains);
    climb->chains = chains;
    climb->chain_count = count;
    return 0;
}

static const char *const target_kinds[] = {"person", "team", "schedule"};

void nj_policy_write(const struct nj_policy *policy, struct nj_buf *out)
{
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "name", policy->name);
    nj_jw_int(&w, "repeat", policy->repeat);
    nj_jw_int(&w, "ack_expires_ms", policy->ack_expires_ms);
    nj_jw_text(&w, "last_resort", policy->last_resort);
    nj_jw_text(&w, "team", policy->team);
    nj_jw_open(&w, "steps", '[');
    for (size_t i = 0; i < policy->step_count; i++) {
        const struct nj_step *step = &policy->steps[i];

        nj_jw_open(&w, NULL, '{');
        nj_jw_int(&w, "wait_ms", step->wait_ms);
        nj_jw_open(&w, "page", '[');
        for (size_t j = 0; j < step->target_count; j++) {
            nj_jw_open(&w, NULL, '[');
            nj_jw_text(&w, NULL, target_kinds[step->targets[j].kind]);
            nj_jw_text(&w, NULL, step->targets[j].name);
            nj_jw_close(&w, ']');
        }
        nj_jw_close(&w, ']');
        nj_jw_close(&w, '}');
    }
    nj_jw_close(&w, ']');
    nj_jw_close(&w, '}');
}

static int
read_target(const cJSON *row, struct nj_names *names, struct nj_target *out)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(row, 1));

    for (unsigned i = 0; kind != NULL && name != NULL && i < 3; i++) {
        if (strcmp(kind, target_kinds[i]) == 0) {
            out->kind = (enum nj_target_kind)i;
            out->name = nj_name(names, name);
            return out->name == NULL ? NJ_E_NOMEM : 0;
        }
    }
    return NJ_E_CORRUPT;
}

static int read_step(const cJSON *row,
                     struct nj_arena *arena,
                     struct nj_names *names,
                     struct nj_step *out)
{
    const cJSON *page = cJSON_GetObjectItemCaseSensitive(row, "page");
    size_t count = (size_t)cJSON_GetArraySize(page);
    struct nj_target *targets = nj_arena_zalloc(arena, count * sizeof *targets);
    const cJSON *item;
    size_t n = 0;
    int code = targets == NULL ? NJ_E_NOMEM : 0;

    cJSON_ArrayForEach(item, page)
    {
        if (code == 0) {
            code = read_target(item, names, &targets[n++]);
        }
    }
    if (code == 0) {
        out->targets = targets;
        out->target_count = count;
        out->wait_ms = nj_json_int(row, "wait_ms", 0);
    }
    return code;
}

static int intern(struct nj_names *names, const char *text, const char **out)
{
    *out = nj_name(names, text);
    return text != NULL && *out == NULL ? NJ_E_NOMEM : 0;
}

static int read_policy(const cJSON *tree,
                       struct nj_arena *arena,
                       struct nj_names *names,
                       struct nj_policy *out)
{
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(tree, "steps");
    size_t count = (size_t)cJSON_GetArraySize(rows);
    struct nj_step *steps = nj_arena_zalloc(arena, count * sizeof *steps);
    const cJSON *row;
    size_t n = 0;
    int code = steps == NULL ? NJ_E_NOMEM : 0;

    if (nj_json_text(tree, "name") == NULL || !cJSON_IsArray(rows)) {
        return NJ_E_CORRUPT;
    }
    cJSON_ArrayForEach(row, rows)
    {
        if (code == 0) {
            code = read_step(row, arena, names, &steps[n++]);
        }
    }
    if (code != 0 ||
        intern(names, nj_json_text(tree, "name"), &out->name) != 0 ||
        intern(names, nj_json_text(tree, "last_resort"), &out->last_resort) !=
            0 ||
        intern(names, nj_json_text(tree, "team"), &out->team) != 0) {
        return code != 0 ? code : NJ_E_NOMEM;
    }
    out->steps = steps;
    out->step_count = count;
    out->repeat = (int)nj_json_int(tree, "repeat", 1);
    out->ack_expires_ms = nj_json_int(tree, "ack_expires_ms", 0);
    return 0;
}

int nj_policy_read(const char *json,
                   struct nj_arena *arena,
                   struct nj_names *names,
                   struct nj_policy *out)
{
    struct nj_policy policy = {0};
    cJSON *tree;
    int code = nj_json_parse(json, strlen(json), POLICY_BYTES, &tree, NULL);

    if (code != 0) {
        return code == NJ_E_NOMEM ? code : NJ_E_CORRUPT;
    }
    code = read_policy(tree, arena, names, &policy);
    cJSON_Delete(tree);
    if (code == 0) {
        *out = policy;
    }
    return code;
}
