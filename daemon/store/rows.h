/* store/rows.h - records to rows and back, for any driver. Whoever owns the
 * database calls these: the store thread, or the loop thread for `mem:` and
 * while loading. */

#ifndef NJ_STORE_ROWS_H
#define NJ_STORE_ROWS_H

#include "base/buf.h"
#include "store/driver.h"
#include "store/store.h"

/* What writing and reading keep between calls. */
struct nj_rows_desk {
    struct nj_db *db;    /* lent */
    struct nj_buf score; /* scratch */
    struct nj_buf list;  /* scratch: media, chains, keys */
    const struct nj_event *events[NJ_EVENTS_A_STATEMENT]; /* lent by
                                                             transactions */
    size_t event_count;                                   /* not written yet */
    int64_t purged_post; /* retention looked at rows up to here */
    int64_t purged_event;
};

void nj_rows_desk_init(struct nj_rows_desk *desk, struct nj_db *db);
void nj_rows_desk_finish(struct nj_rows_desk *desk);

/* Write TXN inside the transaction that is open; its events may wait for more
 * of their kind, lent by TXN until nj_rows_flush. 0 or as driver.h. */
int nj_rows_write(struct nj_rows_desk *desk, const struct nj_txn *txn) NJ_MUST;

/* Write what waits. 0 or as driver.h. */
int nj_rows_flush(struct nj_rows_desk *desk) NJ_MUST;

/* Forget what waits: the transaction is rolled back. */
void nj_rows_forget(struct nj_rows_desk *desk);

/* The row of the post ID of SOURCE; 0 in OUT when there is none. */
int nj_rows_find_post(struct nj_db *db,
                      const char *source,
                      const char *id,
                      int64_t *out) NJ_MUST;

/* Answer REQ into REQ->rows, whose arena is empty. 0, NJ_E_NOTFOUND or as
 * driver.h. PURGE writes: a write transaction must be open. */
int nj_rows_answer(struct nj_rows_desk *desk, struct nj_query_req *req) NJ_MUST;

/* The cursor of REQ->source into its rows; none is no failure. */
int nj_rows_cursor(struct nj_rows_desk *desk, struct nj_query_req *req);

/* Overrides into REQ->rows: rows_override.c. */
int nj_rows_overrides(struct nj_rows_desk *desk,
                      struct nj_query_req *req) NJ_MUST;

/* One slice of retention, some milliseconds: rows_purge.c. */
int nj_rows_purge(struct nj_rows_desk *desk, struct nj_query_req *req) NJ_MUST;

/* See nj_store_load. */
int nj_rows_load(struct nj_rows_desk *desk,
                 struct nj_names *names,
                 const struct nj_loader *loader,
                 struct nj_err *err) NJ_MUST;

/* What a score's row says of it beyond its columns (rows_score.c): appended to
 * OUT, without its reasons when REASONS is 0. */
void nj_rows_pack_score(const struct nj_score *score,
                        int reasons,
                        struct nj_buf *out);

/* The score in COLUMNS (offensive, urgent, level, language, the packed rest) as
 * the JSON of model/score_json.h, in ARENA; NULL in OUT when there is none. 0,
 * NJ_E_CORRUPT or NJ_E_NOMEM. */
int nj_rows_unpack_score(const struct nj_value *columns,
                         struct nj_arena *arena,
                         const char **out) NJ_MUST;

/* ---- columns to fields, shared by reading and loading -------------------- */

/* Column orders of statements.c. */
enum { NJ_ALERT_COLUMNS = 20, NJ_CARD_COLUMNS = 9 };

/* How text of a row is kept: copied to ARENA, or interned in NAMES, or lent as
 * it is when both are NULL. BAD collects values out of range: NJ_E_CORRUPT, or
 * NJ_E_NOMEM. */
struct nj_row_reader {
    struct nj_arena *arena;
    struct nj_names *names; /* for names alone; other text is lent then */
    int bad;
};

/* The alert in columns ROW[0..NJ_ALERT_COLUMNS); its chains stay empty, its
 * policy NULL; its keys go to KEYS_ROOM[UINT8_MAX], or where that is NULL into
 * the arena. */
void nj_row_alert(struct nj_row_reader *reader,
                  const struct nj_value *row,
                  uint64_t *keys_room,
                  struct nj_alert *out);
enum { NJ_ALERT_POLICY_COLUMN = 5, NJ_ALERT_CHAINS_COLUMN = 19 };

/* The page in columns ROW[0..18). */
void nj_row_page(struct nj_row_reader *reader,
                 const struct nj_value *row,
                 struct nj_page *out);

/* Text that is kept as above, NULL for NULL. */
const char *nj_row_text(struct nj_row_reader *reader,
                        const struct nj_value *value);
/* A whole number 0..MOST. */
int64_t nj_row_whole(struct nj_row_reader *reader,
                     const struct nj_value *value,
                     int64_t most);

#endif
