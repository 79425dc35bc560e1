#include "flow/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/str.h"

enum { SAID_BYTES = 4 << 20 };

/* ---- bells and story --------------------------------------------------- */

static void on_rung(struct nj_defer *defer)
{
    struct ring *ring = defer->ctx;
    struct night *n = ring->night;
    struct nj_send_req *req = ring->req;
    int status = ring->status;

    ring->req = NULL;
    req->held = ring->held;
    req->of_target = status == NJ_E_REFUSED && n->failing_target;
    if (ring->held) {
        req->retry_ms = n->throttle_until_ms - night_now(n);
    }
    if (status != 0) {
        (void)snprintf(req->fault, sizeof req->fault, "the line is dead");
    }
    req->done(req, status);
}

/* What the peer will say to REQ. */
static int
answer_to(const struct night *n, const struct nj_send_req *req, int *out_held)
{
    *out_held = 0;
    if (n->failing != 0 && (n->failing_channel == NULL ||
                            strcmp(n->failing_channel, req->channel) == 0)) {
        return n->failing;
    }
    if (!req->message->first && req->message->kind == NJ_PAGE_CALL &&
        night_now(n) < n->throttle_until_ms) {
        *out_held = 1;
        return NJ_E_AGAIN;
    }
    return 0;
}

static void write_clock(const struct night *n, struct nj_buf *out)
{
    struct nj_civil civil;

    nj_zone_civil(n->plan.brands[0].zone, night_now(n), &civil);
    (void)nj_buf_addf(out, "%02d:%02d ", civil.hour, civil.minute);
}

static int ring_bell(void *ctx, struct nj_send_req *req)
{
    struct night *n = ctx;
    struct ring *ring = n->rings;
    const struct nj_message *m = req->message;

    while (ring->req != NULL) {
        ring++;
    }
    assert_true(ring < n->rings + NIGHT_RINGS);
    assert_non_null(m->headline);
    assert_non_null(m->key);
    ring->req = req;
    ring->status = answer_to(n, req, &ring->held);
    n->drill = m->drill;
    if (n->rung_count < NIGHT_RUNG) {
        n->rung[n->rung_count++] = m->page_id;
    }
    (void)snprintf(n->headline, sizeof n->headline, "%s", m->headline);
    (void)snprintf(n->note, sizeof n->note, "%s",
                   m->note == NULL ? "" : m->note);
    (void)snprintf(n->author, sizeof n->author, "%s",
                   m->author == NULL ? "" : m->author);
    if (n->keep_note_for != NULL && m->person != NULL &&
        strcmp(m->person, n->keep_note_for) == 0) {
        (void)snprintf(n->kept_note, sizeof n->kept_note, "%s",
                       m->note == NULL ? "" : m->note);
    }
    ring->night = n;
    ring->defer.ctx = ring;
    write_clock(n, &n->said);
    (void)nj_buf_addf(&n->said, "%s %s %s%s\n",
                      m->person == NULL ? req->target : m->person, req->channel,
                      nj_page_kind_name(m->kind),
                      ring->status == 0 ? ""
                      : ring->held      ? " later"
                                        : " fails");
    if (!n->mute) {
        nj_loop_defer(n->loop, &ring->defer, on_rung);
    }
    return 0;
}

static void tell(void *ctx, const struct nj_event *event)
{
    struct night *n = ctx;

    (void)nj_buf_addf(&n->story, "%s %lld %s\n", event->kind,
                      (long long)event->alert, event->text);
}

static void on_broken(void *ctx, const char *what)
{
    struct night *n = ctx;

    (void)fprintf(stderr, "broken: %s\n", what);
    n->broken = 1;
}

static void on_jump(void *ctx, int64_t delta_ms)
{
    struct night *n = ctx;

    nj_watch_jump(n->watch, delta_ms);
}

/* ---- opening ----------------------------------------------------------- */

