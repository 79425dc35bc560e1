#include "conf/yaml_words.h"

#include <stdio.h>
#include <string.h>

/* libyaml's own words, and ours. The first row whose problem (and context,
 * where given) begins so is taken; "%d" stands for the line where the
 * surrounding thing began. */
static const struct {
    const char *problem;
    const char *context;
    const char *words;
} table[] = {
    {"mapping values are not allowed", NULL,
     "a ': ' that does not belong here; is the line indented like its "
     "neighbours? A value that holds ': ' needs quotes"},
    {"did not find expected ',' or ']'", NULL,
     "the list opened by [ on line %d is not closed before here; write ] or "
     "a comma. A word that holds # , : [ or { needs quotes"},
    {"did not find expected ',' or '}'", NULL,
     "the map opened by { on line %d is not closed before here; write } or a "
     "comma. A word that holds # , : [ or { needs quotes"},
    {"found unexpected end of stream", NULL,
     "the quote opened on line %d is never closed"},
    {"found unexpected document indicator", NULL,
     "the quote opened on line %d is never closed"},
    {"did not find expected key", NULL,
     "this line does not fit the block that began on line %d; indent it like "
     "its neighbours and write `key: value`. A quoted value ends at its "
     "closing quote"},
    {"did not find expected '-' indicator", NULL,
     "this line does not fit the list that began on line %d; begin it with "
     "`- ` under the others, or indent it differently"},
    {"block sequence entries are not allowed", NULL,
     "a list item (`- `) must begin on a line of its own"},
    {"block mapping keys are not allowed", NULL,
     "a `? ` key cannot stand here; write `key: value`"},
    {"could not find expected ':'", NULL,
     "the key that began on line %d has no ': ' after it"},
    {"did not find expected node content", NULL,
     "something is missing before this; take out the extra comma or bracket. A "
     "word that begins with # needs quotes"},
    {"did not find expected comment or line break", NULL,
     "nothing may follow on this line; begin the text on the next one, "
     "indented"},
    {"did not find expected <document start>", NULL,
     "this does not belong to what began above; indent every top-level key "
     "at the first column"},
    {"did not find expected alphabetic or numeric", "while scanning an alias",
     "a word that begins with * needs quotes"},
    {"did not find expected alphabetic or numeric", "while scanning an anchor",
     "a word that begins with & needs quotes"},
    {"found undefined tag handle", NULL,
     "a word that begins with ! needs "
     "quotes"},
    {"found unknown escape character", NULL,
     "this backslash means nothing between double quotes; write \\\\, or use "
     "single quotes"},
    {"did not find expected hexdecimal", NULL,
     "\\x needs two hex digits, \\u four, \\U eight"},
    {"found invalid Unicode character escape", NULL,
     "there is no such character; check the escape"},
    {"found incompatible YAML document", NULL,
     "take out the line that begins with %%; nightjar reads YAML 1.1"},
    {"found unknown directive", NULL,
     "take out the line that begins with %%, or put the value in quotes"},
};

enum { ROWS = sizeof table / sizeof table[0] };

static int begins(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static const char *find_words(const char *problem, const char *context)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (begins(problem, table[i].problem) &&
            (table[i].context == NULL || begins(context, table[i].context))) {
            return table[i].words;
        }
    }
    return NULL;
}

/* WORDS with the first "%d" replaced by LINE and "%%" by "%". */
static void fill_in(const char *words, int line, char *out, size_t room)
{
    const char *mark = strstr(words, "%d");

    if (mark != NULL) {
        (void)snprintf(out, room, "%.*s%d%s", (int)(mark - words), words, line,
                       mark + 2);
        return;
    }
    mark = strstr(words, "%%");
    if (mark != NULL) {
        (void)snprintf(out, room, "%.*s%s", (int)(mark - words), words,
                       mark + 1);
        return;
    }
    (void)snprintf(out, room, "%s", words);
}

void nj_yaml_words(const char *problem,
                   const char *context,
                   int context_line,
                   char c,
                   char *out,
                   size_t room)
{
    const char *words = find_words(problem, context);

    if (c == '\t' || (problem != NULL && strstr(problem, "tab character"))) {
        (void)snprintf(out, room,
                       "a tab; YAML is indented with spaces, two a step");
    } else if (begins(problem, "found character that cannot start")) {
        (void)snprintf(out, room, "a word that begins with %c needs quotes",
                       c == '\0' ? ' ' : c);
    } else if (words != NULL) {
        fill_in(words, context_line, out, room);
    } else {
        (void)snprintf(out, room, "this is not YAML: %s%s%s",
                       problem == NULL ? "it cannot be read" : problem,
                       context == NULL ? "" : " ",
                       context == NULL ? "" : context);
    }
}
