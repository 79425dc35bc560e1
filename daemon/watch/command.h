/* watch/command.h - what people ask of the watch: the verbs of DESIGN 7. One
 * row of the table in command.c a verb; verbs that change something answer
 * only when the change is durable. Loop thread only.
 *
 * To add a verb: a function here below, its row in command.c, its line in
 * cmd/ and its test in tests/unit/watch.
 */

#ifndef NJ_WATCH_COMMAND_H
#define NJ_WATCH_COMMAND_H

#include "base/json.h"
#include "watch/calendars.h"
#include "watch/care.h"
#include "watch/drill.h"
#include "watch/swaps.h"

struct nj_commander {
    struct nj_watch_env *env;
    struct nj_ledger *ledger;
    struct nj_alerts *alerts;
    struct nj_roster *roster;
    struct nj_climber *climber;
    struct nj_outbox *outbox;
    struct nj_opener *opener;
    struct nj_intake *intake;
    struct nj_care *care;
    struct nj_swaps *swaps;
    struct nj_calendars *calendars;
    struct nj_drills *drills;
    int64_t started_ms;
};

/* The plan is another one: what people made by hand and names somebody who is
 * gone is told, not lost; what names somebody who is back counts again. */
void nj_commander_replan(struct nj_commander *commander);

/* nj_command_sink's `run`. */
int nj_commander_run(void *ctx, struct nj_command_req *req);

/* ---- for the verbs' own files ------------------------------------------ */

/* One command being answered. */
struct nj_answering {
    struct nj_commander *commander;
    struct nj_command_req *req;
    struct nj_buf json;
    struct nj_jw w; /* writes into json */
    struct nj_err err;
    int status;
    struct nj_defer defer;
    struct nj_query_req query; /* of verbs that ask the store */
    int64_t ids[1];
    struct nj_batch batch; /* of `post` */
    struct nj_intake_req intake;
};

enum { NJ_ANSWER_LATER = 1 };

/* A verb: 0 when json is complete, NJ_ANSWER_LATER when it will call
 * nj_answer_now itself, or NJ_E_* with err. */
typedef int nj_verb(struct nj_commander *commander, struct nj_answering *a);

/* Complete A with STATUS; frees A. */
void nj_answer_now(struct nj_answering *a, int status);

/* Complete A when DEED is durable, and commit it. Returns NJ_ANSWER_LATER. */
int nj_answer_after(struct nj_answering *a, struct nj_deed *deed);

/* Who acts, interned; never NULL ("nightjar" when memory ran out). */
const char *nj_answer_actor(const struct nj_answering *a);

nj_verb nj_verb_ack, nj_verb_unack, nj_verb_resolve, nj_verb_snooze,
    nj_verb_escalate, nj_verb_reassign, nj_verb_note, nj_verb_wrong;
nj_verb nj_verb_raise, nj_verb_post, nj_verb_test, nj_verb_override_add,
    nj_verb_swap, nj_verb_swap_accept, nj_verb_swap_decline,
    nj_verb_swap_cancel, nj_verb_override_remove, nj_verb_cover,
    nj_verb_silence_add, nj_verb_silence_remove;
nj_verb nj_verb_calendar, nj_verb_calendar_feed;
nj_verb nj_verb_drill, nj_verb_drill_report;
nj_verb nj_verb_standing, nj_verb_list, nj_verb_show, nj_verb_explain,
    nj_verb_log, nj_verb_status, nj_verb_oncall, nj_verb_shifts_asked,
    nj_verb_override_list, nj_verb_swap_list, nj_verb_silence_list;

#endif
