/* What a reload would change: two trees walked side by side. */

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "conf/node.h"
#include "conf/show.h"

enum { VALUE_BYTES = 80, LINE_BYTES = 8 << 10 };

struct differ {
    struct nj_buf *out; /* may be NULL */
    struct nj_diff sum;
    int restart; /* inside something that needs a restart */
};

static int is_container(const struct nj_node *node)
{
    return node->kind == NJ_KIND_MAP || node->kind == NJ_KIND_NAMED ||
           node->kind == NJ_KIND_LIST;
}

/* Lists whose items are told apart one by one. */
static int has_parts(const struct nj_node *node)
{
    return node->kind != NJ_KIND_LIST || node->row->item->kind == NJ_KIND_MAP;
}

static int same_secret(const struct nj_secret_slot *a,
                       const struct nj_secret_slot *b)
{
    return a->way == b->way && strcmp(a->name, b->name) == 0 &&
           nj_str_eq(a->value, b->value);
}

int nj_node_same(const struct nj_node *a, const struct nj_node *b)
{
    if (a->kind != b->kind) {
        return 0;
    }
    if (a->kind == NJ_KIND_SECRET) {
        return same_secret(a->as.secret, b->as.secret);
    }
    if (a->kind == NJ_KIND_DURATION || a->kind == NJ_KIND_SIZE ||
        a->kind == NJ_KIND_BOOL || a->kind == NJ_KIND_INT) {
        return a->as.whole == b->as.whole;
    }
    if (!is_container(a)) {
        return strcmp(a->text, b->text) == 0;
    }
    a = a->first;
    b = b->first;
    while (a != NULL && b != NULL && nj_node_same(a, b)) {
        a = a->next;
        b = b->next;
    }
    return a == NULL && b == NULL;
}

/* --- telling --- */

static void add_value(const struct nj_node *node, struct nj_buf *line)
{
    const char *comma = "";

    if (node->kind == NJ_KIND_SECRET) {
        nj_buf_adds(line, "a secret");
    } else if (!is_container(node)) {
        nj_buf_addf(line, "%s", node->text);
    } else {
        nj_buf_addc(line, '[');
        for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
            nj_buf_adds(line, comma);
            add_value(n, line);
            comma = ", ";
        }
        nj_buf_addc(line, ']');
    }
}

/* "A -> B", or "changed" when that would be long, many lines, or secret. */
static void add_change(const struct nj_node *before,
                       const struct nj_node *after,
                       struct nj_buf *line)
{
    struct nj_buf values;

    nj_buf_init(&values, (size_t)2 * VALUE_BYTES);
    add_value(before, &values);
    nj_buf_adds(&values, " -> ");
    add_value(after, &values);
    if (values.status == NJ_E_NOMEM) {
        line->status = NJ_E_NOMEM;
    } else if (values.status != 0 || strchr(nj_buf_text(&values), '\n') ||
               before->kind == NJ_KIND_SECRET) {
        nj_buf_adds(line, "changed");
    } else {
        nj_buf_adds(line, nj_buf_text(&values));
    }
    nj_buf_finish(&values);
}

static void add_harmless(struct nj_buf *out, const struct nj_buf *line)
{
    char clean[LINE_BYTES];

    nj_str_harmless(nj_buf_text(line), line->len, clean, sizeof clean);
    nj_buf_adds(out, clean);
    if (line->status == NJ_E_NOMEM) {
        out->status = NJ_E_NOMEM;
    }
}

/* Whether anything in NODE waits for a restart. */
static int has_restart(const struct nj_node *node)
{
    if (node->row->flags & NJ_KEY_RESTART) {
        return 1;
    }
    for (const struct nj_node *n = node->first; n != NULL; n = n->next) {
        if (has_restart(n)) {
            return 1;
        }
    }
    return 0;
}

/* One line: BEFORE became AFTER; one of them may be NULL. */
static void tell(struct differ *d,
                 const struct nj_node *before,
                 const struct nj_node *after)
{
    const struct nj_node *there = after == NULL ? before : after;
    const int restart =
        d->restart || ((before == NULL || after == NULL) && has_restart(there));
    struct nj_buf line;

    d->sum.changes++;
    d->sum.restarts += restart != 0;
    if (d->out == NULL) {
        return;
    }
    nj_buf_init(&line, LINE_BYTES / 4);
    nj_node_where(there, &line);
    nj_buf_adds(&line, ": ");
    if (before == NULL) {
        nj_buf_adds(&line, "added");
    } else if (after == NULL) {
        nj_buf_adds(&line, "removed");
    } else {
        add_change(before, after, &line);
    }
    add_harmless(d->out, &line);
    nj_buf_adds(d->out, restart ? "; needs a restart\n" : "\n");
    nj_buf_finish(&line);
}

/* --- walking --- */

/* What an item of a list is known by: its name, if it has one. */
static const char *item_name(const struct nj_node *item)
{
    return nj_node_text(nj_node_get(item, "name"));
}

static int is_counterpart(const struct nj_node *a, const struct nj_node *b)
{
    return nj_str_eq(a->name, b->name) &&
           (a->name != NULL || nj_str_eq(item_name(a), item_name(b)));
}

/* The child of PARENT that is NODE's other self: of the same name, or, where
 * there are none, at the same place. GUESS is where it should be if nothing
 * moved: with thousands of sources there is no time to search for each. */
static const struct nj_node *counterpart(const struct nj_node *parent,
                                         const struct nj_node *node,
                                         const struct nj_node *guess)
{
    const struct nj_node *n = parent->first;

    if (guess != NULL && is_counterpart(guess, node)) {
        return guess;
    }
    if (node->name == NULL && item_name(node) == NULL) {
        return NULL;
    }
    while (n != NULL && !is_counterpart(n, node)) {
        n = n->next;
    }
    return n;
}

static void compare(struct differ *d,
                    const struct nj_node *before,
                    const struct nj_node *after);

static void compare_children(struct differ *d,
                             const struct nj_node *before,
                             const struct nj_node *after)
{
    const struct nj_node *guess = after->first;

    for (const struct nj_node *n = before->first; n != NULL; n = n->next) {
        const struct nj_node *is = counterpart(after, n, guess);

        if (is == NULL) {
            tell(d, n, NULL);
        } else {
            guess = is->next;
        }
    }
    guess = before->first;
    for (const struct nj_node *n = after->first; n != NULL; n = n->next) {
        const struct nj_node *was = counterpart(before, n, guess);

        if (was == NULL) {
            tell(d, NULL, n);
        } else {
            compare(d, was, n);
            guess = was->next;
        }
    }
}

static void compare(struct differ *d,
                    const struct nj_node *before,
                    const struct nj_node *after)
{
    const int restart = d->restart;

    d->restart |= (after->row->flags & NJ_KEY_RESTART) != 0;
    if (!is_container(after) || !has_parts(after) ||
        before->kind != after->kind) {
        if (!nj_node_same(before, after)) {
            tell(d, before, after);
        }
        d->restart = restart;
        return;
    }
    compare_children(d, before, after);
    d->restart = restart;
}

void nj_settings_diff(const struct nj_settings *before,
                      const struct nj_settings *after,
                      struct nj_buf *out,
                      struct nj_diff *out_diff)
{
    struct differ d = {.out = out};

    compare(&d, before->root, after->root);
    *out_diff = d.sum;
}
