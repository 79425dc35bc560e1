/* watch/compose.h - the message a person gets: an alert's card, the page and
 * the moment put together. Pure but for the signed link. */

#ifndef NJ_WATCH_COMPOSE_H
#define NJ_WATCH_COMPOSE_H

#include "watch/env.h"

struct nj_composed {
    struct nj_message message; /* lent text, some of it from below */
    char key[64];
    char headline[240];
    char link[400];
};

/* Fill OUT for PAGE of ALERT (NULL for a test) with CARD (NULL: none known).
 * MORE: how many further alerts this message speaks for. OUT lends from all
 * arguments and may not be copied or moved. */
void nj_compose(const struct nj_watch_env *env,
                const struct nj_page *page,
                const struct nj_alert *alert,
                const struct nj_card *card,
                size_t more,
                struct nj_composed *out);

#endif
