#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { LINE_BYTES = 2048 };

static struct {
    atomic_int level; /* enum nj_log_level */
    nj_log_sink *sink;
    void *ctx;
    int journal; /* standard error goes to the journal */
} the_log = {NJ_LOG_INFO, NULL, NULL, 0};

void nj_log_open(enum nj_log_level level, nj_log_sink *sink, void *ctx)
{
    nj_log_level(level);
    the_log.sink = sink;
    the_log.ctx = ctx;
    the_log.journal = getenv("JOURNAL_STREAM") != NULL;
}

void nj_log_level(enum nj_log_level level)
{
    atomic_store(&the_log.level, (int)level);
}

int nj_log_wants(enum nj_log_level level)
{
    return (int)level <= atomic_load(&the_log.level);
}

static void print_line(enum nj_log_level level, const char *text)
{
    static const char *const names[] = {"error", "warning", "notice", "info",
                                        "debug"};

    if (the_log.journal) {
        (void)fprintf(stderr, "<%d>%s\n", 3 + (int)level, text);
    } else {
        (void)fprintf(stderr, "%s: %s\n", names[level], text);
    }
}

NJ_PRINTF(2, 0)
static void log_record(enum nj_log_level level, const char *fmt, va_list args)
{
    char raw[LINE_BYTES];
    char line[LINE_BYTES];

    (void)vsnprintf(raw, sizeof raw, fmt, args);
    nj_str_harmless(raw, strlen(raw), line, sizeof line);
    if (the_log.sink != NULL) {
        the_log.sink(the_log.ctx, level, line);
    } else {
        print_line(level, line);
    }
}

#define LOG_AT(name, level)                                                    \
    void name(const char *fmt, ...)                                            \
    {                                                                          \
        va_list args;                                                          \
                                                                               \
        if (nj_log_wants(level)) {                                             \
            va_start(args, fmt);                                               \
            log_record(level, fmt, args);                                      \
            va_end(args);                                                      \
        }                                                                      \
    }

LOG_AT(nj_log_error, NJ_LOG_ERROR)
LOG_AT(nj_log_warning, NJ_LOG_WARNING)
LOG_AT(nj_log_notice, NJ_LOG_NOTICE)
LOG_AT(nj_log_info, NJ_LOG_INFO)
LOG_AT(nj_log_debug, NJ_LOG_DEBUG)

#undef LOG_AT
