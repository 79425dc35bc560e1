/* app/inside.h - inside app/: the house, shared by the files that open, reload
 * and close it. */

#ifndef NJ_APP_INSIDE_H
#define NJ_APP_INSIDE_H

#include "app/app.h"
#include "app/plan.h"
#include "base/json.h"
#include "base/map.h"
#include "desk/desk.h"
#include "notify/channel.h"
#include "score/load.h"
#include "source/source.h"
#include "watch/watch.h"

/* One source that is open, or closing. */
struct nj_seat {
    struct nj_app *app;
    struct nj_source *source;
    char *name; /* owned */
    int closing;
    int reopen; /* the configuration changed: open again once closed */
};

struct nj_heart {
    struct nj_timer timer;
    struct nj_fetch_req req;
    char *url; /* owned */
    int64_t every_ms;
    int beating; /* the request is under way */
    int failing;
};

struct nj_copy; /* app_calendars.c */

struct nj_app {
    char *config;   /* owned path */
    char *lexicons; /* owned path; NULL: the usual */
    int verbose;    /* log everything, whatever the settings say */
    struct nj_settings *settings;
    struct nj_names names;
    struct nj_plan *plan; /* owned */
    int64_t planned_ms;   /* wall time when it was made */
    struct nj_engine *engine;
    struct nj_loop *loop;
    struct nj_store *store;
    struct nj_fetcher *fetcher;
    struct nj_channel_env channel_env;
    struct nj_bells *bells;
    struct nj_watch *watch;
    struct nj_command_sink watch_commands;
    struct nj_desk *desk;
    struct nj_seat **seats; /* owned, each owned */
    size_t seat_count;
    struct nj_map cursors;  /* name -> text, between load and opening */
    struct nj_copy *copies; /* owned: calendars that URLs lead to */
    struct nj_heart heart;
    struct nj_timer watchdog;
    struct nj_timer rounds; /* free disk, once a minute */
    int64_t started_ms;
    int has_instance, has_key;
    int opened;
    int stopping;
    int broken;       /* exit status 1 */
    size_t left_open; /* closing: parts of this stage still open */
    char *disk_path;  /* owned; NULL: no file */
};

/* app_engine.c: the judge, of the word lists in WANTED (NULL: where the
 * settings say, or the usual) and the signs that SETTINGS add. A sign that is
 * wrong is told at its line in PROBLEMS. The caller destroys *OUT. */
int nj_app_engine(const char *wanted,
                  const struct nj_settings *settings,
                  struct nj_engine **out,
                  struct nj_problems *problems,
                  struct nj_err *err) NJ_MUST;

/* Only whether the signs are right; needs no word lists. 0, NJ_E_INVALID with
 * each told, NJ_E_NOMEM. */
int nj_app_check_signs(const struct nj_settings *settings,
                       struct nj_problems *problems) NJ_MUST;

/* app_sources.c */
int nj_app_open_sources(struct nj_app *app, struct nj_err *err) NJ_MUST;
/* Open, close and reopen so that what is open is what the settings say.
 * CHANGED: names of sources that changed. */
void nj_app_renew_sources(struct nj_app *app, const struct nj_map *changed);
void nj_app_close_sources(struct nj_app *app, void (*on_closed)(void *ctx));
void nj_app_push(void *app, const char *source, struct nj_http_call *call);
void nj_app_sources_json(const struct nj_app *app, struct nj_jw *w);
/* Does something come in under NAME, which may be "cli"? */
int nj_app_has_source(const struct nj_app *app, const char *name);

/* app_commands.c: verbs of the house itself, before the watch's. */
int nj_app_command(void *app, struct nj_command_req *req);

/* Log as much as the settings say. */
void nj_app_log_level(const struct nj_app *app);

/* app_reload.c: all or nothing. OUT gets what changed, or why not. */
int nj_app_reload(struct nj_app *app, struct nj_buf *out) NJ_MUST;
int nj_app_people(struct nj_app *app) NJ_MUST; /* tokens to the desk */

/* app_renew.c: when the system's time zones have changed (a new tzdata), or
 * the plan is a month old (holidays are drawn out for the years around it),
 * make the plan anew of the settings in force. The configuration file is not
 * read: what was written there since waits for a reload. A plan that cannot
 * be made is an alarm, and the old one stays. */
void nj_app_renew_plan(struct nj_app *app);

/* app_history.c: append a line for each schedule that by FRESH tells the 30
 * days before NOW_MS otherwise than by OLD (overrides made by hand aside). */
void nj_app_tell_history(const struct nj_plan *old,
                         const struct nj_plan *fresh,
                         int64_t now_ms,
                         struct nj_buf *out);

/* app_renew.c: make the plan of the settings in force with the calendars of
 * now. 0 and it is in force; else the old one is: NJ_E_INVALID also when
 * *REFUSED (may be NULL) became true in the making. */
int nj_app_replan(struct nj_app *app, const int *refused) NJ_MUST;

/* app_calendars.c: what was kept is loaded, fact by fact, before the watch
 * opens; then what the settings name is read now and then. */
int nj_app_load_calendar(struct nj_app *app,
                         const char *key,
                         const char *value) NJ_MUST;
int nj_app_has_copies(const struct nj_app *app);
struct nj_shelf nj_app_shelf(struct nj_app *app);
void nj_app_renew_calendars(struct nj_app *app);
void nj_app_stop_calendars(struct nj_app *app);
void nj_app_free_calendars(struct nj_app *app);
/* An alarm of what the plan's calendars say and cannot be followed; or its
 * end. */
void nj_app_tell_notes(struct nj_app *app);

/* app_health.c */
void nj_app_metrics(void *app, struct nj_buf *out);
const char *nj_app_health(void *app);
void nj_app_start_heart(struct nj_app *app);
void nj_app_stop_heart(struct nj_app *app);
void nj_app_start_rounds(struct nj_app *app);

#endif
