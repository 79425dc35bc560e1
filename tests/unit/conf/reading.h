/* tests/unit/conf/reading.h - read a configuration that a test has as text,
 * and see what was told about it. */

#ifndef NJ_TESTS_CONF_READING_H
#define NJ_TESTS_CONF_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/str.h"
#include "conf/settings.h"

struct reading {
    struct nj_settings *settings; /* NULL when it was refused */
    struct nj_problems problems;
    struct nj_buf told; /* the problems, a line each */
    int code;
};

static inline void reading_tell(struct reading *r)
{
    nj_buf_init(&r->told, 1 << 20);
    nj_problems_print(&r->problems, &r->told);
}

static inline void reading_bytes(struct reading *r,
                                 const char *text,
                                 size_t len,
                                 const struct nj_secret_resolver *secrets)
{
    struct nj_conf_input input = {.text = text,
                                  .len = len,
                                  .file = "t.yaml",
                                  .directory = "/etc/nightjar",
                                  .secrets = secrets};

    *r = (struct reading){0};
    nj_problems_init(&r->problems);
    r->code = nj_settings_read(&input, &r->settings, &r->problems);
    reading_tell(r);
}

static inline void reading_text(struct reading *r, const char *text)
{
    reading_bytes(r, text, strlen(text), NULL);
}

static inline void reading_file(struct reading *r, const char *path)
{
    *r = (struct reading){0};
    nj_problems_init(&r->problems);
    r->code = nj_settings_load(path, NULL, &r->settings, &r->problems);
    reading_tell(r);
}

/* Read TEXT, which must be all right; what is told otherwise is shown. */
static inline void reading_good(struct reading *r, const char *text)
{
    reading_text(r, text);
    assert_string_equal(nj_buf_text(&r->told), "");
    assert_int_equal(r->code, 0);
}

static inline void reading_finish(struct reading *r)
{
    nj_settings_destroy(r->settings);
    nj_problems_finish(&r->problems);
    nj_buf_finish(&r->told);
    *r = (struct reading){0};
}

/* A file that works, to which a test adds its own sections. */
#define READING_BASE                                                           \
    "sources: {blog: {type: feed, url: https://a.example/}}\n"                 \
    "people: {maya: {email: maya@example.org},"                                \
    " tom: {email: tom@example.org}}\n"

/* The whole of the file at PATH, which the caller frees. */
static inline char *reading_slurp(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t room = 1 << 20;
    char *text = malloc(room);
    size_t len;

    if (file == NULL) {
        fail_msg("%s cannot be opened; run from the top of the tree", path);
    }
    assert_non_null(text);
    len = fread(text, 1, room - 1, file);
    text[len] = '\0';
    (void)fclose(file);
    return text;
}

#endif
