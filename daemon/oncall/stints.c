#include "oncall/stints.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "oncall/ics_in.h"

enum {
    PAIRS_MAX = 200000, /* people in all stints together */
    WORD_BYTES = 256,   /* of one name */
};

void nj_stints_init(struct nj_stints *s,
                    const struct nj_person *people,
                    size_t people_count,
                    const struct nj_ics_zones *zones,
                    int64_t from_day,
                    int64_t until_day)
{
    *s = (struct nj_stints){.people = people,
                            .people_count = people_count,
                            .zones = *zones,
                            .from_day = from_day,
                            .until_day = until_day};
}

void nj_stints_finish(struct nj_stints *s)
{
    free(s->parts);
    *s = (struct nj_stints){0};
}

/* ---- names ------------------------------------------------------------- */

static int is_called(const struct nj_person *p, const char *name)
{
    return strcasecmp(p->name, name) == 0 ||
           (p->title != NULL && strcasecmp(p->title, name) == 0) ||
           (p->login != NULL && strcasecmp(p->login, name) == 0) ||
           (p->email != NULL && strcasecmp(p->email, name) == 0);
}

/* The index of the person called NAME; people_count: none. */
static size_t find_person(const struct nj_stints *s, const char *name)
{
    size_t i = 0;

    while (i < s->people_count && !is_called(&s->people[i], name)) {
        i++;
    }
    return i;
}

/* The person whom NAME nearly is, or NULL. */
static const char *find_near(const struct nj_stints *s, const char *name)
{
    char lower[WORD_BYTES];
    size_t n = 0;

    for (; name[n] != '\0' && n + 1 < sizeof lower; n++) {
        lower[n] =
            (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] + 32 : name[n]);
    }
    lower[n] = '\0';
    for (size_t i = 0; i < s->people_count; i++) {
        const char *const names[] = {s->people[i].name};
        const char *const titles[] = {s->people[i].title};

        if (nj_str_nearest(lower, names, 1) != NULL ||
            (titles[0] != NULL && nj_str_nearest(name, titles, 1) != NULL)) {
            return s->people[i].name;
        }
    }
    return NULL;
}

static void note_stranger(struct nj_stints *s,
                          const struct nj_ics_occurrence *o,
                          const char *name)
{
    struct nj_stranger fresh = {.from_ms = o->from_ms, .line = o->line};
    size_t cut = nj_utf8_cut(name, strlen(name), 60);

    (void)nj_str_harmless(name, cut, fresh.name, sizeof fresh.name);
    for (size_t i = 0; i < s->stranger_count; i++) {
        struct nj_stranger *known = &s->strangers[i];

        if (strcmp(known->name, fresh.name) == 0) {
            known->events++;
            if (o->from_ms < known->from_ms) {
                known->from_ms = o->from_ms;
            }
            return;
        }
    }
    if (s->stranger_count == NJ_STRANGERS) {
        s->more_strangers++;
        return;
    }
    fresh.near = find_near(s, name);
    fresh.events = 1;
    s->strangers[s->stranger_count++] = fresh;
}

/* ---- collecting -------------------------------------------------------- */

static int add_part(struct nj_stints *s,
                    const struct nj_ics_occurrence *o,
                    size_t person,
                    struct nj_err *err)
{
    if (o->from_ms >= o->until_ms) {
        return 0;
    }
    if (s->count == NJ_LIMIT_STINTS) {
        return nj_err_set(err, NJ_E_TOOBIG, "more than %d events",
                          NJ_LIMIT_STINTS);
    }
    if (s->count == s->room) {
        size_t room = s->room == 0 ? 64 : s->room * 2;
        struct nj_stint_part *grown = realloc(s->parts, room * sizeof *grown);

        if (grown == NULL) {
            return nj_err_set(err, NJ_E_NOMEM, "no memory");
        }
        s->parts = grown;
        s->room = room;
    }
    s->parts[s->count++] =
        (struct nj_stint_part){o->from_ms, o->until_ms, (uint32_t)person};
    return 0;
}

