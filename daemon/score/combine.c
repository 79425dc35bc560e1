#include "score/combine.h"

#include <math.h>
#include <string.h>

static const float bias = -4.0F;
static const float steps[4] = {1.0F, 0.35F, 0.2F, 0.1F};

/* How much of a label's evidence is an offence. Self-harm is none: it is a
 * person in need, and urgent. */
static const float shares[NJ_LABELS] = {
    [NJ_LABEL_PROFANITY] = 0.88F,      [NJ_LABEL_INSULT] = 1.0F,
    [NJ_LABEL_IDENTITY_ATTACK] = 1.1F, [NJ_LABEL_THREAT] = 1.1F,
    [NJ_LABEL_SEXUAL] = 0.95F,         [NJ_LABEL_SELF_HARM] = 0.0F,
};

static const struct {
    float low;
    float high;
    float critical;
} offence_levels = {0.50F, 0.75F, 0.97F},
  urgency_levels = {0.50F, 0.75F, 0.92F};

static void sum_add(struct nj_sum *sum, float weight)
{
    if (weight == 0) {
        return;
    }
    sum->any = 1;
    if (weight < 0) {
        sum->against += weight;
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        if (weight > sum->best[i]) {
            float weaker = sum->best[i];

            sum->best[i] = weight;
            weight = weaker;
        }
    }
}

static float sum_value(const struct nj_sum *sum)
{
    float value = sum->against;

    if (!sum->any) {
        return 0;
    }
    for (size_t i = 0; i < 4; i++) {
        value += sum->best[i] * steps[i];
    }
    return value;
}

static float to_probability(float log_odds)
{
    return 1.0F / (1.0F + expf(-log_odds));
}

/* ---- counting in ------------------------------------------------------- */

static float kept_share(const struct nj_evidence *e)
{
    float whole = e->term->urgent;
    float left = nj_evidence_urgent(e);

    for (unsigned i = 0; i < NJ_LABELS; i++) {
        float label = e->term->labels[i];

        if (label > whole) {
            whole = label;
            left = nj_evidence_label(e, (enum nj_label)i);
        }
    }
    return whole <= 0 ? 0 : left / whole;
}

/* Terms that may not be outvoted, unless tempering took most of them away. */
static enum nj_level demands(const struct nj_evidence *e)
{
    const float believed = 0.7F;
    uint32_t flags = e->term->flags;

    if ((flags & (NJ_TERM_SAFETY | NJ_TERM_LIFE)) == 0 || e->void_ ||
        kept_share(e) < believed) {
        return NJ_LEVEL_NONE;
    }
    return (flags & NJ_TERM_LIFE) != 0 ? NJ_LEVEL_CRITICAL : NJ_LEVEL_HIGH;
}

/* Whether the same cue was counted before: "fire! fire! fire!" is one. */
static int is_repeated(const struct nj_part *part, size_t number)
{
    const struct nj_evidence *e = &part->evidence[number];
    const struct nj_word *words = part->words.items;

    for (size_t i = 0; i < number; i++) {
        const struct nj_evidence *other = &part->evidence[i];

        if (other->term == e->term && !other->void_ &&
            words[other->first].id == words[e->first].id) {
            return 1;
        }
    }
    return 0;
}

static void count_cue(struct nj_tally *tally, const struct nj_evidence *e)
{
    if ((e->term->flags & NJ_TERM_TONE) != 0) {
        tally->cues_any += nj_evidence_urgent(e);
        return;
    }
    tally->cues[e->term->urgent_reason] += nj_evidence_urgent(e);
    tally->cues_threat += nj_evidence_label(e, NJ_LABEL_THREAT);
    tally->cues_self_harm += nj_evidence_label(e, NJ_LABEL_SELF_HARM);
}

void nj_tally_part(struct nj_tally *tally, const struct nj_part *part)
{
    for (size_t i = 0; i < part->evidence_count; i++) {
        const struct nj_evidence *e = &part->evidence[i];
        enum nj_level level = demands(e);
        float urgent = nj_evidence_urgent(e);

        if ((e->term->flags & NJ_TERM_CUE) != 0) {
            if (!is_repeated(part, i)) {
                count_cue(tally, e);
            }
            continue;
        }
        if ((e->term->flags & NJ_TERM_TONE) != 0) {
            tally->tone += urgent;
            continue;
        }
        for (unsigned l = 0; l < NJ_LABELS; l++) {
            if (e->term->labels[l] != 0) {
                sum_add(&tally->labels[l],
                        nj_evidence_label(e, (enum nj_label)l));
            }
        }
        if (urgent != 0) {
            sum_add(&tally->urgent[e->term->urgent_reason], urgent);
        }
        tally->at_least = level > tally->at_least ? level : tally->at_least;
    }
}

