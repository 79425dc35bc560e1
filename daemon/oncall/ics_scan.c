/* A first look over an iCalendar file: nesting, and which line is where. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "oncall/ics_in.h"

enum {
    HEAD_BYTES = 16, /* "BEGIN:VCALENDAR" and its NUL */
    DEPTH_MAX = 8,   /* real ones: calendar, event, alarm */
    EVENTS_MAX = 8192,
    PARAMS_MAX = 64, /* of one line: libical takes their square in time */
};

/* One content line: folded lines joined (RFC 5545, 3.1). */
struct content_line {
    size_t number; /* 1-based, where it begins */
    char head[HEAD_BYTES];
    int head_is_all; /* nothing follows the head */
    int params;      /* semicolons before the value */
    int in_value;
};

struct scan {
    const char *at;
    const char *end;
    size_t number; /* of the physical line at `at` */
    int depth;
    struct content_line line;
    struct nj_ics_lines *out;
    size_t room;
};

/* Bytes of the line break at S->at, 0 when there is none. */
static size_t break_at(const struct scan *s)
{
    if (*s->at == '\n') {
        return 1;
    }
    return *s->at == '\r' && s->at + 1 < s->end && s->at[1] == '\n' ? 2 : 0;
}

/* Step over a fold: a line break and one blank. */
static int unfold(struct scan *s, size_t broken)
{
    const char *next = s->at + broken;

    if (next == s->end || (*next != ' ' && *next != '\t')) {
        return 0;
    }
    s->at = next + 1;
    s->number++;
    return 1;
}

/* The next content line that is not empty; 0 at the end. */
static int next_line(struct scan *s)
{
    size_t n = 0;
    size_t broken;

    while (s->at < s->end && (broken = break_at(s)) > 0) {
        s->at += broken;
        s->number++;
    }
    s->line.number = s->number;
    s->line.head_is_all = 1;
    s->line.params = 0;
    s->line.in_value = 0;
    while (s->at < s->end) {
        broken = break_at(s);
        if (broken > 0) {
            if (unfold(s, broken)) {
                continue;
            }
            break;
        }
        if (n + 1 < HEAD_BYTES) {
            s->line.head[n++] = *s->at;
        } else {
            s->line.head_is_all = 0;
        }
        s->line.in_value |= *s->at == ':';
        s->line.params += !s->line.in_value && *s->at == ';';
        s->at++;
    }
    s->line.head[n] = '\0';
    return n > 0;
}

static int add_event(struct scan *s)
{
    struct nj_ics_lines *out = s->out;

    if (out->count == EVENTS_MAX) {
        return NJ_E_TOOBIG;
    }
    if (out->count == s->room) {
        size_t room = s->room == 0 ? 64 : s->room * 2;
        size_t *events = realloc(out->events, room * sizeof *events);

        if (events == NULL) {
            return NJ_E_NOMEM;
        }
        out->events = events;
        s->room = room;
    }
    out->events[out->count++] = s->line.number;
    return 0;
}

static int take_line(struct scan *s, struct nj_err *err)
{
    const char *head = s->line.head;
    int rc = 0;

    if (s->depth == 0 &&
        (strcasecmp(head, "BEGIN:VCALENDAR") != 0 || !s->line.head_is_all)) {
        return nj_err_set(err, NJ_E_INVALID,
                          "line %zu: this is no iCalendar file; it must begin "
                          "with BEGIN:VCALENDAR",
                          s->line.number);
    }
    if (s->line.params > PARAMS_MAX) {
        return nj_err_set(err, NJ_E_TOOBIG, "line %zu: more than %d parameters",
                          s->line.number, PARAMS_MAX);
    }
    if (strncasecmp(head, "BEGIN:", 6) == 0) {
        if (++s->depth > DEPTH_MAX) {
            return nj_err_set(err, NJ_E_TOOBIG,
                              "line %zu: components nest deeper than %d",
                              s->line.number, DEPTH_MAX);
        }
        if (strcasecmp(head + 6, "VEVENT") == 0 && s->line.head_is_all) {
            rc = add_event(s);
        }
    } else if (strncasecmp(head, "END:", 4) == 0) {
        s->depth--;
    }
    if (rc == NJ_E_TOOBIG) {
        return nj_err_set(err, rc, "line %zu: more than %d events",
                          s->line.number, EVENTS_MAX);
    }
    return rc == 0 ? 0 : nj_err_set(err, rc, "no memory");
}

/* The first line of TEXT that is not UTF-8 or holds a NUL; 0 when none. */
static size_t bad_line(const char *text, size_t len)
{
    size_t number = 1;
    size_t i = 0;

    while (i < len) {
        uint32_t cp;
        size_t n = nj_utf8_decode(text + i, len - i, &cp);

        if (n == 0 || cp == 0) {
            return number;
        }
        number += cp == '\n';
        i += n;
    }
    return 0;
}

int nj_ics_scan(const char *text,
                size_t len,
                struct nj_ics_lines *out,
                struct nj_err *err)
{
    struct nj_ics_lines lines = {0};
    struct scan s = {.at = text, .end = text + len, .number = 1, .out = &lines};
    size_t bad = bad_line(text, len);
    size_t seen = 0;
    int rc = 0;

    if (bad != 0) {
        return nj_err_set(err, NJ_E_INVALID,
                          "line %zu: not UTF-8 text; save the file as UTF-8",
                          bad);
    }
    while (rc == 0 && next_line(&s)) {
        rc = take_line(&s, err);
        seen++;
    }
    if (rc == 0 && (s.depth != 0 || seen == 0)) {
        rc = nj_err_set(err, NJ_E_INVALID,
                        seen == 0 ? "the file is empty; it must begin with "
                                    "BEGIN:VCALENDAR"
                                  : "the file is cut off: an END is missing");
    }
    if (rc != 0) {
        free(lines.events);
        return rc;
    }
    *out = lines;
    return 0;
}
