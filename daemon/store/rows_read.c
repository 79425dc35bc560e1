/* Rows to records: the answers to questions. */

#include <endian.h>

#include "base/json.h"
#include "store/rows.h"

enum {
    FIRST_ROOM = 16,
    DEFAULT_LIMIT = 100,
    MOST_ROWS = 100000,
    MEDIA_BYTES = 16 << 20,
};

/* ---- columns to fields --------------------------------------------------- */

const char *nj_row_text(struct nj_row_reader *reader,
                        const struct nj_value *value)
{
    const char *text = nj_v_as_text(value);

    if (text == NULL || reader->arena == NULL) {
        return text;
    }
    text = nj_arena_strndup(reader->arena, text, value->len);
    if (text == NULL) {
        reader->bad = NJ_E_NOMEM;
    }
    return text;
}

static const char *row_name(struct nj_row_reader *reader,
                            const struct nj_value *value)
{
    const char *text = nj_v_as_text(value);

    if (text == NULL || reader->names == NULL) {
        return nj_row_text(reader, value);
    }
    text = nj_name(reader->names, text);
    if (text == NULL) {
        reader->bad = NJ_E_NOMEM;
    }
    return text;
}

int64_t nj_row_whole(struct nj_row_reader *reader,
                     const struct nj_value *value,
                     int64_t most)
{
    int64_t whole = value->kind == NJ_VALUE_INT ? value->as.i : -1;

    if (whole < 0 || whole > most) {
        reader->bad = NJ_E_CORRUPT;
        return 0;
    }
    return whole;
}

/* Into ROOM for 255 keys, or where that is NULL into the reader's arena. */
static void read_keys(struct nj_row_reader *reader,
                      const struct nj_value *value,
                      uint64_t *room,
                      struct nj_alert *out)
{
    size_t count = value->len / sizeof(uint64_t);

    if (value->kind == NJ_VALUE_NULL) {
        return;
    }
    if (value->kind != NJ_VALUE_BLOB || count > UINT8_MAX ||
        value->len % sizeof(uint64_t) != 0) {
        reader->bad = NJ_E_CORRUPT;
        return;
    }
    if (room == NULL) {
        room = nj_arena_zalloc(reader->arena, value->len);
    }
    if (room == NULL) {
        reader->bad = NJ_E_NOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t key;

        memcpy(&key, (const char *)value->as.bytes + i * sizeof key,
               sizeof key);
        room[i] = le64toh(key);
    }
    out->keys = room;
    out->key_count = (uint8_t)count;
}

void nj_row_alert(struct nj_row_reader *reader,
                  const struct nj_value *row,
                  uint64_t *keys_room,
                  struct nj_alert *out)
{
    struct nj_climb *climb = &out->climb;

    *out = (struct nj_alert){
        .id = nj_row_whole(reader, &row[0], INT64_MAX),
        .rule = row_name(reader, &row[2]),
        .brand = row_name(reader, &row[3]),
        .team = row_name(reader, &row[4]),
        .opened_ms = nj_v_as_int(&row[6]),
        .touched_ms = nj_v_as_int(&row[7]),
        .posts = (uint32_t)nj_row_whole(reader, &row[8], UINT32_MAX),
        .severity = (uint8_t)nj_row_whole(reader, &row[9], NJ_LEVELS - 1),
        .flags = (uint8_t)nj_row_whole(reader, &row[10], UINT8_MAX),
        .simhash = (uint64_t)nj_v_as_int(&row[17]),
    };
    climb->state = (uint8_t)nj_row_whole(reader, &row[1], NJ_ALERT_STATES - 1);
    climb->flags = (uint8_t)nj_row_whole(reader, &row[11], UINT8_MAX);
    climb->step = (uint8_t)nj_row_whole(reader, &row[12], UINT8_MAX);
    climb->round = (uint8_t)nj_row_whole(reader, &row[13], UINT8_MAX);
    climb->generation = (uint32_t)nj_row_whole(reader, &row[14], UINT32_MAX);
    climb->due_ms = nj_v_as_int(&row[15]);
    climb->holder = row_name(reader, &row[16]);
    read_keys(reader, &row[18], keys_room, out);
    if (out->rule == NULL && reader->bad == 0) {
        reader->bad = NJ_E_CORRUPT;
    }
}

