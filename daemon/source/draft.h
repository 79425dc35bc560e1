/* source/draft.h - a post as it stands in somebody's document, and how it
 * becomes one of ours: judged for news, rendered to plain text, cut to our
 * limits, its addresses made whole.
 *
 * Every reader (feed_xml, feed_json, json_map, post_json) fills drafts; only
 * this file makes posts of them. Any thread.
 */

#ifndef NJ_SOURCE_DRAFT_H
#define NJ_SOURCE_DRAFT_H

#include <stddef.h>
#include <stdint.h>

#include "model/post.h"
#include "source/sift.h"
#include "source/tag.h"

enum { NJ_DRAFT_MEDIA = 16 };

enum nj_form {
    NJ_FORM_PLAIN,
    NJ_FORM_HTML,
    NJ_FORM_GUESS, /* html if it has tags; references alone are undone */
};

/* All text is UTF-8, lent for the call that takes it, and may be empty
 * (at NULL). */
struct nj_draft {
    struct nj_span id;
    struct nj_span url;
    struct nj_span title;
    struct nj_span text;
    struct nj_span author;
    struct nj_span author_url;
    struct nj_span thread;
    struct nj_span language;
    struct nj_span media[NJ_DRAFT_MEDIA];
    size_t media_count;
    const char *base;      /* what relative addresses start from; or NULL */
    const char *text_base; /* the same inside the text; NULL: as BASE */
    enum nj_form title_form;
    enum nj_form text_form;
    int64_t published_ms; /* 0 unknown */
    int64_t followers;    /* these: -1 unknown */
    int64_t shares;
    int64_t likes;
    int64_t replies;
    int place;      /* enum nj_place; -1: the source's */
    unsigned flags; /* NJ_POST_DELETED */
};

/* An empty one. */
void nj_draft_init(struct nj_draft *draft);

/* Add an address of a picture or film; more than fit are left out. */
void nj_draft_add_media(struct nj_draft *draft, const char *url, size_t len);

/* What the posts of one read have in common. */
struct nj_taking {
    struct nj_batch *batch;
    struct nj_sift *sift; /* NULL: everything is new */
    const char *brand;    /* lent as long as the batch lives */
    enum nj_place place;
    const char *language; /* where a post names none; may be NULL */
    int64_t now_ms;
    int64_t silent_before_ms; /* without SIFT: dated before pages nobody */
    size_t room;              /* most posts of the batch */
    size_t seen;              /* drafts that came by */
    size_t skip;              /* without SIFT: so many are passed over first */
    size_t left_out;          /* without SIFT: those beyond ROOM */
    int may_leave;            /* and that is fine: the rest is read later */
    char *work;               /* owned: where text is rendered */
    size_t work_room;
};

/* Judge DRAFT and, if it is news, add it to the batch. 0 or NJ_E_NOMEM. */
int nj_taking_add(struct nj_taking *taking,
                  const struct nj_draft *draft) NJ_MUST;

/* Forget what was taken so far: the batch is empty, its source stays. */
void nj_taking_restart(struct nj_taking *taking);

/* Put the batch's posts in order, the oldest first; the undated stay beside
 * their neighbours. NEWEST_FIRST: how such documents are ordered when no date
 * tells. 0 or NJ_E_NOMEM. */
int nj_taking_sort(struct nj_taking *taking, int newest_first) NJ_MUST;

/* Free the work space; the batch stays. */
void nj_taking_finish(struct nj_taking *taking);

#endif
