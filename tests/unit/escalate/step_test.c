/* Steps: who is called when, who is skipped, and what comes at the end. */

#include "unit/escalate/world.h"

/* ---- one step after the other ------------------------------------------- */

static void first_step_pages_who_is_on_call_now(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    assert_string_equal(caused(&w), "step: step 1 of 3: maya; "
                                    "page maya 0 5m; page maya 1 5m");
    assert_string_equal(why(&w), "step 1 of 3");
    assert_int_equal(w.climb.generation, 1);
    assert_int_equal(w.climb.due_ms, w.now + 5 * MIN);
    assert_int_equal(w.climb.step, 1);
    close_world(&w);
}

static void early_timer_does_nothing(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    after(&w, 3 * MIN - 1);
    assert_int_equal(w.actions.count, 0);
    close_world(&w);
}

static void
unanswered_step_gives_way_to_the_next_and_says_who_was_silent(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "ana";
    open_alert(&w);
    after(&w, 5 * MIN);
    assert_string_equal(caused(&w), "step: step 2 of 3: tom; page tom 0 10m");
    assert_string_equal(why(&w), "step 2 of 3; no answer from ana");
    close_world(&w);
}

/* policy or rota edited meanwhile: people are resolved live at each step */
static void people_are_found_at_the_step_not_at_the_opening(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 2;
    w.night[0] = "ana";
    open_alert(&w);
    after(&w, 5 * MIN);
    w.night[0] = "li"; /* the handoff came meanwhile */
    after(&w, 10 * MIN);
    assert_string_equal(pages(&w), "page li email 5m");
    assert_string_equal(why(&w), "step 1 of 2 (round 2); no answer from tom");
    close_world(&w);
}

static void person_named_twice_by_a_step_is_called_once(void **state)
{
    struct world w;
    const struct nj_target both[] = {{NJ_TARGET_PERSON, "tom"},
                                     {NJ_TARGET_TEAM, "social"}};
    (void)state;

    open_world(&w);
    w.steps[0].targets = both;
    w.steps[0].target_count = 2;
    open_alert(&w);
    assert_string_equal(pages(&w), "page tom 0 5m; page maya 0 5m; page maya "
                                   "1 5m; page ana 0 5m");
    close_world(&w);
}

/* ---- nobody on call at a step ------------------------------------------- */

static void step_with_nobody_is_skipped_at_once_and_noted(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = NULL;
    open_alert(&w);
    assert_string_equal(
        caused(&w), "skipped: step 1 of 3: nobody on call in schedule/night, "
                    "going on; step: step 2 of 3: tom; page tom 0 10m");
    close_world(&w);
}

static void targets_that_gave_nobody_are_all_named(void **state)
{
    struct world w;
    const struct nj_target two[] = {{NJ_TARGET_SCHEDULE, "night"},
                                    {NJ_TARGET_SCHEDULE, "day"}};
    (void)state;

    open_world(&w);
    w.night[0] = NULL;
    w.steps[0].targets = two;
    w.steps[0].target_count = 2;
    open_alert(&w);
    assert_non_null(strstr(caused(&w), "nobody on call in schedule/night nor "
                                       "on call in schedule/day, going on"));
    close_world(&w);
}

static void step_without_targets_is_skipped(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.steps[0].target_count = 0;
    open_alert(&w);
    assert_non_null(strstr(caused(&w), "step 1 of 3: nobody named, going on"));
    close_world(&w);
}

/* a person without a working contact counts as nobody, and raises a warning */
static void
person_without_a_contact_counts_as_nobody_with_a_warning(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "bo";
    open_alert(&w);
    assert_string_equal(
        caused(&w),
        "skipped: bo has no working contact and counts as nobody; give them "
        "rules or an email; "
        "skipped: step 1 of 3: nobody who can be reached on call in "
        "schedule/night, going on; "
        "step: step 2 of 3: tom; page tom 0 10m");
    close_world(&w);
}

static void person_without_a_contact_does_not_hide_the_others(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "bo";
    w.night[1] = "tom";
    open_alert(&w);
    assert_string_equal(pages(&w), "page tom 0 5m");
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "skipped"), 1);
    close_world(&w);
}

static void
person_who_is_no_longer_configured_is_skipped_with_a_note(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "gone";
    open_alert(&w);
    assert_non_null(strstr(caused(&w), "skipped: gone is not configured any "
                                       "more and counts as nobody"));
    assert_string_equal(pages(&w), "page tom 0 10m");
    close_world(&w);
}

