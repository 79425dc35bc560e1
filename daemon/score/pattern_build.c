#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "score/canon.h"
#include "score/grow.h"
#include "score/language.h"
#include "score/pattern.h"
#include "score/script.h"

enum { EXPRESSION_BYTES = 8 << 10, USUAL_WEIGHT = 5 };

struct builder {
    struct nj_patterns *patterns;
    const struct nj_fold *fold;
    struct nj_complaints *complaints;
    struct nj_canon canon;
    const struct nj_user_pattern *user; /* the one at hand */
};

static int complain(struct builder *b, const char *what)
{
    const struct nj_user_pattern *u = b->user;

    nj_complain(b->complaints, u->file, u->line, "'%.80s': %s", u->pattern,
                what);
    return 0;
}

/* Put EXPRESSION (taken) and what to do with it into the tables. */
static int add_expression(struct builder *b,
                          char *expression,
                          unsigned flags,
                          struct nj_pattern pattern)
{
    struct nj_patterns *p = b->patterns;
    void *items = nj_grow(p->items, &p->room, p->count + 1, sizeof *p->items);
    void *texts;
    void *marks;

    p->items = items == NULL ? p->items : items;
    texts = nj_grow(p->expressions, &p->expression_room, p->count + 1,
                    sizeof *p->expressions);
    p->expressions = texts == NULL ? p->expressions : texts;
    marks = nj_grow(p->flags, &p->flags_room, p->count + 1, sizeof *p->flags);
    p->flags = marks == NULL ? p->flags : marks;
    if (items == NULL || texts == NULL || marks == NULL) {
        free(expression);
        return NJ_E_NOMEM;
    }
    p->items[p->count] = pattern;
    p->expressions[p->count] = expression;
    p->flags[p->count] = flags;
    p->count++;
    return 0;
}

/* Test EXPRESSION alone, so that each wrong one is told with its reason; then
 * add it. */
static int check_and_add(struct builder *b,
                         char *expression,
                         unsigned flags,
                         struct nj_pattern pattern)
{
    hs_compile_error_t *error = NULL;
    hs_expr_info_t *info = NULL;
    hs_error_t rc = hs_expression_info(expression, flags, &info, &error);
    int result = 0;

    if (rc == HS_SUCCESS && info->min_width == 0) {
        result = complain(b, "also fits where there is nothing; use + "
                             "instead of *");
        free(expression);
    } else if (rc == HS_SUCCESS) {
        result = add_expression(b, expression, flags, pattern);
    } else {
        result = rc == HS_NOMEM || error == NULL ? NJ_E_NOMEM
                                                 : complain(b, error->message);
        free(expression);
    }
    free(info);
    (void)hs_free_compile_error(error);
    return result;
}

/* TEXT, canonical, as an expression that means just itself; runs of spaces fit
 * any. */
static void quote(struct nj_buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ') {
            if (i == 0 || text[i - 1] != ' ') {
                (void)nj_buf_adds(out, "\\s+");
            }
        } else if (strchr("\\^$.|?*+()[]{}/#-", text[i]) != NULL) {
            (void)nj_buf_addf(out, "\\%c", text[i]);
        } else {
            (void)nj_buf_addc(out, text[i]);
        }
    }
}

static int is_word_edge(const char *text, size_t len, int at_end)
{
    size_t at = 0;
    uint32_t cp = 0;

    if (at_end) {
        at = len;
        do {
            at--;
        } while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80);
    }
    (void)nj_utf8_decode(text + at, len - at, &cp);
    return nj_script_is_word(cp);
}