/* Add those of O's attendees who are people here; *OUT_FOUND counts them. */
static int add_attendees(struct nj_stints *s,
                         const struct nj_ics_occurrence *o,
                         size_t *out_found,
                         struct nj_err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < o->attendee_count; i++) {
        const char *who = o->attendees[i];
        size_t person;

        if (strncasecmp(who, "mailto:", 7) == 0) {
            who += 7;
        }
        person = find_person(s, who);
        if (person < s->people_count) {
            rc = add_part(s, o, person, err);
            ++*out_found;
        }
    }
    return rc;
}

/* Bytes of the word that stands between two names at TEXT ("," "&" " and "); 0:
 * none does. */
static size_t joint_at(const char *text)
{
    static const char *const words[] = {" and ", " und ", " et ", " y "};

    if (strchr(",;&+/|\n", *text) != NULL) {
        return 1;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncasecmp(text, words[i], strlen(words[i])) == 0) {
            return strlen(words[i]);
        }
    }
    return 0;
}

/* Cut the next name off *AT into OUT, without blanks around it; 0 at the end.
 */
static int next_name(const char **at, char out[WORD_BYTES])
{
    const char *start = *at;
    const char *end = start;
    size_t joint = 0;
    size_t len;

    if (*start == '\0') {
        return 0;
    }
    while (*end != '\0' && (joint = joint_at(end)) == 0) {
        end++;
    }
    *at = end + joint;
    while (start < end && strchr(" \t@", *start) != NULL) {
        start++;
    }
    while (end > start && strchr(" \t", end[-1]) != NULL) {
        end--;
    }
    len = (size_t)(end - start);
    len = len < WORD_BYTES ? len : nj_utf8_cut(start, len, WORD_BYTES - 1);
    memcpy(out, start, len);
    out[len] = '\0';
    return 1;
}

/* Where the names of TITLE begin: behind "On call:" and the like. */
static const char *skip_label(const char *title)
{
    const char *colon = strchr(title, ':');

    return colon == NULL ? title : colon + 1;
}

static int add_titled(struct nj_stints *s,
                      const struct nj_ics_occurrence *o,
                      struct nj_err *err)
{
    char name[WORD_BYTES];
    const char *at = o->title;
    size_t person = find_person(s, o->title); /* "Smith, John" may be one */
    int rc = 0;

    if (person < s->people_count) {
        return add_part(s, o, person, err);
    }
    at = skip_label(o->title);
    while (rc == 0 && next_name(&at, name)) {
        person = find_person(s, name);
        if (person < s->people_count) {
            rc = add_part(s, o, person, err);
        } else if (name[0] != '\0' && o->until_ms > s->now_ms) {
            note_stranger(s, o, name);
        }
    }
    return rc;
}

static int
on_event(void *ctx, const struct nj_ics_occurrence *o, struct nj_err *err)
{
    struct nj_stints *s = ctx;
    size_t found = 0;
    int rc = add_attendees(s, o, &found, err);

    if (rc != 0 || found > 0) {
        return rc;
    }
    if (o->title != NULL) {
        return add_titled(s, o, err);
    }
    if (o->until_ms <= s->now_ms) {
        return 0;
    }
    if (o->attendee_count > 0) {
        note_stranger(s, o, o->attendees[0]);
    } else {
        s->nameless++;
    }
    return 0;
}

int nj_stints_ics(struct nj_stints *s,
                  const char *text,
                  size_t len,
                  struct nj_err *err)
{
    struct nj_ics_sink sink = {
        .ctx = s,
        .put = on_event,
        .zones = s->zones,
        .from_day = s->from_day,
        .until_day = s->until_day,
        .own_zone = 1,
        .by_the_hour = 1,
    };

    return nj_ics_read(&sink, text, len, err);
}

/* ---- taking ------------------------------------------------------------ */

/* An instant at which somebody comes or goes. */
struct change {
    int64_t at_ms;
    uint32_t person;
    int comes; /* 1, or -1: goes */
};

