/* tests/unit/source/probing.h - runs the files of tests/data/feeds through the
 * probe and writes what came of it as lines of expected.tsv. */

#ifndef NJ_TESTS_SOURCE_PROBING_H
#define NJ_TESTS_SOURCE_PROBING_H

#include <cjson/cJSON.h>

#include "source/probe.h"
#include "unit/source/table.h"

enum { PROBED_BYTES = 64 << 10 };

/* One file and what is expected of it: its line and those of its posts. */
struct probed {
    char file[64];
    char address[128];
    char content_type[64];
    char expected[PROBED_BYTES];
};

static inline void probed_add(struct nj_buf *out, const char *text)
{
    if (text == NULL) {
        (void)nj_buf_addc(out, '-');
        return;
    }
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '\n') {
            (void)nj_buf_adds(out, "\\n");
        } else if (c == '\t') {
            (void)nj_buf_adds(out, "\\t");
        } else if (c == '\\') {
            (void)nj_buf_adds(out, "\\\\");
        } else if (c < 32 || c == 127) {
            (void)nj_buf_addf(out, "\\x%02x", c);
        } else {
            (void)nj_buf_addc(out, *text);
        }
    }
}

static inline const char *probed_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static inline void probed_post(struct nj_buf *out, const cJSON *post)
{
    static const char *const names[] = {"id",     "url",       "title", "text",
                                        "author", "published", "thread"};
    const cJSON *one;
    const char *gap = "\t";

    (void)nj_buf_adds(out, "post");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)nj_buf_addc(out, '\t');
        probed_add(out, probed_text(post, names[i]));
    }
    cJSON_ArrayForEach(one, cJSON_GetObjectItem(post, "media"))
    {
        (void)nj_buf_addf(out, "%s%s", gap, one->valuestring);
        gap = " ";
    }
    (void)nj_buf_addc(out, '\n');
}

/* Probe P's file: the lines to OUT, the code returned. */
static inline int probed_run(const struct probed *p, struct nj_buf *out)
{
    char path[256];
    size_t len;
    char *bytes;
    struct nj_err err = {0};
    struct nj_buf json;
    struct nj_probe probe = {0};
    int code;

    (void)snprintf(path, sizeof path, "tests/data/feeds/%s", p->file);
    bytes = table_file(path, &len);
    nj_buf_init(&json, 64 << 20);
    probe.bytes = bytes;
    probe.len = len;
    probe.url = strcmp(p->address, "-") == 0 ? NULL : p->address;
    probe.content_type =
        strcmp(p->content_type, "-") == 0 ? NULL : p->content_type;
    code = nj_probe_write(&probe, &json, &err);
    if (code != 0) {
        (void)nj_buf_addf(out, "refused\t%s\t%s\t%s\t%s\n", p->file, p->address,
                          p->content_type, err.text);
    } else {
        cJSON *root = cJSON_Parse(nj_buf_text(&json));
        const cJSON *post;

        (void)nj_buf_addf(out, "feed\t%s\t%s\t%s\t", p->file, p->address,
                          p->content_type);
        probed_add(out, probed_text(root, "title"));
        (void)nj_buf_addf(
            out, "\t%s\t%s\n", probed_text(root, "kind"),
            cJSON_IsTrue(cJSON_GetObjectItem(root, "torn")) ? "torn" : "whole");
        cJSON_ArrayForEach(post, cJSON_GetObjectItem(root, "posts"))
        {
            probed_post(out, post);
        }
        cJSON_Delete(root);
    }
    nj_buf_finish(&json);
    free(bytes);
    return code;
}

/* Walk expected.tsv: the next file to OUT. 1, or 0 at the end. *FILE starts
 * NULL. */
static inline int probed_next(FILE **file, struct probed *out)
{
    static char line[TABLE_LINE];
    static int has_line;
    size_t used = 0;

    if (*file == NULL) {
        *file = fopen("tests/data/feeds/expected.tsv", "r");
        has_line = 0;
    }
    while (has_line || fgets(line, sizeof line, *file) != NULL) {
        size_t len = strlen(line);

        if (line[0] != '#' && strncmp(line, "post\t", 5) != 0 && used > 0) {
            has_line = 1;
            return 1;
        }
        has_line = 0;
        if (line[0] == '#') {
            continue;
        }
        if (used == 0) {
            (void)sscanf(line, "%*[^\t]\t%63[^\t]\t%127[^\t]\t%63[^\t\n]",
                         out->file, out->address, out->content_type);
        }
        if (used + len >= sizeof out->expected) {
            abort();
        }
        memcpy(out->expected + used, line, len + 1);
        used += len;
    }
    if (used == 0) {
        fclose(*file);
        *file = NULL;
    }
    return used > 0;
}

#endif
