/* iCalendar events to days (RFC 5545), parsed and repeated by libical.
 *
 * libical knows no limits of its own: a rule that never comes true keeps it
 * busy for a second, one by the second for hours. So the file is looked over
 * first (ics_scan.c), only rules by day or longer are followed, one that never
 * comes true ends the reading, and all repetitions together are counted. */

#include "oncall/ics_in.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "oncall/ics_time.h"

enum {
    WORK_MAX = 500000,    /* days to look through for all rules together */
    VAIN_WORK = 60000,    /* a rule without result may have cost a second */
    REPEATING_MAX = 1000, /* events with a rule or dates */
    EXCEPT_MAX = 512,     /* exceptions of one event */
    BEFORE_YEAR = 1900,   /* an older start only costs repetitions */
};

struct reading {
    struct nj_holidays *h;
    struct nj_ics_lines lines;
    icalcomponent *root; /* all calendars of the file */
    size_t event;        /* index of the event at hand */
    int64_t work;        /* days looked through */
    int repeating;
    struct nj_err *err;
};

/* One event's first occurrence and what its others share with it. */
struct event {
    icalcomponent *comp;
    icalcomponent *calendar;
    const char *title;     /* lent by comp; NULL: none */
    icalproperty *dtstart; /* of comp: asking it again would put back its one
                              cursor over properties */
    struct icaltimetype start;
    struct nj_ics_span first;
    int64_t except[EXCEPT_MAX]; /* starts that do not happen */
    size_t except_count;
};

static const char *title_of(icalcomponent *comp)
{
    const char *title = icalcomponent_get_summary(comp);

    return title == NULL || title[0] == '\0' ? NULL : title;
}

static int refuse(struct reading *r, const struct event *e, const char *why)
{
    const char *title = e->title == NULL ? "without title" : e->title;
    size_t len = strlen(title);

    return nj_err_set(r->err, NJ_E_INVALID, "line %zu: event '%.*s': %s",
                      r->event < r->lines.count ? r->lines.events[r->event]
                                                : (size_t)0,
                      (int)nj_utf8_cut(title, len, 60), title, why);
}

static int refuse_time(struct reading *r, const struct event *e)
{
    return refuse(r, e,
                  "its time zone is not described in the file; write the date "
                  "alone (DTSTART;VALUE=DATE:20261225) or a time in UTC");
}

/* What libical could not read of an event it leaves out; when that is about
 * time, the event would be on the wrong day. */
static int check_errors(struct reading *r, const struct event *e)
{
    static const char *const about_time[] = {
        "DTSTART", "DTEND",         "DURATION", "RRULE",
        "RDATE",   "RECURRENCE-ID", "EXDATE",
    };
    icalproperty *p =
        icalcomponent_get_first_property(e->comp, ICAL_XLICERROR_PROPERTY);

    for (; p != NULL; p = icalcomponent_get_next_property(
                          e->comp, ICAL_XLICERROR_PROPERTY)) {
        const char *text = icalproperty_get_xlicerror(p);

        for (size_t i = 0; i < sizeof about_time / sizeof about_time[0]; i++) {
            if (text != NULL && strstr(text, about_time[i]) != NULL) {
                return refuse(r, e, text);
            }
        }
    }
    return 0;
}

static int is_cancelled(icalcomponent *comp)
{
    return icalcomponent_get_status(comp) == ICAL_STATUS_CANCELLED;
}

static icalproperty *property(icalcomponent *comp, icalproperty_kind kind)
{
    return icalcomponent_get_first_property(comp, kind);
}

