#include "notify/twilio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "io/crypto.h"

enum { MAX_URL_BYTES = 4 << 10 };

/* ---- the request --------------------------------------------------------- */

void nj_twilio_url(struct nj_buf *out, const char *base, const char *account)
{
    size_t len = strlen(base);

    while (len > 0 && base[len - 1] == '/') {
        len--;
    }
    (void)nj_buf_add(out, base, len);
    (void)nj_buf_adds(out, "/2010-04-01/Accounts/");
    nj_form_encode(out, account);
    (void)nj_buf_adds(out, "/Messages.json");
}

void nj_twilio_form(const struct nj_twilio_sms *sms, struct nj_buf *out)
{
    int service = nj_str_starts(sms->from, "MG");

    nj_form_add(out, "To", sms->to);
    nj_form_add(out, service ? "MessagingServiceSid" : "From", sms->from);
    nj_form_add(out, "Body", sms->body);
    if (sms->callback != NULL) {
        nj_form_add(out, "StatusCallback", sms->callback);
    }
}

/* ---- its answers --------------------------------------------------------- */

/* Codes of the error dictionary that mean more than "no". */
static const struct {
    int64_t code;
    const char *words;
    int status;
    int of_target; /* it is about this number, not about the account */
} meanings[] = {
    {14107, "too many at once", NJ_E_AGAIN, 0},
    {20003, "twilio does not know the account and token", NJ_E_REFUSED, 0},
    {20429, "too many at once", NJ_E_AGAIN, 0},
    {21211, "there is no such telephone number", NJ_E_REFUSED, 1},
    {21212, "the number to send from is not valid", NJ_E_REFUSED, 0},
    {21217, "the telephone number is not one", NJ_E_REFUSED, 1},
    {21266, "the number to send from and to are the same", NJ_E_REFUSED, 1},
    {21408, "the account may not text to that country", NJ_E_REFUSED, 1},
    {21606, "the number to send from cannot text there", NJ_E_REFUSED, 0},
    {21608, "a trial account texts only to verified numbers", NJ_E_REFUSED, 1},
    {21610,
     "the person has opted out by STOP; only their START lets us text again",
     NJ_E_REFUSED, 1},
    {21611, "the number to send from has a full queue", NJ_E_AGAIN, 0},
    {21612, "the number cannot be reached from ours", NJ_E_REFUSED, 1},
    {21614, "the number cannot get text messages", NJ_E_REFUSED, 1},
    {21617, "the message is too long", NJ_E_REFUSED, 1},
    {21703, "the messaging service has no number to send from", NJ_E_REFUSED,
     0},
    {30001, "the queue is full", NJ_E_AGAIN, 0},
    {30003, "the telephone is off or out of reach", NJ_E_REFUSED, 1},
    {30004, "the person or carrier blocks our messages", NJ_E_REFUSED, 1},
    {30005, "the number is not in use", NJ_E_REFUSED, 1},
    {30006, "a landline, or a carrier that cannot be reached", NJ_E_REFUSED, 1},
    {30007, "the carrier took it for spam", NJ_E_REFUSED, 1},
    {30008,
     "it was lost on the way, the carrier does not say "
     "why",
     NJ_E_REFUSED, 1},
    {30032, "our toll-free number is not verified", NJ_E_REFUSED, 0},
    {30034, "our number is not registered with the carriers", NJ_E_REFUSED, 0},
};

enum { MEANINGS = sizeof meanings / sizeof meanings[0] };

static int find_meaning(int64_t code)
{
    for (int i = 0; i < MEANINGS; i++) {
        if (meanings[i].code == code) {
            return i;
        }
    }
    return -1;
}

static int status_of(long http_status)
{
    return http_status == 408 || http_status == 425 || http_status == 429 ||
                   http_status >= 500
               ? NJ_E_AGAIN
               : NJ_E_REFUSED;
}

static void say(struct nj_twilio_answer *out, int64_t code, const char *what)
{
    char words[256];
    char number[32] = "";

    if (code > 0) {
        (void)snprintf(number, sizeof number, " (twilio %lld)",
                       (long long)code);
    }
    (void)snprintf(words, sizeof words, "%.*s%s",
                   (int)nj_utf8_cut(what, strlen(what), 150), what, number);
    (void)nj_str_harmless(words, strlen(words), out->words, sizeof out->words);
}

/* An error by its CODE, or 0 where the answer held none. */
static void read_error(long http_status,
                       int64_t code,
                       const char *message,
                       struct nj_twilio_answer *out)
{
    int known = find_meaning(code);
    char number[32];

    out->status = known >= 0 ? meanings[known].status : status_of(http_status);
    out->of_target = known >= 0 && meanings[known].of_target;
    if (known >= 0) {
        say(out, code, meanings[known].words);
    } else if (http_status == 401 || http_status == 403) {
        say(out, code, "twilio does not know the account and token");
    } else if (message != NULL) {
        say(out, code, message);
    } else {
        (void)snprintf(number, sizeof number, "http %ld", http_status);
        say(out, code, number);
    }
}

