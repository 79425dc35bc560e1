#include "io/http_guard.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

/* A place in the head. */
struct cursor {
    const char *text;
    size_t at;
    size_t end;
};

static int is_alpha(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static int is_token(unsigned char c)
{
    return is_alpha(c) || is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static int is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

long nj_http_head_length(const char *text, size_t len, size_t *seen)
{
    size_t at = *seen;

    if (len > 0 && !is_token((unsigned char)text[0])) {
        return -1;
    }
    while (at < len) {
        const char *found = memchr(text + at, '\n', len - at);
        size_t lf;

        if (found == NULL) {
            break;
        }
        lf = (size_t)(found - text);
        if (lf == 0 || text[lf - 1] != '\r') {
            return -1;
        }
        if (lf >= 3 && text[lf - 2] == '\n') {
            return (long)lf + 1;
        }
        at = lf + 1;
    }
    *seen = len;
    return 0;
}

static int span_is(const char *text, struct nj_http_span span, const char *word)
{
    return strlen(word) == span.len &&
           strncasecmp(text + span.at, word, span.len) == 0;
}

/* ---- the request line --------------------------------------------------- */

static int
read_method(struct cursor *in, struct nj_http_head *out, int *out_known)
{
    static const struct {
        const char *name;
        enum nj_http_method method;
    } known[] = {
        {"GET", NJ_HTTP_GET}, {"HEAD", NJ_HTTP_HEAD}, {"POST", NJ_HTTP_POST}};
    size_t start = in->at;
    size_t len;

    while (in->at < in->end && is_token((unsigned char)in->text[in->at])) {
        in->at++;
    }
    len = in->at - start;
    if (len == 0 || in->at == in->end || in->text[in->at] != ' ') {
        return 400;
    }
    in->at++;
    *out_known = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == len &&
            memcmp(in->text + start, known[i].name, len) == 0) {
            out->method = known[i].method;
            *out_known = 1;
        }
    }
    return 0;
}

/* Origin-form only: what a proxy or CONNECT would be asked is not for us. */
static int read_target(struct cursor *in, struct nj_http_head *out)
{
    size_t start = in->at;
    size_t question = 0;

    if (in->at == in->end || in->text[in->at] != '/') {
        return 400;
    }
    for (; in->at < in->end && in->text[in->at] != ' '; in->at++) {
        unsigned char c = (unsigned char)in->text[in->at];

        if (c <= ' ' || c >= 0x7f || c == '#') {
            return 400;
        }
        if (c == '?' && question == 0) {
            question = in->at;
        }
    }
    if (in->at == in->end) {
        return 400;
    }
    if (in->at - start > NJ_HTTP_TARGET_BYTES) {
        return 414;
    }
    out->path.at = (uint32_t)start;
    out->path.len = (uint32_t)((question == 0 ? in->at : question) - start);
    out->query = (struct nj_http_span){0};
    if (question != 0) {
        out->query.at = (uint32_t)question + 1;
        out->query.len = (uint32_t)(in->at - question - 1);
    }
    in->at++;
    return 0;
}

/* "HTTP/1.0" or "HTTP/1.1" and the line's end. */
static int read_version(struct cursor *in, int *out_minor)
{
    const char *p = in->text + in->at;

    if (in->end - in->at < 10 || memcmp(p, "HTTP/", 5) != 0 ||
        !is_digit((unsigned char)p[5]) || p[6] != '.' ||
        !is_digit((unsigned char)p[7]) || p[8] != '\r' || p[9] != '\n') {
        return 400;
    }
    if (p[5] != '1' || (p[7] != '0' && p[7] != '1')) {
        return 505;
    }
    *out_minor = p[7] - '0';
    in->at += 10;
    return 0;
}

/* ---- header fields ------------------------------------------------------ */

static int value_is_clean(const char *text, struct nj_http_span value)
{
    int ascii = 1;

    for (uint32_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)text[value.at + i];

        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return 0;
        }
        ascii &= c < 0x80;
    }
    return ascii || nj_utf8_valid(text + value.at, value.len);
}

