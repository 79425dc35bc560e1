/* Any text as somebody else's on-call calendar: refused with a sentence, or
 * stints in order that do not overlap, each with somebody. */
// fuzz: -max_len=8192

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oncall/stints.h"

static struct nj_zone *london;
static struct nj_zone *berlin;

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static const struct nj_zone *find(void *ctx, const char *tzid)
{
    (void)ctx;
    return strcmp(tzid, "Europe/Berlin") == 0 ? berlin : NULL;
}

static void check(struct nj_stints *s)
{
    struct nj_arena arena;
    const struct nj_stint *list = NULL;
    size_t count = 0;

    nj_arena_init(&arena, 0);
    must(nj_stints_take(s, &arena, &list, &count) == 0);
    for (size_t i = 0; i < count; i++) {
        int64_t since_ms;
        int64_t until_ms;

        must(list[i].from_ms < list[i].until_ms);
        must(list[i].turn.people_count > 0);
        must(i == 0 || list[i - 1].until_ms <= list[i].from_ms);
        must(nj_stint_at(list, count, list[i].from_ms, &since_ms, &until_ms) ==
             &list[i]);
        must(since_ms == list[i].from_ms && until_ms == list[i].until_ms);
    }
    nj_arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct nj_person people[] = {
        {.name = "maya", .title = "Maya Osei", .email = "maya@example.org"},
        {.name = "tom", .login = "tli"},
    };
    struct nj_ics_zones zones = {.find = find};
    struct nj_stints s;
    struct nj_err err = {0};

    if (london == NULL) {
        must(nj_zone_load(NULL, "Europe/London", &london, NULL) == 0);
        must(nj_zone_load(NULL, "Europe/Berlin", &berlin, NULL) == 0);
    }
    zones.zone = london;
    nj_stints_init(&s, people, 2, &zones, nj_days_of(2026, 1, 1),
                   nj_days_of(2028, 1, 1));
    if (nj_stints_ics(&s, (const char *)data, size, &err) == 0) {
        check(&s);
    } else {
        must(err.text[0] != '\0');
    }
    nj_stints_finish(&s);
    return 0;
}
