#include "watch/news.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"

static void send_to(struct nj_outbox *outbox,
                    struct nj_deed *deed,
                    const struct nj_person *person,
                    const struct nj_contact_step *contact,
                    const char *text)
{
    struct nj_page_wish wish = {
        .person = person->name,
        .channel = contact->channel,
        .target = contact->target,
        .text = text,
        .kind = NJ_PAGE_NEWS,
        .first = 1, /* it belongs to no storm */
    };

    nj_outbox_add(outbox, deed, &wish);
}

/* By the contacts that the rules of LEVEL ring at once. */
static size_t send_by(struct nj_outbox *outbox,
                      struct nj_deed *deed,
                      const struct nj_person *person,
                      enum nj_level level,
                      const char *text)
{
    size_t count = 0;

    while (count < person->rule_count[level] &&
           (count == 0 || person->rules[level][count].delay_ms == 0)) {
        send_to(outbox, deed, person, &person->rules[level][count], text);
        count++;
    }
    return count;
}

static size_t send_all(struct nj_outbox *outbox,
                       struct nj_deed *deed,
                       const struct nj_person *person,
                       enum nj_news_tone tone,
                       const char *text)
{
    static const enum nj_level orders[][3] = {
        [NJ_NEWS_QUIET] = {NJ_LEVEL_LOW, NJ_LEVEL_HIGH, NJ_LEVEL_CRITICAL},
        [NJ_NEWS_SOON] = {NJ_LEVEL_HIGH, NJ_LEVEL_CRITICAL, NJ_LEVEL_LOW},
    };
    struct nj_contact_step mail = {0, person->email_channel, person->email};
    int has_mail = person->email != NULL && person->email_channel != NULL;
    size_t sent = 0;

    for (int i = 0; i < 3 && sent == 0; i++) {
        if (i == 1 && tone == NJ_NEWS_QUIET && has_mail) {
            break; /* rather a mail than what wakes */
        }
        sent = send_by(outbox, deed, person, orders[tone][i], text);
    }
    if (sent == 0 && has_mail) {
        send_to(outbox, deed, person, &mail, text);
        sent = 1;
    }
    return sent;
}

size_t nj_news_tell(struct nj_outbox *outbox,
                    struct nj_deed *deed,
                    const char *name,
                    enum nj_news_tone tone,
                    const char *headline,
                    const char *body)
{
    const struct nj_person *person = nj_plan_person(outbox->env->plan, name);
    struct nj_buf text;
    size_t sent = 0;

    nj_buf_init(&text, NJ_LIMIT_NEWS_BYTES);
    (void)nj_buf_adds(&text, headline);
    if (body != NULL) {
        (void)nj_buf_addc(&text, '\n');
        (void)nj_buf_add(
            &text, body,
            nj_utf8_cut(body, strlen(body), NJ_LIMIT_NEWS_BYTES - text.len));
    }
    if (text.status == NJ_E_NOMEM) {
        nj_deed_spoil(deed);
    } else if (person != NULL) {
        sent = send_all(outbox, deed, person, tone, nj_buf_text(&text));
    }
    if (sent == 0) {
        nj_deed_event(deed, 0, "skipped", name, "%s could not be told: %s",
                      name, headline);
    }
    nj_buf_finish(&text);
    return sent;
}

void nj_news_failed(struct nj_outbox *outbox, const struct nj_page *page)
{
    const struct nj_person *person =
        nj_plan_person(outbox->env->plan, page->person);
    struct nj_deed *deed;

    if (person == NULL || person->email == NULL ||
        person->email_channel == NULL ||
        page->channel == person->email_channel) {
        return;
    }
    deed = nj_deed_begin(outbox->ledger);
    if (deed != NULL) {
        const struct nj_contact_step mail = {0, person->email_channel,
                                             person->email};

        send_to(outbox, deed, person, &mail, page->text);
        nj_deed_commit(deed);
    }
}