/* "201 Created" may still carry a message that has failed at once. */
static void read_created(const cJSON *tree, struct nj_twilio_answer *out)
{
    const char *state = nj_json_text(tree, "status");
    const char *sid = nj_json_text(tree, "sid");

    if (sid != NULL) {
        (void)nj_str_harmless(sid, strlen(sid), out->sid, sizeof out->sid);
    }
    if (state != NULL &&
        (strcmp(state, "failed") == 0 || strcmp(state, "undelivered") == 0)) {
        read_error(400, nj_json_int(tree, "error_code", 0),
                   nj_json_text(tree, "error_message"), out);
    }
}

void nj_twilio_read(long http_status,
                    const char *body,
                    size_t len,
                    struct nj_twilio_answer *out)
{
    cJSON *tree = NULL;
    int have = nj_json_parse(body, len, 1 << 20, &tree, NULL) == 0;

    *out = (struct nj_twilio_answer){.status = 0};
    if (http_status < 200 || http_status > 299) {
        read_error(http_status, nj_json_int(have ? tree : NULL, "code", 0),
                   nj_json_text(have ? tree : NULL, "message"), out);
    } else if (have) {
        read_created(tree, out);
    }
    cJSON_Delete(tree);
}

const char *nj_twilio_undelivered(const char *error_code)
{
    int64_t code = 0;
    int known = -1;

    if (error_code != NULL && nj_str_int(error_code, &code) == 0) {
        known = find_meaning(code);
    }
    return known >= 0 ? meanings[known].words : "it was not delivered";
}

/* ---- signatures ---------------------------------------------------------- */

static int order_fields(const void *a, const void *b)
{
    const struct nj_form_field *x = a;
    const struct nj_form_field *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : strcmp(x->value, y->value);
}

static int is_repeated(const struct nj_form_field *fields, size_t at)
{
    return at > 0 && order_fields(&fields[at], &fields[at - 1]) == 0;
}

int nj_twilio_sign(const char *token,
                   const char *url,
                   const struct nj_form *form,
                   char out[NJ_TWILIO_SIGNATURE])
{
    struct nj_form_field sorted[NJ_FORM_FIELDS];
    unsigned char mac[NJ_SHA1_BYTES];
    struct nj_buf text;
    int status;

    memcpy(sorted, form->fields, form->count * sizeof sorted[0]);
    qsort(sorted, form->count, sizeof sorted[0], order_fields);
    nj_buf_init(&text, MAX_URL_BYTES + NJ_FORM_BYTES);
    (void)nj_buf_adds(&text, url);
    for (size_t i = 0; i < form->count; i++) {
        if (!is_repeated(sorted, i)) {
            (void)nj_buf_adds(&text, sorted[i].name);
            (void)nj_buf_adds(&text, sorted[i].value);
        }
    }
    status = text.status != 0 ? NJ_E_NOMEM
                              : nj_hmac_sha1(token, strlen(token),
                                             nj_buf_text(&text), text.len, mac);
    nj_buf_finish(&text);
    if (status == 0) {
        (void)nj_base64(mac, sizeof mac, 0, out, NJ_TWILIO_SIGNATURE);
    }
    return status;
}

static int matches(const char *token,
                   const char *url,
                   const struct nj_form *form,
                   const char *signature)
{
    char want[NJ_TWILIO_SIGNATURE];
    size_t len = strlen(signature);

    return nj_twilio_sign(token, url, form, want) == 0 && len == strlen(want) &&
           nj_same_secret(want, signature, len);
}

/* URL with its scheme's own port put in or taken out; 0 when it has another.
 * Twilio's servers and proxies disagree on which of the two was called. */
static int toggle_port(const char *url, char out[MAX_URL_BYTES])
{
    int tls = nj_str_starts(url, "https://");
    const char *port = tls ? ":443" : ":80";
    size_t scheme = tls ? 8 : 7;
    size_t host = strcspn(url + scheme, "/?#") + scheme;
    size_t port_len = strlen(port);

    if (host > port_len && memcmp(url + host - port_len, port, port_len) == 0) {
        (void)snprintf(out, MAX_URL_BYTES, "%.*s%s", (int)(host - port_len),
                       url, url + host);
        return 1;
    }
    if (memchr(url + scheme, ':', host - scheme) != NULL) {
        return 0; /* another port, or an IPv6 address: as it is */
    }
    (void)snprintf(out, MAX_URL_BYTES, "%.*s%s%s", (int)host, url, port,
                   url + host);
    return 1;
}

int nj_twilio_is_signed(const char *token,
                        const char *url,
                        const struct nj_form *form,
                        const char *signature)
{
    char other[MAX_URL_BYTES];

    if (signature == NULL) {
        return 0;
    }
    return matches(token, url, form, signature) ||
           (toggle_port(url, other) && matches(token, other, form, signature));
}
