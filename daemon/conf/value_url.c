/* Addresses of things: URLs, sockets to listen on, zones, JSON pointers. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "conf/value.h"

enum { SCHEME_BYTES = 16, NAME_BYTES = 64, MOST_PORT = 65535 };

static size_t count_names(const char *const *names)
{
    size_t count = 0;

    while (names[count] != NULL) {
        count++;
    }
    return count;
}

/* What stands after "://", when the scheme is one of SCHEMES; else NULL. */
static const char *
after_scheme(const char *text, const char *const *schemes, struct nj_err *err)
{
    const char *end = strstr(text, "://");
    char scheme[SCHEME_BYTES];
    size_t len = end == NULL ? 0 : (size_t)(end - text);
    const char *near;

    if (end == NULL || len >= sizeof scheme) {
        (void)nj_err_set(err, NJ_E_INVALID,
                         "this is not a whole URL; it must begin with %s://",
                         schemes[count_names(schemes) - 1]);
        return NULL;
    }
    memcpy(scheme, text, len);
    scheme[len] = '\0';
    for (size_t i = 0; schemes[i] != NULL; i++) {
        if (strcasecmp(scheme, schemes[i]) == 0) {
            return end + 3;
        }
    }
    near = nj_str_nearest(scheme, schemes, count_names(schemes));
    (void)nj_err_set(err, NJ_E_INVALID,
                     "a URL beginning with '%s://' is of no use here; write "
                     "%s://",
                     scheme, near == NULL ? schemes[0] : near);
    return NULL;
}

/* PORT[0..LEN) is 1..65535, or 0 where ANY. */
static int is_port(const char *port, size_t len, int any)
{
    int64_t value = 0;
    char digits[8];

    if (len == 0 || len >= sizeof digits || strspn(port, "0123456789") < len) {
        return 0;
    }
    memcpy(digits, port, len);
    digits[len] = '\0';
    return nj_str_int(digits, &value) == 0 && value <= MOST_PORT &&
           (value > 0 || any);
}

/* HOST[0..LEN): a name, an IPv4 address, or [IPv6]. Its length, or 0. */
static size_t host_length(const char *host, size_t len)
{
    size_t n = 0;

    if (len > 0 && host[0] == '[') {
        n = 1 + strspn(host + 1, "0123456789abcdefABCDEF:.%");
        return n > 3 && n < len && host[n] == ']' ? n + 1 : 0;
    }
    while (n < len && (isalnum((unsigned char)host[n]) ||
                       strchr("._-", host[n]) != NULL)) {
        n++;
    }
    return n;
}

static int check_authority(const char *text, size_t len, struct nj_err *err)
{
    size_t host;

    if (memchr(text, '@', len) != NULL) {
        return nj_err_set(err, NJ_E_INVALID,
                          "a user or password has no place in a URL; take it "
                          "out and write it as a secret in a key of its own");
    }
    host = host_length(text, len);
    if (host == 0) {
        return nj_err_set(err, NJ_E_INVALID, "this URL has no host");
    }
    if (host == len ||
        (text[host] == ':' && is_port(text + host + 1, len - host - 1, 0))) {
        return 0;
    }
    if (text[host] == ':') {
        return nj_err_set(err, NJ_E_INVALID,
                          "the port of this URL is not 1 to 65535");
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "the host of this URL has a character that hosts do not "
                      "have; write it in its ASCII form");
}

int nj_value_url(const char *text,
                 const char *const *schemes,
                 struct nj_err *err)
{
    const char *rest;

    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f ||
            strchr("\"<>\\^`", *p) != NULL) {
            return nj_err_set(err, NJ_E_INVALID,
                              "a URL cannot have spaces, quotes or letters "
                              "beyond ASCII; write them as %%20 and the like");
        }
    }
    rest = after_scheme(text, schemes, err);
    return rest == NULL ? NJ_E_INVALID
                        : check_authority(rest, strcspn(rest, "/?#"), err);
}

int nj_value_address(const char *text, struct nj_err *err)
{
    size_t len = strlen(text);
    size_t host = host_length(text, len);

    if (host > 0 && text[host] == ':' &&
        is_port(text + host + 1, len - host - 1, 1)) {
        return 0;
    }
    if (is_port(text, len, 0)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' has no address; write 127.0.0.1:%s, or "
                          "0.0.0.0:%s for every interface",
                          text, text, text);
    }
    return nj_err_set(err, NJ_E_INVALID,
                      "'%s' is not an address and a port; write for example "
                      "127.0.0.1:8484 or [::1]:8484",
                      text);
}

int nj_value_zone(const char *text, struct nj_err *err)
{
    int fine = isalpha((unsigned char)text[0]) && strlen(text) <= NAME_BYTES;

    for (const char *p = text; fine && *p != '\0'; p++) {
        fine = isalnum((unsigned char)*p) || strchr("_+-", *p) != NULL ||
               (*p == '/' && isalnum((unsigned char)p[1]));
    }
    if (!fine) {
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not the name of a time zone; write for "
                          "example Europe/London or UTC",
                          text);
    }
    return 0;
}

/* TEXT as a pointer people may have meant: "$.data.items" is /data/items. */
static void pointer_meant(const char *text, char *out, size_t room)
{
    size_t at = 0;

    if (text[0] == '$') {
        text++;
    }
    out[at++] = '/';
    text += *text == '.';
    for (; *text != '\0' && at + 1 < room; text++) {
        out[at++] = (char)(*text == '.' ? '/' : *text);
    }
    out[at] = '\0';
}

int nj_value_pointer(const char *text, struct nj_err *err)
{
    char meant[NAME_BYTES];

    if (text[0] != '\0' && text[0] != '/') {
        pointer_meant(text, meant, sizeof meant);
        return nj_err_set(err, NJ_E_INVALID,
                          "'%s' is not a JSON pointer; write %s", text, meant);
    }
    for (const char *p = strchr(text, '~'); p != NULL; p = strchr(p + 1, '~')) {
        if (p[1] != '0' && p[1] != '1') {
            return nj_err_set(err, NJ_E_INVALID,
                              "'%s' has a ~ that means nothing; in a JSON "
                              "pointer ~ is written ~0 and / is ~1",
                              text);
        }
    }
    return 0;
}
