#include "model/names.h"

#include <stdlib.h>
#include <string.h>

const char *nj_name(struct nj_names *names, const char *text)
{
    char *copy;

    if (text == NULL) {
        return NULL;
    }
    copy = nj_map_get(&names->map, text);
    if (copy != NULL) {
        return copy;
    }
    copy = strdup(text);
    if (copy == NULL) {
        return NULL;
    }
    if (nj_map_put(&names->map, text, copy) != 0) {
        free(copy);
        return NULL;
    }
    return copy;
}

void nj_names_finish(struct nj_names *names)
{
    size_t at = 0;
    const char *key;
    void *copy;

    while (nj_map_next(&names->map, &at, &key, &copy)) {
        free(copy);
    }
    nj_map_finish(&names->map);
}
