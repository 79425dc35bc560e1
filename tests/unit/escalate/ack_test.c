/* What people do: take it, give it back, put it off, end it, ask for more
 * hands, hand it on. */

#include "unit/escalate/world.h"

static struct nj_esc_event by(enum nj_esc_kind kind, const char *person)
{
    return (struct nj_esc_event){.kind = kind, .person = person};
}

static struct nj_esc_event
until(enum nj_esc_kind kind, const char *person, int64_t until_ms)
{
    return (struct nj_esc_event){
        .kind = kind, .person = person, .until_ms = until_ms};
}

static struct nj_esc_event give(const char *person, const char *target)
{
    return (struct nj_esc_event){
        .kind = NJ_ESC_REASSIGN, .person = person, .target = target};
}

/* An alert that maya and tom were paged for. */
static void open_at_step_two(struct world *w)
{
    open_world(w);
    open_alert(w);
    after(w, 5 * MIN);
}

static void
refused(struct world *w, struct nj_esc_event event, int code, const char *words)
{
    struct nj_climb before = w->climb;

    assert_int_equal(happen(w, event), code);
    assert_string_equal(w->err.text, words);
    assert_int_equal(w->actions.count, 0);
    assert_memory_equal(&before, &w->climb, sizeof before);
}

/* ---- acknowledge -------------------------------------------------------- */

static void
acknowledge_without_a_person_or_for_the_past_is_refused(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    refused(&w, by(NJ_ESC_ACK, NULL), NJ_E_INVALID, "say who does this");
    refused(&w, until(NJ_ESC_ACK, "maya", w.now), NJ_E_INVALID,
            "acknowledge until when? That time is over already");
    close_world(&w);
}

static void
acknowledge_stops_pages_and_timers_and_names_the_holder(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "tom");
    assert_string_equal(caused(&w), "stop; "
                                    "acked: tom has it for 2h (open -> "
                                    "acknowledged); "
                                    "tell maya: tom has it for 2h");
    assert_int_equal(w.climb.state, NJ_ALERT_ACKED);
    assert_string_equal(w.climb.holder, "tom");
    assert_int_equal(nj_climb_due(&w.climb), w.now + 120 * MIN);
    after(&w, 119 * MIN);
    assert_int_equal(w.actions.count, 0);
    close_world(&w);
}

static void acknowledge_may_have_a_time_of_its_own(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, until(NJ_ESC_ACK, "maya", w.now + 30 * MIN));
    assert_string_equal(tells(&w), "tell tom: maya has it for 30m");
    assert_int_equal(w.climb.due_ms, w.now + 30 * MIN);
    close_world(&w);
}

static void acknowledge_may_last_for_ever(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    w.policy.ack_expires_ms = 0;
    ack_by(&w, "maya");
    assert_string_equal(tells(&w), "tell tom: maya has it");
    assert_int_equal(nj_climb_due(&w.climb), 0);
    close_world(&w);
}

static void who_was_never_paged_may_acknowledge(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "ana");
    assert_string_equal(tells(&w), "tell maya: ana has it for 2h; "
                                   "tell tom: ana has it for 2h");
    close_world(&w);
}

static void who_was_not_rung_yet_is_not_told(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    set_rules(&w, "maya", NJ_LEVEL_CRITICAL, slow_sms, 1);
    open_alert(&w);
    ack_by(&w, "tom");
    assert_string_equal(tells(&w), "");
    close_world(&w);
}

static void told_by_the_contact_that_rang_last(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w); /* maya's third contact rang with step two */
    ack_by(&w, "tom");
    assert_int_equal(w.actions.items[2].kind, NJ_ACT_TELL);
    assert_int_equal(w.actions.items[2].contact, 2);
    assert_int_equal(w.actions.items[2].level, NJ_LEVEL_CRITICAL);
    close_world(&w);
}

