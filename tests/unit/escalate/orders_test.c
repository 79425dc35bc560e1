/* Every order of what may befall one alert, to the last state, and two alerts
 * at once, some steps deep: posts, time-outs in time and late, acknowledgements
 * by several and of earlier pages, snoozes, expiry, overrides, edits of the
 * configuration, restarts. What the law promises is checked at each arrow. */

#include "base/limits.h"
#include "unit/escalate/orders.h"

enum {
    LATE_MS = 3600000,
    PASS_MS = 90000,
    MOST_TIMERS = 200, /* to the end of any night */
};

/* ---- the world ---------------------------------------------------------- */

struct model {
    struct world world; /* its climb is not used but for the event's length */
    /* As first configured, and as edited: as the store gives them back. */
    struct nj_policy policies[2];
    struct nj_arena arena;
    struct nj_names names;
    struct known known;
    uint32_t
        *successors;  /* by state: where time alone leads; itself: no more */
    struct joint now; /* the state an event changes */
    int64_t now_ms;
    size_t arrows, refused, restarts;
    unsigned acts;              /* of `acts`, with one alert */
    const struct joint *before; /* of the event that happens */
};

static const struct nj_contact_step two_sms[] = {{0, "sms", "+44"},
                                                 {3 * MIN, "sms", "+44"}};

/* Maya has two contacts and email, tom one, ana none; li and bo are not there.
 * After the edit tom's contact waits two minutes and maya has one. */
static void set_people(struct world *w, int edited)
{
    set_rules(w, "maya", NJ_LEVEL_CRITICAL, two_sms, edited ? 1 : 2);
    set_rules(w, "tom", NJ_LEVEL_CRITICAL, edited ? slow_sms : one_sms, 1);
    set_rules(w, "ana", NJ_LEVEL_CRITICAL, NULL, 0);
    person_of(w, "ana")->email = NULL;
}

static void set_world(struct model *m)
{
    static const char *const nights[NIGHTS] = {"maya", "tom", NULL};

    m->world.night[0] = nights[m->now.night];
    set_people(&m->world, m->now.edited);
}

/* POLICY as a restart finds it: the machine never sees any other here. */
static void keep_policy(struct model *m,
                        const struct nj_policy *policy,
                        struct nj_policy *out)
{
    struct nj_buf json;
    struct nj_buf again;

    nj_buf_init(&json, 65536);
    nj_buf_init(&again, 65536);
    nj_policy_write(policy, &json);
    assert_int_equal(
        nj_policy_read(nj_buf_text(&json), &m->arena, &m->names, out), 0);
    nj_policy_write(out, &again);
    assert_string_equal(nj_buf_text(&json), nj_buf_text(&again));
    nj_buf_finish(&json);
    nj_buf_finish(&again);
}

/* ---- what must hold at each arrow --------------------------------------- */

static size_t pages_to(const struct world *w, const char *person)
{
    size_t count = 0;

    for (size_t i = 0; i < w->actions.count; i++) {
        const struct nj_action *a = &w->actions.items[i];

        count += a->kind == NJ_ACT_PAGE &&
                 (person == NULL || nj_str_eq(a->person, person));
    }
    return count;
}

/* 1. It has a deadline, or somebody was told that it has not. */
static void check_is_never_forgotten(const struct model *m,
                                     const struct thing *t)
{
    if (t->climb.state == NJ_ALERT_ACKED &&
        m->policies[t->edited].ack_expires_ms != 0) {
        assert_true(t->climb.due_ms != 0);
    }
    if (t->there && t->climb.state == NJ_ALERT_OPEN) {
        assert_true(nj_climb_due(&t->climb) != 0 || t->told);
    }
    if (t->climb.state == NJ_ALERT_SNOOZED) {
        assert_true(t->climb.due_ms != 0);
    }
}

/* 2. Nobody has two first pages of one step. A step is told from another by
 * the call, the round, its number, or the last resort. */
