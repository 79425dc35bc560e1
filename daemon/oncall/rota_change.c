#include "oncall/rota_change.h"

#include <string.h>

static int
stands_in(const char *const *people, size_t count, const char *person)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(people[i], person) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Add to LIST those of A that are not in B. Returns whether there are any. */
static int add_missing(const struct nj_oncall *a,
                       const struct nj_oncall *b,
                       const char **list,
                       size_t *count)
{
    int found = 0;

    for (size_t i = 0; i < a->count; i++) {
        if (stands_in(b->people, b->count, a->people[i])) {
            continue;
        }
        found = 1;
        if (*count < NJ_ROTA_CHANGE_PEOPLE &&
            !stands_in(list, *count, a->people[i])) {
            list[(*count)++] = a->people[i];
        }
    }
    return found;
}

/* [FROM_MS, UNTIL_MS) was somebody's and is nobody's; only the first such
 * span is kept, as long as it goes on. */
static void
add_empty(struct nj_rota_change *out, int64_t from_ms, int64_t until_ms)
{
    if (!out->empties) {
        out->empties = 1;
        out->empty_from_ms = from_ms;
        out->empty_until_ms = until_ms;
    } else if (out->empty_until_ms == from_ms) {
        out->empty_until_ms = until_ms;
    }
}

static void add_span(struct nj_rota_change *out,
                     const struct nj_oncall *before,
                     const struct nj_oncall *after,
                     int64_t from_ms,
                     int64_t until_ms)
{
    int gained = add_missing(after, before, out->gainers, &out->gainer_count);
    int lost = add_missing(before, after, out->losers, &out->loser_count);

    if (gained || lost) {
        if (out->from_ms == out->until_ms) {
            out->from_ms = from_ms;
        }
        out->until_ms = until_ms;
    }
    if (before->count > 0 && after->count == 0) {
        add_empty(out, from_ms, until_ms);
    }
}

void nj_rota_compare(const struct nj_rota *before,
                     const struct nj_rota *after,
                     int64_t from_ms,
                     int64_t until_ms,
                     struct nj_rota_change *out)
{
    int64_t at_ms = from_ms;

    *out = (struct nj_rota_change){.from_ms = from_ms, .until_ms = from_ms};
    while (at_ms < until_ms) {
        struct nj_oncall was;
        struct nj_oncall is;
        int64_t next_ms;

        nj_oncall_span(before, at_ms, &was);
        nj_oncall_span(after, at_ms, &is);
        next_ms = was.until_ms < is.until_ms ? was.until_ms : is.until_ms;
        next_ms = next_ms < until_ms ? next_ms : until_ms;
        add_span(out, &was, &is, at_ms, next_ms);
        at_ms = next_ms;
    }
}
