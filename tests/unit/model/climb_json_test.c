/* Climbs and policies as the store keeps them. */
// link: -Wl,--wrap=calloc -Wl,--wrap=strdup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/climb_json.h"

static int calls_left = -1; /* -1: never fail */

static int fails(void)
{
    return calls_left >= 0 && calls_left-- == 0;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static struct nj_chain maya = {.person = "maya",
                               .due_ms = INT64_C(1767225600123),
                               .next = 2,
                               .level = NJ_LEVEL_CRITICAL,
                               .fell_back = 1,
                               .failed = 3,
                               .current = 1};

static void damaged_chains_are_refused_and_change_nothing(void **state)
{
    static const char *const damaged[] = {
        "[",
        "[[]]",
        "[[\"maya\"]]",
        "[[\"maya\",1,2,3,0,0]]",
        "[[null,1,2,3,0,0,0]]",
        "[[\"maya\",-1,2,3,0,0,0]]",
        "[[\"maya\",1,256,3,0,0,0]]",
        "[[\"maya\",1,2,4,0,0,0]]",
        "[[\"maya\",1,2,3,2,0,0]]",
        "[[\"maya\",1,2,3,0,256,0]]",
        "[[\"maya\",1,2,3,0,0,2]]",
        "[[\"maya\",\"1\",2,3,0,0,0]]",
    };
    struct nj_climb climb = {.chains = &maya, .chain_count = 1};
    struct nj_names names = {0};
    (void)state;

    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        assert_int_equal(nj_chains_read(damaged[i], &names, &climb),
                         NJ_E_CORRUPT);
        assert_ptr_equal(climb.chains, &maya);
    }
    nj_names_finish(&names);
}

static void chains_come_back_as_they_were(void **state)
{
    struct nj_chain two[2] = {maya, {.person = "tom"}};
    const struct nj_climb climb = {.chains = two, .chain_count = 2};
    struct nj_climb back = {0};
    struct nj_names names = {0};
    struct nj_buf buf;
    (void)state;

    nj_buf_init(&buf, 4096);
    nj_chains_write(&climb, &buf);
    assert_int_equal(nj_chains_read(nj_buf_text(&buf), &names, &back), 0);
    assert_int_equal(back.chain_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct nj_chain *chain = &back.chains[i];

        assert_string_equal(chain->person, two[i].person);
        assert_int_equal(chain->due_ms, two[i].due_ms);
        assert_int_equal(chain->next, two[i].next);
        assert_int_equal(chain->level, two[i].level);
        assert_int_equal(chain->fell_back, two[i].fell_back);
        assert_int_equal(chain->failed, two[i].failed);
        assert_int_equal(chain->current, two[i].current);
    }
    assert_int_equal(nj_chains_read("", &names, &back), 0);
    assert_int_equal(back.chain_count, 0);
    nj_climb_finish(&back);
    nj_names_finish(&names);
    nj_buf_finish(&buf);
}

/* Only the first is letter for letter as we write it. */
static void chains_are_read_however_they_are_written(void **state)
{
    static const char *const texts[] = {
        "[[\"li\",10,2,3,0,255,1,1],[\"bo\",0,0,0,1,0,0]]",
        " [ [\"li\",10,2,3,0,255,1,1], [\"bo\",0,0,0,1,0,0] ] ",
        "[[\"l\\u0069\",10.0,2,3,0,255,1,1],[\"bo\",0,0,0,1,0,0]]",
        "[[\"li\",1e1,2,3,0,255,1,1,\"new\"],[\"bo\",0,0,0,1,0,0,0]]",
    };
    struct nj_names names = {0};
    struct nj_climb climb = {0};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(nj_chains_read(texts[i], &names, &climb), 0);
        assert_int_equal(climb.chain_count, 2);
        assert_string_equal(climb.chains[0].person, "li");
        assert_int_equal(climb.chains[0].due_ms, 10);
        assert_int_equal(climb.chains[0].next, 2);
        assert_int_equal(climb.chains[0].level, 3);
        assert_int_equal(climb.chains[0].failed, 255);
        assert_int_equal(climb.chains[0].current, 1);
        assert_int_equal(climb.chains[0].answered, 1);
        assert_string_equal(climb.chains[1].person, "bo");
        assert_int_equal(climb.chains[1].fell_back, 1);
        assert_int_equal(climb.chains[1].answered, 0);
    }
    free(climb.chains);
    nj_names_finish(&names);
}

static void no_chains_are_written_as_nothing(void **state)
{
    const struct nj_climb climb = {0};
    struct nj_buf buf;
    (void)state;

    nj_buf_init(&buf, 4096);
    nj_chains_write(&climb, &buf);
    assert_int_equal(buf.len, 0);
    nj_buf_finish(&buf);
}

static void chains_without_memory_change_nothing(void **state)
{
    const struct nj_climb climb = {.chains = &maya, .chain_count = 1};
    int code = NJ_E_NOMEM;
    (void)state;

    for (int k = 0; code == NJ_E_NOMEM; k++) {
        struct nj_names names = {0};
        struct nj_climb copy;

        assert_int_equal(nj_climb_copy(&climb, &copy), 0);
        calls_left = k;
        code = nj_chains_read("[[\"li\",1,2,3,0,0,0]]", &names, &copy);
        calls_left = -1;
        assert_int_equal(copy.chain_count, 1);
        assert_string_equal(copy.chains[0].person, code == 0 ? "li" : "maya");
        nj_climb_finish(&copy);
        nj_names_finish(&names);
    }
    assert_int_equal(code, 0);
}

static void policy_comes_back_as_it_was(void **state)
{
    const struct nj_target targets[] = {{NJ_TARGET_SCHEDULE, "night"},
                                        {NJ_TARGET_TEAM, "social"},
                                        {NJ_TARGET_PERSON, "tom"}};
    const struct nj_step steps[] = {{targets, 2, 300000},
                                    {&targets[2], 1, 600000}};
    const struct nj_policy policy = {.name = "night",
                                     .steps = steps,
                                     .step_count = 2,
                                     .repeat = 3,
                                     .ack_expires_ms = 7200000,
                                     .last_resort = "maya"};
    struct nj_policy back;
    struct nj_arena arena = {0};
    struct nj_names names = {0};
    struct nj_buf buf;
    (void)state;

    nj_buf_init(&buf, 4096);
    nj_policy_write(&policy, &buf);
    assert_int_equal(nj_policy_read(nj_buf_text(&buf), &arena, &names, &back),
                     0);
    assert_string_equal(back.name, "night");
    assert_int_equal(back.step_count, 2);
    assert_int_equal(back.steps[0].target_count, 2);
    assert_int_equal(back.steps[0].targets[1].kind, NJ_TARGET_TEAM);
    assert_string_equal(back.steps[1].targets[0].name, "tom");
    assert_int_equal(back.steps[1].wait_ms, 600000);
    assert_int_equal(back.repeat, 3);
    assert_int_equal(back.ack_expires_ms, 7200000);
    assert_string_equal(back.last_resort, "maya");
    assert_null(back.team);
    nj_arena_finish(&arena);
    nj_names_finish(&names);
    nj_buf_finish(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_chains_are_refused_and_change_nothing),
        cmocka_unit_test(chains_come_back_as_they_were),
        cmocka_unit_test(chains_are_read_however_they_are_written),
        cmocka_unit_test(no_chains_are_written_as_nothing),
        cmocka_unit_test(chains_without_memory_change_nothing),
        cmocka_unit_test(policy_comes_back_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