static void acknowledge_by_another_takes_over_and_is_told(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "ana");
    w.now += 60 * MIN;
    ack_by(&w, "tom");
    assert_string_equal(caused(&w),
                        "stop; acked: tom takes it over from ana for 2h; "
                        "tell maya: tom takes it over from ana for 2h; "
                        "tell ana: tom takes it over from ana for 2h");
    assert_string_equal(w.climb.holder, "tom");
    assert_int_equal(w.climb.due_ms, w.now + 120 * MIN);
    close_world(&w);
}

static void
acknowledge_again_by_the_holder_lasts_longer_and_tells_nobody(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "maya");
    w.now += 60 * MIN;
    ack_by(&w, "maya");
    assert_string_equal(caused(&w), "stop; acked: maya keeps it for 2h");
    assert_int_equal(w.climb.due_ms, w.now + 120 * MIN);
    close_world(&w);
}

static void snoozed_alert_may_be_acknowledged(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + MIN));
    ack_by(&w, "tom");
    assert_int_equal(w.climb.state, NJ_ALERT_ACKED);
    close_world(&w);
}

/* an ack of an older generation still acks (a person has answered) */
static void stale_acknowledge_still_acknowledges(void **state)
{
    struct world w;
    struct nj_esc_event event = by(NJ_ESC_ACK, "maya");
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, by(NJ_ESC_WORSE, NULL));
    event.generation = 1;
    must_happen(&w, event);
    assert_int_equal(w.climb.state, NJ_ALERT_ACKED);
    assert_non_null(strstr(caused(&w), "answering an earlier page"));
    close_world(&w);
}

/* ---- it expires --------------------------------------------------------- */

/* then acknowledger and the now on-call are paged again, from step 1 */
static void
expired_acknowledge_pages_holder_and_now_on_call_from_step_one(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "tom");
    w.night[0] = "ana";
    after(&w, 120 * MIN);
    assert_string_equal(caused(&w),
                        "expired: tom's acknowledgement has run out "
                        "(acknowledged -> open); "
                        "step: step 1 of 3: ana; page ana 0 5m; page tom 0 5m");
    assert_string_equal(why(&w),
                        "step 1 of 3; tom's acknowledgement has run out");
    assert_int_equal(w.climb.generation, 2);
    assert_null(w.climb.holder);
    assert_int_equal(w.climb.chain_count, 2);
    close_world(&w);
}

static void expired_holder_who_is_on_call_is_paged_once(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "maya");
    after(&w, 500 * MIN);
    assert_string_equal(pages(&w), "page maya 0 5m; page maya 1 5m");
    close_world(&w);
}

static void expired_holder_who_is_no_person_is_passed_over(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "root");
    after(&w, 120 * MIN);
    assert_string_equal(pages(&w), "page maya 0 5m; page maya 1 5m");
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "skipped"), 0);
    close_world(&w);
}

static void expired_without_a_policy_pages_the_holder_alone(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.no_policy = 1;
    open_alert(&w);
    must_happen(&w, until(NJ_ESC_ACK, "tom", w.now + MIN));
    after(&w, MIN);
    assert_string_equal(pages(&w), "page tom 0 10m");
    assert_string_equal(why(&w), "your acknowledgement has run out");
    assert_int_equal(nj_climb_due(&w.climb), 0);
    close_world(&w);
}

/* ---- giving it back ----------------------------------------------------- */

static void given_back_it_opens_anew_from_step_one(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    refused(&w, by(NJ_ESC_UNACK, "tom"), NJ_E_STATE,
            "nobody has acknowledged it: it is open");
    ack_by(&w, "tom");
    refused(&w, by(NJ_ESC_UNACK, NULL), NJ_E_INVALID, "say who does this");
    must_happen(&w, by(NJ_ESC_UNACK, "tom"));
    assert_string_equal(caused(&w),
                        "unacked: tom has given it back (acknowledged -> "
                        "open); step: step 1 of 3: maya; page maya 0 5m; page "
                        "maya 1 5m");
    assert_string_equal(why(&w), "step 1 of 3; tom has given it back");
    assert_int_equal(w.climb.generation, 2);
    ack_by(&w, "tom");
    must_happen(&w, by(NJ_ESC_UNACK, "ana"));
    assert_string_equal(why(&w), "step 1 of 3; ana has taken it from tom");
    close_world(&w);
}

