#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "conf/yaml.h"

/* Words and numbers that other readers of YAML take for something else. */
static int looks_typed(const char *text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n",   "~"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            return 1;
        }
    }
    if (strchr(text, '.') != strrchr(text, '.')) {
        return 0; /* 127.0.0.1 */
    }
    return text[strspn(text, "0123456789+-._:eExXoOabcdfABCDF")] == '\0' &&
           strpbrk(text, "0123456789") != NULL;
}

static int is_plain(const char *text)
{
    size_t len = strlen(text);

    if (len == 0 || text[len - 1] == ' ' || text[len - 1] == ':' ||
        looks_typed(text) ||
        (!isalnum((unsigned char)text[0]) && text[0] != '/' &&
         (unsigned char)text[0] < 0x80)) {
        return 0;
    }
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || strchr(",[]{}\"\\", *p) != NULL ||
            (*p == ':' && p[1] == ' ') || (*p == ' ' && p[1] == '#')) {
            return 0;
        }
    }
    return 1;
}

void nj_yaml_scalar(struct nj_buf *out, const char *text)
{
    if (is_plain(text)) {
        nj_buf_adds(out, text);
        return;
    }
    nj_buf_addc(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            nj_buf_addf(out, "\\%c", *p);
        } else if (*p == '\n') {
            nj_buf_adds(out, "\\n");
        } else if ((unsigned char)*p < ' ') {
            nj_buf_addf(out, "\\x%02x", (unsigned)(unsigned char)*p);
        } else {
            nj_buf_addc(out, *p);
        }
    }
    nj_buf_addc(out, '"');
}
