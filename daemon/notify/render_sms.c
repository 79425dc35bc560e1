#include <stdlib.h>
#include <string.h>

#include "notify/plain.h"
#include "notify/render.h"
#include "notify/sms.h"

/*   nightjar 4711: Acme Air: offensive on our page (critical): "you are a
 *   \___ head ___/ \____ body: headline, note, "excerpt" ____...
 *   m****..." ack: nightjar ack 4711
 *             \_____ tail _________/
 *
 * Head and tail are never cut; the body is what gives way. A note or excerpt
 * that the GSM alphabet lacks is left out rather than costing the headline
 * more than half of its room. */

enum {
    MAX_SMS_BYTES = 8 << 10,
    /* a link is worth this much of the headline, no more */
    HEADLINE_UNITS = 40,
};

struct sms {
    struct nj_buf head, body, tail;
    size_t max_chars;
    int gsm;
};

static size_t units(const struct sms *sms, const struct nj_buf *part)
{
    return nj_sms_units(nj_buf_text(part), part->len, sms->gsm);
}

static size_t limit(const struct sms *sms)
{
    return sms->gsm ? sms->max_chars : sms->max_chars * 70 / 160;
}

/* Whether it fits in all, when the body keeps at most KEEP of its units. */
static int fits(const struct sms *sms, size_t keep)
{
    size_t body = units(sms, &sms->body);

    return units(sms, &sms->head) + (body < keep ? body : keep) +
               units(sms, &sms->tail) <=
           limit(sms);
}

static void write_head(struct sms *sms, const struct nj_message *m)
{
    const char *mark = nj_say_mark(m);

    (void)nj_buf_addf(&sms->head, "%s%snightjar", mark,
                      mark[0] == '\0' ? "" : " ");
    if (m->alert_id > 0) {
        (void)nj_buf_addf(&sms->head, " %lld", (long long)m->alert_id);
    }
    (void)nj_buf_adds(&sms->head, ": ");
}

/* Append BEFORE TEXT AFTER to the body, if all of it is GSM or nothing was. */
static void add_piece(struct sms *sms,
                      const char *before,
                      const char *text,
                      const char *after)
{
    struct nj_buf plain;
    struct nj_buf simple;

    if (text == NULL || *text == '\0') {
        return;
    }
    nj_buf_init(&plain, MAX_SMS_BYTES);
    nj_buf_init(&simple, MAX_SMS_BYTES);
    nj_plain_line(&plain, text);
    nj_sms_simplify(&simple, nj_buf_text(&plain));
    if (plain.status == NJ_E_NOMEM || simple.status == NJ_E_NOMEM) {
        sms->body.status = NJ_E_NOMEM;
    } else if (sms->body.len == 0 || !sms->gsm ||
               nj_sms_is_gsm(nj_buf_text(&simple))) {
        (void)nj_buf_adds(&sms->body, before);
        (void)nj_buf_adds(&sms->body, nj_buf_text(&simple));
        (void)nj_buf_adds(&sms->body, after);
        sms->gsm = sms->gsm && nj_sms_is_gsm(nj_buf_text(&sms->body));
    }
    nj_buf_finish(&plain);
    nj_buf_finish(&simple);
}

/* A stranger's words: they must not end our quotation marks themselves and go
 * on as if they were ours. */
static void add_quote(struct sms *sms, const char *excerpt)
{
    char *copy = excerpt == NULL ? NULL : strdup(excerpt);

    if (copy == NULL) {
        sms->body.status = excerpt == NULL ? sms->body.status : NJ_E_NOMEM;
        return;
    }
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '"' ? '\'' : *p;
    }
    add_piece(sms, ": \"", copy, "\"");
    free(copy);
}

static void
add_headline(struct sms *sms, const char *before, const struct nj_message *m)
{
    struct nj_buf headline;

    nj_buf_init(&headline, MAX_SMS_BYTES);
    nj_say_headline(m, &headline);
    if (headline.status == NJ_E_NOMEM) {
        sms->body.status = NJ_E_NOMEM;
    }
    add_piece(sms, before, nj_buf_text(&headline), "");
    nj_buf_finish(&headline);
}

static void write_body(struct sms *sms, const struct nj_message *m)
{
    if (m->kind == NJ_PAGE_TELL && m->note != NULL) {
        add_piece(sms, "", m->note, "");
        add_headline(sms, ": ", m);
        return;
    }
    add_headline(sms, "", m);
    add_piece(sms, " - ", m->note, "");
    add_quote(sms, m->excerpt);
}

static void write_tail(struct sms *sms, const struct nj_message *m)
{
    if (!nj_wants_answer(m)) {
        return;
    }
    if (nj_plain_is_link(m->ack_url)) {
        (void)nj_buf_addf(&sms->tail, " ack: %s", m->ack_url);
        if (fits(sms, HEADLINE_UNITS)) {
            return;
        }
        nj_buf_clear(&sms->tail);
    }
    (void)nj_buf_adds(&sms->tail, " ack: ");
    nj_say_command(m, &sms->tail);
}

/* Cut the body to what head and tail leave. */
static void write_sms(const struct sms *sms, struct nj_buf *out)
{
    const char *body = nj_buf_text(&sms->body);
    size_t taken = units(sms, &sms->head) + units(sms, &sms->tail);
    size_t room = limit(sms) > taken ? limit(sms) - taken : 0;
    size_t len = sms->body.len;
    const char *dots = "";

    if (units(sms, &sms->body) > room) {
        dots = room > 3 ? "..." : "";
        len = nj_sms_cut(body, room - strlen(dots), sms->gsm);
        while (len > 0 && body[len - 1] == ' ') {
            len--;
        }
    }
    (void)nj_buf_add(out, sms->head.data, sms->head.len);
    (void)nj_buf_add(out, body, len);
    (void)nj_buf_adds(out, dots);
    (void)nj_buf_adds(out, nj_buf_text(&sms->tail));
}

void nj_render_sms(const struct nj_message *message,
                   size_t max_chars,
                   struct nj_buf *out)
{
    struct sms sms = {.max_chars = max_chars, .gsm = 1};

    nj_buf_init(&sms.head, MAX_SMS_BYTES);
    nj_buf_init(&sms.body, MAX_SMS_BYTES);
    nj_buf_init(&sms.tail, MAX_SMS_BYTES);
    write_head(&sms, message);
    write_body(&sms, message);
    write_tail(&sms, message);
    if (sms.head.status != 0 || sms.body.status == NJ_E_NOMEM ||
        sms.tail.status != 0) {
        out->status = NJ_E_NOMEM;
    } else {
        write_sms(&sms, out);
    }
    nj_buf_finish(&sms.head);
    nj_buf_finish(&sms.body);
    nj_buf_finish(&sms.tail);
}
