/* What a good file gives: values of their kinds, defaults, what is implied. */

#include "unit/conf/reading.h"

#include "conf/key.h"

static const struct nj_node *at(const struct reading *r, const char *path)
{
    return nj_settings_at(r->settings, path);
}

/* --- the example of the design --- */

static void design_example_is_read_without_a_word(void **state)
{
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/design.yaml");
    assert_string_equal(nj_buf_text(&r.told), "");
    assert_int_equal(r.code, 0);
    assert_string_equal(nj_settings_file(r.settings),
                        "tests/data/conf/design.yaml");
    assert_int_equal(nj_settings_directory(r.settings)[0], '/');
    reading_finish(&r);
}

static void design_values_have_their_kinds(void **state)
{
    struct nj_conf_window window;
    struct nj_conf_time time;
    const struct nj_node *layer;
    const struct nj_node *brand;
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/design.yaml");
    brand = nj_settings_find(r.settings, NJ_REF_BRAND, "acme-air");
    assert_int_equal(nj_node_ms(at(&r, "daemon.retention.alerts"), 0),
                     INT64_C(730) * 86400000);
    assert_string_equal(nj_node_text(at(&r, "daemon.http.listen")),
                        "127.0.0.1:8484");
    assert_int_equal(
        nj_node_ms(
            nj_node_get(nj_node_get(brand, "answer_within"), "complaint"), 0),
        3600000);
    nj_node_window(nj_node_first(nj_node_get(brand, "open")), &window);
    assert_int_equal(window.days, 0x1f);
    assert_int_equal(window.start_min, 480);
    assert_int_equal(window.end_min, 1080);
    layer = nj_node_first(at(&r, "schedules.social-night.layers"));
    nj_node_time(nj_node_get(layer, "starts"), &time);
    assert_int_equal(time.year, 2026);
    assert_int_equal(time.month, 1);
    assert_int_equal(time.day, 5);
    assert_int_equal(time.hour, 18);
    assert_int_equal(time.minute, 0);
    assert_int_equal(nj_node_choice(nj_node_get(layer, "rotate"), -1), 2);
    reading_finish(&r);
}

static void design_references_lead_to_their_things(void **state)
{
    const struct nj_node *maya;
    const struct nj_node *step;
    const struct nj_node *contact;
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/design.yaml");
    maya = nj_settings_find(r.settings, NJ_REF_PERSON, "maya");
    assert_ptr_equal(nj_node_target(at(&r, "accounts.acme-facebook.owner")),
                     maya);
    assert_ptr_equal(nj_node_target(at(&r, "policies.night.last_resort")),
                     maya);
    step = nj_node_next(nj_node_first(at(&r, "policies.night.steps")));
    step = nj_node_first(nj_node_get(step, "page"));
    assert_int_equal(nj_node_ref(step), NJ_REF_SCHEDULE);
    assert_string_equal(nj_node_ref_name(step), "social-night");
    step = nj_node_next(step);
    assert_int_equal(nj_node_ref(step), NJ_REF_PERSON);
    assert_string_equal(nj_node_ref_name(step), "tom");
    contact = nj_node_first(at(&r, "people.maya.rules.critical"));
    contact = nj_node_next(nj_node_next(contact));
    assert_int_equal(nj_node_ms(contact, -1), 180000);
    assert_int_equal(nj_node_ref(contact), NJ_REF_CHANNEL);
    assert_string_equal(nj_node_ref_name(contact), "sms");
    assert_string_equal(nj_node_text(contact), "3m sms");
    reading_finish(&r);
}

static void inner_lists_take_turns_together(void **state)
{
    const struct nj_node *turn;
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/design.yaml");
    turn = nj_node_first(nj_node_get(
        nj_node_first(at(&r, "schedules.social-night.layers")), "people"));
    assert_int_equal(nj_node_count(turn), 1);
    assert_string_equal(nj_node_ref_name(nj_node_first(turn)), "maya");
    turn = nj_node_next(nj_node_next(turn));
    assert_int_equal(nj_node_count(turn), 2);
    assert_string_equal(nj_node_ref_name(nj_node_first(turn)), "ana");
    reading_finish(&r);
}

/* --- what need not be written --- */

static void shortest_file_works(void **state)
{
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/minimal.yaml");
    assert_string_equal(nj_buf_text(&r.told), "");
    assert_int_equal(r.code, 0);
    assert_string_equal(nj_node_ref_name(at(&r, "sources.blog.brand")),
                        "default");
    assert_string_equal(
        nj_node_ref_name(nj_node_first(at(&r, "teams.everyone.people"))),
        "maya");
    assert_string_equal(nj_node_text(at(&r, "channels.email.url")),
                        "smtp://127.0.0.1:25");
    assert_int_equal(nj_node_count(at(&r, "rules")), 3);
    for (const struct nj_node *n = nj_node_first(at(&r, "rules")); n != NULL;
         n = nj_node_next(n)) {
        assert_string_equal(nj_node_ref_name(nj_node_get(n, "policy")),
                            "default");
    }
    assert_string_equal(
        nj_node_ref_name(nj_node_first(at(&r, "people.maya.rules.critical"))),
        "email");
    reading_finish(&r);
}