/* ---- snooze: until its time; then as if newly opened -------------------- */

static void snooze_into_the_past_is_refused(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    refused(&w, until(NJ_ESC_SNOOZE, "maya", 0), NJ_E_INVALID,
            "snooze until when? That time is over already");
    refused(&w, until(NJ_ESC_SNOOZE, NULL, w.now + 1), NJ_E_INVALID,
            "say who does this");
    close_world(&w);
}

static void snooze_is_quiet_until_its_time_then_as_newly_opened(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + 30 * MIN));
    assert_string_equal(caused(&w), "stop; snoozed: maya has put it off for "
                                    "30m (open -> snoozed); tell tom: maya has "
                                    "put it off for 30m");
    after(&w, 30 * MIN - 1);
    assert_int_equal(w.actions.count, 0);
    after(&w, 1);
    assert_string_equal(caused(&w),
                        "open: the snooze is over (snoozed -> open); step: "
                        "step 1 of 3: maya; page maya 0 5m; page maya 1 5m");
    assert_int_equal(w.climb.generation, 2);
    close_world(&w);
}

static void snooze_of_what_another_holds_tells_the_holder(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "ana");
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + 5 * MIN));
    assert_string_equal(tells(&w), "tell tom: maya has put it off for 5m; "
                                   "tell ana: maya has put it off for 5m");
    assert_null(w.climb.holder);
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + 9 * MIN));
    assert_int_equal(nj_climb_due(&w.climb), w.now + 9 * MIN);
    close_world(&w);
}

/* ---- resolve ------------------------------------------------------------ */

static void resolved_it_is_over_and_everyone_rung_is_told(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "tom");
    must_happen(&w, by(NJ_ESC_RESOLVE, "ana"));
    assert_string_equal(caused(&w),
                        "stop; resolved: it is over, says ana (acknowledged "
                        "-> resolved); tell maya: it is over, says ana; tell "
                        "tom: it is over, says ana");
    assert_int_equal(nj_climb_due(&w.climb), 0);
    assert_null(w.climb.holder);
    after(&w, 1000 * MIN);
    assert_int_equal(w.actions.count, 0);
    close_world(&w);
}

static void resolved_by_the_system_is_said_so(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, by(NJ_ESC_RESOLVE, NULL));
    assert_non_null(strstr(tells(&w), "tell maya: it is over, says nightjar"));
    close_world(&w);
}

static void what_is_over_takes_no_more_answers(void **state)
{
    static const enum nj_esc_kind kinds[] = {
        NJ_ESC_ACK,      NJ_ESC_UNACK,    NJ_ESC_SNOOZE, NJ_ESC_RESOLVE,
        NJ_ESC_ESCALATE, NJ_ESC_REASSIGN, NJ_ESC_WORSE,  NJ_ESC_FAILED,
    };
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, by(NJ_ESC_RESOLVE, "maya"));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct nj_esc_event event = until(kinds[i], "maya", w.now + MIN);

        event.target = "tom";
        refused(&w, event, NJ_E_STATE, "it is over: resolved already");
    }
    close_world(&w);
}

/* resolved, then again within `reopen`: reopens rather than opening anew */
static void reopened_it_climbs_again_from_step_one(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, by(NJ_ESC_RESOLVE, "maya"));
    w.now += 10 * MIN;
    open_alert(&w);
    assert_string_equal(caused(&w),
                        "stop; reopened: the same trouble again (resolved -> "
                        "open); step: step 1 of 3: maya; page maya 0 5m; page "
                        "maya 1 5m");
    assert_string_equal(why(&w), "step 1 of 3; the same trouble again");
    assert_int_equal(w.climb.generation, 2);
    close_world(&w);
}

/* ---- escalate now ------------------------------------------------------- */

