#include "triage/trouble.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "triage/words.h"

enum {
    LINKS_MAX = 3,
    PICTURES_MAX = 3,
    BANDS = 4, /* at most 3 bits differ: at least one band of 4 is the same */
    BAND_BITS = 16,
};

/* Keys being gathered, all under one rule and brand. */
struct gather {
    struct nj_trouble *out;
    size_t count;
    uint64_t rule;
    uint64_t brand;
    uint64_t source;
};

static void
add(struct gather *g, enum nj_trouble_kind kind, uint64_t value, uint64_t more)
{
    const uint64_t all[5] = {g->rule, g->brand, (uint64_t)kind, value, more};
    uint64_t key = nj_hash(all, sizeof all);

    for (size_t i = 0; i < g->count; i++) {
        if (g->out[i].key == key) {
            return;
        }
    }
    if (g->count < NJ_TROUBLE_KEYS) {
        g->out[g->count++] = (struct nj_trouble){kind, key};
    }
}

/* Add TEXT, an address or else a name that means something in its source
 * alone. */
static void
add_name(struct gather *g, enum nj_trouble_kind kind, const char *text)
{
    char link[NJ_LIMIT_POST_FIELD_BYTES];
    size_t n;

    if (text == NULL || text[0] == '\0') {
        return;
    }
    n = nj_trouble_link(text, strlen(text), link, sizeof link);
    if (n > 0) {
        add(g, kind, nj_hash(link, n), 0);
    } else {
        add(g, kind, nj_hash_str(text), g->source);
    }
}

/* Names that many people share: posts under them have nothing in common. */
static int is_nameless(const char *author)
{
    static const char *const names[] = {
        "anonymous",
        "anonym",
        "anon",
        "anonymous user",
        "a guest",
        "guest",
        "gast",
        "invited",
        "unknown",
        "nobody",
        "someone",
        "user",
        "admin",
        "[deleted]",
        "deleted",
        "n/a",
        "none",
        "null",
        "-",
        "?",
        "google user",
        "a google user",
        "facebook user",
        "deleted user",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(author, names[i]) == 0) {
            return 1;
        }
    }
    return author[0] == '\0';
}

static void add_author(struct gather *g, const struct nj_post *post)
{
    if (post->author_url != NULL && post->author_url[0] != '\0') {
        add_name(g, NJ_TROUBLE_AUTHOR, post->author_url);
    } else if (post->author != NULL && !is_nameless(post->author)) {
        add(g, NJ_TROUBLE_AUTHOR, nj_hash_str(post->author), g->source);
    }
}

/* Add URL[0..LEN) unless it leads to no page in particular. Returns 1 when it
 * was added or is there already. */
static int add_link(struct gather *g,
                    enum nj_trouble_kind kind,
                    const char *url,
                    size_t len)
{
    char link[NJ_LIMIT_POST_FIELD_BYTES];
    size_t n = nj_trouble_link(url, len, link, sizeof link);

    if (n == 0 || strpbrk(link, "/?#") == NULL) {
        return 0;
    }
    add(g, kind, nj_hash(link, n), 0);
    return 1;
}

/* The bytes of TEXT that can belong to an address: no blanks, quotes or
 * brackets, no punctuation beyond ASCII, no script that goes on without a
 * space where the address ends. */
static size_t address_reach(const char *text)
{
    size_t left = strcspn(text, " \t\r\n\"<>|\\^`{}");
    size_t len = 0;

    while (len < left) {
        uint32_t cp = 0;
        size_t n = nj_utf8_decode(text + len, left - len, &cp);

        if (n == 0 ||
            (cp >= 0x80 && (!nj_letter_is(cp) || nj_letter_is_unspaced(cp)))) {
            break;
        }
        len += n;
    }
    return len;
}

/* The length of the address at TEXT, without the punctuation of the sentence
 * in which it stands. */
static size_t address_len(const char *text)
{
    size_t len = address_reach(text);
    int open = 0;

    for (size_t i = 0; i < len; i++) {
        open += (text[i] == '(') - (text[i] == ')');
    }
    while (len > 0 && (strchr(".,;:!?'*]", text[len - 1]) != NULL ||
                       (text[len - 1] == ')' && open < 0))) {
        open += text[len - 1] == ')';
        len--;
    }
    return len;
}

static const char *next_address(const char *text)
{
    for (; (text = strchr(text, ':')) != NULL; text++) {
        if (text[1] != '/' || text[2] != '/') {
            continue;
        }
        return text;
    }
    return NULL;
}

/* Links in TEXT, ROOM at most. */
static void add_links(struct gather *g, const char *text, int room)
{
    const char *colon = text;

    while (room > 0 && (colon = next_address(colon)) != NULL) {
        const char *start = NULL;
        size_t len;

        if (colon - text >= 5 && strncasecmp(colon - 5, "https", 5) == 0) {
            start = colon - 5;
        } else if (colon - text >= 4 &&
                   strncasecmp(colon - 4, "http", 4) == 0) {
            start = colon - 4;
        }
        if (start == NULL) {
            colon++;
            continue;
        }
        len = address_len(start);
        room -= add_link(g, NJ_TROUBLE_LINK, start, len);
        colon = start + len > colon ? start + len : colon + 1;
    }
}

static void add_pictures(struct gather *g, const struct nj_post *post)
{
    int room = PICTURES_MAX;

    for (size_t i = 0; i < post->media_count && room > 0; i++) {
        room -= add_link(g, NJ_TROUBLE_PICTURE, post->media[i],
                         strlen(post->media[i]));
    }
}

static void add_bands(struct gather *g, uint64_t simhash)
{
    for (unsigned band = 0; simhash != 0 && band < BANDS; band++) {
        add(g, NJ_TROUBLE_NEAR, band, simhash >> (band * BAND_BITS) & 0xffff);
    }
}

size_t nj_trouble_keys(const char *rule,
                       const struct nj_post *post,
                       const struct nj_score *score,
                       struct nj_trouble out[NJ_TROUBLE_KEYS])
{
    struct gather g = {
        .out = out,
        .rule = nj_hash_str(rule),
        .brand = post->brand == NULL ? 0 : nj_hash_str(post->brand),
        .source = post->source == NULL ? 0 : nj_hash_str(post->source),
    };
    int links = LINKS_MAX;

    add_name(&g, NJ_TROUBLE_THREAD, post->thread);
    add_author(&g, post);
    if (post->url != NULL) {
        links -= add_link(&g, NJ_TROUBLE_LINK, post->url, strlen(post->url));
    }
    add_links(&g, post->text, links);
    add_pictures(&g, post);
    add_bands(&g, score->simhash);
    return g.count;
}

int nj_trouble_near(uint64_t a, uint64_t b)
{
    return a != 0 && b != 0 &&
           __builtin_popcountll(a ^ b) <= NJ_TROUBLE_NEAR_BITS;
}