void nj_tally_note(struct nj_tally *tally, const char *what, float weight)
{
    if (tally->extra_count < NJ_EXTRAS_MAX) {
        tally->extras[tally->extra_count] = (struct nj_extra){what, weight};
        tally->extra_count++;
    }
}

void nj_tally_label(struct nj_tally *tally,
                    enum nj_label label,
                    float weight,
                    const char *what)
{
    sum_add(&tally->labels[label], weight);
    nj_tally_note(tally, what, weight);
}

void nj_tally_urgent(struct nj_tally *tally,
                     enum nj_urgent_reason reason,
                     float weight,
                     const char *what)
{
    sum_add(&tally->urgent[reason], weight);
    nj_tally_note(tally, what, weight);
}

/* ---- the end ----------------------------------------------------------- */

float nj_tally_rules(const struct nj_tally *tally)
{
    struct nj_sum sum = {.against = 0};

    for (unsigned i = 0; i < NJ_LABELS; i++) {
        sum_add(&sum, sum_value(&tally->labels[i]) * shares[i]);
    }
    return sum_value(&sum);
}

/* Cues of one reason whole, of the others in part: what burns also injures.
 * Those of no reason count only beside some. At most a bit above even odds, so
 * that cues alone never wake anybody as critical. */
static float cue_sum(const struct nj_tally *tally,
                     enum nj_urgent_reason *out_reason)
{
    const float most = 5.6F;
    const float others = 0.5F;
    const float enough = 1.4F;
    float best = 0;
    float sum = 0;

    for (unsigned i = 1; i < NJ_URGENT_REASONS; i++) {
        sum += tally->cues[i];
        if (tally->cues[i] > best) {
            best = tally->cues[i];
            *out_reason = (enum nj_urgent_reason)i;
        }
    }
    sum = best + (sum - best) * others;
    if (sum >= enough) {
        sum += fminf(tally->cues_any, 1.5F);
    }
    return fminf(fmaxf(sum, 0.0F), most);
}

static float urgency_sum(const struct nj_tally *tally,
                         enum nj_urgent_reason *out_reason)
{
    const float beside = 0.3F; /* share of cues beside stronger evidence */
    struct nj_sum sum = {.against = 0};
    enum nj_urgent_reason cued = NJ_URGENT_NOTHING;
    float cues = cue_sum(tally, &cued);
    float best = 0;
    float value;

    *out_reason = NJ_URGENT_NOTHING;
    for (unsigned i = 1; i < NJ_URGENT_REASONS; i++) {
        value = sum_value(&tally->urgent[i]);
        sum_add(&sum, value);
        if (value > best) {
            best = value;
            *out_reason = (enum nj_urgent_reason)i;
        }
    }
    value = sum_value(&sum);
    if (cues > value) {
        *out_reason = cued;
        return cues + fmaxf(value, 0.0F) * beside;
    }
    return value + cues * beside;
}

/* As far as the model may go: where somebody is in need it is outvoted; a
 * curse that is aimed at nobody wakes nobody; and without any rule's word
 * nothing is critical. */
static float highest(const struct nj_tally *tally)
{
    const float named = 3.0F;
    const float outvoted = -0.25F;
    const float mild = 1.05F;
    const float lone = 2.2F;

    for (unsigned i = NJ_LABEL_INSULT; i <= NJ_LABEL_SEXUAL; i++) {
        if (sum_value(&tally->labels[i]) >= named) {
            return HUGE_VALF;
        }
    }
    if (sum_value(&tally->labels[NJ_LABEL_SELF_HARM]) >= named) {
        return outvoted;
    }
    return sum_value(&tally->labels[NJ_LABEL_PROFANITY]) > 0 ? mild : lone;
}

/* What model and rules make of it together, log-odds; less where all offence
 * that rules found is negated, quoted or about oneself; far below all when
 * there is no model. */
