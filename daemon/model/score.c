#include "model/score.h"

const char *nj_label_name(enum nj_label label)
{
    static const char *const names[NJ_LABELS] = {
        "profanity", "insult", "identity_attack",
        "threat",    "sexual", "self_harm",
    };

    return (unsigned)label < NJ_LABELS ? names[label] : "unknown";
}

const char *nj_urgent_reason_name(enum nj_urgent_reason reason)
{
    static const char *const names[NJ_URGENT_REASONS] = {
        NULL,          "safety", "injury",         "outage", "fraud",
        "data_breach", "recall", "discrimination", "legal",  "self_harm",
        "minors",      "press",  "viral",
    };

    return (unsigned)reason < NJ_URGENT_REASONS ? names[reason] : "unknown";
}
