/* The connector `spool`: files dropped into a directory.
 *
 *          a hint, a timer            found one that is finished
 *   IDLE -----------------> (look) -------------------------> READING
 *    ^                        | none                            |  ^
 *    +------------------------+                           batch |  | done(0),
 *    |                                                          v  | or again
 *    +------------ put away, no more files ----------------- HANDING, HELD
 *
 * Names are taken in order. A file is taken when nobody has it open for
 * writing; where the system will not say, when it did not change for a moment.
 * It is put away only after all its posts are durable, so a crash means reading
 * it again, and the store recognises what it has.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "io/dirwatch.h"
#include "source/connectors.h"
#include "source/health.h"
#include "source/poll_settings.h"
#include "source/spool_dir.h"

enum {
    RESCAN_MS = 30000, /* without any hint */
    HOLD_MS = 500,     /* the sink was busy */
    RETRY_MS = 1000,   /* memory ran out */
    BATCH_POSTS = 200,
};

enum phase {
    IDLE,    /* the timer runs, the watch hints */
    READING, /* a file is open */
    HANDING, /* the sink has the batch */
    HELD,    /* the sink was busy: the timer runs to try again */
    PHASES,
};

static const char *const phases[PHASES] = {"idle", "reading", "handing",
                                           "held"};
static const unsigned may_go_to[PHASES] = {
    [IDLE] = 1u << READING,
    [READING] = 1u << HANDING | 1u << HELD | 1u << IDLE,
    [HANDING] = 1u << READING | 1u << HELD,
    [HELD] = 1u << READING,
};

