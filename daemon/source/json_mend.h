/* source/json_mend.h - other people's JSON made fit for the strict reader of
 * base/json.h without losing what it says.
 *
 * One broken character must not blind a source: a byte order mark is dropped,
 * bytes that are not UTF-8, lone surrogates and U+0000 become U+FFFD, raw
 * controls inside strings are escaped, NaN and Infinity become null. Whole
 * numbers of 16 digits and more become strings, since cJSON keeps 53 bits and
 * ids of 64 bits are common. Anything else that is wrong stays wrong. Any
 * thread.
 */

#ifndef NJ_SOURCE_JSON_MEND_H
#define NJ_SOURCE_JSON_MEND_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/err.h"

/* Mend TEXT[0..LEN), at most MAX_BYTES, and parse it into *OUT, which the
 * caller frees with cJSON_Delete. As nj_json_parse; lines and columns are those
 * of TEXT. */
int nj_json_mend(const char *text,
                 size_t len,
                 size_t max_bytes,
                 cJSON **out,
                 struct nj_err *err) NJ_MUST;

/* The text of ITEM: a string as it is, a number as it was written (shortest
 * form; whole ones without a point) into ROOM, true and false as such; NULL
 * for anything else or NULL. */
enum { NJ_JSON_ROOM = 32 };
const char *nj_json_words(const cJSON *item, char room[NJ_JSON_ROOM]);

#endif
