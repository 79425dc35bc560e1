/* How long one post takes from bytes to a score, with all word lists. Goal:
 * 8 us. NJ_POSTS=FILE takes posts from FILE, a line each or JSON lines with
 * `text`; otherwise made-up ones of 83 bytes on average. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "score/engine.h"
#include "score/load.h"
#include "score/model.h"

enum { MAX_POSTS = 100000, GOAL_US = 8 };

static const double most_seconds = 2.0;

/* What people write to a brand: one in six offends, one in eight is urgent. */
static const char *const made_up[] = {
    "@acmeair my flight to Lisbon was moved to tomorrow, can I get a hotel?",
    "Thanks @acmeair for the quick help at gate 12, you made our day!",
    "Still waiting for my refund after six weeks. Nobody answers the phone.",
    "is the wifi down again? I cannot check in with the app since this morning",
    "what a bunch of morons, they lost my bag twice in one week",
    "f*ck this airline, never again. #acmefail",
    "Love the new cabin \xf0\x9f\x98\x8d the seats are so comfy, see you soon",
    "smoke is coming from the engine of our plane, please somebody help us",
    "Der Flug nach M\xc3\xbcnchen ist schon wieder versp\xc3\xa4tet, danke "
    "auch",
    "How many bags may I take on board with a basic ticket? Asking for my mum",
    "just landed in Miami, best crew ever, the pilot even waved to the kids",
    "your customer service is a joke, I have been on hold for two hours now",
    "Can I change the name on my booking? I got married last month :)",
    "New blog post: ten things to do in Porto https://example.org/porto?id=41",
    "RT @traveller: Check out our summer sale, up to 40% off all routes!",
    "I'd like to know whether the lounge is open on Christmas day, please",
};

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *text_of(const char *line, size_t len)
{
    cJSON *tree = NULL;
    char *text = NULL;

    if (line[0] == '{' && nj_json_parse(line, len, len + 1, &tree, NULL) == 0) {
        const char *found = nj_json_text(tree, "text");

        text = found == NULL ? NULL : strdup(found);
        cJSON_Delete(tree);
        return text;
    }
    return strndup(line, len);
}

static size_t read_posts(const char *path, char **posts)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    size_t count = 0;
    ssize_t len;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while (count < MAX_POSTS && (len = getline(&line, &room, file)) > 0) {
        len -= line[len - 1] == '\n';
        posts[count] = text_of(line, (size_t)len);
        count += posts[count] != NULL;
    }
    free(line);
    (void)fclose(file);
    return count;
}

static size_t make_posts(char **posts)
{
    size_t count = sizeof made_up / sizeof made_up[0];

    for (size_t i = 0; i < count; i++) {
        posts[i] = strdup(made_up[i]);
    }
    return count;
}

static void run(const struct nj_engine *engine,
                struct nj_scratch *scratch,
                char **posts,
                size_t count)
{
    double start = now_s();
    double spent = 0;
    size_t done = 0;
    size_t bytes = 0;
    size_t flagged = 0;

    while (spent < most_seconds && count > 0) {
        for (size_t i = 0; i < count; i++) {
            struct nj_score_input in = {.text = posts[i],
                                        .text_len = strlen(posts[i]),
                                        .followers = -1,
                                        .shares = -1,
                                        .likes = -1,
                                        .replies = -1};
            struct nj_arena arena = {0};
            struct nj_score score;

            if (nj_engine_score(engine, scratch, &in, &arena, &score) != 0) {
                abort();
            }
            flagged += score.level > NJ_LEVEL_NONE;
            bytes += in.text_len;
            nj_arena_finish(&arena);
        }
        done += count;
        spent = now_s() - start;
    }
    printf("score: %.2f µs a post (goal %d); %.0f posts/s/core, %.0f bytes "
           "each, %.1f%% flagged\n",
           spent / (double)done * 1e6, GOAL_US, (double)done / spent,
           (double)bytes / (double)done,
           100.0 * (double)flagged / (double)done);
}

int main(void)
{
    char **posts = calloc(MAX_POSTS, sizeof *posts);
    const char *path = getenv("NJ_POSTS");
    struct nj_lexicon_files files;
    struct nj_engine_input in = {0};
    struct nj_engine *engine = NULL;
    struct nj_scratch *scratch = NULL;
    struct nj_model *model = NULL;
    struct nj_err err = {0};
    double start = now_s();
    size_t count;

    if (posts == NULL ||
        nj_lexicon_files_load("config/lexicons", &files, &err) != 0) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    in.lexicons = files.texts;
    in.lexicon_count = files.count;
    if (nj_engine_create(&in, &engine, &err) != 0 ||
        (getenv("NJ_NO_MODEL") == NULL &&
         nj_model_open("config/models/words.njm", &model, &err) != 0)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("score: %.1f ms with the model\n", (now_s() - start) * 1e3);
    nj_engine_take_model(engine, model);
    if (nj_scratch_create(engine, &scratch) != 0) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("score: %.1f ms to build, %zu terms\n", (now_s() - start) * 1e3,
           nj_engine_term_count(engine));
    count = path == NULL ? make_posts(posts) : read_posts(path, posts);
    run(engine, scratch, posts, count);
    for (size_t i = 0; i < count; i++) {
        free(posts[i]);
    }
    free(posts);
    nj_scratch_destroy(scratch);
    nj_engine_destroy(engine);
    nj_lexicon_files_finish(&files);
    return 0;
}
