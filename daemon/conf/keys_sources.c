/* Sources: the keys all share, and a table for each type. To add a type: its
 * table, its line in `types`, its name in `type_names`. */

#include "base/limits.h"
#include "conf/check.h"
#include "conf/key.h"

static const char *const date_formats[] = {
    "auto",         "rfc3339",           "rfc2822",           "unix",
    "unix-seconds", "unix-milliseconds", "unix-microseconds", NULL};
static const char *const rate_resets[] = {"auto", "unix", "seconds", NULL};

/* What every polled source has. */
static const struct nj_key polled_keys[] = {
    {.name = "every",
     .kind = NJ_KIND_DURATION,
     .least = 1000,
     .most = 7 * INT64_C(86400000),
     .fallback = "5m",
     .example = "5m",
     .help = "How often it is read. The server's own wishes (Retry-After, "
             "max-age) may make it less often."},
    {0}};

static const struct nj_key auth_keys[] = {
    {.name = "bearer",
     .kind = NJ_KIND_SECRET,
     .example = "{credential: reviews}",
     .help = "Token sent as `Authorization: Bearer`."},
    {.name = "username",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_UNUSED,
     .example = "nightjar",
     .help = "User for Basic authentication, instead of a token."},
    {.name = "password",
     .kind = NJ_KIND_SECRET,
     .flags = NJ_KEY_UNUSED,
     .example = "{credential: reviews}",
     .help = "And the password."},
    {0}};

/* What every source read over HTTP has. */
static const struct nj_key http_keys[] = {
    {.name = "headers",
     .kind = NJ_KIND_NAMED,
     .flags = NJ_KEY_FREE | NJ_KEY_UNUSED,
     .item = &nj_item_header,
     .example = "{Accept-Language: en, X-Api-Key: {credential: api}}",
     .check = nj_check_headers,
     .help = "Headers sent with each request; a value may be a secret."},
    {.name = "auth",
     .kind = NJ_KIND_MAP,
     .flags = NJ_KEY_OFF | NJ_KEY_UNUSED,
     .keys = auth_keys,
     .check = nj_check_auth,
     .help = "How to log in."},
    {.name = "user_agent",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "daemon.user_agent",
     .example = "Mozilla/5.0 (compatible; nightjar)",
     .help = "How nightjar introduces itself."},
    {.name = "ca_file",
     .kind = NJ_KIND_PATH,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "the system's authorities",
     .example = "/etc/nightjar/ca.pem",
     .help = "Certificates (PEM) that this server's must come from."},
    {.name = "timeout",
     .kind = NJ_KIND_DURATION,
     .flags = NJ_KEY_UNUSED,
     .least = 1000,
     .most = 600000,
     .otherwise = "daemon.limits.timeout",
     .example = "30s",
     .help = "No whole answer by then is a failure."},
    {.name = "max_items",
     .kind = NJ_KIND_INT,
     .least = 1,
     .most = NJ_LIMIT_ITEMS,
     .fallback = "200",
     .help = "Most posts taken at once; the rest is taken at the next read."},
    {0}};

static const struct nj_key feed_keys[] = {
    {.name = "url",
     .kind = NJ_KIND_URL,
     .flags = NJ_KEY_REQUIRED | NJ_KEY_OR_SECRET,
     .names = nj_names_http,
     .example = "https://example.org/alerts.xml",
     .help = "RSS, Atom or JSON Feed. A private or loopback address is "
             "reached only because it stands here."},
    {0}};

#define POINTER(key, pointer, words)                                           \
    {                                                                          \
        .name = (key), .kind = NJ_KIND_POINTER, .fallback = (pointer),         \
        .help = (words)                                                        \
    }
static const struct nj_key post_keys[] = {
    POINTER("id", "/id", "What makes it the same post. Without: its url."),
    POINTER("text", "/text", "What was said."),
    POINTER("title", "/title", "Headline."),
    POINTER("author", "/author", "Name or handle."),
    POINTER("author_url", "/author_url", "The author's page."),
    POINTER("url", "/url", "Permanent address."),
    POINTER("date", "/date", "When it was said."),
    POINTER("thread", "/thread", "Conversation it belongs to."),
    POINTER("language", "/language", "Language tag."),
    POINTER("media", "/media", "Picture address, or list of them."),
    POINTER("followers", "/followers", "The author's followers."),
    POINTER("shares", "/shares", "Reposts so far."),
    POINTER("likes", "/likes", "Likes so far."),
    POINTER("replies", "/replies", "Replies so far."),
    {0}};
