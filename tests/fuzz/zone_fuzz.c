/* Any bytes as a zone file: refused, or a zone whose answers fit together. */
// fuzz: -max_len=4096 -seed_inputs=/usr/share/zoneinfo/Etc/UTC,/usr/share/zoneinfo/Europe/Dublin

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/zone.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check(const struct nj_zone *zone, int64_t at_ms)
{
    struct nj_zone_span span;
    struct nj_civil civil;
    char text[NJ_TIME_TEXT];
    int64_t first_ms;
    int64_t last_ms;

    nj_zone_span(zone, at_ms, &span);
    must(span.from_ms <= at_ms && at_ms < span.until_ms);
    must(span.offset_s == nj_zone_offset_s(zone, at_ms));
    must(nj_zone_next_change(zone, at_ms) == span.until_ms);
    nj_zone_civil(zone, at_ms, &civil);
    first_ms = nj_zone_instant(zone, &civil, NJ_FOLD_FIRST);
    last_ms = nj_zone_instant(zone, &civil, NJ_FOLD_LAST);
    must(first_ms <= at_ms && at_ms <= last_ms);
    civil.second++;
    must(nj_zone_instant(zone, &civil, NJ_FOLD_FIRST) >= first_ms);
    must(nj_zone_instant(zone, &civil, NJ_FOLD_LAST) >= last_ms);
    (void)nj_time_text(zone, at_ms, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nj_zone *zone = NULL;
    struct nj_err err;
    int64_t at_ms = -INT64_C(30000000000000);

    if (nj_zone_read("Fuzz/Zone", data, size, &zone, &err) != 0) {
        return 0;
    }
    for (int i = 0; i < 100; i++) {
        int64_t next_ms = nj_zone_next_change(zone, at_ms);

        check(zone, at_ms);
        if (next_ms == INT64_MAX || next_ms > INT64_C(250000000000000)) {
            break;
        }
        check(zone, next_ms - 1000);
        check(zone, next_ms);
        at_ms = next_ms + (i > 50 ? INT64_C(1000000000000) : 0);
    }
    nj_zone_destroy(zone);
    return 0;
}
