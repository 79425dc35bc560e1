#include "oncall/ics_out.h"

#include <string.h>

#include "base/str.h"
#include "model/zone.h"

enum {
    LINE_BYTES = 75, /* RFC 5545, 3.1, without the line break */
};

/* Write the content line TEXT[0..LEN) folded, no character split. */
static void add_folded(struct nj_buf *out, const char *text, size_t len)
{
    size_t room = LINE_BYTES;

    for (;;) {
        size_t n = len <= room ? len : room;

        while (n > 0 && n < len && ((unsigned char)text[n] & 0xc0) == 0x80) {
            n--;
        }
        (void)nj_buf_add(out, text, n);
        (void)nj_buf_adds(out, "\r\n");
        text += n;
        len -= n;
        if (len == 0 || n == 0) {
            return;
        }
        (void)nj_buf_addc(out, ' ');
        room = LINE_BYTES - 1;
    }
}

static void add_line(struct nj_buf *out, const struct nj_buf *line)
{
    if (line->status != 0) {
        out->status = out->status == 0 ? line->status : out->status;
        return;
    }
    add_folded(out, nj_buf_text(line), line->len);
}

/* TEXT as a value (RFC 5545, 3.3.11): what has a meaning is escaped, controls
 * are left out, as are bytes that are not UTF-8. */
static void add_value(struct nj_buf *line, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(text, len, &cp);

        if (cp == '\n') {
            (void)nj_buf_adds(line, "\\n");
        } else if (cp == '\\' || cp == ';' || cp == ',') {
            (void)nj_buf_addc(line, '\\');
            (void)nj_buf_addc(line, text[0]);
        } else if (n > 0 && cp >= 0x20 && cp != 0x7f) {
            (void)nj_buf_add(line, text, n);
        }
        n = n == 0 ? 1 : n;
        text += n;
        len -= n;
    }
}

void nj_ics_text(struct nj_buf *out,
                 const char *name,
                 const char *before,
                 const char *text)
{
    struct nj_buf line;

    nj_buf_init(&line, out->max_bytes);
    (void)nj_buf_addf(&line, "%s:%s", name, before);
    add_value(&line, text);
    add_line(out, &line);
    nj_buf_finish(&line);
}

void nj_ics_time(struct nj_buf *out, const char *name, int64_t at_ms)
{
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0);
    int64_t days = s / 86400 - (s % 86400 < 0);
    int of_day = (int)(s - days * 86400);
    struct nj_civil c;

    nj_days_to_civil(days, &c);
    (void)nj_buf_addf(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year,
                      c.month, c.day, of_day / 3600, of_day / 60 % 60,
                      of_day % 60);
}

/* Stands for the shift as long as schedule, start and people stay. */
static uint64_t identity(const char *schedule, const struct nj_oncall *shift)
{
    uint64_t all = nj_hash_str(schedule);

    for (size_t i = 0; i < shift->count; i++) {
        uint64_t both[2] = {all, nj_hash_str(shift->people[i])};

        all = nj_hash(both, sizeof both);
    }
    return all;
}

static void add_summary(struct nj_buf *out, const struct nj_oncall *shift)
{
    struct nj_buf names;

    nj_buf_init(&names, out->max_bytes);
    for (size_t i = 0; i < shift->count; i++) {
        (void)nj_buf_addf(&names, "%s%s", i == 0 ? "" : ", ", shift->people[i]);
    }
    nj_ics_text(out, "SUMMARY", "On call: ", nj_buf_text(&names));
    if (names.status != 0 && out->status == 0) {
        out->status = names.status;
    }
    nj_buf_finish(&names);
}

void nj_ics_open(struct nj_buf *out, const char *schedule)
{
    (void)nj_buf_adds(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                           "PRODID:-//nightjar//on call//EN\r\n"
                           "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    nj_ics_text(out, "X-WR-CALNAME", "", schedule);
}

void nj_ics_shift(struct nj_buf *out,
                  const char *schedule,
                  const struct nj_oncall *shift,
                  int64_t stamp_ms)
{
    int64_t since_s = shift->since_ms / 1000;

    if (shift->count == 0 || shift->since_ms == INT64_MIN ||
        shift->until_ms == INT64_MAX) {
        return;
    }
    (void)nj_buf_addf(
        out, "BEGIN:VEVENT\r\nUID:%016llx-%lld@nightjar.invalid\r\n",
        (unsigned long long)identity(schedule, shift), (long long)since_s);
    nj_ics_time(out, "DTSTAMP", stamp_ms);
    nj_ics_time(out, "DTSTART", shift->since_ms);
    nj_ics_time(out, "DTEND", shift->until_ms);
    add_summary(out, shift);
    nj_ics_text(out, "DESCRIPTION", "Schedule: ", schedule);
    (void)nj_buf_adds(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void nj_ics_close(struct nj_buf *out)
{
    (void)nj_buf_adds(out, "END:VCALENDAR\r\n");
}