#undef POINTER

/* How posts stand in somebody's JSON. */
static const struct nj_key json_shape_keys[] = {
    {.name = "list",
     .kind = NJ_KIND_POINTER,
     .otherwise = "the document itself, a list or a single post",
     .flags = NJ_KEY_UNUSED,
     .example = "/data/reviews",
     .help = "JSON pointer (RFC 6901) to the list of posts."},
    {.name = "post",
     .kind = NJ_KIND_MAP,
     .flags = NJ_KEY_UNUSED,
     .keys = post_keys,
     .help = "Where each piece stands within a post of that list, as JSON "
             "pointers."},
    {.name = "date_format",
     .kind = NJ_KIND_ENUM,
     .names = date_formats,
     .fallback = "auto",
     .help = "How dates are written: auto, rfc3339, rfc2822, unix (any unit), "
             "unix-seconds, unix-milliseconds, unix-microseconds."},
    {0}};

static const struct nj_key rate_keys[] = {
    {.name = "remaining",
     .kind = NJ_KIND_TEXT,
     .fallback = "X-RateLimit-Remaining",
     .help = "Header that says how many requests are left."},
    {.name = "reset",
     .kind = NJ_KIND_TEXT,
     .fallback = "X-RateLimit-Reset",
     .help = "Header that says when there are more again."},
    {.name = "reset_format",
     .kind = NJ_KIND_ENUM,
     .names = rate_resets,
     .fallback = "auto",
     .help = "What stands there: unix (a time), seconds (from now), or auto."},
    {0}};

static const struct nj_key json_keys[] = {
    {.name = "url",
     .kind = NJ_KIND_URL,
     .flags = NJ_KEY_REQUIRED | NJ_KEY_OR_SECRET,
     .names = nj_names_http,
     .example = "https://api.example.org/reviews?since={since}",
     .check = nj_check_template,
     .help = "What to read. {since} becomes the newest post's date (RFC "
             "3339), {since_unix} the same in seconds, {cursor} what `next` "
             "found, {page} the page number."},
    {.name = "next",
     .kind = NJ_KIND_TEXT,
     .fallback = "none",
     .example = "link-header",
     .check = nj_check_next,
     .help = "How to reach further pages: none, link-header (RFC 8288), page "
             "(counts {page} up), or a JSON pointer to a cursor or url."},
    {.name = "max_pages",
     .kind = NJ_KIND_INT,
     .least = 1,
     .most = 100,
     .fallback = "10",
     .help = "Most pages read at once."},
    {.name = "rate",
     .kind = NJ_KIND_MAP,
     .flags = NJ_KEY_UNUSED,
     .keys = rate_keys,
     .help = "Headers in which the server tells its limits."},
    {0}};

static const struct nj_key webhook_keys[] = {
    {.name = "secret",
     .kind = NJ_KIND_SECRET,
     .flags = NJ_KEY_REQUIRED,
     .example = "{credential: shop-hook}",
     .help = "Key of the signature: HMAC-SHA256 over the raw body."},
    {.name = "signature_header",
     .kind = NJ_KIND_TEXT,
     .fallback = "X-Nightjar-Signature",
     .help = "Header with the signature, sha256=HEX. X-Hub-Signature-256 for "
             "senders that do as GitHub and Meta do."},
    {.name = "timestamp_header",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "the signature is over the body alone",
     .example = "X-Nightjar-Timestamp",
     .help = "Header with the unix time of sending, in seconds. Then the "
             "signature is over TIME.BODY, and more than 5 minutes off is "
             "refused."},
    {.name = "max_age",
     .kind = NJ_KIND_DURATION,
     .fallback = "1d",
     .help = "Posts older than this when they arrive are kept but page "
             "nobody. 0: any age pages."},
    {0}};

