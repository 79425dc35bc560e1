#include "watch/alerts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/climb_json.h"

enum {
    POLICY_BYTES = 1 << 20,
    KEYS_OF_ALERT = 24,     /* later posts add no more than this */
    REOPEN_MS = 30 * 60000, /* when a rule is gone: the usual time */
};

void nj_alerts_init(struct nj_alerts *alerts, struct nj_watch_env *env)
{
    *alerts = (struct nj_alerts){.env = env};
}

static void free_snapshot(struct nj_policy_snapshot *snapshot)
{
    nj_arena_finish(&snapshot->arena);
    free(snapshot);
}

void nj_alerts_finish(struct nj_alerts *alerts)
{
    size_t at = 0;
    const char *text;
    void *snapshot;

    while (alerts->due.count > 0) {
        struct nj_alert *alert = nj_alerts_next(alerts, &(int64_t){0});

        nj_alerts_forget(alerts, alert);
    }
    for (struct nj_alert *a = nj_alerts_each(alerts, &at); a != NULL;
         a = nj_alerts_each(alerts, &at)) {
        nj_alert_finish(a);
        free(a);
    }
    at = 0;
    while (nj_map_next(&alerts->policies, &at, &text, &snapshot)) {
        free_snapshot(snapshot);
    }
    nj_map_finish(&alerts->policies);
    nj_multimap_finish(&alerts->by_id);
    nj_multimap_finish(&alerts->by_key);
    nj_heap_finish(&alerts->due);
    free(alerts->of_plan);
    *alerts = (struct nj_alerts){0};
}

static int put_keys(struct nj_alerts *alerts, struct nj_alert *alert)
{
    for (uint8_t i = 0; i < alert->key_count; i++) {
        if (nj_multimap_add(&alerts->by_key, alert->keys[i], alert) != 0) {
            while (i-- > 0) {
                (void)nj_multimap_remove(&alerts->by_key, alert->keys[i],
                                         alert);
            }
            return NJ_E_NOMEM;
        }
    }
    return 0;
}

static void take_keys(struct nj_alerts *alerts, struct nj_alert *alert)
{
    for (uint8_t i = 0; i < alert->key_count; i++) {
        (void)nj_multimap_remove(&alerts->by_key, alert->keys[i], alert);
    }
}

/* Only true alerts count. */
static void count(struct nj_alerts *alerts,
                  const struct nj_alert *alert,
                  unsigned state,
                  int by)
{
    if (!(alert->flags & NJ_ALERT_TEST)) {
        alerts->count[state] += (size_t)by;
    }
}

/* Put ALERT, complete with id and keys, into both maps. */
static int put_in(struct nj_alerts *alerts, struct nj_alert *alert)
{
    alert->due = (struct nj_heap_entry){.order = (uint64_t)alert->id};
    if (put_keys(alerts, alert) != 0) {
        return NJ_E_NOMEM;
    }
    if (nj_multimap_add(&alerts->by_id, (uint64_t)alert->id, alert) != 0) {
        take_keys(alerts, alert);
        return NJ_E_NOMEM;
    }
    count(alerts, alert, alert->climb.state, 1);
    alerts->drills += (alert->flags & NJ_ALERT_DRILL) != 0;
    return 0;
}

void nj_alerts_flag(struct nj_alerts *alerts,
                    struct nj_alert *alert,
                    unsigned flags)
{
    count(alerts, alert, alert->climb.state, -1);
    alerts->drills -= (alert->flags & NJ_ALERT_DRILL) != 0;
    alert->flags = (uint8_t)flags;
    alerts->drills += (alert->flags & NJ_ALERT_DRILL) != 0;
    count(alerts, alert, alert->climb.state, 1);
}

struct nj_alert *nj_alerts_add(struct nj_alerts *alerts,
                               const struct nj_trouble *keys,
                               size_t key_count)
{
    struct nj_alert *alert = calloc(1, sizeof *alert);

    if (alert == NULL) {
        return NULL;
    }
    if (key_count > 0) {
        alert->keys = calloc(key_count, sizeof *alert->keys);
        if (alert->keys == NULL) {
            goto fail_alert;
        }
    }
    for (size_t i = 0; i < key_count; i++) {
        alert->keys[i] = keys[i].key;
    }
    alert->key_count = (uint8_t)key_count;
    alert->id = alerts->last_id + 1;
    alert->climb.state = NJ_ALERT_OPEN;
    if (put_in(alerts, alert) != 0) {
        goto fail_alert;
    }
    alerts->last_id++;
    return alert;

fail_alert:
    nj_alert_finish(alert);
    free(alert);
    return NULL;
}