static int by_time(const void *a, const void *b)
{
    const struct change *x = a;
    const struct change *y = b;

    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

struct taking {
    struct nj_stints *s;
    struct nj_arena *arena;
    unsigned *there;        /* owned: of each person, by how many events */
    struct change *changes; /* owned */
    struct nj_stint *list;
    size_t count;
    size_t pairs;
};

/* Whether STINT has exactly the people who are there now. */
static int has_same(const struct taking *t, const struct nj_stint *stint)
{
    size_t k = 0;

    for (size_t i = 0; i < t->s->people_count; i++) {
        if (t->there[i] > 0) {
            if (k == stint->turn.people_count ||
                stint->turn.people[k] != t->s->people[i].name) {
                return 0;
            }
            k++;
        }
    }
    return k == stint->turn.people_count;
}

static int fill_turn(struct taking *t, struct nj_turn *turn, size_t present)
{
    const char **people =
        nj_arena_zalloc(t->arena, present * sizeof(const char *));
    size_t k = 0;

    if (people == NULL) {
        return NJ_E_NOMEM;
    }
    t->pairs += present;
    if (t->pairs > PAIRS_MAX) {
        return NJ_E_TOOBIG;
    }
    for (size_t i = 0; i < t->s->people_count; i++) {
        if (t->there[i] > 0) {
            people[k++] = t->s->people[i].name;
        }
    }
    turn->people = people;
    turn->people_count = present;
    return 0;
}

/* [FROM_MS, UNTIL_MS) with who is there now. */
static int
add_stint(struct taking *t, int64_t from_ms, int64_t until_ms, size_t present)
{
    struct nj_stint *last = t->count == 0 ? NULL : &t->list[t->count - 1];
    struct nj_stint next = {.from_ms = from_ms, .until_ms = until_ms};
    int rc;

    if (present == 0 || from_ms >= until_ms) {
        return 0;
    }
    if (last != NULL && last->until_ms == from_ms && has_same(t, last)) {
        last->until_ms = until_ms;
        return 0;
    }
    rc = fill_turn(t, &next.turn, present);
    if (rc == 0) {
        t->list[t->count++] = next;
    }
    return rc;
}

static int sweep(struct taking *t, size_t change_count)
{
    size_t present = 0;
    int64_t since_ms = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < change_count; i++) {
        const struct change *c = &t->changes[i];

        if (i > 0 && c->at_ms > since_ms) {
            rc = add_stint(t, since_ms, c->at_ms, present);
        }
        since_ms = c->at_ms;
        if (c->comes > 0) {
            present += t->there[c->person]++ == 0;
        } else {
            present -= --t->there[c->person] == 0;
        }
    }
    return rc;
}

int nj_stints_take(struct nj_stints *s,
                   struct nj_arena *arena,
                   const struct nj_stint **out,
                   size_t *out_count)
{
    struct taking t = {.s = s, .arena = arena};
    size_t changes = s->count * 2;
    int rc = NJ_E_NOMEM;

    t.there = calloc(s->people_count + 1, sizeof *t.there);
    t.changes = calloc(changes + 1, sizeof *t.changes);
    t.list = nj_arena_zalloc(arena, (changes + 1) * sizeof *t.list);
    if (t.there != NULL && t.changes != NULL && t.list != NULL) {
        for (size_t i = 0; i < s->count; i++) {
            const struct nj_stint_part *p = &s->parts[i];

            t.changes[2 * i] = (struct change){p->from_ms, p->person, 1};
            t.changes[2 * i + 1] = (struct change){p->until_ms, p->person, -1};
        }
        qsort(t.changes, changes, sizeof *t.changes, by_time);
        rc = sweep(&t, changes);
    }
    free(t.there);
    free(t.changes);
    if (rc == 0) {
        *out = t.list;
        *out_count = t.count;
    }
    return rc;
}

/* ---- asking ------------------------------------------------------------ */

const struct nj_stint *nj_stint_at(const struct nj_stint *list,
                                   size_t count,
                                   int64_t at_ms,
                                   int64_t *out_since_ms,
                                   int64_t *out_until_ms)
{
    size_t low = 0; /* the first that ends after AT_MS */
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list[middle].until_ms <= at_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < count && list[low].from_ms <= at_ms) {
        *out_since_ms = list[low].from_ms;
        *out_until_ms = list[low].until_ms;
        return &list[low];
    }
    *out_since_ms = low == 0 ? INT64_MIN : list[low - 1].until_ms;
    *out_until_ms = low == count ? INT64_MAX : list[low].from_ms;
    return NULL;
}
