/* libical, brought in when the first calendar is read: it comes with ICU's
 * tables, and most daemons read none. Each function of it that is used here
 * stands below under its own name and is passed on; a new one needs its row in
 * the table and its function. */

#include <libical/ical.h>

#include "base/late.h"
#include "oncall/ics_in.h"

#define FUNCTIONS(ROW)                                                         \
    ROW(icalcompiter_deref)                                                    \
    ROW(icalcompiter_next)                                                     \
    ROW(icalcomponent_begin_component)                                         \
    ROW(icalcomponent_free)                                                    \
    ROW(icalcomponent_get_first_property)                                      \
    ROW(icalcomponent_get_next_property)                                       \
    ROW(icalcomponent_get_status)                                              \
    ROW(icalcomponent_get_summary)                                             \
    ROW(icalcomponent_get_timezone)                                            \
    ROW(icalcomponent_get_uid)                                                 \
    ROW(icalcomponent_isa)                                                     \
    ROW(icaldurationtype_as_int)                                               \
    ROW(icaldurationtype_is_bad_duration)                                      \
    ROW(icalparameter_get_partstat)                                            \
    ROW(icalparameter_get_tzid)                                                \
    ROW(icalparser_parse_string)                                               \
    ROW(icalproperty_get_attendee)                                             \
    ROW(icalproperty_get_dtend)                                                \
    ROW(icalproperty_get_dtstart)                                              \
    ROW(icalproperty_get_duration)                                             \
    ROW(icalproperty_get_exdate)                                               \
    ROW(icalproperty_get_first_parameter)                                      \
    ROW(icalproperty_get_rdate)                                                \
    ROW(icalproperty_get_recurrenceid)                                         \
    ROW(icalproperty_get_rrule)                                                \
    ROW(icalproperty_get_x)                                                    \
    ROW(icalproperty_get_x_name)                                               \
    ROW(icalproperty_get_xlicerror)                                            \
    ROW(icalrecur_iterator_free)                                               \
    ROW(icalrecur_iterator_new)                                                \
    ROW(icalrecur_iterator_next)                                               \
    ROW(icaltime_compare)                                                      \
    ROW(icaltime_is_null_time)                                                 \
    ROW(icaltime_is_utc)                                                       \
    ROW(icaltime_null_date)                                                    \
    ROW(icaltime_null_time)                                                    \
    ROW(icaltimezone_get_utc_offset)                                           \
    ROW(icaltimezone_get_utc_offset_of_utc_time)

_Static_assert(ICAL_MAJOR_VERSION == 3, "the soname below");

NJ_LATE_LIBRARY(FUNCTIONS, "libical.so.3", "read calendars")

int nj_ics_bring(struct nj_err *err)
{
    return nj_late_open(&library, err);
}

icalcomponent *icalcompiter_deref(icalcompiter *i)
{
    return NJ_LATE_REAL(icalcompiter_deref)(i);
}

icalcomponent *icalcompiter_next(icalcompiter *i)
{
    return NJ_LATE_REAL(icalcompiter_next)(i);
}

icalcompiter icalcomponent_begin_component(icalcomponent *component,
                                           icalcomponent_kind kind)
{
    return NJ_LATE_REAL(icalcomponent_begin_component)(component, kind);
}

void icalcomponent_free(icalcomponent *component)
{
    NJ_LATE_REAL(icalcomponent_free)(component);
}

icalproperty *icalcomponent_get_first_property(icalcomponent *component,
                                               icalproperty_kind kind)
{
    return NJ_LATE_REAL(icalcomponent_get_first_property)(component, kind);
}

icalproperty *icalcomponent_get_next_property(icalcomponent *component,
                                              icalproperty_kind kind)
{
    return NJ_LATE_REAL(icalcomponent_get_next_property)(component, kind);
}

enum icalproperty_status icalcomponent_get_status(icalcomponent *component)
{
    return NJ_LATE_REAL(icalcomponent_get_status)(component);
}

const char *icalcomponent_get_summary(icalcomponent *component)
{
    return NJ_LATE_REAL(icalcomponent_get_summary)(component);
}

icaltimezone *icalcomponent_get_timezone(icalcomponent *component,
                                         const char *tzid)
{
    return NJ_LATE_REAL(icalcomponent_get_timezone)(component, tzid);
}

