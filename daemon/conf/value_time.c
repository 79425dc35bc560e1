/* Windows of the week, wall times and dates. */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conf/value.h"

enum { DAY_BYTES = 64, WEEK = 7, DAY_MIN = 1440 };

static const char *const day_names[WEEK] = {"monday",   "tuesday", "wednesday",
                                            "thursday", "friday",  "saturday",
                                            "sunday"};

/* 0..6, or -1. */
static int day_of(const char *text, size_t len)
{
    for (int i = 0; i < WEEK; i++) {
        size_t whole = strlen(day_names[i]);

        if ((len == 3 || len == whole) &&
            strncasecmp(text, day_names[i], len) == 0) {
            return i;
        }
    }
    return -1;
}

static int refuse_day(const char *text, size_t len, struct nj_err *err)
{
    return nj_err_set(err, NJ_E_INVALID,
                      "'%.*s' is not a day; write mon, tue, wed, thu, fri, "
                      "sat or sun, or a range like mon-fri",
                      (int)len, text);
}

/* "mon", "mon-fri" or "fri-mon" in TEXT[0..LEN). */
static int
read_days(const char *text, size_t len, uint8_t *days, struct nj_err *err)
{
    const char *dash = memchr(text, '-', len);
    size_t first_len = dash == NULL ? len : (size_t)(dash - text);
    int first = day_of(text, first_len);
    int last = first;

    if (first < 0) {
        return refuse_day(text, first_len, err);
    }
    if (dash != NULL) {
        last = day_of(dash + 1, len - first_len - 1);
        if (last < 0) {
            return refuse_day(dash + 1, len - first_len - 1, err);
        }
    }
    for (int day = first;; day = (day + 1) % WEEK) {
        *days = (uint8_t)(*days | 1u << day);
        if (day == last) {
            return 0;
        }
    }
}

/* COUNT digits at *P, moved on; or -1. */
static int digits(const char **p, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++, (*p)++) {
        if (**p < '0' || **p > '9') {
            return -1;
        }
        value = value * 10 + (**p - '0');
    }
    return value;
}

/* "18:00" or "8:00" at *P, moved on: minutes after midnight, or -1. */
static int minutes(const char **p)
{
    int hour = digits(p, (*p)[0] != '\0' && (*p)[1] == ':' ? 1 : 2);
    int minute;

    if (hour < 0 || **p != ':') {
        return -1;
    }
    (*p)++;
    minute = digits(p, 2);
    if (minute < 0 || minute > 59 || hour * 60 + minute > DAY_MIN) {
        return -1;
    }
    return hour * 60 + minute;
}

static int
read_hours(const char *text, struct nj_conf_window *out, struct nj_err *err)
{
    const char *p = text;
    int start = minutes(&p);
    int end = -1;

    if (start >= 0 && *p == '-') {
        p++;
        end = minutes(&p);
    }
    if (end < 0 || *p != '\0') {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' are not hours; write for example 18:00-08:00",
                          text);
    }
    if (start == DAY_MIN) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' starts at 24:00; write 00:00 of the next day",
                          text);
    }
    if (end == 0) {
        end = DAY_MIN; /* until midnight, whichever way it is written */
    }
    out->start_min = (int16_t)start;
    out->end_min = (int16_t)end;
    return 0;
}

static int no_halves(const char *text, struct nj_err *err)
{
    if (strchr(text, ':') != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' has no days; write for example mon-sun %s",
                          text, text);
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "'%s' has no hours; write for example mon-fri "
                      "18:00-08:00, and \"mon,wed 08:00-18:00\" in quotes",
                      text);
}

int nj_value_window(const char *text,
                    struct nj_conf_window *out,
                    struct nj_err *err)
{
    struct nj_conf_window window = {0};
    const char *space = strchr(text, ' ');
    const char *day = text;

