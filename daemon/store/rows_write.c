/* Records to rows. */

#include <endian.h>

#include "model/climb_json.h"
#include "store/rows.h"
#include "store/txn_ops.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    SCORE_BYTES = 256 << 10, /* a packed score; larger ones lose reasons */
    LIST_BYTES = 16 << 20,   /* media urls or chains of one record */
};

void nj_rows_desk_init(struct nj_rows_desk *desk, struct nj_db *db)
{
    *desk = (struct nj_rows_desk){.db = db};
    nj_buf_init(&desk->score, SCORE_BYTES);
    nj_buf_init(&desk->list, LIST_BYTES);
}

void nj_rows_desk_finish(struct nj_rows_desk *desk)
{
    nj_buf_finish(&desk->score);
    nj_buf_finish(&desk->list);
}

static int run(struct nj_rows_desk *desk,
               enum nj_statement statement,
               const struct nj_value *values,
               size_t count)
{
    return desk->db->driver->run(desk->db, statement, values, count, NULL);
}

/* What went wrong in a scratch buffer. */
static int scratch_status(struct nj_rows_desk *desk, const struct nj_buf *buf)
{
    if (buf->status == NJ_E_TOOBIG) {
        return nj_err_set(&desk->db->err, NJ_E_INVALID,
                          "a list of more than %d bytes", LIST_BYTES);
    }
    if (buf->status != 0) {
        return nj_err_set(&desk->db->err, buf->status, "no memory");
    }
    return 0;
}

/* ---- posts --------------------------------------------------------------- */

static int write_score(struct nj_rows_desk *desk, const struct nj_score *score)
{
    nj_buf_clear(&desk->score);
    if (score != NULL) {
        nj_rows_pack_score(score, 1, &desk->score);
    }
    if (desk->score.status == NJ_E_TOOBIG) {
        nj_buf_clear(&desk->score);
        nj_rows_pack_score(score, 0, &desk->score);
    }
    return scratch_status(desk, &desk->score);
}

static int write_media(struct nj_rows_desk *desk, const struct nj_post *post)
{
    struct nj_jw w;

    nj_buf_clear(&desk->list);
    if (post->media_count > 0) {
        nj_jw_init(&w, &desk->list);
        nj_jw_open(&w, NULL, '[');
        for (size_t i = 0; i < post->media_count; i++) {
            nj_jw_text(&w, NULL, post->media[i]);
        }
        nj_jw_close(&w, ']');
    }
    return scratch_status(desk, &desk->list);
}

/* What was written to BUF as text; nothing is NULL. */
static struct nj_value text_of(const struct nj_buf *buf)
{
    return nj_v_text(buf->len == 0 ? NULL : buf->data);
}

enum { POST_BODY = 22 };

/* The columns that a change of the post replaces, brand .. score. */
static void fill_body(struct nj_rows_desk *desk,
                      const struct nj_op_post *op,
                      struct nj_value *v)
{
    const struct nj_post *post = &op->post;
    const struct nj_score *score = op->score;
    const struct nj_value none = {.kind = NJ_VALUE_NULL};
    const struct nj_value body[POST_BODY] = {
        nj_v_text(post->brand),
        nj_v_int(post->place),
        nj_v_int(post->flags),
        nj_v_int(post->seen_ms),
        nj_v_int(post->published_ms),
        nj_v_text(post->url),
        nj_v_text(post->title),
        nj_v_text(post->text),
        nj_v_text(post->author),
        nj_v_text(post->author_url),
        nj_v_text(post->thread),
        nj_v_text(post->language),
        text_of(&desk->list),
        nj_v_int(post->followers),
        nj_v_int(post->shares),
        nj_v_int(post->likes),
        nj_v_int(post->replies),
        score == NULL ? none : nj_v_real((double)score->offensive),
        score == NULL ? none : nj_v_real((double)score->urgent),
        score == NULL ? none : nj_v_int(score->level),
        score == NULL ? none : nj_v_text(score->language),
        text_of(&desk->score),
    };

    memcpy(v, body, sizeof body);
}

static int keep_id(void *ctx, const struct nj_value *row, size_t count)
{
    (void)count;
    *(int64_t *)ctx = nj_v_as_int(&row[0]);
    return 0;
}

/* A key may be taken by another post, by chance once in 2^64, or by somebody
 * who makes ids up for that; then one of the next does. */
enum { KEYS_TRIED = 3 };

