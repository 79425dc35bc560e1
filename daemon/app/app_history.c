/* Does a new configuration tell the past otherwise? Who was on call last month
 * is what people look up after a bad night; a rotation that is edited in place
 * rewrites it, one that ends while the next begins does not. */

#include <string.h>

#include "app/inside.h"
#include "oncall/oncall.h"

#define PAST_MS (INT64_C(30) * 86400000)

static int same_people(const struct nj_oncall *a, const struct nj_oncall *b)
{
    size_t found = 0;

    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            found += strcmp(a->people[i], b->people[k]) == 0;
        }
    }
    return a->count == b->count && found == a->count;
}

static void add_people(struct nj_buf *out, const struct nj_oncall *who)
{
    for (size_t i = 0; i < who->count; i++) {
        (void)nj_buf_addf(out, "%s%s", i == 0 ? "" : " and ", who->people[i]);
    }
    if (who->count == 0) {
        (void)nj_buf_adds(out, "nobody");
    }
}

static void tell(const struct nj_schedule *s,
                 int64_t at_ms,
                 const struct nj_oncall *was,
                 const struct nj_oncall *is,
                 struct nj_buf *out)
{
    char text[NJ_TIME_TEXT];

    (void)nj_buf_addf(out,
                      "schedules.%s: tells the past otherwise: at %s it had ",
                      s->name, nj_time_text(s->zone, at_ms, text));
    add_people(out, was);
    (void)nj_buf_adds(out, ", now it says ");
    add_people(out, is);
    (void)nj_buf_adds(out, "; to keep what was, let the old layer end (ends:) "
                           "where the new one starts\n");
}

static void compare(const struct nj_schedule *old,
                    const struct nj_schedule *fresh,
                    int64_t now_ms,
                    struct nj_buf *out)
{
    struct nj_rota before = {.schedule = old};
    struct nj_rota after = {.schedule = fresh};
    int64_t at_ms = now_ms - PAST_MS;

    while (at_ms < now_ms) {
        struct nj_oncall was;
        struct nj_oncall is;

        nj_oncall_span(&before, at_ms, &was);
        nj_oncall_span(&after, at_ms, &is);
        if (!same_people(&was, &is)) {
            tell(fresh, at_ms, &was, &is, out);
            return;
        }
        at_ms = was.until_ms < is.until_ms ? was.until_ms : is.until_ms;
    }
}

void nj_app_tell_history(const struct nj_plan *old,
                         const struct nj_plan *fresh,
                         int64_t now_ms,
                         struct nj_buf *out)
{
    for (size_t i = 0; i < old->schedule_count; i++) {
        const struct nj_schedule *is =
            nj_plan_schedule(fresh, old->schedules[i].name);

        if (is != NULL) {
            compare(&old->schedules[i], is, now_ms, out);
        }
    }
}