static void check_first_pages(const struct world *w,
                              const struct thing *was,
                              struct thing *t)
{
    if (!was->there || was->climb.generation != t->climb.generation ||
        was->climb.step != t->climb.step ||
        was->climb.round != t->climb.round ||
        was->climb.flags != t->climb.flags) {
        t->firsts = 0;
    }
    for (size_t i = 0; i < w->actions.count; i++) {
        const struct nj_action *a = &w->actions.items[i];

        if (a->kind == NJ_ACT_PAGE && a->contact == 0) {
            unsigned bit = 1u << number_of(a->person);

            assert_false(t->firsts & bit);
            t->firsts |= (uint8_t)bit;
        }
    }
}

/* Whose own rules still run is not begun again by a later step. */
static void check_running_goes_on(const struct world *w,
                                  const struct thing *was,
                                  const struct thing *t)
{
    for (size_t i = 0; was->there && i < was->climb.chain_count &&
                       was->climb.generation == t->climb.generation;
         i++) {
        const struct nj_chain *chain = &was->climb.chains[i];

        for (size_t k = 0; k < w->actions.count && chain->due_ms != 0; k++) {
            const struct nj_action *a = &w->actions.items[k];

            assert_false(a->kind == NJ_ACT_PAGE && a->contact == 0 &&
                         chain->next > 0 &&
                         nj_str_eq(a->person, chain->person));
        }
    }
}

/* Whoever can be called by POLICY now. */
static int has_somebody(const struct world *w, const struct nj_policy *policy)
{
    for (size_t i = 0; i < policy->step_count; i++) {
        const char *found[NJ_LIMIT_STEP_PEOPLE];
        size_t n = view_people((void *)w, &policy->steps[i].targets[0], w->now,
                               found, NJ_LIMIT_STEP_PEOPLE);

        for (size_t k = 0; k < n; k++) {
            if (!nj_str_eq(found[k], "ana")) {
                return 1;
            }
        }
    }
    return policy->last_resort != NULL &&
           !nj_str_eq(policy->last_resort, "ana");
}

/* A new call calls somebody, when there is anybody. */
static void check_new_call_calls(const struct model *m,
                                 const struct thing *was,
                                 const struct thing *t)
{
    if (t->climb.state == NJ_ALERT_OPEN &&
        (!was->there || t->climb.generation != was->climb.generation) &&
        has_somebody(&m->world, &m->policies[t->edited])) {
        assert_true(t->climb.chain_count > 0);
    }
}

/* 3. Whoever has it is not paged before their time is over, nor anybody else,
 * but on a person's word. */
static void check_held_is_quiet(const struct world *w,
                                const struct thing *was,
                                const struct nj_esc_event *event)
{
    int by_word = event->kind == NJ_ESC_UNACK ||
                  event->kind == NJ_ESC_ESCALATE ||
                  event->kind == NJ_ESC_REASSIGN || event->kind == NJ_ESC_OPEN;

    if (was->there && was->climb.state == NJ_ALERT_ACKED && !by_word &&
        (was->climb.due_ms == 0 || event->now_ms < was->climb.due_ms)) {
        assert_int_equal(pages_to(w, NULL), 0);
    }
    if (was->there && was->climb.state == NJ_ALERT_SNOOZED && !by_word &&
        event->kind != NJ_ESC_WORSE && event->now_ms < was->climb.due_ms) {
        assert_int_equal(pages_to(w, NULL), 0);
    }
}

/* Whoever is paged exists and has that contact; nothing rings unless open. */
static void check_pages_reach_somebody(const struct world *w,
                                       const struct thing *t)
{
    for (size_t i = 0; i < w->actions.count; i++) {
        const struct nj_action *a = &w->actions.items[i];
        const struct nj_person *p;

        if (a->kind != NJ_ACT_PAGE) {
            continue;
        }
        p = view_person((void *)w, a->person);
        assert_non_null(p);
        assert_int_equal(t->climb.state, NJ_ALERT_OPEN);
        if (a->contact == NJ_CONTACT_EMAIL) {
            assert_non_null(p->email);
        } else {
            assert_true(a->contact < p->rule_count[a->level]);
        }
    }
}

/* ---- events ------------------------------------------------------------- */

