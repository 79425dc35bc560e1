/* Which requests go out by a lane, and what is written there. */

#include "io/lane.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* ---- which requests fit -------------------------------------------------- */

static int is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* The host at the start of TEXT to OUT; what is behind it, or NULL. */
static const char *read_host(const char *text, char out[NJ_LANE_HOST])
{
    size_t len = 0;

    if (*text == '[') {
        len = strspn(text + 1, "0123456789abcdefABCDEF:.");
        if (len == 0 || len >= NJ_LANE_HOST || text[len + 1] != ']') {
            return NULL;
        }
        memcpy(out, text + 1, len);
        out[len] = '\0';
        return text + len + 2;
    }
    while (is_host_char(text[len])) {
        len++;
    }
    if (len == 0 || len >= NJ_LANE_HOST) {
        return NULL;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    return text + len;
}

/* ":8080" or nothing; what is behind it, or NULL. */
static const char *read_port(const char *text, char out[NJ_LANE_PORT])
{
    size_t len;
    long port;

    if (*text != ':') {
        memcpy(out, "80", 3);
        return text;
    }
    len = strspn(text + 1, "0123456789");
    if (len == 0 || len >= NJ_LANE_PORT) {
        return NULL;
    }
    memcpy(out, text + 1, len);
    out[len] = '\0';
    port = strtol(out, NULL, 10);
    return port < 1 || port > 65535 ? NULL : text + 1 + len;
}

/* Read URL if it is plain in every sense: OUT, and its path in OUT_PATH ("" for
 * none). Anything else is libcurl's to judge. */
static int
read_place(const char *url, struct nj_place *out, const char **out_path)
{
    const char *at;

    if (!nj_str_starts(url, "http://")) {
        return 0;
    }
    at = read_host(url + 7, out->host);
    at = at == NULL ? NULL : read_port(at, out->port);
    if (at == NULL || (*at != '\0' && *at != '/')) {
        return 0;
    }
    *out_path = at;
    for (; *at != '\0'; at++) {
        if (*at <= 0x20 || *at >= 0x7f || strchr("#\\\"<>^`{}|", *at) != NULL ||
            (at[0] == '/' && at[1] == '.')) {
            return 0;
        }
    }
    return 1;
}

static int has_header(const struct nj_fetch_req *req, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; req->headers != NULL && req->headers[i] != NULL; i++) {
        if (strncasecmp(req->headers[i], name, len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Headers that say how the body is sent are ours alone to write. */
static int fits(const struct nj_fetch_req *req)
{
    return req->body != NULL && req->allow_private && req->no_redirects &&
           req->username == NULL &&
           (req->method == NULL || strcmp(req->method, "HEAD") != 0) &&
           !has_header(req, "Content-Length:") &&
           !has_header(req, "Transfer-Encoding:") &&
           !has_header(req, "Connection:") && !has_header(req, "Expect:");
}

int nj_parcel_fits(const struct nj_fetch_req *req,
                   struct nj_place *out,
                   const char **out_path)
{
    return fits(req) && read_place(req->url, out, out_path);
}

/* ---- the request as text ------------------------------------------------- */

/* LINE, which is NAME's, unless the request has one of its own. */
static void
add_ours(struct nj_parcel *parcel, const char *name, const char *line)
{
    struct nj_buf *out = &parcel->text;

    if (!has_header(parcel->req, name)) {
        (void)nj_buf_adds(out, line);
        (void)nj_buf_add(out, "\r\n", 2);
    }
}

static void add_host(struct nj_parcel *parcel)
{
    const struct nj_place *place = &parcel->place;
    struct nj_buf *out = &parcel->text;
    int is_ipv6 = strchr(place->host, ':') != NULL;

    if (has_header(parcel->req, "Host:")) {
        return;
    }
    (void)nj_buf_adds(out, is_ipv6 ? "Host: [" : "Host: ");
    (void)nj_buf_adds(out, place->host);
    (void)nj_buf_adds(out, is_ipv6 ? "]" : "");
    if (strcmp(place->port, "80") != 0) {
        (void)nj_buf_addc(out, ':');
        (void)nj_buf_adds(out, place->port);
    }
    (void)nj_buf_add(out, "\r\n", 2);
}

int nj_parcel_write(struct nj_parcel *parcel, const char *path)
{
    const struct nj_fetch_req *req = parcel->req;
    struct nj_buf *out = &parcel->text;

    (void)nj_buf_adds(out, req->method == NULL ? "POST" : req->method);
    (void)nj_buf_addc(out, ' ');
    (void)nj_buf_adds(out, *path == '\0' ? "/" : path);
    (void)nj_buf_adds(out, " HTTP/1.1\r\n");
    add_host(parcel);
    add_ours(parcel, "User-Agent:", parcel->fetcher->user_agent);
    add_ours(parcel, "Accept:", "Accept: */*");
    add_ours(parcel, "Content-Type:",
             "Content-Type: application/x-www-form-urlencoded");
    for (size_t i = 0; req->headers != NULL && req->headers[i] != NULL; i++) {
        const char *line = req->headers[i];
        const char *value = strchr(line, ':') + 1;

        if (value[strspn(value, " \t")] != '\0') {
            (void)nj_buf_adds(out, line);
            (void)nj_buf_add(out, "\r\n", 2);
        }
    }
    (void)nj_buf_adds(out, "Content-Length: ");
    (void)nj_buf_addi(out, (int64_t)req->body_len);
    (void)nj_buf_add(out, "\r\n\r\n", 4);
    return nj_buf_add(out, req->body, req->body_len);
}
