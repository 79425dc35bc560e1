/* source/connectors.h - the connectors, for the registry and for themselves.
 * Each is one file NAME_source.c. */

#ifndef NJ_SOURCE_CONNECTORS_H
#define NJ_SOURCE_CONNECTORS_H

#include "source/source.h"

extern const struct nj_source_ops nj_feed_source;
extern const struct nj_source_ops nj_json_source;
extern const struct nj_source_ops nj_webhook_source;
extern const struct nj_source_ops nj_spool_source;

#endif
