#include "triage/match.h"

#include <string.h>

#include "base/str.h"

static int is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (nj_str_eq(names[i], name)) {
            return 1;
        }
    }
    return count == 0;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : (c == '_' ? '-' : c);
}

int nj_match_language(const char *tag, const char *range)
{
    if (tag == NULL) {
        return 0;
    }
    while (*range != '\0' && fold(*tag) == fold(*range)) {
        tag++;
        range++;
    }
    return *range == '\0' && (*tag == '\0' || fold(*tag) == '-');
}

/* The language we found, or what the network says where we found none. */
static const char *language_of(const struct nj_post *post,
                               const struct nj_score *score)
{
    if (score->language[0] != '\0' && strcmp(score->language, "und") != 0) {
        return score->language;
    }
    return post->language == NULL ? "und" : post->language;
}

static int speaks(const struct nj_match *match,
                  const struct nj_post *post,
                  const struct nj_score *score)
{
    const char *language = language_of(post, score);

    for (size_t i = 0; i < match->language_count; i++) {
        if (nj_match_language(language, match->languages[i])) {
            return 1;
        }
    }
    return match->language_count == 0;
}

static int says(const struct nj_match *match, const struct nj_post *post)
{
    for (size_t i = 0; i < match->word_count; i++) {
        if (nj_match_word(post->text, match->words[i]) ||
            nj_match_word(post->title, match->words[i])) {
            return 1;
        }
    }
    return match->word_count == 0;
}

static int is_place(unsigned places, enum nj_place place)
{
    return places == 0 ? place != NJ_PLACE_ELSEWHERE
                       : (places >> place & 1) != 0;
}

static int asks_score(const struct nj_match *m)
{
    int asks = m->offensive >= 0 || m->urgent >= 0 || m->level >= 0 ||
               m->urgent_reasons != 0;

    for (int i = 0; i < NJ_LABELS; i++) {
        asks |= m->labels[i] >= 0;
    }
    return asks;
}

/* Whether SCORE reaches all that is asked; what is not asked is negative. */
static int reaches(const struct nj_match *m, const struct nj_score *score)
{
    if (score->offensive < m->offensive || score->urgent < m->urgent ||
        (int)score->level < m->level ||
        (m->urgent_reasons != 0 &&
         (m->urgent_reasons >> score->urgent_reason & 1) == 0)) {
        return 0;
    }
    for (int i = 0; i < NJ_LABELS; i++) {
        if (score->labels[i] < m->labels[i]) {
            return 0;
        }
    }
    return 1;
}

static int is_bad_enough(const struct nj_match *m, const struct nj_score *score)
{
    if (!score->judged) {
        return m->unjudged || !asks_score(m);
    }
    return reaches(m, score) && (!m->unjudged || asks_score(m));
}

int nj_match_holds(const struct nj_match *match,
                   const struct nj_post *post,
                   const struct nj_score *score)
{
    return is_place(match->places, post->place) &&
           is_listed(match->brands, match->brand_count, post->brand) &&
           is_listed(match->sources, match->source_count, post->source) &&
           (match->followers < 0 || post->followers >= match->followers) &&
           is_bad_enough(match, score) && speaks(match, post, score) &&
           says(match, post);
}
