/* model/zone_parts.h - what a zone is made of; for the zone_*.c files alone.
 *
 *   zone_file.c  finds the file       --bytes-->  zone_tzif.c  reads the table
 *   zone_rule.c  reads the footer and draws it out for 400 years into the table
 *   zone.c       answers from the table
 *
 * The Gregorian calendar repeats after 400 years to the second (146097 days,
 * whole weeks), and so does a footer rule: drawn out once for 400 years it
 * answers for every year by a remainder, without any computing at lookup.
 */

#ifndef NJ_MODEL_ZONE_PARTS_H
#define NJ_MODEL_ZONE_PARTS_H

#include "model/zone.h"

#define NJ_ZONE_CYCLE_S (INT64_C(146097) * 86400)

enum {
    NJ_ZONE_OFFSET_MIN_S = -89999, /* RFC 9636, 3.2: more than -25 hours */
    NJ_ZONE_OFFSET_MAX_S = 93599,  /* and less than 26 */
    NJ_ZONE_DRAWN_YEARS = 406,     /* a cycle and both its edges */
    NJ_ZONE_NAME_BYTES = 64,       /* longest real ones have 32 */
    NJ_ZONE_FILE_BYTES = 1 << 20,  /* real ones stay under 5 KiB */
    NJ_ZONE_STRIDE_BITS = 24,      /* 194 days: a change or two */
    NJ_ZONE_STRIDES = 1 << 11,     /* 1089 years */
};

/* Which file it was, to notice another one in its place. */
struct nj_zone_file {
    char *path; /* owned; NULL: not read from a file */
    uint64_t device;
    uint64_t inode;
    int64_t bytes;
    int64_t changed_s; /* wall time of its last change, and */
    int64_t changed_ns;
};

struct nj_zone {
    char *name; /* owned */
    struct nj_zone_file file;
    int64_t *at_s;     /* owned; COUNT changes of offset, ascending */
    int32_t *offset_s; /* owned; [0] before all, [i + 1] from at_s[i] on */
    size_t count;
    uint16_t *before; /* owned; [i]: changes up to the I-th stride's start */
    size_t strides;   /* of 1 << NJ_ZONE_STRIDE_BITS seconds */
    int64_t strides_from_s;
    int cyclic;           /* the footer's rule holds from cycle_from_s on */
    int cyclic_back;      /* and also before it: the table is the rule alone */
    int64_t cycle_from_s; /* the table covers a whole cycle from here */
};

/* When in the year a clock changes, by the footer (POSIX TZ; RFC 9636, 3.3) */
struct nj_zone_when {
    char kind;  /* 'M' month.week.day, 'J' 1..365 without 29 Feb, 'n' 0..365 */
    int month;  /* 1..12 */
    int week;   /* 1..5; 5: the last */
    int day;    /* 'M': 0 Sunday .. 6; 'J', 'n': the number */
    int time_s; /* on the clock before the change; -167..167 hours */
};

struct nj_zone_rule {
    int std_s; /* offset east of UTC */
    int has_dst;
    int dst_s;                 /* may be less than std_s (Dublin) */
    struct nj_zone_when start; /* of daylight saving */
    struct nj_zone_when end;
};

/* Read the footer TEXT[0..LEN), not empty. 0, or NJ_E_INVALID (out
 * untouched). */
int nj_zone_rule_read(const char *text,
                      size_t len,
                      struct nj_zone_rule *out) NJ_MUST;

/* Append to ZONE's table what RULE says after LAST_S, the file's last change
 * (INT64_MIN: the file has none). ZONE has room for two changes in each of
 * NJ_ZONE_DRAWN_YEARS and two more. */
void nj_zone_rule_draw(struct nj_zone *zone,
                       const struct nj_zone_rule *rule,
                       int64_t last_s);

/* Note where in the table each stretch of half a year begins: lookups are most
 * of what "who is on call?" costs. Call once, when the table stands. 0 or
 * NJ_E_NOMEM. */
int nj_zone_index(struct nj_zone *zone) NJ_MUST;

/* Append one change, dropping what changes nothing. It takes the place of
 * changes at or after its own time: daylight saving all year round is written
 * as an end that comes when the next start does (RFC 9636, 3.3.1). */
void nj_zone_change(struct nj_zone *zone, int64_t at_s, int offset_s);

#endif
