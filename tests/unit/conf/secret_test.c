/* Secrets: fetched in three ways, kept apart, never shown. */

#include "unit/conf/reading.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/show.h"

static char directory[] = "/tmp/nightjar-secret-XXXXXX";

static void path_of(const char *name, char out[128])
{
    (void)snprintf(out, 128, "%s/%s", directory, name);
}

static void put(const char *name, const char *bytes, size_t len, mode_t mode)
{
    char path[128];
    FILE *file;

    path_of(name, path);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void drop(const char *name)
{
    char path[128];

    path_of(name, path);
    (void)unlink(path);
}

static int
fetch(enum nj_secret_way way, const char *name, struct nj_secret_value *value)
{
    struct nj_err err = {0};
    int code = nj_secrets_system.fetch(NULL, way, name, value, &err);

    if (code != 0) {
        (void)snprintf(value->warning, sizeof value->warning, "%s", err.text);
    }
    return code;
}

static void
expect(enum nj_secret_way way, const char *name, int code, const char *said)
{
    struct nj_secret_value value;

    assert_int_equal(fetch(way, name, &value), code);
    assert_string_equal(code == 0 ? value.bytes : value.warning, said);
}

static void what_is_missing_is_told_with_the_way_to_it(void **state)
{
    struct nj_secret_value value;

    (void)state;
    (void)unsetenv("CREDENTIALS_DIRECTORY");
    expect(NJ_SECRET_CREDENTIAL, "fb", NJ_E_NOTFOUND,
           "credential fb: there are no credentials here, since systemd did "
           "not start this; write {file: PATH} to run without it");
    (void)setenv("CREDENTIALS_DIRECTORY", directory, 1);
    expect(NJ_SECRET_CREDENTIAL, "fb", NJ_E_NOTFOUND,
           "credential fb was not given to nightjard; add "
           "LoadCredential=fb:/etc/nightjar/secrets/fb to its unit");
    expect(NJ_SECRET_FILE, "/nowhere/at/all", NJ_E_NOTFOUND,
           "file /nowhere/at/all: No such file or directory");
    assert_int_equal(fetch(NJ_SECRET_FILE, directory, &value), NJ_E_INVALID);
    assert_non_null(strstr(value.warning, "is not a file"));
    (void)unsetenv("NJ_NO_SUCH");
    expect(NJ_SECRET_ENV, "NJ_NO_SUCH", NJ_E_NOTFOUND,
           "environment variable NJ_NO_SUCH is not set");
}

static void empty_long_and_broken_ones_are_refused(void **state)
{
    static char big[NJ_LIMIT_SECRET_BYTES + 2];
    struct nj_secret_value value;
    char path[128];

    (void)state;
    path_of("s", path);
    memset(big, 'x', sizeof big - 1);
    put("s", "\n", 1, 0600);
    assert_int_equal(fetch(NJ_SECRET_FILE, path, &value), NJ_E_INVALID);
    assert_non_null(strstr(value.warning, "is empty"));
    put("s", "a\nb\n", 4, 0600);
    assert_int_equal(fetch(NJ_SECRET_FILE, path, &value), NJ_E_INVALID);
    assert_non_null(strstr(value.warning, "one line"));
    put("s", "a\0b", 3, 0600);
    assert_int_equal(fetch(NJ_SECRET_FILE, path, &value), NJ_E_INVALID);
    put("s", big, sizeof big - 1, 0600);
    assert_int_equal(fetch(NJ_SECRET_FILE, path, &value), NJ_E_TOOBIG);
    (void)setenv("NJ_BIG", big, 1);
    assert_int_equal(fetch(NJ_SECRET_ENV, "NJ_BIG", &value), NJ_E_TOOBIG);
    (void)unsetenv("NJ_BIG");
    drop("s");
}

static void each_way_gives_the_value_without_its_newline(void **state)
{
    char path[128];

    (void)state;
    path_of("fb", path);
    put("fb", "s3cret\n", 7, 0600);
    (void)setenv("CREDENTIALS_DIRECTORY", directory, 1);
    (void)setenv("NJ_SECRET", "s4cret", 1);
    expect(NJ_SECRET_CREDENTIAL, "fb", 0, "s3cret");
    expect(NJ_SECRET_FILE, path, 0, "s3cret");
    expect(NJ_SECRET_ENV, "NJ_SECRET", 0, "s4cret");
    put("fb", "s3cret\r\n", 8, 0600);
    expect(NJ_SECRET_FILE, path, 0, "s3cret");
    drop("fb");
}

static void a_file_for_everyone_is_warned_of(void **state)
{
    struct nj_secret_value value;
    char path[128];

    (void)state;
    path_of("open", path);
    put("open", "x", 1, 0644);
    assert_int_equal(fetch(NJ_SECRET_FILE, path, &value), 0);
    assert_non_null(strstr(value.warning, "can be read by everyone"));
    put("open", "x", 1, 0640);
    assert_int_equal(fetch(NJ_SECRET_FILE, path, &value), 0);
    assert_string_equal(value.warning, "");
    drop("open");
}

static void expect_offline(enum nj_secret_way way, const char *name, int code)
{
    struct nj_secret_value value;
    struct nj_err err = {0};

    assert_int_equal(nj_secrets_offline.fetch(NULL, way, name, &value, &err),
                     code);
}

static void from_a_shell_some_are_out_of_reach(void **state)
{
    (void)state;
    (void)unsetenv("CREDENTIALS_DIRECTORY");
    (void)unsetenv("NJ_NO_SUCH");
    expect_offline(NJ_SECRET_CREDENTIAL, "fb", NJ_E_AGAIN);
    expect_offline(NJ_SECRET_ENV, "NJ_NO_SUCH", NJ_E_AGAIN);
    expect_offline(NJ_SECRET_FILE, "/nowhere/at/all", NJ_E_NOTFOUND);
    (void)setenv("CREDENTIALS_DIRECTORY", directory, 1);
    expect_offline(NJ_SECRET_CREDENTIAL, "fb", NJ_E_NOTFOUND);
    (void)setenv("NJ_NO_SUCH", "x", 1);
    expect_offline(NJ_SECRET_ENV, "NJ_NO_SUCH", 0);
}

/* --- within settings --- */

static const char with_secrets[] =
    "daemon: {http: {token: {env: NJ_TOKEN}},\n"
    "         heartbeat: {url: {env: NJ_PING}}}\n" READING_BASE;

static void a_secret_is_had_only_by_asking(void **state)
{
    struct nj_buf out;
    struct reading r;

    (void)state;
    (void)setenv("NJ_TOKEN", "s3cret", 1);
    (void)setenv("NJ_PING", "https://hc.example/s3cret", 1);
    reading_bytes(&r, with_secrets, strlen(with_secrets), &nj_secrets_system);
    assert_string_equal(nj_buf_text(&r.told), "");
    assert_string_equal(
        nj_node_secret(nj_settings_at(r.settings, "daemon.http.token")),
        "s3cret");
    assert_string_equal(
        nj_node_value(nj_settings_at(r.settings, "daemon.heartbeat.url")),
        "https://hc.example/s3cret");
    nj_buf_init(&out, 1 << 20);
    nj_settings_show(r.settings, &out);
    nj_settings_show_json(r.settings, &out);
    assert_null(strstr(nj_buf_text(&out), "s3cret"));
    assert_non_null(strstr(nj_buf_text(&out), "token: {env: NJ_TOKEN}"));
    nj_buf_finish(&out);
    reading_finish(&r);
}

static void a_fetched_url_must_be_one_and_is_not_told(void **state)
{
    struct reading r;

    (void)state;
    (void)setenv("NJ_TOKEN", "x", 1);
    (void)setenv("NJ_PING", "hc.example/s3cret", 1);
    reading_bytes(&r, with_secrets, strlen(with_secrets), &nj_secrets_system);
    assert_int_equal(r.code, NJ_E_INVALID);
    assert_string_equal(nj_buf_text(&r.told),
                        "t.yaml:2:22: error: url: what the secret holds is "
                        "refused: this is not a whole URL; it must begin with "
                        "https://\n");
    reading_finish(&r);
}

static void a_missing_secret_is_told_where_it_is_named(void **state)
{
    struct reading r;

    (void)state;
    (void)unsetenv("NJ_TOKEN");
    (void)setenv("NJ_PING", "https://hc.example/", 1);
    reading_bytes(&r, with_secrets, strlen(with_secrets), &nj_secrets_system);
    assert_string_equal(nj_buf_text(&r.told),
                        "t.yaml:1:17: error: token: environment variable "
                        "NJ_TOKEN is not set\n");
    reading_finish(&r);
}

static void what_is_out_of_reach_is_only_a_warning(void **state)
{
    struct reading r;

    (void)state;
    (void)unsetenv("NJ_TOKEN");
    (void)setenv("NJ_PING", "https://hc.example/", 1);
    reading_bytes(&r, with_secrets, strlen(with_secrets), &nj_secrets_offline);
    assert_int_equal(r.code, 0);
    assert_string_equal(nj_buf_text(&r.told),
                        "t.yaml:1:17: warning: token: env NJ_TOKEN is out of "
                        "reach from here, so only the daemon will know whether "
                        "it is right\n");
    assert_null(
        nj_node_secret(nj_settings_at(r.settings, "daemon.http.token")));
    reading_finish(&r);
}

static void files_start_from_the_configurations_directory(void **state)
{
    struct nj_conf_input input = {
        .text = "people: {maya: {email: m@example.org, token: {file: tok}}}\n"
                "sources: {a: {type: feed, url: https://a.example/}}\n",
        .file = "t.yaml",
        .directory = directory,
        .secrets = &nj_secrets_system};
    struct nj_settings *settings = NULL;
    struct nj_problems problems;

    (void)state;
    input.len = strlen(input.text);
    put("tok", "s3cret\n", 7, 0604);
    nj_problems_init(&problems);
    assert_int_equal(nj_settings_read(&input, &settings, &problems), 0);
    assert_int_equal(problems.warnings, 1);
    assert_non_null(strstr(problems.list[0].what, "token: file /tmp/"));
    assert_string_equal(
        nj_node_secret(nj_settings_at(settings, "people.maya.token")),
        "s3cret");
    nj_settings_destroy(settings);
    nj_problems_finish(&problems);
    drop("tok");
}

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static int drop_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_told_with_the_way_to_it),
        cmocka_unit_test(empty_long_and_broken_ones_are_refused),
        cmocka_unit_test(each_way_gives_the_value_without_its_newline),
        cmocka_unit_test(a_file_for_everyone_is_warned_of),
        cmocka_unit_test(from_a_shell_some_are_out_of_reach),
        cmocka_unit_test(what_is_out_of_reach_is_only_a_warning),
        cmocka_unit_test(a_secret_is_had_only_by_asking),
        cmocka_unit_test(a_fetched_url_must_be_one_and_is_not_told),
        cmocka_unit_test(a_missing_secret_is_told_where_it_is_named),
        cmocka_unit_test(files_start_from_the_configurations_directory),
    };

    return cmocka_run_group_tests(tests, make_directory, drop_directory);
}
