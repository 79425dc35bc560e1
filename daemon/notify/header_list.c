#include "notify/header_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "notify/channel.h"

int nj_header_list_read(const struct nj_node *node, struct nj_header_list *out)
{
    size_t count = nj_node_count(node);

    *out = (struct nj_header_list){.lines = calloc(count + 1, sizeof(char *))};
    if (out->lines == NULL) {
        return NJ_E_NOMEM;
    }
    for (const struct nj_node *n = nj_node_first(node); n != NULL;
         n = nj_node_next(n)) {
        const char *value = nj_node_value(n);
        size_t room =
            strlen(nj_node_name(n)) + 3 + (value == NULL ? 0 : strlen(value));
        char *line = malloc(room);

        if (line == NULL) {
            return NJ_E_NOMEM;
        }
        (void)snprintf(line, room, "%s: %s", nj_node_name(n),
                       value == NULL ? "" : value);
        out->lines[out->count++] = line;
    }
    return 0;
}

const char *nj_header_list_find(const struct nj_header_list *list,
                                const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < list->count; i++) {
        if (strncasecmp(list->lines[i], name, len) == 0 &&
            list->lines[i][len] == ':') {
            return list->lines[i] + len + 2;
        }
    }
    return NULL;
}

void nj_header_list_finish(struct nj_header_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        nj_secret_drop(&list->lines[i]);
    }
    free(list->lines);
    *list = (struct nj_header_list){.count = 0};
}
