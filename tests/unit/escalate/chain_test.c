/* People's own rules: contact after contact, and what follows when one fails.
 */

#include "unit/escalate/world.h"

/* ---- personal rules run to their end ------------------------------------ */

static void personal_rules_ring_one_contact_after_the_other(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.steps[0].wait_ms = 30 * MIN;
    open_alert(&w);
    assert_string_equal(pages(&w), "page maya 0 30m; page maya 1 30m");
    after(&w, 3 * MIN);
    assert_string_equal(caused(&w),
                        "paged: maya: nobody has answered, contact 3 of their "
                        "rules; page maya 2 27m");
    after(&w, 3 * MIN);
    assert_string_equal(pages(&w), "page maya 3 24m");
    assert_int_equal(nj_climb_due(&w.climb), w.climb.due_ms);
    close_world(&w);
}

static void personal_rules_run_on_when_the_policy_has_gone_on(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    after(&w, 3 * MIN);
    after(&w, 2 * MIN); /* step 2 */
    assert_string_equal(pages(&w), "page tom 0 10m");
    after(&w, MIN);
    assert_string_equal(pages(&w), "page maya 3 9m");
    close_world(&w);
}

static void first_contact_may_have_a_delay_of_its_own(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    set_rules(&w, "maya", NJ_LEVEL_CRITICAL, slow_sms, 1);
    open_alert(&w);
    assert_string_equal(caused(&w), "step: step 1 of 3: maya");
    after(&w, 2 * MIN);
    assert_string_equal(pages(&w), "page maya 0 3m");
    close_world(&w);
}

static void running_rules_are_not_begun_again_by_a_later_step(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.steps[0].wait_ms = 2 * MIN;
    w.targets[1] = w.targets[0];
    open_alert(&w);
    after(&w, 2 * MIN);
    assert_string_equal(caused(&w),
                        "step: step 2 of 3: maya (being rung already)");
    after(&w, MIN);
    assert_string_equal(pages(&w), "page maya 2 9m");
    close_world(&w);
}

static void finished_rules_are_begun_again_by_a_later_step(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "tom";
    open_alert(&w);
    assert_string_equal(pages(&w), "page tom 0 5m");
    after(&w, 5 * MIN);
    assert_string_equal(pages(&w), "page tom 0 10m");
    assert_int_equal(w.climb.chain_count, 1);
    close_world(&w);
}

static void after_downtime_rules_go_on_one_contact_at_a_time(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.steps[0].wait_ms = 1000 * MIN;
    open_alert(&w);
    after(&w, 100 * MIN);
    assert_string_equal(pages(&w), "page maya 2 900m");
    after(&w, 3 * MIN);
    assert_string_equal(pages(&w), "page maya 3 897m");
    close_world(&w);
}

static void rules_made_shorter_meanwhile_end_quietly(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    set_rules(&w, "maya", NJ_LEVEL_CRITICAL, critical_rules, 2);
    after(&w, 3 * MIN);
    assert_string_equal(caused(&w),
                        "skipped: maya: the contact that was to ring is not "
                        "configured any more");
    assert_int_equal(w.climb.chains[0].due_ms, 0);
    close_world(&w);
}

static void person_removed_meanwhile_is_rung_no_more(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    person_of(&w, "maya")->name = "somebody else";
    after(&w, 3 * MIN);
    assert_int_equal(count_of(&w, NJ_ACT_PAGE, NULL), 0);
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "skipped"), 1);
    close_world(&w);
}

/* ---- which rules -------------------------------------------------------- */

static void severity_without_rules_takes_the_next_lower_ones(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "tom";
    set_rules(&w, "tom", NJ_LEVEL_CRITICAL, NULL, 0);
    set_rules(&w, "tom", NJ_LEVEL_LOW, one_sms, 1);
    set_rules(&w, "tom", NJ_LEVEL_HIGH, critical_rules, 2);
    open_alert(&w);
    assert_string_equal(pages(&w), "page tom 0 5m; page tom 1 5m");
    assert_int_equal(w.actions.items[1].level, NJ_LEVEL_HIGH);
    close_world(&w);
}

static void severity_below_all_rules_takes_the_next_higher_ones(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.severity = NJ_LEVEL_LOW;
    open_alert(&w);
    assert_string_equal(pages(&w), "page maya 0 5m; page maya 1 5m");
    assert_int_equal(w.actions.items[1].level, NJ_LEVEL_CRITICAL);
    close_world(&w);
}

