/* score/skeleton.h - letters in a word of mixed scripts that pass for others,
 * undone: Cyrillic "а" inside "pаypal" becomes Latin "a". */

#ifndef NJ_SCORE_SKELETON_H
#define NJ_SCORE_SKELETON_H

#include <stddef.h>

#include "score/canon.h"

/* Rewrite the end of CANON's text from byte FROM, one word that mixes Latin
 * with other scripts: all of it Latin if every other letter passes for a
 * Latin one, or all Cyrillic; what most of it is if both would work; else
 * untouched. GIVEN tells capitals, whose shapes differ. Never longer than the
 * room CANON has. */
void nj_skeleton_undo(struct nj_canon *canon, const char *given, size_t from);

/* The Latin look of the LEN bytes at TEXT, all of them look-alikes, into OUT
 * (room for LEN). Returns its length, or 0: some letter looks like none. */
size_t nj_skeleton_latin(const char *text, size_t len, char *out);

#endif
