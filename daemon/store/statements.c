#include "store/statements.h"

#include <assert.h>
#include <stddef.h>

#define POST_COLUMNS                                                           \
    "id, alert, source, ext, brand, place, flags, seen_ms, published_ms, "     \
    "url, title, text, author, author_url, thread, network_language, media, "  \
    "followers, shares, likes, replies, offensive, urgent, level, language, "  \
    "score"

#define ALERT_COLUMNS                                                          \
    "id, state, rule, brand, team, policy, opened_ms, touched_ms, posts, "     \
    "severity, flags, climb_flags, step, round, generation, due_ms, holder, "  \
    "simhash, keys, chains"

#define ALERT_PUT(table)                                                       \
    "INSERT INTO " table " (" ALERT_COLUMNS ") "                               \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "    \
    "$15, $16, $17, $18, $19, $20) "                                           \
    "ON CONFLICT (id) DO UPDATE SET state = excluded.state, "                  \
    "rule = excluded.rule, brand = excluded.brand, team = excluded.team, "     \
    "policy = excluded.policy, opened_ms = excluded.opened_ms, "               \
    "touched_ms = excluded.touched_ms, posts = excluded.posts, "               \
    "severity = excluded.severity, flags = excluded.flags, "                   \
    "climb_flags = excluded.climb_flags, step = excluded.step, "               \
    "round = excluded.round, generation = excluded.generation, "               \
    "due_ms = excluded.due_ms, holder = excluded.holder, "                     \
    "simhash = excluded.simhash, keys = excluded.keys, "                       \
    "chains = excluded.chains"

#define PAGE_COLUMNS                                                           \
    "id, alert, person, channel, target, kind, state, contact, is_first, "     \
    "generation, attempts, made_ms, next_ms, until_ms, done_ms, ref, fault, "  \
    "text"

#define PAGE_PUT(table)                                                        \
    "INSERT INTO " table " (" PAGE_COLUMNS ") "                                \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "    \
    "$15, $16, $17, $18) "                                                     \
    "ON CONFLICT (id) DO UPDATE SET alert = excluded.alert, "                  \
    "person = excluded.person, channel = excluded.channel, "                   \
    "target = excluded.target, kind = excluded.kind, "                         \
    "state = excluded.state, contact = excluded.contact, "                     \
    "is_first = excluded.is_first, generation = excluded.generation, "         \
    "attempts = excluded.attempts, made_ms = excluded.made_ms, "               \
    "next_ms = excluded.next_ms, until_ms = excluded.until_ms, "               \
    "done_ms = excluded.done_ms, ref = excluded.ref, "                         \
    "fault = excluded.fault, text = excluded.text"

#define PAGE_RECEIPT(table)                                                    \
    "UPDATE " table " SET state = $1, fault = COALESCE($2, fault) "            \
    "WHERE id = $3"

#define EVENT_COLUMNS "id, at_ms, alert, kind, who, text"

#define SILENCE_COLUMNS                                                        \
    "id, from_ms, until_ms, brand, rule, source, author, made_by, note"

#define ALERT_AND_CARD(table)                                                  \
    "SELECT a.id, a.state, a.rule, a.brand, a.team, a.policy, a.opened_ms, "   \
    "a.touched_ms, a.posts, a.severity, a.flags, a.climb_flags, a.step, "      \
    "a.round, a.generation, a.due_ms, a.holder, a.simhash, a.keys, a.chains, " \
    "c.title, c.excerpt, c.url, c.author, c.source, c.why, c.playbook, "       \
    "c.place, c.published_ms "                                                 \
    "FROM " table " a LEFT JOIN card c ON c.alert = a.id "

/* $1: a state, or less than 0 for all; $2: a brand, or NULL for all */
#define OF_STATE_AND_BRAND                                                     \
    "WHERE ($1 < 0 OR a.state = $1) "                                          \
    "AND (CAST($2 AS TEXT) IS NULL OR a.brand = $2) "                          \
    "AND ($3 = 0 OR a.id < $3) "