static int add_word(struct builder *b,
                    const char *word,
                    enum nj_sighting_kind kind,
                    uint32_t number)
{
    struct nj_pattern pattern = {.kind = kind, .number = number};
    struct nj_buf buf;
    char *expression;
    size_t len = strlen(word);
    int prefix = len > 1 && word[len - 1] == '*';
    int rc;

    rc = nj_canon_make(&b->canon, b->fold, word, len - (size_t)prefix);
    if (rc != 0) {
        return rc;
    }
    while (b->canon.len > 0 && b->canon.text[b->canon.len - 1] == ' ') {
        b->canon.len--;
    }
    if (b->canon.len == 0) {
        return complain(b, "has no visible letters");
    }
    pattern.whole_start = is_word_edge(b->canon.text, b->canon.len, 0);
    pattern.whole_end = !prefix && is_word_edge(b->canon.text, b->canon.len, 1);
    nj_buf_init(&buf, EXPRESSION_BYTES);
    quote(&buf, b->canon.text, b->canon.len);
    expression = nj_buf_take(&buf);
    rc = buf.status;
    nj_buf_finish(&buf);
    if (rc == NJ_E_TOOBIG) {
        return complain(b, "is too long");
    }
    if (expression == NULL) {
        return NJ_E_NOMEM;
    }
    return check_and_add(b, expression, HS_FLAG_UTF8 | HS_FLAG_SOM_LEFTMOST,
                         pattern);
}

/* A regular expression in which letters beyond ASCII are folded as the text
 * will be, while its own signs stay. */
static char *fold_regex(const char *regex, int *out_status)
{
    struct nj_buf buf;
    char *folded;
    size_t len = strlen(regex);
    size_t n;

    nj_buf_init(&buf, EXPRESSION_BYTES);
    for (size_t at = 0; at < len; at += n) {
        uint32_t points[NJ_FOLD_POINTS];
        uint32_t cp = 0;
        size_t count;

        n = nj_utf8_decode(regex + at, len - at, &cp);
        if (n <= 1) {
            (void)nj_buf_add(&buf, regex + at, 1);
            n = 1;
            continue;
        }
        count = nj_fold_point(cp, points);
        for (size_t i = 0; i < count; i++) {
            char bytes[4];

            if (!nj_fold_is_mark(points[i])) {
                (void)nj_buf_add(&buf, bytes, nj_utf8_encode(points[i], bytes));
            }
        }
    }
    folded = nj_buf_take(&buf);
    *out_status = buf.status != 0  ? buf.status
                  : folded == NULL ? NJ_E_NOMEM
                                   : 0;
    nj_buf_finish(&buf);
    return folded;
}

static int add_regex(struct builder *b, uint32_t number)
{
    struct nj_pattern pattern = {.kind = NJ_SEEN_TERM, .number = number};
    int status = 0;
    char *expression = fold_regex(b->user->pattern, &status);

    if (status == NJ_E_TOOBIG) {
        return complain(b, "is too long");
    }
    if (expression == NULL) {
        return status;
    }
    return check_and_add(b, expression,
                         HS_FLAG_UTF8 | HS_FLAG_CASELESS | HS_FLAG_SOM_LEFTMOST,
                         pattern);
}

static int add_user_term(struct builder *b, uint32_t *out_number)
{
    const struct nj_user_pattern *u = b->user;
    struct nj_patterns *p = b->patterns;
    struct nj_term term = {.flags = NJ_TERM_FIRM, .word = 1};
    float weight = u->weight != 0 ? u->weight : (float)USUAL_WEIGHT;
    void *terms =
        nj_grow(p->terms, &p->term_room, p->term_count + 1, sizeof *p->terms);

    if (terms == NULL) {
        return NJ_E_NOMEM;
    }
    p->terms = terms;
    term.name = nj_arena_strdup(&p->arena, u->pattern);
    if (term.name == NULL) {
        return NJ_E_NOMEM;
    }
    if ((unsigned)u->label < NJ_LABELS) {
        term.labels[u->label] = weight;
    } else {
        term.flags |= NJ_TERM_SHOWN;
    }
    if (u->urgent != NJ_URGENT_NOTHING) {
        term.urgent_reason = u->urgent;
        term.urgent = weight;
    }
    if (u->language != NULL) {
        term.languages = 1u
                         << nj_language_find(u->language, strlen(u->language));
    }
    p->terms[p->term_count] = term;
    *out_number = (uint32_t)p->term_count;
    p->term_count++;
    return 0;
}