static void person_without_any_rules_is_reached_by_email(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "li";
    open_alert(&w);
    assert_string_equal(pages(&w), "page li email 5m");
    assert_int_equal(w.actions.items[1].level, NJ_LEVEL_CRITICAL);
    close_world(&w);
}

static void email_without_a_channel_is_no_contact(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "li";
    person_of(&w, "li")->email_channel = NULL;
    open_alert(&w);
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "skipped"), 2);
    close_world(&w);
}

/* ---- channel down: the next contact at once, then email ----------------- */

static void failed_contact_gives_way_to_the_next_at_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    w.now += MIN;
    fail_contact(&w, "maya", 1);
    assert_string_equal(caused(&w), "paged: maya: not reached, at once contact "
                                    "3 of their rules; page maya 2 4m");
    assert_int_equal(w.climb.chains[0].due_ms, w.now + 3 * MIN);
    close_world(&w);
}

static void
failed_contact_whose_follower_rings_already_changes_nothing(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    fail_contact(&w, "maya", 0); /* the sms went out beside it */
    assert_int_equal(w.actions.count, 0);
    assert_int_equal(w.climb.chains[0].failed, 1);
    close_world(&w);
}

static void last_contact_that_fails_gives_way_to_email_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "ana";
    open_alert(&w);
    fail_contact(&w, "ana", 0);
    assert_string_equal(caused(&w), "paged: ana: not reached, at once by "
                                    "email; page ana email 5m");
    fail_contact(&w, "ana", NJ_CONTACT_EMAIL);
    assert_string_equal(
        caused(&w), "unreachable: ana cannot be reached by any contact; "
                    "skipped: nobody called can be reached, going on at once; "
                    "step: step 2 of 3: tom; page tom 0 10m");
    assert_string_equal(why(&w),
                        "step 2 of 3; nobody called before can be reached");
    close_world(&w);
}

static void email_that_was_among_the_contacts_is_not_tried_again(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.steps[0].wait_ms = 60 * MIN;
    open_alert(&w);
    after(&w, 3 * MIN);
    after(&w, 3 * MIN);
    for (uint8_t contact = 0; contact < 3; contact++) {
        fail_contact(&w, "maya", contact);
        assert_int_equal(w.actions.count, 0);
    }
    fail_contact(&w, "maya", 3);
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "unreachable"), 1);
    assert_string_equal(pages(&w), "page tom 0 10m");
    close_world(&w);
}

static void contact_still_under_way_keeps_the_person_reachable(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    set_rules(&w, "maya", NJ_LEVEL_CRITICAL, critical_rules, 2);
    person_of(&w, "maya")->email = NULL;
    open_alert(&w);
    fail_contact(&w, "maya", 1); /* the desktop may have been seen */
    assert_int_equal(w.actions.count, 0);
    fail_contact(&w, "maya", 0);
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "unreachable"), 1);
    close_world(&w);
}

static void step_with_somebody_reachable_goes_on_as_planned(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[1] = "tom";
    open_alert(&w);
    fail_contact(&w, "tom", 0);
    assert_string_equal(caused(&w),
                        "unreachable: tom cannot be reached by any contact");
    assert_int_equal(w.climb.due_ms, w.now + 5 * MIN);
    close_world(&w);
}

static void
failure_of_an_earlier_steps_person_does_not_hurry_this_one(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.night[0] = "li";
    open_alert(&w);
    after(&w, 5 * MIN); /* tom's step */
    fail_contact(&w, "li", NJ_CONTACT_EMAIL);
    assert_int_equal(count_of(&w, NJ_ACT_PAGE, NULL), 0);
    assert_int_equal(w.climb.due_ms, w.now + 10 * MIN);
    close_world(&w);
}

static void broken_channel_does_not_burn_all_rounds_at_once(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 2;
    w.night[0] = "tom";
    w.targets[1] = (struct nj_target){NJ_TARGET_PERSON, "li"};
    open_alert(&w);
    fail_contact(&w, "tom", 0);
    assert_string_equal(pages(&w), "page li email 10m");
    fail_contact(&w, "li", NJ_CONTACT_EMAIL);
    assert_string_equal(
        caused(&w), "unreachable: li cannot be reached by any contact; "
                    "skipped: nobody called can be reached; round 2 begins in "
                    "10m");
    after(&w, 10 * MIN);
    assert_string_equal(pages(&w), "page tom 0 5m");
    close_world(&w);
}

