/* base/log.h - the daemon's own log: one record per line, for an operator.
 *
 * Levels follow the house style: error (nightjar is broken), warning (an
 * operator should look), notice (a person did or was told something), info
 * (the story of an alert), debug (ours). Text from outside is made harmless
 * here: control bytes become \xNN, so a post can never forge a record.
 * This is the one mutable global of the house. Any thread.
 */

#ifndef NJ_BASE_LOG_H
#define NJ_BASE_LOG_H

#include "base/err.h"

enum nj_log_level {
    NJ_LOG_ERROR,
    NJ_LOG_WARNING,
    NJ_LOG_NOTICE,
    NJ_LOG_INFO,
    NJ_LOG_DEBUG,
};

/* How records leave: TEXT is one harmless line without newline. */
typedef void nj_log_sink(void *ctx, enum nj_log_level level, const char *text);

/* Send records up to LEVEL to SINK; a NULL SINK means standard error, with
 * "<N>" priorities when the journal reads it (JOURNAL_STREAM is set). Call
 * once, before threads start. */
void nj_log_open(enum nj_log_level level, nj_log_sink *sink, void *ctx);

/* From now on send records up to LEVEL. Any thread. */
void nj_log_level(enum nj_log_level level);

/* Whether records of LEVEL are wanted. */
int nj_log_wants(enum nj_log_level level);

void nj_log_error(const char *fmt, ...) NJ_PRINTF(1, 2);
void nj_log_warning(const char *fmt, ...) NJ_PRINTF(1, 2);
void nj_log_notice(const char *fmt, ...) NJ_PRINTF(1, 2);
void nj_log_info(const char *fmt, ...) NJ_PRINTF(1, 2);
void nj_log_debug(const char *fmt, ...) NJ_PRINTF(1, 2);

#endif
