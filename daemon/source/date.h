/* source/date.h - dates as the world writes them. Pure, any thread.
 *
 * RFC 822, 1123, 2822 and 850 (two-digit years, zone names, no seconds, a
 * wrong or missing weekday, the month first), asctime and date(1), RFC 3339,
 * ISO 8601 calendar and ordinal dates down to a bare year (W3C-DTF), month
 * names of the larger European languages. No zone means UTC.
 */

#ifndef NJ_SOURCE_DATE_H
#define NJ_SOURCE_DATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Wall ms of TEXT[0..LEN), or 0 when it is no date, is before 1970, or after
 * the year 9999. */
int64_t nj_date_read(const char *text, size_t len);

/* How a JSON API writes dates. */
enum nj_date_format {
    NJ_DATE_AUTO,    /* text as above, a number by its size */
    NJ_DATE_RFC3339, /* as nj_date_read, ISO 8601 forms only */
    NJ_DATE_RFC2822, /* as nj_date_read, the others */
    NJ_DATE_UNIX,    /* a number in s, ms or us, by its size */
    NJ_DATE_UNIX_S,
    NJ_DATE_UNIX_MS,
    NJ_DATE_UNIX_US,
    NJ_DATE_FORMATS, /* count, keep last */
};

/* The same for a text or the decimal digits of a number ("1764000000.25"). */
int64_t
nj_date_read_as(enum nj_date_format format, const char *text, size_t len);

#endif
