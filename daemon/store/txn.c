#include "store/txn.h"

#include <stdlib.h>
#include <string.h>

#include "model/climb_json.h"
#include "store/txn_ops.h"

enum { POLICY_BYTES = 1 << 20 }; /* as climb_json reads them */

struct nj_txn *nj_txn_create(void)
{
    struct nj_txn *txn = calloc(1, sizeof *txn);

    if (txn != NULL) {
        txn->end = &txn->first;
    }
    return txn;
}

void nj_txn_destroy(struct nj_txn *txn)
{
    if (txn != NULL) {
        nj_arena_finish(&txn->arena);
        free(txn);
    }
}

int nj_txn_status(const struct nj_txn *txn)
{
    return txn->status;
}

int nj_txn_empty(const struct nj_txn *txn)
{
    return txn->first == NULL;
}

/* ---- copying into the arena; a failure sticks in the transaction --------- */

static void *copy(struct nj_txn *txn, const void *from, size_t bytes)
{
    void *to = NULL;

    if (from != NULL && txn->status == 0) {
        to = nj_arena_zalloc(&txn->arena, bytes);
        if (to == NULL) {
            txn->status = NJ_E_NOMEM;
        } else if (bytes > 0) {
            memcpy(to, from, bytes);
        }
    }
    return to;
}

static char *copy_text(struct nj_txn *txn, const char *text)
{
    return text == NULL ? NULL : copy(txn, text, strlen(text) + 1);
}

/* A record of BYTES with its head set, not in the list yet: `hang` does that
 * when all of it is there, so that a list never holds half a record. */
static void *new_op(struct nj_txn *txn, enum nj_op_kind kind, size_t bytes)
{
    struct nj_op *op =
        txn->status == 0 ? nj_arena_zalloc(&txn->arena, bytes) : NULL;

    if (op == NULL) {
        txn->status = NJ_E_NOMEM;
    } else {
        op->kind = kind;
    }
    return op;
}

static void hang(struct nj_txn *txn, struct nj_op *op)
{
    if (txn->status == 0) {
        *txn->end = op;
        txn->end = &op->next;
    }
}

/* ---- posts --------------------------------------------------------------- */

static void copy_post(struct nj_txn *txn, struct nj_post *post)
{
    const char **media =
        copy(txn, post->media_count > 0 ? (const void *)post->media : NULL,
             post->media_count * sizeof *media);

    post->source = copy_text(txn, post->source);
    post->id = copy_text(txn, post->id);
    post->brand = copy_text(txn, post->brand);
    post->url = copy_text(txn, post->url);
    post->title = copy_text(txn, post->title);
    post->text = copy_text(txn, post->text);
    post->author = copy_text(txn, post->author);
    post->author_url = copy_text(txn, post->author_url);
    post->thread = copy_text(txn, post->thread);
    post->language = copy_text(txn, post->language);
    for (size_t i = 0; media != NULL && i < post->media_count; i++) {
        media[i] = copy_text(txn, media[i]);
    }
    post->media = media;
}

static const struct nj_score *copy_score(struct nj_txn *txn,
                                         const struct nj_score *from)
{
    struct nj_score *score = copy(txn, from, sizeof *score);
    struct nj_reason *reasons;

    if (score == NULL) {
        return NULL;
    }
    reasons = copy(txn, score->reason_count > 0 ? score->reasons : NULL,
                   score->reason_count * sizeof *reasons);
    for (size_t i = 0; reasons != NULL && i < score->reason_count; i++) {
        reasons[i].what = copy_text(txn, reasons[i].what);
    }
    score->reasons = reasons;
    return score;
}

void nj_txn_post(struct nj_txn *txn,
                 int64_t id,
                 const struct nj_post *post,
                 const struct nj_score *score,
                 int64_t alert_id)
{
    struct nj_op_post *op = new_op(txn, NJ_OP_POST, sizeof *op);

    if (op != NULL) {
        op->id = id;
        op->alert_id = alert_id;
        op->post = *post;
        copy_post(txn, &op->post);
        op->score = copy_score(txn, score);
        hang(txn, &op->op);
    }
}

/* ---- alerts, pages, events ----------------------------------------------- */

static const struct nj_card *copy_card(struct nj_txn *txn,
                                       const struct nj_card *from)
{
    struct nj_card *card = copy(txn, from, sizeof *card);

    if (card != NULL) {
        card->title = copy_text(txn, card->title);
        card->excerpt = copy_text(txn, card->excerpt);
        card->url = copy_text(txn, card->url);
        card->author = copy_text(txn, card->author);
        card->source = copy_text(txn, card->source);
        card->why = copy_text(txn, card->why);
        card->playbook = copy_text(txn, card->playbook);
    }
    return card;
}

static void copy_climb(struct nj_txn *txn, struct nj_climb *climb)
{
    climb->holder = copy_text(txn, climb->holder);
    climb->chains = copy(txn, climb->chain_count > 0 ? climb->chains : NULL,
                         climb->chain_count * sizeof *climb->chains);
    for (size_t i = 0; climb->chains != NULL && i < climb->chain_count; i++) {
        climb->chains[i].person = copy_text(txn, climb->chains[i].person);
    }
}