static int has_key(const struct nj_alert *alert, uint64_t key)
{
    for (uint8_t i = 0; i < alert->key_count; i++) {
        if (alert->keys[i] == key) {
            return 1;
        }
    }
    return 0;
}

int nj_alerts_extend(struct nj_alerts *alerts,
                     struct nj_alert *alert,
                     const struct nj_trouble *keys,
                     size_t key_count)
{
    for (size_t i = 0; i < key_count; i++) {
        uint64_t *grown;

        if (alert->key_count >= KEYS_OF_ALERT || has_key(alert, keys[i].key)) {
            continue;
        }
        grown =
            realloc(alert->keys, (alert->key_count + 1u) * sizeof *alert->keys);
        if (grown == NULL) {
            return NJ_E_NOMEM;
        }
        alert->keys = grown;
        if (nj_multimap_add(&alerts->by_key, keys[i].key, alert) != 0) {
            return NJ_E_NOMEM;
        }
        alert->keys[alert->key_count++] = keys[i].key;
    }
    return 0;
}

static struct nj_policy_snapshot *snapshot_by_id(struct nj_alerts *alerts,
                                                 int64_t id)
{
    size_t at = 0;
    const char *text;
    void *value;

    while (nj_map_next(&alerts->policies, &at, &text, &value)) {
        struct nj_policy_snapshot *snapshot = value;

        if (snapshot->id == id) {
            return snapshot;
        }
    }
    return NULL;
}

static int copy_stored(struct nj_alerts *alerts,
                       const struct nj_alert *stored,
                       const char *chains_json,
                       struct nj_alert *out)
{
    struct nj_names *names = alerts->env->names;
    int code;

    *out = *stored;
    out->policy = NULL;
    out->keys = NULL;
    out->climb.chains = NULL;
    out->climb.chain_count = 0;
    code = nj_chains_read(chains_json, names, &out->climb);
    if (code != 0) {
        return code;
    }
    if (stored->key_count > 0) {
        out->keys = calloc(stored->key_count, sizeof *out->keys);
        if (out->keys == NULL) {
            return NJ_E_NOMEM;
        }
        memcpy(out->keys, stored->keys, stored->key_count * sizeof *out->keys);
    }
    return 0;
}

int nj_alerts_load(struct nj_alerts *alerts,
                   const struct nj_alert *stored,
                   int64_t policy_id,
                   const char *chains_json)
{
    struct nj_policy_snapshot *snapshot = snapshot_by_id(alerts, policy_id);
    struct nj_alert *alert = calloc(1, sizeof *alert);
    int code = alert == NULL ? NJ_E_NOMEM : 0;

    if (code == 0) {
        code = copy_stored(alerts, stored, chains_json, alert);
    }
    if (code == 0) {
        code = put_in(alerts, alert);
    }
    if (code != 0) {
        if (alert != NULL) {
            nj_alert_finish(alert);
        }
        free(alert);
        return code;
    }
    if (snapshot != NULL) {
        snapshot->refs++;
        alert->policy = snapshot;
    }
    if (alert->id > alerts->last_id) {
        alerts->last_id = alert->id;
    }
    return nj_alerts_moved(alerts, alert, alert->climb.state);
}

struct nj_alert *nj_alerts_find(const struct nj_alerts *alerts, int64_t id)
{
    size_t at = 0;

    return nj_multimap_next(&alerts->by_id, (uint64_t)id, &at);
}

static int may_take_post(const struct nj_alert *alert,
                         int64_t now_ms,
                         int64_t join_ms,
                         int64_t reopen_ms)
{
    int64_t quiet_ms = now_ms - alert->touched_ms;

    if (alert->flags & NJ_ALERT_TEST) {
        return 0;
    }
    if (alert->climb.state == NJ_ALERT_RESOLVED) {
        return quiet_ms < reopen_ms;
    }
    return join_ms == 0 || quiet_ms < join_ms;
}

