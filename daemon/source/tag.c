#include "source/tag.h"

#include <string.h>
#include <strings.h>

static void skip_blanks(struct nj_span *t)
{
    while (t->at < t->end && nj_is_blank(*t->at)) {
        t->at++;
    }
}

static struct nj_span take_value(struct nj_span *t)
{
    struct nj_span value = {t->at, t->at};
    const char *close = NULL;

    if (t->at < t->end && (*t->at == '"' || *t->at == '\'')) {
        close = memchr(t->at + 1, *t->at, (size_t)(t->end - t->at) - 1);
    }
    if (close != NULL) {
        value = (struct nj_span){t->at + 1, close};
        t->at = close + 1;
        return value;
    }
    while (value.end < t->end && !nj_is_blank(*value.end)) {
        value.end++;
    }
    t->at = value.end;
    return value;
}

int nj_tag_attribute(struct nj_span *t,
                     struct nj_span *name,
                     struct nj_span *value)
{
    while (t->at < t->end && (nj_is_blank(*t->at) || *t->at == '/')) {
        t->at++;
    }
    if (t->at >= t->end) {
        return 0;
    }
    *name = (struct nj_span){t->at, t->at + 1};
    while (name->end < t->end && !nj_is_blank(*name->end) &&
           *name->end != '=' && *name->end != '/') {
        name->end++;
    }
    t->at = name->end;
    *value = (struct nj_span){t->at, t->at};
    skip_blanks(t);
    if (t->at < t->end && *t->at == '=') {
        t->at++;
        skip_blanks(t);
        *value = take_value(t);
    }
    return 1;
}

int nj_span_has(const struct nj_span *t, const char *word)
{
    size_t n = strlen(word);
    size_t len = (size_t)(t->end - t->at);

    for (size_t i = 0; i + n <= len; i++) {
        if ((t->at[i] | 0x20) == (word[0] | 0x20) &&
            strncasecmp(t->at + i, word, n) == 0) {
            return 1;
        }
    }
    return 0;
}

const char *
nj_tag_angle(struct nj_tag_ends *ends, const char *at, const char *end)
{
    const char *found = NULL;

    if (!ends->no_angle) {
        found = memchr(at, '>', (size_t)(end - at));
        ends->no_angle = found == NULL;
    }
    return found;
}

const char *
nj_tag_end(struct nj_tag_ends *ends, const char *at, const char *end)
{
    const char *first = nj_tag_angle(ends, at, end);
    const char *p = at;

    if (first == NULL || ends->no_quotes ||
        (memchr(at, '"', (size_t)(first - at)) == NULL &&
         memchr(at, '\'', (size_t)(first - at)) == NULL)) {
        return first;
    }
    while (p < end && *p != '>') {
        const char *close = NULL;

        if ((*p == '"' || *p == '\'') && p > at &&
            (p[-1] == '=' || nj_is_blank(p[-1]))) {
            close = memchr(p + 1, *p, (size_t)(end - p) - 1);
            if (close == NULL) {
                return first;
            }
        }
        p = close == NULL ? p + 1 : close + 1;
    }
    ends->no_quotes = p == end;
    return p == end ? first : p;
}
