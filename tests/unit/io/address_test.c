/* Every form of address a resolver or a redirect could bring, from
 * tests/data/io/addresses.txt, as text and as a socket address. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

#include "io/address.h"
#include "io/fetch.h"

static void check_sockaddr(const char *text, int want)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        assert_int_equal(nj_sockaddr_is_private((void *)&v4, sizeof v4), want);
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        assert_int_equal(nj_sockaddr_is_private((void *)&v6, sizeof v6), want);
    }
}

static void every_address_of_the_table_is_judged_right(void **state)
{
    FILE *file = fopen("tests/data/io/addresses.txt", "r");
    char line[160];
    int cases = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char verdict[16];
        char address[100];

        if (line[0] == '#' ||
            sscanf(line, "%15s %99s", verdict, address) != 2) {
            continue;
        }
        int want = strcmp(verdict, "private") == 0;

        if (nj_address_is_private(address) != want) {
            fail_msg("%s should be %s", address, verdict);
        }
        check_sockaddr(address, want);
        cases++;
    }
    fclose(file);
    assert_true(cases >= 200);
}

static void text_that_hides_something_behind_a_space_is_private(void **state)
{
    (void)state;
    assert_true(nj_address_is_private(""));
    assert_true(nj_address_is_private("8.8.8.8 10.0.0.1"));
    assert_true(nj_address_is_private("8.8.8.8\n"));
    assert_true(nj_address_is_private(" 8.8.8.8"));
}

static void other_families_and_short_addresses_are_private(void **state)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    (void)state;
    assert_int_equal(inet_pton(AF_INET, "8.8.8.8", &v4.sin_addr), 1);
    assert_int_equal(inet_pton(AF_INET6, "2620:fe::fe", &v6.sin6_addr), 1);
    assert_false(nj_sockaddr_is_private((void *)&v4, sizeof v4));
    assert_false(nj_sockaddr_is_private((void *)&v6, sizeof v6));
    assert_true(nj_sockaddr_is_private((void *)&local, sizeof local));
    assert_true(nj_sockaddr_is_private((void *)&v4, sizeof v4 - 1));
    assert_true(nj_sockaddr_is_private((void *)&v6, sizeof v6 - 1));
}

static void addresses_are_written_without_their_port(void **state)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = 80};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = 80};
    char text[NJ_ADDRESS_TEXT];

    (void)state;
    assert_int_equal(inet_pton(AF_INET, "8.8.8.8", &v4.sin_addr), 1);
    assert_int_equal(inet_pton(AF_INET6, "2620:fe::fe", &v6.sin6_addr), 1);
    nj_sockaddr_text((void *)&v4, text);
    assert_string_equal(text, "8.8.8.8");
    nj_sockaddr_text((void *)&v6, text);
    assert_string_equal(text, "2620:fe::fe");
    nj_sockaddr_text((void *)&local, text);
    assert_string_equal(text, "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_address_of_the_table_is_judged_right),
        cmocka_unit_test(text_that_hides_something_behind_a_space_is_private),
        cmocka_unit_test(other_families_and_short_addresses_are_private),
        cmocka_unit_test(addresses_are_written_without_their_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
