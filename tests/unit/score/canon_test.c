// The canonical text and the way back to the bytes that were given.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/limits.h"
#include "base/str.h"
#include "score/canon.h"

static struct nj_fold *fold;
static struct nj_canon canon;

static int set_up(void **state)
{
    (void)state;
    fold = nj_fold_create();
    return fold == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    nj_canon_finish(&canon);
    free(fold);
    return 0;
}

static const char *canonical(const char *given, size_t len)
{
    assert_int_equal(nj_canon_make(&canon, fold, given, len), 0);
    assert_true(nj_utf8_valid(canon.text, canon.len));
    assert_int_equal(strlen(canon.text), canon.len);
    return canon.text;
}

static void becomes(const char *given, const char *expected)
{
    assert_string_equal(canonical(given, strlen(given)), expected);
}

static void nothing_stays_nothing(void **state)
{
    (void)state;
    assert_string_equal(canonical("", 0), "");
    assert_string_equal(canonical(NULL, 0), "");
}

static void broken_utf8_is_read_as_windows_1252(void **state)
{
    (void)state;
    becomes("caf\xe9 cr\xe8me", "cafe creme");
    assert_true((canon.flags & NJ_CANON_REPAIRED) != 0);
    becomes("\xff\xfe\x80\x81", "yþ");
    becomes("a\xc3", "aa");
    becomes("\xed\xa0\x80x", "i x");
    becomes("caf\xc3\xa9", "cafe");
    assert_int_equal(canon.flags & NJ_CANON_REPAIRED, 0);
}

static void nuls_and_controls_are_invisible(void **state)
{
    (void)state;
    assert_string_equal(canonical("f\0u\1c\x7fk", 7), "fuck");
    becomes("a\tb\nc\r\nd", "a\tb\nc\r\nd");
}

static void plain_ascii_only_loses_its_capitals(void **state)
{
    (void)state;
    becomes("Hello, WORLD! 100% @Me #Tag AT&T R&D", "hello, world! 100% @me "
                                                    "#tag at&t r&d");
    becomes("plain text", "plain text");
    assert_int_equal(canon.mapped, 0);
}

static void entities_are_decoded_even_twice(void **state)
{
    (void)state;
    becomes("&#102;&#x75;ck", "fuck");
    becomes("&amp;#102;uck &amp;amp; co", "fuck & co");
    becomes("caf&eacute; &lt;b&gt; &quot;x&quot;", "cafe <b> \"x\"");
    becomes("f&shy;u&zwj;c&ZeroWidthSpace;k", "fuck");
    becomes("&nosuch; &; &#; &#xffffffff; &#0;", "&nosuch; &; &#; "
                                                 "&#xffffffff; &#0;");
    becomes("&#102uck", "fuck");
}

static void invisible_characters_vanish(void **state)
{
    (void)state;
    becomes("s\u200bh\u200ci\u200dt\ufeff", "shit");
    becomes("\u202efuck\u202c", "fuck");
    becomes("so\u00adft", "soft");
    becomes("a\u2060b\u180ec\u115fd", "abcd");
}

static void letters_in_disguise_become_letters(void **state)
{
    (void)state;
    becomes("ｆｕｃｋ", "fuck");
    becomes("𝐟𝐮𝐜𝐤 𝔣𝔲𝔠𝔨 𝓯𝓾𝓬𝓴", "fuck fuck fuck");
    becomes("ⓕⓤⓒⓚ 🅵🆄🅲🅺 🄵🅄🄲🄺", "fuck fuck fuck");
    becomes("🇫🇺🇨🇰", "fuck");
    becomes("ꜰᴜᴄᴋ ʙᴇᴇ", "fuck bee");
    becomes("⒡⒰⒞⒦", "fuck");
    becomes("ﬁne ﬀ ㎏", "fine ff kg");
}

static void flags_are_not_letters(void **state)
{
    (void)state;
    becomes("go 🇬🇧 go", "go   go");
}

static void marks_are_dropped_from_latin_greek_and_cyrillic_only(void **state)
{
    (void)state;
    becomes("Füßchen ÅÖ ñ ç ł ø đ", "fusschen ao n c l o d");
    becomes("f\u0338u\u0336c\u0489k", "fuck");
    becomes("Ελλάδα ёлка", "ελλαδα елка");
    becomes("नहीं", "नहीं");
    becomes("ガ", "ガ");
    becomes("か\u3099", "が");
}

static void hangul_pieces_are_joined(void **state)
{
    (void)state;
    becomes("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글");
    becomes("한글", "한글");
}

static void arabic_loses_its_stretching_and_short_vowels(void **state)
{
    (void)state;
    becomes("مـــرحبا", "مرحبا");
    becomes("مَرْحَبًا", "مرحبا");
    becomes("ﻣﺮﺣﺒﺎ", "مرحبا");
}

static void look_alikes_are_undone_in_mixed_words_only(void **state)
{
    (void)state;
    becomes("ѕhіt", "shit");
    assert_true((canon.flags & NJ_CANON_DISGUISED) != 0);
    becomes("pаypаl", "paypal");
    becomes("FUСK", "fuck");
    becomes("привет сос", "привет сос");
    becomes("Αθήνα", "αθηνα");
    becomes("сукa", "сука");
    becomes("Москва/Moscow Wi-Fi-сеть", "москва/moscow wi-fi-сеть");
    becomes("Ηello", "hello");
    becomes("цfat", "цfat");
}

