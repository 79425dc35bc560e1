/* Answers questions about time zones on standard input, so that another
 * implementation can be asked the same:
 *
 *   spans ZONE FROM_S UNTIL_S   "AT_S OFFSET_S TEXT" at FROM and each change
 *   walls ZONE COUNT            then COUNT lines "Y M D h m s": "FIRST LAST"
 *
 * Each answer ends with a line "."; "! sentence" says what went wrong. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/zone.h"

static void tell_spans(const struct nj_zone *zone, int64_t from, int64_t until)
{
    int64_t at_ms = from * 1000;

    while (at_ms < until * 1000) {
        char text[NJ_TIME_TEXT];

        printf("%" PRId64 " %d %s\n", at_ms / 1000,
               nj_zone_offset_s(zone, at_ms), nj_time_text(zone, at_ms, text));
        at_ms = nj_zone_next_change(zone, at_ms);
    }
}

static int tell_walls(const struct nj_zone *zone, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        struct nj_civil c;

        if (scanf("%d %d %d %d %d %d", &c.year, &c.month, &c.day, &c.hour,
                  &c.minute, &c.second) != 6) {
            return 1;
        }
        printf("%" PRId64 " %" PRId64 "\n",
               nj_zone_instant(zone, &c, NJ_FOLD_FIRST) / 1000,
               nj_zone_instant(zone, &c, NJ_FOLD_LAST) / 1000);
    }
    return 0;
}

int main(void)
{
    char what[16];
    char name[128];
    int64_t a;

    while (scanf("%15s %127s %" SCNd64, what, name, &a) == 3) {
        struct nj_zone *zone = NULL;
        struct nj_err err = {0};
        int64_t b = 0;

        if (strcmp(what, "spans") == 0 && scanf("%" SCNd64, &b) != 1) {
            return 2;
        }
        if (nj_zone_load(NULL, name, &zone, &err) != 0) {
            printf("! %s\n.\n", err.text);
            continue;
        }
        if (strcmp(what, "spans") == 0) {
            tell_spans(zone, a, b);
        } else if (tell_walls(zone, a) != 0) {
            return 2;
        }
        printf(".\n");
        nj_zone_destroy(zone);
    }
    return 0;
}
