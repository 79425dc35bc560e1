#include "io/fetch_guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/mem.h"
#include "base/str.h"

static int say(char fault[NJ_FETCH_FAULT], int code, const char *what)
{
    (void)snprintf(fault, NJ_FETCH_FAULT, "%s", what);
    return code;
}

/* One part of HANDLE as our own string; NULL in OUT when it has none. */
static int take_part(CURLU *handle, CURLUPart part, unsigned flags, char **out)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(handle, part, &text, flags);
    char *copy;

    if (code == CURLUE_OUT_OF_MEMORY) {
        return NJ_E_NOMEM;
    }
    if (code != CURLUE_OK) {
        *out = NULL;
        return 0;
    }
    copy = strdup(text);
    nj_wipe(text, strlen(text));
    curl_free(text);
    *out = copy;
    return copy == NULL ? NJ_E_NOMEM : 0;
}

void nj_target_finish(struct nj_target *target)
{
    free(target->url);
    free(target->user);
    if (target->password != NULL) {
        nj_wipe(target->password, strlen(target->password));
        free(target->password);
    }
    *target = (struct nj_target){0};
}

static int take_target(CURLU *handle, struct nj_target *out)
{
    struct nj_target target = {0};
    int code = take_part(handle, CURLUPART_USER, CURLU_URLDECODE, &target.user);

    if (code == 0) {
        code = take_part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE,
                         &target.password);
    }
    if (code == 0) {
        (void)curl_url_set(handle, CURLUPART_USER, NULL, 0);
        (void)curl_url_set(handle, CURLUPART_PASSWORD, NULL, 0);
        (void)curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0);
        code = take_part(handle, CURLUPART_URL, 0, &target.url);
    }
    if (code == 0 && target.url == NULL) {
        code = NJ_E_NOMEM;
    }
    if (code != 0) {
        nj_target_finish(&target);
        return code;
    }
    *out = target;
    return 0;
}

/* libcurl forgives a third slash; we do not guess hosts. */
static int is_web(const char *url)
{
    return (strncasecmp(url, "http://", 7) == 0 && url[7] != '/') ||
           (strncasecmp(url, "https://", 8) == 0 && url[8] != '/');
}

/* libcurl reads digits only, and no port above 65535; it does not mind 0. */
static int has_port_zero(CURLU *handle)
{
    char *port = NULL;
    int zero;

    if (curl_url_get(handle, CURLUPART_PORT, &port, 0) != CURLUE_OK) {
        return 0;
    }
    zero = strcmp(port, "0") == 0;
    curl_free(port);
    return zero;
}

/* Whether URL is of the plain kind that libcurl would hand back as it is: a
 * name or an IPv4 address, perhaps a port, a path of harmless letters. Saves
 * the taking apart of what is fetched every minute. */
static int is_plain(const char *url)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const char *host = strchr(url, ':') + 3;
    const char *path = host + strspn(host, letters);
    size_t digits = 0;
    long port = 0;

    if (path == host || host[0] == '.' || path[-1] == '.' ||
        (!nj_str_starts(url, "http://") && !nj_str_starts(url, "https://"))) {
        return 0;
    }
    if (*path == ':') {
        path++;
        digits = strspn(path, "0123456789");
        port = strtol(path, NULL, 10);
        if (digits == 0 || digits > 5 || *path == '0' || port > 65535) {
            return 0;
        }
        path += digits;
    }
    return *path == '/' &&
           path[strspn(path, "/?&=_~+,;%ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz0123456789-.")] == '\0';
}

static int take_plain(const char *url, struct nj_target *out)
{
    char *copy = strdup(url);

    if (copy == NULL) {
        return NJ_E_NOMEM;
    }
    *out = (struct nj_target){.url = copy};
    return 0;
}

int nj_target_read(const char *url,
                   struct nj_target *out,
                   char fault[NJ_FETCH_FAULT])
{
    CURLU *handle;
    CURLUcode bad;
    int code;

    if (is_web(url) && is_plain(url)) {
        return take_plain(url, out);
    }
    if (!is_web(url)) {
        return say(fault, NJ_E_INVALID,
                   "a URL must begin with http:// or https://");
    }
    handle = curl_url();
    if (handle == NULL) {
        return say(fault, NJ_E_NOMEM, "no memory");
    }
    bad = curl_url_set(handle, CURLUPART_URL, url,
                       CURLU_ALLOW_SPACE | CURLU_URLENCODE);
    if (bad == CURLUE_OUT_OF_MEMORY) {
        code = say(fault, NJ_E_NOMEM, "no memory");
    } else if (bad != CURLUE_OK || has_port_zero(handle)) {
        (void)snprintf(fault, NJ_FETCH_FAULT, "not a URL: %s",
                       bad == CURLUE_OK ? "port 0" : curl_url_strerror(bad));
        code = NJ_E_INVALID;
    } else {
        code = take_target(handle, out);
    }
    curl_url_cleanup(handle);
    return code;
}

/* ---- redirects ---------------------------------------------------------- */

struct origin {
    char *scheme;
    char *host;
    char *port;
};

static void origin_finish(struct origin *origin)
{
    curl_free(origin->scheme);
    curl_free(origin->host);
    curl_free(origin->port);
}

