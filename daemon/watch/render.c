#include "watch/render.h"

#include "model/zone.h"

void nj_render_time(struct nj_jw *w, const char *key, int64_t at_ms)
{
    char text[NJ_TIME_TEXT];

    if (at_ms == 0) {
        nj_jw_null(w, key);
    } else {
        nj_jw_text(w, key, nj_time_text(NULL, at_ms, text));
    }
}

static void render_card(struct nj_jw *w, const struct nj_card *card)
{
    nj_jw_text(w, "title", card->title);
    nj_jw_text(w, "excerpt", card->excerpt);
    nj_jw_text(w, "why", card->why);
    nj_jw_text(w, "url", card->url);
    nj_jw_text(w, "author", card->author);
    nj_jw_text(w, "source", card->source);
    nj_jw_text(w, "place", nj_place_name(card->place));
    nj_jw_text(w, "playbook", card->playbook);
}

void nj_render_alert(struct nj_jw *w,
                     const struct nj_alert *alert,
                     const struct nj_card *card)
{
    const struct nj_climb *climb = &alert->climb;

    nj_jw_int(w, "id", alert->id);
    nj_jw_text(w, "state",
               nj_alert_state_name((enum nj_alert_state)climb->state));
    nj_jw_text(w, "severity", nj_level_name((enum nj_level)alert->severity));
    nj_jw_text(w, "rule", alert->rule);
    nj_jw_text(w, "brand", alert->brand);
    nj_jw_text(w, "team", alert->team);
    nj_jw_int(w, "posts", alert->posts);
    nj_jw_int(w, "generation", climb->generation);
    nj_render_time(w, "opened", alert->opened_ms);
    nj_render_time(w, "changed", alert->touched_ms);
    nj_jw_text(w, "holder", climb->holder);
    nj_render_time(w, "due", climb->due_ms);
    nj_jw_int(w, "step", climb->step);
    nj_jw_bool(w, "quiet", (alert->flags & NJ_ALERT_QUIET) != 0);
    nj_jw_bool(w, "test", (alert->flags & NJ_ALERT_TEST) != 0);
    nj_jw_bool(w, "drill", (alert->flags & NJ_ALERT_DRILL) != 0);
    nj_jw_bool(w, "wrong", (alert->flags & NJ_ALERT_WRONG) != 0);
    if (card != NULL) {
        render_card(w, card);
    }
}

void nj_render_post(struct nj_jw *w, const struct nj_post_row *row)
{
    const struct nj_post *post = &row->post;

    nj_jw_open(w, NULL, '{');
    nj_jw_int(w, "post", row->id);
    nj_jw_text(w, "source", post->source);
    nj_jw_text(w, "id", post->id);
    nj_jw_text(w, "author", post->author);
    nj_jw_text(w, "title", post->title);
    nj_jw_text(w, "text", post->text);
    nj_jw_text(w, "url", post->url);
    nj_jw_text(w, "place", nj_place_name(post->place));
    nj_render_time(w, "published", post->published_ms);
    nj_render_time(w, "seen", post->seen_ms);
    if (row->score_json != NULL) {
        nj_jw_raw(w, "score", row->score_json);
    }
    nj_jw_close(w, '}');
}

void nj_render_page(struct nj_jw *w, const struct nj_page *page)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_int(w, "page", page->id);
    nj_jw_text(w, "kind", nj_page_kind_name((enum nj_page_kind)page->kind));
    nj_jw_text(w, "state", nj_page_state_name((enum nj_page_state)page->state));
    nj_jw_text(w, "person", page->person);
    nj_jw_text(w, "channel", page->channel);
    nj_jw_int(w, "attempts", page->attempts);
    nj_render_time(w, "made", page->made_ms);
    nj_render_time(w, "done", page->done_ms);
    nj_jw_text(w, "fault", page->fault);
    nj_jw_close(w, '}');
}

void nj_render_event(struct nj_jw *w, const struct nj_event *event)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_int(w, "event", event->id);
    nj_render_time(w, "at", event->at_ms);
    if (event->alert != 0) {
        nj_jw_int(w, "alert", event->alert);
    }
    nj_jw_text(w, "kind", event->kind);
    nj_jw_text(w, "who", event->who);
    nj_jw_text(w, "text", event->text);
    nj_jw_close(w, '}');
}

void nj_render_override(struct nj_jw *w, const struct nj_override *override_)
{
    if (override_->id == 0) {
        nj_jw_null(w, "id");
    } else {
        nj_jw_int(w, "id", override_->id);
    }
    nj_jw_text(w, "schedule", override_->schedule);
    nj_render_time(w, "from", override_->from_ms);
    nj_render_time(w, "until", override_->until_ms);
    nj_jw_text(w, "person", override_->person);
    nj_jw_text(w, "instead_of", override_->instead_of);
    nj_render_time(w, "made", override_->made_ms);
    nj_jw_text(w, "by",
               override_->id == 0 ? "configuration" : override_->made_by);
}

void nj_render_silence(struct nj_jw *w, const struct nj_silence *silence)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_int(w, "id", silence->id);
    nj_render_time(w, "from", silence->from_ms);
    nj_render_time(w, "until", silence->until_ms);
    nj_jw_text(w, "brand", silence->brand);
    nj_jw_text(w, "rule", silence->rule);
    nj_jw_text(w, "source", silence->source);
    nj_jw_text(w, "author", silence->author);
    nj_jw_text(w, "by", silence->made_by);
    nj_jw_text(w, "note", silence->note);
    nj_jw_close(w, '}');
}
