/* Reading TZif, versions 1 to 4 (RFC 9636, section 3). Everything that comes
 * from the file is checked before it is used. */

#include <stdlib.h>
#include <string.h>

#include "model/zone_parts.h"

enum { HEADER_BYTES = 44, TYPE_BYTES = 6 };

/* One header and the place of its data block. */
struct block {
    int version;    /* 1.. */
    int time_bytes; /* 4 or 8 */
    size_t isutcnt;
    size_t isstdcnt;
    size_t leapcnt;
    size_t timecnt;
    size_t typecnt;
    size_t charcnt;
    const unsigned char *times;
    const unsigned char *indexes;
    const unsigned char *types;
    size_t bytes; /* header and data */
};

static int64_t read_be(const unsigned char *p, int bytes)
{
    uint64_t v = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (int i = 0; i < bytes; i++) {
        v = v << 8 | p[i];
    }
    return (int64_t)v;
}

static size_t count_at(const unsigned char *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

/* Read the header at P; its times have TIME_BYTES each. */
static int
read_block(const unsigned char *p, size_t len, int time_bytes, struct block *b)
{
    size_t each = (size_t)time_bytes;

    if (len < HEADER_BYTES || memcmp(p, "TZif", 4) != 0) {
        return NJ_E_INVALID;
    }
    b->version = p[4] == '\0' ? 1 : p[4] - '0';
    b->time_bytes = time_bytes;
    b->isutcnt = count_at(p + 20);
    b->isstdcnt = count_at(p + 24);
    b->leapcnt = count_at(p + 28);
    b->timecnt = count_at(p + 32);
    b->typecnt = count_at(p + 36);
    b->charcnt = count_at(p + 40);
    b->times = p + HEADER_BYTES;
    b->indexes = b->times + b->timecnt * each;
    b->types = b->indexes + b->timecnt;
    b->bytes = HEADER_BYTES + b->timecnt * (each + 1) +
               b->typecnt * TYPE_BYTES + b->charcnt + b->leapcnt * (each + 4) +
               b->isstdcnt + b->isutcnt;
    return b->version < 1 || b->bytes > len ? NJ_E_INVALID : 0;
}

/* What is wrong with the block we shall use, or NULL. */
static const char *fault_of(const struct block *b)
{
    int64_t before = INT64_MIN;

    if (b->leapcnt != 0) {
        return "it counts leap seconds, which wall clocks do not; use the zone "
               "of the same name outside of right/";
    }
    if (b->typecnt == 0 || b->typecnt > 256 || b->charcnt == 0) {
        return "it has no local time types";
    }
    for (size_t i = 0; i < b->typecnt; i++) {
        int64_t offset_s = read_be(b->types + i * TYPE_BYTES, 4);

        if (offset_s < NJ_ZONE_OFFSET_MIN_S ||
            offset_s > NJ_ZONE_OFFSET_MAX_S) {
            return "an offset from UTC is more than a day";
        }
    }
    for (size_t i = 0; i < b->timecnt; i++) {
        int64_t at_s =
            read_be(b->times + i * (size_t)b->time_bytes, b->time_bytes);

        if ((i > 0 && at_s <= before) || b->indexes[i] >= b->typecnt ||
            at_s >= nj_days_of(10000, 1, 1) * 86400) {
            return "its transitions are out of order or out of range";
        }
        before = at_s;
    }
    return NULL;
}

static struct nj_zone *new_zone(const char *name, size_t changes)
{
    struct nj_zone *zone = calloc(1, sizeof *zone);

    if (zone == NULL) {
        return NULL;
    }
    zone->name = strdup(name);
    zone->at_s = calloc(changes + 1, sizeof *zone->at_s);
    zone->offset_s = calloc(changes + 1, sizeof *zone->offset_s);
    if (zone->name == NULL || zone->at_s == NULL || zone->offset_s == NULL) {
        nj_zone_destroy(zone);
        return NULL;
    }
    return zone;
}

static int type_offset(const struct block *b, size_t type)
{
    return (int)read_be(b->types + type * TYPE_BYTES, 4);
}

/* Build a zone from a sound block and, when not NULL, its footer's rule. */
static struct nj_zone *
build(const char *name, const struct block *b, const struct nj_zone_rule *rule)
{
    size_t drawn = rule == NULL ? 0 : 2 * NJ_ZONE_DRAWN_YEARS + 2;
    struct nj_zone *zone = new_zone(name, b->timecnt + drawn);
    int64_t at_s = INT64_MIN;

    if (zone == NULL) {
        return NULL;
    }
    zone->offset_s[0] = type_offset(b, 0);
    for (size_t i = 0; i < b->timecnt; i++) {
        at_s = read_be(b->times + i * (size_t)b->time_bytes, b->time_bytes);
        nj_zone_change(zone, at_s, type_offset(b, b->indexes[i]));
    }
    if (rule != NULL) {
        nj_zone_rule_draw(zone, rule, at_s);
    }
    if (nj_zone_index(zone) != 0) {
        nj_zone_destroy(zone);
        return NULL;
    }
    return zone;
}

/* The footer at P: a newline, perhaps a rule, a newline. */
static int read_footer(const unsigned char *p,
                       size_t len,
                       struct nj_zone_rule *rule,
                       int *out_has_rule)
{
    const unsigned char *end;

    if (len < 2 || p[0] != '\n') {
        return NJ_E_INVALID;
    }
    end = memchr(p + 1, '\n', len - 1);
    if (end == NULL) {
        return NJ_E_INVALID;
    }
    *out_has_rule = end > p + 1;
    return *out_has_rule ? nj_zone_rule_read((const char *)p + 1,
                                             (size_t)(end - p) - 1, rule)
                         : 0;
}

int nj_zone_read(const char *name,
                 const void *bytes,
                 size_t len,
                 struct nj_zone **out,
                 struct nj_err *err)
{
    const unsigned char *p = bytes;
    struct block b;
    struct nj_zone_rule rule;
    int has_rule = 0;
    const char *fault;
    struct nj_zone *zone;

    if (len > NJ_ZONE_FILE_BYTES || read_block(p, len, 4, &b) != 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "time zone %s: not a time zone file (TZif)", name);
    }
    if (b.version >= 2) {
        size_t first = b.bytes;

        if (read_block(p + first, len - first, 8, &b) != 0) {
            return nj_err_set(err, NJ_E_INVALID,
                              "time zone %s: its 64-bit block is cut off",
                              name);
        }
        if (read_footer(p + first + b.bytes, len - first - b.bytes, &rule,
                        &has_rule) != 0) {
            return nj_err_set(err, NJ_E_INVALID,
                              "time zone %s: its footer rule is broken", name);
        }
    }
    fault = fault_of(&b);
    if (fault != NULL) {
        return nj_err_set(err, NJ_E_INVALID, "time zone %s: %s", name, fault);
    }
    zone = build(name, &b, has_rule ? &rule : NULL);
    if (zone == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "time zone %s: no memory", name);
    }
    *out = zone;
    return 0;
}