static void escalate_takes_the_next_step_at_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    refused(&w, by(NJ_ESC_ESCALATE, NULL), NJ_E_INVALID, "say who does this");
    w.now += MIN;
    must_happen(&w, by(NJ_ESC_ESCALATE, "maya"));
    assert_string_equal(caused(&w), "escalated: maya asks for help; step: step "
                                    "2 of 3: tom; page tom 0 10m");
    assert_string_equal(why(&w),
                        "step 2 of 3; maya asks for help; no answer from maya");
    assert_int_equal(w.climb.generation, 1);
    assert_int_equal(w.climb.chains[0].due_ms, w.now + 2 * MIN); /* goes on */
    close_world(&w);
}

/* an escalate of an older generation is refused and says who did it */
static void stale_escalate_is_refused_with_what_happened(void **state)
{
    struct world w;
    struct nj_esc_event event = by(NJ_ESC_ESCALATE, "maya");
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, by(NJ_ESC_WORSE, NULL));
    event.generation = 1;
    refused(&w, event, NJ_E_STALE,
            "it has gone on since that page: it was called anew (call 2, the "
            "page was of call 1)");
    ack_by(&w, "tom");
    refused(&w, event, NJ_E_STALE,
            "it has gone on since that page: tom has it now");
    event.generation = 2;
    must_happen(&w, event);
    close_world(&w);
}

static void escalate_of_what_is_held_opens_it_at_the_next_step(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    ack_by(&w, "maya");
    must_happen(&w, by(NJ_ESC_ESCALATE, "ana"));
    assert_string_equal(caused(&w),
                        "tell maya: ana asks for help; stop; escalated: ana "
                        "asks for help (acknowledged -> open); step: step 2 of "
                        "3: tom; page tom 0 10m");
    assert_int_equal(w.climb.generation, 2);
    assert_null(w.climb.holder);
    close_world(&w);
}

static void escalate_of_what_is_snoozed_opens_it_at_the_next_step(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + 60 * MIN));
    must_happen(&w, by(NJ_ESC_ESCALATE, "maya"));
    assert_string_equal(pages(&w), "page tom 0 10m");
    assert_string_equal(tells(&w), "");
    close_world(&w);
}

static void escalate_at_the_end_begins_again_at_step_one(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.repeat = 1;
    w.policy.step_count = 1;
    w.night[0] = "tom";
    open_alert(&w);
    after(&w, 5 * MIN); /* last resort */
    must_happen(&w, by(NJ_ESC_ESCALATE, "ana"));
    assert_string_equal(pages(&w), "page tom 0 10m");
    after(&w, 5 * MIN);
    after(&w, 10 * MIN);
    assert_true(w.climb.flags & NJ_CLIMB_EXHAUSTED);
    must_happen(&w, by(NJ_ESC_ESCALATE, "ana"));
    assert_string_equal(pages(&w), "page tom 0 10m");
    assert_int_equal(w.climb.generation, 3);
    assert_int_equal(w.climb.flags, 0);
    close_world(&w);
}

static void escalate_without_a_policy_is_refused(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.no_policy = 1;
    open_alert(&w);
    refused(&w, by(NJ_ESC_ESCALATE, "maya"), NJ_E_STATE,
            "it has no policy to climb; reassign it to a person");
    close_world(&w);
}

/* ---- reassign ----------------------------------------------------------- */

static void reassign_to_nobody_known_or_reachable_is_refused(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    refused(&w, give("maya", NULL), NJ_E_INVALID, "say to whom");
    refused(&w, give(NULL, "tom"), NJ_E_INVALID, "say who does this");
    refused(&w, give("maya", "eve"), NJ_E_NOTFOUND, "nobody is called eve");
    refused(&w, give("maya", "bo"), NJ_E_NOTFOUND,
            "bo has no working contact; give them rules or an email");
    close_world(&w);
}

static void reassigned_it_pages_the_target_alone_then_climbs(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, give("maya", "ana"));
    assert_string_equal(caused(&w), "stop; tell tom: maya has given it to ana; "
                                    "reassigned: maya has given it to ana; "
                                    "page ana 0 5m");
    assert_string_equal(why(&w), "maya has given it to ana");
    assert_int_equal(w.climb.generation, 2);
    after(&w, 5 * MIN);
    assert_string_equal(pages(&w), "page maya 0 5m; page maya 1 5m");
    assert_string_equal(why(&w), "step 1 of 3; no answer from ana");
    close_world(&w);
}