static void read_plan(struct night *n, const char *yaml)
{
    struct nj_conf_input input = {yaml, strlen(yaml), "night.yaml", "/", NULL};
    struct nj_problems problems;
    struct nj_buf text;
    int code;

    nj_problems_init(&problems);
    nj_buf_init(&text, SAID_BYTES);
    code = nj_settings_read(&input, &n->settings, &problems);
    if (code == 0) {
        code = nj_plan_build(n->settings, &n->names, night_now(n), &n->plan,
                             &problems);
    }
    nj_problems_print(&problems, &text);
    if (code != 0) {
        fail_msg("%s", nj_buf_text(&text));
    }
    nj_buf_finish(&text);
    nj_problems_finish(&problems);
}

static void make_engine(struct night *n)
{
    struct nj_lexicon_files files = {0};
    struct nj_engine_input input = {0};
    struct nj_err err = {0};

    if (nj_lexicon_files_load("config/lexicons", &files, &err) != 0) {
        fail_msg("%s", err.text);
    }
    input.lexicons = files.texts;
    input.lexicon_count = files.count;
    assert_int_equal(nj_engine_create(&input, &n->engine, &err), 0);
    nj_lexicon_files_finish(&files);
}

static void open_watch(struct night *n)
{
    struct nj_watch_opts opts = {
        .loop = n->loop,
        .store = n->store,
        .names = &n->names,
        .plan = &n->plan,
        .engine = n->engine,
        .bells = {n, ring_bell},
        .story = {n, tell},
        .on_broken = on_broken,
        .broken_ctx = n,
    };
    struct nj_err err = {0};

    if (nj_watch_create(&opts, &n->watch, &err) != 0) {
        fail_msg("%s", err.text);
    }
    nj_watch_open(n->watch);
}

/* Room before the night begins, so that its memory never runs out here. */
static void open_notebook(struct nj_buf *buf)
{
    nj_buf_init(buf, SAID_BYTES);
    for (int i = 0; i < 4096; i++) {
        assert_int_equal(nj_buf_adds(buf, "0123456789abcdef"), 0);
    }
    nj_buf_clear(buf);
}

static void on_trouble(void *ctx, const char *what)
{
    struct night *n = ctx;

    n->troubles += what != NULL;
    if (n->watch != NULL) {
        nj_watch_store(n->watch, what);
    }
}

static void open_store(struct night *n, const char *url)
{
    struct nj_store_opts store = {.url = url,
                                  .names = &n->names,
                                  .on_trouble = on_trouble,
                                  .ctx = n,
                                  .retry_ms = 1};
    struct nj_err err = {0};

    if (nj_store_open(n->loop, &store, &n->store, &err) != 0) {
        fail_msg("%s", err.text);
    }
}

/* All but the store and what needs it. CLOCK's beginning is START. */
static void open_house(struct night *n,
                       const char *yaml,
                       const char *start,
                       struct nj_clock *clock)
{
    struct nj_err err = {0};
    struct nj_zone *zone = NULL;

    memset(n, 0, sizeof *n);
    nj_log_open(getenv("NIGHT_LOG") == NULL ? NJ_LOG_ERROR : NJ_LOG_DEBUG, NULL,
                NULL);
    open_notebook(&n->said);
    open_notebook(&n->story);
    open_notebook(&n->reply);
    assert_int_equal(nj_zone_load(NULL, "Europe/London", &zone, &err), 0);
    assert_int_equal(nj_time_read(zone, start, NJ_FOLD_FIRST, &clock->start_ms),
                     0);
    nj_zone_destroy(zone);
    assert_int_equal(nj_loop_create(clock, &n->loop, &err), 0);
    nj_loop_on_jump(n->loop, on_jump, n);
    read_plan(n, yaml);
    make_engine(n);
}

void night_open(struct night *n, const char *yaml, const char *start)
{
    struct nj_clock clock = {NJ_CLOCK_VIRTUAL, 0, 1};

    open_house(n, yaml, start, &clock);
    open_store(n, "mem:");
    open_watch(n);
}

static void open_file(struct night *n, const char *path)
{
    char url[200];

    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    open_store(n, url);
    open_watch(n);
}

void night_open_disk(struct night *n,
                     const char *yaml,
                     const char *start,
                     const char *path,
                     double speed)
{
    struct nj_clock clock = {NJ_CLOCK_FAST, 0, speed};

    open_house(n, yaml, start, &clock);
    n->on_disk = 1;
    open_file(n, path);
}

/* ---- time ----------------------------------------------------------------- */

