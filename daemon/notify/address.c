#include "notify/address.h"

#include <stddef.h>
#include <string.h>

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 5322 3.2.3. */
static int is_atext(char c)
{
    return is_letter(c) || is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Atoms with single dots between them. */
static int is_dot_string(const char *text, size_t len)
{
    if (len == 0 || len > 64 || text[0] == '.' || text[len - 1] == '.') {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.' ? text[i - 1] == '.' : !is_atext(text[i])) {
            return 0;
        }
    }
    return 1;
}

static int is_label(const char *text, size_t len)
{
    if (len == 0 || len > 63 || text[0] == '-' || text[len - 1] == '-') {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '-') {
            return 0;
        }
    }
    return 1;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]": only what cannot end the line. */
static int is_literal(const char *text)
{
    size_t len = strlen(text);

    return len > 2 && text[0] == '[' && text[len - 1] == ']' &&
           strspn(text + 1, "0123456789abcdefABCDEFIPv:.") == len - 2;
}

static int is_domain(const char *text)
{
    if (*text == '[') {
        return is_literal(text);
    }
    if (strlen(text) > 255) {
        return 0;
    }
    for (;;) {
        size_t len = strcspn(text, ".");

        if (!is_label(text, len)) {
            return 0;
        }
        if (text[len] == '\0') {
            return 1;
        }
        text += len + 1;
    }
}

int nj_address_is_mail(const char *text)
{
    const char *at = text == NULL ? NULL : strrchr(text, '@');

    return at != NULL && strlen(text) <= 254 &&
           is_dot_string(text, (size_t)(at - text)) && is_domain(at + 1);
}

const char *nj_address_domain(const char *mail)
{
    const char *at = strrchr(mail, '@');

    return at == NULL ? mail : at + 1;
}

int nj_address_is_phone(const char *text)
{
    size_t digits;

    if (text == NULL || text[0] != '+' || text[1] == '0') {
        return 0;
    }
    digits = strspn(text + 1, "0123456789");
    return digits >= 7 && digits <= 15 && text[1 + digits] == '\0';
}
