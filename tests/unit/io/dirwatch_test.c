/* Hints that something changed in a directory. */
// link: -Wl,--wrap=calloc -Wl,--wrap=read

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/dirwatch.h"

static int calloc_fails;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return calloc_fails ? NULL : __real_calloc(n, size);
}

static int overflow_next; /* the kernel has lost count */

ssize_t __real_read(int fd, void *out, size_t room);
ssize_t __wrap_read(int fd, void *out, size_t room);
ssize_t __wrap_read(int fd, void *out, size_t room)
{
    const struct inotify_event lost = {.wd = -1, .mask = IN_Q_OVERFLOW};

    if (!overflow_next || room < sizeof lost) {
        return __real_read(fd, out, room);
    }
    overflow_next = 0;
    (void)__real_read(fd, out, room);
    memcpy(out, &lost, sizeof lost);
    return sizeof lost;
}

struct spool {
    char dir[32];
    struct nj_loop *loop;
    struct nj_dirwatch *watch;
    struct nj_timer guard;
    int hints;
    int nameless;
    char last[64];
    int close_at_hint;
    int closed;
};

static void on_closed(void *ctx)
{
    struct spool *s = ctx;

    s->closed++;
    s->watch = NULL;
}

static void on_change(void *ctx, const char *name)
{
    struct spool *s = ctx;

    s->hints++;
    s->nameless += name == NULL;
    (void)snprintf(s->last, sizeof s->last, "%s", name == NULL ? "" : name);
    if (s->close_at_hint) {
        nj_dirwatch_close(s->watch, on_closed, s);
    } else {
        nj_loop_stop(s->loop);
    }
}

static void open_spool(struct spool *s)
{
    *s = (struct spool){.dir = "/tmp/nj-dir-XXXXXX"};
    assert_non_null(mkdtemp(s->dir));
    assert_int_equal(nj_loop_create(NULL, &s->loop, NULL), 0);
    assert_int_equal(
        nj_dirwatch_open(s->loop, s->dir, on_change, s, &s->watch, NULL), 0);
}

static void on_guard(struct nj_timer *timer)
{
    (void)timer;
    fail_msg("no hint came in five seconds");
}

static void run(struct spool *s)
{
    assert_int_equal(nj_timer_set(s->loop, &s->guard, 5000, 0, on_guard), 0);
    nj_loop_run(s->loop);
    nj_timer_stop(&s->guard);
}

static void close_spool(struct spool *s)
{
    if (s->watch != NULL) {
        nj_dirwatch_close(s->watch, on_closed, s);
        assert_int_equal(s->closed, 0);
        nj_loop_run(s->loop);
    }
    assert_int_equal(s->closed, 1);
    nj_loop_destroy(s->loop);
    (void)rmdir(s->dir);
}

static void make_file(const struct spool *s, const char *name)
{
    char path[64];
    int fd;

    (void)snprintf(path, sizeof path, "%s/%s", s->dir, name);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

static void remove_file(const struct spool *s, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof path, "%s/%s", s->dir, name);
    assert_int_equal(unlink(path), 0);
}

/* ---- refusals ----------------------------------------------------------- */

static void refused_at(const char *path, int code, const char *words)
{
    struct nj_loop *loop = NULL;
    struct nj_dirwatch *watch = NULL;
    struct nj_err err = {0};

    assert_int_equal(nj_loop_create(NULL, &loop, NULL), 0);
    assert_int_equal(
        nj_dirwatch_open(loop, path, on_change, NULL, &watch, &err), code);
    assert_non_null(strstr(err.text, words));
    assert_null(watch);
    nj_loop_destroy(loop);
}

static void directory_that_is_not_there_is_refused(void **state)
{
    (void)state;
    refused_at("/tmp/nj-nowhere/at/all", NJ_E_NOTFOUND, "/tmp/nj-nowhere");
}

static void file_is_no_directory(void **state)
{
    (void)state;
    refused_at("/etc/passwd", NJ_E_NOTFOUND, "Not a directory");
}

static void without_memory_nothing_is_watched(void **state)
{
    struct nj_loop *loop = NULL;
    struct nj_dirwatch *watch = NULL;
    (void)state;

    assert_int_equal(nj_loop_create(NULL, &loop, NULL), 0);
    calloc_fails = 1;
    assert_int_equal(
        nj_dirwatch_open(loop, "/tmp", on_change, NULL, &watch, NULL),
        NJ_E_NOMEM);
    calloc_fails = 0;
    assert_null(watch);
    nj_loop_destroy(loop);
}