void nj_row_page(struct nj_row_reader *reader,
                 const struct nj_value *row,
                 struct nj_page *out)
{
    *out = (struct nj_page){
        .id = nj_row_whole(reader, &row[0], INT64_MAX),
        .alert = nj_row_whole(reader, &row[1], INT64_MAX),
        .person = row_name(reader, &row[2]),
        .channel = row_name(reader, &row[3]),
        /* owned elsewhere, lent here: the arena's or the row's */
        .target = (char *)(uintptr_t)nj_row_text(reader, &row[4]),
        .kind = (uint8_t)nj_row_whole(reader, &row[5], NJ_PAGE_KINDS - 1),
        .state = (uint8_t)nj_row_whole(reader, &row[6], NJ_PAGE_STATES - 1),
        .contact = (uint8_t)nj_row_whole(reader, &row[7], UINT8_MAX),
        .first = (uint8_t)nj_row_whole(reader, &row[8], 1),
        .generation = (uint32_t)nj_row_whole(reader, &row[9], UINT32_MAX),
        .attempts = (uint32_t)nj_row_whole(reader, &row[10], UINT32_MAX),
        .made_ms = nj_v_as_int(&row[11]),
        .next_ms = nj_v_as_int(&row[12]),
        .until_ms = nj_v_as_int(&row[13]),
        .done_ms = nj_v_as_int(&row[14]),
        .ref = (char *)(uintptr_t)nj_row_text(reader, &row[15]),
        .fault = (char *)(uintptr_t)nj_row_text(reader, &row[16]),
        .text = (char *)(uintptr_t)nj_row_text(reader, &row[17]),
    };
}

/* ---- collecting rows ----------------------------------------------------- */

struct answer {
    struct nj_rows_desk *desk;
    struct nj_query_req *req;
    struct nj_rows *rows;
    struct nj_row_reader reader;
};

/* Room for one more record of SIZE in *ITEMS, zeroed; NULL when memory ran
 * out. The array doubles inside the arena. */
static void *
one_more(struct nj_arena *arena, void **items, size_t *count, size_t size)
{
    size_t n = *count;

    if (n == 0 || (n >= FIRST_ROOM && (n & (n - 1)) == 0)) {
        size_t room = n == 0 ? FIRST_ROOM : 2 * n;
        unsigned char *bigger = nj_arena_zalloc(arena, room * size);

        if (bigger == NULL) {
            return NULL;
        }
        if (n > 0) {
            memcpy(bigger, *items, n * size);
        }
        *items = bigger;
    }
    *count = n + 1;
    return (unsigned char *)*items + n * size;
}

static int add_alert(void *ctx, const struct nj_value *row, size_t count)
{
    struct answer *a = ctx;
    const struct nj_value *c = row + NJ_ALERT_COLUMNS;
    void *items = a->rows->alerts;
    struct nj_alert_row *out =
        one_more(&a->rows->arena, &items, &a->rows->alert_count, sizeof *out);

    (void)count;
    if (out == NULL) {
        return NJ_E_NOMEM;
    }
    a->rows->alerts = items;
    nj_row_alert(&a->reader, row, NULL, &out->alert);
    out->policy_id = nj_v_as_int(&row[NJ_ALERT_POLICY_COLUMN]);
    out->card = (struct nj_card){
        .title = nj_row_text(&a->reader, &c[0]),
        .excerpt = nj_row_text(&a->reader, &c[1]),
        .url = nj_row_text(&a->reader, &c[2]),
        .author = nj_row_text(&a->reader, &c[3]),
        .source = nj_row_text(&a->reader, &c[4]),
        .why = nj_row_text(&a->reader, &c[5]),
        .playbook = nj_row_text(&a->reader, &c[6]),
        .published_ms = nj_v_as_int(&c[8]),
    };
    if (c[7].kind != NJ_VALUE_NULL) {
        out->card.place =
            (enum nj_place)nj_row_whole(&a->reader, &c[7], NJ_PLACES - 1);
    }
    if (out->card.title == NULL) { /* an alert that never had its card */
        out->card.title = "";
    }
    if (out->card.excerpt == NULL) {
        out->card.excerpt = "";
    }
    return a->reader.bad;
}

