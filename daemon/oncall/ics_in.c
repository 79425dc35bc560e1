/* iCalendar events (RFC 5545), parsed by libical.
 *
 * libical knows no limits of its own, so the file is looked over first
 * (ics_scan.c), and what repeats is reckoned before it is followed
 * (ics_repeat.c). */

#include "oncall/ics_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "oncall/ics_reading.h"

int nj_ics_refuse(struct nj_ics_reading *r,
                  const struct nj_ics_event *e,
                  const char *why)
{
    const char *title = e->told.title == NULL ? "without title" : e->told.title;
    size_t len = strlen(title);

    return nj_err_set(r->err, NJ_E_INVALID, "line %zu: event '%.*s': %s",
                      e->told.line, (int)nj_utf8_cut(title, len, 60), title,
                      why);
}

int nj_ics_refuse_time(struct nj_ics_reading *r, const struct nj_ics_event *e)
{
    return nj_ics_refuse(
        r, e,
        "its time zone is not described in the file; write the date "
        "alone (DTSTART;VALUE=DATE:20261225) or a time in UTC");
}

/* What libical could not read of an event it leaves out; when that is about
 * time, the event would be on the wrong day. */
static int check_errors(struct nj_ics_reading *r, const struct nj_ics_event *e)
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
                return nj_ics_refuse(r, e, text);
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

/* ---- when -------------------------------------------------------------- */

/* An end by DTEND. On the start's own clock it stays where it is on that clock
 * when the event repeats, as calendars show it. */
static int
read_end(struct nj_ics_reading *r, struct nj_ics_event *e, icalproperty *end)
{
    struct icaltimetype t = icalproperty_get_dtend(end);

    if (!nj_ics_time_valid(&t) || t.is_date != e->start.is_date) {
        return nj_ics_refuse(r, e, "its DTEND does not fit its DTSTART");
    }
    if (nj_ics_end(end, e->calendar, &r->zones, &t, &e->first) != 0) {
        return nj_ics_refuse_time(r, e);
    }
    if (nj_ics_same_clock(e->dtstart, end) &&
        icaltime_is_utc(t) == icaltime_is_utc(e->start)) {
        e->wall_s = nj_ics_wall_s(&e->start, &t);
    }
    return 0;
}

/* The first occurrence's span, by DTEND, DURATION or neither. */
static int read_first(struct nj_ics_reading *r, struct nj_ics_event *e)
{
    icalproperty *end = property(e->comp, ICAL_DTEND_PROPERTY);
    icalproperty *length = property(e->comp, ICAL_DURATION_PROPERTY);
    int rc = 0;

    if (e->dtstart == NULL) {
        return nj_ics_refuse(r, e, "it has no DTSTART");
    }
    e->start = icalproperty_get_dtstart(e->dtstart);
    if (!nj_ics_time_valid(&e->start)) {
        return nj_ics_refuse(r, e, "its DTSTART is not a date of the calendar");
    }
    if (nj_ics_start(e->dtstart, e->calendar, &r->zones, &e->start,
                     &e->first) != 0) {
        return nj_ics_refuse_time(r, e);
    }
    if (end != NULL) {
        rc = read_end(r, e, end);
    } else if (length != NULL) {
        struct icaldurationtype d = icalproperty_get_duration(length);

        if (d.is_neg || icaldurationtype_is_bad_duration(d)) {
            return nj_ics_refuse(r, e, "its DURATION cannot be read");
        }
        nj_ics_lasts(icaldurationtype_as_int(d), &e->first);
    }
    if (rc == 0 && e->first.until < e->first.from) {
        return nj_ics_refuse(r, e, "it ends before it starts");
    }
    return rc;
}

/* ---- who and what ------------------------------------------------------ */

static int has_declined(icalproperty *attendee)
{
    icalparameter *param =
        icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER);

    return param != NULL &&
           icalparameter_get_partstat(param) == ICAL_PARTSTAT_DECLINED;
}