static void
take_result(struct model *m, int number, const struct nj_esc_event *event)
{
    const struct thing *was = &m->before->things[number];
    struct thing *t = &m->now.things[number];
    struct world *w = &m->world;

    if (!was->there || was->climb.generation != t->climb.generation) {
        t->told = 0;
    }
    t->told |= count_of(w, NJ_ACT_OWNER, NULL) > 0 &&
               (t->climb.flags & NJ_CLIMB_EXHAUSTED) != 0;
    check_first_pages(w, was, t);
    check_running_goes_on(w, was, t);
    if (event->kind != NJ_ESC_ESCALATE) { /* goes on from where it stood */
        check_new_call_calls(m, was, t);
    }
    check_held_is_quiet(w, was, event);
    check_pages_reach_somebody(w, t);
}

/* Let EVENT happen to alert NUMBER; refused is fine, and changes nothing. */
static void happen_to(struct model *m, int number, struct nj_esc_event event)
{
    struct thing *t = &m->now.things[number];
    const struct nj_esc_view view = {&m->world, view_people, view_person};
    struct world *w = &m->world;
    struct bytes was;
    struct bytes is;

    write_joint(&m->now, &was);
    w->actions.count = 0;
    w->err = (struct nj_err){0};
    w->now = m->now_ms;
    event.now_ms = m->now_ms;
    m->arrows++;
    if (nj_escalate(&t->climb, &m->policies[t->edited],
                    (enum nj_level)t->severity, &event, &view, &w->actions,
                    &w->err) != 0) {
        write_joint(&m->now, &is);
        assert_int_equal(is.len, was.len);
        assert_memory_equal(is.at, was.at, was.len);
        assert_int_equal(w->actions.count, 0);
        assert_true(w->err.text[0] != '\0');
        m->refused++;
        return;
    }
    take_result(m, number, &event);
}

/* A post of its trouble: opens it, makes it worse, reopens it, or only joins.
 */
static void post(struct model *m, int number)
{
    struct thing *t = &m->now.things[number];

    if (!t->there) {
        t->there = 1;
        t->severity = NJ_LEVEL_HIGH;
        t->edited = m->now.edited;
        happen_to(m, number, (struct nj_esc_event){.kind = NJ_ESC_OPEN});
    } else if (t->climb.state == NJ_ALERT_RESOLVED) {
        happen_to(m, number, (struct nj_esc_event){.kind = NJ_ESC_OPEN});
    } else if (t->severity == NJ_LEVEL_HIGH) {
        t->severity = NJ_LEVEL_CRITICAL;
        happen_to(m, number, (struct nj_esc_event){.kind = NJ_ESC_WORSE});
    }
}

static int64_t earliest(const struct model *m)
{
    int64_t first = 0;

    for (int i = 0; i < ALERTS; i++) {
        int64_t due = nj_climb_due(&m->now.things[i].climb);

        if (due != 0 && (first == 0 || due < first)) {
            first = due;
        }
    }
    return first;
}

/* Time goes on to LATE_MS behind the next deadline; what is due then runs,
 * earliest first, as the watch does it. Whether there was one. */
static int pass_to_deadline(struct model *m, int64_t late_ms)
{
    int64_t due = earliest(m);

    if (due == 0) {
        return 0;
    }
    m->now_ms = due + late_ms > m->now_ms ? due + late_ms : m->now_ms;
    for (int rounds = 0; due != 0 && due <= m->now_ms; rounds++) {
        int number = nj_climb_due(&m->now.things[0].climb) == due ? 0 : 1;

        assert_true(rounds < 4); /* each deadline runs once */
        happen_to(m, number, (struct nj_esc_event){.kind = NJ_ESC_TIMER});
        due = earliest(m);
    }
    return 1;
}

/* Timers that come early; while somebody is being rung, time goes on a little
 * first. */
static int pass_a_while(struct model *m)
{
    int64_t due = earliest(m);
    int rings = 0;

    for (int i = 0; i < ALERTS; i++) {
        rings |= m->now.things[i].there &&
                 m->now.things[i].climb.state == NJ_ALERT_OPEN;
    }
    if (due == 0 || due <= m->now_ms + PASS_MS) {
        return 0;
    }
    m->now_ms += rings ? PASS_MS : 0;
    for (int i = 0; i < ALERTS; i++) {
        if (m->now.things[i].there) {
            happen_to(m, i, (struct nj_esc_event){.kind = NJ_ESC_TIMER});
        }
    }
    return 1;
}

