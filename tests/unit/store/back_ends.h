/* unit/store/back_ends.h - runs the same cases over every back end of the
 * store, each case on a fresh one. A new back end is one row here. */

#ifndef NJ_TESTS_STORE_BACK_ENDS_H
#define NJ_TESTS_STORE_BACK_ENDS_H

#include "unit/store/rig.h"

static int set_up_file(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig_open(rig, NULL);
    *state = rig;
    return 0;
}

static int set_up_mem(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig_open(rig, "mem:");
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    rig_finish(rig);
    free(rig);
    return 0;
}

static const struct {
    const char *name;
    CMFixtureFunction set_up;
} back_ends[] = {
    {"sqlite", set_up_file},
    {"mem", set_up_mem},
};

/* Runs TESTS[0..COUNT) over each; returns how many failed. */
#define RUN_OVER_BACK_ENDS(tests)                                              \
    run_over_back_ends((tests), sizeof(tests) / sizeof *(tests))

static inline int run_over_back_ends(struct CMUnitTest *tests, size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < sizeof back_ends / sizeof *back_ends; i++) {
        for (size_t j = 0; j < count; j++) {
            tests[j].setup_func = back_ends[i].set_up;
            tests[j].teardown_func = tear_down;
        }
        failed += _cmocka_run_group_tests(back_ends[i].name, tests, count, NULL,
                                          NULL);
    }
    return failed;
}

#endif
