#include "io/smtp_text.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"

static int is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* ---- the envelope ------------------------------------------------------- */

static int domain_is_clean(const char *domain, size_t len)
{
    char before = '.';

    for (size_t i = 0; i < len; i++) {
        if (!is_alnum(domain[i]) && domain[i] != '-' && domain[i] != '.') {
            return 0;
        }
        if (domain[i] == '.' && before == '.') {
            return 0;
        }
        before = domain[i];
    }
    return before != '.';
}

const char *nj_smtp_address_fault(const char *address)
{
    static const char specials[] = "()<>[]:;,\\\"";
    const char *at = strchr(address, '@');
    size_t len = strlen(address);

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)address[i];

        if (c >= 0x80) {
            return "has letters beyond ASCII, which not every server takes; "
                   "write an address in plain letters";
        }
        if (c <= ' ' || c == 0x7f || strchr(specials, c) != NULL) {
            return "has a blank, a control or one of ()<>[]:;,\\\"; write the "
                   "bare address";
        }
    }
    if (at == NULL || strchr(at + 1, '@') != NULL) {
        return "must have exactly one @";
    }
    if (at == address || at - address > 64 || len > 254) {
        return "is empty before the @, or too long";
    }
    if (!domain_is_clean(at + 1, len - (size_t)(at + 1 - address))) {
        return "has no host name behind the @";
    }
    return NULL;
}

int nj_smtp_hello_is_clean(const char *name)
{
    size_t len = strlen(name);

    if (len < 3 || len > 253 || name[0] != '[' || name[len - 1] != ']') {
        return len > 0 && len <= 253 && domain_is_clean(name, len);
    }
    for (size_t i = 1; i < len - 1; i++) {
        if (!is_alnum(name[i]) && name[i] != '.' && name[i] != ':') {
            return 0;
        }
    }
    return 1;
}

/* ---- the server's place ------------------------------------------------- */

static int read_port(const char *text, struct nj_smtp_place *out)
{
    int64_t port;
    size_t len = strlen(text);

    if (len == 0 || len >= sizeof out->port ||
        text[strspn(text, "0123456789")] != '\0' ||
        nj_str_int(text, &port) != 0 || port < 1 || port > 65535) {
        return NJ_E_INVALID;
    }
    memcpy(out->port, text, len + 1);
    return 0;
}

/* The host at P, in brackets when it has colons, up to its end. */
static const char *read_host(const char *p, struct nj_smtp_place *out)
{
    int bracket = *p == '[';
    size_t len;

    p += bracket;
    len = bracket ? strcspn(p, "]") : strcspn(p, ":/");
    if (len == 0 || len >= sizeof out->host || (bracket && p[len] != ']')) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_alnum(p[i]) && strchr(bracket ? ":." : "-._", p[i]) == NULL) {
            return NULL;
        }
    }
    memcpy(out->host, p, len);
    out->host[len] = '\0';
    return p + len + bracket;
}

int nj_smtp_place_read(const char *url, struct nj_smtp_place *out)
{
    struct nj_smtp_place place = {.port = "25"};
    const char *p;
    char port[8];
    size_t len;

    if (strncasecmp(url, "smtps://", 8) == 0) {
        place.implicit_tls = 1;
        memcpy(place.port, "465", 4);
        p = url + 8;
    } else if (strncasecmp(url, "smtp://", 7) == 0) {
        p = url + 7;
    } else {
        return NJ_E_INVALID;
    }
    p = read_host(p, &place);
    if (p == NULL) {
        return NJ_E_INVALID;
    }
    len = strcspn(p, "/");
    if (p[len] != '\0' && p[len + 1] != '\0') {
        return NJ_E_INVALID; /* a path means nothing here */
    }
    if (len > 0) {
        if (*p != ':' || len > sizeof port) {
            return NJ_E_INVALID;
        }
        memcpy(port, p + 1, len - 1);
        port[len - 1] = '\0';
        if (read_port(port, &place) != 0) {
            return NJ_E_INVALID;
        }
    }
    *out = place;
    return 0;
}