struct spool {
    struct nj_source source; /* first */
    struct nj_loop *loop;
    struct nj_post_sink posts;
    struct nj_source_keys keys;
    struct nj_spool_dir dir;
    struct nj_dirwatch *watch; /* NULL: the slow look alone */
    struct nj_timer timer;
    struct nj_defer defer;
    struct nj_health health;
    enum phase phase;
    struct nj_spool_file file;
    struct nj_batch batch;
    struct nj_intake_req intake;
    size_t new_count; /* of this file */
    int over;         /* the batch at hand is its last */
    int watch_open;   /* closing: the watch is not closed yet */
    int closing;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

static void read_on(struct spool *spool);
static void on_timer(struct nj_timer *timer);

static void move(struct spool *spool, enum phase to)
{
    assert((may_go_to[spool->phase] & (1u << to)) != 0);
    nj_log_debug("source %s %s -> %s", spool->source.name, phases[spool->phase],
                 phases[to]);
    spool->phase = to;
}

static void on_rearm(struct nj_defer *defer);

static void arm(struct spool *spool, int64_t delay_ms)
{
    spool->timer.ctx = spool;
    if (nj_timer_set(spool->loop, &spool->timer, delay_ms,
                     delay_ms >= RESCAN_MS ? 1000 : 0, on_timer) != 0) {
        spool->defer.ctx = spool; /* no memory: try again the next turn */
        nj_loop_defer(spool->loop, &spool->defer, on_rearm);
    }
}

static void on_rearm(struct nj_defer *defer)
{
    arm(defer->ctx, RETRY_MS);
}

/* Last in whatever calls it: the telling may call back. */
static void be_ill(struct spool *spool, const char *what)
{
    int64_t now_ms = nj_loop_wall_ms(spool->loop);

    spool->health.next_ms = now_ms + RESCAN_MS;
    nj_health_failed(&spool->health, now_ms, what, 0);
}

/* ---- looking ------------------------------------------------------------ */

static int begin_file(struct spool *spool, const char *name, struct nj_err *err)
{
    int code = nj_spool_file_open(spool->dir.fd, name, &spool->file, err);

    if (code == 0) {
        spool->new_count = 0;
        spool->over = 0;
        move(spool, READING);
    }
    return code;
}

/* Take the first file that is finished, or say when to look again. */
static void look(struct spool *spool)
{
    char **names = NULL;
    size_t count = 0;
    int64_t wait_ms = -1;
    struct nj_err err = {0};
    int code = nj_spool_dir_list(&spool->dir, nj_loop_mono_ms(spool->loop),
                                 &names, &count, &wait_ms, &err);

    for (size_t i = 0; i < count && spool->phase == IDLE; i++) {
        int failed = begin_file(spool, names[i], &err);

        code = failed != 0 && failed != NJ_E_NOTFOUND ? failed : code;
    }
    nj_spool_names_free(names, count);
    if (spool->phase == READING) {
        read_on(spool);
        return;
    }
    arm(spool, wait_ms >= 0 && wait_ms < RESCAN_MS ? wait_ms : RESCAN_MS);
    if (code != 0) {
        be_ill(spool, err.text);
    } else {
        nj_health_check(&spool->health, nj_loop_wall_ms(spool->loop));
    }
}

static void on_timer(struct nj_timer *timer)
{
    struct spool *spool = timer->ctx;

    if (spool->phase == HELD) {
        move(spool, READING); /* the batch is still at hand */
        read_on(spool);
    } else if (spool->phase == IDLE) {
        look(spool);
    }
}

/* A hint; several may come for one file, so look in the next turn. */
static void on_change(void *ctx, const char *name)
{
    struct spool *spool = ctx;

    if (spool->phase == IDLE && !spool->closing &&
        (name == NULL || nj_spool_is_ours(name))) {
        arm(spool, 0);
    }
}

/* ---- a file is over ----------------------------------------------------- */

static void finish_file(struct spool *spool)
{
    struct nj_spool_file *file = &spool->file;
    int64_t now_ms = nj_loop_wall_ms(spool->loop);
    struct nj_err err = {0};
    int code = nj_spool_dir_finish(&spool->dir, file, &err);

    nj_log_info("source %s: %s: %zu posts, %zu new", spool->source.name,
                file->name, file->good, spool->new_count);
    if (file->bad > 0) {
        nj_log_warning("source %s: %zu bad lines in %s, told in "
                       "%s/failed/%s.errors",
                       spool->source.name, file->bad, file->name,
                       spool->dir.path, file->name);
    }
    nj_spool_file_close(file);
    move(spool, IDLE);
    arm(spool, 0); /* there may be more */
    spool->health.next_ms = now_ms + RESCAN_MS;
    if (code == 0) {
        nj_health_ok(&spool->health, now_ms, spool->new_count);
    } else {
        nj_health_failed(&spool->health, now_ms, err.text, 1);
    }
}

static void give_up_file(struct spool *spool, const char *why)
{
    nj_batch_finish(&spool->batch);
    nj_spool_file_close(&spool->file);
    move(spool, IDLE);
    arm(spool, RESCAN_MS);
    be_ill(spool, why);
}

/* ---- life's end --------------------------------------------------------- */

static void free_spool(struct spool *spool)
{
    nj_timer_stop(&spool->timer);
    nj_loop_undefer(spool->loop, &spool->defer);
    nj_batch_finish(&spool->batch);
    nj_spool_file_close(&spool->file);
    nj_spool_dir_close(&spool->dir);
    nj_health_finish(&spool->health);
    nj_source_keys_finish(&spool->keys);
    free(spool->source.name);
    free(spool);
}

static void on_close(struct nj_defer *defer)
{
    struct spool *spool = defer->ctx;
    void (*on_closed)(void *ctx) = spool->on_closed;
    void *ctx = spool->closed_ctx;

    free_spool(spool);
    on_closed(ctx);
}

/* Closed once neither the sink nor the watch has anything of ours. */
static void try_close(struct spool *spool)
{
    if (!spool->watch_open && spool->phase != HANDING) {
        nj_loop_undefer(spool->loop, &spool->defer);
        spool->defer.ctx = spool;
        nj_loop_defer(spool->loop, &spool->defer, on_close);
    }
}

/* ---- batches ------------------------------------------------------------ */

static void on_intake(struct nj_intake_req *req, int status, size_t new_count)
{
    struct spool *spool = req->ctx;

    if (status == 0) {
        spool->new_count += new_count;
        nj_batch_finish(&spool->batch);
        move(spool, READING);
    } else {
        move(spool, HELD);
    }
    if (spool->closing) {
        try_close(spool);
    } else if (status == 0) {
        read_on(spool);
    } else {
        arm(spool, HOLD_MS);
    }
}

static void hand_over(struct spool *spool)
{
    int code;

    spool->intake = (struct nj_intake_req){
        .batch = &spool->batch, .done = on_intake, .ctx = spool};
    code = spool->posts.take(spool->posts.ctx, &spool->intake);
    move(spool, code == 0 ? HANDING : HELD);
    if (code != 0) {
        arm(spool, HOLD_MS);
    }
}

static int fill_batch(struct spool *spool, struct nj_err *err)
{
    struct nj_taking taking = {.batch = &spool->batch,
                               .brand = spool->keys.brand,
                               .place = spool->keys.place,
                               .language = spool->keys.language,
                               .now_ms = nj_loop_wall_ms(spool->loop),
                               .room = BATCH_POSTS};
    int code;

    spool->batch.source = spool->source.name;
    code = nj_spool_file_read(&spool->file, &taking, &spool->over, err);
    nj_taking_finish(&taking);
    return code;
}

/* The batch at hand, or the next one, to the sink; after the last the file is
 * put away, unless it grew meanwhile. */
static void read_on(struct spool *spool)
{
    struct nj_err err = {0};

    while (spool->batch.count == 0) {
        if (spool->over && !nj_spool_file_grew(&spool->file)) {
            finish_file(spool);
            return;
        }
        spool->over = 0;
        if (fill_batch(spool, &err) != 0) {
            give_up_file(spool, err.text);
            return;
        }
    }
    hand_over(spool);
}

/* ---- life --------------------------------------------------------------- */

static void poll_now(struct nj_source *source)
{
    struct spool *spool = (struct spool *)(void *)source;

    if (!spool->closing && spool->phase == IDLE) {
        arm(spool, 0);
    }
}

static void status(const struct nj_source *source, struct nj_source_status *out)
{
    const struct spool *spool = (const void *)source;

    nj_health_status(&spool->health, out);
}

static int fill(struct spool *spool,
                const struct nj_source_env *env,
                const struct nj_node *node,
                struct nj_err *err)
{
    const char *path = nj_node_path(nj_node_get(node, "directory"));