/* One "name: value" line that ends at the CR at LINE_END. */
static int
read_field(struct cursor *in, size_t line_end, struct nj_http_head *out)
{
    struct nj_http_field *field = &out->fields[out->field_count];
    size_t start = in->at;
    size_t value;
    size_t end = line_end;

    if (out->field_count == NJ_HTTP_HEADERS) {
        return 431;
    }
    while (in->at < line_end && is_token((unsigned char)in->text[in->at])) {
        in->at++;
    }
    if (in->at == start || in->at == line_end || in->text[in->at] != ':') {
        return 400;
    }
    field->name.at = (uint32_t)start;
    field->name.len = (uint32_t)(in->at - start);
    value = in->at + 1;
    while (value < end && is_blank((unsigned char)in->text[value])) {
        value++;
    }
    while (end > value && is_blank((unsigned char)in->text[end - 1])) {
        end--;
    }
    field->value.at = (uint32_t)value;
    field->value.len = (uint32_t)(end - value);
    out->field_count++;
    in->at = line_end + 2;
    return value_is_clean(in->text, field->value) ? 0 : 400;
}

/* All lines up to the blank one, which must be the end. */
static int read_fields(struct cursor *in, struct nj_http_head *out)
{
    int status = 0;

    while (status == 0) {
        const char *lf = memchr(in->text + in->at, '\n', in->end - in->at);
        size_t end = lf == NULL ? 0 : (size_t)(lf - in->text);

        if (lf == NULL || end == in->at || in->text[end - 1] != '\r') {
            return 400;
        }
        if (end - 1 == in->at) {
            in->at += 2;
            return in->at == in->end ? 0 : 400;
        }
        status = read_field(in, end - 1, out);
    }
    return status;
}

/* ---- what the fields say ------------------------------------------------ */

/* The one field NAME of HEAD; *OUT_COUNT tells how many there are. */
static struct nj_http_span find_field(const char *text,
                                      const struct nj_http_head *head,
                                      const char *name,
                                      unsigned *out_count)
{
    struct nj_http_span value = {0};

    *out_count = 0;
    for (unsigned i = 0; i < head->field_count; i++) {
        if (span_is(text, head->fields[i].name, name)) {
            value = head->fields[i].value;
            ++*out_count;
        }
    }
    return value;
}

static int
check_host(const char *text, const struct nj_http_head *head, int minor)
{
    unsigned count;
    struct nj_http_span host = find_field(text, head, "host", &count);

    if (count > 1 || (count == 0 && minor > 0)) {
        return 400;
    }
    for (uint32_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)text[host.at + i];

        if (!is_alpha(c) && !is_digit(c) && strchr("-._~:[]%", c) == NULL) {
            return 400;
        }
    }
    return 0;
}

static int read_length(const char *text, struct nj_http_head *head)
{
    unsigned lengths;
    unsigned codings;
    struct nj_http_span length =
        find_field(text, head, "content-length", &lengths);
    uint64_t value = 0;

    (void)find_field(text, head, "transfer-encoding", &codings);
    if (codings > 0) {
        return lengths > 0 ? 400 : 411;
    }
    if (lengths > 1 || (lengths == 1 && (length.len == 0 || length.len > 18))) {
        return 400;
    }
    for (uint32_t i = 0; i < length.len; i++) {
        unsigned char c = (unsigned char)text[length.at + i];

        if (!is_digit(c)) {
            return 400;
        }
        value = value * 10 + (c - '0');
    }
    head->body_bytes = value;
    return value > 0 && head->method != NJ_HTTP_POST ? 400 : 0;
}