const char *icalcomponent_get_uid(icalcomponent *component)
{
    return NJ_LATE_REAL(icalcomponent_get_uid)(component);
}

icalcomponent_kind icalcomponent_isa(const icalcomponent *component)
{
    return NJ_LATE_REAL(icalcomponent_isa)(component);
}

int icaldurationtype_as_int(struct icaldurationtype duration)
{
    return NJ_LATE_REAL(icaldurationtype_as_int)(duration);
}

int icaldurationtype_is_bad_duration(struct icaldurationtype duration)
{
    return NJ_LATE_REAL(icaldurationtype_is_bad_duration)(duration);
}

const char *icalparameter_get_tzid(const icalparameter *parameter)
{
    return NJ_LATE_REAL(icalparameter_get_tzid)(parameter);
}

icalcomponent *icalparser_parse_string(const char *text)
{
    return NJ_LATE_REAL(icalparser_parse_string)(text);
}

struct icaltimetype icalproperty_get_dtend(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_dtend)(property);
}

struct icaltimetype icalproperty_get_dtstart(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_dtstart)(property);
}

struct icaldurationtype icalproperty_get_duration(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_duration)(property);
}

struct icaltimetype icalproperty_get_exdate(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_exdate)(property);
}

icalparameter *icalproperty_get_first_parameter(icalproperty *property,
                                                icalparameter_kind kind)
{
    return NJ_LATE_REAL(icalproperty_get_first_parameter)(property, kind);
}

struct icaldatetimeperiodtype
icalproperty_get_rdate(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_rdate)(property);
}

struct icaltimetype icalproperty_get_recurrenceid(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_recurrenceid)(property);
}

struct icalrecurrencetype icalproperty_get_rrule(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_rrule)(property);
}

const char *icalproperty_get_xlicerror(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_xlicerror)(property);
}

void icalrecur_iterator_free(icalrecur_iterator *iterator)
{
    NJ_LATE_REAL(icalrecur_iterator_free)(iterator);
}

icalrecur_iterator *icalrecur_iterator_new(struct icalrecurrencetype rule,
                                           struct icaltimetype start)
{
    return NJ_LATE_REAL(icalrecur_iterator_new)(rule, start);
}

struct icaltimetype icalrecur_iterator_next(icalrecur_iterator *iterator)
{
    return NJ_LATE_REAL(icalrecur_iterator_next)(iterator);
}

int icaltime_compare(const struct icaltimetype a, const struct icaltimetype b)
{
    return NJ_LATE_REAL(icaltime_compare)(a, b);
}

int icaltime_is_null_time(const struct icaltimetype time)
{
    return NJ_LATE_REAL(icaltime_is_null_time)(time);
}

int icaltime_is_utc(const struct icaltimetype time)
{
    return NJ_LATE_REAL(icaltime_is_utc)(time);
}

struct icaltimetype icaltime_null_date(void)
{
    return NJ_LATE_REAL(icaltime_null_date)();
}

struct icaltimetype icaltime_null_time(void)
{
    return NJ_LATE_REAL(icaltime_null_time)();
}

int icaltimezone_get_utc_offset(icaltimezone *zone,
                                struct icaltimetype *time,
                                int *is_daylight)
{
    return NJ_LATE_REAL(icaltimezone_get_utc_offset)(zone, time, is_daylight);
}

enum icalparameter_partstat
icalparameter_get_partstat(const icalparameter *parameter)
{
    return NJ_LATE_REAL(icalparameter_get_partstat)(parameter);
}

const char *icalproperty_get_attendee(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_attendee)(property);
}

const char *icalproperty_get_x(const icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_x)(property);
}

const char *icalproperty_get_x_name(icalproperty *property)
{
    return NJ_LATE_REAL(icalproperty_get_x_name)(property);
}

int icaltimezone_get_utc_offset_of_utc_time(icaltimezone *zone,
                                            struct icaltimetype *time,
                                            int *is_daylight)
{
    return NJ_LATE_REAL(icaltimezone_get_utc_offset_of_utc_time)(zone, time,
                                                                 is_daylight);
}

#undef REAL
#undef NAME
#undef PLACE
#undef FUNCTIONS