static struct nj_value key_of(const char *source, const char *id, unsigned turn)
{
    return nj_v_int((int64_t)(nj_post_key(source, id) + turn));
}

int nj_rows_find_post(struct nj_db *db,
                      const char *source,
                      const char *id,
                      int64_t *out)
{
    const struct nj_value v[] = {
        key_of(source, id, 0), key_of(source, id, 1), key_of(source, id, 2),
        nj_v_text(source),     nj_v_text(id),
    };

    *out = 0;
    return db->driver->each(db, NJ_SQL_POST_FIND, v, COUNT(v), keep_id, out);
}

static int change_post(struct nj_rows_desk *desk,
                       const struct nj_op_post *in,
                       int64_t there)
{
    struct nj_value v[POST_BODY + 2];

    if ((in->post.flags & (NJ_POST_EDITED | NJ_POST_DELETED)) == 0) {
        return 0;
    }
    v[0] = nj_v_int(in->alert_id);
    fill_body(desk, in, v + 1);
    v[1 + POST_BODY] = nj_v_int(there);
    return run(desk, NJ_SQL_POST_CHANGE, v, POST_BODY + 2);
}

static int put_post(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_post *in = (const struct nj_op_post *)op;
    struct nj_db *db = desk->db;
    struct nj_value v[POST_BODY + 5];
    int64_t added = 0;
    int64_t there = 0;
    int code = write_score(desk, in->score);

    if (code == 0) {
        code = write_media(desk, &in->post);
    }
    v[0] = nj_v_int(in->id);
    v[2] = nj_v_int(in->alert_id);
    v[3] = nj_v_text(in->post.source);
    v[4] = nj_v_text(in->post.id);
    fill_body(desk, in, v + 5);
    for (unsigned turn = 0; turn < KEYS_TRIED && code == 0; turn++) {
        v[1] = key_of(in->post.source, in->post.id, turn);
        code = db->driver->run(db, NJ_SQL_POST_ADD, v, COUNT(v), &added);
        if (code != 0 || added > 0) {
            return code;
        }
        code = nj_rows_find_post(db, in->post.source, in->post.id, &there);
        if (code == 0 && there != 0) {
            return change_post(desk, in, there);
        }
    }
    return code;
}

/* ---- alerts -------------------------------------------------------------- */

/* Chains as JSON, and behind their NUL the keys, little-endian. */
static int write_alert_lists(struct nj_rows_desk *desk,
                             const struct nj_alert *alert,
                             struct nj_value *chains,
                             struct nj_value *keys)
{
    struct nj_buf *list = &desk->list;
    size_t keys_at;

    nj_buf_clear(list);
    nj_chains_write(&alert->climb, list);
    keys_at = list->len + 1;
    (void)nj_buf_addc(list, '\0');
    for (unsigned i = 0; i < alert->key_count; i++) {
        uint64_t key = htole64(alert->keys[i]);

        (void)nj_buf_add(list, &key, sizeof key);
    }
    if (list->status == 0) {
        *chains = nj_v_text(keys_at == 1 ? NULL : list->data);
        *keys = nj_v_bytes(alert->key_count == 0 ? NULL : list->data + keys_at,
                           alert->key_count * sizeof(uint64_t));
    }
    return scratch_status(desk, list);
}

static int
put_card(struct nj_rows_desk *desk, int64_t alert, const struct nj_card *card)
{
    const struct nj_value v[] = {
        nj_v_int(alert),          nj_v_text(card->title),
        nj_v_text(card->excerpt), nj_v_text(card->url),
        nj_v_text(card->author),  nj_v_text(card->source),
        nj_v_text(card->why),     nj_v_text(card->playbook),
        nj_v_int(card->place),    nj_v_int(card->published_ms),
    };

    return run(desk, NJ_SQL_CARD_PUT, v, COUNT(v));
}

/* Whether the alert may stand among the resolved ones: a new one cannot. */
static int may_be_past(const struct nj_op_alert *in)
{
    return in->card == NULL || in->alert.opened_ms != in->alert.touched_ms ||
           in->alert.climb.generation > 1;
}

/* Into the table of its state, out of the other. */
static int place_alert(struct nj_rows_desk *desk,
                       const struct nj_op_alert *in,
                       const struct nj_value *values,
                       size_t count)
{
    int past = in->alert.climb.state == NJ_ALERT_RESOLVED;
    int code = run(desk, past ? NJ_SQL_ALERT_PAST_PUT : NJ_SQL_ALERT_LIVE_PUT,
                   values, count);

    if (code == 0 && (past || may_be_past(in))) {
        code = run(desk, past ? NJ_SQL_ALERT_LIVE_DROP : NJ_SQL_ALERT_PAST_DROP,
                   values, 1);
    }
    return code;
}

