/* Any bytes as a configuration: read or refused in words, and what is read is
 * shown and reads back. */
// fuzz: -max_len=4096

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "conf/settings.h"
#include "conf/show.h"

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

static int read_bytes(const char *text,
                      size_t len,
                      struct nj_settings **out,
                      struct nj_problems *problems)
{
    struct nj_conf_input input = {.text = text,
                                  .len = len,
                                  .file = "f.yaml",
                                  .directory = "/etc/nightjar",
                                  .secrets = NULL};

    nj_problems_init(problems);
    return nj_settings_read(&input, out, problems);
}

/* What SETTINGS says of itself must be the same settings. */
static void check_shown(const struct nj_settings *settings)
{
    struct nj_settings *again = NULL;
    struct nj_problems problems;
    struct nj_diff diff;
    struct nj_buf shown;

    nj_buf_init(&shown, 1 << 22);
    nj_settings_show_json(settings, &shown);
    must(shown.status == 0);
    nj_buf_clear(&shown);
    nj_settings_show(settings, &shown);
    must(shown.status == 0);
    must(read_bytes(nj_buf_text(&shown), shown.len, &again, &problems) == 0);
    nj_settings_diff(settings, again, NULL, &diff);
    must(diff.changes == 0);
    nj_settings_destroy(again);
    nj_problems_finish(&problems);
    nj_buf_finish(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct nj_settings *settings = NULL;
    struct nj_problems problems;
    struct nj_buf told;
    int code = read_bytes((const char *)bytes, len, &settings, &problems);

    nj_buf_init(&told, 1 << 22);
    nj_problems_print(&problems, &told);
    nj_problems_json(&problems, &told);
    must(told.status == 0);
    must(code == 0 || code == NJ_E_INVALID);
    must((code == 0) == (settings != NULL));
    must((code == 0) == (problems.errors == 0));
    if (code == 0) {
        check_shown(settings);
    }
    nj_settings_destroy(settings);
    nj_problems_finish(&problems);
    nj_buf_finish(&told);
    return 0;
}
