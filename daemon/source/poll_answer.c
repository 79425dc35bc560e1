#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "source/poll_inside.h"
#include "source/url.h"

int64_t nj_poll_max_age(const struct nj_answer *answer)
{
    const char *header = nj_answer_header(answer, "Cache-Control");
    const char *age = header == NULL ? NULL : strstr(header, "max-age=");
    int64_t seconds = 0;

    if (age == NULL) {
        return 0;
    }
    for (age += 8; *age >= '0' && *age <= '9' && seconds < 1000000; age++) {
        seconds = seconds * 10 + (*age - '0');
    }
    return seconds * 1000;
}

int nj_poll_note_move(struct nj_poller *p, const struct nj_answer *answer)
{
    const char *now = p->state.url != NULL ? p->state.url : p->settings.url;

    if (!p->reader.is_conditional || !answer->moved_for_good ||
        strcmp(answer->url, now) == 0) {
        return 0;
    }
    /* what is secret stays with the host it was given for */
    if (p->settings.has_secrets &&
        !nj_url_same_host(p->settings.url, answer->url)) {
        return 0;
    }
    nj_log_notice("source %s moved for good to %s; write that into the "
                  "configuration",
                  p->source.name, answer->url);
    p->poll->must_save = 1;
    return nj_state_set(&p->poll->next.url, answer->url);
}

/* What the server gave us to ask with, byte for byte; nothing when there is
 * more to read than we could take, or the document broke off. */
static int set_validators(struct nj_poller *p, const struct nj_answer *answer)
{
    struct nj_state *next = &p->poll->next;
    int is_whole = p->reader.is_conditional && p->poll->later == 0 &&
                   !p->poll->reading.torn;
    const char *etag = is_whole ? nj_answer_header(answer, "ETag") : NULL;
    const char *modified =
        is_whole ? nj_answer_header(answer, "Last-Modified") : NULL;
    int code = nj_state_set(&next->etag, etag);

    return code == 0 ? nj_state_set(&next->modified, modified) : code;
}

/* Where to go on. {since} must not pass what further pages still hold, so the
 * newest date counts only when the last of them is in. */
static int set_next(struct nj_poller *p)
{
    struct nj_poll *poll = p->poll;
    struct nj_state *next = &poll->next;
    int is_last = poll->reading.next == NULL && poll->later == 0;
    int code = 0;

    if (poll->later == 0) {
        code = nj_state_set(&next->next, poll->reading.next);
    }
    if (next->high_ms > p->high_ms) {
        p->high_ms = next->high_ms;
    }
    next->high_ms = is_last ? p->high_ms : p->state.high_ms;
    poll->must_save |=
        (p->state.next == NULL) != (next->next == NULL) ||
        (next->next != NULL && strcmp(next->next, p->state.next) != 0);
    return code;
}

static int read_round(struct nj_poller *p,
                      const struct nj_answer *answer,
                      struct nj_taking *taking,
                      struct nj_err *err)
{
    struct nj_reading *reading = &p->poll->reading;
    int code;

    nj_taking_restart(taking);
    free(reading->next);
    *reading = (struct nj_reading){0};
    code = p->reader.read(p->reader.ctx, answer, taking, reading, err);
    return code != 0 ? code : nj_taking_sort(taking, 1);
}

static int sift_answer(struct nj_poller *p,
                       const struct nj_answer *answer,
                       struct nj_sift *sift,
                       struct nj_err *err)
{
    struct nj_poll *poll = p->poll;
    struct nj_taking taking = {.batch = &poll->batch,
                               .sift = sift,
                               .brand = p->keys.brand,
                               .place = p->keys.place,
                               .language = p->keys.language,
                               .now_ms = sift->now_ms,
                               .room = p->settings.max_items};
    int code;

    poll->batch.source = p->source.name;
    code = read_round(p, answer, &taking, err);
    if (code == 0 && nj_sift_again(sift)) {
        code = read_round(p, answer, &taking, err);
    }
    nj_taking_finish(&taking);
    if (code != 0) {
        return code;
    }
    poll->seen = taking.seen;
    poll->taken = sift->taken;
    poll->later = sift->later;
    nj_state_finish(&poll->next);
    return nj_sift_close(sift, &poll->next);
}

/* The cursor goes with the batch, into one transaction. */
static int write_cursor(struct nj_poll *poll)
{
    struct nj_buf cursor;

    nj_buf_init(&cursor, 1 << 20);
    nj_state_write(&poll->next, &cursor);
    if (cursor.status == 0) {
        poll->batch.cursor =
            nj_arena_strndup(&poll->batch.arena, cursor.data, cursor.len);
    }
    nj_buf_finish(&cursor);
    return poll->batch.cursor == NULL ? NJ_E_NOMEM : 0;
}

int nj_poll_read_answer(struct nj_poller *p,
                        const struct nj_answer *answer,
                        struct nj_err *err)
{
    struct nj_poll *poll = p->poll;
    struct nj_sift sift;
    int code = nj_sift_init(&sift, &p->state, p->settings.max_items,
                            nj_loop_wall_ms(p->loop));

    if (code != 0) {
        return nj_err_set(err, code, "no memory to read the answer");
    }
    code = sift_answer(p, answer, &sift, err);
    nj_sift_finish(&sift);
    if (code == NJ_E_INVALID) {
        return code;
    }
    poll->must_save = poll->taken > 0 || !p->is_saved ||
                      p->state.baseline != poll->next.baseline;
    if (code == 0) {
        code = set_validators(p, answer);
    }
    if (code == 0) {
        code = nj_poll_note_move(p, answer);
    }
    if (code == 0) {
        code = set_next(p);
    }
    if (code == 0 && poll->must_save) {
        code = write_cursor(poll);
    }
    return code == 0 ? 0 : nj_err_set(err, code, "no memory for the posts");
}
