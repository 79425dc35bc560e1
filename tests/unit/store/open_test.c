/* Opening a store: what is refused and in which words, upgrades of older
 * tables, and what stands on the disk afterwards. */

#include "unit/store/rig.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "store/migrations.h"

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig_prepare(rig, NULL);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    rig_finish(rig);
    free(rig);
    return 0;
}

static void refused(struct rig *rig, int code, const char *words)
{
    struct nj_err err = {0};
    int got = rig_open_store(rig, &err);

    if (got != code || strstr(err.text, words) == NULL) {
        fail_msg("%d '%s' instead of %d '%s'", got, err.text, code, words);
    }
    assert_null(rig->store);
}

static void run_sql(struct rig *rig, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(SQLITE_OK, sqlite3_open(rig->path, &db));
    assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
    (void)sqlite3_close(db);
}

/* A store with COUNT alerts, closed. */
static void make_store(struct rig *rig, int count)
{
    struct nj_err err = {0};

    if (rig_open_store(rig, &err) != 0) {
        fail_msg("%s", err.text);
    }
    for (int i = 1; i <= count; i++) {
        assert_int_equal(0, rig_commit(rig, rig_whole_alert(i)));
    }
    rig_close_store(rig);
}

/* ---- refusals ------------------------------------------------------------ */

static void an_url_of_no_kind_is_refused(void **state)
{
    static const char *const urls[] = {"", "sqlite:", "nightjar.db", "mem:x",
                                       "postgresql://db/nightjar"};
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        (void)snprintf(rig->url, sizeof rig->url, "%s", urls[i]);
        refused(rig, NJ_E_INVALID, "write sqlite:/path/to/nightjar.db");
    }
}

static void a_directory_that_is_not_there_is_named(void **state)
{
    struct rig *rig = *state;

    (void)snprintf(rig->url, sizeof rig->url, "sqlite:/nonexistent/night.db");
    refused(rig, NJ_E_IO,
            "open store: /nonexistent/night.db.lock: No such file or "
            "directory; create the directory first");
}

/* As another user, since root may write anywhere. */
static void in_a_child_without_rights(struct rig *rig, const char *words)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        struct nj_err err = {0};
        int code;

        if (geteuid() == 0 && setuid(65534) != 0) {
            _exit(2);
        }
        code = rig_open_store(rig, &err);
        if (code != NJ_E_IO || strstr(err.text, words) == NULL) {
            (void)fprintf(stderr, "%d %s\n", code, err.text);
            _exit(1);
        }
        _exit(0);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
}

static void a_directory_we_may_not_write_is_named(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(0, chmod(rig->dir, 0555));
    in_a_child_without_rights(rig,
                              "Permission denied; the daemon's user must be "
                              "able to write this file and its directory");
    assert_int_equal(0, chmod(rig->dir, 0700));
}

static void a_file_we_may_not_write_is_named(void **state)
{
    struct rig *rig = *state;

    make_store(rig, 0);
    assert_int_equal(0, chmod(rig->dir, 0777));
    (void)snprintf(rig->trouble, sizeof rig->trouble, "%s.lock", rig->path);
    assert_int_equal(0, chmod(rig->trouble, 0666));
    in_a_child_without_rights(rig, "night.db: Permission denied");
}

static void a_directory_in_place_of_the_file_is_refused(void **state)
{
    struct rig *rig = *state;

    (void)snprintf(rig->url, sizeof rig->url, "sqlite:%s/night.db", rig->dir);
    assert_int_equal(0, mkdir(rig->path, 0700));
    refused(rig, NJ_E_IO, "Is a directory");
    assert_int_equal(0, rmdir(rig->path));
}

static void
a_store_in_use_is_refused_with_the_number_of_who_has_it(void **state)
{
    struct rig *rig = *state;
    struct nj_store *first;
    struct nj_err err = {0};
    char words[64];

    assert_int_equal(0, rig_open_store(rig, &err));
    first = rig->store;
    rig->store = NULL;
    (void)snprintf(words, sizeof words,
                   "in use by another nightjard (process %ld)", (long)getpid());
    refused(rig, NJ_E_AGAIN, words);
    rig->store = first;
    /* the first one is none the worse for it */
    assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
}

