/* The judge: word lists from the disk, and the operator's own signs from the
 * settings. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/inside.h"
#include "base/log.h"
#include "base/str.h"
#include "score/model.h"

#ifndef NJ_DATADIR
#define NJ_DATADIR "/usr/local/share/nightjar"
#endif

const char *nj_app_lexicons(void)
{
    const char *dir = getenv("NIGHTJAR_LEXICONS");

    if (dir != NULL) {
        return dir;
    }
    return access(NJ_DATADIR "/lexicons", R_OK) == 0 ? NJ_DATADIR "/lexicons"
                                                     : "config/lexicons";
}

enum { PATH_BYTES = 4096 };

static const char model_name[] = "models/words.njm";

/* Where the model is when nothing else is said, into PATH: beside the word
 * lists, else where it was installed, else in a source tree. */
static const char *find_model(const char *lexicons, char path[PATH_BYTES])
{
    const char *named = getenv("NIGHTJAR_MODEL");

    if (named != NULL) {
        return named;
    }
    (void)snprintf(path, PATH_BYTES, "%s/../%s", lexicons, model_name);
    if (access(path, R_OK) != 0) {
        (void)snprintf(path, PATH_BYTES, NJ_DATADIR "/%s", model_name);
    }
    if (access(path, R_OK) != 0) {
        (void)snprintf(path, PATH_BYTES, "config/%s", model_name);
    }
    return path;
}

int nj_app_model(const char *wanted,
                 const char *lexicons,
                 struct nj_model **out,
                 struct nj_err *err)
{
    char path[PATH_BYTES];
    int code;

    if (wanted != NULL && strcmp(wanted, "none") == 0) {
        *out = NULL;
        return 0;
    }
    code = nj_model_open(wanted == NULL ? find_model(lexicons, path) : wanted,
                         out, err);
    return code == 0
               ? 0
               : nj_err_wrap(err, code, "the model (`none` does without)");
}

/* What is being made into an engine. */
struct signs {
    struct nj_arena arena; /* owns the lists of exceptions */
    struct nj_user_pattern *list;
    size_t count;
    const char *file;
    struct nj_problems *problems;
};

static size_t most_signs(const struct nj_node *scoring)
{
    const struct nj_node *patterns = nj_node_get(scoring, "patterns");
    size_t most = nj_node_count(nj_node_get(scoring, "allow"));

    for (const struct nj_node *n = nj_node_first(patterns); n != NULL;
         n = nj_node_next(n)) {
        most += nj_node_count(nj_node_get(n, "words")) +
                nj_node_count(nj_node_get(n, "regex"));
    }
    return most;
}

static enum nj_label label_of(const char *name)
{
    enum nj_label label = 0;

    while (label < NJ_LABELS && !nj_str_eq(nj_label_name(label), name)) {
        label++;
    }
    return label;
}

static enum nj_urgent_reason reason_of(const char *name)
{
    enum nj_urgent_reason reason = NJ_URGENT_REASONS;

    while (--reason > NJ_URGENT_NOTHING &&
           !nj_str_eq(nj_urgent_reason_name(reason), name)) {
    }
    return reason;
}

/* The texts of LIST as an array in the arena; NULL when memory ran out. */
static const char **
texts_of(struct signs *signs, const struct nj_node *list, size_t *out_count)
{
    const char **texts;

    *out_count = nj_node_count(list);
    texts = nj_arena_zalloc(&signs->arena, (*out_count + 1) * sizeof *texts);
    for (size_t i = 0; texts != NULL && i < *out_count; i++) {
        list = i == 0 ? nj_node_first(list) : nj_node_next(list);
        texts[i] = nj_node_text(list);
    }
    return texts;
}

/* Each text of LIST as a sign like MODEL. */
static void add_list(struct signs *signs,
                     const struct nj_node *list,
                     const struct nj_user_pattern *model,
                     enum nj_user_kind kind)
{
    for (const struct nj_node *n = nj_node_first(list); n != NULL;
         n = nj_node_next(n)) {
        struct nj_user_pattern *sign = &signs->list[signs->count++];

        *sign = *model;
        sign->kind = kind;
        sign->pattern = nj_node_text(n);
        sign->file = signs->file;
        sign->line = nj_node_line(n);
    }
}

static int add_pattern(struct signs *signs, const struct nj_node *node)
{
    struct nj_user_pattern model = {
        .label = label_of(nj_node_text(nj_node_get(node, "label"))),
        .urgent = reason_of(nj_node_text(nj_node_get(node, "urgent"))),
        .weight = (float)nj_node_number(nj_node_get(node, "weight"), 0),
        .language = nj_node_text(nj_node_get(node, "language")),
    };

    model.exceptions =
        texts_of(signs, nj_node_get(node, "except"), &model.exception_count);
    if (model.exceptions == NULL) {
        return NJ_E_NOMEM;
    }
    if (model.weight > 0) { /* 0 is no sign at all */
        add_list(signs, nj_node_get(node, "words"), &model, NJ_USER_WORD);
        add_list(signs, nj_node_get(node, "regex"), &model, NJ_USER_REGEX);
    }
    return 0;
}