void nj_txn_alert(struct nj_txn *txn,
                  const struct nj_alert *alert,
                  const struct nj_card *card)
{
    struct nj_op_alert *op = new_op(txn, NJ_OP_ALERT, sizeof *op);

    if (op != NULL) {
        op->alert = *alert;
        op->policy_id = alert->policy == NULL ? 0 : alert->policy->id;
        op->alert.policy = NULL;
        op->alert.rule = copy_text(txn, alert->rule);
        op->alert.brand = copy_text(txn, alert->brand);
        op->alert.team = copy_text(txn, alert->team);
        op->alert.keys = copy(txn, alert->key_count > 0 ? alert->keys : NULL,
                              alert->key_count * sizeof *alert->keys);
        copy_climb(txn, &op->alert.climb);
        op->card = copy_card(txn, card);
        hang(txn, &op->op);
    }
}

void nj_txn_page(struct nj_txn *txn, const struct nj_page *page)
{
    struct nj_op_page *op = new_op(txn, NJ_OP_PAGE, sizeof *op);

    if (op != NULL) {
        op->page = *page;
        op->page.person = copy_text(txn, page->person);
        op->page.channel = copy_text(txn, page->channel);
        op->page.target = copy_text(txn, page->target);
        op->page.ref = copy_text(txn, page->ref);
        op->page.fault = copy_text(txn, page->fault);
        op->page.text = copy_text(txn, page->text);
        hang(txn, &op->op);
    }
}

void nj_txn_receipt(struct nj_txn *txn,
                    int64_t page_id,
                    int status,
                    const char *fault)
{
    struct nj_op_receipt *op = new_op(txn, NJ_OP_RECEIPT, sizeof *op);

    if (op != NULL) {
        op->page_id = page_id;
        op->state = status == 0 ? NJ_PAGE_DELIVERED : NJ_PAGE_FAILED;
        op->fault = status == 0 ? NULL : copy_text(txn, fault);
        hang(txn, &op->op);
    }
}

void nj_txn_event(struct nj_txn *txn, const struct nj_event *event)
{
    struct nj_op_event *op = new_op(txn, NJ_OP_EVENT, sizeof *op);

    if (op != NULL) {
        op->event = *event;
        op->event.kind = copy_text(txn, event->kind);
        op->event.who = copy_text(txn, event->who);
        op->event.text = copy_text(txn, event->text);
        hang(txn, &op->op);
    }
}

/* ---- what people made by hand -------------------------------------------- */

void nj_txn_override(struct nj_txn *txn,
                     const struct nj_override *override_,
                     const char *note)
{
    struct nj_op_override *op = new_op(txn, NJ_OP_OVERRIDE, sizeof *op);

    if (op != NULL) {
        op->override_ = *override_;
        op->override_.schedule = copy_text(txn, override_->schedule);
        op->override_.person = copy_text(txn, override_->person);
        op->override_.instead_of = copy_text(txn, override_->instead_of);
        op->override_.made_by = copy_text(txn, override_->made_by);
        op->note = copy_text(txn, note);
        hang(txn, &op->op);
    }
}

void nj_txn_silence(struct nj_txn *txn, const struct nj_silence *silence)
{
    struct nj_op_silence *op = new_op(txn, NJ_OP_SILENCE, sizeof *op);

    if (op != NULL) {
        op->silence = *silence;
        op->silence.brand = copy_text(txn, silence->brand);
        op->silence.rule = copy_text(txn, silence->rule);
        op->silence.source = copy_text(txn, silence->source);
        op->silence.author = copy_text(txn, silence->author);
        op->silence.made_by = copy_text(txn, silence->made_by);
        op->silence.note = copy_text(txn, silence->note);
        hang(txn, &op->op);
    }
}

static void add_pair(struct nj_txn *txn,
                     enum nj_op_kind kind,
                     int64_t id,
                     const char *key,
                     const char *value)
{
    struct nj_op_pair *op = new_op(txn, kind, sizeof *op);

    if (op != NULL) {
        op->id = id;
        op->key = copy_text(txn, key);
        op->value = copy_text(txn, value);
        hang(txn, &op->op);
    }
}

void nj_txn_override_remove(struct nj_txn *txn,
                            int64_t id,
                            const char *removed_by,
                            int64_t removed_ms)
{
    struct nj_op_override *op = new_op(txn, NJ_OP_OVERRIDE_REMOVE, sizeof *op);

    if (op != NULL) {
        op->override_ = (struct nj_override){.id = id, .made_ms = removed_ms};
        op->override_.made_by = copy_text(txn, removed_by);
        op->note = NULL;
        hang(txn, &op->op);
    }
}

void nj_txn_silence_remove(struct nj_txn *txn, int64_t id)
{
    add_pair(txn, NJ_OP_SILENCE_REMOVE, id, NULL, NULL);
}

void nj_txn_cursor(struct nj_txn *txn, const char *source, const char *cursor)
{
    add_pair(txn, NJ_OP_CURSOR, 0, source, cursor);
}

void nj_txn_fact(struct nj_txn *txn, const char *key, const char *value)
{
    add_pair(txn, NJ_OP_FACT, 0, key, value);
}

void nj_txn_policy(struct nj_txn *txn,
                   int64_t id,
                   const struct nj_policy *policy)
{
    struct nj_buf json;

    nj_buf_init(&json, POLICY_BYTES);
    nj_policy_write(policy, &json);
    if (json.status != 0) {
        txn->status = NJ_E_NOMEM;
    }
    add_pair(txn, NJ_OP_POLICY, id, NULL, nj_buf_text(&json));
    nj_buf_finish(&json);
}
