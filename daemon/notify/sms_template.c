#include "notify/sms_template.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "notify/form.h"
#include "notify/plain.h"

enum nj_sms_form nj_sms_form_of(const char *content_type, const char *body)
{
    if (content_type != NULL) {
        if (strncasecmp(content_type, "application/x-www-form", 22) == 0) {
            return NJ_SMS_FORM;
        }
        return strcasestr(content_type, "json") != NULL ? NJ_SMS_JSON
                                                        : NJ_SMS_PLAIN;
    }
    body += strspn(body, " \t\r\n");
    return *body == '{' || *body == '[' ? NJ_SMS_JSON : NJ_SMS_FORM;
}

/* The value that "{name}" at P stands for, and the length of that; else NULL.
 */
static const char *
value_at(const char *p, const struct nj_sms_values *values, size_t *out_len)
{
    const struct {
        const char *mark;
        const char *value;
    } marks[] = {
        {"{to}", values->to},     {"{from}", values->from},
        {"{text}", values->text}, {"{id}", values->id},
        {"{key}", values->key},
    };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t len = strlen(marks[i].mark);

        if (strncmp(p, marks[i].mark, len) == 0) {
            *out_len = len;
            return marks[i].value;
        }
    }
    return NULL;
}

static void put_json(struct nj_buf *out, const char *value, int in_string)
{
    struct nj_buf text;
    struct nj_jw w;

    nj_buf_init(&text, 64 << 10);
    nj_jw_init(&w, &text);
    nj_jw_text(&w, NULL, value);
    if (text.status != 0) {
        out->status = text.status;
    } else if (in_string) {
        (void)nj_buf_add(out, text.data + 1, text.len - 2);
    } else {
        (void)nj_buf_add(out, text.data, text.len);
    }
    nj_buf_finish(&text);
}

static void put_value(struct nj_buf *out,
                      const char *value,
                      enum nj_sms_form form,
                      int in_string)
{
    switch (form) {
    case NJ_SMS_JSON:
        put_json(out, value, in_string);
        break;
    case NJ_SMS_FORM:
        nj_form_encode(out, value);
        break;
    case NJ_SMS_PLAIN:
        nj_plain_line(out, value);
        break;
    }
}

void nj_sms_fill(struct nj_buf *out,
                 const char *template,
                 enum nj_sms_form form,
                 const struct nj_sms_values *values)
{
    int in_string = 0; /* between quotes of the template */

    for (const char *p = template; *p != '\0'; p++) {
        size_t len = 0;
        const char *value = *p == '{' ? value_at(p, values, &len) : NULL;

        if (value != NULL) {
            put_value(out, value, form, in_string);
            p += len - 1;
            continue;
        }
        if (*p == '\\' && in_string && p[1] != '\0') {
            (void)nj_buf_addc(out, *p++);
        } else if (*p == '"') {
            in_string = !in_string;
        }
        (void)nj_buf_addc(out, *p);
    }
}
