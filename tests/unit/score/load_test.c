// Reading the lexicons of a directory.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "score/load.h"

static char directory[] = "/tmp/nj-load-XXXXXX";

static void path_of(const char *name, char out[256])
{
    (void)snprintf(out, 256, "%s/%s", directory, name);
}

static void put(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    path_of(name, path);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void drop(const char *name)
{
    char path[256];

    path_of(name, path);
    assert_int_equal(remove(path), 0);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(directory);
}

static int load(struct nj_lexicon_files *files, struct nj_err *err)
{
    *files = (struct nj_lexicon_files){0};
    return nj_lexicon_files_load(directory, files, err);
}

static void a_directory_that_is_not_there_is_named(void **state)
{
    struct nj_lexicon_files files = {.count = 7};
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(nj_lexicon_files_load("/no/such", &files, &err),
                     NJ_E_NOTFOUND);
    assert_non_null(strstr(err.text, "/no/such"));
    assert_int_equal(files.count, 7);
}

static void a_directory_without_lexicons_is_refused(void **state)
{
    struct nj_lexicon_files files;
    struct nj_err err = {0};

    (void)state;
    put("README.md", "x");
    put(".hidden.txt", "x");
    assert_int_equal(load(&files, &err), NJ_E_NOTFOUND);
    assert_non_null(strstr(err.text, "no lexicons"));
    drop("README.md");
    drop(".hidden.txt");
}

static void what_is_no_file_is_refused(void **state)
{
    struct nj_lexicon_files files;
    struct nj_err err = {0};
    char path[256];

    (void)state;
    path_of("sub.txt", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(load(&files, &err), NJ_E_IO);
    assert_non_null(strstr(err.text, "sub.txt"));
    assert_int_equal(rmdir(path), 0);
}

static void a_file_too_big_is_refused(void **state)
{
    struct nj_lexicon_files files;
    struct nj_err err = {0};
    char path[256];

    (void)state;
    put("big.txt", "");
    path_of("big.txt", path);
    assert_int_equal(truncate(path, (4 << 20) + 1), 0);
    assert_int_equal(load(&files, &err), NJ_E_TOOBIG);
    assert_non_null(strstr(err.text, "big.txt: more than 4 MiB"));
    drop("big.txt");
}

static void too_many_files_are_refused(void **state)
{
    struct nj_lexicon_files files;
    struct nj_err err = {0};
    char name[32];

    (void)state;
    for (int i = 0; i < 65; i++) {
        (void)snprintf(name, sizeof name, "%d.txt", i);
        put(name, "x");
    }
    assert_int_equal(load(&files, &err), NJ_E_TOOBIG);
    for (int i = 0; i < 65; i++) {
        (void)snprintf(name, sizeof name, "%d.txt", i);
        drop(name);
    }
}

static void files_come_by_name(void **state)
{
    struct nj_lexicon_files files;

    (void)state;
    put("b.txt", "two");
    put("a.txt", "");
    assert_int_equal(load(&files, NULL), 0);
    assert_int_equal(files.count, 2);
    assert_string_equal(files.texts[0].name, "a.txt");
    assert_int_equal(files.texts[0].len, 0);
    assert_string_equal(files.texts[1].name, "b.txt");
    assert_memory_equal(files.texts[1].text, "two", 3);
    nj_lexicon_files_finish(&files);
    assert_null(files.texts);
    nj_lexicon_files_finish(&files);
    drop("a.txt");
    drop("b.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_that_is_not_there_is_named),
        cmocka_unit_test(a_directory_without_lexicons_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_file_too_big_is_refused),
        cmocka_unit_test(too_many_files_are_refused),
        cmocka_unit_test(files_come_by_name),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
