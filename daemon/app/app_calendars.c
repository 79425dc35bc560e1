/* The shelf of calendars that URLs lead to: read now and then by conditional
 * GET, the last good copy kept in the store, so that neither a server that
 * fails nor a restart leaves anybody off call.
 *
 *            due              304, or the same text
 *   WAITING ------> READING ------------------------> WAITING  (refresh)
 *                      | another text
 *                      |--> the plan is made with it --> kept, WAITING
 *                      |      `--> it cannot be followed: the old copy stays
 *                      `--> no answer: WAITING, sooner; an alarm when it lasts
 *
 * fact "calendar-copy:SHA256 of the URL" {"etag","modified","read","ics"}: the
 * URL itself may be a secret and is not stored. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/inside.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "io/crypto.h"

enum {
    KEY_BYTES = 2 * NJ_SHA256_BYTES + 1,
    FACT_BYTES = 4 * NJ_LIMIT_ICS_BYTES,
    LABEL_BYTES = 300,
    HEADER_BYTES = 600,
    HOLIDAYS_MS = 3600000, /* between two readings of a holiday calendar */
    RETRY_MS = 30000,      /* after a first failure; then twice as long */
    PATIENCE = 3,          /* failures without a word, while there is a copy */
};

static const char fact_copy[] = "calendar-copy:";

struct nj_copy {
    struct nj_copy *next;
    struct nj_app *app;
    char key[KEY_BYTES];
    char *url;  /* owned; NULL: loaded, and nobody has asked for it yet */
    char *text; /* owned; NULL: never read */
    size_t len;
    char *etag, *modified; /* owned; NULL: none */
    int64_t read_ms;       /* wall time of the last good answer; 0 never */
    int64_t every_ms;
    char label[LABEL_BYTES]; /* "the calendar of https://host" */
    struct nj_timer timer;
    struct nj_fetch_req req;
    char etag_line[HEADER_BYTES], modified_line[HEADER_BYTES];
    const char *headers[4];
    int busy;    /* the request is under way */
    int wanted;  /* the settings name it */
    int refused; /* the plan cannot follow its text */
    unsigned failures;
    char fault[NJ_ERR_TEXT]; /* why, last time */
};

static void on_due(struct nj_timer *timer);

/* ---- copies ------------------------------------------------------------ */

static void free_copy(struct nj_copy *copy)
{
    nj_timer_stop(&copy->timer);
    if (copy->url != NULL) {
        nj_wipe(copy->url, strlen(copy->url));
    }
    free(copy->url);
    free(copy->text);
    free(copy->etag);
    free(copy->modified);
    free(copy);
}

void nj_app_free_calendars(struct nj_app *app)
{
    while (app->copies != NULL) {
        struct nj_copy *next = app->copies->next;

        free_copy(app->copies);
        app->copies = next;
    }
}

static struct nj_copy *find_copy(const struct nj_app *app, const char *key)
{
    struct nj_copy *copy = app->copies;

    while (copy != NULL && strcmp(copy->key, key) != 0) {
        copy = copy->next;
    }
    return copy;
}

static struct nj_copy *add_copy(struct nj_app *app, const char *key)
{
    struct nj_copy *copy = calloc(1, sizeof *copy);

    if (copy != NULL) {
        copy->app = app;
        copy->timer.ctx = copy;
        (void)snprintf(copy->key, sizeof copy->key, "%s", key);
        copy->next = app->copies;
        app->copies = copy;
    }
    return copy;
}

static int key_of(const char *url, char out[KEY_BYTES])
{
    unsigned char digest[NJ_SHA256_BYTES];

    if (nj_sha256(url, strlen(url), digest) != 0) {
        return NJ_E_NOMEM;
    }
    nj_hex(digest, sizeof digest, out);
    return 0;
}

static const char *find_text(void *ctx, const char *url, size_t *out_len)
{
    const struct nj_copy *copy;
    char key[KEY_BYTES];

    if (key_of(url, key) != 0) {
        return NULL;
    }
    copy = find_copy(ctx, key);
    if (copy == NULL || copy->text == NULL) {
        return NULL;
    }
    *out_len = copy->len;
    return copy->text;
}

static void on_refused(void *ctx, const char *url, const char *why)
{
    struct nj_copy *copy;
    char key[KEY_BYTES];

    if (key_of(url, key) == 0 && (copy = find_copy(ctx, key)) != NULL) {
        copy->refused = 1;
        (void)snprintf(copy->fault, sizeof copy->fault, "%s", why);
    }
}