static int read_media(struct answer *a, const char *json, struct nj_post *post)
{
    const char **urls;
    const cJSON *item;
    cJSON *tree = NULL;
    int code;

    if (json == NULL) {
        return 0;
    }
    code = nj_json_parse(json, strlen(json), MEDIA_BYTES, &tree, NULL);
    if (code != 0) {
        return code == NJ_E_NOMEM ? code : NJ_E_CORRUPT;
    }
    urls = nj_arena_zalloc(&a->rows->arena,
                           (size_t)cJSON_GetArraySize(tree) * sizeof *urls);
    for (item = tree->child; urls != NULL && item != NULL; item = item->next) {
        const char *url = cJSON_GetStringValue(item);

        urls[post->media_count] =
            nj_arena_strdup(&a->rows->arena, url == NULL ? "" : url);
        if (urls[post->media_count++] == NULL) {
            urls = NULL;
        }
    }
    cJSON_Delete(tree);
    post->media = urls;
    return urls == NULL ? NJ_E_NOMEM : 0;
}

static int add_post(void *ctx, const struct nj_value *row, size_t count)
{
    struct answer *a = ctx;
    void *items = a->rows->posts;
    struct nj_post_row *out =
        one_more(&a->rows->arena, &items, &a->rows->post_count, sizeof *out);
    int code;

    (void)count;
    if (out == NULL) {
        return NJ_E_NOMEM;
    }
    a->rows->posts = items;
    out->id = nj_v_as_int(&row[0]);
    out->alert_id = nj_v_as_int(&row[1]);
    out->post = (struct nj_post){
        .source = nj_row_text(&a->reader, &row[2]),
        .id = nj_row_text(&a->reader, &row[3]),
        .brand = nj_row_text(&a->reader, &row[4]),
        .place =
            (enum nj_place)nj_row_whole(&a->reader, &row[5], NJ_PLACES - 1),
        .flags = (unsigned)nj_row_whole(&a->reader, &row[6], UINT32_MAX),
        .seen_ms = nj_v_as_int(&row[7]),
        .published_ms = nj_v_as_int(&row[8]),
        .url = nj_row_text(&a->reader, &row[9]),
        .title = nj_row_text(&a->reader, &row[10]),
        .text = nj_row_text(&a->reader, &row[11]),
        .author = nj_row_text(&a->reader, &row[12]),
        .author_url = nj_row_text(&a->reader, &row[13]),
        .thread = nj_row_text(&a->reader, &row[14]),
        .language = nj_row_text(&a->reader, &row[15]),
        .followers = nj_v_as_int(&row[17]),
        .shares = nj_v_as_int(&row[18]),
        .likes = nj_v_as_int(&row[19]),
        .replies = nj_v_as_int(&row[20]),
    };
    code = nj_rows_unpack_score(&row[21], &a->rows->arena, &out->score_json);
    if (code == 0) {
        code = read_media(a, nj_v_as_text(&row[16]), &out->post);
    }
    return code != 0 ? code : a->reader.bad;
}

static int add_page(void *ctx, const struct nj_value *row, size_t count)
{
    struct answer *a = ctx;
    void *items = a->rows->pages;
    struct nj_page *out =
        one_more(&a->rows->arena, &items, &a->rows->page_count, sizeof *out);

    (void)count;
    if (out == NULL) {
        return NJ_E_NOMEM;
    }
    a->rows->pages = items;
    nj_row_page(&a->reader, row, out);
    return a->reader.bad;
}

static int add_event(void *ctx, const struct nj_value *row, size_t count)
{
    struct answer *a = ctx;
    void *items = a->rows->events;
    struct nj_event *out =
        one_more(&a->rows->arena, &items, &a->rows->event_count, sizeof *out);

    (void)count;
    if (out == NULL) {
        return NJ_E_NOMEM;
    }
    a->rows->events = items;
    *out = (struct nj_event){
        .id = nj_v_as_int(&row[0]),
        .at_ms = nj_v_as_int(&row[1]),
        .alert = nj_v_as_int(&row[2]),
        .kind = nj_row_text(&a->reader, &row[3]),
        .who = nj_row_text(&a->reader, &row[4]),
        .text = nj_row_text(&a->reader, &row[5]),
    };
    return a->reader.bad;
}