/* The first occurrence's span, by DTEND, DURATION or neither. */
static int read_first(struct reading *r, struct event *e)
{
    icalproperty *end = property(e->comp, ICAL_DTEND_PROPERTY);
    icalproperty *length = property(e->comp, ICAL_DURATION_PROPERTY);
    int rc;

    if (e->dtstart == NULL) {
        return refuse(r, e, "it has no DTSTART");
    }
    e->start = icalproperty_get_dtstart(e->dtstart);
    if (!nj_ics_time_valid(&e->start)) {
        return refuse(r, e, "its DTSTART is not a date of the calendar");
    }
    rc =
        nj_ics_start(e->dtstart, e->calendar, r->h->zone, &e->start, &e->first);
    if (rc == 0 && end != NULL) {
        struct icaltimetype t = icalproperty_get_dtend(end);

        if (!nj_ics_time_valid(&t) || t.is_date != e->start.is_date) {
            return refuse(r, e, "its DTEND does not fit its DTSTART");
        }
        rc = nj_ics_end(end, e->calendar, r->h->zone, &t, &e->first);
    } else if (rc == 0 && length != NULL) {
        struct icaldurationtype d = icalproperty_get_duration(length);

        if (d.is_neg || icaldurationtype_is_bad_duration(d)) {
            return refuse(r, e, "its DURATION cannot be read");
        }
        nj_ics_lasts(icaldurationtype_as_int(d), &e->first);
    }
    if (rc != 0) {
        return refuse_time(r, e);
    }
    if (e->first.until < e->first.from) {
        return refuse(r, e, "it ends before it starts");
    }
    return 0;
}

static int is_except(const struct event *e, int64_t start)
{
    for (size_t i = 0; i < e->except_count; i++) {
        if (e->except[i] == start) {
            return 1;
        }
    }
    return 0;
}

/* Add the occurrence that starts at START (a day, or milliseconds). */
static int put(struct reading *r, const struct event *e, int64_t start)
{
    struct nj_ics_span span = e->first;
    int64_t from_day;
    int64_t until_day;
    int rc;

    if (is_except(e, start)) {
        return 0;
    }
    span.until += start - span.from;
    span.from = start;
    nj_ics_days(&span, r->h->zone, &from_day, &until_day);
    if (until_day <= r->h->from_day || from_day >= r->h->until_day) {
        return 0;
    }
    rc = nj_holidays_put(r->h, from_day, until_day, e->title);
    if (rc == NJ_E_TOOBIG) {
        return nj_err_set(r->err, rc, "more than %d holidays",
                          NJ_LIMIT_HOLIDAYS);
    }
    return rc == 0 ? 0 : nj_err_set(r->err, rc, "no memory");
}

/* The start of the occurrence that T, a value of P, names; a date alone means
 * the event's own time of that day. */
static int read_like_start(const struct reading *r,
                           const struct event *e,
                           icalproperty *p,
                           struct icaltimetype *t,
                           struct nj_ics_span *out)
{
    struct icaltimetype named = *t;

    if (named.is_date && !e->start.is_date) {
        *t = e->start;
        t->year = named.year;
        t->month = named.month;
        t->day = named.day;
        p = e->dtstart;
    }
    t->is_date = e->start.is_date;
    return nj_ics_start(p, e->calendar, r->h->zone, t, out);
}

/* Remember a start that does not happen; DATE alone takes all of that day. */
static int add_except(struct reading *r,
                      struct event *e,
                      icalproperty *p,
                      struct icaltimetype t)
{
    struct nj_ics_span span;

    if (!nj_ics_time_valid(&t)) {
        return refuse(r, e, "its EXDATE is not a date of the calendar");
    }
    if (e->except_count == EXCEPT_MAX) {
        return refuse(r, e, "it has more exceptions than 512");
    }
    if (read_like_start(r, e, p, &t, &span) != 0) {
        return refuse_time(r, e);
    }
    e->except[e->except_count++] = span.from;
    return 0;
}

