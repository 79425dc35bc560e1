/* crypto.h against the vectors of RFC 2202, RFC 4231, RFC 4648 and FIPS 180.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "io/crypto.h"

struct mac_case {
    char key_byte; /* repeated; or 0: KEY is text */
    size_t key_len;
    const char *key;
    char data_byte; /* likewise */
    size_t data_len;
    const char *data;
    const char *sha1;
    const char *sha256;
};

static const char longer_key[] =
    "Test Using Larger Than Block-Size Key - Hash Key First";

static const struct mac_case macs[] = {
    {0x0b, 20, NULL, 0, 0, "Hi There",
     "b617318655057264e28bc0b6fb378c8ef146be00",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {0, 4, "Jefe", 0, 0, "what do ya want for nothing?",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {(char)0xaa, 20, NULL, (char)0xdd, 50, NULL,
     "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {(char)0xaa, 131, NULL, 0, 0, longer_key, NULL,
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {(char)0xaa, 80, NULL, 0, 0, longer_key,
     "aa4ae5e15272d00e95705637ce8a3b55ed402112", NULL},
};

static size_t
fill(char *out, char byte, size_t len, const char *text, size_t text_len)
{
    if (byte == 0) {
        memcpy(out, text, text_len);
        return text_len;
    }
    memset(out, byte, len);
    return len;
}

static void assert_kept_key_agrees(const void *key,
                                   size_t key_len,
                                   const void *data,
                                   size_t data_len,
                                   const unsigned char *right)
{
    unsigned char mac[NJ_SHA256_BYTES];
    struct nj_hmac *hmac = NULL;

    assert_int_equal(nj_hmac_create(key, key_len, &hmac), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(nj_hmac_of(hmac, data, data_len, mac), 0);
        assert_memory_equal(mac, right, sizeof mac);
        assert_int_equal(nj_hmac_of(hmac, "between", 7, mac), 0);
    }
    nj_hmac_destroy(hmac);
}

static void hmac_agrees_with_rfc_2202_and_4231(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof macs / sizeof macs[0]; i++) {
        const struct mac_case *c = &macs[i];
        unsigned char mac[NJ_SHA256_BYTES];
        char key[256], data[256], hex[2 * NJ_SHA256_BYTES + 1];
        size_t klen = fill(key, c->key_byte, c->key_len, c->key, c->key_len);
        size_t dlen = fill(data, c->data_byte, c->data_len, c->data,
                           c->data == NULL ? 0 : strlen(c->data));

        if (c->sha256 != NULL) {
            assert_int_equal(nj_hmac_sha256(key, klen, data, dlen, mac), 0);
            nj_hex(mac, NJ_SHA256_BYTES, hex);
            assert_string_equal(hex, c->sha256);
            assert_kept_key_agrees(key, klen, data, dlen, mac);
        }
        if (c->sha1 != NULL) {
            assert_int_equal(nj_hmac_sha1(key, klen, data, dlen, mac), 0);
            nj_hex(mac, NJ_SHA1_BYTES, hex);
            assert_string_equal(hex, c->sha1);
        }
    }
}

static void hmac_refuses_a_key_longer_than_openssl_counts(void **state)
{
    unsigned char mac[NJ_SHA256_BYTES] = {7};

    (void)state;
    assert_int_equal(nj_hmac_sha256("k", (size_t)INT_MAX + 1, "", 0, mac),
                     NJ_E_NOMEM);
    assert_int_equal(mac[0], 7);
}

static void sha256_agrees_with_fips_180(void **state)
{
    unsigned char digest[NJ_SHA256_BYTES];
    char hex[2 * NJ_SHA256_BYTES + 1];

    (void)state;
    assert_int_equal(nj_sha256("abc", 3, digest), 0);
    nj_hex(digest, sizeof digest, hex);
    assert_string_equal(
        hex,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(nj_sha256("", 0, digest), 0);
    nj_hex(digest, sizeof digest, hex);
    assert_string_equal(
        hex,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void secrets_compare_by_every_byte(void **state)
{
    (void)state;
    assert_false(nj_same_secret("token-a", "token-b", 7));
    assert_false(nj_same_secret("Xoken-a", "token-a", 7));
    assert_true(nj_same_secret("token-a", "token-b", 6));
    assert_true(nj_same_secret("", "", 0));
}

static void random_refuses_more_than_it_can_count(void **state)
{
    char byte = 7;

    (void)state;
    assert_int_equal(nj_random(&byte, (size_t)INT_MAX + 1), NJ_E_IO);
    assert_int_equal(byte, 7);
}

static void random_bytes_differ(void **state)
{
    unsigned char a[32] = {0}, b[32] = {0};

    (void)state;
    assert_int_equal(nj_random(a, sizeof a), 0);
    assert_int_equal(nj_random(b, sizeof b), 0);
    assert_memory_not_equal(a, b, sizeof a);
}

static const struct {
    const char *plain, *standard, *url;
} base64s[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/", "-_-_"},
};

static void base64_agrees_with_rfc_4648_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof base64s / sizeof base64s[0]; i++) {
        const char *plain = base64s[i].plain;
        size_t len = strlen(plain);
        char text[16], back[16];
        size_t n = 99;

        assert_int_equal(nj_base64(plain, len, 0, text, sizeof text),
                         strlen(base64s[i].standard));
        assert_string_equal(text, base64s[i].standard);
        assert_int_equal(nj_unbase64(text, back, sizeof back, &n), 0);
        assert_int_equal(n, len);
        assert_memory_equal(back, plain, len);
        assert_int_equal(nj_base64(plain, len, 1, text, sizeof text),
                         strlen(base64s[i].url));
        assert_string_equal(text, base64s[i].url);
        assert_int_equal(nj_unbase64(text, back, len, &n), 0);
        assert_int_equal(n, len);
        assert_memory_equal(back, plain, len);
    }
}

static void base64_without_room_writes_nothing(void **state)
{
    char out[8] = "before";

    (void)state;
    assert_int_equal(nj_base64("foo", 3, 0, out, 4), 0);
    assert_int_equal(nj_base64("foob", 4, 1, out, 6), 0);
    assert_int_equal(nj_base64("", 0, 0, out, 0), 0);
    assert_string_equal(out, "before");
    assert_int_equal(nj_base64("foo", 3, 0, out, 5), 4);
}

static void unbase64_refuses_what_is_not_base64(void **state)
{
    static const char *const bad[] = {
        "Z",       "Zg=",      "Zg===",    "Z===",   "=",       "====",
        "Zm9v=",   "Zm9v====", "Zm9vYg=a", "Zm 9v",  "Zm9v\n",  "Zm9v!",
        "Zm9\xc3", "Zh==",     "Zm9=",     "Zg==Zg", "Zm9vYmF", "\"Zm9v",
    };
    char out[16] = "before";
    size_t n = 99;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(nj_unbase64(bad[i], out, sizeof out, &n),
                         NJ_E_INVALID);
    }
    assert_int_equal(n, 99);
    assert_string_equal(out, "before");
}

static void unbase64_without_room_writes_nothing(void **state)
{
    char out[8] = "before";
    size_t n = 99;

    (void)state;
    assert_int_equal(nj_unbase64("Zm9v", out, 2, &n), NJ_E_INVALID);
    assert_int_equal(n, 99);
    assert_string_equal(out, "before");
}

static void every_length_up_to_300_comes_back(void **state)
{
    unsigned char bytes[300], back[300];
    char text[512];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 167 + 13);
    }
    for (size_t len = 1; len <= sizeof bytes; len++) {
        for (int url = 0; url <= 1; url++) {
            size_t n = 0;
            size_t made = nj_base64(bytes, len, url, text, sizeof text);

            assert_int_equal(made, strlen(text));
            assert_int_equal(nj_unbase64(text, back, sizeof back, &n), 0);
            assert_int_equal(n, len);
            assert_memory_equal(back, bytes, len);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_refuses_a_key_longer_than_openssl_counts),
        cmocka_unit_test(hmac_agrees_with_rfc_2202_and_4231),
        cmocka_unit_test(sha256_agrees_with_fips_180),
        cmocka_unit_test(secrets_compare_by_every_byte),
        cmocka_unit_test(random_refuses_more_than_it_can_count),
        cmocka_unit_test(random_bytes_differ),
        cmocka_unit_test(base64_without_room_writes_nothing),
        cmocka_unit_test(base64_agrees_with_rfc_4648_both_ways),
        cmocka_unit_test(unbase64_refuses_what_is_not_base64),
        cmocka_unit_test(unbase64_without_room_writes_nothing),
        cmocka_unit_test(every_length_up_to_300_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
