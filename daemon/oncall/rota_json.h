/* oncall/rota_json.h - who is on call, as the JSON that nightjard and an
 * offline nightjar answer alike. Times are RFC 3339 with the schedule's offset;
 * a time without end is null. */

#ifndef NJ_ONCALL_ROTA_JSON_H
#define NJ_ONCALL_ROTA_JSON_H

#include "base/json.h"
#include "oncall/oncall.h"

/* One object: schedule, people, since, until as DESIGN 7 has them; and next
 * (whoever comes after, an object of the same kind, or null) and overrides
 * (those made by hand that touch this shift: id, by, person, instead_of). */
void nj_rota_write_now(struct nj_jw *w,
                       const struct nj_rota *rota,
                       int64_t at_ms);

/* One object: schedule, zone, shifts (DESIGN 7's list), uncovered (from, until
 * where nobody is on call although one of BRANDS[0..COUNT) is out of hours) and
 * overrides (as above, in that time). */
void nj_rota_write_shifts(struct nj_jw *w,
                          const struct nj_rota *rota,
                          const struct nj_brand *const *brands,
                          size_t count,
                          int64_t from_ms,
                          int64_t until_ms);

/* One object: schedule, from, until, nights, weekends, holidays (that there
 * were), nobody_hours and people (person, hours, nights, weekends, holidays).
 * NJ_E_NOMEM: nothing was written. */
int nj_rota_write_fairness(struct nj_jw *w,
                           const struct nj_rota *rota,
                           const struct nj_brand *const *brands,
                           size_t count,
                           int64_t from_ms,
                           int64_t until_ms) NJ_MUST;

#endif