static void
last_round_that_fails_calls_the_last_resort_then_the_owner(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 1;
    w.policy.repeat = 1;
    w.policy.last_resort = "li";
    w.night[0] = "tom";
    open_alert(&w);
    fail_contact(&w, "tom", 0);
    assert_string_equal(pages(&w), "page li email 10m");
    fail_contact(&w, "li", NJ_CONTACT_EMAIL);
    assert_int_equal(count_of(&w, NJ_ACT_OWNER, NULL), 1);
    assert_true(w.climb.flags & NJ_CLIMB_EXHAUSTED);
    close_world(&w);
}

static void failure_after_the_end_is_noted_and_no_more(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.policy.step_count = 1;
    w.policy.repeat = 1;
    w.policy.last_resort = NULL;
    w.night[0] = "tom";
    open_alert(&w);
    after(&w, 5 * MIN);
    fail_contact(&w, "tom", 0);
    assert_string_equal(caused(&w),
                        "unreachable: tom cannot be reached by any contact");
    close_world(&w);
}

static void failure_without_a_policy_uses_up_the_contacts(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    w.no_policy = 1;
    open_alert(&w);
    must_happen(&w, (struct nj_esc_event){.kind = NJ_ESC_REASSIGN,
                                          .person = "maya",
                                          .target = "tom"});
    assert_string_equal(pages(&w), "page tom 0 10m");
    fail_contact(&w, "tom", 0);
    assert_string_equal(caused(&w),
                        "unreachable: tom cannot be reached by any contact");
    close_world(&w);
}

static void failure_of_who_was_removed_ends_with_them(void **state)
{
    struct world w;
    (void)state;

    open_world(&w);
    open_alert(&w);
    person_of(&w, "maya")->name = "somebody else";
    fail_contact(&w, "maya", 1);
    assert_int_equal(count_of(&w, NJ_ACT_NOTE, "unreachable"), 1);
    assert_string_equal(pages(&w), "page tom 0 10m");
    close_world(&w);
}

static void failure_of_an_earlier_call_is_refused(void **state)
{
    struct world w;
    struct nj_esc_event event = {
        .kind = NJ_ESC_FAILED, .person = "maya", .contact = 1, .generation = 1};
    (void)state;

    open_world(&w);
    open_alert(&w);
    must_happen(&w, (struct nj_esc_event){.kind = NJ_ESC_WORSE});
    assert_int_equal(happen(&w, event), NJ_E_STALE);
    event.generation = 2;
    event.person = "li";
    assert_int_equal(happen(&w, event), NJ_E_STATE);
    assert_string_equal(w.err.text, "li was not called for this alert");
    event.person = NULL;
    assert_int_equal(happen(&w, event), NJ_E_STATE);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(personal_rules_ring_one_contact_after_the_other),
        cmocka_unit_test(personal_rules_run_on_when_the_policy_has_gone_on),
        cmocka_unit_test(first_contact_may_have_a_delay_of_its_own),
        cmocka_unit_test(running_rules_are_not_begun_again_by_a_later_step),
        cmocka_unit_test(finished_rules_are_begun_again_by_a_later_step),
        cmocka_unit_test(after_downtime_rules_go_on_one_contact_at_a_time),
        cmocka_unit_test(rules_made_shorter_meanwhile_end_quietly),
        cmocka_unit_test(person_removed_meanwhile_is_rung_no_more),
        cmocka_unit_test(severity_without_rules_takes_the_next_lower_ones),
        cmocka_unit_test(severity_below_all_rules_takes_the_next_higher_ones),
        cmocka_unit_test(person_without_any_rules_is_reached_by_email),
        cmocka_unit_test(email_without_a_channel_is_no_contact),
        cmocka_unit_test(failed_contact_gives_way_to_the_next_at_once),
        cmocka_unit_test(
            failed_contact_whose_follower_rings_already_changes_nothing),
        cmocka_unit_test(last_contact_that_fails_gives_way_to_email_once),
        cmocka_unit_test(email_that_was_among_the_contacts_is_not_tried_again),
        cmocka_unit_test(contact_still_under_way_keeps_the_person_reachable),
        cmocka_unit_test(step_with_somebody_reachable_goes_on_as_planned),
        cmocka_unit_test(
            failure_of_an_earlier_steps_person_does_not_hurry_this_one),
        cmocka_unit_test(broken_channel_does_not_burn_all_rounds_at_once),
        cmocka_unit_test(
            last_round_that_fails_calls_the_last_resort_then_the_owner),
        cmocka_unit_test(failure_after_the_end_is_noted_and_no_more),
        cmocka_unit_test(failure_without_a_policy_uses_up_the_contacts),
        cmocka_unit_test(failure_of_who_was_removed_ends_with_them),
        cmocka_unit_test(failure_of_an_earlier_call_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