/* What the store has of a climb, and nothing else, comes back: the same. */
static void restart(struct model *m)
{
    struct bytes was;
    struct bytes is;

    write_joint(&m->now, &was);
    for (int i = 0; i < ALERTS; i++) {
        struct thing *t = &m->now.things[i];
        struct nj_climb climb = t->climb;
        struct nj_buf json;

        nj_buf_init(&json, 65536);
        nj_chains_write(&t->climb, &json);
        climb.chains = NULL;
        climb.chain_count = 0;
        assert_int_equal(nj_chains_read(nj_buf_text(&json), &m->names, &climb),
                         0);
        nj_climb_finish(&t->climb);
        t->climb = climb;
        nj_buf_finish(&json);
    }
    write_joint(&m->now, &is);
    assert_int_equal(is.len, was.len);
    assert_memory_equal(is.at, was.at, was.len);
    m->restarts++;
}

/* The last contact that rang of the alert's chain WHICH fails. */
static int fail_last(struct model *m, int number, size_t which)
{
    const struct nj_climb *c = &m->now.things[number].climb;
    const struct nj_chain *chain;

    if (which >= c->chain_count ||
        (c->chains[which].next == 0 && !c->chains[which].fell_back)) {
        return 0;
    }
    chain = &c->chains[which];
    happen_to(m, number,
              (struct nj_esc_event){
                  .kind = NJ_ESC_FAILED,
                  .person = chain->person,
                  .generation = GENERATION,
                  .contact = chain->fell_back ? NJ_CONTACT_EMAIL
                                              : (uint8_t)(chain->next - 1)});
    return 1;
}

/* What concerns all alerts at once. */
enum { TIME_OUT, LATE_TIME_OUT, PASS, OVERRIDE, EDIT, RESTART, COMMON };
/* What people and pages do to one. */
static const struct nj_esc_event acts[] = {
    {.kind = NJ_ESC_ACK, .person = "maya", .generation = GENERATION},
    {.kind = NJ_ESC_ACK, .person = "ana", .generation = GENERATION - 1},
    {.kind = NJ_ESC_SNOOZE, .person = "tom", .until_ms = 20 * MIN},
    {.kind = NJ_ESC_RESOLVE, .person = "tom"},
    {.kind = NJ_ESC_ESCALATE, .person = "maya", .generation = GENERATION},
    {.kind = NJ_ESC_UNACK, .person = "tom"},
    {.kind = NJ_ESC_ACK, .person = "tom", .until_ms = 20 * MIN},
    {.kind = NJ_ESC_ESCALATE, .person = "tom", .generation = GENERATION - 1},
    {.kind = NJ_ESC_REASSIGN, .person = "maya", .target = "tom"},
    {.kind = NJ_ESC_REASSIGN, .person = "tom", .target = "ana"},
    {.kind = NJ_ESC_ANSWER, .person = "tom"}, /* the last: see open_model */
};
enum {
    ACTS = sizeof acts / sizeof acts[0],
    FEW_ACTS = 6, /* with two alerts */
    FAILS = PEOPLE,
};

static int common(struct model *m, unsigned letter)
{
    switch (letter) {
    case TIME_OUT:
        return pass_to_deadline(m, 0);
    case LATE_TIME_OUT:
        return pass_to_deadline(m, LATE_MS);
    case PASS:
        return pass_a_while(m);
    case OVERRIDE:
        m->now.night = (uint8_t)((m->now.night + 1) % NIGHTS);
        return 1;
    case EDIT:
        m->now.edited ^= 1;
        return 1;
    default:
        restart(m);
        return 1;
    }
}

/* Letter LETTER of the alphabet for COUNT alerts; 0 when it is not possible
 * here, -1 behind the last one. */
static int play(struct model *m, unsigned letter, int count)
{
    unsigned acts_count = count == 1 ? m->acts : FEW_ACTS;
    unsigned each = 1 + acts_count + (count == 1 ? FAILS : 1);
    int number;
    struct nj_esc_event event;

    if (letter < COMMON) {
        return common(m, letter);
    }
    letter -= COMMON;
    if (letter >= each * (unsigned)count) {
        return -1;
    }
    number = (int)(letter / each);
    letter %= each;
    if (letter == 0) {
        post(m, number);
        return 1;
    }
    if (!m->now.things[number].there) {
        return 0;
    }
    letter--;
    if (letter >= acts_count) {
        return fail_last(m, number, letter - acts_count);
    }
    event = acts[letter];
    event.until_ms += event.until_ms == 0 ? 0 : m->now_ms;
    happen_to(m, number, event);
    return 1;
}

