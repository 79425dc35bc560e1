/* Brands: opening hours, and the days on which they are closed. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/plan_build.h"
#include "oncall/holidays.h"

enum {
    CALENDAR_BYTES = 4 << 20,
    YEARS_AHEAD = 6, /* a daemon is restarted or reloaded before that */
};

/* Read the whole file PATH; the caller frees it. 0 or NJ_E_*. */
static int read_file(const char *path, struct nj_buf *out, struct nj_err *err)
{
    FILE *f = fopen(path, "rb");
    char chunk[8192];
    size_t n;

    if (f == NULL) {
        return nj_err_set(err, NJ_E_NOTFOUND, "%s cannot be read: %s", path,
                          strerror(errno));
    }
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        (void)nj_buf_add(out, chunk, n);
    }
    if (ferror(f) != 0) {
        (void)fclose(f);
        return nj_err_set(err, NJ_E_IO, "%s cannot be read", path);
    }
    (void)fclose(f);
    if (out->status != 0) {
        return nj_err_set(err, out->status, "%s is too big for a calendar",
                          path);
    }
    return 0;
}

static int
add_calendar(struct nj_holidays *h, const char *path, struct nj_err *err)
{
    struct nj_buf text;
    int code;

    nj_buf_init(&text, CALENDAR_BYTES);
    code = read_file(path, &text, err);
    if (code == 0) {
        code = nj_holidays_ics(h, nj_buf_text(&text), text.len, err);
        if (code != 0) {
            (void)nj_err_wrap(err, code, "%s", path);
        }
    }
    nj_buf_finish(&text);
    return code;
}

static void add_dates(struct nj_site *site,
                      struct nj_holidays *h,
                      const struct nj_node *list)
{
    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        struct nj_err err = {0};
        int code;

        if (nj_node_broken(item)) {
            continue;
        }
        code = nj_node_kind(item) == NJ_KIND_PATH
                   ? add_calendar(h, nj_node_path(item), &err)
                   : nj_holidays_date(h, nj_node_text(item), NULL, &err);

        if (code == NJ_E_NOMEM) {
            site->failed = 1;
        } else if (code != 0) {
            nj_problem_at(site->problems, NJ_PROBLEM_ERROR, item, "%s",
                          err.text);
        }
    }
}

static void read_holidays(struct nj_site *site,
                          const struct nj_node *list,
                          struct nj_brand *out)
{
    int64_t today = site->now_ms / 86400000;
    struct nj_holidays h;

    if (out->zone == NULL) {
        return; /* told already */
    }
    nj_holidays_init(&h, out->zone, today - 366,
                     today + INT64_C(366) * YEARS_AHEAD);
    add_dates(site, &h, list);
    if (nj_holidays_take(&h, &site->plan.arena, &out->holidays,
                         &out->holiday_count) != 0) {
        site->failed = 1;
    }
    nj_holidays_finish(&h);
}

void nj_site_examine_holidays(struct nj_site *site, const struct nj_zone *any)
{
    const struct nj_node *section = nj_node_get(site->root, "brands");

    for (const struct nj_node *node = nj_node_first(section); node != NULL;
         node = nj_node_next(node)) {
        struct nj_brand brand = {.zone = any};

        read_holidays(site, nj_node_get(node, "holidays"), &brand);
    }
}

static void build_brand(struct nj_site *site,
                        const struct nj_node *node,
                        struct nj_brand *out)
{
    const struct nj_node *answer = nj_node_get(node, "answer_within");

    out->name = nj_site_name(site, nj_node_name(node));
    out->title = nj_site_text(site, nj_node_text(nj_node_get(node, "title")));
    out->aliases =
        nj_site_list(site, nj_node_get(node, "names"), &out->alias_count);
    out->zone = nj_site_zone(site, nj_node_get(node, "timezone"));
    out->open =
        nj_site_windows(site, nj_node_get(node, "open"), &out->open_count);
    out->team = nj_site_ref(site, node, "team");
    out->answer_question_ms = nj_node_ms(nj_node_get(answer, "question"), 0);
    out->answer_complaint_ms = nj_node_ms(nj_node_get(answer, "complaint"), 0);
    read_holidays(site, nj_node_get(node, "holidays"), out);
}

void nj_site_brands(struct nj_site *site)
{
    const struct nj_node *section = nj_node_get(site->root, "brands");
    struct nj_brand *brands =
        nj_site_records(site, nj_node_count(section), sizeof *brands);
    size_t n = 0;

    for (const struct nj_node *node = nj_node_first(section);
         brands != NULL && node != NULL; node = nj_node_next(node)) {
        build_brand(site, node, &brands[n++]);
    }
    site->plan.brands = brands;
    site->plan.brand_count = n;
}
