#include "oncall/rotation.h"

#include "oncall/masked_units.h"
#include "oncall/stints.h"

/* A rotation at one instant. Units are counted from the first handoff. */
struct rota_clock {
    const struct nj_layer *layer;
    const struct nj_zone *zone;
    int64_t start_ms; /* of unit 0 */
    int64_t day0;     /* on the wall clock */
    int64_t second0;  /* of that day */
};

static int64_t second_of_day(const struct nj_civil *c)
{
    return (int64_t)c->hour * 3600 + (int64_t)c->minute * 60 + c->second;
}

static const struct nj_zone *clock_of(const struct nj_layer *layer,
                                      const struct nj_zone *zone)
{
    return layer->zone != NULL ? layer->zone : zone;
}

static int64_t first_handoff(const struct nj_layer *layer,
                             const struct nj_zone *zone)
{
    return nj_zone_instant(clock_of(layer, zone), &layer->starts,
                           NJ_FOLD_FIRST);
}

/* When `from` comes after the first handoff at START_MS: then. */
static int64_t begin_after(const struct nj_layer *layer,
                           const struct nj_zone *zone,
                           int64_t start_ms)
{
    int64_t from_ms = layer->from.year == 0
                          ? INT64_MIN
                          : nj_zone_instant(clock_of(layer, zone), &layer->from,
                                            NJ_FOLD_FIRST);

    return from_ms > start_ms ? from_ms : start_ms;
}

int64_t nj_layer_begin(const struct nj_layer *layer, const struct nj_zone *zone)
{
    return begin_after(layer, zone, first_handoff(layer, zone));
}

int64_t nj_layer_end(const struct nj_layer *layer, const struct nj_zone *zone)
{
    return layer->ends.year == 0 ? INT64_MAX
                                 : nj_zone_instant(clock_of(layer, zone),
                                                   &layer->ends, NJ_FOLD_LAST);
}

/* The day of month UNIT's handoff: the same day, or a shorter month's last. */
static int64_t month_day(const struct nj_civil *starts, int64_t unit)
{
    int64_t months = (int64_t)starts->year * 12 + starts->month - 1 + unit;
    int year = (int)(months / 12);
    int month = (int)(months % 12) + 1;
    int last = nj_month_days(year, month);

    return nj_days_of(year, month, starts->day < last ? starts->day : last);
}

/* The instant at which UNIT begins. Never falls as UNIT grows. */
static int64_t unit_start(const struct rota_clock *c, int64_t unit)
{
    int64_t day = c->day0 + unit;

    switch (c->layer->rotate) {
    case NJ_ROTATE_HOURLY:
        return c->start_ms + unit * 3600000;
    case NJ_ROTATE_WEEKLY:
        day = c->day0 + unit * 7;
        break;
    case NJ_ROTATE_MONTHLY:
        day = month_day(&c->layer->starts, unit);
        break;
    case NJ_ROTATE_DAILY:
        break;
    }
    return nj_zone_day_instant(c->zone, day, c->second0, NJ_FOLD_FIRST);
}

/* Near enough to the unit of AT_MS to walk the rest. */
static int64_t guess_unit(const struct rota_clock *c, int64_t at_ms)
{
    int64_t day = nj_zone_day(c->zone, at_ms, NULL);
    struct nj_civil now;

    switch (c->layer->rotate) {
    case NJ_ROTATE_HOURLY:
        return (at_ms - c->start_ms) / 3600000;
    case NJ_ROTATE_WEEKLY:
        return (day - c->day0) / 7;
    case NJ_ROTATE_MONTHLY:
        nj_days_to_civil(day, &now);
        return ((int64_t)now.year - c->layer->starts.year) * 12 + now.month -
               c->layer->starts.month;
    case NJ_ROTATE_DAILY:
        break;
    }
    return day - c->day0;
}

/* The unit in which AT_MS lies: unit_start(u) <= AT_MS < unit_start(u + 1).
 * Units that a missing day leaves without any time are passed over. */
static int64_t unit_at(const struct rota_clock *c, int64_t at_ms)
{
    int64_t unit = guess_unit(c, at_ms);

    while (unit > 0 && unit_start(c, unit) > at_ms) {
        unit--;
    }
    while (unit_start(c, unit + 1) <= at_ms) {
        unit++;
    }
    return unit;
}

