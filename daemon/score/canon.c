#include "score/canon.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "score/entity.h"
#include "score/grow.h"
#include "score/language.h"
#include "score/script.h"
#include "score/skeleton.h"

enum { MAX_CLUSTER = 12 }; /* marks kept on one letter; the rest is graffiti */

struct maker {
    struct nj_canon *canon;
    const struct nj_fold *fold;
    const char *given;
    size_t at;     /* next byte given */
    size_t origin; /* first byte given of the present code point */
    int status;
    uint32_t cluster[MAX_CLUSTER + NJ_FOLD_POINTS];
    size_t cluster_len;
    size_t cluster_origin;
    int keeps_marks;   /* the last letter keeps the marks after it */
    size_t word_start; /* canonical byte where the present word began */
    unsigned scripts;  /* scripts of the present word */
};

static int make_room(struct nj_canon *canon, size_t need)
{
    size_t room = canon->room;
    size_t map_room = canon->room;
    void *text;
    void *origin;

    if (need <= canon->room) {
        return 0;
    }
    origin = nj_grow(canon->origin, &map_room, need, sizeof *canon->origin);
    if (origin == NULL) {
        return NJ_E_NOMEM;
    }
    canon->origin = origin;
    text = nj_grow(canon->text, &room, need, 1);
    if (text == NULL) {
        return NJ_E_NOMEM;
    }
    canon->text = text;
    canon->room = room;
    return 0;
}

/* ---- plain ASCII ------------------------------------------------------- */

/* Whether S may be an entity: a letter or '#' follows the '&'. */
static int may_be_entity(const char *s, size_t len)
{
    unsigned char c = len > 1 ? (unsigned char)s[1] : ' ';

    return c == '#' || (unsigned)((c | 0x20) - 'a') < 26u;
}

/* Lower-case GIVEN into TEXT for as long as it is plain; returns how far. */
static size_t lower_plain(char *text, const char *given, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)given[i];

        if (c >= 0x7f || (c < 0x20 && c != '\n' && c != '\t' && c != '\r') ||
            (c == '&' && may_be_entity(given + i, len - i))) {
            return i;
        }
        text[i] = (char)(c | ((unsigned)(c - 'A') < 26u) << 5);
    }
    return len;
}

/* ---- everything else --------------------------------------------------- */

static void end_word(struct maker *m)
{
    unsigned scripts = m->scripts;

    if ((scripts & NJ_SCRIPT_LATIN) != 0 && (scripts & (scripts - 1)) != 0) {
        nj_skeleton_undo(m->canon, m->given, m->word_start);
    }
    m->canon->scripts |= scripts;
    m->scripts = 0;
}

static void
add_bytes(struct maker *m, const char *bytes, size_t len, size_t origin)
{
    struct nj_canon *canon = m->canon;
    size_t need = canon->len + len + NJ_CANON_PADDING + 1;

    if (m->status != 0) {
        return;
    }
    if (canon->len + len > NJ_CANON_MAX_BYTES) {
        canon->flags |= NJ_CANON_CUT;
        return;
    }
    m->status = make_room(canon, need);
    if (m->status != 0) {
        return;
    }
    memcpy(canon->text + canon->len, bytes, len);
    for (size_t i = 0; i < len; i++) {
        canon->origin[canon->len + i] = (uint32_t)origin;
    }
    canon->len += len;
}

static void note_script(struct maker *m, unsigned script)
{
    if (m->scripts == 0) {
        m->word_start = m->canon->len;
    }
    m->scripts |= script;
}

static void flush_cluster(struct maker *m)
{
    size_t n = m->cluster_len;

    if (n == 0) {
        return;
    }
    if (n > 1) {
        n = nj_fold_compose(m->cluster, n);
    }
    m->cluster_len = 0;
    for (size_t i = 0; i < n; i++) {
        char bytes[4];
        size_t len = nj_utf8_encode(m->cluster[i], bytes);

        add_bytes(m, bytes, len, m->cluster_origin);
    }
}

