/* Any bytes as pushed posts: refused with a sentence, or posts that are fit to
 * be shown; in our shape and by a map. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/post_json.h"
#include "source/url.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check_post(const struct nj_post *post)
{
    must(post->id != NULL && post->id[0] != '\0' && post->text != NULL);
    must(nj_utf8_valid(post->id, strlen(post->id)));
    must(nj_utf8_valid(post->text, strlen(post->text)));
    must(strlen(post->text) <= NJ_LIMIT_POST_TEXT_BYTES);
    must(post->title == NULL || strchr(post->title, '\n') == NULL);
    must(post->url == NULL || nj_url_is_web(post->url));
    must((unsigned)post->place < NJ_PLACES);
    must(post->published_ms >= 0 && post->followers >= -1);
}

static void
read_body(const char *body, size_t size, const struct nj_json_map *map)
{
    struct nj_batch batch = {0};
    struct nj_taking taking = {.batch = &batch,
                               .brand = "",
                               .now_ms = INT64_C(1800000000000),
                               .room = 20};
    struct nj_err err = {0};
    int code = nj_post_json_read(body, size, map, &taking, &err);

    must((code == 0) == (err.text[0] == '\0'));
    for (size_t i = 0; code == 0 && i < batch.count; i++) {
        check_post(&batch.posts[i]);
    }
    nj_taking_finish(&taking);
    nj_batch_finish(&batch);
}

/* What is JSON without mending is the same document mended. */
static void check_mending(const char *body, size_t size)
{
    cJSON *strict = NULL;
    cJSON *mended = NULL;

    if (nj_json_parse(body, size, 1 << 20, &strict, NULL) == 0) {
        must(nj_json_mend(body, size, 1 << 20, &mended, NULL) == 0);
        must((strict->type & 0xff) == (mended->type & 0xff) ||
             cJSON_IsNumber(strict));
        cJSON_Delete(mended);
    }
    cJSON_Delete(strict);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct nj_json_map map = {.list = "/data",
                                           .id = "/id",
                                           .text = "/text",
                                           .title = "/title",
                                           .author = "/author/name",
                                           .url = "/url",
                                           .date = "/date",
                                           .media = "/media",
                                           .likes = "/n/0"};
    char *body = malloc(size == 0 ? 1 : size);

    if (size > 0) {
        memcpy(body, data, size);
    }
    read_body(body, size, NULL);
    read_body(body, size, &map);
    check_mending(body, size);
    free(body);
    return 0;
}