static void defaults_say_that_nobody_wrote_them(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, READING_BASE);
    assert_int_equal(nj_node_written(at(&r, "daemon")), 0);
    assert_int_equal(nj_node_written(at(&r, "daemon.store")), 0);
    assert_int_equal(nj_node_line(at(&r, "daemon.store")), 0);
    assert_int_equal(nj_node_written(at(&r, "sources.blog.url")), 1);
    assert_int_equal(nj_node_line(at(&r, "sources.blog.url")), 1);
    assert_int_equal(nj_node_column(at(&r, "sources.blog.url")), 35);
    assert_int_equal(nj_node_written(at(&r, "sources.blog.every")), 0);
    assert_int_equal(nj_node_ms(at(&r, "sources.blog.every"), 0), 300000);
    assert_null(at(&r, "daemon.http"));
    assert_null(at(&r, "daemon.heartbeat"));
    reading_finish(&r);
}

static void contacts_have_an_order_without_rules(void **state)
{
    const struct nj_node *high;
    struct reading r;

    (void)state;
    reading_good(&r, "sources: {blog: {type: feed, url: https://a.example/}}\n"
                     "channels:\n"
                     "  sms: {type: sms-webhook, account: A, from: B,\n"
                     "        token: {env: T}}\n"
                     "people:\n"
                     "  maya: {sms: \"+447700900123\", email: m@example.org,\n"
                     "         desktop: maya, webhook: https://a.example/m}\n"
                     "  tom: {sms: \"+447700900124\"}\n");
    assert_int_equal(nj_node_count(at(&r, "people.maya.rules.critical")), 4);
    high = nj_node_first(at(&r, "people.maya.rules.high"));
    assert_string_equal(nj_node_text(high), "desktop");
    high = nj_node_next(high);
    assert_string_equal(nj_node_text(high), "email");
    high = nj_node_next(high);
    assert_string_equal(nj_node_text(high), "5m sms");
    assert_string_equal(nj_node_text(nj_node_next(high)), "webhook");
    high = nj_node_first(at(&r, "people.tom.rules.high"));
    assert_string_equal(nj_node_text(high), "sms");
    assert_string_equal(
        nj_node_text(nj_node_first(at(&r, "people.tom.rules.low"))), "sms");
    reading_finish(&r);
}

static void a_written_level_leaves_the_others_as_they_are(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "sources: {blog: {type: feed, url: https://a.example/}}\n"
                     "people:\n"
                     "  maya: {email: m@example.org, rules: {low: []}}\n");
    assert_int_equal(nj_node_count(at(&r, "people.maya.rules.low")), 0);
    assert_int_equal(nj_node_written(at(&r, "people.maya.rules.low")), 1);
    assert_int_equal(nj_node_count(at(&r, "people.maya.rules.high")), 1);
    reading_finish(&r);
}

static void a_brand_comes_from_the_account(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "brands: {a: {}, b: {team: t}}\n"
                     "teams: {t: {people: maya}}\n"
                     "accounts: {page: {network: x, brand: b}}\n"
                     "sources:\n"
                     "  s: {type: feed, url: https://a.example/,\n"
                     "      account: account/page}\n"
                     "people: {maya: {email: m@example.org}}\n");
    assert_string_equal(nj_node_ref_name(at(&r, "sources.s.brand")), "b");
    assert_string_equal(nj_node_ref_name(at(&r, "accounts.page.owner")), "t");
    assert_int_equal(nj_node_ref(at(&r, "accounts.page.owner")), NJ_REF_TEAM);
    reading_finish(&r);
}

static void zones_and_alarms_come_from_the_daemon(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "daemon: {timezone: Europe/Paris, silent_after: 2d,\n"
                     "         user_agent: ours, limits: {timeout: 7s}}\n"
                     "schedules: {s: {layers: {people: maya}}}\n" READING_BASE);
    assert_string_equal(nj_node_text(at(&r, "people.maya.timezone")),
                        "Europe/Paris");
    assert_string_equal(nj_node_text(at(&r, "schedules.s.timezone")),
                        "Europe/Paris");
    assert_string_equal(nj_node_text(at(&r, "brands.default.timezone")),
                        "Europe/Paris");
    assert_int_equal(nj_node_ms(at(&r, "sources.blog.silent_after"), 0),
                     172800000);
    assert_string_equal(nj_node_text(at(&r, "sources.blog.user_agent")),
                        "ours");
    assert_int_equal(nj_node_ms(at(&r, "sources.blog.timeout"), 0), 7000);
    reading_finish(&r);
}

