/* source/map_settings.h - the keys `list`, `post` and `date_format` as a map of
 * JSON pointers. */

#ifndef NJ_SOURCE_MAP_SETTINGS_H
#define NJ_SOURCE_MAP_SETTINGS_H

#include "base/mem.h"
#include "conf/settings.h"
#include "source/json_map.h"

/* Read NODE (a source) into OUT, whose texts live in ARENA. 0 or NJ_E_NOMEM. */
int nj_map_settings_read(const struct nj_node *node,
                         struct nj_arena *arena,
                         struct nj_json_map *out) NJ_MUST;

/* Whether NODE says anything of the kind: else our own shape is meant. */
int nj_map_settings_written(const struct nj_node *node);

#endif
