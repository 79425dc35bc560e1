/* desk/request.h - a command as it came over the wire, one JSON object:
 *
 *   {"verb":"ack","ids":[4711],"for":"2h","note":"on it","as":"maya"}
 *
 * and the answer, one line: {"ok":true,"result":...} or
 * {"ok":false,"code":"not found","error":"..."}. Pure: hostile bytes in, a
 * command or a sentence out.
 */

#ifndef NJ_DESK_REQUEST_H
#define NJ_DESK_REQUEST_H

#include "base/json.h"
#include "model/plan.h"
#include "model/sink.h"

enum { NJ_REQUEST_IDS = 256 };

struct nj_request {
    struct nj_command command; /* lends from what is below */
    const char *as;            /* whom to act for; NULL: the caller */
    int follow;                /* log --follow */
    int64_t ids[NJ_REQUEST_IDS];
    cJSON *tree; /* owned */
};

/* Read LINE[0..LEN), which came at NOW_MS. Times are read as nj_time_meant does
 * ("since" looks back, "until" counts from "from" where that is given); those
 * without an offset are on the clock of the schedule named, or of the only
 * one, else of PLAN's first brand (PLAN may be NULL: UTC). Returns 0;
 * NJ_E_INVALID with a sentence; NJ_E_TOOBIG; NJ_E_NOMEM. On success finish with
 * nj_request_finish. */
int nj_request_read(const char *line,
                    size_t len,
                    const struct nj_plan *plan,
                    int64_t now_ms,
                    struct nj_request *out,
                    struct nj_err *err) NJ_MUST;
void nj_request_finish(struct nj_request *request);

/* Append the answer line (without newline). JSON is NULL on failure. */
void nj_request_answer(struct nj_buf *out,
                       int status,
                       const char *json,
                       const char *text);

#endif