static void on_stop(struct nj_timer *timer)
{
    nj_loop_stop(timer->ctx);
}

static void run_for(struct night *n, int64_t ms)
{
    struct nj_timer stop = {.ctx = n->loop};

    if (!n->on_disk) {
        nj_loop_run_virtual(n->loop, night_now(n) + ms);
        return;
    }
    assert_int_equal(nj_timer_set(n->loop, &stop, ms, 0, on_stop), 0);
    nj_loop_run(n->loop);
}

static void on_flag(void *ctx)
{
    *(int *)ctx = 1;
}

static void settle(struct night *n)
{
    run_for(n, n->on_disk ? 1000 : 0);
}

static void close_watch(struct night *n)
{
    int closed = 0;

    nj_watch_close(n->watch, n->on_disk ? 3600000 : 1000, on_flag, &closed);
    settle(n);
    for (int i = 0; n->on_disk && i < 1000 && !closed; i++) {
        settle(n);
    }
    assert_true(closed);
}

void night_restart(struct night *n)
{
    close_watch(n);
    n->broken = 0;
    nj_watch_destroy(n->watch);
    open_watch(n);
    settle(n);
}

void night_down(struct night *n, const char *duration)
{
    close_watch(n);
    nj_watch_destroy(n->watch);
    night_pass(n, duration);
    open_watch(n);
    settle(n);
}

void night_close(struct night *n)
{
    int closed = 0;

    close_watch(n);
    nj_store_close(n->store, 1000, on_flag, &closed);
    settle(n);
    for (int i = 0; n->on_disk && i < 100000 && !closed; i++) {
        settle(n);
    }
    assert_true(closed);
    nj_watch_destroy(n->watch);
    assert_false(n->broken);
    for (int i = 0; i < NIGHT_RINGS; i++) {
        assert_null(n->rings[i].req);
    }
    nj_engine_destroy(n->engine);
    nj_plan_finish(&n->plan);
    nj_settings_destroy(n->settings);
    nj_names_finish(&n->names);
    nj_loop_destroy(n->loop);
    nj_buf_finish(&n->said);
    nj_buf_finish(&n->story);
    nj_buf_finish(&n->reply);
}

void night_reopen_disk(struct night *n,
                       const char *path,
                       void (*between)(void *ctx),
                       void *ctx)
{
    int closed = 0;

    close_watch(n);
    nj_store_close(n->store, 1000, on_flag, &closed);
    for (int i = 0; i < 100000 && !closed; i++) {
        settle(n);
    }
    assert_true(closed);
    nj_watch_destroy(n->watch);
    n->watch = NULL;
    n->broken = 0;
    between(ctx);
    open_file(n, path);
    settle(n);
}

/* ---- doing ------------------------------------------------------------- */

int64_t night_now(const struct night *n)
{
    return nj_loop_wall_ms(n->loop);
}

static void on_taken(struct nj_intake_req *req, int status, size_t new_count)
{
    if (status == 0) {
        assert_int_equal(new_count, 1);
    }
    *(int *)req->ctx = status == 0 ? 1 : status;
}

void night_post_as(struct night *n, const char *author, const char *text)
{
    struct nj_post like = {.author = author, .text = text};

    night_post_like(n, &like);
}

void night_post_like(struct night *n, const struct nj_post *like)
{
    struct nj_post_sink sink = nj_watch_posts(n->watch);
    struct nj_batch batch = {.source = "page"};
    struct nj_post *post = nj_batch_add(&batch, 1);
    int taken = 0;
    struct nj_intake_req req = {
        .batch = &batch, .done = on_taken, .ctx = &taken};
    char id[32];

    if (post == NULL) { /* memory runs out in the test's own hands */
        assert_true(n->may_refuse);
        nj_batch_finish(&batch);
        return;
    }
    (void)snprintf(id, sizeof id, "post-%zu", ++n->posts);
    *post = *like;
    post->source = "page";
    post->id = id;
    if (post->brand == NULL) {
        post->brand = n->plan.brands[0].name;
    }
    post->place = NJ_PLACE_OWN_PAGE;
    post->followers = post->shares = post->likes = post->replies = -1;
    post->seen_ms = night_now(n);
    post->published_ms = night_now(n);
    n->refused = sink.take(sink.ctx, &req);
    assert_false(taken); /* never inside the call */
    settle(n);
    if (n->refused == 0 && taken == 0 && n->may_refuse) {
        night_pass(n, "2s"); /* the store tries again until it works */
    }
    if (n->refused == 0 && taken < 0) {
        n->refused = taken;
    }
    if (!n->broken && !n->may_refuse) {
        assert_int_equal(n->refused, 0);
        assert_int_equal(taken, 1);
    }
    nj_batch_finish(&batch);
}

