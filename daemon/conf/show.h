/* conf/show.h - the settings told back: what holds, what changed, what could
 * be written. Everything here is made from the rows of conf/key.h.
 */

#ifndef NJ_CONF_SHOW_H
#define NJ_CONF_SHOW_H

#include <stddef.h>

#include "base/buf.h"
#include "conf/settings.h"

/* Append SETTINGS as YAML that reads back to the same settings. Defaults are
 * marked `# default` at the end of the line; secrets stand as references. A
 * failure sticks in OUT->status. */
void nj_settings_show(const struct nj_settings *settings, struct nj_buf *out);

/* Append one JSON object: {"file":..., "settings":{...}, "defaults":["a.b"]}.
 * Numbers and truths are JSON's, all else is text as it would be written;
 * secrets are {"credential":"NAME"}. "defaults" lists what is not written. */
void nj_settings_show_json(const struct nj_settings *settings,
                           struct nj_buf *out);

/* Whether A and B, of one settings or two, say the same: values by meaning
 * (60s is 1m), secrets by value, whether written or by default. Children in
 * another order count as different. Neither may be NULL. */
int nj_node_same(const struct nj_node *a, const struct nj_node *b);

/* What a reload would change. */
struct nj_diff {
    size_t changes;  /* lines told */
    size_t restarts; /* of them, those that only a restart can bring */
};

/* Append one line for each difference from BEFORE to AFTER:
 *   sources.acme-news.every: 5m -> 1m
 *   people.li: added
 *   daemon.store: sqlite:a -> sqlite:b; needs a restart
 * Values that came to be by default count like written ones. Of secrets only
 * `changed` is told. OUT may be NULL to count only. */
void nj_settings_diff(const struct nj_settings *before,
                      const struct nj_settings *after,
                      struct nj_buf *out,
                      struct nj_diff *out_diff);

/* Append the commented sample file, config/nightjar.yaml. */
void nj_settings_sample(struct nj_buf *out);

/* Append the man page nightjar.yaml(5), in man(7). */
void nj_settings_man(struct nj_buf *out);

#endif
