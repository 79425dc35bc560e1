/* Days and dates: the proleptic Gregorian calendar by 400-year eras, after
 * Howard Hinnant's "chrono-compatible low-level date algorithms". */

#include "model/zone.h"

enum { DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t nj_days_of(int year, int month, int day)
{
    int64_t months = (int64_t)month - 3; /* a year from March, leap day last */
    int64_t y = year + floor_div(months, 12);
    int64_t m = months - floor_div(months, 12) * 12;
    int64_t era = floor_div(y, 400);
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * m + 2) / 5;

    return era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 +
           of_year - DAYS_TO_1970 + day - 1;
}

void nj_days_to_civil(int64_t days, struct nj_civil *out)
{
    int64_t d = days + DAYS_TO_1970;
    int64_t era = floor_div(d, DAYS_OF_ERA);
    int64_t of_era = d - era * DAYS_OF_ERA;
    int64_t y =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;

    *out = (struct nj_civil){
        .year = (int)(y + era * 400 + (m >= 10)),
        .month = (int)(m < 10 ? m + 3 : m - 9),
        .day = (int)(of_year - (153 * m + 2) / 5 + 1),
    };
}

int nj_weekday(int64_t days)
{
    int64_t w = (days % 7 + 10) % 7; /* 1970-01-01 was a Thursday */

    return (int)w;
}

int nj_month_days(int year, int month)
{
    return (int)(nj_days_of(year, month + 1, 1) - nj_days_of(year, month, 1));
}
