/* tests/unit/score/made_model.h - a small true model in memory: what it says
 * is what a test put into it. Included once by a test. */

#ifndef TESTS_UNIT_SCORE_MADE_MODEL_H
#define TESTS_UNIT_SCORE_MADE_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "score/model_sum.h"

static inline void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (unsigned char)(value >> 8 * i);
    }
}

static inline void put_float(unsigned char *at, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_u32(at, bits);
}

/* The checksum anew, after a change. */
static inline void made_seal(unsigned char *bytes)
{
    put_u32(bytes + 12, nj_crc32(bytes + 16, NJ_MODEL_BYTES - 16));
}

static inline void
made_language(unsigned char *bytes, int row, const char *code, float rules)
{
    unsigned char *at = bytes + 384 + 20 * row;

    memcpy(at, code, strlen(code) + 1);
    put_float(at + 4, -3);
    put_float(at + 8, 1);
    put_float(at + 12, rules);
}

/* NJ_MODEL_BYTES of a model whose every weight is 0; to be freed. Every head
 * has a bias of -2 and steps of 1; a verdict of -1 deserves a second look. */
static inline unsigned char *made_bytes(void)
{
    unsigned char *bytes = calloc(1, NJ_MODEL_BYTES);
    uint64_t print = nj_features_print();

    memcpy(bytes, "NJMODEL", 8);
    put_u32(bytes + 8, 1);
    put_u32(bytes + 16, NJ_MODEL_BYTES);
    put_u32(bytes + 24, (uint32_t)print);
    put_u32(bytes + 28, (uint32_t)(print >> 32));
    put_u32(bytes + 32, NJ_WORD_BUCKETS);
    put_u32(bytes + 36, NJ_CHAR_BUCKETS);
    put_u32(bytes + 40, NJ_HEADS);
    put_u32(bytes + 44, 20260131);
    memcpy(bytes + 48, "made-1", 7);
    for (int i = 0; i < NJ_HEADS; i++) {
        unsigned char *at = bytes + 64 + 32 * i;

        put_u32(at, 1);
        put_float(at + 4, 1);
        put_float(at + 8, 1);
        put_float(at + 12, -2);
        put_float(at + 16, 1);
        put_float(at + 20, 0);
        put_float(at + 24, 3);
    }
    made_language(bytes, 0, "en", 0.5F);
    made_language(bytes, 1, "*", 1);
    put_u32(bytes + 512, 2);
    put_float(bytes + 520, -30);
    put_float(bytes + 524, -30);
    put_float(bytes + 528, 30);
    put_float(bytes + 532, 30);
    put_float(bytes + 648, -1);
    made_seal(bytes);
    return bytes;
}

/* Give BUCKET the weight VALUE in HEAD. */
static inline void
made_weight(unsigned char *bytes, unsigned head, uint32_t bucket, int8_t value)
{
    unsigned char *plane = bytes + NJ_MODEL_HEADER;

    if (head < NJ_FIRST_HEADS) {
        plane[bucket * 2 + head] = (unsigned char)value;
    } else {
        plane += NJ_BUCKETS * NJ_FIRST_HEADS + NJ_MODEL_GAP;
        plane[bucket * 8 + head - NJ_FIRST_HEADS] = (unsigned char)value;
    }
}

#endif
