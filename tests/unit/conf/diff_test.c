/* What a reload would change, in words. */

#include "unit/conf/reading.h"

#include "conf/show.h"

static void expect_secrets(const char *before,
                           const char *after,
                           const struct nj_secret_resolver *secrets,
                           const char *told,
                           size_t restarts)
{
    struct nj_diff diff = {99, 99};
    struct nj_diff counted = {99, 99};
    struct nj_buf out;
    struct reading a;
    struct reading b;
    size_t lines = 0;

    reading_bytes(&a, before, strlen(before), secrets);
    (void)setenv("NJ_DIFF", "two", 1);
    reading_bytes(&b, after, strlen(after), secrets);
    assert_int_equal(a.code, 0);
    assert_int_equal(b.code, 0);
    nj_buf_init(&out, 1 << 18);
    nj_settings_diff(a.settings, b.settings, &out, &diff);
    assert_string_equal(nj_buf_text(&out), told);
    for (const char *p = told; *p != '\0'; p++) {
        lines += *p == '\n';
    }
    assert_int_equal(diff.changes, lines);
    assert_int_equal(diff.restarts, restarts);
    nj_settings_diff(a.settings, b.settings, NULL, &counted);
    assert_int_equal(counted.changes, diff.changes);
    assert_int_equal(counted.restarts, diff.restarts);
    nj_buf_finish(&out);
    reading_finish(&a);
    reading_finish(&b);
}

static void
expect(const char *before, const char *after, const char *told, size_t restarts)
{
    expect_secrets(before, after, NULL, told, restarts);
}

#define PEOPLE "people: {maya: {email: maya@example.org}}\n"
#define FEED "sources: {blog: {type: feed, url: https://a.example/}}\n"

static void the_same_file_changes_nothing(void **state)
{
    (void)state;
    expect(FEED PEOPLE, FEED PEOPLE, "", 0);
    expect(FEED PEOPLE "daemon: {backfill: 1h}\n",
           FEED PEOPLE "daemon: {backfill: 60m}\n", "", 0);
}

static void a_value_is_told_with_before_and_after(void **state)
{
    (void)state;
    expect("sources: {blog: {type: feed, url: https://a.example/, every: "
           "5m}}\n" PEOPLE,
           "sources: {blog: {type: feed, url: https://a.example/, every: "
           "1m}}\n" PEOPLE,
           "sources.blog.every: 5m -> 1m\n", 0);
    expect(FEED PEOPLE "brands: {a: {open: [mon-fri 08:00-18:00]}}\n",
           FEED PEOPLE
           "brands: {a: {open: [mon-fri 08:00-18:00, sat 10:00-12:00]}}\n",
           "brands.a.open: [mon-fri 08:00-18:00] -> [mon-fri 08:00-18:00, sat "
           "10:00-12:00]\n",
           0);
}

static void what_comes_and_goes_is_told_by_name(void **state)
{
    (void)state;
    expect(FEED "people: {maya: {email: m@example.org}, ana: {email: "
                "a@example.org}}\n",
           FEED "people: {li: {email: l@example.org}, maya: {email: "
                "m@example.org}}\n",
           "people.ana: removed\n"
           "people.li: added\n"
           "teams.everyone.people: [maya, ana] -> [li, maya]\n"
           "teams.everyone.owner: maya -> li\n",
           0);
}

static void items_without_names_are_told_by_place(void **state)
{
    (void)state;
    expect(FEED PEOPLE "policies: {p: {steps: [{page: maya, wait: 5m}, {page: "
                       "maya}]}}\n",
           FEED PEOPLE "policies: {p: {steps: [{page: maya, wait: 7m}, {page: "
                       "maya}, {page: maya}]}}\n",
           "policies.p.steps[1].wait: 5m -> 7m\n"
           "policies.p.steps[3]: added\n",
           0);
}

static void rules_are_told_by_name_wherever_they_stand(void **state)
{
    (void)state;
    expect(FEED PEOPLE "rules: [{name: a, match: {urgent: 1}}, {name: b, "
                       "match: {urgent: 0.5}}]\n",
           FEED PEOPLE "rules: [{name: c, match: {urgent: 1}}, {name: b, "
                       "match: {urgent: 0.5}, playbook: \"x\\ny\"}]\n",
           "rules[1]: removed\n"
           "rules[1]: added\n"
           "rules[2].playbook: added\n",
           0);
}

