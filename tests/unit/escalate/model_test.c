/* Every state the machine can come to, breadth first, within bounds: policies
 * of up to three steps over three people (one with rules and email, one with a
 * single contact, one with none) and an empty schedule, under every event. What
 * must always hold is checked at each arrow. */
// link: -Wl,--wrap=calloc -Wl,--wrap=realloc

#include "unit/escalate/world.h"

enum {
    MOST_STATES = 260, /* of one policy: those nearest to its opening */
    MOST_KEY = 160,    /* bytes of a state as a key */
    MOST_TIMERS = 120, /* to the end of any night */
    TABLE = 1024,      /* places of the table of known states */
    GENERATION = 5,    /* of every state, when it is kept */
};

static const int64_t base = INT64_C(1000) * 60000; /* now, in a kept state */

/* ---- allocation that fails on demand ------------------------------------ */

static int calls_left = -1; /* -1: never fail */

static int fails(void)
{
    return calls_left >= 0 && calls_left-- == 0;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

/* ---- states that are known ---------------------------------------------- */

struct state {
    struct nj_climb climb; /* owned; its now is BASE */
    uint8_t key[MOST_KEY];
    size_t key_len;
};

struct model {
    struct world world;
    struct state states[MOST_STATES];
    size_t count;
    uint16_t table[TABLE]; /* index + 1 */
    size_t arrows;
};

static uint8_t index_of(const char *name)
{
    static const char *const names[] = {"maya", "tom", "ana"};

    for (uint8_t i = 0; i < 3; i++) {
        if (nj_str_eq(names[i], name)) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

static size_t put(uint8_t *key, size_t at, const void *bytes, size_t len)
{
    assert_true(at + len <= MOST_KEY);
    memcpy(key + at, bytes, len);
    return at + len;
}

static size_t write_key(const struct nj_climb *c, uint8_t key[MOST_KEY])
{
    const uint8_t head[] = {c->state, c->flags, c->step, c->round,
                            index_of(c->holder)};
    size_t at = put(key, 0, head, sizeof head);

    at = put(key, at, &c->due_ms, sizeof c->due_ms);
    for (size_t i = 0; i < c->chain_count; i++) {
        const struct nj_chain *chain = &c->chains[i];
        const uint8_t body[] = {
            index_of(chain->person), chain->next,   chain->level,
            chain->fell_back,        chain->failed, chain->current};

        at = put(key, at, body, sizeof body);
        at = put(key, at, &chain->due_ms, sizeof chain->due_ms);
    }
    return at;
}

/* As if it were BASE now, and this the call number GENERATION. */
static void bring_home(struct nj_climb *climb, int64_t now)
{
    climb->generation = GENERATION;
    climb->due_ms -= climb->due_ms == 0 ? 0 : now - base;
    for (size_t i = 0; i < climb->chain_count; i++) {
        int64_t *due = &climb->chains[i].due_ms;

        *due -= *due == 0 ? 0 : now - base;
    }
}

/* Keep CLIMB (taken over) if it is new and there is room. */
static void keep(struct model *m, struct nj_climb *climb, int64_t now)
{
    uint8_t key[MOST_KEY];
    size_t len;
    size_t at;

    bring_home(climb, now);
    len = write_key(climb, key);
    for (at = nj_hash(key, len) % TABLE; m->table[at] != 0;
         at = (at + 1) % TABLE) {
        const struct state *known = &m->states[m->table[at] - 1];

        if (known->key_len == len && memcmp(known->key, key, len) == 0) {
            nj_climb_finish(climb);
            return;
        }
    }
    if (m->count == MOST_STATES) {
        nj_climb_finish(climb);
        return;
    }
    memcpy(m->states[m->count].key, key, len);
    m->states[m->count].key_len = len;
    m->states[m->count].climb = *climb;
    m->table[at] = (uint16_t)++m->count;
}

/* ---- what must hold at each arrow --------------------------------------- */

struct arrow {
    const struct nj_climb *before;
    const struct nj_climb *after;
    const struct world *world; /* its actions, its now */
    enum nj_esc_kind kind;
    const char *person;
};

static size_t pages_of(const struct arrow *a, const char *person, int contact)
{
    size_t count = 0;

    for (size_t i = 0; i < a->world->actions.count; i++) {
        const struct nj_action *action = &a->world->actions.items[i];

        count += action->kind == NJ_ACT_PAGE &&
                 (person == NULL || nj_str_eq(action->person, person)) &&
                 (contact < 0 || action->contact == contact);
    }
    return count;
}

static const struct nj_chain *chain_of(const struct nj_climb *climb,
                                       const char *person)
{
    for (size_t i = 0; i < climb->chain_count; i++) {
        if (nj_str_eq(climb->chains[i].person, person)) {
            return &climb->chains[i];
        }
    }
    return NULL;
}

/* An open alert has a next deadline, or its end was told to the owner. */
static void check_open_alert_has_a_deadline_or_an_end(const struct arrow *a)
{
    int ended = (a->after->flags & NJ_CLIMB_EXHAUSTED) != 0;
    int had_ended = (a->before->flags & NJ_CLIMB_EXHAUSTED) != 0 &&
                    a->after->generation == a->before->generation;

    if (a->after->state == NJ_ALERT_OPEN) {
        assert_int_equal(a->after->due_ms != 0, !ended);
    }
    if (ended && !had_ended) {
        assert_int_equal(count_of(a->world, NJ_ACT_OWNER, NULL), 1);
    }
}

/* Somebody holds it exactly while it is acknowledged; then nobody is rung. */
static void check_quiet_states_are_quiet(const struct arrow *a)
{
    assert_int_equal(a->after->holder != NULL,
                     a->after->state == NJ_ALERT_ACKED);
    if (a->after->state != NJ_ALERT_OPEN) {
        assert_int_equal(pages_of(a, NULL, -1), 0);
        for (size_t i = 0; i < a->after->chain_count; i++) {
            assert_int_equal(a->after->chains[i].due_ms, 0);
        }
    }
}

static int moved_on(const struct arrow *a)
{
    return a->after->generation != a->before->generation ||
           a->after->step != a->before->step ||
           a->after->round != a->before->round ||
           a->after->flags != a->before->flags;
}

/* Nobody's rules begin twice in one step of one call, nor while they run. */
static void check_first_pages_come_once_a_step(const struct arrow *a)
{
    static const char *const names[] = {"maya", "tom", "ana"};

    for (size_t i = 0; i < 3; i++) {
        const struct nj_chain *was = chain_of(a->before, names[i]);
        int running = was != NULL && was->due_ms != 0;
        int waited = running && was->next == 0;
        size_t firsts = pages_of(a, names[i], 0);

        if (running && a->after->generation == a->before->generation) {
            assert_true(firsts == 0 || waited);
        }
        assert_true(firsts <= 1);
        assert_true(firsts == 0 || moved_on(a) || waited);
        for (int contact = 0; contact < 4; contact++) {
            assert_true(pages_of(a, names[i], contact) <= 1);
        }
        assert_true(pages_of(a, names[i], NJ_CONTACT_EMAIL) <= 1);
    }
    assert_true(count_of(a->world, NJ_ACT_NOTE, "step") <= 1);
}

static void check_page(const struct arrow *a, const struct nj_action *page)
{
    const struct nj_person *person =
        view_person((void *)a->world, page->person);

    assert_non_null(person);
    assert_true(page->until_ms >= a->world->now + MIN);
    assert_true(page->text[0] != '\0');
    if (page->contact == NJ_CONTACT_EMAIL) {
        assert_non_null(person->email);
    } else {
        assert_true(page->contact < person->rule_count[page->level]);
    }
}

/* Pages go to contacts that exist, tells to others than the doer, and what
 * waits is dropped before anything new is made. */
static void check_actions(const struct arrow *a)
{
    int paged = 0;

    for (size_t i = 0; i < a->world->actions.count; i++) {
        const struct nj_action *action = &a->world->actions.items[i];

        switch (action->kind) {
        case NJ_ACT_PAGE:
            check_page(a, action);
            paged = 1;
            break;
        case NJ_ACT_TELL:
            assert_false(nj_str_eq(action->person, a->person));
            break;
        case NJ_ACT_STOP:
            assert_false(paged);
            break;
        case NJ_ACT_NOTE:
            assert_non_null(action->note);
            assert_true(action->text[0] != '\0');
            break;
        case NJ_ACT_OWNER:
            assert_true(action->text[0] != '\0');
            break;
        }
    }
}

/* Each call has its number: it rises when it opens anew, and only then. */
static void check_generation(const struct arrow *a)
{
    uint32_t rose = a->after->generation - a->before->generation;
    int opened =
        a->after->state == NJ_ALERT_OPEN && a->before->state != NJ_ALERT_OPEN;

    assert_true(rose <= 1);
    assert_true(rose == 1 || !opened);
    assert_true(rose == 0 || a->after->state == NJ_ALERT_OPEN);
}

/* A timer that is due always brings the night on. */
static void check_timer(const struct arrow *a)
{
    int64_t due = nj_climb_due(a->after);

    assert_true(a->world->actions.count > 0);
    assert_true(due == 0 || due > a->world->now);
}

static void check(const struct arrow *a)
{
    check_open_alert_has_a_deadline_or_an_end(a);
    check_quiet_states_are_quiet(a);
    check_first_pages_come_once_a_step(a);
    check_actions(a);
    check_generation(a);
    if (a->kind == NJ_ESC_TIMER) {
        check_timer(a);
    }
}

/* ---- what may happen in a state ----------------------------------------- */

static int64_t later(const struct nj_climb *climb, int64_t ms)
{
    int64_t due = nj_climb_due(climb);

    return due == 0 || due > base + ms ? base + ms : base;
}

/* The events tried in each state; 0 when there is no such event there. */
static int event_of(const struct nj_climb *climb,
                    unsigned number,
                    int64_t *out_now,
                    struct nj_esc_event *out)
{
    static const struct nj_esc_event people[] = {
        {.kind = NJ_ESC_ACK, .person = "maya"},
        {.kind = NJ_ESC_ACK, .person = "ana", .until_ms = 1},
        {.kind = NJ_ESC_UNACK, .person = "tom"},
        {.kind = NJ_ESC_SNOOZE, .person = "tom", .until_ms = 1},
        {.kind = NJ_ESC_RESOLVE},
        {.kind = NJ_ESC_ESCALATE, .person = "maya", .generation = GENERATION},
        {.kind = NJ_ESC_ESCALATE, .person = "maya", .generation = 1},
        {.kind = NJ_ESC_REASSIGN, .person = "maya", .target = "tom"},
        {.kind = NJ_ESC_REASSIGN, .person = "tom", .target = "ana"},
        {.kind = NJ_ESC_WORSE},
    };
    const unsigned most = sizeof people / sizeof people[0];
    int64_t due = nj_climb_due(climb);

    *out_now = later(climb, number % 2 == 0 ? 0 : 90000);
    if (number < most) {
        *out = people[number];
        out->until_ms += out->until_ms == 0 ? 0 : *out_now + 20 * MIN;
        return 1;
    }
    *out = (struct nj_esc_event){.kind = NJ_ESC_TIMER};
    if (number < most + 2) {
        *out_now = due + (number == most ? 0 : 60 * MIN);
        return due != 0;
    }
    *out = (struct nj_esc_event){.kind = NJ_ESC_OPEN};
    if (number == most + 2) {
        return climb->state == NJ_ALERT_RESOLVED;
    }
    number -= most + 3; /* the last contact of each chain fails */
    if (number < climb->chain_count) {
        const struct nj_chain *chain = &climb->chains[number];

        *out = (struct nj_esc_event){.kind = NJ_ESC_FAILED,
                                     .person = chain->person,
                                     .generation = GENERATION};
        out->contact =
            chain->fell_back ? NJ_CONTACT_EMAIL : (uint8_t)(chain->next - 1);
        return chain->next > 0 || chain->fell_back;
    }
    return 0;
}

enum { EVENTS = 16 };

static void same(const struct nj_climb *a, const struct nj_climb *b)
{
    uint8_t key_a[MOST_KEY];
    uint8_t key_b[MOST_KEY];
    size_t len = write_key(a, key_a);

    assert_int_equal(write_key(b, key_b), len);
    assert_memory_equal(key_a, key_b, len);
    assert_int_equal(a->generation, b->generation);
}

/* Put the world into state CLIMB at NOW. */
static void enter(struct world *w, const struct nj_climb *climb, int64_t now)
{
    nj_climb_finish(&w->climb);
    assert_int_equal(nj_climb_copy(climb, &w->climb), 0);
    w->now = now;
}

static void
follow(struct model *m, const struct nj_climb *from, unsigned number)
{
    struct world *w = &m->world;
    struct arrow arrow = {.before = from, .after = &w->climb, .world = w};
    struct nj_esc_event event;
    int64_t now;

    if (!event_of(from, number, &now, &event)) {
        return;
    }
    enter(w, from, now);
    m->arrows++;
    if (happen(w, event) != 0) {
        assert_int_equal(w->actions.count, 0);
        assert_true(w->err.text[0] != '\0');
        same(&w->climb, from);
        return;
    }
    arrow.kind = event.kind;
    arrow.person = event.person;
    check(&arrow);
    keep(m, &w->climb, now);
    w->climb = (struct nj_climb){0};
}

/* By timers alone every night ends: nothing is due, and the owner knows. */
static void run_to_the_end(struct model *m, const struct nj_climb *from)
{
    struct world *w = &m->world;
    size_t owners = 0;
    int ended = (from->flags & NJ_CLIMB_EXHAUSTED) != 0;

    enter(w, from, base);
    for (int i = 0; nj_climb_due(&w->climb) != 0; i++) {
        assert_true(i < MOST_TIMERS);
        after(w, nj_climb_due(&w->climb) - w->now);
        owners += count_of(w, NJ_ACT_OWNER, NULL);
    }
    if (w->climb.state == NJ_ALERT_OPEN) {
        assert_true(w->climb.flags & NJ_CLIMB_EXHAUSTED);
        assert_true(ended || owners > 0);
    } else {
        assert_int_equal(w->climb.state, NJ_ALERT_RESOLVED);
    }
}

/* ---- the policies ------------------------------------------------------- */

enum { TARGETS = 4, CONFIGS = 3 };

static const struct nj_target all_targets[TARGETS] = {
    {NJ_TARGET_PERSON, "maya"},
    {NJ_TARGET_SCHEDULE, "night"}, /* empty */
    {NJ_TARGET_PERSON, "ana"},     /* no contact */
    {NJ_TARGET_TEAM, "social"},    /* all three */
};

static void open_model(struct model *m, unsigned policy, int config)
{
    struct world *w = &m->world;
    size_t steps = policy < TARGETS                       ? 1
                   : policy < TARGETS + TARGETS * TARGETS ? 2
                                                          : 3;

    *m = (struct model){0};
    open_world(w);
    w->now = base;
    w->night[0] = NULL;
    person_of(w, "ana")->email = NULL;
    set_rules(w, "ana", NJ_LEVEL_CRITICAL, NULL, 0);
    set_rules(w, "maya", NJ_LEVEL_CRITICAL, &critical_rules[1], 2);
    if (config == 1) {
        set_rules(w, "tom", NJ_LEVEL_CRITICAL, slow_sms, 1);
    }
    w->policy.last_resort = config == 0 ? NULL : config == 1 ? "tom" : "ana";
    w->policy.repeat = config == 1 ? 2 : 1;
    w->policy.step_count = steps;
    policy -= steps == 1   ? 0
              : steps == 2 ? TARGETS
                           : TARGETS + TARGETS * TARGETS;
    for (size_t i = 0; i < steps; i++) {
        w->targets[i] = all_targets[policy % TARGETS];
        policy /= TARGETS;
    }
}

static void close_model(struct model *m)
{
    for (size_t i = 0; i < m->count; i++) {
        nj_climb_finish(&m->states[i].climb);
    }
    close_world(&m->world);
}

enum { POLICIES = TARGETS + TARGETS * TARGETS + TARGETS * TARGETS * TARGETS };

/* All states of one policy, breadth first. */
static void explore(struct model *m)
{
    open_alert(&m->world);
    keep(m, &m->world.climb, base);
    m->world.climb = (struct nj_climb){0};
    for (size_t i = 0; i < m->count; i++) {
        for (unsigned e = 0; e < EVENTS; e++) {
            follow(m, &m->states[i].climb, e);
        }
        run_to_the_end(m, &m->states[i].climb);
    }
}

static void every_state_of_every_policy_keeps_the_law(void **state)
{
    struct model *m = malloc(sizeof *m);
    size_t states = 0;
    size_t arrows = 0;
    (void)state;

    assert_non_null(m);
    for (int config = 0; config < CONFIGS; config++) {
        for (unsigned policy = 0; policy < POLICIES; policy++) {
            open_model(m, policy, config);
            explore(m);
            states += m->count;
            arrows += m->arrows;
            close_model(m);
        }
    }
    free(m);
    print_message("%zu states, %zu arrows\n", states, arrows);
    assert_true(states > 20000);
}

/* ---- memory that runs out ----------------------------------------------- */

/* EVENT in FROM with each allocation failing in turn. */
static void fail_each(struct model *m,
                      const struct nj_climb *from,
                      const struct nj_esc_event *event,
                      int64_t now)
{
    struct world *w = &m->world;
    int code = NJ_E_NOMEM;

    enter(w, from, now);
    for (int k = 0; code == NJ_E_NOMEM; k++) {
        nj_actions_finish(&w->actions);
        calls_left = k;
        code = happen(w, *event);
        calls_left = -1;
        if (code == NJ_E_NOMEM) {
            same(&w->climb, from);
            assert_int_equal(w->actions.count, 0);
            assert_string_equal(w->err.text, "no memory to escalate");
        }
        assert_true(k < 40);
    }
}

static void without_memory_nothing_changes_whichever_call_fails(void **state)
{
    struct model *m = malloc(sizeof *m);
    (void)state;

    assert_non_null(m);
    for (unsigned policy = 3; policy < POLICIES; policy += 8) {
        open_model(m, policy, 1);
        explore(m);
        for (size_t i = 0; i < m->count; i += 9) {
            for (unsigned e = 0; e < EVENTS; e++) {
                struct nj_esc_event event;
                int64_t now;

                if (event_of(&m->states[i].climb, e, &now, &event)) {
                    fail_each(m, &m->states[i].climb, &event, now);
                }
            }
        }
        close_model(m);
    }
    free(m);
}

/* Actions that were there already stay as they were. */
static void failure_leaves_the_actions_of_before(void **state)
{
    struct world w;
    struct nj_esc_view view = {&w, view_people, view_person};
    struct nj_esc_event event = {.kind = NJ_ESC_OPEN, .now_ms = base};
    (void)state;

    open_world(&w);
    open_alert(&w);
    event.kind = NJ_ESC_ESCALATE;
    event.person = "maya";
    event.generation = 9;
    assert_int_equal(nj_escalate(&w.climb, &w.policy, w.severity, &event, &view,
                                 &w.actions, NULL),
                     NJ_E_STALE);
    assert_string_equal(caused(&w), "step: step 1 of 3: maya; page maya 0 5m; "
                                    "page maya 1 5m");
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_of_every_policy_keeps_the_law),
        cmocka_unit_test(without_memory_nothing_changes_whichever_call_fails),
        cmocka_unit_test(failure_leaves_the_actions_of_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
