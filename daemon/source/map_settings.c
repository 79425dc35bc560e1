#include "source/map_settings.h"

/* The pointer at KEY of MAP as *OUT. */
static int copy(const struct nj_node *map,
                const char *key,
                struct nj_arena *arena,
                const char **out)
{
    const char *text = nj_node_text(nj_node_get(map, key));

    *out = nj_arena_strdup(arena, text);
    return text != NULL && *out == NULL ? NJ_E_NOMEM : 0;
}

int nj_map_settings_read(const struct nj_node *node,
                         struct nj_arena *arena,
                         struct nj_json_map *out)
{
    const struct nj_node *post = nj_node_get(node, "post");
    struct nj_json_map map = {0};
    struct {
        const char *key;
        const char **slot;
    } fields[] = {
        {"id", &map.id},         {"text", &map.text},
        {"title", &map.title},   {"author", &map.author},
        {"url", &map.url},       {"author_url", &map.author_url},
        {"date", &map.date},     {"thread", &map.thread},
        {"media", &map.media},   {"language", &map.language},
        {"shares", &map.shares}, {"followers", &map.followers},
        {"likes", &map.likes},   {"replies", &map.replies},
    };
    int code = copy(node, "list", arena, &map.list);

    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && code == 0; i++) {
        code = copy(post, fields[i].key, arena, fields[i].slot);
    }
    if (code != 0) {
        return code;
    }
    /* the row's names stand in the order of enum nj_date_format */
    map.date_format = (enum nj_date_format)nj_node_choice(
        nj_node_get(node, "date_format"), NJ_DATE_AUTO);
    *out = map;
    return 0;
}

int nj_map_settings_written(const struct nj_node *node)
{
    const struct nj_node *list = nj_node_get(node, "list");
    const struct nj_node *post = nj_node_get(node, "post");

    return (list != NULL && nj_node_written(list)) ||
           (post != NULL && nj_node_written(post));
}
