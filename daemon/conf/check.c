/* Runs the checks of the rows; and those of a single value. */

#include "conf/check.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "conf/build.h"
#include "conf/value.h"

static void check_below(struct nj_build *b, const struct nj_node *node)
{
    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        check_below(b, n);
    }
    if (node->row->check != NULL && !node->broken) {
        node->row->check(b->settings, node, b->problems);
    }
}

void nj_build_checks(struct nj_build *b)
{
    if (b->code == 0) {
        check_below(b, b->settings->root);
    }
}

void nj_check_store(const struct nj_settings *settings,
                    const struct nj_node *node,
                    struct nj_problems *problems)
{
    const char *text = nj_node_text(node);

    (void)settings;
    if (strcmp(text, "mem:") == 0) {
        nj_problem_at(problems, NJ_PROBLEM_WARNING, node,
                      "store: mem: forgets everything when the daemon ends, "
                      "open alerts too");
    } else if (!nj_str_starts(text, "sqlite:") || text[7] == '\0') {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, node,
                      "store: this is no store; write sqlite:PATH, for "
                      "example sqlite:/var/lib/nightjar/nightjar.db");
    }
}

void nj_check_email(const struct nj_settings *settings,
                    const struct nj_node *node,
                    struct nj_problems *problems)
{
    const char *text = nj_node_text(node);
    const char *at = strchr(text, '@');

    (void)settings;
    if (at == NULL || at == text || at[1] == '\0' || strchr(at + 1, '@') ||
        strpbrk(text, " \t<>,;:\"()[]\\") != NULL) {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, node,
                      "%s: '%s' is not a bare address; write for example "
                      "maya@example.org",
                      nj_node_label(node), text);
    }
}

void nj_check_language(const struct nj_settings *settings,
                       const struct nj_node *node,
                       struct nj_problems *problems)
{
    const char *text = nj_node_text(node);
    size_t part = 0;
    int fine = isalpha((unsigned char)text[0]) != 0 && strlen(text) < 36;

    (void)settings;
    for (const char *p = text; fine && *p != '\0'; p++) {
        part = *p == '-' ? 0 : part + 1;
        fine = part <= 8 && (isalnum((unsigned char)*p) ||
                             (*p == '-' && isalnum((unsigned char)p[1])));
    }
    if (!fine || strcspn(text, "-") < 2 || strcspn(text, "-") > 3) {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, node,
                      "%s: '%s' is not a language; write its code, for "
                      "example en or pt-BR",
                      nj_node_label(node), text);
    }
}

void nj_check_template(const struct nj_settings *settings,
                       const struct nj_node *node,
                       struct nj_problems *problems)
{
    static const char *const known[] = {"since", "since_unix", "cursor",
                                        "page"};
    const char *text = nj_node_text(node);
    const char *open = text == NULL ? NULL : strchr(text, '{');

    (void)settings;
    for (; open != NULL; open = strchr(open + 1, '{')) {
        size_t len = strcspn(open + 1, "}");
        int fine = 0;

        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            fine |= strlen(known[i]) == len &&
                    strncmp(known[i], open + 1, len) == 0;
        }
        if (!fine || open[len + 1] == '\0') {
            nj_problem_at(problems, NJ_PROBLEM_ERROR, node,
                          "%s: '{%.*s}' is not filled in by anything; there "
                          "are {since}, {since_unix}, {cursor} and {page}",
                          nj_node_label(node), (int)(len > 40 ? 40 : len),
                          open + 1);
            return;
        }
    }
}

void nj_check_next(const struct nj_settings *settings,
                   const struct nj_node *node,
                   struct nj_problems *problems)
{
    static const char *const words[] = {"none", "link-header", "page"};
    const char *text = nj_node_text(node);
    const char *near = nj_str_nearest(text, words, 3);
    struct nj_err err = {0};

    (void)settings;
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(words[i], text) == 0) {
            return;
        }
    }
    if (nj_value_pointer(text, &err) != 0) {
        nj_problem_at(problems, NJ_PROBLEM_ERROR, node,
                      "next: '%s' is not none, link-header, page or a JSON "
                      "pointer; write %s",
                      text, near == NULL ? "for example /paging/next" : near);
    }
}
