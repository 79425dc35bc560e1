/* base/map.h, heap.h, buf.h, mem.h: tables that grow, and what they do when
 * memory runs out. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/mem.h"
#include "unit/failing.h"

static void a_map_keeps_a_thousand_names(void **state)
{
    struct nj_map map = {0};
    static int values[1000];
    char key[16];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(key, sizeof key, "k%d", i);
        assert_int_equal(nj_map_put(&map, key, &values[i]), 0);
        assert_int_equal(nj_map_put(&map, key, &values[0]), NJ_E_EXISTS);
    }
    for (int i = 0; i < 1000; i += 2) {
        (void)snprintf(key, sizeof key, "k%d", i);
        assert_ptr_equal(nj_map_remove(&map, key), &values[i]);
        assert_null(nj_map_get(&map, key));
    }
    (void)snprintf(key, sizeof key, "k%d", 501);
    assert_ptr_equal(nj_map_get(&map, key), &values[501]);
    assert_int_equal(map.count, 500);
    nj_map_finish(&map);
}

static void a_map_without_memory_stays_as_it_was(void **state)
{
    struct nj_map map = {0};
    static int value;
    int code = 1;

    (void)state;
    for (long k = 1; code != 0; k++) {
        fail_from(k);
        code = nj_map_put(&map, "name", &value);
        (void)failed();
        if (code != 0) {
            assert_int_equal(code, NJ_E_NOMEM);
            assert_null(nj_map_get(&map, "name"));
        }
    }
    assert_ptr_equal(nj_map_get(&map, "name"), &value);
    nj_map_finish(&map);
}

static size_t count_under(const struct nj_multimap *map, uint64_t key)
{
    size_t at = 0;
    size_t n = 0;

    while (nj_multimap_next(map, key, &at) != NULL) {
        n++;
    }
    return n;
}

static void a_multimap_keeps_several_under_one_key(void **state)
{
    struct nj_multimap map = {0};
    static int values[300];
    size_t at = 0;
    size_t all = 0;

    (void)state;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(nj_multimap_add(&map, (uint64_t)(i % 100), &values[i]),
                         0);
    }
    assert_int_equal(count_under(&map, 7), 3);
    assert_int_equal(nj_multimap_remove(&map, 7, &values[107]), 1);
    assert_int_equal(nj_multimap_remove(&map, 7, &values[107]), 0);
    assert_int_equal(count_under(&map, 7), 2);
    while (nj_multimap_each(&map, &at) != NULL) {
        all++;
    }
    assert_int_equal(all, 299);
    nj_multimap_finish(&map);
    assert_int_equal(count_under(&map, 7), 0);
}

static void a_heap_gives_the_earliest_and_the_oldest_first(void **state)
{
    static struct nj_heap_entry entries[200];
    struct nj_heap heap = {0};
    int64_t last = -1;

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        entries[i] = (struct nj_heap_entry){.order = i};
        assert_int_equal(
            nj_heap_set(&heap, &entries[i], (int64_t)(i * 37 % 50)), 0);
    }
    assert_int_equal(nj_heap_set(&heap, &entries[199], -5), 0);
    assert_ptr_equal(nj_heap_top(&heap), &entries[199]);
    nj_heap_remove(&heap, &entries[199]);
    nj_heap_remove(&heap, &entries[199]);
    while (nj_heap_top(&heap) != NULL) {
        struct nj_heap_entry *top = nj_heap_top(&heap);

        assert_true(top->key >= last);
        last = top->key;
        nj_heap_remove(&heap, top);
    }
    nj_heap_finish(&heap);
}

static void a_buffer_stops_at_its_maximum_and_says_so(void **state)
{
    struct nj_buf buf;
    char *taken;

    (void)state;
    nj_buf_init(&buf, 8);
    assert_int_equal(nj_buf_adds(&buf, "12345678"), 0);
    assert_int_equal(nj_buf_addc(&buf, '9'), NJ_E_TOOBIG);
    assert_int_equal(nj_buf_adds(&buf, ""), NJ_E_TOOBIG);
    assert_string_equal(nj_buf_text(&buf), "12345678");
    assert_null(nj_buf_take(&buf));
    nj_buf_clear(&buf);
    assert_int_equal(nj_buf_addf(&buf, "%d", 42), 0);
    taken = nj_buf_take(&buf);
    assert_string_equal(taken, "42");
    assert_string_equal(nj_buf_text(&buf), "");
    nj_buf_finish(&buf);
    free(taken);
}

static void a_buffer_without_memory_keeps_what_it_had(void **state)
{
    struct nj_buf buf;

    (void)state;
    nj_buf_init(&buf, 1000);
    assert_int_equal(nj_buf_adds(&buf, "kept"), 0);
    fail_from(1);
    for (int i = 0; i < 40; i++) {
        (void)nj_buf_adds(&buf, "0123456789");
    }
    assert_true(failed());
    assert_int_equal(buf.status, NJ_E_NOMEM);
    assert_memory_equal(nj_buf_text(&buf), "kept", 4);
    nj_buf_finish(&buf);
}

static void dropping_more_than_there_is_empties_it(void **state)
{
    struct nj_buf buf;

    (void)state;
    nj_buf_init(&buf, 100);
    (void)nj_buf_adds(&buf, "abcdef");
    nj_buf_drop(&buf, 2);
    assert_string_equal(nj_buf_text(&buf), "cdef");
    nj_buf_drop(&buf, 99);
    assert_string_equal(nj_buf_text(&buf), "");
    nj_buf_finish(&buf);
}

static void an_arena_hands_out_zeroes_up_to_its_maximum(void **state)
{
    struct nj_arena arena;
    char *p;

    (void)state;
    nj_arena_init(&arena, 20000);
    p = nj_arena_zalloc(&arena, 6000);
    assert_non_null(p);
    assert_int_equal(p[5999], 0);
    assert_null(nj_arena_zalloc(&arena, 16000));
    assert_null(nj_arena_zalloc(&arena, SIZE_MAX));
    assert_string_equal(nj_arena_strndup(&arena, "abcd", 2), "ab");
    assert_null(nj_arena_strdup(&arena, NULL));
    fail_from(1);
    assert_null(nj_arena_zalloc(&arena, 5000));
    assert_true(failed());
    nj_arena_finish(&arena);
    nj_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_keeps_a_thousand_names),
        cmocka_unit_test(a_map_without_memory_stays_as_it_was),
        cmocka_unit_test(a_multimap_keeps_several_under_one_key),
        cmocka_unit_test(a_heap_gives_the_earliest_and_the_oldest_first),
        cmocka_unit_test(a_buffer_stops_at_its_maximum_and_says_so),
        cmocka_unit_test(a_buffer_without_memory_keeps_what_it_had),
        cmocka_unit_test(dropping_more_than_there_is_empties_it),
        cmocka_unit_test(an_arena_hands_out_zeroes_up_to_its_maximum),
    };

    return cmocka_run_group_tests_name("base tables", tests, NULL, NULL);
}
