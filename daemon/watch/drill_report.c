#include "watch/drill_report.h"

#include <string.h>

#include "base/str.h"
#include "watch/render.h"

/* ---- making it ----------------------------------------------------------- */

static struct nj_drill_person *person_in(struct nj_drill_report *r,
                                         const char *name)
{
    for (size_t i = 0; i < r->count; i++) {
        if (nj_str_eq(r->people[i].person, name)) {
            return &r->people[i];
        }
    }
    if (name == NULL || r->count == NJ_DRILL_PEOPLE) {
        return NULL;
    }
    r->people[r->count] = (struct nj_drill_person){.person = name};
    return &r->people[r->count++];
}

static void take_page(struct nj_drill_report *r, const struct nj_page *page)
{
    struct nj_drill_person *p =
        page->kind == NJ_PAGE_CALL ? person_in(r, page->person) : NULL;

    if (p == NULL) {
        return;
    }
    if (p->pages == 0 || page->made_ms < p->called_ms) {
        p->called_ms = page->made_ms;
    }
    p->pages++;
    p->failed += page->state == NJ_PAGE_FAILED;
    if ((page->state == NJ_PAGE_SENT || page->state == NJ_PAGE_DELIVERED) &&
        (p->sent_ms == 0 || page->done_ms < p->sent_ms)) {
        p->sent_ms = page->done_ms;
    }
}

/* "maya answered by link": the last word. */
static const char *last_word(const char *text)
{
    const char *space = strrchr(text, ' ');

    return space == NULL ? text : space + 1;
}

static void take_event(struct nj_drill_report *r, const struct nj_event *e)
{
    struct nj_drill_person *p;

    if (strcmp(e->kind, "drill") == 0 && r->who == NULL) {
        r->who = e->who;
    }
    if (strcmp(e->kind, "resolved") == 0) {
        r->ended_ms = e->at_ms;
    }
    if (strcmp(e->kind, "answer") != 0) {
        return;
    }
    p = person_in(r, e->who);
    if (p != NULL && p->answered_ms == 0) {
        p->answered_ms = e->at_ms;
        p->way = last_word(e->text);
        r->answered++;
    }
}

void nj_drill_report_make(const struct nj_rows *rows,
                          struct nj_drill_report *out)
{
    *out = (struct nj_drill_report){.rows = rows, .row = &rows->alerts[0]};
    for (size_t i = 0; i < rows->page_count; i++) {
        take_page(out, &rows->pages[i]);
    }
    for (size_t i = 0; i < rows->event_count; i++) {
        take_event(out, &rows->events[i]);
    }
    out->over = out->row->alert.climb.state == NJ_ALERT_RESOLVED;
}

/* From the call to the answer; who answered uncalled did so at once. */
static int64_t answer_ms(const struct nj_drill_person *p)
{
    return p->pages == 0 || p->answered_ms < p->called_ms
               ? 0
               : p->answered_ms - p->called_ms;
}

/* ---- as JSON ------------------------------------------------------------- */

static void write_pages(const struct nj_drill_report *r,
                        const struct nj_drill_person *p,
                        struct nj_jw *w)
{
    nj_jw_open(w, "pages", '[');
    for (size_t i = 0; i < r->rows->page_count; i++) {
        const struct nj_page *page = &r->rows->pages[i];

        if (page->kind == NJ_PAGE_CALL && nj_str_eq(page->person, p->person)) {
            nj_render_page(w, page);
        }
    }
    nj_jw_close(w, ']');
}

static void write_person(const struct nj_drill_report *r,
                         const struct nj_drill_person *p,
                         struct nj_jw *w)
{
    nj_jw_open(w, NULL, '{');
    nj_jw_text(w, "person", p->person);
    nj_render_time(w, "called", p->called_ms);
    nj_render_time(w, "reached", p->sent_ms);
    nj_render_time(w, "answered", p->answered_ms);
    nj_jw_text(w, "answered_by", p->way);
    if (p->answered_ms == 0) {
        nj_jw_null(w, "answer_ms");
    } else {
        nj_jw_int(w, "answer_ms", answer_ms(p));
    }
    write_pages(r, p, w);
    nj_jw_close(w, '}');
}

