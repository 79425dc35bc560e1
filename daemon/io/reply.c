#include "io/reply.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"

enum state { STATUS, HEADERS, BODY, TO_THE_END, SIZE, CHUNK, GAP, TAIL, WHOLE };

void nj_reply_init(struct nj_reply *reply)
{
    *reply = (struct nj_reply){.length = -1};
    nj_headers_init(&reply->headers);
    nj_buf_init(&reply->body, NJ_LIMIT_BODY_BYTES);
    nj_buf_init(&reply->line, NJ_LIMIT_HEADER_BYTES);
}

void nj_reply_clear(struct nj_reply *reply)
{
    nj_headers_clear(&reply->headers);
    nj_buf_clear(&reply->body);
    nj_buf_clear(&reply->line);
    reply->status = 0;
    reply->state = STATUS;
    reply->chunked = 0;
    reply->keep = 0;
    reply->bytes_seen = 0;
    reply->length = -1;
    reply->left = 0;
}

void nj_reply_finish(struct nj_reply *reply)
{
    nj_headers_finish(&reply->headers);
    nj_buf_finish(&reply->body);
    nj_buf_finish(&reply->line);
}

/* ---- lines --------------------------------------------------------------- */

/* "HTTP/1.1 200 OK"; 1.1 keeps the connection unless it says otherwise. */
static int take_status(struct nj_reply *reply, const char *line, size_t len)
{
    int code = 0;

    if (len < 12 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ' ||
        (len > 12 && line[12] != ' ')) {
        return NJ_E_NET;
    }
    for (int i = 9; i < 12; i++) {
        if (line[i] < '0' || line[i] > '9') {
            return NJ_E_NET;
        }
        code = code * 10 + (line[i] - '0');
    }
    reply->status = code;
    reply->keep = line[7] != '0';
    reply->chunked = 0;
    reply->length = -1;
    reply->state = HEADERS;
    return code < 100 ? NJ_E_NET : 0;
}

/* The value of LINE if it is NAME's, with its end in OUT_END; else NULL. */
static const char *
value_of(const char *line, size_t len, const char *name, const char **out_end)
{
    size_t at = strlen(name);

    if (len <= at || line[at] != ':' || strncasecmp(line, name, at) != 0) {
        return NULL;
    }
    at++;
    while (at < len && (line[at] == ' ' || line[at] == '\t')) {
        at++;
    }
    while (len > at && (line[len - 1] == ' ' || line[len - 1] == '\t')) {
        len--;
    }
    *out_end = line + len;
    return line + at;
}

static int is_word(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);

    return (size_t)(end - at) == len && strncasecmp(at, word, len) == 0;
}

static int has_word(const char *at, const char *end, const char *word)
{
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *last = comma == NULL ? end : comma;
        const char *next = comma == NULL ? end : comma + 1;

        while (at < last && (*at == ' ' || *at == '\t')) {
            at++;
        }
        while (last > at && (last[-1] == ' ' || last[-1] == '\t')) {
            last--;
        }
        if (is_word(at, last, word)) {
            return 1;
        }
        at = next;
    }
    return 0;
}

/* Two that differ mean that somebody was tricked (RFC 9112 6.3). */
static int take_length(struct nj_reply *reply, const char *at, const char *end)
{
    int64_t length = 0;

    if (at == end || end - at > 18) {
        return NJ_E_NET;
    }
    for (; at < end; at++) {
        if (*at < '0' || *at > '9') {
            return NJ_E_NET;
        }
        length = length * 10 + (*at - '0');
    }
    if (reply->length >= 0 && reply->length != length) {
        return NJ_E_NET;
    }
    reply->length = length;
    return 0;
}

static int take_header(struct nj_reply *reply, const char *line, size_t len)
{
    const char *end;
    const char *at;

    if ((at = value_of(line, len, "Content-Length", &end)) != NULL) {
        return take_length(reply, at, end);
    }
    if ((at = value_of(line, len, "Transfer-Encoding", &end)) != NULL) {
        reply->chunked = is_word(at, end, "chunked") ? 1 : -1;
    } else if ((at = value_of(line, len, "Connection", &end)) != NULL) {
        reply->keep = has_word(at, end, "close")        ? 0
                      : has_word(at, end, "keep-alive") ? 1
                                                        : reply->keep;
    }
    return 0;
}

