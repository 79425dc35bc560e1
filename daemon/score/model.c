#include "score/model.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32.h"
#include "score/model_sum.h"

enum {
    VERSION = 1,
    MAX_LANGUAGES = 6,
    MAX_KNOTS = 16,
    NAME_BYTES = 16,
    /* where things stand in the header */
    AT_CRC = 12,
    AT_SIZE = 16,
    AT_PRINT = 24,
    AT_COUNTS = 32,
    AT_DATE = 44,
    AT_NAME = 48,
    AT_HEADS = 64,
    AT_LANGUAGES = 384,
    AT_CURVE = 512,
    AT_RAISE = 648,
    HEAD_BYTES = 32,
    LANGUAGE_BYTES = 20,
};

static const char magic[8] = "NJMODEL";

struct head {
    int present;
    float words; /* one step of an int8 weight */
    float chars;
    float bias;
    float slope; /* log-odds = offset + slope * raw, at most MOST */
    float offset;
    float most;
    float rules; /* times the log-odds that rules alone give it */
};

/* How raw verdict and rules become one number, by language. */
struct tongue {
    char code[4]; /* "*": every other one */
    float offset;
    float slope;
    float rules;
    float trust; /* log-odds from which rules alone suffice */
};

struct nj_model {
    const unsigned char *bytes;
    void *map; /* owned when not NULL */
    size_t map_len;
    char name[NAME_BYTES];
    uint32_t date;
    struct nj_planes planes;
    struct head heads[NJ_HEADS];
    struct tongue tongues[MAX_LANGUAGES];
    size_t tongue_count;
    float knots_x[MAX_KNOTS]; /* combined -> log-odds, linear in between */
    float knots_y[MAX_KNOTS];
    size_t knot_count;
    float raise;
};

/* ---- reading the header ------------------------------------------------ */

static uint32_t get_u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static uint64_t get_u64(const unsigned char *at)
{
    return get_u32(at) | (uint64_t)get_u32(at + 4) << 32;
}

/* A number within +-MOST into *OUT; 0 when it is not one. */
static int get_float(const unsigned char *at, float most, float *out)
{
    uint32_t bits = get_u32(at);

    memcpy(out, &bits, sizeof *out);
    return isfinite(*out) && fabsf(*out) <= most;
}

static int read_head(const unsigned char *at, struct head *head)
{
    const float most = 1e4F;
    uint32_t present = get_u32(at);

    head->present = present == 1;
    return present <= 1 && get_float(at + 4, most, &head->words) &&
           get_float(at + 8, most, &head->chars) &&
           get_float(at + 12, most, &head->bias) &&
           get_float(at + 16, most, &head->slope) &&
           get_float(at + 20, most, &head->offset) &&
           get_float(at + 24, most, &head->most) &&
           get_float(at + 28, most, &head->rules) && head->words >= 0 &&
           head->chars >= 0 && head->slope >= 0 && head->rules >= 0;
}

static int read_tongue(const unsigned char *at, struct tongue *tongue)
{
    const float most = 1e3F;

    memcpy(tongue->code, at, sizeof tongue->code);
    return tongue->code[sizeof tongue->code - 1] == '\0' &&
           get_float(at + 4, most, &tongue->offset) &&
           get_float(at + 8, most, &tongue->slope) &&
           get_float(at + 12, most, &tongue->rules) &&
           get_float(at + 16, most, &tongue->trust) && tongue->slope >= 0 &&
           tongue->rules >= 0;
}

static int read_tongues(const unsigned char *at, struct nj_model *model)
{
    while (model->tongue_count < MAX_LANGUAGES && at[0] != '\0') {
        if (!read_tongue(at, &model->tongues[model->tongue_count])) {
            return 0;
        }
        model->tongue_count++;
        at += LANGUAGE_BYTES;
    }
    return model->tongue_count > 0 &&
           model->tongues[model->tongue_count - 1].code[0] == '*';
}

