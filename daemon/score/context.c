#include "score/context.h"

#include <math.h>

struct nj_context_weights nj_context_weights_default(void)
{
    return (struct nj_context_weights){
        .own_page = 0.6F,   /* every visitor sees it as the brand's */
        .own_post = 1.2F,   /* the brand said it */
        .reach = 1.0F,      /* a million followers; ten thousand: a third */
        .engagement = 1.0F, /* a thousand shares; ten: a third */
        .speed = 0.8F,      /* a hundred shares an hour */
        .max_total = 2.0F,  /* context never makes a scandal by itself */
    };
}

/* 0 at LOW and below, 1 at HIGH and above, by powers of ten between. */
static float on_scale(double value, double low, double high)
{
    double at;

    if (value <= low) {
        return 0;
    }
    at = log10(value / low) / log10(high / low);
    return at > 1 ? 1.0F : (float)at;
}

static double shares_an_hour(const struct nj_score_input *in)
{
    const double hour_ms = 3600e3;
    double age_ms = (double)(in->now_ms - in->published_ms);

    if (in->shares <= 0 || in->published_ms <= 0 || in->now_ms <= 0 ||
        age_ms < 0) {
        return 0;
    }
    /* a post of a minute with three shares is not 180 an hour */
    return (double)in->shares / fmax(age_ms / hour_ms, 0.25);
}

/* A complaint that many people pass on is a reason by itself. */
static void count_viral(struct nj_tally *tally, const struct nj_score_input *in)
{
    float spread = on_scale((double)in->shares, 20, 5000) * 4.5F +
                   on_scale(shares_an_hour(in), 10, 1000) * 2.0F;
    int complains =
        tally->tone >= 1.0F || nj_tally_offends(tally) || nj_tally_urges(tally);

    if (spread >= 0.5F) {
        nj_tally_urgent(tally, NJ_URGENT_VIRAL,
                        complains ? spread : spread * 0.4F,
                        complains ? "viral: a complaint that spreads"
                                  : "viral: it spreads");
    }
}

static float count_raise(struct nj_tally *tally, const char *what, float weight)
{
    if (weight > 0.05F) {
        nj_tally_note(tally, what, weight);
        return weight;
    }
    return 0;
}

void nj_context_count(struct nj_tally *tally,
                      const struct nj_context_weights *weights,
                      const struct nj_score_input *in)
{
    float place = 0;
    float spread = 0;
    int matters = nj_tally_offends(tally) || nj_tally_urges(tally);

    count_viral(tally, in);
    if (!matters) {
        return;
    }
    if (in->place == NJ_PLACE_OWN_PAGE) {
        place = count_raise(tally, "context: own page", weights->own_page);
    } else if (in->place == NJ_PLACE_OWN_POST) {
        place = count_raise(tally, "context: own post", weights->own_post);
    }
    spread += count_raise(tally, "context: reach of the author",
                          weights->reach *
                              on_scale((double)in->followers, 1000, 1e6));
    spread += count_raise(tally, "context: shares",
                          weights->engagement *
                              on_scale((double)in->shares, 5, 1000));
    spread +=
        count_raise(tally, "context: speed",
                    weights->speed * on_scale(shares_an_hour(in), 5, 100));
    tally->context_offence = fminf(place, weights->max_total);
    tally->context_urgency = fminf(place + spread, weights->max_total);
}

/* The weight that makes a label as likely as the eye says. */
static float weight_of(float probability)
{
    float p = fminf(fmaxf(probability, 0.01F), 0.99F);

    return 4.0F + logf(p / (1.0F - p));
}

static void count_picture(struct nj_tally *tally,
                          const struct nj_picture_verdict *picture)
{
    float worst = fmaxf(picture->porn, picture->hentai);

    if (!picture->judged) {
        nj_tally_note(tally, "picture: could not be judged", 0);
        return;
    }
    if (picture->blocked) {
        nj_tally_label(tally, NJ_LABEL_SEXUAL, 8.0F,
                       "picture: like one that was blocked");
    }
    if (worst >= 0.2F) {
        nj_tally_label(tally, NJ_LABEL_SEXUAL, weight_of(worst),
                       picture->hentai > picture->porn
                           ? "picture: drawn pornography"
                           : "picture: pornography");
    } else if (picture->sexy >= 0.5F) {
        nj_tally_label(tally, NJ_LABEL_SEXUAL, weight_of(picture->sexy * 0.5F),
                       "picture: sexy");
    }
}

void nj_context_pictures(struct nj_tally *tally,
                         const struct nj_score_input *in)
{
    for (size_t i = 0; i < in->picture_count; i++) {
        count_picture(tally, &in->pictures[i]);
    }
}
