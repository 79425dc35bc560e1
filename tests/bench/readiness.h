/* readiness.h - when a daemon is ready, by its own word, and the large store
 * that it has to read before. For alert_bench. */

#ifndef NJ_TESTS_BENCH_READINESS_H
#define NJ_TESTS_BENCH_READINESS_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A socket below SCRATCH that hears what systemd would; daemons started from
 * now on tell it. It stands while the descriptor lives; -1: none. */
static inline int hear_readiness(const char *scratch)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/notify", scratch);
    (void)unlink(at.sun_path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        return -1;
    }
    (void)setenv("NOTIFY_SOCKET", at.sun_path, 1);
    return fd;
}

/* Whether READY=1 has come to FD; does not wait. */
static inline int is_ready(int fd)
{
    char text[512];
    ssize_t n = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);

    text[n > 0 ? n : 0] = '\0';
    return strstr(text, "READY=1") != NULL;
}

/* Beside what stands in the database of SCRATCH a million posts, as of a month
 * that went before. */
static inline void add_million_posts(const char *scratch)
{
    static const char *const sql =
        "PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN;"
        "DROP INDEX post_key; DROP INDEX post_alert;"
        "WITH RECURSIVE n(i) AS (SELECT 1000000 UNION ALL SELECT i + 1 FROM n "
        " WHERE i < 1999999) "
        "INSERT INTO post (id, key, alert, source, ext, brand, place, flags,"
        " seen_ms, published_ms, url, text, author, followers, shares, likes,"
        " replies, offensive, urgent, level, language, score) "
        "SELECT i, random(), 0, 'hook', 'https://example.org/posts/x' || i, '',"
        " 1, 0, 1690000000000 + i, 1690000000000 + i,"
        " 'https://social.example.org/@someone/109876543210987654',"
        " 'We have been waiting at gate 12 for three hours now, what is on?',"
        " 'someone', 120, 1, 2, 0, 0.03, 0.1, 0, 'en',"
        " '[1,0,null,[1,3,2,1,0,0],[]]' FROM n;"
        "CREATE UNIQUE INDEX post_key ON post (key);"
        "CREATE INDEX post_alert ON post (alert) WHERE alert <> 0;"
        "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);";
    char path[512];
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof path, "%s/bench.db", scratch);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "a million posts: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    (void)sqlite3_close(db);
}

#endif
