#include "watch/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "watch/waiting.h"

enum { RINGING_MAX = 512 };

void nj_outbox_init(struct nj_outbox *outbox,
                    struct nj_watch_env *env,
                    struct nj_ledger *ledger,
                    struct nj_alerts *alerts)
{
    *outbox = (struct nj_outbox){
        .env = env,
        .ledger = ledger,
        .alerts = alerts,
    };
    outbox->first_end = &outbox->first_in;
    outbox->timer.ctx = outbox;
    outbox->pump.ctx = outbox;
}

/* ---- what waits -------------------------------------------------------- */

static uint64_t alert_key(int64_t alert)
{
    return (uint64_t)alert;
}

static struct nj_waiting *create_waiting(struct nj_outbox *outbox)
{
    struct nj_waiting *w = calloc(1, sizeof *w);

    if (w != NULL) {
        w->outbox = outbox;
    }
    return w;
}

static int put_in(struct nj_outbox *outbox, struct nj_waiting *w)
{
    w->entry.order = (uint64_t)w->page.id;
    if (nj_multimap_add(&outbox->by_alert, alert_key(w->page.alert), w) != 0) {
        return NJ_E_NOMEM;
    }
    outbox->count++;
    outbox->env->stats.pages_waiting = outbox->count;
    return 0;
}

void nj_waiting_free(struct nj_waiting *w)
{
    struct nj_outbox *outbox = w->outbox;

    nj_heap_remove(&outbox->due, &w->entry);
    if (nj_multimap_remove(&outbox->by_alert, alert_key(w->page.alert), w)) {
        outbox->count--;
        outbox->env->stats.pages_waiting = outbox->count;
    }
    nj_page_finish(&w->page);
    nj_arena_finish(&w->arena);
    free(w->message);
    free(w);
}

int nj_waiting_keep_card(struct nj_waiting *w, const struct nj_card *card)
{
    struct nj_arena *arena = &w->arena;
    struct nj_card *copy = nj_arena_zalloc(arena, sizeof *copy);

    if (copy == NULL) {
        return NJ_E_NOMEM;
    }
    *copy = *card;
    copy->title = nj_arena_strdup(arena, card->title);
    copy->excerpt = nj_arena_strdup(arena, card->excerpt);
    copy->url = nj_arena_strdup(arena, card->url);
    copy->author = nj_arena_strdup(arena, card->author);
    copy->source = nj_arena_strdup(arena, card->source);
    copy->why = nj_arena_strdup(arena, card->why);
    copy->playbook = nj_arena_strdup(arena, card->playbook);
    if ((card->title != NULL && copy->title == NULL) ||
        (card->excerpt != NULL && copy->excerpt == NULL) ||
        (card->playbook != NULL && copy->playbook == NULL)) {
        return NJ_E_NOMEM;
    }
    w->card = copy;
    return 0;
}

static int copy_text(const char *text, char **out)
{
    *out = text == NULL ? NULL : strdup(text);
    return text != NULL && *out == NULL ? NJ_E_NOMEM : 0;
}

static int fill_page(struct nj_outbox *outbox,
                     const struct nj_page_wish *wish,
                     struct nj_page *page)
{
    int64_t now = nj_loop_wall_ms(outbox->env->loop);

    *page = (struct nj_page){
        .id = outbox->last_page_id + 1,
        .alert = wish->alert == NULL ? 0 : wish->alert->id,
        .person = wish->person,
        .channel = wish->channel,
        .kind = (uint8_t)wish->kind,
        .state = NJ_PAGE_WAITING,
        .contact = wish->contact,
        .first = (uint8_t)(wish->first != 0),
        .generation = wish->alert == NULL ? 0 : wish->alert->climb.generation,
        .made_ms = now,
        .next_ms = now,
        .until_ms = wish->until_ms,
    };
    if (copy_text(wish->target, &page->target) != 0 ||
        copy_text(wish->text, &page->text) != 0) {
        nj_page_finish(page);
        return NJ_E_NOMEM;
    }
    return 0;
}

static void pump(struct nj_outbox *outbox);

static void queue_up(struct nj_waiting *w)
{
    struct nj_outbox *outbox = w->outbox;

    w->state = NJ_WAITING_DUE;
    if (w->page.first && w->page.attempts == 0 &&
        w->page.next_ms <= nj_loop_wall_ms(outbox->env->loop)) {
        w->next = NULL;
        *outbox->first_end = w;
        outbox->first_end = &w->next;
        return;
    }
    if (nj_heap_set(&outbox->due, &w->entry, w->page.next_ms) != 0) {
        outbox->env->on_broken(outbox->env->broken_ctx,
                               "memory ran out while queueing a page");
    }
}

void nj_waiting_again(struct nj_waiting *w)
{
    queue_up(w);
    pump(w->outbox);
}

