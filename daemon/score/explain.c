#include "score/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { SHOWN_BYTES = 60 }; /* of a phrase as it was found */

struct teller {
    struct nj_reasons *reasons;
    const struct nj_part *part;
    enum nj_part_kind kind;
    struct nj_arena *arena;
};

static int by_weight(const void *a, const void *b)
{
    const struct nj_reason *x = a;
    const struct nj_reason *y = b;

    if (x->weight != y->weight) {
        return fabsf(x->weight) > fabsf(y->weight) ? -1 : 1;
    }
    return x->start < y->start ? -1 : x->start > y->start;
}

static void add_reason(struct nj_reasons *reasons, struct nj_reason reason)
{
    if (reasons->count < NJ_REASONS_MAX) {
        reasons->items[reasons->count] = reason;
        reasons->count++;
    }
}

/* "KIND: the words", or "KIND, in a picture: the words". */
static const char *
say(const struct teller *t, const char *kind, const char *words, size_t len)
{
    static const char in_picture[] = ", read in a picture";
    char line[256];
    int wrote = nj_str_format(line, sizeof line, "%s%s: %.*s", kind,
                              t->kind == NJ_PART_PICTURE ? in_picture : "",
                              (int)(len > 160 ? 160 : len), words);

    return wrote < 0 ? NULL
                     : nj_arena_strndup(t->arena, line,
                                        (size_t)wrote < sizeof line
                                            ? (size_t)wrote
                                            : sizeof line - 1);
}

static int tell(const struct teller *t,
                const struct nj_evidence *e,
                const char *kind,
                float weight,
                int mask)
{
    const char *words = e->term->name;
    size_t len = strlen(words);
    struct nj_reason reason = {
        .weight = weight, .mask = mask, .in_title = t->kind == NJ_PART_TITLE};

    if (!e->term->word) {
        words = t->part->canon.text + e->start;
        len = nj_utf8_cut(words, e->end - e->start, SHOWN_BYTES);
    }
    reason.what = say(t, kind, words, len);
    if (reason.what == NULL) {
        return NJ_E_NOMEM;
    }
    if (t->kind != NJ_PART_PICTURE) {
        nj_canon_origin(&t->part->canon, e->start, e->end, &reason.start,
                        &reason.end);
    }
    add_reason(t->reasons, reason);
    return 0;
}

/* Why it counts less or more, as a weight of its own. */
static int tell_dampers(const struct teller *t,
                        const struct nj_evidence *e,
                        float whole,
                        int is_label)
{
    float weight = whole;

    for (size_t i = 0; i < e->damper_count; i++) {
        const struct nj_damper *d = &e->dampers[i];
        float left = d->more ? (is_label ? weight + d->offence : weight)
                             : weight * (is_label ? d->offence : d->urgency);
        int rc = 0;

        if (fabsf(left - weight) > 0.005F) {
            rc = tell(t, e, d->why, left - weight, 0);
        }
        if (rc != 0) {
            return rc;
        }
        weight = left;
    }
    return 0;
}

/* Words that a reader must not see: offensive words, and phrases marked so. */
static int must_mask(const struct nj_term *term)
{
    if ((term->flags & (NJ_TERM_SHOWN | NJ_TERM_TONE)) != 0) {
        return 0;
    }
    if ((term->flags & NJ_TERM_MASK) != 0) {
        return 1;
    }
    return term->word && (term->labels[NJ_LABEL_PROFANITY] > 0 ||
                          term->labels[NJ_LABEL_INSULT] > 0 ||
                          term->labels[NJ_LABEL_IDENTITY_ATTACK] > 0 ||
                          term->labels[NJ_LABEL_SEXUAL] > 0);
}

