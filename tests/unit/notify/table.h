/* Tables of cases in tests/data/notify: a line a case, fields divided by '|',
 * expected answer first, escapes as in fixture.h, '#' lines for people. */

#ifndef NJ_TESTS_NOTIFY_TABLE_H
#define NJ_TESTS_NOTIFY_TABLE_H

#include "unit/notify/fixture.h"

enum { TABLE_FIELDS = 8 };

struct table {
    const char *name;
    char *text;
    char *rest;
    int line;
    char *fields[TABLE_FIELDS]; /* "" where the line has fewer */
};

static inline void table_open(const char *name, struct table *out)
{
    char path[256];
    size_t len = 0;

    (void)snprintf(path, sizeof path, DATA "%s", name);
    *out = (struct table){.name = name, .text = read_whole(path, &len)};
    assert_non_null(out->text);
    out->rest = out->text;
}

static inline int table_next(struct table *t)
{
    char *line;

    do {
        line = strsep(&t->rest, "\n");
        t->line++;
        if (line == NULL || (t->rest == NULL && *line == '\0')) {
            return 0;
        }
    } while (*line == '#');
    for (int i = 0; i < TABLE_FIELDS; i++) {
        char *field = strsep(&line, "|");

        t->fields[i] = field == NULL ? "" : field;
        if (field != NULL) {
            unescape(field);
        }
    }
    return 1;
}

static inline void table_check(const struct table *t, int holds)
{
    if (!holds) {
        fail_msg(DATA "%s:%d does not hold", t->name, t->line);
    }
}

static inline void table_close(struct table *t)
{
    free(t->text);
}

#endif
