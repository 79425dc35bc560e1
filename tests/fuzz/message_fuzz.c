/* A message of any bytes, in every form: nothing a reader or a server would
 * obey gets through, and no form breaks. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "cmd/desktop_line.h"
#include "notify/letter.h"
#include "notify/render.h"
#include "notify/sms.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* The next text of the input, up to a NUL; NULL when it is empty. */
static const char *take_text(char **at, const char *end)
{
    char *text = *at;

    if (text >= end) {
        return NULL;
    }
    *at += strlen(text) + 1;
    return *text == '\0' ? NULL : text;
}

static void fill(struct nj_message *m, char *at, const char *end)
{
    const char *headline = take_text(&at, end);

    m->headline = headline == NULL ? "" : headline;
    m->excerpt = take_text(&at, end);
    m->note = take_text(&at, end);
    m->url = take_text(&at, end);
    m->ack_url = take_text(&at, end);
    m->person_title = take_text(&at, end);
    m->brand = take_text(&at, end);
    m->playbook = take_text(&at, end);
    m->author = take_text(&at, end);
    m->why = take_text(&at, end);
    m->source = take_text(&at, end);
    m->rule = take_text(&at, end);
    m->team = take_text(&at, end);
}

/* No control but '\n' where LINES, no direction mark, all UTF-8. */
static void must_be_harmless(const struct nj_buf *out, int lines)
{
    const char *text = nj_buf_text(out);

    must(out->status == 0);
    for (size_t at = 0; at < out->len;) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(text + at, out->len - at, &cp);

        must(n > 0 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0));
        must(cp >= 0x20 || (lines && cp == '\n'));
        must(!(cp >= 0x202a && cp <= 0x202e) && cp != 0x2028 && cp != 0x2029);
        must(!(cp >= 0x2066 && cp <= 0x2069) && cp != 0x200e && cp != 0x200f);
        at += n;
    }
}

static void hold_sheet(const struct nj_message *m)
{
    struct nj_sheet sheet;
    struct nj_buf text, html;

    must(nj_sheet_make(m, &sheet) == 0);
    nj_buf_init(&text, 1 << 20);
    nj_buf_init(&html, 1 << 20);
    nj_render_text(&sheet, &text);
    nj_render_html(&sheet, &html);
    must_be_harmless(&text, 1);
    must_be_harmless(&html, 1);
    for (const char *p = html.data; (p = strchr(p, '<')) != NULL; p++) {
        must(strchr("!/abchdmpst", p[1]) != NULL);
        must(!nj_str_starts(p, "<script") && !nj_str_starts(p, "<img"));
        must(!nj_str_starts(p, "<a ") || nj_str_starts(p, "<a href=\"http"));
    }
    nj_buf_finish(&text);
    nj_buf_finish(&html);
    nj_sheet_finish(&sheet);
}

static void hold_sms(const struct nj_message *m)
{
    struct nj_buf out;
    int gsm;

    nj_buf_init(&out, 1 << 20);
    nj_render_sms(m, 160, &out);
    must_be_harmless(&out, 0);
    gsm = nj_sms_is_gsm(nj_buf_text(&out));
    must(nj_sms_units(out.data, out.len, gsm) <= (gsm ? 160 : 70));
    must(!nj_wants_answer(m) || strstr(out.data, " ack: ") != NULL);
    nj_buf_finish(&out);
}

static void hold_json(const struct nj_message *m)
{
    struct nj_desktop_line line;
    struct nj_buf out;
    cJSON *tree = NULL;

    nj_buf_init(&out, 1 << 20);
    nj_render_json(m, &out);
    must_be_harmless(&out, 0);
    must(nj_json_parse(out.data, out.len, 1 << 20, &tree, NULL) == 0);
    cJSON_Delete(tree);
    nj_buf_clear(&out);
    nj_render_desktop(m, &out);
    must_be_harmless(&out, 0);
    must(nj_desktop_line_read(out.data, out.len, &line, NULL) == 0);
    nj_desktop_line_finish(&line);
    nj_buf_finish(&out);
}

static void hold_letter(const struct nj_message *m)
{
    static const struct nj_letter letter = {.from = "nightjar@example.org",
                                            .to = "maya@example.org"};
    struct nj_buf out;
    int in_headers = 1;

    nj_buf_init(&out, 4 << 20);
    must(nj_letter_write(&letter, m, &out) == 0);
    for (const char *p = out.data; *p != '\0';) {
        const char *end = strstr(p, "\r\n");

        must(end != NULL && end - p <= 78);
        must(!nj_str_starts(p, ".") && !nj_str_starts(p, "From "));
        must(!in_headers || !nj_str_starts(p, "Bcc:"));
        in_headers = in_headers && end > p;
        for (; p < end; p++) {
            must(*p >= 0x20 && *p < 0x7f);
        }
        p = end + 2;
    }
    nj_buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nj_message m = {.page_id = 1, .key = "p-1", .now_ms = 1770085091000};
    char *text = calloc(1, size + 1);

    if (text == NULL || size < 2) {
        free(text);
        return 0;
    }
    memcpy(text, data, size);
    m.kind = (enum nj_page_kind)(data[0] % NJ_PAGE_KINDS);
    m.severity = (enum nj_level)(data[0] / 4 % NJ_LEVELS);
    m.alert_id = data[1] % 16 == 0 ? 0 : data[1] * 1234567;
    m.first = data[1] & 1;
    fill(&m, text + 2, text + size);
    hold_sheet(&m);
    hold_sms(&m);
    hold_json(&m);
    hold_letter(&m);
    free(text);
    return 0;
}
