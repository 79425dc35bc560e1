#include "source/json_map.h"

#include <string.h>

#include "base/json.h"
#include "base/str.h"

static struct nj_span span_of(const char *text)
{
    struct nj_span span = {text, text};

    if (text != NULL) {
        span.end = text + strlen(text);
    }
    return span;
}

/* The value at POINTER of POST, the first of a list; NULL for none. */
static const cJSON *value_at(const cJSON *post, const char *pointer)
{
    const cJSON *value = pointer == NULL ? NULL : nj_json_at(post, pointer);

    return value != NULL && cJSON_IsArray(value) ? value->child : value;
}

static struct nj_span
words_at(const cJSON *post, const char *pointer, char room[NJ_JSON_ROOM])
{
    return span_of(nj_json_words(value_at(post, pointer), room));
}

/* Text only: nothing that a number could mean. */
static struct nj_span text_at(const cJSON *post, const char *pointer)
{
    return span_of(cJSON_GetStringValue(value_at(post, pointer)));
}

static int64_t count_at(const cJSON *post, const char *pointer)
{
    const double most = 9007199254740992.0;
    const cJSON *value = value_at(post, pointer);
    int64_t count = -1;

    if (cJSON_IsNumber(value) && value->valuedouble >= 0 &&
        value->valuedouble <= most) {
        return (int64_t)value->valuedouble;
    }
    if (cJSON_IsString(value) &&
        (nj_str_int(value->valuestring, &count) != 0 || count < 0)) {
        return -1;
    }
    return count;
}

static int64_t date_at(const struct nj_json_map *map, const cJSON *post)
{
    char room[NJ_JSON_ROOM];
    struct nj_span date = words_at(post, map->date, room);

    return date.at == NULL ? 0
                           : nj_date_read_as(map->date_format, date.at,
                                             (size_t)(date.end - date.at));
}

/* An address, a list of these, or of objects that have one. */
static void
add_media(const cJSON *post, const char *pointer, struct nj_draft *draft)
{
    const cJSON *value = pointer == NULL ? NULL : nj_json_at(post, pointer);
    int is_list = value != NULL && cJSON_IsArray(value);
    const cJSON *one = is_list ? value->child : value;

    for (; one != NULL; one = is_list ? one->next : NULL) {
        const char *url = cJSON_GetStringValue(one);

        if (cJSON_IsObject(one)) {
            url = nj_json_text(one, "url");
        }
        if (url != NULL) {
            nj_draft_add_media(draft, url, strlen(url));
        }
    }
}

void nj_json_map_draft(const struct nj_json_map *map,
                       const cJSON *post,
                       struct nj_json_rooms *rooms,
                       struct nj_draft *draft)
{
    nj_draft_init(draft);
    draft->id = words_at(post, map->id, rooms->id);
    draft->text = text_at(post, map->text);
    draft->text_form = NJ_FORM_GUESS;
    draft->title = text_at(post, map->title);
    draft->title_form = NJ_FORM_GUESS;
    draft->author = words_at(post, map->author, rooms->author);
    draft->author_url = text_at(post, map->author_url);
    draft->url = text_at(post, map->url);
    draft->thread = words_at(post, map->thread, rooms->thread);
    draft->language = text_at(post, map->language);
    draft->published_ms = date_at(map, post);
    draft->followers = count_at(post, map->followers);
    draft->shares = count_at(post, map->shares);
    draft->likes = count_at(post, map->likes);
    draft->replies = count_at(post, map->replies);
    add_media(post, map->media, draft);
}

const cJSON *nj_json_map_list(const struct nj_json_map *map, const cJSON *root)
{
    const cJSON *list = map->list == NULL ? root : nj_json_at(root, map->list);

    return cJSON_IsNull(list) ? NULL : list;
}

/* Some answer 200 and tell of a failure inside. */
static int tell_missing(const struct nj_json_map *map,
                        const cJSON *root,
                        struct nj_err *err)
{
    static const char *const names[] = {"errors", "error", "message"};

    for (size_t i = 0; i < 2; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(root, names[i]);
        const char *text;

        if (value == NULL || cJSON_IsNull(value) || cJSON_IsFalse(value)) {
            continue;
        }
        value = cJSON_IsArray(value) ? value->child : value;
        text = cJSON_GetStringValue(value);
        if (text == NULL) {
            text = nj_json_text(value, names[2]);
        }
        return nj_err_set(
            err, NJ_E_INVALID,
            "nothing at \"%s\", and the answer says \"%s\": %.200s", map->list,
            names[i], text == NULL ? "..." : text);
    }
    return 0; /* many leave an empty list out */
}

int nj_json_map_read(const struct nj_json_map *map,
                     const cJSON *root,
                     const char *base,
                     struct nj_taking *taking,
                     size_t *out_count,
                     struct nj_err *err)
{
    const cJSON *list = nj_json_map_list(map, root);
    const cJSON *post = cJSON_IsArray(list) ? list->child : list;
    size_t count = 0;

    if (list == NULL) {
        *out_count = 0;
        return map->list == NULL ? 0 : tell_missing(map, root, err);
    }
    while (post != NULL) {
        struct nj_json_rooms rooms;
        struct nj_draft draft;
        int code;

        if (!cJSON_IsObject(post) && !cJSON_IsString(post)) {
            return nj_err_set(err, NJ_E_INVALID,
                              "entry %zu of the list at \"%s\" is no post but "
                              "a bare value",
                              count, map->list == NULL ? "" : map->list);
        }
        nj_json_map_draft(map, post, &rooms, &draft);
        draft.base = base;
        code = nj_taking_add(taking, &draft);
        if (code != 0) {
            return nj_err_set(err, code, "no memory for the posts");
        }
        count++;
        post = cJSON_IsArray(list) ? post->next : NULL;
    }
    *out_count = count;
    return 0;
}
