#include "conf/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "conf/node.h"

enum { WHAT_BYTES = 1024, FIRST_ROOM = 16 };

static const char *const severities[] = {"error", "warning"};

void nj_problems_init(struct nj_problems *problems)
{
    *problems = (struct nj_problems){0};
}

void nj_problems_file(struct nj_problems *problems, const char *file)
{
    char clean[WHAT_BYTES];

    nj_str_harmless(file, strlen(file), clean, sizeof clean);
    problems->file = nj_arena_strdup(&problems->arena, clean);
    if (problems->file == NULL) {
        problems->status = NJ_E_NOMEM;
    }
}

static struct nj_problem *new_problem(struct nj_problems *problems)
{
    size_t room = problems->room == 0 ? FIRST_ROOM : problems->room * 2;
    struct nj_problem *list;

    if (problems->count < problems->room) {
        return &problems->list[problems->count];
    }
    list = realloc(problems->list, room * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    problems->list = list;
    problems->room = room;
    return &list[problems->count];
}

static void tell(struct nj_problems *problems,
                 enum nj_severity severity,
                 int line,
                 int column,
                 const char *what)
{
    char clean[WHAT_BYTES];
    struct nj_problem *problem;

    *(severity == NJ_PROBLEM_ERROR ? &problems->errors : &problems->warnings) +=
        1;
    if (nj_problems_full(problems)) {
        problems->left_out++;
        return;
    }
    nj_str_harmless(what, strlen(what), clean, sizeof clean);
    problem = new_problem(problems);
    if (problem == NULL) {
        problems->status = NJ_E_NOMEM;
        return;
    }
    problem->what = nj_arena_strdup(&problems->arena, clean);
    if (problem->what == NULL) {
        problems->status = NJ_E_NOMEM;
        return;
    }
    problem->severity = severity;
    problem->line = line;
    problem->column = column;
    problems->count++;
}

void nj_problem(struct nj_problems *problems,
                enum nj_severity severity,
                int line,
                int column,
                const char *fmt,
                ...)
{
    char what[WHAT_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    tell(problems, severity, line, column, what);
}

void nj_problem_at(struct nj_problems *problems,
                   enum nj_severity severity,
                   const struct nj_node *node,
                   const char *fmt,
                   ...)
{
    char what[WHAT_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    while (node != NULL && !node->written) {
        node = node->parent;
    }
    tell(problems, severity, nj_node_line(node), nj_node_column(node), what);
}

int nj_problems_full(const struct nj_problems *problems)
{
    return problems->count >= NJ_LIMIT_CONFIG_ERRORS;
}

static int comes_before(const struct nj_problem *a, const struct nj_problem *b)
{
    if (a->line != b->line) {
        return a->line < b->line;
    }
    return a->column < b->column;
}

void nj_problems_sort(struct nj_problems *problems)
{
    /* by insertion: stable, and there are at most a few hundred */
    for (size_t i = 1; i < problems->count; i++) {
        struct nj_problem moving = problems->list[i];
        size_t at = i;

        for (; at > 0 && comes_before(&moving, &problems->list[at - 1]); at--) {
            problems->list[at] = problems->list[at - 1];
        }
        problems->list[at] = moving;
    }
}

void nj_problems_print(struct nj_problems *problems, struct nj_buf *out)
{
    const char *file =
        problems->file == NULL ? "configuration" : problems->file;

    nj_problems_sort(problems);
    for (size_t i = 0; i < problems->count; i++) {
        const struct nj_problem *p = &problems->list[i];

        nj_buf_adds(out, file);
        if (p->line > 0) {
            nj_buf_addf(out, ":%d:%d", p->line, p->column);
        }
        nj_buf_addf(out, ": %s: %s\n", severities[p->severity], p->what);
    }
    if (problems->left_out > 0) {
        nj_buf_addf(out, "%s: and %zu more\n", file, problems->left_out);
    }
}

void nj_problems_json(struct nj_problems *problems, struct nj_buf *out)
{
    struct nj_jw w;

    nj_problems_sort(problems);
    nj_jw_init(&w, out);
    nj_jw_open(&w, NULL, '[');
    for (size_t i = 0; i < problems->count; i++) {
        const struct nj_problem *p = &problems->list[i];

        nj_jw_open(&w, NULL, '{');
        nj_jw_text(&w, "severity", severities[p->severity]);
        nj_jw_text(&w, "file", problems->file);
        nj_jw_int(&w, "line", p->line);
        nj_jw_int(&w, "column", p->column);
        nj_jw_text(&w, "what", p->what);
        nj_jw_close(&w, '}');
    }
    nj_jw_close(&w, ']');
}

void nj_problems_finish(struct nj_problems *problems)
{
    free(problems->list);
    nj_arena_finish(&problems->arena);
    nj_problems_init(problems);
}
