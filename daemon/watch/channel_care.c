#include "watch/channel_care.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

enum { LAME_MAX = 256, KEY_BYTES = 400, SINCE_SHOWN_MS = 60000 };

struct nj_lame {
    struct nj_lame *next;
    struct nj_channel_care *care;
    struct nj_timer timer; /* FAILING: when it is LAME */
    int64_t since_mono_ms;
    unsigned failures; /* a single one proves nothing */
    int alarmed;       /* LAME */
    const char *channel;
    const char *person; /* interned; of a contact, or NULL */
    char *target;       /* owned; NULL: the channel as a whole */
    char fault[NJ_SEND_FAULT];
};

/* ---- words --------------------------------------------------------------- */

/* What a contact is called; an address of the web may be a secret. */
static const char *contact_name(const char *person, const char *target)
{
    if (target == NULL || strstr(target, "://") == NULL) {
        return target == NULL ? "" : target;
    }
    return person == NULL ? "a web address" : person;
}

static void
write_key(const char *channel, const char *target, char out[KEY_BYTES])
{
    (void)nj_str_format(out, KEY_BYTES, "channel %s%s%s", channel,
                        target == NULL ? "" : " to ",
                        target == NULL ? "" : target);
}

static void write_title(const struct nj_lame *lame, char *out, size_t room)
{
    if (lame->target == NULL) {
        (void)snprintf(out, room, "Channel %s does not work", lame->channel);
    } else {
        (void)snprintf(out, room, "Channel %s does not reach %.80s%s%s%s",
                       lame->channel, contact_name(lame->person, lame->target),
                       lame->person == NULL ? "" : " (",
                       lame->person == NULL ? "" : lame->person,
                       lame->person == NULL ? "" : ")");
    }
}

static void write_text(const struct nj_lame *lame, char *out, size_t room)
{
    int64_t ms = nj_loop_mono_ms(lame->care->env->loop) - lame->since_mono_ms;
    char since[NJ_DURATION_TEXT];

    (void)snprintf(
        out, room,
        "%s%s%s. Pages go by people's other contacts meanwhile. "
        "It is over when a message gets through: try `nightjar test %s`.",
        lame->fault, ms < SINCE_SHOWN_MS ? "" : ", for ",
        ms < SINCE_SHOWN_MS
            ? ""
            : nj_str_duration_text(ms / SINCE_SHOWN_MS * SINCE_SHOWN_MS, since),
        lame->person == NULL ? "PERSON" : lame->person);
}

/* ---- what fails ---------------------------------------------------------- */

static struct nj_lame *find(const struct nj_channel_care *care,
                            const char *channel,
                            const char *target)
{
    struct nj_lame *lame = care->lame;

    while (lame != NULL && !(nj_str_eq(lame->channel, channel) &&
                             nj_str_eq(lame->target, target))) {
        lame = lame->next;
    }
    return lame;
}

static void count_lame(struct nj_channel_care *care)
{
    care->env->stats.channels_sick = 0;
    for (struct nj_lame *l = care->lame; l != NULL; l = l->next) {
        care->env->stats.channels_sick += l->alarmed && l->target == NULL;
    }
}

static void drop(struct nj_channel_care *care, struct nj_lame *lame)
{
    struct nj_lame **at = &care->lame;

    while (*at != lame) {
        at = &(*at)->next;
    }
    *at = lame->next;
    nj_timer_stop(&lame->timer);
    free(lame->target);
    free(lame);
    count_lame(care);
}

static struct nj_lame *
add(struct nj_channel_care *care, const char *channel, const char *target)
{
    struct nj_lame *lame;
    size_t count = 0;

    for (lame = care->lame; lame != NULL; lame = lame->next) {
        count++;
    }
    lame = count >= LAME_MAX ? NULL : calloc(1, sizeof *lame);
    if (lame == NULL) {
        return NULL;
    }
    lame->target = target == NULL ? NULL : strdup(target);
    if (target != NULL && lame->target == NULL) {
        free(lame);
        return NULL;
    }
    lame->channel = channel;
    lame->care = care;
    lame->timer.ctx = lame;
    lame->since_mono_ms = nj_loop_mono_ms(care->env->loop);
    lame->next = care->lame;
    care->lame = lame;
    return lame;
}

