/* SMTP of any bytes: replies of a server, bodies of a mail, addresses, servers'
 * URLs. */
// fuzz: -max_len=2048

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "io/smtp_text.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static void hold_replies(const char *text, size_t len)
{
    struct nj_smtp_skills skills = {0};
    struct nj_smtp_reply reply;

    nj_smtp_reply_clear(&reply);
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t one = end == NULL ? len : (size_t)(end - text);
        int whole = nj_smtp_reply_line(&reply, text, one, &skills);

        if (whole >= 0) {
            must(reply.code >= 200 && reply.code <= 599);
            must(strpbrk(reply.text, "\r\n\x1b") == NULL);
        }
        if (whole != 0) {
            nj_smtp_reply_clear(&reply);
        }
        text += one + (end != NULL);
        len -= one + (end != NULL);
    }
}

/* The end of data stands at the end and nowhere else; no CR or LF is alone. */
static void hold_body(const char *text, size_t len)
{
    struct nj_buf out;

    nj_buf_init(&out, 4 * len + 16);
    (void)nj_buf_adds(&out, "\r\n");
    must(nj_smtp_add_body(&out, text, len) == 0);
    must(strlen(out.data) == out.len);
    must(strstr(out.data, "\r\n.\r\n") == out.data + out.len - 5);
    for (size_t i = 0; i < out.len; i++) {
        must((out.data[i] == '\n') == (i > 0 && out.data[i - 1] == '\r'));
    }
    nj_buf_finish(&out);
}

static void hold_words(const char *text)
{
    struct nj_smtp_place place;

    if (nj_smtp_address_fault(text) == NULL) {
        must(strpbrk(text, "\r\n \t<>\"()[],;:\\") == NULL);
        must(strchr(text, '@') == strrchr(text, '@'));
        must(strlen(text) <= 254);
    }
    if (nj_smtp_hello_is_clean(text)) {
        must(strpbrk(text, "\r\n \t<>") == NULL && text[0] != '\0');
    }
    if (nj_smtp_place_read(text, &place) == 0) {
        must(place.host[0] != '\0' && strpbrk(place.host, "/@ \r\n") == NULL);
        must(strtol(place.port, NULL, 10) > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    must(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    hold_replies(text, size);
    hold_body(text, size);
    hold_words(text);
    free(text);
    return 0;
}