void night_replan(struct night *n, const char *yaml)
{
    struct nj_plan plan = n->plan;
    struct nj_settings *settings = n->settings;

    n->plan = (struct nj_plan){0};
    n->settings = NULL;
    read_plan(n, yaml);
    assert_int_equal(nj_watch_replan(n->watch, &n->plan, n->engine), 0);
    nj_plan_finish(&plan); /* nothing of it may be used any more */
    nj_settings_destroy(settings);
}

void night_post(struct night *n, const char *text)
{
    char author[32];

    (void)snprintf(author, sizeof author, "stranger-%zu", n->posts + 1);
    night_post_as(n, author, text);
}

void night_pass(struct night *n, const char *duration)
{
    int64_t ms = 0;

    assert_int_equal(nj_str_duration(duration, &ms), 0);
    run_for(n, ms);
}

void night_speak(struct night *n)
{
    n->mute = 0;
    for (int i = 0; i < NIGHT_RINGS; i++) {
        if (n->rings[i].req != NULL) {
            nj_loop_defer(n->loop, &n->rings[i].defer, on_rung);
        }
    }
    settle(n);
}

void night_set_clock(struct night *n, const char *by)
{
    int64_t ms = 0;
    int back = by[0] == '-';

    assert_int_equal(nj_str_duration(by + back, &ms), 0);
    nj_loop_set_clock(n->loop, night_now(n) + (back ? -ms : ms));
    settle(n);
}

static void on_replied(struct nj_command_req *req,
                       int status,
                       const char *json,
                       const char *text)
{
    struct night *n = req->ctx;

    n->reply_status = status;
    nj_buf_clear(&n->reply);
    (void)nj_buf_adds(&n->reply, status == 0 ? json : text);
}

int night_command(struct night *n, struct nj_command *command)
{
    struct nj_command_sink sink = nj_watch_commands(n->watch);
    struct nj_command_req req = {
        .command = *command, .done = on_replied, .ctx = n};

    n->reply_status = 77;
    assert_int_equal(sink.run(sink.ctx, &req), 0);
    assert_int_equal(n->reply_status, 77); /* never inside the call */
    settle(n);
    for (int i = 0; n->on_disk && i < 100000 && n->reply_status == 77; i++) {
        settle(n);
    }
    assert_int_not_equal(n->reply_status, 77);
    return n->reply_status;
}

int night_do(struct night *n, const char *actor, const char *verb, int64_t id)
{
    struct nj_command command = {.verb = verb,
                                 .actor = actor,
                                 .by = "cli",
                                 .ids = &id,
                                 .id_count = id == 0 ? 0 : 1};

    return night_command(n, &command);
}

const char *night_said(struct night *n)
{
    static char copy[SAID_BYTES / 16];

    (void)snprintf(copy, sizeof copy, "%s", nj_buf_text(&n->said));
    nj_buf_clear(&n->said);
    return copy;
}

const char *night_state(struct night *n, int64_t id)
{
    static const char *const states[] = {"open", "acknowledged", "snoozed",
                                         "resolved"};

    if (night_do(n, "maya", "show", id) != 0) {
        return "none";
    }
    for (size_t i = 0; i < 4; i++) {
        char part[40];

        (void)snprintf(part, sizeof part, "\"state\":\"%s\"", states[i]);
        if (strstr(nj_buf_text(&n->reply), part) != NULL) {
            return states[i];
        }
    }
    return "none";
}

int night_told(const struct night *n, const char *words)
{
    const char *at = nj_buf_text(&n->story);

    while ((at = strstr(at, words)) != NULL) {
        if (at == nj_buf_text(&n->story) || at[-1] == '\n') {
            return 1;
        }
        at++;
    }
    return 0;
}
