/* What a restart needs, row by row. */

#include <stdlib.h>

#include "store/rows.h"

struct loading {
    struct nj_rows_desk *desk;
    const struct nj_loader *loader;
    struct nj_names *names;
    uint64_t keys[UINT8_MAX]; /* of the row at hand */
    int64_t *policies;        /* owned: ids handed over already, sorted */
    size_t policy_count;
    size_t policy_room;
    struct nj_err err; /* of the row that could not be read */
};

static int bad_row(struct loading *l, int code, const char *what, int64_t id)
{
    if (code == NJ_E_CORRUPT) {
        (void)nj_err_set(&l->err, code,
                         "%s %lld holds values that nightjar never writes; "
                         "restore a copy, or repair that row with sqlite3",
                         what, (long long)id);
    }
    return code;
}

/* ---- policies, each before the first alert that refers to it ------------- */

static size_t place_of(const struct loading *l, int64_t id)
{
    size_t low = 0;
    size_t high = l->policy_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (l->policies[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int on_policy(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;
    const char *json = nj_v_as_text(&row[1]);

    (void)count;
    return json == NULL
               ? bad_row(l, NJ_E_CORRUPT, "policy", nj_v_as_int(&row[0]))
               : l->loader->policy(l->loader->ctx, nj_v_as_int(&row[0]), json);
}

static int remember(struct loading *l, size_t at, int64_t id)
{
    if (l->policy_count == l->policy_room) {
        size_t room = l->policy_room == 0 ? 64 : 2 * l->policy_room;
        int64_t *bigger = reallocarray(l->policies, room, sizeof *bigger);

        if (bigger == NULL) {
            return NJ_E_NOMEM;
        }
        l->policies = bigger;
        l->policy_room = room;
    }
    memmove(&l->policies[at + 1], &l->policies[at],
            (l->policy_count - at) * sizeof *l->policies);
    l->policies[at] = id;
    l->policy_count++;
    return 0;
}

static int need_policy(struct loading *l, int64_t id)
{
    const struct nj_value v = nj_v_int(id);
    struct nj_db *db = l->desk->db;
    size_t at = place_of(l, id);
    int code;

    if (id == 0 || (at < l->policy_count && l->policies[at] == id)) {
        return 0;
    }
    code = remember(l, at, id);
    if (code == 0 && l->loader->policy != NULL) {
        code = db->driver->each(db, NJ_SQL_LOAD_POLICY, &v, 1, on_policy, l);
    }
    return code;
}

/* ---- the rows ------------------------------------------------------------ */

static int on_alert(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;
    struct nj_row_reader reader = {NULL, l->names, 0};
    int64_t policy_id = nj_v_as_int(&row[NJ_ALERT_POLICY_COLUMN]);
    struct nj_alert alert;
    int code;

    (void)count;
    nj_row_alert(&reader, row, l->keys, &alert);
    code = bad_row(l, reader.bad, "alert", alert.id);
    if (code == 0) {
        code = need_policy(l, policy_id);
    }
    if (code == 0) {
        code = l->loader->alert(l->loader->ctx, &alert, policy_id,
                                nj_v_as_text(&row[NJ_ALERT_CHAINS_COLUMN]));
    }
    return code;
}

static int on_page(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;
    struct nj_row_reader reader = {NULL, l->names, 0};
    struct nj_page page;
    int code;

    (void)count;
    nj_row_page(&reader, row, &page);
    code = bad_row(l, reader.bad, "page", page.id);
    return code != 0 ? code : l->loader->page(l->loader->ctx, &page);
}

static int on_cursor(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;

    (void)count;
    return l->loader->cursor(l->loader->ctx, nj_v_as_text(&row[0]),
                             nj_v_as_text(&row[1]));
}

static int on_fact(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;

    (void)count;
    return l->loader->fact(l->loader->ctx, nj_v_as_text(&row[0]),
                           nj_v_as_text(&row[1]));
}

static const char *
name_of(struct loading *l, const struct nj_value *value, int *code)
{
    const char *text = nj_v_as_text(value);
    const char *name = nj_name(l->names, text);

    if (text != NULL && name == NULL) {
        *code = NJ_E_NOMEM;
    }
    return name;
}

static int on_override(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;
    int code = 0;
    const struct nj_override o = {
        .id = nj_v_as_int(&row[0]),
        .from_ms = nj_v_as_int(&row[1]),
        .until_ms = nj_v_as_int(&row[2]),
        .schedule = name_of(l, &row[3], &code),
        .person = name_of(l, &row[4], &code),
        .instead_of = name_of(l, &row[5], &code),
        .made_ms = nj_v_as_int(&row[6]),
        .made_by = name_of(l, &row[7], &code),
    };

    (void)count;
    return code != 0 ? code : l->loader->override_(l->loader->ctx, &o);
}

static int on_silence(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;
    int code = 0;
    const struct nj_silence s = {
        .id = nj_v_as_int(&row[0]),
        .from_ms = nj_v_as_int(&row[1]),
        .until_ms = nj_v_as_int(&row[2]),
        .brand = name_of(l, &row[3], &code),
        .rule = name_of(l, &row[4], &code),
        .source = name_of(l, &row[5], &code),
        .author = nj_v_as_text(&row[6]),
        .made_by = nj_v_as_text(&row[7]),
        .note = nj_v_as_text(&row[8]),
    };

    (void)count;
    return code != 0 ? code : l->loader->silence(l->loader->ctx, &s);
}

static int64_t larger(const struct nj_value *a, const struct nj_value *b)
{
    int64_t x = nj_v_as_int(a);
    int64_t y = nj_v_as_int(b);

    return x > y ? x : y;
}

static int on_last_ids(void *ctx, const struct nj_value *row, size_t count)
{
    struct loading *l = ctx;

    (void)count;
    return l->loader->last_ids(l->loader->ctx, nj_v_as_int(&row[0]),
                               larger(&row[1], &row[2]),
                               larger(&row[3], &row[4]), nj_v_as_int(&row[5]),
                               nj_v_as_int(&row[6]), larger(&row[7], &row[8]));
}

/* WANTED: whether the loader has a callback for it. */
static int load(struct loading *l,
                int wanted,
                enum nj_statement statement,
                const struct nj_value *value,
                nj_on_row *on_row)
{
    struct nj_db *db = l->desk->db;

    return wanted ? db->driver->each(db, statement, value, value != NULL,
                                     on_row, l)
                  : 0;
}

static int load_all(struct loading *l)
{
    const struct nj_loader *to = l->loader;
    const struct nj_value since = nj_v_int(to->resolved_since_ms);
    int code =
        load(l, to->last_ids != NULL, NJ_SQL_LOAD_LAST_IDS, NULL, on_last_ids);

    if (code == 0) {
        code = load(l, to->fact != NULL, NJ_SQL_LOAD_FACTS, NULL, on_fact);
    }
    if (code == 0) {
        code =
            load(l, to->cursor != NULL, NJ_SQL_LOAD_CURSORS, NULL, on_cursor);
    }
    if (code == 0) {
        code = load(l, to->override_ != NULL, NJ_SQL_LOAD_OVERRIDES, NULL,
                    on_override);
    }
    if (code == 0) {
        code = load(l, to->silence != NULL, NJ_SQL_LOAD_SILENCES, NULL,
                    on_silence);
    }
    if (code == 0) {
        code = load(l, to->alert != NULL, NJ_SQL_LOAD_LIVE, NULL, on_alert);
    }
    if (code == 0) {
        code = load(l, to->alert != NULL, NJ_SQL_LOAD_PAST, &since, on_alert);
    }
    if (code == 0) {
        code = load(l, to->page != NULL, NJ_SQL_LOAD_PAGES, NULL, on_page);
    }
    return code;
}

int nj_rows_load(struct nj_rows_desk *desk,
                 struct nj_names *names,
                 const struct nj_loader *loader,
                 struct nj_err *err)
{
    struct loading l = {.desk = desk, .loader = loader, .names = names};
    int code;

    desk->db->err = (struct nj_err){0};
    code = load_all(&l);
    if (code != 0) {
        const char *why = l.err.code != 0              ? l.err.text
                          : desk->db->err.code == code ? desk->db->err.text
                                                       : nj_code_name(code);

        (void)nj_err_set(err, code, "load from the store: %s", why);
    }
    free(l.policies);
    return code;
}

/* ---- one cursor, later --------------------------------------------------- */

static int keep_cursor(void *ctx, const struct nj_value *row, size_t count)
{
    struct nj_rows *rows = ctx;
    struct nj_row_reader reader = {&rows->arena, NULL, 0};

    (void)count;
    rows->cursor = nj_row_text(&reader, &row[0]);
    return reader.bad;
}

int nj_rows_cursor(struct nj_rows_desk *desk, struct nj_query_req *req)
{
    const struct nj_value source = nj_v_text(req->source);

    return desk->db->driver->each(desk->db, NJ_SQL_CURSOR_OF, &source, 1,
                                  keep_cursor, &req->rows);
}
