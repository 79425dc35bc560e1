/* A whole night on a disk that fails: each write and sync of it in turn fails
 * for a while, and at each in turn the power goes. Nothing acts before it is
 * durable, nothing is lost, and the operators hear of it. */

#include "unit/store/fault_vfs.h"

#include "base/log.h"
#include "flow/night.h"

enum { MOST_CALLS = 400, POSTS = 2, MOST_STEPS = 100000 };

static const double speed = 10000;

static const char yaml[] =
    "daemon: {ops: {team: ops}}\n"
    "brands:\n"
    "  acme: {timezone: Europe/London, team: social}\n"
    "people:\n"
    "  maya: {email: maya@example.org, rules: {critical: [email]}}\n"
    "  tom: {email: tom@example.org, rules: {critical: [email]}}\n"
    "  olga: {email: olga@example.org, rules: {critical: [email]}}\n"
    "teams:\n"
    "  social: {people: [maya, tom]}\n"
    "  ops: {people: [olga]}\n"
    "policies:\n"
    "  night:\n"
    "    steps: [{page: [person/maya], wait: 30m},\n"
    "            {page: [person/tom], wait: 12h}]\n"
    "    ack_expires: 24h\n"
    "rules:\n"
    "  - {name: offensive, match: {place: [own-page], offensive: 0.6},\n"
    "     severity: critical, policy: night}\n";

/* What happens in the night, as far as the power goes. */
struct script {
    struct night n;
    char dir[64];
    char path[128];
    struct nj_batch batches[POSTS];
    struct nj_intake_req posts[POSTS];
    int taken[POSTS]; /* 1: its source was told that it is stored */
    struct nj_command_req ack;
    int64_t acked_id;
    int acked; /* 1: tom was told that he has it */
};

static struct script s;

static void drop_log(void *ctx, enum nj_log_level level, const char *text)
{
    (void)ctx;
    (void)level;
    (void)text;
}

/* ---- the script ----------------------------------------------------------- */

static int power_is_gone(void)
{
    return fault_is_cut() && s.n.troubles > 0;
}

/* Until FLAG, or the power goes. */
static void wait_for(const int *flag)
{
    for (int i = 0; i < MOST_STEPS && !*flag && !power_is_gone(); i++) {
        night_pass(&s.n, "10s");
    }
    assert_true(*flag || power_is_gone());
}

static void wait_minutes(int minutes)
{
    for (int i = 0; i < minutes && !power_is_gone(); i++) {
        night_pass(&s.n, "1m");
    }
}

static void on_taken(struct nj_intake_req *req, int status, size_t new_count)
{
    (void)new_count;
    *(int *)req->ctx = status == 0;
}

static void post(int i, const char *author, const char *text)
{
    struct nj_post_sink sink = nj_watch_posts(s.n.watch);
    struct nj_post *post;

    s.batches[i] = (struct nj_batch){.source = "page"};
    post = nj_batch_add(&s.batches[i], 1);
    assert_non_null(post);
    post->source = "page";
    post->id = author;
    post->author = author;
    post->text = text;
    post->brand = "acme";
    post->place = NJ_PLACE_OWN_PAGE;
    post->followers = post->shares = post->likes = post->replies = -1;
    post->seen_ms = post->published_ms = night_now(&s.n);
    s.posts[i] = (struct nj_intake_req){
        .batch = &s.batches[i], .done = on_taken, .ctx = &s.taken[i]};
    assert_int_equal(sink.take(sink.ctx, &s.posts[i]), 0);
    wait_for(&s.taken[i]);
}

static void on_acked(struct nj_command_req *req,
                     int status,
                     const char *json,
                     const char *text)
{
    (void)req;
    (void)json;
    (void)text;
    s.acked = status == 0;
}

static void acknowledge(void)
{
    struct nj_command_sink sink = nj_watch_commands(s.n.watch);

    s.acked_id = 1;
    s.ack = (struct nj_command_req){.command = {.verb = "ack",
                                                .actor = "tom",
                                                .by = "cli",
                                                .ids = &s.acked_id,
                                                .id_count = 1},
                                    .done = on_acked};
    assert_int_equal(sink.run(sink.ctx, &s.ack), 0);
    wait_for(&s.acked);
}

static void play(void)
{
    post(0, "troll", "You are all worthless idiots and I hate you");
    wait_minutes(35);
    if (!power_is_gone()) {
        acknowledge();
    }
    if (!power_is_gone()) {
        post(1, "other", "Morons and scum, every single one of your crew");
    }
    wait_minutes(35);
}

/* ---- before and after ----------------------------------------------------- */

static void open_script(void)
{
    memset(&s, 0, sizeof s);
    fault_reset();
    (void)snprintf(s.dir, sizeof s.dir, "/dev/shm/nj-night-XXXXXX");
    if (mkdtemp(s.dir) == NULL) {
        (void)snprintf(s.dir, sizeof s.dir, "/tmp/nj-night-XXXXXX");
        assert_non_null(mkdtemp(s.dir));
    }
    (void)snprintf(s.path, sizeof s.path, "%s/night.db", s.dir);
    night_open_disk(&s.n, yaml, "2026-02-03 23:00", s.path, speed);
    nj_log_open(NJ_LOG_ERROR, drop_log, NULL);
}