static int origin_of(CURLU *handle, struct origin *out)
{
    *out = (struct origin){0};
    if (curl_url_get(handle, CURLUPART_SCHEME, &out->scheme, 0) != CURLUE_OK ||
        curl_url_get(handle, CURLUPART_HOST, &out->host, 0) != CURLUE_OK ||
        curl_url_get(handle, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT) !=
            CURLUE_OK) {
        origin_finish(out);
        return NJ_E_NOMEM;
    }
    return 0;
}

static int is_upgrade(const struct origin *from, const struct origin *to)
{
    return strcasecmp(from->scheme, "http") == 0 &&
           strcasecmp(to->scheme, "https") == 0 &&
           strcmp(from->port, "80") == 0 && strcmp(to->port, "443") == 0;
}

static int same_origin(const struct origin *from, const struct origin *to)
{
    return strcasecmp(from->host, to->host) == 0 &&
           ((strcasecmp(from->scheme, to->scheme) == 0 &&
             strcmp(from->port, to->port) == 0) ||
            is_upgrade(from, to));
}

static int is_downgrade(const struct origin *from, const struct origin *to)
{
    return strcasecmp(from->scheme, "https") == 0 &&
           strcasecmp(to->scheme, "https") != 0;
}

/* Point HANDLE to LOCATION, a web URL. */
static int
follow(CURLU *handle, const char *location, char fault[NJ_FETCH_FAULT])
{
    CURLUcode bad = curl_url_set(handle, CURLUPART_URL, location,
                                 CURLU_ALLOW_SPACE | CURLU_URLENCODE);
    char *scheme = NULL;
    int web;

    if (bad == CURLUE_OUT_OF_MEMORY) {
        return say(fault, NJ_E_NOMEM, "no memory");
    }
    if (bad != CURLUE_OK && bad != CURLUE_UNSUPPORTED_SCHEME) {
        return say(fault, NJ_E_NET, "redirect to what is not a URL");
    }
    if (bad == CURLUE_OK) {
        bad = curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0);
    }
    web = bad == CURLUE_OK &&
          (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);
    curl_free(scheme);
    return web ? 0
               : say(fault, NJ_E_DENIED,
                     "redirect to a scheme other than http and https");
}

static int judge_redirect(CURLU *handle,
                          const char *location,
                          int *out_same,
                          char fault[NJ_FETCH_FAULT])
{
    struct origin from;
    struct origin to;
    int code;

    if (origin_of(handle, &from) != 0) {
        return say(fault, NJ_E_NOMEM, "no memory");
    }
    code = follow(handle, location, fault);
    if (code == 0 && origin_of(handle, &to) != 0) {
        code = say(fault, NJ_E_NOMEM, "no memory");
    } else if (code == 0) {
        if (is_downgrade(&from, &to)) {
            code = say(fault, NJ_E_DENIED, "redirect from https to http");
        }
        *out_same = same_origin(&from, &to);
        origin_finish(&to);
    }
    origin_finish(&from);
    return code;
}

/* User and password of a redirect are the peer's idea, not ours. */
static void forget_login(struct nj_target *target)
{
    char *bare = target->url;

    target->url = NULL;
    nj_target_finish(target);
    target->url = bare;
}

int nj_target_redirect(const char *url,
                       const char *location,
                       struct nj_target *out,
                       int *out_same,
                       char fault[NJ_FETCH_FAULT])
{
    struct nj_target target = {0};
    CURLU *handle = curl_url();
    int same = 0;
    int code;

    if (handle == NULL ||
        curl_url_set(handle, CURLUPART_URL, url, 0) != CURLUE_OK) {
        curl_url_cleanup(handle);
        return say(fault, NJ_E_NOMEM, "no memory");
    }
    code = judge_redirect(handle, location, &same, fault);
    if (code == 0) {
        code = take_target(handle, &target);
    }
    curl_url_cleanup(handle);
    if (code == 0) {
        forget_login(&target);
        *out = target;
        *out_same = same;
    }
    return code;
}

/* ---- headers ------------------------------------------------------------ */

static int is_token(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

int nj_header_is_clean(const char *line)
{
    const unsigned char *p = (const unsigned char *)line;

    while (is_token(*p)) {
        p++;
    }
    if (p == (const unsigned char *)line || *p != ':') {
        return 0;
    }
    for (; *p != '\0'; p++) {
        if ((*p < ' ' && *p != '\t') || *p == 0x7f) {
            return 0;
        }
    }
    return 1;
}

int nj_header_is_harmless(const char *line)
{
    static const char *const harmless[] = {
        "Accept:",          "Accept-Language:",   "Content-Type:",
        "If-None-Match:",   "If-Modified-Since:", "Cache-Control:",
        "Accept-Encoding:", "User-Agent:",
    };

    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        if (strncasecmp(line, harmless[i], strlen(harmless[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

void nj_url_origin(const char *url, char *out, size_t room)
{
    const char *host = strstr(url, "://");
    const char *at;
    size_t len;

    host = host == NULL ? url : host + 3;
    len = strcspn(host, "/?#");
    at = memchr(host, '@', len);
    while (at != NULL) {
        len -= (size_t)(at + 1 - host);
        host = at + 1;
        at = memchr(host, '@', len);
    }
    if (strncasecmp(url, "https://", 8) == 0) {
        (void)snprintf(out, room, "https://%.*s", (int)len, host);
    } else {
        (void)snprintf(out, room, "http://%.*s", (int)len, host);
    }
}
