/* Retention: what is too old goes, a slice at a time, so that no commit waits
 * long behind it. */

#include <time.h>

#include "store/rows.h"

enum {
    SLICE_ROWS = 200, /* looked at by one statement */
    SLICE_MS = 5,     /* then the next call goes on */
};

struct doomed {
    int64_t ids[SLICE_ROWS];
    size_t count;
    int64_t older_than_ms;
    int64_t last_id; /* looked at up to here */
    size_t seen;
    size_t old; /* of these, older than that */
};

static int64_t steady_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A row of id, time, whether it is needed still. */
static int judge(void *ctx, const struct nj_value *row, size_t count)
{
    struct doomed *d = ctx;

    (void)count;
    d->last_id = nj_v_as_int(&row[0]);
    d->seen++;
    if (nj_v_as_int(&row[1]) < d->older_than_ms) {
        d->old++;
        if (nj_v_as_int(&row[2]) == 0) {
            d->ids[d->count++] = d->last_id;
        }
    }
    return 0;
}

static int drop(struct nj_rows_desk *desk,
                enum nj_statement statement,
                const struct doomed *d,
                size_t *purged)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct nj_value id = nj_v_int(d->ids[i]);
        int64_t changed = 0;
        int code = desk->db->driver->run(desk->db, statement, &id, 1, &changed);

        if (code != 0) {
            return code;
        }
        *purged += (size_t)changed;
    }
    return 0;
}

/* Go through a table in the order of ids, which is nearly that of time, from
 * where the last call ended, until a slice holds nothing old. Then begin anew,
 * so that rows which were needed at this pass are met at the next. */
static int purge_table(struct nj_rows_desk *desk,
                       const enum nj_statement statements[2], /* scan, drop */
                       int64_t older_than_ms,
                       int64_t until_mono_ms,
                       int64_t *at,
                       struct nj_rows *rows)
{
    struct nj_db *db = desk->db;

    do {
        struct doomed d = {.older_than_ms = older_than_ms, .last_id = *at};
        const struct nj_value v[] = {nj_v_int(*at), nj_v_int(SLICE_ROWS)};
        int code = db->driver->each(db, statements[0], v, 2, judge, &d);

        if (code == 0) {
            code = drop(desk, statements[1], &d, &rows->purged);
        }
        if (code != 0) {
            return code;
        }
        *at = d.last_id;
        if (d.seen < SLICE_ROWS || d.old == 0) {
            *at = 0;
            return 0;
        }
    } while (steady_ms() < until_mono_ms);
    rows->purge_more = 1;
    return 0;
}

/* ---- resolved alerts with all that is theirs ----------------------------- */

static int keep_doomed(void *ctx, const struct nj_value *row, size_t count)
{
    struct doomed *d = ctx;

    (void)count;
    d->ids[d->count++] = nj_v_as_int(&row[0]);
    return 0;
}

/* OUT_LEFT: 1 when the alert had more rows than a slice: go on next time. */
static int purge_alert(struct nj_rows_desk *desk,
                       int64_t alert,
                       size_t *purged,
                       int *out_left)
{
    static const enum nj_statement rest[] = {NJ_SQL_PURGE_CARD,
                                             NJ_SQL_PURGE_ALERT};
    static const enum nj_statement parts[] = {NJ_SQL_PURGE_EVENTS,
                                              NJ_SQL_PURGE_PAGES};
    const struct nj_value v[] = {nj_v_int(alert), nj_v_int(SLICE_ROWS)};
    struct nj_db *db = desk->db;
    int64_t changed = 0;
    int code = 0;

    *out_left = 0;
    for (int i = 0; i < 2 && code == 0 && !*out_left; i++) {
        code = db->driver->run(db, parts[i], v, 2, &changed);
        *purged += code == 0 ? (size_t)changed : 0;
        *out_left = changed == SLICE_ROWS;
    }
    for (int i = 0; i < 2 && code == 0 && !*out_left; i++) {
        code = db->driver->run(db, rest[i], v, 1, &changed);
        *purged += code == 0 ? (size_t)changed : 0;
    }
    return code;
}

static int purge_alerts(struct nj_rows_desk *desk,
                        int64_t closed_before_ms,
                        int64_t until_mono_ms,
                        struct nj_rows *rows)
{
    const struct nj_value v[] = {nj_v_int(closed_before_ms),
                                 nj_v_int(SLICE_ROWS)};
    struct nj_db *db = desk->db;
    struct doomed d = {0};
    int code =
        db->driver->each(db, NJ_SQL_PURGE_ALERTS_SCAN, v, 2, keep_doomed, &d);
    int left = d.count == SLICE_ROWS;

    for (size_t i = 0; i < d.count && code == 0; i++) {
        int parts_left = 0;

        code = purge_alert(desk, d.ids[i], &rows->purged, &parts_left);
        if (parts_left || (i + 1 < d.count && steady_ms() >= until_mono_ms)) {
            left = 1;
            break;
        }
    }
    rows->purge_more = left;
    return code;
}

/* Overrides and silences that ended before: few, and gone at once. */
static int purge_plans(struct nj_rows_desk *desk,
                       int64_t ended_before_ms,
                       struct nj_rows *rows)
{
    static const enum nj_statement both[] = {NJ_SQL_PURGE_OVERRIDES,
                                             NJ_SQL_PURGE_SILENCES};
    const struct nj_value v = nj_v_int(ended_before_ms);
    int code = 0;

    for (int i = 0; i < 2 && code == 0; i++) {
        int64_t changed = 0;

        code = desk->db->driver->run(desk->db, both[i], &v, 1, &changed);
        rows->purged += (size_t)changed;
    }
    return code;
}

int nj_rows_purge(struct nj_rows_desk *desk, struct nj_query_req *req)
{
    static const enum nj_statement posts[] = {NJ_SQL_PURGE_POSTS_SCAN,
                                              NJ_SQL_PURGE_POST};
    static const enum nj_statement events[] = {NJ_SQL_PURGE_EVENTS_SCAN,
                                               NJ_SQL_PURGE_EVENT};
    struct nj_rows *rows = &req->rows;
    int64_t until = steady_ms() + SLICE_MS;
    int code = 0;

    rows->purged = 0;
    rows->purge_more = 0;
    if (req->until_ms > 0) {
        code = purge_alerts(desk, req->until_ms, until, rows);
    }
    if (code == 0 && !rows->purge_more && req->since_ms > 0) {
        code = purge_table(desk, posts, req->since_ms, until,
                           &desk->purged_post, rows);
    }
    if (code == 0 && !rows->purge_more && req->until_ms > 0) {
        code = purge_table(desk, events, req->until_ms, until,
                           &desk->purged_event, rows);
    }
    if (code == 0 && !rows->purge_more && req->until_ms > 0) {
        code = purge_plans(desk, req->until_ms, rows);
    }
    return code;
}