static void on_durable(void *ctx, int status)
{
    struct nj_waiting *w = ctx;

    /* A deed that can never be written (a bug) takes no page with it. */
    if ((status != 0 && status != NJ_E_CORRUPT) || w->dropped) {
        nj_waiting_free(w);
        return;
    }
    queue_up(w);
    pump(w->outbox);
}

void nj_outbox_add(struct nj_outbox *outbox,
                   struct nj_deed *deed,
                   const struct nj_page_wish *wish)
{
    struct nj_waiting *w = create_waiting(outbox);

    if (w == NULL || fill_page(outbox, wish, &w->page) != 0) {
        free(w);
        nj_deed_spoil(deed);
        return;
    }
    if ((wish->card != NULL && nj_waiting_keep_card(w, wish->card) != 0) ||
        put_in(outbox, w) != 0) {
        nj_waiting_free(w);
        nj_deed_spoil(deed);
        return;
    }
    outbox->last_page_id++;
    nj_txn_page(nj_deed_txn(deed), &w->page);
    nj_deed_then(deed, on_durable, w);
}

int nj_outbox_load(struct nj_outbox *outbox, const struct nj_page *page)
{
    struct nj_waiting *w = create_waiting(outbox);

    if (w == NULL) {
        return NJ_E_NOMEM;
    }
    w->page = *page;
    w->page.target = NULL;
    w->page.text = NULL;
    w->page.ref = NULL;
    w->page.fault = NULL;
    if (copy_text(page->target, &w->page.target) != 0 ||
        copy_text(page->text, &w->page.text) != 0 || put_in(outbox, w) != 0) {
        nj_waiting_free(w);
        return NJ_E_NOMEM;
    }
    if (page->id > outbox->last_page_id) {
        outbox->last_page_id = page->id;
    }
    queue_up(w);
    return 0;
}

static int may_drop(const struct nj_waiting *w)
{
    return !w->dropped && w->page.kind == NJ_PAGE_CALL;
}

static int is_on_the_wire(const struct nj_waiting *w)
{
    return w->state == NJ_WAITING_RINGING || w->state == NJ_WAITING_BUNDLED;
}

void nj_outbox_drop(struct nj_outbox *outbox,
                    struct nj_deed *deed,
                    const struct nj_alert *alert,
                    const char *person)
{
    int64_t now = nj_loop_wall_ms(outbox->env->loop);
    size_t at = 0;
    struct nj_waiting *w;

    while ((w = nj_multimap_next(&outbox->by_alert, alert_key(alert->id),
                                 &at)) != NULL) {
        if (person != NULL && w->page.person != person) {
            continue;
        }
        if (may_drop(w) && is_on_the_wire(w)) {
            w->unwanted = 1; /* what comes of it is written when it is back */
        } else if (may_drop(w)) {
            w->dropped = 1;
            w->page.state = NJ_PAGE_DROPPED;
            w->page.done_ms = now;
            nj_txn_page(nj_deed_txn(deed), &w->page);
            if (w->entry.place != 0 && /* let pump find and free it */
                nj_heap_set(&outbox->due, &w->entry, 0) != 0) {
                nj_deed_spoil(deed);
            }
        }
    }
    nj_loop_defer(outbox->env->loop, &outbox->pump, outbox->pump.on_run);
}

static void
shift_page(struct nj_waiting *w, struct nj_deed *deed, int64_t delta_ms)
{
    w->page.next_ms += delta_ms;
    w->page.until_ms += w->page.until_ms == 0 ? 0 : delta_ms;
    w->page.made_ms += delta_ms; /* how long it is tried counts from there */
    nj_txn_page(nj_deed_txn(deed), &w->page);
    if (w->entry.place != 0 &&
        nj_heap_set(&w->outbox->due, &w->entry, w->page.next_ms) != 0) {
        nj_deed_spoil(deed);
    }
}

void nj_outbox_shift(struct nj_outbox *outbox, int64_t delta_ms)
{
    struct nj_deed *deed = NULL;
    struct nj_waiting *w;
    size_t at = 0;

    while ((w = nj_multimap_each(&outbox->by_alert, &at)) != NULL) {
        if (deed == NULL) {
            deed = nj_deed_begin(outbox->ledger);
        }
        if (deed == NULL) {
            outbox->env->on_broken(outbox->env->broken_ctx,
                                   "memory ran out when the clock was set");
            return;
        }
        if (!w->dropped) {
            shift_page(w, deed, delta_ms);
        }
    }
    if (deed != NULL) {
        nj_deed_commit(deed);
    }
    nj_loop_defer(outbox->env->loop, &outbox->pump, outbox->pump.on_run);
}

/* ---- sending ----------------------------------------------------------- */

static struct nj_waiting *take_first(struct nj_outbox *outbox)
{
    struct nj_waiting *w = outbox->first_in;

