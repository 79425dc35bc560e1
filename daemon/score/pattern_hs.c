/* Vectorscan, brought in with the first pattern of the user's: with the C++
 * library it is built on it takes four megabytes. Each function of it that is
 * used here stands below under its own name and is passed on; a new one needs
 * its row in the table and its function. */

#include "base/late.h"
#include "score/pattern.h"

#define FUNCTIONS(ROW)                                                         \
    ROW(hs_compile_multi)                                                      \
    ROW(hs_expression_info)                                                    \
    ROW(hs_free_compile_error)                                                 \
    ROW(hs_free_database)                                                      \
    ROW(hs_alloc_scratch)                                                      \
    ROW(hs_free_scratch)                                                       \
    ROW(hs_scan)                                                               \
    ROW(hs_valid_platform)

_Static_assert(HS_MAJOR == 5, "the soname below");

NJ_LATE_LIBRARY(FUNCTIONS, "libhs.so.5", "look for your patterns")

int nj_patterns_bring(struct nj_err *err)
{
    return nj_late_open(&library, err);
}

hs_error_t hs_compile_multi(const char *const *expressions,
                            const unsigned *flags,
                            const unsigned *ids,
                            unsigned elements,
                            unsigned mode,
                            const hs_platform_info_t *platform,
                            hs_database_t **db,
                            hs_compile_error_t **error)
{
    return NJ_LATE_REAL(hs_compile_multi)(expressions, flags, ids, elements,
                                          mode, platform, db, error);
}

hs_error_t hs_expression_info(const char *expression,
                              unsigned flags,
                              hs_expr_info_t **info,
                              hs_compile_error_t **error)
{
    return NJ_LATE_REAL(hs_expression_info)(expression, flags, info, error);
}

hs_error_t hs_free_compile_error(hs_compile_error_t *error)
{
    return NJ_LATE_REAL(hs_free_compile_error)(error);
}

hs_error_t hs_free_database(hs_database_t *db)
{
    return NJ_LATE_REAL(hs_free_database)(db);
}

hs_error_t hs_alloc_scratch(const hs_database_t *db, hs_scratch_t **scratch)
{
    return NJ_LATE_REAL(hs_alloc_scratch)(db, scratch);
}

hs_error_t hs_free_scratch(hs_scratch_t *scratch)
{
    return NJ_LATE_REAL(hs_free_scratch)(scratch);
}

hs_error_t hs_scan(const hs_database_t *db,
                   const char *data,
                   unsigned length,
                   unsigned flags,
                   hs_scratch_t *scratch,
                   match_event_handler on_event,
                   void *context)
{
    return NJ_LATE_REAL(hs_scan)(db, data, length, flags, scratch, on_event,
                                 context);
}

hs_error_t hs_valid_platform(void)
{
    return NJ_LATE_REAL(hs_valid_platform)();
}

#undef REAL
#undef NAME
#undef PLACE
#undef FUNCTIONS