static void what_is_written_is_never_replaced(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "channels: {email: {type: \"null\"}}\n"
                     "teams: {everyone: {people: tom}}\n"
                     "rules: []\n" READING_BASE);
    assert_string_equal(nj_node_text(at(&r, "channels.email.type")), "null");
    assert_int_equal(nj_node_count(at(&r, "teams.everyone.people")), 1);
    assert_int_equal(nj_node_count(at(&r, "rules")), 0);
    reading_finish(&r);
}

static void null_is_a_type_of_channel_even_without_quotes(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "channels: {nowhere: {type: null}}\n" READING_BASE);
    assert_string_equal(nj_node_text(at(&r, "channels.nowhere.type")), "null");
    reading_finish(&r);
}

static void starttls_is_required_once_there_is_a_password(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "channels:\n"
                     "  email: {type: smtp}\n"
                     "  mail: {type: smtp, username: x, password: {env: P}}\n"
                     "  sms: {type: sms-webhook, account: A, from: B,\n"
                     "        token: {env: T}}\n" READING_BASE);
    assert_string_equal(nj_node_text(at(&r, "channels.email.starttls")),
                        "opportunistic");
    assert_string_equal(nj_node_text(at(&r, "channels.mail.starttls")),
                        "required");
    assert_string_equal(nj_node_text(at(&r, "channels.sms.url")),
                        "https://api.twilio.com");
    reading_finish(&r);
}

/* --- shapes --- */

static void one_item_needs_no_brackets(void **state)
{
    const struct nj_node *turn;
    struct reading r;

    (void)state;
    reading_good(&r,
                 "teams: {social: {people: maya}}\n"
                 "schedules: {night: {layers: {people: maya,\n"
                 "  only: mon-fri 18:00-08:00}}}\n"
                 "policies: {p: {steps: {page: schedule/night}}}\n"
                 "rules: {name: a, match: {place: mention}}\n" READING_BASE);
    assert_int_equal(nj_node_count(at(&r, "teams.social.people")), 1);
    assert_int_equal(nj_node_count(at(&r, "schedules.night.layers")), 1);
    turn = nj_node_first(
        nj_node_get(nj_node_first(at(&r, "schedules.night.layers")), "people"));
    assert_int_equal(nj_node_kind(turn), NJ_KIND_LIST);
    assert_string_equal(nj_node_ref_name(nj_node_first(turn)), "maya");
    assert_int_equal(nj_node_count(at(&r, "rules")), 1);
    reading_finish(&r);
}

static void empty_sections_are_allowed(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "daemon:\nbrands:\naccounts: ~\nteams: {}\n"
                     "schedules:\n" READING_BASE);
    assert_int_equal(nj_node_count(at(&r, "accounts")), 0);
    assert_non_null(at(&r, "daemon.store"));
    reading_finish(&r);
}

static void paths_start_from_the_files_directory(void **state)
{
    const struct nj_node *item;
    struct nj_conf_time day;
    struct reading r;

    (void)state;
    reading_good(&r, "brands: {a: {holidays: [uk.ics, /x/y.ics, 2026-12-25]}}"
                     "\n" READING_BASE);
    item = nj_node_first(at(&r, "brands.a.holidays"));
    assert_string_equal(nj_node_path(item), "/etc/nightjar/uk.ics");
    assert_string_equal(nj_node_text(item), "uk.ics");
    item = nj_node_next(item);
    assert_string_equal(nj_node_path(item), "/x/y.ics");
    item = nj_node_next(item);
    assert_int_equal(nj_node_kind(item), NJ_KIND_DATE);
    nj_node_time(item, &day);
    assert_int_equal(day.day, 25);
    reading_finish(&r);
}

static void headers_keep_their_names_and_order(void **state)
{
    const struct nj_node *header;
    struct reading r;

    (void)state;
    reading_good(&r, "sources:\n"
                     "  blog:\n"
                     "    type: feed\n"
                     "    url: https://a.example/\n"
                     "    headers: {X-B: 1, Accept-Language: en,\n"
                     "              X-Key: {env: KEY}}\n"
                     "people: {maya: {email: maya@example.org}}\n");
    header = nj_node_first(at(&r, "sources.blog.headers"));
    assert_string_equal(nj_node_name(header), "X-B");
    assert_string_equal(nj_node_value(header), "1");
    header = nj_node_next(nj_node_next(header));
    assert_string_equal(nj_node_name(header), "X-Key");
    assert_int_equal(nj_node_kind(header), NJ_KIND_SECRET);
    assert_null(nj_node_value(header));
    assert_null(nj_node_text(header));
    reading_finish(&r);
}