static void close_script(void)
{
    static const char *const names[] = {"night.db", "night.db-wal",
                                        "night.db-shm"};

    fault_heal();
    night_close(&s.n);
    for (int i = 0; i < POSTS; i++) {
        nj_batch_finish(&s.batches[i]);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[160];

        (void)snprintf(path, sizeof path, "%s/%s", s.dir, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(s.dir);
}

/* Who was called, in order, without the clock and the operators. */
static const char *calls(const char *said)
{
    static char out[4096];
    size_t len = 0;

    out[0] = '\0';
    for (const char *line = said; *line != '\0';) {
        size_t n = strcspn(line, "\n") + 1;

        if (strncmp(line + 6, "olga", 4) != 0 && len + n < sizeof out) {
            memcpy(out + len, line + 6, n - 6);
            len += n - 6;
            out[len] = '\0';
        }
        line += n;
    }
    return out;
}

static const char the_night[] = "maya email call\n" /* the first trouble */
                                "tom email call\n"  /* its second step */
                                "maya email tell\n" /* tom has it */
                                "maya email call\n" /* the second */
                                "tom email call\n";

/* ---- a disk that fails for a while ----------------------------------------- */

/* Returns whether the K-th call came at all. */
static int fail_at(long k, int *told)
{
    const char *said;
    int failed;

    open_script();
    fault_arm(FAULT_WRITES, k, 1 + k % 3,
              k % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR_WRITE);
    play();
    failed = fault_failed();
    said = night_said(&s.n);
    if (strcmp(calls(said), the_night) != 0) {
        fail_msg("call %ld failed, and these were called:\n%s", k, said);
    }
    assert_true(s.taken[0] && s.taken[1] && s.acked);
    if (s.n.troubles > 0) {
        if (strstr(said, "olga email tell") == NULL ||
            strstr(said, "olga email mail") == NULL) {
            fail_msg("call %ld failed, and olga did not hear:\n%s", k, said);
        }
        (*told)++;
    }
    close_script();
    return failed > 0;
}

static void
any_write_may_fail_for_a_while_and_nobody_notices_but_olga(void **state)
{
    int told = 0;
    long k = 1;

    (void)state;
    while (k < MOST_CALLS && fail_at(k, &told)) {
        k++;
    }
    if (k <= 12 || k == MOST_CALLS || told <= k / 2) {
        fail_msg("%ld calls, of which olga heard of %d", k, told);
    }
}

/* ---- a power cut ------------------------------------------------------------ */

static unsigned seed;

static void bring_back(void *ctx)
{
    char name[160];

    (void)ctx;
    (void)snprintf(name, sizeof name, "%s-wal", s.path);
    fault_restore(s.path, seed);
    fault_restore(name, seed * 7);
    (void)snprintf(name, sizeof name, "%s-shm", s.path);
    (void)unlink(name);
    fault_reset();
}

static int shows(int64_t alert, const char *words)
{
    for (int tries = 0; tries < 100; tries++) {
        int64_t id = alert;
        struct nj_command show = {
            .verb = "show", .actor = "tom", .ids = &id, .id_count = 1};

        if (night_command(&s.n, &show) == 0) {
            return strstr(nj_buf_text(&s.n.reply), words) != NULL;
        }
    }
    return 0;
}

/* All that was rung stands in the store, under the alert it belongs to. */
static void check_rung(const int64_t *rung, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char words[40];

        (void)snprintf(words, sizeof words, "\"page\":%lld,",
                       (long long)rung[i]);
        if (rung[i] != 0 && !shows(1, words) && !shows(2, words)) {
            fail_msg("page %lld rang and is not stored", (long long)rung[i]);
        }
    }
}

/* What others were told before the power went. */
struct promised {
    int taken[POSTS];
    int acked;
};

static void check_promised(const struct promised *had)
{
    assert_true(!had->taken[0] || shows(1, "\"id\":1,"));
    assert_true(!had->taken[1] || shows(2, "\"id\":2,"));
    if (had->acked) {
        assert_true(shows(1, "\"state\":\"acknowledged\""));
    } else if (had->taken[0]) { /* the climb goes on from where it was */
        int heard = 0;

        for (int i = 0; i < 60 && !heard; i++) {
            night_pass(&s.n, "1m");
            heard = strstr(nj_buf_text(&s.n.said), "tom email call") != NULL;
        }
        assert_true(heard);
    }
}

/* Returns whether the power went at the K-th call. */
static int cut_at(long k)
{
    int64_t rung[NIGHT_RUNG];
    size_t count;
    int cut;

    open_script();
    fault_cut(k);
    play();
    cut = fault_is_cut();
    if (cut && power_is_gone()) {
        const struct promised had = {{s.taken[0], s.taken[1]}, s.acked};

        count = s.n.rung_count;
        memcpy(rung, s.n.rung, count * sizeof rung[0]);
        seed = (unsigned)k;
        fault_heal(); /* what is written from here on is not on that disk */
        night_reopen_disk(&s.n, s.path, bring_back, NULL);
        check_rung(rung, count);
        check_promised(&had);
    }
    close_script();
    return cut;
}

static void the_power_may_go_at_any_write_and_nothing_is_lost(void **state)
{
    long k = 1;

    (void)state;
    while (k < MOST_CALLS && cut_at(k)) {
        k++;
    }
    assert_true(k > 12 && k < MOST_CALLS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            any_write_may_fail_for_a_while_and_nobody_notices_but_olga),
        cmocka_unit_test(the_power_may_go_at_any_write_and_nothing_is_lost),
    };

    nj_log_open(NJ_LOG_ERROR, drop_log, NULL);
    fault_install();
    return cmocka_run_group_tests_name("nights on a failing disk", tests, NULL,
                                       NULL);
}