/* if no step has anyone, last_resort is paged, and that is itself an alert to
 * the team's owner */
static void
no_step_has_anyone_so_last_resort_is_paged_and_owner_told(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = NULL;
    w.policy.step_count = 1;
    w.policy.last_resort = "ana";
    open_alert(&w);
    assert_string_equal(
        caused(&w),
        "skipped: step 1 of 1: nobody on call in schedule/night, going on; "
        "last_resort: no step has anyone: ana, the last resort, is paged; "
        "page ana 0 10m; "
        "owner: no step of policy night has anyone; ana, the last resort, is "
        "paged");
    assert_string_equal(why(&w), "you are the last resort: no step has anyone");
    assert_int_equal(w.climb.due_ms, w.now + 10 * MIN);
    close_world(&w);
}

static void policy_without_steps_pages_its_last_resort(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 0;
    open_alert(&w);
    assert_string_equal(pages(&w), "page maya 0 10m; page maya 1 10m");
    assert_int_equal(count_of(&w, NJ_ACT_OWNER, NULL), 1);
    close_world(&w);
}

static void nobody_at_all_is_told_to_the_owner_at_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = NULL;
    w.policy.step_count = 1;
    w.policy.last_resort = NULL;
    open_alert(&w);
    assert_string_equal(
        caused_of(&w, NJ_ACT_OWNER),
        "owner: no step has anyone, and policy night has no last resort to "
        "reach");
    assert_true(w.climb.flags & NJ_CLIMB_EXHAUSTED);
    assert_int_equal(nj_climb_due(&w.climb), 0);
    close_world(&w);
}

static void last_resort_without_a_contact_is_no_last_resort(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = NULL;
    w.policy.step_count = 1;
    w.policy.last_resort = "bo";
    open_alert(&w);
    assert_int_equal(count_of(&w, NJ_ACT_PAGE, NULL), 0);
    assert_int_equal(count_of(&w, NJ_ACT_OWNER, NULL), 1);
    assert_true(w.climb.flags & NJ_CLIMB_EXHAUSTED);
    assert_false(w.climb.flags & NJ_CLIMB_LAST_RESORT);
    close_world(&w);
}

/* ---- rounds and the end ------------------------------------------------- */

static void rounds_are_climbed_then_last_resort_then_the_owner(void **state)
{
    struct world w;
    char seen[256] = "";
    (void)state;

    open_world(&w);
    w.night[0] = "ana";
    w.policy.step_count = 2;
    w.policy.repeat = 2;
    open_alert(&w);
    for (int i = 0; i < 20 && w.climb.due_ms != 0; i++) {
        (void)snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s| ",
                       pages(&w));
        after(&w, w.climb.due_ms - w.now);
    }
    assert_string_equal(seen, "page ana 0 5m| page tom 0 10m| page ana 0 5m| "
                              "page tom 0 10m| "
                              "page maya 0 10m; page maya 1 10m| ");
    assert_string_equal(caused_of(&w, NJ_ACT_OWNER),
                        "owner: nobody answers, not even maya, the last resort "
                        "of policy night");
    assert_int_equal(w.climb.state, NJ_ALERT_OPEN);
    close_world(&w);
}

static void rounds_without_an_end_person_end_at_the_owner(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 1;
    w.policy.repeat = 0; /* once */
    w.policy.last_resort = NULL;
    open_alert(&w);
    after(&w, 5 * MIN);
    assert_string_equal(caused_of(&w, NJ_ACT_OWNER),
                        "owner: nobody answers, and policy night has no last "
                        "resort to reach");
    close_world(&w);
}

static void personal_rules_go_on_after_the_climb_is_exhausted(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 1;
    w.policy.repeat = 1;
    w.policy.last_resort = NULL;
    w.steps[0].wait_ms = 2 * MIN;
    open_alert(&w);
    after(&w, 2 * MIN);
    assert_true(w.climb.flags & NJ_CLIMB_EXHAUSTED);
    assert_int_equal(nj_climb_due(&w.climb), w.now + MIN);
    after(&w, MIN);
    assert_string_equal(pages(&w), "page maya 2 10m");
    after(&w, 3 * MIN);
    assert_string_equal(pages(&w), "page maya 3 10m");
    assert_int_equal(nj_climb_due(&w.climb), 0);
    close_world(&w);
}

