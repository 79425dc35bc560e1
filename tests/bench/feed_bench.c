/* What it costs to read a feed: CPU microseconds for a document of 20 items
 * and 18 KB (facts/performance.md 2), all of them new, and none of them new;
 * beside it libxml2's SAX parser that does nothing with what it finds. */

// link: $(pkg-config --cflags --libs libxml-2.0)

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libxml/parser.h>

#include "source/feed.h"

enum { ROUNDS = 1500, ITEMS = 20, REPEATS = 5 };

static const char words[] =
    "&lt;p&gt;The second flight of the day was cancelled without a word, and "
    "&lt;a href=&quot;https://news.example/story?id=%d&amp;amp;ref=feed&quot;"
    "&gt;passengers&lt;/a&gt; were left at the gate for six hours &#8211; no "
    "food, no water, nobody to ask.&lt;/p&gt;&lt;p&gt;&lt;img src=&quot;"
    "https://cdn.example/p/%d.jpg&quot; alt=&quot;the queue&quot; /&gt; "
    "&lt;em&gt;We were told to wait&lt;/em&gt;, says one of them, &lt;strong"
    "&gt;and then they switched off the lights&lt;/strong&gt;. It&#8217;s not "
    "the first time.&lt;/p&gt;";

static char *make_feed(size_t *out_len)
{
    char *text = malloc(64 << 10);
    size_t n = (size_t)sprintf(
        text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
        "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n"
        "<title>Airline news</title>\n<link>https://news.example/</link>\n");

    for (int i = 0; i < ITEMS; i++) {
        n += (size_t)sprintf(
            text + n,
            "<item>\n<title>Passengers stranded, part %d &amp; counting</title>"
            "\n<link>https://news.example/2026/01/stranded-%d/</link>\n"
            "<dc:creator>Reporter %d</dc:creator>\n<pubDate>Mon, 05 Jan 2026 "
            "18:%02d:00 +0000</pubDate>\n<category>air</category>\n<guid "
            "isPermaLink=\"false\">https://news.example/?p=%d</guid>\n"
            "<description>",
            i, i, i % 3, i % 60, 1000 + i);
        n += (size_t)sprintf(text + n, words, i, i);
        n += (size_t)sprintf(text + n, "</description>\n</item>\n");
    }
    n += (size_t)sprintf(text + n, "</channel>\n</rss>\n");
    *out_len = n;
    return text;
}

static double cpu_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* One poll's work without the network: judge and read, keep the state. */
static size_t read_feed(const char *text,
                        size_t len,
                        const struct nj_state *state,
                        struct nj_state *out)
{
    struct nj_feed_input input = {
        .bytes = text, .len = len, .url = "https://news.example/feed/"};
    struct nj_batch batch = {0};
    struct nj_sift sift;
    struct nj_taking taking = {.batch = &batch,
                               .brand = "acme",
                               .now_ms = INT64_C(1767700000000),
                               .room = 200};
    struct nj_feed_about about;
    size_t taken;

    if (nj_sift_init(&sift, state, 200, taking.now_ms) != 0) {
        abort();
    }
    taking.sift = &sift;
    if (nj_feed_read(&input, &taking, &about, NULL) != 0 ||
        nj_taking_sort(&taking, 1) != 0 || nj_sift_close(&sift, out) != 0) {
        abort();
    }
    taken = sift.taken;
    nj_taking_finish(&taking);
    nj_sift_finish(&sift);
    nj_batch_finish(&batch);
    return taken;
}

static double all_new(const char *text, size_t len)
{
    struct nj_state state;
    double start;

    nj_state_init(&state, 0);
    start = cpu_us();
    for (int i = 0; i < ROUNDS; i++) {
        struct nj_state next;

        if (read_feed(text, len, &state, &next) != ITEMS) {
            abort();
        }
        nj_state_finish(&next);
    }
    return (cpu_us() - start) / ROUNDS;
}

static double none_new(const char *text, size_t len)
{
    struct nj_state first;
    struct nj_state state;
    double start;

    nj_state_init(&first, 0);
    (void)read_feed(text, len, &first, &state);
    start = cpu_us();
    for (int i = 0; i < ROUNDS; i++) {
        struct nj_state next;

        if (read_feed(text, len, &state, &next) != 0) {
            abort();
        }
        nj_state_finish(&next);
    }
    nj_state_finish(&state);
    return (cpu_us() - start) / ROUNDS;
}

static void on_start(void *ctx,
                     const xmlChar *name,
                     const xmlChar *prefix,
                     const xmlChar *uri,
                     int namespaces,
                     const xmlChar **bound,
                     int attributes,
                     int defaulted,
                     const xmlChar **list)
{
    (void)name;
    (void)prefix;
    (void)uri;
    (void)namespaces;
    (void)bound;
    (void)attributes;
    (void)defaulted;
    (void)list;
    ++*(long *)ctx;
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    (void)text;
    *(long *)ctx += len;
}

/* libxml2's push parser, with handlers that only count. */
static double with_libxml2(const char *text, size_t len)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .characters = on_text};
    long count = 0;
    double start = cpu_us();

    for (int i = 0; i < ROUNDS; i++) {
        xmlParserCtxtPtr parser =
            xmlCreatePushParserCtxt(&sax, &count, NULL, 0, NULL);

        (void)xmlCtxtUseOptions(parser, XML_PARSE_RECOVER | XML_PARSE_NONET |
                                            XML_PARSE_NOERROR);
        (void)xmlParseChunk(parser, text, (int)len, 1);
        xmlFreeParserCtxt(parser);
    }
    return (cpu_us() - start) / ROUNDS;
}

static double best_of(double (*run)(const char *text, size_t len),
                      const char *text,
                      size_t len)
{
    double best = run(text, len);

    for (int i = 1; i < REPEATS; i++) {
        double again = run(text, len);

        best = again < best ? again : best;
    }
    return best;
}

int main(void)
{
    size_t len;
    char *text = make_feed(&len);

    printf("feed of %d items, %zu bytes, CPU us a read (best of %d)\n", ITEMS,
           len, REPEATS);
    printf("  all new: parsed, judged, rendered   %6.1f   (goal 90)\n",
           best_of(all_new, text, len));
    printf("  none new: parsed and judged         %6.1f   (goal 90)\n",
           best_of(none_new, text, len));
    printf("  libxml2 SAX alone, nothing rendered %6.1f\n",
           best_of(with_libxml2, text, len));
    free(text);
    xmlCleanupParser();
    return 0;
}