static void any_channel_is_a_key_of_people(void **state)
{
    const struct nj_node *contact;
    struct reading r;

    (void)state;
    reading_good(&r, "people: {maya: {work-mail: m@work.example}}\n"
                     "channels: {work-mail: {type: smtp}}\n"
                     "sources: {blog: {type: feed,\n"
                     "  url: https://a.example/}}\n");
    contact = nj_settings_at(r.settings, "people.maya.work-mail");
    assert_string_equal(nj_node_text(contact), "m@work.example");
    contact = nj_node_first(at(&r, "people.maya.rules.critical"));
    assert_string_equal(nj_node_ref_name(contact), "work-mail");
    reading_finish(&r);
}

static void names_may_be_written_with_or_without_their_kind(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "teams: {t: {people: [person/maya, tom]}}\n"
                     "policies:\n"
                     "  p: {steps: {page: [maya, team/t]}, last_resort: tom}\n"
                     "rules:\n"
                     "  - {name: a, match: {urgent: 1}, in_hours: channel/email"
                     "}\n" READING_BASE);
    assert_string_equal(nj_node_ref_name(at(&r, "policies.p.last_resort")),
                        "tom");
    assert_int_equal(
        nj_node_ref(nj_node_get(nj_node_first(at(&r, "rules")), "in_hours")),
        NJ_REF_CHANNEL);
    reading_finish(&r);
}

static void playbooks_keep_their_lines(void **state)
{
    struct reading r;

    (void)state;
    reading_good(&r, "rules:\n"
                     "  - name: a\n"
                     "    match: {urgent: 0.5}\n"
                     "    playbook: |\n"
                     "      One.\n"
                     "      Two.\n" READING_BASE);
    assert_string_equal(
        nj_node_text(nj_node_get(nj_node_first(at(&r, "rules")), "playbook")),
        "One.\nTwo.\n");
    reading_finish(&r);
}

static void nodes_know_where_they_are(void **state)
{
    struct nj_buf path;
    struct reading r;

    (void)state;
    reading_file(&r, "tests/data/conf/design.yaml");
    nj_buf_init(&path, 1000);
    nj_node_where(
        nj_node_get(nj_node_next(nj_node_first(at(&r, "policies.night.steps"))),
                    "wait"),
        &path);
    assert_string_equal(nj_buf_text(&path), "policies.night.steps[2].wait");
    nj_buf_finish(&path);
    reading_finish(&r);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    assert_null(nj_node_get(NULL, "x"));
    assert_null(nj_node_first(NULL));
    assert_null(nj_node_next(NULL));
    assert_int_equal(nj_node_count(NULL), 0);
    assert_null(nj_node_name(NULL));
    assert_null(nj_node_text(NULL));
    assert_null(nj_node_value(NULL));
    assert_null(nj_node_secret(NULL));
    assert_null(nj_node_path(NULL));
    assert_null(nj_node_ref_name(NULL));
    assert_int_equal(nj_node_written(NULL), 0);
    assert_int_equal(nj_node_line(NULL), 0);
    assert_int_equal(nj_node_ms(NULL, 7), 7);
    assert_int_equal(nj_node_int(NULL, 7), 7);
    assert_int_equal(nj_node_bool(NULL, 1), 1);
    assert_int_equal(nj_node_choice(NULL, 3), 3);
    assert_true(nj_node_number(NULL, 0.5) == 0.5);
    nj_settings_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(design_example_is_read_without_a_word),
        cmocka_unit_test(design_values_have_their_kinds),
        cmocka_unit_test(design_references_lead_to_their_things),
        cmocka_unit_test(inner_lists_take_turns_together),
        cmocka_unit_test(shortest_file_works),
        cmocka_unit_test(defaults_say_that_nobody_wrote_them),
        cmocka_unit_test(contacts_have_an_order_without_rules),
        cmocka_unit_test(a_written_level_leaves_the_others_as_they_are),
        cmocka_unit_test(a_brand_comes_from_the_account),
        cmocka_unit_test(zones_and_alarms_come_from_the_daemon),
        cmocka_unit_test(what_is_written_is_never_replaced),
        cmocka_unit_test(null_is_a_type_of_channel_even_without_quotes),
        cmocka_unit_test(starttls_is_required_once_there_is_a_password),
        cmocka_unit_test(one_item_needs_no_brackets),
        cmocka_unit_test(empty_sections_are_allowed),
        cmocka_unit_test(paths_start_from_the_files_directory),
        cmocka_unit_test(headers_keep_their_names_and_order),
        cmocka_unit_test(any_channel_is_a_key_of_people),
        cmocka_unit_test(names_may_be_written_with_or_without_their_kind),
        cmocka_unit_test(playbooks_keep_their_lines),
        cmocka_unit_test(nodes_know_where_they_are),
        cmocka_unit_test(nothing_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