static void empty_tail_of_a_round_is_skipped_into_the_next_round(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.targets[0] = (struct nj_target){NJ_TARGET_PERSON, "tom"};
    w.targets[1] = (struct nj_target){NJ_TARGET_SCHEDULE, "night"};
    w.night[0] = NULL;
    w.policy.step_count = 2;
    open_alert(&w);
    after(&w, 5 * MIN);
    assert_string_equal(pages(&w), "page tom 0 5m");
    assert_int_equal(w.climb.round, 1);
    close_world(&w);
}

/* ---- how long a page is tried ------------------------------------------- */

static void page_just_before_the_steps_end_is_tried_for_a_minute(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.steps[0].wait_ms = 3 * MIN + 10000;
    open_alert(&w);
    after(&w, 3 * MIN);
    assert_string_equal(pages(&w), "page maya 2 1m");
    close_world(&w);
}

static void last_step_is_tried_for_ten_minutes_at_least(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 1;
    w.policy.repeat = 1;
    open_alert(&w);
    assert_string_equal(pages(&w), "page maya 0 10m; page maya 1 10m");
    w.steps[0].wait_ms = 25 * MIN;
    must_happen(&w, (struct nj_esc_event){.kind = NJ_ESC_WORSE});
    assert_string_equal(pages(&w), "page maya 0 25m; page maya 1 25m");
    close_world(&w);
}

/* ---- restart: timers that came due while down --------------------------- */

static void after_downtime_the_step_that_is_due_runs_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "ana";
    open_alert(&w);
    after(&w, 600 * MIN);
    assert_string_equal(pages(&w), "page tom 0 10m");
    assert_int_equal(w.climb.due_ms, w.now + 10 * MIN);
    must_happen(&w, (struct nj_esc_event){.kind = NJ_ESC_TIMER});
    assert_int_equal(w.actions.count, 0);
    close_world(&w);
}

static void step_without_a_wait_is_followed_at_the_same_instant(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "ana";
    w.steps[0].wait_ms = -1;
    open_alert(&w);
    assert_int_equal(w.climb.due_ms, w.now);
    after(&w, 0);
    assert_string_equal(pages(&w), "page tom 0 10m");
    close_world(&w);
}

/* ---- no policy ---------------------------------------------------------- */

static void alert_without_a_policy_pages_nobody_and_can_be_taken(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.no_policy = 1;
    open_alert(&w);
    assert_int_equal(w.actions.count, 0);
    assert_int_equal(nj_climb_due(&w.climb), 0);
    ack_by(&w, "maya");
    assert_int_equal(w.climb.due_ms, 0); /* no policy, no expiry */
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_step_pages_who_is_on_call_now),
        cmocka_unit_test(early_timer_does_nothing),
        cmocka_unit_test(
            unanswered_step_gives_way_to_the_next_and_says_who_was_silent),
        cmocka_unit_test(people_are_found_at_the_step_not_at_the_opening),
        cmocka_unit_test(person_named_twice_by_a_step_is_called_once),
        cmocka_unit_test(step_with_nobody_is_skipped_at_once_and_noted),
        cmocka_unit_test(targets_that_gave_nobody_are_all_named),
        cmocka_unit_test(step_without_targets_is_skipped),
        cmocka_unit_test(
            person_without_a_contact_counts_as_nobody_with_a_warning),
        cmocka_unit_test(person_without_a_contact_does_not_hide_the_others),
        cmocka_unit_test(
            person_who_is_no_longer_configured_is_skipped_with_a_note),
        cmocka_unit_test(
            no_step_has_anyone_so_last_resort_is_paged_and_owner_told),
        cmocka_unit_test(policy_without_steps_pages_its_last_resort),
        cmocka_unit_test(nobody_at_all_is_told_to_the_owner_at_once),
        cmocka_unit_test(last_resort_without_a_contact_is_no_last_resort),
        cmocka_unit_test(rounds_are_climbed_then_last_resort_then_the_owner),
        cmocka_unit_test(rounds_without_an_end_person_end_at_the_owner),
        cmocka_unit_test(personal_rules_go_on_after_the_climb_is_exhausted),
        cmocka_unit_test(empty_tail_of_a_round_is_skipped_into_the_next_round),
        cmocka_unit_test(page_just_before_the_steps_end_is_tried_for_a_minute),
        cmocka_unit_test(last_step_is_tried_for_ten_minutes_at_least),
        cmocka_unit_test(after_downtime_the_step_that_is_due_runs_once),
        cmocka_unit_test(step_without_a_wait_is_followed_at_the_same_instant),
        cmocka_unit_test(alert_without_a_policy_pages_nobody_and_can_be_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