/* Rising, so that more evidence never lowers a score. */
static int read_curve(const unsigned char *at, struct nj_model *model)
{
    const float most = 1e3F;
    uint32_t count = get_u32(at);

    if (count < 2 || count > MAX_KNOTS) {
        return 0;
    }
    model->knot_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!get_float(at + 8 + i * 8, most, &model->knots_x[i]) ||
            !get_float(at + 12 + i * 8, most, &model->knots_y[i]) ||
            (i > 0 && (model->knots_x[i] <= model->knots_x[i - 1] ||
                       model->knots_y[i] < model->knots_y[i - 1]))) {
            return 0;
        }
    }
    return 1;
}

static int read_header(const unsigned char *bytes, struct nj_model *model)
{
    memcpy(model->name, bytes + AT_NAME, NAME_BYTES);
    if (model->name[NAME_BYTES - 1] != '\0' || model->name[0] == '\0') {
        return 0;
    }
    for (const char *c = model->name; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7f) {
            return 0;
        }
    }
    model->date = get_u32(bytes + AT_DATE);
    for (size_t i = 0; i < NJ_HEADS; i++) {
        if (!read_head(bytes + AT_HEADS + i * HEAD_BYTES, &model->heads[i])) {
            return 0;
        }
    }
    return model->heads[NJ_HEAD_OFFENSIVE].present &&
           read_tongues(bytes + AT_LANGUAGES, model) &&
           read_curve(bytes + AT_CURVE, model) &&
           get_float(bytes + AT_RAISE, 1e3F, &model->raise);
}

/* ---- checking ---------------------------------------------------------- */

static int
check(const unsigned char *bytes, size_t len, uint32_t sum, struct nj_err *err)
{
    if (len < NJ_MODEL_HEADER || memcmp(bytes, magic, sizeof magic) != 0) {
        return nj_err_set(err, NJ_E_INVALID, "this is not a nightjar model");
    }
    if (get_u32(bytes + 8) != VERSION) {
        return nj_err_set(err, NJ_E_INVALID,
                          "a model of version %u, this program reads %d; "
                          "install the model that came with it",
                          get_u32(bytes + 8), VERSION);
    }
    if (get_u64(bytes + AT_SIZE) != len || len != NJ_MODEL_BYTES) {
        return nj_err_set(err, NJ_E_CORRUPT,
                          "the model has %zu bytes and should have %d; "
                          "install it anew",
                          len, NJ_MODEL_BYTES);
    }
    if (get_u32(bytes + AT_CRC) != sum) {
        return nj_err_set(err, NJ_E_CORRUPT,
                          "the model is damaged (its checksum differs); "
                          "install it anew");
    }
    if (get_u64(bytes + AT_PRINT) != nj_features_print() ||
        get_u32(bytes + AT_COUNTS) != NJ_WORD_BUCKETS ||
        get_u32(bytes + AT_COUNTS + 4) != NJ_CHAR_BUCKETS ||
        get_u32(bytes + AT_COUNTS + 8) != NJ_HEADS) {
        return nj_err_set(err, NJ_E_INVALID,
                          "the model was made for another version of nightjar;"
                          " install the one that came with this");
    }
    return 0;
}

/* SUM: the checksum of what stands from AT_SIZE on. */
static int take(const unsigned char *at,
                size_t len,
                uint32_t sum,
                struct nj_model **out,
                struct nj_err *err)
{
    struct nj_model *model;
    int rc = check(at, len, sum, err);

    if (rc != 0) {
        return rc;
    }
    model = calloc(1, sizeof *model);
    if (model == NULL) {
        return nj_err_set(err, NJ_E_NOMEM, "no memory for the model");
    }
    if (!read_header(at, model)) {
        free(model);
        return nj_err_set(err, NJ_E_CORRUPT,
                          "the model's header holds what cannot be; install "
                          "it anew");
    }
    model->bytes = at;
    model->planes = nj_planes_of(at + NJ_MODEL_HEADER);
    *out = model;
    return 0;
}

