#include "watch/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "oncall/oncall.h"
#include "score/mask_name.h"

enum {
    POSTS_UNDER_WAY = 20000, /* beyond this sources must wait */
    STORE_STUCK_MS = 5000,   /* a store that hangs: take nothing more in */
};

/* One batch on its way through. */
struct sitting {
    struct nj_intake *intake;
    struct nj_intake_req *req;
    struct nj_query_req query;
    const char **ids;       /* owned: of the posts, for the query */
    uint64_t *keys;         /* owned: nj_post_key of each post */
    unsigned char *judging; /* owned: 1: its key is in seen->judging */
    size_t new_count;
    int stirred; /* somebody may have to hear of one of the posts */
};

int nj_intake_init(struct nj_intake *intake, const struct nj_engine *engine)
{
    intake->engine = engine;
    return nj_scratch_create(engine, &intake->scratch);
}

void nj_intake_finish(struct nj_intake *intake)
{
    nj_scratch_destroy(intake->scratch);
    intake->scratch = NULL;
}

int nj_intake_set_engine(struct nj_intake *intake,
                         const struct nj_engine *engine)
{
    struct nj_scratch *scratch;

    if (nj_scratch_create(engine, &scratch) != 0) {
        return NJ_E_NOMEM;
    }
    nj_scratch_destroy(intake->scratch);
    intake->scratch = scratch;
    intake->engine = engine;
    return 0;
}

/* ---- sittings ---------------------------------------------------------- */

static void free_sitting(struct sitting *s)
{
    free(s->ids);
    free(s->keys);
    free(s->judging);
    free(s);
}

static struct sitting *create_sitting(struct nj_intake *intake,
                                      struct nj_intake_req *req)
{
    size_t count = req->batch->count;
    struct sitting *s = calloc(1, sizeof *s);

    if (s == NULL) {
        return NULL;
    }
    s->intake = intake;
    s->req = req;
    s->ids = calloc(count + 1, sizeof *s->ids);
    s->keys = calloc(count + 1, sizeof *s->keys);
    s->judging = calloc(count + 1, 1);
    if (s->ids == NULL || s->keys == NULL || s->judging == NULL) {
        free_sitting(s);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        s->ids[i] = req->batch->posts[i].id;
        s->keys[i] = nj_post_key(req->batch->source, s->ids[i]);
    }
    return s;
}

static void end_sitting(struct sitting *s, int status)
{
    struct nj_intake *intake = s->intake;
    struct nj_intake_req *req = s->req;
    size_t new_count = s->new_count;

    for (size_t i = 0; i < req->batch->count; i++) {
        if (s->judging[i]) {
            nj_seen_judging_end(intake->seen, s->keys[i]);
        }
    }
    intake->posts_under_way -= req->batch->count;
    intake->batches_under_way--;
    free_sitting(s);
    req->done(req, status, new_count);
}

static void on_durable(void *ctx, int status)
{
    end_sitting(ctx, status);
}

/* ---- judging ----------------------------------------------------------- */

/* Returns whether it could be judged. */
static int judge(struct nj_intake *intake,
                 struct nj_deed *deed,
                 const struct nj_post *post,
                 struct nj_score *out)
{
    struct nj_score_input in =
        nj_score_input_post(post, nj_loop_wall_ms(intake->env->loop));
    int code = nj_engine_score(intake->engine, intake->scratch, &in,
                               nj_deed_arena(deed), out);

    if (code != 0 || !out->judged) {
        intake->env->stats.posts_unjudged++;
        nj_log_warning("post %s of %s could not be judged: %s", post->id,
                       post->source, nj_code_name(code));
        intake->on_unjudged(intake->on_unjudged_ctx, deed, post);
        return 0;
    }
    return 1;
}

/* A name that cannot be judged is not shown. */
static void mask_author(struct nj_intake *intake,
                        struct nj_deed *deed,
                        const struct nj_post *post,
                        struct nj_score *score)
{
    int code = nj_mask_name(intake->engine, intake->scratch, post->author,
                            nj_deed_arena(deed), &score->author);

    if (code != 0) {
        nj_log_warning("post %s of %s: its author's name is not shown: %s",
                       post->id, post->source, nj_code_name(code));
    }
}

