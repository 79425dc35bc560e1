#include "source/html_attr.h"

#include <string.h>
#include <strings.h>

static void skip_blanks(struct nj_html_span *t)
{
    while (t->at < t->end && nj_html_blank(*t->at)) {
        t->at++;
    }
}

static struct nj_html_span take_value(struct nj_html_span *t)
{
    struct nj_html_span value = {t->at, t->at};
    const char *close = NULL;

    if (t->at < t->end && (*t->at == '"' || *t->at == '\'')) {
        close = memchr(t->at + 1, *t->at, (size_t)(t->end - t->at) - 1);
    }
    if (close != NULL) {
        value = (struct nj_html_span){t->at + 1, close};
        t->at = close + 1;
        return value;
    }
    while (value.end < t->end && !nj_html_blank(*value.end)) {
        value.end++;
    }
    t->at = value.end;
    return value;
}

int nj_html_attribute(struct nj_html_span *t,
                      struct nj_html_span *name,
                      struct nj_html_span *value)
{
    while (t->at < t->end && (nj_html_blank(*t->at) || *t->at == '/')) {
        t->at++;
    }
    if (t->at >= t->end) {
        return 0;
    }
    *name = (struct nj_html_span){t->at, t->at + 1};
    while (name->end < t->end && !nj_html_blank(*name->end) &&
           *name->end != '=' && *name->end != '/') {
        name->end++;
    }
    t->at = name->end;
    *value = (struct nj_html_span){t->at, t->at};
    skip_blanks(t);
    if (t->at < t->end && *t->at == '=') {
        t->at++;
        skip_blanks(t);
        *value = take_value(t);
    }
    return 1;
}

int nj_html_is(const struct nj_html_span *t, const char *lower)
{
    size_t len = (size_t)(t->end - t->at);

    return len == strlen(lower) && strncasecmp(t->at, lower, len) == 0;
}

int nj_html_has(const struct nj_html_span *t, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = t->at; p + n <= t->end; p++) {
        if (strncasecmp(p, word, n) == 0) {
            return 1;
        }
    }
    return 0;
}
