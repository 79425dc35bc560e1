#include "source/feed.h"

#include "source/feed_parts.h"

/* JSON begins with a brace; no XML does, however much junk comes first. */
static int is_json(const struct nj_decoded *decoded)
{
    size_t at = 0;

    while (at < decoded->len && nj_is_blank(decoded->text[at])) {
        at++;
    }
    return at < decoded->len &&
           (decoded->text[at] == '{' || decoded->text[at] == '[');
}

int nj_feed_read(const struct nj_feed_input *input,
                 struct nj_taking *taking,
                 struct nj_feed_about *about,
                 struct nj_err *err)
{
    struct nj_feed_about found = {.ttl_ms = 0};
    struct nj_decoded decoded;
    int code;

    if (input->len == 0) {
        return nj_err_set(err, NJ_E_INVALID, "the document is empty");
    }
    code = nj_charset_decode(input->bytes, input->len, input->content_type,
                             &decoded);
    if (code != 0) {
        return nj_err_set(err, code, "no memory to decode %zu bytes",
                          input->len);
    }
    code = is_json(&decoded)
               ? nj_feed_read_json(&decoded, input, taking, &found, err)
               : nj_feed_read_xml(&decoded, input, taking, &found, err);
    nj_decoded_finish(&decoded);
    if (code == NJ_E_NOMEM) {
        return nj_err_set(err, code, "no memory to read the feed");
    }
    if (code == 0) {
        *about = found;
    }
    return code;
}
