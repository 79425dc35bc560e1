/* What only spool directories do: files in all states, bad lines, crashes. */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/spool_file.h"
#include "unit/source/rig.h"

static struct rig *make_spool(const char *more)
{
    char dir[RIG_PATH] = "/tmp/nj-spool-XXXXXX";
    char keys[512];
    struct rig *rig;

    assert_non_null(mkdtemp(dir));
    (void)snprintf(keys, sizeof keys, "type: spool, directory: %s%s", dir,
                   more);
    rig = rig_make(keys);
    memcpy(rig->dir, dir, sizeof dir);
    return rig;
}

static void free_spool(struct rig *rig)
{
    char command[RIG_PATH + 32];

    (void)snprintf(command, sizeof command, "rm -rf %s", rig->dir);
    rig_free(rig);
    assert_int_equal(system(command), 0);
}

static const char *path_of(const struct rig *rig, const char *name)
{
    static char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", rig->dir, name);
    return path;
}

static void drop(const struct rig *rig, const char *name, const char *text)
{
    FILE *file = fopen(path_of(rig, name), "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    (void)fclose(file);
}

static int is_there(const struct rig *rig, const char *name)
{
    return access(path_of(rig, name), F_OK) == 0;
}

static const char *content(const struct rig *rig, const char *name)
{
    static char text[4096];
    FILE *file = fopen(path_of(rig, name), "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

static void look(struct rig *rig)
{
    nj_source_poll_now(rig->source);
    rig_run(rig, 3000);
}

static void spool_bad_lines_are_told_and_good_lines_count(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    drop(rig, "a.jsonl",
         "{\"id\":\"1\",\"text\":\"one\"}\n"
         "not json\n"
         "\n"
         "{\"id\":\"4\",\"text\":4}\n"
         "[{\"id\":\"5\",\"text\":\"five\"}]\n"
         "{\"id\":\"6\",\"text\":\"six, without an end of line\"}");
    look(rig);
    assert_int_equal(rig->post_count, 2);
    assert_string_equal(rig->posts[1].id, "6");
    assert_true(is_there(rig, "done/a.jsonl"));
    assert_false(is_there(rig, "a.jsonl"));
    assert_non_null(
        strstr(content(rig, "failed/a.jsonl.errors"), "2: JSON line 1 column"));
    assert_non_null(strstr(content(rig, "failed/a.jsonl.errors"),
                           "4: the post: \"text\" must be text"));
    assert_non_null(strstr(content(rig, "failed/a.jsonl.errors"),
                           "5: the post must be an object"));
    free_spool(rig);
}

static void spool_file_without_a_post_goes_to_failed(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    drop(rig, "a.json", "{\"posts\": [}");
    drop(rig, "b.jsonl", "nonsense\n");
    drop(rig, "c.jsonl", "");
    look(rig);
    assert_true(is_there(rig, "failed/a.json"));
    assert_true(is_there(rig, "failed/a.json.errors"));
    assert_true(is_there(rig, "failed/b.jsonl"));
    assert_true(is_there(rig, "done/c.jsonl"));
    assert_int_equal(rig->batches, 0);
    free_spool(rig);
}

static void spool_other_files_are_let_be(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    drop(rig, ".hidden.jsonl", "{\"text\":\"a\"}\n");
    drop(rig, "a.jsonl.tmp", "{\"text\":\"a\"}\n");
    drop(rig, "readme.txt", "{\"text\":\"a\"}\n");
    assert_int_equal(mkdir(path_of(rig, "dir.jsonl"), 0700), 0);
    assert_int_equal(symlink("/etc/passwd", path_of(rig, "link.jsonl")), 0);
    look(rig);
    assert_int_equal(rig->post_count, 0);
    assert_true(is_there(rig, ".hidden.jsonl"));
    assert_true(is_there(rig, "a.jsonl.tmp"));
    assert_true(is_there(rig, "link.jsonl"));
    free_spool(rig);
}

static void spool_files_are_read_in_the_order_of_names(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    drop(rig, "b.jsonl", "{\"id\":\"2\",\"text\":\"b\"}\n");
    drop(rig, "c.ndjson", "{\"id\":\"3\",\"text\":\"c\"}\n");
    drop(rig, "a.json", "{\"posts\":[{\"id\":\"1\",\"text\":\"a\"}]}");
    look(rig);
    assert_int_equal(rig->post_count, 3);
    assert_string_equal(rig->posts[0].id, "1");
    assert_string_equal(rig->posts[1].id, "2");
    assert_string_equal(rig->posts[2].id, "3");
    free_spool(rig);
}

static void spool_document_may_be_lines_after_all(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    drop(rig, "a.json",
         "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"2\",\"text\":\"b\"}\n");
    look(rig);
    assert_int_equal(rig->post_count, 2);
    assert_true(is_there(rig, "done/a.json"));
    free_spool(rig);
}

static void spool_long_document_comes_in_batches(void **state)
{
    struct rig *rig = make_spool("");
    struct nj_buf text;
    (void)state;

    nj_buf_init(&text, 1 << 20);
    (void)nj_buf_adds(&text, "{\"posts\":[");
    for (int i = 0; i < 950; i++) {
        (void)nj_buf_addf(&text, "%s{\"id\":%d,\"text\":\"x\"}",
                          i == 0 ? "" : ",", i);
    }
    (void)nj_buf_adds(&text, "]}");
    rig_open(rig);
    drop(rig, "a.json", nj_buf_text(&text));
    look(rig);
    assert_int_equal(rig->post_count, 950);
    assert_int_equal(rig->repeats, 0);
    assert_int_equal(rig->takes, 5);
    nj_buf_finish(&text);
    free_spool(rig);
}

static void spool_same_name_again_is_kept_beside_the_first(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    for (int i = 0; i < 3; i++) {
        drop(rig, "a.jsonl", "{\"text\":\"the site is down\"}\n");
        look(rig);
    }
    assert_true(is_there(rig, "done/a.jsonl"));
    assert_true(is_there(rig, "done/a.jsonl.1"));
    assert_true(is_there(rig, "done/a.jsonl.2"));
    assert_int_equal(rig->post_count, 3); /* each said it anew */
    free_spool(rig);
}

static void spool_read_files_are_deleted_when_asked(void **state)
{
    struct rig *rig = make_spool(", keep: false");
    (void)state;

    rig_open(rig);
    drop(rig, "a.jsonl", "{\"text\":\"a\"}\n");
    drop(rig, "b.jsonl", "{\"text\":\"b\"}\nbad\n");
    look(rig);
    assert_int_equal(rig->post_count, 2);
    assert_false(is_there(rig, "a.jsonl"));
    assert_false(is_there(rig, "done"));
    assert_true(is_there(rig, "failed/b.jsonl"));
    free_spool(rig);
}

static void spool_file_that_is_being_written_is_waited_for(void **state)
{
    struct rig *rig = make_spool("");
    int fd;
    (void)state;

    rig_open(rig);
    fd = open(path_of(rig, "a.jsonl"), O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "{\"id\":\"1\",", 10), 10);
    if (nj_spool_writer(open(path_of(rig, "a.jsonl"), O_RDONLY)) ==
        NJ_SPOOL_UNKNOWN) {
        (void)close(fd);
        free_spool(rig);
        skip(); /* no leases on this file system */
    }
    look(rig);
    rig_run(rig, 600000);
    assert_int_equal(rig->post_count, 0);
    assert_true(is_there(rig, "a.jsonl"));
    assert_int_equal(write(fd, "\"text\":\"a\"}\n", 12), 12);
    (void)close(fd);
    rig_run(rig, 60000);
    assert_int_equal(rig->post_count, 1);
    free_spool(rig);
}

static void spool_lines_added_while_it_is_read_are_read_too(void **state)
{
    struct rig *rig = make_spool("");
    FILE *file;
    (void)state;

    rig_open(rig);
    drop(rig, "a.jsonl", "{\"id\":\"1\",\"text\":\"a\"}\n");
    rig->mood = RIG_HOLDS;
    look(rig);
    assert_non_null(rig->taken);
    file = fopen(path_of(rig, "a.jsonl"), "a");
    (void)fputs("{\"id\":\"2\",\"text\":\"b\"}\n", file);
    (void)fclose(file);
    rig_release(rig, RIG_TAKES);
    rig_run(rig, 1000);
    assert_int_equal(rig->post_count, 2);
    assert_true(is_there(rig, "done/a.jsonl"));
    free_spool(rig);
}

static void spool_file_stays_until_its_posts_are_durable(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    drop(rig, "a.jsonl", "{\"id\":\"1\",\"text\":\"a\"}\n");
    rig->mood = RIG_HOLDS;
    look(rig);
    rig_run(rig, 600000);
    assert_true(is_there(rig, "a.jsonl"));
    rig_release(rig, RIG_TAKES);
    rig_run(rig, 1000);
    assert_false(is_there(rig, "a.jsonl"));
    free_spool(rig);
}

static void spool_giant_line_is_told_and_passed(void **state)
{
    struct rig *rig = make_spool("");
    char *text = malloc((3 << 20) + 256);
    size_t n;
    (void)state;

    n = (size_t)sprintf(text, "{\"id\":\"1\",\"text\":\"a\"}\n{\"text\":\"");
    memset(text + n, 'x', 3 << 20);
    memcpy(text + n + (3 << 20), "\"}\n{\"id\":\"3\",\"text\":\"c\"}\n", 26);
    rig_open(rig);
    drop(rig, "a.jsonl", text);
    look(rig);
    assert_int_equal(rig->post_count, 2);
    assert_string_equal(rig->posts[1].id, "3");
    assert_non_null(
        strstr(content(rig, "failed/a.jsonl.errors"), "2: longer than"));
    free(text);
    free_spool(rig);
}

static void spool_directory_that_cannot_be_is_refused_with_words(void **state)
{
    struct rig *rig = rig_make("type: spool, directory: /proc/no/such");
    struct nj_err err = {0};
    (void)state;

    assert_int_equal(
        nj_source_open(&rig->env,
                       nj_settings_find(rig->settings, NJ_REF_SOURCE, "acme"),
                       &rig->source, &err),
        NJ_E_IO);
    assert_non_null(strstr(err.text, "source acme: directory /proc/no/such"));
    assert_null(rig->source);
    rig_free(rig);
}

static void spool_hint_of_the_directory_is_enough(void **state)
{
    struct rig *rig = make_spool("");
    (void)state;

    rig_open(rig);
    rig_run(rig, 10);
    drop(rig, "a.jsonl.tmp", "{\"id\":\"1\",\"text\":\"a\"}\n");
    {
        char to[512];

        (void)snprintf(to, sizeof to, "%s", path_of(rig, "a.jsonl"));
        assert_int_equal(rename(path_of(rig, "a.jsonl.tmp"), to), 0);
    }
    for (int i = 0; i < 20 && rig->post_count == 0; i++) {
        rig_run(rig, 100); /* far from the slow look */
    }
    assert_int_equal(rig->post_count, 1);
    free_spool(rig);
}

static int killed_at; /* takes after which the child dies */
static int survivors; /* the pipe by which it tells what is durable */

/* The worst moment: the posts are durable, nobody has been told. */
static void die(struct rig *rig)
{
    if (rig->takes < (size_t)killed_at) {
        return;
    }
    for (size_t i = 0; i < rig->post_count; i++) {
        if (write(survivors, rig->posts[i].id, sizeof rig->posts[i].id) < 0) {
            _exit(2);
        }
    }
    (void)kill(getpid(), SIGKILL);
}

/* A child reads and is killed after each batch in turn; the parent reads on
 * with what was stored, and counts. */
static void spool_killed_in_the_middle_loses_and_doubles_nothing(void **state)
{
    (void)state;
    for (size_t takes = 1; takes <= 5; takes++) {
        struct rig *rig = make_spool("");
        struct nj_buf text;
        char line[sizeof rig->posts[0].id];
        int pipes[2];
        int status = 0;
        pid_t child;

        nj_buf_init(&text, 1 << 20);
        for (int i = 0; i < 450; i++) {
            (void)nj_buf_adds(&text, "{\"text\":\"the very same words\"}\n");
        }
        drop(rig, "a.jsonl", nj_buf_text(&text));
        drop(rig, "b.jsonl", nj_buf_text(&text));
        nj_buf_finish(&text);
        assert_int_equal(pipe(pipes), 0);
        child = fork();
        if (child == 0) {
            killed_at = (int)takes;
            survivors = pipes[1];
            rig->on_stored = die;
            rig_open(rig);
            look(rig);
            _exit(1);
        }
        (void)close(pipes[1]);
        while (read(pipes[0], line, sizeof line) == (ssize_t)sizeof line) {
            assert_int_equal(nj_map_put(&rig->stored, line, rig), 0);
        }
        (void)close(pipes[0]);
        (void)waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        rig_open(rig);
        look(rig);
        assert_int_equal(rig->stored.count, 900);
        assert_true(is_there(rig, "done/a.jsonl"));
        assert_true(is_there(rig, "done/b.jsonl"));
        free_spool(rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spool_bad_lines_are_told_and_good_lines_count),
        cmocka_unit_test(spool_file_without_a_post_goes_to_failed),
        cmocka_unit_test(spool_other_files_are_let_be),
        cmocka_unit_test(spool_files_are_read_in_the_order_of_names),
        cmocka_unit_test(spool_document_may_be_lines_after_all),
        cmocka_unit_test(spool_long_document_comes_in_batches),
        cmocka_unit_test(spool_same_name_again_is_kept_beside_the_first),
        cmocka_unit_test(spool_read_files_are_deleted_when_asked),
        cmocka_unit_test(spool_file_that_is_being_written_is_waited_for),
        cmocka_unit_test(spool_lines_added_while_it_is_read_are_read_too),
        cmocka_unit_test(spool_file_stays_until_its_posts_are_durable),
        cmocka_unit_test(spool_giant_line_is_told_and_passed),
        cmocka_unit_test(spool_directory_that_cannot_be_is_refused_with_words),
        cmocka_unit_test(spool_hint_of_the_directory_is_enough),
        cmocka_unit_test(spool_killed_in_the_middle_loses_and_doubles_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
