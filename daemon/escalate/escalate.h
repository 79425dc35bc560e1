/* escalate/escalate.h - the climb of an alert, as a pure machine:
 *
 *     climb + event + now  ->  climb' + actions
 *
 * The states and arrows stand in model/alert.h; the law is DESIGN 9:
 *   - steps are a snapshot of the policy, people are found live at each step;
 *   - a step with nobody is skipped at once and noted; if no step has anyone,
 *     last_resort is paged at once, and the team's owner is told;
 *   - each person's own contacts run to their end even when the policy has
 *     gone on, until someone acknowledges; nobody gets a second chain for the
 *     same opening while theirs still runs, a later step or round restarts a
 *     finished one;
 *   - a failed contact hands over to the person's next at once, then to email;
 *   - acknowledge stops pages and timers, names the holder to everyone told;
 *     it expires: holder and step 1 are paged again under a new generation;
 *   - a stale acknowledge still acknowledges, a stale escalate is refused;
 *   - snooze: quiet until its time, then as if newly opened.
 *
 * What the law leaves open is decided so:
 *   - Whose rules of the severity are empty is reached by those of the next
 *     lower level that has some, else of the next higher, else by email. Who
 *     has neither, and who is no longer configured, counts as nobody.
 *   - The end: when all rounds have passed, last_resort is paged and gets the
 *     last step's wait, at least 10 minutes. Then, or at once when there is
 *     none to reach, the climb is exhausted: the owner is told, nothing more
 *     is due but what still runs in people's own rules.
 *   - A page is tried until its step ends, but at least for a minute; after the
 *     last step and for the last resort, at least for 10 minutes.
 *   - After downtime what is due is done once, and waits count from now.
 *   - When nobody whom the present step called can be reached any more, the
 *     next step is taken at once; but a new round waits for its time, so that
 *     a broken channel does not burn all rounds in a second.
 *   - An acknowledge by another takes over; so do opening, escalating and
 *     reassigning. Severity that rises pages again unless somebody holds it:
 *     the holder is then told. It ends a snooze.
 *   - Escalating goes on from where the climb stood; at its end (last resort
 *     paged, or exhausted) it begins again at step 1.
 *
 * To add an event: a row in the table of climb.c, its arrow in the drawing,
 * its test in tests/unit/escalate.
 */

#ifndef NJ_ESCALATE_ESCALATE_H
#define NJ_ESCALATE_ESCALATE_H

#include "model/alert.h"

enum nj_esc_kind {
    NJ_ESC_OPEN,     /* a new alert, or anew (reopened, or its policy comes
                        late): starts step 1 whatever was */
    NJ_ESC_TIMER,    /* now has passed the climb's due time: may be early (then
                        nothing happens) or very late (what is due runs once) */
    NJ_ESC_ACK,      /* PERSON holds it; UNTIL_MS or the policy's expiry */
    NJ_ESC_UNACK,    /* PERSON gives it back: opens anew from step 1 */
    NJ_ESC_SNOOZE,   /* PERSON wants quiet until UNTIL_MS */
    NJ_ESC_RESOLVE,  /* PERSON (or NULL: the system) says it is over */
    NJ_ESC_ESCALATE, /* PERSON wants the next step now; GENERATION must match
                        unless 0 */
    NJ_ESC_REASSIGN, /* PERSON gives it to TARGET, who is paged alone; the climb
                        goes on with step 1 after that step's wait */
    NJ_ESC_WORSE,    /* severity rose: page again from step 1, or tell the
                        holder */
    NJ_ESC_FAILED,   /* contact CONTACT of PERSON cannot be reached; only while
                        open and of this GENERATION */
    NJ_ESC_ANSWER,   /* PERSON has answered and the climb goes on to the others
                        (a drill that walks all steps): their own rules end;
                        when nobody of the step is awaited, the next one is
                        taken at once, without those who have answered */
    NJ_ESC_KINDS,    /* count, keep last */
};

struct nj_esc_event {
    enum nj_esc_kind kind;
    int64_t now_ms;
    const char *person;  /* interned; see above */
    const char *target;  /* interned; REASSIGN */
    int64_t until_ms;    /* ACK (0: policy's), SNOOZE */
    uint32_t generation; /* of the page answered or failed; 0: none */
    uint8_t contact;     /* FAILED: index, or NJ_CONTACT_EMAIL */
};

/* What the machine must know of the world at this instant, answered by the
 * caller. Results are interned names. */
struct nj_esc_view {
    void *ctx;
    /* People of TARGET now (a schedule's on-call, a team's members, a person
     * itself), without doubles, at most MAX; returns how many. */
    size_t (*people)(void *ctx,
                     const struct nj_target *target,
                     int64_t now_ms,
                     const char **out,
                     size_t max);
    /* The person's record, NULL when the configuration has none any more. */
    const struct nj_person *(*person)(void *ctx, const char *name);
};

enum nj_act_kind {
    NJ_ACT_PAGE,  /* ring PERSON at CONTACT of their rules of LEVEL
                     (NJ_CONTACT_EMAIL: their email) */
    NJ_ACT_TELL,  /* tell PERSON (who was told before) TEXT; no answer asked */
    NJ_ACT_STOP,  /* drop all waiting pages of this alert but TELLs; only
                     PERSON's when one is named */
    NJ_ACT_NOTE,  /* write NOTE and TEXT into the alert's story */
    NJ_ACT_OWNER, /* alert the team's owner that TEXT: nobody could be paged */
};

enum { NJ_CONTACT_EMAIL = 255 }; /* contact index: the last fallback */
enum { NJ_ACT_TEXT = 160 };

struct nj_action {
    enum nj_act_kind kind;
    const char *person;     /* interned; NULL for most STOPs, OWNER, some NOTEs
                             */
    uint8_t contact;        /* PAGE; TELL: the one that rang last */
    uint8_t level;          /* PAGE, TELL: enum nj_level of the rules used */
    int64_t until_ms;       /* PAGE: retry until then */
    const char *note;       /* NOTE: static word for struct nj_event.kind */
    char text[NJ_ACT_TEXT]; /* NOTE, TELL, OWNER: a sentence; PAGE: why now */
};

/* A growing list of actions; zero it first, finish it last. */
struct nj_actions {
    struct nj_action *items; /* owned */
    size_t count;
    size_t room;
};

void nj_actions_finish(struct nj_actions *actions);

/* Move CLIMB by EVENT and append to ACTIONS what must be done, in order.
 * POLICY is the alert's snapshot (NULL: it has none; it can then still be
 * acknowledged, snoozed, resolved, reassigned). SEVERITY chooses people's
 * rules. Returns 0; NJ_E_STATE (no such arrow now: already resolved, not
 * acknowledged...); NJ_E_STALE (an escalate or a failure of an older
 * generation); NJ_E_NOTFOUND (REASSIGN to nobody known, or without a contact);
 * NJ_E_INVALID (a time in the past, nobody named); NJ_E_NOMEM. On failure CLIMB
 * and ACTIONS are as before, and ERR says why in words that name who, where
 * somebody can be named. */
int nj_escalate(struct nj_climb *climb,
                const struct nj_policy *policy,
                enum nj_level severity,
                const struct nj_esc_event *event,
                const struct nj_esc_view *view,
                struct nj_actions *actions,
                struct nj_err *err) NJ_MUST;

#endif