struct nj_alert *nj_alerts_same(const struct nj_alerts *alerts,
                                const struct nj_trouble *keys,
                                size_t key_count,
                                uint64_t simhash,
                                int64_t now_ms,
                                int64_t join_ms,
                                int64_t reopen_ms)
{
    struct nj_alert *found = NULL;

    for (size_t i = 0; i < key_count; i++) {
        size_t at = 0;
        struct nj_alert *alert;

        while ((alert = nj_multimap_next(&alerts->by_key, keys[i].key, &at)) !=
               NULL) {
            if (keys[i].kind == NJ_TROUBLE_NEAR &&
                !nj_trouble_near(alert->simhash, simhash)) {
                continue;
            }
            if (may_take_post(alert, now_ms, join_ms, reopen_ms) &&
                (found == NULL || alert->id < found->id)) {
                found = alert;
            }
        }
    }
    return found;
}

static struct nj_policy_snapshot *
make_snapshot(struct nj_alerts *alerts, int64_t id, const char *json)
{
    struct nj_policy_snapshot *snapshot = calloc(1, sizeof *snapshot);

    if (snapshot == NULL) {
        return NULL;
    }
    snapshot->id = id;
    if (nj_policy_read(json, &snapshot->arena, alerts->env->names,
                       &snapshot->policy) != 0 ||
        nj_map_put(&alerts->policies, json, snapshot) != 0) {
        free_snapshot(snapshot);
        return NULL;
    }
    return snapshot;
}

int nj_alerts_load_policy(struct nj_alerts *alerts,
                          int64_t id,
                          const char *json)
{
    if (nj_map_get(&alerts->policies, json) != NULL) {
        return 0;
    }
    return make_snapshot(alerts, id, json) == NULL ? NJ_E_CORRUPT : 0;
}

/* Forget which snapshots belong to the plan's policies when the plan is not
 * the one they were made for. */
static int follow_plan(struct nj_alerts *alerts)
{
    const struct nj_plan *plan = alerts->env->plan;
    struct nj_policy_snapshot **of_plan;

    if (alerts->plan_seen == plan) {
        return 0;
    }
    of_plan =
        calloc(plan->policy_count + 1, sizeof(struct nj_policy_snapshot *));
    if (of_plan == NULL) {
        return NJ_E_NOMEM;
    }
    free(alerts->of_plan);
    alerts->of_plan = of_plan;
    alerts->plan_seen = plan;
    return 0;
}

static struct nj_policy_snapshot *find_or_make(struct nj_alerts *alerts,
                                               const struct nj_policy *policy,
                                               struct nj_deed *deed)
{
    struct nj_policy_snapshot *snapshot = NULL;
    struct nj_buf json;

    nj_buf_init(&json, POLICY_BYTES);
    nj_policy_write(policy, &json);
    if (json.status == 0) {
        snapshot = nj_map_get(&alerts->policies, nj_buf_text(&json));
    }
    if (json.status == 0 && snapshot == NULL) {
        snapshot = make_snapshot(alerts, alerts->env->last_other_id + 1,
                                 nj_buf_text(&json));
        if (snapshot != NULL) {
            alerts->env->last_other_id++;
            nj_txn_policy(nj_deed_txn(deed), snapshot->id, policy);
        }
    }
    nj_buf_finish(&json);
    return snapshot;
}

struct nj_policy_snapshot *nj_alerts_policy(struct nj_alerts *alerts,
                                            const struct nj_policy *policy,
                                            struct nj_deed *deed)
{
    struct nj_policy_snapshot **cached;

    if (policy == NULL) {
        return NULL;
    }
    if (follow_plan(alerts) != 0) {
        nj_deed_spoil(deed);
        return NULL;
    }
    cached = &alerts->of_plan[policy - alerts->env->plan->policies];
    if (*cached == NULL) {
        *cached = find_or_make(alerts, policy, deed);
        if (*cached == NULL) {
            nj_deed_spoil(deed);
            return NULL;
        }
    }
    (*cached)->refs++;
    return *cached;
}

struct nj_policy_snapshot *nj_alerts_own_policy(struct nj_alerts *alerts,
                                                const struct nj_policy *policy,
                                                struct nj_deed *deed)
{
    struct nj_policy_snapshot *snapshot = find_or_make(alerts, policy, deed);

