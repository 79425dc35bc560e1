/* tests/unit/source/table.h - tables of cases as text files: one case a line,
 * columns parted by tabs, # begins a comment line. \n \t \\ and \xNN in a
 * column mean what they mean in C. */

#ifndef NJ_TESTS_SOURCE_TABLE_H
#define NJ_TESTS_SOURCE_TABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_COLUMNS = 10, TABLE_LINE = 16384 };

struct table {
    FILE *file;
    const char *path;
    int line;
    char text[TABLE_LINE];
    char *columns[TABLE_COLUMNS];
    size_t lens[TABLE_COLUMNS];
    size_t count;
};

static inline unsigned table_hex(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static inline size_t table_unescape(char *text)
{
    char *out = text;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p != '\\') {
            *out++ = *p;
            continue;
        }
        p++;
        if (*p == 'n') {
            *out++ = '\n';
        } else if (*p == 'r') {
            *out++ = '\r';
        } else if (*p == 't') {
            *out++ = '\t';
        } else if (*p == 'x') {
            *out++ = (char)(table_hex(p[1]) * 16 + table_hex(p[2]));
            p += 2;
        } else {
            *out++ = *p;
        }
    }
    *out = '\0';
    return (size_t)(out - text);
}

static inline void table_open(struct table *table, const char *path)
{
    memset(table, 0, sizeof *table);
    table->path = path;
    table->file = fopen(path, "r");
    if (table->file == NULL) {
        fprintf(stderr, "%s: cannot open (tests run from the root)\n", path);
        abort();
    }
}

/* The next case: 1, or 0 at the end (then the file is closed). */
static inline int table_next(struct table *table)
{
    while (fgets(table->text, sizeof table->text, table->file) != NULL) {
        char *rest = table->text;

        table->line++;
        rest[strcspn(rest, "\n")] = '\0';
        if (rest[0] == '\0' || rest[0] == '#') {
            continue;
        }
        table->count = 0;
        while (rest != NULL && table->count < TABLE_COLUMNS) {
            char *column = strsep(&rest, "\t");

            table->lens[table->count] = table_unescape(column);
            table->columns[table->count++] = column;
        }
        return 1;
    }
    fclose(table->file);
    return 0;
}

/* The whole file at PATH, to be freed; its size to *OUT_LEN. */
static inline char *table_file(const char *path, size_t *out_len)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(16 << 20);

    if (file == NULL || text == NULL) {
        fprintf(stderr, "%s: cannot open\n", path);
        abort();
    }
    *out_len = fread(text, 1, (16 << 20) - 1, file);
    text[*out_len] = '\0';
    fclose(file);
    return text;
}

#endif