struct nj_shelf nj_app_shelf(struct nj_app *app)
{
    return (struct nj_shelf){app, find_text, on_refused};
}

/* ---- kept in the store ------------------------------------------------- */

static int read_copy(struct nj_copy *copy, const cJSON *tree)
{
    const char *text = nj_json_text(tree, "ics");
    const char *etag = nj_json_text(tree, "etag");
    const char *modified = nj_json_text(tree, "modified");

    if (text == NULL) {
        return 0;
    }
    copy->text = strdup(text);
    copy->etag = etag == NULL ? NULL : strdup(etag);
    copy->modified = modified == NULL ? NULL : strdup(modified);
    copy->len = strlen(text);
    copy->read_ms = nj_json_int(tree, "read", 0);
    return copy->text == NULL ? NJ_E_NOMEM : 0;
}

int nj_app_load_calendar(struct nj_app *app, const char *key, const char *value)
{
    struct nj_copy *copy;
    cJSON *tree = NULL;
    int code;

    if (!nj_str_starts(key, fact_copy)) {
        return 0;
    }
    if (nj_json_parse(value, strlen(value), FACT_BYTES, &tree, NULL) != 0) {
        return 0; /* it is read anew */
    }
    copy = add_copy(app, key + strlen(fact_copy));
    code = copy == NULL ? NJ_E_NOMEM : read_copy(copy, tree);
    cJSON_Delete(tree);
    return code;
}

static void keep_copy(struct nj_copy *copy, int gone)
{
    char key[sizeof fact_copy + KEY_BYTES];
    struct nj_buf value;
    struct nj_jw w;
    int code;

    (void)snprintf(key, sizeof key, "%s%s", fact_copy, copy->key);
    nj_buf_init(&value, FACT_BYTES);
    nj_jw_init(&w, &value);
    nj_jw_open(&w, NULL, '{');
    nj_jw_text(&w, "etag", copy->etag);
    nj_jw_text(&w, "modified", copy->modified);
    nj_jw_int(&w, "read", copy->read_ms);
    nj_jw_text(&w, "ics", copy->text);
    nj_jw_close(&w, '}');
    code = value.status != 0
               ? value.status
               : nj_watch_keep_fact(copy->app->watch, key,
                                    gone ? NULL : nj_buf_text(&value));
    nj_buf_finish(&value);
    if (code != 0) {
        nj_log_warning("%s is not kept: %s", copy->label, nj_code_name(code));
    }
}

/* ---- alarms ------------------------------------------------------------ */

static void alarm_key(const struct nj_copy *copy, char out[32])
{
    (void)snprintf(out, 32, "calendar-%.12s", copy->key);
}

static void tell_failure(struct nj_copy *copy)
{
    char key[32];
    char title[LABEL_BYTES + 40];
    char text[LABEL_BYTES + NJ_ERR_TEXT + 160];
    char since[NJ_TIME_TEXT];

    if (copy->text != NULL && copy->failures < PATIENCE) {
        nj_log_warning("%s: %s; trying again", copy->label, copy->fault);
        return;
    }
    alarm_key(copy, key);
    (void)snprintf(title, sizeof title, "%s cannot be read", copy->label);
    if (copy->text != NULL) {
        (void)snprintf(text, sizeof text,
                       "%s. What it said on %s stays in force until it can.",
                       copy->fault, nj_time_text(NULL, copy->read_ms, since));
    } else {
        (void)snprintf(text, sizeof text,
                       "%s. It was never read, so whomever it names is not on "
                       "call.",
                       copy->fault);
    }
    nj_watch_alarm(copy->app->watch, key, NJ_LEVEL_HIGH, title, text);
}

static void tell_health(struct nj_copy *copy)
{
    char key[32];

    alarm_key(copy, key);
    copy->failures = 0;
    nj_watch_over(copy->app->watch, key, "the calendar can be read again");
}

void nj_app_tell_notes(struct nj_app *app)
{
    if (app->plan->notes != NULL) {
        nj_log_warning("calendars: %s", app->plan->notes);
        nj_watch_alarm(app->watch, "calendar-names", NJ_LEVEL_HIGH,
                       "A calendar says what cannot be followed",
                       app->plan->notes);
    } else {
        nj_watch_over(app->watch, "calendar-names",
                      "the calendars can be followed");
    }
}

/* ---- reading ----------------------------------------------------------- */

