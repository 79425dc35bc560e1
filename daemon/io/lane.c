#include "io/lane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "io/reply.h"
#include "io/stream.h"

enum { HEAD_BYTES = 64 << 10, WHY_BYTES = 200 };

struct nj_lane {
    struct nj_fetcher *fetcher;
    struct nj_lane *next; /* in the fetcher's `lanes` */
    struct nj_stream *stream;
    struct nj_parcel *parcel; /* NULL: idle */
    struct nj_place place;
    struct nj_reply reply;
    int is_open;
    int is_used;     /* it carried a parcel before */
    int is_lent;     /* its reply is being looked at */
    int is_closing;  /* out of the list */
    int64_t idle_ms; /* steady time since when */
};

static void serve_waiting(struct nj_fetcher *fetcher);

/* ---- parcels ------------------------------------------------------------- */

static void free_parcel(struct nj_parcel *parcel)
{
    nj_timer_stop(&parcel->timer);
    nj_loop_undefer(parcel->fetcher->loop, &parcel->canceled);
    nj_buf_finish(&parcel->text);
    free(parcel);
}

static void link_parcel(struct nj_parcel *parcel)
{
    struct nj_fetcher *fetcher = parcel->fetcher;

    parcel->prev = fetcher->last_parcel;
    if (parcel->prev == NULL) {
        fetcher->parcels = parcel;
    } else {
        parcel->prev->next = parcel;
    }
    fetcher->last_parcel = parcel;
    fetcher->unanswered++;
}

static void unlink_parcel(struct nj_parcel *parcel)
{
    struct nj_fetcher *fetcher = parcel->fetcher;

    if (parcel->prev == NULL) {
        fetcher->parcels = parcel->next;
    } else {
        parcel->prev->next = parcel->next;
    }
    if (parcel->next == NULL) {
        fetcher->last_parcel = parcel->prev;
    } else {
        parcel->next->prev = parcel->prev;
    }
    fetcher->unanswered--;
}

/* PARCEL is over; its request hears of it. */
static void
settle(struct nj_parcel *parcel, int status, const struct nj_answer *answer)
{
    struct nj_fetch_req *req = parcel->req;

    if (parcel->lane != NULL) {
        parcel->lane->parcel = NULL;
    }
    unlink_parcel(parcel);
    free_parcel(parcel);
    req->private_ = NULL;
    req->done(req, status, answer);
}

static void fail(struct nj_parcel *parcel, int status, const char *what)
{
    nj_fetch_explain(parcel->req, parcel->req->url, what);
    settle(parcel, status, NULL);
}

/* ---- lanes --------------------------------------------------------------- */

static void on_lane_closed(void *ctx)
{
    struct nj_lane *lane = ctx;
    struct nj_fetcher *fetcher = lane->fetcher;

    nj_reply_finish(&lane->reply);
    free(lane);
    fetcher->lane_count--;
    if (fetcher->is_shut) {
        nj_engine_look_closed(fetcher);
    } else {
        serve_waiting(fetcher);
    }
}

/* Out of the list, its parcel gone or taken away. */
static void close_lane(struct nj_lane *lane)
{
    struct nj_lane **at = &lane->fetcher->lanes;

    if (lane->is_closing) {
        return;
    }
    lane->is_closing = 1;
    while (*at != lane) {
        at = &(*at)->next;
    }
    *at = lane->next;
    nj_stream_close(lane->stream);
}

static int is_place(const struct nj_lane *lane, const struct nj_place *place)
{
    return strcmp(lane->place.port, place->port) == 0 &&
           strcasecmp(lane->place.host, place->host) == 0;
}

static void write_parcel(struct nj_lane *lane)
{
    struct nj_parcel *parcel = lane->parcel;

    nj_reply_clear(&lane->reply);
    lane->reply.body.max_bytes = nj_fetch_max_bytes(parcel->req);
    nj_stream_write(lane->stream, parcel->text.data, parcel->text.len);
}

static void give(struct nj_lane *lane, struct nj_parcel *parcel)
{
    lane->parcel = parcel;
    parcel->lane = lane;
    if (lane->is_open) {
        nj_stream_rest(lane->stream, 0);
        write_parcel(lane);
    }
}

/* The oldest parcel that waits for a lane, to LANE's place or to any. */
static struct nj_parcel *find_waiting(const struct nj_lane *lane, int to_any)
{
    struct nj_parcel *parcel = lane->fetcher->parcels;

    while (parcel != NULL && (parcel->lane != NULL || parcel->canceled.queued ||
                              !(to_any || is_place(lane, &parcel->place)))) {
        parcel = parcel->next;
    }
    return parcel;
}

/* LANE has nothing to carry: the next parcel for its place; or it makes room
 * for those who wait for a lane to another; or it rests. */
