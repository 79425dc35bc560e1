#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/url.h"
#include "unit/source/table.h"

/* Columns: expected ("-" refused), base ("-" none), reference. */
static void url_table_of_cases_holds(void **state)
{
    struct table table;
    (void)state;

    table_open(&table, "tests/data/source/url.tsv");
    while (table_next(&table)) {
        char out[NJ_URL_ROOM] = "";
        const char *base =
            strcmp(table.columns[1], "-") == 0 ? NULL : table.columns[1];
        int code = nj_url_resolve(base, table.columns[2], table.lens[2], out);

        if (strcmp(code == 0 ? out : "-", table.columns[0]) != 0) {
            fail_msg("line %d: %s is %s, not %s", table.line, table.columns[2],
                     code == 0 ? out : "refused", table.columns[0]);
        }
    }
}

static void url_link_table_of_cases_holds(void **state)
{
    struct table table;
    (void)state;

    table_open(&table, "tests/data/source/link.tsv");
    while (table_next(&table)) {
        char out[NJ_URL_ROOM] = "";
        int code = nj_url_link("https://blog.example/post/", table.columns[1],
                               table.lens[1], out);

        if (strcmp(code == 0 ? out : "-", table.columns[0]) != 0) {
            fail_msg("line %d: %s is %s, not %s", table.line, table.columns[1],
                     code == 0 ? out : "refused", table.columns[0]);
        }
    }
}

static void url_too_long_is_refused(void **state)
{
    static char ref[NJ_URL_ROOM + 10];
    char out[NJ_URL_ROOM];
    (void)state;

    memset(ref, 'a', sizeof ref);
    assert_int_equal(nj_url_resolve("http://x/", ref, NJ_URL_ROOM, out),
                     NJ_E_TOOBIG);
    assert_int_equal(nj_url_resolve("http://x/", ref, NJ_URL_ROOM - 5, out),
                     NJ_E_TOOBIG);
    assert_int_equal(nj_url_resolve("http://x/", ref, NJ_URL_ROOM - 10, out),
                     0);
    assert_int_equal(strlen(out), NJ_URL_ROOM - 1);
}

static void url_of_blanks_that_grow_is_refused_in_bounds(void **state)
{
    static char ref[NJ_URL_ROOM];
    char out[NJ_URL_ROOM];
    (void)state;

    memset(ref, '"', sizeof ref);
    assert_int_equal(nj_url_link("http://x/", ref, sizeof ref, out),
                     NJ_E_TOOBIG);
}

static void url_web_needs_scheme_and_host(void **state)
{
    (void)state;
    assert_false(nj_url_is_web("http://"));
    assert_false(nj_url_is_web("https:///path"));
    assert_false(nj_url_is_web("ftp://example.org/"));
    assert_true(nj_url_is_web("HTTPS://example.org"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_table_of_cases_holds),
        cmocka_unit_test(url_link_table_of_cases_holds),
        cmocka_unit_test(url_too_long_is_refused),
        cmocka_unit_test(url_of_blanks_that_grow_is_refused_in_bounds),
        cmocka_unit_test(url_web_needs_scheme_and_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
