/* The connector `json`: any HTTP JSON API, by a template for its address and
 * JSON pointers into its answers.
 *
 * Where reading goes on is kept in the state's `next`: a page number, a cursor
 * for {cursor}, or a whole address of the same host. Lists that fall in time
 * are read until a page brings nothing new; {since} lies an hour before the
 * newest post, because posts are held back, edited and indexed late, and what
 * is known is recognised anyway.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "source/charset.h"
#include "source/connectors.h"
#include "source/json_page.h"
#include "source/map_settings.h"
#include "source/poller.h"

enum how_next { NEXT_NONE, NEXT_LINK, NEXT_PAGE, NEXT_POINTER };

static const int64_t OVERLAP_MS = 3600000;

struct json_reader {
    struct nj_arena arena;
    struct nj_json_map map;
    enum how_next how;
    const char *pointer; /* NEXT_POINTER */
    int takes_cursor;    /* the template has {cursor} */
    const char *remaining, *reset;
    enum nj_reset_format reset_format;
    char *asked; /* owned: the address of this request */
    long page;   /* its number */
    int64_t since_ms;
    int is_baseline;
};

/* ---- asking ------------------------------------------------------------- */

static int address(void *ctx,
                   const char *url,
                   const struct nj_state *state,
                   struct nj_buf *out,
                   struct nj_err *err)
{
    struct json_reader *r = ctx;
    struct nj_json_place place = {.cursor = state->next, .page = 1};
    int64_t since_ms =
        state->high_ms > 0 ? state->high_ms - OVERLAP_MS : state->since_ms;

    place.since_ms = since_ms < 0 ? 0 : since_ms;
    if (r->how == NEXT_PAGE && state->next != NULL) {
        place.page = strtol(state->next, NULL, 10);
    }
    if (state->next != NULL && nj_url_is_web(state->next)) {
        (void)nj_buf_adds(out, state->next);
    } else {
        nj_json_address(url, &place, out);
    }
    r->page = place.page;
    r->since_ms = state->since_ms;
    r->is_baseline = state->baseline;
    free(r->asked);
    r->asked = out->status == 0 ? strdup(nj_buf_text(out)) : NULL;
    return r->asked != NULL
               ? 0
               : nj_err_set(err, NJ_E_NOMEM, "no memory for the address");
}

/* ---- where to go on ----------------------------------------------------- */

/* A further page must be of the host that was configured: our secrets go with
 * the request. */
static int set_next(struct nj_reading *out, const char *next)
{
    free(out->next);
    out->next = strdup(next);
    return out->next == NULL ? NJ_E_NOMEM : 0;
}

static int next_url(const struct json_reader *r,
                    const char *text,
                    struct nj_reading *out,
                    struct nj_err *err)
{
    char url[NJ_URL_ROOM];

    if (nj_url_resolve(r->asked, text, strlen(text), url) != 0 ||
        !nj_url_is_web(url)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "the next page is no address: %.100s", text);
    }
    if (!nj_url_same_host(r->asked, url)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "the next page is on another host, which is not "
                          "followed: %.100s",
                          url);
    }
    return strcmp(url, r->asked) == 0 ? 0 : set_next(out, url);
}

static int find_next(const struct json_reader *r,
                     const struct nj_answer *answer,
                     const cJSON *root,
                     struct nj_reading *out,
                     struct nj_err *err)
{
    char room[NJ_JSON_CURSOR];
    char url[NJ_URL_ROOM];
    const char *cursor;

    switch (r->how) {
    case NEXT_LINK:
        return nj_json_link_next(nj_answer_header(answer, "Link"), r->asked,
                                 url)
                   ? next_url(r, url, out, err)
                   : 0;
    case NEXT_PAGE:
        (void)snprintf(room, sizeof room, "%ld", r->page + 1);
        return set_next(out, room);
    case NEXT_POINTER:
        cursor = nj_json_cursor(root, r->pointer, room);
        if (cursor == NULL) {
            return 0;
        }
        if (nj_url_is_web(cursor) || cursor[0] == '/') {
            return next_url(r, cursor, out, err);
        }
        return r->takes_cursor
                   ? set_next(out, cursor)
                   : nj_err_set(err, NJ_E_INVALID,
                                "the next page is \"%.100s\", but the url "
                                "has no {cursor} to put it into",
                                cursor);
    case NEXT_NONE:
        break;
    }
    return 0;
}

/* ---- whether to go on --------------------------------------------------- */

/* The dates of one page: first, last, whether any is from our watch. */
struct dates {
    int64_t first_ms;
    int64_t last_ms;
    int any_recent;
};

static struct dates look_at_dates(const struct json_reader *r,
                                  const cJSON *root)
{
    const cJSON *list = nj_json_map_list(&r->map, root);
    const cJSON *post;
    struct dates dates = {0};

    cJSON_ArrayForEach(post, list)
    {
        struct nj_json_rooms rooms;
        struct nj_draft draft;

        nj_json_map_draft(&r->map, post, &rooms, &draft);
        if (draft.published_ms == 0) {
            continue;
        }
        if (dates.first_ms == 0) {
            dates.first_ms = draft.published_ms;
        }
        dates.last_ms = draft.published_ms;
        dates.any_recent |= draft.published_ms >= r->since_ms;
    }
    return dates;
}