/* ---- going through them ------------------------------------------------- */

/* Where LETTER leads from state FROM, or MOST. */
static size_t
follow(struct model *m, size_t from, unsigned letter, int count, int *out_had)
{
    struct joint before;
    struct bytes b;

    read_joint(state_at(&m->known, from), &before);
    read_joint(state_at(&m->known, from), &m->now);
    m->before = &before;
    m->now_ms = home;
    set_world(m);
    *out_had = play(m, letter, count);
    for (int i = 0; i < ALERTS; i++) {
        check_is_never_forgotten(m, &m->now.things[i]);
    }
    bring_home(&m->now, m->now_ms);
    write_joint(&m->now, &b);
    drop_joint(&m->now);
    drop_joint(&before);
    return number_in(&m->known, &b);
}

/* Nothing is due any more: was that promised? */
static void check_end(const struct joint *j)
{
    for (int k = 0; k < ALERTS; k++) {
        const struct thing *t = &j->things[k];

        if (t->there && t->climb.state == NJ_ALERT_OPEN) {
            assert_true(t->climb.flags & NJ_CLIMB_EXHAUSTED);
            assert_true(t->told);
        } else {
            assert_int_not_equal(t->climb.state, NJ_ALERT_SNOOZED);
        }
    }
}

/* From every state time alone leads to an end. */
static void check_every_path_ends(struct model *m)
{
    for (size_t i = 0; i < m->known.count; i++) {
        struct joint j;
        size_t at = i;
        int steps = 0;

        while (m->successors[at] != at) {
            at = m->successors[at];
            assert_true(at < m->known.count);
            assert_true(++steps < MOST_TIMERS);
        }
        m->successors[i] = (uint32_t)at; /* shortens the ways behind */
        read_joint(state_at(&m->known, at), &j);
        check_end(&j);
        drop_joint(&j);
    }
}

/* The same for one state whose successors are not known. */
static void run_to_the_end(struct model *m, size_t from)
{
    struct joint before;
    int steps = 0;
    int more = 1;

    read_joint(state_at(&m->known, from), &m->now);
    set_world(m);
    while (more) {
        struct bytes b;

        write_joint(&m->now, &b);
        read_joint(b.at, &before);
        m->before = &before;
        m->now_ms = home;
        more = pass_to_deadline(m, 0);
        bring_home(&m->now, m->now_ms);
        drop_joint(&before);
        assert_true(++steps < MOST_TIMERS);
    }
    check_end(&m->now);
    drop_joint(&m->now);
}

/* All states of COUNT alerts, at most DEEPEST events from nothing (0: until
 * none is new); how deep that was. */
static int explore(struct model *m, int count, int deepest)
{
    struct joint nothing = {0};
    struct bytes b;
    size_t end_of_depth = 1;
    int depth = 0;

    write_joint(&nothing, &b);
    (void)number_in(&m->known, &b);
    for (size_t i = 0; i < m->known.count; i++) {
        if (i == end_of_depth) {
            depth++;
            end_of_depth = m->known.count;
            if (depth == deepest) {
                break;
            }
        }
        for (unsigned letter = 0;; letter++) {
            int had;
            size_t to = follow(m, i, letter, count, &had);

            if (had < 0) {
                break;
            }
            assert_true(to < m->known.most);
            if (letter == TIME_OUT) {
                m->successors[i] = (uint32_t)to;
            }
        }
    }
    return depth;
}

/* ---- the policies ------------------------------------------------------- */

enum { TARGETS = 4 };

static const struct nj_target all_targets[TARGETS] = {
    {NJ_TARGET_SCHEDULE, "night"}, /* maya, tom or nobody */
    {NJ_TARGET_PERSON, "tom"},
    {NJ_TARGET_TEAM, "social"}, /* all three */
    {NJ_TARGET_PERSON, "ana"},  /* no contact */
};

struct policy_case {
    const char *steps; /* "012": night, tom, the team */
    const char *last;  /* resort; NULL: none */
    int repeat;
    int64_t ack_expires_ms;
    int deep; /* 1: only when NJ_DEEP is set */
};

