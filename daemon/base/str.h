/* base/str.h - small truths about text: UTF-8, numbers, durations, nearest
 * names, hex, and making foreign text harmless for a terminal or a log. */

#ifndef NJ_BASE_STR_H
#define NJ_BASE_STR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Whether A and B are the same; NULL equals only NULL. */
int nj_str_eq(const char *a, const char *b);

/* Whether TEXT begins with PREFIX (case sensitive). */
int nj_str_starts(const char *text, const char *prefix);

/* Decode one code point of UTF-8 at S[0..LEN) into OUT_CP. Returns its length
 * in bytes (1..4), or 0 when LEN is 0 or the bytes are not well-formed UTF-8
 * (RFC 3629: no surrogates, no overlong forms). */
size_t nj_utf8_decode(const char *s, size_t len, uint32_t *out_cp);

/* Encode CP into OUT[4]; returns the bytes written, 0 for no code point. */
size_t nj_utf8_encode(uint32_t cp, char out[4]);

/* Whether S[0..LEN) is well-formed UTF-8 throughout. */
int nj_utf8_valid(const char *s, size_t len);

/* The largest length <= MAX at which S[0..LEN) may be cut without splitting a
 * code point, nor a letter from its marks, vowel signs, joined parts, or one
 * half of a flag from the other (most of UAX 29). */
size_t nj_utf8_cut(const char *s, size_t len, size_t max);

/* Columns that S[0..LEN) takes on a terminal: two for each wide letter (CJK,
 * emoji, flags), none for marks and joiners, one for a byte that is no UTF-8.
 * And the bytes of its first whole letters that take at most COLUMNS. */
size_t nj_utf8_columns(const char *s, size_t len);
size_t nj_utf8_fit(const char *s, size_t len, size_t columns);

/* Copy S[0..LEN) into OUT[0..ROOM) so that a terminal or log cannot be
 * deceived: C0 and C1 controls, DEL, bidi overrides, line and paragraph
 * separators, and bytes that are not UTF-8 become \xNN or \u{NNNN}. A NUL
 * ends OUT; what does not fit is left out. Returns the bytes written. */
size_t nj_str_harmless(const char *s, size_t len, char *out, size_t room);

/* As snprintf and vsnprintf, for sentences of words and whole numbers: s, d, u,
 * c (with a precision and l, ll, z) are written here, five times as fast; with
 * anything else in FMT it is snprintf. */
int nj_str_format(char *out, size_t room, const char *fmt, ...) NJ_PRINTF(3, 4);
int nj_str_vformat(char *out, size_t room, const char *fmt, va_list args)
    NJ_PRINTF(3, 0);

/* Read a whole decimal integer, optional sign, nothing before or after.
 * Returns 0, or NJ_E_INVALID (out untouched). */
int nj_str_int(const char *text, int64_t *out) NJ_MUST;

/* Read a whole decimal number such as 0.8 (no exponent, no locale).
 * Returns 0, or NJ_E_INVALID (out untouched). */
int nj_str_number(const char *text, double *out) NJ_MUST;

/* Read a duration: a whole number and one of ms s m h d w y ("90s", "5m"; a
 * year is 365 days), several may follow each other ("1h30m"); at most 100
 * years. "0" is allowed.
 * Returns 0 and milliseconds, or NJ_E_INVALID (out untouched). */
int nj_str_duration(const char *text, int64_t *out_ms) NJ_MUST;

/* Write MS as people say it: "90s" is "1m30s", 7200000 is "2h". OUT always
 * ends with a NUL. Returns OUT. */
enum { NJ_DURATION_TEXT = 32 };
char *nj_str_duration_text(int64_t ms, char out[NJ_DURATION_TEXT]);

/* The entry of NAMES[0..COUNT) nearest to TEXT by edit distance with
 * transpositions, if near enough to be a slip of the finger; else NULL. */
const char *
nj_str_nearest(const char *text, const char *const *names, size_t count);

/* Write LEN bytes as lower-case hex with a NUL into OUT[2*LEN+1]. */
void nj_hex(const void *bytes, size_t len, char *out);

/* Read exactly LEN bytes from 2*LEN hex digits. 0 or NJ_E_INVALID. */
int nj_unhex(const char *hex, void *out, size_t len) NJ_MUST;

/* 64-bit FNV-1a with a final mix: for tables and fingerprints, not secrets. */
uint64_t nj_hash(const void *bytes, size_t len);
uint64_t nj_hash_str(const char *text);

#endif
