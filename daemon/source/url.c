#include "source/url.h"

#include <string.h>
#include <strings.h>

/* A URL in its five parts; a part that is not there has NULL. */
struct span {
    const char *at;
    size_t len;
};

struct parts {
    struct span scheme, authority, path, query, fragment;
};

/* OUT being filled, at most NJ_URL_ROOM - 1 bytes. */
struct sheet {
    char *text;
    size_t len;
    int too_big;
};

static void put(struct sheet *sheet, const char *bytes, size_t len)
{
    if (len > NJ_URL_ROOM - 1 - sheet->len) {
        sheet->too_big = 1;
        return;
    }
    if (len > 0) {
        memcpy(sheet->text + sheet->len, bytes, len);
    }
    sheet->len += len;
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_scheme_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
}

/* Length of the scheme before a colon, 0 for none. */
static size_t scheme_len(const char *text, size_t len)
{
    size_t n = 0;

    if (len == 0 || !is_letter(text[0])) {
        return 0;
    }
    while (n < len && is_scheme_char(text[n])) {
        n++;
    }
    return n < len && text[n] == ':' ? n : 0;
}

/* Up to any of the three STOPS, taken off the front of *TEXT. */
static struct span
take_until(const char **text, const char *end, const char stops[3])
{
    const char *at = *text;
    struct span span = {at, 0};

    while (at < end && *at != stops[0] && *at != stops[1] && *at != stops[2]) {
        at++;
    }
    span.len = (size_t)(at - *text);
    *text = at;
    return span;
}

/* RFC 3986 appendix B. */
static struct parts split(const char *text, size_t len)
{
    struct parts parts = {0};
    const char *end = text + len;
    size_t scheme = scheme_len(text, len);

    if (scheme > 0) {
        parts.scheme = (struct span){text, scheme};
        text += scheme + 1;
    }
    if (end - text >= 2 && text[0] == '/' && text[1] == '/') {
        text += 2;
        parts.authority = take_until(&text, end, "/?#");
    }
    parts.path = take_until(&text, end, "??#");
    if (text < end && *text == '?') {
        text++;
        parts.query = take_until(&text, end, "###");
    }
    if (text < end && *text == '#') {
        parts.fragment = (struct span){text + 1, (size_t)(end - text) - 1};
    }
    return parts;
}

/* Drop the last segment written behind FLOOR, with its slash. */
static void step_back(struct sheet *sheet, size_t floor)
{
    while (sheet->len > floor && sheet->text[sheet->len - 1] != '/') {
        sheet->len--;
    }
    if (sheet->len > floor) {
        sheet->len--;
    }
}

/* RFC 3986 section 5.2.4, for a path that starts with a slash. */
static void put_path(struct sheet *sheet, const char *path, size_t len)
{
    size_t floor = sheet->len;
    size_t at = 0;

    while (at < len) {
        size_t n = 1; /* the segment with the slash before it */
        int last;

        while (at + n < len && path[at + n] != '/') {
            n++;
        }
        last = at + n == len;
        if (n == 2 && path[at + 1] == '.') {
            if (last) {
                put(sheet, "/", 1);
            }
        } else if (n == 3 && path[at + 1] == '.' && path[at + 2] == '.') {
            step_back(sheet, floor);
            if (last) {
                put(sheet, "/", 1);
            }
        } else {
            put(sheet, path + at, n);
        }
        at += n;
    }
}

/* The path of a relative reference, joined to BASE's directory. */
static void
put_merged(struct sheet *sheet, const struct parts *base, struct span ref)
{
    char joined[2 * NJ_URL_ROOM];
    size_t dir = base->path.len;

    while (dir > 0 && base->path.at[dir - 1] != '/') {
        dir--;
    }
    if (dir == 0) {
        joined[0] = '/';
        dir = 1;
    } else {
        memcpy(joined, base->path.at, dir);
    }
    memcpy(joined + dir, ref.at, ref.len);
    if (joined[0] == '/') {
        put_path(sheet, joined, dir + ref.len);
    } else {
        put(sheet, joined, dir + ref.len);
    }
}

static void put_tail(struct sheet *sheet, struct span part, const char *mark)
{
    if (part.at != NULL) {
        put(sheet, mark, 1);
        put(sheet, part.at, part.len);
    }
}

static void put_slashed(struct sheet *sheet, struct span path)
{
    if (path.len > 0 && path.at[0] == '/') {
        put_path(sheet, path.at, path.len);
    } else {
        put(sheet, path.at, path.len);
    }
}

/* RFC 3986 section 5.2.2 and 5.3. */
static void transform(struct sheet *sheet,
                      const struct parts *base,
                      const struct parts *ref)
{
    const struct parts *root = ref->scheme.len > 0 ? ref : base;
    struct span query = ref->query;

    put(sheet, root->scheme.at, root->scheme.len);
    put(sheet, ":", 1);
    if (ref->scheme.len == 0 && ref->authority.at == NULL) {
        if (base->authority.at != NULL) {
            put(sheet, "//", 2);
            put(sheet, base->authority.at, base->authority.len);
        }
        if (ref->path.len == 0) {
            put(sheet, base->path.at, base->path.len);
            query = ref->query.at != NULL ? ref->query : base->query;
        } else if (ref->path.at[0] == '/') {
            put_path(sheet, ref->path.at, ref->path.len);
        } else {
            put_merged(sheet, base, ref->path);
        }
    } else {
        if (ref->authority.at != NULL) {
            put(sheet, "//", 2);
            put(sheet, ref->authority.at, ref->authority.len);
        }
        put_slashed(sheet, ref->path);
    }
    put_tail(sheet, query, "?");
    put_tail(sheet, ref->fragment, "#");
}

