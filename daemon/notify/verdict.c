#include "notify/verdict.h"

#include <string.h>

int nj_verdict_is_later(long http_status)
{
    return http_status == 408 || http_status == 425 || http_status == 429 ||
           http_status >= 500;
}

void nj_verdict_wait(struct nj_errand *errand, const struct nj_answer *answer)
{
    if (errand->req != NULL && answer->retry_after_ms > 0) {
        errand->req->retry_ms = answer->retry_after_ms;
    }
}

static int refuse(struct nj_errand *errand, const struct nj_answer *answer)
{
    static const struct {
        long status;
        const char *hint;
    } hints[] = {
        {301, "it has moved: write its new address in the configuration"},
        {302, "it leads elsewhere: pages do not follow"},
        {307, "it leads elsewhere: pages do not follow"},
        {308, "it has moved: write its new address in the configuration"},
        {401, "it does not know our secret"},
        {403, "it does not let us in"},
        {404, "there is nothing at this address"},
        {410, "it is gone for good"},
        {413, "the message is too long for it"},
    };

    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (hints[i].status == answer->status) {
            return nj_errand_fault(errand, NJ_E_REFUSED, "http %ld: %s",
                                   answer->status, hints[i].hint);
        }
    }
    return nj_errand_fault(errand, NJ_E_REFUSED, "http %ld: %.100s",
                           answer->status, answer->body);
}

int nj_verdict(struct nj_errand *errand,
               int status,
               const struct nj_answer *answer,
               const char *fault)
{
    if (status != 0) {
        (void)nj_errand_fault(errand, status, "%s",
                              fault[0] != '\0' ? fault : nj_code_name(status));
        return status == NJ_E_DENIED   ? NJ_E_REFUSED
               : status == NJ_E_TOOBIG ? NJ_E_NET
                                       : status;
    }
    if (answer->status >= 200 && answer->status < 300) {
        return 0;
    }
    if (nj_verdict_is_later(answer->status)) {
        nj_verdict_wait(errand, answer);
        return nj_errand_fault(errand, NJ_E_AGAIN, "http %ld", answer->status);
    }
    return refuse(errand, answer);
}
