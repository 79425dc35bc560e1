#include "score/mask.h"

#include "base/str.h"

/* Whether byte AT of the text lies in a span to mask; then where it ends. */
static size_t
masked_until(const struct nj_score *score, size_t at, int in_title)
{
    size_t end = 0;

    for (size_t i = 0; i < score->reason_count; i++) {
        const struct nj_reason *r = &score->reasons[i];

        if (r->mask && r->in_title == in_title && r->start <= at &&
            at < r->end && r->end > end) {
            end = r->end;
        }
    }
    return end;
}

/* The first byte at or after AT that some span masks, or LEN. */
static size_t
next_masked(const struct nj_score *score, size_t at, size_t len, int in_title)
{
    size_t next = len;

    for (size_t i = 0; i < score->reason_count; i++) {
        const struct nj_reason *r = &score->reasons[i];

        if (r->mask && r->in_title == in_title && r->end > at &&
            r->start < next) {
            next = r->start > at ? r->start : at;
        }
    }
    return next;
}

/* Bytes of the letter at AT with the marks on it; a broken byte is one. */
static size_t letter_bytes(const char *text, size_t at, size_t end)
{
    uint32_t cp;
    size_t n = nj_utf8_decode(text + at, end - at, &cp);
    size_t next;

    if (n == 0) {
        return 1;
    }
    while (at + n < end) {
        next = nj_utf8_decode(text + at + n, end - at - n, &cp);
        /* a cut before what belongs to the letter is moved back */
        if (next == 0 || nj_utf8_cut(text + at, n + next, n + next - 1) != 0) {
            break;
        }
        n += next;
    }
    return n;
}

static int is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void
mask_span(const char *text, size_t start, size_t end, struct nj_buf *out)
{
    int shown = 0;

    while (start < end) {
        size_t n = letter_bytes(text, start, end);

        if (!shown || (n == 1 && is_space(text[start]))) {
            shown = shown || !is_space(text[start]);
            (void)nj_buf_add(out, text + start, n);
        } else {
            (void)nj_buf_addc(out, '*');
        }
        start += n;
    }
}

static void mask(const char *text,
                 size_t len,
                 const struct nj_score *score,
                 int in_title,
                 struct nj_buf *out)
{
    size_t at = 0;

    while (at < len) {
        size_t start = next_masked(score, at, len, in_title);
        size_t end;

        (void)nj_buf_add(out, text + at, start - at);
        if (start == len) {
            return;
        }
        end = masked_until(score, start, in_title);
        if (end > len) {
            end = len;
        }
        mask_span(text, start, end, out);
        at = end;
    }
}

void nj_mask_text(const char *text,
                  size_t len,
                  const struct nj_score *score,
                  struct nj_buf *out)
{
    mask(text, len, score, 0, out);
}

void nj_mask_title(const char *title,
                   size_t len,
                   const struct nj_score *score,
                   struct nj_buf *out)
{
    mask(title, len, score, 1, out);
}
