/* A drill that walks on: each answers for themselves, and the climb goes on to
 * the others. */

#include "unit/escalate/world.h"

static struct nj_esc_event answer(const char *person)
{
    return (struct nj_esc_event){.kind = NJ_ESC_ANSWER, .person = person};
}

static int open_night(void **state)
{
    static struct world w;

    open_world(&w);
    w.policy.repeat = 1;
    w.policy.last_resort = NULL;
    open_alert(&w);
    *state = &w;
    return 0;
}

static int close_night(void **state)
{
    close_world(*state);
    return 0;
}

static void nobody_answers_without_a_name(void **state)
{
    struct world *w = *state;

    assert_int_equal(happen(w, answer(NULL)), NJ_E_INVALID);
}

static void who_was_not_called_has_nothing_to_answer(void **state)
{
    struct world *w = *state;

    assert_int_equal(happen(w, answer("tom")), NJ_E_STATE);
    assert_string_equal(w->err.text, "tom was not called yet");
}

static void nobody_answers_twice(void **state)
{
    struct world *w = *state;

    must_happen(w, answer("maya"));
    assert_int_equal(happen(w, answer("maya")), NJ_E_STATE);
    assert_string_equal(w->err.text, "maya has answered already");
}

static void what_is_held_or_over_is_not_answered_so(void **state)
{
    struct world *w = *state;

    ack_by(w, "tom");
    assert_int_equal(happen(w, answer("maya")), NJ_E_STATE);
    must_happen(w, (struct nj_esc_event){.kind = NJ_ESC_RESOLVE});
    assert_int_equal(happen(w, answer("maya")), NJ_E_STATE);
}

static void the_last_answer_of_a_step_takes_the_next_at_once(void **state)
{
    struct world *w = *state;

    must_happen(w, answer("maya"));
    assert_string_equal(caused(w), "stop; answered: maya has answered; "
                                   "step: step 2 of 3: tom; page tom 0 10m");
    assert_string_equal(why(w), "step 2 of 3; all called before have answered");
    assert_int_equal(w->climb.state, NJ_ALERT_OPEN);
}

static void only_the_pages_of_who_answers_are_dropped(void **state)
{
    struct world *w = *state;

    after(w, 5 * MIN); /* tom is called; maya's own rules run on */
    must_happen(w, answer("maya"));
    assert_int_equal(w->actions.items[0].kind, NJ_ACT_STOP);
    assert_string_equal(w->actions.items[0].person, "maya");
    assert_int_equal(w->climb.chains[0].due_ms, 0);
    assert_string_equal(pages(w), ""); /* tom is awaited still */
    after(w, 10 * MIN);
    assert_string_equal(pages(w), "page tom 0 10m; page ana 0 10m");
}

static void who_has_answered_is_not_called_again(void **state)
{
    struct world *w = *state;

    must_happen(w, answer("maya"));
    must_happen(w, answer("tom"));
    assert_string_equal(pages(w), "page ana 0 10m");
    assert_int_equal(count_of(w, NJ_ACT_NOTE, "skipped"), 2);
}

static void an_answered_contact_that_fails_rings_no_other(void **state)
{
    struct world *w = *state;

    after(w, 5 * MIN);
    must_happen(w, answer("maya"));
    fail_contact(w, "maya", 2);
    assert_string_equal(caused(w), "");
}

static void when_the_others_cannot_be_reached_it_goes_on(void **state)
{
    struct world *w = *state;

    must_happen(w, answer("maya"));
    fail_contact(w, "tom", 0);
    assert_string_equal(pages(w), "page tom 0 10m; page ana 0 10m");
}

static void at_its_end_it_says_that_all_was_tried(void **state)
{
    struct world *w = *state;

    must_happen(w, answer("maya"));
    must_happen(w, answer("tom"));
    must_happen(w, answer("ana"));
    assert_string_equal(caused_of(w, NJ_ACT_OWNER),
                        "owner: all steps of policy night were taken");
    assert_int_equal(w->climb.flags, NJ_CLIMB_EXHAUSTED);
}

int main(void)
{
#define NIGHT(f) cmocka_unit_test_setup_teardown(f, open_night, close_night)
    const struct CMUnitTest tests[] = {
        NIGHT(nobody_answers_without_a_name),
        NIGHT(who_was_not_called_has_nothing_to_answer),
        NIGHT(nobody_answers_twice),
        NIGHT(what_is_held_or_over_is_not_answered_so),
        NIGHT(the_last_answer_of_a_step_takes_the_next_at_once),
        NIGHT(only_the_pages_of_who_answers_are_dropped),
        NIGHT(who_has_answered_is_not_called_again),
        NIGHT(an_answered_contact_that_fails_rings_no_other),
        NIGHT(when_the_others_cannot_be_reached_it_goes_on),
        NIGHT(at_its_end_it_says_that_all_was_tried),
    };
#undef NIGHT

    return cmocka_run_group_tests(tests, NULL, NULL);
}
