#include "source/probe.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "model/zone.h"
#include "source/feed.h"
#include "source/post_json.h"

/* What is being probed, and what came of it. */
struct findings {
    struct nj_batch batch;
    struct nj_taking taking;
    struct nj_feed_about about;
};

static int read_feed(const struct nj_probe *probe,
                     struct findings *found,
                     struct nj_err *err)
{
    struct nj_feed_input input = {.bytes = probe->bytes,
                                  .len = probe->len,
                                  .content_type = probe->content_type,
                                  .url = probe->url};

    return nj_feed_read(&input, &found->taking, &found->about, err);
}

/* A post a line; bad lines are told when nothing else is there. */
static int read_lines(const struct nj_probe *probe,
                      struct findings *found,
                      struct nj_err *err)
{
    const char *at = probe->bytes;
    const char *end = at + probe->len;
    size_t line = 0;
    int code = 0;

    while (at < end && code == 0) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop == NULL ? end : stop) - at);

        line++;
        while (len > 0 && (unsigned char)at[len - 1] <= ' ') {
            len--;
        }
        if (len > 0) {
            code = nj_post_json_line(at, len, NULL, &found->taking, err);
        }
        at = stop == NULL ? end : stop + 1;
    }
    return code == 0 ? 0 : nj_err_wrap(err, code, "line %zu", line);
}

/* JSON posts in one document, or a line each. */
static int read_posts(const struct nj_probe *probe,
                      struct findings *found,
                      struct nj_err *err)
{
    struct nj_err first = {0};
    int code = nj_post_json_read(probe->bytes, probe->len, NULL, &found->taking,
                                 &first);

    memcpy(found->about.kind, "posts", sizeof "posts");
    if (code != NJ_E_INVALID) {
        return code == 0 ? 0 : nj_err_set(err, code, "%s", first.text);
    }
    nj_taking_restart(&found->taking);
    memcpy(found->about.kind, "lines", sizeof "lines");
    code = read_lines(probe, found, err);
    return found->taking.seen > 1 || code == 0
               ? code
               : nj_err_set(err, code, "%s", first.text);
}

/* Tell by what it is: a JSON Feed has "items", our JSON has not. 0 and whether
 * it is posts, or NJ_E_NOMEM. */
static int find_type(const struct nj_probe *probe, int *out_is_posts)
{
    cJSON *root = NULL;
    int code;

    *out_is_posts = probe->type != NULL && strcmp(probe->type, "feed") != 0;
    if (probe->type != NULL || !nj_post_json_likely(probe->bytes, probe->len)) {
        return 0;
    }
    code = nj_json_mend(probe->bytes, probe->len, NJ_LIMIT_BODY_BYTES, &root,
                        NULL);
    *out_is_posts =
        !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "items"));
    cJSON_Delete(root);
    return code == NJ_E_NOMEM ? code : 0;
}

static void write_time(struct nj_jw *w, const char *key, int64_t at_ms)
{
    char text[NJ_TIME_TEXT];

    nj_jw_text(w, key, at_ms == 0 ? NULL : nj_time_text(NULL, at_ms, text));
}

static void write_count(struct nj_jw *w, const char *key, int64_t count)
{
    if (count >= 0) {
        nj_jw_int(w, key, count);
    }
}

static void write_post(struct nj_jw *w, const struct nj_post *post)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "id", post->id);
    nj_jw_text(w, "url", post->url);
    nj_jw_text(w, "title", post->title);
    nj_jw_text(w, "text", post->text);
    nj_jw_text(w, "author", post->author);
    write_time(w, "published", post->published_ms);
    nj_jw_text(w, "author_url", post->author_url);
    nj_jw_text(w, "thread", post->thread);
    nj_jw_text(w, "language", post->language);
    nj_jw_open(w, "media", '[');
    for (size_t i = 0; i < post->media_count; i++) {
        nj_jw_text(w, NULL, post->media[i]);
    }
    nj_jw_close(w, ']');
    write_count(w, "followers", post->followers);
    write_count(w, "shares", post->shares);
    write_count(w, "likes", post->likes);
    write_count(w, "replies", post->replies);
    nj_jw_close(w, '}');
}

static void write_all(const struct findings *found, struct nj_buf *out)
{
    const char *title = found->about.title;
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "title", title[0] == '\0' ? NULL : title);
    nj_jw_open(&w, "posts", '[');
    for (size_t i = 0; i < found->batch.count; i++) {
        write_post(&w, &found->batch.posts[i]);
    }
    nj_jw_close(&w, ']');
    nj_jw_text(&w, "kind", found->about.kind);
    nj_jw_int(&w, "found", (int64_t)found->taking.seen);
    nj_jw_bool(&w, "torn", found->about.torn);
    nj_jw_close(&w, '}');
}

int nj_probe_write(const struct nj_probe *probe,
                   struct nj_buf *out,
                   struct nj_err *err)
{
    struct findings found = {
        .taking = {.brand = "", .now_ms = INT64_MAX, .room = NJ_LIMIT_ITEMS}};
    int is_posts;
    int code = find_type(probe, &is_posts);

    if (code != 0) {
        return nj_err_set(err, code, "no memory to look at the document");
    }
    found.taking.batch = &found.batch;
    code = is_posts ? read_posts(probe, &found, err)
                    : read_feed(probe, &found, err);
    if (code == 0) {
        size_t had = out->len;

        write_all(&found, out);
        code = out->status;
        if (code != 0) {
            out->len = had;
            code = nj_err_set(err, code, "no memory for the answer");
        }
    }
    nj_taking_finish(&found.taking);
    nj_batch_finish(&found.batch);
    return code;
}
