#include "notify/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static int is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

void nj_form_encode(struct nj_buf *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    while (*text != '\0') {
        size_t n = 0;

        while (is_unreserved(text[n])) {
            n++;
        }
        (void)nj_buf_add(out, text, n);
        text += n;
        if (*text != '\0') {
            unsigned char c = (unsigned char)*text++;
            char code[3] = {'%', digits[c >> 4], digits[c & 15]};

            (void)nj_buf_add(out, code, sizeof code);
        }
    }
}

void nj_form_add(struct nj_buf *out, const char *name, const char *value)
{
    if (out->len > 0) {
        (void)nj_buf_addc(out, '&');
    }
    nj_form_encode(out, name);
    (void)nj_buf_addc(out, '=');
    nj_form_encode(out, value);
}

/* Decode TEXT in place. 0 or NJ_E_INVALID. */
static int decode(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%') {
            char hex[3] = {from[1], from[1] == '\0' ? '\0' : from[2], '\0'};
            unsigned char byte = 0;

            if (hex[1] == '\0' || nj_unhex(hex, &byte, 1) != 0 || byte == 0) {
                return NJ_E_INVALID;
            }
            *to++ = (char)byte;
            from += 2;
        } else {
            *to++ = *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
    return nj_utf8_valid(text, (size_t)(to - text)) ? 0 : NJ_E_INVALID;
}

static int read_field(struct nj_form *form, char *pair)
{
    char *value = strchr(pair, '=');

    if (form->count == NJ_FORM_FIELDS) {
        return NJ_E_TOOBIG;
    }
    if (value != NULL) {
        *value++ = '\0';
    }
    if (decode(pair) != 0 || (value != NULL && decode(value) != 0)) {
        return NJ_E_INVALID;
    }
    form->fields[form->count].name = pair;
    form->fields[form->count].value = value == NULL ? "" : value;
    form->count++;
    return 0;
}

int nj_form_read(const char *body, size_t len, struct nj_form *out)
{
    struct nj_form form = {.count = 0};
    char *rest;
    char *pair;
    int status = 0;

    if (len > NJ_FORM_BYTES) {
        return NJ_E_TOOBIG;
    }
    if (len > 0 && memchr(body, '\0', len) != NULL) {
        return NJ_E_INVALID;
    }
    form.text = calloc(1, len + 1);
    if (form.text == NULL) {
        return NJ_E_NOMEM;
    }
    if (len > 0) {
        memcpy(form.text, body, len);
    }
    rest = form.text;
    while (status == 0 && (pair = strsep(&rest, "&")) != NULL) {
        status = *pair == '\0' ? 0 : read_field(&form, pair);
    }
    if (status != 0) {
        nj_form_finish(&form);
        return status;
    }
    *out = form;
    return 0;
}

void nj_form_finish(struct nj_form *form)
{
    free(form->text);
    form->text = NULL;
    form->count = 0;
}

const char *nj_form_get(const struct nj_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0) {
            return form->fields[i].value;
        }
    }
    return NULL;
}