/* ---- the message -------------------------------------------------------- */

int nj_smtp_add_body(struct nj_buf *out, const char *data, size_t len)
{
    size_t at = 0;
    int begins = 1; /* a line */

    while (at < len) {
        size_t plain = at;

        if (begins && data[at] == '.') {
            (void)nj_buf_addc(out, '.');
        }
        while (plain < len && data[plain] != '\r' && data[plain] != '\n' &&
               data[plain] != '\0') {
            plain++;
        }
        (void)nj_buf_add(out, data + at, plain - at);
        begins = begins && plain == at;
        if (plain < len && data[plain] != '\0') {
            plain += data[plain] == '\r' && plain + 1 < len &&
                     data[plain + 1] == '\n';
            (void)nj_buf_add(out, "\r\n", 2);
            begins = 1;
        }
        at = plain + 1;
    }
    return nj_buf_adds(out, begins ? ".\r\n" : "\r\n.\r\n");
}

/* ---- replies ------------------------------------------------------------ */

void nj_smtp_reply_clear(struct nj_smtp_reply *reply)
{
    *reply = (struct nj_smtp_reply){0};
}

static int has_word(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);

    return len >= n && strncasecmp(text, word, n) == 0 &&
           (len == n || text[n] == ' ');
}

static void learn_auth(struct nj_smtp_skills *skills, const char *p, size_t len)
{
    skills->auth_any = 1;
    while (len > 0) {
        size_t blank = 0;
        size_t word;

        while (blank < len && (p[blank] == ' ' || p[blank] == '=')) {
            blank++;
        }
        p += blank;
        len -= blank;
        word = 0;
        while (word < len && p[word] != ' ') {
            word++;
        }
        skills->auth_plain |= has_word(p, word, "PLAIN");
        skills->auth_login |= has_word(p, word, "LOGIN");
        p += word;
        len -= word;
    }
}

static void learn_size(struct nj_smtp_skills *skills, const char *p, size_t len)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < len && i < 18 && p[i] >= '0' && p[i] <= '9'; i++) {
        bytes = bytes * 10 + (uint64_t)(p[i] - '0');
    }
    skills->size = 1;
    skills->size_bytes = bytes;
}

static void learn(struct nj_smtp_skills *skills, const char *text, size_t len)
{
    skills->starttls |= has_word(text, len, "STARTTLS");
    skills->pipelining |= has_word(text, len, "PIPELINING");
    skills->eight_bit |= has_word(text, len, "8BITMIME");
    if (has_word(text, len, "AUTH") ||
        (len > 5 && strncasecmp(text, "AUTH=", 5) == 0)) {
        learn_auth(skills, text + 4, len - 4);
    } else if (has_word(text, len, "SIZE")) {
        learn_size(skills, text + 4 + (len > 4), len - 4 - (len > 4));
    }
}

int nj_smtp_reply_line(struct nj_smtp_reply *reply,
                       const char *line,
                       size_t len,
                       struct nj_smtp_skills *skills)
{
    int code = 0;

    if (len < 3 || len > NJ_SMTP_LINE_BYTES ||
        (len > 3 && line[3] != ' ' && line[3] != '-')) {
        return NJ_E_INVALID;
    }
    for (int i = 0; i < 3; i++) {
        if (line[i] < '0' || line[i] > '9') {
            return NJ_E_INVALID;
        }
        code = code * 10 + (line[i] - '0');
    }
    if (code < 200 || code > 599 || (reply->lines > 0 && code != reply->code) ||
        reply->lines == NJ_SMTP_LINES) {
        return NJ_E_INVALID;
    }
    reply->code = code;
    reply->lines++;
    (void)nj_str_harmless(line, len, reply->text, sizeof reply->text);
    if (skills != NULL && len > 4) {
        learn(skills, line + 4, len - 4);
    }
    return len == 3 || line[3] == ' ';
}
