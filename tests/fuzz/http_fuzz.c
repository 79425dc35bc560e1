/* The head of an HTTP request, of any bytes, cut anywhere: what is accepted is
 * clean, lies within the head, and is accepted only as a whole. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "io/http_guard.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void hold_span(const struct nj_http_head *head, struct nj_http_span span)
{
    must(span.at <= head->bytes && span.len <= head->bytes - span.at);
}

static int is(const char *text, struct nj_http_span span, const char *word)
{
    return span.len == strlen(word) &&
           strncasecmp(text + span.at, word, span.len) == 0;
}

static void hold_fields(const char *text, const struct nj_http_head *head)
{
    int hosts = 0, lengths = 0;

    must(head->field_count <= NJ_HTTP_HEADERS);
    for (unsigned i = 0; i < head->field_count; i++) {
        struct nj_http_span name = head->fields[i].name;
        struct nj_http_span value = head->fields[i].value;

        hold_span(head, name);
        hold_span(head, value);
        must(name.len > 0 && text[name.at + name.len] == ':');
        must(memchr(text + value.at, '\0', value.len) == NULL);
        must(memchr(text + value.at, '\r', value.len) == NULL);
        must(memchr(text + value.at, '\n', value.len) == NULL);
        must(nj_utf8_valid(text + value.at, value.len));
        must(!is(text, name, "transfer-encoding"));
        hosts += is(text, name, "host");
        lengths += is(text, name, "content-length");
    }
    must(hosts <= 1 && lengths <= 1);
    must(lengths == 1 || head->body_bytes == 0);
    must(hosts == 1 || !head->keep_alive);
}

/* The target as the server decodes it, in a copy. */
static void hold_target(const char *text, const struct nj_http_head *head)
{
    char copy[NJ_HTTP_HEAD_BYTES + 1];
    size_t len = head->path.len;

    hold_span(head, head->path);
    hold_span(head, head->query);
    must(len > 0 && text[head->path.at] == '/');
    memcpy(copy, text + head->path.at, len);
    if (nj_http_decode(copy, &len, 0) == 0) {
        copy[len] = '\0';
        must(len <= head->path.len && strlen(copy) == len);
        must(nj_utf8_valid(copy, len) && copy[0] == '/');
        if (nj_http_path_is_straight(copy)) {
            must(strstr(copy, "/../") == NULL && strstr(copy, "/./") == NULL);
        }
    }
    len = head->query.len;
    memcpy(copy, text + head->query.at, len);
    if (nj_http_decode(copy, &len, 1) == 0) {
        must(memchr(copy, '\0', len) == NULL && nj_utf8_valid(copy, len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct nj_http_head head;
    const char *text = (const char *)data;
    size_t seen = 0;
    size_t seen_by_bytes = 0;
    long length = nj_http_head_length(text, size, &seen);
    int status;

    for (size_t cut = 0; cut <= size; cut++) {
        long part = nj_http_head_length(text, cut, &seen_by_bytes);

        if (part != 0) {
            must(part == length);
            break;
        }
    }
    if (length <= 0) {
        return 0;
    }
    must((size_t)length <= size &&
         memcmp(text + length - 4, "\r\n\r\n", 4) == 0);
    status = nj_http_head_read(text, (size_t)length, &head);
    must(status == 0 || (status >= 400 && status <= 505));
    if (status == 0) {
        must(head.bytes == (size_t)length);
        hold_fields(text, &head);
        hold_target(text, &head);
        must(nj_http_head_read(text, (size_t)length - 1, &head) != 0);
    }
    return 0;
}
