// link: -Wl,--wrap=nj_fetch,--wrap=nj_fetch_cancel,--wrap=nj_mail
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
/* Memory that runs out at each allocation in turn: nothing crashes, nothing
 * leaks (under ASan), and nothing is said to be sent that was not. */

#include "unit/notify/ringing.h"

#include "notify/letter.h"
#include "notify/render.h"

/* The FAIL_AT-th allocation from now fails; 0: none does. */
static long fail_at;
static long failures;

static int must_fail(void)
{
    if (fail_at > 0 && --fail_at == 0) {
        failures++;
        return 1;
    }
    return 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return must_fail() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = must_fail() ? NULL : __real_malloc(len);

    return copy == NULL ? NULL : memcpy(copy, text, len);
}

/* Run STEP with the 1st, 2nd... allocation failing, until none is left to. */
static void with_each_failure(void (*step)(void))
{
    for (long k = 1;; k++) {
        failures = 0;
        fail_at = k;
        step();
        fail_at = 0;
        if (failures == 0) {
            assert_true(k > 1);
            return;
        }
    }
}

/* A message that has everything, so that every path allocates. */
static struct fixture all;

/* ---- rendering ----------------------------------------------------------- */

static void hold(struct nj_buf *out, const struct nj_buf *want)
{
    if (failures == 0) {
        assert_int_equal(out->status, 0);
        assert_string_equal(nj_buf_text(out), nj_buf_text(want));
    } else {
        assert_int_equal(out->status, NJ_E_NOMEM);
    }
    nj_buf_finish(out);
}

static void render_with(void (*render)(struct nj_buf *out))
{
    struct nj_buf want;
    struct nj_buf out;
    long k = fail_at;

    fail_at = 0;
    nj_buf_init(&want, 1 << 20);
    render(&want);
    fail_at = k;
    nj_buf_init(&out, 1 << 20);
    render(&out);
    fail_at = 0;
    hold(&out, &want);
    nj_buf_finish(&want);
}

static void as_json(struct nj_buf *out)
{
    nj_render_json(&all.message, out);
}

static void as_desktop(struct nj_buf *out)
{
    nj_render_desktop(&all.message, out);
}

static void as_sms(struct nj_buf *out)
{
    nj_render_sms(&all.message, 160, out);
}

static void as_letter(struct nj_buf *out)
{
    static const struct nj_letter letter = {
        .from = "nightjar@example.org",
        .reply_to = "social@example.org",
        .to = "maya@example.org",
    };
    int status = nj_letter_write(&letter, &all.message, out);

    assert_true(status == 0 || status == NJ_E_NOMEM);
    out->status = status;
}

static void json_once(void)
{
    render_with(as_json);
}

static void desktop_once(void)
{
    render_with(as_desktop);
}

static void sms_once(void)
{
    render_with(as_sms);
}

static void letter_once(void)
{
    render_with(as_letter);
}

static void no_form_is_half_written_without_saying_so(void **state)
{
    (void)state;
    fixture_read("call", &all);
    with_each_failure(json_once);
    with_each_failure(desktop_once);
    with_each_failure(sms_once);
    with_each_failure(letter_once);
    fixture_finish(&all);
}

/* ---- sending ------------------------------------------------------------- */

static const char *yaml;
static const char *target;

static void send_once(void)
{
    struct ringing r;
    struct sending s;
    long k = fail_at;
    int status;

    fail_at = 0;
    ringing_open(&r, yaml);
    peer.sessions = 1;
    fail_at = k;
    status = ringing_send(&r, &s, "x", target, &all.message);
    fail_at = 0;
    if (status == 0 && peer.fetch_count > 0) {
        peer_answers(0, 201, "", -1);
    } else if (status == 0 && peer.mail_count > 0) {
        peer_takes_mail(0, 250, "");
    }
    ringing_turn(&r);
    if (failures > 0) {
        assert_int_equal(status, NJ_E_NOMEM);
        assert_int_equal(s.done, 0);
    } else {
        assert_int_equal(status, 0);
        assert_int_equal(s.status, 0);
    }
    ringing_close(&r);
}