static void a_store_of_a_newer_nightjar_is_refused_and_left_alone(void **state)
{
    struct rig *rig = *state;
    const int today = nj_migrations_today()->count;
    char text[160];

    make_store(rig, 1);
    run_sql(rig, "UPDATE meta SET version = 99");
    (void)snprintf(text, sizeof text,
                   "written by a newer nightjar (its tables are version 99, "
                   "this program knows %d); install that version again",
                   today);
    refused(rig, NJ_E_STATE, text);
    (void)snprintf(text, sizeof text, "UPDATE meta SET version = %d", today);
    run_sql(rig, text);
    assert_int_equal(0, rig_open_store(rig, NULL));
}

static void a_database_of_another_program_is_refused(void **state)
{
    struct rig *rig = *state;

    run_sql(rig, "CREATE TABLE moz_places (id INTEGER PRIMARY KEY)");
    refused(rig, NJ_E_INVALID, "a database of another program");
    run_sql(rig, "CREATE TABLE meta (version TEXT)");
    refused(rig, NJ_E_INVALID, "a database of another program");
}

/* Write BYTES of 0xa5 at OFFSET of the file. */
static void spoil(struct rig *rig, off_t offset, size_t bytes)
{
    char junk[8192];
    int fd = open(rig->path, O_WRONLY | O_CREAT, 0600);

    memset(junk, 0xa5, sizeof junk);
    assert_true(fd >= 0 && bytes <= sizeof junk);
    assert_int_equal(bytes, pwrite(fd, junk, bytes, offset));
    (void)close(fd);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    spoil(*state, 0, 8192);
    refused(*state, NJ_E_CORRUPT, "file is not a database");
}

static void a_damaged_page_is_found_and_said_how_to_get_out(void **state)
{
    struct rig *rig = *state;
    struct stat now;

    make_store(rig, 50);
    assert_int_equal(0, stat(rig->path, &now));
    /* whichever page is overwritten, it is not taken for sound */
    for (off_t at = 2048; at < now.st_size; at += 2048) {
        char kept[2048];
        int fd = open(rig->path, O_RDWR);

        assert_int_equal(2048, pread(fd, kept, sizeof kept, at));
        spoil(rig, at, 2048);
        refused(rig, NJ_E_CORRUPT, "the store is damaged. Move the file away");
        assert_int_equal(2048, pwrite(fd, kept, sizeof kept, at));
        (void)close(fd);
    }
    assert_int_equal(0, rig_open_store(rig, NULL));
}

static void a_file_cut_short_is_refused(void **state)
{
    struct rig *rig = *state;

    make_store(rig, 50);
    assert_int_equal(0, truncate(rig->path, 5 * 2048));
    refused(rig, NJ_E_CORRUPT, ".recover | sqlite3 recovered.db");
}

/* A store too large to be looked through before it is used. */
static void make_large_store(struct rig *rig)
{
    enum { ALERTS = 24000 };
    struct waiting *w = calloc(ALERTS, sizeof *w);
    struct stat now;

    assert_non_null(w);
    assert_int_equal(0, rig_open_store(rig, NULL));
    for (int i = 0; i < ALERTS; i++) {
        rig_start(rig, &w[i], rig_whole_alert(i + 1));
    }
    rig_run(rig);
    rig_close_store(rig);
    assert_int_equal(0, stat(rig->path, &now));
    assert_true(now.st_size > 8 << 20);
    free(w);
}

static void stop_when_told(struct nj_timer *timer)
{
    struct rig *rig = timer->ctx;

    if (rig->troubles > 0) {
        nj_loop_stop(rig->loop);
    } else {
        assert_int_equal(0,
                         nj_timer_set(rig->loop, timer, 1, 0, stop_when_told));
    }
}

