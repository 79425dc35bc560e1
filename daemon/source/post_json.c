#include "source/post_json.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

/* A post being read, and how its place is called in a message. */
struct reading {
    const cJSON *post;
    char where[32];
    struct nj_json_rooms rooms;
    struct nj_draft draft;
    struct nj_err *err;
};

static struct nj_span span_of(const char *text)
{
    struct nj_span span = {text, text};

    if (text != NULL) {
        span.end = text + strlen(text);
    }
    return span;
}

static const char *kind_of(const cJSON *value)
{
    return cJSON_IsString(value)   ? "text"
           : cJSON_IsNumber(value) ? "a number"
           : cJSON_IsBool(value)   ? "true or false"
           : cJSON_IsArray(value)  ? "a list"
                                   : "an object";
}

static int refuse(const struct reading *r,
                  const char *name,
                  const char *wanted,
                  const cJSON *value)
{
    return nj_err_set(r->err, NJ_E_INVALID, "%s: \"%s\" must be %s, not %s",
                      r->where, name, wanted, kind_of(value));
}

/* Member NAME, NULL when it is missing or null. */
static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNull(value) ? NULL : value;
}

static int read_text(const struct reading *r,
                     const cJSON *object,
                     const char *name,
                     struct nj_span *out)
{
    const cJSON *value = member(object, name);

    if (value != NULL && !cJSON_IsString(value)) {
        return refuse(r, name, "text", value);
    }
    *out = span_of(cJSON_GetStringValue(value));
    return 0;
}

/* Text or a number: ids and threads. */
static int read_name(const struct reading *r,
                     const char *name,
                     char room[NJ_JSON_ROOM],
                     struct nj_span *out)
{
    const cJSON *value = member(r->post, name);

    if (value != NULL && !cJSON_IsString(value) && !cJSON_IsNumber(value)) {
        return refuse(r, name, "text or a number", value);
    }
    *out = span_of(nj_json_words(value, room));
    return 0;
}

static int read_count(const struct reading *r,
                      const cJSON *object,
                      const char *name,
                      int64_t *out)
{
    const cJSON *value = member(object, name);
    int64_t count;

    if (value == NULL) {
        return 0;
    }
    count = nj_json_int(object, name, -1);
    if (count < 0) {
        return nj_err_set(r->err, NJ_E_INVALID,
                          "%s: \"%s\" must be a whole number, 0 or more",
                          r->where, name);
    }
    *out = count;
    return 0;
}

static int read_date(struct reading *r)
{
    const char *name = "published";
    const cJSON *value = member(r->post, name);
    char room[NJ_JSON_ROOM];
    const char *text;

    if (value == NULL) {
        name = "date";
        value = member(r->post, name);
    }
    if (value == NULL) {
        return 0;
    }
    text = nj_json_words(value, room);
    if (text != NULL && !cJSON_IsBool(value)) {
        r->draft.published_ms =
            nj_date_read_as(NJ_DATE_AUTO, text, strlen(text));
    }
    if (r->draft.published_ms != 0) {
        return 0;
    }
    return nj_err_set(r->err, NJ_E_INVALID,
                      "%s: \"%s\" is no time I can read; write "
                      "2026-01-05T18:00:00Z or seconds since 1970",
                      r->where, name);
}

static int read_place(struct reading *r)
{
    struct nj_span text = {NULL, NULL};
    enum nj_place place;
    int code = read_text(r, r->post, "place", &text);

    if (code != 0 || text.at == NULL) {
        return code;
    }
    if (nj_place_read(text.at, &place) != 0) {
        return nj_err_set(r->err, NJ_E_INVALID,
                          "%s: \"place\" must be mention, own-page, own-post "
                          "or elsewhere",
                          r->where);
    }
    r->draft.place = (int)place;
    return 0;
}

/* "Ana", or {"name": "Ana", "url": ..., "followers": ...}. */
static int read_author(struct reading *r)
{
    const cJSON *author = member(r->post, "author");
    int code;

    if (!cJSON_IsObject(author)) {
        code = read_text(r, r->post, "author", &r->draft.author);
    } else {
        code = read_text(r, author, "name", &r->draft.author);
        if (code == 0) {
            code = read_text(r, author, "url", &r->draft.author_url);
        }
        if (code == 0) {
            code = read_count(r, author, "followers", &r->draft.followers);
        }
    }
    if (code == 0 && member(r->post, "author_url") != NULL) {
        code = read_text(r, r->post, "author_url", &r->draft.author_url);
    }
    return code;
}

static int read_media(struct reading *r)
{
    const cJSON *value = member(r->post, "media");
    const cJSON *one = cJSON_IsArray(value) ? value->child : value;

    for (; one != NULL; one = cJSON_IsArray(value) ? one->next : NULL) {
        const char *url = cJSON_IsObject(one) ? nj_json_text(one, "url")
                                              : cJSON_GetStringValue(one);

        if (url == NULL) {
            return refuse(r, "media", "addresses", one);
        }
        nj_draft_add_media(&r->draft, url, strlen(url));
    }
    return 0;
}

static int read_counts(struct reading *r)
{
    struct nj_draft *draft = &r->draft;
    int code = read_count(r, r->post, "followers", &draft->followers);

    if (code == 0) {
        code = read_count(r, r->post, "likes", &draft->likes);
    }
    if (code == 0) {
        code = read_count(r, r->post, "shares", &draft->shares);
    }
    return code != 0 ? code
                     : read_count(r, r->post, "replies", &draft->replies);
}

