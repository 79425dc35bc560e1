/* How answers look to a person. Foreign text is made harmless. */

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/str.h"
#include "cmd/cli.h"
#include "model/zone.h"

enum { STATE_COLUMNS = 14, BEFORE_TITLE_COLUMNS = 5 + 8 + 14 + 12 + 4 * 2 };

/* ---- words ------------------------------------------------------------- */

void nj_cli_put(const char *text, int columns)
{
    char harmless[8192];
    size_t len;

    if (text == NULL) {
        text = "-";
    }
    len = nj_str_harmless(text, strlen(text), harmless, sizeof harmless);
    if (columns > 0 && nj_utf8_columns(harmless, len) > (size_t)columns) {
        len = nj_utf8_fit(harmless, len, (size_t)columns - 1);
        (void)printf("%.*s~", (int)len, harmless);
    } else {
        (void)printf("%s", harmless);
    }
}

void nj_cli_put_field(const char *text, int width)
{
    char harmless[256];
    size_t len;
    size_t columns;

    text = text == NULL ? "-" : text;
    len = nj_str_harmless(text, strlen(text), harmless, sizeof harmless);
    columns = nj_utf8_columns(harmless, len);
    if (columns > (size_t)width) { /* cut, it ends in ~ */
        len = nj_utf8_fit(harmless, len, (size_t)width - 1);
        columns = nj_utf8_columns(harmless, len) + 1;
    }
    nj_cli_put(harmless, width);
    if (columns < (size_t)width) {
        (void)printf("%*s", width - (int)columns, "");
    }
}

int nj_cli_columns(void)
{
    const char *said = getenv("COLUMNS");
    struct winsize size = {0};
    int64_t columns = 80;

    if (said != NULL && nj_str_int(said, &columns) != 0) {
        columns = 80;
    } else if (said == NULL && isatty(STDOUT_FILENO) &&
               ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
               size.ws_col > 0) {
        columns = size.ws_col;
    }
    return columns < 60 ? 60 : columns > 1000 ? 1000 : (int)columns;
}

/* Print RFC3339 on the local wall clock by FORMAT. */
static void put_clock(const char *rfc3339, const char *format, const char *none)
{
    int64_t at_ms;
    struct tm tm;
    time_t t;
    char text[32];

    if (rfc3339 == NULL ||
        nj_time_read(NULL, rfc3339, NJ_FOLD_FIRST, &at_ms) != 0) {
        (void)printf("%s", none);
        return;
    }
    t = (time_t)(at_ms / 1000);
    if (localtime_r(&t, &tm) != NULL &&
        strftime(text, sizeof text, format, &tm) > 0) {
        (void)printf("%s", text);
    }
}

void nj_cli_put_time(const char *rfc3339)
{
    put_clock(rfc3339, "%a %d %b %H:%M:%S", "-");
}

static const char *colour_of(const struct nj_cli *cli, const char *severity)
{
    if (!cli->colour || severity == NULL) {
        return "";
    }
    if (strcmp(severity, "critical") == 0) {
        return "\033[1;31m";
    }
    return strcmp(severity, "high") == 0 ? "\033[33m" : "";
}

static const char *no_colour(const struct nj_cli *cli)
{
    return cli->colour ? "\033[0m" : "";
}

static void put_line(const char *label, const char *text)
{
    if (text != NULL) {
        (void)printf("%-10s ", label);
        nj_cli_put(text, 0);
        (void)putchar('\n');
    }
}

/* Text of several lines, each made harmless and indented. */
static void put_block(const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        return;
    }
    (void)printf("%s\n", label);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char line[4096];

        (void)nj_str_harmless(text, len, line, sizeof line);
        (void)printf("  %s\n", line);
        text += len + (text[len] == '\n');
    }
}

/* ---- alerts ------------------------------------------------------------ */

/* How an alert stands, short: "open", "maya has it". */
static void put_state(const cJSON *alert)
{
    const char *state = nj_json_text(alert, "state");
    const char *holder = nj_json_text(alert, "holder");
    char text[NJ_LIMIT_NAME_BYTES + 16];

    if (holder != NULL && state != NULL && strcmp(state, "acknowledged") == 0) {
        (void)snprintf(text, sizeof text, "%s has it", holder);
        state = text;
    }
    nj_cli_put_field(state, STATE_COLUMNS);
}

static void print_row(const struct nj_cli *cli, const cJSON *alert)
{
    const char *severity = nj_json_text(alert, "severity");

    (void)printf("%5lld  %s%-8s%s  ", (long long)nj_json_int(alert, "id", 0),
                 colour_of(cli, severity), severity == NULL ? "-" : severity,
                 no_colour(cli));
    put_state(alert);
    (void)printf("  ");
    put_clock(nj_json_text(alert, "opened"), "%d %b %H:%M", "-           ");
    (void)printf("  ");
    nj_cli_put(nj_json_text(alert, "title"),
               nj_cli_columns() - BEFORE_TITLE_COLUMNS);
    (void)putchar('\n');
}

void nj_print_alerts(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *alert;

    if (cJSON_GetArraySize(result) == 0) {
        (void)puts("All quiet.");
    } else {
        (void)printf("%5s  %-8s  %-*s  %-12s  %s\n", "ID", "HOW BAD",
                     STATE_COLUMNS, "STATE", "SINCE", "WHAT");
    }
    cJSON_ArrayForEach(alert, result)
    {
        print_row(cli, alert);
    }
}

