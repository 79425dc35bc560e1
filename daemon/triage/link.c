/* One form for all the ways in which the same page is linked. */

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "triage/trouble.h"

enum { UNWRAP_MAX = 3 }; /* redirects within redirects */

/* A stretch of text. */
struct part {
    const char *at;
    size_t len;
};

/* The parts of an address that say where it leads. */
struct link {
    struct part host; /* without user and port */
    struct part port; /* digits, may be empty */
    struct part path;
    struct part query;    /* without '?' */
    struct part fragment; /* without '#' */
};

/* What is written; too much makes it fail. */
struct writer {
    char *out;
    size_t room;
    size_t len;
    int failed;
};

static void put(struct writer *w, char c)
{
    if (w->len + 1 >= w->room) {
        w->failed = 1;
        return;
    }
    w->out[w->len++] = c;
}

static void put_part(struct writer *w, struct part p)
{
    for (size_t i = 0; i < p.len; i++) {
        put(w, p.at[i]);
    }
}

static int is(struct part p, const char *text)
{
    return strlen(text) == p.len && strncasecmp(p.at, text, p.len) == 0;
}

static int starts(struct part p, const char *text)
{
    size_t len = strlen(text);

    return p.len >= len && strncasecmp(p.at, text, len) == 0;
}

static int ends(struct part p, const char *text)
{
    size_t len = strlen(text);

    return p.len >= len && strncasecmp(p.at + p.len - len, text, len) == 0;
}

/* Cut P at the first of STOPS; what follows it goes to *OUT_REST (may be
 * NULL), empty when there is none. Returns the byte found or NUL. */
static char cut(struct part *p, const char *stops, struct part *out_rest)
{
    struct part rest = {p->at + p->len, 0};
    char found = '\0';

    for (size_t i = 0; i < p->len && found == '\0'; i++) {
        if (strchr(stops, p->at[i]) != NULL && p->at[i] != '\0') {
            found = p->at[i];
            rest = (struct part){p->at + i + 1, p->len - i - 1};
            p->len = i;
        }
    }
    if (out_rest != NULL) {
        *out_rest = rest;
    }
    return found;
}

/* "user@host:port" to host and port. */
static void read_host(struct part authority, struct link *out)
{
    const char *at = memrchr(authority.at, '@', authority.len);

    if (at != NULL) {
        authority.len -= (size_t)(at + 1 - authority.at);
        authority.at = at + 1;
    }
    out->host = authority;
    out->port = (struct part){authority.at + authority.len, 0};
    if (!starts(authority, "[")) { /* no IPv6 address */
        (void)cut(&out->host, ":", &out->port);
    }
    while (ends(out->host, ".")) {
        out->host.len--;
    }
    if (starts(out->host, "www.")) {
        out->host.at += 4;
        out->host.len -= 4;
    }
}

static int read_link(struct part url, struct link *out)
{
    struct part authority;
    size_t skip = starts(url, "https://") ? 8 : 7;
    const char *usual = skip == 8 ? "443" : "80";

    if (!starts(url, "https://") && !starts(url, "http://")) {
        return NJ_E_INVALID;
    }
    *out = (struct link){0};
    authority = (struct part){url.at + skip, url.len - skip};
    (void)cut(&authority, "#", &out->fragment);
    (void)cut(&authority, "?", &out->query);
    out->path.at = memchr(authority.at, '/', authority.len);
    if (out->path.at != NULL) {
        out->path.len = authority.len - (size_t)(out->path.at - authority.at);
        authority.len -= out->path.len;
    }
    read_host(authority, out);
    if (is(out->port, usual)) {
        out->port.len = 0;
    }
    while (ends(out->path, "/")) {
        out->path.len--;
    }
    return out->host.len == 0 ? NJ_E_INVALID : 0;
}