static int read_words(struct reading *r)
{
    struct nj_draft *draft = &r->draft;
    struct nj_span html = {0};
    int code = read_text(r, r->post, "text", &draft->text);

    if (code == 0) {
        code = read_text(r, r->post, "html", &html);
    }
    if (code == 0) {
        code = read_text(r, r->post, "title", &draft->title);
    }
    if (code == 0 && draft->text.at == NULL && html.at != NULL) {
        draft->text = html;
        draft->text_form = NJ_FORM_HTML;
    }
    return code;
}

static int read_names(struct reading *r)
{
    struct nj_draft *draft = &r->draft;
    int code = read_name(r, "id", r->rooms.id, &draft->id);

    if (code == 0) {
        code = read_name(r, "thread", r->rooms.thread, &draft->thread);
    }
    if (code == 0) {
        code = read_text(r, r->post, "url", &draft->url);
    }
    return code != 0 ? code
                     : read_text(r, r->post, "language", &draft->language);
}

static int read_post(struct reading *r)
{
    struct nj_draft *draft = &r->draft;
    int code = read_words(r);

    if (code == 0) {
        code = read_names(r);
    }
    if (code == 0) {
        code = read_author(r);
    }
    if (code == 0) {
        code = read_date(r);
    }
    if (code == 0) {
        code = read_place(r);
    }
    if (code == 0) {
        code = read_media(r);
    }
    if (code == 0) {
        code = read_counts(r);
    }
    if (code == 0 && cJSON_IsTrue(member(r->post, "deleted"))) {
        draft->flags |= NJ_POST_DELETED;
    }
    if (code == 0 && draft->text.at == draft->text.end &&
        draft->title.at == draft->title.end && draft->media_count == 0 &&
        draft->flags == 0) {
        code = nj_err_set(r->err, NJ_E_INVALID,
                          "%s says nothing: give \"text\", \"html\", "
                          "\"title\" or \"media\"",
                          r->where);
    }
    return code;
}

/* One post; NAME: its place in words. */
static int take_post(const cJSON *post,
                     const char *name,
                     const char *fallback_id,
                     struct nj_taking *taking,
                     struct nj_err *err)
{
    struct reading r = {.post = post, .err = err};
    int code;

    (void)snprintf(r.where, sizeof r.where, "%s", name);
    nj_draft_init(&r.draft);
    if (!cJSON_IsObject(post)) {
        return nj_err_set(err, NJ_E_INVALID, "%s must be an object, not %s",
                          name, kind_of(post));
    }
    code = read_post(&r);
    if (code != 0) {
        return code;
    }
    if (r.draft.id.at == r.draft.id.end) {
        r.draft.id = span_of(fallback_id);
    }
    code = nj_taking_add(taking, &r.draft);
    return code == 0 ? 0 : nj_err_set(err, code, "no memory for the posts");
}

/* Ours: {"posts": [...]}, a list, or a single post. */
static int
take_ours(const cJSON *root, struct nj_taking *taking, struct nj_err *err)
{
    const cJSON *posts = member(root, "posts");
    const cJSON *list = cJSON_IsArray(root) ? root : posts;
    const cJSON *post;
    size_t i = 0;

    if (list == NULL) {
        return take_post(root, "the post", NULL, taking, err);
    }
    if (!cJSON_IsArray(list)) {
        return nj_err_set(err, NJ_E_INVALID, "\"posts\" must be a list, not %s",
                          kind_of(list));
    }
    cJSON_ArrayForEach(post, list)
    {
        char name[32];
        int code;

        (void)snprintf(name, sizeof name, "posts[%zu]", i++);
        code = take_post(post, name, NULL, taking, err);
        if (code != 0) {
            return code;
        }
    }
    return 0;
}

int nj_post_json_read(const char *body,
                      size_t len,
                      const struct nj_json_map *map,
                      struct nj_taking *taking,
                      struct nj_err *err)
{
    cJSON *root = NULL;
    size_t count;
    int code = nj_json_mend(body, len, NJ_LIMIT_BODY_BYTES, &root, err);

    if (code != 0) {
        return code;
    }
    code = map == NULL ? take_ours(root, taking, err)
                       : nj_json_map_read(map, root, NULL, taking, &count, err);
    cJSON_Delete(root);
    if (code == 0 && taking->left_out > 0 && !taking->may_leave) {
        code = nj_err_set(err, NJ_E_TOOBIG,
                          "%zu posts in one push, at most %zu; send the rest "
                          "in another",
                          taking->seen, taking->room);
    }
    return code;
}

int nj_post_json_line(const char *line,
                      size_t len,
                      const char *fallback_id,
                      struct nj_taking *taking,
                      struct nj_err *err)
{
    cJSON *root = NULL;
    int code = nj_json_mend(line, len, NJ_LIMIT_PUSH_BYTES, &root, err);

    if (code != 0) {
        return code;
    }
    code = take_post(root, "the post", fallback_id, taking, err);
    cJSON_Delete(root);
    return code;
}

int nj_post_json_likely(const char *text, size_t len)
{
    size_t at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (at < len && nj_is_blank(text[at])) {
        at++;
    }
    return at < len && (text[at] == '{' || text[at] == '[');
}
