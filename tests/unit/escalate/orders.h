/* The model of tests/unit/escalate/orders_test.c: one or two alerts in one
 * world, written small, so that a million states fit into memory. A state is
 * its bytes: what is not in them does not count. */

#ifndef NJ_TEST_ESCALATE_ORDERS_H
#define NJ_TEST_ESCALATE_ORDERS_H

#include "base/mem.h"
#include "model/climb_json.h"
#include "unit/escalate/world.h"

enum {
    ALERTS = 2,
    PEOPLE = 3,     /* maya, tom, ana: the others are not there */
    GENERATION = 5, /* of every alert in a kept state */
    STATE_BYTES = 160,
    NIGHTS = 3, /* who is on call: maya, tom, nobody */
};

static const int64_t home = INT64_C(1000) * 60000; /* now, in a kept state */

static const char *const people_names[PEOPLE] = {"maya", "tom", "ana"};

/* One alert with what the test itself remembers of it. */
struct thing {
    struct nj_climb climb; /* chains owned */
    uint8_t there;         /* 1: was opened */
    uint8_t severity;
    uint8_t edited; /* 1: opened under the edited policy */
    uint8_t told;   /* 1: the owner was told, in this call, that it ended */
    uint8_t firsts; /* bit a person: had their first page of this step */
};

struct joint {
    struct thing things[ALERTS];
    uint8_t night;  /* who is on call now */
    uint8_t edited; /* 1: the configuration was edited */
};

/* ---- bytes -------------------------------------------------------------- */

struct bytes {
    uint8_t at[STATE_BYTES];
    size_t len;
};

static inline void put_byte(struct bytes *b, unsigned value)
{
    assert_true(b->len < STATE_BYTES && value <= UINT8_MAX);
    b->at[b->len++] = (uint8_t)value;
}

/* A time from HOME on in seconds, 0 for none. */
static inline void put_time(struct bytes *b, int64_t at_ms)
{
    int64_t s = at_ms == 0 ? 0 : (at_ms - home) / 1000 + 30000;

    assert_true(s >= 0 && s <= UINT16_MAX && (at_ms == 0 || s > 0));
    assert_true(at_ms == 0 || (at_ms - home) % 1000 == 0);
    put_byte(b, (unsigned)s >> 8);
    put_byte(b, (unsigned)s & 0xff);
}

static inline unsigned number_of(const char *name)
{
    for (unsigned i = 0; i < PEOPLE; i++) {
        if (nj_str_eq(people_names[i], name)) {
            return i + 1;
        }
    }
    assert_null(name);
    return 0;
}

static inline void put_thing(struct bytes *b, const struct thing *t)
{
    const struct nj_climb *c = &t->climb;

    put_byte(b, t->there);
    if (!t->there) {
        return;
    }
    put_byte(b, t->severity | t->edited << 2 | t->told << 3);
    put_byte(b, t->firsts);
    put_byte(b, c->state | c->flags << 2 | c->step << 4);
    put_byte(b, c->round);
    put_byte(b, number_of(c->holder));
    put_time(b, c->due_ms);
    put_byte(b, (unsigned)c->chain_count);
    for (size_t i = 0; i < c->chain_count; i++) {
        const struct nj_chain *chain = &c->chains[i];

        put_byte(b, number_of(chain->person) | chain->level << 2 |
                        (unsigned)chain->fell_back << 4 |
                        (unsigned)chain->current << 5 |
                        (unsigned)chain->answered << 6);
        put_byte(b, chain->next | chain->failed << 4);
        put_time(b, chain->due_ms);
    }
}

static inline void write_joint(const struct joint *j, struct bytes *out)
{
    out->len = 0;
    put_byte(out, j->night | (unsigned)j->edited << 2);
    for (int i = 0; i < ALERTS; i++) {
        put_thing(out, &j->things[i]);
    }
}

static inline int64_t get_time(const uint8_t **at)
{
    int64_t s = (*at)[0] << 8 | (*at)[1];

    *at += 2;
    return s == 0 ? 0 : home + (s - 30000) * 1000;
}

static inline const char *name_of(unsigned number)
{
    return number == 0 ? NULL : people_names[number - 1];
}

