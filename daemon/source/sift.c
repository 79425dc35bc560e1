#include "source/sift.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "model/post.h"

enum { FIRST_ROOM = 64, FUTURE_MS = 86400000 };

struct nj_sift_slot {
    struct nj_seen seen;  /* id 0: free */
    int64_t published_ms; /* only of this answer */
    uint32_t order;       /* place in the state, or in this answer */
    uint32_t in_window;   /* shown by this answer */
};

/* ---- hashing ------------------------------------------------------------ */

static uint64_t stir(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

uint64_t nj_sift_hash(uint64_t seed, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = stir(seed, len + 1);
    uint64_t word;

    for (; len >= sizeof word; len -= sizeof word, p += sizeof word) {
        memcpy(&word, p, sizeof word);
        h = stir(h, word);
    }
    word = 0;
    if (len > 0) {
        memcpy(&word, p, len);
    }
    h = stir(stir(h, word), UINT64_C(0xd6e8feb86659fd93));
    return h == 0 ? 1 : h;
}

/* ---- the table ---------------------------------------------------------- */

static struct nj_sift_slot *find(const struct nj_sift *sift, uint64_t id)
{
    size_t at = (size_t)id & (sift->room - 1);

    while (sift->slots[at].seen.id != 0 && sift->slots[at].seen.id != id) {
        at = (at + 1) & (sift->room - 1);
    }
    return &sift->slots[at];
}

static int grow(struct nj_sift *sift, size_t room)
{
    struct nj_sift old = *sift;

    sift->slots = calloc(room, sizeof *sift->slots);
    if (sift->slots == NULL) {
        sift->slots = old.slots;
        return NJ_E_NOMEM;
    }
    sift->room = room;
    for (size_t i = 0; i < old.room; i++) {
        if (old.slots[i].seen.id != 0) {
            *find(sift, old.slots[i].seen.id) = old.slots[i];
        }
    }
    free(old.slots);
    return 0;
}

int nj_sift_init(struct nj_sift *sift,
                 const struct nj_state *state,
                 size_t most,
                 int64_t now_ms)
{
    size_t room = FIRST_ROOM;

    *sift = (struct nj_sift){.state = state,
                             .most = most,
                             .now_ms = now_ms,
                             .high_ms = state->high_ms,
                             .later_ms = INT64_MAX,
                             .cut_ms = INT64_MAX};
    while (room < 2 * state->count + FIRST_ROOM) {
        room *= 2;
    }
    if (grow(sift, room) != 0) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < state->count; i++) {
        struct nj_sift_slot *slot = find(sift, state->seen[i].id);

        sift->used += slot->seen.id == 0;
        slot->seen = state->seen[i];
        slot->order = (uint32_t)i;
    }
    return 0;
}

void nj_sift_finish(struct nj_sift *sift)
{
    free(sift->slots);
    free(sift->dates);
    *sift = (struct nj_sift){0};
}

/* ---- judging ------------------------------------------------------------ */

static int note_date(struct nj_sift *sift, int64_t published_ms)
{
    if (sift->date_count == sift->date_room) {
        size_t room = sift->date_room == 0 ? FIRST_ROOM : 2 * sift->date_room;
        int64_t *dates = realloc(sift->dates, room * sizeof *dates);

        if (dates == NULL) {
            return NJ_E_NOMEM;
        }
        sift->dates = dates;
        sift->date_room = room;
    }
    sift->dates[sift->date_count++] = published_ms;
    return 0;
}

/* An answer wider than our memory: what is this old was seen once. */
static int is_below_floor(const struct nj_sift *sift, int64_t published_ms)
{
    return published_ms != 0 && published_ms <= sift->state->floor_ms;
}

static void leave(struct nj_sift *sift, int64_t published_ms)
{
    sift->later++;
    if (published_ms != 0 && published_ms < sift->later_ms) {
        sift->later_ms = published_ms;
    }
}

static int
judge_new(struct nj_sift *sift, int64_t published_ms, enum nj_news *out)
{
    int second_round = sift->cut_ms != INT64_MAX;

    if (is_below_floor(sift, published_ms)) {
        *out = NJ_NEWS_TWICE;
        return 0;
    }
    *out = sift->taken < sift->most && published_ms <= sift->cut_ms
               ? NJ_NEWS_NEW
               : NJ_NEWS_LATER;
    if (*out == NJ_NEWS_LATER) {
        leave(sift, published_ms);
    }
    return second_round ? 0 : note_date(sift, published_ms);
}

int nj_sift_judge(struct nj_sift *sift,
                  uint64_t id,
                  uint32_t raw,
                  int64_t published_ms,
                  enum nj_news *out)
{
    struct nj_sift_slot *slot = find(sift, id);

    if (slot->seen.id == 0) {
        return judge_new(sift, published_ms, out);
    }
    if (slot->in_window) {
        *out = slot->seen.raw == raw ? NJ_NEWS_TWICE : NJ_NEWS_CLASH;
        return 0;
    }
    if (slot->seen.raw == raw) {
        *out = NJ_NEWS_KNOWN;
        return nj_sift_mark(sift, &slot->seen, published_ms, 0);
    }
    *out = NJ_NEWS_CHANGED;
    if (sift->taken >= sift->most) {
        *out = NJ_NEWS_LATER;
        leave(sift, published_ms);
    }
    return 0;
}

int nj_sift_is_edited(const struct nj_sift *sift, uint64_t id, uint32_t text)
{
    const struct nj_sift_slot *slot = find(sift, id);

    return slot->seen.id != 0 && slot->seen.text != text;
}

