#include "source/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "source/entity.h"
#include "source/html_text.h"
#include "source/url.h"

/* Markup of one post worth rendering: sixteen times the text we keep. */
enum { HTML_MOST = 16 * NJ_LIMIT_POST_TEXT_BYTES, LANGUAGE_MOST = 35 };

/* A draft on its way: what was found out about it so far. */
struct passage {
    struct nj_taking *taking;
    const struct nj_draft *draft;
    char url[NJ_URL_ROOM]; /* "" for none */
    char id[NJ_LIMIT_POST_FIELD_BYTES + 32];
    uint64_t id_hash;
    uint32_t raw;
    struct nj_span title; /* rendered, in the work space */
    struct nj_span text;
    const char *media[NJ_DRAFT_MEDIA];
    size_t media_count;
    int no_memory;
};

void nj_draft_init(struct nj_draft *draft)
{
    *draft = (struct nj_draft){
        .followers = -1, .shares = -1, .likes = -1, .replies = -1, .place = -1};
}

void nj_draft_add_media(struct nj_draft *draft, const char *url, size_t len)
{
    if (len > 0 && draft->media_count < NJ_DRAFT_MEDIA) {
        draft->media[draft->media_count++] = (struct nj_span){url, url + len};
    }
}

/* ---- cleaning ----------------------------------------------------------- */

/* TEXT as one line: white space collapsed, controls out. In place or not;
 * returns the bytes written. */
static size_t one_line(const char *text, size_t len, char *out)
{
    size_t n = 0;
    int gap = 0;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (nj_is_blank(c)) {
            gap = n > 0;
        } else if ((unsigned char)c >= 0x20 && c != 0x7f) {
            if (gap) {
                out[n++] = ' ';
                gap = 0;
            }
            out[n++] = c;
        }
    }
    return n;
}

/* Plain text: line breaks stay, controls and white space at the ends go. */
static size_t plain_text(const char *text, size_t len, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '\r') {
            c = i + 1 < len && text[i + 1] == '\n' ? '\0' : '\n';
        }
        if ((unsigned char)c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t') {
            if (n > 0 || !nj_is_blank(c)) {
                out[n++] = c;
            }
        }
    }
    while (n > 0 && nj_is_blank(out[n - 1])) {
        n--;
    }
    return n;
}

/* A copy of SPAN as one short line in the batch; NULL for nothing. */
static const char *
keep_line(struct passage *p, const struct nj_span *span, size_t most)
{
    size_t len = nj_span_len(span);
    char line[NJ_LIMIT_POST_FIELD_BYTES + 1];
    const char *kept;

    if (len > sizeof line - 1) {
        len = nj_utf8_cut(span->at, len, sizeof line - 1);
    }
    len = one_line(span->at, len, line);
    len = len > most ? nj_utf8_cut(line, len, most) : len;
    if (len == 0) {
        return NULL;
    }
    kept = nj_arena_strndup(&p->taking->batch->arena, line, len);
    p->no_memory |= kept == NULL;
    return kept;
}

static const char *keep(struct passage *p, const char *text, size_t len)
{
    const char *kept = nj_arena_strndup(&p->taking->batch->arena, text, len);

    p->no_memory |= kept == NULL;
    return kept;
}

/* ---- who it is ---------------------------------------------------------- */

static uint64_t hash_span(uint64_t seed, const struct nj_span *span)
{
    return nj_sift_hash(seed, span->at, nj_span_len(span));
}

static uint64_t raw_hash(const struct nj_draft *draft)
{
    uint64_t h = hash_span(hash_span(1, &draft->title), &draft->text);

    for (size_t i = 0; i < draft->media_count; i++) {
        h = hash_span(h, &draft->media[i]);
    }
    return h;
}

static void find_url(struct passage *p)
{
    const struct nj_draft *draft = p->draft;
    const struct nj_span *id = &draft->id;

    p->url[0] = '\0';
    if (nj_span_len(&draft->url) > 0 &&
        nj_url_link(draft->base, draft->url.at, nj_span_len(&draft->url),
                    p->url) == 0) {
        return;
    }
    /* many ids are permanent addresses */
    if (nj_span_len(id) <= 7 || strncmp(id->at, "http", 4) != 0 ||
        nj_url_link(NULL, id->at, nj_span_len(id), p->url) != 0) {
        p->url[0] = '\0';
    }
}

