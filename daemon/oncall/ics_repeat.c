/* What RRULE and RDATE make of an event.
 *
 * A rule that never comes true keeps libical busy for a second, one by the
 * second for hours. So only rules by day or longer are followed (by the hour
 * where that is wanted), what they cost is reckoned before it is spent, one
 * that never comes true ends the reading, and all repetitions together are
 * counted. */

#include "oncall/ics_reading.h"

enum {
    WORK_MAX = 500000,  /* days to look through for all rules together */
    VAIN_WORK = 150000, /* a rule without result may have cost a second */
    BEFORE_YEAR = 1900, /* an older start only costs repetitions */
};

/* Why RULE is not followed, or NULL. */
static const char *fault_of(const struct nj_ics_reading *r,
                            const struct icalrecurrencetype *rule)
{
    if (rule->freq == ICAL_DAILY_RECURRENCE ||
        rule->freq == ICAL_WEEKLY_RECURRENCE ||
        rule->freq == ICAL_MONTHLY_RECURRENCE ||
        rule->freq == ICAL_YEARLY_RECURRENCE) {
        return NULL;
    }
    if (!r->sink->by_the_hour) {
        return "its RRULE repeats within a day; holidays repeat DAILY, WEEKLY, "
               "MONTHLY or YEARLY";
    }
    return rule->freq == ICAL_HOURLY_RECURRENCE
               ? NULL
               : "its RRULE repeats by the minute or faster; shifts repeat "
                 "HOURLY or slower";
}

/* Let RULE end with the range, unless it counts or ends sooner. A last moment
 * in UTC is told on the event's own clock, as libical reckons. */
static int end_rule(struct nj_ics_reading *r,
                    const struct nj_ics_event *e,
                    struct icalrecurrencetype *rule)
{
    struct nj_civil c;
    struct icaltimetype end = icaltime_null_date();

    if (!icaltime_is_null_time(rule->until) && icaltime_is_utc(rule->until) &&
        !rule->until.is_date && !e->start.is_date &&
        !icaltime_is_utc(e->start) &&
        nj_ics_to_clock(e->dtstart, e->calendar, &r->zones, &rule->until) !=
            0) {
        return nj_ics_refuse_time(r, e);
    }
    nj_days_to_civil(r->sink->until_day + 1, &c);
    end.year = c.year;
    end.month = c.month;
    end.day = c.day;
    if (rule->count == 0 && (icaltime_is_null_time(rule->until) ||
                             icaltime_compare(rule->until, end) > 0)) {
        rule->until = end;
    }
    return 0;
}

static int work(struct nj_ics_reading *r, int64_t days)
{
    r->work += days;
    return r->work > WORK_MAX
               ? nj_err_set(r->err, NJ_E_TOOBIG,
                            "line %zu: too many events repeat, and since too "
                            "long; let them start later",
                            r->lines.events[r->event])
               : 0;
}

/* Reckon what RULE makes libical do before it does it: it looks at each hour,
 * day or week, at a month or year as a whole. */
static int charge(struct nj_ics_reading *r,
                  const struct nj_ics_event *e,
                  icalrecurrencetype_frequency f)
{
    int64_t days = r->sink->until_day -
                   nj_days_of(e->start.year, e->start.month, e->start.day);

    if (f == ICAL_HOURLY_RECURRENCE) {
        days *= 24;
    } else if (f == ICAL_MONTHLY_RECURRENCE) {
        days /= 6;
    } else if (f == ICAL_YEARLY_RECURRENCE) {
        days /= 72;
    }
    return work(r, days > 0 ? days : 0);
}

/* Each one that comes counts as well: BYHOUR, BYMINUTE and BYSECOND make tens
 * of thousands of one day. */
static int
repeat(struct nj_ics_reading *r, struct nj_ics_event *e, icalrecur_iterator *it)
{
    struct icaltimetype t = icalrecur_iterator_next(it);
    int rc = 0;

    if (icaltime_is_null_time(t)) {
        return work(r, VAIN_WORK); /* not within the range, or never */
    }
    while (rc == 0 && !icaltime_is_null_time(t) &&
           nj_days_of(t.year, t.month, t.day) <= r->sink->until_day) {
        rc = work(r, 1);
        if (rc == 0) {
            rc = nj_ics_put(r, e, e->dtstart, &t);
        }
        t = icalrecur_iterator_next(it);
    }
    return rc;
}

static int
follow_rule(struct nj_ics_reading *r, struct nj_ics_event *e, icalproperty *p)
{
    struct icalrecurrencetype rule = icalproperty_get_rrule(p);
    const char *fault = fault_of(r, &rule);
    icalrecur_iterator *it;
    int rc;

    if (fault != NULL) {
        return nj_ics_refuse(r, e, fault);
    }
    if (nj_days_of(e->start.year, 1, 1) > r->sink->until_day) {
        return 0;
    }
    if (e->start.year < BEFORE_YEAR) {
        return nj_ics_refuse(r, e,
                             "it repeats since before 1900; let it start "
                             "later");
    }
    rc = charge(r, e, rule.freq);
    if (rc == 0) {
        rc = end_rule(r, e, &rule);
    }
    if (rc != 0) {
        return rc;
    }
    it = icalrecur_iterator_new(rule, e->start);
    if (it == NULL) {
        return nj_ics_refuse(r, e, "its RRULE never comes true");
    }
    rc = repeat(r, e, it);
    icalrecur_iterator_free(it);
    return rc;
}

static int follow_dates(struct nj_ics_reading *r, struct nj_ics_event *e)
{
    icalproperty *p =
        icalcomponent_get_first_property(e->comp, ICAL_RDATE_PROPERTY);
    int rc = 0;

    for (; p != NULL && rc == 0;
         p = icalcomponent_get_next_property(e->comp, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype d = icalproperty_get_rdate(p);
        struct icaltimetype t =
            icaltime_is_null_time(d.time) ? d.period.start : d.time;
        icalproperty *clock = p;

        if (!nj_ics_time_valid(&t)) {
            return nj_ics_refuse(r, e,
                                 "its RDATE is not a date of the calendar");
        }
        nj_ics_name_start(e, p, &t, &clock);
        rc = nj_ics_put(r, e, clock, &t);
    }
    return rc;
}

int nj_ics_repeat(struct nj_ics_reading *r, struct nj_ics_event *e)
{
    icalproperty *rule =
        icalcomponent_get_first_property(e->comp, ICAL_RRULE_PROPERTY);
    int rc = 0;

    for (; rc == 0 && rule != NULL;
         rule = icalcomponent_get_next_property(e->comp, ICAL_RRULE_PROPERTY)) {
        rc = follow_rule(r, e, rule);
    }
    return rc == 0 ? follow_dates(r, e) : rc;
}
