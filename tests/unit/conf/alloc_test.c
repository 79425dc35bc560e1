/* Each allocation fails in turn: no crash, no leak (run under ASan), outputs
 * untouched, and NJ_E_NOMEM as the answer. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

#include "unit/conf/reading.h"

#include "conf/show.h"

/* Allocations left before the one that fails; negative: none fails. */
static long left = -1;
static long failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);

static int fails(void)
{
    if (left < 0) {
        return 0;
    }
    if (left-- == 0) {
        failed++;
        return 1;
    }
    return 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

/* Read TEXT with the K-th allocation failing; whether it did fail. */
static int read_failing(const char *text, long k, int expected)
{
    struct nj_settings *const untouched = (struct nj_settings *)(uintptr_t)1;
    struct nj_settings *settings = untouched;
    struct nj_problems problems;
    struct nj_conf_input input = {.text = text,
                                  .len = strlen(text),
                                  .file = "t.yaml",
                                  .directory = "/etc",
                                  .secrets = &nj_secrets_system};
    int code;

    nj_problems_init(&problems);
    failed = 0;
    left = k;
    code = nj_settings_read(&input, &settings, &problems);
    left = -1;
    if (failed > 0) {
        assert_int_equal(code, NJ_E_NOMEM);
        assert_ptr_equal(settings, untouched);
    } else {
        assert_int_equal(code, expected);
    }
    if (code == 0) {
        nj_settings_destroy(settings);
    }
    nj_problems_finish(&problems);
    return failed > 0;
}

static void fail_each(const char *text, int expected)
{
    long k = 0;

    while (read_failing(text, k, expected)) {
        k++;
    }
    assert_true(k > 10);
}

static void reading_survives_every_failed_allocation(void **state)
{
    char *text = reading_slurp("tests/data/conf/design.yaml");
    char *secret = strstr(text, "{credential: twilio}");

    (void)state;
    (void)setenv("NJ_ALLOC", "x", 1);
    memcpy(secret, "{env:      NJ_ALLOC}", 20);
    fail_each(text, 0);
    free(text);
    fail_each(READING_BASE, 0);
}

/* A suggestion may be lost with memory, the error itself may not. */
static void refusing_survives_every_failed_allocation(void **state)
{
    static const char bad[] = "brands: {a: {timezon: x, team: y}}\n"
                              "rules: [{name: 5}, 7]\n";
    long k = 0;
    int done = 0;

    (void)state;
    for (; !done; k++) {
        struct nj_settings *settings = NULL;
        struct nj_problems problems;
        struct nj_conf_input input = {.text = bad,
                                      .len = sizeof bad - 1,
                                      .file = "t.yaml",
                                      .directory = "/etc"};
        int code;

        nj_problems_init(&problems);
        failed = 0;
        left = k;
        code = nj_settings_read(&input, &settings, &problems);
        left = -1;
        done = failed == 0;
        assert_true(code == NJ_E_INVALID || code == NJ_E_NOMEM);
        assert_null(settings);
        nj_problems_finish(&problems);
    }
    assert_true(k > 10);
}

static void loading_survives_every_failed_allocation(void **state)
{
    int done = 0;

    (void)state;
    for (long k = 0; !done; k++) {
        struct nj_settings *settings = NULL;
        struct nj_problems problems;
        int code;

        nj_problems_init(&problems);
        failed = 0;
        left = k;
        code = nj_settings_load("tests/data/conf/minimal.yaml", NULL, &settings,
                                &problems);
        left = -1;
        done = failed == 0;
        assert_int_equal(code, done ? 0 : NJ_E_NOMEM);
        nj_settings_destroy(settings);
        nj_problems_finish(&problems);
    }
}

/* WRITE into a buffer with each allocation failing. */
static void fail_writing(void (*write)(const struct reading *, struct nj_buf *),
                         const struct reading *r)
{
    int done = 0;

    for (long k = 0; !done; k++) {
        struct nj_buf out;

        nj_buf_init(&out, 1 << 20);
        failed = 0;
        left = k;
        write(r, &out);
        left = -1;
        done = failed == 0;
        assert_int_equal(out.status, done ? 0 : NJ_E_NOMEM);
        nj_buf_finish(&out);
    }
}

static void write_yaml(const struct reading *r, struct nj_buf *out)
{
    nj_settings_show(r->settings, out);
}

static void write_json(const struct reading *r, struct nj_buf *out)
{
    nj_settings_show_json(r->settings, out);
}

static void write_sample(const struct reading *r, struct nj_buf *out)
{
    (void)r;
    nj_settings_sample(out);
}

static void write_man(const struct reading *r, struct nj_buf *out)
{
    (void)r;
    nj_settings_man(out);
}

static void write_diff(const struct reading *r, struct nj_buf *out)
{
    struct nj_diff diff;

    nj_settings_diff(r[0].settings, r[1].settings, out, &diff);
}

static void telling_survives_every_failed_allocation(void **state)
{
    struct reading r[2];

    (void)state;
    reading_file(&r[0], "tests/data/conf/design.yaml");
    reading_file(&r[1], "tests/data/conf/minimal.yaml");
    fail_writing(write_yaml, r);
    fail_writing(write_json, r);
    fail_writing(write_sample, r);
    fail_writing(write_man, r);
    fail_writing(write_diff, r);
    reading_finish(&r[0]);
    reading_finish(&r[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_survives_every_failed_allocation),
        cmocka_unit_test(refusing_survives_every_failed_allocation),
        cmocka_unit_test(loading_survives_every_failed_allocation),
        cmocka_unit_test(telling_survives_every_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