/* The edit turns the steps round and hurries them. */
static void
open_model(struct model *m, const struct policy_case *c, size_t most)
{
    struct world *w = &m->world;
    struct nj_policy edited;
    struct nj_step hurried[WORLD_STEPS];
    size_t count = strlen(c->steps);

    *m = (struct model){.acts = ACTS};
    open_world(w);
    for (size_t i = 0; i < count; i++) {
        w->targets[i] = all_targets[c->steps[i] - '0'];
        w->steps[i].wait_ms = 5 * MIN;
        hurried[count - 1 - i] = w->steps[i];
        hurried[count - 1 - i].wait_ms = 2 * MIN;
    }
    w->policy.step_count = count;
    w->policy.last_resort = c->last;
    w->policy.repeat = c->repeat;
    w->policy.ack_expires_ms = c->ack_expires_ms;
    edited = w->policy;
    edited.steps = hurried;
    keep_policy(m, &w->policy, &m->policies[0]);
    keep_policy(m, &edited, &m->policies[1]);
    open_known(&m->known, most);
    m->successors = calloc(most, sizeof *m->successors);
    assert_non_null(m->successors);
}

static void close_model(struct model *m)
{
    close_known(&m->known);
    free(m->successors);
    nj_arena_finish(&m->arena);
    nj_names_finish(&m->names);
    close_world(&m->world);
}

static int is_deep(void)
{
    return getenv("NJ_DEEP") != NULL;
}

/* Sanitizers take their time: they go less far. */
#ifdef __SANITIZE_ADDRESS__
enum { DEPTH_OF_TWO = 5, MOST_STEPS = 2 };
#else
enum { DEPTH_OF_TWO = 7, MOST_STEPS = 3 };
#endif

static void one_alert_keeps_the_law_in_every_order_to_the_end(void **state)
{
    static const struct policy_case cases[] = {
        {"3", "tom", 1, 120 * MIN, 0},    {"03", NULL, 1, 120 * MIN, 0},
        {"012", "maya", 1, 0, 0},         {"0", "maya", 1, 120 * MIN, 1},
        {"01", "maya", 1, 0, 1},          {"2", "ana", 2, 120 * MIN, 1},
        {"012", "maya", 2, 120 * MIN, 1}, {"230", "ana", 1, 120 * MIN, 1},
    };
    struct model *m = malloc(sizeof *m);
    (void)state;

    assert_non_null(m);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int depth;

        if (!is_deep() &&
            (cases[i].deep || strlen(cases[i].steps) > MOST_STEPS)) {
            continue;
        }
        open_model(m, &cases[i], is_deep() ? 2000000 : 300000);
        m->acts -= !is_deep() && strlen(cases[i].steps) == 3;
        depth = explore(m, 1, 0);
        check_every_path_ends(m);
        print_message("one alert, steps %s: all %zu states, %zu events (%zu "
                      "refused, %zu restarts), %d deep\n",
                      cases[i].steps, m->known.count, m->arrows, m->refused,
                      m->restarts, depth);
        close_model(m);
    }
    free(m);
}

static void two_alerts_keep_the_law_in_every_order(void **state)
{
    static const struct policy_case cases[] = {
        {"012", "maya", 1, 120 * MIN, 0},
        {"02", "tom", 2, 120 * MIN, 1},
    };
    struct model *m = malloc(sizeof *m);
    (void)state;

    assert_non_null(m);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int depth;

        if (cases[i].deep && !is_deep()) {
            continue;
        }
        open_model(m, &cases[i], is_deep() ? 4000000 : 300000);
        depth = explore(m, 2, is_deep() ? 9 : DEPTH_OF_TWO);
        for (size_t k = 0; k < m->known.count; k += is_deep() ? 1 : 7) {
            run_to_the_end(m, k);
        }
        print_message("two alerts, steps %s: %zu states, %zu events (%zu "
                      "refused, %zu restarts), %d deep\n",
                      cases[i].steps, m->known.count, m->arrows, m->refused,
                      m->restarts, depth);
        close_model(m);
    }
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_alert_keeps_the_law_in_every_order_to_the_end),
        cmocka_unit_test(two_alerts_keep_the_law_in_every_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
