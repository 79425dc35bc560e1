/* The sources that are open: opened with their cursor, renewed by a reload,
 * closed at the end. */

#include <stdlib.h>
#include <string.h>

#include "app/inside.h"
#include "base/log.h"
#include "base/str.h"

static struct nj_seat *find_seat(const struct nj_app *app, const char *name)
{
    for (size_t i = 0; i < app->seat_count; i++) {
        if (nj_str_eq(app->seats[i]->name, name)) {
            return app->seats[i];
        }
    }
    return NULL;
}

static const struct nj_node *node_of(const struct nj_app *app, const char *name)
{
    return nj_node_get(nj_settings_at(app->settings, "sources"), name);
}

static int is_enabled(const struct nj_node *node)
{
    return nj_node_bool(nj_node_get(node, "enabled"), 1);
}

/* ---- opening ----------------------------------------------------------- */

static int open_seat(struct nj_app *app,
                     struct nj_seat *seat,
                     const char *cursor,
                     struct nj_err *err)
{
    const struct nj_node *node = node_of(app, seat->name);
    const struct nj_node *brand = nj_node_get(node, "brand");
    struct nj_source_env env = {
        .loop = app->loop,
        .fetcher = app->fetcher,
        .posts = nj_watch_posts(app->watch),
        .health = nj_watch_health(app->watch),
        .brand = brand == NULL ? NULL
                               : nj_name(&app->names, nj_node_ref_name(brand)),
        .cursor = cursor,
        .started_ms = app->started_ms,
        .sources = nj_node_count(nj_settings_at(app->settings, "sources")),
    };

    return nj_source_open(&env, node, &seat->source, err);
}

static void drop_seat(struct nj_app *app, struct nj_seat *seat)
{
    for (size_t i = 0; i < app->seat_count; i++) {
        if (app->seats[i] == seat) {
            app->seats[i] = app->seats[--app->seat_count];
            break;
        }
    }
    free(seat->name);
    free(seat);
}

static struct nj_seat *add_seat(struct nj_app *app, const char *name)
{
    struct nj_seat *seat = calloc(1, sizeof *seat);
    struct nj_seat **grown =
        realloc(app->seats, (app->seat_count + 1) * sizeof(struct nj_seat *));

    if (grown != NULL) {
        app->seats = grown;
    }
    if (seat == NULL || grown == NULL) {
        free(seat);
        return NULL;
    }
    seat->app = app;
    seat->name = strdup(name);
    if (seat->name == NULL) {
        free(seat);
        return NULL;
    }
    app->seats[app->seat_count++] = seat;
    return seat;
}

int nj_app_open_sources(struct nj_app *app, struct nj_err *err)
{
    const struct nj_node *section = nj_settings_at(app->settings, "sources");

    for (const struct nj_node *n = nj_node_first(section); n != NULL;
         n = nj_node_next(n)) {
        struct nj_seat *seat;
        char *cursor;
        int code;

        if (!is_enabled(n)) {
            continue;
        }
        seat = add_seat(app, nj_node_name(n));
        if (seat == NULL) {
            return nj_err_set(err, NJ_E_NOMEM, "no memory");
        }
        cursor = nj_map_get(&app->cursors, seat->name);
        code = open_seat(app, seat, cursor, err);
        if (code != 0) {
            drop_seat(app, seat);
            return code;
        }
    }
    return 0;
}

/* ---- renewing ---------------------------------------------------------- */

static void
on_cursor(struct nj_query_req *query, int status, const struct nj_rows *rows)
{
    struct nj_seat *seat = query->ctx;
    struct nj_app *app = seat->app;
    struct nj_err err = {0};

    seat->reopen = 0;
    if (app->stopping || status != 0 ||
        open_seat(app, seat, rows->cursor, &err) != 0) {
        if (!app->stopping) {
            nj_log_error("source %s is not open: %s", seat->name,
                         status != 0 ? nj_code_name(status) : err.text);
        }
        drop_seat(app, seat);
    }
    free(query);
}

/* Open SEAT with the cursor that the store has by now. */
static void ask_cursor(struct nj_seat *seat)
{
    struct nj_query_req *query = calloc(1, sizeof *query);

    if (query == NULL) {
        nj_log_error("source %s is not open: no memory", seat->name);
        drop_seat(seat->app, seat);
        return;
    }
    query->kind = NJ_QUERY_CURSOR;
    query->source = seat->name;
    query->done = on_cursor;
    query->ctx = seat;
    seat->reopen = 1;
    if (nj_store_query(seat->app->store, query) != 0) {
        free(query);
        drop_seat(seat->app, seat);
    }
}

static void on_renewed(void *ctx)
{
    struct nj_seat *seat = ctx;
    const struct nj_node *node = node_of(seat->app, seat->name);

    seat->source = NULL;
    seat->closing = 0;
    if (node != NULL && is_enabled(node)) {
        ask_cursor(seat);
    } else {
        struct nj_health_sink health = nj_watch_health(seat->app->watch);

        /* nobody misses it any more: what was told of it is over */
        health.source(health.ctx, seat->name, NULL, 0);
        drop_seat(seat->app, seat);
    }
}

