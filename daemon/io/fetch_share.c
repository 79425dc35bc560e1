/* TLS sessions to be resumed, which saves near half of a new connection.
 * libcurl 7.88 keeps those of five hosts in a share and forgets the oldest, so
 * there are many shares, made as they are needed, and each host has its own. */

#include <string.h>

#include "base/str.h"
#include "io/fetch_engine.h"

static CURLSH *make_share(void)
{
    CURLSH *share = curl_share_init();

    if (share != NULL &&
        curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) !=
            CURLSHE_OK) {
        (void)curl_share_cleanup(share);
        share = NULL;
    }
    return share;
}

CURLSH *nj_engine_share(struct nj_fetcher *fetcher, const char *url)
{
    const char *host = strchr(url, ':') + 3;
    size_t at = nj_hash(host, strcspn(host, "/?#")) % NJ_FETCH_SHARES;

    if (fetcher->shares[at] == NULL) {
        fetcher->shares[at] = make_share();
    }
    return fetcher->shares[at];
}

void nj_engine_unshare(struct nj_fetcher *fetcher)
{
    for (size_t i = 0; i < NJ_FETCH_SHARES; i++) {
        if (fetcher->shares[i] != NULL) {
            (void)curl_share_cleanup(fetcher->shares[i]);
            fetcher->shares[i] = NULL;
        }
    }
}
