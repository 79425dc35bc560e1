/* model/names.h - one copy of each name (rule, brand, person, source...), so
 * that a hundred thousand alerts can hold names as pointers and compare them
 * as pointers, and a reload cannot pull a name away under them.
 *
 * The number of names is bounded by configuration and its changes. Loop thread
 * only.
 */

#ifndef NJ_MODEL_NAMES_H
#define NJ_MODEL_NAMES_H

#include "base/map.h"

struct nj_names {
    struct nj_map map; /* name -> its own copy */
};

/* The one copy of TEXT (NULL gives NULL), valid until nj_names_finish; NULL
 * when memory ran out. */
const char *nj_name(struct nj_names *names, const char *text);

/* Free all copies. Safe on a zeroed table. */
void nj_names_finish(struct nj_names *names);

#endif