/* Parameters that only say how the reader came. */
static int is_tracking(struct part name)
{
    static const char *const names[] = {
        "fbclid", "gclid",  "dclid",   "msclkid", "yclid", "igshid",
        "igsh",   "mc_cid", "mc_eid",  "ref_src", "_ga",   "_gl",
        "gbraid", "wbraid", "ref_url", "twclid",  "ttclid"};

    if (starts(name, "utm_")) {
        return 1;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is(name, names[i])) {
            return 1;
        }
    }
    return 0;
}

static void put_query(struct writer *w, struct part query)
{
    char sign = '?';

    while (query.len > 0) {
        struct part item = query;
        struct part name;

        (void)cut(&item, "&", &query);
        name = item;
        (void)cut(&name, "=", NULL);
        if (item.len > 0 && !is_tracking(name)) {
            put(w, sign);
            put_part(w, item);
            sign = '&';
        }
    }
}

static void put_link(struct writer *w, const struct link *link)
{
    for (size_t i = 0; i < link->host.len; i++) {
        char c = link->host.at[i];

        put(w, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    if (link->port.len > 0) {
        put(w, ':');
        put_part(w, link->port);
    }
    put_part(w, link->path);
    put_query(w, link->query);
    if (starts(link->fragment, "!") || starts(link->fragment, "/")) {
        put(w, '#'); /* pages within a page, not a place on it */
        put_part(w, link->fragment);
    }
}

/* The parameter that holds the true address when LINK is a redirect of a
 * search engine or network; NULL when it is none. */
static const char *target_name(const struct link *link)
{
    if (starts(link->host, "google.") && is(link->path, "/url")) {
        return "url q";
    }
    if ((is(link->host, "l.facebook.com") ||
         is(link->host, "lm.facebook.com")) &&
        is(link->path, "/l.php")) {
        return "u";
    }
    if (is(link->host, "l.instagram.com")) {
        return "u";
    }
    return NULL;
}

/* Decode %XX into OUT; 0 when what comes out is not printable. */
static size_t decode(struct part p, char *out, size_t room)
{
    struct writer w = {.out = out, .room = room};

    for (size_t i = 0; i < p.len; i++) {
        unsigned char c = (unsigned char)p.at[i];

        if (c == '%' && i + 2 < p.len) {
            char hex[3] = {p.at[i + 1], p.at[i + 2], '\0'};

            if (nj_unhex(hex, &c, 1) == 0) {
                i += 2;
            }
        }
        if (c <= ' ' || c == 0x7f) {
            return 0;
        }
        put(&w, (char)c);
    }
    return w.failed ? 0 : w.len;
}

/* The address that LINK redirects to, into OUT; 0 when it does not. */
static size_t unwrap(const struct link *link, char *out, size_t room)
{
    const char *names = target_name(link);
    struct part query = link->query;

    while (names != NULL && query.len > 0) {
        struct part value;
        struct part item = query;

        (void)cut(&item, "&", &query);
        (void)cut(&item, "=", &value);
        if (item.len > 0 && value.len > 0 &&
            ((is(item, "url") && strstr(names, "url") != NULL) ||
             (is(item, "q") && strchr(names, 'q') != NULL) ||
             (is(item, "u") && strcmp(names, "u") == 0))) {
            return decode(value, out, room);
        }
    }
    return 0;
}

size_t nj_trouble_link(const char *url, size_t len, char *out, size_t room)
{
    char inner[2][NJ_LIMIT_POST_FIELD_BYTES];
    struct part p = {url, len};
    struct writer w = {.out = out, .room = room};
    struct link link;
    size_t n;

    if (room > 0) {
        out[0] = '\0';
    }
    if (read_link(p, &link) != 0) {
        return 0;
    }
    for (int i = 0; i < UNWRAP_MAX; i++) {
        struct link target;

        n = unwrap(&link, inner[i % 2], sizeof inner[0]);
        if (n == 0 || read_link((struct part){inner[i % 2], n}, &target) != 0) {
            break;
        }
        link = target;
    }
    put_link(&w, &link);
    if (w.failed || room == 0) {
        if (room > 0) {
            out[0] = '\0';
        }
        return 0;
    }
    out[w.len] = '\0';
    return w.len;
}
