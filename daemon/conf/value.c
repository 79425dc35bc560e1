#include "conf/value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"

enum { CHOICES_BYTES = 400, MAX_CHOICES = 64, UNIT_WORD_BYTES = 16 };

const char *nj_value_example(enum nj_kind kind)
{
    static const char *const examples[NJ_KINDS] = {
        [NJ_KIND_BOOL] = "true",
        [NJ_KIND_INT] = "3",
        [NJ_KIND_NUMBER] = "0.8",
        [NJ_KIND_DURATION] = "5m",
        [NJ_KIND_SIZE] = "8MiB",
        [NJ_KIND_URL] = "https://example.org/",
        [NJ_KIND_PATH] = "/etc/nightjar/file",
        [NJ_KIND_ADDRESS] = "127.0.0.1:8484",
        [NJ_KIND_ZONE] = "Europe/London",
        [NJ_KIND_POINTER] = "/data/items",
        [NJ_KIND_WINDOW] = "mon-fri 18:00-08:00",
        [NJ_KIND_TIME] = "2026-01-05 18:00",
        [NJ_KIND_DATE] = "2026-12-25",
        [NJ_KIND_CONTACT] = "3m sms",
        [NJ_KIND_SECRET] = "{credential: NAME}",
    };

    return examples[kind] == NULL ? "" : examples[kind];
}

static int read_bool(const char *text, int64_t *out, struct nj_err *err)
{
    static const struct {
        const char *name;
        int value;
    } words[] = {{"true", 1}, {"false", 0}, {"yes", 1},
                 {"no", 0},   {"on", 1},    {"off", 0}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(text, words[i].name) == 0) {
            *out = words[i].value;
            return 0;
        }
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "'%s' is neither true nor false; write one of them",
                      text);
}

/* --- whole numbers, sizes, durations --- */

static int read_int(const struct nj_key *row,
                    const char *text,
                    int64_t *out,
                    struct nj_err *err)
{
    const int bounded = row->least != 0 || row->most != 0;
    int64_t value = 0;

    if (nj_str_int(text, &value) != 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not a whole number; write for example %s",
                          text, row->fallback == NULL ? "3" : row->fallback);
    }
    if (bounded && value < row->least) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is too small; the least is %lld", text,
                          (long long)row->least);
    }
    if (bounded && value > row->most) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is too large; the most is %lld", text,
                          (long long)row->most);
    }
    *out = value;
    return 0;
}

static const struct {
    const char *name;
    int64_t bytes;
} size_units[] = {{"", 1},           {"B", 1},
                  {"K", 1024},       {"KiB", 1024},
                  {"KB", 1000},      {"M", 1048576},
                  {"MiB", 1048576},  {"MB", 1000000},
                  {"G", 1073741824}, {"GiB", 1073741824},
                  {"GB", 1000000000}};

/* 0 when TEXT is no size. */
static int64_t size_of(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    char number[12];
    int64_t value = 0;

    if (digits == 0 || digits >= sizeof number) {
        return 0;
    }
    memcpy(number, text, digits);
    number[digits] = '\0';
    if (nj_str_int(number, &value) != 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof size_units / sizeof size_units[0]; i++) {
        if (strcasecmp(text + digits, size_units[i].name) == 0) {
            return value * size_units[i].bytes;
        }
    }
    return 0;
}

static int read_size(const struct nj_key *row,
                     const char *text,
                     int64_t *out,
                     struct nj_err *err)
{
    int64_t value = size_of(text);

    if (value <= 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not a size; write for example 8MiB", text);
    }
    if (row->most != 0 && (value < row->least || value > row->most)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is out of range; %lld to %lld bytes", text,
                          (long long)row->least, (long long)row->most);
    }
    *out = value;
    return 0;
}

/* The unit that people mean by WORD ("minutes"), or NULL. */
static const char *unit_meant(const char *word)
{
    static const char *const words[][2] = {
        {"sec", "s"},  {"second", "s"}, {"min", "m"},  {"minute", "m"},
        {"hr", "h"},   {"hour", "h"},   {"day", "d"},  {"week", "w"},
        {"year", "y"}, {"s", "s"},      {"m", "m"},    {"h", "h"},
        {"d", "d"},    {"w", "w"},      {"msec", "ms"}};
    size_t len = strlen(word);

    if (len > 2 && (word[len - 1] == 's' || word[len - 1] == 'S')) {
        len--;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i][0]) == len &&
            strncasecmp(word, words[i][0], len) == 0) {
            return words[i][1];
        }
    }
    return NULL;
}

static int refuse_duration(const char *text, struct nj_err *err)
{
    int digits = (int)strspn(text, "0123456789");
    const char *unit = text + digits + strspn(text + digits, " ");

    if (digits > 0 && *unit == '\0') {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' has no unit; write %.*ss, %.*sm or %.*sh", text,
                          digits, text, digits, text, digits, text);
    }
    if (digits > 0 && unit_meant(unit) != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not how durations are written; write %.*s%s",
                          text, digits, text, unit_meant(unit));
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "'%s' is not a duration; write for example 90s, 5m, 2h "
                      "or 3d",
                      text);
}

static int read_duration(const struct nj_key *row,
                         const char *text,
                         int64_t *out,
                         struct nj_err *err)
{
    char bound[NJ_DURATION_TEXT];
    int64_t ms = 0;

