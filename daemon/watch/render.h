/* watch/render.h - alerts, posts, pages and events as the JSON that the command
 * line, the HTTP API and the agents share. Times are RFC 3339 in UTC. */

#ifndef NJ_WATCH_RENDER_H
#define NJ_WATCH_RENDER_H

#include "base/json.h"
#include "store/store.h"

void nj_render_time(struct nj_jw *w, const char *key, int64_t at_ms);

/* The members of ALERT into the object that is open in W; CARD may be NULL. */
void nj_render_alert(struct nj_jw *w,
                     const struct nj_alert *alert,
                     const struct nj_card *card);

void nj_render_post(struct nj_jw *w, const struct nj_post_row *row);
void nj_render_page(struct nj_jw *w, const struct nj_page *page);
void nj_render_event(struct nj_jw *w, const struct nj_event *event);
/* The members of OVERRIDE into the object that is open in W. */
void nj_render_override(struct nj_jw *w, const struct nj_override *override_);
void nj_render_silence(struct nj_jw *w, const struct nj_silence *silence);

#endif
