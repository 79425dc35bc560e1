/* score/model_sum.h - sums of weights over many buckets: integers, so that the
 * plain way and the wide one say the same. */

#ifndef NJ_SCORE_MODEL_SUM_H
#define NJ_SCORE_MODEL_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "score/features.h"
#include "score/model.h"

enum {
    NJ_MODEL_HEADER = 1024,
    NJ_MODEL_GAP = 64, /* zeros behind the first plane: wide loads end there */
    NJ_MODEL_BYTES = NJ_MODEL_HEADER + NJ_BUCKETS * NJ_FIRST_HEADS +
                     NJ_MODEL_GAP + NJ_BUCKETS * (NJ_HEADS - NJ_FIRST_HEADS),
};

/* The weights of a model, as they lie in its file. */
struct nj_planes {
    const int8_t *first; /* two of each bucket */
    const int8_t *rest;  /* eight of each bucket */
    int wide;            /* 1: this processor gathers */
};

/* The planes that follow a header which ends at BYTES. */
struct nj_planes nj_planes_of(const unsigned char *bytes);

/* The sums of offensive and urgent over COUNT BUCKETS, each < NJ_BUCKETS. */
void nj_sum_first(const struct nj_planes *planes,
                  const uint32_t *buckets,
                  size_t count,
                  int32_t out[2]);

/* The sums of the other eight. */
void nj_sum_rest(const struct nj_planes *planes,
                 const uint32_t *buckets,
                 size_t count,
                 int32_t out[8]);

/* The weight of head number HEAD (enum nj_head) for BUCKET. */
int nj_plane_weight(const struct nj_planes *planes,
                    unsigned head,
                    uint32_t bucket);

#endif