static void damage_of_a_large_store_is_told_while_it_works(void **state)
{
    struct rig *rig = *state;
    struct nj_timer timer = {.ctx = rig};

    make_large_store(rig);
    spoil(rig, 4 << 20, 4096);
    assert_int_equal(0, rig_open_store(rig, NULL));
    stop_when_told(&timer);
    rig_run(rig);
    assert_non_null(strstr(rig->trouble, "night.db is damaged in table "));
    assert_non_null(strstr(rig->trouble, ".recover | sqlite3 recovered.db"));
    assert_int_equal(1, rig->troubles);
    assert_int_equal(0, rig_commit(rig, rig_whole_alert(99999)));
}

static void a_sound_large_store_is_told_nothing_of(void **state)
{
    struct rig *rig = *state;

    make_large_store(rig);
    for (int i = 0; i < 20; i++) { /* closed at any moment of the check */
        assert_int_equal(0, rig_open_store(rig, NULL));
        (void)usleep((unsigned)i * 1000);
        rig_close_store(rig);
        assert_int_equal(0, rig->troubles);
    }
}

static void a_file_moved_away_under_us_is_told(void **state)
{
    struct rig *rig = *state;
    struct waiting w;
    struct nj_timer timer = {.ctx = rig};

    assert_int_equal(0, rig_open_store(rig, NULL));
    (void)snprintf(rig->trouble, sizeof rig->trouble, "%s.away", rig->path);
    assert_int_equal(0, rename(rig->path, rig->trouble));
    rig_start(rig, &w, rig_whole_alert(1));
    stop_when_told(&timer);
    rig_run(rig);
    assert_int_equal(0, w.done);
    assert_non_null(strstr(rig->trouble, "moved or removed while in use"));
    (void)snprintf(rig->trouble, sizeof rig->trouble, "%s.away", rig->path);
    assert_int_equal(0, rename(rig->trouble, rig->path));
    rig_run(rig);
    assert_int_equal(1, w.done);
    assert_int_equal(0, w.status);
    assert_int_equal(1, rig->overs);
}

/* ---- upgrades ------------------------------------------------------------ */

static const struct nj_migration three[] = {
    {.sqlite = "CREATE TABLE meta (version INTEGER NOT NULL);"
               "INSERT INTO meta VALUES (0);"
               "CREATE TABLE bird (id INTEGER PRIMARY KEY, name TEXT)"},
    {.sqlite = "INSERT INTO bird VALUES (1, 'nightjar');"
               "ALTER TABLE bird ADD COLUMN calls INTEGER"},
    {.sqlite = "UPDATE bird SET calls = 3"},
};
static const struct nj_migration third_fails[] = {
    {.sqlite = ""},
    {.sqlite = ""},
    {.sqlite = "UPDATE bird SET calls = 4; UPDATE owl SET calls = 3"},
};

static int keep(void *ctx, const struct nj_value *row, size_t count)
{
    assert_int_equal(1, count);
    *(int64_t *)ctx = nj_v_as_int(&row[0]);
    return 0;
}

static int64_t version_of(struct nj_db *db)
{
    int64_t version = -1;

    assert_int_equal(
        0, db->driver->each(db, NJ_SQL_META_READ, NULL, 0, keep, &version));
    return version;
}

static void every_older_version_becomes_todays(void **state)
{
    (void)state;
    for (int from = 0; from <= 3; from++) {
        const struct nj_migrations older = {three, from};
        const struct nj_migrations today = {three, 3};
        struct nj_db *db = NULL;

        assert_int_equal(0, nj_sqlite_mem_driver.open("", &db, NULL));
        assert_int_equal(0, nj_migrate(db, &older, NULL));
        assert_int_equal(0, nj_migrate(db, &today, NULL));
        assert_int_equal(3, version_of(db));
        assert_int_equal(0, nj_migrate(db, &today, NULL));
        /* the last step changed the row that the second made */
        assert_int_equal(
            0,
            db->driver->script(db, "CREATE TABLE proof (x CHECK (x = 3));"
                                   "INSERT INTO proof SELECT calls FROM bird"));
        db->driver->close(db);
    }
}

