/* model/level.h - how bad: the four levels of posts, alerts and rules. */

#ifndef NJ_MODEL_LEVEL_H
#define NJ_MODEL_LEVEL_H

#include "base/err.h"

enum nj_level {
    NJ_LEVEL_NONE,
    NJ_LEVEL_LOW,
    NJ_LEVEL_HIGH,
    NJ_LEVEL_CRITICAL,
    NJ_LEVELS, /* count, keep last */
};

/* "none", "low", "high", "critical"; static, never NULL. */
const char *nj_level_name(enum nj_level level);

/* Read a name as above. 0, or NJ_E_INVALID (out untouched). */
int nj_level_read(const char *text, enum nj_level *out) NJ_MUST;

#endif