static const struct nj_key spool_keys[] = {
    {.name = "directory",
     .kind = NJ_KIND_PATH,
     .flags = NJ_KEY_REQUIRED,
     .example = "/var/spool/nightjar/tickets",
     .help = "Files with one JSON post a line, moved in whole "
             "(NAME.jsonl), are read as they appear."},
    {.name = "keep",
     .kind = NJ_KIND_BOOL,
     .fallback = "true",
     .help = "Files that were read go to done/ inside the directory; false: "
             "they are deleted. Bad lines are told in failed/ either way."},
    {0}};

static const struct nj_key *const feed_tables[] = {feed_keys, polled_keys,
                                                   http_keys, NULL};
static const struct nj_key *const json_tables[] = {
    json_keys, json_shape_keys, polled_keys, http_keys, NULL};
static const struct nj_key *const webhook_tables[] = {webhook_keys,
                                                      json_shape_keys, NULL};
static const struct nj_key *const spool_tables[] = {spool_keys, NULL};

static const struct nj_type types[] = {
    {.name = "feed",
     .sample = "acme-news",
     .tables = feed_tables,
     .help = "RSS 0.9x, 1.0, 2.0, Atom 0.3, 1.0 or JSON Feed 1.x, polled."},
    {.name = "json",
     .sample = "acme-reviews",
     .flags = NJ_KEY_UNUSED,
     .tables = json_tables,
     .help = "Any HTTP JSON API, polled, described by JSON pointers."},
    {.name = "webhook",
     .sample = "acme-shop",
     .flags = NJ_KEY_UNUSED,
     .tables = webhook_tables,
     .help = "Posts pushed over HTTP as JSON, signed. Needs daemon.http."},
    {.name = "spool",
     .sample = "acme-tickets",
     .flags = NJ_KEY_UNUSED,
     .tables = spool_tables,
     .help = "Files of JSON lines dropped into a directory."},
    {0}};

static const char *const type_names[] = {"feed", "json", "webhook", "spool",
                                         NULL};

static const struct nj_key source_keys[] = {
    {.name = "type",
     .kind = NJ_KIND_ENUM,
     .flags = NJ_KEY_REQUIRED,
     .names = type_names,
     .example = "feed",
     .help = "What connects to it; says which further keys there are."},
    {.name = "brand",
     .kind = NJ_KIND_REF,
     .refs = 1u << NJ_REF_BRAND,
     .otherwise = "the account's, or the only brand",
     .example = "acme-air",
     .help = "Whom it is about."},
    {.name = "account",
     .kind = NJ_KIND_REF,
     .flags = NJ_KEY_UNUSED,
     .refs = 1u << NJ_REF_ACCOUNT,
     .example = "acme-facebook",
     .help = "The account whose page this is."},
    {.name = "place",
     .kind = NJ_KIND_ENUM,
     .names = nj_names_place,
     .fallback = "mention",
     .help = "What its posts are: mention, own-page (said on our page), "
             "own-post (said by us), elsewhere (context only)."},
    {.name = "language",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "recognised for each post",
     .example = "en",
     .check = nj_check_language,
     .help = "Language of its posts, where they do not say (BCP 47)."},
    {.name = "silent_after",
     .kind = NJ_KIND_DURATION,
     .otherwise = "daemon.silent_after",
     .flags = NJ_KEY_UNUSED,
     .example = "1d",
     .help = "Alarm when nothing new came for so long. 0: no alarm."},
    {.name = "fails_after",
     .kind = NJ_KIND_DURATION,
     .otherwise = "daemon.fails_after",
     .flags = NJ_KEY_UNUSED,
     .example = "15m",
     .help = "Alarm when reading has failed for so long."},
    {.name = "enabled",
     .kind = NJ_KIND_BOOL,
     .fallback = "true",
     .help = "false: known, but not read."},
    {0}};

const struct nj_key nj_row_source = {.name = "",
                                     .kind = NJ_KIND_MAP,
                                     .keys = source_keys,
                                     .types = types,
                                     .check = nj_check_source};