static void a_step_that_fails_leaves_the_version_before_it(void **state)
{
    const struct nj_migrations older = {three, 2};
    const struct nj_migrations broken = {third_fails, 3};
    const struct nj_migrations today = {three, 3};
    struct nj_db *db = NULL;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(0, nj_sqlite_mem_driver.open("", &db, NULL));
    assert_int_equal(0, nj_migrate(db, &older, NULL));
    assert_int_equal(NJ_E_INVALID, nj_migrate(db, &broken, &err));
    assert_non_null(strstr(err.text, "upgrade of the tables to version 3"));
    assert_non_null(strstr(err.text, "no such table: owl"));
    assert_int_equal(2, version_of(db));
    assert_int_equal(0, nj_migrate(db, &today, NULL));
    db->driver->close(db);
}

/* ---- what stands on the disk --------------------------------------------- */

static void the_file_is_readable_to_its_owner_alone(void **state)
{
    struct rig *rig = *state;
    struct stat now;

    make_store(rig, 1);
    assert_int_equal(0, stat(rig->path, &now));
    assert_int_equal(0600, now.st_mode & 07777);
}

static void a_closed_store_leaves_no_log_behind(void **state)
{
    struct rig *rig = *state;

    /* else a copy put back in its place would meet the old one's log */
    make_store(rig, 3);
    (void)snprintf(rig->trouble, sizeof rig->trouble, "%s-wal", rig->path);
    assert_int_equal(-1, access(rig->trouble, F_OK));
}

static void the_log_is_reused_and_does_not_grow(void **state)
{
    struct rig *rig = *state;
    struct nj_err err = {0};
    struct stat before, after;

    assert_int_equal(0, rig_open_store(rig, &err));
    assert_int_equal(0, rig_commit(rig, rig_whole_alert(1)));
    (void)snprintf(rig->trouble, sizeof rig->trouble, "%s-wal", rig->path);
    assert_int_equal(0, stat(rig->trouble, &before));
    assert_true(before.st_size > 8000000);
    for (int i = 2; i <= 1500; i++) {
        assert_int_equal(0, rig_commit(rig, rig_whole_alert(i)));
    }
    assert_int_equal(0, stat(rig->trouble, &after));
    assert_int_equal(before.st_size, after.st_size);
    rig->trouble[0] = '\0';
}

static void a_log_left_by_a_crash_is_taken_up(void **state)
{
    struct rig *rig = *state;
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        struct nj_err err = {0};

        if (rig_open_store(rig, &err) != 0 ||
            rig_commit(rig, rig_whole_alert(1)) != 0) {
            _exit(1);
        }
        _exit(0); /* without closing: its log stays, full of zeros at the end */
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
    assert_int_equal(0, rig_open_store(rig, NULL));
    assert_int_equal(NJ_E_CORRUPT, rig_commit(rig, rig_whole_alert(1)));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(an_url_of_no_kind_is_refused),
        CASE(a_directory_that_is_not_there_is_named),
        CASE(a_directory_we_may_not_write_is_named),
        CASE(a_file_we_may_not_write_is_named),
        CASE(a_directory_in_place_of_the_file_is_refused),
        CASE(a_store_in_use_is_refused_with_the_number_of_who_has_it),
        CASE(a_store_of_a_newer_nightjar_is_refused_and_left_alone),
        CASE(a_database_of_another_program_is_refused),
        CASE(a_file_that_is_no_database_is_refused),
        CASE(a_damaged_page_is_found_and_said_how_to_get_out),
        CASE(a_file_cut_short_is_refused),
        CASE(damage_of_a_large_store_is_told_while_it_works),
        CASE(a_sound_large_store_is_told_nothing_of),
        CASE(a_file_moved_away_under_us_is_told),
        CASE(every_older_version_becomes_todays),
        CASE(a_step_that_fails_leaves_the_version_before_it),
        CASE(the_file_is_readable_to_its_owner_alone),
        CASE(a_closed_store_leaves_no_log_behind),
        CASE(the_log_is_reused_and_does_not_grow),
        CASE(a_log_left_by_a_crash_is_taken_up),
#undef CASE
    };

    return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