/* Signs that stand for letters do not end a word that mixes scripts. */
static int ends_word(char c)
{
    return strchr("@$!*+|", c) == NULL;
}

static void add_ascii(struct maker *m, unsigned char c)
{
    char lower = (char)(c | ((unsigned)(c - 'A') < 26u) << 5);

    flush_cluster(m);
    if (lower >= 'a' && lower <= 'z') {
        note_script(m, NJ_SCRIPT_LATIN);
    } else if (m->scripts != 0 && !(c >= '0' && c <= '9') && ends_word(lower)) {
        end_word(m);
    }
    m->keeps_marks = 0;
    add_bytes(m, &lower, 1, m->origin);
}

static int is_hangul_piece(uint32_t cp)
{
    return (cp >= 0x1100 && cp <= 0x11ff) || (cp >= 0xac00 && cp <= 0xd7a3);
}

static void add_starter(struct maker *m, uint32_t cp)
{
    unsigned script = (unsigned)nj_script_of(cp);
    int joins = cp >= 0x1160 && cp <= 0x11ff && m->cluster_len > 0 &&
                is_hangul_piece(m->cluster[m->cluster_len - 1]);

    if (!joins || m->cluster_len >= MAX_CLUSTER) {
        flush_cluster(m);
        m->cluster_origin = m->origin;
    }
    if (script != 0) {
        note_script(m, script);
    } else if (m->scripts != 0 && !nj_script_is_word(cp)) {
        end_word(m);
    }
    m->cluster[m->cluster_len] = cp;
    m->cluster_len++;
    m->keeps_marks = 1;
}

static void add_mark(struct maker *m, uint32_t cp)
{
    if (m->keeps_marks && m->cluster_len > 0 && m->cluster_len < MAX_CLUSTER) {
        m->cluster[m->cluster_len] = cp;
        m->cluster_len++;
    }
}

static void add_text(struct maker *m, const struct nj_folded *row)
{
    flush_cluster(m);
    if (row->script != 0) {
        note_script(m, row->script);
    } else if (m->scripts != 0) {
        end_word(m);
    }
    m->keeps_marks = 0;
    add_bytes(m, row->text, row->len, m->origin);
}

static void add_slow(struct maker *m, uint32_t cp)
{
    uint32_t points[NJ_FOLD_POINTS];
    size_t n = nj_fold_point(cp, points);

    for (size_t i = 0; i < n; i++) {
        unsigned script;

        if (points[i] < 0x80) {
            add_ascii(m, (unsigned char)points[i]);
        } else if (nj_fold_is_mark(points[i])) {
            add_mark(m, points[i]);
        } else {
            script = (unsigned)nj_script_of(points[i]);
            add_starter(m, points[i]);
            m->keeps_marks = script > NJ_SCRIPT_CYRILLIC;
        }
    }
}

static void add_point(struct maker *m, uint32_t cp)
{
    const struct nj_folded *row;

    if (cp < 0x7f && (cp >= 0x20 || cp == '\n' || cp == '\t' || cp == '\r')) {
        add_ascii(m, (unsigned char)cp);
        return;
    }
    m->canon->special |= nj_language_special(cp);
    if (cp >= NJ_FOLD_TABLE) {
        add_slow(m, cp);
        return;
    }
    row = &m->fold->rows[cp];
    switch ((enum nj_fold_kind)row->kind) {
    case NJ_FOLD_DROP:
        break;
    case NJ_FOLD_MARK:
        add_mark(m, cp);
        break;
    case NJ_FOLD_TEXT:
        add_text(m, row);
        break;
    case NJ_FOLD_STARTER:
        add_starter(m, cp);
        break;
    case NJ_FOLD_SLOW:
        add_slow(m, cp);
        break;
    }
}

/* A stray byte, read as Windows-1252; its signs are not worth a table. */
static uint32_t repair(unsigned char byte)
{
    return byte >= 0xa0 ? byte : 0xad;
}

