/* Calendars in the configuration: files are read here, URLs are looked up on
 * the shelf of copies that the daemon keeps (app_calendars.c). */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/plan_build.h"
#include "base/str.h"
#include "oncall/holidays.h"
#include "oncall/stints.h"

enum {
    CALENDAR_BYTES = 4 << 20,
    YEARS_AHEAD = 6,  /* of holidays */
    STINT_DAYS = 732, /* of shifts; the plan is made anew each month */
    PAST_DAYS = 366,
    NOTES_BYTES = 16 << 10,
    MISSES = 16, /* names of zones that are none, per calendar */
    ORIGIN_BYTES = 300,
};

/* ---- zones that calendars name ----------------------------------------- */

struct finder {
    struct nj_site *site;
    char *misses[MISSES]; /* owned */
    size_t miss_count;
};

static int is_zone_name(const char *tzid)
{
    size_t ok = strspn(tzid, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/");

    return isalpha((unsigned char)tzid[0]) && tzid[ok] == '\0' && ok <= 40 &&
           (strchr(tzid, '/') != NULL || strcmp(tzid, "UTC") == 0);
}

/* A calendar of a thousand strange names must not cost as many looks at the
 * disk: those that are none are remembered, and after some no more is asked. */
static const struct nj_zone *find_zone(void *ctx, const char *tzid)
{
    struct finder *f = ctx;
    const struct nj_zone *zone;

    if (!is_zone_name(tzid) || f->miss_count == MISSES) {
        return NULL;
    }
    for (size_t i = 0; i < f->miss_count; i++) {
        if (strcmp(f->misses[i], tzid) == 0) {
            return NULL;
        }
    }
    zone = nj_site_zone_named(f->site, tzid);
    if (zone == NULL) {
        f->misses[f->miss_count] = strdup(tzid);
        f->miss_count += f->misses[f->miss_count] != NULL;
    }
    return zone;
}

static void finish_finder(struct finder *f)
{
    for (size_t i = 0; i < f->miss_count; i++) {
        free(f->misses[i]);
    }
}

/* ---- text -------------------------------------------------------------- */

/* Read the whole file PATH into OUT. 0 or NJ_E_*. */
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

const char *nj_calendar_url(const struct nj_node *node)
{
    enum nj_kind kind =
        node == NULL ? NJ_KIND_PATH : (enum nj_kind)nj_node_kind(node);

    if (kind == NJ_KIND_SECRET) {
        return nj_node_secret(node);
    }
    return kind == NJ_KIND_URL ? nj_node_text(node) : NULL;
}

int nj_calendar_is_url(const struct nj_node *node)
{
    return nj_node_kind(node) == NJ_KIND_SECRET ||
           nj_node_kind(node) == NJ_KIND_URL;
}

/* What NODE is called when something is to be said about it. */
static void origin_of(const struct nj_node *node, char out[ORIGIN_BYTES])
{
    const char *url = nj_calendar_url(node);

    out[0] = '\0';
    if (url != NULL) { /* scheme and host: the rest may be a secret */
        size_t scheme = strcspn(url, ":") + 3;
        size_t len =
            strlen(url) < scheme ? 0 : scheme + strcspn(url + scheme, "/?#");

        (void)snprintf(out, ORIGIN_BYTES, "%.*s", (int)len, url);
    } else if (nj_calendar_is_url(node)) {
        (void)snprintf(out, ORIGIN_BYTES, "a secret URL");
    } else {
        (void)snprintf(out, ORIGIN_BYTES, "%s", nj_node_text(node));
    }
}

/* The text of the calendar at NODE: 0; NJ_E_AGAIN (a URL of which there is no
 * copy); what is wrong with the file. */
static int read_text(const struct nj_site *site,
                     const struct nj_node *node,
                     struct nj_buf *out,
                     struct nj_err *err)
{
    const char *url = nj_calendar_url(node);
    const char *copy = NULL;
    size_t len = 0;

    if (!nj_calendar_is_url(node)) {
        return read_file(nj_node_path(node), out, err);
    }
    if (url != NULL && site->shelf != NULL) {
        copy = site->shelf->find(site->shelf->ctx, url, &len);
    }
    if (copy == NULL) {
        return nj_err_set(err, NJ_E_AGAIN, "it was not read yet");
    }
    (void)nj_buf_add(out, copy, len);
    return out->status;
}

/* ---- notes ------------------------------------------------------------- */

static void
note(struct nj_site *site, const struct nj_node *node, const char *text)
{
    const char *before = site->plan.notes == NULL ? "" : site->plan.notes;
    struct nj_buf all;

    nj_problem_at(site->problems, NJ_PROBLEM_WARNING, node, "%s", text);
    nj_buf_init(&all, NOTES_BYTES);
    (void)nj_buf_addf(&all, "%s%s%s", before, before[0] == '\0' ? "" : "\n",
                      text);
    if (all.status == 0) {
        site->plan.notes = nj_site_text(site, nj_buf_text(&all));
    }
    nj_buf_finish(&all);
}

static void note_stranger(struct nj_site *site,
                          const struct nj_node *node,
                          const struct nj_schedule *schedule,
                          const struct nj_stranger *who)
{
    char origin[ORIGIN_BYTES];
    char text[ORIGIN_BYTES + 320];
    char at[NJ_TIME_TEXT];

    origin_of(node, origin);
    (void)snprintf(text, sizeof text,
                   "schedule %s: the calendar of %s names '%s' on %s%s, who is "
                   "no person here%s%s%s; nobody is on call by that",
                   schedule->name, origin, who->name,
                   nj_time_text(schedule->zone, who->from_ms, at),
                   who->events > 1 ? " and later" : "",
                   who->near == NULL ? "" : "; did you mean '",
                   who->near == NULL ? "" : who->near,
                   who->near == NULL ? "" : "'?");
    note(site, node, text);
}

static void note_rest(struct nj_site *site,
                      const struct nj_node *node,
                      const struct nj_schedule *schedule,
                      const struct nj_stints *s)
{
    char origin[ORIGIN_BYTES];
    char text[ORIGIN_BYTES + 200];

    origin_of(node, origin);
    if (s->more_strangers > 0) {
        (void)snprintf(text, sizeof text,
                       "schedule %s: and %zu more events of %s name nobody "
                       "known here",
                       schedule->name, s->more_strangers, origin);
        note(site, node, text);
    }
    if (s->nameless > 0) {
        (void)snprintf(text, sizeof text,
                       "schedule %s: %zu events of %s have neither title nor "
                       "attendees, so they name nobody",
                       schedule->name, s->nameless, origin);
        note(site, node, text);
    }
}

/* ---- layers ------------------------------------------------------------ */

static int collect(struct nj_site *site,
                   const struct nj_schedule *schedule,
                   const struct nj_layer *layer,
                   const struct nj_buf *text,
                   struct nj_stints *s,
                   struct nj_err *err)
{
    struct finder finder = {.site = site};
    struct nj_ics_zones zones = {
        .zone = layer->zone != NULL ? layer->zone : schedule->zone,
        .find = find_zone,
        .ctx = &finder,
    };
    int64_t today = site->now_ms / 86400000;
    int code;

    nj_stints_init(s, site->plan.people, site->plan.people_count, &zones,
                   today - PAST_DAYS, today + STINT_DAYS);
    s->now_ms = site->now_ms;
    code = nj_stints_ics(s, nj_buf_text(text), text->len, err);
    finish_finder(&finder);
    return code;
}

/* A calendar that cannot be followed is an error where it is a file; where it
 * is a copy that could once, it is told and the layer goes without. */
static void tell_failure(struct nj_site *site,
                         const struct nj_node *node,
                         struct nj_layer *out,
                         int code,
                         const struct nj_err *err)
{
    char text[ORIGIN_BYTES + NJ_ERR_TEXT + 8];
    char origin[ORIGIN_BYTES];

    origin_of(node, origin);
    (void)snprintf(text, sizeof text, "%s: %s", origin, err->text);
    if (code == NJ_E_NOMEM) {
        site->failed = 1;
    } else if (nj_calendar_is_url(node)) {
        out->calendar_unread = 1;
        site->shelf->refused(site->shelf->ctx, nj_calendar_url(node),
                             err->text);
        note(site, node, text);
    } else {
        nj_problem_at(site->problems, NJ_PROBLEM_ERROR, node, "%s",
                      code == NJ_E_NOTFOUND || code == NJ_E_IO ? err->text
                                                               : text);
    }
}

static void tell_unread(struct nj_site *site, const struct nj_node *node)
{
    char origin[ORIGIN_BYTES];

    if (site->shelf == NULL) {
        origin_of(node, origin);
        nj_problem_at(site->problems, NJ_PROBLEM_WARNING, node,
                      "only the daemon reads %s; what that calendar says is "
                      "not known here",
                      origin);
    }
}

void nj_site_calendar(struct nj_site *site,
                      const struct nj_node *node,
                      const struct nj_schedule *schedule,
                      struct nj_layer *out)
{
    char origin[ORIGIN_BYTES];
    struct nj_stints s = {0};
    struct nj_err err = {0};
    struct nj_buf text;
    int code;

    origin_of(node, origin);
    out->calendar = nj_site_text(site, origin);
    if (schedule->zone == NULL) {
        return; /* told already */
    }
    nj_buf_init(&text, CALENDAR_BYTES);
    code = read_text(site, node, &text, &err);
    if (code == NJ_E_AGAIN) {
        out->calendar_unread = 1;
        tell_unread(site, node);
    } else if (code == 0) {
        code = collect(site, schedule, out, &text, &s, &err);
    }
    if (code == 0 && nj_stints_take(&s, &site->plan.arena, &out->stints,
                                    &out->stint_count) != 0) {
        code = nj_err_set(&err, NJ_E_TOOBIG, "too many people at once");
    }
    if (code != 0 && code != NJ_E_AGAIN) {
        tell_failure(site, node, out, code, &err);
    }
    for (size_t i = 0; code == 0 && i < s.stranger_count; i++) {
        note_stranger(site, node, schedule, &s.strangers[i]);
    }
    if (code == 0) {
        note_rest(site, node, schedule, &s);
    }
    nj_stints_finish(&s);
    nj_buf_finish(&text);
}

/* ---- holidays ---------------------------------------------------------- */

static void add_holidays(struct nj_site *site,
                         struct nj_holidays *h,
                         const struct nj_node *node)
{
    struct nj_layer unread = {0};
    struct nj_err err = {0};
    struct nj_buf text;
    int code;

    nj_buf_init(&text, CALENDAR_BYTES);
    code = read_text(site, node, &text, &err);
    if (code == NJ_E_AGAIN) {
        tell_unread(site, node);
    } else if (code == 0) {
        code = nj_holidays_ics(h, nj_buf_text(&text), text.len, &err);
    }
    if (code != 0 && code != NJ_E_AGAIN) {
        tell_failure(site, node, &unread, code, &err);
    }
    nj_buf_finish(&text);
}

static void add_days(struct nj_site *site,
                     struct nj_holidays *h,
                     const struct nj_node *node)
{
    struct nj_err err = {0};
    int code;

    if (nj_node_broken(node)) {
        return; /* told already */
    }
    if (nj_node_kind(node) != NJ_KIND_DATE) {
        add_holidays(site, h, node);
        return;
    }
    code = nj_holidays_date(h, nj_node_text(node), NULL, &err);
    if (code == NJ_E_NOMEM) {
        site->failed = 1;
    } else if (code != 0) {
        nj_problem_at(site->problems, NJ_PROBLEM_ERROR, node, "%s", err.text);
    }
}

void nj_site_holidays(struct nj_site *site,
                      const struct nj_node *list,
                      struct nj_brand *out)
{
    int64_t today = site->now_ms / 86400000;
    struct finder finder = {.site = site};
    struct nj_holidays h;

    if (out->zone == NULL) {
        return; /* told already */
    }
    nj_holidays_init(&h, out->zone, today - PAST_DAYS,
                     today + INT64_C(366) * YEARS_AHEAD);
    h.find_zone = find_zone;
    h.find_ctx = &finder;
    for (const struct nj_node *item = nj_node_first(list); item != NULL;
         item = nj_node_next(item)) {
        add_days(site, &h, item);
    }
    if (nj_holidays_take(&h, &site->plan.arena, &out->holidays,
                         &out->holiday_count) != 0) {
        site->failed = 1;
    }
    nj_holidays_finish(&h);
    finish_finder(&finder);
}