static void reassigned_from_the_holder_tells_them(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    ack_by(&w, "tom");
    must_happen(&w, give("maya", "ana"));
    assert_string_equal(tells(&w), "tell tom: maya has given it to ana");
    ack_by(&w, "tom");
    must_happen(&w, give("maya", "tom")); /* who is paged is not told too */
    assert_string_equal(tells(&w), "tell ana: maya has given it to tom");
    assert_string_equal(pages(&w), "page tom 0 5m");
    close_world(&w);
}

static void reassigned_to_who_cannot_be_reached_climbs_at_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    must_happen(&w, give("maya", "tom"));
    fail_contact(&w, "tom", 0);
    assert_string_equal(pages(&w), "page maya 0 5m; page maya 1 5m");
    close_world(&w);
}

static void
reassigned_with_a_policy_without_steps_has_a_next_deadline(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 0;
    open_alert(&w);
    must_happen(&w, give("maya", "tom"));
    assert_int_equal(w.climb.due_ms, w.now + 10 * MIN);
    after(&w, 10 * MIN);
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "last_resort"), 1);
    close_world(&w);
}

/* ---- worse, and other openings ------------------------------------------ */

/* same trouble again: they page again only if severity rises */
static void worse_it_pages_again_from_step_one(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, by(NJ_ESC_WORSE, NULL));
    assert_string_equal(caused(&w),
                        "stop; worse: it got worse: now critical; step: step 1 "
                        "of 3: maya; page maya 0 5m; page maya 1 5m");
    assert_int_equal(w.climb.generation, 2);
    close_world(&w);
}

static void
worse_while_held_is_told_to_the_holder_and_wakes_nobody(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "ana");
    must_happen(&w, by(NJ_ESC_WORSE, NULL));
    assert_string_equal(caused(&w),
                        "worse: it got worse: now critical; ana has it and is "
                        "told; tell ana: it got worse: now critical; ana has "
                        "it and is told");
    ack_by(&w, "tom");
    must_happen(&w, by(NJ_ESC_WORSE, NULL));
    assert_int_equal(count_of(&w, NJ_ACT_TELL, NULL), 1);
    assert_int_equal(w.climb.state, NJ_ALERT_ACKED);
    close_world(&w);
}

static void worse_while_snoozed_ends_the_snooze(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + 60 * MIN));
    must_happen(&w, by(NJ_ESC_WORSE, NULL));
    assert_string_equal(pages(&w), "page maya 0 5m; page maya 1 5m");
    close_world(&w);
}

static void policy_that_comes_late_opens_whatever_was(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.no_policy = 1;
    ack_by(&w, "tom"); /* quiet, in hours */
    w.no_policy = 0;
    open_alert(&w);
    assert_string_equal(caused(&w),
                        "stop; open: it now reaches people (acknowledged -> "
                        "open); step: step 1 of 3: maya; page maya 0 5m; page "
                        "maya 1 5m");
    open_alert(&w);
    assert_int_equal(w.climb.generation, 2);
    close_world(&w);
}

static void failure_while_held_or_snoozed_is_refused(void **state)
{
    struct world w;
    (void)state;

    open_at_step_two(&w);
    ack_by(&w, "tom");
    refused(&w, by(NJ_ESC_FAILED, "maya"), NJ_E_STATE,
            "nobody is being rung: it is acknowledged");
    must_happen(&w, until(NJ_ESC_SNOOZE, "maya", w.now + 60 * MIN));
    refused(&w, by(NJ_ESC_FAILED, "maya"), NJ_E_STATE,
            "nobody is being rung: it is snoozed");
    refused(&w, by(NJ_ESC_UNACK, "maya"), NJ_E_STATE,
            "nobody has acknowledged it: it is snoozed");
    close_world(&w);
}