static void no_message_is_lost_in_silence(void **state)
{
    static const struct {
        const char *yaml, *target;
    } cases[] = {
        {"channels: {x: {type: 'null'}}\n", "a"},
        {"channels: {x: {type: desktop}}\n", "maya"},
        {"channels: {x: {type: smtp}}\n", "maya@example.org"},
        {"channels: {x: {type: webhook, url: 'http://127.0.0.1/', secret: "
         "{env: S}, headers: {A: b}}}\n",
         NULL},
        {"channels: {x: {type: sms-webhook, account: "
         "AC00000000000000000000000000000000, token: {env: T}, from: "
         "'+15005550006'}}\n",
         "+447700900123"},
        {"channels: {x: {type: sms-webhook, style: generic, url: "
         "'http://127.0.0.1/{to}', token: {env: T}, headers: {A: '{key}'}, "
         "body: '{\"t\": {text}}'}}\n",
         "+447700900123"},
    };

    (void)state;
    fixture_read("call", &all);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        yaml = cases[i].yaml;
        target = cases[i].target;
        with_each_failure(send_once);
    }
    fixture_finish(&all);
}

/* ---- settings ------------------------------------------------------------ */

static const struct nj_node *channels;

static void read_once(void)
{
    struct nj_channel_env env = {.loop = NULL};
    struct nj_bell_set *set = NULL;
    struct nj_err err = {0};
    int status = nj_bell_set_create(&env, channels, &set, &err);

    if (failures > 0) {
        assert_int_equal(status, NJ_E_NOMEM);
        assert_null(set);
        assert_true(strlen(err.text) > 0);
    } else {
        assert_int_equal(status, 0);
    }
    nj_bell_set_destroy(set);
}

static void channels_are_read_whole_or_not_at_all(void **state)
{
    static const char text[] =
        "channels:\n"
        "  n: {type: 'null'}\n"
        "  d: {type: desktop}\n"
        "  e: {type: smtp, from: a@b.example, reply_to: c@d.example,\n"
        "      username: u, password: {env: P}, ca_file: /tmp/ca.pem}\n"
        "  e2: {type: smtp}\n"
        "  w: {type: webhook, url: 'http://127.0.0.1/', secret: {env: S},\n"
        "      headers: {A: b, C: {env: D}}}\n"
        "  s: {type: sms-webhook, account: "
        "AC00000000000000000000000000000000,\n"
        "      token: {env: T}, from: '+15005550006'}\n"
        "  g: {type: sms-webhook, style: generic, url: 'http://127.0.0.1/',\n"
        "      token: {env: T}, headers: {A: '{key}'}, body: 'a={to}'}\n";
    static const struct nj_secret_resolver secrets = {.fetch = fetch_secret};
    struct nj_conf_input input = {.text = text,
                                  .len = strlen(text),
                                  .file = "test.yaml",
                                  .directory = "/tmp",
                                  .secrets = &secrets};
    struct nj_settings *settings = NULL;
    struct nj_problems problems;

    (void)state;
    nj_problems_init(&problems);
    assert_int_equal(nj_settings_read(&input, &settings, &problems), 0);
    channels = nj_settings_at(settings, "channels");
    with_each_failure(read_once);
    nj_settings_destroy(settings);
    nj_problems_finish(&problems);
}

static void a_sender_that_is_no_address_is_refused(void **state)
{
    struct nj_channel_env env = {.loop = NULL};
    struct nj_bell_set *set = NULL;
    struct nj_err err = {0};

    (void)state;
    assert_int_equal(ringing_set(&env,
                                 "channels: {x: {type: smtp, from: "
                                 "'nightjar@my_host'}}\n",
                                 &set, &err),
                     NJ_E_INVALID);
    assert_string_equal(err.text,
                        "channels.x: from: 'nightjar@my_host' is not a mail "
                        "address; write one like nightjar@example.org");
    assert_null(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sender_that_is_no_address_is_refused),
        cmocka_unit_test(no_form_is_half_written_without_saying_so),
        cmocka_unit_test(no_message_is_lost_in_silence),
        cmocka_unit_test(channels_are_read_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