/* The id as it was given; else the address; else what was said and when. */
static void name_passage(struct passage *p)
{
    const struct nj_draft *draft = p->draft;
    uint64_t raw = raw_hash(draft);
    size_t len = nj_span_len(&draft->id);

    p->raw = (uint32_t)(raw >> 32);
    if (len > 0 && len <= NJ_LIMIT_POST_FIELD_BYTES) {
        len = one_line(draft->id.at, len, p->id);
    } else if (len > 0) {
        len = (size_t)snprintf(p->id, sizeof p->id, "hash:%016llx",
                               (unsigned long long)hash_span(2, &draft->id));
    }
    if (len == 0) {
        find_url(p);
        len = strlen(p->url);
        memcpy(p->id, p->url, len);
    }
    if (len == 0) {
        uint64_t when = (uint64_t)draft->published_ms;

        len = (size_t)snprintf(
            p->id, sizeof p->id, "hash:%016llx",
            (unsigned long long)nj_sift_hash(raw, &when, sizeof when));
    }
    p->id[len] = '\0';
    p->id_hash = nj_sift_hash(0, p->id, len);
}

/* ---- what it says ------------------------------------------------------- */

static void on_media(void *ctx, const char *url, size_t len)
{
    struct passage *p = ctx;
    const struct nj_draft *draft = p->draft;
    char link[NJ_URL_ROOM];

    if (p->media_count == NJ_DRAFT_MEDIA ||
        nj_url_link(draft->text_base != NULL ? draft->text_base : draft->base,
                    url, len, link) != 0) {
        return;
    }
    for (size_t i = 0; i < p->media_count; i++) {
        if (strcmp(p->media[i], link) == 0) {
            return;
        }
    }
    p->media[p->media_count] = keep(p, link, strlen(link));
    p->media_count += p->media[p->media_count] != NULL;
}

static int reserve(struct nj_taking *taking, size_t room)
{
    char *work;

    if (room <= taking->work_room) {
        return 0;
    }
    work = realloc(taking->work, room);
    if (work == NULL) {
        return NJ_E_NOMEM;
    }
    taking->work = work;
    taking->work_room = room;
    return 0;
}

static size_t capped(const struct nj_span *span, size_t most)
{
    size_t len = nj_span_len(span);

    return len <= most ? len : nj_utf8_cut(span->at, len, most);
}

/* Whether TEXT has a tag in it, as somebody's API may hand out. */
static int has_tag(const char *text, size_t len)
{
    const char *end = text + len;

    while ((text = memchr(text, '<', (size_t)(end - text))) != NULL) {
        const char *name = text + 1 + (text + 1 < end && text[1] == '/');

        if (name < end && nj_is_letter(*name)) {
            return memchr(name, '>', (size_t)(end - name)) != NULL;
        }
        text++;
    }
    return 0;
}

/* TEXT as FORM says, into OUT of LEN + 1 bytes. */
static size_t render_form(enum nj_form form,
                          const char *text,
                          size_t len,
                          char *out,
                          const struct nj_html_media *media)
{
    if (form == NJ_FORM_HTML ||
        (form == NJ_FORM_GUESS && len > 0 && has_tag(text, len))) {
        return nj_html_text(text, len, out, media);
    }
    if (form == NJ_FORM_GUESS) {
        len = nj_entity_undo(text, len, out);
        text = out;
    }
    return plain_text(text, len, out);
}

static const char *bytes(const struct nj_span *span)
{
    return span->at == NULL ? "" : span->at;
}

