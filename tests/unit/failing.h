/* tests/unit/failing.h - makes the k-th allocation fail. The test names the
 * wraps on a line of its own:
 *   link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
 * and includes this file once.
 *
 *   for (long k = 1; fail_from(k), call(), failed(); k++) { check }
 */

#ifndef TESTS_UNIT_FAILING_H
#define TESTS_UNIT_FAILING_H

#include <stddef.h>
#include <string.h>

static long fail_at; /* 0: never; counts down */
static int has_failed;

static void fail_from(long k)
{
    fail_at = k;
    has_failed = 0;
}

/* Whether one failed since; allocations work again. */
static int failed(void)
{
    fail_at = 0;
    return has_failed;
}

static int fails_now(void)
{
    if (fail_at > 0 && --fail_at == 0) {
        has_failed = 1;
        return 1;
    }
    return 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    char *copy = fails_now() ? NULL : __real_malloc(strlen(text) + 1);

    if (copy != NULL) {
        memcpy(copy, text, strlen(text) + 1);
    }
    return copy;
}

#endif
