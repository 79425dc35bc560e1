#include "notify/mime.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "io/crypto.h"
#include "model/zone.h"
#include "notify/address.h"
#include "notify/plain.h"

enum {
    HEADER_COLUMNS = 76, /* RFC 2047 2: lines with encoded words */
    LINE_COLUMNS = 75,   /* of quoted-printable, without a soft break's '=' */
    MAX_VALUE_BYTES = 900,
    /* "=?UTF-8?B?" and "?=" */
    WORD_FRAME = 12,
};

/* "=_" cannot stand in quoted-printable text (RFC 2045 6.7 note 5). */
static const char boundary[] = "=_nightjar";

/* ---- headers ------------------------------------------------------------- */

/* Whether the plain TEXT may stand as it is: printable ASCII that nobody reads
 * as an encoded word, and words short enough to fold between. */
static int is_simple(const char *text)
{
    size_t word = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p < 0x20 || *p >= 0x7f || (p[0] == '=' && p[1] == '?')) {
            return 0;
        }
        word = *p == ' ' ? 0 : word + 1;
        if (word > 60) {
            return 0;
        }
    }
    return 1;
}

/* Write TEXT folded at its spaces; *COLUMN is where the line stands. */
static void write_folded(struct nj_buf *out, const char *text, size_t *column)
{
    for (int first = 1; *text != '\0'; first = 0) {
        size_t len = strcspn(text, " ");

        if (!first && *column + 1 + len > HEADER_COLUMNS) {
            (void)nj_buf_adds(out, "\r\n");
            *column = 0;
        }
        if (!first) {
            (void)nj_buf_addc(out, ' ');
            *column += 1;
        }
        (void)nj_buf_add(out, text, len);
        *column += len;
        text += len;
        text += *text == ' ';
    }
}

/* Bytes of TEXT that fit into one encoded word on what is left of the line; 0
 * when only a new line will do. */
static size_t word_bytes(const char *text, size_t len, size_t column)
{
    size_t room = HEADER_COLUMNS > column + WORD_FRAME
                      ? (HEADER_COLUMNS - column - WORD_FRAME) / 4 * 3
                      : 0;
    size_t cut = nj_utf8_cut(text, len, room);

    if (cut == 0 && room >= 4) {
        cut = room; /* one letter of many marks: break between its parts */
        while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) {
            cut--;
        }
    }
    return cut;
}

static void write_words(struct nj_buf *out, const char *text, size_t *column)
{
    size_t len = strlen(text);

    while (len > 0) {
        char coded[HEADER_COLUMNS + 1];
        size_t n = word_bytes(text, len, *column);

        if (n > 0) {
            size_t coded_len = nj_base64(text, n, 0, coded, sizeof coded);

            (void)nj_buf_addf(out, "=?UTF-8?B?%s?=", coded);
            *column += coded_len + WORD_FRAME;
        }
        text += n;
        len -= n;
        if (len > 0) {
            (void)nj_buf_adds(out, "\r\n ");
            *column = 1;
        }
    }
}

/* Foreign TEXT as one plain line of bounded length. */
static void plain_value(struct nj_buf *out, const char *text)
{
    struct nj_buf line;

    nj_buf_init(&line, 16 << 10);
    nj_plain_line(&line, text);
    nj_plain_cut(out, nj_buf_text(&line), MAX_VALUE_BYTES);
    if (line.status == NJ_E_NOMEM) {
        out->status = NJ_E_NOMEM;
    }
    nj_buf_finish(&line);
}

void nj_mime_header_text(struct nj_buf *out,
                         const char *name,
                         const char *value)
{
    struct nj_buf plain;
    size_t column = strlen(name) + 2;

    nj_buf_init(&plain, MAX_VALUE_BYTES);
    plain_value(&plain, value);
    (void)nj_buf_addf(out, "%s: ", name);
    if (is_simple(nj_buf_text(&plain))) {
        write_folded(out, nj_buf_text(&plain), &column);
    } else {
        write_words(out, nj_buf_text(&plain), &column);
    }
    (void)nj_buf_adds(out, "\r\n");
    if (plain.status == NJ_E_NOMEM) {
        out->status = NJ_E_NOMEM;
    }
    nj_buf_finish(&plain);
}

static int must_escape(char c)
{
    return c == '"' || c == '\\';
}

/* Columns of NAME as a quoted string. */
static size_t quoted_columns(const char *name)
{
    size_t columns = 2;

    for (; *name != '\0'; name++) {
        columns += must_escape(*name) ? 2 : 1;
    }
    return columns;
}

/* A display name: a quoted string (RFC 5322 3.2.4) or encoded words. */
static void write_name(struct nj_buf *out, const char *name, size_t *column)
{
    size_t columns = quoted_columns(name);

    if (!is_simple(name) || columns > 60) {
        write_words(out, name, column);
        return;
    }
    (void)nj_buf_addc(out, '"');
    for (; *name != '\0'; name++) {
        if (must_escape(*name)) {
            (void)nj_buf_addc(out, '\\');
        }
        (void)nj_buf_addc(out, *name);
    }
    (void)nj_buf_addc(out, '"');
    *column += columns;
}

