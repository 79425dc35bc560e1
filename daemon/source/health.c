#include "source/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

enum { SENTENCE = 384 };

static const char *const moods[NJ_SOURCE_MOODS] = {"fresh", "well", "failing",
                                                   "sick", "quiet"};

#define TO(mood) (1u << NJ_SOURCE_##mood)

static const unsigned may_go_to[NJ_SOURCE_MOODS] = {
    [NJ_SOURCE_FRESH] = TO(WELL) | TO(FAILING) | TO(QUIET),
    [NJ_SOURCE_WELL] = TO(FAILING) | TO(QUIET),
    [NJ_SOURCE_FAILING] = TO(WELL) | TO(SICK) | TO(QUIET),
    [NJ_SOURCE_SICK] = TO(WELL) | TO(QUIET),
    [NJ_SOURCE_QUIET] = TO(WELL) | TO(FAILING),
};

#undef TO

const char *nj_source_mood_name(enum nj_source_mood mood)
{
    return (unsigned)mood < NJ_SOURCE_MOODS ? moods[mood] : "unknown";
}

void nj_health_init(struct nj_health *health,
                    const struct nj_source_env *env,
                    const char *name,
                    int64_t since_ms)
{
    *health = (struct nj_health){
        .sink = env->health, .name = name, .last_new_ms = since_ms};
}

static void
move(struct nj_health *health, enum nj_source_mood to, const char *why)
{
    if (health->mood == to || (may_go_to[health->mood] & (1u << to)) == 0) {
        return;
    }
    nj_log_info("source %s %s -> %s%s%s", health->name, moods[health->mood],
                moods[to], why == NULL ? "" : ": ", why == NULL ? "" : why);
    health->mood = to;
}

static void tell(struct nj_health *health, const char *what)
{
    health->told = what != NULL;
    if (health->sink.source != NULL) {
        health->sink.source(health->sink.ctx, health->name, what,
                            health->next_ms);
    }
}

/* A sentence that could not be kept is still told. */
static void set_fault(struct nj_health *health, const char *what)
{
    free(health->fault);
    health->fault = what == NULL ? NULL : strdup(what);
}

static int is_silent(const struct nj_health *health, int64_t now_ms)
{
    return health->silent_after_ms > 0 &&
           now_ms - health->last_new_ms >= health->silent_after_ms;
}

static void tell_silence(struct nj_health *health, int64_t now_ms)
{
    char text[SENTENCE];
    char span[NJ_DURATION_TEXT];
    char limit[NJ_DURATION_TEXT];
    int64_t span_ms = (now_ms - health->last_new_ms) / 60000 * 60000;

    (void)snprintf(text, sizeof text,
                   "nothing new for %s (silent_after is %s); it answers, but "
                   "is it still the right place?",
                   nj_str_duration_text(span_ms, span),
                   nj_str_duration_text(health->silent_after_ms, limit));
    move(health, NJ_SOURCE_QUIET, text);
    set_fault(health, text);
    tell(health, text);
}

/* What is later than now was so before the clock was set back: it counts from
 * here, or the alarm would wait for the hour to come round again. */
static void follow_clock(struct nj_health *health, int64_t now_ms)
{
    if (health->last_new_ms > now_ms) {
        health->last_new_ms = now_ms;
    }
    if (health->failing_since_ms > now_ms) {
        health->failing_since_ms = now_ms;
    }
}

void nj_health_ok(struct nj_health *health, int64_t now_ms, size_t new_count)
{
    follow_clock(health, now_ms);
    health->reads++;
    health->posts += new_count;
    health->fails = 0;
    health->last_ok_ms = now_ms;
    if (new_count > 0) {
        health->last_new_ms = now_ms;
    }
    if (is_silent(health, now_ms)) {
        nj_health_check(health, now_ms);
        return;
    }
    move(health, NJ_SOURCE_WELL, NULL);
    set_fault(health, NULL);
    if (health->told) {
        tell(health, NULL);
    }
}

void nj_health_failed(struct nj_health *health,
                      int64_t now_ms,
                      const char *what,
                      int urgent)
{
    char text[SENTENCE];
    char span[NJ_DURATION_TEXT];
    int64_t for_ms;

    health->faults++;
    if (health->fails++ == 0) {
        health->failing_since_ms = now_ms;
    }
    follow_clock(health, now_ms);
    for_ms = now_ms - health->failing_since_ms;
    if (health->mood != NJ_SOURCE_SICK) {
        move(health, NJ_SOURCE_FAILING, what);
    }
    (void)snprintf(text, sizeof text, "%s", what);
    if (for_ms >= 60000) {
        (void)snprintf(text, sizeof text, "%s, for %s", what,
                       nj_str_duration_text(for_ms / 60000 * 60000, span));
    }
    set_fault(health, text);
    if (health->mood == NJ_SOURCE_FAILING &&
        (urgent || for_ms >= health->fails_after_ms)) {
        move(health, NJ_SOURCE_SICK, what);
        tell(health, text);
    }
}

void nj_health_note(struct nj_health *health, const char *what)
{
    health->faults++;
    set_fault(health, what);
}

int64_t nj_health_patience(const struct nj_health *health, int64_t now_ms)
{
    int64_t left_ms = health->last_new_ms + health->silent_after_ms - now_ms;

    if (health->silent_after_ms == 0) {
        return -1;
    }
    if (left_ms > health->silent_after_ms) {
        return health->silent_after_ms; /* the clock was set back */
    }
    return left_ms > 0 ? left_ms : 0;
}

void nj_health_check(struct nj_health *health, int64_t now_ms)
{
    follow_clock(health, now_ms);
    if (is_silent(health, now_ms) && health->mood != NJ_SOURCE_QUIET &&
        health->fails == 0) {
        tell_silence(health, now_ms);
    }
}

void nj_health_status(const struct nj_health *health,
                      struct nj_source_status *out)
{
    out->mood = health->mood;
    out->last_ok_ms = health->last_ok_ms;
    out->last_new_ms = health->posts > 0 ? health->last_new_ms : 0;
    out->next_ms = health->next_ms;
    out->reads = health->reads;
    out->faults = health->faults;
    out->posts = health->posts;
    (void)snprintf(out->fault, sizeof out->fault, "%s",
                   health->fault == NULL ? "" : health->fault);
}

void nj_health_finish(struct nj_health *health)
{
    free(health->fault);
    health->fault = NULL;
}
