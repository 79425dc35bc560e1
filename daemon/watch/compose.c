#include "watch/compose.h"

#include <string.h>

#include "base/str.h"
#include "model/zone.h"

static const char *title_of(const struct nj_watch_env *env,
                            const struct nj_alert *alert)
{
    const struct nj_brand *brand =
        alert == NULL ? NULL : nj_plan_brand(env->plan, alert->brand);

    if (brand != NULL && brand->title != NULL) {
        return brand->title;
    }
    return alert == NULL || alert->brand == NULL ? "nightjar" : alert->brand;
}

static void write_headline(const struct nj_page *page,
                           const struct nj_alert *alert,
                           const struct nj_card *card,
                           size_t more,
                           struct nj_composed *out)
{
    char bundle[48] = "";

    if (page->kind == NJ_PAGE_NEWS) {
        (void)nj_str_format(out->headline, sizeof out->headline, "%.*s",
                            (int)nj_utf8_cut(page->text,
                                             strcspn(page->text, "\n"),
                                             sizeof out->headline - 1),
                            page->text);
        return;
    }
    if (alert == NULL && page->alert == 0) {
        (void)nj_str_format(out->headline, sizeof out->headline,
                            "This is a test of nightjar");
        return;
    }
    if (alert == NULL) { /* over for so long that only the store knows it */
        (void)nj_str_format(
            out->headline, sizeof out->headline, "%s (alert %lld)",
            card != NULL && card->title != NULL ? card->title : "It is over",
            (long long)page->alert);
        return;
    }
    if (more > 0) {
        (void)nj_str_format(bundle, sizeof bundle, " and %zu more", more);
    }
    (void)nj_str_format(out->headline, sizeof out->headline, "%s (%s)%s",
                        card != NULL && card->title != NULL ? card->title
                                                            : alert->rule,
                        nj_level_name((enum nj_level)alert->severity), bundle);
}

/* What there is to say behind the headline; NULL: that was all. */
static const char *note_of(const struct nj_page *page)
{
    const char *rest =
        page->kind == NJ_PAGE_NEWS ? strchr(page->text, '\n') : NULL;

    if (page->kind != NJ_PAGE_NEWS) {
        return page->text;
    }
    return rest == NULL || rest[1] == '\0' ? NULL : rest + 1;
}

static void from_card(const struct nj_card *card, struct nj_message *out)
{
    out->excerpt = card->excerpt;
    out->why = card->why;
    out->author = card->author;
    out->source = card->source;
    out->place = card->place;
    out->url = card->url;
    out->playbook = card->playbook;
}

static void from_alert(const struct nj_alert *alert, struct nj_message *out)
{
    out->alert_id = alert->id;
    out->severity = (enum nj_level)alert->severity;
    out->rule = alert->rule;
    out->team = alert->team;
    out->posts = alert->posts;
    out->opened_ms = alert->opened_ms;
    out->test = (alert->flags & NJ_ALERT_TEST) != 0;
    out->drill = (alert->flags & NJ_ALERT_DRILL) != 0;
}

void nj_compose(const struct nj_watch_env *env,
                const struct nj_page *page,
                const struct nj_alert *alert,
                const struct nj_card *card,
                size_t more,
                struct nj_composed *out)
{
    const struct nj_person *person = nj_plan_person(env->plan, page->person);
    struct nj_message *m = &out->message;

    *m = (struct nj_message){
        .kind = (enum nj_page_kind)page->kind,
        .page_id = page->id,
        .alert_id = page->alert,
        .generation = page->generation,
        .key = out->key,
        .brand = title_of(env, alert),
        .person = page->person,
        .person_title = person == NULL ? page->person : person->title,
        .headline = out->headline,
        .note = note_of(page),
        .now_ms = nj_loop_wall_ms(env->loop),
        .first = page->first,
        .severity = NJ_LEVEL_LOW,
        .test = page->kind == NJ_PAGE_TEST,
    };
    if (person != NULL && person->zone != NULL) {
        m->offset_s = nj_zone_offset_s(person->zone, m->now_ms);
    }
    (void)nj_str_format(out->key, sizeof out->key, "%s-%lld", env->instance,
                        (long long)page->id);
    write_headline(page, alert, card, more, out);
    if (alert != NULL) {
        from_alert(alert, m);
    }
    if (card != NULL) {
        from_card(card, m);
    }
    out->link[0] = '\0';
    if (alert != NULL && page->kind == NJ_PAGE_CALL && page->person != NULL &&
        env->ack_url != NULL) {
        env->ack_url(env->ack_url_ctx, alert->id, page->person,
                     page->generation, out->link, sizeof out->link);
    }
    m->ack_url = out->link[0] == '\0' ? NULL : out->link;
}