static int is_in_hours(const struct nj_intake *intake,
                       const struct nj_post *post)
{
    const struct nj_brand *brand =
        nj_plan_brand(intake->env->plan, post->brand);

    return brand != NULL &&
           nj_hours_open(brand, nj_loop_wall_ms(intake->env->loop));
}

static void
take_post(struct sitting *s, struct nj_deed *deed, const struct nj_post *post)
{
    struct nj_intake *intake = s->intake;
    struct nj_score score = {0};
    struct nj_verdict verdict;
    struct nj_alert *alert = NULL;

    s->stirred |= !judge(intake, deed, post, &score);
    if (nj_triage(intake->env->plan, post, &score, is_in_hours(intake, post),
                  &verdict) > 0 &&
        (post->flags & NJ_POST_SILENT) == 0) {
        mask_author(intake, deed, post, &score);
        alert = nj_opener_post(intake->opener, deed, post, &score, &verdict);
        s->stirred = 1;
    }
    intake->env->stats.posts_new++;
    nj_txn_post(nj_deed_txn(deed), ++intake->env->last_post_id, post, &score,
                alert == NULL ? 0 : alert->id);
}

/* KNOWN: one byte a post, or NULL when none is known. 0 or NJ_E_AGAIN when
 * memory ran out before anything was decided. */
static int judge_batch(struct sitting *s, const unsigned char *known)
{
    struct nj_intake *intake = s->intake;
    const struct nj_batch *batch = s->req->batch;
    struct nj_deed *deed = nj_deed_begin(intake->ledger);

    if (deed == NULL) {
        return NJ_E_AGAIN;
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct nj_post *post = &batch->posts[i];
        int again = (post->flags & (NJ_POST_EDITED | NJ_POST_DELETED)) != 0;

        if ((known != NULL && known[i] && !again) ||
            nj_seen_judging(intake->seen, s->keys[i])) {
            continue;
        }
        if (nj_seen_judging_begin(intake->seen, s->keys[i]) != 0) {
            nj_deed_spoil(deed);
            break;
        }
        s->judging[i] = 1;
        s->new_count++;
        nj_seen_add(intake->seen, s->keys[i]);
        take_post(s, deed, post);
    }
    if (batch->cursor != NULL) {
        nj_txn_cursor(nj_deed_txn(deed), batch->source, batch->cursor);
    }
    nj_deed_then(deed, on_durable, s);
    if (batch->cursor != NULL && !s->stirred) {
        nj_deed_commit_calm(deed); /* lost, it would be read once more */
    } else {
        nj_deed_commit(deed);
    }
    return 0;
}

static void
on_known(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct sitting *s = query->ctx;

    if (status == 0) {
        status = judge_batch(s, rows->known);
    }
    if (status != 0) {
        end_sitting(s, status);
    }
}

static int is_any_known(const struct sitting *s)
{
    for (size_t i = 0; i < s->req->batch->count; i++) {
        if (nj_seen_perhaps(s->intake->seen, s->keys[i])) {
            return 1;
        }
    }
    return 0;
}

static int ask_known(struct sitting *s)
{
    s->query.kind = NJ_QUERY_KNOWN;
    s->query.source = s->req->batch->source;
    s->query.ids = s->ids;
    s->query.id_count = s->req->batch->count;
    s->query.done = on_known;
    s->query.ctx = s;
    return nj_store_query(s->intake->env->store, &s->query);
}

int nj_intake_take(void *ctx, struct nj_intake_req *req)
{
    struct nj_intake *intake = ctx;
    size_t count = req->batch->count;
    struct sitting *s;
    int code;

    if (intake->closing) {
        return NJ_E_STATE;
    }
    if (intake->posts_under_way + count > POSTS_UNDER_WAY + NJ_LIMIT_ITEMS ||
        nj_store_stuck_ms(intake->env->store) > STORE_STUCK_MS) {
        intake->env->stats.batches_refused++;
        return NJ_E_AGAIN;
    }
    s = create_sitting(intake, req);
    if (s == NULL) {
        return NJ_E_AGAIN;
    }
    intake->env->stats.posts_seen += count;
    intake->posts_under_way += count;
    intake->batches_under_way++;
    code = is_any_known(s) ? ask_known(s) : judge_batch(s, NULL);
    if (code != 0) {
        intake->posts_under_way -= count;
        intake->batches_under_way--;
        free_sitting(s);
    }
    return code;
}