static int check_user(struct builder *b)
{
    const struct nj_user_pattern *u = b->user;

    if (u->pattern == NULL || u->pattern[0] == '\0') {
        nj_complain(b->complaints, u->file, u->line, "an empty pattern");
        return 0;
    }
    if (!nj_utf8_valid(u->pattern, strlen(u->pattern))) {
        nj_complain(b->complaints, u->file, u->line,
                    "a pattern that is not UTF-8");
        return 0;
    }
    if (u->language != NULL &&
        nj_language_find(u->language, strlen(u->language)) ==
            NJ_LANGUAGE_UNKNOWN) {
        (void)complain(b, "unknown language; write a code such as 'en'");
        return 0;
    }
    if (u->kind != NJ_USER_ALLOW && (unsigned)u->label >= NJ_LABELS &&
        u->urgent == NJ_URGENT_NOTHING) {
        (void)complain(b, "needs a label or an urgent reason");
        return 0;
    }
    return 1;
}

static int add_user(struct builder *b)
{
    const struct nj_user_pattern *u = b->user;
    uint32_t number = NJ_TERM_ALL;
    int rc;

    if (!check_user(b)) {
        return 0;
    }
    if (u->kind == NJ_USER_ALLOW) {
        return add_word(b, u->pattern, NJ_SEEN_ALLOW, number);
    }
    rc = add_user_term(b, &number);
    if (rc == 0) {
        rc = u->kind == NJ_USER_REGEX
                 ? add_regex(b, number)
                 : add_word(b, u->pattern, NJ_SEEN_TERM, number);
    }
    for (size_t i = 0; i < u->exception_count && rc == 0; i++) {
        rc = add_word(b, u->exceptions[i], NJ_SEEN_ALLOW, number);
    }
    return rc;
}

static int compile_all(struct builder *b)
{
    struct nj_patterns *p = b->patterns;
    hs_compile_error_t *error = NULL;
    unsigned *ids = calloc(p->count, sizeof *ids);
    hs_error_t rc;
    int result = 0;

    if (ids == NULL) {
        return NJ_E_NOMEM;
    }
    for (unsigned i = 0; i < p->count; i++) {
        ids[i] = i;
    }
    rc = hs_compile_multi((const char *const *)p->expressions, p->flags, ids,
                          (unsigned)p->count, HS_MODE_BLOCK, NULL, &p->database,
                          &error);
    if (rc != HS_SUCCESS) {
        result = NJ_E_NOMEM;
        if (error != NULL && rc == HS_COMPILER_ERROR) {
            nj_complain(b->complaints, NULL, 0, "'%.80s': %s",
                        error->expression >= 0
                            ? p->expressions[error->expression]
                            : "patterns",
                        error->message);
            result = 0;
        }
    }
    (void)hs_free_compile_error(error);
    free(ids);
    return result;
}

static void drop_expressions(struct nj_patterns *p)
{
    for (size_t i = 0; i < p->count && p->expressions != NULL; i++) {
        free(p->expressions[i]);
    }
    free(p->expressions);
    free(p->flags);
    p->expressions = NULL;
    p->flags = NULL;
}

/* Bring vectorscan in; 1 when it can be used, 0 when it was told that not. */
static int bring(struct nj_complaints *c)
{
    struct nj_err err = {0};

    if (nj_patterns_bring(&err) != 0) {
        nj_complain(c, NULL, 0, "%s", err.text);
        return 0;
    }
    return hs_valid_platform() == HS_SUCCESS ? 1 : NJ_E_STATE;
}

int nj_patterns_build(struct nj_patterns *patterns,
                      const struct nj_user_pattern *user,
                      size_t count,
                      const struct nj_fold *fold,
                      struct nj_complaints *c)
{
    struct builder b = {.patterns = patterns, .fold = fold, .complaints = c};
    int rc;

    *patterns = (struct nj_patterns){0};
    nj_arena_init(&patterns->arena, 0);
    rc = count == 0 ? 0 : bring(c);
    if (rc <= 0) {
        return rc;
    }
    rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        b.user = &user[i];
        rc = add_user(&b);
    }
    if (rc == 0 && patterns->count > 0) {
        rc = compile_all(&b);
    }
    drop_expressions(patterns);
    nj_canon_finish(&b.canon);
    return rc;
}

void nj_patterns_finish(struct nj_patterns *patterns)
{
    drop_expressions(patterns);
    if (patterns->database != NULL) {
        (void)hs_free_database(patterns->database);
    }
    free(patterns->items);
    free(patterns->terms);
    nj_arena_finish(&patterns->arena);
    *patterns = (struct nj_patterns){0};
}
