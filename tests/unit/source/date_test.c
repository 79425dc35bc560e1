#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "source/date.h"
#include "unit/source/table.h"

/* "2026-01-05T18:00:00[.250]Z" or "-", by libc. */
static int64_t expected_ms(const char *text)
{
    struct tm tm = {0};
    const char *rest;

    if (strcmp(text, "-") == 0) {
        return 0;
    }
    rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    assert_non_null(rest);
    return (int64_t)timegm(&tm) * 1000 +
           (*rest == '.' ? strtol(rest + 1, NULL, 10) : 0);
}

static void date_table_of_cases_holds(void **state)
{
    struct table table;
    (void)state;

    table_open(&table, "tests/data/source/date.tsv");
    while (table_next(&table)) {
        int64_t ms = table.count < 2
                         ? nj_date_read("", 0)
                         : nj_date_read(table.columns[1], table.lens[1]);

        if (ms != expected_ms(table.columns[0])) {
            fail_msg("line %d: %s is %lld, not %s", table.line,
                     table.columns[1], (long long)ms, table.columns[0]);
        }
    }
}

static int64_t read_as(enum nj_date_format format, const char *text)
{
    return nj_date_read_as(format, text, strlen(text));
}

static void date_number_refuses_what_is_none(void **state)
{
    (void)state;
    assert_int_equal(read_as(NJ_DATE_UNIX, ""), 0);
    assert_int_equal(read_as(NJ_DATE_UNIX, "-5"), 0);
    assert_int_equal(read_as(NJ_DATE_UNIX, "1e9"), 0);
    assert_int_equal(read_as(NJ_DATE_UNIX, "2026-01-05"), 0);
    assert_int_equal(read_as(NJ_DATE_UNIX_MS, "9999999999999999"), 0);
    assert_int_equal(read_as(NJ_DATE_UNIX, "99999999999999999999999"), 0);
    assert_int_equal(read_as(NJ_DATE_RFC3339, "Mon, 05 Jan 2026 18:00:00"), 0);
    assert_int_equal(read_as(NJ_DATE_RFC2822, "2026-01-05T18:00:00Z"), 0);
}

static void date_number_is_read_by_its_size(void **state)
{
    (void)state;
    assert_int_equal(read_as(NJ_DATE_UNIX, "1764000000"), 1764000000000);
    assert_int_equal(read_as(NJ_DATE_UNIX, "1764000000.25"), 1764000000250);
    assert_int_equal(read_as(NJ_DATE_UNIX, "1764000000123"), 1764000000123);
    assert_int_equal(read_as(NJ_DATE_AUTO, "1764000000123456"), 1764000000123);
    assert_int_equal(read_as(NJ_DATE_AUTO, "1764000000"), 1764000000000);
    assert_int_equal(read_as(NJ_DATE_AUTO, "20260105"), 1767571200000);
    assert_int_equal(read_as(NJ_DATE_AUTO, "2026-01-05"), 1767571200000);
    assert_int_equal(read_as(NJ_DATE_UNIX_S, "1764000000"), 1764000000000);
    assert_int_equal(read_as(NJ_DATE_UNIX_MS, "1764000000"), 1764000000);
    assert_int_equal(read_as(NJ_DATE_UNIX_US, "1764000000000000"),
                     1764000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_table_of_cases_holds),
        cmocka_unit_test(date_number_refuses_what_is_none),
        cmocka_unit_test(date_number_is_read_by_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