int nj_model_read(const void *bytes,
                  size_t len,
                  struct nj_model **out,
                  struct nj_err *err)
{
    const unsigned char *at = bytes;

    return take(at, len,
                len <= AT_SIZE ? 0 : nj_crc32(at + AT_SIZE, len - AT_SIZE), out,
                err);
}

/* The file is read for its checksum, not the map: so those pages alone become
 * resident that posts ask for. */
static int sum_file(int fd, uint32_t *out)
{
    enum { PIECE = 256 * 1024 };
    unsigned char *piece = malloc(PIECE);
    off_t at = AT_SIZE;
    ssize_t n = piece == NULL ? -1 : 1;

    *out = 0;
    while (n > 0) {
        n = pread(fd, piece, PIECE, at);
        if (n > 0) {
            *out = nj_crc32_add(*out, piece, (size_t)n);
            at += n;
        } else if (n < 0 && errno == EINTR) {
            n = 1;
        }
    }
    free(piece);
    return (int)n;
}

static int map_file(
    const char *path, void **out, size_t *len, uint32_t *sum, struct nj_err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *map;
    int bad;

    if (fd < 0) {
        return nj_err_set(e, errno == ENOENT ? NJ_E_NOTFOUND : NJ_E_IO, "%s",
                          strerror(errno));
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        st.st_size < NJ_MODEL_HEADER) {
        (void)close(fd);
        return nj_err_set(e, NJ_E_INVALID, "this is not a nightjar model");
    }
    map = MAP_FAILED;
    if (sum_file(fd, sum) == 0) {
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    bad = errno;
    (void)close(fd);
    if (map == MAP_FAILED) {
        return nj_err_set(e, bad == ENOMEM ? NJ_E_NOMEM : NJ_E_IO, "%s",
                          strerror(bad));
    }
    *out = map;
    *len = (size_t)st.st_size;
    return 0;
}

int nj_model_open(const char *path, struct nj_model **out, struct nj_err *err)
{
    struct nj_model *model = NULL;
    void *map = NULL;
    size_t len = 0;
    uint32_t sum = 0;
    int rc = map_file(path, &map, &len, &sum, err);

    if (rc == 0) {
        rc = take(map, len, sum, &model, err);
        if (rc != 0) {
            (void)munmap(map, len);
        }
    }
    if (rc != 0) {
        return nj_err_wrap(err, rc, "%s", path);
    }
    model->map = map;
    model->map_len = len;
    *out = model;
    return 0;
}

void nj_model_close(struct nj_model *model)
{
    if (model != NULL && model->map != NULL) {
        (void)munmap(model->map, model->map_len);
    }
    free(model);
}

const char *nj_model_name(const struct nj_model *model)
{
    return model->name;
}

uint32_t nj_model_date(const struct nj_model *model)
{
    return model->date;
}

int nj_model_has(const struct nj_model *model, enum nj_head head)
{
    return model->heads[head].present;
}

/* ---- asking ------------------------------------------------------------ */

static const float unlearned = -100.0F;

static float raw_of(const struct head *head,
                    const struct nj_features *f,
                    int32_t words,
                    int32_t chars)
{
    float raw = head->bias;

    if (!head->present) {
        return unlearned;
    }
    if (f->word_count > 0) {
        raw += (float)words * head->words / sqrtf((float)f->word_count);
    }
    if (f->char_count > 0) {
        raw += (float)chars * head->chars / sqrtf((float)f->char_count);
    }
    return raw;
}

void nj_model_first(const struct nj_model *model,
                    const struct nj_features *f,
                    float out[NJ_FIRST_HEADS])
{
    int32_t words[NJ_FIRST_HEADS];
    int32_t chars[NJ_FIRST_HEADS];

    nj_sum_first(&model->planes, f->words, f->word_count, words);
    nj_sum_first(&model->planes, f->chars, f->char_count, chars);
    for (size_t i = 0; i < NJ_FIRST_HEADS; i++) {
        out[i] = raw_of(&model->heads[i], f, words[i], chars[i]);
    }
}

void nj_model_all(const struct nj_model *model,
                  const struct nj_features *f,
                  float out[NJ_HEADS])
{
    enum { REST = NJ_HEADS - NJ_FIRST_HEADS };
    int32_t words[REST];
    int32_t chars[REST];

    nj_model_first(model, f, out);
    nj_sum_rest(&model->planes, f->words, f->word_count, words);
    nj_sum_rest(&model->planes, f->chars, f->char_count, chars);
    for (size_t i = 0; i < REST; i++) {
        const struct head *head = &model->heads[NJ_FIRST_HEADS + i];

        out[NJ_FIRST_HEADS + i] = raw_of(head, f, words[i], chars[i]);
    }
}

static void share_chars(const struct nj_model *model,
                        const struct nj_features *f,
                        enum nj_head head,
                        float *out)
{
    const float each = model->heads[head].chars / sqrtf((float)f->char_count);
    size_t token = 0;

    for (size_t i = 0; i * NJ_CHARS_EACH < f->char_count; i++) {
        for (size_t n = 0; n < NJ_CHARS_EACH; n++) {
            uint32_t bucket = f->chars[i * NJ_CHARS_EACH + n];
            size_t middle = i + 1 + n / 2;
            size_t owner;

            while (token + 1 < f->token_count && f->tokens[token].end < i + 1) {
                token++;
            }
            owner = token;
            if (owner + 1 < f->token_count && f->tokens[owner].end < middle) {
                owner++;
            }
            out[owner] +=
                each * (float)nj_plane_weight(&model->planes, head, bucket);
        }
    }
}

void nj_model_shares(const struct nj_model *model,
                     const struct nj_features *f,
                     enum nj_head head,
                     float *out)
{
    const struct nj_planes *planes = &model->planes;
    float each;

    memset(out, 0, sizeof out[0] * NJ_REEL_WORDS);
    if (f->token_count == 0 || !model->heads[head].present) {
        return;
    }
    each = model->heads[head].words / sqrtf((float)f->word_count);
    for (size_t t = 0; t < f->token_count; t++) {
        size_t before = t > 0 ? t - 1 : 0;
        float pair =
            each * (float)nj_plane_weight(planes, head, f->words[2 * t + 1]);

        out[t] += each * (float)nj_plane_weight(planes, head, f->words[2 * t]);
        out[t] += pair / 2;
        out[before] += pair / 2;
    }
    share_chars(model, f, head, out);
}

int nj_model_raises(const struct nj_model *model, float raw)
{
    return raw >= model->raise;
}

static float bend(const struct nj_model *model, float x)
{
    const float *xs = model->knots_x;
    const float *ys = model->knots_y;
    size_t last = model->knot_count - 1;
    size_t i = 1;

    while (i < last && x > xs[i]) {
        i++;
    }
    return ys[i - 1] +
           (x - xs[i - 1]) * (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]);
}

static const struct tongue *tongue_of(const struct nj_model *model,
                                      const char *language)
{
    size_t i = 0;

    while (i + 1 < model->tongue_count &&
           strcmp(model->tongues[i].code, language) != 0) {
        i++;
    }
    return &model->tongues[i];
}

float nj_model_offence(const struct nj_model *model,
                       const char *language,
                       float raw,
                       float rules)
{
    const struct tongue *t = tongue_of(model, language);

    return bend(model, t->offset + t->slope * raw + t->rules * rules);
}

float nj_model_trust(const struct nj_model *model, const char *language)
{
    return tongue_of(model, language)->trust;
}

float nj_model_odds(const struct nj_model *model,
                    enum nj_head head,
                    float raw,
                    float rules)
{
    const struct head *h = &model->heads[head];

    return h->present
               ? fminf(h->offset + h->slope * raw + h->rules * rules, h->most)
               : unlearned;
}