static void write_address(struct nj_buf *out,
                          const char *header,
                          const char *name,
                          const char *address)
{
    struct nj_buf plain;
    size_t column = strlen(header) + 2;

    nj_buf_init(&plain, MAX_VALUE_BYTES);
    plain_value(&plain, name);
    (void)nj_buf_addf(out, "%s: ", header);
    if (plain.len > 0) {
        write_name(out, plain.data, &column);
        (void)nj_buf_adds(
            out, column + strlen(address) + 3 > HEADER_COLUMNS ? "\r\n " : " ");
        (void)nj_buf_addf(out, "<%s>\r\n", address);
    } else {
        (void)nj_buf_addf(out, "%s\r\n", address);
    }
    if (plain.status == NJ_E_NOMEM) {
        out->status = NJ_E_NOMEM;
    }
    nj_buf_finish(&plain);
}

/* RFC 5322 3.3, "Tue, 03 Feb 2026 02:14:00 +0000". */
static void write_date(struct nj_buf *out, int64_t at_ms, int offset_s)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu",
                                       "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    int minutes = offset_s / 60;
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0) + (int64_t)minutes * 60;
    int64_t day = s / 86400 - (s % 86400 < 0);
    int of_day = (int)(s - day * 86400);
    struct nj_civil date;

    nj_days_to_civil(day, &date);
    (void)nj_buf_addf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d",
                      days[nj_weekday(day)], date.day, months[date.month - 1],
                      date.year, of_day / 3600, of_day / 60 % 60, of_day % 60,
                      minutes < 0 ? '-' : '+', abs(minutes) / 60,
                      abs(minutes) % 60);
    (void)nj_buf_adds(out, "\r\n");
}

/* A message id of safe characters alone, whatever came. */
static void write_id(struct nj_buf *out, const char *header, const char *id)
{
    (void)nj_buf_addf(out, "%s: <", header);
    for (const char *p = id; *p != '\0'; p++) {
        if (*p > 0x20 && *p < 0x7f && strchr("<>()\\\",:;", *p) == NULL) {
            (void)nj_buf_addc(out, *p);
        }
    }
    (void)nj_buf_adds(out, ">\r\n");
}

/* ---- bodies -------------------------------------------------------------- */

/* Whether C must be coded where it stands: controls, '=', eight-bit bytes, a
 * space at the line's end; and what mail servers treat apart at its start: a
 * dot, and the F of "From ". */
static int must_code(const char *p, int line_start)
{
    unsigned char c = (unsigned char)*p;

    if (c == ' ') {
        return p[1] == '\n' || p[1] == '\0';
    }
    return c < 0x21 || c > 0x7e || c == '=' ||
           (line_start && (c == '.' || strncmp(p, "From ", 5) == 0));
}

/* How many of TEXT's first bytes, at most ROOM, stand for themselves. */
static size_t simple_run(const char *text, size_t room, int line_start)
{
    size_t n = 0;

    while (n < room && text[n] != '\0' && text[n] != '\n' &&
           !must_code(text + n, line_start && n == 0)) {
        n++;
    }
    return n;
}

/* Write one coded byte, on a new line where it would not fit on this one. */
static void write_coded(struct nj_buf *out, char c, size_t *column)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char)c;
    char code[3] = {'=', digits[byte >> 4], digits[byte & 15]};

    if (*column + sizeof code > LINE_COLUMNS) {
        (void)nj_buf_adds(out, "=\r\n");
        *column = 0;
    }
    (void)nj_buf_add(out, code, sizeof code);
    *column += sizeof code;
}

void nj_mime_quoted(struct nj_buf *out, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t n = simple_run(text, LINE_COLUMNS - column, column == 0);

        (void)nj_buf_add(out, text, n);
        column += n;
        text += n;
        if (*text == '\n') {
            (void)nj_buf_adds(out, "\r\n");
            column = 0;
            text++;
        } else if (*text != '\0' && must_code(text, column == 0)) {
            write_coded(out, *text++, &column);
        } else if (*text != '\0') {
            (void)nj_buf_adds(out, "=\r\n"); /* the line is full */
            column = 0;
        }
    }
    if (column > 0) {
        (void)nj_buf_adds(out, "\r\n");
    }
}

static void
write_part(struct nj_buf *out, const char *subtype, const char *text)
{
    (void)nj_buf_addf(out,
                      "--%s\r\nContent-Type: text/%s; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                      boundary, subtype);
    nj_mime_quoted(out, text);
}

int nj_mime_write(const struct nj_mime *mail, struct nj_buf *out)
{
    if (!nj_address_is_mail(mail->from) || !nj_address_is_mail(mail->to) ||
        (mail->reply_to != NULL && !nj_address_is_mail(mail->reply_to))) {
        return NJ_E_INVALID;
    }
    write_date(out, mail->date_ms, mail->offset_s);
    write_address(out, "From", mail->from_name, mail->from);
    write_address(out, "To", mail->to_name, mail->to);
    if (mail->reply_to != NULL) {
        write_address(out, "Reply-To", NULL, mail->reply_to);
    }
    nj_mime_header_text(out, "Subject", mail->subject);
    write_id(out, "Message-ID", mail->message_id);
    if (mail->in_reply_to != NULL) {
        write_id(out, "In-Reply-To", mail->in_reply_to);
        write_id(out, "References", mail->in_reply_to);
    }
    for (const struct nj_mime_header *h = mail->more; h->name != NULL; h++) {
        nj_mime_header_text(out, h->name, h->value);
    }
    (void)nj_buf_addf(out,
                      "MIME-Version: 1.0\r\nContent-Type: "
                      "multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
                      boundary);
    write_part(out, "plain", mail->text);
    write_part(out, "html", mail->html);
    (void)nj_buf_addf(out, "--%s--\r\n", boundary);
    return out->status;
}
