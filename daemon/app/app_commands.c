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

static const struct {
    const char *verb;
    void (*run)(struct nj_app *app, struct answer *a);
} verbs[] = {
    {"reload", do_reload},
    {"config show", do_config},
    {"sources", do_sources},
};

int nj_app_command(void *ctx, struct nj_command_req *req)
{
    struct nj_app *app = ctx;

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct answer *a;

        if (strcmp(verbs[i].verb, req->command.verb) != 0) {
            continue;
        }
        a = calloc(1, sizeof *a);
        if (a == NULL) {
            return NJ_E_NOMEM;
        }
        a->req = req;
        a->defer.ctx = a;
        nj_buf_init(&a->json, ANSWER_BYTES);
        nj_buf_init(&a->text, ANSWER_BYTES);
        verbs[i].run(app, a);
        nj_loop_defer(app->loop, &a->defer, on_answer);
        return 0;
    }
    return app->watch_commands.run(app->watch_commands.ctx, req);
}
