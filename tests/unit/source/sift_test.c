#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "model/post.h"
#include "source/sift.h"

enum { HOUR = 3600000 };

static const int64_t NOON = INT64_C(1000) * HOUR;

/* One post of an answer. */
struct shown {
    uint64_t id;
    uint32_t raw;
    uint32_t text;
    int64_t published_ms;
};

/* What one read made of an answer. */
struct outcome {
    size_t fresh;
    size_t edited;
    size_t later;
    size_t silent;
    uint64_t taken[4096]; /* ids, in the order taken */
    size_t count;
};

static void judge_all(struct nj_sift *sift,
                      const struct shown *shown,
                      size_t count,
                      struct outcome *out)
{
    *out = (struct outcome){.fresh = 0};
    for (size_t i = 0; i < count; i++) {
        struct nj_seen seen = {shown[i].id, shown[i].raw, shown[i].text};
        int64_t when = shown[i].published_ms;
        enum nj_news news;
        int wanted = 1;

        assert_int_equal(nj_sift_judge(sift, seen.id, seen.raw, when, &news),
                         0);
        out->later += news == NJ_NEWS_LATER;
        if (news != NJ_NEWS_NEW && news != NJ_NEWS_CHANGED) {
            continue;
        }
        if (news == NJ_NEWS_CHANGED) {
            wanted = nj_sift_is_edited(sift, seen.id, seen.text);
            out->edited += wanted != 0;
        } else {
            out->fresh++;
        }
        if (wanted) {
            out->silent += nj_sift_silent(sift, when) == NJ_POST_SILENT;
            out->taken[out->count++] = seen.id;
        }
        assert_int_equal(nj_sift_mark(sift, &seen, when, wanted), 0);
    }
}

/* One whole read of SHOWN; STATE becomes what it is afterwards. */
static struct outcome read_once(struct nj_state *state,
                                const struct shown *shown,
                                size_t count,
                                size_t most)
{
    static struct outcome outcome;
    struct nj_state next;
    struct nj_sift sift;

    assert_int_equal(nj_sift_init(&sift, state, most, NOON), 0);
    judge_all(&sift, shown, count, &outcome);
    if (nj_sift_again(&sift)) {
        judge_all(&sift, shown, count, &outcome);
    }
    assert_int_equal(nj_sift_close(&sift, &next), 0);
    nj_sift_finish(&sift);
    nj_state_finish(state);
    *state = next;
    return outcome;
}

static void sift_first_read_is_silent_about_the_past(void **state)
{
    const struct shown shown[] = {{1, 1, 1, NOON - 10},
                                  {2, 2, 2, NOON - 2 * HOUR},
                                  {3, 3, 3, 0},
                                  {4, 4, 4, NOON + 400 * 24 * (int64_t)HOUR}};
    struct nj_state s;
    struct outcome o;
    (void)state;

    nj_state_init(&s, NOON - HOUR);
    o = read_once(&s, shown, 4, 100);
    assert_int_equal(o.fresh, 4);
    assert_int_equal(o.silent, 3); /* old, undated, dated absurdly ahead */
    assert_false(s.baseline);
    assert_int_equal(s.high_ms, NOON - 10);
    nj_state_finish(&s);
}

static void sift_known_posts_are_known_whatever_their_order(void **state)
{
    const struct shown up[] = {{1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}};
    const struct shown down[] = {{3, 3, 3, 3}, {1, 1, 1, 1}, {2, 2, 2, 2}};
    struct nj_state s;
    struct outcome o;
    (void)state;

    nj_state_init(&s, 0);
    o = read_once(&s, up, 3, 100);
    assert_int_equal(o.fresh, 3);
    o = read_once(&s, down, 3, 100);
    assert_int_equal(o.fresh + o.edited + o.later, 0);
    nj_state_finish(&s);
}

static void sift_new_id_with_an_old_date_is_new(void **state)
{
    const struct shown before[] = {{1, 1, 1, NOON - 5}};
    const struct shown after[] = {{1, 1, 1, NOON - 5},
                                  {2, 2, 2, NOON - 50 * HOUR},
                                  {3, 3, 3, NOON - 200 * HOUR},
                                  {4, 4, 4, 0}};
    struct nj_state s;
    struct outcome o;
    (void)state;

    nj_state_init(&s, NOON - 100 * HOUR);
    (void)read_once(&s, before, 1, 100);
    o = read_once(&s, after, 4, 100);
    assert_int_equal(o.fresh, 3);
    assert_int_equal(o.silent, 1); /* only what was said before we watched */
    nj_state_finish(&s);
}