    if (snapshot == NULL) {
        nj_deed_spoil(deed);
        return NULL;
    }
    snapshot->refs++;
    return snapshot;
}

void nj_alerts_plan_changed(struct nj_alerts *alerts)
{
    free(alerts->of_plan);
    alerts->of_plan = NULL;
    alerts->plan_seen = NULL;
}

void nj_alerts_unref(struct nj_alerts *alerts,
                     struct nj_policy_snapshot *snapshot)
{
    (void)alerts; /* snapshots stay: few texts, and the store has them too */
    if (snapshot != NULL) {
        assert(snapshot->refs > 0);
        snapshot->refs--;
    }
}

static int64_t reopen_time(const struct nj_alerts *alerts,
                           const struct nj_alert *alert)
{
    const struct nj_rule *rule = nj_plan_rule(alerts->env->plan, alert->rule);

    return rule == NULL ? REOPEN_MS : rule->reopen_ms;
}

int nj_alerts_is_drill(const struct nj_alerts *alerts, int64_t id)
{
    const struct nj_alert *alert =
        alerts->drills == 0 ? NULL : nj_alerts_find(alerts, id);

    return alert != NULL && (alert->flags & NJ_ALERT_DRILL) != 0;
}

int nj_alerts_is_over(const struct nj_alert *alert, int64_t now_ms)
{
    return (alert->flags & NJ_ALERT_DRILL) != 0 &&
           (alert->climb.state == NJ_ALERT_ACKED ||
            alert->climb.state == NJ_ALERT_RESOLVED ||
            (alert->climb.flags & NJ_CLIMB_EXHAUSTED) != 0 ||
            (alert->ends_ms != 0 && alert->ends_ms <= now_ms));
}

/* The climb's own deadline, or the drill's end when that is earlier: at once
 * when it was answered or has nothing left to climb. */
static int64_t drill_due(const struct nj_alert *alert)
{
    int64_t due = nj_climb_due(&alert->climb);

    if (nj_alerts_is_over(alert, 0)) {
        return alert->touched_ms;
    }
    return due == 0 || (alert->ends_ms != 0 && alert->ends_ms < due)
               ? alert->ends_ms
               : due;
}

void nj_alerts_rest(struct nj_alerts *alerts, struct nj_alert *alert)
{
    nj_heap_remove(&alerts->due, &alert->due);
}

int nj_alerts_moved(struct nj_alerts *alerts,
                    struct nj_alert *alert,
                    enum nj_alert_state before)
{
    int64_t due = alert->flags & NJ_ALERT_DRILL ? drill_due(alert)
                                                : nj_climb_due(&alert->climb);

    count(alerts, alert, before, -1);
    count(alerts, alert, alert->climb.state, 1);
    if (alert->climb.state == NJ_ALERT_RESOLVED) {
        due = alert->touched_ms + reopen_time(alerts, alert);
    }
    if (due == 0) {
        nj_heap_remove(&alerts->due, &alert->due);
        return 0;
    }
    return nj_heap_set(&alerts->due, &alert->due, due);
}

static struct nj_alert *alert_of(struct nj_heap_entry *entry)
{
    return (struct nj_alert *)((char *)entry - offsetof(struct nj_alert, due));
}

struct nj_alert *nj_alerts_next(const struct nj_alerts *alerts, int64_t *out_ms)
{
    struct nj_heap_entry *top = nj_heap_top(&alerts->due);

    if (top == NULL) {
        return NULL;
    }
    *out_ms = top->key;
    return alert_of(top);
}

void nj_alerts_forget(struct nj_alerts *alerts, struct nj_alert *alert)
{
    nj_heap_remove(&alerts->due, &alert->due);
    take_keys(alerts, alert);
    (void)nj_multimap_remove(&alerts->by_id, (uint64_t)alert->id, alert);
    count(alerts, alert, alert->climb.state, -1);
    alerts->drills -= (alert->flags & NJ_ALERT_DRILL) != 0;
    nj_alerts_unref(alerts, alert->policy);
    nj_alert_finish(alert);
    free(alert);
}

struct nj_alert *nj_alerts_each(const struct nj_alerts *alerts, size_t *at)
{
    return nj_multimap_each(&alerts->by_id, at);
}
