#include "score/root.h"

#include <stdlib.h>
#include <string.h>

#include "score/grow.h"

int nj_roots_add(struct nj_roots *roots, struct nj_root root)
{
    struct nj_root *items =
        nj_grow(roots->items, &roots->room, roots->count + 1, sizeof root);

    if (items == NULL) {
        return NJ_E_NOMEM;
    }
    roots->items = items;
    roots->items[roots->count] = root;
    roots->count++;
    return 0;
}

static int by_text(const void *a, const void *b)
{
    const struct nj_root *x = a;
    const struct nj_root *y = b;

    return strcmp(x->text, y->text);
}

/* A root of one letter goes with any second. */
static void mark_pairs(struct nj_roots *roots, const unsigned char *text)
{
    unsigned pair = (unsigned)text[0] << 8 | text[1];

    if (text[1] != '\0') {
        roots->pairs[pair / 64] |= UINT64_C(1) << (pair % 64);
    } else {
        memset(&roots->pairs[pair / 64], 0xff, 256 / 8);
    }
}

void nj_roots_freeze(struct nj_roots *roots)
{
    size_t i = 0;

    if (roots->count == 0) {
        return;
    }
    qsort(roots->items, roots->count, sizeof *roots->items, by_text);
    for (unsigned byte = 0; byte < 256; byte++) {
        roots->from[byte] = (uint32_t)i;
        while (i < roots->count &&
               (unsigned char)roots->items[i].text[0] == byte) {
            mark_pairs(roots, (const unsigned char *)roots->items[i].text);
            i++;
        }
    }
    roots->from[256] = (uint32_t)i;
}

/* The shortest root that TEXT[0..LEN) begins with, or NULL. */
static const struct nj_root *
root_at(const struct nj_roots *roots, const char *text, size_t len)
{
    unsigned char first = (unsigned char)text[0];

    /* one that begins another stands before it */
    for (size_t i = roots->from[first]; i < roots->from[first + 1]; i++) {
        size_t bytes = strlen(roots->items[i].text);

        if (bytes <= len && memcmp(roots->items[i].text, text, bytes) == 0) {
            return &roots->items[i];
        }
    }
    return NULL;
}

uint32_t
nj_roots_find(const struct nj_roots *roots, const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    const struct nj_root *best = NULL;
    size_t end = len; /* nothing behind it is of interest */

    for (size_t at = 0; at < end; at++) {
        unsigned pair = (unsigned)bytes[at] << 8 | bytes[at + 1];
        const struct nj_root *root;

        if ((roots->pairs[pair / 64] >> (pair % 64) & 1) == 0) {
            continue;
        }
        root = root_at(roots, text + at, end - at);
        if (root != NULL && (best == NULL || at + strlen(root->text) < end)) {
            best = root;
            end = at + strlen(root->text);
        }
    }
    return best == NULL ? 0 : best->word;
}

void nj_roots_finish(struct nj_roots *roots)
{
    free(roots->items);
    *roots = (struct nj_roots){0};
}