static void sift_edit_is_what_people_would_read(void **state)
{
    const struct shown one[] = {{1, 10, 100, 5}};
    const struct shown pixel[] = {{1, 11, 100, 5}};
    const struct shown edited[] = {{1, 12, 101, 5}};
    struct nj_state s;
    struct outcome o;
    (void)state;

    nj_state_init(&s, 0);
    (void)read_once(&s, one, 1, 100);
    o = read_once(&s, pixel, 1, 100);
    assert_int_equal(o.count, 0);
    o = read_once(&s, pixel, 1, 100);
    assert_int_equal(o.count, 0);
    o = read_once(&s, edited, 1, 100);
    assert_int_equal(o.edited, 1);
    o = read_once(&s, edited, 1, 100);
    assert_int_equal(o.count, 0);
    nj_state_finish(&s);
}

static void sift_same_id_twice_in_one_answer_is_told(void **state)
{
    struct nj_state s;
    struct nj_sift sift;
    struct nj_seen seen = {7, 70, 700};
    enum nj_news news;
    (void)state;

    nj_state_init(&s, 0);
    assert_int_equal(nj_sift_init(&sift, &s, 10, NOON), 0);
    assert_int_equal(nj_sift_judge(&sift, 7, 70, 0, &news), 0);
    assert_int_equal(news, NJ_NEWS_NEW);
    assert_int_equal(nj_sift_mark(&sift, &seen, 0, 1), 0);
    assert_int_equal(nj_sift_judge(&sift, 7, 70, 0, &news), 0);
    assert_int_equal(news, NJ_NEWS_TWICE);
    assert_int_equal(nj_sift_judge(&sift, 7, 71, 0, &news), 0);
    assert_int_equal(news, NJ_NEWS_CLASH);
    nj_sift_finish(&sift);
    nj_state_finish(&s);
}

static struct shown *wide(size_t count, int falling)
{
    struct shown *shown = calloc(count, sizeof *shown);

    for (size_t i = 0; i < count; i++) {
        size_t n = falling ? count - i : i + 1;

        shown[i] = (struct shown){n, (uint32_t)n, (uint32_t)n, (int64_t)n * 10};
    }
    return shown;
}

/* Read SHOWN until nothing is left; every id must have come exactly once. */
static void
read_to_the_end(struct nj_state *s, const struct shown *shown, size_t count)
{
    unsigned char *times = calloc(count + 1, 1);
    size_t rounds = 0;
    struct outcome o;

    do {
        o = read_once(s, shown, count, 200);
        for (size_t i = 0; i < o.count; i++) {
            times[o.taken[i]]++;
        }
        assert_true(++rounds < 100);
    } while (o.later > 0);
    for (size_t i = 1; i <= count; i++) {
        assert_int_equal(times[i], 1);
    }
    free(times);
}

static void sift_window_wider_than_a_batch_loses_nothing(void **state)
{
    (void)state;
    for (int falling = 0; falling < 2; falling++) {
        struct shown *shown = wide(1100, falling);
        struct nj_state s;
        struct outcome o;

        nj_state_init(&s, 0);
        o = read_once(&s, shown, 1100, 200);
        assert_int_equal(o.count, 200);
        assert_int_equal(o.later, 900);
        for (size_t i = 0; i < o.count; i++) {
            assert_true(o.taken[i] <= 200); /* the oldest first */
        }
        assert_true(s.baseline);
        nj_state_finish(&s);
        nj_state_init(&s, 0);
        read_to_the_end(&s, shown, 1100);
        assert_false(s.baseline);
        nj_state_finish(&s);
        free(shown);
    }
}

static void sift_window_wider_than_memory_loses_and_repeats_nothing(void **st)
{
    (void)st;
    for (int falling = 0; falling < 2; falling++) {
        struct shown *shown = wide(5000, falling);
        const struct shown fresh = {9000, 1, 1, NOON};
        struct nj_state s;
        struct outcome o;

        nj_state_init(&s, 0);
        read_to_the_end(&s, shown, 5000);
        assert_int_equal(s.count, NJ_LIMIT_SEEN_IDS);
        o = read_once(&s, shown, 5000, 200);
        assert_int_equal(o.count, 0);
        o = read_once(&s, &fresh, 1, 200);
        assert_int_equal(o.count, 1);
        nj_state_finish(&s);
        free(shown);
    }
}

