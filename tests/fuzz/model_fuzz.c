/* Any bytes as a model: refused with a sentence; or, with the checksum and
 * the weights put right, one whose every answer is a number. */
// fuzz: -max_len=1100

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "score/model.h"
#include "score/model_sum.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void try_all(const struct nj_model *model)
{
    static struct nj_features f = {
        .token_count = 1,
        .tokens = {{1, 2, 0, 1}},
        .word_count = 2,
        .words = {0, NJ_WORD_BUCKETS - 1},
        .char_count = 3,
        .chars = {NJ_WORD_BUCKETS, 200000, NJ_BUCKETS - 1}};
    float shares[NJ_REEL_WORDS];
    float raw[NJ_HEADS];

    nj_model_all(model, &f, raw);
    for (unsigned i = 0; i < NJ_HEADS; i++) {
        must(isfinite(raw[i]));
        must(!isnan(nj_model_odds(model, i, raw[i], 0)));
        nj_model_shares(model, &f, i, shares);
        must(isfinite(shares[0]));
    }
    must(!isnan(nj_model_offence(model, "en", raw[0], 3)));
    must(nj_model_offence(model, "xx", 2, 1) >=
         nj_model_offence(model, "xx", 1, 1));
    must(strlen(nj_model_name(model)) < 16);
}

/* The header as given in a file of the right size and checksum. */
static void try_header(const uint8_t *data, size_t size)
{
    static unsigned char file[NJ_MODEL_BYTES];
    struct nj_model *model = NULL;
    struct nj_err err = {0};
    uint64_t print = nj_features_print();
    uint64_t len = NJ_MODEL_BYTES;
    uint32_t version = 1;
    uint32_t counts[3] = {NJ_WORD_BUCKETS, NJ_CHAR_BUCKETS, NJ_HEADS};
    uint32_t crc;

    if (file[sizeof file - 1] == 0) {
        memset(file, 0x5a, sizeof file);
    }
    memset(file, 0, NJ_MODEL_HEADER);
    memcpy(file + 44, data, size > 980 ? 980 : size);
    memcpy(file, "NJMODEL", 8);
    memcpy(file + 8, &version, 4);
    memcpy(file + 16, &len, 8);
    memcpy(file + 24, &print, 8);
    memcpy(file + 32, counts, 12);
    crc = nj_crc32(file + 16, sizeof file - 16);
    memcpy(file + 12, &crc, 4);
    if (nj_model_read(file, sizeof file, &model, &err) != 0) {
        must(err.text[0] != '\0' && model == NULL);
        return;
    }
    try_all(model);
    nj_model_close(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nj_model *model = NULL;
    struct nj_err err = {0};

    must(nj_model_read(data, size, &model, &err) != 0);
    must(model == NULL && err.text[0] != '\0');
    try_header(data, size);
    return 0;
}