static void print_pages(const cJSON *pages)
{
    const cJSON *page;

    if (cJSON_GetArraySize(pages) > 0) {
        (void)puts("Pages");
    }
    cJSON_ArrayForEach(page, pages)
    {
        (void)printf("  ");
        nj_cli_put_time(nj_json_text(page, "made"));
        (void)printf(
            "  %-10s %-9s %s",
            nj_json_text(page, "person") == NULL ? "-"
                                                 : nj_json_text(page, "person"),
            nj_json_text(page, "channel"), nj_json_text(page, "state"));
        if (nj_json_text(page, "fault") != NULL) {
            (void)printf(": ");
            nj_cli_put(nj_json_text(page, "fault"), 0);
        }
        (void)putchar('\n');
    }
}

void nj_print_alert(const struct nj_cli *cli, const cJSON *result)
{
    const char *severity = nj_json_text(result, "severity");
    const cJSON *story = cJSON_GetObjectItemCaseSensitive(result, "story");
    const cJSON *event;

    (void)printf("Alert %lld  %s%s%s  %s\n",
                 (long long)nj_json_int(result, "id", 0),
                 colour_of(cli, severity), severity, no_colour(cli),
                 nj_json_text(result, "state"));
    put_line("What", nj_json_text(result, "title"));
    put_line("Why", nj_json_text(result, "why"));
    put_line("By", nj_json_text(result, "author"));
    put_line("Where", nj_json_text(result, "url"));
    put_line("Source", nj_json_text(result, "source"));
    (void)printf("%-10s ", "Since");
    nj_cli_put_time(nj_json_text(result, "opened"));
    (void)putchar('\n');
    put_line("Holder", nj_json_text(result, "holder"));
    (void)printf("%-10s %lld\n", "Posts",
                 (long long)nj_json_int(result, "posts", 0));
    put_block("Text", nj_json_text(result, "excerpt"));
    put_block("What to do", nj_json_text(result, "playbook"));
    print_pages(cJSON_GetObjectItemCaseSensitive(result, "pages"));
    if (nj_json_text(result, "state") != NULL &&
        strcmp(nj_json_text(result, "state"), "open") == 0) {
        (void)printf("Nobody has it yet: nightjar ack %lld\n",
                     (long long)nj_json_int(result, "id", 0));
    }
    (void)puts("Story");
    cJSON_ArrayForEach(event, story)
    {
        (void)printf("  ");
        nj_print_event(cli, event);
    }
}

void nj_print_moved(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *alert;
    const cJSON *list = cJSON_IsArray(result) ? result->child : result;

    (void)cli;
    for (alert = list; alert != NULL; alert = alert->next) {
        const char *error = nj_json_text(alert, "error");
        const char *holder = nj_json_text(alert, "holder");

        (void)printf("alert %lld ", (long long)nj_json_int(alert, "id", 0));
        if (error != NULL) {
            (void)printf("not moved: ");
            nj_cli_put(error, 0);
        } else {
            (void)printf("%s", nj_json_text(alert, "state"));
            if (holder != NULL) {
                (void)printf(" by %s", holder);
            }
            if (nj_json_text(alert, "due") != NULL) {
                (void)printf(" until ");
                nj_cli_put_time(nj_json_text(alert, "due"));
            }
        }
        (void)putchar('\n');
    }
}

void nj_print_made(const struct nj_cli *cli, const cJSON *result)
{
    (void)cli;
    (void)printf("alert %lld is open\n",
                 (long long)nj_json_int(result, "id", 0));
}

void nj_print_event(const struct nj_cli *cli, const cJSON *event)
{
    int64_t alert = nj_json_int(event, "alert", 0);

    (void)cli;
    nj_cli_put_time(nj_json_text(event, "at"));
    if (alert > 0) {
        (void)printf("  #%-5lld", (long long)alert);
    } else {
        (void)printf("  %-6s", "");
    }
    (void)printf(" %-9s ", nj_json_text(event, "kind"));
    nj_cli_put(nj_json_text(event, "text"), 0);
    (void)putchar('\n');
}

/* ---- scores ------------------------------------------------------------ */

static void print_reasons(const cJSON *score)
{
    const cJSON *reason;

    cJSON_ArrayForEach(reason,
                       cJSON_GetObjectItemCaseSensitive(score, "reasons"))
    {
        (void)printf("    %+5.1f  ", nj_json_number(reason, "weight", 0));
        nj_cli_put(nj_json_text(reason, "what"), 0);
        (void)putchar('\n');
    }
}

void nj_print_posts(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *post;

    (void)cli;
    cJSON_ArrayForEach(post, result)
    {
        const cJSON *score = cJSON_GetObjectItemCaseSensitive(post, "score");

        nj_cli_put(nj_json_text(post, "text"), 200);
        (void)printf("\n  offensive %.2f, urgent %.2f, level %s, %s\n",
                     nj_json_number(score, "offensive", 0),
                     nj_json_number(score, "urgent", 0),
                     nj_json_text(score, "level"),
                     nj_json_text(score, "language"));
        print_reasons(score);
    }
}
