/* How a drill and its report look to a person. */

#include <string.h>

#include "base/str.h"
#include "cmd/cli.h"

void nj_print_drill(const struct nj_cli *cli, const cJSON *result)
{
    long long id = (long long)nj_json_int(result, "id", 0);

    (void)cli;
    (void)printf("drill %lld has begun%s; it ends by itself, at the latest ",
                 id,
                 cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "all"))
                     ? ", and goes on to everybody"
                     : "");
    nj_cli_put_time(nj_json_text(result, "ends"));
    (void)printf("\nnightjar drill report %lld shows who answered\n", id);
}

/* "sms 02:10:04 sent, email failed: 550 no such user" */
static void print_pages(const cJSON *pages)
{
    const cJSON *page;

    cJSON_ArrayForEach(page, pages)
    {
        (void)printf("    %-10s ", nj_json_text(page, "channel"));
        nj_cli_put_time(nj_json_text(page, "made"));
        (void)printf("  %s", nj_json_text(page, "state"));
        if (nj_json_text(page, "fault") != NULL) {
            (void)printf(": ");
            nj_cli_put(nj_json_text(page, "fault"), 0);
        }
        (void)putchar('\n');
    }
}

static void print_person(const cJSON *person)
{
    int64_t ms = nj_json_int(person, "answer_ms", -1);
    char span[NJ_DURATION_TEXT];

    (void)printf("  %s: ", nj_json_text(person, "person"));
    if (nj_json_text(person, "answered") == NULL) {
        (void)puts("no answer");
    } else {
        (void)printf("answered ");
        nj_cli_put_time(nj_json_text(person, "answered"));
        (void)printf(", after %s",
                     ms < 1000 ? "less than 1s"
                               : nj_str_duration_text(ms - ms % 1000, span));
        if (nj_json_text(person, "answered_by") != NULL) {
            (void)printf(" by %s", nj_json_text(person, "answered_by"));
        }
        (void)putchar('\n');
    }
    print_pages(cJSON_GetObjectItemCaseSensitive(person, "pages"));
}

static void print_line(const char *label, const char *text)
{
    if (text != NULL) {
        (void)printf("%-10s ", label);
        nj_cli_put(text, 0);
        (void)putchar('\n');
    }
}

void nj_print_drill_report(const struct nj_cli *cli, const cJSON *result)
{
    const cJSON *person;

    (void)cli;
    (void)printf("DRILL %lld  %s\n", (long long)nj_json_int(result, "id", 0),
                 nj_json_text(result, "state"));
    print_line("What", nj_json_text(result, "title"));
    print_line("Why", nj_json_text(result, "why"));
    print_line("By", nj_json_text(result, "started_by"));
    (void)printf("%-10s ", "Began");
    nj_cli_put_time(nj_json_text(result, "started"));
    (void)printf("\n%-10s ", "Ended");
    nj_cli_put_time(nj_json_text(result, "ended"));
    (void)printf("\n%-10s %lld of %lld called\n", "Answered",
                 (long long)nj_json_int(result, "answered", 0),
                 (long long)nj_json_int(result, "called", 0));
    cJSON_ArrayForEach(person,
                       cJSON_GetObjectItemCaseSensitive(result, "people"))
    {
        print_person(person);
    }
}