/* ---- hints -------------------------------------------------------------- */

static void new_file_is_told_by_name(void **state)
{
    struct spool s;
    (void)state;

    open_spool(&s);
    make_file(&s, "post.jsonl");
    run(&s);
    assert_string_equal(s.last, "post.jsonl");
    remove_file(&s, "post.jsonl");
    close_spool(&s);
}

static void file_moved_in_is_told_by_its_new_name(void **state)
{
    struct spool s;
    char from[64];
    char to[64];
    (void)state;

    open_spool(&s);
    (void)snprintf(from, sizeof from, "%s-outside", s.dir);
    (void)snprintf(to, sizeof to, "%s/inside", s.dir);
    assert_int_equal(close(open(from, O_CREAT | O_WRONLY, 0600)), 0);
    assert_int_equal(rename(from, to), 0);
    run(&s);
    assert_int_equal(s.hints, 1);
    assert_string_equal(s.last, "inside");
    remove_file(&s, "inside");
    close_spool(&s);
}

static void several_files_are_all_told(void **state)
{
    struct spool s;
    (void)state;

    open_spool(&s);
    for (int i = 0; i < 9; i++) {
        char name[] = {'f', (char)('0' + i), '\0'};

        make_file(&s, name);
    }
    run(&s);
    assert_int_equal(s.hints, 18); /* made, and closed after writing */
    assert_string_equal(s.last, "f8");
    for (int i = 0; i < 9; i++) {
        char name[] = {'f', (char)('0' + i), '\0'};

        remove_file(&s, name);
    }
    close_spool(&s);
}

static void lost_count_is_told_without_a_name_and_the_watch_lives(void **state)
{
    struct spool s;
    (void)state;

    open_spool(&s);
    overflow_next = 1;
    make_file(&s, "a");
    run(&s);
    assert_int_equal(s.nameless, 1);
    make_file(&s, "b");
    run(&s);
    assert_string_equal(s.last, "b");
    remove_file(&s, "a");
    remove_file(&s, "b");
    close_spool(&s);
}

static void directory_that_goes_is_told_once_without_a_name(void **state)
{
    struct spool s;
    (void)state;

    open_spool(&s);
    assert_int_equal(rmdir(s.dir), 0);
    run(&s);
    assert_int_equal(s.hints, 1);
    assert_int_equal(s.nameless, 1);
    nj_loop_run(s.loop); /* nothing is left to wait for */
    assert_int_equal(s.hints, 1);
    close_spool(&s);
}

static void directory_moved_away_is_watched_no_more(void **state)
{
    struct spool s;
    char there[64];
    (void)state;

    open_spool(&s);
    (void)snprintf(there, sizeof there, "%s-moved", s.dir);
    assert_int_equal(rename(s.dir, there), 0);
    run(&s);
    assert_int_equal(s.nameless, 1);
    assert_int_equal(rmdir(there), 0);
    nj_loop_run(s.loop);
    assert_int_equal(s.hints, 1);
    close_spool(&s);
}

static void closing_from_a_hint_is_the_last_word(void **state)
{
    struct spool s;
    (void)state;

    open_spool(&s);
    s.close_at_hint = 1;
    make_file(&s, "a");
    make_file(&s, "b");
    nj_loop_run(s.loop);
    assert_int_equal(s.hints, 1);
    assert_int_equal(s.closed, 1);
    remove_file(&s, "a");
    remove_file(&s, "b");
    close_spool(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directory_that_is_not_there_is_refused),
        cmocka_unit_test(file_is_no_directory),
        cmocka_unit_test(without_memory_nothing_is_watched),
        cmocka_unit_test(new_file_is_told_by_name),
        cmocka_unit_test(file_moved_in_is_told_by_its_new_name),
        cmocka_unit_test(several_files_are_all_told),
        cmocka_unit_test(lost_count_is_told_without_a_name_and_the_watch_lives),
        cmocka_unit_test(directory_that_goes_is_told_once_without_a_name),
        cmocka_unit_test(directory_moved_away_is_watched_no_more),
        cmocka_unit_test(closing_from_a_hint_is_the_last_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