    if (nj_str_duration(text, &ms) != 0) {
        return refuse_duration(text, err);
    }
    if (ms < row->least) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is too short; the least is %s", text,
                          nj_str_duration_text(row->least, bound));
    }
    if (row->most != 0 && ms > row->most) {
        return nj_err_set(err, NJ_E_INVALID, "'%s' is too long; the most is %s",
                          text, nj_str_duration_text(row->most, bound));
    }
    *out = ms;
    return 0;
}

/* --- numbers from 0 to 1, choices, contacts --- */

static int
refuse_number(const struct nj_key *row, const char *text, struct nj_err *err)
{
    size_t len = strlen(text);
    char bare[UNIT_WORD_BYTES];
    double value = 0;

    if (row->most == 0 && len > 0 && len < sizeof bare &&
        text[len - 1] == '%') {
        memcpy(bare, text, len - 1);
        bare[len - 1] = '\0';
        if (nj_str_number(bare, &value) == 0) {
            return nj_err_set(err, NJ_E_INVALID,
                              "'%s' is a percentage; write %g", text,
                              value / 100);
        }
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "'%s' is not a number from %lld to %lld; write for "
                      "example %s",
                      text, (long long)row->least,
                      row->most == 0 ? 1LL : (long long)row->most,
                      row->most == 0 ? "0.8" : "2.5");
}

/* From 0 to 1, unless ROW says otherwise. */
static int read_number(const struct nj_key *row,
                       const char *text,
                       double *out,
                       struct nj_err *err)
{
    const double most = row->most == 0 ? 1 : (double)row->most;
    double value = 0;

    if (nj_str_number(text, &value) != 0 || value < (double)row->least ||
        value > most) {
        return refuse_number(row, text, err);
    }
    *out = value;
    return 0;
}

static int
refuse_choice(const struct nj_key *row, const char *text, struct nj_err *err)
{
    const char *near;
    char list[CHOICES_BYTES] = "";
    size_t at = 0;
    size_t count = 0;

    for (; row->names[count] != NULL; count++) {
        int n = snprintf(list + at, sizeof list - at, "%s%s",
                         count == 0 ? "" : ", ", row->names[count]);

        at += n > 0 && (size_t)n < sizeof list - at ? (size_t)n : 0;
    }
    near = nj_str_nearest(text, row->names, count);
    if (near != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not one of %s; did you mean '%s'?", text,
                          list, near);
    }
    return nj_err_set(err, NJ_E_INVALID,
                      count == 1 ? "'%s' means nothing here; write %s"
                                 : "'%s' is not one of %s",
                      text, list);
}

static int read_choice(const struct nj_key *row,
                       const char *text,
                       int64_t *out,
                       struct nj_err *err)
{
    for (size_t i = 0; row->names[i] != NULL; i++) {
        if (strcmp(row->names[i], text) == 0) {
            *out = (int64_t)i;
            return 0;
        }
    }
    return refuse_choice(row, text, err);
}

/* "sms" or "3m sms". */
static int read_contact(const char *text, int64_t *out_ms, struct nj_err *err)
{
    size_t len = strcspn(text, " ");
    char delay[NJ_DURATION_TEXT];
    int64_t ms = 0;

    if (text[len] == '\0') {
        if (nj_str_duration(text, &ms) == 0) {
            return nj_err_set(err, NJ_E_INVALID,
                              "'%s' has no channel; write for example '%s sms'",
                              text, text);
        }
        *out_ms = 0;
        return 0;
    }
    if (len >= sizeof delay) {
        return refuse_duration(text, err);
    }
    memcpy(delay, text, len);
    delay[len] = '\0';
    if (nj_str_duration(delay, &ms) != 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not a delay and a channel; write for "
                          "example '3m sms'",
                          text);
    }
    if (text[len + 1] == '\0' || strchr(text + len + 1, ' ') != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not one delay and one channel; write for "
                          "example '3m sms'",
                          text);
    }
    *out_ms = ms;
    return 0;
}

int nj_value_read(const struct nj_key *row,
                  enum nj_kind kind,
                  const char *text,
                  struct nj_node *out,
                  struct nj_err *err)
{
    switch (kind) {
    case NJ_KIND_BOOL:
        return read_bool(text, &out->as.whole, err);
    case NJ_KIND_INT:
        return read_int(row, text, &out->as.whole, err);
    case NJ_KIND_SIZE:
        return read_size(row, text, &out->as.whole, err);
    case NJ_KIND_DURATION:
        return read_duration(row, text, &out->as.whole, err);
    case NJ_KIND_NUMBER:
        return read_number(row, text, &out->as.number, err);
    case NJ_KIND_ENUM:
        return read_choice(row, text, &out->as.whole, err);
    case NJ_KIND_CONTACT:
        return read_contact(text, &out->as.ref.delay_ms, err);
    case NJ_KIND_WINDOW:
        return nj_value_window(text, &out->as.window, err);
    case NJ_KIND_TIME:
        return nj_value_time(text, &out->as.time, err);
    case NJ_KIND_DATE:
        return nj_value_date(text, &out->as.time, err);
    case NJ_KIND_URL:
        return nj_value_url(text, row->names, err);
    case NJ_KIND_ADDRESS:
        return nj_value_address(text, err);
    case NJ_KIND_ZONE:
        return nj_value_zone(text, err);
    case NJ_KIND_POINTER:
        return nj_value_pointer(text, err);
    default:
        return 0;
    }
}
