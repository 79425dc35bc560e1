/* app/app.h - the whole house joined: settings become a plan, rooms are opened
 * in order, sinks are joined, reloads are all or nothing, and at the end
 * everything is closed in reverse.
 *
 *   settings -> plan, engine -> loop -> store -> fetcher, bells -> watch
 *        -> desk -> sources -> open (READY=1)
 *   closing: sources, desk, watch, bells and fetcher, store, loop
 *
 * Loop thread only.
 */

#ifndef NJ_APP_APP_H
#define NJ_APP_APP_H

#include "conf/settings.h"
#include "io/loop.h"

struct nj_app; /* opaque */

struct nj_app_opts {
    const char *config;           /* path of the configuration */
    int verbose;                  /* log everything, whatever daemon.log says */
    const char *lexicons;         /* directory; NULL: where it was installed */
    const struct nj_clock *clock; /* NULL: real */
};

/* Read and check everything, open everything. On failure nothing is left open
 * and ERR or PROBLEMS (initialised by the caller) says why: NJ_E_INVALID for
 * the configuration, else what the room that refused returned. */
int nj_app_create(const struct nj_app_opts *opts,
                  struct nj_app **out,
                  struct nj_problems *problems,
                  struct nj_err *err) NJ_MUST;

/* Run until SIGTERM, SIGINT or a breakdown; closes in order. Returns the exit
 * status: 0, or 1 after a breakdown (systemd starts anew from the store). */
int nj_app_run(struct nj_app *app);

void nj_app_destroy(struct nj_app *app); /* after nj_app_run */

/* Only read and check CONFIG, as `nightjard --check` and `nightjar check` do:
 * errors and a colleague's warnings go to PROBLEMS. 0 or NJ_E_*. */
int nj_app_check(const char *config,
                 int64_t now_ms,
                 struct nj_problems *problems) NJ_MUST;

/* Where lexicons are read from when nothing else is said: $NIGHTJAR_LEXICONS,
 * what is installed, config/lexicons. Static or from the environment. */
const char *nj_app_lexicons(void);

struct nj_model;

/* Open the statistical model WANTED, a path; "none" yields NULL; NULL means
 * the usual one: $NIGHTJAR_MODEL, beside the word lists in LEXICONS, what is
 * installed, config/models. Otherwise as nj_model_open. */
int nj_app_model(const char *wanted,
                 const char *lexicons,
                 struct nj_model **out,
                 struct nj_err *err) NJ_MUST;

#endif
