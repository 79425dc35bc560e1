#include "watch/swaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "watch/news.h"

enum { FACT_BYTES = 4 << 10, KEY_BYTES = 32, HEADLINE_BYTES = 200 };

static const char key_start[] = "swap/";
static const char key_last[] = "swap/last"; /* so that no number comes twice */

/* ---- as facts ------------------------------------------------------------ */

static void write_span(struct nj_jw *w,
                       const char *from,
                       const char *until,
                       const struct nj_swap_span *span)
{
    nj_jw_int(w, from, span->from_ms);
    nj_jw_int(w, until, span->until_ms);
}

static void write_fact(struct nj_deed *deed, const struct nj_swap *s)
{
    char key[KEY_BYTES];
    char last[24];
    struct nj_buf json;
    struct nj_jw w;

    nj_buf_init(&json, FACT_BYTES);
    nj_jw_init(&w, &json);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "schedule", s->schedule);
    nj_jw_text(&w, "person", s->person);
    nj_jw_text(&w, "with", s->with);
    write_span(&w, "give_from", "give_until", &s->give);
    write_span(&w, "take_from", "take_until", &s->take);
    nj_jw_int(&w, "made", s->made_ms);
    nj_jw_int(&w, "expires", s->expires_ms);
    nj_jw_text(&w, "note", s->note);
    nj_jw_close(&w, '}');
    (void)snprintf(key, sizeof key, "%s%lld", key_start, (long long)s->id);
    (void)snprintf(last, sizeof last, "%lld", (long long)s->id);
    if (json.status != 0) {
        nj_deed_spoil(deed);
    } else {
        nj_txn_fact(nj_deed_txn(deed), key, nj_buf_text(&json));
        nj_txn_fact(nj_deed_txn(deed), key_last, last);
    }
    nj_buf_finish(&json);
}

static struct nj_swap_span
read_span(const cJSON *tree, const char *from, const char *until)
{
    return (struct nj_swap_span){nj_json_int(tree, from, 0),
                                 nj_json_int(tree, until, 0)};
}

static int read_fact(struct nj_names *names,
                     int64_t id,
                     const char *value,
                     struct nj_swap *out)
{
    const char *note;
    cJSON *tree = NULL;
    int code = nj_json_parse(value, strlen(value), FACT_BYTES, &tree, NULL);

    if (code != 0) {
        return code;
    }
    note = nj_json_text(tree, "note");
    *out = (struct nj_swap){
        .id = id,
        .schedule = nj_name(names, nj_json_text(tree, "schedule")),
        .person = nj_name(names, nj_json_text(tree, "person")),
        .with = nj_name(names, nj_json_text(tree, "with")),
        .give = read_span(tree, "give_from", "give_until"),
        .take = read_span(tree, "take_from", "take_until"),
        .made_ms = nj_json_int(tree, "made", 0),
        .expires_ms = nj_json_int(tree, "expires", 0),
    };
    (void)snprintf(out->note, sizeof out->note, "%s", note == NULL ? "" : note);
    code = out->schedule == NULL || out->person == NULL || out->with == NULL
               ? NJ_E_NOMEM
               : 0;
    cJSON_Delete(tree);
    return code;
}

/* ---- the list ------------------------------------------------------------ */

static int keep(struct nj_swaps *swaps, const struct nj_swap *swap)
{
    if (swaps->count == swaps->room) {
        size_t room = swaps->room * 2 + 4;
        struct nj_swap *grown = realloc(swaps->list, room * sizeof *grown);

        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        swaps->list = grown;
        swaps->room = room;
    }
    swaps->list[swaps->count++] = *swap;
    return 0;
}

static void arm(struct nj_swaps *swaps);

int nj_swaps_load(struct nj_swaps *swaps, const char *key, const char *value)
{
    struct nj_swap swap;
    int64_t id = 0;
    int code;

    if (!nj_str_starts(key, key_start)) {
        return 0;
    }
    if (nj_str_int(strcmp(key, key_last) == 0 ? value : key + strlen(key_start),
                   &id) == 0 &&
        id > swaps->env->last_other_id) {
        swaps->env->last_other_id = id;
    }
    if (id == 0 || strcmp(key, key_last) == 0) {
        return 0;
    }
    code = read_fact(swaps->env->names, id, value, &swap);
    if (code == NJ_E_INVALID || code == NJ_E_TOOBIG) {
        nj_log_warning("swap %lld cannot be read and is passed over",
                       (long long)id);
        return 0;
    }
    return code != 0 ? code : keep(swaps, &swap);
}