static int put_alert(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_alert *in = (const struct nj_op_alert *)op;
    const struct nj_alert *alert = &in->alert;
    const struct nj_climb *climb = &alert->climb;
    struct nj_value chains = {.kind = NJ_VALUE_NULL};
    struct nj_value keys = {.kind = NJ_VALUE_NULL};
    int code = write_alert_lists(desk, alert, &chains, &keys);
    const struct nj_value v[] = {
        nj_v_int(alert->id),
        nj_v_int(climb->state),
        nj_v_text(alert->rule),
        nj_v_text(alert->brand),
        nj_v_text(alert->team),
        nj_v_int(in->policy_id),
        nj_v_int(alert->opened_ms),
        nj_v_int(alert->touched_ms),
        nj_v_int(alert->posts),
        nj_v_int(alert->severity),
        nj_v_int(alert->flags),
        nj_v_int(climb->flags),
        nj_v_int(climb->step),
        nj_v_int(climb->round),
        nj_v_int(climb->generation),
        nj_v_int(climb->due_ms),
        nj_v_text(climb->holder),
        nj_v_int((int64_t)alert->simhash),
        keys,
        chains,
    };

    if (code == 0) {
        code = place_alert(desk, in, v, COUNT(v));
    }
    if (code == 0 && in->card != NULL) {
        code = put_card(desk, alert->id, in->card);
    }
    return code;
}

/* ---- pages and events ---------------------------------------------------- */

static int put_page(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_page *page = &((const struct nj_op_page *)op)->page;
    const struct nj_value v[] = {
        nj_v_int(page->id),       nj_v_int(page->alert),
        nj_v_text(page->person),  nj_v_text(page->channel),
        nj_v_text(page->target),  nj_v_int(page->kind),
        nj_v_int(page->state),    nj_v_int(page->contact),
        nj_v_int(page->first),    nj_v_int(page->generation),
        nj_v_int(page->attempts), nj_v_int(page->made_ms),
        nj_v_int(page->next_ms),  nj_v_int(page->until_ms),
        nj_v_int(page->done_ms),  nj_v_text(page->ref),
        nj_v_text(page->fault),   nj_v_text(page->text),
    };

    int live = page->state == NJ_PAGE_WAITING;
    int code = run(desk, live ? NJ_SQL_PAGE_LIVE_PUT : NJ_SQL_PAGE_PAST_PUT, v,
                   COUNT(v));

    if (code == 0 && (!live || page->attempts > 0)) {
        code = run(desk, live ? NJ_SQL_PAGE_PAST_DROP : NJ_SQL_PAGE_LIVE_DROP,
                   v, 1);
    }
    return code;
}

static int put_receipt(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_receipt *in = (const struct nj_op_receipt *)op;
    const struct nj_value v[] = {
        nj_v_int(in->state),
        nj_v_text(in->fault),
        nj_v_int(in->page_id),
    };

    int code = run(desk, NJ_SQL_PAGE_PAST_RECEIPT, v, COUNT(v));

    return code != 0 ? code : run(desk, NJ_SQL_PAGE_LIVE_RECEIPT, v, COUNT(v));
}

enum { EVENT_COLUMNS = 6 };

static void fill_event(const struct nj_event *event, struct nj_value *v)
{
    v[0] = nj_v_int(event->id);
    v[1] = nj_v_int(event->at_ms);
    v[2] = nj_v_int(event->alert);
    v[3] = nj_v_text(event->kind);
    v[4] = nj_v_text(event->who);
    v[5] = nj_v_text(event->text);
}

int nj_rows_flush(struct nj_rows_desk *desk)
{
    struct nj_value v[NJ_EVENTS_A_STATEMENT * EVENT_COLUMNS];
    size_t count = desk->event_count;
    int code = 0;

    desk->event_count = 0;
    for (size_t i = 0; i < count; i++) {
        fill_event(desk->events[i], v + i * EVENT_COLUMNS);
    }
    if (count == NJ_EVENTS_A_STATEMENT) {
        return run(desk, NJ_SQL_EVENT_ADD_MANY, v, COUNT(v));
    }
    for (size_t i = 0; i < count && code == 0; i++) {
        code =
            run(desk, NJ_SQL_EVENT_ADD, v + i * EVENT_COLUMNS, EVENT_COLUMNS);
    }
    return code;
}

