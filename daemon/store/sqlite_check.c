/* Looking for damage beside the work. A check of a store with a million posts
 * takes seconds, a start has a third of one; and what a crash leaves is sound
 * by the promises of the log, so that only a disk gone bad can be found. Hence
 * small stores are checked before they are used, and large ones by a thread
 * with a connection of its own, table after table so that the log can be reused
 * between them, some seconds after the start. */

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "store/sqlite.h"

enum { TEXT = NJ_SQLITE_DAMAGE_TEXT, NAME = 64, MOST_TABLES = 64 };

struct nj_sqlite_check {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop_now;
    int stop;
    int64_t delay_ms;
    sqlite3 *handle; /* under the lock; of the thread */
    char *path;      /* owned */
    void (*on_damage)(void *ctx, const char *what);
    void *ctx;
};

static int keep_line(void *ctx, int count, char **columns, char **names)
{
    char *out = ctx; /* [TEXT], the first line stays */

    (void)names;
    if (count > 0 && columns[0] != NULL && out[0] == '\0') {
        (void)snprintf(out, TEXT, "%s", columns[0]);
    }
    return 0;
}

struct tables {
    char names[MOST_TABLES][NAME];
    int count;
};

static int keep_table(void *ctx, int count, char **columns, char **names)
{
    struct tables *tables = ctx;

    (void)names;
    if (count > 0 && columns[0] != NULL && tables->count < MOST_TABLES) {
        (void)snprintf(tables->names[tables->count++], NAME, "%s", columns[0]);
    }
    return 0;
}

int nj_sqlite_quick_check(sqlite3 *handle, const char *table, char out[TEXT])
{
    char sql[NAME + 32];
    char got[TEXT] = "";
    int rc;

    (void)snprintf(sql, sizeof sql,
                   table == NULL ? "PRAGMA quick_check(1)"
                                 : "PRAGMA quick_check('%s')",
                   table);
    rc = sqlite3_exec(handle, sql, keep_line, got, NULL);
    if (nj_sqlite_class(rc) == NJ_E_CORRUPT) {
        (void)snprintf(got, sizeof got, "%s", sqlite3_errmsg(handle));
    } else if (rc != SQLITE_OK || sqlite3_stricmp(got, "ok") == 0) {
        return nj_sqlite_class(rc);
    }
    (void)snprintf(out, TEXT, "%s", got);
    return NJ_E_CORRUPT;
}

/* Whether the check may go on after MS; 0 when it has to stop. */
static int may_go_on(struct nj_sqlite_check *check, int64_t ms)
{
    struct timespec until;
    int go;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_mutex_lock(&check->lock);
    while (!check->stop && ms > 0 &&
           pthread_cond_timedwait(&check->stop_now, &check->lock, &until) ==
               0) {
    }
    go = !check->stop;
    (void)pthread_mutex_unlock(&check->lock);
    return go;
}

static void set_handle(struct nj_sqlite_check *check, sqlite3 *handle)
{
    (void)pthread_mutex_lock(&check->lock);
    check->handle = handle;
    (void)pthread_mutex_unlock(&check->lock);
}

static void check_tables(struct nj_sqlite_check *check, sqlite3 *handle)
{
    struct tables tables = {.count = 0};
    char what[TEXT] = "";

    (void)sqlite3_exec(handle,
                       "SELECT name FROM sqlite_schema WHERE type = 'table'",
                       keep_table, &tables, NULL);
    for (int i = 0; i < tables.count && may_go_on(check, 0); i++) {
        if (nj_sqlite_quick_check(handle, tables.names[i], what) ==
            NJ_E_CORRUPT) {
            char text[TEXT + 512];

            (void)snprintf(text, sizeof text,
                           "%s is damaged in table %s: %s; copy what can be "
                           "read with: sqlite3 %s .recover | sqlite3 "
                           "recovered.db",
                           check->path, tables.names[i], what, check->path);
            check->on_damage(check->ctx, text);
            return;
        }
    }
}

static void *work(void *arg)
{
    struct nj_sqlite_check *check = arg;
    sqlite3 *handle = NULL;

    if (may_go_on(check, check->delay_ms) &&
        sqlite3_open_v2(check->path, &handle,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) == SQLITE_OK) {
        (void)sqlite3_exec(handle, "PRAGMA cache_size=-512", NULL, NULL, NULL);
        set_handle(check, handle);
        check_tables(check, handle);
        set_handle(check, NULL);
    }
    (void)sqlite3_close(handle);
    return NULL;
}

static void destroy(struct nj_sqlite_check *check)
{
    (void)pthread_cond_destroy(&check->stop_now);
    (void)pthread_mutex_destroy(&check->lock);
    free(check->path);
    free(check);
}

static struct nj_sqlite_check *create(const char *path)
{
    struct nj_sqlite_check *check = calloc(1, sizeof *check);
    pthread_condattr_t attr;

    if (check == NULL) {
        return NULL;
    }
    check->path = strdup(path);
    if (check->path == NULL) {
        free(check);
        return NULL;
    }
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&check->stop_now, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&check->lock, NULL);
    return check;
}

struct nj_sqlite_check *
nj_sqlite_check_start(const char *path,
                      int64_t delay_ms,
                      void (*on_damage)(void *ctx, const char *what),
                      void *ctx)
{
    struct nj_sqlite_check *check = create(path);
    sigset_t all;
    sigset_t before;
    int error;

    if (check == NULL) {
        return NULL;
    }
    check->delay_ms = delay_ms;
    check->on_damage = on_damage;
    check->ctx = ctx;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&check->thread, NULL, work, check);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        destroy(check);
        return NULL;
    }
    (void)pthread_setname_np(check->thread, "nj-store-check");
    return check;
}

void nj_sqlite_check_stop(struct nj_sqlite_check *check)
{
    if (check == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&check->lock);
    check->stop = 1;
    (void)pthread_cond_signal(&check->stop_now);
    if (check->handle != NULL) {
        sqlite3_interrupt(check->handle);
    }
    (void)pthread_mutex_unlock(&check->lock);
    (void)pthread_join(check->thread, NULL);
    destroy(check);
}