static void read_texts(struct nj_ics_event *e)
{
    const char *title = icalcomponent_get_summary(e->comp);
    icalproperty *p = property(e->comp, ICAL_ATTENDEE_PROPERTY);

    e->told.title = title == NULL || title[0] == '\0' ? NULL : title;
    e->told.attendee_count = 0;
    for (; p != NULL && e->told.attendee_count < NJ_ICS_ATTENDEES;
         p = icalcomponent_get_next_property(e->comp, ICAL_ATTENDEE_PROPERTY)) {
        const char *who = icalproperty_get_attendee(p);

        if (who != NULL && !has_declined(p)) {
            e->told.attendees[e->told.attendee_count++] = who;
        }
    }
}

/* ---- telling ----------------------------------------------------------- */

static int is_except(const struct nj_ics_event *e, int64_t start)
{
    for (size_t i = 0; i < e->except_count; i++) {
        if (e->except[i] == start) {
            return 1;
        }
    }
    return 0;
}

/* The span of the occurrence that starts at T, a value of P. */
static int find_span(struct nj_ics_reading *r,
                     const struct nj_ics_event *e,
                     icalproperty *p,
                     const struct icaltimetype *t,
                     struct nj_ics_span *out)
{
    struct icaltimetype end;

    if (nj_ics_start(p, e->calendar, &r->zones, t, out) != 0) {
        return nj_ics_refuse_time(r, e);
    }
    if (e->wall_s < 0 || p != e->dtstart || t->is_date) {
        out->until = out->from + e->first.until - e->first.from;
        return 0;
    }
    end = nj_ics_moved(t, e->wall_s);
    if (nj_ics_end(p, e->calendar, &r->zones, &end, out) != 0) {
        return nj_ics_refuse_time(r, e);
    }
    if (out->until < out->from) {
        out->until = out->from; /* it lay in a gap of the clock */
    }
    return 0;
}

static int tell(struct nj_ics_reading *r,
                struct nj_ics_event *e,
                const struct nj_ics_span *span)
{
    struct nj_ics_occurrence *o = &e->told;
    const struct nj_zone *zone = r->zones.zone;

    o->is_days = span->is_days;
    o->from = o->from_ms = span->from;
    o->until = o->until_ms = span->until;
    if (span->is_days) {
        o->from_ms = nj_zone_day_instant(zone, span->from, 0, NJ_FOLD_FIRST);
        o->until_ms = nj_zone_day_instant(zone, span->until, 0, NJ_FOLD_FIRST);
    }
    return r->sink->put(r->sink->ctx, o, r->err);
}

int nj_ics_put(struct nj_ics_reading *r,
               struct nj_ics_event *e,
               icalproperty *p,
               const struct icaltimetype *t)
{
    struct nj_ics_span span;
    int64_t from_day;
    int64_t until_day;
    int rc = find_span(r, e, p, t, &span);

    if (rc != 0 || is_except(e, span.from)) {
        return rc;
    }
    nj_ics_days(&span, r->zones.zone, &from_day, &until_day);
    if (until_day <= r->sink->from_day || from_day >= r->sink->until_day) {
        return 0;
    }
    return tell(r, e, &span);
}

/* ---- exceptions -------------------------------------------------------- */

void nj_ics_name_start(const struct nj_ics_event *e,
                       icalproperty *p,
                       struct icaltimetype *t,
                       icalproperty **out_p)
{
    struct icaltimetype named = *t;

    *out_p = p;
    if (named.is_date && !e->start.is_date) {
        *t = e->start;
        t->year = named.year;
        t->month = named.month;
        t->day = named.day;
        *out_p = e->dtstart;
    }
    t->is_date = e->start.is_date;
}

/* Remember a start that does not happen; DATE alone takes all of that day. */
static int add_except(struct nj_ics_reading *r,
                      struct nj_ics_event *e,
                      icalproperty *p,
                      struct icaltimetype t)
{
    struct nj_ics_span span;

