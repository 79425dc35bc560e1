#include "score/phrase.h"

struct matcher {
    const struct nj_node *nodes;
    const struct nj_case *cases;
    const struct nj_vocab_word *vocab;
    const struct nj_word *words;
    size_t count;
    size_t first;
    unsigned *steps;
};

/* Whether word AT may follow the one before it in a hit. */
static int continues(const struct matcher *m, size_t at)
{
    return at < m->count &&
           (at == m->first || (m->words[at].flags & NJ_W_SENTENCE) == 0);
}

/* Where switch N goes on after word ID, or NULL. */
static const struct nj_case *
find_case(const struct matcher *m, const struct nj_node *n, uint32_t id)
{
    const struct nj_case *cases = m->cases + n->arg;
    size_t low = 0;
    size_t high = n->count;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (cases[mid].word == id) {
            return &cases[mid];
        }
        if (cases[mid].word < id) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return NULL;
}

static size_t match_from(const struct matcher *m, uint32_t node, size_t at);

static size_t
match_switch(const struct matcher *m, const struct nj_node *n, size_t at)
{
    const struct nj_case *found =
        continues(m, at) ? find_case(m, n, m->words[at].id) : NULL;

    return found == NULL ? 0 : match_from(m, found->node, at + 1);
}

/* Pass over as few words as will do. */
static size_t
match_gap(const struct matcher *m, const struct nj_node *gap, size_t at)
{
    for (uint32_t passed = 0;; passed++) {
        size_t end = match_from(m, gap->next, at + passed);

        if (end != 0 || passed == gap->arg || !continues(m, at + passed)) {
            return end;
        }
    }
}

static size_t match_from(const struct matcher *m, uint32_t node, size_t at)
{
    for (;;) {
        const struct nj_node *n = &m->nodes[node];
        size_t end;

        if (*m->steps == 0) {
            return 0;
        }
        --*m->steps;
        switch ((enum nj_node_kind)n->kind) {
        case NJ_NODE_END:
            return at;
        case NJ_NODE_FAIL:
            return 0;
        case NJ_NODE_WORD:
            if (!continues(m, at) || m->words[at].id != n->arg) {
                return 0;
            }
            at++;
            node = n->next;
            break;
        case NJ_NODE_SWITCH:
            end = match_switch(m, n, at);
            if (end != 0) {
                return end;
            }
            node = n->next;
            break;
        case NJ_NODE_CLASS:
            if (!continues(m, at) ||
                (m->vocab[m->words[at].id].classes >> n->arg & 1) == 0) {
                return 0;
            }
            at++;
            node = n->next;
            break;
        case NJ_NODE_SPLIT:
            end = match_from(m, n->next, at);
            if (end != 0) {
                return end;
            }
            node = n->arg;
            break;
        case NJ_NODE_GAP:
            return match_gap(m, n, at);
        }
    }
}

/* Whether the part that begins with NODE stands near words [FIRST, LAST) and
 * not inside them. */
static int is_near(struct matcher *m, uint32_t node, size_t first, size_t last)
{
    size_t at = first > NJ_PHRASE_WINDOW ? first - NJ_PHRASE_WINDOW : 0;
    size_t stop = last + NJ_PHRASE_WINDOW;

    while (at < stop && at < m->count) {
        size_t end;

        m->first = at;
        end = match_from(m, node, at);
        if (end > at && (end <= first || at >= last)) {
            return 1;
        }
        at++;
    }
    return 0;
}

size_t nj_phrase_match(const struct nj_phrases *phrases,
                       const struct nj_phrase *phrase,
                       const struct nj_words *words,
                       size_t first,
                       unsigned *steps)
{
    struct matcher m = {.nodes = phrases->nodes,
                        .cases = phrases->cases,
                        .vocab = phrases->vocab.words,
                        .words = words->items,
                        .count = words->count,
                        .first = first,
                        .steps = steps};
    size_t end = match_from(&m, phrase->node, first);

    if (end <= first) {
        return 0;
    }
    for (size_t i = 0; i < NJ_PHRASE_ALSO && phrase->also[i] != 0; i++) {
        if (!is_near(&m, phrase->also[i], first, end)) {
            return 0;
        }
    }
    return end;
}