static int render(struct passage *p)
{
    const struct nj_draft *draft = p->draft;
    size_t title = capped(&draft->title, HTML_MOST);
    size_t text = capped(&draft->text, HTML_MOST);
    struct nj_html_media media = {on_media, p};
    char *at;

    if (reserve(p->taking, title + text + 2) != 0) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < draft->media_count; i++) {
        on_media(p, draft->media[i].at, nj_span_len(&draft->media[i]));
    }
    at = p->taking->work;
    title =
        render_form(draft->title_form, bytes(&draft->title), title, at, NULL);
    title = one_line(at, title, at);
    p->title = (struct nj_span){at, at + title};
    at += title + 1;
    text = render_form(draft->text_form, bytes(&draft->text), text, at, &media);
    p->text = (struct nj_span){at, at + text};
    return p->no_memory ? NJ_E_NOMEM : 0;
}

/* What people read; of pictures the address without its query, in which
 * servers put marks that change every time. */
static uint32_t text_hash(const struct passage *p)
{
    uint64_t h = hash_span(hash_span(3, &p->title), &p->text);

    for (size_t i = 0; i < p->media_count; i++) {
        h = nj_sift_hash(h, p->media[i], strcspn(p->media[i], "?#"));
    }
    return (uint32_t)(h >> 32);
}

/* ---- taking it ---------------------------------------------------------- */

static void fill_said(struct passage *p, struct nj_post *post)
{
    size_t title = capped(&p->title, NJ_LIMIT_POST_FIELD_BYTES);
    size_t text = capped(&p->text, NJ_LIMIT_POST_TEXT_BYTES);
    const char **media;

    post->title = title == 0 ? NULL : keep(p, p->title.at, title);
    post->text = keep(p, p->text.at, text);
    if (p->media_count > 0) {
        media = nj_arena_zalloc(&p->taking->batch->arena,
                                p->media_count * sizeof *media);
        if (media == NULL) {
            p->no_memory = 1;
            return;
        }
        memcpy(media, p->media, p->media_count * sizeof *media);
        post->media = media;
        post->media_count = p->media_count;
    }
}

static void fill_author(struct passage *p, struct nj_post *post)
{
    const struct nj_draft *draft = p->draft;
    char link[NJ_URL_ROOM];

    post->author = keep_line(p, &draft->author, NJ_LIMIT_POST_FIELD_BYTES);
    if (nj_span_len(&draft->author_url) > 0 &&
        nj_url_link(draft->base, draft->author_url.at,
                    nj_span_len(&draft->author_url), link) == 0) {
        post->author_url = keep(p, link, strlen(link));
    }
}

static int take(struct passage *p, unsigned flags)
{
    const struct nj_draft *draft = p->draft;
    struct nj_taking *taking = p->taking;
    struct nj_post *post = nj_batch_add(taking->batch, taking->room);

    if (post == NULL) {
        return NJ_E_NOMEM;
    }
    post->id = keep(p, p->id, strlen(p->id));
    post->brand = taking->brand;
    post->place =
        draft->place < 0 ? taking->place : (enum nj_place)draft->place;
    post->flags = flags | draft->flags;
    find_url(p);
    post->url = p->url[0] == '\0' ? NULL : keep(p, p->url, strlen(p->url));
    post->thread = keep_line(p, &draft->thread, NJ_LIMIT_POST_FIELD_BYTES);
    post->language = keep_line(p, &draft->language, LANGUAGE_MOST);
    if (post->language == NULL) {
        post->language = taking->language;
    }
    fill_said(p, post);
    fill_author(p, post);
    post->seen_ms = taking->now_ms;
    post->published_ms = draft->published_ms < taking->now_ms
                             ? draft->published_ms
                             : taking->now_ms;
    post->followers = draft->followers;
    post->shares = draft->shares;
    post->likes = draft->likes;
    post->replies = draft->replies;
    return p->no_memory ? NJ_E_NOMEM : 0;
}

/* News or not; an id that two posts of one answer share is made two. */
static int judge(struct passage *p, enum nj_news *out)
{
    struct nj_sift *sift = p->taking->sift;
    int64_t when = p->draft->published_ms;
    int code = nj_sift_judge(sift, p->id_hash, p->raw, when, out);

    if (code == 0 && *out == NJ_NEWS_CLASH) {
        size_t len = strlen(p->id);

        (void)snprintf(p->id + len, sizeof p->id - len, "#%08x",
                       (unsigned)p->raw);
        p->id_hash = nj_sift_hash(0, p->id, strlen(p->id));
        code = nj_sift_judge(sift, p->id_hash, p->raw, when, out);
    }
    return code;
}

