/* app/plan.h - from settings to the plan that the thinking rooms read: names
 * interned, zones loaded, calendars read. Reads zone and calendar files; no
 * other I/O. */

#ifndef NJ_APP_PLAN_H
#define NJ_APP_PLAN_H

#include "conf/settings.h"
#include "model/names.h"
#include "model/plan.h"

/* Build *OUT from SETTINGS at NOW_MS (holidays are read for the years around
 * it). What only shows here (an unknown zone, a calendar that cannot be read)
 * is added to PROBLEMS at its place. Returns 0; NJ_E_INVALID when PROBLEMS got
 * errors; NJ_E_NOMEM. On failure *OUT is untouched. NAMES must outlive it;
 * SETTINGS need not. */
int nj_plan_build(const struct nj_settings *settings,
                  struct nj_names *names,
                  int64_t now_ms,
                  struct nj_plan *out,
                  struct nj_problems *problems) NJ_MUST;

/* Tell the same of SETTINGS that have errors (nj_settings_examine), as far as
 * it can be seen: zones that are none, calendars and dates that cannot be
 * read. 0 or NJ_E_NOMEM. */
int nj_plan_examine(const struct nj_settings *settings,
                    int64_t now_ms,
                    struct nj_problems *problems) NJ_MUST;

/* Copies of calendars that URLs lead to, as they were read last. */
struct nj_shelf {
    void *ctx;
    /* The copy of URL, lent until the next call, or NULL. */
    const char *(*find)(void *ctx, const char *url, size_t *out_len);
    /* The copy of URL cannot be followed; the plan goes without. */
    void (*refused)(void *ctx, const char *url, const char *why);
};

/* The same with the calendars on SHELF (NULL: a URL's calendar is not known,
 * which is told as a warning). */
int nj_plan_build_with(const struct nj_settings *settings,
                       struct nj_names *names,
                       int64_t now_ms,
                       const struct nj_shelf *shelf,
                       struct nj_plan *out,
                       struct nj_problems *problems) NJ_MUST;

/* Whether NODE, a calendar of the configuration, is a URL; and which (NULL when
 * it is a secret that was not fetched, or a file). */
int nj_calendar_is_url(const struct nj_node *node);
const char *nj_calendar_url(const struct nj_node *node);

/* What a good colleague would warn of in PLAN at NOW_MS (oncall/advice.h),
 * added to PROBLEMS as warnings at their place in SETTINGS. 0 or NJ_E_NOMEM. */
int nj_plan_warn(const struct nj_settings *settings,
                 const struct nj_plan *plan,
                 int64_t now_ms,
                 struct nj_problems *problems) NJ_MUST;

#endif