/* Whether further pages can hold anything that we do not know, and whether it
 * would be missed if it were not read now. */
static int is_worth_more(const struct json_reader *r,
                         const cJSON *root,
                         const struct nj_taking *taking,
                         struct nj_reading *out)
{
    struct dates dates = look_at_dates(r, root);
    int falls = dates.first_ms > dates.last_ms;
    int rises = dates.first_ms < dates.last_ms;

    if (taking->seen == 0) {
        return 0; /* past the end */
    }
    if (dates.first_ms == 0) {
        /* no dates to go by: the history is not ours, news come first */
        return !r->is_baseline && taking->sift->taken > 0;
    }
    out->next_counts = rises || (falls && taking->sift->taken > 0);
    if (rises) {
        return 1;
    }
    return taking->sift->taken > 0 && (dates.any_recent || !r->is_baseline);
}

/* ---- reading ------------------------------------------------------------ */

static int read_tree(struct json_reader *r,
                     const struct nj_answer *answer,
                     const cJSON *root,
                     struct nj_taking *taking,
                     struct nj_reading *out,
                     struct nj_err *err)
{
    size_t count;
    int code = nj_json_map_read(&r->map, root, r->asked, taking, &count, err);

    if (code != 0) {
        return code;
    }
    if (is_worth_more(r, root, taking, out)) {
        code = find_next(r, answer, root, out, err);
    }
    out->wait_ms = nj_json_limit_wait(nj_answer_header(answer, r->remaining),
                                      nj_answer_header(answer, r->reset),
                                      r->reset_format, taking->now_ms);
    return code;
}

static int read_json(void *ctx,
                     const struct nj_answer *answer,
                     struct nj_taking *taking,
                     struct nj_reading *out,
                     struct nj_err *err)
{
    struct json_reader *r = ctx;
    struct nj_decoded decoded;
    cJSON *root = NULL;
    int code = nj_charset_decode(answer->body, answer->body_len, "", &decoded);

    if (code == 0) {
        code = nj_json_mend(decoded.text, decoded.len,
                            3 * (size_t)NJ_LIMIT_BODY_BYTES, &root, err);
        nj_decoded_finish(&decoded);
    }
    if (code != 0) {
        return code;
    }
    code = read_tree(r, answer, root, taking, out, err);
    cJSON_Delete(root);
    return code;
}

/* ---- life --------------------------------------------------------------- */

static void destroy(void *ctx)
{
    struct json_reader *r = ctx;

    free(r->asked);
    nj_arena_finish(&r->arena);
    free(r);
}

static const char *
keep(struct json_reader *r, const struct nj_node *map, const char *key)
{
    const char *text = nj_node_text(nj_node_get(map, key));

    return nj_arena_strdup(&r->arena, text == NULL ? "" : text);
}

/* The names of `next` and of `reset_format` as their rows have them. */
static enum how_next how_next(const char *next)
{
    return next[0] == '/'                     ? NEXT_POINTER
           : strcmp(next, "link-header") == 0 ? NEXT_LINK
           : strcmp(next, "page") == 0        ? NEXT_PAGE
                                              : NEXT_NONE;
}

static int fill(struct json_reader *r, const struct nj_node *node)
{
    const struct nj_node *rate = nj_node_get(node, "rate");
    const char *url = nj_node_value(nj_node_get(node, "url"));

    if (nj_map_settings_read(node, &r->arena, &r->map) != 0) {
        return NJ_E_NOMEM;
    }
    r->pointer = keep(r, node, "next");
    r->remaining = keep(r, rate, "remaining");
    r->reset = keep(r, rate, "reset");
    if (r->pointer == NULL || r->remaining == NULL || r->reset == NULL) {
        return NJ_E_NOMEM;
    }
    r->takes_cursor = url != NULL && strstr(url, "{cursor}") != NULL;
    r->how = how_next(r->pointer);
    r->reset_format = (enum nj_reset_format)nj_node_choice(
        nj_node_get(rate, "reset_format"), NJ_RESET_AUTO);
    return 0;
}

static int open_json(const struct nj_source_env *env,
                     const struct nj_node *node,
                     struct nj_source **out,
                     struct nj_err *err)
{
    struct nj_reader reader = {
        .accept = "application/json",
        .max_pages = (unsigned)nj_node_int(nj_node_get(node, "max_pages"), 10),
        .address = address,
        .read = read_json,
        .destroy = destroy,
    };
    struct json_reader *r = calloc(1, sizeof *r);

    if (r == NULL || fill(r, node) != 0) {
        if (r != NULL) {
            destroy(r);
        }
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    reader.ctx = r;
    return nj_poller_open(&nj_json_source, env, node, &reader, out, err);
}

const struct nj_source_ops nj_json_source = {
    .type = "json",
    .open = open_json,
    .poll_now = nj_poller_poll_now,
    .status = nj_poller_status,
    .close = nj_poller_close,
};