static int same_uid(icalcomponent *a, icalcomponent *b)
{
    const char *x = icalcomponent_get_uid(a);
    const char *y = icalcomponent_get_uid(b);

    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* EXDATEs, and the occurrences that other events of the file stand in for. */
static int find_excepts(struct reading *r, struct event *e)
{
    icalproperty *p = property(e->comp, ICAL_EXDATE_PROPERTY);
    icalcompiter it;
    int rc = 0;

    for (; p != NULL && rc == 0;
         p = icalcomponent_get_next_property(e->comp, ICAL_EXDATE_PROPERTY)) {
        rc = add_except(r, e, p, icalproperty_get_exdate(p));
    }
    it = icalcomponent_begin_component(e->calendar, ICAL_VEVENT_COMPONENT);
    for (; rc == 0 && icalcompiter_deref(&it) != NULL; icalcompiter_next(&it)) {
        icalcomponent *other = icalcompiter_deref(&it);
        icalproperty *id = property(other, ICAL_RECURRENCEID_PROPERTY);

        if (id != NULL && same_uid(e->comp, other)) {
            rc = add_except(r, e, id, icalproperty_get_recurrenceid(id));
        }
    }
    return rc;
}

/* Why RULE is not followed, or NULL. */
static const char *fault_of(const struct icalrecurrencetype *rule)
{
    if (rule->freq != ICAL_DAILY_RECURRENCE &&
        rule->freq != ICAL_WEEKLY_RECURRENCE &&
        rule->freq != ICAL_MONTHLY_RECURRENCE &&
        rule->freq != ICAL_YEARLY_RECURRENCE) {
        return "its RRULE repeats within a day; holidays repeat DAILY, WEEKLY, "
               "MONTHLY or YEARLY";
    }
    return NULL;
}

/* Let RULE end with the range, unless it counts or ends sooner. */
static void end_with_range(const struct reading *r,
                           struct icalrecurrencetype *rule)
{
    struct nj_civil c;
    struct icaltimetype end = icaltime_null_date();

    nj_days_to_civil(r->h->until_day + 1, &c);
    end.year = c.year;
    end.month = c.month;
    end.day = c.day;
    if (rule->count == 0 && (icaltime_is_null_time(rule->until) ||
                             icaltime_compare(rule->until, end) > 0)) {
        rule->until = end;
    }
}

static int work(struct reading *r, int64_t days)
{
    r->work += days;
    return r->work > WORK_MAX
               ? nj_err_set(r->err, NJ_E_TOOBIG,
                            "line %zu: too many events repeat, and since too "
                            "long; let them start later",
                            r->lines.events[r->event])
               : 0;
}

/* Reckon what RULE makes libical do before it does it: it looks at each day or
 * week, at a month or year as a whole. */
static int
charge(struct reading *r, const struct event *e, icalrecurrencetype_frequency f)
{
    int64_t days = r->h->until_day -
                   nj_days_of(e->start.year, e->start.month, e->start.day);

    if (f == ICAL_MONTHLY_RECURRENCE) {
        days /= 6;
    } else if (f == ICAL_YEARLY_RECURRENCE) {
        days /= 72;
    }
    return work(r, days > 0 ? days : 0);
}

static int
repeat(struct reading *r, const struct event *e, icalrecur_iterator *it)
{
    struct icaltimetype t = icalrecur_iterator_next(it);
    int rc = 0;

    if (icaltime_is_null_time(t)) {
        return work(r, VAIN_WORK); /* not within the range, or never */
    }
    for (; rc == 0 && !icaltime_is_null_time(t);
         t = icalrecur_iterator_next(it)) {
        struct nj_ics_span span;

        if (nj_days_of(t.year, t.month, t.day) > r->h->until_day) {
            break; /* they come in order */
        }
        if (nj_ics_start(e->dtstart, e->calendar, r->h->zone, &t, &span) != 0) {
            return refuse_time(r, e);
        }
        rc = put(r, e, span.from);
    }
    return rc;
}

static int follow_rule(struct reading *r, struct event *e, icalproperty *p)
{
    struct icalrecurrencetype rule = icalproperty_get_rrule(p);
    const char *fault = fault_of(&rule);
    icalrecur_iterator *it;
    int rc;

    if (fault != NULL) {
        return refuse(r, e, fault);
    }
    if (nj_days_of(e->start.year, 1, 1) > r->h->until_day) {
        return 0;
    }
    if (e->start.year < BEFORE_YEAR) {
        return refuse(r, e, "it repeats since before 1900; let it start later");
    }
    rc = charge(r, e, rule.freq);
    if (rc != 0) {
        return rc;
    }
    end_with_range(r, &rule);
    it = icalrecur_iterator_new(rule, e->start);
    if (it == NULL) {
        return refuse(r, e, "its RRULE never comes true");
    }
    rc = repeat(r, e, it);
    icalrecur_iterator_free(it);
    return rc;
}

static int follow_dates(struct reading *r, struct event *e)
{
    icalproperty *p = property(e->comp, ICAL_RDATE_PROPERTY);
    int rc = 0;

    for (; p != NULL && rc == 0;
         p = icalcomponent_get_next_property(e->comp, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype d = icalproperty_get_rdate(p);
        struct icaltimetype t =
            icaltime_is_null_time(d.time) ? d.period.start : d.time;
        struct nj_ics_span span;

        if (!nj_ics_time_valid(&t)) {
            return refuse(r, e, "its RDATE is not a date of the calendar");
        }
        if (read_like_start(r, e, p, &t, &span) != 0) {
            return refuse_time(r, e);
        }
        rc = put(r, e, span.from);
    }
    return rc;
}

static int repeats(const struct event *e)
{
    return (property(e->comp, ICAL_RRULE_PROPERTY) != NULL ||
            property(e->comp, ICAL_RDATE_PROPERTY) != NULL) &&
           property(e->comp, ICAL_RECURRENCEID_PROPERTY) == NULL;
}

/* Start on an event that repeats: it costs a look through all the others. */
static int begin_repeating(struct reading *r, struct event *e)
{
    if (++r->repeating > REPEATING_MAX) {
        return refuse(r, e, "more than 1000 events repeat");
    }
    return find_excepts(r, e);
}

static int read_event(struct reading *r, struct event *e)
{
    icalproperty *rule;
    int rc = check_errors(r, e);

    if (rc != 0 || is_cancelled(e->comp)) {
        return rc;
    }
    rc = read_first(r, e);
    if (rc == 0 && repeats(e)) {
        rc = begin_repeating(r, e);
    }
    rule = property(e->comp, ICAL_RRULE_PROPERTY);
    if (rc == 0 && rule == NULL) {
        rc = put(r, e, e->first.from);
    }
    for (; rc == 0 && rule != NULL;
         rule = icalcomponent_get_next_property(e->comp, ICAL_RRULE_PROPERTY)) {
        rc = follow_rule(r, e, rule);
    }
    return rc == 0 ? follow_dates(r, e) : rc;
}

static int read_calendar(struct reading *r, icalcomponent *calendar)
{
    icalcompiter it =
        icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    struct event *e = calloc(1, sizeof *e);
    int rc = nj_ics_zones_check(calendar, r->err);

    if (e == NULL) {
        return nj_err_set(r->err, NJ_E_NOMEM, "no memory");
    }
    for (; rc == 0 && icalcompiter_deref(&it) != NULL; icalcompiter_next(&it)) {
        e->comp = icalcompiter_deref(&it);
        e->calendar = calendar;
        e->title = title_of(e->comp);
        e->dtstart = property(e->comp, ICAL_DTSTART_PROPERTY);
        e->except_count = 0;
        e->first = (struct nj_ics_span){0};
        e->start = icaltime_null_time();
        rc = read_event(r, e);
        r->event++;
    }
    free(e);
    return rc;
}

static int read_all(struct reading *r)
{
    icalcompiter it;
    int rc = 0;

    if (icalcomponent_isa(r->root) == ICAL_VCALENDAR_COMPONENT) {
        return read_calendar(r, r->root);
    }
    it = icalcomponent_begin_component(r->root, ICAL_VCALENDAR_COMPONENT);
    for (; rc == 0 && icalcompiter_deref(&it) != NULL; icalcompiter_next(&it)) {
        rc = read_calendar(r, icalcompiter_deref(&it));
    }
    return rc;
}

int nj_ics_read(struct nj_holidays *h,
                const char *text,
                size_t len,
                struct nj_err *err)
{
    struct reading r = {.h = h, .err = err};
    char *copy;
    int rc;

    if (len > NJ_LIMIT_ICS_BYTES) {
        return nj_err_set(err, NJ_E_TOOBIG, "the file is over %d KiB",
                          NJ_LIMIT_ICS_BYTES >> 10);
    }
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    rc = nj_ics_bring(err);
    if (rc == 0) {
        rc = nj_ics_scan(text, len, &r.lines, err);
    }
    if (rc != 0) {
        return rc;
    }
    copy = strndup(text, len); /* libical wants its NUL */
    r.root = copy == NULL ? NULL : icalparser_parse_string(copy);
    if (r.root == NULL) {
        rc =
            nj_err_set(err, copy == NULL ? NJ_E_NOMEM : NJ_E_INVALID,
                       copy == NULL ? "no memory" : "the file is no iCalendar");
    } else {
        rc = read_all(&r);
        icalcomponent_free(r.root);
    }
    free(copy);
    free(r.lines.events);
    return rc;
}