static void alarm_about(struct nj_lame *lame)
{
    struct nj_channel_care *care = lame->care;
    char key[KEY_BYTES];
    char title[200];
    char text[500];

    nj_timer_stop(&lame->timer);
    lame->alarmed = 1;
    count_lame(care);
    write_key(lame->channel, lame->target, key);
    write_title(lame, title, sizeof title);
    write_text(lame, text, sizeof text);
    nj_care_alarm(care->care, key, NJ_LEVEL_HIGH, title, text);
}

static void on_long_enough(struct nj_timer *timer)
{
    struct nj_lame *lame = timer->ctx;

    if (lame->failures > 1) { /* else the next failure tells */
        alarm_about(lame);
    }
}

static int is_long_enough(const struct nj_lame *lame, int64_t wait_ms)
{
    return nj_loop_mono_ms(lame->care->env->loop) - lame->since_mono_ms >=
           wait_ms;
}

/* ---- what is heard ------------------------------------------------------- */

static void fails(struct nj_channel_care *care,
                  const struct nj_send_req *req,
                  const char *person,
                  int at_once)
{
    const char *target = req->of_target ? req->target : NULL;
    struct nj_lame *lame = find(care, req->channel, target);
    int64_t wait_ms = at_once ? 0 : care->env->plan->ops_channel_after_ms;

    if (lame == NULL) {
        lame = add(care, req->channel, target);
    }
    if (lame == NULL) {
        nj_log_error("channel %s: %s (and no room to watch it)", req->channel,
                     req->fault);
        return;
    }
    lame->person = person;
    (void)snprintf(lame->fault, sizeof lame->fault, "%s", req->fault);
    lame->failures++;
    /* Again, when somebody resolved it meanwhile; and where no timer can be
     * had, rather too early than never. */
    if (lame->alarmed || is_long_enough(lame, wait_ms) ||
        (!nj_timer_armed(&lame->timer) &&
         nj_timer_set(care->env->loop, &lame->timer, wait_ms, 0,
                      on_long_enough) != 0)) {
        alarm_about(lame);
    }
}

/* The alarm may be older than this run: it is looked for in any case. */
static void
works(struct nj_channel_care *care, const char *channel, const char *target)
{
    struct nj_lame *lame = find(care, channel, target);
    char key[KEY_BYTES];

    if (lame != NULL) {
        drop(care, lame);
    }
    write_key(channel, target, key);
    nj_care_over(care->care, key, "a message got through again");
}

void nj_channel_care_heard(void *ctx,
                           const struct nj_send_req *req,
                           const char *person,
                           int status)
{
    struct nj_channel_care *care = ctx;

    if (req->held) {
        return; /* we held it back ourselves: nobody was asked */
    }
    switch (status) {
    case 0:
        works(care, req->channel, NULL);
        if (req->target != NULL) {
            works(care, req->channel, req->target);
        }
        break;
    case NJ_E_REFUSED:
        fails(care, req, person, 1);
        break;
    case NJ_E_NET:
    case NJ_E_TIMEOUT:
    case NJ_E_AGAIN:
        fails(care, req, person, 0);
        break;
    default:
        break; /* nobody at that desktop, or we ourselves */
    }
}

int nj_channel_care_lame(void *ctx, const char *channel)
{
    const struct nj_channel_care *care = ctx;
    const struct nj_lame *lame = find(care, channel, NULL);

    return lame != NULL && lame->alarmed;
}

void nj_channel_care_forget(struct nj_channel_care *care)
{
    while (care->lame != NULL) {
        drop(care, care->lame);
    }
}