static void sift_what_fell_out_of_the_window_is_remembered_a_while(void **st)
{
    struct nj_state s;
    struct outcome o;
    struct shown *shown = wide(300, 1);
    (void)st;

    nj_state_init(&s, 0);
    for (size_t at = 280; at > 0; at -= 20) { /* the window slides */
        (void)read_once(&s, shown + at, 20, 200);
    }
    o = read_once(&s, shown + 40, 200, 200); /* moderators removed many */
    assert_int_equal(o.count, 0);
    assert_true(s.count <= 200 + NJ_SIFT_EXTRA);
    nj_state_finish(&s);
    free(shown);
}

static void sift_unmarked_post_comes_again(void **st)
{
    struct nj_state s;
    struct nj_state next;
    struct nj_sift sift;
    enum nj_news news;
    const struct shown shown = {5, 5, 5, 5};
    struct outcome o;
    (void)st;

    nj_state_init(&s, 0);
    assert_int_equal(nj_sift_init(&sift, &s, 10, NOON), 0);
    assert_int_equal(nj_sift_judge(&sift, 5, 5, 5, &news), 0);
    assert_int_equal(nj_sift_close(&sift, &next), 0);
    nj_sift_finish(&sift);
    o = read_once(&next, &shown, 1, 10);
    assert_int_equal(o.fresh, 1);
    nj_state_finish(&next);
    nj_state_finish(&s);
}

static unsigned next_random(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed / 65536 % below;
}

/* Random windows slide over a growing history, small batches: every post that
 * was ever shown came exactly once. */
static void sift_random_nights_give_every_post_once(void **st)
{
    unsigned seed = 12345;
    (void)st;

    for (int night = 0; night < 200; night++) {
        struct shown *all = wide(400, 1);
        unsigned char times[401] = {0};
        unsigned char was_shown[401] = {0};
        struct nj_state s;
        size_t newest = 400;

        nj_state_init(&s, 0);
        while (newest > 60) {
            size_t show = 10 + next_random(&seed, 40);
            size_t count;
            struct outcome o;

            newest -= next_random(&seed, 8);
            count = show < 400 - newest ? show : 400 - newest;
            for (size_t i = 0; i < count; i++) {
                was_shown[all[newest + i].id] = 1;
            }
            do {
                o = read_once(&s, all + newest, count, 25);
                for (size_t i = 0; i < o.count; i++) {
                    times[o.taken[i]]++;
                }
            } while (o.later > 0);
        }
        assert_memory_equal(times, was_shown, sizeof times);
        nj_state_finish(&s);
        free(all);
    }
}

static void sift_hash_sees_every_byte_and_length(void **state)
{
    char a[40];
    char b[40];
    (void)state;

    for (size_t len = 1; len < sizeof a; len++) {
        for (size_t i = 0; i < len; i++) {
            memset(a, 'x', sizeof a);
            memset(b, 'x', sizeof b);
            b[i] = 'y';
            assert_true(nj_sift_hash(0, a, len) != nj_sift_hash(0, b, len));
        }
        assert_true(nj_sift_hash(0, a, len) != nj_sift_hash(0, a, len - 1));
        assert_true(nj_sift_hash(0, a, len) != nj_sift_hash(1, a, len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sift_first_read_is_silent_about_the_past),
        cmocka_unit_test(sift_known_posts_are_known_whatever_their_order),
        cmocka_unit_test(sift_new_id_with_an_old_date_is_new),
        cmocka_unit_test(sift_edit_is_what_people_would_read),
        cmocka_unit_test(sift_same_id_twice_in_one_answer_is_told),
        cmocka_unit_test(sift_window_wider_than_a_batch_loses_nothing),
        cmocka_unit_test(
            sift_window_wider_than_memory_loses_and_repeats_nothing),
        cmocka_unit_test(
            sift_what_fell_out_of_the_window_is_remembered_a_while),
        cmocka_unit_test(sift_unmarked_post_comes_again),
        cmocka_unit_test(sift_random_nights_give_every_post_once),
        cmocka_unit_test(sift_hash_sees_every_byte_and_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
