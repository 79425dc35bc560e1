/* watch/swap_span.h - spans of a swap as people write them. For command_swap.c
 * alone. */

#ifndef NJ_WATCH_SWAP_SPAN_H
#define NJ_WATCH_SWAP_SPAN_H

#include "watch/command.h"

/* TEXT as a span in which PERSON is on call in SCHEDULE, from now on:
 * "FROM..UNTIL", a time within the shift, or a date: the shift that begins on
 * that day, else the one that touches it. NJ_E_INVALID or NJ_E_STATE with A's
 * error set. */
int nj_swap_span_read(struct nj_answering *a,
                      const struct nj_schedule *schedule,
                      const char *person,
                      const char *text,
                      struct nj_swap_span *out) NJ_MUST;

/* PERSON's first instant on call in SPAN; INT64_MAX: none. */
int64_t nj_swap_first(const struct nj_rota *rota,
                      const char *person,
                      const struct nj_swap_span *span);

#endif