static void free_lane(struct nj_lane *lane)
{
    struct nj_fetcher *fetcher = lane->fetcher;
    struct nj_parcel *parcel = find_waiting(lane, 0);

    lane->is_used = 1;
    lane->idle_ms = nj_loop_mono_ms(fetcher->loop);
    if (parcel != NULL) {
        give(lane, parcel);
    } else if (fetcher->lane_count >= fetcher->total &&
               find_waiting(lane, 1) != NULL) {
        close_lane(lane);
    } else {
        nj_stream_rest(lane->stream, 1);
    }
}

static void on_lane_ready(void *ctx)
{
    struct nj_lane *lane = ctx;

    lane->is_open = 1;
    write_parcel(lane); /* a lane whose parcel is given up is closed */
}

static void answer(struct nj_lane *lane)
{
    struct nj_parcel *parcel = lane->parcel;
    int keep = lane->reply.keep;
    struct nj_answer result;

    nj_answer_fill(parcel->fetcher, &lane->reply.headers, &lane->reply.body,
                   parcel->req->url, lane->reply.status, &result);
    lane->is_lent = 1;
    settle(parcel, 0, &result);
    lane->is_lent = 0;
    if (!keep) {
        close_lane(lane);
    } else if (!lane->is_closing) {
        free_lane(lane);
    }
}

static void fail_reply(struct nj_lane *lane, int code)
{
    struct nj_parcel *parcel = lane->parcel;
    char what[WHY_BYTES];

    if (code == NJ_E_TOOBIG && lane->reply.body.status != 0) {
        (void)snprintf(what, sizeof what, "the answer is larger than %zu bytes",
                       nj_fetch_max_bytes(parcel->req));
    } else if (code == NJ_E_TOOBIG) {
        (void)snprintf(what, sizeof what,
                       "the answer's headers are larger than %d bytes",
                       NJ_LIMIT_HEADER_BYTES);
    } else if (code == NJ_E_NET) {
        (void)snprintf(what, sizeof what, "the answer is no HTTP/1.1");
    } else {
        (void)snprintf(what, sizeof what, "%s", nj_code_name(code));
    }
    close_lane(lane);
    fail(parcel, code, what);
}

static void on_lane_data(void *ctx, const char *bytes, size_t len)
{
    struct nj_lane *lane = ctx;
    int code;

    if (lane->parcel == NULL || lane->is_lent) {
        close_lane(lane); /* nobody asked */
        return;
    }
    code = nj_reply_take(&lane->reply, bytes, len);
    if (code < 0) {
        fail_reply(lane, code);
    } else if (code > 0) {
        answer(lane);
    }
}

/* A kept connection may have been closed by its peer just as we wrote. */
static int may_go_again(const struct nj_lane *lane,
                        const struct nj_parcel *parcel)
{
    return lane->is_used && !lane->reply.bytes_seen && !parcel->again &&
           !parcel->canceled.queued;
}

static void on_lane_end(void *ctx, int code, const char *why)
{
    struct nj_lane *lane = ctx;
    struct nj_parcel *parcel = lane->parcel;

    if (parcel == NULL) {
        close_lane(lane);
    } else if (may_go_again(lane, parcel)) {
        parcel->again = 1;
        parcel->lane = NULL;
        lane->parcel = NULL;
        close_lane(lane);
        serve_waiting(parcel->fetcher);
    } else if (lane->is_open && nj_reply_ends(&lane->reply)) {
        lane->reply.keep = 0;
        answer(lane);
    } else {
        close_lane(lane);
        fail(parcel, code, why);
    }
}

static int open_lane(struct nj_parcel *parcel)
{
    static const struct nj_stream_events events = {
        .on_ready = on_lane_ready,
        .on_data = on_lane_data,
        .on_end = on_lane_end,
        .on_closed = on_lane_closed,
    };
    struct nj_fetcher *fetcher = parcel->fetcher;
    struct nj_lane *lane = calloc(1, sizeof *lane);

    if (lane == NULL) {
        return NJ_E_NOMEM;
    }
    lane->fetcher = fetcher;
    lane->place = parcel->place;
    nj_reply_init(&lane->reply);
    if (nj_stream_open(fetcher->loop, lane->place.host, lane->place.port,
                       &events, lane, &lane->stream) != 0) {
        free(lane);
        return NJ_E_NOMEM;
    }
    lane->next = fetcher->lanes;
    fetcher->lanes = lane;
    fetcher->lane_count++;
    give(lane, parcel);
    return 0;
}

/* ---- who goes where ------------------------------------------------------ */

/* A lane that PARCEL can have now, or NULL; counts those to its place. Old ones
 * are closed. */
static struct nj_lane *find_lane(struct nj_parcel *parcel, long *out_count)
{
    struct nj_fetcher *fetcher = parcel->fetcher;
    int64_t now_ms = nj_loop_mono_ms(fetcher->loop);
    struct nj_lane *found = NULL;
    struct nj_lane *next;

    *out_count = 0;
    for (struct nj_lane *lane = fetcher->lanes; lane != NULL; lane = next) {
        int is_idle = lane->parcel == NULL && lane->is_open && !lane->is_lent;

        next = lane->next;
        if (is_idle && now_ms - lane->idle_ms > NJ_LANE_IDLE_MS) {
            close_lane(lane);
        } else if (is_place(lane, &parcel->place)) {
            (*out_count)++;
            found = is_idle && !parcel->again ? lane : found;
        }
    }
    return found;
}

