/* The committed sample and man page are what the rows say. After a change to
 * a row: NJ_WRITE=1 build/release/tests/unit/conf/sample_test */

#include "unit/conf/reading.h"

#include "conf/build.h"
#include "conf/doc.h"
#include "conf/show.h"

static const char sample_path[] = "config/nightjar.yaml";
static const char man_path[] = "docs/nightjar.yaml.5";

static void hold(const char *path, void (*make)(struct nj_buf *))
{
    struct nj_buf made;
    char *committed;

    nj_buf_init(&made, 1 << 20);
    make(&made);
    assert_int_equal(made.status, 0);
    if (getenv("NJ_WRITE") != NULL) {
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        assert_int_equal(fwrite(made.data, 1, made.len, file), made.len);
        assert_int_equal(fclose(file), 0);
    }
    committed = reading_slurp(path);
    if (strcmp(committed, nj_buf_text(&made)) != 0) {
        fail_msg("%s is not what the rows say; run NJ_WRITE=1 "
                 "build/release/tests/unit/conf/sample_test",
                 path);
    }
    free(committed);
    nj_buf_finish(&made);
}

static void the_committed_sample_is_what_the_rows_say(void **state)
{
    (void)state;
    hold(sample_path, nj_settings_sample);
}

static void the_committed_man_page_is_what_the_rows_say(void **state)
{
    (void)state;
    hold(man_path, nj_settings_man);
}

static void the_sample_is_read_without_a_word(void **state)
{
    struct reading r;

    (void)state;
    reading_file(&r, sample_path);
    assert_string_equal(nj_buf_text(&r.told), "");
    assert_int_equal(r.code, 0);
    reading_finish(&r);
}

/* Take the first # out of each line that has a single one. */
static void switch_on(char *text)
{
    char *out = text;

    while (*text != '\0') {
        size_t blank = strspn(text, " ");
        size_t len = strcspn(text, "\n") + 1;
        int off = text[blank] == '#' && text[blank + 1] != '#';

        memmove(out, text, blank);
        out += blank;
        memmove(out, text + blank + off, len - blank - (size_t)off);
        out += len - blank - (size_t)off;
        text += len;
    }
    *out = '\0';
}

static void the_sample_with_everything_on_is_all_right(void **state)
{
    char *text = reading_slurp(sample_path);
    struct reading r;

    (void)state;
    switch_on(text);
    reading_text(&r, text);
    assert_string_equal(nj_buf_text(&r.told), "");
    assert_non_null(nj_settings_at(r.settings, "sources.acme-shop.secret"));
    assert_non_null(nj_settings_at(r.settings, "daemon.http.token"));
    reading_finish(&r);
    free(text);
}

static void expect_in(const char *text, const char *word, const char *path)
{
    if (strstr(text, word) == NULL) {
        fail_msg("%s does not have '%s'", path, word);
    }
}

static void
expect_table(const struct nj_key *row, const char *sample, const char *man)
{
    for (; row->name != NULL; row++) {
        char word[128];

        (void)snprintf(word, sizeof word, "%s:", row->name);
        expect_in(sample, word, sample_path);
        (void)snprintf(word, sizeof word, "\\fB%s\\fR", row->name);
        expect_in(man, word, man_path);
        if (row->kind == NJ_KIND_MAP) {
            expect_table(row->keys, sample, man);
        }
    }
}

static void every_key_stands_in_both(void **state)
{
    char *sample = reading_slurp(sample_path);
    char *man = reading_slurp(man_path);

    (void)state;
    for (const struct nj_key *row = nj_rows_root.keys; row->name != NULL;
         row++) {
        const struct nj_key *inner = row->kind == NJ_KIND_MAP ? row : row->item;
        const struct nj_type *type = inner->types;

        expect_table(inner->keys, sample, man);
        for (; type != NULL && type->name != NULL; type++) {
            for (size_t i = 0; type->tables[i] != NULL; i++) {
                expect_table(type->tables[i], sample, man);
            }
        }
    }
    free(sample);
    free(man);
}

static void no_line_of_the_sample_is_wider_than_a_terminal(void **state)
{
    char *text = reading_slurp(sample_path);

    (void)state;
    for (char *p = text; *p != '\0'; p += strcspn(p, "\n") + 1) {
        assert_true(strcspn(p, "\n") <= 80);
    }
    free(text);
}

static void the_examples_of_the_man_page_are_all_right(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, nj_doc_minimal);
    reading_finish(&r);
    reading_good(&r, nj_doc_example);
    reading_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_committed_sample_is_what_the_rows_say),
        cmocka_unit_test(the_committed_man_page_is_what_the_rows_say),
        cmocka_unit_test(the_sample_is_read_without_a_word),
        cmocka_unit_test(the_sample_with_everything_on_is_all_right),
        cmocka_unit_test(every_key_stands_in_both),
        cmocka_unit_test(no_line_of_the_sample_is_wider_than_a_terminal),
        cmocka_unit_test(the_examples_of_the_man_page_are_all_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