static inline void get_chain(const uint8_t **at, struct nj_chain *out)
{
    unsigned head = *(*at)++;
    unsigned far = *(*at)++;

    *out = (struct nj_chain){.person = name_of(head & 3),
                             .level = head >> 2 & 3,
                             .fell_back = head >> 4 & 1,
                             .current = head >> 5 & 1,
                             .answered = head >> 6 & 1,
                             .next = far & 15,
                             .failed = (uint8_t)(far >> 4)};
    out->due_ms = get_time(at);
}

static inline void get_thing(const uint8_t **at, struct thing *out)
{
    struct nj_climb *c = &out->climb;
    unsigned bits;

    *out = (struct thing){.there = *(*at)++};
    if (!out->there) {
        return;
    }
    bits = *(*at)++;
    out->severity = bits & 3;
    out->edited = bits >> 2 & 1;
    out->told = bits >> 3 & 1;
    out->firsts = *(*at)++;
    bits = *(*at)++;
    c->state = bits & 3;
    c->flags = bits >> 2 & 3;
    c->step = (uint8_t)(bits >> 4);
    c->round = *(*at)++;
    c->holder = name_of(*(*at)++);
    c->due_ms = get_time(at);
    c->generation = GENERATION;
    c->chain_count = *(*at)++;
    if (c->chain_count > 0) {
        c->chains = calloc(c->chain_count, sizeof *c->chains);
        assert_non_null(c->chains);
    }
    for (size_t i = 0; i < c->chain_count; i++) {
        get_chain(at, &c->chains[i]);
    }
}

static inline void read_joint(const uint8_t *at, struct joint *out)
{
    unsigned head = *at++;

    out->night = head & 3;
    out->edited = head >> 2 & 1;
    for (int i = 0; i < ALERTS; i++) {
        get_thing(&at, &out->things[i]);
    }
}

static inline void drop_joint(struct joint *j)
{
    for (int i = 0; i < ALERTS; i++) {
        nj_climb_finish(&j->things[i].climb);
    }
}

/* As if it were HOME now. */
static inline void bring_home(struct joint *j, int64_t now)
{
    for (int i = 0; i < ALERTS; i++) {
        struct nj_climb *c = &j->things[i].climb;

        c->generation = GENERATION;
        c->due_ms -= c->due_ms == 0 ? 0 : now - home;
        for (size_t k = 0; k < c->chain_count; k++) {
            int64_t *due = &c->chains[k].due_ms;

            *due -= *due == 0 ? 0 : now - home;
        }
    }
}

/* ---- states that are known ---------------------------------------------- */

struct known {
    uint8_t *bytes; /* one state after another, each behind its length */
    size_t used, room;
    uint32_t *starts; /* by number: where in BYTES */
    size_t count, most;
    uint32_t *table; /* number + 1 by hash */
    size_t places;
};

static inline void open_known(struct known *k, size_t most)
{
    *k = (struct known){.most = most, .room = most * 64, .places = 1};
    while (k->places < most * 2) {
        k->places *= 2;
    }
    k->bytes = malloc(k->room);
    k->starts = calloc(most, sizeof *k->starts);
    k->table = calloc(k->places, sizeof *k->table);
    assert_non_null(k->bytes);
    assert_non_null(k->starts);
    assert_non_null(k->table);
}

static inline void close_known(struct known *k)
{
    free(k->bytes);
    free(k->starts);
    free(k->table);
}

static inline const uint8_t *state_at(const struct known *k, size_t number)
{
    return k->bytes + k->starts[number] + 1;
}

/* The number of B, kept if it is new; MOST when there is no room for it. */
static inline size_t number_in(struct known *k, const struct bytes *b)
{
    size_t at = nj_hash(b->at, b->len) & (k->places - 1);

    for (; k->table[at] != 0; at = (at + 1) & (k->places - 1)) {
        const uint8_t *it = k->bytes + k->starts[k->table[at] - 1];

        if (it[0] == b->len && memcmp(it + 1, b->at, b->len) == 0) {
            return k->table[at] - 1;
        }
    }
    if (k->count == k->most || k->used + b->len + 1 > k->room) {
        return k->most;
    }
    k->starts[k->count] = (uint32_t)k->used;
    k->bytes[k->used] = (uint8_t)b->len;
    memcpy(k->bytes + k->used + 1, b->at, b->len);
    k->used += b->len + 1;
    k->table[at] = (uint32_t)++k->count;
    return k->count - 1;
}

#endif