static int read_signs(struct signs *signs, const struct nj_settings *settings)
{
    const struct nj_node *scoring = nj_settings_at(settings, "scoring");
    const struct nj_user_pattern allow = {.label = NJ_LABELS};

    signs->file = nj_settings_file(settings);
    signs->list = calloc(most_signs(scoring) + 1, sizeof *signs->list);
    if (signs->list == NULL) {
        return NJ_E_NOMEM;
    }
    add_list(signs, nj_node_get(scoring, "allow"), &allow, NJ_USER_ALLOW);
    for (const struct nj_node *n =
             nj_node_first(nj_node_get(scoring, "patterns"));
         n != NULL; n = nj_node_next(n)) {
        if (add_pattern(signs, n) != 0) {
            return NJ_E_NOMEM;
        }
    }
    return 0;
}

static void finish_signs(struct signs *signs)
{
    free(signs->list);
    nj_arena_finish(&signs->arena);
}

static void on_error(void *arg, const char *file, int line, const char *what)
{
    struct signs *signs = arg;

    if (nj_str_eq(file, signs->file)) {
        nj_problem(signs->problems, NJ_PROBLEM_ERROR, line, 1, "scoring: %s",
                   what);
    } else {
        nj_log_error("%s:%d: %s", file == NULL ? "lexicon" : file, line, what);
    }
}

/* An engine of FILES (NULL: no word lists) and of what SETTINGS add. */
static int make(const struct nj_lexicon_files *files,
                const struct nj_settings *settings,
                struct nj_engine **out,
                struct nj_problems *problems,
                struct nj_err *err)
{
    struct signs signs = {.problems = problems};
    struct nj_engine_input input = {.on_error = on_error,
                                    .on_error_arg = &signs};
    int code = read_signs(&signs, settings);

    if (code == 0) {
        input.lexicons = files == NULL ? NULL : files->texts;
        input.lexicon_count = files == NULL ? 0 : files->count;
        input.patterns = signs.list;
        input.pattern_count = signs.count;
        code = nj_engine_create(&input, out, err);
    }
    finish_signs(&signs);
    return code;
}

static const char *directory_of(const char *wanted,
                                const struct nj_settings *settings)
{
    const char *written =
        nj_node_path(nj_settings_at(settings, "scoring.lexicons"));

    if (wanted != NULL) {
        return wanted;
    }
    return written == NULL ? nj_app_lexicons() : written;
}

/* The model that SETTINGS name, as nj_app_model takes it; NULL: the usual. */
static const char *model_of(const struct nj_settings *settings)
{
    const struct nj_node *node = nj_settings_at(settings, "scoring.model");
    const char *written = nj_node_text(node);

    return nj_str_eq(written, "none") ? written : nj_node_path(node);
}

/* Give ENGINE its model. */
static int join_model(struct nj_engine *engine,
                      const struct nj_settings *settings,
                      const char *lexicons,
                      struct nj_err *err)
{
    const char *wanted = model_of(settings);
    struct nj_model *model = NULL;
    int code = nj_app_model(wanted, lexicons, &model, err);

    if (code != 0) {
        return nj_err_wrap(err, code, "scoring.model");
    }
    if (model == NULL) {
        nj_log_notice("scoring: no model, by rules and word lists only");
    }
    nj_engine_take_model(engine, model);
    return 0;
}

int nj_app_engine(const char *wanted,
                  const struct nj_settings *settings,
                  struct nj_engine **out,
                  struct nj_problems *problems,
                  struct nj_err *err)
{
    const char *dir = directory_of(wanted, settings);
    struct nj_lexicon_files files = {0};
    struct nj_engine *engine = NULL;
    int code = nj_lexicon_files_load(dir, &files, err);

    if (code == 0) {
        code = make(&files, settings, &engine, problems, err);
    }
    nj_lexicon_files_finish(&files);
    if (code != 0) {
        return nj_err_wrap(err, code, "word lists in %s", dir);
    }
    code = join_model(engine, settings, dir, err);
    if (code != 0) {
        nj_engine_destroy(engine);
        return code;
    }
    *out = engine;
    return 0;
}

static int check_model(const struct nj_settings *settings,
                       struct nj_problems *problems)
{
    const struct nj_node *node = nj_settings_at(settings, "scoring.model");
    const char *wanted = model_of(settings);
    struct nj_model *model = NULL;
    struct nj_err err = {0};

    if (wanted != NULL && nj_app_model(wanted, "", &model, &err) != 0) {
        nj_problem(problems, NJ_PROBLEM_ERROR, nj_node_line(node), 1,
                   "scoring.model: %s", err.text);
        return NJ_E_INVALID;
    }
    nj_model_close(model);
    return 0;
}

int nj_app_check_signs(const struct nj_settings *settings,
                       struct nj_problems *problems)
{
    struct nj_engine *engine = NULL;
    struct nj_err err = {0};
    int code = make(NULL, settings, &engine, problems, &err);

    nj_engine_destroy(engine);
    return code == 0 ? check_model(settings, problems) : code;
}