void nj_app_renew_sources(struct nj_app *app, const struct nj_map *changed)
{
    const struct nj_node *section = nj_settings_at(app->settings, "sources");

    for (size_t i = 0; i < app->seat_count; i++) {
        struct nj_seat *seat = app->seats[i];

        if (!seat->closing && seat->source != NULL &&
            nj_map_get(changed, seat->name) != NULL) {
            seat->closing = 1;
            nj_source_close(seat->source, on_renewed, seat);
        }
    }
    for (const struct nj_node *n = nj_node_first(section); n != NULL;
         n = nj_node_next(n)) {
        struct nj_seat *seat;

        if (is_enabled(n) && find_seat(app, nj_node_name(n)) == NULL) {
            seat = add_seat(app, nj_node_name(n));
            if (seat != NULL) {
                ask_cursor(seat);
            }
        }
    }
}

/* ---- closing ----------------------------------------------------------- */

struct closing {
    struct nj_app *app;
    void (*on_closed)(void *ctx);
    size_t left;
};

static void one_closed(struct closing *closing)
{
    if (--closing->left == 0) {
        void (*on_closed)(void *ctx) = closing->on_closed;
        struct nj_app *app = closing->app;

        free(closing);
        on_closed(app);
    }
}

static void on_seat_closed(void *ctx)
{
    one_closed(ctx);
}

void nj_app_close_sources(struct nj_app *app, void (*on_closed)(void *ctx))
{
    struct closing *closing = calloc(1, sizeof *closing);

    if (closing == NULL) {
        on_closed(app); /* the loop ends soon; the kernel closes the rest */
        return;
    }
    *closing = (struct closing){app, on_closed, 1};
    for (size_t i = 0; i < app->seat_count; i++) {
        struct nj_seat *seat = app->seats[i];

        if (seat->source != NULL && !seat->closing) {
            closing->left++;
            nj_source_close(seat->source, on_seat_closed, closing);
        }
        seat->source = NULL;
        if (!seat->reopen && !seat->closing) {
            free(seat->name);
            free(seat);
        }
    }
    app->seat_count = 0;
    one_closed(closing);
}

/* ---- asked by the desk ------------------------------------------------- */

static struct nj_seat *find_webhook(const struct nj_app *app, const char *name)
{
    struct nj_seat *found = NULL;

    if (name != NULL) {
        return find_seat(app, name);
    }
    for (size_t i = 0; i < app->seat_count; i++) {
        if (app->seats[i]->source != NULL &&
            app->seats[i]->source->ops->push != NULL) {
            if (found != NULL) {
                return NULL; /* which of them? */
            }
            found = app->seats[i];
        }
    }
    return found;
}

void nj_app_push(void *ctx, const char *source, struct nj_http_call *call)
{
    static const char no_source[] =
        "{\"error\":\"no webhook source of this name; POST to "
        "/v1/posts/NAME\"}";
    struct nj_app *app = ctx;
    struct nj_seat *seat = find_webhook(app, source);
    struct nj_http_reply reply = {
        .status = 404,
        .body = no_source,
        .body_len = sizeof no_source - 1,
    };

    if (seat == NULL || seat->source == NULL || seat->closing) {
        nj_http_answer(call, &reply);
        return;
    }
    nj_webhook_push(seat->source, call);
}

static void write_time(struct nj_jw *w, const char *key, int64_t at_ms)
{
    char text[NJ_TIME_TEXT];

    nj_jw_text(w, key, at_ms == 0 ? NULL : nj_time_text(NULL, at_ms, text));
}

int nj_app_has_source(const struct nj_app *app, const char *name)
{
    for (size_t i = 0; i < app->seat_count; i++) {
        struct nj_source_status s = {0};

        if (app->seats[i]->source == NULL) {
            continue;
        }
        nj_source_status(app->seats[i]->source, &s);
        if (nj_str_eq(s.name, name)) {
            return 1;
        }
    }
    return nj_str_eq(name, "cli"); /* what `nightjar post` brings */
}

void nj_app_sources_json(const struct nj_app *app, struct nj_jw *w)
{
    nj_jw_open(w, NULL, '[');
    for (size_t i = 0; i < app->seat_count; i++) {
        struct nj_source_status s = {0};

        if (app->seats[i]->source == NULL) {
            continue;
        }
        nj_source_status(app->seats[i]->source, &s);
        nj_jw_open(w, NULL, '{');
        nj_jw_text(w, "source", s.name);
        nj_jw_text(w, "type", s.type);
        nj_jw_text(w, "state", nj_source_mood_name(s.mood));
        nj_jw_text(w, "fault", s.fault[0] == '\0' ? NULL : s.fault);
        write_time(w, "last_ok", s.last_ok_ms);
        write_time(w, "last_new", s.last_new_ms);
        write_time(w, "next", s.next_ms);
        nj_jw_int(w, "reads", (int64_t)s.reads);
        nj_jw_int(w, "faults", (int64_t)s.faults);
        nj_jw_int(w, "posts", (int64_t)s.posts);
        nj_jw_close(w, '}');
    }
    nj_jw_close(w, ']');
}