    if (!nj_ics_time_valid(&t)) {
        return nj_ics_refuse(r, e, "its EXDATE is not a date of the calendar");
    }
    if (e->except_count == NJ_ICS_EXCEPT_MAX) {
        return nj_ics_refuse(r, e, "it has more exceptions than 512");
    }
    nj_ics_name_start(e, p, &t, &p);
    if (nj_ics_start(p, e->calendar, &r->zones, &t, &span) != 0) {
        return nj_ics_refuse_time(r, e);
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

static int by_uid(const void *a, const void *b)
{
    const struct nj_ics_stand_in *x = a;
    const struct nj_ics_stand_in *y = b;

    return (x->uid > y->uid) - (x->uid < y->uid);
}

/* Find CALENDAR's stand-ins once, for a thousand events may ask for theirs. */
static int index_stand_ins(struct nj_ics_reading *r, icalcomponent *calendar)
{
    icalcompiter it =
        icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);

    free(r->stand_ins);
    r->stand_in_count = 0;
    r->stand_ins = calloc(r->lines.count + 1, sizeof *r->stand_ins);
    if (r->stand_ins == NULL) {
        return nj_err_set(r->err, NJ_E_NOMEM, "no memory");
    }
    for (; icalcompiter_deref(&it) != NULL; icalcompiter_next(&it)) {
        icalcomponent *comp = icalcompiter_deref(&it);
        const char *uid = icalcomponent_get_uid(comp);

        if (uid != NULL && r->stand_in_count < r->lines.count &&
            property(comp, ICAL_RECURRENCEID_PROPERTY) != NULL) {
            r->stand_ins[r->stand_in_count++] =
                (struct nj_ics_stand_in){nj_hash_str(uid), comp};
        }
    }
    qsort(r->stand_ins, r->stand_in_count, sizeof *r->stand_ins, by_uid);
    return 0;
}

/* The first stand-in that may be of E; the count when none is. */
static size_t first_stand_in(const struct nj_ics_reading *r,
                             const struct nj_ics_event *e)
{
    const char *uid = icalcomponent_get_uid(e->comp);
    uint64_t wanted;
    size_t low = 0;
    size_t high = r->stand_in_count;

    if (uid == NULL) {
        return high;
    }
    wanted = nj_hash_str(uid);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (r->stand_ins[middle].uid < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < r->stand_in_count && r->stand_ins[low].uid == wanted
               ? low
               : r->stand_in_count;
}

/* The occurrence that OTHER of the file stands in for, through ID. */
static int
add_stand_in(struct nj_ics_reading *r, struct nj_ics_event *e, icalproperty *id)
{
    if (icalproperty_get_first_parameter(id, ICAL_RANGE_PARAMETER) != NULL) {
        return nj_ics_refuse(
            r, e,
            "a change of all its later repetitions "
            "(RANGE=THISANDFUTURE) cannot be followed; end the "
            "rule and begin another event");
    }
    return add_except(r, e, id, icalproperty_get_recurrenceid(id));
}

/* EXDATEs, and the occurrences that other events of the file stand in for. */
static int find_excepts(struct nj_ics_reading *r, struct nj_ics_event *e)
{
    icalproperty *p = property(e->comp, ICAL_EXDATE_PROPERTY);
    int rc = 0;

    for (; p != NULL && rc == 0;
         p = icalcomponent_get_next_property(e->comp, ICAL_EXDATE_PROPERTY)) {
        rc = add_except(r, e, p, icalproperty_get_exdate(p));
    }
    for (size_t i = first_stand_in(r, e);
         rc == 0 && i < r->stand_in_count &&
         r->stand_ins[i].uid == nj_hash_str(icalcomponent_get_uid(e->comp));
         i++) {
        icalcomponent *other = r->stand_ins[i].comp;

        if (same_uid(e->comp, other)) {
            rc =
                add_stand_in(r, e, property(other, ICAL_RECURRENCEID_PROPERTY));
        }
    }
    return rc;
}

/* ---- events and calendars ---------------------------------------------- */

enum { REPEATING_MAX = 1000 }; /* events with a rule or dates */

static int repeats(const struct nj_ics_event *e)
{
    return (property(e->comp, ICAL_RRULE_PROPERTY) != NULL ||
            property(e->comp, ICAL_RDATE_PROPERTY) != NULL) &&
           property(e->comp, ICAL_RECURRENCEID_PROPERTY) == NULL;
}

static int read_event(struct nj_ics_reading *r, struct nj_ics_event *e)
{
    int rc = check_errors(r, e);

    if (rc != 0 || is_cancelled(e->comp)) {
        return rc;
    }
    rc = read_first(r, e);
    if (rc == 0 && repeats(e)) {
        if (++r->repeating > REPEATING_MAX) {
            return nj_ics_refuse(r, e, "more than 1000 events repeat");
        }
        rc = find_excepts(r, e);
    }
    if (rc == 0 && property(e->comp, ICAL_RRULE_PROPERTY) == NULL) {
        rc = nj_ics_put(r, e, e->dtstart, &e->start);
    }
    return rc == 0 ? nj_ics_repeat(r, e) : rc;
}

/* Set *E up for the event COMP of CALENDAR. */
static void begin_event(const struct nj_ics_reading *r,
                        struct nj_ics_event *e,
                        icalcomponent *calendar,
                        icalcomponent *comp)
{
    e->comp = comp;
    e->calendar = calendar;
    e->told.line =
        r->event < r->lines.count ? r->lines.events[r->event] : (size_t)0;
    read_texts(e);
    e->dtstart = property(comp, ICAL_DTSTART_PROPERTY);
    e->except_count = 0;
    e->first = (struct nj_ics_span){0};
    e->start = icaltime_null_time();
    e->wall_s = -1;
}

/* The zone that CALENDAR says it is of, where that is known and wanted. */
static void find_own_zone(struct nj_ics_reading *r, icalcomponent *calendar)
{
    const struct nj_ics_sink *sink = r->sink;
    icalproperty *p = property(calendar, ICAL_X_PROPERTY);

    r->zones = sink->zones;
    for (; p != NULL && sink->own_zone && sink->zones.find != NULL;
         p = icalcomponent_get_next_property(calendar, ICAL_X_PROPERTY)) {
        const char *name = icalproperty_get_x_name(p);
        const char *value = icalproperty_get_x(p);
        const struct nj_zone *zone = NULL;

        if (name != NULL && value != NULL &&
            strcmp(name, "X-WR-TIMEZONE") == 0) {
            zone = sink->zones.find(sink->zones.ctx, value);
        }
        if (zone != NULL) {
            r->zones.zone = zone;
        }
    }
}

static int read_calendar(struct nj_ics_reading *r, icalcomponent *calendar)
{
    icalcompiter it =
        icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    struct nj_ics_event *e = calloc(1, sizeof *e);
    int rc = nj_ics_zones_check(calendar, r->err);

    if (e == NULL) {
        return nj_err_set(r->err, NJ_E_NOMEM, "no memory");
    }
    if (rc == 0) {
        rc = index_stand_ins(r, calendar);
    }
    find_own_zone(r, calendar);
    for (; rc == 0 && icalcompiter_deref(&it) != NULL; icalcompiter_next(&it)) {
        begin_event(r, e, calendar, icalcompiter_deref(&it));
        rc = read_event(r, e);
        r->event++;
    }
    free(e);
    return rc;
}

static int read_all(struct nj_ics_reading *r)
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

static int parse(struct nj_ics_reading *r, const char *text, size_t len)
{
    char *copy = strndup(text, len); /* libical wants its NUL */
    int rc;

    r->root = copy == NULL ? NULL : icalparser_parse_string(copy);
    if (r->root == NULL) {
        rc =
            nj_err_set(r->err, copy == NULL ? NJ_E_NOMEM : NJ_E_INVALID,
                       copy == NULL ? "no memory" : "the file is no iCalendar");
    } else {
        rc = read_all(r);
        icalcomponent_free(r->root);
    }
    free(copy);
    return rc;
}

int nj_ics_read(const struct nj_ics_sink *sink,
                const char *text,
                size_t len,
                struct nj_err *err)
{
    struct nj_ics_reading r = {.sink = sink, .err = err};
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
    rc = parse(&r, text, len);
    free(r.stand_ins);
    free(r.lines.events);
    return rc;
}