void nj_drill_report_json(const struct nj_drill_report *r, struct nj_jw *w)
{
    const struct nj_alert *alert = &r->row->alert;
    struct nj_buf line;

    nj_jw_int(w, "id", alert->id);
    nj_jw_bool(w, "drill", 1);
    nj_jw_text(w, "title", r->row->card.title);
    nj_jw_text(w, "why", r->row->card.why);
    nj_jw_text(w, "severity", nj_level_name((enum nj_level)alert->severity));
    nj_jw_text(w, "state", r->over ? "over" : "running");
    nj_jw_text(w, "started_by", r->who);
    nj_render_time(w, "started", alert->opened_ms);
    nj_render_time(w, "ended", r->ended_ms);
    nj_jw_bool(w, "all", (alert->flags & NJ_ALERT_WALK) != 0);
    nj_jw_int(w, "called", (int64_t)r->count);
    nj_jw_int(w, "answered", (int64_t)r->answered);
    nj_jw_open(w, "people", '[');
    for (size_t i = 0; i < r->count; i++) {
        write_person(r, &r->people[i], w);
    }
    nj_jw_close(w, ']');
    nj_buf_init(&line, 16 << 10);
    nj_drill_report_line(r, &line);
    nj_jw_text(w, "summary", nj_buf_text(&line));
    nj_buf_finish(&line);
}

/* ---- in words ------------------------------------------------------------ */

static void say_after(const struct nj_drill_person *p, struct nj_buf *out)
{
    char span[NJ_DURATION_TEXT];
    int64_t ms = answer_ms(p);

    if (p->pages == 0) {
        (void)nj_buf_addf(out, "%s answered uncalled", p->person);
    } else {
        (void)nj_buf_addf(out, "%s answered after %s", p->person,
                          ms < 1000
                              ? "less than 1s"
                              : nj_str_duration_text(ms - ms % 1000, span));
    }
    if (p->way != NULL) {
        (void)nj_buf_addf(out, " by %s", p->way);
    }
}

void nj_drill_report_line(const struct nj_drill_report *r, struct nj_buf *out)
{
    const char *sep = "";
    const char *before = "no answer from ";

    for (size_t i = 0; i < r->count; i++) {
        if (r->people[i].answered_ms != 0) {
            (void)nj_buf_adds(out, sep);
            say_after(&r->people[i], out);
            sep = "; ";
        }
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->people[i].answered_ms == 0) {
            (void)nj_buf_addf(out, "%s%s%s", sep, before, r->people[i].person);
            sep = ", ";
            before = "";
        }
    }
    if (r->count == 0) {
        (void)nj_buf_adds(out, "nobody was called");
    }
}

static void say_channels(const struct nj_drill_report *r,
                         const struct nj_drill_person *p,
                         struct nj_buf *out)
{
    const char *sep = " by ";

    for (size_t i = 0; i < r->rows->page_count; i++) {
        const struct nj_page *page = &r->rows->pages[i];

        if (page->kind == NJ_PAGE_CALL && nj_str_eq(page->person, p->person)) {
            (void)nj_buf_addf(out, "%s%s%s", sep, page->channel,
                              page->state == NJ_PAGE_FAILED ? " (failed)"
                              : page->state == NJ_PAGE_DROPPED
                                  ? " (not needed any more)"
                                  : "");
            sep = ", ";
        }
    }
}

void nj_drill_report_text(const struct nj_drill_report *r, struct nj_buf *out)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct nj_drill_person *p = &r->people[i];

        if (p->answered_ms != 0) {
            say_after(p, out);
        } else {
            (void)nj_buf_addf(out, "%s did not answer", p->person);
        }
        if (p->pages > 0) {
            (void)nj_buf_adds(out, "; called");
            say_channels(r, p, out);
        }
        (void)nj_buf_adds(out, ".\n");
    }
    if (r->count == 0) {
        (void)nj_buf_adds(out, "Nobody was called.\n");
    }
    (void)nj_buf_addf(out, "nightjar drill report %lld has all of it.\n",
                      (long long)r->row->alert.id);
}
