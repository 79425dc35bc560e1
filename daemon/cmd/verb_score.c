/* nightjar score: judges standard input, a post a line (or JSON lines with
 * "text"), a result a line, in order. */

#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "base/limits.h"
#include "cmd/cli.h"
#include "model/score_json.h"
#include "score/engine.h"
#include "score/load.h"

struct judge {
    struct nj_engine *engine;
    struct nj_scratch *scratch;
    int json;
    int explain;
};

static int open_judge(const struct nj_cli *cli, struct judge *out)
{
    const char *named = nj_cli_option(cli, "lexicons");
    const char *dir = named == NULL ? nj_app_lexicons() : named;
    struct nj_lexicon_files files = {0};
    struct nj_engine_input input = {0};
    struct nj_model *model = NULL;
    struct nj_err err = {0};
    int code = nj_lexicon_files_load(dir, &files, &err);

    if (code == 0) {
        input.lexicons = files.texts;
        input.lexicon_count = files.count;
        code = nj_engine_create(&input, &out->engine, &err);
    }
    nj_lexicon_files_finish(&files);
    if (code == 0) {
        code = nj_app_model(nj_cli_option(cli, "model"), dir, &model, &err);
    }
    if (code == 0) {
        nj_engine_take_model(out->engine, model);
        code = nj_scratch_create(out->engine, &out->scratch);
    }
    if (code != 0) {
        nj_engine_destroy(out->engine);
        return nj_cli_no("posts cannot be judged: %s", err.text);
    }
    return NJ_EXIT_DONE;
}

static void print_score(const struct judge *judge, const struct nj_score *score)
{
    struct nj_buf text;
    struct nj_jw w;

    nj_buf_init(&text, 1 << 20);
    if (judge->json) {
        nj_jw_init(&w, &text);
        nj_score_write(&w, NULL, score, 1);
        (void)puts(nj_buf_text(&text));
        nj_buf_finish(&text);
        return;
    }
    (void)printf("offensive %.2f  urgent %.2f  %-8s %s\n",
                 (double)score->offensive, (double)score->urgent,
                 nj_level_name(score->level), score->language);
    for (size_t i = 0; judge->explain && i < score->reason_count; i++) {
        (void)printf("  %+5.1f  ", (double)score->reasons[i].weight);
        nj_cli_put(score->reasons[i].what, 0);
        (void)putchar('\n');
    }
    nj_buf_finish(&text);
}

/* The post in LINE: its "text" when LINE is a JSON object, else LINE itself.
 * *OUT_TREE is to be freed. */
static struct nj_score_input
input_of(const char *line, size_t len, cJSON **out_tree)
{
    struct nj_score_input in = {
        .text = line,
        .text_len = len,
        .followers = -1,
        .shares = -1,
        .likes = -1,
        .replies = -1,
    };
    const char *text;

    if (len == 0 || line[0] != '{' ||
        nj_json_parse(line, len, NJ_LIMIT_PUSH_BYTES, out_tree, NULL) != 0) {
        return in;
    }
    text = nj_json_text(*out_tree, "text");
    if (text == NULL) {
        return in;
    }
    in.text = text;
    in.text_len = strlen(text);
    in.title = nj_json_text(*out_tree, "title");
    in.title_len = in.title == NULL ? 0 : strlen(in.title);
    in.language = nj_json_text(*out_tree, "lang");
    in.followers = nj_json_int(*out_tree, "followers", -1);
    in.shares = nj_json_int(*out_tree, "shares", -1);
    if (nj_json_text(*out_tree, "place") != NULL &&
        nj_place_read(nj_json_text(*out_tree, "place"), &in.place) != 0) {
        in.place = NJ_PLACE_MENTION;
    }
    return in;
}

static int judge_line(const struct judge *judge, const char *line, size_t len)
{
    cJSON *tree = NULL;
    struct nj_score_input in = input_of(line, len, &tree);
    struct nj_arena arena;
    struct nj_score score;
    int code;

    nj_arena_init(&arena, 0);
    code = nj_engine_score(judge->engine, judge->scratch, &in, &arena, &score);
    if (code == 0) {
        print_score(judge, &score);
    }
    nj_arena_finish(&arena);
    cJSON_Delete(tree);
    return code == 0 ? NJ_EXIT_DONE : nj_cli_no("no memory");
}

int nj_verb_score(struct nj_cli *cli)
{
    struct judge judge = {.json = cli->json,
                          .explain = nj_cli_option(cli, "explain") != NULL};
    int status = open_judge(cli, &judge);
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    if (status != NJ_EXIT_DONE) {
        return status;
    }
    while (status == NJ_EXIT_DONE &&
           (len = getline(&line, &room, stdin)) >= 0) {
        if (len > 0 && line[len - 1] == '\n') {
            len--;
        }
        status = judge_line(&judge, line, (size_t)len);
    }
    free(line);
    nj_scratch_destroy(judge.scratch);
    nj_engine_destroy(judge.engine);
    return status;
}
