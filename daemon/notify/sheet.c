#include "notify/sheet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/zone.h"
#include "notify/plain.h"

enum { MAX_PART_BYTES = 16 << 10 };

int nj_wants_answer(const struct nj_message *m)
{
    return m->alert_id > 0 &&
           (m->kind == NJ_PAGE_CALL || m->kind == NJ_PAGE_MAIL);
}

/* Trouble of nightjar itself needs no brand before it: its name is all over the
 * message. */
static int needs_brand(const struct nj_message *m)
{
    return m->brand != NULL && m->brand[0] != '\0' &&
           strcmp(m->brand, "nightjar") != 0 &&
           strstr(m->headline, m->brand) == NULL;
}

void nj_say_headline(const struct nj_message *m, struct nj_buf *out)
{
    if (needs_brand(m)) {
        nj_plain_line(out, m->brand);
        (void)nj_buf_adds(out, ": ");
    }
    nj_plain_line(out, m->headline);
}

const char *nj_say_mark(const struct nj_message *m)
{
    if (m->drill) {
        return "DRILL";
    }
    return m->test || m->kind == NJ_PAGE_TEST ? "TEST" : "";
}

void nj_say_title(const struct nj_message *m, struct nj_buf *out)
{
    const char *mark = nj_say_mark(m);

    if (mark[0] != '\0') {
        (void)nj_buf_addf(out, "%s: ", mark);
    }
    if (m->kind == NJ_PAGE_TELL && m->note != NULL) {
        nj_plain_line(out, m->note);
    } else {
        nj_say_headline(m, out);
    }
}

void nj_say_command(const struct nj_message *m, struct nj_buf *out)
{
    if (nj_wants_answer(m)) {
        (void)nj_buf_addf(out, "nightjar ack %lld", (long long)m->alert_id);
    }
}

void nj_say_where(const struct nj_message *m, struct nj_buf *out)
{
    static const char *const places[NJ_PLACES] = {
        "mentioning us", "on our own page", "in our own post", "elsewhere"};
    const char *place =
        (unsigned)m->place < NJ_PLACES ? places[m->place] : "somewhere";

    if (m->author != NULL) {
        (void)nj_buf_adds(out, "By ");
        nj_plain_line(out, m->author);
        (void)nj_buf_addf(out, ", %s", place);
    } else {
        (void)nj_buf_addf(out, "Posted %s", place);
    }
    if (m->source != NULL) {
        (void)nj_buf_adds(out, " (");
        nj_plain_line(out, m->source);
        (void)nj_buf_addc(out, ')');
    }
}

static int64_t local_days(int64_t at_ms, int offset_s, int64_t *out_min)
{
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0) + offset_s;
    int64_t days = s / 86400 - (s % 86400 < 0);

    *out_min = (s - days * 86400) / 60;
    return days;
}

void nj_say_time(int64_t at_ms, const struct nj_message *m, struct nj_buf *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    int minutes = abs(m->offset_s) / 60;
    int64_t minute;
    int64_t today = local_days(m->now_ms, m->offset_s, &minute);
    int64_t days = local_days(at_ms, m->offset_s, &minute);

    if (days != today) {
        struct nj_civil day;

        nj_days_to_civil(days, &day);
        (void)nj_buf_addf(out, "%d %s %d, ", day.day, months[day.month - 1],
                          day.year);
    }
    (void)nj_buf_addf(out, "%02d:%02d (UTC", (int)(minute / 60),
                      (int)(minute % 60));
    if (minutes != 0) {
        (void)nj_buf_addf(out, "%c%02d:%02d", m->offset_s < 0 ? '-' : '+',
                          minutes / 60, minutes % 60);
    }
    (void)nj_buf_addc(out, ')');
}

/* ---- laying out ---------------------------------------------------------- */

/* A sheet being written: each part's text is gathered in one scratch buffer,
 * then copied; the first failure sticks. */
