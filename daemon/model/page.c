#include "model/page.h"

#include <stdlib.h>

const char *nj_page_kind_name(enum nj_page_kind kind)
{
    static const char *const names[NJ_PAGE_KINDS] = {"call", "tell", "mail",
                                                     "test", "news"};

    return (unsigned)kind < NJ_PAGE_KINDS ? names[kind] : "unknown";
}

const char *nj_page_state_name(enum nj_page_state state)
{
    static const char *const names[NJ_PAGE_STATES] = {
        "waiting", "sent", "delivered", "failed", "dropped"};

    return (unsigned)state < NJ_PAGE_STATES ? names[state] : "unknown";
}

void nj_page_finish(struct nj_page *page)
{
    free(page->target);
    free(page->ref);
    free(page->fault);
    free(page->text);
    *page = (struct nj_page){0};
}
