/* notify/verdict.h - what an HTTP answer means for a message. */

#ifndef NJ_NOTIFY_VERDICT_H
#define NJ_NOTIFY_VERDICT_H

#include "notify/channel.h"

/* The status for ERRAND's request when its transfer ended with STATUS and
 * ANSWER (NULL unless STATUS is 0; FAULT is then io's words): 2xx is taken;
 * 408, 425, 429 and 5xx may work later, not before Retry-After; the rest is
 * refused. Fault and retry_ms are set; an address is never repeated, since it
 * may be a secret. */
int nj_verdict(struct nj_errand *errand,
               int status,
               const struct nj_answer *answer,
               const char *fault);

/* Whether HTTP_STATUS says: later. */
int nj_verdict_is_later(long http_status);

/* Set the errand's retry_ms from ANSWER's Retry-After. */
void nj_verdict_wait(struct nj_errand *errand, const struct nj_answer *answer);

#endif
