#include "store/migrations.h"

/* Times are wall ms, 0 none. What is still alive stands in tables of its own
 * (alert_live: not resolved; page_live: waiting), so that a restart reads just
 * these. Each index costs a page of every commit, so there are few: `post_key`
 * finds a post by a 64-bit hash of source and id (the text is compared on a
 * hit); the others lead from an alert to what is its own. */
#define ALERT_COLUMNS                                                          \
    "id INTEGER PRIMARY KEY, state INTEGER NOT NULL, rule TEXT NOT NULL,"      \
    " brand TEXT, team TEXT, policy INTEGER NOT NULL,"                         \
    " opened_ms INTEGER NOT NULL, touched_ms INTEGER NOT NULL,"                \
    " posts INTEGER NOT NULL, severity INTEGER NOT NULL,"                      \
    " flags INTEGER NOT NULL, climb_flags INTEGER NOT NULL,"                   \
    " step INTEGER NOT NULL, round INTEGER NOT NULL,"                          \
    " generation INTEGER NOT NULL, due_ms INTEGER NOT NULL, holder TEXT,"      \
    " simhash INTEGER NOT NULL, keys BLOB, chains TEXT"
#define PAGE_COLUMNS                                                           \
    "id INTEGER PRIMARY KEY, alert INTEGER NOT NULL, person TEXT,"             \
    " channel TEXT, target TEXT, kind INTEGER NOT NULL,"                       \
    " state INTEGER NOT NULL, contact INTEGER NOT NULL,"                       \
    " is_first INTEGER NOT NULL, generation INTEGER NOT NULL,"                 \
    " attempts INTEGER NOT NULL, made_ms INTEGER NOT NULL,"                    \
    " next_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,"                    \
    " done_ms INTEGER NOT NULL, ref TEXT, fault TEXT, text TEXT"

static const struct nj_migration today[] = {
    {.sqlite =
         "CREATE TABLE meta (version INTEGER NOT NULL);"
         "INSERT INTO meta VALUES (0);"
         "CREATE TABLE post ("
         " id INTEGER PRIMARY KEY, key INTEGER NOT NULL,"
         " alert INTEGER NOT NULL, source TEXT NOT NULL, ext TEXT NOT NULL,"
         " brand TEXT, place INTEGER NOT NULL, flags INTEGER NOT NULL,"
         " seen_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL, url TEXT,"
         " title TEXT, text TEXT NOT NULL, author TEXT, author_url TEXT,"
         " thread TEXT, network_language TEXT, media TEXT,"
         " followers INTEGER NOT NULL, shares INTEGER NOT NULL,"
         " likes INTEGER NOT NULL, replies INTEGER NOT NULL, offensive REAL,"
         " urgent REAL, level INTEGER, language TEXT, score TEXT);"
         "CREATE UNIQUE INDEX post_key ON post (key);"
         "CREATE INDEX post_alert ON post (alert) WHERE alert <> 0;"
         "CREATE TABLE alert_live (" ALERT_COLUMNS ");"
         "CREATE TABLE alert_past (" ALERT_COLUMNS ");"
         "CREATE INDEX alert_past_touched ON alert_past (touched_ms);"
         "CREATE TABLE card ("
         " alert INTEGER PRIMARY KEY, title TEXT NOT NULL,"
         " excerpt TEXT NOT NULL, url TEXT, author TEXT, source TEXT,"
         " why TEXT, playbook TEXT, place INTEGER NOT NULL,"
         " published_ms INTEGER NOT NULL);"
         "CREATE TABLE policy (id INTEGER PRIMARY KEY, json TEXT NOT NULL);"
         "CREATE TABLE page_live (" PAGE_COLUMNS ");"
         "CREATE TABLE page_past (" PAGE_COLUMNS ");"
         "CREATE INDEX page_past_alert ON page_past (alert);"
         "CREATE TABLE event ("
         " id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL,"
         " alert INTEGER NOT NULL, kind TEXT NOT NULL, who TEXT,"
         " text TEXT NOT NULL);"
         "CREATE INDEX event_alert ON event (alert) WHERE alert <> 0;"
         "CREATE TABLE source_cursor ("
         " source TEXT PRIMARY KEY NOT NULL, value TEXT);"
         "CREATE TABLE shift_override ("
         " id INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL,"
         " until_ms INTEGER NOT NULL, schedule TEXT NOT NULL, person TEXT,"
         " instead_of TEXT, made_ms INTEGER NOT NULL, made_by TEXT, note TEXT,"
         " removed INTEGER NOT NULL);"
         "CREATE TABLE silence ("
         " id INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL,"
         " until_ms INTEGER NOT NULL, brand TEXT, rule TEXT, source TEXT,"
         " author TEXT, made_by TEXT, note TEXT, removed INTEGER NOT NULL);"
         "CREATE TABLE fact (key TEXT PRIMARY KEY NOT NULL,"
         " value TEXT NOT NULL);"},
    /* who took an override back, and when: the trail of who was on call */
    {.sqlite = "ALTER TABLE shift_override ADD COLUMN"
               " removed_ms INTEGER NOT NULL DEFAULT 0;"
               "ALTER TABLE shift_override ADD COLUMN removed_by TEXT;"},
};

