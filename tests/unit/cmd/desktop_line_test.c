/* The lines between nightjard and nightjar-desktop, by the table in
 * tests/data/cmd: what a daemon, or whoever sits at its socket, may say. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/desktop_line.h"

static const char *kind_of(const struct nj_desktop_line *line)
{
    if (line->kind == NJ_DESKTOP_ANSWER) {
        return line->ok ? "ok" : "no";
    }
    return line->kind == NJ_DESKTOP_RING ? "ring" : "clear";
}

/* LINE as the table writes it. */
static void describe(const char *text, char *out, size_t room)
{
    struct nj_desktop_line line;
    char body[512] = "";
    size_t at = 0;

    if (nj_desktop_line_read(text, strlen(text), &line, NULL) != 0) {
        (void)snprintf(out, room, "invalid||||||");
        return;
    }
    for (const char *p = line.body; *p != '\0'; p++) {
        at += (size_t)snprintf(body + at, sizeof body - at,
                               *p == '\n' ? "\\n" : "%c", *p);
    }
    (void)snprintf(out, room, "%s|%lld|%d%d|%s|%s|%s|", kind_of(&line),
                   (long long)line.alert, line.wants_answer, line.urgent,
                   line.headline == NULL ? "" : line.headline, body,
                   line.url == NULL ? "" : line.url);
    nj_desktop_line_finish(&line);
}

/* Turn "\xff" in the table into that byte: JSON has no such escape. */
static void put_bytes(char *text)
{
    char *found = strstr(text, "\\xff");

    if (found != NULL) {
        *found = '\xff';
        memmove(found + 1, found + 4, strlen(found + 4) + 1);
    }
}

static void lines_are_read_whole_or_refused(void **state)
{
    FILE *file = fopen("tests/data/cmd/desktop_lines.table", "r");
    char *line = NULL;
    size_t room = 0;
    int number = 0;

    (void)state;
    assert_non_null(file);
    while (getline(&line, &room, file) > 0) {
        char *text = line;
        char got[2048];

        number++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') {
            continue;
        }
        for (int i = 0; i < 6; i++) {
            text = strchr(text, '|') + 1;
        }
        put_bytes(text);
        describe(text, got, sizeof got);
        if (strncmp(got, line, (size_t)(text - line)) != 0) {
            fail_msg("line %d gives %s", number, got);
        }
    }
    free(line);
    (void)fclose(file);
}

static void a_line_too_long_is_refused(void **state)
{
    char *text = malloc(NJ_DESKTOP_LINE_BYTES + 2);
    struct nj_desktop_line line;

    (void)state;
    assert_non_null(text);
    memset(text, ' ', NJ_DESKTOP_LINE_BYTES + 1);
    assert_int_equal(
        nj_desktop_line_read(text, NJ_DESKTOP_LINE_BYTES + 1, &line, NULL),
        NJ_E_TOOBIG);
    free(text);
}

static void markup_is_shown_not_obeyed(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 4096);
    (void)nj_buf_add_plain(&out, "<b>ALL CLEAR</b> & <a href=\"x\">");
    assert_string_equal(nj_buf_text(&out),
                        "&lt;b&gt;ALL CLEAR&lt;/b&gt; &amp; &lt;a "
                        "href=&quot;x&quot;&gt;");
    nj_buf_finish(&out);
}

static void an_acknowledgement_carries_its_generation(void **state)
{
    struct nj_buf out;

    (void)state;
    nj_buf_init(&out, 4096);
    nj_desktop_ack(&out, 4711, 4294967295u);
    assert_string_equal(nj_buf_text(&out),
                        "{\"verb\":\"ack\",\"ids\":[4711],\"generation\":"
                        "4294967295,\"by\":\"desktop\"}\n");
    nj_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_whole_or_refused),
        cmocka_unit_test(a_line_too_long_is_refused),
        cmocka_unit_test(markup_is_shown_not_obeyed),
        cmocka_unit_test(an_acknowledgement_carries_its_generation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
