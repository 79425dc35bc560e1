#include "score/pattern.h"

#include <string.h>

#include "base/str.h"
#include "score/script.h"

struct scan {
    const struct nj_patterns *patterns;
    struct nj_part *part;
};

/* Whether a word goes on across byte AT of the text. */
static int inside_word(const struct nj_canon *canon, size_t at)
{
    uint32_t before = 0;
    uint32_t after = 0;
    size_t back = at;

    if (at == 0 || at >= canon->len) {
        return 0;
    }
    do {
        back--;
    } while (back > 0 && ((unsigned char)canon->text[back] & 0xc0) == 0x80);
    (void)nj_utf8_decode(canon->text + back, canon->len - back, &before);
    (void)nj_utf8_decode(canon->text + at, canon->len - at, &after);
    return nj_script_is_word(before) && nj_script_is_word(after);
}

/* "a+" is seen once for each "a": make the sighting that began at START longer
 * instead of adding one. */
static int lengthen(struct nj_part *part, unsigned id, size_t start, size_t end)
{
    enum { LOOK_BACK = 8 };
    size_t least =
        part->sighting_count > LOOK_BACK ? part->sighting_count - LOOK_BACK : 0;

    for (size_t i = part->sighting_count; i > least; i--) {
        struct nj_sighting *s = &part->sightings[i - 1];

        if (s->pattern == id && s->start == start) {
            s->end = (uint32_t)end;
            return 1;
        }
    }
    return 0;
}

static int on_match(unsigned id,
                    unsigned long long from,
                    unsigned long long to,
                    unsigned flags,
                    void *arg)
{
    struct scan *scan = arg;
    struct nj_part *part = scan->part;
    const struct nj_pattern *p = &scan->patterns->items[id];
    size_t start = (size_t)from;

    (void)flags;
    if ((p->whole_start && inside_word(&part->canon, start)) ||
        (p->whole_end && inside_word(&part->canon, (size_t)to))) {
        return 0;
    }
    if (lengthen(part, id, start, (size_t)to)) {
        return 0;
    }
    if (part->sighting_count == NJ_EVIDENCE_MAX) {
        part->crowded = 1;
        return 1;
    }
    part->sightings[part->sighting_count] = (struct nj_sighting){
        .pattern = id, .start = (uint32_t)start, .end = (uint32_t)to};
    part->sighting_count++;
    return 0;
}

int nj_patterns_room(const struct nj_patterns *patterns, hs_scratch_t **out)
{
    hs_scratch_t *room = NULL;

    if (patterns->database != NULL &&
        hs_alloc_scratch(patterns->database, &room) != HS_SUCCESS) {
        return NJ_E_NOMEM;
    }
    *out = room;
    return 0;
}

void nj_patterns_free_room(hs_scratch_t *room)
{
    if (room != NULL) {
        (void)hs_free_scratch(room);
    }
}

int nj_patterns_scan(const struct nj_patterns *patterns,
                     hs_scratch_t *scratch,
                     struct nj_part *part)
{
    struct scan scan = {patterns, part};
    hs_error_t rc;

    part->sighting_count = 0;
    if (patterns->database == NULL) {
        return 0;
    }
    rc = hs_scan(patterns->database, part->canon.text,
                 (unsigned)part->canon.len, 0, scratch, on_match, &scan);
    return rc == HS_SUCCESS || rc == HS_SCAN_TERMINATED ? 0 : NJ_E_NOMEM;
}

static void allow(struct nj_part *part,
                  const struct nj_sighting *sighting,
                  const struct nj_term *only)
{
    for (size_t k = 0; k < part->evidence_count; k++) {
        struct nj_evidence *e = &part->evidence[k];

        if (sighting->start <= e->start && e->end <= sighting->end &&
            (only == NULL || e->term == only)) {
            e->void_ = 1;
        }
    }
}

static void judge_term(const struct nj_patterns *patterns,
                       struct nj_part *part,
                       const struct nj_sighting *sighting,
                       uint32_t number)
{
    const struct nj_term *term = &patterns->terms[number];
    struct nj_evidence *e;

    if (term->languages != 0 && (term->languages >> part->language & 1) == 0) {
        return;
    }
    e = nj_evidence_add(part);
    if (e != NULL) {
        e->term = term;
        e->start = sighting->start;
        e->end = sighting->end;
    }
}

void nj_patterns_judge(const struct nj_patterns *patterns, struct nj_part *part)
{
    for (size_t i = 0; i < part->sighting_count; i++) {
        const struct nj_sighting *s = &part->sightings[i];
        const struct nj_pattern *p = &patterns->items[s->pattern];

        if (p->kind == NJ_SEEN_TERM) {
            judge_term(patterns, part, s, p->number);
        }
    }
    for (size_t i = 0; i < part->sighting_count; i++) {
        const struct nj_sighting *s = &part->sightings[i];
        const struct nj_pattern *p = &patterns->items[s->pattern];

        if (p->kind == NJ_SEEN_ALLOW) {
            allow(part, s,
                  p->number == NJ_TERM_ALL ? NULL
                                           : &patterns->terms[p->number]);
        }
    }
}