    if (w != NULL) {
        outbox->first_in = w->next;
        if (w->next == NULL) {
            outbox->first_end = &outbox->first_in;
        }
        w->next = NULL;
    }
    return w;
}

static struct nj_waiting *take_due(struct nj_outbox *outbox)
{
    struct nj_waiting *w = (struct nj_waiting *)nj_heap_top(&outbox->due);

    if (w == NULL || w->entry.key > nj_loop_wall_ms(outbox->env->loop)) {
        return NULL;
    }
    nj_heap_remove(&outbox->due, &w->entry);
    return w;
}

static void on_timer(struct nj_timer *timer)
{
    pump(timer->ctx);
}

static void arm(struct nj_outbox *outbox)
{
    const struct nj_heap_entry *top = nj_heap_top(&outbox->due);
    int64_t delay;

    if (top == NULL || outbox->ringing >= RINGING_MAX) {
        nj_timer_stop(&outbox->timer);
        return;
    }
    delay = top->key - nj_loop_wall_ms(outbox->env->loop);
    if (nj_timer_set(outbox->env->loop, &outbox->timer, delay < 0 ? 0 : delay,
                     0, on_timer) != 0) {
        outbox->env->on_broken(outbox->env->broken_ctx,
                               "memory ran out while arming a timer");
    }
}

int nj_waiting_is_drill(const struct nj_waiting *w)
{
    return nj_alerts_is_drill(w->outbox->alerts, w->page.alert);
}

/* Two calls for the same person by the same contact are one message, unless
 * one of them is the first of its alert, or only one a drill. */
static int may_bundle(const struct nj_waiting *a, const struct nj_waiting *b)
{
    return nj_waiting_is_drill(a) == nj_waiting_is_drill(b) &&
           b->page.kind == NJ_PAGE_CALL && !b->page.first && !b->dropped &&
           a->page.person == b->page.person &&
           a->page.channel == b->page.channel &&
           nj_str_eq(a->page.target, b->page.target);
}

static void gather_bundle(struct nj_outbox *outbox, struct nj_waiting *w)
{
    struct nj_waiting *kept = NULL;
    struct nj_waiting *other;

    if (w->page.kind != NJ_PAGE_CALL || w->page.first) {
        return;
    }
    while ((other = take_due(outbox)) != NULL) {
        if (may_bundle(w, other)) {
            other->state = NJ_WAITING_BUNDLED;
            other->next = w->bundle;
            w->bundle = other;
            w->bundled++;
        } else {
            other->next = kept;
            kept = other;
        }
    }
    while (kept != NULL) {
        struct nj_waiting *next = kept->next;

        kept->next = NULL;
        queue_up(kept);
        kept = next;
    }
}

static void pump(struct nj_outbox *outbox)
{
    while (outbox->open && !outbox->closing && outbox->ringing < RINGING_MAX) {
        struct nj_waiting *w = take_first(outbox);

        if (w == NULL) {
            w = take_due(outbox);
            if (w != NULL && !w->dropped) {
                gather_bundle(outbox, w);
            }
        }
        if (w == NULL) {
            break;
        }
        if (w->dropped) {
            nj_waiting_free(w);
        } else {
            nj_waiting_ring(w);
        }
    }
    if (outbox->open && !outbox->closing) {
        arm(outbox);
    }
}

static void on_pump(struct nj_defer *defer)
{
    struct nj_outbox *outbox = defer->ctx;

    pump(outbox);
    if (outbox->closing && outbox->ringing == 0 && outbox->on_empty != NULL) {
        void (*on_empty)(void *ctx) = outbox->on_empty;

        outbox->on_empty = NULL;
        on_empty(outbox->on_empty_ctx);
    }
}

void nj_outbox_open(struct nj_outbox *outbox)
{
    outbox->pump.on_run = on_pump;
    outbox->open = 1;
    nj_loop_defer(outbox->env->loop, &outbox->pump, on_pump);
}

void nj_outbox_close(struct nj_outbox *outbox,
                     void (*on_empty)(void *ctx),
                     void *ctx)
{
    outbox->closing = 1;
    outbox->on_empty = on_empty;
    outbox->on_empty_ctx = ctx;
    nj_timer_stop(&outbox->timer);
    nj_loop_defer(outbox->env->loop, &outbox->pump, on_pump);
}

void nj_outbox_finish(struct nj_outbox *outbox)
{
    size_t at = 0;
    struct nj_waiting *w;

    nj_timer_stop(&outbox->timer);
    nj_loop_undefer(outbox->env->loop, &outbox->pump);
    while ((w = nj_multimap_each(&outbox->by_alert, &at)) != NULL) {
        nj_waiting_free(w);
    }
    nj_multimap_finish(&outbox->by_alert);
    nj_heap_finish(&outbox->due);
    *outbox = (struct nj_outbox){0};
}
