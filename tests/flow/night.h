/* tests/flow/night.h - a whole night in simulated time: the real watch, triage,
 * on-call and escalation over the `mem` store and a clock that jumps from
 * timer to timer; the bells write down who was rung when.
 *
 *   night_open(&n, yaml, "2026-02-03 23:00")   local to the first brand
 *   night_post(&n, "some text")                under the brand's own page
 *   night_pass(&n, "10m")
 *   assert_string_equal(night_said(&n), "23:00 maya desktop call\n" ...)
 */

#ifndef TESTS_FLOW_NIGHT_H
#define TESTS_FLOW_NIGHT_H

#include "app/plan.h"
#include "base/buf.h"
#include "score/load.h"
#include "watch/watch.h"

enum { NIGHT_RINGS = 1024, NIGHT_RUNG = 1024 };

/* One message on its way: answered in the next turn. */
struct ring {
    struct nj_defer defer;
    struct nj_send_req *req; /* NULL: free */
    int status;              /* what it will be answered */
    int held;                /* as if the bells had held it back */
    struct night *night;
};

struct night {
    struct nj_loop *loop;
    struct nj_store *store;
    struct nj_names names;
    struct nj_settings *settings;
    struct nj_plan plan;
    struct nj_engine *engine;
    struct nj_watch *watch;
    struct nj_buf said;  /* "HH:MM person channel kind" a line */
    struct nj_buf story; /* "kind alert" a line */
    struct nj_buf reply; /* last command's answer or error */
    int reply_status;
    int failing;                 /* bells answer this instead of 0 */
    const char *failing_channel; /* only on this channel; NULL: all */
    int mute;                    /* bells take messages and answer nothing */
    int failing_target;          /* 1: it fails for the target alone */
    int64_t throttle_until_ms;   /* not first pages must wait until then */
    int drill;                   /* whether the last message was of a drill */
    char headline[240];          /* of the last message */
    char author[240];            /* of the last message, "" for none */
    char note[240];              /* of the last message, "" for none */
    const char *keep_note_for;   /* person; NULL: nobody */
    char kept_note[4096];        /* of the last message to them, whole */
    size_t posts;
    int broken;
    int refused;    /* what the last post was refused with; 0: taken */
    int may_refuse; /* posts may be refused without failing the test */
    int on_disk;    /* opened by night_open_disk */
    int troubles;   /* how often the store said so */
    int64_t rung[NIGHT_RUNG]; /* pages handed to bells; 0: past the store */
    size_t rung_count;
    struct ring rings[NIGHT_RINGS];
};

void night_open(struct night *n, const char *yaml, const char *start);
void night_close(struct night *n);

/* The same with the store in the file PATH, on its own thread, and a clock
 * that runs SPEED times as fast as ours. */
void night_open_disk(struct night *n,
                     const char *yaml,
                     const char *start,
                     const char *path,
                     double speed);

/* Close watch and store, and open them anew in between of which BETWEEN(CTX)
 * is called: what a power cut left is there now. */
void night_reopen_disk(struct night *n,
                       const char *path,
                       void (*between)(void *ctx),
                       void *ctx);

/* Everything but the store forgets: what a crash leaves behind. */
void night_restart(struct night *n);

/* The same, and nothing runs for so long. */
void night_down(struct night *n, const char *duration);

/* A new post under the brand's own page by a stranger of its own. */
void night_post(struct night *n, const char *text);
void night_post_as(struct night *n, const char *author, const char *text);

/* Whatever LIKE says, as the next post of the source "page"; NULLs and zeroes
 * are filled as above. */
void night_post_like(struct night *n, const struct nj_post *like);

/* Watch by another configuration from now on. */
void night_replan(struct night *n, const char *yaml);

void night_pass(struct night *n, const char *duration);

/* End n->mute: every message that was not answered is. */
void night_speak(struct night *n);

/* Somebody sets the system's clock, "-1h" or "2h"; no time passes. */
void night_set_clock(struct night *n, const char *by);
int64_t night_now(const struct night *n);

/* Run VERB as ACTOR on alert ID (0: none); the answer is in n->reply. */
int night_do(struct night *n, const char *actor, const char *verb, int64_t id);
/* The same with more members set in COMMAND. */
int night_command(struct night *n, struct nj_command *command);

/* What was said since the last call. */
const char *night_said(struct night *n);

/* The state of alert ID, "open"..., or "none". */
const char *night_state(struct night *n, int64_t id);

/* Whether the story has a line beginning with WORDS. */
int night_told(const struct night *n, const char *words);

#endif