struct draft {
    const struct nj_message *m;
    struct nj_sheet *sheet;
    struct nj_buf text;
    int status;
};

/* Make what was gathered a part; nothing when that is nothing. A text over the
 * limit is a part as far as it went. */
static void close_part(struct draft *d, enum nj_part_kind kind, const char *url)
{
    struct nj_part *part = &d->sheet->parts[d->sheet->count];
    struct nj_arena *arena = &d->sheet->arena;

    assert(d->sheet->count < NJ_SHEET_PARTS);
    if (d->text.status == NJ_E_NOMEM) {
        d->status = NJ_E_NOMEM;
    } else if (d->text.len > 0) {
        part->kind = kind;
        part->text = nj_arena_strndup(arena, d->text.data, d->text.len);
        part->url = nj_arena_strdup(arena, url);
        if (part->text == NULL || (url != NULL && part->url == NULL)) {
            d->status = NJ_E_NOMEM;
        } else {
            d->sheet->count++;
        }
    }
    nj_buf_clear(&d->text);
}

static void add_line(struct draft *d, enum nj_part_kind kind, const char *text)
{
    nj_plain_line(&d->text, text);
    close_part(d, kind, NULL);
}

static void add_block(struct draft *d, enum nj_part_kind kind, const char *text)
{
    nj_plain_block(&d->text, text);
    close_part(d, kind, NULL);
}

/* A button where URL is a safe link, else the address as it is, if any. */
static void add_link(struct draft *d, const char *label, const char *url)
{
    if (nj_plain_is_link(url)) {
        (void)nj_buf_adds(&d->text, label);
        close_part(d, NJ_PART_BUTTON, url);
    } else {
        add_line(d, NJ_PART_PLACE, url);
    }
}

static void say_lead(const struct nj_message *m, struct nj_buf *out)
{
    const char *whom = m->person_title != NULL ? m->person_title : m->person;

    (void)nj_buf_adds(out, "For ");
    if (whom != NULL) {
        nj_plain_line(out, whom);
    } else if (m->team != NULL) {
        (void)nj_buf_adds(out, "team ");
        nj_plain_line(out, m->team);
    } else {
        (void)nj_buf_adds(out, "whoever reads this");
    }
    if (m->note != NULL && m->kind != NJ_PAGE_TELL && m->kind != NJ_PAGE_NEWS) {
        (void)nj_buf_adds(out, ": ");
        nj_plain_line(out, m->note);
    }
}

static void add_lead(struct draft *d)
{
    const struct nj_message *m = d->m;

    if (m->kind == NJ_PAGE_TELL) {
        if (m->note != NULL) {
            nj_say_headline(m, &d->text);
            close_part(d, NJ_PART_LEAD, NULL);
        }
        add_line(d, NJ_PART_TEXT, "No answer is needed.");
        return;
    }
    say_lead(m, &d->text);
    close_part(d, NJ_PART_LEAD, NULL);
    if (m->kind == NJ_PAGE_NEWS && m->note != NULL) {
        add_block(d, NJ_PART_TEXT, m->note);
    }
    if (m->kind == NJ_PAGE_TEST) {
        add_line(d, NJ_PART_TEXT,
                 "nightjar tries whether it can reach you. It can; nothing "
                 "has happened.");
    } else if (m->test || m->drill) {
        add_line(d, NJ_PART_TEXT,
                 m->drill ? "This is a drill: nothing has happened. Please "
                            "answer as if it had."
                          : "This is a test: nothing has happened. Please "
                            "answer as if it had.");
    }
}

static void add_answer(struct draft *d)
{
    if (!nj_wants_answer(d->m)) {
        return;
    }
    add_line(d, NJ_PART_HEADING, "I have it");
    if (nj_plain_is_link(d->m->ack_url)) {
        (void)nj_buf_adds(&d->text, "Acknowledge");
        close_part(d, NJ_PART_ACK, d->m->ack_url);
    }
    nj_say_command(d->m, &d->text);
    close_part(d, NJ_PART_COMMAND, NULL);
}

