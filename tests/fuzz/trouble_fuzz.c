/* Any text as a post: keys are bounded, links have a stable form, words are
 * found where they stand. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "triage/match.h"
#include "triage/trouble.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* A canonical link read again is itself. */
static void check_link(const char *text, size_t len)
{
    char once[4096];
    char again[4096] = "https://";
    char twice[4096];
    size_t n = nj_trouble_link(text, len, once, sizeof once);

    must(strlen(once) <= n);
    if (n == 0 || n + 9 > sizeof again || strchr(once, '@') != NULL ||
        strstr(once, "url?") != NULL || strstr(once, "l.php") != NULL ||
        strstr(once, "l.instagram") != NULL || strstr(once, ":443") != NULL ||
        strncmp(once, "www.", 4) == 0) {
        return; /* lawful to change again */
    }
    memcpy(again + 8, once, n + 1);
    must(nj_trouble_link(again, n + 8, twice, sizeof twice) <= n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct nj_post post = {.source = "s", .brand = "b"};
    struct nj_score score = {.judged = 1, .simhash = size};
    struct nj_trouble keys[NJ_TROUBLE_KEYS];
    char *line;

    if (text == NULL) {
        return 0;
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    post.text = post.url = post.thread = post.author = text;
    must(nj_trouble_keys("r", &post, &score, keys) <= NJ_TROUBLE_KEYS);
    check_link(text, strlen(text));
    line = strchr(text, '\n'); /* a word, and a text to look for it in */
    if (line != NULL) {
        *line++ = '\0';
        (void)nj_match_word(line, text);
        (void)nj_match_language(line, text);
    }
    free(text);
    return 0;
}