static void wait_for_next(struct nj_copy *copy)
{
    int64_t delay = copy->every_ms;

    if (copy->failures > 0) {
        unsigned twice = copy->failures < 12 ? copy->failures - 1 : 11;
        int64_t sooner = (int64_t)RETRY_MS << twice;

        delay = sooner < delay ? sooner : delay;
    }
    if (nj_timer_set(copy->app->loop, &copy->timer, delay, delay / 10,
                     on_due) != 0) {
        nj_log_error("no memory to read %s again", copy->label);
    }
}

/* Put *TEXT into COPY; what was there comes back in it. */
static void swap_text(struct nj_copy *copy, char **text, size_t *len)
{
    char *old = copy->text;
    size_t old_len = copy->len;

    copy->text = *text;
    copy->len = *len;
    *text = old;
    *len = old_len;
}

/* Take what the server sent if the plan can be made with it. */
static int take_text(struct nj_copy *copy, const struct nj_answer *answer)
{
    char *text = strndup(answer->body, answer->body_len);
    size_t len = answer->body_len;
    int code;

    if (text == NULL || strlen(text) != len) {
        free(text);
        (void)snprintf(copy->fault, sizeof copy->fault, "%s",
                       text == NULL ? "no memory" : "the answer has NULs");
        return NJ_E_INVALID;
    }
    if (copy->text != NULL && copy->len == len &&
        memcmp(copy->text, text, len) == 0) {
        free(text);
        return 0;
    }
    swap_text(copy, &text, &len);
    copy->refused = 0;
    code = nj_app_replan(copy->app, &copy->refused);
    if (code != 0) {
        swap_text(copy, &text, &len);
        if (!copy->refused) {
            (void)snprintf(copy->fault, sizeof copy->fault,
                           "no plan could be made with it");
        }
    }
    free(text);
    return code;
}

static void take_mark(char **mark, const char *value)
{
    free(*mark);
    *mark = value == NULL || strlen(value) >= HEADER_BYTES - 32 ? NULL
                                                                : strdup(value);
}

static void take_answer(struct nj_copy *copy, const struct nj_answer *answer)
{
    if (answer->status == 304 && copy->text != NULL) {
        copy->read_ms = nj_loop_wall_ms(copy->app->loop);
        tell_health(copy);
        return;
    }
    if (answer->status != 200) {
        (void)snprintf(copy->fault, sizeof copy->fault, "HTTP %ld",
                       answer->status);
        copy->failures++;
        tell_failure(copy);
        return;
    }
    if (take_text(copy, answer) != 0) {
        copy->failures++;
        tell_failure(copy);
        return;
    }
    take_mark(&copy->etag, nj_answer_header(answer, "ETag"));
    take_mark(&copy->modified, nj_answer_header(answer, "Last-Modified"));
    copy->read_ms = nj_loop_wall_ms(copy->app->loop);
    keep_copy(copy, 0);
    tell_health(copy);
}

static void forget(struct nj_copy *copy)
{
    struct nj_copy **at = &copy->app->copies;

    while (*at != copy) {
        at = &(*at)->next;
    }
    *at = copy->next;
    free_copy(copy);
}

static void
on_read(struct nj_fetch_req *req, int status, const struct nj_answer *answer)
{
    struct nj_copy *copy = req->ctx;

    copy->busy = 0;
    if (!copy->wanted) {
        forget(copy);
        return;
    }
    if (copy->app->stopping || status == NJ_E_CANCELED) {
        return;
    }
    if (status == 0) {
        take_answer(copy, answer);
    } else {
        (void)snprintf(copy->fault, sizeof copy->fault, "%s", req->fault);
        copy->failures++;
        tell_failure(copy);
    }
    wait_for_next(copy);
}

static void write_headers(struct nj_copy *copy)
{
    size_t n = 0;

    copy->headers[n++] = "Accept: text/calendar, */*;q=0.1";
    if (copy->text != NULL && copy->etag != NULL) {
        (void)snprintf(copy->etag_line, HEADER_BYTES, "If-None-Match: %s",
                       copy->etag);
        copy->headers[n++] = copy->etag_line;
    }
    if (copy->text != NULL && copy->modified != NULL) {
        (void)snprintf(copy->modified_line, HEADER_BYTES,
                       "If-Modified-Since: %s", copy->modified);
        copy->headers[n++] = copy->modified_line;
    }
    copy->headers[n] = NULL;
}

