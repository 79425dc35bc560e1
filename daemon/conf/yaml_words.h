/* conf/yaml_words.h - what libyaml says, in words a woken person understands.
 */

#ifndef NJ_CONF_YAML_WORDS_H
#define NJ_CONF_YAML_WORDS_H

#include <stddef.h>

/* The sentence for libyaml's PROBLEM (may be NULL) found at the byte C of the
 * text ('\0' at its end), in CONTEXT (may be NULL) that began on line
 * CONTEXT_LINE (1..; 0 unknown). Written into OUT[0..ROOM) with a NUL. */
void nj_yaml_words(const char *problem,
                   const char *context,
                   int context_line,
                   char c,
                   char *out,
                   size_t room);

#endif