    spool->source.name = strdup(nj_node_name(node));
    if (spool->source.name == NULL ||
        nj_source_keys_read(node, env->brand, &spool->keys) != 0) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    nj_health_init(&spool->health, env, spool->source.name, env->started_ms);
    spool->health.silent_after_ms = spool->keys.silent_after_ms;
    spool->health.fails_after_ms = spool->keys.fails_after_ms;
    return nj_spool_dir_open(&spool->dir, path == NULL ? "" : path,
                             nj_node_bool(nj_node_get(node, "keep"), 1), err);
}

static int open_spool(const struct nj_source_env *env,
                      const struct nj_node *node,
                      struct nj_source **out,
                      struct nj_err *err)
{
    struct spool *spool = calloc(1, sizeof *spool);
    struct nj_err why = {0};
    int code;

    if (spool == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory");
    }
    spool->source.ops = &nj_spool_source;
    spool->loop = env->loop;
    spool->posts = env->posts;
    spool->dir.fd = -1;
    spool->file.fd = -1;
    code = fill(spool, env, node, err);
    if (code != 0) {
        free_spool(spool);
        return code;
    }
    if (nj_dirwatch_open(spool->loop, spool->dir.path, on_change, spool,
                         &spool->watch, &why) != 0) {
        nj_log_warning("source %s: %s; looking every %d s instead",
                       spool->source.name, why.text, RESCAN_MS / 1000);
    }
    spool->watch_open = spool->watch != NULL;
    arm(spool, 0);
    *out = &spool->source;
    return 0;
}

static void on_watch_closed(void *ctx)
{
    struct spool *spool = ctx;

    spool->watch_open = 0;
    try_close(spool);
}

static void
close_spool(struct nj_source *source, void (*on_closed)(void *ctx), void *ctx)
{
    struct spool *spool = (struct spool *)(void *)source;

    assert(!spool->closing);
    spool->closing = 1;
    spool->on_closed = on_closed;
    spool->closed_ctx = ctx;
    nj_timer_stop(&spool->timer);
    if (spool->watch != NULL) {
        nj_dirwatch_close(spool->watch, on_watch_closed, spool);
    } else {
        try_close(spool);
    }
}

const struct nj_source_ops nj_spool_source = {
    .type = "spool",
    .open = open_spool,
    .poll_now = poll_now,
    .status = status,
    .close = close_spool,
};