/* Whether the list VALUE has WORD among its commas. */
static int
has_word(const char *text, struct nj_http_span value, const char *word)
{
    uint32_t at = 0;

    while (at < value.len) {
        struct nj_http_span one = {value.at + at, 0};

        while (at < value.len && text[value.at + at] != ',') {
            at++;
            one.len++;
        }
        at++;
        while (one.len > 0 && is_blank((unsigned char)text[one.at])) {
            one.at++;
            one.len--;
        }
        while (one.len > 0 &&
               is_blank((unsigned char)text[one.at + one.len - 1])) {
            one.len--;
        }
        if (span_is(text, one, word)) {
            return 1;
        }
    }
    return 0;
}

static int read_manners(const char *text, struct nj_http_head *head, int minor)
{
    unsigned count;
    struct nj_http_span expect = find_field(text, head, "expect", &count);

    if (count > 1 || (count == 1 && !span_is(text, expect, "100-continue"))) {
        return 417;
    }
    head->expect_continue = count == 1 && minor > 0;
    head->keep_alive = minor > 0;
    for (unsigned i = 0; i < head->field_count; i++) {
        if (span_is(text, head->fields[i].name, "connection") &&
            has_word(text, head->fields[i].value, "close")) {
            head->keep_alive = 0;
        }
    }
    return 0;
}

/* Where two would let two readers see two things. */
static int check_doubles(const char *text, const struct nj_http_head *head)
{
    static const char *const single[] = {"authorization", "content-type"};
    unsigned count;

    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        (void)find_field(text, head, single[i], &count);
        if (count > 1) {
            return 400;
        }
    }
    return 0;
}

static int
judge(const char *text, struct nj_http_head *head, int known, int minor)
{
    int status = check_host(text, head, minor);

    if (status == 0 && !known) {
        status = 405;
    }
    if (status == 0) {
        status = check_doubles(text, head);
    }
    if (status == 0) {
        status = read_length(text, head);
    }
    return status != 0 ? status : read_manners(text, head, minor);
}

int nj_http_head_read(const char *text, size_t len, struct nj_http_head *out)
{
    struct cursor in = {.text = text, .end = len};
    int known = 0;
    int minor = 0;
    int status;

    if (len > NJ_HTTP_HEAD_BYTES) {
        return 431;
    }
    out->field_count = 0;
    out->bytes = len;
    status = read_method(&in, out, &known);
    if (status == 0 && !known && in.text[in.at] != '/') {
        return 405; /* OPTIONS *, CONNECT host */
    }
    if (status == 0) {
        status = read_target(&in, out);
    }
    if (status == 0) {
        status = read_version(&in, &minor);
    }
    if (status == 0) {
        status = read_fields(&in, out);
    }
    return status != 0 ? status : judge(text, out, known, minor);
}

/* ---- targets ------------------------------------------------------------ */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int nj_http_decode(char *text, size_t *len, int form)
{
    size_t to = 0;

    for (size_t from = 0; from < *len; from++) {
        unsigned char c = (unsigned char)text[from];

        if (c == '%') {
            int high = from + 2 < *len ? hex_digit(text[from + 1]) : -1;
            int low = high >= 0 ? hex_digit(text[from + 2]) : -1;

            if (low < 0) {
                return NJ_E_INVALID;
            }
            c = (unsigned char)(high * 16 + low);
            from += 2;
            if (!form && c == '/') {
                return NJ_E_INVALID; /* a slash that is none: whose reading? */
            }
        } else if (form && c == '+') {
            c = ' ';
        }
        if ((c < ' ' && !(form && (c == '\n' || c == '\r' || c == '\t'))) ||
            c == 0x7f) {
            return NJ_E_INVALID;
        }
        text[to++] = (char)c;
    }
    if (!nj_utf8_valid(text, to)) {
        return NJ_E_INVALID;
    }
    *len = to;
    return 0;
}

int nj_http_path_is_straight(const char *path)
{
    while (*path != '\0') {
        size_t len;

        path += strspn(path, "/");
        len = strcspn(path, "/");
        if ((len == 1 && path[0] == '.') ||
            (len == 2 && path[0] == '.' && path[1] == '.')) {
            return 0;
        }
        path += len;
    }
    return 1;
}