static float joint_offence(const struct nj_tally *tally, float rules)
{
    const float pardon = 1.0F;
    const struct nj_opinion *opinion = &tally->opinion;
    float joint;

    if (opinion->model == NULL || !opinion->asked) {
        return -100.0F;
    }
    joint = nj_model_offence(opinion->model, opinion->language,
                             opinion->offensive, rules);
    if (opinion->excused && !opinion->blamed) {
        joint -= pardon;
    }
    return fminf(joint, highest(tally));
}

int nj_tally_offends(const struct nj_tally *tally)
{
    float rules = nj_tally_rules(tally);

    return rules >= 1.0F || joint_offence(tally, rules) >= -1.0F;
}

int nj_tally_urges(const struct nj_tally *tally)
{
    enum nj_urgent_reason reason;

    return urgency_sum(tally, &reason) >= 1.0F;
}

static enum nj_level level_of(float p, float low, float high, float critical)
{
    return p >= critical ? NJ_LEVEL_CRITICAL
           : p >= high   ? NJ_LEVEL_HIGH
           : p >= low    ? NJ_LEVEL_LOW
                         : NJ_LEVEL_NONE;
}

static float at_least(float p, enum nj_level level)
{
    float least = level == NJ_LEVEL_CRITICAL ? urgency_levels.critical
                  : level == NJ_LEVEL_HIGH   ? urgency_levels.high
                                             : 0;

    return p < least ? least : p;
}

/* Past 0.9 more of the same adds little: ten curses are no threat. */
static float soften(float log_odds)
{
    const float knee = 2.2F;

    return log_odds > knee ? knee + (log_odds - knee) * 0.45F : log_odds;
}

static float label_odds(const struct nj_tally *tally, unsigned label)
{
    float cues = label == NJ_LABEL_THREAT      ? tally->cues_threat
                 : label == NJ_LABEL_SELF_HARM ? tally->cues_self_harm
                                               : 0;
    float rules = soften(bias + fmaxf(sum_value(&tally->labels[label]), cues));

    return fmaxf(rules, tally->opinion.labels[label]);
}

static float trust_of(const struct nj_opinion *opinion)
{
    return opinion->model == NULL
               ? -100.0F
               : nj_model_trust(opinion->model, opinion->language);
}

static float offence_odds(const struct nj_tally *tally)
{
    float rules = nj_tally_rules(tally);
    float context = nj_tally_offends(tally) ? tally->context_offence : 0;
    float alone = soften(bias + rules + context);
    float joint = joint_offence(tally, rules) + context;

    if (tally->opinion.asked && alone < trust_of(&tally->opinion)) {
        return joint;
    }
    return fmaxf(alone, joint);
}

float nj_tally_urgency_rules(const struct nj_tally *tally)
{
    enum nj_urgent_reason reason = NJ_URGENT_NOTHING;
    float urgency = urgency_sum(tally, &reason);

    urgency += urgency >= 1.0F ? tally->context_urgency : 0;
    return soften(bias + urgency);
}

/* The model learned urgency in English only. */
static float joint_urgency(const struct nj_opinion *opinion, float rules)
{
    if (opinion->model == NULL || !opinion->asked ||
        (strcmp(opinion->language, "en") != 0 &&
         strcmp(opinion->language, "und") != 0)) {
        return -100.0F;
    }
    return nj_model_odds(opinion->model, NJ_HEAD_URGENT, opinion->urgent,
                         rules);
}

static void judge_urgency(const struct nj_tally *tally, struct nj_score *out)
{
    float rules = nj_tally_urgency_rules(tally);
    float odds = fmaxf(rules, joint_urgency(&tally->opinion, rules));

    (void)urgency_sum(tally, &out->urgent_reason);
    out->urgent = at_least(to_probability(odds), tally->at_least);
    out->urgency = level_of(out->urgent, urgency_levels.low,
                            urgency_levels.high, urgency_levels.critical);
    if (out->urgent < 0.1F) {
        out->urgent_reason = NJ_URGENT_NOTHING;
    }
}

void nj_tally_finish(const struct nj_tally *tally, struct nj_score *out)
{
    enum nj_level offence_level;

    for (unsigned i = 0; i < NJ_LABELS; i++) {
        out->labels[i] = to_probability(label_odds(tally, i));
    }
    out->offensive = to_probability(offence_odds(tally));
    judge_urgency(tally, out);
    offence_level = level_of(out->offensive, offence_levels.low,
                             offence_levels.high, offence_levels.critical);
    out->level = offence_level > out->urgency ? offence_level : out->urgency;
}
