/* Any bytes as a feed: refused with a sentence, or posts that are fit to be
 * shown; and the same bytes again bring nothing new. */
// fuzz: -max_len=8192

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "source/feed.h"
#include "source/url.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* Of LEN at most MOST, UTF-8, no control but those of TEXT. */
static void check_text(const char *text, size_t most, int has_lines)
{
    size_t len = text == NULL ? 0 : strlen(text);

    must(len <= most);
    must(nj_utf8_valid(text, len));
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        must(c >= 0x20 || (has_lines && (c == '\n' || c == '\t')));
        must(c != 0x7f);
    }
}

static void check_link(const char *url)
{
    check_text(url, NJ_LIMIT_POST_FIELD_BYTES, 0);
    must(url == NULL || nj_url_is_web(url));
}

static void check_post(const struct nj_post *post)
{
    must(post->id != NULL && post->id[0] != '\0');
    check_text(post->id, NJ_LIMIT_POST_FIELD_BYTES + 16, 0);
    check_text(post->title, NJ_LIMIT_POST_FIELD_BYTES, 0);
    must(post->text != NULL);
    check_text(post->text, NJ_LIMIT_POST_TEXT_BYTES, 1);
    check_text(post->author, NJ_LIMIT_POST_FIELD_BYTES, 0);
    check_text(post->thread, NJ_LIMIT_POST_FIELD_BYTES, 0);
    check_link(post->url);
    check_link(post->author_url);
    for (size_t i = 0; i < post->media_count; i++) {
        must(post->media[i] != NULL);
        check_link(post->media[i]);
    }
}

/* One read; what was taken goes to *OUT_TAKEN, STATE moves on. */
static int read_once(const struct nj_feed_input *input,
                     struct nj_state *state,
                     size_t *out_taken)
{
    struct nj_batch batch = {0};
    struct nj_sift sift;
    struct nj_state next;
    struct nj_taking taking = {.batch = &batch,
                               .brand = "",
                               .now_ms = INT64_C(1800000000000),
                               .room = 50};
    struct nj_feed_about about;
    struct nj_err err = {0};
    int code;

    must(nj_sift_init(&sift, state, 50, taking.now_ms) == 0);
    taking.sift = &sift;
    code = nj_feed_read(input, &taking, &about, &err);
    if (code == 0 && nj_sift_again(&sift)) {
        nj_taking_restart(&taking);
        code = nj_feed_read(input, &taking, &about, &err);
    }
    must((code == 0) == (err.text[0] == '\0'));
    if (code == 0) {
        must(nj_taking_sort(&taking, 1) == 0);
        must(batch.count == sift.taken);
        for (size_t i = 0; i < batch.count; i++) {
            check_post(&batch.posts[i]);
        }
        *out_taken = sift.taken;
        must(nj_sift_close(&sift, &next) == 0);
        nj_state_finish(state);
        *state = next;
    }
    nj_sift_finish(&sift);
    nj_taking_finish(&taking);
    nj_batch_finish(&batch);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {NULL, "text/xml; charset=utf-8",
                                        "application/xml; charset=koi8-r"};
    struct nj_feed_input input = {.bytes = (const char *)data,
                                  .len = size,
                                  .content_type = types[size % 3],
                                  .url = "https://f.example/a/feed"};
    struct nj_state state;
    size_t taken = 1;
    int rounds = 0;

    nj_state_init(&state, 0);
    while (taken > 0 && read_once(&input, &state, &taken) == 0) {
        must(rounds++ < 1000);
    }
    nj_state_finish(&state);
    return 0;
}
