#include "oncall/holidays.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "oncall/ics_in.h"

enum { TITLE_BYTES = 200 };

void nj_holidays_init(struct nj_holidays *h,
                      const struct nj_zone *zone,
                      int64_t from_day,
                      int64_t until_day)
{
    *h = (struct nj_holidays){
        .zone = zone, .from_day = from_day, .until_day = until_day};
    nj_arena_init(&h->titles, 0);
}

void nj_holidays_finish(struct nj_holidays *h)
{
    free(h->items);
    nj_arena_finish(&h->titles);
    *h = (struct nj_holidays){0};
}

static int make_room(struct nj_holidays *h)
{
    size_t room = h->room == 0 ? 32 : h->room * 2;
    struct nj_holiday *items;

    if (h->count < h->room) {
        return 0;
    }
    items = realloc(h->items, room * sizeof *items);
    if (items == NULL) {
        return NJ_E_NOMEM;
    }
    h->items = items;
    h->room = room;
    return 0;
}

static int put(struct nj_holidays *h,
               int64_t from_day,
               int64_t until_day,
               const char *title)
{
    char *copy = NULL;

    if (h->count >= NJ_LIMIT_HOLIDAYS) {
        return NJ_E_TOOBIG;
    }
    if (title != NULL) {
        size_t len = strlen(title);

        copy = nj_arena_strndup(&h->titles, title,
                                nj_utf8_cut(title, len, TITLE_BYTES));
        if (copy == NULL) {
            return NJ_E_NOMEM;
        }
    }
    if (make_room(h) != 0) {
        return NJ_E_NOMEM;
    }
    h->items[h->count++] = (struct nj_holiday){from_day, until_day, copy};
    return 0;
}

/* Exactly "YYYY-MM-DD", LEN bytes. */
static int read_day(const char *text, size_t len, int64_t *out)
{
    char date[11];
    int64_t at_ms;

    if (len != 10) {
        return NJ_E_INVALID;
    }
    memcpy(date, text, 10);
    date[10] = '\0';
    if (nj_time_read(NULL, date, NJ_FOLD_FIRST, &at_ms) != 0) {
        return NJ_E_INVALID;
    }
    *out = at_ms / 86400000 - (at_ms % 86400000 < 0);
    return 0;
}

int nj_holidays_date(struct nj_holidays *h,
                     const char *text,
                     const char *title,
                     struct nj_err *err)
{
    const char *dots = strstr(text, "..");
    size_t len = strlen(text);
    int64_t first;
    int64_t last;
    int rc;

    if (read_day(text, dots == NULL ? len : (size_t)(dots - text), &first) !=
        0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is no date; write 2026-12-25 or "
                          "2026-12-24..2026-12-26",
                          text);
    }
    last = first;
    if (dots != NULL &&
        (read_day(dots + 2, len - (size_t)(dots + 2 - text), &last) != 0 ||
         last < first)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' has no last day at or after its first; write "
                          "2026-12-24..2026-12-26",
                          text);
    }
    rc = put(h, first, last + 1, title);
    if (rc == NJ_E_TOOBIG) {
        return nj_err_set(err, rc, "'%s' is one holiday more than %d", text,
                          NJ_LIMIT_HOLIDAYS);
    }
    return rc == 0 ? 0 : nj_err_set(err, rc, "'%s': no memory", text);
}

/* An event with times counts for every day that it touches. */
static int
on_event(void *ctx, const struct nj_ics_occurrence *o, struct nj_err *err)
{
    struct nj_holidays *h = ctx;
    int64_t first = o->from;
    int64_t end = o->until;
    int rc;

    if (!o->is_days) {
        int64_t last_ms =
            o->until_ms > o->from_ms ? o->until_ms - 1 : o->from_ms;

        first = nj_zone_day(h->zone, o->from_ms, NULL);
        end = nj_zone_day(h->zone, last_ms, NULL) + 1;
    }
    rc = put(h, first, end, o->title);
    if (rc == NJ_E_TOOBIG) {
        return nj_err_set(err, rc, "more than %d holidays", NJ_LIMIT_HOLIDAYS);
    }
    return rc == 0 ? 0 : nj_err_set(err, rc, "no memory");
}

int nj_holidays_ics(struct nj_holidays *h,
                    const char *text,
                    size_t len,
                    struct nj_err *err)
{
    struct nj_ics_sink sink = {
        .ctx = h,
        .put = on_event,
        .zones = {.zone = h->zone, .find = h->find_zone, .ctx = h->find_ctx},
        .from_day = h->from_day,
        .until_day = h->until_day,
    };
    size_t before = h->count;
    int rc = nj_ics_read(&sink, text, len, err);

    if (rc != 0) {
        h->count = before;
    }
    return rc;
}

static int by_day(const void *a, const void *b)
{
    const struct nj_holiday *x = a;
    const struct nj_holiday *y = b;

    if (x->from_day != y->from_day) {
        return x->from_day < y->from_day ? -1 : 1;
    }
    return (x->until_day > y->until_day) - (x->until_day < y->until_day);
}

static int is_double(const struct nj_holiday *a, const struct nj_holiday *b)
{
    return a->from_day == b->from_day && a->until_day == b->until_day;
}

int nj_holidays_take(const struct nj_holidays *h,
                     struct nj_arena *arena,
                     const struct nj_holiday **out,
                     size_t *out_count)
{
    struct nj_holiday *list = nj_arena_zalloc(arena, h->count * sizeof *list);
    size_t n = 0;

    if (list == NULL) {
        return NJ_E_NOMEM;
    }
    if (h->count > 0) {
        memcpy(list, h->items, h->count * sizeof *list);
        qsort(list, h->count, sizeof *list, by_day);
    }
    for (size_t i = 0; i < h->count; i++) {
        if (n > 0 && is_double(&list[n - 1], &list[i])) {
            continue;
        }
        list[n] = list[i];
        if (list[n].title != NULL) {
            list[n].title = nj_arena_strdup(arena, list[n].title);
            if (list[n].title == NULL) {
                return NJ_E_NOMEM;
            }
        }
        n++;
    }
    *out = list;
    *out_count = n;
    return 0;
}
