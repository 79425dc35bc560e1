/* model/climb_json.h - climbs and policies as JSON, the form in which the store
 * keeps them across restarts and versions (unknown members are ignored). */

#ifndef NJ_MODEL_CLIMB_JSON_H
#define NJ_MODEL_CLIMB_JSON_H

#include "base/json.h"
#include "model/alert.h"
#include "model/names.h"

/* Append CLIMB's chains as a JSON array to OUT; "" when there are none. */
void nj_chains_write(const struct nj_climb *climb, struct nj_buf *out);

/* Read what nj_chains_write wrote into CLIMB (its chains are replaced; NULL or
 * "" means none). 0, NJ_E_CORRUPT or NJ_E_NOMEM (CLIMB untouched). */
int nj_chains_read(const char *json,
                   struct nj_names *names,
                   struct nj_climb *climb) NJ_MUST;

/* Append POLICY as one JSON object. */
void nj_policy_write(const struct nj_policy *policy, struct nj_buf *out);

/* Read it back; text goes to ARENA and NAMES. 0, NJ_E_CORRUPT, NJ_E_NOMEM. */
int nj_policy_read(const char *json,
                   struct nj_arena *arena,
                   struct nj_names *names,
                   struct nj_policy *out) NJ_MUST;

#endif