static void what_a_reload_cannot_do_is_said(void **state)
{
    (void)state;
    expect(FEED PEOPLE, FEED PEOPLE "daemon: {store: sqlite:/x.db}\n",
           "daemon.store: sqlite:/var/lib/nightjar/nightjar.db -> "
           "sqlite:/x.db; needs a restart\n",
           1);
    expect(FEED PEOPLE, FEED PEOPLE "daemon: {http: {}, log: debug}\n",
           "daemon.http: added; needs a restart\n"
           "daemon.log: info -> debug\n",
           1);
    expect(FEED PEOPLE "daemon: {http: {}}\n",
           FEED PEOPLE "daemon: {http: {public_url: https://n.example}}\n",
           "daemon.http.public_url: added; needs a restart\n", 1);
    expect(FEED PEOPLE "daemon: {http: {}}\n",
           FEED PEOPLE "daemon: {http: {token: {env: T}}}\n",
           "daemon.http.token: added\n", 0);
}

static void long_texts_are_only_said_to_have_changed(void **state)
{
    (void)state;
    expect(FEED PEOPLE
           "rules: [{name: a, match: {urgent: 1}, playbook: \"x\\ny\"}]\n",
           FEED PEOPLE
           "rules: [{name: a, match: {urgent: 1}, playbook: \"x\\nz\"}]\n",
           "rules[1].playbook: changed\n", 0);
}

static void of_a_secret_only_the_change_is_told(void **state)
{
    static const char file[] =
        FEED "people: {maya: {email: m@example.org, token: {env: NJ_DIFF}}}\n";

    (void)state;
    (void)setenv("NJ_DIFF", "one", 1);
    expect_secrets(file, file, &nj_secrets_system,
                   "people.maya.token: changed\n", 0);
    expect("people: {maya: {email: m@example.org, token: {env: A}}}\n" FEED,
           "people: {maya: {email: m@example.org, token: {env: B}}}\n" FEED,
           "people.maya.token: changed\n", 0);
}

static void another_type_is_told_key_by_key(void **state)
{
    (void)state;
    expect(FEED PEOPLE "channels: {x: {type: desktop}}\n",
           FEED PEOPLE "channels: {x: {type: null}}\n",
           "channels.x.per_minute: removed\n"
           "channels.x.timeout: removed\n"
           "channels.x.type: desktop -> null\n",
           0);
}

static void the_same_is_what_means_the_same(void **state)
{
    struct reading a;
    struct reading b;

    (void)state;
    reading_good(&a,
                 "daemon: {limits: {timeout: 60s, per_host: 2}}\n" FEED PEOPLE);
    reading_good(&b,
                 "daemon: {limits: {timeout: 1m}, log: debug}\n" FEED PEOPLE);
    assert_true(nj_node_same(nj_settings_at(a.settings, "sources"),
                             nj_settings_at(b.settings, "sources")));
    assert_false(nj_node_same(nj_settings_at(a.settings, "daemon"),
                              nj_settings_at(b.settings, "daemon")));
    reading_finish(&a);
    reading_finish(&b);
}

static void thousands_of_sources_are_compared_in_a_moment(void **state)
{
    struct nj_diff diff;
    struct nj_buf text;
    struct reading a;
    struct reading b;

    (void)state;
    nj_buf_init(&text, 4 << 20);
    nj_buf_adds(&text, PEOPLE "sources:\n");
    for (int i = 0; i < 5000; i++) {
        nj_buf_addf(&text, "  s%d: {type: feed, url: https://a.example/%d}\n",
                    i, i);
    }
    reading_good(&a, nj_buf_text(&text));
    nj_buf_adds(&text, "  t: {type: feed, url: https://a.example/}\n");
    reading_good(&b, nj_buf_text(&text));
    nj_settings_diff(a.settings, b.settings, NULL, &diff);
    assert_int_equal(diff.changes, 1);
    reading_finish(&a);
    reading_finish(&b);
    nj_buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_file_changes_nothing),
        cmocka_unit_test(a_value_is_told_with_before_and_after),
        cmocka_unit_test(what_comes_and_goes_is_told_by_name),
        cmocka_unit_test(items_without_names_are_told_by_place),
        cmocka_unit_test(rules_are_told_by_name_wherever_they_stand),
        cmocka_unit_test(what_a_reload_cannot_do_is_said),
        cmocka_unit_test(long_texts_are_only_said_to_have_changed),
        cmocka_unit_test(of_a_secret_only_the_change_is_told),
        cmocka_unit_test(another_type_is_told_key_by_key),
        cmocka_unit_test(the_same_is_what_means_the_same),
        cmocka_unit_test(thousands_of_sources_are_compared_in_a_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