static void sentence_too_long_is_cut_between_letters(void **state)
{
    char names[3][65];
    struct world w;
    (void)state;

    open_world(&w);
    for (size_t i = 0; i < 3; i++) {
        for (size_t at = 0; at < 64; at += 2) {
            memcpy(&names[i][at], "\xc3\xa9", 2);
        }
        names[i][63] = (char)(0xa1 + i);
        names[i][64] = '\0';
        w.people[i].name = names[i];
        w.night[i] = names[i];
    }
    open_alert(&w);
    assert_in_range(strlen(w.actions.items[0].text), 150, NJ_ACT_TEXT - 1);
    assert_true(nj_utf8_valid(w.actions.items[0].text,
                              strlen(w.actions.items[0].text)));
    after(&w, 5 * MIN); /* no answer from all three */
    for (size_t i = 0; i < w.actions.count; i++) {
        const char *text = w.actions.items[i].text;

        assert_true(nj_utf8_valid(text, strlen(text)));
    }
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            acknowledge_without_a_person_or_for_the_past_is_refused),
        cmocka_unit_test(
            acknowledge_stops_pages_and_timers_and_names_the_holder),
        cmocka_unit_test(acknowledge_may_have_a_time_of_its_own),
        cmocka_unit_test(acknowledge_may_last_for_ever),
        cmocka_unit_test(who_was_never_paged_may_acknowledge),
        cmocka_unit_test(who_was_not_rung_yet_is_not_told),
        cmocka_unit_test(told_by_the_contact_that_rang_last),
        cmocka_unit_test(acknowledge_by_another_takes_over_and_is_told),
        cmocka_unit_test(
            acknowledge_again_by_the_holder_lasts_longer_and_tells_nobody),
        cmocka_unit_test(snoozed_alert_may_be_acknowledged),
        cmocka_unit_test(stale_acknowledge_still_acknowledges),
        cmocka_unit_test(
            expired_acknowledge_pages_holder_and_now_on_call_from_step_one),
        cmocka_unit_test(expired_holder_who_is_on_call_is_paged_once),
        cmocka_unit_test(expired_holder_who_is_no_person_is_passed_over),
        cmocka_unit_test(expired_without_a_policy_pages_the_holder_alone),
        cmocka_unit_test(given_back_it_opens_anew_from_step_one),
        cmocka_unit_test(snooze_into_the_past_is_refused),
        cmocka_unit_test(snooze_is_quiet_until_its_time_then_as_newly_opened),
        cmocka_unit_test(snooze_of_what_another_holds_tells_the_holder),
        cmocka_unit_test(resolved_it_is_over_and_everyone_rung_is_told),
        cmocka_unit_test(resolved_by_the_system_is_said_so),
        cmocka_unit_test(what_is_over_takes_no_more_answers),
        cmocka_unit_test(reopened_it_climbs_again_from_step_one),
        cmocka_unit_test(escalate_takes_the_next_step_at_once),
        cmocka_unit_test(stale_escalate_is_refused_with_what_happened),
        cmocka_unit_test(escalate_of_what_is_held_opens_it_at_the_next_step),
        cmocka_unit_test(escalate_of_what_is_snoozed_opens_it_at_the_next_step),
        cmocka_unit_test(escalate_at_the_end_begins_again_at_step_one),
        cmocka_unit_test(escalate_without_a_policy_is_refused),
        cmocka_unit_test(reassign_to_nobody_known_or_reachable_is_refused),
        cmocka_unit_test(reassigned_it_pages_the_target_alone_then_climbs),
        cmocka_unit_test(reassigned_from_the_holder_tells_them),
        cmocka_unit_test(reassigned_to_who_cannot_be_reached_climbs_at_once),
        cmocka_unit_test(
            reassigned_with_a_policy_without_steps_has_a_next_deadline),
        cmocka_unit_test(worse_it_pages_again_from_step_one),
        cmocka_unit_test(
            worse_while_held_is_told_to_the_holder_and_wakes_nobody),
        cmocka_unit_test(worse_while_snoozed_ends_the_snooze),
        cmocka_unit_test(policy_that_comes_late_opens_whatever_was),
        cmocka_unit_test(failure_while_held_or_snoozed_is_refused),
        cmocka_unit_test(sentence_too_long_is_cut_between_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
