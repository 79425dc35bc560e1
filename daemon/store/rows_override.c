/* Overrides with what became of them: who made which, who took it back. */

#include "store/rows.h"

enum { DEFAULT_ROWS = 1000, MOST_ROWS = 10000 };

struct reading {
    struct nj_rows *rows;
    struct nj_row_reader reader;
};

static int add_override(void *ctx, const struct nj_value *row, size_t count)
{
    struct reading *r = ctx;
    struct nj_override_row *out =
        &r->rows->overrides[r->rows->override_count++];

    (void)count;
    out->what = (struct nj_override){
        .id = nj_v_as_int(&row[0]),
        .from_ms = nj_v_as_int(&row[1]),
        .until_ms = nj_v_as_int(&row[2]),
        .schedule = nj_row_text(&r->reader, &row[3]),
        .person = nj_row_text(&r->reader, &row[4]),
        .instead_of = nj_row_text(&r->reader, &row[5]),
        .made_ms = nj_v_as_int(&row[6]),
        .made_by = nj_row_text(&r->reader, &row[7]),
    };
    out->note = nj_row_text(&r->reader, &row[8]);
    out->removed = nj_v_as_int(&row[9]) != 0;
    out->removed_ms = nj_v_as_int(&row[10]);
    out->removed_by = nj_row_text(&r->reader, &row[11]);
    return r->reader.bad;
}

int nj_rows_overrides(struct nj_rows_desk *desk, struct nj_query_req *req)
{
    struct nj_rows *rows = &req->rows;
    size_t most = req->limit == 0          ? DEFAULT_ROWS
                  : req->limit < MOST_ROWS ? req->limit
                                           : MOST_ROWS;
    struct reading r = {rows, {&rows->arena, NULL, 0}};
    const struct nj_value v[] = {
        nj_v_int(req->after_id), nj_v_int(req->since_ms),
        nj_v_int(req->until_ms), nj_v_int(req->state), nj_v_int((int64_t)most)};

    rows->overrides =
        nj_arena_zalloc(&rows->arena, most * sizeof *rows->overrides);
    if (rows->overrides == NULL) {
        return NJ_E_NOMEM;
    }
    return desk->db->driver->each(desk->db, NJ_SQL_OVERRIDES, v, 5,
                                  add_override, &r);
}
