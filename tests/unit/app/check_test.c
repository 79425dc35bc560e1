/* `nightjar check` tells everything that is wrong at once: what the file says
 * wrongly, and what only shows when zones, calendars and signs are read. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/app.h"
#include "base/log.h"
#include "unit/failing.h"

enum { NOW_S = 1770085091 };

static const char broken[] =
    "daemon: {timezone: Erope/London}\n"
    "brands:\n"
    "  acme: {timezone: Mars/Olympus, holidays: [nowhere.ics, 2026-13-45],\n"
    "         opn: [mon-fri 09:00-17:00]}\n"
    "people:\n"
    "  maya: {email: nonsense, timezone: Nowhere}\n"
    "sources:\n"
    "  a: {type: feed, url: 5}\n"
    "scoring:\n"
    "  patterns:\n"
    "    - {regex: '(((', label: insult}\n";

static char path[] = "/tmp/nightjar-check-XXXXXX";

static int write_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 || write(fd, broken, sizeof broken - 1) < 0 || close(fd) != 0;
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

/* The problems of the file, a line each; the code in *OUT_CODE. */
static const char *check(int *out_code)
{
    static char said[1 << 16];
    struct nj_problems problems;
    struct nj_buf text;

    nj_problems_init(&problems);
    nj_buf_init(&text, sizeof said);
    *out_code = nj_app_check(path, INT64_C(1000) * NOW_S, &problems);
    nj_problems_print(&problems, &text);
    (void)snprintf(said, sizeof said, "%s", nj_buf_text(&text));
    nj_buf_finish(&text);
    nj_problems_finish(&problems);
    return said;
}

static void everything_that_is_wrong_is_told_at_once(void **state)
{
    static const char *const told[] = {
        ":1:20: error: there is no time zone 'Erope/London'; did you mean",
        ":3:20: error: there is no time zone 'Mars/Olympus'",
        "/tmp/nowhere.ics cannot be read",
        ":3:58: error: holidays: '2026-13-45' is not in the calendar",
        ":4:10: error: unknown key 'opn'; did you mean 'open'?",
        ":6:17: error: email: 'nonsense' is not a bare address",
        ":6:37: error: there is no time zone 'Nowhere'",
        ":8:24: error: url: this is not a whole URL",
        "error: scoring: '(((': Missing close parenthesis",
    };
    int code;
    const char *said = check(&code);

    (void)state;
    assert_int_equal(code, NJ_E_INVALID);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        if (strstr(said, told[i]) == NULL) {
            fail_msg("not told: %s\n%s", told[i], said);
        }
    }
}

static void each_is_told_once(void **state)
{
    int code;
    const char *said = check(&code);
    const char *first = strstr(said, "Mars/Olympus");

    (void)state;
    assert_non_null(first);
    assert_null(strstr(first + 1, "Mars/Olympus"));
}

/* DESIGN 6 quotes a mask with a hole: sat-sun 00:00-24:00 ends on Monday at
 * midnight, mon-fri 18:00-08:00 begins on Monday evening. */
static void the_hole_in_the_design_is_warned_of(void **state)
{
    struct nj_problems problems;
    struct nj_buf text;

    (void)state;
    nj_problems_init(&problems);
    nj_buf_init(&text, 1 << 16);
    assert_int_equal(nj_app_check("tests/data/conf/design.yaml",
                                  INT64_C(1000) * NOW_S, &problems),
                     0);
    nj_problems_print(&problems, &text);
    if (strstr(nj_buf_text(&text),
               "warning: nobody is on call in schedule social-night from "
               "2026-02-09T00:00:00+00:00 until 2026-02-09T08:00:00+00:00") ==
        NULL) {
        fail_msg("%s", nj_buf_text(&text));
    }
    nj_buf_finish(&text);
    nj_problems_finish(&problems);
}

static void memory_that_runs_out_is_no_good_file(void **state)
{
    (void)state;
    for (long k = 1;; k += 3) {
        int code;

        fail_from(k);
        (void)check(&code);
        if (!failed()) {
            break;
        }
        assert_int_not_equal(code, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_is_wrong_is_told_at_once),
        cmocka_unit_test(each_is_told_once),
        cmocka_unit_test(the_hole_in_the_design_is_warned_of),
        cmocka_unit_test(memory_that_runs_out_is_no_good_file),
    };

    nj_log_open(NJ_LOG_ERROR, NULL, NULL);
    return cmocka_run_group_tests(tests, write_file, drop_file);
}
