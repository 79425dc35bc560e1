/* JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). */

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/date.h"
#include "source/feed_parts.h"
#include "source/json_mend.h"

static struct nj_span span_of(const char *text)
{
    struct nj_span span = {text, text};

    if (text != NULL) {
        span.end = text + strlen(text);
    }
    return span;
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* Member NAME as text if it says anything. */
static const char *words(const cJSON *object, const char *name)
{
    const char *text = nj_json_text(object, name);

    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* The first of "authors" (1.1), or "author" (1.0). */
static const cJSON *author_of(const cJSON *object)
{
    const cJSON *list = member(object, "authors");
    const cJSON *author = cJSON_IsArray(list) ? list->child : list;

    return author != NULL ? author : member(object, "author");
}

static void set_author(struct nj_draft *draft, const cJSON *author)
{
    if (cJSON_IsString(author)) {
        draft->author = span_of(author->valuestring);
        return;
    }
    draft->author = span_of(words(author, "name"));
    draft->author_url = span_of(words(author, "url"));
}

static void set_text(struct nj_draft *draft, const cJSON *item)
{
    const char *text = words(item, "content_text");
    const char *html = words(item, "content_html");

    if (html != NULL && text == NULL) {
        draft->text = span_of(html);
        draft->text_form = NJ_FORM_HTML;
        return;
    }
    if (text == NULL) {
        text = words(item, "summary");
    }
    draft->text = span_of(text);
}

static void set_media(struct nj_draft *draft, const cJSON *item)
{
    const char *image = words(item, "image");
    const cJSON *one;

    if (image != NULL) {
        nj_draft_add_media(draft, image, strlen(image));
    }
    cJSON_ArrayForEach(one, member(item, "attachments"))
    {
        const char *url = words(one, "url");
        const char *type = words(one, "mime_type");

        if (url != NULL && (type == NULL || nj_str_starts(type, "image/") ||
                            nj_str_starts(type, "video/"))) {
            nj_draft_add_media(draft, url, strlen(url));
        }
    }
}

static void set_date(struct nj_draft *draft, const cJSON *item)
{
    const char *date = words(item, "date_published");

    if (date == NULL) {
        date = words(item, "date_modified");
    }
    if (date != NULL) {
        draft->published_ms = nj_date_read(date, strlen(date));
    }
}

static int take_item(const cJSON *root,
                     const cJSON *item,
                     const char *base,
                     struct nj_taking *taking)
{
    struct nj_draft draft;
    char room[NJ_JSON_ROOM];
    const char *url = words(item, "url");
    const char *language = words(item, "language");
    const cJSON *author = author_of(item);

    nj_draft_init(&draft);
    draft.base = base;
    draft.id = span_of(nj_json_words(member(item, "id"), room));
    draft.url = span_of(url != NULL ? url : words(item, "external_url"));
    draft.title = span_of(words(item, "title"));
    set_text(&draft, item);
    set_author(&draft, author != NULL ? author : author_of(root));
    set_media(&draft, item);
    set_date(&draft, item);
    draft.language =
        span_of(language != NULL ? language : words(root, "language"));
    return nj_taking_add(taking, &draft);
}

static void set_about(const cJSON *root, struct nj_feed_about *about)
{
    const char *given = nj_json_text(root, "title");
    const char *title = given == NULL ? "" : given;
    size_t len = strlen(title);

    memcpy(about->kind, "json feed", sizeof "json feed");
    len = nj_utf8_cut(title, len, NJ_FEED_TITLE - 1);
    for (size_t i = 0; i < len; i++) {
        about->title[i] =
            (char)((unsigned char)title[i] < ' ' ? ' ' : title[i]);
    }
    about->title[len] = '\0';
}

int nj_feed_read_json(const struct nj_decoded *decoded,
                      const struct nj_feed_input *input,
                      struct nj_taking *taking,
                      struct nj_feed_about *about,
                      struct nj_err *err)
{
    cJSON *root = NULL;
    const cJSON *items;
    const cJSON *item;
    int code = nj_json_mend(decoded->text, decoded->len,
                            3 * (size_t)NJ_LIMIT_BODY_BYTES, &root, err);

    if (code != 0) {
        return code;
    }
    items = member(root, "items");
    items = cJSON_IsArray(items) ? items : NULL;
    if (items == NULL) {
        code = nj_err_set(err, NJ_E_INVALID,
                          "JSON, but not a JSON Feed: there is no list "
                          "\"items\"; a source of type json reads any shape");
    } else {
        set_about(root, about);
    }
    cJSON_ArrayForEach(item, items)
    {
        if (code == 0 && cJSON_IsObject(item)) {
            code = take_item(root, item, input->url, taking);
        }
    }
    cJSON_Delete(root);
    return code;
}
