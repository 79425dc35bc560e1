/* peers/vectors.h - reads tests/data/io/http_heads.txt. */

#ifndef NJ_TESTS_VECTORS_H
#define NJ_TESTS_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vector {
    int status;
    char line[1024]; /* as in the file */
    char bytes[1024];
    size_t len;
};

static inline size_t vector_unescape(const char *text, char *out)
{
    size_t len = 0;

    for (; *text != '\0' && *text != '\n'; text++) {
        if (*text != '\\') {
            out[len++] = *text;
            continue;
        }
        text++;
        if (*text == 'x') {
            char hex[3] = {text[1], text[2], '\0'};

            out[len++] = (char)strtol(hex, NULL, 16);
            text += 2;
        } else {
            out[len++] = *text == 'r'   ? '\r'
                         : *text == 'n' ? '\n'
                         : *text == 't' ? '\t'
                         : *text == '0' ? '\0'
                                        : *text;
        }
    }
    return len;
}

/* The next vector of FILE; 0 at the end. */
static inline int vector_next(FILE *file, struct vector *out)
{
    while (fgets(out->line, sizeof out->line, file) != NULL) {
        if (out->line[0] != '#' && strlen(out->line) > 4) {
            out->status = (int)strtol(out->line, NULL, 10);
            out->len = vector_unescape(out->line + 4, out->bytes);
            return 1;
        }
    }
    return 0;
}

#endif