/* The blank line came: what kind of body follows (RFC 9112 6.3). */
static int begin_body(struct nj_reply *reply)
{
    struct nj_buf *body = &reply->body;

    if (reply->status < 200 && reply->status != 101) {
        reply->state = STATUS; /* interim: the real one follows */
    } else if (reply->status < 200 || reply->status == 204 ||
               reply->status == 304) {
        reply->keep &= reply->status != 101;
        reply->state = WHOLE;
    } else if (reply->chunked > 0) {
        reply->keep &= reply->length < 0;
        reply->state = SIZE;
    } else if (reply->chunked < 0 || reply->length < 0) {
        reply->keep = 0;
        reply->state = TO_THE_END;
    } else {
        reply->left = reply->length;
        reply->state = reply->left == 0 ? WHOLE : BODY;
        if ((uint64_t)reply->left > body->max_bytes) {
            return body->status = NJ_E_TOOBIG; /* no need to wait for it */
        }
    }
    return 0;
}

/* "1a;extension" (RFC 9112 7.1). */
static int take_size(struct nj_reply *reply, const char *line, size_t len)
{
    int64_t size = 0;
    size_t at = 0;

    for (; at < len; at++) {
        char c = (char)(line[at] | 0x20);
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;

        if (digit < 0 || at > 14) {
            break;
        }
        size = size * 16 + digit;
    }
    if (at == 0 ||
        (at < len && line[at] != ';' && line[at] != ' ' && line[at] != '\t')) {
        return NJ_E_NET;
    }
    reply->left = size;
    reply->state = size == 0 ? TAIL : CHUNK;
    return 0;
}

/* LINE without its end. */
static int take_line(struct nj_reply *reply, const char *line, size_t len)
{
    int code = 0;

    if (memchr(line, '\0', len) != NULL) {
        return NJ_E_NET;
    }
    switch ((enum state)reply->state) {
    case STATUS:
        code = take_status(reply, line, len);
        break;
    case HEADERS:
        code = len == 0 ? 0 : take_header(reply, line, len);
        if (code == 0 && len == 0) {
            code = begin_body(reply);
        }
        break;
    case SIZE:
        return take_size(reply, line, len);
    case GAP: /* behind a chunk */
        reply->state = SIZE;
        return len == 0 ? 0 : NJ_E_NET;
    case TAIL:
        reply->state = len == 0 ? WHOLE : TAIL;
        break;
    default:
        return NJ_E_NET;
    }
    /* trailers count, interim headers too */
    return code != 0 ? code : nj_headers_add(&reply->headers, line, len);
}

/* ---- bytes --------------------------------------------------------------- */

static int is_in_lines(const struct nj_reply *reply)
{
    return reply->state == STATUS || reply->state == HEADERS ||
           reply->state == SIZE || reply->state == GAP || reply->state == TAIL;
}

/* A line, or the part of it that is there. */
static int
read_line(struct nj_reply *reply, const char *bytes, size_t len, size_t *used)
{
    struct nj_buf *line = &reply->line;
    const char *newline = memchr(bytes, '\n', len);
    size_t n = newline == NULL ? len : (size_t)(newline - bytes);
    int code;

    *used = newline == NULL ? len : n + 1;
    if (newline == NULL || line->len > 0) {
        code = nj_buf_add(line, bytes, n);
        if (code != 0 || newline == NULL) {
            return code;
        }
        bytes = line->data;
        n = line->len;
    }
    if (n > 0 && bytes[n - 1] == '\r') {
        n--;
    }
    code = take_line(reply, bytes, n);
    nj_buf_clear(line);
    return code;
}

static int
read_body(struct nj_reply *reply, const char *bytes, size_t len, size_t *used)
{
    int counted = reply->state != TO_THE_END;
    size_t n =
        counted && (uint64_t)reply->left < len ? (size_t)reply->left : len;
    int code = nj_buf_add(&reply->body, bytes, n);

    *used = n;
    if (code == 0 && counted) {
        reply->left -= (int64_t)n;
        if (reply->left == 0) {
            reply->state = reply->state == BODY ? WHOLE : GAP;
        }
    }
    return code;
}

int nj_reply_take(struct nj_reply *reply, const char *bytes, size_t len)
{
    reply->bytes_seen |= len > 0;
    while (len > 0 && reply->state != WHOLE) {
        size_t used = 0;
        int code = is_in_lines(reply) ? read_line(reply, bytes, len, &used)
                                      : read_body(reply, bytes, len, &used);

        if (code != 0) {
            return code;
        }
        bytes += used;
        len -= used;
    }
    if (reply->state == WHOLE && len > 0) {
        reply->keep = 0;
    }
    return reply->state == WHOLE;
}

int nj_reply_ends(const struct nj_reply *reply)
{
    return reply->state == TO_THE_END || reply->state == WHOLE;
}
