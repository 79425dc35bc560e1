/* Verbs of the house itself: reload, config, sources. All others are the
 * watch's. */

#include <stdlib.h>
#include <string.h>

#include "app/inside.h"
#include "conf/show.h"

enum { ANSWER_BYTES = 4 << 20 };

struct answer {
    struct nj_command_req *req;
    struct nj_buf json;
    struct nj_buf text;
    struct nj_defer defer;
    int status;
};

static void on_answer(struct nj_defer *defer)
{
    struct answer *a = defer->ctx;
    int status = a->status != 0 ? a->status : a->json.status;

    a->req->done(a->req, status, status == 0 ? nj_buf_text(&a->json) : NULL,
                 status == 0 ? NULL : nj_buf_text(&a->text));
    nj_buf_finish(&a->json);
    nj_buf_finish(&a->text);
    free(a);
}

static void do_reload(struct nj_app *app, struct answer *a)
{
    struct nj_jw w;

    a->status = nj_app_reload(app, &a->text);
    nj_jw_init(&w, &a->json);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "changed", nj_buf_text(&a->text));
    nj_jw_close(&w, '}');
}

static void do_config(struct nj_app *app, struct answer *a)
{
    struct nj_jw w;

    if (a->req->command.all) { /* --json: the tree itself */
        nj_settings_show_json(app->settings, &a->json);
        return;
    }
    nj_settings_show(app->settings, &a->text);
    nj_jw_init(&w, &a->json);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "yaml", nj_buf_text(&a->text));
    nj_jw_close(&w, '}');
}

static void do_sources(struct nj_app *app, struct answer *a)
{
    struct nj_jw w;

    nj_jw_init(&w, &a->json);
    nj_app_sources_json(app, &w);
}

static void do_refuse_source(struct nj_app *app, struct answer *a)
{
    (void)app;
    a->status = NJ_E_NOTFOUND;
    (void)nj_buf_addf(&a->text,
                      "no source '%s'; `nightjar sources` shows their names",
                      a->req->command.source);
}

/* Would REQ quiet a source that nobody reads? Then its author would sleep in
 * the belief that it is quiet. */
static int quiets_unknown(const struct nj_app *app,
                          const struct nj_command_req *req)
{
    const struct nj_command *c = &req->command;

    return c->source != NULL &&
           (strcmp(c->verb, "mute") == 0 ||
            strcmp(c->verb, "silence add") == 0) &&
           !nj_app_has_source(app, c->source);
}

static const struct {
    const char *verb;
    void (*run)(struct nj_app *app, struct answer *a);
} verbs[] = {
    {"reload", do_reload},
    {"config show", do_config},
    {"sources", do_sources},
};

static int run_own(struct nj_app *app,
                   struct nj_command_req *req,
                   void (*run)(struct nj_app *app, struct answer *a))
{
    struct answer *a = calloc(1, sizeof *a);

    if (a == NULL) {
        return NJ_E_NOMEM;
    }
    a->req = req;
    a->defer.ctx = a;
    nj_buf_init(&a->json, ANSWER_BYTES);
    nj_buf_init(&a->text, ANSWER_BYTES);
    run(app, a);
    nj_loop_defer(app->loop, &a->defer, on_answer);
    return 0;
}

int nj_app_command(void *ctx, struct nj_command_req *req)
{
    struct nj_app *app = ctx;

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].verb, req->command.verb) == 0) {
            return run_own(app, req, verbs[i].run);
        }
    }
    if (quiets_unknown(app, req)) {
        return run_own(app, req, do_refuse_source);
    }
    return app->watch_commands.run(app->watch_commands.ctx, req);
}