static int ask(struct answer *a,
               enum nj_statement statement,
               const struct nj_value *values,
               size_t count,
               nj_on_row *on_row)
{
    struct nj_db *db = a->desk->db;
    int code = db->driver->each(db, statement, values, count, on_row, a);

    if (a->reader.bad == NJ_E_CORRUPT) {
        (void)nj_err_set(&db->err, NJ_E_CORRUPT,
                         "a row holds values that nightjar never writes");
    }
    return code;
}

/* ---- the questions ------------------------------------------------------- */

static int answer_known(struct answer *a)
{
    const struct nj_query_req *req = a->req;
    struct nj_db *db = a->desk->db;
    int code = 0;

    a->rows->known = nj_arena_zalloc(&a->rows->arena, req->id_count);
    if (a->rows->known == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < req->id_count && code == 0; i++) {
        int64_t id = 0;

        code = nj_rows_find_post(db, req->source, req->ids[i], &id);
        a->rows->known[i] = id != 0;
    }
    return code;
}

static int answer_cards(struct answer *a)
{
    int code = 0;

    for (size_t i = 0; i < a->req->alert_id_count && code == 0; i++) {
        const struct nj_value id = nj_v_int(a->req->alert_ids[i]);

        code = ask(a, NJ_SQL_ROW_BY_ID, &id, 1, add_alert);
    }
    return code;
}

static int64_t limit_of(const struct nj_query_req *req)
{
    if (req->limit == 0) {
        return DEFAULT_LIMIT;
    }
    return req->limit < MOST_ROWS ? (int64_t)req->limit : MOST_ROWS;
}

static int answer_list(struct answer *a)
{
    const struct nj_query_req *req = a->req;
    const struct nj_value v[] = {
        nj_v_int(req->state),
        nj_v_text(req->brand),
        nj_v_int(req->before_id),
        nj_v_int(limit_of(req)),
    };
    enum nj_statement statement = NJ_SQL_LIST_LIVE;

    if (req->state == -2) {
        statement = NJ_SQL_LIST_ALL;
    } else if (req->state == NJ_ALERT_RESOLVED) {
        statement = NJ_SQL_LIST_PAST;
    }
    return ask(a, statement, v, 4, add_alert);
}

/* The newest come first from the database; people read the oldest first. */
static void turn_around(void *items, size_t count, size_t size)
{
    unsigned char *low = items;
    unsigned char *high = low + (count == 0 ? 0 : (count - 1) * size);

    while (low < high) {
        for (size_t i = 0; i < size; i++) {
            unsigned char kept = low[i];

            low[i] = high[i];
            high[i] = kept;
        }
        low += size;
        high -= size;
    }
}

static int answer_show(struct answer *a)
{
    const struct nj_value v[] = {
        nj_v_int(a->req->alert_id_count > 0 ? a->req->alert_ids[0] : 0),
        nj_v_int(limit_of(a->req)),
    };
    struct nj_rows *rows = a->rows;
    int code = ask(a, NJ_SQL_ROW_BY_ID, v, 1, add_alert);

    if (code == 0 && rows->alert_count == 0) {
        return NJ_E_NOTFOUND;
    }
    if (code == 0) {
        code = ask(a, NJ_SQL_SHOW_POSTS, v, 2, add_post);
    }
    if (code == 0) {
        code = ask(a, NJ_SQL_SHOW_PAGES, v, 2, add_page);
    }
    if (code == 0) {
        code = ask(a, NJ_SQL_SHOW_EVENTS, v, 2, add_event);
    }
    turn_around(rows->posts, rows->post_count, sizeof *rows->posts);
    turn_around(rows->pages, rows->page_count, sizeof *rows->pages);
    turn_around(rows->events, rows->event_count, sizeof *rows->events);
    return code;
}

struct moment {
    int64_t id;
    int64_t at_ms;
};

static int keep_two(void *ctx, const struct nj_value *row, size_t count)
{
    struct moment *out = ctx;

    (void)count;
    *out = (struct moment){nj_v_as_int(&row[0]), nj_v_as_int(&row[1])};
    return 0;
}

