#include "source/json_page.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "model/zone.h"
#include "source/date.h"
#include "source/json_mend.h"

enum { DAY_MS = 86400000 };

/* ---- templates ---------------------------------------------------------- */

static int is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("-._~", c) != NULL;
}

static void put_encoded(struct nj_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_unreserved(*text)) {
            (void)nj_buf_addc(out, *text);
        } else {
            (void)nj_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}

/* Drop "name=" with the mark before it, at the end of OUT. */
static void drop_parameter(struct nj_buf *out)
{
    size_t n = out->len;

    while (n > 0 && strchr("?&/", out->data[n - 1]) == NULL) {
        n--;
    }
    if (n > 0 && out->data[n - 1] == '&') {
        out->len = n - 1;
        out->data[out->len] = '\0';
    } else if (n > 0 && out->data[n - 1] == '?') {
        out->len = n; /* the next parameter may follow */
        out->data[out->len] = '\0';
    }
}

/* The placeholder at AT: its bytes, 0 for none. */
static size_t
put_place(const char *at, const struct nj_json_place *place, struct nj_buf *out)
{
    char text[NJ_TIME_TEXT];

    if (strncmp(at, "{since}", 7) == 0) {
        put_encoded(out,
                    nj_time_text(NULL, place->since_ms / 1000 * 1000, text));
        return 7;
    }
    if (strncmp(at, "{since_unix}", 12) == 0) {
        (void)nj_buf_addf(out, "%lld", (long long)(place->since_ms / 1000));
        return 12;
    }
    if (strncmp(at, "{page}", 6) == 0) {
        (void)nj_buf_addf(out, "%ld", place->page);
        return 6;
    }
    if (strncmp(at, "{cursor}", 8) == 0) {
        if (place->cursor != NULL && place->cursor[0] != '\0') {
            put_encoded(out, place->cursor);
        } else if (out->len > 0 && out->data[out->len - 1] == '=') {
            drop_parameter(out);
        }
        return 8;
    }
    return 0;
}

void nj_json_address(const char *template,
                     const struct nj_json_place *place,
                     struct nj_buf *out)
{
    const char *at = template;

    while (*at != '\0') {
        size_t used = *at == '{' ? put_place(at, place, out) : 0;

        if (used == 0 &&
            !(*at == '&' && out->len > 0 && out->data[out->len - 1] == '?')) {
            (void)nj_buf_addc(out, *at);
        }
        at += used == 0 ? 1 : used;
    }
}

/* ---- the next page ------------------------------------------------------ */

/* Whether WORDS (parted by blanks) has "next". */
static int has_next(const char *words, size_t len)
{
    for (size_t i = 0; i + 4 <= len; i++) {
        if (strncasecmp(words + i, "next", 4) == 0 &&
            (i == 0 || words[i - 1] == ' ') &&
            (i + 4 == len || words[i + 4] == ' ')) {
            return 1;
        }
    }
    return 0;
}

/* Whether the parameters of one link (";name=value", quoted or not) say that it
 * is the next page. */
static int is_next(const char *at, const char *end)
{
    while (at < end) {
        const char *name = at + strspn(at, "; \t");
        size_t name_len = strcspn(name, "=; \t,");
        const char *value = name + name_len + strspn(name + name_len, "= \t");
        size_t len;

        if (*value == '"') {
            value++;
            len = strcspn(value, "\"");
            at = value + len + (value[len] == '"');
        } else {
            len = strcspn(value, ";, \t");
            at = value + len;
        }
        if (name_len == 3 && strncasecmp(name, "rel", 3) == 0) {
            return has_next(value, len);
        }
        if (at == name) { /* neither name nor value: no parameter */
            return 0;
        }
    }
    return 0;
}

int nj_json_link_next(const char *link, const char *base, char out[NJ_URL_ROOM])
{
    const char *open = link == NULL ? NULL : strchr(link, '<');

    while (open != NULL) {
        const char *close = strchr(open, '>');

        if (close == NULL) {
            return 0;
        }
        link = close + 1;
        open = strchr(link, '<');
        if (is_next(link, open == NULL ? link + strlen(link) : open)) {
            const char *start = close;

            while (start[-1] != '<') {
                start--;
            }
            return nj_url_resolve(base, start, (size_t)(close - start), out) ==
                   0;
        }
    }
    return 0;
}

const char *nj_json_cursor(const cJSON *root,
                           const char *pointer,
                           char room[NJ_JSON_CURSOR])
{
    const cJSON *value = nj_json_at(root, pointer);
    char number[NJ_JSON_ROOM];
    const char *text;

    if (!cJSON_IsString(value) && !cJSON_IsNumber(value)) {
        return NULL;
    }
    text = nj_json_words(value, number);
    if (text[0] == '\0' || strlen(text) >= NJ_JSON_CURSOR) {
        return NULL;
    }
    memcpy(room, text, strlen(text) + 1);
    return room;
}

/* ---- limits ------------------------------------------------------------- */

int64_t nj_json_limit_wait(const char *remaining,
                           const char *reset,
                           enum nj_reset_format format,
                           int64_t now_ms)
{
    const int64_t year_ms = INT64_C(366) * 86400000;
    size_t len = reset == NULL ? 0 : strlen(reset);
    int64_t value_ms;
    int64_t wait_ms;

    /* "0", "0.0": Reddit counts in fractions */
    if (remaining == NULL || len == 0 ||
        remaining[strspn(remaining, "0.")] != '\0') {
        return 0;
    }
    value_ms = nj_date_read_as(NJ_DATE_UNIX_S, reset, len);
    if (format == NJ_RESET_AUTO && value_ms == 0) {
        format = NJ_RESET_UNIX;
        value_ms = nj_date_read(reset, len);
    } else if (format == NJ_RESET_AUTO) {
        format = value_ms < year_ms ? NJ_RESET_SECONDS : NJ_RESET_UNIX;
    }
    wait_ms = format == NJ_RESET_SECONDS ? value_ms : value_ms - now_ms;
    return wait_ms < 0 ? 0 : wait_ms > DAY_MS ? DAY_MS : wait_ms;
}