int nj_sift_mark(struct nj_sift *sift,
                 const struct nj_seen *seen,
                 int64_t published_ms,
                 int taken)
{
    struct nj_seen entry = *seen;
    struct nj_sift_slot *slot = find(sift, entry.id);

    if (slot->seen.id == 0) {
        if (2 * (sift->used + 1) > sift->room) {
            if (grow(sift, 2 * sift->room) != 0) {
                return NJ_E_NOMEM;
            }
            slot = find(sift, entry.id);
        }
        sift->used++;
    }
    slot->seen = entry;
    slot->published_ms = published_ms;
    slot->order = (uint32_t)sift->window++;
    slot->in_window = 1;
    sift->taken += taken != 0;
    if (published_ms > sift->high_ms && published_ms <= sift->now_ms) {
        sift->high_ms = published_ms;
    }
    return 0;
}

static int by_date(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;

    return (*x > *y) - (*x < *y);
}

int nj_sift_again(struct nj_sift *sift)
{
    struct nj_sift fresh;

    if (sift->later == 0 || sift->cut_ms != INT64_MAX ||
        sift->date_count <= sift->most ||
        nj_sift_init(&fresh, sift->state, sift->most, sift->now_ms) != 0) {
        return 0;
    }
    qsort(sift->dates, sift->date_count, sizeof *sift->dates, by_date);
    fresh.cut_ms = sift->dates[sift->most - 1];
    nj_sift_finish(sift);
    *sift = fresh;
    return 1;
}

unsigned nj_sift_silent(const struct nj_sift *sift, int64_t published_ms)
{
    int dated = published_ms != 0 && published_ms <= sift->now_ms + FUTURE_MS;

    if (dated ? published_ms < sift->state->since_ms : sift->state->baseline) {
        return NJ_POST_SILENT;
    }
    return 0;
}

/* ---- afterwards --------------------------------------------------------- */

/* What fell out of the window first, in the state's order; then the window by
 * date, the undated as newest; of one date the last shown first, because feeds
 * show the newest first. */
static int by_age(const void *a, const void *b)
{
    const struct nj_sift_slot *x = a;
    const struct nj_sift_slot *y = b;
    uint64_t when_x = (uint64_t)x->published_ms - 1; /* 0 becomes the last */
    uint64_t when_y = (uint64_t)y->published_ms - 1;

    if (x->in_window != y->in_window) {
        return x->in_window ? 1 : -1;
    }
    if (!x->in_window) {
        return (x->order > y->order) - (x->order < y->order);
    }
    return when_x != when_y ? (when_x > when_y) - (when_x < when_y)
                            : (x->order < y->order) - (x->order > y->order);
}

static size_t keep_count(const struct nj_sift *sift)
{
    size_t most = sift->window + NJ_SIFT_EXTRA;

    if (most > NJ_LIMIT_SEEN_IDS) {
        most = NJ_LIMIT_SEEN_IDS;
    }
    return sift->used < most ? sift->used : most;
}

/* All slots in use, oldest first, to be freed; NULL: no memory. */
static struct nj_sift_slot *in_order(const struct nj_sift *sift)
{
    struct nj_sift_slot *list =
        malloc((sift->used + 1) * sizeof *list); /* may be empty */
    size_t n = 0;

    if (list == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < sift->room; i++) {
        if (sift->slots[i].seen.id != 0) {
            list[n++] = sift->slots[i];
        }
    }
    qsort(list, n, sizeof *list, by_age);
    return list;
}

static int copy_texts(const struct nj_state *from, struct nj_state *to)
{
    int code = nj_state_set(&to->etag, from->etag);

    if (code == 0) {
        code = nj_state_set(&to->modified, from->modified);
    }
    if (code == 0) {
        code = nj_state_set(&to->url, from->url);
    }
    return code == 0 ? nj_state_set(&to->next, from->next) : code;
}

/* Of the DROP oldest, which will not be remembered, those of this answer would
 * come back as new; but nothing may sink below that was left for later. */
static int64_t raised_floor(const struct nj_sift *sift,
                            const struct nj_sift_slot *list,
                            size_t drop)
{
    int64_t floor_ms = sift->state->floor_ms;

    for (size_t i = 0; i < drop; i++) {
        if (list[i].in_window && list[i].published_ms > floor_ms &&
            list[i].published_ms < sift->later_ms) {
            floor_ms = list[i].published_ms;
        }
    }
    return floor_ms;
}

int nj_sift_close(const struct nj_sift *sift, struct nj_state *out)
{
    struct nj_state next = {.since_ms = sift->state->since_ms,
                            .high_ms = sift->high_ms,
                            .floor_ms = sift->state->floor_ms,
                            .baseline =
                                sift->state->baseline && sift->later > 0};
    struct nj_sift_slot *list = in_order(sift);
    size_t count = keep_count(sift);
    size_t drop = sift->used - count;

    next.seen = calloc(count + 1, sizeof *next.seen);
    if (list == NULL || next.seen == NULL ||
        copy_texts(sift->state, &next) != 0) {
        free(list);
        nj_state_finish(&next);
        return NJ_E_NOMEM;
    }
    next.floor_ms = raised_floor(sift, list, drop);
    for (size_t i = 0; i < count; i++) {
        next.seen[i] = list[drop + i].seen;
    }
    next.count = count;
    free(list);
    *out = next;
    return 0;
}
