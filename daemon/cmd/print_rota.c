/* How answers about the rota look: overrides and who made them, covers,
 * swaps. */

#include <string.h>

#include "cmd/rota.h"

static const char *
text_or(const cJSON *object, const char *name, const char *otherwise)
{
    const char *text = nj_json_text(object, name);

    return text == NULL ? otherwise : text;
}

static void put_minute(const char *rfc3339)
{
    nj_cli_put_minute(rfc3339, "-");
}

static void put_span(const cJSON *o)
{
    put_minute(nj_json_text(o, "from"));
    (void)printf(" - ");
    put_minute(nj_json_text(o, "until"));
}

static void put_trail(const cJSON *o)
{
    const char *by = nj_json_text(o, "by");
    const char *note = nj_json_text(o, "note");

    (void)printf("       %s", text_or(o, "state", "made"));
    if (nj_json_text(o, "made") != NULL) {
        (void)printf(", made by %s ", by == NULL ? "?" : by);
        put_minute(nj_json_text(o, "made"));
    } else if (by != NULL) {
        (void)printf(", by %s", by);
    }
    if (nj_json_text(o, "removed_by") != NULL) {
        (void)printf(", removed by %s ", nj_json_text(o, "removed_by"));
        put_minute(nj_json_text(o, "removed"));
    }
    if (note != NULL) {
        (void)printf(": ");
        nj_cli_put(note, 0);
    }
    (void)putchar('\n');
    if (nj_json_text(o, "gone") != NULL) {
        (void)printf("       it does not count: the configuration has no ");
        nj_cli_put(nj_json_text(o, "gone"), 0);
        (void)putchar('\n');
    }
}

static void print_override(const cJSON *o)
{
    const char *instead_of = nj_json_text(o, "instead_of");

    if (nj_json_int(o, "id", 0) > 0) {
        (void)printf("%5lld  ", (long long)nj_json_int(o, "id", 0));
    } else {
        (void)printf("    -  ");
    }
    (void)printf("%s  ", text_or(o, "schedule", "?"));
    put_span(o);
    (void)printf("  %s%s%s\n", text_or(o, "person", "nobody"),
                 instead_of == NULL ? " in addition" : " instead of ",
                 instead_of == NULL ? "" : instead_of);
    put_trail(o);
    if (nj_json_text(o, "notice") != NULL) {
        (void)printf("       ");
        nj_cli_put(nj_json_text(o, "notice"), 0);
        (void)putchar('\n');
    }
}

void nj_print_overrides(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *item;

    (void)cli;
    if (cJSON_IsObject(result)) {
        print_override(result);
        return;
    }
    if (cJSON_GetArraySize(result) == 0) {
        (void)puts("No overrides.");
    }
    cJSON_ArrayForEach(item, result)
    {
        print_override(item);
    }
}

void nj_print_cover(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *person;
    const char *comma = " instead of ";
    int64_t open = nj_json_int(result, "open", 0);

    (void)cli;
    (void)printf("%s is on call in %s", text_or(result, "person", "?"),
                 text_or(result, "schedule", "?"));
    cJSON_ArrayForEach(person,
                       cJSON_GetObjectItemCaseSensitive(result, "instead_of"))
    {
        (void)printf("%s%s", comma, cJSON_GetStringValue(person));
        comma = ", ";
    }
    (void)printf(" until ");
    put_minute(nj_json_text(result, "until"));
    (void)printf(".\n");
    if (open > 0) {
        (void)printf("%lld %s open: nightjar list\n", (long long)open,
                     open == 1 ? "alert is" : "alerts are");
    }
}

static void put_half(const char *who, const cJSON *half)
{
    if (cJSON_IsObject(half)) {
        (void)printf("       %s takes ", who);
        put_span(half);
        (void)putchar('\n');
    }
}

static void print_swap(const cJSON *s)
{
    const char *person = text_or(s, "person", "?");
    const char *with = text_or(s, "with", "?");

    (void)printf(
        "%5lld  %s, %s with %s: %s\n", (long long)nj_json_int(s, "id", 0),
        text_or(s, "schedule", "?"), person, with, text_or(s, "state", "?"));
    put_half(with, cJSON_GetObjectItemCaseSensitive(s, "give"));
    put_half(person, cJSON_GetObjectItemCaseSensitive(s, "take"));
    if (nj_json_text(s, "note") != NULL) {
        (void)printf("       ");
        nj_cli_put(nj_json_text(s, "note"), 0);
        (void)putchar('\n');
    }
    if (strcmp(text_or(s, "state", ""), "proposed") == 0) {
        (void)printf("       %s was asked; it lapses on ", with);
        put_minute(nj_json_text(s, "expires"));
        (void)putchar('\n');
    }
}

void nj_print_swaps(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *item;

    (void)cli;
    if (cJSON_IsObject(result)) {
        print_swap(result);
        return;
    }
    if (cJSON_GetArraySize(result) == 0) {
        (void)puts("No swap waits for an answer.");
    }
    cJSON_ArrayForEach(item, result)
    {
        print_swap(item);
    }
}
