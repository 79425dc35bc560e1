#include "watch/ledger.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"

enum { EVENT_TEXT = 600 };

struct told {
    struct nj_event event;
    struct told *next;
};

struct hook {
    void (*on_durable)(void *ctx, int status);
    void *ctx;
    struct hook *next;
};

struct nj_deed {
    struct nj_commit_req commit; /* first: the store gives this back */
    struct nj_ledger *ledger;
    struct nj_arena arena;
    struct told *first_told;
    struct told **last_told;
    struct hook *first_hook;
    struct hook **last_hook;
    struct hook spare;    /* so that who waits hears even when memory ran out */
    struct nj_deed *next; /* in the ledger's list of lost ones */
    int spoilt;
};

void nj_ledger_init(struct nj_ledger *ledger, struct nj_watch_env *env)
{
    *ledger = (struct nj_ledger){.env = env};
}

struct nj_deed *nj_deed_begin(struct nj_ledger *ledger)
{
    struct nj_deed *deed = calloc(1, sizeof *deed);

    if (deed == NULL) {
        return NULL;
    }
    deed->commit.txn = nj_txn_create();
    if (deed->commit.txn == NULL) {
        free(deed);
        return NULL;
    }
    deed->ledger = ledger;
    deed->last_told = &deed->first_told;
    deed->last_hook = &deed->first_hook;
    return deed;
}

struct nj_txn *nj_deed_txn(struct nj_deed *deed)
{
    return deed->commit.txn;
}

struct nj_arena *nj_deed_arena(struct nj_deed *deed)
{
    return &deed->arena;
}

void nj_deed_spoil(struct nj_deed *deed)
{
    deed->spoilt = 1;
}

void nj_deed_event(struct nj_deed *deed,
                   int64_t alert,
                   const char *kind,
                   const char *who,
                   const char *fmt,
                   ...)
{
    struct nj_ledger *ledger = deed->ledger;
    struct told *told = nj_arena_zalloc(&deed->arena, sizeof *told);
    char text[EVENT_TEXT];
    size_t used = 0;
    va_list args;

    if (alert != 0 && ledger->is_drill != NULL &&
        ledger->is_drill(ledger->is_drill_ctx, alert)) {
        used = (size_t)nj_str_format(text, sizeof text, "DRILL: ");
    }
    va_start(args, fmt);
    (void)nj_str_vformat(text + used, sizeof text - used, fmt, args);
    va_end(args);
    if (told == NULL) {
        deed->spoilt = 1;
        return;
    }
    told->event = (struct nj_event){
        .id = ++ledger->last_event_id,
        .at_ms = nj_loop_wall_ms(ledger->env->loop),
        .alert = alert,
        .kind = kind,
        .who = who,
        .text = nj_arena_strdup(&deed->arena, text),
    };
    if (told->event.text == NULL) {
        deed->spoilt = 1;
        return;
    }
    *deed->last_told = told;
    deed->last_told = &told->next;
    nj_txn_event(deed->commit.txn, &told->event);
}

void nj_deed_then(struct nj_deed *deed,
                  void (*on_durable)(void *ctx, int status),
                  void *ctx)
{
    struct hook *hook = nj_arena_zalloc(&deed->arena, sizeof *hook);

    if (hook == NULL) {
        deed->spoilt = 1;
        if (deed->spare.on_durable != NULL) {
            return;
        }
        hook = &deed->spare;
    }
    hook->on_durable = on_durable;
    hook->ctx = ctx;
    *deed->last_hook = hook;
    deed->last_hook = &hook->next;
}

static void log_event(const struct nj_event *event)
{
    if (event->alert != 0) {
        nj_log_info("alert %lld %s: %s", (long long)event->alert, event->kind,
                    event->text);
    } else {
        nj_log_info("%s: %s", event->kind, event->text);
    }
}

static void tell(struct nj_watch_env *env, const struct nj_event *event)
{
    if (env->story.tell != NULL) {
        env->story.tell(env->story.ctx, event);
    }
    log_event(event);
}

/* Let what hangs on DEED hear STATUS, and free it. */
static void end_deed(struct nj_deed *deed, int status)
{
    for (struct hook *h = deed->first_hook; h != NULL; h = h->next) {
        h->on_durable(h->ctx, status);
    }
    nj_arena_finish(&deed->arena);
    free(deed);
}

static void on_committed(struct nj_commit_req *req, int status)
{
    struct nj_deed *deed = (struct nj_deed *)req;
    struct nj_ledger *ledger = deed->ledger;

    ledger->under_way--;
    if (status == NJ_E_CORRUPT) {
        nj_log_error("a decision could not be stored; this is a bug");
    }
    for (struct told *t = deed->first_told; status == 0 && t != NULL;
         t = t->next) {
        tell(ledger->env, &t->event);
    }
    end_deed(deed, status);
}

static void end_lost(struct nj_ledger *ledger)
{
    while (ledger->lost != NULL) {
        struct nj_deed *deed = ledger->lost;

        ledger->lost = deed->next;
        end_deed(deed, NJ_E_CANCELED);
    }
}

void nj_ledger_finish(struct nj_ledger *ledger)
{
    nj_loop_undefer(ledger->env->loop, &ledger->defer);
    end_lost(ledger);
}

static void on_lost(struct nj_defer *defer)
{
    end_lost(defer->ctx);
}

static void break_down(struct nj_deed *deed, const char *what)
{
    struct nj_ledger *ledger = deed->ledger;

    nj_txn_destroy(deed->commit.txn);
    deed->commit.txn = NULL;
    deed->next = ledger->lost;
    ledger->lost = deed;
    ledger->defer.ctx = ledger;
    nj_loop_defer(ledger->env->loop, &ledger->defer, on_lost);
    if (!ledger->broken) {
        ledger->broken = 1;
        ledger->env->on_broken(ledger->env->broken_ctx, what);
    }
}

static void hand_over(struct nj_deed *deed,
                      int (*commit)(struct nj_store *store,
                                    struct nj_commit_req *req))
{
    struct nj_ledger *ledger = deed->ledger;
    int code;

    if (deed->spoilt || ledger->broken) {
        break_down(deed, "memory ran out in the middle of a decision");
        return;
    }
    deed->commit.done = on_committed;
    ledger->under_way++;
    code = commit(ledger->env->store, &deed->commit);
    if (code != 0) {
        ledger->under_way--;
        break_down(deed, code == NJ_E_NOMEM
                             ? "memory ran out in the middle of a decision"
                             : "the store is closed");
    }
}

void nj_deed_commit(struct nj_deed *deed)
{
    hand_over(deed, nj_store_commit);
}

void nj_deed_commit_calm(struct nj_deed *deed)
{
    hand_over(deed, nj_store_commit_calm);
}

void nj_deed_drop(struct nj_deed *deed)
{
    nj_txn_destroy(deed->commit.txn);
    nj_arena_finish(&deed->arena);
    free(deed);
}

void nj_ledger_tell(struct nj_ledger *ledger,
                    const char *kind,
                    const char *who,
                    const char *fmt,
                    ...)
{
    char text[EVENT_TEXT];
    struct nj_event event = {
        .at_ms = nj_loop_wall_ms(ledger->env->loop),
        .kind = kind,
        .who = who,
        .text = text,
    };
    va_list args;

    va_start(args, fmt);
    (void)nj_str_vformat(text, sizeof text, fmt, args);
    va_end(args);
    tell(ledger->env, &event);
}
