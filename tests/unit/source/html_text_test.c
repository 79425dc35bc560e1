#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "source/html_text.h"
#include "unit/source/table.h"

struct seen {
    char text[4096];
    size_t len;
};

static void on_media(void *ctx, const char *url, size_t len)
{
    struct seen *seen = ctx;

    assert_true(seen->len + len + 2 < sizeof seen->text);
    if (seen->len > 0) {
        seen->text[seen->len++] = ' ';
    }
    memcpy(seen->text + seen->len, url, len);
    seen->len += len;
    seen->text[seen->len] = '\0';
}

static void html_table_of_cases_holds(void **state)
{
    struct table table;
    (void)state;

    table_open(&table, "tests/data/source/html.tsv");
    while (table_next(&table)) {
        struct seen seen = {.len = 0};
        struct nj_html_media media = {on_media, &seen};
        size_t len = table.count > 1 ? table.lens[1] : 0;
        const char *html = table.count > 1 ? table.columns[1] : "";
        char *out = malloc(len + 1);

        nj_html_text(html, len, out, &media);
        if (strcmp(out, table.columns[0]) != 0) {
            fail_msg("line %d: '%s' is '%s', not '%s'", table.line, html, out,
                     table.columns[0]);
        }
        if (strcmp(seen.text, table.count > 2 ? table.columns[2] : "") != 0) {
            fail_msg("line %d: '%s' shows '%s'", table.line, html, seen.text);
        }
        free(out);
    }
}

static void html_in_place_gives_the_same(void **state)
{
    struct table table;
    (void)state;

    table_open(&table, "tests/data/source/html.tsv");
    while (table_next(&table)) {
        size_t len = table.count > 1 ? table.lens[1] : 0;
        char *both = malloc(len + 1);

        if (len > 0) {
            memcpy(both, table.columns[1], len);
        }
        nj_html_text(both, len, both, NULL);
        if (strcmp(both, table.columns[0]) != 0) {
            fail_msg("line %d in place: '%s'", table.line, both);
        }
        free(both);
    }
}

/* Pages made to be searched to their end again and again. */
static void html_of_open_ends_takes_linear_time(void **state)
{
    static const char *const bombs[] = {
        "<script>",  "<style>", "<iframe>",    "<a",
        "<!--",      "<a ='>'", "<a title=\"", "<a x='>",
        "<![CDATA[", "&",       "&#00000",     "<li>",
        "<pre>\n ",  "<q>",     "</script>",   "<img alt=&amp;&amp; src=x>",
        "<p><br>",   "]]>",     "<div>",
    };
    enum { SIZE = 8 << 20 };
    char *page = malloc(SIZE + 1);
    (void)state;

    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        size_t n = strlen(bombs[i]);
        clock_t start = clock();

        for (size_t at = 0; at < SIZE; at += n) {
            memcpy(page + at, bombs[i], at + n <= SIZE ? n : SIZE - at);
        }
        assert_true(nj_html_text(page, SIZE, page, NULL) <= SIZE);
        if (clock() - start > 5 * CLOCKS_PER_SEC) {
            fail_msg("%s takes %ld ms", bombs[i],
                     (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
        }
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_table_of_cases_holds),
        cmocka_unit_test(html_in_place_gives_the_same),
        cmocka_unit_test(html_of_open_ends_takes_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
