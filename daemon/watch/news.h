/* watch/news.h - what people are told that belongs to no alert: a shift that
 * changed hands, a swap to answer, advice to a schedule's owner. Nothing waits
 * for an answer, nothing climbs. Loop thread only. */

#ifndef NJ_WATCH_NEWS_H
#define NJ_WATCH_NEWS_H

#include "watch/outbox.h"

/* How much it may disturb. */
enum nj_news_tone {
    NJ_NEWS_QUIET, /* by what a person's `low` rules name first, or by mail */
    NJ_NEWS_SOON,  /* by what their `high` rules name first: they should know
                      now */
};

/* Tell PERSON: HEADLINE in one line, BODY (may be NULL) in as many as it
 * needs; both copied. Written into DEED, sent when that is durable. Returns by
 * how many contacts; 0 when there is none, which is written into the story. */
size_t nj_news_tell(struct nj_outbox *outbox,
                    struct nj_deed *deed,
                    const char *person,
                    enum nj_news_tone tone,
                    const char *headline,
                    const char *body);

/* PAGE, news, was given up: once more by mail, when that is another way. */
void nj_news_failed(struct nj_outbox *outbox, const struct nj_page *page);

#endif
