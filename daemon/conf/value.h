/* conf/value.h - one written value to one typed value, or the sentence that
 * says what to write instead. Pure: no file, no clock, no tree.
 */

#ifndef NJ_CONF_VALUE_H
#define NJ_CONF_VALUE_H

#include "base/err.h"
#include "conf/node.h"

/* Read TEXT, which is not empty and has no control characters but what ROW
 * allows, as a value of KIND under ROW into OUT->as. Kinds without a value of
 * their own (TEXT, URL, ...) are only checked; PATH and SECRET are not for
 * this function. Returns 0; or NJ_E_INVALID with a sentence like "'5' has no
 * unit; write 5m" in ERR, OUT untouched. A sentence about a URL never holds
 * it, since there may be a password in it. */
int nj_value_read(const struct nj_key *row,
                  enum nj_kind kind,
                  const char *text,
                  struct nj_node *out,
                  struct nj_err *err) NJ_MUST;

/* Parts of it, each as above. */
int nj_value_window(const char *text,
                    struct nj_conf_window *out,
                    struct nj_err *err) NJ_MUST;
int nj_value_time(const char *text,
                  struct nj_packed_time *out,
                  struct nj_err *err) NJ_MUST;
int nj_value_date(const char *text,
                  struct nj_packed_time *out,
                  struct nj_err *err) NJ_MUST;
int nj_value_url(const char *text,
                 const char *const *schemes,
                 struct nj_err *err) NJ_MUST;
int nj_value_address(const char *text, struct nj_err *err) NJ_MUST;
int nj_value_zone(const char *text, struct nj_err *err) NJ_MUST;
int nj_value_pointer(const char *text, struct nj_err *err) NJ_MUST;

/* Whether TEXT looks like a date, 2026-12-25, or like the first and last day
 * of a stretch, 2026-12-24..2026-12-26 (of which nj_value_date reads the
 * first). */
int nj_value_is_date(const char *text);

/* A good value of KIND, for messages; "" for the kinds without. */
const char *nj_value_example(enum nj_kind kind);

#endif
