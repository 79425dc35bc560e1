/* Any text as a holiday calendar: refused with a sentence, or days in order
 * within the range. */
// fuzz: -max_len=8192

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "oncall/holidays.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check(const struct nj_holidays *h)
{
    struct nj_arena arena;
    const struct nj_holiday *list = NULL;
    size_t count = 0;

    nj_arena_init(&arena, 0);
    must(nj_holidays_take(h, &arena, &list, &count) == 0);
    for (size_t i = 0; i < count; i++) {
        must(list[i].from_day < list[i].until_day);
        must(list[i].from_day < h->until_day);
        must(list[i].until_day > h->from_day);
        must(i == 0 || list[i - 1].from_day <= list[i].from_day);
    }
    nj_arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct nj_zone *zone;
    struct nj_holidays h;
    struct nj_err err = {0};

    if (zone == NULL) {
        must(nj_zone_load(NULL, "Europe/London", &zone, NULL) == 0);
    }
    nj_holidays_init(&h, zone, nj_days_of(2026, 1, 1), nj_days_of(2028, 1, 1));
    if (nj_holidays_ics(&h, (const char *)data, size, &err) == 0) {
        check(&h);
    } else {
        must(h.count == 0 && err.text[0] != '\0');
    }
    nj_holidays_finish(&h);
    return 0;
}
