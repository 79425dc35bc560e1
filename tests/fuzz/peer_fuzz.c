/* What peers of the channels and the desktop agent may say, of any bytes: forms,
 * Twilio's answers, lines from a daemon, templates. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd/desktop_line.h"
#include "notify/address.h"
#include "notify/form.h"
#include "notify/plain.h"
#include "notify/sms_template.h"
#include "notify/twilio.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* What is read and written again reads the same. */
static void hold_form(const char *body, size_t len)
{
    struct nj_form form, again;
    struct nj_buf out;

    if (nj_form_read(body, len, &form) != 0) {
        return;
    }
    nj_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < form.count; i++) {
        nj_form_add(&out, form.fields[i].name, form.fields[i].value);
    }
    must(out.status == 0);
    if (out.len <= NJ_FORM_BYTES) {
        must(nj_form_read(nj_buf_text(&out), out.len, &again) == 0);
        must(again.count == form.count);
        for (size_t i = 0; i < form.count; i++) {
            must(strcmp(form.fields[i].name, again.fields[i].name) == 0);
            must(strcmp(form.fields[i].value, again.fields[i].value) == 0);
        }
        nj_form_finish(&again);
    }
    nj_buf_finish(&out);
    nj_form_finish(&form);
}

static void hold_answer(const char *body, size_t len)
{
    static const long codes[] = {200, 201, 400, 401, 429, 500};
    struct nj_twilio_answer answer;

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        nj_twilio_read(codes[i], body, len, &answer);
        must(nj_utf8_valid(answer.words, strlen(answer.words)));
        must(strpbrk(answer.words, "\r\n\x1b") == NULL);
        must((answer.status == 0) == (answer.words[0] == '\0'));
    }
}

static void hold_line(const char *text, size_t len)
{
    struct nj_desktop_line line;
    struct nj_buf markup;

    if (nj_desktop_line_read(text, len, &line, NULL) != 0) {
        return;
    }
    must(line.kind == NJ_DESKTOP_ANSWER || line.headline != NULL);
    must(line.body != NULL && nj_utf8_valid(line.body, strlen(line.body)));
    must(line.url == NULL || nj_plain_is_link(line.url));
    nj_buf_init(&markup, 1 << 20);
    (void)nj_buf_add_plain(&markup, line.body);
    must(strpbrk(nj_buf_text(&markup), "<>") == NULL);
    nj_buf_finish(&markup);
    nj_desktop_line_finish(&line);
}

static void hold_template(const char *text)
{
    struct nj_sms_values values = {
        .to = "\"\r\n{to}", .from = "&", .text = text, .id = "1", .key = "k"};
    struct nj_buf out;

    nj_buf_init(&out, 1 << 22);
    nj_sms_fill(&out, "X-To: {to} {text}", NJ_SMS_PLAIN, &values);
    must(strpbrk(nj_buf_text(&out), "\r\n") == NULL);
    nj_buf_clear(&out);
    nj_sms_fill(&out, text, NJ_SMS_JSON, &values);
    nj_buf_clear(&out);
    nj_sms_fill(&out, text, NJ_SMS_FORM, &values);
    nj_buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1);

    if (text == NULL) {
        return 0;
    }
    memcpy(text, data, size);
    hold_form(text, size);
    hold_answer(text, size);
    hold_line(text, size);
    hold_template(text);
    if (nj_address_is_mail(text)) {
        must(strpbrk(text, " \r\n\t<>,;\"") == NULL);
    }
    free(text);
    return 0;
}