static void quotes_dashes_and_apostrophes_are_of_one_kind(void **state)
{
    (void)state;
    becomes("“a” «b» ‘c’ don’t – — …", "\"a\" \"b\" 'c' don't - - ...");
}

/* The way back: canonical [start, end) came from given [from, to). */
static void comes_from(
    const char *given, size_t start, size_t end, uint32_t from, uint32_t to)
{
    uint32_t got_from = 0;
    uint32_t got_to = 0;

    (void)canonical(given, strlen(given));
    nj_canon_origin(&canon, start, end, &got_from, &got_to);
    assert_int_equal(got_from, from);
    assert_int_equal(got_to, to);
}

static void every_span_leads_back_to_whole_letters(void **state)
{
    (void)state;
    comes_from("you Moron!", 4, 9, 4, 9);
    comes_from("ü shit", 2, 6, 3, 7);
    comes_from("&#115;hit!", 0, 4, 0, 9);
    comes_from("s\u200bhit x", 0, 4, 0, 7);
    comes_from("shit\u0336 x", 0, 4, 0, 6);
    comes_from("ﬁne", 0, 1, 0, 3);
    comes_from("ѕhіt x", 0, 4, 0, 6);
    comes_from("a🇫🇺🇨🇰", 1, 5, 1, 17);
}

static void the_map_never_goes_backwards(void **state)
{
    static const char text[] = "x ѕhіt &amp; ﷺ がか\u3099 ﬁ 한 caf\xe9 🇫🇺🇨🇰";

    (void)state;
    (void)canonical(text, sizeof text - 1);
    for (size_t i = 0; i < canon.len; i++) {
        assert_true(canon.origin[i] <= canon.origin[i + 1]);
    }
    assert_int_equal(canon.origin[canon.len], sizeof text - 1);
}

static void too_much_text_is_cut_and_told(void **state)
{
    size_t len = NJ_LIMIT_POST_TEXT_BYTES + 100;
    char *text = malloc(len);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', len);
    (void)canonical(text, len);
    assert_int_equal(canon.len, NJ_LIMIT_POST_TEXT_BYTES);
    assert_true((canon.flags & NJ_CANON_CUT) != 0);
    free(text);
}

static void text_that_swells_is_bounded(void **state)
{
    enum { TIMES = 21000 };
    char *text = malloc(TIMES * 3);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < TIMES; i++) {
        memcpy(text + i * 3, "ﷺ", 3);
    }
    (void)canonical(text, TIMES * 3);
    assert_true(canon.len <= NJ_CANON_MAX_BYTES);
    assert_true((canon.flags & NJ_CANON_CUT) != 0);
    free(text);
}

static void graffiti_of_marks_is_bounded(void **state)
{
    char text[9001];

    (void)state;
    memcpy(text, "क", 3);
    for (size_t i = 3; i + 3 <= sizeof text; i += 3) {
        memcpy(text + i, "\u0902", 3);
    }
    (void)canonical(text, 9000);
    assert_true(canon.len <= 12 * 3);
}

/* Outside Latin, Greek, Cyrillic and our own swaps, canonical text is what
 * utf8proc calls NFKC_Casefold. */
static void other_scripts_agree_with_utf8proc(void **state)
{
    static const uint32_t blocks[][2] = {
        {0x0531, 0x0587}, {0x05d0, 0x05ea}, {0x0621, 0x063a},
        {0x0904, 0x0939}, {0x0985, 0x09b9}, {0x0e01, 0x0e30},
        {0x10a0, 0x10c5}, {0x1200, 0x1248}, {0x3041, 0x3096},
        {0x30a1, 0x30fa}, {0x4e00, 0x4fff}, {0xac00, 0xad00},
        {0xf900, 0xfa0d}, {0xff66, 0xff9d}, {0x10400, 0x1044f},
    };

    (void)state;
    for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
        for (uint32_t cp = blocks[b][0]; cp <= blocks[b][1]; cp++) {
            char given[5] = {0};
            size_t n = nj_utf8_encode(cp, given);
            utf8proc_uint8_t *expected =
                utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)given);

            assert_true(n > 0);
            assert_non_null(expected);
            becomes(given, (const char *)expected);
            free(expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stays_nothing),
        cmocka_unit_test(broken_utf8_is_read_as_windows_1252),
        cmocka_unit_test(nuls_and_controls_are_invisible),
        cmocka_unit_test(plain_ascii_only_loses_its_capitals),
        cmocka_unit_test(entities_are_decoded_even_twice),
        cmocka_unit_test(invisible_characters_vanish),
        cmocka_unit_test(letters_in_disguise_become_letters),
        cmocka_unit_test(flags_are_not_letters),
        cmocka_unit_test(marks_are_dropped_from_latin_greek_and_cyrillic_only),
        cmocka_unit_test(hangul_pieces_are_joined),
        cmocka_unit_test(arabic_loses_its_stretching_and_short_vowels),
        cmocka_unit_test(look_alikes_are_undone_in_mixed_words_only),
        cmocka_unit_test(quotes_dashes_and_apostrophes_are_of_one_kind),
        cmocka_unit_test(every_span_leads_back_to_whole_letters),
        cmocka_unit_test(the_map_never_goes_backwards),
        cmocka_unit_test(too_much_text_is_cut_and_told),
        cmocka_unit_test(text_that_swells_is_bounded),
        cmocka_unit_test(graffiti_of_marks_is_bounded),
        cmocka_unit_test(other_scripts_agree_with_utf8proc),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