static int take_news(struct passage *p, enum nj_news news)
{
    struct nj_sift *sift = p->taking->sift;
    int64_t when = p->draft->published_ms;
    struct nj_seen seen = {.id = p->id_hash, .raw = p->raw};
    unsigned flags = nj_sift_silent(sift, when);
    int code = render(p);
    int wanted = 1;

    if (code != 0) {
        return code;
    }
    seen.text = text_hash(p);
    if (news == NJ_NEWS_CHANGED) {
        wanted = nj_sift_is_edited(sift, seen.id, seen.text);
        flags |= NJ_POST_EDITED;
    }
    if (wanted) {
        code = take(p, flags);
    }
    return code == 0 ? nj_sift_mark(sift, &seen, when, wanted) : code;
}

static unsigned old_flag(const struct nj_taking *taking,
                         const struct nj_draft *draft)
{
    return draft->published_ms != 0 &&
                   draft->published_ms < taking->silent_before_ms
               ? NJ_POST_SILENT
               : 0;
}

int nj_taking_add(struct nj_taking *taking, const struct nj_draft *draft)
{
    struct passage p; /* large: not zeroed as a whole */
    enum nj_news news = NJ_NEWS_NEW;
    int code;

    p.taking = taking;
    p.draft = draft;
    p.media_count = 0;
    p.no_memory = 0;
    taking->seen++;
    if (taking->sift == NULL && taking->seen <= taking->skip) {
        return 0;
    }
    name_passage(&p);
    if (taking->sift == NULL) {
        if (taking->batch->count == taking->room) {
            taking->left_out++;
            return 0;
        }
        code = render(&p);
        return code == 0 ? take(&p, old_flag(taking, draft)) : code;
    }
    code = judge(&p, &news);
    if (code != 0 || (news != NJ_NEWS_NEW && news != NJ_NEWS_CHANGED)) {
        return code;
    }
    return take_news(&p, news);
}

void nj_taking_restart(struct nj_taking *taking)
{
    const char *source = taking->batch->source;

    nj_batch_finish(taking->batch);
    taking->batch->source = source;
    taking->seen = 0;
    taking->left_out = 0;
}

void nj_taking_finish(struct nj_taking *taking)
{
    free(taking->work);
    taking->work = NULL;
    taking->work_room = 0;
}

/* ---- order -------------------------------------------------------------- */

struct turn {
    int64_t when;
    size_t place;
    struct nj_post post;
};

static int by_turn(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;

    if (x->when != y->when) {
        return x->when < y->when ? -1 : 1;
    }
    return (x->place > y->place) - (x->place < y->place);
}

/* Whether the dates fall through the document; HABIT when they do not tell. */
static int falls(const struct nj_batch *batch, int habit)
{
    size_t down = 0;
    size_t up = 0;

    for (size_t i = 1; i < batch->count; i++) {
        int64_t before = batch->posts[i - 1].published_ms;
        int64_t after = batch->posts[i].published_ms;

        if (before != 0 && after != 0) {
            down += before > after;
            up += before < after;
        }
    }
    return down != up ? down > up : habit;
}

int nj_taking_sort(struct nj_taking *taking, int newest_first)
{
    struct nj_batch *batch = taking->batch;
    size_t count = batch->count;
    struct turn *turns;
    int64_t when = 0;
    int down = falls(batch, newest_first);

    if (count < 2) {
        return 0;
    }
    turns = malloc(count * sizeof *turns);
    if (turns == NULL) {
        return NJ_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        turns[i].post = batch->posts[down ? count - 1 - i : i];
        turns[i].place = i;
        when =
            turns[i].post.published_ms != 0 ? turns[i].post.published_ms : when;
        turns[i].when = when;
    }
    qsort(turns, count, sizeof *turns, by_turn);
    for (size_t i = 0; i < count; i++) {
        batch->posts[i] = turns[i].post;
    }
    free(turns);
    return 0;
}
