/* Channels: the keys all share, and a table for each type. To add a type: its
 * table, its line in `types`, its name in `type_names`. */

#include "conf/check.h"
#include "conf/key.h"

static const char *const smtp_schemes[] = {"smtp", "smtps", NULL};
static const char *const starttls[] = {"required", "opportunistic", "off",
                                       NULL};
static const char *const styles[] = {"twilio", "generic", NULL};
static const char *const methods[] = {"POST", "PUT", "GET", NULL};

static const struct nj_key throttle_keys[] = {
    {.name = "per_minute",
     .kind = NJ_KIND_INT,
     .least = 1,
     .most = 6000,
     .fallback = "30",
     .help = "Most messages a minute to one destination. The first page of "
             "an alert is never held back."},
    {.name = "timeout",
     .kind = NJ_KIND_DURATION,
     .least = 1000,
     .most = 300000,
     .fallback = "20s",
     .help = "An attempt that took longer has failed."},
    {0}};

static const struct nj_key ca_keys[] = {
    {.name = "ca_file",
     .kind = NJ_KIND_PATH,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "the system's authorities",
     .example = "/etc/nightjar/ca.pem",
     .help = "Certificates (PEM) that this server's must come from."},
    {0}};

static const struct nj_key smtp_keys[] = {
    {.name = "url",
     .kind = NJ_KIND_URL,
     .names = smtp_schemes,
     .fallback = "smtp://127.0.0.1:25",
     .example = "smtp://127.0.0.1:25",
     .help = "Mail server: smtp://HOST:PORT, or smtps:// for TLS from the "
             "start."},
    {.name = "from",
     .kind = NJ_KIND_TEXT,
     .otherwise = "nightjar@ this machine's name",
     .example = "nightjar@example.org",
     .check = nj_check_email,
     .help = "Sender."},
    {.name = "reply_to",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_UNUSED,
     .example = "social@example.org",
     .check = nj_check_email,
     .help = "Where answers go."},
    {.name = "username",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "no login",
     .example = "nightjar",
     .help = "For the mail server."},
    {.name = "password",
     .kind = NJ_KIND_SECRET,
     .flags = NJ_KEY_UNUSED,
     .example = "{credential: smtp}",
     .help = "And its password."},
    {.name = "starttls",
     .kind = NJ_KIND_ENUM,
     .names = starttls,
     .otherwise = "required with a username, else opportunistic",
     .flags = NJ_KEY_UNUSED,
     .example = "required",
     .help = "Encryption of an smtp:// connection: required, opportunistic "
             "or off."},
    {0}};

static const struct nj_key sms_keys[] = {
    {.name = "style",
     .kind = NJ_KIND_ENUM,
     .names = styles,
     .fallback = "twilio",
     .example = "twilio",
     .help = "Whose requests: twilio, or generic, described by url, method, "
             "headers and body."},
    {.name = "url",
     .kind = NJ_KIND_URL,
     .flags = NJ_KEY_OR_SECRET | NJ_KEY_UNUSED,
     .names = nj_names_http,
     .otherwise = "https://api.twilio.com for twilio; generic needs one",
     .example = "https://sms.example.org/send",
     .help = "twilio: another base. generic: the address to call."},
    {.name = "account",
     .kind = NJ_KIND_TEXT,
     .example = "AC00000000000000000000000000000000",
     .help = "twilio: the account's SID."},
    {.name = "token",
     .kind = NJ_KIND_SECRET,
     .example = "{credential: twilio}",
     .help = "twilio: the account's auth token. generic: sent as bearer "
             "token."},
    {.name = "from",
     .kind = NJ_KIND_TEXT,
     .example = "\"+15005550006\"",
     .help = "Number or name messages come from."},
    {.name = "method",
     .kind = NJ_KIND_ENUM,
     .names = methods,
     .fallback = "POST",
     .help = "generic: the request's method."},
    {.name = "headers",
     .kind = NJ_KIND_NAMED,
     .flags = NJ_KEY_FREE | NJ_KEY_UNUSED,
     .item = &nj_item_header,
     .example = "{Content-Type: application/json}",
     .check = nj_check_headers,
     .help = "generic: headers of the request; a value may be a secret."},
    {.name = "body",
     .kind = NJ_KIND_TEXT,
     .flags = NJ_KEY_LINES | NJ_KEY_UNUSED,
     .otherwise = "all of them, by these names",
     .example = "'{\"to\": {to}, \"from\": {from}, \"text\": {text}}'",
     .help = "generic: the request's body. {to}, {from}, {text}, {id} (the "
             "alert's) and {key} (against repeats) are put in as JSON "
             "strings, or as the Content-Type asks; in url and headers too."},
    {.name = "max_chars",
     .kind = NJ_KIND_INT,
     .least = 40,
     .most = 1600,
     .fallback = "160",
     .help = "Longest message; halved to 70 of 160 when it needs more than "
             "the GSM alphabet."},
    {.name = "status_callback",
     .kind = NJ_KIND_BOOL,
     .flags = NJ_KEY_UNUSED,
     .otherwise = "true where there is a daemon.http.public_url",
     .example = "true",
     .help = "twilio: ask to be told what became of each message; needs "
             "daemon.http.public_url."},
    {0}};