    if (space == NULL) {
        return no_halves(text, err);
    }
    while (day < space) {
        size_t len = strcspn(day, ", ");

        if (read_days(day, len, &window.days, err) != 0) {
            return NJ_E_INVALID;
        }
        day += len + (day[len] == ',');
    }
    if (window.days == 0) {
        return no_halves(text, err);
    }
    if (read_hours(space + strspn(space, " "), &window, err) != 0) {
        return NJ_E_INVALID;
    }
    *out = window;
    return 0;
}

/* --- wall times --- */

static int days_in(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (leap && month == 2);
}

int nj_value_is_date(const char *text)
{
    const char *p = text;

    return digits(&p, 4) >= 0 && *p++ == '-' && digits(&p, 2) >= 0 &&
           *p++ == '-' && digits(&p, 2) >= 0 &&
           (*p == '\0' || (p[0] == '.' && p[1] == '.'));
}

/* The date at *P, moved on. */
static int read_date(const char **p,
                     const char *text,
                     struct nj_packed_time *out,
                     struct nj_err *err)
{
    int year = digits(p, 4);
    int month = year >= 0 && *(*p)++ == '-' ? digits(p, 2) : -1;
    int day = month >= 0 && *(*p)++ == '-' ? digits(p, 2) : -1;

    if (day < 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not a date; write year-month-day, for "
                          "example 2026-01-05",
                          text);
    }
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not in the calendar; write year-month-day, "
                          "for example 2026-01-05",
                          text);
    }
    out->year = (int16_t)year;
    out->month = (uint8_t)month;
    out->day = (uint8_t)day;
    return 0;
}

static int day_number(const struct nj_packed_time *t)
{
    return (t->year * 12 + t->month) * 31 + t->day;
}

/* "..2026-12-26" at *P, moved on: the last day of a stretch from FIRST on. */
static int read_last_day(const char **p,
                         const char *text,
                         const struct nj_packed_time *first,
                         struct nj_err *err)
{
    struct nj_packed_time last = {0};

    *p += 2;
    if (read_date(p, text, &last, err) != 0) {
        return NJ_E_INVALID;
    }
    if (day_number(&last) < day_number(first)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' ends before it begins; write the first day, "
                          "two dots and the last day",
                          text);
    }
    return 0;
}

int nj_value_date(const char *text,
                  struct nj_packed_time *out,
                  struct nj_err *err)
{
    struct nj_packed_time time = {0};
    const char *p = text;

    if (read_date(&p, text, &time, err) != 0) {
        return NJ_E_INVALID;
    }
    if (p[0] == '.' && p[1] == '.' &&
        read_last_day(&p, text, &time, err) != 0) {
        return NJ_E_INVALID;
    }
    if (*p != '\0') {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is more than a date; write %.10s", text, text);
    }
    *out = time;
    return 0;
}

static int refuse_rest(const char *rest, const char *text, struct nj_err *err)
{
    if (*rest == 'Z' || *rest == '+' || *rest == '-' || *rest == ' ') {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' names a zone; the schedule's own clock is "
                          "meant, so write %.16s",
                          text, text);
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "'%s' is not a time; write for example 2026-01-05 18:00",
                      text);
}

int nj_value_time(const char *text,
                  struct nj_packed_time *out,
                  struct nj_err *err)
{
    struct nj_packed_time time = {0};
    const char *p = text;
    int second = 0;
    int minute;

    if (read_date(&p, text, &time, err) != 0) {
        return NJ_E_INVALID;
    }
    if (*p == '\0') {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' has no time of day; write for example %s 00:00",
                          text, text);
    }
    p += *p == ' ' || *p == 'T';
    minute = minutes(&p);
    if (minute >= 0 && *p == ':') {
        p++;
        second = digits(&p, 2);
    }
    if (minute < 0 || minute == DAY_MIN || second < 0 || second > 59) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not a time of day from 00:00 to 23:59; "
                          "write for example %.10s 18:00",
                          text, text);
    }
    if (*p != '\0') {
        return refuse_rest(p, text, err);
    }
    time.hour = (uint8_t)(minute / 60);
    time.minute = (uint8_t)(minute % 60);
    time.second = (uint8_t)second;
    *out = time;
    return 0;
}