/* The strongest label tells what it is; others would only repeat it. */
static int tell_evidence(const struct teller *t, const struct nj_evidence *e)
{
    unsigned best = 0;
    int mask = must_mask(e->term);
    int rc = 0;

    for (unsigned i = 1; i < NJ_LABELS; i++) {
        if (e->term->labels[i] > e->term->labels[best]) {
            best = i;
        }
    }
    if ((e->term->flags & NJ_TERM_CUE) != 0 &&
        (e->term->flags & NJ_TERM_TONE) != 0) {
        return 0; /* too small to be told each */
    }
    if (e->shadowed) {
        return mask ? tell(t, e, "part of a stronger word", 0, 1) : 0;
    }
    if (e->term->labels[best] != 0) {
        rc = tell(t, e, nj_label_name((enum nj_label)best),
                  e->term->labels[best], mask);
        if (rc == 0) {
            rc = tell_dampers(t, e, e->term->labels[best], 1);
        }
    }
    if (rc == 0 && e->term->urgent != 0) {
        rc = tell(t, e,
                  (e->term->flags & NJ_TERM_TONE) != 0
                      ? "complaint"
                      : nj_urgent_reason_name(e->term->urgent_reason),
                  e->term->urgent, mask);
        if (rc == 0) {
            rc = tell_dampers(t, e, e->term->urgent, 0);
        }
    }
    return rc;
}

/* What was not looked at, from byte FROM of the text on, is masked: it may be
 * anything. */
static void add_rest(const struct teller *t, const char *what, size_t from)
{
    struct nj_reason reason = {.what = what,
                               .in_title = t->kind == NJ_PART_TITLE};

    if (t->kind != NJ_PART_PICTURE) {
        reason.start = (uint32_t)from;
        reason.end = (uint32_t)t->part->given_len;
        reason.mask = 1;
    }
    if (t->reasons->count == NJ_REASONS_MAX) {
        t->reasons->count--;
    }
    add_reason(t->reasons, reason);
}

int nj_explain_part(struct nj_reasons *reasons,
                    const struct nj_part *part,
                    enum nj_part_kind kind,
                    struct nj_arena *arena)
{
    struct teller t = {reasons, part, kind, arena};

    for (size_t i = 0; i < part->evidence_count; i++) {
        int rc =
            part->evidence[i].void_ ? 0 : tell_evidence(&t, &part->evidence[i]);

        if (rc != 0) {
            return rc;
        }
    }
    if ((part->canon.flags & NJ_CANON_CUT) != 0) {
        add_rest(&t, "too long: the end was not judged", part->canon.given_len);
    }
    if (part->crowded) {
        add_rest(&t, "too much at once: not all of it was weighed", 0);
    }
    return 0;
}

static int tell_words(const struct teller *t,
                      const char *kind,
                      const struct nj_opinion_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct nj_opinion_word *word = &words->items[i];
        const char *text = t->part->canon.text + word->start;
        struct nj_reason reason = {.weight = word->share,
                                   .in_title = t->kind == NJ_PART_TITLE};

        reason.what =
            say(t, kind, text,
                nj_utf8_cut(text, word->end - word->start, SHOWN_BYTES));
        if (reason.what == NULL) {
            return NJ_E_NOMEM;
        }
        if (t->kind != NJ_PART_PICTURE) {
            nj_canon_origin(&t->part->canon, word->start, word->end,
                            &reason.start, &reason.end);
        }
        add_reason(t->reasons, reason);
    }
    return 0;
}

int nj_explain_model(struct nj_reasons *reasons,
                     const struct nj_part *part,
                     const struct nj_gaze *gaze,
                     enum nj_part_kind kind,
                     struct nj_arena *arena)
{
    struct teller t = {reasons, part, kind, arena};
    int rc = tell_words(&t, "model", &gaze->offensive);

    return rc != 0 ? rc : tell_words(&t, "model, urgent", &gaze->urgent);
}

int nj_explain_finish(struct nj_reasons *reasons,
                      const struct nj_tally *tally,
                      struct nj_arena *arena,
                      struct nj_score *out)
{
    struct nj_reason *kept;

    for (size_t i = 0; i < tally->extra_count; i++) {
        add_reason(reasons,
                   (struct nj_reason){.what = tally->extras[i].what,
                                      .weight = tally->extras[i].weight});
    }
    if (reasons->count == 0) {
        return 0;
    }
    qsort(reasons->items, reasons->count, sizeof reasons->items[0], by_weight);
    kept = nj_arena_zalloc(arena, reasons->count * sizeof *kept);
    if (kept == NULL) {
        return NJ_E_NOMEM;
    }
    memcpy(kept, reasons->items, reasons->count * sizeof *kept);
    out->reasons = kept;
    out->reason_count = reasons->count;
    return 0;
}
