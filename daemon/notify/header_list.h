/* notify/header_list.h - the further HTTP headers of a channel, as the file
 * gives them: values may be secrets, so they are wiped. */

#ifndef NJ_NOTIFY_HEADER_LIST_H
#define NJ_NOTIFY_HEADER_LIST_H

#include "conf/settings.h"

struct nj_header_list {
    char **lines; /* owned: "Name: value" */
    size_t count;
};

/* Read the map NODE (may be NULL). 0 or NJ_E_NOMEM, with OUT then to be
 * finished as well. */
int nj_header_list_read(const struct nj_node *node,
                        struct nj_header_list *out) NJ_MUST;

/* The value of header NAME, in any case; NULL when there is none. Lent. */
const char *nj_header_list_find(const struct nj_header_list *list,
                                const char *name);

/* Wipe and free. Safe on a zeroed list. */
void nj_header_list_finish(struct nj_header_list *list);

#endif