static void on_due(struct nj_timer *timer)
{
    struct nj_copy *copy = timer->ctx;

    write_headers(copy);
    copy->req = (struct nj_fetch_req){
        .url = copy->url,
        .headers = copy->headers,
        .max_bytes = NJ_LIMIT_ICS_BYTES,
        .allow_private = 1,
        .done = on_read,
        .ctx = copy,
    };
    copy->busy = nj_fetch(copy->app->fetcher, &copy->req) == 0;
    if (!copy->busy && !copy->app->stopping) {
        (void)snprintf(copy->fault, sizeof copy->fault, "it is no URL to read");
        copy->failures++;
        tell_failure(copy);
        wait_for_next(copy);
    }
}

/* ---- what the settings want -------------------------------------------- */

static void want_copy(struct nj_app *app, const char *url, int64_t every_ms)
{
    struct nj_copy *copy;
    char key[KEY_BYTES];
    size_t scheme = strcspn(url, ":") + 3;
    size_t len = strlen(url);

    if (key_of(url, key) != 0) {
        return;
    }
    copy = find_copy(app, key);
    copy = copy == NULL ? add_copy(app, key) : copy;
    if (copy != NULL && copy->url == NULL) {
        copy->url = strdup(url);
    }
    if (copy == NULL || copy->url == NULL) {
        nj_log_error("no memory for a calendar");
        return;
    }
    if (!copy->wanted || every_ms < copy->every_ms) {
        copy->every_ms = every_ms;
    }
    copy->wanted = 1;
    len = len < scheme ? len : scheme + strcspn(url + scheme, "/?#");
    (void)snprintf(copy->label, sizeof copy->label, "The calendar of %.*s",
                   (int)(len < 256 ? len : 256), url);
}

static void
want_node(struct nj_app *app, const struct nj_node *node, int64_t every_ms)
{
    const char *url = nj_calendar_url(node);

    if (url != NULL) {
        want_copy(app, url, every_ms);
    }
}

static void want_all(struct nj_app *app)
{
    const struct nj_node *section = nj_settings_at(app->settings, "brands");

    for (const struct nj_node *b = nj_node_first(section); b != NULL;
         b = nj_node_next(b)) {
        for (const struct nj_node *h =
                 nj_node_first(nj_node_get(b, "holidays"));
             h != NULL; h = nj_node_next(h)) {
            want_node(app, h, HOLIDAYS_MS);
        }
    }
    section = nj_settings_at(app->settings, "schedules");
    for (const struct nj_node *s = nj_node_first(section); s != NULL;
         s = nj_node_next(s)) {
        for (const struct nj_node *l = nj_node_first(nj_node_get(s, "layers"));
             l != NULL; l = nj_node_next(l)) {
            want_node(app, nj_node_get(l, "calendar"),
                      nj_node_ms(nj_node_get(l, "refresh"), 900000));
        }
    }
}

/* Let go of what nobody wants any more, from the store, too. */
static void drop_unwanted(struct nj_app *app)
{
    for (struct nj_copy **at = &app->copies; *at != NULL;) {
        struct nj_copy *copy = *at;

        if (copy->wanted) {
            at = &copy->next;
            continue;
        }
        keep_copy(copy, 1);
        nj_timer_stop(&copy->timer);
        if (copy->busy) {
            nj_fetch_cancel(&copy->req); /* on_read lets go of it */
            at = &copy->next;
        } else {
            *at = copy->next;
            free_copy(copy);
        }
    }
}

void nj_app_renew_calendars(struct nj_app *app)
{
    for (struct nj_copy *copy = app->copies; copy != NULL; copy = copy->next) {
        copy->wanted = 0;
    }
    want_all(app);
    drop_unwanted(app);
    for (struct nj_copy *copy = app->copies; copy != NULL; copy = copy->next) {
        if (copy->wanted && !copy->busy &&
            nj_timer_set(app->loop, &copy->timer, 0, 0, on_due) != 0) {
            nj_log_error("no memory to read %s", copy->label);
        }
    }
}

int nj_app_has_copies(const struct nj_app *app)
{
    for (const struct nj_copy *c = app->copies; c != NULL; c = c->next) {
        if (c->text != NULL) {
            return 1;
        }
    }
    return 0;
}

void nj_app_stop_calendars(struct nj_app *app)
{
    for (struct nj_copy *copy = app->copies; copy != NULL; copy = copy->next) {
        nj_timer_stop(&copy->timer);
    }
}
