#include "score/model_sum.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

struct nj_planes nj_planes_of(const unsigned char *bytes)
{
    struct nj_planes planes = {
        .first = (const int8_t *)bytes,
        .rest =
            (const int8_t *)bytes + NJ_BUCKETS * NJ_FIRST_HEADS + NJ_MODEL_GAP,
    };

#if defined(__x86_64__)
    planes.wide = __builtin_cpu_supports("avx2") != 0;
#endif
    return planes;
}

static void sum_plain(const int8_t *plane,
                      const uint32_t *buckets,
                      size_t count,
                      int32_t out[2])
{
    for (size_t i = 0; i < count; i++) {
        const int8_t *pair = plane + (size_t)buckets[i] * 2;

        out[0] += pair[0];
        out[1] += pair[1];
    }
}

#if defined(__x86_64__)
/* Eight buckets at once; each load takes two bytes more than the pair, which
 * the gap behind the plane allows. */
__attribute__((target("avx2"))) static size_t sum_wide(const int8_t *plane,
                                                       const uint32_t *buckets,
                                                       size_t count,
                                                       int32_t out[2])
{
    __m256i first = _mm256_setzero_si256();
    __m256i second = _mm256_setzero_si256();
    int32_t lanes[8];
    size_t i;

    for (i = 0; i + 8 <= count; i += 8) {
        __m256i at = _mm256_loadu_si256((const __m256i *)(buckets + i));
        __m256i pair = _mm256_i32gather_epi32((const int *)plane, at, 2);

        first = _mm256_add_epi32(
            first, _mm256_srai_epi32(_mm256_slli_epi32(pair, 24), 24));
        second = _mm256_add_epi32(
            second, _mm256_srai_epi32(_mm256_slli_epi32(pair, 16), 24));
    }
    _mm256_storeu_si256((__m256i *)lanes, first);
    for (size_t k = 0; k < 8; k++) {
        out[0] += lanes[k];
    }
    _mm256_storeu_si256((__m256i *)lanes, second);
    for (size_t k = 0; k < 8; k++) {
        out[1] += lanes[k];
    }
    return i;
}
#endif

void nj_sum_first(const struct nj_planes *planes,
                  const uint32_t *buckets,
                  size_t count,
                  int32_t out[2])
{
    size_t done = 0;

    out[0] = 0;
    out[1] = 0;
#if defined(__x86_64__)
    if (planes->wide) {
        done = sum_wide(planes->first, buckets, count, out);
    }
#endif
    sum_plain(planes->first, buckets + done, count - done, out);
}

#if defined(__SSE2__)
/* A row is eight bytes, widened to 16 bits; 256 of them cannot overflow. */
static void sum_rows(const int8_t *plane,
                     const uint32_t *buckets,
                     size_t count,
                     int32_t out[8])
{
    const __m128i zero = _mm_setzero_si128();
    __m128i sum = zero;
    int16_t lanes[8];

    for (size_t i = 0; i < count; i++) {
        const int8_t *row = plane + (size_t)buckets[i] * 8;
        __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)row);

        sum = _mm_add_epi16(sum,
                            _mm_srai_epi16(_mm_unpacklo_epi8(zero, bytes), 8));
    }
    _mm_storeu_si128((__m128i *)(void *)lanes, sum);
    for (size_t k = 0; k < 8; k++) {
        out[k] += lanes[k];
    }
}
#else
static void sum_rows(const int8_t *plane,
                     const uint32_t *buckets,
                     size_t count,
                     int32_t out[8])
{
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = plane + (size_t)buckets[i] * 8;

        for (size_t k = 0; k < 8; k++) {
            out[k] += row[k];
        }
    }
}
#endif

void nj_sum_rest(const struct nj_planes *planes,
                 const uint32_t *buckets,
                 size_t count,
                 int32_t out[8])
{
    enum { BLOCK = 256 };

    for (size_t k = 0; k < 8; k++) {
        out[k] = 0;
    }
    for (size_t i = 0; i < count; i += BLOCK) {
        size_t some = count - i < BLOCK ? count - i : BLOCK;

        sum_rows(planes->rest, buckets + i, some, out);
    }
}

int nj_plane_weight(const struct nj_planes *planes,
                    unsigned head,
                    uint32_t bucket)
{
    return head < NJ_FIRST_HEADS
               ? planes->first[(size_t)bucket * 2 + head]
               : planes->rest[(size_t)bucket * 8 + head - NJ_FIRST_HEADS];
}
