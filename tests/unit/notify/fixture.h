/* Messages for tests, read from tests/data/notify/NAME.msg: a line a member,
 * "member: value"; \n, \t, \\ and \xNN in values are what they say; lines that
 * begin with '#' are for people. */

#ifndef NJ_TESTS_NOTIFY_FIXTURE_H
#define NJ_TESTS_NOTIFY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/message.h"

#define DATA "tests/data/notify/"

struct fixture {
    struct nj_message message;
    struct nj_arena arena;
};

static inline char *read_whole(const char *path, size_t *out_len)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);
    size_t len;

    if (file == NULL) {
        free(text);
        return NULL;
    }
    assert_non_null(text);
    len = fread(text, 1, (1 << 20) - 1, file);
    text[len] = '\0';
    (void)fclose(file);
    *out_len = len;
    return text;
}

static inline void unescape(char *text)
{
    char *to = text;

    for (char *from = text; *from != '\0'; from++) {
        unsigned char byte;

        if (*from != '\\') {
            *to++ = *from;
        } else if (from[1] == 'x' &&
                   nj_unhex((char[]){from[2], from[3], 0}, &byte, 1) == 0) {
            *to++ = (char)byte;
            from += 3;
        } else {
            from++;
            *to++ = *from == 'n'   ? '\n'
                    : *from == 'r' ? '\r'
                    : *from == 't' ? '\t'
                                   : *from;
        }
    }
    *to = '\0';
}

static inline void set_text(struct nj_message *m, const char *key, char *value)
{
    const struct {
        const char *name;
        const char **member;
    } texts[] = {
        {"key", &m->key},
        {"brand", &m->brand},
        {"rule", &m->rule},
        {"person", &m->person},
        {"person_title", &m->person_title},
        {"headline", &m->headline},
        {"excerpt", &m->excerpt},
        {"note", &m->note},
        {"why", &m->why},
        {"author", &m->author},
        {"source", &m->source},
        {"url", &m->url},
        {"playbook", &m->playbook},
        {"ack_url", &m->ack_url},
        {"team", &m->team},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].name, key) == 0) {
            *texts[i].member = value;
            return;
        }
    }
    fail_msg("fixture: no member '%s'", key);
}

static inline void set_member(struct nj_message *m, char *key, char *value)
{
    int64_t number = 0;
    int is_number = nj_str_int(value, &number) == 0;

    if (strcmp(key, "kind") == 0) {
        for (int k = 0; k < NJ_PAGE_KINDS; k++) {
            if (strcmp(nj_page_kind_name((enum nj_page_kind)k), value) == 0) {
                m->kind = (enum nj_page_kind)k;
            }
        }
    } else if (strcmp(key, "severity") == 0) {
        assert_int_equal(nj_level_read(value, &m->severity), 0);
    } else if (strcmp(key, "place") == 0) {
        assert_int_equal(nj_place_read(value, &m->place), 0);
    } else if (strcmp(key, "page_id") == 0) {
        m->page_id = number;
    } else if (strcmp(key, "alert_id") == 0) {
        m->alert_id = number;
    } else if (strcmp(key, "generation") == 0) {
        m->generation = (uint32_t)number;
    } else if (strcmp(key, "posts") == 0) {
        m->posts = (uint32_t)number;
    } else if (strcmp(key, "opened_ms") == 0) {
        m->opened_ms = number;
    } else if (strcmp(key, "now_ms") == 0) {
        m->now_ms = number;
    } else if (strcmp(key, "offset_s") == 0) {
        m->offset_s = (int)number;
    } else if (strcmp(key, "first") == 0) {
        m->first = is_number && number != 0;
    } else if (strcmp(key, "drill") == 0) {
        m->drill = is_number && number != 0;
    } else if (strcmp(key, "test") == 0) {
        m->test = is_number && number != 0;
    } else {
        unescape(value);
        set_text(m, key, value);
    }
}

/* Read NAME.msg; free with fixture_finish. */
static inline void fixture_read(const char *name, struct fixture *out)
{
    char path[256];
    size_t len = 0;
    char *text;
    char *line;
    char *rest;

    (void)snprintf(path, sizeof path, DATA "%s.msg", name);
    text = read_whole(path, &len);
    assert_non_null(text);
    *out = (struct fixture){.message = {.key = "k", .headline = ""}};
    nj_arena_init(&out->arena, 0);
    rest = nj_arena_strndup(&out->arena, text, len);
    assert_non_null(rest);
    free(text);
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *colon = strstr(line, ": ");

        if (*line != '#' && colon != NULL) {
            *colon = '\0';
            set_member(&out->message, line, colon + 2);
        }
    }
}

static inline void fixture_finish(struct fixture *fixture)
{
    nj_arena_finish(&fixture->arena);
}

/* TEXT must be what stands in tests/data/notify/NAME; with NJ_WRITE set it is
 * written there instead, to be read by a person before it is committed. */
static inline void assert_golden(const char *name, const char *text)
{
    char path[256];
    size_t len = 0;
    char *want;

    (void)snprintf(path, sizeof path, DATA "%s", name);
    if (getenv("NJ_WRITE") != NULL) {
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        (void)fwrite(text, 1, strlen(text), file);
        (void)fclose(file);
        return;
    }
    want = read_whole(path, &len);
    if (want == NULL) {
        fail_msg("%s is not there", path);
    }
    assert_string_equal(text, want);
    free(want);
}

#endif
