#include "score/skeleton.h"

#include <string.h>

#include "base/str.h"
#include "score/script.h"

/* The Latin look of CP, which stands at byte AT of CANON; the given text is
 * asked first, since capital and small letters differ in shape. */
static char latin_look(const struct nj_canon *canon,
                       const char *given,
                       size_t at,
                       uint32_t cp)
{
    size_t from = canon->origin[at];
    uint32_t original = 0;
    char look = 0;

    if (nj_utf8_decode(given + from, canon->given_len - from, &original) > 0 &&
        nj_script_of(original) == nj_script_of(cp)) {
        look = nj_lookalike_latin(original);
    }
    return look != 0 ? look : nj_lookalike_latin(cp);
}

enum verdict { TO_LATIN, TO_CYRILLIC, TO_NEITHER };

static enum verdict
choose(const struct nj_canon *canon, const char *given, size_t from)
{
    int latin_works = 1;
    int cyrillic_works = 1;
    int latin = 0;
    int cyrillic = 0;
    size_t n;

    for (size_t at = from; at < canon->len; at += n) {
        uint32_t cp = 0;
        enum nj_script script;

        n = nj_utf8_decode(canon->text + at, canon->len - at, &cp);
        if (n == 0) {
            return TO_NEITHER;
        }
        script = nj_script_of(cp);
        latin += script == NJ_SCRIPT_LATIN;
        cyrillic += script == NJ_SCRIPT_CYRILLIC;
        if (script == NJ_SCRIPT_LATIN) {
            if (cp >= 0x80 || nj_lookalike_cyrillic((char)cp) == 0) {
                cyrillic_works = 0;
            }
        } else if (script != NJ_SCRIPT_COMMON) {
            if (latin_look(canon, given, at, cp) == 0) {
                latin_works = 0;
            }
            if (script != NJ_SCRIPT_CYRILLIC) {
                cyrillic_works = 0;
            }
        }
    }
    if (latin_works && (!cyrillic_works || latin >= cyrillic)) {
        return TO_LATIN;
    }
    return cyrillic_works ? TO_CYRILLIC : TO_NEITHER;
}

/* Put CP in Latin look over what was written; the text only gets shorter. */
static void to_latin(struct nj_canon *canon, const char *given, size_t from)
{
    size_t to = from;
    size_t n;

    for (size_t at = from; at < canon->len; at += n) {
        uint32_t cp = 0;
        uint32_t origin = canon->origin[at];
        char look = 0;

        n = nj_utf8_decode(canon->text + at, canon->len - at, &cp);
        if (cp >= 0x80 && nj_script_of(cp) != NJ_SCRIPT_LATIN) {
            look = latin_look(canon, given, at, cp);
        }
        if (look != 0) {
            canon->text[to] = look;
            canon->origin[to] = origin;
            to++;
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            canon->text[to] = canon->text[at + i];
            canon->origin[to] = origin;
            to++;
        }
    }
    canon->len = to;
}

/* Latin letters of one byte become Cyrillic ones of two: written into a word
 * of its own first; words too long for that are left as they are. */
static void to_cyrillic(struct nj_canon *canon, size_t from)
{
    enum { MAX_WORD = 128 };
    char word[MAX_WORD];
    uint32_t origin[MAX_WORD];
    size_t len = 0;
    size_t n;

    for (size_t at = from; at < canon->len; at += n) {
        uint32_t cp = 0;
        uint32_t swapped = 0;
        char bytes[4];
        size_t bytes_len;

        n = nj_utf8_decode(canon->text + at, canon->len - at, &cp);
        if (cp < 0x80 && nj_script_of(cp) == NJ_SCRIPT_LATIN) {
            swapped = nj_lookalike_cyrillic((char)cp);
        }
        bytes_len = nj_utf8_encode(swapped != 0 ? swapped : cp, bytes);
        if (len + bytes_len > MAX_WORD) {
            return;
        }
        memcpy(word + len, bytes, bytes_len);
        for (size_t i = 0; i < bytes_len; i++) {
            origin[len + i] = canon->origin[at];
        }
        len += bytes_len;
    }
    if (from + len + NJ_CANON_PADDING + 1 > canon->room) {
        return;
    }
    memcpy(canon->text + from, word, len);
    memcpy(canon->origin + from, origin, len * sizeof origin[0]);
    canon->len = from + len;
}

void nj_skeleton_undo(struct nj_canon *canon, const char *given, size_t from)
{
    switch (choose(canon, given, from)) {
    case TO_LATIN:
        to_latin(canon, given, from);
        canon->flags |= NJ_CANON_DISGUISED;
        break;
    case TO_CYRILLIC:
        to_cyrillic(canon, from);
        canon->flags |= NJ_CANON_DISGUISED;
        break;
    case TO_NEITHER:
        break;
    }
}

size_t nj_skeleton_latin(const char *text, size_t len, char *out)
{
    size_t wrote = 0;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        uint32_t cp = 0;
        char look;

        n = nj_utf8_decode(text + at, len - at, &cp);
        look = n == 0 ? 0 : nj_lookalike_latin(cp);
        if (look == 0) {
            return 0;
        }
        out[wrote] = look;
        wrote++;
    }
    return wrote;
}