#undef ALERT_COLUMNS
#undef PAGE_COLUMNS

const struct nj_migrations *nj_migrations_today(void)
{
    static const struct nj_migrations steps = {
        today, (int)(sizeof today / sizeof today[0])};

    return &steps;
}

static int keep_version(void *ctx, const struct nj_value *row, size_t count)
{
    (void)count;
    *(int64_t *)ctx = nj_v_as_int(&row[0]);
    return 0;
}

/* One step and its number, whole or not at all. */
static int take_step(struct nj_db *db, const struct nj_migration *step, int to)
{
    const struct nj_value version = nj_v_int(to);
    int code = db->driver->control(db, NJ_CONTROL_BEGIN_WRITE);

    if (code == 0) {
        code = db->driver->script(db, step->sqlite);
    }
    if (code == 0) {
        code = db->driver->run(db, NJ_SQL_META_WRITE, &version, 1, NULL);
    }
    if (code == 0) {
        code = db->driver->control(db, NJ_CONTROL_COMMIT);
    }
    if (code != 0) {
        (void)db->driver->control(db, NJ_CONTROL_ROLLBACK);
    }
    return code;
}

/* The version DB has: 0 when it is empty. */
static int read_version(struct nj_db *db, int64_t *out, struct nj_err *err)
{
    int tables = db->driver->tables(db);
    int64_t version = -1;
    int code;

    if (tables < 0) {
        return nj_err_set(err, tables, "%s", db->err.text);
    }
    if (tables == 0) {
        *out = 0;
        return 0;
    }
    code =
        db->driver->each(db, NJ_SQL_META_READ, NULL, 0, keep_version, &version);
    if (code == NJ_E_INVALID || (code == 0 && version < 1)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "a database of another program; give nightjar a "
                          "file of its own (daemon.store)");
    }
    if (code != 0) {
        return nj_err_set(err, code, "%s", db->err.text);
    }
    *out = version;
    return 0;
}

int nj_migrate(struct nj_db *db,
               const struct nj_migrations *steps,
               struct nj_err *err)
{
    int64_t version = 0;
    int code = read_version(db, &version, err);

    if (code != 0) {
        return code;
    }
    if (version > steps->count) {
        return nj_err_set(err, NJ_E_STATE,
                          "written by a newer nightjar (its tables are version "
                          "%lld, this program knows %d); install that version "
                          "again, or restore the copy made before the upgrade",
                          (long long)version, steps->count);
    }
    for (int at = (int)version; at < steps->count; at++) {
        code = take_step(db, &steps->steps[at], at + 1);
        if (code != 0) {
            return nj_err_set(err, code,
                              "upgrade of the tables to version %d: "
                              "%s",
                              at + 1, db->err.text);
        }
    }
    return 0;
}
