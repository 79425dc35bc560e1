/* Shifts as a strip of characters: what a cell shows, how it fits. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/strip.h"

static struct nj_zone *zone;
static struct nj_buf out;

static int64_t at(const char *text)
{
    int64_t ms = 0;

    if (nj_time_read(zone, text, NJ_FOLD_FIRST, &ms) != 0) {
        fail_msg("'%s' is no time", text);
    }
    return ms;
}

static struct nj_strip_span
span(const char *from, const char *until, const char *who)
{
    return (struct nj_strip_span){at(from), at(until), who};
}

static const char *draw(const struct nj_strip_span *shifts,
                        size_t count,
                        const struct nj_strip_span *holes,
                        size_t hole_count,
                        int columns,
                        int colour)
{
    struct nj_strip strip = {.zone = zone,
                             .shifts = shifts,
                             .shift_count = count,
                             .holes = holes,
                             .hole_count = hole_count,
                             .columns = columns,
                             .colour = colour};

    nj_buf_clear(&out);
    nj_strip_write(&strip, &out);
    assert_int_equal(out.status, 0);
    return out.len == 0 ? "" : nj_buf_text(&out);
}

static void of_nothing_nothing_is_drawn(void **state)
{
    (void)state;
    assert_string_equal(draw(NULL, 0, NULL, 0, 80, 0), "");
}

static void a_row_a_day_with_people_as_letters(void **state)
{
    const struct nj_strip_span shifts[] = {
        span("2026-02-03", "2026-02-03 18:00", "maya"),
        span("2026-02-03 18:00", "2026-02-04 08:00", "max"),
        span("2026-02-04 08:00", "2026-02-04 12:00", ""),
        span("2026-02-04 12:00", "2026-02-05", "maya, max")};

    (void)state;
    assert_string_equal(draw(shifts, 4, NULL, 0, 60, 0),
                        "            00    03    06    09    12    15    18    "
                        "21\n"
                        " Tue  3 Feb MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"
                        "AAAAAAAAAAAA\n"
                        " Wed  4 Feb AAAAAAAAAAAAAAAA........"
                        "222222222222222222222222\n"
                        "            M maya  A max  2 maya, max  . nobody, in "
                        "hours\n");
}

static void a_hole_of_a_minute_shows(void **state)
{
    const struct nj_strip_span shifts[] = {
        span("2026-02-03", "2026-02-03 12:10", "maya"),
        span("2026-02-03 12:10", "2026-02-03 12:11", ""),
        span("2026-02-03 12:11", "2026-02-04", "maya")};

    (void)state;
    assert_string_equal(draw(shifts, 3, &shifts[1], 1, 40, 0),
                        "            00 03 06 09 12 15 18 21\n"
                        " Tue  3 Feb MMMMMMMMMMMM!MMMMMMMMMMM\n"
                        "            M maya  ! NOBODY\n");
}

static void a_skipped_hour_is_blank_and_a_repeated_one_is_one_cell(void **state)
{
    const struct nj_strip_span spring[] = {
        span("2026-03-29", "2026-03-30", "maya")};
    const struct nj_strip_span autumn[] = {
        span("2026-10-25", "2026-10-25 00:59", "maya"),
        span("2026-10-25 00:59", "2026-10-26", "tom")};

    (void)state;
    assert_non_null(strstr(draw(spring, 1, NULL, 0, 40, 0),
                           " Sun 29 Mar M MMMMMMMMMMMMMMMMMMMMMM\n"));
    assert_non_null(strstr(draw(autumn, 2, NULL, 0, 40, 0),
                           " Sun 25 Oct MTTTTTTTTTTTTTTTTTTTTTTT\n"));
}

static void what_was_not_asked_for_is_blank(void **state)
{
    const struct nj_strip_span shifts[] = {
        span("2026-02-03 06:00", "2026-02-03 09:00", "maya")};

    (void)state;
    assert_non_null(
        strstr(draw(shifts, 1, NULL, 0, 40, 0), " Tue  3 Feb       MMM\n"));
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    struct nj_strip_span shifts[30];
    char names[30][40];
    const int widths[] = {60, 80, 120};

    (void)state;
    for (int i = 0; i < 30; i++) {
        (void)snprintf(names[i], sizeof names[i],
                       "somebody-with-quite-a-name-%d", i);
        shifts[i] = (struct nj_strip_span){
            at("2026-02-03") + i * INT64_C(3600000),
            at("2026-02-03") + (i + 1) * INT64_C(3600000), names[i]};
    }
    for (size_t w = 0; w < 3; w++) {
        const char *line = draw(shifts, 30, NULL, 0, widths[w], 0);

        while (*line != '\0') {
            size_t len = strcspn(line, "\n");

            assert_true(len <= (size_t)widths[w]);
            line += len + 1;
        }
    }
}

static void colours_come_only_when_asked_for(void **state)
{
    const struct nj_strip_span shifts[] = {
        span("2026-02-03", "2026-02-03 12:00", "maya"),
        span("2026-02-03 12:00", "2026-02-04", "")};

    (void)state;
    assert_null(strchr(draw(shifts, 2, &shifts[1], 1, 40, 0), '\033'));
    assert_non_null(strstr(draw(shifts, 2, &shifts[1], 1, 40, 1),
                           "\033[36mMMMMMMMMMMMM\033[0m"
                           "\033[1;37;41m!!!!!!!!!!!!\033[0m\n"));
}

static void wide_letters_take_two_columns(void **state)
{
    (void)state;
    assert_int_equal(nj_text_columns("maya"), 4);
    assert_int_equal(nj_text_columns("\xe6\x9d\x8e\xe5\xb0\x8f"), 4);
    assert_int_equal(nj_text_columns("e\xcc\x81"), 1);
    assert_int_equal(nj_text_columns("\xff"), 1);
}

static int open_zone(void **state)
{
    (void)state;
    nj_buf_init(&out, 1 << 20);
    return nj_zone_load(NULL, "Europe/London", &zone, NULL);
}

static int close_zone(void **state)
{
    (void)state;
    nj_buf_finish(&out);
    nj_zone_destroy(zone);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_nothing_nothing_is_drawn),
        cmocka_unit_test(a_row_a_day_with_people_as_letters),
        cmocka_unit_test(a_hole_of_a_minute_shows),
        cmocka_unit_test(
            a_skipped_hour_is_blank_and_a_repeated_one_is_one_cell),
        cmocka_unit_test(what_was_not_asked_for_is_blank),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(colours_come_only_when_asked_for),
        cmocka_unit_test(wide_letters_take_two_columns),
    };

    return cmocka_run_group_tests_name("strips", tests, open_zone, close_zone);
}