void nj_rows_forget(struct nj_rows_desk *desk)
{
    desk->event_count = 0;
}

/* Half of all rows are events: several to a statement cost a third less. */
static int put_event(struct nj_rows_desk *desk, const struct nj_op *op)
{
    desk->events[desk->event_count++] =
        &((const struct nj_op_event *)op)->event;
    return desk->event_count < NJ_EVENTS_A_STATEMENT ? 0 : nj_rows_flush(desk);
}

/* ---- what people made by hand -------------------------------------------- */

static int put_override(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_override *in = (const struct nj_op_override *)op;
    const struct nj_override *o = &in->override_;
    const struct nj_value v[] = {
        nj_v_int(o->id),        nj_v_int(o->from_ms),  nj_v_int(o->until_ms),
        nj_v_text(o->schedule), nj_v_text(o->person),  nj_v_text(o->instead_of),
        nj_v_int(o->made_ms),   nj_v_text(o->made_by), nj_v_text(in->note),
    };

    return run(desk, NJ_SQL_OVERRIDE_PUT, v, COUNT(v));
}

static int put_silence(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_silence *s = &((const struct nj_op_silence *)op)->silence;
    const struct nj_value v[] = {
        nj_v_int(s->id),      nj_v_int(s->from_ms),  nj_v_int(s->until_ms),
        nj_v_text(s->brand),  nj_v_text(s->rule),    nj_v_text(s->source),
        nj_v_text(s->author), nj_v_text(s->made_by), nj_v_text(s->note),
    };

    return run(desk, NJ_SQL_SILENCE_PUT, v, COUNT(v));
}

static int remove_override(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_override *in = (const struct nj_op_override *)op;
    const struct nj_value v[] = {nj_v_int(in->override_.made_ms),
                                 nj_v_text(in->override_.made_by),
                                 nj_v_int(in->override_.id)};

    return run(desk, NJ_SQL_OVERRIDE_REMOVE, v, COUNT(v));
}

static int remove_silence(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_value id = nj_v_int(((const struct nj_op_pair *)op)->id);

    return run(desk, NJ_SQL_SILENCE_REMOVE, &id, 1);
}

static int put_cursor(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_pair *in = (const struct nj_op_pair *)op;
    const struct nj_value v[] = {nj_v_text(in->key), nj_v_text(in->value)};

    return run(desk, NJ_SQL_CURSOR_PUT, v, COUNT(v));
}

static int put_policy(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_pair *in = (const struct nj_op_pair *)op;
    const struct nj_value v[] = {nj_v_int(in->id), nj_v_text(in->value)};

    return run(desk, NJ_SQL_POLICY_ADD, v, COUNT(v));
}

static int put_fact(struct nj_rows_desk *desk, const struct nj_op *op)
{
    const struct nj_op_pair *in = (const struct nj_op_pair *)op;
    const struct nj_value v[] = {nj_v_text(in->key), nj_v_text(in->value)};

    if (in->value == NULL) {
        return run(desk, NJ_SQL_FACT_REMOVE, v, 1);
    }
    return run(desk, NJ_SQL_FACT_PUT, v, COUNT(v));
}

int nj_rows_write(struct nj_rows_desk *desk, const struct nj_txn *txn)
{
    static int (*const writers[NJ_OPS])(struct nj_rows_desk *,
                                        const struct nj_op *) = {
        [NJ_OP_POST] = put_post,
        [NJ_OP_CURSOR] = put_cursor,
        [NJ_OP_ALERT] = put_alert,
        [NJ_OP_POLICY] = put_policy,
        [NJ_OP_PAGE] = put_page,
        [NJ_OP_RECEIPT] = put_receipt,
        [NJ_OP_EVENT] = put_event,
        [NJ_OP_OVERRIDE] = put_override,
        [NJ_OP_OVERRIDE_REMOVE] = remove_override,
        [NJ_OP_SILENCE] = put_silence,
        [NJ_OP_SILENCE_REMOVE] = remove_silence,
        [NJ_OP_FACT] = put_fact,
    };

    for (const struct nj_op *op = txn->first; op != NULL; op = op->next) {
        int code = writers[op->kind](desk, op);

        if (code != 0) {
            return code;
        }
    }
    return 0;
}

#undef COUNT
