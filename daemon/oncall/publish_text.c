/* Publications as JSON to be kept, and as iCalendar files. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "oncall/ics_out.h"
#include "oncall/publish.h"

enum {
    KEPT_BYTES = 8 << 20,
    FIELDS = 8, /* of one shift, in the order of nj_publication_write */
};

void nj_publication_write(const struct nj_publication *p, struct nj_buf *out)
{
    struct nj_jw w;

    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; i < p->count; i++) {
        const struct nj_published *e = &p->items[i];

        nj_jw_open(&w, NULL, '[');
        nj_jw_text(&w, NULL, e->uid);
        nj_jw_text(&w, NULL, e->schedule);
        nj_jw_text(&w, NULL, e->who);
        nj_jw_int(&w, NULL, e->since_ms / 1000);
        nj_jw_int(&w, NULL, e->until_ms / 1000);
        nj_jw_int(&w, NULL, e->changed_ms / 1000);
        nj_jw_int(&w, NULL, e->sequence);
        nj_jw_int(&w, NULL, e->cancelled);
        nj_jw_close(&w, ']');
    }
    nj_jw_close(&w, ']');
}

/* ---- reading ----------------------------------------------------------- */

static const char *
text_at(struct nj_publication *p, const cJSON *row, int at, int *rc)
{
    const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(row, at));
    const char *copy;

    if (text == NULL) {
        *rc = NJ_E_INVALID;
        return "";
    }
    copy = nj_arena_strdup(&p->arena, text);
    if (copy == NULL) {
        *rc = NJ_E_NOMEM;
        return "";
    }
    return copy;
}

static int64_t int_at(const cJSON *row, int at, int *rc)
{
    const cJSON *item = cJSON_GetArrayItem(row, at);

    if (!cJSON_IsNumber(item) || !(item->valuedouble > -1e14) ||
        !(item->valuedouble < 1e14)) {
        *rc = NJ_E_INVALID;
        return 0;
    }
    return (int64_t)item->valuedouble;
}

static int
read_row(struct nj_publication *p, const cJSON *row, struct nj_published *e)
{
    int rc = cJSON_GetArraySize(row) == FIELDS ? 0 : NJ_E_INVALID;

    (void)snprintf(e->uid, sizeof e->uid, "%s", text_at(p, row, 0, &rc));
    e->schedule = text_at(p, row, 1, &rc);
    e->who = text_at(p, row, 2, &rc);
    e->since_ms = int_at(row, 3, &rc) * 1000;
    e->until_ms = int_at(row, 4, &rc) * 1000;
    e->changed_ms = int_at(row, 5, &rc) * 1000;
    e->sequence = (int)(int_at(row, 6, &rc) & 0x7fffffff);
    e->cancelled = int_at(row, 7, &rc) != 0;
    return rc;
}

int nj_publication_read(const char *json,
                        size_t len,
                        struct nj_publication *out,
                        struct nj_err *err)
{
    struct nj_publication p = {0};
    const cJSON *row;
    cJSON *tree = NULL;
    int rc = nj_json_parse(json, len, KEPT_BYTES, &tree, err);

    if (rc != 0) {
        return rc;
    }
    if (!cJSON_IsArray(tree)) {
        cJSON_Delete(tree);
        return nj_err_set(err, NJ_E_INVALID, "a publication is an array");
    }
    p.items = calloc((size_t)cJSON_GetArraySize(tree) + 1, sizeof *p.items);
    rc = p.items == NULL ? NJ_E_NOMEM : 0;
    cJSON_ArrayForEach(row, tree)
    {
        rc = rc == 0 ? read_row(&p, row, &p.items[p.count]) : rc;
        p.count += rc == 0;
    }
    cJSON_Delete(tree);
    if (rc != 0) {
        nj_publication_finish(&p);
        return nj_err_set(err, rc,
                          rc == NJ_E_NOMEM ? "no memory"
                                           : "a shift is not as it was kept");
    }
    *out = p;
    return 0;
}

/* ---- iCalendar --------------------------------------------------------- */

static void put_event(const struct nj_published *e,
                      const struct nj_feed *feed,
                      struct nj_buf *out)
{
    const char *title = feed->person == NULL ? e->who : e->schedule;

    (void)nj_buf_addf(out, "BEGIN:VEVENT\r\nUID:%s\r\n", e->uid);
    nj_ics_time(out, "DTSTAMP", e->changed_ms);
    nj_ics_time(out, "LAST-MODIFIED", e->changed_ms);
    (void)nj_buf_addf(out, "SEQUENCE:%d\r\nSTATUS:%s\r\n", e->sequence,
                      e->cancelled ? "CANCELLED" : "CONFIRMED");
    nj_ics_time(out, "DTSTART", e->since_ms);
    if (!e->cancelled) { /* without one it has no length (RFC 5545, 3.6.1):
                            calendars that do not know CANCELLED show little */
        nj_ics_time(out, "DTEND", e->until_ms);
    }
    nj_ics_text(out, "SUMMARY",
                e->cancelled ? "Cancelled: on call: " : "On call: ", title);
    nj_ics_text(out, "DESCRIPTION", "Schedule: ", e->schedule);
    (void)nj_buf_adds(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void nj_publication_ics(const struct nj_publication *p,
                        const struct nj_feed *feed,
                        struct nj_buf *out)
{
    const char *slash = strchr(feed->name, '/');
    const char *name = slash == NULL ? feed->name : slash + 1;

    nj_ics_open(out, name);
    nj_ics_text(
        out, "X-WR-CALDESC",
        feed->person == NULL ? "Who is on call on " : "When on call: ", name);
    (void)nj_buf_adds(out, "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n"
                           "X-PUBLISHED-TTL:PT15M\r\n");
    for (size_t i = 0; i < p->count; i++) {
        put_event(&p->items[i], feed, out);
    }
    nj_ics_close(out);
}