static void add_post(struct draft *d)
{
    const struct nj_message *m = d->m;

    if (m->excerpt != NULL && *m->excerpt != '\0') {
        add_line(d, NJ_PART_HEADING, "What was said");
        nj_say_where(m, &d->text);
        close_part(d, NJ_PART_TEXT, NULL);
        add_block(d, NJ_PART_QUOTE, m->excerpt);
    } else if (m->url != NULL) {
        add_line(d, NJ_PART_HEADING, "Where");
        nj_say_where(m, &d->text);
        close_part(d, NJ_PART_TEXT, NULL);
    }
    if (m->why != NULL) {
        (void)nj_buf_adds(&d->text, "Why: ");
        nj_plain_line(&d->text, m->why);
        close_part(d, NJ_PART_TEXT, NULL);
    }
    if (m->url != NULL) {
        add_link(d, "Open the post", m->url);
    }
}

static void say_about(struct nj_buf *out, const char *what, const char *name)
{
    if (name != NULL && *name != '\0') {
        (void)nj_buf_addf(out, " %s ", what);
        nj_plain_line(out, name);
        (void)nj_buf_addc(out, '.');
    }
}

static void say_age(const struct nj_message *m, struct nj_buf *out)
{
    int64_t age_ms = m->now_ms - m->opened_ms;
    char text[NJ_DURATION_TEXT];

    (void)nj_buf_adds(out, ", since ");
    nj_say_time(m->opened_ms, m, out);
    if (age_ms >= 60000) {
        (void)nj_buf_addf(out, ", %s ago",
                          nj_str_duration_text(age_ms - age_ms % 60000, text));
    }
}

static void add_particulars(struct draft *d)
{
    const struct nj_message *m = d->m;
    struct nj_buf *out = &d->text;

    if (m->alert_id > 0) {
        (void)nj_buf_addf(out, "Alert %lld (%s)", (long long)m->alert_id,
                          nj_level_name(m->severity));
        if (m->opened_ms > 0) {
            say_age(m, out);
        }
        (void)nj_buf_addc(out, '.');
        if (m->posts > 1) {
            (void)nj_buf_addf(out, " %u posts.", (unsigned)m->posts);
        }
        say_about(out, "Brand", m->brand);
        say_about(out, "Rule", m->rule);
        say_about(out, "Team", m->team);
        close_part(d, NJ_PART_SMALL, NULL);
    }
    if (m->excerpt != NULL && *m->excerpt != '\0') {
        add_line(d, NJ_PART_SMALL,
                 "Offensive words are masked; pictures are never shown.");
    }
    (void)nj_buf_addf(out, "Page %lld.", (long long)m->page_id);
    close_part(d, NJ_PART_SMALL, NULL);
}

int nj_sheet_make(const struct nj_message *message, struct nj_sheet *out)
{
    struct draft d = {.m = message, .sheet = out};

    *out = (struct nj_sheet){.urgent = message->kind == NJ_PAGE_CALL &&
                                       message->severity == NJ_LEVEL_CRITICAL};
    nj_arena_init(&out->arena, 0);
    nj_buf_init(&d.text, MAX_PART_BYTES);
    nj_say_title(message, &d.text);
    close_part(&d, NJ_PART_TITLE, NULL);
    add_lead(&d);
    if (message->kind != NJ_PAGE_TELL && message->playbook != NULL) {
        add_line(&d, NJ_PART_HEADING, "What to do");
        add_block(&d, NJ_PART_TEXT, message->playbook);
    }
    add_answer(&d);
    add_post(&d);
    add_particulars(&d);
    nj_buf_finish(&d.text);
    if (d.status != 0) {
        nj_sheet_finish(out);
    }
    return d.status;
}

void nj_sheet_finish(struct nj_sheet *sheet)
{
    nj_arena_finish(&sheet->arena);
    *sheet = (struct nj_sheet){.count = 0};
}