const struct nj_swap *nj_swaps_find(const struct nj_swaps *swaps, int64_t id)
{
    for (size_t i = 0; i < swaps->count; i++) {
        if (swaps->list[i].id == id) {
            return &swaps->list[i];
        }
    }
    return NULL;
}

int nj_swaps_add(struct nj_swaps *swaps,
                 struct nj_deed *deed,
                 const struct nj_swap *swap)
{
    int code = keep(swaps, swap);

    if (code == 0) {
        write_fact(deed, swap);
        arm(swaps);
    }
    return code;
}

void nj_swaps_drop(struct nj_swaps *swaps, struct nj_deed *deed, int64_t id)
{
    const struct nj_swap *found = nj_swaps_find(swaps, id);
    size_t i = found == NULL ? swaps->count : (size_t)(found - swaps->list);
    char key[KEY_BYTES];

    if (i == swaps->count) {
        return;
    }
    (void)snprintf(key, sizeof key, "%s%lld", key_start, (long long)id);
    nj_txn_fact(nj_deed_txn(deed), key, NULL);
    memmove(&swaps->list[i], &swaps->list[i + 1],
            (swaps->count - i - 1) * sizeof swaps->list[0]);
    swaps->count--;
    arm(swaps);
}

/* ---- what lapses --------------------------------------------------------- */

/* SWAP goes unanswered, because of WHY. */
static void lapse(struct nj_swaps *swaps,
                  struct nj_deed *deed,
                  const struct nj_swap *swap,
                  const char *why)
{
    const struct nj_swap gone = *swap;
    const char *const both[] = {gone.person, gone.with};
    char headline[HEADLINE_BYTES];

    nj_swaps_drop(swaps, deed, gone.id);
    nj_deed_event(deed, 0, "swap", NULL, "swap %lld of %s with %s lapsed: %s",
                  (long long)gone.id, gone.person, gone.with, why);
    (void)snprintf(headline, sizeof headline,
                   "Swap %lld in %s lapsed: nothing changes",
                   (long long)gone.id, gone.schedule);
    for (int i = 0; i < 2; i++) {
        if (nj_plan_person(swaps->env->plan, both[i]) != NULL) {
            (void)nj_news_tell(swaps->outbox, deed, both[i], NJ_NEWS_QUIET,
                               headline, why);
        }
    }
}

static void on_timer(struct nj_timer *timer)
{
    struct nj_swaps *swaps = timer->ctx;
    int64_t now = nj_loop_wall_ms(swaps->env->loop);
    struct nj_deed *deed = nj_deed_begin(swaps->ledger);

    for (size_t i = 0; deed != NULL && i < swaps->count;) {
        if (swaps->list[i].expires_ms <= now) {
            lapse(swaps, deed, &swaps->list[i], "it was not answered in time");
        } else {
            i++;
        }
    }
    if (deed != NULL) {
        nj_deed_commit(deed);
    }
    arm(swaps);
}

static void arm(struct nj_swaps *swaps)
{
    int64_t now = nj_loop_wall_ms(swaps->env->loop);
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < swaps->count; i++) {
        int64_t at = swaps->list[i].expires_ms;

        next = at < next ? at : next;
    }
    nj_timer_stop(&swaps->timer);
    swaps->timer.ctx = swaps;
    if (swaps->open && next != INT64_MAX &&
        nj_timer_set(swaps->env->loop, &swaps->timer,
                     next > now ? next - now : 0, 0, on_timer) != 0) {
        nj_log_error("no memory for the timer of swaps");
    }
}

void nj_swaps_replan(struct nj_swaps *swaps)
{
    const struct nj_plan *plan = swaps->env->plan;
    struct nj_deed *deed = NULL;

    for (size_t i = 0; i < swaps->count;) {
        const struct nj_swap *s = &swaps->list[i];
        int whole = nj_plan_schedule(plan, s->schedule) != NULL &&
                    nj_plan_person(plan, s->person) != NULL &&
                    nj_plan_person(plan, s->with) != NULL;

        if (!whole && deed == NULL) {
            deed = nj_deed_begin(swaps->ledger);
        }
        if (whole || deed == NULL) {
            i++;
        } else {
            lapse(swaps, deed, s,
                  "the configuration no longer has all whom it names");
        }
    }
    if (deed != NULL) {
        nj_deed_commit(deed);
    }
}

void nj_swaps_open(struct nj_swaps *swaps)
{
    swaps->open = 1;
    arm(swaps);
}

void nj_swaps_close(struct nj_swaps *swaps)
{
    swaps->open = 0;
    nj_timer_stop(&swaps->timer);
}

void nj_swaps_finish(struct nj_swaps *swaps)
{
    nj_timer_stop(&swaps->timer);
    free(swaps->list);
    swaps->list = NULL;
    swaps->count = 0;
}