/* The id before the first event at or after SINCE_MS, by halving: events are
 * written in the order of time, so they need no index by time. */
static int find_since(struct answer *a, int64_t since_ms, int64_t *out)
{
    struct nj_db *db = a->desk->db;
    struct moment span = {0, 0}; /* lowest and highest id */
    int code =
        db->driver->each(db, NJ_SQL_EVENT_SPAN, NULL, 0, keep_two, &span);
    int64_t low = span.id;
    int64_t high = span.at_ms + 1; /* the answer lies in low..high */

    while (code == 0 && low < high) {
        int64_t middle = low + (high - low) / 2;
        const struct nj_value from = nj_v_int(middle);
        struct moment at = {0, 0};

        code = db->driver->each(db, NJ_SQL_EVENT_TIME, &from, 1, keep_two, &at);
        if (at.at_ms >= since_ms || at.id == 0) {
            high = middle;
        } else {
            low = at.id + 1;
        }
    }
    *out = low - 1;
    return code;
}

static int answer_events(struct answer *a)
{
    const struct nj_query_req *req = a->req;
    int64_t after = req->after_id;
    int code = 0;

    if (req->since_ms > 0) {
        int64_t first = 0;

        code = find_since(a, req->since_ms, &first);
        after = first > after ? first : after;
    }
    if (code == 0) {
        const struct nj_value v[] = {
            nj_v_int(after),
            nj_v_int(req->since_ms > 0 ? req->since_ms : INT64_MIN),
            nj_v_int(limit_of(req)),
        };

        code = ask(a, NJ_SQL_EVENTS_AFTER, v, 3, add_event);
    }
    return code;
}

static int answer_post(struct answer *a)
{
    const struct nj_value id = nj_v_int(a->req->post_id);
    int code = ask(a, NJ_SQL_POST_BY_ID, &id, 1, add_post);

    return code == 0 && a->rows->post_count == 0 ? NJ_E_NOTFOUND : code;
}

static int add_hash(void *ctx, const struct nj_value *row, size_t count)
{
    struct nj_rows *rows = ctx;

    (void)count;
    rows->last_id = nj_v_as_int(&row[0]);
    rows->hashes[rows->hash_count++] = (uint64_t)rows->last_id;
    return 0;
}

/* By key, not by row: the index is a twentieth of the table. The largest key of
 * a part says where the next begins. */
static int answer_hashes(struct answer *a)
{
    int64_t after = a->req->after_id;
    int64_t limit = limit_of(a->req);
    const struct nj_value v[] = {
        nj_v_int(after == 0 ? INT64_MIN : after),
        nj_v_int(limit),
    };
    struct nj_db *db = a->desk->db;

    a->rows->hashes = nj_arena_zalloc(&a->rows->arena,
                                      (size_t)limit * sizeof *a->rows->hashes);
    if (a->rows->hashes == NULL) {
        return NJ_E_NOMEM;
    }
    return db->driver->each(db, NJ_SQL_POST_KEYS, v, 2, add_hash, a->rows);
}

int nj_rows_answer(struct nj_rows_desk *desk, struct nj_query_req *req)
{
    struct answer a = {desk, req, &req->rows, {&req->rows.arena, NULL, 0}};

    switch (req->kind) {
    case NJ_QUERY_KNOWN:
        return answer_known(&a);
    case NJ_QUERY_CARDS:
        return answer_cards(&a);
    case NJ_QUERY_LIST:
        return answer_list(&a);
    case NJ_QUERY_SHOW:
        return answer_show(&a);
    case NJ_QUERY_EVENTS:
        return answer_events(&a);
    case NJ_QUERY_OVERRIDES:
        return nj_rows_overrides(desk, req);
    case NJ_QUERY_POST:
        return answer_post(&a);
    case NJ_QUERY_CURSOR:
        return nj_rows_cursor(desk, req);
    case NJ_QUERY_HASHES:
        return answer_hashes(&a);
    case NJ_QUERY_PURGE:
        return nj_rows_purge(desk, req);
    default:
        return NJ_E_INVALID;
    }
}