static int is_unsafe(unsigned char c)
{
    return c <= ' ' || c == '"' || c == '<' || c == '>' || c == 0x7f;
}

/* REF without the white space of sloppy markup, what is unsafe encoded. */
static int clean(const char *ref, size_t len, struct sheet *out)
{
    static const char digits[] = "0123456789ABCDEF";

    while (len > 0 && (unsigned char)ref[len - 1] <= ' ') {
        len--;
    }
    while (len > 0 && (unsigned char)ref[0] <= ' ') {
        ref++;
        len--;
    }
    while (len > 0) {
        unsigned char c = (unsigned char)ref[0];
        char hex[3] = {'%', digits[c >> 4], digits[c & 15]};
        size_t run = 0;

        while (run < len && !is_unsafe((unsigned char)ref[run])) {
            run++;
        }
        if (run == 0 && c != '\n' && c != '\r' && c != '\t') {
            put(out, hex, 3);
        }
        put(out, ref, run);
        run += run == 0;
        ref += run;
        len -= run;
    }
    return out->too_big ? NJ_E_TOOBIG : 0;
}

int nj_url_resolve(const char *base,
                   const char *ref,
                   size_t len,
                   char out[NJ_URL_ROOM])
{
    char neat[NJ_URL_ROOM];
    struct sheet tidy = {.text = neat};
    struct sheet sheet = {.text = out};
    struct parts from = {0};
    struct parts to;
    int code = clean(ref, len, &tidy);

    if (code != 0) {
        return code;
    }
    if (base != NULL && strlen(base) < NJ_URL_ROOM) {
        from = split(base, strlen(base));
    }
    to = split(neat, tidy.len);
    if (to.scheme.len == 0 && from.scheme.len == 0) {
        return NJ_E_INVALID;
    }
    transform(&sheet, &from, &to);
    if (sheet.too_big) {
        return NJ_E_TOOBIG;
    }
    out[sheet.len] = '\0';
    return 0;
}

int nj_url_is_web(const char *url)
{
    size_t skip = 0;

    if (strncasecmp(url, "http://", 7) == 0) {
        skip = 7;
    } else if (strncasecmp(url, "https://", 8) == 0) {
        skip = 8;
    }
    return skip > 0 && url[skip] != '\0' && strchr("/?#", url[skip]) == NULL;
}

static int is_https(const struct parts *parts)
{
    return parts->scheme.len == 5 &&
           strncasecmp(parts->scheme.at, "https", 5) == 0;
}

int nj_url_same_host(const char *a, const char *b)
{
    struct parts x = split(a, strlen(a));
    struct parts y = split(b, strlen(b));

    return x.authority.at != NULL && y.authority.at != NULL &&
           x.authority.len == y.authority.len &&
           strncasecmp(x.authority.at, y.authority.at, x.authority.len) == 0 &&
           (is_https(&y) || !is_https(&x));
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoding in place of TEXT[0..LEN); returns the new length. */
static size_t unescape(char *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        int high = i + 2 < len ? hex_value(text[i + 1]) : -1;
        int low = i + 2 < len ? hex_value(text[i + 2]) : -1;

        if (text[i] == '%' && high >= 0 && low >= 0) {
            text[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            text[n++] = text[i];
        }
    }
    return n;
}

/* Where Google's redirector leads, or a NULL span. */
static struct span google_target(const char *url)
{
    struct parts parts = split(url, strlen(url));
    struct span none = {0};
    const char *at = parts.query.at;
    const char *end;

    if (parts.authority.len < 11 || at == NULL || parts.path.len != 4 ||
        strncasecmp(parts.authority.at, "www.google.", 11) != 0 ||
        memcmp(parts.path.at, "/url", 4) != 0) {
        return none;
    }
    end = at + parts.query.len;
    while (at < end) {
        struct span pair = take_until(&at, end, "&&&");

        if (pair.len > 4 && memcmp(pair.at, "url=", 4) == 0) {
            return (struct span){pair.at + 4, pair.len - 4};
        }
        at++;
    }
    return none;
}

/* Whether REF is a whole address as it should be, with nothing to do to it:
 * nearly all are. */
static int is_plain(const char *ref, size_t len)
{
    if (len <= 8 || len >= NJ_URL_ROOM || memcmp(ref, "http", 4) != 0 ||
        memmem(ref, len, "://www.google.", 14) != NULL) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (is_unsafe((unsigned char)ref[i]) ||
            (ref[i] == '.' && i > 0 && ref[i - 1] == '/')) {
            return 0;
        }
    }
    return 1;
}

int nj_url_link(const char *base,
                const char *ref,
                size_t len,
                char out[NJ_URL_ROOM])
{
    char inner[NJ_URL_ROOM];
    struct span target;
    int code;

    if (is_plain(ref, len)) {
        memcpy(out, ref, len);
        out[len] = '\0';
        if (nj_url_is_web(out)) {
            return 0;
        }
    }
    code = nj_url_resolve(base, ref, len, out);

    if (code != 0 || !nj_url_is_web(out)) {
        return code != 0 ? code : NJ_E_INVALID;
    }
    target = google_target(out);
    if (target.at == NULL) {
        return 0;
    }
    memcpy(inner, target.at, target.len);
    target.len = unescape(inner, target.len);
    inner[target.len] = '\0';
    return nj_url_is_web(inner) ? nj_url_resolve(NULL, inner, target.len, out)
                                : 0;
}
