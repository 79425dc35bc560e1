#include "notify/letter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "notify/address.h"
#include "notify/mime.h"
#include "notify/plain.h"
#include "notify/render.h"

enum {
    MAX_BODY_BYTES = 256 << 10,
    MAX_SUBJECT_BYTES = 200,
    ID_BYTES = 64 + 256, /* NJ_LIMIT_NAME_BYTES and a domain */
};

/* Length of LINE without " and 41 more" at its end. */
static size_t without_more(const char *line, size_t len)
{
    static const char ending[] = " more";
    static const char middle[] = " and ";
    size_t at = len > sizeof ending - 1 ? len - (sizeof ending - 1) : 0;
    size_t digits = at;

    if (at == 0 || memcmp(line + at, ending, sizeof ending - 1) != 0) {
        return len;
    }
    while (digits > 0 && line[digits - 1] >= '0' && line[digits - 1] <= '9') {
        digits--;
    }
    if (digits == at || digits < sizeof middle - 1 ||
        memcmp(line + digits - (sizeof middle - 1), middle,
               sizeof middle - 1) != 0) {
        return len;
    }
    return digits - (sizeof middle - 1);
}

/* Length of LINE without " (low)", " (high)", " (critical)" at its end. */
static size_t without_severity(const char *line, size_t len)
{
    for (int level = 0; level < NJ_LEVELS; level++) {
        char ending[24];
        int n = snprintf(ending, sizeof ending, " (%s)",
                         nj_level_name((enum nj_level)level));
        size_t ending_len = n > 0 ? (size_t)n : 0;

        if (len > ending_len &&
            memcmp(line + len - ending_len, ending, ending_len) == 0) {
            return len - ending_len;
        }
    }
    return len;
}

void nj_letter_subject(const struct nj_message *m, struct nj_buf *out)
{
    const char *mark = nj_say_mark(m);
    struct nj_buf line;

    nj_buf_init(&line, 16 << 10);
    nj_say_headline(m, &line);
    if (line.len > 0) {
        line.len = without_more(line.data, line.len);
        line.len = without_severity(line.data, line.len);
        line.data[line.len] = '\0';
    }
    (void)nj_buf_adds(out, "[nightjar");
    if (m->alert_id > 0) {
        (void)nj_buf_addf(out, " %lld", (long long)m->alert_id);
    }
    if (mark[0] != '\0') {
        (void)nj_buf_addf(out, " %s", mark);
    }
    (void)nj_buf_adds(out, "] ");
    nj_plain_cut(out, nj_buf_text(&line), MAX_SUBJECT_BYTES);
    if (line.status == NJ_E_NOMEM) {
        out->status = NJ_E_NOMEM;
    }
    nj_buf_finish(&line);
}

/* Whether this mail's id is the conversation's: an alert that reopened has had
 * its first mail already. */
static int begins_thread(const struct nj_message *m)
{
    return nj_wants_answer(m) && m->first && m->generation <= 1;
}

/* Id of the conversation's first mail. */
static void thread_id(const struct nj_letter *letter,
                      const struct nj_message *m,
                      char out[ID_BYTES])
{
    char seed[512];

    (void)snprintf(seed, sizeof seed, "%s %lld", letter->to,
                   (long long)m->opened_ms);
    (void)snprintf(out, ID_BYTES, "alert.%lld.%016" PRIx64 "@%s",
                   (long long)m->alert_id, nj_hash_str(seed),
                   nj_address_domain(letter->from));
}

static void
page_id(const struct nj_letter *letter, const char *key, char out[ID_BYTES])
{
    (void)snprintf(out, ID_BYTES, "page.%.64s@%s", key,
                   nj_address_domain(letter->from));
}

/* The rest of the headers and the two bodies. */
static int write_mail(const struct nj_letter *letter,
                      const struct nj_message *m,
                      const struct nj_mime *bodies,
                      struct nj_buf *out)
{
    int urgent = m->kind == NJ_PAGE_CALL && m->severity == NJ_LEVEL_CRITICAL;
    char alert[24];
    char id[ID_BYTES];
    char thread[ID_BYTES];
    struct nj_mime mail = *bodies;
    struct nj_mime_header more[] = {
        {"Auto-Submitted", "auto-generated"}, /* RFC 3834 */
        {"X-Auto-Response-Suppress", "All"},
        {"X-Nightjar-Page", m->key},
        {"X-Nightjar-Alert", alert},
        {urgent ? "Importance" : NULL, "high"}, /* NULL ends it here */
        {"X-Priority", "1"},
        {NULL, NULL},
    };

    (void)snprintf(alert, sizeof alert, "%lld", (long long)m->alert_id);
    thread_id(letter, m, thread);
    page_id(letter, m->key, id);
    mail.message_id = begins_thread(m) ? thread : id;
    mail.in_reply_to = m->alert_id > 0 && !begins_thread(m) ? thread : NULL;
    mail.more = more;
    return nj_mime_write(&mail, out);
}

int nj_letter_write(const struct nj_letter *letter,
                    const struct nj_message *m,
                    struct nj_buf *out)
{
    struct nj_buf text, html, subject;
    struct nj_sheet sheet;
    int status = nj_sheet_make(m, &sheet);

    if (status != 0) {
        return status;
    }
    nj_buf_init(&text, MAX_BODY_BYTES);
    nj_buf_init(&html, MAX_BODY_BYTES);
    nj_buf_init(&subject, MAX_SUBJECT_BYTES + 64);
    nj_render_text(&sheet, &text);
    nj_render_html(&sheet, &html);
    nj_letter_subject(m, &subject);
    status = text.status != 0   ? text.status
             : html.status != 0 ? html.status
                                : subject.status;
    if (status == 0) {
        struct nj_mime mail = {.from_name = "nightjar",
                               .from = letter->from,
                               .to_name = m->person_title,
                               .to = letter->to,
                               .reply_to = letter->reply_to,
                               .subject = nj_buf_text(&subject),
                               .date_ms = m->now_ms,
                               .offset_s = m->offset_s,
                               .text = nj_buf_text(&text),
                               .html = nj_buf_text(&html)};

        status = write_mail(letter, m, &mail, out);
    }
    nj_buf_finish(&subject);
    nj_buf_finish(&html);
    nj_buf_finish(&text);
    nj_sheet_finish(&sheet);
    return status;
}
