#include "model/alert.h"

#include <stdlib.h>
#include <string.h>

const char *nj_alert_state_name(enum nj_alert_state state)
{
    static const char *const names[NJ_ALERT_STATES] = {"open", "acknowledged",
                                                       "snoozed", "resolved"};

    return (unsigned)state < NJ_ALERT_STATES ? names[state] : "unknown";
}

int64_t nj_climb_due(const struct nj_climb *climb)
{
    int64_t due = climb->due_ms;

    for (size_t i = 0; i < climb->chain_count; i++) {
        int64_t ms = climb->chains[i].due_ms;

        if (ms != 0 && (due == 0 || ms < due)) {
            due = ms;
        }
    }
    return due;
}

void nj_climb_finish(struct nj_climb *climb)
{
    free(climb->chains);
    *climb = (struct nj_climb){0};
}

int nj_climb_copy(const struct nj_climb *climb, struct nj_climb *out)
{
    struct nj_chain *chains = NULL;

    if (climb->chain_count > 0) {
        chains = calloc(climb->chain_count, sizeof *chains);
        if (chains == NULL) {
            return NJ_E_NOMEM;
        }
        memcpy(chains, climb->chains, climb->chain_count * sizeof *chains);
    }
    *out = *climb;
    out->chains = chains;
    return 0;
}

void nj_alert_finish(struct nj_alert *alert)
{
    nj_climb_finish(&alert->climb);
    free(alert->keys);
    *alert = (struct nj_alert){0};
}