/* Make room for one more connection at the cost of an idle one elsewhere. */
static void drop_idle(struct nj_fetcher *fetcher)
{
    struct nj_lane *lane = fetcher->lanes;

    while (lane != NULL && (lane->parcel != NULL || lane->is_lent)) {
        lane = lane->next;
    }
    if (lane != NULL) {
        close_lane(lane);
    }
}

/* Find a way for PARCEL, or leave it waiting. 0 or NJ_E_NOMEM. */
static int place_parcel(struct nj_parcel *parcel)
{
    struct nj_fetcher *fetcher = parcel->fetcher;
    long count = 0;
    struct nj_lane *lane = find_lane(parcel, &count);

    if (lane != NULL) {
        give(lane, parcel);
        return 0;
    }
    if (count >= fetcher->per_host) {
        return 0;
    }
    if (fetcher->lane_count >= fetcher->total) {
        drop_idle(fetcher); /* and when it is gone we are called again */
        return 0;
    }
    return open_lane(parcel);
}

static void on_no_memory(struct nj_defer *defer)
{
    fail(defer->ctx, NJ_E_NOMEM, "no memory");
}

/* Called where a failure must not be told at once: it comes deferred. */
static void serve_waiting(struct nj_fetcher *fetcher)
{
    struct nj_parcel *next;

    for (struct nj_parcel *parcel = fetcher->parcels; parcel != NULL;
         parcel = next) {
        next = parcel->next;
        if (parcel->lane == NULL && !parcel->canceled.queued &&
            place_parcel(parcel) != 0) {
            nj_loop_defer(fetcher->loop, &parcel->canceled, on_no_memory);
        }
    }
}

static void end_parcel(struct nj_parcel *parcel, int status, const char *what)
{
    struct nj_lane *lane = parcel->lane;

    if (lane != NULL) {
        lane->parcel = NULL;
        parcel->lane = NULL;
        close_lane(lane); /* what comes on it now would be nobody's */
    }
    fail(parcel, status, what);
}

static void on_late(struct nj_timer *timer)
{
    struct nj_parcel *parcel = timer->ctx;
    char what[WHY_BYTES];

    (void)snprintf(what, sizeof what, "timed out: no answer within %lld ms",
                   (long long)nj_fetch_timeout_ms(parcel->req));
    end_parcel(parcel, NJ_E_TIMEOUT, what);
}

static struct nj_parcel *create_parcel(struct nj_fetcher *fetcher,
                                       struct nj_fetch_req *req,
                                       const struct nj_place *place,
                                       const char *path)
{
    struct nj_parcel *parcel = calloc(1, sizeof *parcel);

    if (parcel == NULL) {
        return NULL;
    }
    parcel->fetcher = fetcher;
    parcel->req = req;
    parcel->place = *place;
    parcel->timer.ctx = parcel;
    parcel->canceled.ctx = parcel;
    nj_buf_init(&parcel->text, HEAD_BYTES + req->body_len);
    if (nj_parcel_write(parcel, path) != 0 ||
        nj_timer_set(fetcher->loop, &parcel->timer, nj_fetch_timeout_ms(req), 0,
                     on_late) != 0) {
        free_parcel(parcel);
        return NULL;
    }
    return parcel;
}

int nj_lane_send(struct nj_fetcher *fetcher, struct nj_fetch_req *req)
{
    struct nj_place place;
    const char *path = "";
    struct nj_parcel *parcel;

    if (!nj_parcel_fits(req, &place, &path)) {
        return NJ_E_NOTFOUND;
    }
    parcel = create_parcel(fetcher, req, &place, path);
    if (parcel == NULL) {
        return NJ_E_NOMEM;
    }
    link_parcel(parcel);
    if (place_parcel(parcel) != 0) {
        unlink_parcel(parcel);
        free_parcel(parcel);
        return NJ_E_NOMEM;
    }
    req->fault[0] = '\0';
    req->private_ = parcel;
    req->is_parcel_ = 1;
    return 0;
}

/* ---- giving up ----------------------------------------------------------- */

static void on_canceled(struct nj_defer *defer)
{
    end_parcel(defer->ctx, NJ_E_CANCELED, "cancelled");
}

void nj_lane_cancel(struct nj_fetch_req *req)
{
    struct nj_parcel *parcel = req->private_;

    nj_timer_stop(&parcel->timer);
    nj_loop_defer(parcel->fetcher->loop, &parcel->canceled, on_canceled);
}

void nj_lanes_cancel(struct nj_fetcher *fetcher)
{
    for (struct nj_parcel *parcel = fetcher->parcels; parcel != NULL;
         parcel = parcel->next) {
        nj_lane_cancel(parcel->req);
    }
}

void nj_lanes_close(struct nj_fetcher *fetcher)
{
    while (fetcher->lanes != NULL) {
        close_lane(fetcher->lanes);
    }
}
