/* cmd/rota.h - what the verbs oncall and shifts share: a plan read without a
 * daemon, the daemon's answer otherwise, and saying which of both it is.
 *
 *   --config FILE           the file alone; said on standard error
 *   a daemon answers        with the overrides made by hand; said, too
 *   no daemon answers       the usual file alone; said
 */

#ifndef NJ_CMD_ROTA_H
#define NJ_CMD_ROTA_H

#include "app/plan.h"
#include "cmd/cli.h"
#include "oncall/oncall.h"

enum { NJ_ROTA_BYTES = 32 << 20 };

/* A plan read without a daemon. */
struct nj_offline {
    struct nj_settings *settings;
    struct nj_names names;
    struct nj_plan plan;
};

int64_t nj_cli_wall_ms(void);

/* Read the option as a time on ZONE's clock, seen from BASE_MS, into *OUT_MS;
 * absent: untouched. Returns -1, or the exit status after having said what is
 * wrong. */
int nj_cli_time(const struct nj_cli *cli,
                const char *option,
                const struct nj_zone *zone,
                enum nj_time_way way,
                int64_t base_ms,
                int64_t *out_ms);

/* Say that PLAN has no schedule WANTED; returns NJ_EXIT_NO. */
int nj_cli_no_schedule(const struct nj_cli *cli,
                       const struct nj_plan *plan,
                       const char *wanted);

/* Answer CLI: by the file (WRITE appends the JSON answer to OUT; returns -1, or
 * an exit status after having said what is wrong), or by asking the daemon with
 * FILTER as the request's (may be NULL); SHOW prints the answer either way and
 * returns an exit status. */
int nj_cli_rota(struct nj_cli *cli,
                const char *filter,
                int (*write)(struct nj_cli *cli,
                             const struct nj_offline *o,
                             struct nj_buf *out),
                int (*show)(struct nj_cli *cli, const cJSON *answer));

/* "maya, tom", or NONE, into OUT[0..ROOM). Returns OUT. */
char *
nj_cli_people(const cJSON *people, const char *none, char *out, size_t room);

/* Print RFC3339 on the local clock: "Tue 24 Nov 18:00", or NONE for NULL. */
void nj_cli_put_minute(const char *rfc3339, const char *none);

#endif
