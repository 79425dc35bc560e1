#include "model/level.h"

#include <string.h>

static const char *const names[NJ_LEVELS] = {"none", "low", "high", "critical"};

const char *nj_level_name(enum nj_level level)
{
    return (unsigned)level < NJ_LEVELS ? names[level] : "unknown";
}

int nj_level_read(const char *text, enum nj_level *out)
{
    for (unsigned i = 0; i < NJ_LEVELS; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = (enum nj_level)i;
            return 0;
        }
    }
    return NJ_E_INVALID;
}