/* Units before UNIT that use up turns, when masked ones do not. */
static int64_t count_units(const struct rota_clock *c, int64_t unit)
{
    const struct nj_layer *layer = c->layer;

    if (layer->rotate == NJ_ROTATE_DAILY) {
        return nj_masked_days(layer->only, layer->only_count, c->day0,
                              (int)c->second0, unit);
    }
    return nj_masked_hours(layer->only, layer->only_count, c->zone, c->start_ms,
                           unit);
}

/* A week or a month always meets a mask that comes every week. */
static int counts_by_mask(const struct nj_layer *layer)
{
    return layer->skip_masked && layer->only_count > 0 &&
           (layer->rotate == NJ_ROTATE_HOURLY ||
            layer->rotate == NJ_ROTATE_DAILY);
}

static void narrow(struct nj_duty *duty, int64_t since_ms, int64_t until_ms)
{
    if (since_ms > duty->since_ms) {
        duty->since_ms = since_ms;
    }
    if (until_ms < duty->until_ms) {
        duty->until_ms = until_ms;
    }
}

/* Whose turn it is, the mask left aside. */
static void
find_turn(const struct rota_clock *c, int64_t at_ms, struct nj_duty *duty)
{
    const struct nj_layer *layer = c->layer;
    int64_t every = layer->every < 1 ? 1 : layer->every;
    int64_t unit = unit_at(c, at_ms);
    int64_t turn = unit / every;

    if (counts_by_mask(layer)) {
        turn = count_units(c, unit) / every;
        narrow(duty, unit_start(c, unit), unit_start(c, unit + 1));
    } else {
        narrow(duty, unit_start(c, turn * every),
               unit_start(c, (turn + 1) * every));
    }
    duty->turn = &layer->turns[turn % (int64_t)layer->turn_count];
}

/* Whether the mask lets anyone be on call. */
static int
passes_mask(const struct rota_clock *c, int64_t at_ms, struct nj_duty *duty)
{
    const struct nj_layer *layer = c->layer;
    int64_t since_ms;
    int64_t until_ms;
    int holds;

    if (layer->only_count == 0) {
        return 1;
    }
    holds = nj_window_at(layer->only, layer->only_count, c->zone, at_ms,
                         &since_ms, &until_ms);
    narrow(duty, since_ms, until_ms);
    return holds;
}

/* Whether the layer's calendar names somebody; bounds that answer. */
static int
by_calendar(const struct rota_clock *c, int64_t at_ms, struct nj_duty *duty)
{
    const struct nj_layer *layer = c->layer;
    int64_t since_ms;
    int64_t until_ms;
    const struct nj_stint *stint = nj_stint_at(
        layer->stints, layer->stint_count, at_ms, &since_ms, &until_ms);

    narrow(duty, since_ms, until_ms);
    if (stint != NULL && passes_mask(c, at_ms, duty)) {
        duty->turn = &stint->turn;
    }
    return stint != NULL;
}

void nj_layer_at(const struct nj_layer *layer,
                 const struct nj_zone *zone,
                 int64_t at_ms,
                 struct nj_duty *out)
{
    struct rota_clock c = {
        .layer = layer,
        .zone = clock_of(layer, zone),
        .start_ms = first_handoff(layer, zone),
        .day0 = nj_days_of(layer->starts.year, layer->starts.month,
                           layer->starts.day),
        .second0 = second_of_day(&layer->starts),
    };
    int64_t begin_ms = begin_after(layer, zone, c.start_ms);
    int64_t end_ms = nj_layer_end(layer, zone);

    *out = (struct nj_duty){NULL, INT64_MIN, INT64_MAX};
    if (at_ms < begin_ms) {
        narrow(out, INT64_MIN, begin_ms);
        return;
    }
    if (at_ms >= end_ms) {
        narrow(out, end_ms, INT64_MAX);
        return;
    }
    narrow(out, begin_ms, end_ms);
    if (layer->calendar != NULL && by_calendar(&c, at_ms, out)) {
        return;
    }
    if (layer->turn_count == 0 || !passes_mask(&c, at_ms, out)) {
        return;
    }
    if (layer->turn_count == 1) {
        out->turn = &layer->turns[0]; /* handing over to oneself is nothing */
    } else {
        find_turn(&c, at_ms, out);
    }
    if (out->turn->people_count == 0) {
        out->turn = NULL;
    }
}
