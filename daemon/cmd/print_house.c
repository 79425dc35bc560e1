/* How the answers about the house itself look: status, sources, silences,
 * settings. */

#include <stdio.h>
#include <string.h>

#include "cmd/cli.h"

static const char *
text_or(const cJSON *object, const char *name, const char *otherwise)
{
    const char *text = nj_json_text(object, name);

    return text == NULL ? otherwise : text;
}

void nj_print_status(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *sick =
        cJSON_GetObjectItemCaseSensitive(result, "sick_sources");
    const char *trouble = nj_json_text(result, "store_trouble");
    const cJSON *source;

    (void)cli;
    (void)printf("nightjard %s, up since ", text_or(result, "version", "?"));
    nj_cli_put_time(nj_json_text(result, "started"));
    (void)printf(
        "\n%lld open, %lld acknowledged, %lld snoozed; %lld pages waiting\n"
        "%lld posts read, %lld alerts, %lld pages sent, %lld given up\n",
        (long long)nj_json_int(result, "open", 0),
        (long long)nj_json_int(result, "acknowledged", 0),
        (long long)nj_json_int(result, "snoozed", 0),
        (long long)nj_json_int(result, "pages_waiting", 0),
        (long long)nj_json_int(result, "posts_new", 0),
        (long long)nj_json_int(result, "alerts_opened", 0),
        (long long)nj_json_int(result, "pages_sent", 0),
        (long long)nj_json_int(result, "pages_failed", 0));
    if (trouble != NULL) {
        (void)printf("The store is in trouble: %s\n", trouble);
    }
    cJSON_ArrayForEach(source, sick)
    {
        (void)printf("Source %s: ", text_or(source, "source", "?"));
        nj_cli_put(nj_json_text(source, "what"), 0);
        (void)putchar('\n');
    }
}

void nj_print_sources(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *source;

    (void)cli;
    if (cJSON_GetArraySize(result) == 0) {
        (void)puts("Nothing is watched.");
    }
    cJSON_ArrayForEach(source, result)
    {
        (void)printf("%-20s %-8s %-8s %6lld posts  last ",
                     text_or(source, "source", "?"),
                     text_or(source, "type", "?"),
                     text_or(source, "state", "?"),
                     (long long)nj_json_int(source, "posts", 0));
        nj_cli_put_time(nj_json_text(source, "last_ok"));
        if (nj_json_text(source, "fault") != NULL) {
            (void)printf("  ");
            nj_cli_put(nj_json_text(source, "fault"), 0);
        }
        (void)putchar('\n');
    }
}

static void print_silence(const cJSON *s)
{
    static const char *const fields[] = {"brand", "rule", "source", "author"};

    (void)printf("%5lld  until ", (long long)nj_json_int(s, "id", 0));
    nj_cli_put_time(nj_json_text(s, "until"));
    for (size_t i = 0; i < 4; i++) {
        if (nj_json_text(s, fields[i]) != NULL) {
            (void)printf("  %s ", fields[i]);
            nj_cli_put(nj_json_text(s, fields[i]), 0);
        }
    }
    (void)printf("  by %s\n", text_or(s, "by", "?"));
}

/* RESULT is one or a list of them. */
static void print_each(const cJSON *result,
                       void (*print)(const cJSON *item),
                       const char *none)
{
    const cJSON *item;

    if (cJSON_IsObject(result)) {
        print(result);
        return;
    }
    if (cJSON_GetArraySize(result) == 0) {
        (void)puts(none);
    }
    cJSON_ArrayForEach(item, result)
    {
        print(item);
    }
}

void nj_print_silences(const struct nj_cli *cli, const cJSON *result)
{
    (void)cli;
    print_each(result, print_silence, "Nothing is silenced.");
}

void nj_print_tested(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *channel;
    const char *comma = "";

    (void)cli;
    (void)printf("Ringing by ");
    cJSON_ArrayForEach(channel, result)
    {
        (void)printf("%s%s", comma, cJSON_GetStringValue(channel));
        comma = ", ";
    }
    (void)puts(". `nightjar log` tells how it went.");
}

void nj_print_yaml(const struct nj_cli *cli, const cJSON *result)
{
    (void)cli;
    (void)fputs(text_or(result, "yaml", ""), stdout);
}

void nj_print_changed(const struct nj_cli *cli, const cJSON *result)
{
    (void)cli;
    (void)fputs(text_or(result, "changed", ""), stdout);
}

void nj_print_done(const struct nj_cli *cli, const cJSON *result)
{
    int64_t accepted = nj_json_int(result, "accepted", -1);

    (void)cli;
    if (accepted >= 0) {
        (void)printf("%lld taken, %lld new\n", (long long)accepted,
                     (long long)nj_json_int(result, "new", 0));
    } else {
        (void)puts("done");
    }
}

void nj_print_calendars(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *row;

    if (nj_cli_option(cli, "revoke") != NULL) {
        (void)puts("URLs given to you before are good no more.");
    }
    cJSON_ArrayForEach(row, result)
    {
        (void)printf("%-24s %s\n", text_or(row, "calendar", "?"),
                     text_or(row, "url", ""));
    }
    if (cJSON_GetArraySize(result) == 0) {
        (void)puts("There is no schedule.");
    } else {
        (void)puts("Subscribe to a URL, do not import it. Whoever has it can "
                   "read that calendar;\n`nightjar calendar --revoke` takes "
                   "all of yours back.");
    }
}
