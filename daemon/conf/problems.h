/* conf/problems.h - everything wrong with a configuration, told at once.
 *
 * Each problem is "file:line:column: what, and what to write instead". The
 * parser fills the list; app/plan adds what only it can see, at a node's
 * place. Errors keep the file from being loaded; warnings do not. Memory that
 * runs out while telling is kept in `status`. Loop thread or offline.
 */

#ifndef NJ_CONF_PROBLEMS_H
#define NJ_CONF_PROBLEMS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

enum nj_severity { NJ_PROBLEM_ERROR, NJ_PROBLEM_WARNING };

struct nj_node;

struct nj_problem {
    enum nj_severity severity;
    int line;         /* 1..; 0: the file as a whole */
    int column;       /* 1..; in characters, not bytes */
    const char *what; /* owned by the list; one line, harmless to print */
};

struct nj_problems {
    struct nj_arena arena;   /* owns the sentences */
    struct nj_problem *list; /* owned; sorted by nj_problems_sort */
    size_t count;            /* at most NJ_LIMIT_CONFIG_ERRORS */
    size_t room;
    size_t errors;    /* of them, and of the left out ones */
    size_t warnings;  /* likewise */
    size_t left_out;  /* not listed: over the limit */
    const char *file; /* name to print, in the arena; NULL until known */
    int status;       /* 0, or NJ_E_NOMEM when something could not be told */
};

/* Set PROBLEMS up, empty. Allocates nothing. */
void nj_problems_init(struct nj_problems *problems);

/* Name the FILE that is being read (copied). */
void nj_problems_file(struct nj_problems *problems, const char *file);

/* Tell a problem at LINE and COLUMN. Text from outside in it is made
 * harmless, a long one is cut. Beyond the limit it is only counted. */
void nj_problem(struct nj_problems *problems,
                enum nj_severity severity,
                int line,
                int column,
                const char *fmt,
                ...) NJ_PRINTF(5, 6);

/* The same, at the place of NODE (may be NULL: the file as a whole). A node
 * that is a default tells the place of the nearest written one around it. */
void nj_problem_at(struct nj_problems *problems,
                   enum nj_severity severity,
                   const struct nj_node *node,
                   const char *fmt,
                   ...) NJ_PRINTF(4, 5);

/* Whether another problem would only be counted, so that callers may spare
 * themselves the search for a suggestion. */
int nj_problems_full(const struct nj_problems *problems);

/* Sort by line and column; problems of one place keep their order. */
void nj_problems_sort(struct nj_problems *problems);

/* Sort, then append one line per problem, "FILE:LINE:COLUMN: error: WHAT" (or
 * "warning:"), and one about those left out, if any. */
void nj_problems_print(struct nj_problems *problems, struct nj_buf *out);

/* Sort, then append a JSON array of {"severity","file","line","column",
 * "what"}. */
void nj_problems_json(struct nj_problems *problems, struct nj_buf *out);

/* Free everything and be as after nj_problems_init. Safe on a zeroed one. */
void nj_problems_finish(struct nj_problems *problems);

#endif