static const char *const texts[NJ_STATEMENTS] = {
    /* ---- writing --------------------------------------------------------- */
    [NJ_SQL_POST_ADD] =
        "INSERT INTO post (id, key, alert, source, ext, brand, place, flags, "
        "seen_ms, published_ms, url, title, text, author, author_url, thread, "
        "network_language, media, followers, shares, likes, replies, "
        "offensive, urgent, level, language, score) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
        "$15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27) "
        "ON CONFLICT (key) DO NOTHING",
    /* a post whose key was taken by another one has one of the next */
    [NJ_SQL_POST_FIND] = "SELECT id FROM post WHERE key IN ($1, $2, $3) "
                         "AND source = $4 AND ext = $5",
    /* the row keeps its id, and its alert unless it gets one */
    [NJ_SQL_POST_CHANGE] =
        "UPDATE post SET alert = CASE $1 WHEN 0 THEN alert ELSE $1 END, "
        "brand = $2, place = $3, flags = $4, seen_ms = $5, "
        "published_ms = $6, url = $7, title = $8, text = $9, author = $10, "
        "author_url = $11, thread = $12, network_language = $13, media = $14, "
        "followers = $15, shares = $16, likes = $17, replies = $18, "
        "offensive = $19, urgent = $20, level = $21, language = $22, "
        "score = $23 WHERE id = $24",
    [NJ_SQL_ALERT_LIVE_PUT] = ALERT_PUT("alert_live"),
    [NJ_SQL_ALERT_LIVE_DROP] = "DELETE FROM alert_live WHERE id = $1",
    [NJ_SQL_ALERT_PAST_PUT] = ALERT_PUT("alert_past"),
    [NJ_SQL_ALERT_PAST_DROP] = "DELETE FROM alert_past WHERE id = $1",
    [NJ_SQL_CARD_PUT] =
        "INSERT INTO card (alert, title, excerpt, url, author, source, why, "
        "playbook, place, published_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
        "ON CONFLICT (alert) DO UPDATE SET title = excluded.title, "
        "excerpt = excluded.excerpt, url = excluded.url, "
        "author = excluded.author, source = excluded.source, "
        "why = excluded.why, playbook = excluded.playbook, "
        "place = excluded.place, published_ms = excluded.published_ms",
    [NJ_SQL_POLICY_ADD] = "INSERT INTO policy (id, json) VALUES ($1, $2) "
                          "ON CONFLICT (id) DO UPDATE SET json = excluded.json",
    [NJ_SQL_PAGE_LIVE_PUT] = PAGE_PUT("page_live"),
    [NJ_SQL_PAGE_LIVE_DROP] = "DELETE FROM page_live WHERE id = $1",
    [NJ_SQL_PAGE_PAST_PUT] = PAGE_PUT("page_past"),
    [NJ_SQL_PAGE_PAST_DROP] = "DELETE FROM page_past WHERE id = $1",
    [NJ_SQL_PAGE_LIVE_RECEIPT] = PAGE_RECEIPT("page_live"),
    [NJ_SQL_PAGE_PAST_RECEIPT] = PAGE_RECEIPT("page_past"),
    [NJ_SQL_EVENT_ADD] = "INSERT INTO event (" EVENT_COLUMNS ") "
                         "VALUES ($1, $2, $3, $4, $5, $6)",
    [NJ_SQL_EVENT_ADD_MANY] =
        "INSERT INTO event (" EVENT_COLUMNS ") "
        "VALUES ($1, $2, $3, $4, $5, $6), ($7, $8, $9, $10, $11, $12), "
        "($13, $14, $15, $16, $17, $18), ($19, $20, $21, $22, $23, $24), "
        "($25, $26, $27, $28, $29, $30), ($31, $32, $33, $34, $35, $36), "
        "($37, $38, $39, $40, $41, $42), ($43, $44, $45, $46, $47, $48)",
    [NJ_SQL_CURSOR_PUT] =
        "INSERT INTO source_cursor (source, value) VALUES ($1, $2) "
        "ON CONFLICT (source) DO UPDATE SET value = excluded.value",
    [NJ_SQL_OVERRIDE_PUT] =
        "INSERT INTO shift_override (id, from_ms, until_ms, schedule, person, "
        "instead_of, made_ms, made_by, note, removed) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) "
        "ON CONFLICT (id) DO UPDATE SET from_ms = excluded.from_ms, "
        "until_ms = excluded.until_ms, schedule = excluded.schedule, "
        "person = excluded.person, instead_of = excluded.instead_of, "
        "made_ms = excluded.made_ms, made_by = excluded.made_by, "
        "note = excluded.note, removed = 0",
    /* rows stay, so that numbers are never used twice */
    [NJ_SQL_OVERRIDE_REMOVE] =
        "UPDATE shift_override SET removed = 1, removed_ms = $1, "
        "removed_by = $2 WHERE id = $3 AND removed = 0",
    [NJ_SQL_SILENCE_PUT] =
        "INSERT INTO silence (" SILENCE_COLUMNS ", removed) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) "
        "ON CONFLICT (id) DO UPDATE SET from_ms = excluded.from_ms, "
        "until_ms = excluded.until_ms, brand = excluded.brand, "
        "rule = excluded.rule, source = excluded.source, "
        "author = excluded.author, made_by = excluded.made_by, "
        "note = excluded.note, removed = 0",
    [NJ_SQL_SILENCE_REMOVE] = "UPDATE silence SET removed = 1 WHERE id = $1",
    [NJ_SQL_FACT_PUT] = "INSERT INTO fact (key, value) VALUES ($1, $2) "
                        "ON CONFLICT (key) DO UPDATE SET value = "
                        "excluded.value",
    [NJ_SQL_FACT_REMOVE] = "DELETE FROM fact WHERE key = $1",

    /* ---- what a restart needs -------------------------------------------- */
    [NJ_SQL_LOAD_LIVE] = "SELECT " ALERT_COLUMNS " FROM alert_live ORDER BY id",
    [NJ_SQL_LOAD_PAST] = "SELECT " ALERT_COLUMNS " FROM alert_past "
                         "WHERE touched_ms >= $1 ORDER BY touched_ms",
    [NJ_SQL_LOAD_POLICY] = "SELECT id, json FROM policy WHERE id = $1",
    [NJ_SQL_LOAD_PAGES] =
        "SELECT " PAGE_COLUMNS " FROM page_live WHERE state = 0 ORDER BY id",
    [NJ_SQL_LOAD_CURSORS] =
        "SELECT source, value FROM source_cursor ORDER BY source",
    [NJ_SQL_CURSOR_OF] = "SELECT value FROM source_cursor WHERE source = $1",
    [NJ_SQL_LOAD_OVERRIDES] =
        "SELECT id, from_ms, until_ms, schedule, person, instead_of, made_ms, "
        "made_by FROM shift_override WHERE removed = 0 ORDER BY id",
    [NJ_SQL_LOAD_SILENCES] = "SELECT " SILENCE_COLUMNS " FROM silence "
                             "WHERE removed = 0 ORDER BY id",
    [NJ_SQL_LOAD_FACTS] = "SELECT key, value FROM fact ORDER BY key",
    [NJ_SQL_LOAD_LAST_IDS] =
        "SELECT (SELECT max(id) FROM post), (SELECT max(id) FROM alert_live), "
        "(SELECT max(id) FROM alert_past), (SELECT max(id) FROM page_live), "
        "(SELECT max(id) FROM page_past), (SELECT max(id) FROM event), "
        "(SELECT max(id) FROM policy), (SELECT max(id) FROM shift_override), "
        "(SELECT max(id) FROM silence)",

    /* ---- questions ------------------------------------------------------- */
    [NJ_SQL_ROW_BY_ID] = ALERT_AND_CARD(
        "alert_live") "WHERE a.id = $1 UNION "
                      "ALL " ALERT_AND_CARD("alert_past") "WHERE a.id = $1",
    [NJ_SQL_LIST_LIVE] = ALERT_AND_CARD("alert_live") OF_STATE_AND_BRAND
    "ORDER BY a.id DESC LIMIT $4",
    [NJ_SQL_LIST_PAST] = ALERT_AND_CARD("alert_past") OF_STATE_AND_BRAND
    "ORDER BY a.id DESC LIMIT $4",
    [NJ_SQL_LIST_ALL] = ALERT_AND_CARD("alert_live") OF_STATE_AND_BRAND
    "UNION ALL " ALERT_AND_CARD("alert_past") OF_STATE_AND_BRAND
    "ORDER BY 1 DESC LIMIT $4",
    [NJ_SQL_SHOW_POSTS] = "SELECT " POST_COLUMNS " FROM post "
                          "WHERE alert = $1 AND alert <> 0 "
                          "ORDER BY id DESC LIMIT $2",
    [NJ_SQL_SHOW_PAGES] = "SELECT " PAGE_COLUMNS " FROM page_live "
                          "WHERE alert = $1 UNION ALL "
                          "SELECT " PAGE_COLUMNS " FROM page_past "
                          "WHERE alert = $1 ORDER BY 1 DESC LIMIT $2",
    [NJ_SQL_SHOW_EVENTS] = "SELECT " EVENT_COLUMNS " FROM event "
                           "WHERE alert = $1 AND alert <> 0 "
                           "ORDER BY id DESC LIMIT $2",
    /* $4: 0 leaves out what was taken back before it began */
    [NJ_SQL_OVERRIDES] =
        "SELECT id, from_ms, until_ms, schedule, person, instead_of, made_ms, "
        "made_by, note, removed, removed_ms, removed_by FROM shift_override "
        "WHERE id > $1 AND until_ms > $2 AND from_ms < $3 "
        "AND ($4 <> 0 OR removed = 0 OR removed_ms > from_ms) "
        "ORDER BY id LIMIT $5",
    [NJ_SQL_EVENTS_AFTER] = "SELECT " EVENT_COLUMNS " FROM event "
                            "WHERE id > $1 AND at_ms >= $2 "
                            "ORDER BY id LIMIT $3",
    [NJ_SQL_EVENT_SPAN] = "SELECT min(id), max(id) FROM event",
    [NJ_SQL_EVENT_TIME] = "SELECT id, at_ms FROM event WHERE id >= $1 "
                          "ORDER BY id LIMIT 1",
    [NJ_SQL_POST_BY_ID] = "SELECT " POST_COLUMNS " FROM post WHERE id = $1",
    [NJ_SQL_POST_KEYS] =
        "SELECT key FROM post WHERE key > $1 ORDER BY key LIMIT $2",

    /* ---- retention; the newest row stays, so that no number comes twice -- */
    [NJ_SQL_PURGE_POSTS_SCAN] =
        "SELECT p.id, p.seen_ms, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END "
        "FROM post p LEFT JOIN alert_live a ON a.id = p.alert "
        "WHERE p.id > $1 ORDER BY p.id LIMIT $2",
    [NJ_SQL_PURGE_POST] = "DELETE FROM post WHERE id = $1 "
                          "AND id < (SELECT max(id) FROM post)",
    [NJ_SQL_PURGE_ALERTS_SCAN] =
        "SELECT id FROM alert_past WHERE touched_ms < $1 "
        "AND (id < (SELECT max(id) FROM alert_past) "
        "OR id < (SELECT max(id) FROM alert_live)) "
        "ORDER BY touched_ms LIMIT $2",
    [NJ_SQL_PURGE_ALERT] = "DELETE FROM alert_past WHERE id = $1",
    [NJ_SQL_PURGE_CARD] = "DELETE FROM card WHERE alert = $1",
    [NJ_SQL_PURGE_PAGES] =
        "DELETE FROM page_past WHERE id IN (SELECT id FROM page_past "
        "WHERE alert = $1 AND id < (SELECT max(id) FROM page_past) LIMIT $2)",
    [NJ_SQL_PURGE_EVENTS] =
        "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE alert = $1 "
        "AND alert <> 0 AND id < (SELECT max(id) FROM event) LIMIT $2)",
    [NJ_SQL_PURGE_EVENTS_SCAN] =
        "SELECT id, at_ms, CASE WHEN alert <> 0 THEN 1 ELSE 0 END FROM event "
        "WHERE id > $1 ORDER BY id LIMIT $2",
    [NJ_SQL_PURGE_EVENT] = "DELETE FROM event WHERE id = $1 "
                           "AND id < (SELECT max(id) FROM event)",
    [NJ_SQL_PURGE_OVERRIDES] = "DELETE FROM shift_override WHERE until_ms < $1 "
                               "AND id < (SELECT max(id) FROM shift_override)",
    [NJ_SQL_PURGE_SILENCES] = "DELETE FROM silence WHERE until_ms < $1 "
                              "AND id < (SELECT max(id) FROM silence)",

    /* ---- the version of the tables --------------------------------------- */
    [NJ_SQL_META_READ] = "SELECT version FROM meta",
    [NJ_SQL_META_WRITE] = "UPDATE meta SET version = $1",
};

#undef POST_COLUMNS
#undef ALERT_COLUMNS
#undef PAGE_COLUMNS
#undef EVENT_COLUMNS
#undef SILENCE_COLUMNS
#undef ALERT_AND_CARD
#undef OF_STATE_AND_BRAND
#undef ALERT_PUT
#undef PAGE_PUT
#undef PAGE_RECEIPT

const char *nj_statement_text(enum nj_statement statement)
{
    assert(statement < NJ_STATEMENTS && texts[statement] != NULL);
    return texts[statement];
}