static int is_regional(uint32_t cp)
{
    return cp >= 0x1f1e6 && cp <= 0x1f1ff;
}

/* Two regional indicators alone are a flag, more are letters. */
static size_t flag_at(const char *s, size_t len)
{
    size_t at = 0;
    size_t count = 0;
    uint32_t cp = 0;
    size_t n;

    while (count < 3 && (n = nj_utf8_decode(s + at, len - at, &cp)) > 0 &&
           is_regional(cp)) {
        at += n;
        count++;
    }
    return count == 2 ? at : 0;
}

static void read_point(struct maker *m, size_t len)
{
    const char *s = m->given + m->at;
    size_t left = len - m->at;
    uint32_t cp = 0;
    size_t n = 0;

    m->origin = m->at;
    if (s[0] == '&' && may_be_entity(s, left)) {
        n = nj_entity_decode(s, left, &cp);
    }
    if (n == 0) {
        n = nj_utf8_decode(s, left, &cp);
    }
    if (n == 0) {
        cp = repair((unsigned char)s[0]);
        n = 1;
        m->canon->flags |= NJ_CANON_REPAIRED;
    }
    m->at += n;
    if (is_regional(cp) && m->scripts == 0 && flag_at(s, left) > 0) {
        m->at = m->origin + flag_at(s, left);
        add_ascii(m, ' ');
        return;
    }
    add_point(m, cp);
}

static int make_mapped(struct maker *m, size_t plain, size_t len)
{
    struct nj_canon *canon = m->canon;

    /* go back to the start of the word in which plain text ends */
    while (plain > 0 && canon->text[plain - 1] > ' ') {
        plain--;
    }
    for (size_t i = 0; i < plain; i++) {
        canon->origin[i] = (uint32_t)i;
    }
    canon->len = plain;
    canon->mapped = 1;
    m->at = plain;
    while (m->at < len && m->status == 0) {
        read_point(m, len);
    }
    m->origin = len;
    flush_cluster(m);
    end_word(m);
    return m->status;
}

static void close_text(struct nj_canon *canon)
{
    memset(canon->text + canon->len, 0, NJ_CANON_PADDING);
    canon->origin[canon->len] = (uint32_t)canon->given_len;
}

int nj_canon_make(struct nj_canon *canon,
                  const struct nj_fold *fold,
                  const char *given,
                  size_t len)
{
    struct maker m = {.canon = canon, .fold = fold, .given = given};
    int rc;

    canon->flags = 0;
    canon->scripts = 0;
    canon->special = 0;
    canon->mapped = 0;
    canon->len = 0;
    if (len > NJ_LIMIT_POST_TEXT_BYTES) {
        len = NJ_LIMIT_POST_TEXT_BYTES;
        while (len > 0 && ((unsigned char)given[len] & 0xc0) == 0x80) {
            len--;
        }
        canon->flags |= NJ_CANON_CUT;
    }
    canon->given_len = len;
    rc = make_room(canon, len + NJ_CANON_PADDING + 1);
    if (rc != 0) {
        return rc;
    }
    canon->len = lower_plain(canon->text, given, len);
    canon->scripts = canon->len > 0 ? NJ_SCRIPT_LATIN : 0;
    if (canon->len < len) {
        rc = make_mapped(&m, canon->len, len);
    }
    if (rc != 0) {
        canon->len = 0;
    }
    close_text(canon);
    return rc;
}

void nj_canon_origin(const struct nj_canon *canon,
                     size_t start,
                     size_t end,
                     uint32_t *out_start,
                     uint32_t *out_end)
{
    if (!canon->mapped) {
        *out_start = (uint32_t)start;
        *out_end = (uint32_t)end;
        return;
    }
    while (end > start && end < canon->len &&
           canon->origin[end] == canon->origin[end - 1]) {
        end++;
    }
    *out_start = canon->origin[start];
    *out_end = canon->origin[end];
}

void nj_canon_finish(struct nj_canon *canon)
{
    free(canon->text);
    free(canon->origin);
    *canon = (struct nj_canon){0};
}
