/* store/statements.h - every SQL text the store runs, by number. One text for
 * all drivers: parameters are $1, $2... and stand in the text for the first
 * time in that order (SQLite counts names as it meets them, PostgreSQL reads
 * the number). What only one database understands belongs in its driver. */

#ifndef NJ_STORE_STATEMENTS_H
#define NJ_STORE_STATEMENTS_H

enum nj_statement {
    /* writing */
    NJ_SQL_POST_ADD,
    NJ_SQL_POST_FIND,
    NJ_SQL_POST_CHANGE,
    NJ_SQL_ALERT_LIVE_PUT,
    NJ_SQL_ALERT_LIVE_DROP,
    NJ_SQL_ALERT_PAST_PUT,
    NJ_SQL_ALERT_PAST_DROP,
    NJ_SQL_CARD_PUT,
    NJ_SQL_POLICY_ADD,
    NJ_SQL_PAGE_LIVE_PUT,
    NJ_SQL_PAGE_LIVE_DROP,
    NJ_SQL_PAGE_PAST_PUT,
    NJ_SQL_PAGE_PAST_DROP,
    NJ_SQL_PAGE_LIVE_RECEIPT,
    NJ_SQL_PAGE_PAST_RECEIPT,
    NJ_SQL_EVENT_ADD,
    NJ_SQL_EVENT_ADD_MANY, /* NJ_EVENTS_A_STATEMENT of them */
    NJ_SQL_CURSOR_PUT,
    NJ_SQL_OVERRIDE_PUT,
    NJ_SQL_OVERRIDE_REMOVE,
    NJ_SQL_SILENCE_PUT,
    NJ_SQL_SILENCE_REMOVE,
    NJ_SQL_FACT_PUT,
    NJ_SQL_FACT_REMOVE,
    /* what a restart needs */
    NJ_SQL_LOAD_LIVE,
    NJ_SQL_LOAD_PAST,
    NJ_SQL_LOAD_POLICY,
    NJ_SQL_LOAD_PAGES,
    NJ_SQL_LOAD_CURSORS,
    NJ_SQL_CURSOR_OF,
    NJ_SQL_LOAD_OVERRIDES,
    NJ_SQL_LOAD_SILENCES,
    NJ_SQL_LOAD_FACTS,
    NJ_SQL_LOAD_LAST_IDS,
    /* questions */
    NJ_SQL_ROW_BY_ID,
    NJ_SQL_LIST_LIVE,
    NJ_SQL_LIST_PAST,
    NJ_SQL_LIST_ALL,
    NJ_SQL_SHOW_POSTS,
    NJ_SQL_SHOW_PAGES,
    NJ_SQL_SHOW_EVENTS,
    NJ_SQL_OVERRIDES,
    NJ_SQL_EVENTS_AFTER,
    NJ_SQL_EVENT_SPAN,
    NJ_SQL_EVENT_TIME,
    NJ_SQL_POST_BY_ID,
    NJ_SQL_POST_KEYS,
    /* retention */
    NJ_SQL_PURGE_POSTS_SCAN,
    NJ_SQL_PURGE_POST,
    NJ_SQL_PURGE_ALERTS_SCAN,
    NJ_SQL_PURGE_ALERT,
    NJ_SQL_PURGE_CARD,
    NJ_SQL_PURGE_PAGES,
    NJ_SQL_PURGE_EVENTS,
    NJ_SQL_PURGE_EVENTS_SCAN,
    NJ_SQL_PURGE_EVENT,
    NJ_SQL_PURGE_OVERRIDES,
    NJ_SQL_PURGE_SILENCES,
    /* the version of the tables */
    NJ_SQL_META_READ,
    NJ_SQL_META_WRITE,
    NJ_STATEMENTS, /* count, keep last */
};

enum { NJ_EVENTS_A_STATEMENT = 8 };

/* The text; static. */
const char *nj_statement_text(enum nj_statement statement);

#endif