static const struct nj_key webhook_keys[] = {
    {.name = "url",
     .kind = NJ_KIND_URL,
     .flags = NJ_KEY_OR_SECRET,
     .names = nj_names_http,
     .otherwise = "each person's own",
     .example = "https://chat.example.org/hooks/night",
     .help = "Where pages are posted as JSON."},
    {.name = "secret",
     .kind = NJ_KIND_SECRET,
     .otherwise = "not signed",
     .example = "{credential: chat}",
     .help = "Key of the signature sent along: X-Nightjar-Signature, "
             "sha256=HEX of HMAC-SHA256 over the body."},
    {.name = "headers",
     .kind = NJ_KIND_NAMED,
     .flags = NJ_KEY_FREE | NJ_KEY_UNUSED,
     .item = &nj_item_header,
     .example = "{X-Api-Key: {credential: chat-key}}",
     .check = nj_check_headers,
     .help = "Headers sent with each request; a value may be a secret."},
    {0}};

static const struct nj_key no_keys[] = {{0}};

static const struct nj_key *const smtp_tables[] = {smtp_keys, ca_keys,
                                                   throttle_keys, NULL};
static const struct nj_key *const sms_tables[] = {sms_keys, ca_keys,
                                                  throttle_keys, NULL};
static const struct nj_key *const webhook_tables[] = {webhook_keys, ca_keys,
                                                      throttle_keys, NULL};
static const struct nj_key *const desktop_tables[] = {throttle_keys, NULL};
static const struct nj_key *const null_tables[] = {no_keys, NULL};

static const struct nj_type types[] = {
    {.name = "smtp",
     .sample = "email",
     .tables = smtp_tables,
     .help = "Email through a mail server. A person's target is an address."},
    {.name = "sms-webhook",
     .sample = "sms",
     .tables = sms_tables,
     .help = "Text messages through an HTTP service. A person's target is a "
             "number with + and country code."},
    {.name = "webhook",
     .sample = "chat",
     .flags = NJ_KEY_UNUSED,
     .tables = webhook_tables,
     .help = "Pages as signed JSON over HTTP. A person's target is an "
             "address."},
    {.name = "desktop",
     .sample = "desktop",
     .flags = NJ_KEY_UNUSED,
     .tables = desktop_tables,
     .help = "Notifications by nightjar-desktop. A person's target is the "
             "system user it runs for."},
    {.name = "null",
     .sample = "nowhere",
     .flags = NJ_KEY_UNUSED,
     .tables = null_tables,
     .help = "Accepts every page and sends it nowhere, for rehearsals."},
    {0}};

static const char *const type_names[] = {"smtp",    "sms-webhook", "webhook",
                                         "desktop", "null",        NULL};

static const struct nj_key channel_keys[] = {
    {.name = "type",
     .kind = NJ_KIND_ENUM,
     .flags = NJ_KEY_REQUIRED,
     .names = type_names,
     .example = "smtp",
     .help = "How it sends; says which further keys there are."},
    {0}};

const struct nj_key nj_row_channel = {.name = "",
                                      .kind = NJ_KIND_MAP,
                                      .keys = channel_keys,
                                      .types = types,
                                      .check = nj_check_channel};
