/* Who is on call: oncall, shifts, and how fairly. What lies ahead is reckoned
 * with the overrides of the roster; what lies behind, with those of the store,
 * since the roster forgets what is over. */

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "oncall/coverage.h"
#include "oncall/rota_json.h"
#include "watch/handing.h"

enum { BRANDS_MAX = 64, OVERRIDES_MAX = 10000 };

#define DAY_MS INT64_C(86400000)
#define AHEAD_MS (14 * DAY_MS)  /* of shifts, when nothing is said */
#define BEHIND_MS (84 * DAY_MS) /* of their fairness: twelve weeks */
#define SHIFTS_MOST_MS (1100 * DAY_MS)

/* What ROTA answers into A's JSON. */
typedef int write_rota(struct nj_answering *a, const struct nj_rota *rota);

static int is_meant(const struct nj_answering *a,
                    const struct nj_schedule *schedule)
{
    const char *wanted = a->req->command.schedule;

    return wanted == NULL || nj_str_eq(wanted, schedule->name);
}

/* Each schedule meant, in a list; with the OVERRIDES[0..COUNT) given. */
static int write_each(struct nj_answering *a,
                      const struct nj_override *overrides,
                      size_t count,
                      write_rota *write)
{
    const struct nj_plan *plan = a->commander->env->plan;
    int code = 0;

    nj_jw_open(&a->w, NULL, '[');
    for (size_t i = 0; code == 0 && i < plan->schedule_count; i++) {
        struct nj_rota rota = {&plan->schedules[i], overrides, count};

        if (is_meant(a, &plan->schedules[i])) {
            code = write(a, &rota);
        }
    }
    nj_jw_close(&a->w, ']');
    return code;
}

/* The overrides of ROWS as they were: one taken back counted until then. */
static struct nj_override *history_of(const struct nj_plan *plan,
                                      const struct nj_rows *rows,
                                      size_t *out_count)
{
    struct nj_override *list = calloc(rows->override_count + 1, sizeof *list);
    size_t n = 0;

    for (size_t i = 0; list != NULL && i < rows->override_count; i++) {
        const struct nj_override_row *row = &rows->overrides[i];

        if (nj_roster_gone(plan, &row->what) != NULL) {
            continue;
        }
        list[n] = row->what;
        if (row->removed && row->removed_ms < list[n].until_ms) {
            list[n].until_ms = row->removed_ms;
        }
        n++;
    }
    *out_count = n;
    return list;
}

static void answer_by_history(struct nj_query_req *query,
                              int status,
                              const struct nj_rows *rows,
                              write_rota *write)
{
    struct nj_answering *a = query->ctx;
    struct nj_override *list = NULL;
    size_t count = 0;

    if (status == 0) {
        list = history_of(a->commander->env->plan, rows, &count);
        status = list == NULL ? NJ_E_NOMEM : write_each(a, list, count, write);
    }
    free(list);
    nj_answer_now(a, status);
}

/* Answer by WRITE for [FROM_MS, UNTIL_MS); ON_HISTORY does it when the store
 * had to be asked. */
static int answer(struct nj_answering *a,
                  int64_t from_ms,
                  int64_t until_ms,
                  write_rota *write,
                  void (*on_history)(struct nj_query_req *query,
                                     int status,
                                     const struct nj_rows *rows))
{
    struct nj_commander *c = a->commander;

    if (a->req->command.schedule != NULL && nj_handing_schedule(a) == NULL) {
        return a->err.code;
    }
    if (from_ms >= nj_loop_wall_ms(c->env->loop)) {
        return write_each(a, c->roster->overrides, c->roster->counting, write);
    }
    a->query.kind = NJ_QUERY_OVERRIDES;
    a->query.since_ms = from_ms;
    a->query.until_ms = until_ms;
    a->query.limit = OVERRIDES_MAX;
    a->query.done = on_history;
    a->query.ctx = a;
    return nj_store_query(c->env->store, &a->query) == 0 ? NJ_ANSWER_LATER
                                                         : NJ_E_STATE;
}

/* ---- oncall -------------------------------------------------------------- */

static int64_t asked_ms(const struct nj_answering *a)
{
    int64_t at = a->req->command.from_ms;

    return at == 0 ? nj_loop_wall_ms(a->commander->env->loop) : at;
}

static int write_now(struct nj_answering *a, const struct nj_rota *rota)
{
    nj_rota_write_now(&a->w, rota, asked_ms(a));
    return 0;
}

static void on_oncall_history(struct nj_query_req *query,
                              int status,
                              const struct nj_rows *rows)
{
    answer_by_history(query, status, rows, write_now);
}

int nj_verb_oncall(struct nj_commander *commander, struct nj_answering *a)
{
    int64_t at = asked_ms(a);

    (void)commander;
    /* as far as a shift that began long ago, and the next one, may reach */
    return answer(a, at, at + NJ_ONCALL_HORIZON_MS, write_now,
                  on_oncall_history);
}

/* ---- shifts -------------------------------------------------------------- */

static int is_fairness(const struct nj_answering *a)
{
    return nj_str_eq(a->req->command.filter, "fairness");
}

static void read_range(const struct nj_answering *a, int64_t out[2])
{
    const struct nj_command *c = &a->req->command;
    int64_t now = nj_loop_wall_ms(a->commander->env->loop);

    if (is_fairness(a)) {
        out[1] = c->until_ms != 0 ? c->until_ms : now;
        out[0] = c->from_ms != 0 ? c->from_ms : out[1] - BEHIND_MS;
        if (c->from_ms != 0 && c->until_ms == 0 && c->from_ms >= now) {
            out[1] = c->from_ms + BEHIND_MS;
        }
        return;
    }
    out[0] = c->from_ms != 0 ? c->from_ms : now;
    out[1] = c->until_ms != 0 ? c->until_ms : out[0] + AHEAD_MS;
}

static int write_shifts(struct nj_answering *a, const struct nj_rota *rota)
{
    const struct nj_brand *brands[BRANDS_MAX];
    size_t count = nj_coverage_brands(a->commander->env->plan,
                                      rota->schedule->name, brands, BRANDS_MAX);
    int64_t range[2];

    read_range(a, range);
    if (is_fairness(a)) {
        return nj_rota_write_fairness(&a->w, rota, brands, count, range[0],
                                      range[1]);
    }
    nj_rota_write_shifts(&a->w, rota, brands, count, range[0], range[1]);
    return 0;
}

static void on_shifts_history(struct nj_query_req *query,
                              int status,
                              const struct nj_rows *rows)
{
    answer_by_history(query, status, rows, write_shifts);
}

int nj_verb_shifts_asked(struct nj_commander *commander, struct nj_answering *a)
{
    int64_t range[2];

    (void)commander;
    if (!is_fairness(a) && nj_handing_schedule(a) == NULL) {
        return a->err.code;
    }
    read_range(a, range);
    if (range[1] <= range[0]) {
        return nj_err_set(&a->err, NJ_E_INVALID,
                          "--until must come after --from");
    }
    if (range[1] - range[0] >
        (is_fairness(a) ? NJ_ONCALL_HORIZON_MS : SHIFTS_MOST_MS)) {
        return nj_err_set(&a->err, NJ_E_TOOBIG,
                          "that is too long a time; ask for %s",
                          is_fairness(a) ? "at most a year" : "less");
    }
    return answer(a, range[0], range[1], write_shifts, on_shifts_history);
}
